"""A panel that lies over the window and goes away with Esc or a click beside it."""

from __future__ import annotations

import shiboken6
from PySide6.QtCore import QEvent, QObject, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QKeyEvent, QMouseEvent, QPainter, QPaintEvent
from PySide6.QtWidgets import QLayout, QWidget

MARGIN = 16
TOP = 44
SHADOW = 12
DIMMED = 90  # of 255


class Popup(QWidget):
    """Covers its window, dims it, and holds the keyboard until it is closed.

    A child and no window of its own, so that it looks the same with and without
    a compositor and has the keyboard under every window manager.
    """

    closed = Signal()

    def __init__(self, parent: QWidget, name: str, width: int) -> None:
        super().__init__(parent.window())
        self._window = parent.window()
        self._wanted = (width, 0)
        self._before: QWidget | None = self._window.focusWidget()
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAccessibleName(name)
        self.frame = QWidget(self)
        self.frame.setObjectName("popup")
        self.frame.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._window.installEventFilter(self)
        self.hide()

    def fill(self, layout: QLayout, height: int) -> None:
        """Put the contents in; `height` is what they want at most, in pixels."""
        layout.setContentsMargins(1, 1, 1, 1)
        self.frame.setLayout(layout)
        self._wanted = (self._wanted[0], height)

    def open(self) -> None:
        """Come up over the window and take the keyboard."""
        self._place()
        self.show()
        self.raise_()
        if not self.isAncestorOf(self._window.focusWidget()):
            first = next(iter(self._stops()), self)
            first.setFocus(Qt.FocusReason.PopupFocusReason)

    def dismiss(self) -> None:
        """Go away, and give the keyboard back to who had it."""
        if self.isHidden():
            return
        self._window.removeEventFilter(self)
        before = self._before
        if before is not None and shiboken6.isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.PopupFocusReason)
        self.close()
        self.closed.emit()

    def _place(self) -> None:
        self.setGeometry(self._window.rect())
        width = min(self._wanted[0], self.width() - 2 * MARGIN)
        height = min(self._wanted[1], self.height() - TOP - MARGIN)
        self.frame.setGeometry((self.width() - width) // 2, TOP, width, height)

    def _stops(self) -> list[QWidget]:
        """What Tab goes to, in order."""
        return [
            widget
            for widget in self.frame.findChildren(QWidget)
            if widget.focusPolicy() & Qt.FocusPolicy.TabFocus
            and widget.isVisible()
            and widget.isEnabled()
        ]

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001  Qt's name
        """Tab stays inside."""
        stops = self._stops()
        if stops:
            now = self._window.focusWidget()
            place = stops.index(now) if now in stops else -1
            there = stops[(place + (1 if next else -1)) % len(stops)]
            there.setFocus(Qt.FocusReason.TabFocusReason)
        return True

    def event(self, event: QEvent) -> bool:
        """While it is open, keys are its own: no shortcut of the window fires."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Cover the window also when its size changes."""
        if watched is self._window and event.type() == QEvent.Type.Resize:
            self._place()
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes; nothing gets through to what lies below."""
        if event.key() == Qt.Key.Key_Escape:
            self.dismiss()
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A click beside the panel closes."""
        if not self.frame.geometry().contains(event.position().toPoint()):
            self.dismiss()
        event.accept()

    def paintEvent(self, event: QPaintEvent) -> None:
        """Dim the window, and lay a soft shadow around the panel."""
        painter = QPainter(self)
        painter.fillRect(self.rect(), QColor(0, 0, 0, DIMMED))
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(0, 0, 0, 14))
        around = QRectF(self.frame.geometry())
        for step in range(SHADOW, 0, -2):
            grown = around.adjusted(-step, -step + 4, step, step + 4)
            painter.drawRoundedRect(grown, 8 + step, 8 + step)
        painter.end()
