"""COCO, field for field, and what pycocotools makes of it."""

from __future__ import annotations

import contextlib
import copy
import io
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools import mask as oracle
from pycocotools.coco import COCO
from pycocotools.cocoeval import COCOeval

from annolab.errors import FormatError
from annolab.formats.base import Confidence, Severity
from annolab.formats.coco import CocoFormat
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Box,
    Ellipse,
    Geometry,
    Mask,
    Points,
    Polygon,
    RotatedBox,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, Skeleton
from tests.format_memory import Dataset, MemoryContext, read, write

# pycocotools is older than numpy 2.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

RUNS = [100, 20, 80, 20, 9780]
SQUARE = [10.5, 10, 60, 10, 60, 50.25, 10.5, 50]

GIVEN: dict[str, Any] = {
    "info": {"description": "x", "year": 2017, "contributor": {"a": [1, None]}},
    "licenses": [{"id": 1, "name": "CC", "url": "http://x"}],
    "type": "instances",
    "images": [
        {
            "id": 9,
            "file_name": "val/z.jpg",
            "width": 100,
            "height": 100,
            "license": 1,
            "flickr_url": "http://y",
            "date_captured": "2013-11-14 17:02:52",
        },
        {"id": 4, "file_name": "a.jpg", "width": 100, "height": 100, "extra": [{}]},
        {"id": "str", "file_name": "b.jpg", "attributes": {"k": 1, "deep": {"x": 1}}},
        {"id": 0, "file_name": "empty.jpg", "width": 5, "height": 5, "attributes": {}},
    ],
    "annotations": [
        {
            "id": 20,
            "image_id": 9,
            "category_id": 18,
            "segmentation": [SQUARE, [70, 70, 90.125, 70, 80, 95]],
            "area": 1.25,
            "bbox": [10.5, 10, 79.62, 85],
            "iscrowd": 0,
            "track_id": 77,
            "ignore": 0,
        },
        {
            "id": 19,
            "image_id": 4,
            "category_id": 18,
            "segmentation": {"size": [100, 100], "counts": RUNS},
            "area": 40,
            "bbox": [1, 0, 2, 100],
            "iscrowd": 1,
        },
        {
            "id": 3,
            "image_id": 4,
            "category_id": 0,
            "segmentation": {
                "size": [100, 100],
                "counts": masks.counts_to_string(np.array(RUNS, np.uint32)),
            },
            "area": 40.0,
            "bbox": [1, 0, 2, 100],
            "iscrowd": 0,
            "attributes": {"occluded": False, "deep": {"a": 1}, "list": ["x", 1.5]},
        },
        {
            "id": 5,
            "image_id": 4,
            "category_id": 1,
            "segmentation": [SQUARE],
            "keypoints": [20, 30, 2, 0, 0, 0, 40.5, 41.25, 1],
            "num_keypoints": 2,
            "area": 7,
            "bbox": [10.5, 10, 49.5, 40.25],
            "iscrowd": 0,
        },
        {
            "id": 6,
            "image_id": 4,
            "category_id": 1,
            "segmentation": [],
            "keypoints": [0] * 9,
            "num_keypoints": 0,
            "bbox": [10, 10, 5, 5],
            "area": 25,
            "iscrowd": 0,
        },
        {
            "id": 7,
            "image_id": 4,
            "category_id": 1,
            "bbox": [1, 2, 3.5, 4],
            "score": 0.5,
        },
        {
            "id": 8,
            "image_id": 9,
            "category_id": 18,
            "bbox": [40, 40, 20, 10],
            "segmentation": [],
            "area": 200,
            "attributes": {"rotation": 30, "occluded": True},
        },
        {"id": "s1", "image_id": "str", "category_id": 18, "bbox": [0, 0, 1, 1]},
        {"id": 11, "image_id": 9, "caption": "A dog on a bed."},
        {"id": 12, "image_id": 9, "category_id": 1},
        {
            "id": 0,
            "image_id": 9,
            "category_id": 1,
            "keypoints": [20, 30, 2, 0, 0, 0, 40.5, 41.25, 1],
            "num_keypoints": 2,
        },
        {
            "id": 13,
            "image_id": 9,
            "category_id": 18,
            "bbox": [1, 2, 3, 4],
            "segmentation": [[1.0, 2.0, 1.0, 6.0, 4.0, 6.0, 4.0, 2.0]],
            "attributes": {},
        },
    ],
    "categories": [
        {"id": 18, "name": "dog", "supercategory": "animal", "isthing": 1},
        {
            "id": 1,
            "name": "person",
            "supercategory": "person",
            "keypoints": ["nose", "left eye", "right eye"],
            "skeleton": [[1, 2], [1, 3]],
        },
        {"id": 0, "name": "zero"},
    ],
    "custom": {"anything": [1, 2.5, {"a": None}]},
}


def save(tmp_path: Path, document: object, name: str = "in.json") -> Path:
    path = tmp_path / name
    path.write_text(json.dumps(document))
    return path


def read_in(path: Path) -> tuple[Dataset, dict[tuple[Severity, str], int]]:
    data, report = read(CocoFormat(), path)
    return data, report.counts


def written(data: Dataset, tmp_path: Path, **options: str) -> dict[str, Any]:
    target = tmp_path / "out.json"
    write(CocoFormat(), data, target, **options)
    found: dict[str, Any] = json.loads(target.read_text())
    return found


def data_of(*shapes: Geometry, **more: Any) -> Dataset:
    label = Label(id=5, name="cat", color="#ffb000")
    item = Item(id=7, path="a.jpg", media=Media.IMAGE, width=100, height=80)
    marks = [
        Annotation(
            id=100 + i, item_id=7, annotator_id=1, geometry=shape, label_id=5, **more
        )
        for i, shape in enumerate(shapes)
    ]
    return Dataset(Schema((label,)), [item], marks)


def test_every_field_comes_back(tmp_path: Path) -> None:
    data, problems = read_in(save(tmp_path, GIVEN))
    assert not problems
    assert written(data, tmp_path) == GIVEN


def test_what_is_read(tmp_path: Path) -> None:
    data, _ = read_in(save(tmp_path, GIVEN))
    kinds = [type(mark.geometry) for mark in data.the_annotations]
    assert kinds == [
        *(Polygon, Mask, Mask, Polygon, Points, Box, Box, RotatedBox, Box),
        *(Whole, Whole, Points, Box),
    ]
    crowd, _, shape, points = data.the_annotations[1:5]
    assert crowd.attributes == {"iscrowd": 1}
    assert shape.group_id == points.group_id is not None
    assert points.geometry == Points.of([(20, 30), (0, 0), (40.5, 41.25)], (2, 0, 1))
    turned = data.the_annotations[7]
    assert turned.geometry == RotatedBox(50, 45, 20, 10, 30)
    assert turned.attributes == {"occluded": True}
    assert data.the_annotations[9].text == "A dog on a bed."
    person = data.schema.label_named("person")
    assert person is not None
    assert person.skeleton == Skeleton(
        ("nose", "left eye", "right eye"), ((0, 1), (0, 2))
    )


def test_the_order_of_members_does_not_matter(tmp_path: Path) -> None:
    turned = dict(reversed(GIVEN.items()))
    data, problems = read_in(save(tmp_path, turned))
    assert not problems
    assert written(data, tmp_path) == GIVEN


def test_a_changed_geometry_gets_new_numbers_and_keeps_the_rest(tmp_path: Path) -> None:
    data, _ = read_in(save(tmp_path, GIVEN))
    marks = data.the_annotations
    triangle = [(10, 10), (30, 10), (10, 40)]
    marks[0] = replace(marks[0], geometry=Polygon.of(triangle))
    marks[1] = replace(marks[1], geometry=masks.encode(np.eye(100)))
    marks[4] = replace(marks[4], geometry=Points.of([(1, 2)] * 3, (2, 2, 2)))
    marks[6] = replace(marks[6], geometry=Box(1, 2, 3, 5))
    marks[7] = replace(marks[7], geometry=RotatedBox(50, 45, 20, 20, -15))
    found = {mark["id"]: mark for mark in written(data, tmp_path)["annotations"]}
    runs = oracle.merge(oracle.frPyObjects([[10, 10, 30, 10, 10, 40]], 100, 100))
    assert found[20] == {
        **GIVEN["annotations"][0],
        "segmentation": [[10, 10, 30, 10, 10, 40]],
        "bbox": [10, 10, 20, 30],
        "area": oracle.area(runs),
    }
    assert found[19]["bbox"] == [0, 0, 100, 100]
    assert found[19]["area"] == 100
    assert isinstance(found[19]["segmentation"]["counts"], list)
    assert found[19]["iscrowd"] == 1
    assert found[5]["num_keypoints"] == 3
    assert found[5]["bbox"] == GIVEN["annotations"][3]["bbox"]
    assert found[7] == {**GIVEN["annotations"][5], "bbox": [1, 2, 3, 5], "area": 15}
    assert found[8]["bbox"] == [40, 35, 20, 20]
    assert found[8]["attributes"] == {"rotation": -15, "occluded": True}


def test_parts_of_a_pair_may_be_taken_away(tmp_path: Path) -> None:
    data, _ = read_in(save(tmp_path, GIVEN))
    shape, points = data.the_annotations[3:5]
    for gone, left in ((shape, points), (points, shape)):
        rest = replace(
            data, the_annotations=[m for m in data.the_annotations if m is not gone]
        )
        found = written(rest, tmp_path)["annotations"]
        assert len(found) == len(GIVEN["annotations"])
        one = found[-1]
        assert ("keypoints" in one) == (left is points)


def test_new_ids_lie_above_all_others_and_begin_at_one(tmp_path: Path) -> None:
    fresh = written(data_of(Box(1, 2, 3, 4), Box(5, 5, 5, 5)), tmp_path)
    assert [mark["id"] for mark in fresh["annotations"]] == [1, 2]
    assert [image["id"] for image in fresh["images"]] == [1]
    assert [category["id"] for category in fresh["categories"]] == [1]
    data, _ = read_in(save(tmp_path, GIVEN))
    twin = replace(data.the_annotations[0], id=10**9)
    label = Label(id=10**9 + 1, name="new", color="#000000")
    more = replace(
        data,
        schema=replace(data.schema, labels=(label, *data.schema.labels)),
        the_annotations=[*data.the_annotations, twin],
    )
    found = written(more, tmp_path)
    assert found["annotations"][-1]["id"] == 21
    assert found["categories"][0]["id"] == 19


def test_holes_and_masks_are_runs_equal_to_pycocotools(tmp_path: Path) -> None:
    hole = Polygon.of(
        [(10, 10), (60, 10), (60, 60), (10, 60)], [(20, 20), (40, 20), (40, 40)]
    )
    mask = masks.encode(np.random.default_rng(0).random((80, 100)) > 0.5)
    for rle in ("compressed", "uncompressed"):
        found = written(data_of(hole, mask), tmp_path, rle=rle)["annotations"]
        runs = [mark["segmentation"] for mark in found]
        kind = str if rle == "compressed" else list
        assert all(type(run["counts"]) is kind for run in runs)
        if rle == "uncompressed":
            runs = [oracle.frPyObjects(run, 80, 100) for run in runs]
        assert (oracle.decode(runs[1]) == masks.decode(mask)).all()
        outer = oracle.frPyObjects([[10, 10, 60, 10, 60, 60, 10, 60]], 80, 100)
        inner = oracle.frPyObjects([[20, 20, 40, 20, 40, 40]], 80, 100)
        rest = oracle.decode(outer)[..., 0] & ~oracle.decode(inner)[..., 0].astype(bool)
        assert (oracle.decode(runs[0]) == rest).all()
        assert found[0]["area"] == rest.sum()


EVALUATED: Mapping[str, tuple[Geometry, ...]] = {
    "bbox": (
        Box(1, 2, 30, 40),
        Polygon.of([(10, 10), (60, 12), (30, 44)]),
        Polygon.of([(10, 10), (60, 10), (60, 60)], [(30, 15), (40, 15), (40, 20)]),
        RotatedBox(50, 40, 30, 10, 30),
        Ellipse(50, 40, 30, 10, 30),
        masks.encode(np.tri(80, 100)),
    ),
    "keypoints": (Points.of([(10, 20), (30, 40), (50, 50)], (2, 1, 2)),),
}


@pytest.mark.parametrize("how", ["bbox", "segm", "keypoints"])
def test_pycocotools_gives_full_marks_against_itself(how: str, tmp_path: Path) -> None:
    shapes = EVALUATED["bbox" if how == "segm" else how]
    target = tmp_path / "out.json"
    write(CocoFormat(), data_of(*shapes), target)
    with contextlib.redirect_stdout(io.StringIO()):
        truth = COCO(str(target))
        results = [
            {**copy.deepcopy(mark), "score": 0.9}
            for mark in truth.dataset["annotations"]
        ]
        for result in results if how == "bbox" else ():
            del result["segmentation"]
        evaluation = COCOeval(truth, truth.loadRes(results), how)
        evaluation.params.kpt_oks_sigmas = np.array([0.05, 0.05, 0.05])
        evaluation.evaluate()
        evaluation.accumulate()
        evaluation.summarize()
    assert evaluation.stats[0] == pytest.approx(1.0)


def test_shapes_without_a_word_in_coco_come_back(tmp_path: Path) -> None:
    shapes = (*EVALUATED["bbox"], Polygon.of([(1, 2), (1, 6), (4, 6), (4, 2)]))
    target = tmp_path / "out.json"
    report = write(CocoFormat(), data_of(*shapes), target)
    data, problems = read_in(target)
    assert tuple(mark.geometry for mark in data.the_annotations) == shapes
    assert not problems
    assert not report.losses


@pytest.mark.parametrize(
    "shape", [RotatedBox(0, 0, 0, 0, 0), RotatedBox(5, 5, 4, 2, 0)]
)
def test_turned_boxes_that_stand_upright_come_back(
    shape: Geometry, tmp_path: Path
) -> None:
    target = tmp_path / "out.json"
    write(CocoFormat(), data_of(shape), target)
    assert [m.geometry for m in read_in(target)[0].the_annotations] == [shape]


@pytest.mark.parametrize(
    "shape", [RotatedBox(1e9, 0, 1e9, 1e9, 45), Ellipse(1e9, -1e9, 1e9, 1e9, 33)]
)
def test_outlines_that_leave_the_world_are_said(
    shape: Geometry, tmp_path: Path
) -> None:
    report = write(CocoFormat(), data_of(shape), tmp_path / "out.json")
    assert report.losses == {"Its outline reaches too far out.": 1}


@pytest.mark.parametrize("number", [0, 1, (1 << 63) - 1])
def test_frames_and_orders_of_any_size_come_back(number: int, tmp_path: Path) -> None:
    target = tmp_path / "out.json"
    write(CocoFormat(), data_of(Box(1, 2, 3, 4), frame=number, z=-number), target)
    (mark,) = read_in(target)[0].the_annotations
    assert (mark.frame, mark.z) == (number, -number)


def test_captions_without_labels_are_a_file_of_captions(tmp_path: Path) -> None:
    data = replace(data_of(Whole(), text="A cat."), schema=Schema())
    data.the_annotations[0] = replace(data.the_annotations[0], label_id=None)
    found = written(data, tmp_path)
    assert "categories" not in found
    assert found["annotations"] == [
        {"iscrowd": 0, "image_id": 1, "caption": "A cat.", "id": 1}
    ]
    with contextlib.redirect_stdout(io.StringIO()):
        COCO(str(tmp_path / "out.json"))


def test_points_without_a_skeleton_are_numbered(tmp_path: Path) -> None:
    found = written(data_of(Points.of([(1, 2), (3, 4)])), tmp_path)
    assert found["categories"][0]["keypoints"] == ["1", "2"]
    assert found["annotations"][0]["num_keypoints"] == 2


def test_two_files_are_joined(tmp_path: Path) -> None:
    folder = tmp_path / "both"
    folder.mkdir()
    save(folder, GIVEN, "a.json")
    other = copy.deepcopy(GIVEN)
    for image in other["images"]:
        image["file_name"] = "more/" + image["file_name"]
    other["info"] = {"description": "other"}
    other["licenses"].append({"id": 2})
    save(folder, other, "b.json")
    data, report = read(CocoFormat(), folder)
    assert report.losses == {
        "Two files differ outside their lists; the first is kept.": 1
    }
    found = written(data, tmp_path)
    for name in ("images", "annotations"):
        ids = [str(row["id"]) for row in found[name]]
        assert len(set(ids)) == len(ids) == 2 * len(GIVEN[name])
    assert found["categories"] == GIVEN["categories"]
    assert found["info"] == GIVEN["info"]
    assert len(found["licenses"]) == 2


def bad(**changes: Any) -> dict[str, Any]:
    """A small file whose only annotation, or whatever else, is changed."""
    mark = {"id": 1, "image_id": 1, "category_id": 1, "bbox": [1, 2, 3, 4]}
    marks = changes.pop("annotation", {})
    mark |= marks
    for key in [key for key, value in mark.items() if value is ...]:
        del mark[key]
    image = {"id": 1, "file_name": "a.jpg", "width": 10, "height": 10}
    image |= changes.pop("image", {})
    for key in [key for key, value in image.items() if value is ...]:
        del image[key]
    return {
        "images": [image],
        "annotations": [mark],
        "categories": [{"id": 1, "name": "cat"}],
        **changes,
    }


NAN = float("nan")
RING = "A ring has fewer than 3 points or wrong numbers; bbox used."


@pytest.mark.parametrize(
    ("document", "reason", "kept"),
    [
        (bad(annotation={"image_id": 2}), "of an image that is not in the file", 0),
        (bad(annotation={"image_id": ...}), "of an image that is not in the file", 0),
        (bad(annotation={"image_id": [1]}), "whose image_id is no id", 0),
        (bad(annotation={"id": ...}), "no usable id; it gets a new one", 1),
        (bad(annotation={"id": 1.5}), "no usable id; it gets a new one", 1),
        (bad(annotation={"category_id": 9}), "a category not in the file", 1),
        (bad(annotation={"category_id": {}}), "a category not in the file", 1),
        (bad(annotation={"bbox": [1, 2, 3]}), "A bbox is not four good numbers", 1),
        (bad(annotation={"bbox": [1, 2, -3, 4]}), "is not four good numbers", 1),
        (bad(annotation={"bbox": [NAN, 2, 3, 4]}), "is not four good numbers", 1),
        (bad(annotation={"bbox": ["1", 2, 3, 4]}), "is not four good numbers", 1),
        (bad(annotation={"bbox": 7}), "is not four good numbers", 1),
        (bad(annotation={"area": NAN}), "NaN and Infinity are no JSON numbers", 1),
        (
            bad(annotation={"bbox": ..., "category_id": ...}),
            "no usable segmentation, bbox or keypoints",
            0,
        ),
        (bad(annotation={"segmentation": [[1, 2, 3, 4]]}), RING, 1),
        (bad(annotation={"segmentation": [[1, 2, 3, 4, 5, 6, 7]]}), RING, 1),
        (bad(annotation={"segmentation": [[]]}), RING, 1),
        (bad(annotation={"segmentation": [["1", "2"] * 4]}), RING, 1),
        (bad(annotation={"segmentation": [[1, 2, None, 4, 5, 6]]}), RING, 1),
        (bad(annotation={"segmentation": [[1, 2, NAN, 4, 5, 6]]}), RING, 1),
        (bad(annotation={"segmentation": [[1e300] * 6]}), RING, 1),
        (bad(annotation={"segmentation": [[10**400] * 6]}), RING, 1),
        (
            bad(annotation={"segmentation": [1, 2, 3, 4, 5, 6]}),
            "not a list of lists",
            1,
        ),
        (bad(annotation={"segmentation": "x"}), "neither a list nor runs", 1),
        (
            bad(annotation={"segmentation": {"size": [10, 10], "counts": [3, 4]}}),
            "add up to 7 pixels",
            1,
        ),
        (
            bad(annotation={"segmentation": {"size": [10, 10], "counts": [-3, 103]}}),
            "negative or too long",
            1,
        ),
        (
            bad(annotation={"segmentation": {"size": [10, 10], "counts": "\x00é"}}),
            "wrong character",
            1,
        ),
        (
            bad(annotation={"segmentation": {"size": [10**9] * 2, "counts": []}}),
            "cannot have 1000000000 x 1000000000 pixels",
            1,
        ),
        (bad(annotation={"segmentation": {"size": 5}}), "must be two whole numbers", 1),
        (
            bad(annotation={"segmentation": {"size": [5, 5], "counts": None}}),
            "must be a text or a list",
            1,
        ),
        (bad(annotation={"keypoints": [1, 2]}), "Keypoints are not triplets", 1),
        (bad(annotation={"keypoints": [1, 2, 5]}), "Keypoints are not triplets", 1),
        (bad(annotation={"keypoints": [NAN, 2, 2]}), "Keypoints are not triplets", 1),
        (bad(image={"file_name": "../x.jpg"}), "leads out", 0),
        (bad(image={"file_name": "/etc/passwd"}), "leads out", 0),
        (bad(image={"file_name": ...}), "An image has no file_name", 0),
        (bad(image={"id": ...}), "An entry of images has no usable id", 0),
        (bad(image={"width": "10"}), "The size of an image is not a whole number", 1),
        (bad(categories=[7]), "A category is not an object", 1),
        (bad(categories=[{"id": 1}]), "A category has no name", 1),
        (bad(categories=[{"name": "x"}]), "An entry of categories has no usable id", 1),
        (bad(categories=[{"id": 1, "name": "x"}] * 2), "Two categories have one id", 1),
        (
            bad(categories=[{"id": 1, "name": "x"}, {"id": 2, "name": "x"}]),
            "Two categories have one name",
            1,
        ),
        (bad(categories={}), "A list must stand here, not an object", 1),
        (bad(annotations={}), "A list must stand here, not an object", 0),
        (bad(annotations=[7, []]), "An annotation is not an object", 0),
    ],
)
def test_what_is_bad_is_said_with_its_place(
    document: dict[str, Any], reason: str, kept: int, tmp_path: Path
) -> None:
    path = save(tmp_path, document)
    context = MemoryContext()
    found = list(CocoFormat().read(path, context))
    assert len(found) == kept
    reasons = [problem.reason for problem in context.report.problems]
    assert any(reason in each for each in reasons), reasons
    assert all("in.json, line 1" in p.where for p in context.report.problems)


@pytest.mark.parametrize("key", ["images", "annotations"])
def test_double_ids(key: str, tmp_path: Path) -> None:
    document = bad()
    document[key].append(copy.deepcopy(document[key][0]))
    data, problems = read_in(save(tmp_path, document))
    assert len(problems) == 1
    assert len(data.the_annotations) == (2 if key == "annotations" else 1)
    ids = [mark["id"] for mark in written(data, tmp_path)["annotations"]]
    assert len(set(ids)) == len(ids)


def test_bad_rings_are_given_back(tmp_path: Path) -> None:
    document = bad(annotation={"segmentation": [[1, 2, 3, 4], SQUARE]})
    data, _ = read_in(save(tmp_path, document))
    assert data.the_annotations[0].geometry == Polygon.of(SQUARE)
    found = written(data, tmp_path)["annotations"]
    assert found == document["annotations"]


def test_lines_and_numbers_of_problems(tmp_path: Path) -> None:
    document = bad()
    document["annotations"] = [dict(document["annotations"][0], id=n) for n in range(9)]
    document["annotations"][6]["image_id"] = 5
    path = tmp_path / "in.json"
    path.write_text(json.dumps(document, indent=0))
    context = MemoryContext()
    assert len(list(CocoFormat().read(path, context))) == 8
    (problem,) = context.report.problems
    line = 1 + next(
        n
        for n, text in enumerate(path.read_text().split("\n"))
        if '"image_id": 5' in text
    )
    assert problem.where == f"in.json, line {line - 2}, annotations[6], id 6"


def test_a_file_that_ends_in_the_middle_is_read_so_far(tmp_path: Path) -> None:
    whole = json.dumps(GIVEN).encode()
    stop = whole.index(b'"id": 7,')
    path = tmp_path / "cut.json"
    path.write_bytes(whole[:stop])
    data, report = read(CocoFormat(), path)
    assert len(data.the_items) == 4
    assert [type(m.geometry) for m in data.the_annotations[:3]] == [Polygon, Mask, Mask]
    assert report.counts[Severity.SKIPPED, "The file ends in the middle."] == 1


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", "must hold a JSON object"),
        ("[]", "must hold a JSON object, not a list"),
        ("{}", "neither images nor annotations"),
        ('{"videos": [], "annotations": []}', "YouTube-VIS"),
        (
            (
                '{"images": [{"id": 1, "file_name": "a.jpg"}], '
                '"annotations": [{"image_id": 1, "segments_info": []}]}'
            ),
            "panoptic",
        ),
        ('{"images": [{"id": 1', "ends in the middle"),
    ],
)
def test_what_is_not_coco(text: str, sentence: str, tmp_path: Path) -> None:
    path = tmp_path / "in.json"
    path.write_text(text)
    with pytest.raises(FormatError, match=sentence):
        read_in(path)


def test_a_folder_without_json(tmp_path: Path) -> None:
    with pytest.raises(FormatError, match="no JSON file"):
        read_in(tmp_path)
    assert CocoFormat().detect(tmp_path) is Confidence.NO


def test_unpaired_surrogates_and_large_numbers(tmp_path: Path) -> None:
    document = bad(
        annotation={
            "note": "\ud800",
            "big": 2**80,
            "attributes": {"\ud800": 1, "b": 2**80},
        },
        categories=[{"id": 1, "name": "c\ud800"}],
    )
    data, _ = read_in(save(tmp_path, document))
    assert data.schema.labels[0].name == "c?"
    found = written(data, tmp_path)
    assert found["annotations"] == document["annotations"]


def test_only_pictures_are_held(tmp_path: Path) -> None:
    data = data_of(Box(1, 2, 3, 4))
    data.the_items[0] = replace(data.the_items[0], media=Media.VIDEO)
    report = write(CocoFormat(), data, tmp_path / "out.json")
    assert report.skipped == 2
    assert report.written == 0
