"""A film in the window: its keys, beside those of pictures."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab.actions import Context
from annolab.model.edit import Change, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.store.project import create_project
from annolab.widgets.video_canvas import VideoCanvas
from annolab.widgets.window import Window
from tests.unit.media import films


@pytest.fixture
def canvas(
    window: Window, tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> VideoCanvas:
    """The canvas of the window, which shows a film of 30 frames."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    film = films.make(tmp_path, films.Recipe("tiny.avi", "mpeg4", count=30))
    path = tmp_path / "p.annolab"
    with create_project(path) as project:
        root = project.add_root(tmp_path)
        item = Item(
            id=new_id(), path=film.name, media=Media.VIDEO, root_id=root.id,
            width=films.WIDTH, height=films.HEIGHT, length=30.0,
        )  # fmt: skip
        project.apply(Edit("Add", (Change(None, item),)))
    window.open_project(path)
    qtbot.waitUntil(lambda: window.workspace.canvas is not None)
    made = window.workspace.canvas
    assert isinstance(made, VideoCanvas)
    qtbot.waitUntil(lambda: made.view.shown is not None)
    with qtbot.waitActive(window):
        window.activateWindow()
    window.workspace.focus_canvas()
    return made


def test_keys_of_films_and_of_pictures_apply(
    window: Window, canvas: VideoCanvas, qtbot: QtBot
) -> None:
    assert window.workspace.contexts() == (Context.IMAGE, Context.VIDEO)
    for key, frame in (
        (Qt.Key.Key_Period, 1),
        (Qt.Key.Key_Right, 2),
        (Qt.Key.Key_Comma, 1),
        (Qt.Key.Key_End, 29),
        (Qt.Key.Key_Home, 0),
    ):
        QTest.keyClick(canvas.view, key)
        assert canvas.wanted == frame
        qtbot.waitUntil(lambda: canvas.view.index == canvas.wanted)
    QTest.keyClick(canvas.view, Qt.Key.Key_B)
    assert canvas.tool == canvas.view.tool == "box"
    canvas.timeline.bar.step_speed(-9)
    QTest.keyClick(canvas.view, Qt.Key.Key_Space)
    assert canvas.playing
    QTest.keyClick(canvas.view, Qt.Key.Key_Space)
    assert not canvas.playing


def test_the_window_can_be_closed_while_it_plays(
    window: Window, canvas: VideoCanvas
) -> None:
    canvas.trigger("video.play")
    assert canvas.playing
    window.close()
    assert canvas.source.video is None
