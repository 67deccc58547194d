"""A panel that lies over the window and goes away with Esc or a click beside it."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QDialog, QLayout, QVBoxLayout, QWidget

MARGIN = 10


class Popup(QDialog):
    """A borderless dialog at the top middle of its parent."""

    def __init__(self, parent: QWidget, name: str, width: int) -> None:
        super().__init__(
            parent, Qt.WindowType.Popup | Qt.WindowType.FramelessWindowHint
        )
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setAttribute(Qt.WidgetAttribute.WA_TranslucentBackground)
        self.setAccessibleName(name)
        self._window = parent.window()
        self._width = min(width, self._window.width() - 32)
        self.frame = QWidget()
        self.frame.setObjectName("popup")
        self.frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(MARGIN, 0, MARGIN, MARGIN)
        outer.addWidget(self.frame)

    def fill(self, layout: QLayout, height: int) -> None:
        """Put the contents in, and come up at the right place."""
        layout.setContentsMargins(1, 1, 1, 1)
        self.frame.setLayout(layout)
        self.frame.setPalette(self._window.palette())
        height = min(height, self._window.height() - 96)
        self.setFixedSize(self._width + 2 * MARGIN, height + MARGIN)
        corner = self._window.mapToGlobal(self._window.rect().topLeft())
        left = (self._window.width() - self._width) // 2 - MARGIN
        self.move(corner.x() + left, corner.y() + 44)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes."""
        if event.key() == Qt.Key.Key_Escape:
            self.reject()
        else:
            super().keyPressEvent(event)
