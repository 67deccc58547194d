"""MOTS: the contract of formats, files of other programs, and bad ones."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from hypothesis import strategies as st
from PIL import Image
from pycocotools import mask as coco_masks

from annolab.errors import FormatError
from annolab.formats.base import Confidence
from annolab.formats.frame_rows import track_of
from annolab.formats.mot import MotFormat
from annolab.formats.mots import MotsFormat
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    NO_ATTRIBUTES,
    Attributes,
    Box,
    Keyframe,
    Mask,
    Polygon,
    Shape,
    Track,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from tests.film_contract import FILM, FilmContract, films
from tests.format_memory import Dataset, read, write

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

# The example of the page of MOTS: a car on frame 52.
CAR = (
    "52 1005 1 375 1242 WSV:2d;1O10000O10000O1O100O100O1O100O1000000000000000O100O102N"
    "5K00O1O1N2O110OO2O001O1NTga3"
)
IGNORED: Attributes = {"ignored": True}


@st.composite
def pixels(draw: st.DrawFn) -> Dataset:
    """Films with tracks of masks that have no pixel together."""
    data = draw(films())
    marks: list[Annotation] = []
    for place, mark in enumerate(data.the_annotations):
        rows = st.dictionaries(
            st.integers(0, 499), st.binary(min_size=1, max_size=9), min_size=1
        )
        shapes: dict[int, tuple[Shape, Attributes]] = {}
        for frame, raw in draw(rows).items():
            bits = [[True, *(bool(b & 1) for b in raw)]]
            mask = masks.place(bits, raw[0] % 80, 10 * place, 100, 100)
            shapes[frame] = (mask, NO_ATTRIBUTES)
        marks.append(
            replace(
                mark,
                geometry=track_of(shapes, 500),
                frame=None,
                attributes=NO_ATTRIBUTES,
                group_id=None,
                z=0,
            )
        )
    return replace(data, the_annotations=marks)


class TestMots(FilmContract):
    format_id = "mots"
    suffix = ".txt"

    def sample(self) -> Item:
        return replace(FILM, length=8.0)  # a row for each frame

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return pixels()


def _put(folder: Path, *rows: str) -> Path:
    path = folder / "0002.txt"
    path.write_text("".join(f"{row}\n" for row in rows))
    return path


def _row(frame: int, number: int, bitmap: object) -> str:
    mask = masks.encode(bitmap)  # type: ignore[arg-type]
    runs = masks.counts_to_string(mask.counts)
    return f"{frame} {number} {number // 1000} {mask.height} {mask.width} {runs}"


def _tracks(data: Dataset) -> list[Track]:
    shapes = [mark.geometry for mark in data.the_annotations]
    return [shape for shape in shapes if isinstance(shape, Track)]


def _film(shapes: Sequence[Shape]) -> Dataset:
    item = Item(id=1, path="a.mp4", media=Media.VIDEO, width=20, height=10, length=6.0)
    labels = tuple(
        Label(id=3 + n, name=name, color="#ffffff")
        for n, name in enumerate(("car", "pedestrian"))
    )
    marks = [
        Annotation(
            id=5 + n,
            item_id=1,
            annotator_id=1,
            geometry=Track((Keyframe(2, shape), Keyframe(4, shape, outside=True))),
            label_id=3,
            z=n,
        )
        for n, shape in enumerate(shapes)
    ]
    return Dataset(Schema(labels), [item], marks)


def test_the_example_of_mots(tmp_path: Path) -> None:
    data, report = read(MotsFormat(), _put(tmp_path, CAR), first_frame="0")
    assert not report.counts
    [track] = _tracks(data)
    key = track.keyframes[0]
    assert key.frame == 52
    assert isinstance(key.geometry, Mask)
    runs = {"size": [375, 1242], "counts": CAR.rpartition(" ")[2]}
    assert masks.area(key.geometry) == coco_masks.area(runs)
    assert np.array_equal(masks.decode(key.geometry), coco_masks.decode(runs))
    assert [x.name for x in data.schema.labels] == ["car"]


def test_where_frames_begin(tmp_path: Path) -> None:
    one, two = _row(1, 2001, np.eye(4)), _row(0, 2001, np.eye(4))
    data, report = read(MotsFormat(), _put(tmp_path, one))
    assert _tracks(data)[0].keyframes[0].frame == 0
    assert report.counts
    data, report = read(MotsFormat(), _put(tmp_path, one, two))
    assert [k.frame for k in _tracks(data)[0].keyframes][:2] == [0, 1]
    assert not report.counts
    _put(tmp_path, one)
    (tmp_path / "0003.txt").write_text(two)
    data, _ = read(MotsFormat(), tmp_path)
    assert [t.keyframes[0].frame for t in _tracks(data)] == [1, 0]


def test_what_is_ignored_is_joined(tmp_path: Path) -> None:
    rows = (_row(0, 10000, np.eye(4)), _row(0, 10000, np.eye(4)[::-1]))
    data, report = read(MotsFormat(), _put(tmp_path, *rows))
    assert not report.losses
    [mark] = data.the_annotations
    assert mark.label_id is None
    [track] = _tracks(data)
    key = track.keyframes[0]
    assert key.attributes == IGNORED
    assert key.geometry == masks.encode(np.eye(4) + np.eye(4)[::-1])
    report = write(MotsFormat(), data, tmp_path / "out")
    assert not report.losses
    text = (tmp_path / "out" / "0002" / "gt" / "gt.txt").read_text()
    assert text.split()[:5] == ["1", "10000", "10", "4", "4"]


def test_ids_come_back(tmp_path: Path) -> None:
    rows = (_row(1, 2005, np.eye(4)), _row(1, 1003, np.eye(4)[::-1]))
    data, _ = read(MotsFormat(), _put(tmp_path, *rows))
    write(MotsFormat(), data, tmp_path / "out")
    text = (tmp_path / "out" / "0002" / "gt" / "gt.txt").read_text()
    assert sorted(text.splitlines()) == sorted(rows)


def test_what_lies_in_front_is_whole(tmp_path: Path) -> None:
    data = _film([Box(0, 0, 10, 10), Polygon.of([(5, 0), (15, 0), (15, 10), (5, 10)])])
    report = write(MotsFormat(), data, tmp_path / "out")
    assert report.written == 2
    assert report.losses["Pixels that another object covers."] == 1
    rows = (tmp_path / "out" / "a" / "gt" / "gt.txt").read_text().splitlines()
    assert len(rows) == 4
    areas = {}
    for row in rows:
        _, number, _, height, width, runs = row.split()
        size = [int(height), int(width)]
        areas[number] = coco_masks.area({"size": size, "counts": runs})
    assert areas == {"1001": 50, "1002": 100}
    write(MotsFormat(), data, tmp_path / "whole", overlap="keep")
    text = (tmp_path / "whole" / "a" / "gt" / "gt.txt").read_text()
    assert MotsFormat().detect(tmp_path / "whole") is Confidence.YES
    first = read(MotsFormat(), tmp_path / "whole")[0].the_annotations[-1].geometry
    assert isinstance(first, Track)
    assert {masks.area(k.geometry) for k in first.keyframes} == {100}  # type: ignore[arg-type]
    assert len(text.splitlines()) == 4


def test_no_more_ids_of_a_class(tmp_path: Path) -> None:
    shape = masks.encode(np.ones((10, 20)))
    data = _film([shape] * 1001)
    report = write(MotsFormat(), data, tmp_path / "out")
    assert report.written == 999
    assert report.losses["More than 999 objects of a class."] == 2


def test_a_tenth_class_is_not_what_is_ignored(tmp_path: Path) -> None:
    data = _film([masks.encode(np.eye(10, 20))])
    labels = tuple(
        Label(id=30 + n, name=f"c{n}", color="#ffffff") for n in range(1, 12)
    )
    mark = replace(data.the_annotations[0], label_id=40)
    data = replace(data, schema=Schema(labels), the_annotations=[mark])
    write(MotsFormat(), data, tmp_path / "out")
    again, _ = read(MotsFormat(), tmp_path / "out")
    assert [x.name for x in again.schema.labels] == ["c10"]


def test_shapes_need_the_size_of_the_film(tmp_path: Path) -> None:
    data = _film([Box(0, 0, 10, 10)])
    bare = replace(data.the_items[0], width=None, height=None)
    report = write(MotsFormat(), replace(data, the_items=[bare]), tmp_path / "out")
    assert report.written == 0
    assert report.losses


@pytest.mark.parametrize(
    "row",
    [
        "999999999999 1001 1 4 4 04",
        "-5 1001 1 4 4 04",
        "1 1001 1 4 4 7",
        "1 1001 1 999999999 999999999 04",
        "1 1001 1 4 4 \x7f~~",
        "1 1001 1 0 4 0",
        "1 1001 1 4 4",
        "1 1001 1 4 4 04 04",
        "1 2001 2 4 4 @",
        "nonsense",
    ],
)
def test_bad_rows_are_told(row: str, tmp_path: Path) -> None:
    good = _row(0, 1001, np.eye(4))
    data, report = read(MotsFormat(), _put(tmp_path, good, row, good))
    assert len(data.the_annotations) == 1
    assert sum(report.losses.values()) == 2


def test_what_is_another_format(tmp_path: Path) -> None:
    assert MotsFormat().detect(_put(tmp_path, CAR)) is Confidence.YES
    assert MotFormat().detect(_put(tmp_path, CAR)) is Confidence.NO
    box = _put(tmp_path, "1 1 399 182 121 229")
    assert MotsFormat().detect(box) is Confidence.NO
    with pytest.raises(FormatError):
        read(MotsFormat(), tmp_path / "none")


def _map(path: Path, rows: Sequence[Sequence[int]]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(np.array(rows, np.uint16)).save(path)


def test_instance_maps(tmp_path: Path) -> None:
    folder = tmp_path / "instances" / "0002"
    _map(folder / "000000.png", [[0, 2001, 2001], [1007, 10000, 0]])
    _map(folder / "000002.png", [[2001, 0, 0], [0, 0, 0]])
    assert MotsFormat().detect(tmp_path) is Confidence.MAYBE
    data, report = read(MotsFormat(), tmp_path)
    assert not report.counts
    assert [(x.path, x.media) for x in data.the_items] == [("0002.mp4", Media.VIDEO)]
    tracks = {track.keyframes[0].geometry: track for track in _tracks(data)}
    person = tracks[masks.encode([[0, 1, 1], [0, 0, 0]])]
    assert [(k.frame, k.outside) for k in person.keyframes] == [
        (0, False), (1, True), (2, False), (3, True),
    ]  # fmt: skip
    assert masks.encode([[0, 0, 0], [1, 0, 0]]) in tracks
    assert tracks[masks.encode([[0, 0, 0], [0, 1, 0]])].keyframes[0].attributes == (
        IGNORED
    )
    assert sorted(x.name for x in data.schema.labels) == ["car", "pedestrian"]


def test_maps_beside_their_pictures(tmp_path: Path) -> None:
    _map(tmp_path / "train" / "instances" / "1.png", [[1001, 0]])
    (tmp_path / "train" / "instances" / "labels.txt").write_text("bus\n")
    _map(tmp_path / "train" / "images" / "1.png", [[1, 0]])
    data, report = read(MotsFormat(), tmp_path)
    assert [x.path for x in data.the_items] == ["train/images/#.png"]
    assert _tracks(data)[0].keyframes[0].frame == 0
    assert [x.name for x in data.schema.labels] == ["bus"]
    assert len(report.counts) == 1  # where frames begin


def test_bad_maps_are_told(tmp_path: Path) -> None:
    folder = tmp_path / "0001"
    _map(folder / "000000.png", [[0, 2001]])
    (folder / "000001.png").write_bytes(b"none")
    noise = np.arange(10_000).reshape(100, 100)
    _map(folder / "000002.png", noise.tolist())
    Image.new("RGB", (2, 2)).save(folder / "000003.png")
    data, report = read(MotsFormat(), tmp_path)
    assert len(data.the_annotations) == 1
    assert sum(report.losses.values()) == 3


def test_a_number_that_cannot_be_an_id_is_told(tmp_path: Path) -> None:
    rows = (_row(1, 2005, np.eye(4)), _row(1, 2006, np.eye(4)[::-1]))
    data, _ = read(MotsFormat(), _put(tmp_path, *rows))
    one, two = data.the_annotations
    for number, count in ((2007, 0), (2005, 1), (5, 1), (3001, 1)):
        marks = [one, replace(two, attributes={"track_id": number})]
        changed = replace(data, the_annotations=marks)
        report = write(MotsFormat(), changed, tmp_path / "out")
        said = [x for x in report.losses if x.startswith("A number of a track")]
        assert len(said) == count
