"""TextGrids of films: tiers of the sound, and ranges of frames."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.formats.film_times import NO_TIMES
from annolab.formats.textgrid import TextGridFormat
from annolab.formats.textgrid.reader import read_grid
from annolab.model.annotation import Annotation
from annolab.model.geometry import Geometry, Interval, Keyframe, Track, Whole
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, Tier, TierKind
from annolab.model.tracks import is_seen
from tests.format_memory import Dataset, read, write

TIMES = [0.0, 0.1, 0.15, 0.4, 0.5, 1.0]
WORDS = Tier(id=2, name="words", kind=TierKind.INTERVAL)
FILM = Item(id=7, path="a.mp4", media=Media.VIDEO, length=5.0)
LABELS = (Label(id=5, name="run", color="#ffb000"), Label(id=6, name="", color="#000"))


def _ranges(*pairs: tuple[int, int | None]) -> Track:
    keys: list[Keyframe] = []
    for first, after in pairs:
        keys.append(Keyframe(first, Whole()))
        if after is not None:
            keys.append(Keyframe(after, Whole(), outside=True))
    return Track(tuple(keys))


def _mark(geometry: Geometry, **said: object) -> Annotation:
    fields: dict[str, object] = {"id": 9, "label_id": 5} | said
    return Annotation(item_id=7, annotator_id=1, geometry=geometry, **fields)  # type: ignore[arg-type]


def _data(*marks: Annotation, times: Sequence[float] = TIMES) -> Dataset:
    film = (
        FILM
        if not any(x.tier_id for x in marks)
        else Item(id=7, path="a.mp4", media=Media.VIDEO, length=5.0, tiers=(2,))
    )
    return Dataset(
        Schema(LABELS, tiers=(WORDS,)),
        [film],
        list(marks),
        times={"a.mp4": list(times)},
    )


def test_ranges_are_intervals_by_the_times_of_the_film(tmp_path: Path) -> None:
    data = _data(
        _mark(_ranges((1, 3)), id=8),
        _mark(_ranges((2, None)), id=9),
        _mark(Whole(), id=10, frame=0),
        _mark(Interval(0.0, 1.0), id=11, tier_id=2, label_id=None, text="hello"),
    )
    report = write(TextGridFormat(), data, tmp_path / "out")
    assert not report.losses
    grid = read_grid((tmp_path / "out" / "a.TextGrid").read_bytes())
    assert (grid.xmin, grid.xmax) == (0.0, 1.0)
    words, frames, more = grid.tiers
    assert words.marks == [(0.0, 1.0, "hello")]
    assert (frames.name, more.name) == ("Frames", "Frames 2")
    assert frames.marks == [(0.0, 0.1, "run"), (0.1, 0.4, "run"), (0.4, 1.0, "")]
    assert more.marks == [(0.0, 0.15, ""), (0.15, 1.0, "run")]
    after, found = read(TextGridFormat(), tmp_path / "out", times=data.times)
    assert not found.problems
    said = [(x.geometry, x.frame, x.text) for x in after.the_annotations]
    assert said == [
        (Interval(0.0, 1.0), None, "hello"),
        (Whole(), 0, None),
        (_ranges((1, 3)), None, None),
        (_ranges((2, None)), None, None),
    ]
    (item,) = after.the_items
    names = [tier.name for tier in after.schema.tiers if tier.id in item.tiers]
    assert names == ["words"]


@given(
    st.lists(st.tuples(st.integers(0, 99), st.integers(1, 60)), min_size=1, max_size=8),
    st.lists(st.integers(5, 900), min_size=100, max_size=100),
)
def test_ranges_come_back(pairs: list[tuple[int, int]], steps: list[int]) -> None:
    times = [0.0, *accumulate(step / 1000 for step in steps)]
    ends = [(first, min(first + n, 100)) for first, n in pairs]
    marks = [
        _mark(_ranges((first, after if after < 100 else None)), id=20 + n)
        for n, (first, after) in enumerate(ends)
    ]
    film = Item(id=7, path="a.mp4", media=Media.VIDEO, length=100.0)
    data = Dataset(Schema(LABELS), [film], marks, times={"a.mp4": times})
    with tempfile.TemporaryDirectory() as folder:
        write(TextGridFormat(), data, Path(folder, "out"))
        after, report = read(TextGridFormat(), Path(folder, "out"), times=data.times)
    assert not report.losses
    found = []
    for mark in after.the_annotations:
        shape = mark.geometry
        if isinstance(shape, Track):
            seen = [n for n in range(100) if is_seen(shape, n)]
            found.append((seen[0], seen[-1] + 1))
        else:
            found.append((mark.frame or 0, (mark.frame or 0) + 1))
    assert sorted(found) == sorted(ends)


def test_what_is_no_range_is_reported(tmp_path: Path) -> None:
    data = _data(
        _mark(_ranges((1, 2), (3, None)), id=8),
        _mark(_ranges((0, 1)), id=9, label_id=6),
        _mark(Track((Keyframe(4, Whole(), attributes={"a": 1}),)), id=10),
        _mark(_ranges((0, 1)), id=11, label_id=None, text="said"),
        _mark(Whole(), id=12),
        _mark(Whole(), id=13, frame=77),
    )
    report = write(TextGridFormat(), data, tmp_path / "out")
    assert report.written == 3
    assert report.losses == {
        "A label on several ranges of frames is one for each of them.": 1,
        "A range of frames without a label or a text.": 1,
        "Key-values of keyframes cannot be kept.": 1,
        "The text of a range of frames is a label now.": 1,
        "TextGrid holds intervals and points only.": 1,
        NO_TIMES: 1,
    }


def test_without_the_film_nothing_is_lost_on_import(tmp_path: Path) -> None:
    write(TextGridFormat(), _data(_mark(_ranges((1, 3)))), tmp_path / "out")
    sizes = {"a.mp4": (1, 1)}
    after, report = read(TextGridFormat(), tmp_path / "out", sizes)
    assert not report.losses
    assert report.problems
    texts = [(x.geometry, x.text) for x in after.the_annotations]
    assert (Interval(0.1, 0.4), "run") in texts


@pytest.mark.parametrize("films", ["sound", "frames"])
def test_tiers_of_films(films: str, tmp_path: Path) -> None:
    data = _data(
        _mark(Interval(0.0, 0.4), id=8, tier_id=2, label_id=None, text="a"),
        _mark(Interval(0.4, 1.0), id=9, tier_id=2, label_id=None, text="b"),
    )
    write(TextGridFormat(), data, tmp_path / "out")
    after, report = read(
        TextGridFormat(), tmp_path / "out", times=data.times, films=films
    )
    assert not report.problems
    found = [x.geometry for x in after.the_annotations]
    of_frames = [_ranges((0, 3)), _ranges((3, None))]
    of_sound = [Interval(0.0, 0.4), Interval(0.4, 1.0)]
    assert found == (of_sound if films == "sound" else of_frames)


def test_a_tier_of_the_sound_called_frames_is_told(tmp_path: Path) -> None:
    mark = _mark(Interval(0.0, 1.0), id=8, tier_id=2, label_id=None, text="a")
    data = _data(mark)
    tier = Tier(id=2, name="Frames", kind=TierKind.INTERVAL)
    data.schema = Schema(LABELS, tiers=(tier,))
    assert write(TextGridFormat(), data, tmp_path / "out").losses
