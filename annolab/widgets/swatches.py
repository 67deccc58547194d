"""Pick the colour of a label: the safe cycle, or any other."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QColorDialog, QWidget

from annolab.model.schema import LABEL_COLORS
from annolab.widgets.controls import push_button, row
from annolab.widgets.theme import theme_of

SIDE = 24


class Swatch(QAbstractButton):
    """One colour; a ring says that it is picked."""

    def __init__(self, color: str) -> None:
        super().__init__()
        self.color = color
        self.setCheckable(True)
        self.setFixedSize(SIDE, SIDE)
        self.setAccessibleName(color)
        self.setToolTip(color)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the colour and, when picked or focused, a ring."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(QColor(self.color))
        painter.drawRoundedRect(QRectF(4, 4, SIDE - 8, SIDE - 8), 4, 4)
        if self.isChecked() or self.hasFocus():
            token = "accent" if self.hasFocus() else "text"
            painter.setPen(QPen(theme_of(self).color(token), 1.5))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(QRectF(1, 1, SIDE - 2, SIDE - 2), 6, 6)
        painter.end()

    def sizeHint(self) -> QSize:
        """A square."""
        return QSize(SIDE, SIDE)


class Swatches(QWidget):
    """The colours of the cycle, and a button for others."""

    picked = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        self._color = ""
        layout = row(spacing=2)
        for color in LABEL_COLORS:
            swatch = Swatch(color)
            self._group.addButton(swatch)
            swatch.clicked.connect(lambda _=False, c=color: self._pick(c))
            layout.addWidget(swatch)
        self._other = push_button(self.tr("Other…"), "small")
        self._other.clicked.connect(self._choose)
        layout.addSpacing(8)
        layout.addWidget(self._other)
        layout.addStretch(1)
        self.setLayout(layout)

    def show_color(self, color: str) -> None:
        """Show what is picked."""
        self._color = color
        self._group.setExclusive(False)
        for button in self._group.buttons():
            if isinstance(button, Swatch):
                button.setChecked(button.color == color)
        self._group.setExclusive(True)
        self._other.setText(self.tr("Other…") if color in LABEL_COLORS else f"{color}…")

    def _pick(self, color: str) -> None:
        self.show_color(color)
        self.picked.emit(color)

    def _choose(self) -> None:
        chosen = QColorDialog.getColor(QColor(self._color), self, self.tr("Colour"))
        if chosen.isValid():
            self._pick(chosen.name())
