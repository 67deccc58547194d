"""The slim bar below a film: where it is, what is annotated, and what plays it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from annolab.widgets.controls import column
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.play_row import PlayRow
from annolab.widgets.theme import theme_of

LINE_HEIGHT = 26
SIDE = 12  # pixels left and right of the line
LEAST_GAP = 5.0  # pixels between keyframes of the file; closer ones are not drawn


class FrameLine(QWidget):
    """The frames of a film on a line; a press or a drag asks for one.

    Short grey ticks are where the file can be entered, yellow marks are annotated
    frames, and those of the selection are larger.
    """

    wanted = Signal(int)

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("frameLine")
        self.setFixedHeight(LINE_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAccessibleName(self.tr("Frames"))
        self.count = 0
        self.index = 0
        self._entries: NDArray[np.intp] = np.zeros(0, np.intp)
        self._marks: NDArray[np.intp] = np.zeros(0, np.intp)
        self._chosen: NDArray[np.intp] = np.zeros(0, np.intp)
        self._band: tuple[int, int] | None = None

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(200, LINE_HEIGHT)

    def set_film(self, count: int, entries: NDArray[np.intp]) -> None:
        """A film of `count` frames, which can be entered at some."""
        self.count, self._entries = count, entries
        self.update()

    def set_index(self, index: int) -> None:
        """The frame that is seen or on its way."""
        if index != self.index:
            self.index = index
            self.update()

    def set_marks(self, marks: Sequence[int], chosen: Sequence[int]) -> None:
        """The annotated frames, and those of what is selected."""
        self._marks = np.array(marks, np.intp)
        self._chosen = np.array(chosen, np.intp)
        self.update()

    def set_band(self, span: tuple[int, int] | None) -> None:
        """The selected range, half-open."""
        self._band = span
        self.update()

    @property
    def marks(self) -> list[int]:
        """The annotated frames."""
        return [int(frame) for frame in self._marks]

    @property
    def chosen(self) -> list[int]:
        """The frames of what is selected."""
        return [int(frame) for frame in self._chosen]

    def x_of(self, frame: float) -> float:
        """Where a frame is."""
        return SIDE + (self.width() - 2 * SIDE) * frame / max(self.count - 1, 1)

    def frame_at(self, x: float) -> int:
        """The frame that is nearest to a place."""
        share = (x - SIDE) / max(self.width() - 2 * SIDE, 1)
        return min(max(round(share * (self.count - 1)), 0), max(self.count - 1, 0))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        if event.button() is Qt.MouseButton.LeftButton and self.count:
            self.wanted.emit(self.frame_at(event.position().x()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub."""
        if event.buttons() & Qt.MouseButton.LeftButton and self.count:
            self.wanted.emit(self.frame_at(event.position().x()))

    def changeEvent(self, event: QEvent) -> None:
        """Another theme."""
        super().changeEvent(event)
        self.update()

    def _columns(self, frames: NDArray[np.intp]) -> list[float]:
        """Where frames are, each pixel once."""
        frames = frames[(frames >= 0) & (frames < self.count)]
        width = (self.width() - 2 * SIDE) / max(self.count - 1, 1)
        return [float(x) for x in np.unique(np.round(SIDE + frames * width))]

    def paintEvent(self, _event: QPaintEvent) -> None:
        """The line, the marks on it, and where the film is."""
        theme, middle = theme_of(self), LINE_HEIGHT / 2
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        if not self.count:
            painter.end()
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("line"))
        room = self.width() - 2 * SIDE
        if self._band is not None:
            left, right = (self.x_of(f) for f in (self._band[0], self._band[1] - 1))
            shade = theme.color("accent")
            shade.setAlphaF(0.25)
            painter.fillRect(
                QRectF(left - 1, 1, right - left + 2, LINE_HEIGHT - 2), shade
            )
        painter.drawRoundedRect(QRectF(SIDE, middle - 2, room, 4), 2, 2)
        painter.setBrush(theme.color("dim"))
        entries = self._columns(self._entries)
        if len(entries) * LEAST_GAP <= room:
            for x in entries:
                painter.drawRect(QRectF(x - 0.5, middle + 4, 1, 4))
        painter.setBrush(theme.color("attention"))
        for x in self._columns(self._marks):
            painter.drawRect(QRectF(x - 1, middle - 8, 2, 8))
        painter.setBrush(theme.color("accent"))
        for x in self._columns(self._chosen):
            painter.drawConvexPolygon(_diamond(x, middle - 6))
        painter.setPen(QPen(theme.color("text"), 2))
        x = self.x_of(self.index)
        painter.drawLine(QPointF(x, 2), QPointF(x, LINE_HEIGHT - 2))
        painter.end()


def _diamond(x: float, y: float) -> list[QPointF]:
    size = 5.0
    corners = ((x, y - size), (x + size, y), (x, y + size), (x - size, y))
    return [QPointF(*corner) for corner in corners]


class VideoTimeline(QWidget):
    """The line, which asks for frames by `wanted(frame)`, and the bar below it.

    `range`: the selected frames, `marked` has the verbs; `range_changed` tells.
    """

    wanted = Signal(int)
    range_changed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.marked = FrameRange(self)
        self.marked.changed.connect(self._show_range)
        self.setObjectName("hintLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Film"))
        self.line = FrameLine()
        self.line.wanted.connect(self.wanted)
        self.bar = PlayRow()
        self.setLayout(column(self.line, self.bar))

    @property
    def range(self) -> tuple[int, int] | None:
        """The selected frames as half-open `(start, stop)`; None: no range."""
        return self.marked.span

    def _show_range(self) -> None:
        self.line.set_band(self.range)
        self.range_changed.emit()

    def set_film(self, count: int, entries: NDArray[np.intp]) -> None:
        """A film of `count` frames, which can be entered at some; 0: none."""
        self.line.set_film(count, entries)
        self.marked.set_film(count)

    def extend(self, count: int, entries: NDArray[np.intp]) -> None:
        """More of the film is known."""
        self.line.set_film(count, entries)
        self.marked.extend(count)

    def tell(self, index: int, count: int, seconds: float, length: float) -> None:
        """Show where the film is: frame and time, both from 0."""
        self.line.set_index(index)
        self.bar.tell(index, count, seconds, length)
