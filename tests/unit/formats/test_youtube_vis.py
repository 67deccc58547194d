"""YouTube-VIS: the contract of formats, files of other programs, and bad ones."""

from __future__ import annotations

import copy
import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import strategies as st
from pycocotools import mask as coco_masks

from annolab.errors import FormatError
from annolab.formats.base import Confidence
from annolab.formats.coco import CocoFormat
from annolab.formats.coco_film import CocoFilmFormat
from annolab.formats.youtube_vis import YoutubeVisFormat
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import Keyframe, Mask, Points, Polygon, Track, Whole
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from tests.film_contract import FilmContract, pictured
from tests.format_memory import Dataset, read, write

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

RUNS = masks.encode(np.tri(30, 40))
LIST = {"size": [30, 40], "counts": RUNS.counts.tolist()}
TEXT = {"size": [30, 40], "counts": masks.counts_to_string(RUNS.counts)}
FILM: dict[str, Any] = {
    "info": {"description": "YouTube-VOS"},
    "videos": [
        {
            "id": 4, "width": 40, "height": 30, "length": 4, "license": 1,
            "file_names": [f"0043f083b5/{5 * n:05d}.jpg" for n in range(4)],
        },
        {
            "id": 5, "width": 40, "height": 30, "length": 2,
            "file_names": ["00ad/00000.jpg", "00ad/00005.jpg"],
        },
    ],
    "annotations": [
        {
            "id": 9, "video_id": 4, "category_id": 2, "iscrowd": 0,
            "height": 30, "width": 40, "length": 1,
            "segmentations": [None, LIST, TEXT, None],
            "bboxes": [None, [0, 0, 30, 30], [0, 0, 30, 30], None],
            "areas": [None, 465, 465, None],
            "occlusion": ["no_occlusion", "no_occlusion", "slight_occlusion", None],
        },
        {
            "id": 7, "video_id": 5, "category_id": 2, "iscrowd": 0,
            "segmentations": [[[1, 1, 9, 1, 5, 8]], None],
            "bboxes": [[1, 1, 8, 7], None], "areas": [28.0, None],
        },
    ],
    "categories": [{"id": 2, "name": "person", "supercategory": "object"}],
}  # fmt: skip


class TestYoutubeVis(FilmContract):
    format_id = "youtube-vis"
    target = "films.json"
    suffix = ".json"

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return pictured().map(_held)

    def options(self) -> Mapping[str, str]:
        return {"rle": "uncompressed"}


def _held(data: Dataset) -> Dataset:
    marks = [
        mark
        for mark in data.the_annotations
        if not any(isinstance(x, Points | Whole) for x in _shapes(mark))
    ]
    return replace(data, the_annotations=marks)


def _shapes(mark: Annotation) -> list[object]:
    shape = mark.geometry
    keys = shape.keyframes if isinstance(shape, Track) else ()
    return [key.geometry for key in keys] or [shape]


def _put(folder: Path, document: object) -> Path:
    path = folder / "film.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def _changed(**changes: object) -> dict[str, Any]:
    document = copy.deepcopy(FILM)
    document["annotations"][0] |= changes
    return document


def test_an_object_is_a_track(tmp_path: Path) -> None:
    data, report = read(YoutubeVisFormat(), _put(tmp_path, FILM))
    assert not report.counts
    paths = [(x.path, x.media, x.length) for x in data.the_items]
    assert paths == [
        ("0043f083b5/#.jpg", Media.VIDEO, 4), ("00ad/#.jpg", Media.VIDEO, 2),
    ]  # fmt: skip
    first, second = (mark.geometry for mark in data.the_annotations)
    assert isinstance(first, Track)
    assert isinstance(second, Track)
    assert [(k.frame, k.outside) for k in first.keyframes] == [
        (1, False), (2, False), (3, True),
    ]  # fmt: skip
    assert [k.geometry for k in first.keyframes] == [RUNS] * 3
    assert [(k.frame, k.outside) for k in second.keyframes] == [(0, False), (1, True)]
    assert isinstance(second.keyframes[0].geometry, Polygon)


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    data, _ = read(YoutubeVisFormat(), _put(tmp_path, FILM))
    report = write(YoutubeVisFormat(), data, tmp_path / "out.json")
    assert not report.losses
    assert report.written == 2
    out = json.loads((tmp_path / "out.json").read_text())
    for raw in out["videos"]:
        assert raw.pop("annolab") == {"first_frame": 0}
        assert raw.pop("name").endswith("/#.jpg")
    assert out == FILM


def test_runs_and_areas_are_those_of_pycocotools(tmp_path: Path) -> None:
    film = Item(id=1, path="a.mp4", media=Media.VIDEO, width=40, height=30, length=8.0)
    holed = Polygon.of([(2, 2), (30, 4), (20, 28)], [(9, 8), (12, 9), (11, 14)])
    track = Track((Keyframe(2, holed), Keyframe(5, RUNS)))
    mark = Annotation(id=5, item_id=1, annotator_id=1, geometry=track, label_id=3)
    data = Dataset(Schema((Label(id=3, name="cat", color="#ffffff"),)), [film], [mark])
    write(YoutubeVisFormat(), data, tmp_path / "out.json")
    out = json.loads((tmp_path / "out.json").read_text())
    [raw] = out["annotations"]
    assert out["videos"][0]["length"] == len(out["videos"][0]["file_names"]) == 8
    assert [x is None for x in raw["segmentations"]] == [True] * 2 + [False] * 6
    for runs, area in zip(raw["segmentations"], raw["areas"], strict=True):
        if runs is not None:
            assert area == coco_masks.area(runs)
    for runs, box in zip(raw["segmentations"][5:], raw["bboxes"][5:], strict=True):
        assert box == coco_masks.toBbox(runs).tolist()
    again, _ = read(YoutubeVisFormat(), tmp_path / "out.json")
    assert [m.geometry for m in again.the_annotations] == [track]


@pytest.mark.parametrize(
    "changes",
    [
        {"segmentations": [None] * 3 + [LIST] * 5},
        {"segmentations": [{"size": [30, 40], "counts": [1, 2]}, None, None, None]},
        {"segmentations": [{"size": [10**9, 10**9], "counts": "a"}] * 4},
        {"segmentations": "x", "bboxes": 5},
        {"segmentations": [None] * 4, "bboxes": None},
        {"bboxes": [[1, 2, 3, "x"]] * 4, "segmentations": []},
        {"video_id": 77},
        {"video_id": []},
        {"annolab": {"frames": {"1": 5, "x": {}}}, "areas": ["x"] * 4},
        {"id": 7},
        {"id": None, "track_id": 5},
    ],
)
def test_bad_objects_are_told(changes: dict[str, object], tmp_path: Path) -> None:
    data, report = read(YoutubeVisFormat(), _put(tmp_path, _changed(**changes)))
    assert report.counts or "annolab" in changes
    assert data.the_annotations
    shapes = [x for mark in data.the_annotations for x in _shapes(mark)]
    assert all(x == RUNS for x in shapes if isinstance(x, Mask))


def test_a_box_is_a_shape_to_readers_of_masks(tmp_path: Path) -> None:
    document = _changed(segmentations=[None] * 4)
    data, _ = read(YoutubeVisFormat(), _put(tmp_path, document))
    write(YoutubeVisFormat(), data, tmp_path / "out.json")
    raw = json.loads((tmp_path / "out.json").read_text())["annotations"][0]
    assert raw["segmentations"][1] == [[0, 0, 0, 30, 30, 30, 30, 0]]
    again, _ = read(YoutubeVisFormat(), tmp_path / "out.json")
    assert again.the_annotations[0].geometry == data.the_annotations[0].geometry


def test_a_film_of_untold_length_is_not_made_up(tmp_path: Path) -> None:
    document = copy.deepcopy(FILM)
    document["videos"][0] |= {"file_names": None, "length": 2**31 - 1, "name": "b.mp4"}
    data, _ = read(YoutubeVisFormat(), _put(tmp_path, document))
    report = write(YoutubeVisFormat(), data, tmp_path / "out.json")
    assert len(report.losses) == 1
    assert (tmp_path / "out.json").stat().st_size < 10_000


def test_a_set_without_annotations(tmp_path: Path) -> None:
    data, _ = read(YoutubeVisFormat(), _put(tmp_path, {**FILM, "annotations": None}))
    assert len(data.the_items) == 2


def test_what_is_another_format(tmp_path: Path) -> None:
    path = _put(tmp_path, FILM)
    assert YoutubeVisFormat().detect(path) is Confidence.YES
    assert CocoFilmFormat().detect(path) is Confidence.NO
    assert CocoFormat().detect(path) is Confidence.NO
    others: tuple[dict[str, Any], ...] = ({"images": []}, {"videos": [], "images": []})
    for document in others:
        with pytest.raises(FormatError):
            read(YoutubeVisFormat(), _put(tmp_path, document))


def test_points_and_labels_are_left_out_and_told(tmp_path: Path) -> None:
    film = Item(id=1, path="a.mp4", media=Media.VIDEO, length=8.0)
    shapes: tuple[Whole | Points, ...] = (Whole(), Points.of([(1, 2)]))
    marks = [
        Annotation(id=5 + n, item_id=1, annotator_id=1, geometry=shape, frame=2)
        for n, shape in enumerate(shapes)
    ]
    data = Dataset(Schema(), [film], marks)
    report = write(YoutubeVisFormat(), data, tmp_path / "out.json")
    assert (report.written, report.skipped) == (0, 2)
