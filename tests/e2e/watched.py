"""AnnoLab with an eye on it: writes what is on the screen into a file, for stories.

Run as a program: `watched.py STATE [PATH]`. The eye only looks; keys and mouse
come from the display.
"""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

from PySide6.QtCore import QEvent, QObject, QPoint, QTimer
from PySide6.QtGui import QAccessible
from PySide6.QtWidgets import QApplication, QWidget

from annolab.app import make_app, make_window
from annolab.model.measure import bounds
from annolab.settings import load_settings
from annolab.widgets.picture_view import PictureView
from annolab.widgets.text_canvas import TextCanvas
from annolab.widgets.time_view import TimeView
from annolab.widgets.video_board import seen_at
from annolab.widgets.video_canvas import VideoCanvas
from annolab.widgets.window import Window


class Mice(QObject):
    """Counts what the mouse does anywhere in the program."""

    KINDS = (
        QEvent.Type.MouseButtonPress, QEvent.Type.MouseButtonRelease,
        QEvent.Type.MouseButtonDblClick, QEvent.Type.Wheel, QEvent.Type.MouseMove,
    )  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self.count = 0

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Count, and let it through."""
        self.count += event.type() in self.KINDS
        return super().eventFilter(watched, event)


def main(state: Path, path: Path | None) -> int:
    """Show the window and keep `state` up to date until it is closed."""
    settings = load_settings()
    app = make_app(settings)
    window = make_window(settings)
    mice = Mice()
    app.installEventFilter(mice)
    window.show()
    if path is not None:
        QTimer.singleShot(0, window, lambda: window.open_path(path))
    timer = QTimer(window, interval=30)
    timer.timeout.connect(lambda: _write(state, _look(window) | {"mouse": mice.count}))
    timer.start()
    return app.exec()


def _look(window: Window) -> dict[str, object]:
    session = window.session
    focus = QApplication.focusWidget()
    dialog = QApplication.activeModalWidget()
    seen: dict[str, object] = {
        "focus": _name(focus),
        "focused": id(focus),
        "dialog": dialog.windowTitle() if dialog is not None else "",
        "item": session.item.name if session.item is not None else "",
        "annotations": len(session.annotations()),
        "selection": len(session.selection),
        "tool": session.tool,
        "undo": session.undo_step.name if session.undo_step is not None else "",
        "redo": session.redo_step.name if session.redo_step is not None else "",
        "widgets": {
            widget.objectName(): _place(widget, window)
            for widget in window.findChildren(QWidget)
            if widget.objectName() and widget.isVisible()
        },
    }
    canvas = window.workspace.canvas
    picture = canvas.view if isinstance(canvas, VideoCanvas) else canvas
    if isinstance(picture, PictureView):
        view = picture.view
        seen["view"] = [view.scale, view.x, view.y]
        extent = picture.extent
        seen["extent"] = [extent.w, extent.h] if extent else None
    if isinstance(canvas, VideoCanvas):
        seen["frame"] = canvas.view.index if canvas.view.shown is not None else None
        seen["plays"] = canvas.playing
        seen["shown"] = sorted(
            list(around)
            for mark in canvas.view.annotations()
            if (there := seen_at(mark, canvas.view.index)) is not None
            and (around := bounds(there.geometry)) is not None
        )
    if isinstance(canvas, TextCanvas):
        seen["read"] = len(session.text or "")
        seen["caret"] = list(canvas.view.selection)
        seen["mode"] = canvas.mode
        seen["head"] = canvas.head is not None
        seen["relations"] = len(session.relations.all())
        seen["found"] = canvas.search_bar.count.text()
    time = canvas.findChild(TimeView) if canvas is not None else None
    if time is not None:
        seen["window"] = [time.start, time.stop]
        seen["time"] = [time.low, time.high]
        seen["playing"] = time.playing
        seen["left"] = [time.left, time.width]
        seen["texts"] = [a.text for a in session.selected()]
    return seen


def _name(widget: QWidget | None) -> str:
    """What a screen reader calls it."""
    if widget is None:
        return ""
    interface = QAccessible.queryAccessibleInterface(widget)
    return interface.text(QAccessible.Text.Name)


def _place(widget: QWidget, window: QWidget) -> list[int]:
    corner = widget.mapTo(window, QPoint(0, 0))
    return [corner.x(), corner.y(), widget.width(), widget.height()]


def _write(state: Path, seen: dict[str, object]) -> None:
    fresh = state.with_suffix(".new")
    fresh.write_text(json.dumps(seen), "utf-8")
    os.replace(fresh, state)  # noqa: PTH105  atomic, that is all


if __name__ == "__main__":
    sys.exit(main(Path(sys.argv[1]), Path(sys.argv[2]) if sys.argv[2:] else None))
