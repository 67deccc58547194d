"""Seconds and frames of films, by their tables of times."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.formats import film_times
from annolab.formats.film_times import FilmFrames, FilmTimes, range_track
from annolab.model.geometry import Whole
from annolab.model.item import Item, Media
from tests.format_memory import Dataset, MemoryContext

STEPS = st.lists(st.integers(5, 900), min_size=1, max_size=40)


def _film(steps: list[int]) -> tuple[MemoryContext, Dataset, Item]:
    times = [0.0, *accumulate(step / 1000 for step in steps)]
    ctx = MemoryContext(times={"a.mp4": times})
    item = ctx.item("a.mp4", media=Media.VIDEO)
    return ctx, Dataset(times={"a.mp4": times}), item


@given(STEPS, st.data())
def test_ranges_go_to_times_and_back(steps: list[int], data: st.DataObject) -> None:
    ctx, records, item = _film(steps)
    first = data.draw(st.integers(0, len(steps) - 1))
    after = data.draw(st.integers(first + 1, len(steps)))
    stop = None if after == len(steps) else after
    track = range_track(Whole(), first, stop)
    ((begin, end, start, until),) = FilmTimes(records).spans(item, track)
    assert (begin, end) == (first, stop)
    exact = FilmFrames(ctx).range(item, start, until, "")
    rounded = FilmFrames(ctx).range(item, round(start, 3), round(until, 3), "")
    assert exact == rounded == (first, stop)
    assert not ctx.report.problems


@given(STEPS, st.floats() | st.integers() | st.none() | st.text() | st.booleans())
def test_any_time_is_a_frame_or_is_told(steps: list[int], seconds: object) -> None:
    ctx, _, item = _film(steps)
    frames = FilmFrames(ctx)
    frame = frames.frame(item, seconds, "here")
    assert (frame is None) == bool(ctx.report.losses)
    assert frame is None or 0 <= frame < frames.count(item) == len(steps)


@given(STEPS, st.floats(-9, 99), st.floats(-9, 99))
def test_any_range_lies_in_its_film(steps: list[int], a: float, b: float) -> None:
    ctx, _, item = _film(steps)
    found = FilmFrames(ctx).range(item, a, b, "here")
    assert (found is None) == bool(ctx.report.losses)
    if found is not None:
        first, after = found
        assert 0 <= first < (after or len(steps)) <= len(steps)


def test_a_film_that_is_not_there() -> None:
    ctx = MemoryContext()
    item = ctx.item("a.mp4", media=Media.VIDEO)
    assert FilmFrames(ctx).frame(item, 0.5, "") is None
    assert FilmFrames(ctx).range(item, 0.5, 1, "") is None
    assert FilmFrames(ctx).count(item) == 0
    assert ctx.report.losses == {film_times.NO_FILM: 2}
    times = FilmTimes(Dataset())
    assert times.length(item) == 0
    assert times.time(item, 0) is None
    assert not list(times.spans(item, range_track(Whole(), 0, 3)))


@pytest.mark.parametrize("length", [1, 2, 3, 1000, 1023, 1024, 1025])
def test_the_length_of_a_film_is_that_of_its_table(length: int) -> None:
    records: Any = Dataset(times={"a.mp4": [n / 25 for n in range(length + 1)]})
    item = Item(id=7, path="a.mp4", media=Media.VIDEO, length=77.0)
    times = FilmTimes(records)
    assert times.length(item) == length
    assert times.with_length(item).length == length
    assert times.time(item, length - 1) == (length - 1) / 25
    assert times.time(item, length) is None
