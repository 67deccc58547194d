"""The YOLO plug-in keeps the contract of formats, and the loaders' rules."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import Format, Severity
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Box,
    Geometry,
    Kind,
    Points,
    Polygon,
    RotatedBox,
    points_array,
)
from annolab.model.item import Item, Media
from annolab.model.measure import corners
from annolab.model.schema import Label, Schema, Skeleton
from annolab.plugins import FormatInfo, contributions, load, load_format
from tests import strategies as some
from tests.format_contract import LABEL, PICTURE, FormatContract
from tests.format_memory import Dataset, read, write

WIDTH, HEIGHT = 640, 480
PIXELS = 1e-4  # numbers are rounded to 8 digits


def yolo() -> Format:
    return load_format("yolo")


class YoloContract(FormatContract):
    format_id = "yolo"
    target = "labels_of"
    task: ClassVar[str]
    kinds: ClassVar[frozenset[Kind]]

    def info(self) -> FormatInfo:
        return replace(super().info(), kinds=self.kinds)

    def options(self) -> Mapping[str, str]:
        return {"task": self.task}

    def read_options(self) -> Mapping[str, str]:
        return {"read_as": self.task}

    def shapes(self) -> st.SearchStrategy[tuple[Geometry, ...]]:
        """What goes into a row: a shape, or one with its keypoints."""
        raise NotImplementedError

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return datasets(self.shapes())

    def same(self, a: Geometry, b: Geometry) -> bool:
        return type(a) is type(b) and bool(
            np.allclose(numbers_of(a), numbers_of(b), rtol=0, atol=PIXELS)
        )


class TestDetect(YoloContract):
    task = "detect"
    kinds = frozenset((Kind.BOX,))

    def shapes(self) -> st.SearchStrategy[tuple[Geometry, ...]]:
        return st.tuples(boxes())


class TestSegment(YoloContract):
    task = "segment"
    kinds = frozenset((Kind.POLYGON,))

    def shapes(self) -> st.SearchStrategy[tuple[Geometry, ...]]:
        ring = st.lists(st.tuples(xs, ys), min_size=3, max_size=8)
        return st.tuples(ring.map(Polygon.of))


class TestObb(YoloContract):
    task = "obb"
    kinds = frozenset((Kind.ROTATED_BOX,))

    def shapes(self) -> st.SearchStrategy[tuple[Geometry, ...]]:
        sides = st.floats(5, 100)
        inside = st.floats(150, 300)
        angles = st.floats(-179, 179)
        return st.tuples(st.builds(RotatedBox, inside, inside, sides, sides, angles))


class TestPose(YoloContract):
    task = "pose"
    kinds = frozenset((Kind.BOX, Kind.POINTS))

    def shapes(self) -> st.SearchStrategy[tuple[Geometry, ...]]:
        points = st.lists(st.tuples(xs, ys), min_size=3, max_size=3).map(Points.of)
        return st.one_of(st.tuples(boxes()), st.tuples(boxes(), points))


xs = st.floats(0, WIDTH)
ys = st.floats(0, HEIGHT)


def boxes() -> st.SearchStrategy[Geometry]:
    sides = st.tuples(xs, xs).map(sorted), st.tuples(ys, ys).map(sorted)
    return st.tuples(*sides).map(
        lambda s: Box(s[0][0], s[1][0], s[0][1] - s[0][0], s[1][1] - s[1][0])
    )


def numbers_of(geometry: Geometry) -> list[float]:
    match geometry:
        case Box(x, y, w, h):
            return [x, y, x + w, y + h]
        case RotatedBox():
            return list(corners(geometry).ravel())
        case Polygon():
            return list(geometry.rings[0].ravel())
        case Points(points, visibility):
            return [*points.ravel(), *visibility]
        case _:
            raise TypeError(geometry)


@st.composite
def datasets(
    draw: st.DrawFn, shapes: st.SearchStrategy[tuple[Geometry, ...]]
) -> Dataset:
    names = draw(st.lists(some.names, min_size=1, max_size=3, unique=True))
    labels = tuple(
        Label(id=10 + i, name=name, color="#ffb000", position=i)
        for i, name in enumerate(name.strip() for name in names)
    )
    if len({label.name for label in labels}) < len(labels):
        labels = labels[:1]
    items: list[Item] = []
    marks: list[Annotation] = []
    for number in range(draw(st.integers(1, 3))):
        folder = draw(st.sampled_from(["", "images/", "a b/images/train/"]))
        item = Item(
            id=100 + number,
            path=f"{folder}{number}.png",
            media=Media.IMAGE,
            width=WIDTH,
            height=HEIGHT,
            split=draw(st.sampled_from(["train", "val", "test"])),
        )
        items.append(item)
        for row in draw(st.lists(shapes, max_size=3)):
            group = 1000 + len(marks) if len(row) > 1 else None
            label = draw(st.sampled_from(labels))
            marks += [
                Annotation(
                    id=2000 + len(marks) + i,
                    item_id=item.id,
                    annotator_id=1,
                    geometry=shape,
                    label_id=label.id,
                    group_id=group,
                )
                for i, shape in enumerate(row)
            ]
    return Dataset(Schema(labels), items, marks)


def one(geometry: Geometry, *, labels: tuple[Label, ...] = (LABEL,)) -> Dataset:
    mark = Annotation(
        id=9, item_id=7, annotator_id=1, geometry=geometry, label_id=labels[0].id
    )
    return Dataset(Schema(labels), [PICTURE], [mark])


def folder(tmp_path: Path, files: Mapping[str, str]) -> Path:
    for name, text in files.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return tmp_path


def sizes(*paths: str) -> dict[str, tuple[int, int]]:
    return dict.fromkeys(paths, (200, 100))


def test_numbers_are_clipped_after_rounding(tmp_path: Path) -> None:
    box = Box(-1e-9, 0, 100 + 1e-9, 100)
    write(yolo(), one(box), tmp_path)
    row = (tmp_path / "a/b.txt").read_text().split()
    assert all(0 <= float(number) <= 1 for number in row[1:])


def test_what_reaches_out_is_cut_off_and_reported(tmp_path: Path) -> None:
    report = write(yolo(), one(Box(-10, -10, 60, 60)), tmp_path)
    assert (tmp_path / "a/b.txt").read_text() == "0 0.25 0.25 0.5 0.5\n"
    assert report.losses == {"Cut off at the edge of the picture.": 1}


def test_holes_and_parts_are_losses(tmp_path: Path) -> None:
    square = points_array([(0, 0), (50, 0), (50, 50), (0, 50)])
    hole = points_array([(10, 10), (20, 10), (20, 20)])
    small = points_array([(80, 80), (90, 80), (90, 90)])
    shape = Polygon(((small,), (square, hole)))
    report = write(yolo(), one(shape), tmp_path, task="segment")
    assert set(report.losses) == {
        "A hole is not written.",
        "Of several parts only the largest is written.",
    }
    assert (tmp_path / "a/b.txt").read_text() == "0 0 0 0.5 0 0.5 0.5 0 0.5\n"


def test_the_order_of_classes_is_kept(tmp_path: Path) -> None:
    source = folder(
        tmp_path / "in",
        {
            "data.yaml": "path: .\ntrain: images\nval: images\nlicense: MIT\n"
            "names:\n  0: zebra\n  1: ape\n  2: bee # buzz\n",
            "labels/x.txt": "2 0.5 0.5 0.5 0.5\n",
            "images/x.jpg": "",
        },
    )
    data, report = read(yolo(), source, sizes("images/x.jpg"))
    assert not report.losses
    assert [label.name for label in data.schema.labels] == ["zebra", "ape", "bee"]
    shuffled = replace(data, schema=Schema(data.schema.labels[::-1]))
    write(yolo(), shuffled, tmp_path / "out")
    text = (tmp_path / "out/data.yaml").read_text()
    assert '  0: "zebra"\n  1: "ape"\n  2: "bee"\n' in text
    assert "license: MIT\n" in text
    assert (tmp_path / "out/labels/x.txt").read_text() == "2 0.5 0.5 0.5 0.5\n"


def test_a_new_class_comes_behind_and_a_gap_keeps_its_number(tmp_path: Path) -> None:
    old = Label(id=1, name="old", color="#000000", source='{"yolo":{"index":2}}')
    new = Label(id=2, name="new", color="#000000")
    write(yolo(), one(Box(0, 0, 50, 50), labels=(new, old)), tmp_path)
    text = (tmp_path / "data.yaml").read_text()
    assert '0: "unused 0"\n  1: "unused 1"\n  2: "old"\n  3: "new"' in text
    assert (tmp_path / "a/b.txt").read_text().startswith("3 ")


def test_classes_txt_of_labelimg(tmp_path: Path) -> None:
    files = {"classes.txt": "dog\ncat\n", "x.txt": "1 0.5 0.5 0.2 0.4\n", "y.txt": ""}
    data, report = read(yolo(), folder(tmp_path, files), sizes("x.jpg", "y.jpg"))
    assert [item.path for item in data.the_items] == ["x.jpg", "y.jpg"]
    (mark,) = data.the_annotations
    label = data.schema.label(mark.label_id)
    assert label is not None
    assert label.name == "cat"
    assert mark.geometry == Box(80.0, 30.0, 40.0, 40.0)
    assert not report.losses


def test_confidence_turned_boxes_and_outlines_are_told_apart(tmp_path: Path) -> None:
    files = {
        "classes.txt": "a\n",
        "conf.txt": "0 0.5 0.5 0.2 0.4 0.75\n",
        "obb.txt": "0 0.25 0.25 0.75 0.25 0.75 0.75 0.25 0.75\n",
        "quad.txt": "0 0.25 0.25 0.75 0.3 0.8 0.75 0.25 0.6\n",
        "seg.txt": "0 0.25 0.25 0.75 0.3 0.8 0.75\n",
    }
    names = ("conf.jpg", "obb.jpg", "quad.jpg", "seg.jpg")
    data, report = read(yolo(), folder(tmp_path, files), sizes(*names))
    kinds = [type(mark.geometry) for mark in data.the_annotations]
    assert kinds == [Box, RotatedBox, Polygon, Polygon]
    assert [mark.score for mark in data.the_annotations] == [0.75, None, None, None]
    assert not report.losses


def test_pose_reads_kpt_shape_and_writes_flip_idx(tmp_path: Path) -> None:
    files = {
        "data.yaml": "train: x.txt\nkpt_shape: [2, 3]\nnames: ['person']\n",
        "x.txt": "./images/x.jpg\n",
        "labels/x.txt": "0 0.5 0.5 0.5 0.5 0.25 0.5 2 0 0 0\n",
    }
    data, report = read(yolo(), folder(tmp_path, files), sizes("images/x.jpg"))
    box, points = data.the_annotations
    assert box.geometry == Box(50, 25, 100, 50)
    assert points.geometry == Points.of([(50, 50), (0, 0)], (2, 0))
    assert box.group_id == points.group_id
    assert not report.losses
    named = Label(
        id=1,
        name="person",
        color="#000000",
        skeleton=Skeleton(("nose", "left eye", "right eye")),
    )
    write(yolo(), one(Box(0, 0, 9, 9), labels=(named,)), tmp_path / "out", task="pose")
    text = (tmp_path / "out/data.yaml").read_text()
    assert "kpt_shape: [3, 3]\nflip_idx: [0, 2, 1]\n" in text


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("x 0.5 0.5 0.5 0.5", "A row does not begin with the number of a class."),
        ("0 0.5 0.5 nan 0.5", "The numbers of a row are not between 0 and 1."),
        ("0 0.5 0.5 a 0.5", "A row holds something that is not a number."),
        ("0 0.5 0.5 0.5", "A row has the wrong number of numbers."),
        ("0 320 240 64 48", "The numbers of a row are not between 0 and 1."),
        ("0 0.5 0.5 -0.5 0.5", "A box has a negative size."),
    ],
)
def test_bad_rows_are_skipped_with_their_line(
    row: str, reason: str, tmp_path: Path
) -> None:
    files = {"classes.txt": "a\n", "x.txt": f"0 0.5 0.5 1 1\n{row}\n0 0.5 0.5 0.5 1\n"}
    data, report = read(yolo(), folder(tmp_path, files), sizes("x.jpg"))
    assert len(data.the_annotations) == 2
    (problem,) = report.problems
    assert (problem.reason, problem.where) == (reason, "x.txt, line 2")


def test_without_the_size_of_the_picture_rows_are_reported(tmp_path: Path) -> None:
    files = {"classes.txt": "a\n", "x.txt": "0 0.5 0.5 1 1\n"}
    data, report = read(yolo(), folder(tmp_path, files))
    assert len(data.the_items) == 1
    assert not data.the_annotations
    assert report.skipped == 1


@pytest.mark.parametrize("path", ["/etc", "../../etc", "..", "../outside"])
def test_paths_do_not_lead_out(path: str, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (tmp_path / "outside/x.txt").write_text("0 0.5 0.5 1 1\n")
    text = f"path: {path}\ntrain: {path}\nnames: [a]\n"
    inside = folder(tmp_path / "in", {"data.yaml": text, "y.txt": "0 0.5 0.5 1 1\n"})
    data, _ = read(yolo(), inside, sizes("y.jpg", "x.jpg"))
    assert [item.path for item in data.the_items] == ["y.jpg"]


def test_an_empty_folder_is_no_yolo(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match=r"no data\.yaml"):
        read(yolo(), tmp_path)


def test_two_images_that_share_labels(tmp_path: Path) -> None:
    data = one(Box(0, 0, 9, 9))
    other = replace(PICTURE, id=8, path="a/b.png")
    data.the_items.append(other)
    report = write(yolo(), data, tmp_path)
    assert report.counts[
        Severity.SKIPPED,
        "Two images have one name but for its end: they share labels.",
    ]


def data_yaml(name: str) -> Callable[..., Any]:
    """A function of a module of the plug-in."""
    (found,) = (c for c in contributions("format") if c.id == "yolo")
    return cast("Callable[..., Any]", load(replace(found, object=f"data_yaml:{name}")))


@given(st.dictionaries(st.integers(0, 99), some.texts, min_size=1, max_size=5))
def test_names_survive_yaml(names: dict[int, str]) -> None:
    wanted = {str(number): name for number, name in names.items()}
    text = data_yaml("render")({"names": wanted})
    assert data_yaml("parse")(text) == {"names": wanted}


@pytest.mark.parametrize(
    "text",
    [
        "names: [a, 'b: c', \"d, e\"]",
        "names:\n- a\n- 'b: c'  # x\n- \"d, e\"\n",
        "# c\nnames: [ 'a',\n         'b: c', # x\n 'd, e' ]\nnc: 3\n",
        "nc: 3\nnames:\n  - a\n  - 'b: c'\n  - d, e\n",
    ],
)
def test_the_ways_to_write_a_list(text: str) -> None:
    parsed = data_yaml("parse")(text)
    assert parsed["names"] == ["a", "b: c", "d, e"]


@pytest.mark.parametrize(
    "text",
    [
        "names: {0: a, 1: 'b c'}",
        "names:\n    0: a\n    1: b c # x\nnc: 2",
        "'names':\n 0: \"a\"\n 1: b c",
    ],
)
def test_the_ways_to_write_a_mapping(text: str) -> None:
    parsed = data_yaml("parse")(text)
    assert parsed["names"] == {"0": "a", "1": "b c"}


@given(st.text(st.sampled_from("ab:-[]{},'\"# \n\t0\\&*!|>"), max_size=60))
def test_yaml_never_fails(text: str) -> None:
    data_yaml("parse")(text)
    data_yaml("members")(text)
