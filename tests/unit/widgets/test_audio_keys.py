"""Keys on sounds, in the window: which are the canvas's, which its, which text."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab.media.player import SilentSink
from annolab.model.geometry import Interval
from annolab.model.item import Status
from annolab.widgets.audio_canvas import AudioCanvas
from annolab.widgets.window import Window
from tests.sound_bench import (
    ALT,
    CALL,
    CTRL,
    EVENTS,
    NONE,
    SHIFT,
    WORDS,
    drag,
    make_project,
    span,
)

Key = Qt.Key


@pytest.fixture
def heard(
    window: Window, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> tuple[Window, AudioCanvas]:
    """The window with the three sounds, the keyboard on the canvas."""
    make_project(tmp_path).close()
    window.open_project(tmp_path / "talk.annolab")
    qtbot.waitUntil(lambda: window.session.item is not None)
    window.session.open_item(100)
    (canvas,) = window.findChildren(AudioCanvas)
    qtbot.waitUntil(lambda: canvas.opened is not None)
    monkeypatch.setattr(canvas.transport, "_open_sink", SilentSink)
    with qtbot.waitActive(window):
        window.activateWindow()
    canvas.setFocus()
    return window, canvas


def press(window: Window, key: Key, held: Qt.KeyboardModifier = NONE) -> None:
    """Press a key where the keyboard is."""
    QTest.keyClick(window.focusWidget(), key, held)


def plays(canvas: AudioCanvas) -> bool:
    return canvas.transport.playing


def tags(canvas: AudioCanvas) -> bool:
    return canvas.clips.on


def words(window: Window) -> list[str]:
    marks = [a for a in window.session.annotations() if a.tier_id == WORDS.id]
    return [span(a)[2] for a in sorted(marks, key=span)]


def click_word(canvas: AudioCanvas, time: float) -> None:
    _, place = canvas.tiers.places()[0]
    at = QPointF(canvas.view.x_of(time), place.center().y())
    drag(canvas.tiers, at)


def test_keys_of_the_canvas_shadow_those_of_the_window(
    heard: tuple[Window, AudioCanvas],
) -> None:
    window, canvas = heard
    canvas.view.select(1.0, 2.0)
    press(window, Key.Key_N, CTRL)
    assert (canvas.view.start, canvas.view.stop) == (1.0, 2.0)
    press(window, Key.Key_I, CTRL)
    assert canvas.view.span == pytest.approx(0.5)
    press(window, Key.Key_O, CTRL)
    press(window, Key.Key_B, CTRL)
    assert canvas.view.span == pytest.approx(0.5)
    press(window, Key.Key_A, CTRL)
    assert canvas.view.span == 4.0
    assert QApplication.activeModalWidget() is None
    press(window, Key.Key_Tab)
    assert plays(canvas)
    press(window, Key.Key_Tab)
    assert not plays(canvas)
    assert window.session.item is not None
    assert window.session.item.id == 100


def test_a_letter_in_an_interval_is_text_and_no_command(
    heard: tuple[Window, AudioCanvas],
) -> None:
    window, canvas = heard
    click_word(canvas, 3.0)
    QTest.keyClicks(window.focusWidget(), "ad 1?F")  # keys of the window, all of them
    press(window, Key.Key_Backspace)
    assert words(window) == ["one", "two", "ad 1?"]
    assert window.session.item is not None
    assert window.session.item.id == 100
    assert all(a.label_id is None for a in window.session.annotations())
    press(window, Key.Key_Z, CTRL)
    assert words(window) == ["one", "two", ""]


def test_with_no_interval_selected_letters_are_commands(
    heard: tuple[Window, AudioCanvas],
) -> None:
    window, canvas = heard
    window.session.select(())
    press(window, Key.Key_D)
    assert window.session.item is not None
    assert window.session.item.id == 101
    canvas.view.select(0.5, 1.0)
    press(window, Key.Key_1)
    (mark,) = window.session.annotations()
    assert (mark.geometry, mark.label_id) == (Interval(0.5, 1.0), CALL.id)


def test_praats_keys_for_tiers(heard: tuple[Window, AudioCanvas]) -> None:
    window, canvas = heard
    canvas.view.select(0.5)
    click_word(canvas, 0.7)
    press(window, Key.Key_Right, ALT)
    assert canvas.view.low == 1.0
    press(window, Key.Key_Down, ALT)
    press(window, Key.Key_Down, ALT)
    assert canvas.tiers.tier == EVENTS
    press(window, Key.Key_Up, ALT)
    press(window, Key.Key_Up, ALT)
    canvas.view.select(3.0)
    press(window, Key.Key_Return)
    assert words(window) == ["one", "two", "", ""]
    press(window, Key.Key_Backspace, ALT)
    assert words(window) == ["one", "two", ""]
    canvas.view.select(2.7, 3.1)
    press(window, Key.Key_1, CTRL)
    assert len(words(window)) == 5
    canvas.view.select(3.5)
    press(window, Key.Key_F9, CTRL)
    assert len(words(window)) == 6
    canvas.view.select(1.0)
    press(window, Key.Key_Up)
    assert canvas.view.low < 1.0


def test_an_ipa_symbol_is_typed_by_its_name(heard: tuple[Window, AudioCanvas]) -> None:
    window, canvas = heard
    click_word(canvas, 3.0)
    press(window, Key.Key_I, CTRL | SHIFT)
    field = canvas.palette_panel.field
    assert field.hasFocus()
    QTest.keyClicks(field, "schwa")
    QTest.keyClick(field, Key.Key_Return)
    assert words(window)[2] == "\u0259"
    QTest.keyClick(field, Key.Key_Escape)
    assert canvas.hasFocus()
    QTest.keyClicks(window.focusWidget(), "t")
    assert words(window)[2] == "\u0259t"


def test_clips_are_tagged_by_keys_alone(heard: tuple[Window, AudioCanvas]) -> None:
    window, canvas = heard
    session = window.session
    press(window, Key.Key_M, CTRL | SHIFT)
    assert tags(canvas)
    assert plays(canvas)
    press(window, Key.Key_2)
    assert session.item is not None
    assert session.item.id == 101
    press(window, Key.Key_Space)  # done, without a tag
    assert session.item.id == 102
    press(window, Key.Key_Backspace)
    press(window, Key.Key_Backspace)
    assert session.item.id == 100
    assert session.item.status is not Status.DONE
    assert [a for a in session.annotations() if a.tier_id is None] == []
    press(window, Key.Key_M, CTRL | SHIFT)
    assert not tags(canvas)
    assert words(window) == ["one", "two", ""]


def test_space_in_an_interval_is_a_space(heard: tuple[Window, AudioCanvas]) -> None:
    window, canvas = heard
    click_word(canvas, 0.3)
    QTest.keyClicks(window.focusWidget(), " A")
    assert words(window)[0] == "one A"
    press(window, Key.Key_Left)
    press(window, Key.Key_Delete)
    assert words(window)[0] == "one "
    assert window.session.item is not None
    assert window.session.item.id == 100


def test_texts_are_copied_cut_and_pasted(heard: tuple[Window, AudioCanvas]) -> None:
    window, canvas = heard
    click_word(canvas, 0.3)
    press(window, Key.Key_X, CTRL)
    assert words(window)[:2] == ["", "two"]
    click_word(canvas, 1.5)
    press(window, Key.Key_V, CTRL)
    assert words(window)[:2] == ["", "twoone"]
    press(window, Key.Key_C, CTRL)
    QGuiApplication.clipboard().setText(" a\nb\t" + QGuiApplication.clipboard().text())
    click_word(canvas, 0.3)
    press(window, Key.Key_V, CTRL)
    assert words(window)[0] == "a b twoone"
