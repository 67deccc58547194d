"""Annotations beside sounds are offered when sounds are added."""

from __future__ import annotations

import wave
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import plugins
from annolab.model.item import Media, Status
from annolab.store.views import ItemRow
from annolab.widgets import verbs
from annolab.widgets.companions_dialog import CompanionsDialog
from annolab.widgets.item_delegate import second_line
from annolab.widgets.item_model import duration_text
from annolab.widgets.new_project import NewProjectDialog
from annolab.widgets.window import Window
from tests.unit.tasks.note_format import make_plugin


@pytest.fixture
def sounds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with two sounds, a note beside each, and a format for those."""
    plugin_folder = make_plugin(tmp_path / "plugins")
    monkeypatch.setattr(plugins, "user_plugin_dir", lambda: plugin_folder)
    folder = tmp_path / "sounds"
    folder.mkdir()
    for name in ("one", "two"):
        with wave.open(str(folder / f"{name}.wav"), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(bytes(8000))
        (folder / f"{name}.Note").write_text(f"note\n0.0 0.25 {name}\n", "utf-8")
    return folder


def asking(window: Window, qtbot: QtBot) -> CompanionsDialog:
    """The dialog, once it is there."""
    qtbot.waitUntil(lambda: bool(window.findChildren(CompanionsDialog)), timeout=10_000)
    (dialog,) = window.findChildren(CompanionsDialog)
    return dialog


def test_added_sounds_bring_the_question(
    opened: Window, sounds: Path, qtbot: QtBot
) -> None:
    project = opened.session.project
    assert project is not None
    before = project.totals().annotations
    verbs.add_paths(opened, [sounds])
    dialog = asking(opened, qtbot)
    assert "2 Note files lie beside the sounds" in dialog.question.text()
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: project.totals().annotations == before + 2)
    qtbot.waitUntil(lambda: not opened.findChildren(CompanionsDialog))
    step = project.undo_step
    assert step is not None
    assert step.name == "Import 2 Note files"


def test_esc_leaves_them_alone(opened: Window, sounds: Path, qtbot: QtBot) -> None:
    project = opened.session.project
    assert project is not None
    before = project.totals().annotations
    verbs.add_paths(opened, [sounds / "one.wav"])
    dialog = asking(opened, qtbot)
    assert "1 Note file lies beside" in dialog.question.text()
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: not opened.findChildren(CompanionsDialog))
    assert project.totals().annotations == before


def test_a_new_project_brings_the_question(
    window: Window, sounds: Path, qtbot: QtBot
) -> None:
    verbs.open_path(window, sounds / "one.wav")
    (making,) = window.findChildren(NewProjectDialog)
    assert making.folder.path == sounds
    making.go_button.click()
    dialog = asking(window, qtbot)
    project = window.session.project
    assert project is not None
    dialog.go_button.click()
    qtbot.waitUntil(lambda: project.totals().annotations == 2)
    qtbot.waitUntil(lambda: not window.findChildren(CompanionsDialog))


def test_pictures_bring_no_question(opened: Window, qtbot: QtBot) -> None:
    said = []
    opened.session.said.connect(lambda _, sentence: said.append(sentence))
    project = opened.session.project
    assert project is not None
    verbs.add_paths(opened, [project.path.parent])
    qtbot.waitUntil(lambda: bool(said) or QApplication.activeModalWidget() is not None)
    assert not opened.findChildren(CompanionsDialog)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0.0, "0 s"), (0.25, "0.25 s"), (9.999, "10.0 s"), (59.96, "1:00"),
        (65.2, "1:05"), (3599.7, "1:00:00"), (36000.0, "10:00:00"),
    ],
)  # fmt: skip
def test_lengths_are_written_for_people(seconds: float, text: str) -> None:
    assert duration_text(seconds) == text


def test_a_sound_tells_length_and_rate() -> None:
    row = ItemRow(
        id=1,
        root_id=0,
        path="a.wav",
        media=Media.AUDIO,
        width=None,
        height=None,
        length=65.0,
        rate=44100.0,
        split=None,
        status=Status.NEW,
        priority=None,
        missing=False,
        problem="",
        n_annotations=3,
    )
    assert second_line(row) == "1:05 · 44.1 kHz · 3 marks"
    film = replace(row, media=Media.VIDEO, width=64, height=36, length=90.0, rate=30.0)
    assert second_line(film) == "64\u00d736 · 3 s · 3 marks"
