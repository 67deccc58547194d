"""COCO with `video_id` and `track_id`: files of other programs, and bad ones."""

from __future__ import annotations

import copy
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from pycocotools.coco import COCO

from annolab.errors import FormatError
from annolab.formats.base import Confidence, Severity
from annolab.formats.coco import CocoFormat
from annolab.formats.coco_film import CocoFilmFormat
from annolab.formats.coco_film.films import run_of
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Keyframe, Mask, Polygon, Track, Whole
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from tests.format_memory import Dataset, read, write

pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation")

RUNS = masks.encode(np.tri(30, 40))
FILM: dict[str, Any] = {
    "info": {"year": 2020},
    "videos": [{"id": 4, "name": "day/one", "width": 40, "height": 30, "fps": 25}],
    "images": [
        {
            "id": 10 + n, "video_id": 4, "frame_id": n, "mot_frame_id": n + 1,
            "file_name": f"day/one/img_{n + 1:05d}.jpg", "width": 40, "height": 30,
        }
        for n in range(6)
    ],
    "annotations": [
        {
            "id": 100 + n, "image_id": 10 + n, "video_id": 4, "category_id": 2,
            "track_id": 7, "bbox": [n, 2, 10, 5], "area": 50, "iscrowd": 0,
            "segmentation": [], "visibility": 1 - n / 10,
            "attributes": {"color": "red", "fast": n > 1},
        }
        for n in (0, 1, 4)
    ] + [
        {
            "id": 200, "image_id": 12, "category_id": 3, "iscrowd": 0,
            "bbox": [0, 0, 3, 3], "area": 9,
        },
        {
            "id": 300, "image_id": 10, "category_id": 3, "track_id": 0, "iscrowd": 1,
            "bbox": [0, 0, 30, 30], "area": 465,
            "segmentation": {"size": [30, 40], "counts": RUNS.counts.tolist()},
        },
    ],
    "categories": [{"id": 3, "name": "dog"}, {"id": 2, "name": "cat", "extra": [1]}],
}  # fmt: skip


def _put(folder: Path, document: object) -> Path:
    path = folder / "film.json"
    path.write_text(json.dumps(document), "utf-8")
    return path


def _changed(key: str, place: int, **changes: object) -> dict[str, Any]:
    document = copy.deepcopy(FILM)
    document[key][place] |= changes
    return document


def _tracks(data: Dataset) -> list[Track]:
    shapes = [mark.geometry for mark in data.the_annotations]
    return [shape for shape in shapes if isinstance(shape, Track)]


def _sorted(document: dict[str, Any]) -> dict[str, Any]:
    for key in ("annotations", "images", "categories", "videos"):
        document[key].sort(key=lambda raw: raw["id"])
    return document


def test_tracks_with_gaps(tmp_path: Path) -> None:
    data, report = read(CocoFilmFormat(), _put(tmp_path, FILM))
    assert not report.losses
    [film] = data.the_items
    assert (film.path, film.media) == ("day/one/img_#.jpg", Media.VIDEO)
    assert (film.width, film.height) == (40, 30)
    cat, dog = _tracks(data)
    assert [(k.frame, k.outside) for k in cat.keyframes] == [
        (0, False), (1, False), (2, True), (4, False), (5, True),
    ]  # fmt: skip
    assert cat.keyframes[3].geometry == Box(4, 2, 10, 5)
    assert [k.attributes.get("fast") for k in cat.keyframes[::3]] == [False, True]
    assert dog.keyframes[0].geometry == RUNS
    marks = {mark.frame: mark for mark in data.the_annotations}
    assert marks[2].geometry == Box(0, 0, 3, 3)
    track = next(m for m in data.the_annotations if m.geometry == cat)
    assert track.attributes == {"color": "red", "track_id": 7}


def test_a_file_comes_back_as_it_was(tmp_path: Path) -> None:
    data, _ = read(CocoFilmFormat(), _put(tmp_path, FILM))
    report = write(CocoFilmFormat(), data, tmp_path / "out.json")
    assert not report.losses
    assert report.written == 3
    out = json.loads((tmp_path / "out.json").read_text())
    assert out["videos"][0].pop("annolab") == {"first_frame": 0}
    for raw in out["annotations"]:
        assert raw.pop("annolab", {}).keys() <= {"changing"}
    before = copy.deepcopy(FILM)
    for raw in before["annotations"]:
        raw["video_id"] = 4
    assert _sorted(out) == _sorted(before)


def test_pycocotools_reads_what_is_written(tmp_path: Path) -> None:
    film = Item(id=1, path="a.mp4", media=Media.VIDEO, width=40, height=30, length=20.0)
    star = Polygon.of([(2, 2), (30, 4), (20, 28), (4, 20)])
    track = Track((Keyframe(2, star), Keyframe(12, RUNS), Keyframe(15, RUNS, True)))
    mark = Annotation(id=5, item_id=1, annotator_id=1, geometry=track, label_id=3)
    data = Dataset(Schema((Label(id=3, name="cat", color="#ffffff"),)), [film], [mark])
    write(CocoFilmFormat(), data, tmp_path / "out.json")
    coco = COCO(str(tmp_path / "out.json"))
    assert len(coco.imgs) == 20
    assert len(coco.anns) == 13
    for raw in coco.anns.values():
        assert raw["area"] == coco.annToMask(raw).sum()
        assert raw["track_id"] == 1
        assert coco.imgs[raw["image_id"]]["file_name"].startswith("a/0000")


def test_a_number_that_was_changed_is_written(tmp_path: Path) -> None:
    data, _ = read(CocoFilmFormat(), _put(tmp_path, FILM))
    assert [m.attributes.get("track_id") for m in data.the_annotations] == [None, 7, 0]
    marks = [
        replace(m, attributes={**m.attributes, "track_id": 55})
        if m.attributes.get("track_id") == 7
        else m
        for m in data.the_annotations
    ]
    write(CocoFilmFormat(), replace(data, the_annotations=marks), tmp_path / "o.json")
    out = json.loads((tmp_path / "o.json").read_text())
    assert {raw.get("track_id") for raw in out["annotations"]} == {None, 55, 0}
    assert not any("track_id" in x.get("attributes", ()) for x in out["annotations"])


def test_pictures_far_apart_are_keyframes(tmp_path: Path) -> None:
    document = copy.deepcopy(FILM)
    for raw in document["images"]:
        raw["frame_index"] = 30 * raw["frame_id"]
    data, _ = read(CocoFilmFormat(), _put(tmp_path, document))
    cat = _tracks(data)[0]
    assert [(k.frame, k.outside) for k in cat.keyframes] == [
        (0, False), (30, False), (60, True), (120, False), (150, True),
    ]  # fmt: skip


def test_frames_that_count_from_one(tmp_path: Path) -> None:
    document = copy.deepcopy(FILM)
    for raw in document["images"]:
        raw["frame_id"] += 1
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert _tracks(data)[0].keyframes[0].frame == 0
    assert len(report.counts) == 1
    write(CocoFilmFormat(), data, tmp_path / "out.json")
    out = json.loads((tmp_path / "out.json").read_text())
    assert [raw["frame_id"] for raw in out["images"]] == [1, 2, 3, 4, 5, 6]
    data, _ = read(CocoFilmFormat(), _put(tmp_path, document), first_frame="0")
    assert _tracks(data)[0].keyframes[0].frame == 1


def test_pictures_without_numbers_follow_their_names(tmp_path: Path) -> None:
    document = copy.deepcopy(FILM)
    document["images"].reverse()
    for raw in document["images"]:
        del raw["frame_id"]
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert _tracks(data)[0].keyframes[0].frame == 0
    assert [how for how, _ in report.counts] == [Severity.NOTE]


def test_the_film_itself_is_found_by_its_name(tmp_path: Path) -> None:
    document = _changed("videos", 0, name="day/one.MP4")
    data, _ = read(CocoFilmFormat(), _put(tmp_path, document))
    assert [x.path for x in data.the_items] == ["day/one.MP4"]


def test_one_id_twice_on_a_frame(tmp_path: Path) -> None:
    document = _changed("annotations", 1, image_id=10)
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert len(data.the_annotations) == 4
    assert not report.losses
    assert [m.frame for m in data.the_annotations] == [0, 2, None, None]
    assert [how for how, _ in report.counts] == [Severity.REPAIRED]


def test_a_track_of_two_categories_is_two(tmp_path: Path) -> None:
    document = _changed("annotations", 2, category_id=3)
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert len(_tracks(data)) == 3
    assert not report.losses


@pytest.mark.parametrize("frame", [10**30, -1, 1.5, None, "x", True])
def test_hostile_frames_cost_their_picture_at_most(
    frame: object, tmp_path: Path
) -> None:
    document = _changed("images", 4, frame_id=frame)
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert len(data.the_annotations) == 3
    assert report.counts
    assert max(k.frame for t in _tracks(data) for k in t.keyframes) < 10**9


def test_frames_far_out_are_not_all_written(tmp_path: Path) -> None:
    document = _changed("images", 4, frame_id=10**9)
    data, _ = read(CocoFilmFormat(), _put(tmp_path, document))
    report = write(CocoFilmFormat(), data, tmp_path / "out.json")
    assert not report.losses
    out = json.loads((tmp_path / "out.json").read_text())
    assert len(out["images"]) < 10
    again, _ = read(CocoFilmFormat(), tmp_path / "out.json")
    assert _tracks(again)[0] == _tracks(data)[0]


def test_texts_that_are_no_unicode_are_mended(tmp_path: Path) -> None:
    document = _changed("annotations", 3, annolab={"text": "a\udc80"})
    data, _ = read(CocoFilmFormat(), _put(tmp_path, document))
    assert [m.text for m in data.the_annotations if m.text] == ["a?"]


def test_a_missing_video_is_told(tmp_path: Path) -> None:
    document = copy.deepcopy(FILM)
    del document["videos"]
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert len(data.the_annotations) == 3
    assert [x.path for x in data.the_items] == ["day/one/img_#.jpg"]
    assert report.counts


@pytest.mark.parametrize("name", ["../../secret.mp4", "/etc/passwd.mp4"])
def test_a_film_outside_is_left_out(name: str, tmp_path: Path) -> None:
    document = _changed("videos", 0, name=name)
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert not data.the_annotations
    assert report.losses


def test_runs_of_a_wrong_length_cost_their_shape(tmp_path: Path) -> None:
    runs = {"size": [30, 40], "counts": [1, 2**31]}
    document = _changed("annotations", 4, segmentation=runs)
    data, report = read(CocoFilmFormat(), _put(tmp_path, document))
    assert isinstance(_tracks(data)[1].keyframes[0].geometry, Box)
    assert report.counts


def test_youtube_vis_is_refused(tmp_path: Path) -> None:
    path = _put(tmp_path, {"videos": [], "annotations": []})
    with pytest.raises(FormatError):
        read(CocoFilmFormat(), path)


def test_plain_coco_leaves_films_to_this_one(tmp_path: Path) -> None:
    path = _put(tmp_path, FILM)
    assert CocoFilmFormat().detect(path) is Confidence.YES
    assert CocoFormat().detect(path) is Confidence.MAYBE
    data, report = read(CocoFormat(), path)
    assert len(data.the_items) == 6
    assert report.counts


def test_a_label_on_a_range_of_frames(tmp_path: Path) -> None:
    film = Item(id=1, path="a.mp4", media=Media.VIDEO, length=9.0)
    track = Track((Keyframe(2, Whole()), Keyframe(5, Whole(), True)))
    mark = Annotation(id=5, item_id=1, annotator_id=1, geometry=track, label_id=3)
    data = Dataset(Schema((Label(id=3, name="cat", color="#ffffff"),)), [film], [mark])
    write(CocoFilmFormat(), data, tmp_path / "out.json")
    out = json.loads((tmp_path / "out.json").read_text())
    assert (len(out["annotations"]), len(out["image_labels"])) == (0, 3)
    again, _ = read(CocoFilmFormat(), tmp_path / "out.json")
    assert _tracks(again) == [track]
    write(CocoFilmFormat(), again, tmp_path / "again.json")
    assert json.loads((tmp_path / "again.json").read_text()) == out


def test_what_is_said_while_a_track_is_not_seen_is_reported(tmp_path: Path) -> None:
    film = Item(id=1, path="a.mp4", media=Media.VIDEO, length=9.0)
    keys = (Keyframe(2, Box(0, 0, 1, 1)), Keyframe(5, Box(1, 1, 1, 1), True))
    mark = Annotation(id=5, item_id=1, annotator_id=1, geometry=Track(keys))
    report = write(
        CocoFilmFormat(), Dataset(Schema(), [film], [mark]), tmp_path / "out.json"
    )
    assert list(report.losses.values()) == [1]


def test_names_that_differ_by_a_number() -> None:
    assert run_of(["a/b_1x.jpg", "a/b_22x.jpg"]) == "a/b_#x.jpg"
    assert run_of(["a/1.jpg", "b/2.jpg"]) is None
    assert run_of(["a/one.jpg"]) is None
    assert run_of([]) is None


def test_very_long_names_take_no_time(tmp_path: Path) -> None:
    names = ["[" * 300_000, "9" * 5000 + ".jpg", "#" * 300_000]
    for name in names:
        images = [{"id": 1, "video_id": 4, "file_name": name}]
        document = {**FILM, "images": images, "videos": [{"id": 4, "name": name}]}
        data, _ = read(CocoFilmFormat(), _put(tmp_path, document))
        assert len(data.the_items) == 1


def test_masks_stay_masks(tmp_path: Path) -> None:
    data, _ = read(CocoFilmFormat(), _put(tmp_path, FILM))
    shapes = [k.geometry for t in _tracks(data) for k in t.keyframes]
    assert [x.counts.sum() for x in shapes if isinstance(x, Mask)] == [1200] * 2
