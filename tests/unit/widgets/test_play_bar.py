"""Rectangles that play what they stand for, where their time lies."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, QPointF
from PySide6.QtGui import QFont, QFontMetricsF
from pytestqt.qtbot import QtBot

from annolab.widgets.play_bar import PAD, Part, fitting_text, stretches
from annolab.widgets.time_view import TimeView
from tests.sound_bench import SoundBench, bench_on, drag, make_project, send


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


def spans(bench: SoundBench) -> dict[Part, tuple[float, float]]:
    return {s.part: (s.start, s.stop) for s in bench.canvas.play_bar.stretches()}


def middle(bench: SoundBench, part: Part) -> QPointF:
    (found,) = (s for s in bench.canvas.play_bar.stretches() if s.part is part)
    return found.rect.center()


def playing(bench: SoundBench) -> bool:
    return bench.canvas.transport.playing


def test_the_whole_and_both_sides_of_the_cursor_are_offered(bench: SoundBench) -> None:
    bench.view.select(1.0)
    assert spans(bench) == {
        Part.TOTAL: (0.0, 4.0),
        Part.WINDOW: (0.0, 4.0),
        Part.BEFORE_SELECTION: (0.0, 1.0),
        Part.AFTER_SELECTION: (1.0, 4.0),
    }


def test_all_seven_with_a_selection_in_a_part_of_the_sound(bench: SoundBench) -> None:
    bench.view.show(1.0, 3.0)
    bench.view.select(1.5, 2.25)
    assert spans(bench) == {
        Part.TOTAL: (0.0, 4.0),
        Part.BEFORE_WINDOW: (0.0, 1.0),
        Part.WINDOW: (1.0, 3.0),
        Part.AFTER_WINDOW: (3.0, 4.0),
        Part.BEFORE_SELECTION: (1.0, 1.5),
        Part.SELECTION: (1.5, 2.25),
        Part.AFTER_SELECTION: (2.25, 3.0),
    }
    bench.view.select(0.5, 2.0)  # begins before the window
    assert spans(bench)[Part.SELECTION] == (1.0, 2.0)
    assert Part.BEFORE_SELECTION not in spans(bench)
    bench.view.select(3.5, 3.8)
    assert Part.SELECTION not in spans(bench)
    assert spans(bench)[Part.BEFORE_SELECTION] == (1.0, 3.0)


@pytest.mark.parametrize("part", list(Part))
def test_a_click_plays_the_stretch_and_another_one_stops(
    bench: SoundBench, part: Part
) -> None:
    bench.view.show(1.0, 3.0)
    bench.view.select(1.5, 2.25)
    played: list[tuple[float, float]] = []
    bench.canvas.play_bar.play_requested.connect(lambda *span: played.append(span))
    at = middle(bench, part)
    drag(bench.canvas.play_bar, at)
    assert played == [spans(bench)[part]]
    assert playing(bench)
    assert bench.canvas.play_bar.tip_at(at).startswith("Stop")
    drag(bench.canvas.play_bar, at)
    assert not playing(bench)
    assert len(played) == 1
    assert not bench.canvas.play_bar.tip_at(at).startswith("Stop")


def test_each_tells_what_it_plays_how_long_and_by_which_key(bench: SoundBench) -> None:
    bar = bench.canvas.play_bar
    bench.view.show(1.0, 3.0)
    bench.view.select(1.5, 2.25)
    tips = {part: bar.tip_at(middle(bench, part)) for part in Part}
    assert len(set(tips.values())) == len(Part)
    assert tips[Part.SELECTION] == "Play the selection: 0.7500 s  (Tab)"
    assert tips[Part.WINDOW] == "Play the window: 2.0000 s  (Shift Tab)"
    assert tips[Part.TOTAL] == "Play the whole sound: 4.0000 s"
    assert bar.tip_at(QPointF(-5, -5)) == ""
    bench.view.select(2.0)
    at = middle(bench, Part.AFTER_SELECTION)
    assert bar.tip_at(at) == "Play from the cursor to the window's end: 1.0000 s"


def test_the_pointer_over_it_changes_nothing_but_the_look(bench: SoundBench) -> None:
    bar = bench.canvas.play_bar
    bench.view.select(1.5, 2.25)
    before = bar.grab().toImage()
    send(bar, QEvent.Type.MouseMove, middle(bench, Part.WINDOW))
    assert bar.grab().toImage() != before
    bar.leaveEvent(QEvent(QEvent.Type.Leave))
    assert bar.grab().toImage() == before


def test_it_is_hidden_for_good(bench: SoundBench) -> None:
    assert bench.canvas.is_on("audio.play_bar")
    bench.act("play_bar")
    assert bench.canvas.play_bar.isHidden()
    assert not bench.session.settings.flag("sound.play_bar")
    assert bench.canvas.is_on("audio.play_bar") is False
    bench.act("play_bar")
    assert not bench.canvas.play_bar.isHidden()
    assert bench.session.settings.flag("sound.play_bar")


TIMES = st.floats(0, 100)


@given(st.tuples(TIMES, TIMES), st.tuples(TIMES, TIMES), st.integers(0, 2000))
def test_rectangles_lie_apart_and_within(
    window: tuple[float, float], selected: tuple[float, float], width: int
) -> None:
    view = TimeView()
    view.reset(100.0)
    view.set_width(max(width, 1))
    view.show(*sorted(window))
    view.select(*selected)
    found = stretches(view, width)
    for n, one in enumerate(found):
        assert one.rect.left() >= 0
        assert one.rect.right() <= width
        assert 0 <= one.start < one.stop <= 100
        assert not any(one.rect.intersects(other.rect) for other in found[:n])


def test_durations_are_as_fine_as_there_is_room_for(qtbot: QtBot) -> None:
    del qtbot
    font = QFont()
    metrics = QFontMetricsF(font)
    wide = metrics.horizontalAdvance("0.0235 s") + PAD
    assert fitting_text(0.02349, wide, font) == "0.0235 s"
    assert fitting_text(0.02349, wide - 1, font) == "0.023 s"
    assert fitting_text(0.12349, wide, font) == "0.123 s"
    assert fitting_text(0.3 - 0.2, wide, font) == "0.100 s"  # a bit less
    assert fitting_text(12.5, metrics.horizontalAdvance("12 s") + PAD, font) == "12 s"
    assert fitting_text(0.5, 5.0, font) == ""
    narrow = metrics.horizontalAdvance("0 s") + PAD
    assert fitting_text(0.195, narrow, font) == ""  # not "0 s"
