"""What the bar asks for, and times that are typed into it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annolab.widgets.time_view import TimeView
from annolab.widgets.transport_bar import SPEEDS, TimeField, TransportBar
from tests.sound_bench import SoundBench, bench_on, make_project


@pytest.fixture
def view(qtbot: QtBot) -> TimeView:
    del qtbot
    made = TimeView()
    made.reset(200.0)
    return made


@pytest.fixture
def bar(qtbot: QtBot, view: TimeView) -> TransportBar:
    made = TransportBar(view)
    qtbot.addWidget(made)
    made.show()
    return made


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path, tiers=False), qtbot)


def enter(field: TimeField, text: str) -> None:
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, text)
    QTest.keyClick(field, Qt.Key.Key_Return)
    field.clearFocus()


def test_it_shows_the_selection(view: TimeView, bar: TransportBar) -> None:
    view.select(1.25, 3.5)
    shown = [bar.start.text(), bar.stop.text(), bar.duration.text()]
    assert [text[:4] for text in shown] == ["1.25", "3.50", "2.25"]
    view.select(2.0)
    assert bar.duration.text() == ""
    assert float(bar.start.text()) == 2.0


@pytest.mark.parametrize(
    ("text", "time"),
    [("1.5", 1.5), (" 1.5 s ", 1.5), ("2:03.25", 123.25), ("0:01:10", 70.0)],
)
def test_a_typed_time_is_selected(
    qtbot: QtBot, view: TimeView, bar: TransportBar, text: str, time: float
) -> None:
    view.select(0.0, 190.0)
    with qtbot.waitSignal(bar.left):
        enter(bar.start, text)
    assert (view.low, view.high) == (time, 190.0)


def test_what_is_no_time_changes_nothing(view: TimeView, bar: TransportBar) -> None:
    view.select(1.0, 2.0)
    for text in ("", "abc", "1:x", "nan", "inf", "-inf", "1:nan"):
        enter(bar.stop, text)
        assert (view.low, view.high) == (1.0, 2.0)
    enter(bar.start, "-5")
    assert (view.low, view.high) == (0.0, 2.0)


def test_an_end_beyond_the_sound_is_its_end(view: TimeView, bar: TransportBar) -> None:
    view.select(1.0, 2.0)
    enter(bar.stop, "1e9")
    assert (view.low, view.high) == (1.0, 200.0)


def test_what_is_being_typed_is_not_overwritten(
    qtbot: QtBot, view: TimeView, bar: TransportBar
) -> None:
    bar.activateWindow()
    bar.start.setFocus()
    qtbot.waitUntil(bar.start.hasFocus)
    bar.start.setText("12")
    view.select(3.0, 4.0)
    assert bar.start.text() == "12"
    assert float(bar.stop.text()) == 4.0


def test_speeds_go_up_and_down_by_one_and_end(bar: TransportBar) -> None:
    assert bar.step_speed(1) == 1.25
    assert bar.step_speed(-1) == 1.0
    assert [bar.step_speed(1) for _ in SPEEDS][-1] == SPEEDS[-1]
    assert [bar.step_speed(-1) for _ in SPEEDS][-1] == SPEEDS[0]


def test_its_buttons_play_stop_and_loop(bench: SoundBench) -> None:
    bar = bench.canvas.bar
    bench.view.select(1.0, 2.0)
    heard = []
    for _ in range(2):
        bar.play_button.click()
        heard.append((bench.canvas.transport.playing, bar.play_button.toolTip()[:4]))
    assert heard == [(True, "Stop"), (False, "Play")]
    bar.loop_button.click()
    bench.view.select(1.0, 2.0)
    bar.play_button.click()
    bench.sinks[-1].advance(3 * 8000)
    assert len(bench.sinks[-1].played) == pytest.approx(3 * 8000, abs=1024)
    bar.loop_button.click()
    assert not bench.canvas.loops
    bench.act("loop", "loop", "faster", "stop")
    assert bench.canvas.transport.speed == 1.25
    assert bar.speed.currentData() == 1.25


@pytest.mark.parametrize("length", [4.0, 200.0, 3600.0, 36_000.0])
def test_times_of_long_sounds_are_whole_and_the_bar_fits(
    qtbot: QtBot, view: TimeView, length: float
) -> None:
    within = QWidget()
    qtbot.addWidget(within)
    bar = TransportBar(view)
    bar.setParent(within)
    within.show()
    bar.show()
    view.reset(length)
    view.select(0.0, length)
    layout = bar.layout()
    assert layout is not None
    for field in (bar.start, bar.stop):
        need = field.fontMetrics().horizontalAdvance(field.text())
        assert field.width() >= need + 16  # its frame and padding
    for width in range(320, 1000, 20):
        bar.setGeometry(0, 0, width, 40)
        layout.activate()
        assert layout.minimumSize().width() <= width
    assert bar.duration.isVisible()
