"""Check marks of actions say what is on, whatever has switched it."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from annolab.actions import ACTIONS
from annolab.widgets.audio_canvas import AudioCanvas
from annolab.widgets.window import Window
from tests.sound_bench import make_project

SWITCHES = (
    "audio.loop",
    "audio.ipa",
    "audio.show_spectrogram",
    "audio.play_bar",
    "audio.clip_mode",
    "app.guidelines",
    "app.items_panel",
    "app.labels_panel",
    "item.thumbnails",
)


@pytest.fixture
def heard(window: Window, tmp_path: Path, qtbot: QtBot) -> tuple[Window, AudioCanvas]:
    make_project(tmp_path).close()
    window.open_project(tmp_path / "talk.annolab")
    qtbot.waitUntil(lambda: window.session.item is not None)
    window.session.open_item(100)
    (canvas,) = window.findChildren(AudioCanvas)
    qtbot.waitUntil(lambda: canvas.opened is not None)
    return window, canvas


def checked(window: Window, id_: str) -> bool:
    return window.commands.actions[id_].isChecked()


def agree(window: Window) -> bool:
    states = window.workspace.states()
    return {id_: checked(window, id_) for id_ in states} == states


def test_every_checkable_action_has_a_state(heard: tuple[Window, AudioCanvas]) -> None:
    window, canvas = heard
    known = {"app.full_screen", *window.workspace.states()}
    own = {
        a.id for a in ACTIONS if a.checkable and a.context.value in ("global", "audio")
    }
    assert own == known
    assert canvas.states().keys() <= known
    assert agree(window)


@pytest.mark.parametrize("id_", SWITCHES)
def test_actions_switch_there_and_back(
    heard: tuple[Window, AudioCanvas], id_: str
) -> None:
    window, _ = heard
    before = window.workspace.states()[id_]
    for now in (not before, before):
        window.commands.actions[id_].trigger()
        assert window.workspace.states()[id_] is now
        assert agree(window)


def test_buttons_switch_the_check_marks_too(
    heard: tuple[Window, AudioCanvas],
) -> None:
    window, canvas = heard
    canvas.bar.loop_button.click()
    assert checked(window, "audio.loop")
    canvas.show_palette(shown=True)
    assert checked(window, "audio.ipa")
    canvas.palette_panel.closed.emit()
    assert not checked(window, "audio.ipa")
    window.workspace.items.pictures_button.click()
    assert not checked(window, "item.thumbnails")
    window.workspace.show_guidelines(shown=True)
    assert checked(window, "app.guidelines")
    window.workspace.guidelines.closed.emit()
    assert not checked(window, "app.guidelines")
    canvas.clips.switch(on=True)
    assert checked(window, "audio.clip_mode")
    canvas.clips.switch(on=False)
    assert agree(window)


def test_what_is_refused_is_not_checked(
    heard: tuple[Window, AudioCanvas], monkeypatch: pytest.MonkeyPatch
) -> None:
    window, canvas = heard
    monkeypatch.setattr(canvas, "show_palette", lambda **_: None)
    window.commands.actions["audio.ipa"].trigger()
    assert not checked(window, "audio.ipa")


def test_the_window_manager_fills_the_screen(
    heard: tuple[Window, AudioCanvas], qtbot: QtBot
) -> None:
    window, _ = heard
    window.setWindowState(window.windowState() | Qt.WindowState.WindowFullScreen)
    qtbot.waitUntil(lambda: checked(window, "app.full_screen"))
    window.showNormal()
    qtbot.waitUntil(lambda: not checked(window, "app.full_screen"))


def test_keys_that_are_shown_are_those_that_work_here(
    heard: tuple[Window, AudioCanvas],
) -> None:
    window, canvas = heard
    assert "F2" not in window.top_bar.guidelines.text()  # it asks for a formant
    window.session.open_item(None)
    window.commands.enable(project=True, contexts=())
    assert "F2" in window.top_bar.guidelines.text()
    assert canvas.states()
