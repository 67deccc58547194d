"""Projects of VIA 3, in and out."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from annolab.errors import FormatError
from annolab.formats import film_times
from annolab.formats.base import Report
from annolab.formats.via3 import Via3Format
from annolab.model.geometry import Box, Ellipse, Keyframe, Polyline, Track, Whole
from annolab.model.item import Media
from tests.format_memory import Dataset, read, write

# Pictures at uneven times: 0, 0.1, 0.15, 0.4, 0.5, and an end at 1.
TIMES = [0.0, 0.1, 0.15, 0.4, 0.5, 1.0]
PROJECT: dict[str, Any] = {
    "project": {
        "pid": "__VIA_PROJECT_ID__",
        "pname": "Kitchen",
        "creator": "VGG Image Annotator",
        "created": 1588343615019,
        "vid_list": ["1"],
    },
    "config": {"file": {"loc_prefix": {"1": ""}}, "ui": {"more": "kept"}},
    "attribute": {
        "1": {
            "aname": "Activity",
            "anchor_id": "FILE1_Z2_XY0",
            "type": 4,
            "desc": "What is done",
            "options": {"1": "Break Egg", "2": "Pour Liquid"},
            "default_option_id": "",
        },
        "2": {
            "aname": "Object",
            "anchor_id": "FILE1_Z1_XY1",
            "type": 1,
            "desc": "",
            "options": {},
            "default_option_id": "",
        },
        "3": {
            "aname": "State",
            "anchor_id": "FILE1_Z1_XY1",
            "type": 2,
            "desc": "",
            "options": {"a": "wet", "b": "hot"},
            "default_option_id": "",
        },
        "9": {"aname": "", "anchor_id": "", "type": 1, "options": {}},
    },
    "file": {
        "1": {"fid": 1, "fname": "Alioli.ogv", "type": 4, "loc": 1, "src": ""},
        "2": {"fid": "2", "fname": "a.wav", "type": 8, "loc": 1, "src": ""},
    },
    "metadata": {
        "1_a": {"vid": "1", "flg": 0, "z": [0.1, 0.4], "xy": [], "av": {"1": "2"}},
        "1_b": {"vid": "1", "flg": 0, "z": [0.2, 1], "xy": [], "av": {"1": "new"}},
        "1_c": {
            "vid": "1",
            "flg": 3,
            "z": [0.3996],
            "xy": [2, 10, 20, 40.5, 50],
            "av": {"2": "cat", "3": "b,a", "77": "odd"},
        },
        "1_d": {"vid": "1", "flg": 0, "z": [0.5], "xy": [3, 5, 6, 2], "av": {"2": ""}},
        "1_e": {
            "vid": "1",
            "flg": 0,
            "z": [0],
            "xy": [8, 1, 5, 4, 1, 9, 4, 5, 8],
            "av": {},
        },
        "1_f": {"vid": "1", "flg": 0, "z": [0], "xy": [5, 1, 2, 3, 4], "av": {}},
    },
    "view": {"1": {"fid_list": [1]}},
}
SOUND = {**PROJECT["view"], "2": {"fid_list": ["2"]}, "3": {"fid_list": []}}
FILM = {"Alioli.ogv": TIMES}


def _put(folder: Path, project: object = PROJECT) -> Path:
    folder.mkdir(exist_ok=True)
    file = folder / "via.json"
    file.write_text(project if isinstance(project, str) else json.dumps(project))
    return file


def _read(folder: Path, **parts: Any) -> tuple[Dataset, Report]:
    return read(Via3Format(), _put(folder, {**PROJECT, **parts}), times=FILM)


def _one(folder: Path, z: object, xy: object, **more: object) -> Report:
    """What is said of a project with one region."""
    entry = {"vid": "1", "flg": 0, "z": z, "xy": xy, "av": {}, **more}
    data, report = _read(folder, metadata={"m": entry})
    assert len(data.the_annotations) == (not report.losses)
    return report


def test_what_it_means(tmp_path: Path) -> None:
    data, report = _read(tmp_path)
    assert not report.losses
    (item,) = data.the_items
    assert (item.path, item.media) == ("Alioli.ogv", Media.VIDEO)
    pour, new, cat, circle, extreme, line = data.the_annotations
    names = {label.id: label.name for label in data.schema.labels}
    # 0.1 to 0.4 are the pictures 1 and 2; what goes on to the end has no end.
    keys = (Keyframe(1, Whole()), Keyframe(3, Whole(), outside=True))
    assert pour.geometry == Track(keys)
    assert names[pour.label_id or 0] == "Pour Liquid"
    assert new.geometry == Track((Keyframe(2, Whole()),))
    # 0.3996 is the picture of 0.4, cut to fewer digits; 25 a second would say 10.
    assert (cat.frame, cat.geometry) == (3, Box(10, 20, 40.5, 50))
    assert names[cat.label_id or 0] == "cat"
    assert cat.attributes == {"State": ("hot", "wet")}
    assert (circle.geometry, circle.label_id) == (Ellipse(5, 6, 2, 2), None)
    assert extreme.geometry == Box(1, 1, 8, 7)
    assert line.geometry == Polyline.of([(1, 2), (3, 4)])
    assert set(names.values()) == {"Break Egg", "Pour Liquid", "new", "cat"}


def test_in_and_out_is_equal(tmp_path: Path) -> None:
    data, _ = _read(tmp_path / "in")
    report = write(Via3Format(), data, tmp_path / "out.json")
    assert not report.losses
    made = json.loads((tmp_path / "out.json").read_text())
    assert made["project"] == PROJECT["project"]
    assert made["view"] == PROJECT["view"]
    given = json.loads(json.dumps(PROJECT["metadata"]))
    given["1_d"]["av"] = {}
    assert made["metadata"] == given
    assert made["config"] == PROJECT["config"]
    assert made["file"] == {"1": PROJECT["file"]["1"]}
    attributes = made["attribute"]
    assert attributes["1"] == PROJECT["attribute"]["1"]
    assert attributes["2"] == PROJECT["attribute"]["2"]
    assert attributes["9"] == PROJECT["attribute"]["9"]


def test_regions_of_one_track_are_keyframes(tmp_path: Path) -> None:
    attribute = {
        **PROJECT["attribute"],
        "4": {"aname": "Track", "anchor_id": "FILE1_Z1_XY1", "type": 1, "options": {}},
    }
    metadata = {
        f"m{n}": {
            "vid": "1",
            "z": [TIMES[n]],
            "xy": [2, n, 0, 5, 5],
            "av": {"4": "7", "2": "cat", "3": "a" if n < 3 else "b"},
        }
        for n in (4, 1, 3)
    }
    data, report = _read(tmp_path, attribute=attribute, metadata=metadata)
    assert not report.losses
    (mark,) = data.the_annotations
    assert isinstance(mark.geometry, Track)
    assert [key.frame for key in mark.geometry.keyframes] == [1, 3, 4]
    said = [dict(key.attributes) for key in mark.geometry.keyframes]
    assert said == [{"State": (x,)} for x in ("wet", "hot", "hot")]
    assert not write(Via3Format(), data, tmp_path / "out.json").losses
    again, _ = read(Via3Format(), tmp_path / "out.json", times=FILM)
    assert [x.geometry for x in again.the_annotations] == [mark.geometry]


def test_without_its_film_there_are_no_frames(tmp_path: Path) -> None:
    data, report = read(Via3Format(), _put(tmp_path))
    assert not data.the_annotations
    assert report.losses == {film_times.NO_FILM: 6}


@pytest.mark.parametrize(
    ("z", "reason"),
    [
        ([-5], film_times.OUTSIDE),
        ([1e300], film_times.NO_TIME),
        ([1e9], film_times.OUTSIDE),
        ([float("nan")], film_times.NO_TIME),
        ([float("inf")], film_times.NO_TIME),
        ([10**400], film_times.NO_TIME),
        (["1"], film_times.NO_TIME),
        ([True], film_times.NO_TIME),
        ([5, 9], film_times.OUTSIDE),
        ([0, None], film_times.NO_TIME),
        ([0, 0.1, 0.2], "A region of more than two times."),
    ],
)
def test_times_that_are_none(z: object, reason: str, tmp_path: Path) -> None:
    assert _one(tmp_path, z, []).losses == {reason: 1}


@pytest.mark.parametrize(
    "xy",
    [
        [0, 1],
        [10, 1, 2],
        [2, 1, 2, 3],
        [2, 1, 2, 3, "4"],
        [2, 1, 2, 3, float("nan")],
        [2, 1, 2, 10**400, 1],
        [2, 1, 2, 1e12, 1],
        [7, 1, 2, 3, 4],
        [7, 1, 2, 3, 4, 5, 6, 7],
        [9, 0, 0, 1, 1, 2, 2],
        [[2], 1, 2],
        [True, 1, 2],
        ["2", 1, 2, 3, 4],
    ],
)
def test_regions_that_are_none(xy: object, tmp_path: Path) -> None:
    assert _one(tmp_path, [0.1], xy).losses


def test_a_range_that_goes_beyond_the_film_ends_with_it(tmp_path: Path) -> None:
    report = _one(tmp_path, [0.5, 77], [])
    assert [x.reason for x in report.problems] == [film_times.CUT]


def test_what_is_on_no_film_is_told(tmp_path: Path) -> None:
    metadata: dict[str, Any] = {
        vid: {"vid": vid, "z": [0.1], "xy": [], "av": {}} for vid in ("1", "2", "9")
    }
    data, report = _read(tmp_path, view=SOUND, metadata=metadata)
    assert len(data.the_annotations) == 1
    assert report.losses == {
        "A view without a file.": 1,
        "What is said of a file that is no film, or was left out.": 1,
        "What is said of a view that is not there.": 1,
    }


def test_ids_that_stand_twice_are_both_kept(tmp_path: Path) -> None:
    text = json.dumps(PROJECT).replace('"1_b":', '"1_a":')
    data, report = read(Via3Format(), _put(tmp_path, text), times=FILM)
    assert len(data.the_annotations) == 6
    assert len(report.problems) == 1
    write(Via3Format(), data, tmp_path / "out.json")
    made = json.loads((tmp_path / "out.json").read_text())
    assert len(made["metadata"]) == 6


@pytest.mark.parametrize(
    "bad",
    ["", "[]", "{}", '{"metadata": {}}', "[" * 100_000, '{"a": ' * 5000, "\xff\xfe"],
)
def test_what_is_none(bad: str, tmp_path: Path) -> None:
    with pytest.raises(FormatError):
        read(Via3Format(), _put(tmp_path, bad))


@pytest.mark.parametrize(
    "name", ["/etc/passwd", "../../x.mp4", "C:\\films\\x.mp4", "https://a.b/x.mp4"]
)
def test_paths_stay_inside(name: str, tmp_path: Path) -> None:
    file = {"1": {"fid": "1", "fname": name, "type": 4, "loc": 2, "src": ""}}
    data, _ = _read(tmp_path, file=file)
    assert data.the_items[0].path in ("passwd", "x.mp4")
