"""Ticks that are read easily, and the overview that moves the window."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QPointF
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from annolab.jobs import Progress
from annolab.media.peaks import Peaks
from annolab.media.sound import SoundCache, open_sound
from annolab.widgets.sound_paint import EVERY, wave_image
from annolab.widgets.time_ruler import TICK_PIXELS, Overview, TimeRuler, tick_step
from annolab.widgets.time_view import TimeView
from tests.sound_bench import SoundBench, bench_on, drag, make_project
from tests.unit.media.sounds import noise, write


@pytest.fixture
def view(qtbot: QtBot) -> TimeView:
    """A minute, of which 800 pixels show all."""
    del qtbot
    made = TimeView()
    made.reset(60.0)
    made.set_width(872, 72)
    return made


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path, tiers=False), qtbot)


@given(st.floats(1e-8, 50))
def test_ticks_are_far_enough_apart_and_round(seconds_per_pixel: float) -> None:
    step = tick_step(seconds_per_pixel)
    assert step / seconds_per_pixel >= TICK_PIXELS * (1 - 1e-9)
    if step < 10:
        first = f"{step:.0e}"[0]
        assert first in "125"
        assert step == pytest.approx(float(f"{step:.0e}"))
    else:
        assert step % 5 == 0


@pytest.mark.parametrize(
    ("seconds_per_pixel", "step"),
    [(0.005, 0.5), (0.01, 1.0), (0.1, 10.0), (0.15, 15.0), (1.0, 120.0), (1e-4, 0.01)],
)
def test_steps_that_one_expects(seconds_per_pixel: float, step: float) -> None:
    assert tick_step(seconds_per_pixel) == pytest.approx(step)


@pytest.mark.parametrize("window", [(0.0, 60.0), (12.3, 12.9), (59.99, 60.0)])
def test_all_ticks_of_the_window_are_written(
    qtbot: QtBot, view: TimeView, window: tuple[float, float]
) -> None:
    ruler = TimeRuler(view)
    qtbot.addWidget(ruler)
    view.show(*window)
    ticks = list(ruler.ticks())
    step = tick_step(view.seconds_per_pixel)
    assert ticks == sorted(ticks)
    assert view.start <= ticks[0] < view.start + step
    assert view.stop - step < ticks[-1] <= view.stop
    assert all(tick / step == pytest.approx(round(tick / step)) for tick in ticks)


def test_a_view_of_nothing_has_no_ticks(qtbot: QtBot) -> None:
    view = TimeView()
    ruler, overview = TimeRuler(view), Overview(view)
    for widget in (ruler, overview):
        qtbot.addWidget(widget)
        assert not widget.grab().isNull()
        drag(widget, QPointF(100, 5), QPointF(200, 5))
    assert list(ruler.ticks()) == []
    assert (view.start, view.stop) == (0.0, 0.0)


def test_a_drag_along_the_ruler_scrolls(qtbot: QtBot, view: TimeView) -> None:
    ruler = TimeRuler(view)
    qtbot.addWidget(ruler)
    view.show(20.0, 30.0)
    time = view.time_at(400)
    drag(ruler, QPointF(400, 5), QPointF(350, 5), QPointF(300, 5))
    assert view.time_at(300) == pytest.approx(time)  # it went with the pointer
    assert view.span == pytest.approx(10.0)


def x_of(bench: SoundBench, time: float) -> QPointF:
    """Where a time is on the overview, which always shows the whole sound."""
    left = bench.view.left
    width = bench.canvas.overview.width() - left - 8
    return QPointF(left + time / bench.view.length * width, 15)


def test_a_click_on_the_overview_moves_the_window(bench: SoundBench) -> None:
    bench.view.show(0.0, 0.5)
    bench.view.select(0.2)
    drag(bench.canvas.overview, x_of(bench, 3.0))
    assert (bench.view.start, bench.view.stop) == pytest.approx((2.75, 3.25))
    assert bench.view.cursor == 0.2
    bench.act("zoom_back")  # scrolling is no zoom
    assert bench.view.span == pytest.approx(4.0)


def test_the_overview_shows_what_any_channel_has(tmp_path: Path, qtbot: QtBot) -> None:
    del qtbot
    loud = noise(1.0)
    both = np.concatenate((np.zeros_like(loud), loud), axis=1)
    cache = SoundCache(tmp_path / "cache")
    sound = open_sound(write(tmp_path / "two.wav", both), cache)
    peaks = Peaks(sound, cache)
    peaks.build(Progress())
    color = QColor("red")
    image = wave_image(peaks, EVERY, (0, 8000), (50, 41), 1.0, (color, color))
    second = wave_image(peaks, 1, (0, 8000), (50, 41), 1.0, (color, color))
    assert image == second
    sound.close()


def test_the_window_is_dragged_on_the_overview(bench: SoundBench) -> None:
    bench.view.show(0.0, 1.0)
    drag(bench.canvas.overview, x_of(bench, 0.25), x_of(bench, 1.0), x_of(bench, 2.25))
    assert (bench.view.start, bench.view.stop) == pytest.approx((2.0, 3.0))
    drag(bench.canvas.overview, x_of(bench, 2.5), QPointF(5000, 15))
    assert bench.view.stop == 4.0
    assert bench.view.span == pytest.approx(1.0)
