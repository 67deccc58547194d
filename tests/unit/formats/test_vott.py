"""Exports of VoTT, in and out."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from annolab.errors import FormatError
from annolab.formats import film_times
from annolab.formats.base import Report, Severity
from annolab.formats.vott import VottFormat
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Keyframe, Points, Polygon, Polyline, Track
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from tests.format_memory import Dataset, read, write

TIMES = [0.0, 0.1, 0.15, 0.4, 0.5, 1.0]
FILM = {
    "format": "mp4",
    "id": "f1",
    "name": "cars.mp4",
    "path": "file:/home/someone/my%20films/cars.mp4",
    "size": {"width": 640, "height": 360},
    "state": 1,
    "type": 2,
}


def _frame(time: float, **more: object) -> dict[str, Any]:
    path = f"{FILM['path']}#t={time}"
    return {
        "format": f"mp4#t={time}",
        "id": hashlib.md5(path.encode()).hexdigest(),
        "name": f"cars.mp4#t={time}",
        "path": path,
        "size": FILM["size"],
        "state": 2,
        "type": 3,
        "parent": FILM,
        "timestamp": time,
        **more,
    }


def _region(kind: str, *points: tuple[float, float], **more: Any) -> dict[str, Any]:
    xs, ys = [x for x, _ in points], [y for _, y in points]
    return {
        "id": "dWQwi37no",
        "type": kind,
        "tags": ["car"],
        "boundingBox": {
            "left": min(xs),
            "top": min(ys),
            "width": max(xs) - min(xs),
            "height": max(ys) - min(ys),
        },
        "points": [{"x": x, "y": y} for x, y in points],
        **more,
    }


SQUARE = ((1.5, 2), (4, 2), (4, 6), (1.5, 6))
LINE = ((1.0, 2.0), (3.0, 4.0), (9.0, 1.0))


def _export(*pairs: tuple[dict[str, Any], list[Any]]) -> dict[str, Any]:
    return {
        "name": "street",
        "securityToken": "none",
        "videoSettings": {"frameExtractionRate": 15},
        "tags": [{"name": "car", "color": "#5db300"}, {"name": "red", "color": "x"}],
        "id": "l_wIMIPuD",
        "version": "2.1.0",
        "assets": {
            asset["id"]: {"asset": asset, "regions": regions, "version": "2.1.0"}
            for asset, regions in pairs
        },
    }


EXPORT = _export(
    (FILM, []),
    # 0.133333 is no picture's time: the one of 0.1 is shown then.
    (
        _frame(0.133333, predicted=True),
        [
            _region("RECTANGLE", *SQUARE, tags=["car", "red", "new"]),
            _region("POLYGON", *LINE, id="b", kept={"more": 1}),
        ],
    ),
    (
        _frame(0.5),
        [
            _region("POLYLINE", *LINE, tags=[]),
            _region("POINT", (3, 4)),
            _region("SQUARE", *SQUARE, points=[]),
        ],
    ),
)


def _put(folder: Path, export: object, name: str = "vott.json") -> Path:
    folder.mkdir(exist_ok=True)
    text = export if isinstance(export, str) else json.dumps(export)
    (folder / name).write_text(text)
    return folder / name


def _read(folder: Path, export: object) -> tuple[Dataset, Report]:
    return read(VottFormat(), _put(folder, export), times={"cars.mp4": TIMES})


def test_what_it_means(tmp_path: Path) -> None:
    data, report = _read(tmp_path, EXPORT)
    assert not report.losses
    (item,) = data.the_items
    assert (item.path, item.media) == ("cars.mp4", Media.VIDEO)
    assert (item.width, item.height) == (640, 360)
    said = [(mark.frame, mark.geometry) for mark in data.the_annotations]
    assert said == [
        (1, Box(1.5, 2, 2.5, 4)),
        (1, Polygon.of(LINE)),
        (4, Polyline.of(LINE)),
        (4, Points.of([(3, 4)])),
        (4, Box(1.5, 2, 2.5, 4)),
    ]
    car = data.schema.label_named("car")
    assert car is not None
    assert car.color == "#5db300"
    first, _, third, *_ = data.the_annotations
    assert (first.label_id, first.attributes) == (car.id, {"tags": ("red", "new")})
    assert third.label_id is None


def test_in_and_out_is_equal(tmp_path: Path) -> None:
    data, _ = _read(tmp_path / "in", EXPORT)
    report = write(VottFormat(), data, tmp_path / "out.json")
    assert not report.losses
    made = json.loads((tmp_path / "out.json").read_text())
    # Of a tag without a good color AnnoLab has chosen one.
    assert made.pop("tags")[0] == EXPORT["tags"][0]
    assert made == {k: v for k, v in EXPORT.items() if k != "tags"}


def test_a_file_for_each_frame(tmp_path: Path) -> None:
    for number, entry in enumerate(EXPORT["assets"].values()):
        _put(tmp_path, entry, f"{number}-asset.json")
    assert VottFormat().detect(tmp_path / "1-asset.json")
    data, report = read(VottFormat(), tmp_path, times={"cars.mp4": TIMES})
    assert not report.losses
    assert len(data.the_annotations) == 5
    assert len(data.the_items) == 1


def test_tracks_are_regions_of_one_id(tmp_path: Path) -> None:
    track = Track(
        (
            Keyframe(0, Box(0, 0, 2, 2)),
            Keyframe(2, Box(4, 0, 2, 2)),
            Keyframe(3, Box(4, 0, 2, 2), outside=True),
            Keyframe(4, Box(9, 9, 2, 2)),
        )
    )
    film = Item(id=7, path="a b/cars.mp4", media=Media.VIDEO, length=9.0)
    mark = Annotation(id=9, item_id=7, annotator_id=1, geometry=track, label_id=5)
    schema = Schema((Label(id=5, name="car", color="#ffb000"),))
    data = Dataset(schema, [film], [mark], times={"a b/cars.mp4": TIMES})
    assert not write(VottFormat(), data, tmp_path / "out.json").losses
    assets = json.loads((tmp_path / "out.json").read_text())["assets"].values()
    frames = [x["asset"]["timestamp"] for x in assets if x["asset"]["type"] == 3]
    assert frames == [0.0, 0.1, 0.15, 0.5]
    for x in assets:
        path = x["asset"]["path"].encode()
        assert x["asset"]["id"] == hashlib.md5(path).hexdigest()
    after, report = read(VottFormat(), tmp_path / "out.json", times=data.times)
    assert not report.losses
    assert [x.path for x in after.the_items] == ["a b/cars.mp4"]
    assert [x.geometry for x in after.the_annotations] == [track]


@pytest.mark.parametrize(
    ("time", "reason"),
    [
        (-1, film_times.OUTSIDE),
        (1e9, film_times.OUTSIDE),
        (1e300, film_times.NO_TIME),
        (float("nan"), film_times.NO_TIME),
        ("0.1", film_times.NO_TIME),
        (None, film_times.NO_TIME),
        (10**400, film_times.NO_TIME),
    ],
)
def test_times_that_are_none(time: Any, reason: str, tmp_path: Path) -> None:
    regions = [_region("POINT", (1, 1)), _region("POINT", (2, 2))]
    export = _export((_frame(0.1), regions[:1]), (_frame(0.4, timestamp=time), regions))
    data, report = _read(tmp_path, export)
    assert len(data.the_annotations) == 1
    assert list(report.losses) == [reason]
    assert report.skipped == 2


@pytest.mark.parametrize(
    "region",
    [
        _region("CIRCLE", *SQUARE),
        _region("POLYGON", *LINE[:2]),
        _region("POINT", *LINE),
        _region("POLYLINE", (1, float("nan")), (2, 2)),
        _region("RECTANGLE", *SQUARE, boundingBox={"left": 1}),
        _region("RECTANGLE", *SQUARE, boundingBox=dict.fromkeys(
            ("left", "top", "width", "height"), 1e12)),
        _region("RECTANGLE", *SQUARE, boundingBox=[], points=[None]),
        _region("RECTANGLE", *SQUARE, type=["RECTANGLE"]),
        None,
        [],
    ],
)  # fmt: skip
def test_regions_that_are_none(region: Any, tmp_path: Path) -> None:
    data, report = _read(tmp_path, _export((_frame(0.1), [region])))
    assert not data.the_annotations
    assert report.losses


@pytest.mark.parametrize(
    "asset",
    [
        {**FILM, "type": 1},
        {**_frame(0.1), "parent": None},
        {**_frame(0.1), "parent": {}},
        {**_frame(0.1), "parent": {"name": "..", "path": "file:../../.."}},
        {**FILM, "type": [2]},
    ],
)
def test_assets_that_are_none(asset: dict[str, Any], tmp_path: Path) -> None:
    data, report = _read(tmp_path, _export((asset, [_region("POINT", (1, 1))])))
    assert not data.the_annotations
    assert report.losses


def test_a_film_that_is_not_there(tmp_path: Path) -> None:
    data, report = read(VottFormat(), _put(tmp_path, EXPORT))
    assert not data.the_annotations
    assert len(data.the_items) == 1
    assert film_times.NO_FILM in report.losses
    assert report.skipped == 5


@pytest.mark.parametrize("bad", ["", "[]", "{}", '{"assets": []}', '{"a":' * 9999])
def test_what_is_none(bad: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read(VottFormat(), _put(tmp_path, bad))


def test_frames_that_a_film_does_not_have(tmp_path: Path) -> None:
    box = Box(1, 2, 3, 4)
    film = Item(id=7, path="cars.mp4", media=Media.VIDEO, length=99.0)
    track = Track((Keyframe(4, box), Keyframe(77, box, outside=True)))
    marks = [
        Annotation(id=9, item_id=7, annotator_id=1, geometry=box, frame=77),
        Annotation(id=10, item_id=7, annotator_id=1, geometry=track),
    ]
    data = Dataset(Schema(), [film], marks, times={"cars.mp4": TIMES})
    report = write(VottFormat(), data, tmp_path / "out.json")
    assert report.written == 1
    reason = "A shape on a frame that its film does not have."
    assert report.losses == {reason: 2}
    assert report.counts == {
        (Severity.LOSS, reason): 1,
        (Severity.SKIPPED, reason): 1,
    }
    assets = json.loads((tmp_path / "out.json").read_text())["assets"].values()
    assert [len(x["regions"]) for x in assets] == [0, 1]
