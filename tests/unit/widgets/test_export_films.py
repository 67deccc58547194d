"""The part of the export dialog that makes pictures of films."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annolab.media.picture_file import PictureFormat
from annolab.store.project import Project
from annolab.tasks.frames import FrameChoice, FrameSet
from annolab.tasks.ingest import add_paths
from annolab.widgets.export_dialog import ExportDialog
from annolab.widgets.session import Session
from tests.unit.media import films
from tests.unit.media.films import Recipe


@pytest.fixture
def project(session: Session) -> Project:
    """The open project."""
    assert session.project is not None
    return session.project


@pytest.fixture
def film(project: Project, tmp_path: Path) -> Path:
    """A film of 25 frames among the pictures."""
    path = films.make(tmp_path, Recipe("clip.mkv", "mpeg4", 25))
    add_paths(project, [path])
    return path


def dialog_of(
    parent: QWidget, project: Project, qtbot: QtBot, format_id: str = "coco"
) -> ExportDialog:
    dialog = ExportDialog(parent, project)
    dialog.format.setCurrentIndex(dialog.format.findData(format_id))
    dialog.show()
    qtbot.waitUntil(dialog.go_button.isEnabled)
    return dialog


def choose(dialog: ExportDialog, which: FrameSet | None) -> None:
    dialog.films.which.setCurrentIndex(dialog.films.which.findData(which))


def test_without_films_nothing_is_asked(
    parent: QWidget, project: Project, qtbot: QtBot
) -> None:
    dialog = dialog_of(parent, project, qtbot)
    assert dialog.films.isHidden()
    assert dialog.films.choice() is None


def test_frames_go_out_as_pictures(
    parent: QWidget, project: Project, film: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(parent, project, qtbot)
    assert dialog.films.isVisible()
    assert dialog.films.which.itemText(0) == "Leave films out"
    assert dialog.target.line.text().endswith(".json")
    assert not dialog.films.picture.isVisible()
    choose(dialog, FrameSet.EVERY)
    assert dialog.target.line.text() == str(tmp_path / "street coco")
    assert dialog.films.step.isVisible()
    assert not dialog.films.quality.isVisible()
    dialog.films.picture.setCurrentIndex(1)
    assert dialog.films.quality.isVisible()
    dialog.films.quality.setValue(80)
    qtbot.waitUntil(lambda: dialog.films.count.text().startswith("3 pictures of 1"))
    wanted = FrameChoice(FrameSet.EVERY, 10, PictureFormat.JPEG, 80)
    assert dialog.films.choice() == wanted
    qtbot.waitUntil(dialog.go_button.isEnabled)
    dialog.go_button.click()
    qtbot.waitUntil(lambda: not dialog.summary.isHidden())
    assert "2 annotations and 3 pictures" in dialog.summary.text()
    written = sorted(p.name for p in (tmp_path / "street coco" / "images").iterdir())
    assert written == [f"clip_0000{n}.jpg" for n in ("00", "10", "20")]


def test_a_filter_takes_films_away_and_brings_them_back(
    parent: QWidget, project: Project, film: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(parent, project, qtbot)
    choose(dialog, FrameSet.ALL)
    qtbot.waitUntil(lambda: dialog.films.count.text().startswith("25 pictures"))
    dialog.where.setText("media:image")
    qtbot.waitUntil(dialog.films.isHidden)
    assert dialog.films.choice() is None
    dialog.where.setText("media:image,video")
    qtbot.waitUntil(lambda: not dialog.films.isHidden())
    qtbot.waitUntil(dialog.go_button.isEnabled)
    assert dialog.films.choice() == FrameChoice(FrameSet.ALL)
    assert dialog.films.count.text().startswith("25 pictures")


def test_a_format_without_pictures_has_none_of_films(
    parent: QWidget, project: Project, film: Path, qtbot: QtBot
) -> None:
    dialog = dialog_of(parent, project, qtbot, "mot")
    assert dialog.films.isHidden()
    dialog.format.setCurrentIndex(dialog.format.findData("csv"))
    qtbot.waitUntil(dialog.go_button.isEnabled)
    assert dialog.films.isVisible()
    assert dialog.films.which.itemText(0) == "As films"
