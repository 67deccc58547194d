"""Window, selection and cursor keep within the sound, whatever is asked."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.widgets.time_view import LEAST_SECONDS, ZOOM_STEPS, TimeView

LENGTH = 10.0
TIMES = st.floats(-2 * LENGTH, 2 * LENGTH)


@pytest.fixture
def view() -> TimeView:
    """Ten seconds in a thousand pixels, beside a hundred for names."""
    made = TimeView()
    made.set_width(1100, 100)
    made.reset(LENGTH)
    return made


def test_a_new_sound_is_seen_whole_with_its_middle_as_cursor(view: TimeView) -> None:
    assert (view.start, view.stop) == (0.0, LENGTH)
    assert view.cursor == LENGTH / 2


def test_pixels_and_times_belong_together(view: TimeView) -> None:
    assert view.x_of(0.0) == 100
    assert view.x_of(LENGTH) == 1100
    assert view.time_at(600) == pytest.approx(5.0)
    view.show(2.0, 4.0)
    assert view.x_of(3.0) == pytest.approx(600)
    assert view.time_at(view.x_of(2.71)) == pytest.approx(2.71)


def test_beside_the_sound_is_its_end(view: TimeView) -> None:
    assert view.time_at(-500) == 0.0
    assert view.time_at(9000) == LENGTH


@given(TIMES, TIMES)
def test_a_selection_is_sorted_and_within_the_sound(low: float, high: float) -> None:
    view = TimeView()
    view.reset(LENGTH)
    view.select(low, high)
    assert 0.0 <= view.low <= view.high <= LENGTH


def test_one_time_is_the_cursor(view: TimeView) -> None:
    view.select(3.0)
    assert view.cursor == 3.0


def test_a_stretch_is_not_the_cursor(view: TimeView) -> None:
    view.select(4.0, 3.0)
    assert (view.low, view.high) == (3.0, 4.0)
    assert view.cursor is None


@given(st.lists(st.tuples(TIMES, TIMES), max_size=8), st.floats(0.001, 1000), TIMES)
def test_the_window_stays_within_the_sound(
    windows: list[tuple[float, float]], factor: float, about: float
) -> None:
    view = TimeView()
    view.reset(LENGTH)
    for start, stop in windows:
        view.show(start, stop)
        view.zoom(factor, about)
        view.scroll(start)
        assert 0.0 <= view.start < view.stop <= LENGTH
        assert view.span >= LEAST_SECONDS * (1 - 1e-6)


def test_zoom_keeps_the_time_under_the_pointer(view: TimeView) -> None:
    x = view.x_of(4.0)
    view.zoom(0.5, 4.0)
    assert view.span == pytest.approx(5.0)
    assert view.x_of(4.0) == pytest.approx(x)


def test_back_goes_to_the_window_before_each_zoom(view: TimeView) -> None:
    view.show(2.0, 4.0)
    view.select(2.5, 3.0)
    view.show_selection()
    assert (view.start, view.stop) == (2.5, 3.0)
    view.scroll(0.1)  # scrolling is no zoom
    view.back()
    assert (view.start, view.stop) == (2.0, 4.0)
    view.back()
    assert (view.start, view.stop) == (0.0, LENGTH)
    view.back()
    assert (view.start, view.stop) == (0.0, LENGTH)


def test_only_the_last_zooms_are_remembered(view: TimeView) -> None:
    for step in range(ZOOM_STEPS + 10):
        view.show(0.0, 9.0 - 0.1 * step)
    for _ in range(ZOOM_STEPS + 10):
        view.back()
    assert view.span == pytest.approx(9.0 - 0.1 * 9)


def test_the_cursor_fills_no_window(view: TimeView) -> None:
    view.select(3.0)
    view.show_selection()
    assert (view.start, view.stop) == (0.0, LENGTH)


@pytest.mark.parametrize(("low", "high"), [(0.5, 0.6), (8.0, 8.5), (7.0, 7.0)])
def test_what_is_revealed_is_seen_at_the_same_zoom(
    view: TimeView, low: float, high: float
) -> None:
    view.show(3.0, 5.0)
    view.reveal(low, high)
    assert view.start <= low <= high <= view.stop
    assert view.span == pytest.approx(2.0)


def test_what_is_longer_than_the_window_is_revealed_from_its_start(
    view: TimeView,
) -> None:
    view.show(0.0, 1.0)
    view.reveal(4.0, 8.0)
    assert view.start == pytest.approx(4.0)
    assert view.span == pytest.approx(1.0)


def test_an_empty_sound_breaks_nothing() -> None:
    view = TimeView()
    view.reset(0.0)
    view.show(0.0, 1.0)
    view.zoom(0.5)
    view.scroll(1.0)
    view.select(1.0, 2.0)
    view.reveal(1.0)
    assert (view.start, view.stop, view.low, view.high) == (0.0, 0.0, 0.0, 0.0)
    assert view.x_of(1.0) == view.left
    assert view.time_at(500) == 0.0


def test_signals_tell_changes_and_nothing_else(view: TimeView) -> None:
    told: list[str] = []
    view.window_changed.connect(lambda: told.append("window"))
    view.selection_changed.connect(lambda: told.append("selection"))
    view.playing_changed.connect(lambda: told.append("playing"))
    for _ in range(2):
        view.show(1.0, 2.0)
        view.select(1.2, 1.4)
        view.set_playing(1.3)
    assert told == ["window", "selection", "playing"]
