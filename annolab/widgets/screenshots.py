"""Pictures of the window and its dialogs, on any platform, also without a display."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QElapsedTimer, QEventLoop, QPoint, QTimer
from PySide6.QtGui import QPainter, QPixmap
from PySide6.QtWidgets import QApplication, QDialog

from annolab.model.item import Media
from annolab.model.tier_line import TierLine
from annolab.store.filters import Filter
from annolab.widgets import worker
from annolab.widgets.popup import Popup
from annolab.widgets.time_view import TimeView
from annolab.widgets.video_canvas import VideoCanvas

if TYPE_CHECKING:
    from annolab.widgets.window import Window

SETTLE_MILLISECONDS = 300
LONGEST_MILLISECONDS = 20_000


def take(window: Window, project: Path, folder: Path) -> list[Path]:
    """Show each state of the window and save a picture of it; return their paths."""
    folder.mkdir(parents=True, exist_ok=True)
    window.show()
    settle()
    made = []
    for name, show in _states(window, project):
        show()
        settle()
        path = folder / f"{name}.png"
        picture(window).save(str(path))
        made.append(path)
        for over in (*window.findChildren(QDialog), *window.findChildren(Popup)):
            over.close()
    return made


def _states(
    window: Window, project: Path
) -> Iterator[tuple[str, Callable[[], object]]]:
    run = window.commands.run
    yield "start", lambda: None
    yield "canvas", lambda: window.open_project(project)
    yield "selected", lambda: _select_first(window)
    yield "palette", lambda: run("app.palette")
    yield "keys", lambda: run("app.keys")
    yield "schema", lambda: run("project.schema")
    yield "export", lambda: run("project.export")
    yield "settings", lambda: run("app.settings")
    yield "guidelines", lambda: run("app.guidelines")
    run("app.guidelines")
    yield "film", lambda: _show_film(window)
    yield "text", lambda: _show_first(window, Media.TEXT)
    yield "sound", lambda: _show_first(window, Media.AUDIO)
    yield "sound-zoomed", lambda: _zoom_sound(window)
    yield "sound-clips", lambda: run("audio.clip_mode")


def _show_first(window: Window, media: Media) -> None:
    """The first item of a kind in the project, if there is one."""
    session, project = window.session, window.session.project
    if project is not None:
        for item_id in project.item_ids(Filter(media=media))[:1]:
            session.open_item(item_id)


def _show_film(window: Window) -> None:
    """The middle of the film, with a track selected."""
    _show_first(window, Media.VIDEO)
    settle()
    canvas = window.workspace.canvas
    marks = window.session.annotations()
    if isinstance(canvas, VideoCanvas) and marks:
        canvas.go_to(canvas.count // 2)
        settle()
        window.session.select((marks[min(2, len(marks) - 1)].id,))


def _zoom_sound(window: Window) -> None:
    """A stretch of the sound with a word of it selected."""
    canvas = window.workspace.canvas
    view = canvas.findChild(TimeView) if canvas is not None else None
    marks = [a for a in window.session.annotations() if a.tier_id is not None]
    if view is None or not marks:
        return
    view.show(0.2 * view.length, 0.45 * view.length)
    middle = (view.start + view.stop) / 2
    words = [a for a in marks if a.tier_id == marks[0].tier_id]
    chosen = TierLine.of(words).at(middle)
    if chosen is not None:
        window.session.select([chosen.id])


def _select_first(window: Window) -> None:
    window.session.select([a.id for a in window.session.annotations()[:1]])


def settle() -> None:
    """Let everything that was asked for happen: workers, timers, painting."""
    clock = QElapsedTimer()
    clock.start()
    while clock.elapsed() < LONGEST_MILLISECONDS:
        loop = QEventLoop()
        QTimer.singleShot(SETTLE_MILLISECONDS, loop, loop.quit)
        loop.exec()
        if worker.idle():
            return


def picture(window: Window) -> QPixmap:
    """The window with the dialogs that lie over it."""
    pixmap = window.grab()
    painter = QPainter(pixmap)
    for dialog in window.findChildren(QDialog):
        if not dialog.isVisible():
            continue
        left = (window.width() - dialog.width()) // 2
        corner = QPoint(left, (window.height() - dialog.height()) // 2)
        painter.setPen(window.palette().mid().color())
        painter.drawRect(dialog.rect().translated(corner).adjusted(-1, -1, 0, 0))
        painter.drawPixmap(corner, dialog.grab())
    painter.end()
    QApplication.processEvents()
    return pixmap
