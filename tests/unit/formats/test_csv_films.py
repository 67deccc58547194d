"""Tables of films: a row for each keyframe or frame of a track."""

from __future__ import annotations

import csv
import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.formats import film_times
from annolab.formats.base import Report
from annolab.formats.csv_table import CsvFormat
from annolab.formats.frame_rows import thinned, track_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Attributes,
    Box,
    Keyframe,
    Polygon,
    Shape,
    Track,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema
from annolab.model.tracks import attributes_at, geometry_at
from tests import strategies as some
from tests.film_contract import tracks
from tests.format_memory import Dataset, read, write

TIMES = [0.0, 0.1, 0.15, 0.4, 0.5, 1.0]
FILM = Item(id=7, path="a.mp4", media=Media.VIDEO, width=9, height=9, length=5.0)
CAR = Track(
    (
        Keyframe(1, Box(1, 2, 3, 4), attributes={"speed": 2.5}),
        Keyframe(3, Box(3, 2, 3, 4), attributes={"occluded": True, "speed": 3}),
        Keyframe(4, Box(3, 2, 3, 4), outside=True),
    )
)


def _data(*geometries: Track, length: float = 5.0) -> Dataset:
    marks = [
        Annotation(
            id=20 + n,
            item_id=7,
            annotator_id=1,
            geometry=geometry,
            label_id=5,
            attributes={"color": "red"},
            score=0.5,
        )
        for n, geometry in enumerate(geometries)
    ]
    label = Label(id=5, name="car", color="#ffb000")
    film = replace(FILM, length=length)
    return Dataset(Schema((label,)), [film], marks, times={"a.mp4": TIMES})


def _rows(file: Path) -> list[dict[str, str]]:
    with file.open(encoding="utf-8", newline="") as opened:
        return list(csv.DictReader(opened))


def _read(folder: Path, text: str) -> tuple[Dataset, Report]:
    file = folder / "table.csv"
    file.write_text(text, encoding="utf-8")
    return read(CsvFormat(), file, times={"a.mp4": TIMES})


def test_a_row_for_each_keyframe(tmp_path: Path) -> None:
    data = _data(CAR, Track((Keyframe(0, Whole()), Keyframe(2, Whole(), outside=True))))
    assert not write(CsvFormat(), data, tmp_path / "t.csv").losses
    rows = _rows(tmp_path / "t.csv")
    said = [(x["track"], x["frame"], x["time"], x["outside"]) for x in rows]
    assert said == [
        ("1", "1", "0.1", "false"),
        ("1", "3", "0.4", "false"),
        ("1", "4", "0.5", "true"),
        ("2", "0", "0", "false"),
        ("2", "2", "0.15", "true"),
    ]
    assert [x["x"] for x in rows] == ["1", "3", "3", "", ""]
    assert [x["kind"] for x in rows] == ["box"] * 3 + ["whole"] * 2
    assert [x["occluded"] for x in rows] == ["", "true", "", "", ""]
    assert [x["key.speed"] for x in rows] == ["2.5", "3", "", "", ""]
    assert {(x["label"], x["attr.color"], x["score"]) for x in rows} == {
        ("car", "red", "0.5")
    }
    after, report = read(CsvFormat(), tmp_path / "t.csv")
    assert not report.problems
    for old, new in zip(data.annotations(), after.annotations(), strict=True):
        assert new.geometry == old.geometry
        assert (new.attributes, new.score) == (old.attributes, old.score)
    keys = after.the_annotations[0].geometry
    assert isinstance(keys, Track)
    assert [dict(key.attributes) for key in keys.keyframes] == [
        dict(key.attributes) for key in CAR.keyframes
    ]


def test_a_row_for_each_frame(tmp_path: Path) -> None:
    report = write(CsvFormat(), _data(CAR), tmp_path / "t.csv", tracks="frames")
    assert not report.losses
    rows = _rows(tmp_path / "t.csv")
    assert [x["frame"] for x in rows] == ["1", "2", "3"]
    assert [x["x"] for x in rows] == ["1", "2", "3"]
    assert "outside" not in rows[0]
    after, _ = read(CsvFormat(), tmp_path / "t.csv")
    assert [x.geometry for x in after.the_annotations] == [CAR]


def test_a_track_that_is_never_seen_has_no_rows_of_frames(tmp_path: Path) -> None:
    data = _data(Track((Keyframe(0, Whole(), outside=True),)))
    report = write(CsvFormat(), data, tmp_path / "t.csv", tracks="frames")
    assert report.losses == {"A track that is never seen.": 1}
    assert [x["file"] for x in _rows(tmp_path / "t.csv")] == ["a.mp4"]


POLYGONS: st.SearchStrategy[Shape] = some.point_arrays(3).map(Polygon.of)
BOXES: st.SearchStrategy[Shape] = some.boxes()


@settings(max_examples=20, deadline=None)
@given(st.lists(tracks(BOXES) | tracks(POLYGONS), min_size=1, max_size=3))
def test_rows_of_frames_show_the_same(given_tracks: list[Track]) -> None:
    data = _data(*given_tracks, length=500)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "t.csv")
        report = write(CsvFormat(), data, file, tracks="frames")
        after, _ = read(CsvFormat(), file)
    lost = sum(report.losses.values())
    seen = [x for x in given_tracks if any(geometry_at(x, n) for n in range(500))]
    assert lost == len(given_tracks) - len(seen)
    found = [mark.geometry for mark in after.annotations()]
    for old, new in zip(seen, found, strict=True):
        assert isinstance(new, Track)
        for frame in range(500):
            shape = geometry_at(old, frame)
            assert geometry_at(new, frame) == shape
            if shape is not None:
                said = attributes_at(new, frame)
                assert said == attributes_at(old, frame)


@given(st.dictionaries(st.integers(0, 3000), some.boxes(), min_size=1, max_size=40))
def test_thinned_shows_the_same(boxes: dict[int, Box]) -> None:
    shapes: dict[int, tuple[Shape, Attributes]] = {
        k + n: (box, {}) for k, box in boxes.items() for n in range(3)
    }
    track = track_of(shapes, None)
    thin = thinned(track)
    assert len(thin.keyframes) <= len(track.keyframes)
    for key in track.keyframes:
        assert geometry_at(thin, key.frame) == geometry_at(track, key.frame)


def test_a_track_of_ten_thousand_frames_gets_few_keyframes() -> None:
    shapes: dict[int, tuple[Shape, Attributes]] = {
        n: (Box(n, 0, 5, 5), {}) for n in range(10_000)
    }
    assert len(thinned(track_of(shapes, 10_000)).keyframes) < 20


def test_a_table_of_another_program(tmp_path: Path) -> None:
    text = (
        "filename,media,track_id,timestamp,time,class,x,y,w,h,sure\n"
        "a.mp4,video,7,x,0.1,car,1,2,3,4,0.9\n"
        "a.mp4,video,7,x,0.16,car,1,2,3,4,0.8\n"
        "a.mp4,video,8,x,0.4,car,1,2,3,4,0.7\n"
        "b.jpg,image,9,y,3,car,1,2,3,4,0.7\n"
    )
    data, report = _read(tmp_path, text)
    assert not report.losses
    picture, one, two = data.the_annotations
    assert dict(picture.attributes) == {
        "track": 9,
        "timestamp": "y",
        "time": 3,
        "sure": 0.7,
    }
    assert isinstance(one.geometry, Track)
    assert isinstance(two.geometry, Track)
    frames = [(key.frame, key.outside) for key in one.geometry.keyframes]
    assert frames == [(1, False), (2, False), (3, True)]
    assert one.geometry.keyframes[1].attributes["sure"] == 0.8
    assert two.geometry.keyframes[0].frame == 3


NO_FRAME = "A row of a track that says no frame."
HEAD = "file,label,kind,x,y,w,h,frame,time,track,outside,media\n"


@pytest.mark.parametrize(
    ("row", "reason"),
    [
        ("a.mp4,car,box,1,2,3,4,-1,,1,,video", NO_FRAME),
        ("a.mp4,car,box,1,2,3,4,nan,,1,,video", NO_FRAME),
        ("a.mp4,car,box,1,2,3,4,1e300,,1,,video", NO_FRAME),
        ("a.mp4,car,box,1,2,3,4,,9e9,1,,video", film_times.OUTSIDE),
        ("b.mp4,car,box,1,2,3,4,,0.1,1,,video", film_times.NO_FILM),
        ("a.mp4,car,box,1,2,3,4,,,1,,video", NO_FRAME),
        ("a.mp4,car,box,1,2,3,x,1,,1,,video", "There is no number in the column h."),
        (
            "a.mp4,car,instant,1,2,3,4,1,,1,,video",
            "This is no geometry of the kind instant.",
        ),
    ],
)  # fmt: skip
def test_rows_that_are_none(row: str, reason: str, tmp_path: Path) -> None:
    good = "a.mp4,car,box,1,2,3,4,1,,5,false,video\n"
    data, report = _read(tmp_path, HEAD + row + "\n" + good)
    assert reason in report.losses
    assert len(data.the_annotations) == 1


def test_two_rows_for_a_frame(tmp_path: Path) -> None:
    good = "a.mp4,car,box,1,2,3,4,1,,5,false,video\n"
    other = "a.mp4,bus,box,1,2,3,4,2,,5,true,video\n"
    data, report = _read(tmp_path, HEAD + good + good + other)
    assert report.losses == {
        "A second row of a track for one frame; it is left out.": 1,
        "The rows of a track differ in what holds for all of it.": 1,
    }
    (mark,) = data.the_annotations
    assert isinstance(mark.geometry, Track)
    assert [key.frame for key in mark.geometry.keyframes] == [1, 2]
