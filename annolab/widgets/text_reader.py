"""A line of standard text below the view, for screen readers that need one.

Qt's bindings cannot tell a screen reader the selection in a view that paints its
text itself (see text_access). An ordinary read-only text edit can: it shows the
line of the caret with the same caret and selection, and below it in words what is
marked there. Keys that it gets go to the view.
"""

from __future__ import annotations

from collections.abc import Iterable

from PySide6.QtCore import QCoreApplication, QEvent, Qt
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import QPlainTextEdit, QWidget

from annolab.model.words import line_at
from annolab.widgets.text_marks import Mark

LINES = 3
REACH = 1000  # characters of a line at either side of the caret


class ReadingLine(QPlainTextEdit):
    """The line of the caret and its marks; `view` gets the keys."""

    def __init__(self, view: QWidget) -> None:
        super().__init__()
        self._view = view
        self.setReadOnly(True)
        self.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse
            | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
        self.setAccessibleName(self.tr("Reading line"))
        self.setFixedHeight(LINES * self.fontMetrics().lineSpacing() + 16)

    def follow(self, text: str, caret: int, anchor: int, marks: Iterable[Mark]) -> None:
        """Show the line of `caret` with the selection from `anchor`, code points."""
        low, high = line_at(text, caret)
        low, high = max(low, caret - REACH), min(high, caret + REACH)
        line = text[low:high]
        said = self._said(text, marks)
        shown = f"{line}\n{said}"
        if shown != self.toPlainText():
            self.setPlainText(shown)
        cursor = self.textCursor()
        keep = QTextCursor.MoveMode.KeepAnchor
        cursor.setPosition(_units(line[: min(max(anchor - low, 0), len(line))]))
        cursor.setPosition(_units(line[: caret - low]), keep)
        self.setTextCursor(cursor)

    def _said(self, text: str, marks: Iterable[Mark]) -> str:
        parts = []
        for mark in marks:
            words = " … ".join(text[start:stop] for start, stop in mark.pieces)
            name = mark.name or self.tr("no label")
            kind = self.tr("suggested {}").format(name) if mark.suggested else name
            parts.append(f"{kind}: {' '.join(words.split())} {mark.note}".rstrip())
        return "; ".join(parts) or self.tr("no span here")

    def event(self, event: QEvent) -> bool:
        """Leave every shortcut to the window."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.ignore()
            return False
        return super().event(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """The view moves the caret; this line follows."""
        QCoreApplication.sendEvent(self._view, event)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2
