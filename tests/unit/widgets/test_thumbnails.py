"""Small pictures of items."""

from __future__ import annotations

import wave
from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab.model.item import Media
from annolab.store.project import create_project
from annolab.tasks.ingest import add_paths
from annolab.widgets import worker
from annolab.widgets.thumbnails import Thumbnails
from tests.unit.media import films


@pytest.mark.parametrize("good", [True, False])
def test_a_sound_has_a_waveform(
    qapp: QApplication, qtbot: QtBot, tmp_path: Path, good: bool
) -> None:
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(bytes(range(200)) * 40)
    if not good:
        path.write_bytes(b"hello")
    with create_project(tmp_path / "p.annolab") as project:
        add_paths(project, [path])
        (item,) = project.items()
        made = Thumbnails()
        made.set_project(project)
        assert made.get(item.id, Media.AUDIO) is None
        qtbot.waitUntil(lambda: made.get(item.id, Media.AUDIO) is not None)
        pixmap = made.get(item.id, Media.AUDIO)
        assert pixmap is not None
        assert pixmap.isNull() != good
        made.set_project(None)
        worker.stop_all()
        qapp.processEvents()


def test_a_film_has_a_picture(qtbot: QtBot, qapp: QApplication, tmp_path: Path) -> None:
    path = films.make(tmp_path, films.Recipe("a.avi", "mpeg4", 5))
    with create_project(tmp_path / "p.annolab") as project:
        add_paths(project, [path])
        (item,) = project.items()
        made = Thumbnails()
        made.set_project(project)
        assert made.get(item.id, Media.VIDEO) is None
        qtbot.waitUntil(lambda: made.get(item.id, Media.VIDEO) is not None)
        pixmap = made.get(item.id, Media.VIDEO)
        assert pixmap is not None
        assert (pixmap.width(), pixmap.height()) == (160, 96)
        made.set_project(None)
        worker.stop_all()
        qapp.processEvents()
