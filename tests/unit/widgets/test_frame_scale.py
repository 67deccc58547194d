"""Frames in time and in pixels."""

from __future__ import annotations

from fractions import Fraction
from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annolab.widgets.frame_scale import (
    NO_FRAMES,
    TICK_PIXELS,
    FilmView,
    FrameTimes,
    apart,
    frame_step,
    runs,
    ticks,
)

# Films with frames of 1 to 50 units each, so also of changing rate.
PTS = st.lists(st.integers(1, 50), min_size=1, max_size=300).map(
    lambda gaps: np.cumsum([7, *gaps[1:]]).astype(np.int64)
)
BASE = Fraction(1, 600)


def film(pts: np.ndarray, width: int = 900) -> FilmView:
    view = FilmView()
    view.set_width(width)
    view.set_frames(FrameTimes.of(pts, BASE))
    return view


def even(count: int, width: int = 900) -> FilmView:
    return film(np.arange(count, dtype=np.int64) * 24, width)


def test_a_film_begins_at_zero_and_its_last_frame_lasts_as_long_as_the_mean() -> None:
    times = FrameTimes.of(np.array([100, 110, 130], np.int64), Fraction(1, 10))
    assert times.edges.tolist() == [0.0, 1.0, 3.0, 4.5]
    assert len(times) == 3
    assert [times.at(t) for t in (-1.0, 0.0, 0.99, 1.0, 3.0, 99.0)] == [
        0,
        0,
        0,
        1,
        2,
        2,
    ]
    assert times.middle(1) == 2.0


def test_one_picture_and_none_have_a_length() -> None:
    assert FrameTimes.of(np.array([5], np.int64), BASE).length > 0
    assert len(FrameTimes.of(np.zeros(0, np.int64), BASE)) == 0
    view = film(np.zeros(0, np.int64))
    assert view.seen() == (0, 0)
    assert view.frame_at(300) == 0
    assert view.frames is NO_FRAMES


@given(PTS)
def test_the_middle_of_each_frame_is_of_that_frame(pts: np.ndarray) -> None:
    view = film(pts)
    frames = np.arange(len(pts))
    middles = view.middles_of(frames)
    assert [view.frame_at(x) for x in middles] == frames.tolist()
    assert np.allclose(middles, [view.middle_of(f) for f in frames.tolist()])
    assert np.allclose(
        view.edges_of(frames), [view.edge_of(f) for f in frames.tolist()]
    )


@given(PTS, st.floats(0.05, 3.0), st.floats(0.0, 1.0))
def test_zooming_keeps_what_is_under_the_pointer(
    pts: np.ndarray, factor: float, share: float
) -> None:
    view = film(pts)
    view.zoom(0.5)
    about = view.start + share * view.span
    before = view.x_of(about)
    view.zoom(factor, about)
    assert view.span <= view.length + 1e-9
    assert view.span >= min(view.least_span, view.length) - 1e-9
    free = view.start > 0 and view.stop < view.length
    if free:
        assert abs(view.x_of(about) - before) < 1e-6 * view.width


@given(PTS, st.integers(0, 400), st.integers(0, 8))
def test_the_frame_of_the_film_is_always_seen(
    pts: np.ndarray, frame: int, zooms: int
) -> None:
    view = film(pts)
    for _ in range(zooms):
        view.zoom(0.5)
    frame = min(frame, len(pts) - 1)
    view.set_frame(frame)
    assert view.left - 1 <= view.middle_of(frame) <= view.width + 1


@given(st.floats(1e-6, 100.0))
def test_numbers_are_round_and_have_room(pixels: float) -> None:
    step = frame_step(pixels)
    assert step * pixels >= TICK_PIXELS
    assert str(step).rstrip("0") in ("1", "2", "5")


@given(PTS, st.integers(0, 8))
def test_ticks_are_seen_and_apart(pts: np.ndarray, zooms: int) -> None:
    view = film(pts)
    for _ in range(zooms):
        view.zoom(0.5, view.length)
    found, step = ticks(view)
    first, stop = view.seen()
    assert all(first <= f < stop and f % step == 0 for f in found.tolist())
    assert np.all(np.diff(view.edges_of(found)) >= 0.6 * TICK_PIXELS - 1e-6)


def test_ticks_are_at_the_frames_that_the_scale_asks_for() -> None:
    found, step = ticks(even(1000, 1000))
    assert step == 100
    assert found.tolist() == list(range(0, 1000, 100))


SPANS = st.lists(st.tuples(st.integers(0, 200), st.integers(0, 30)), max_size=40)


@given(SPANS, st.integers(1, 5))
def test_runs_cover_the_same_pixels_with_gaps_between(
    spans: list[tuple[int, int]], gap: int
) -> None:
    spans = sorted((a, a + n) for a, n in spans)
    low = np.array([a for a, _ in spans], np.float64)
    high = np.array([b for _, b in spans], np.float64)
    found = runs(low, high, float(gap))
    for (_, stop), (start, _) in pairwise(found):
        assert start - stop >= gap
    for a, b in spans:
        assert any(x <= a and b <= y for x, y in found)
    if found:
        assert found[0][0] == low.min()
        assert found[-1][1] == high.max()


@given(st.lists(st.integers(0, 300), max_size=60), st.integers(1, 20))
def test_what_is_too_near_to_the_last_is_left_out(
    places: list[int], least: int
) -> None:
    pixels = np.array(sorted(places), np.float64)
    kept = apart(np.arange(len(pixels)), pixels, float(least))
    assert np.all(np.diff(pixels[kept]) >= least)
    assert len(kept) == 0 or kept[0] == 0
