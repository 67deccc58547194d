"""What all strips of a film's timeline do: they scroll, zoom and show where it is."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPen, QWheelEvent
from PySide6.QtWidgets import QWidget

from annolab.widgets.frame_range import FrameRange
from annolab.widgets.frame_scale import FilmView
from annolab.widgets.theme import theme_of

WHEEL_ZOOM = 0.8  # a notch of the wheel
WHEEL_SCROLL = 0.12  # of the window
SHADE = 0.16  # of the selected range


class FilmStrip(QWidget):
    """`wanted(frame)` is asked for by a press. Frames are placed by `view`."""

    wanted = Signal(int)

    def __init__(self, view: FilmView, marked: FrameRange) -> None:
        super().__init__()
        self.view, self.marked = view, marked
        self._pan: float | None = None
        self.setMouseTracking(True)
        for signal in (view.window_changed, view.playing_changed, marked.changed):
            signal.connect(self.update)

    def in_time(self, x: float) -> bool:
        """Whether a pixel is of a frame, not of the names."""
        return x >= self.view.names and len(self.view.frames) > 0

    def paint_range(self, painter: QPainter) -> None:
        """Shade the selected range."""
        span = self.marked.span
        if span is None:
            return
        theme = theme_of(self)
        left, right = (self.view.edge_of(frame) for frame in span)
        place = QRectF(left, 0, max(right - left, 1.0), self.height())
        shade = theme.color("accent")
        shade.setAlphaF(SHADE)
        painter.save()
        painter.setClipRect(self.body())
        painter.fillRect(place, shade)
        painter.setPen(QPen(theme.color("accent"), 1))
        for x in (place.left(), place.right()):
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.restore()

    def paint_place(self, painter: QPainter) -> None:
        """The frame that the film is at: a line, around it all of the frame."""
        view, theme = self.view, theme_of(self)
        if not len(view.frames):
            return
        painter.save()
        painter.setClipRect(self.body())
        left, right = view.edge_of(view.frame), view.edge_of(view.frame + 1)
        shade = theme.color("text")
        shade.setAlphaF(0.1)
        painter.fillRect(QRectF(left, 0, right - left, self.height()), shade)
        painter.setPen(QPen(theme.color("text"), 1.5))
        x = view.middle_of(view.frame)
        painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.restore()

    def body(self) -> QRectF:
        """The pixels beside the names."""
        left = float(self.view.names)
        return QRectF(left, 0, self.width() - left, self.height())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll along the film; Ctrl zooms at the pointer."""
        turn = event.angleDelta()
        notches = (turn.y() or turn.x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            about = self.view.time_at(event.position().x())
            self.view.zoom(WHEEL_ZOOM**notches, about)
        else:
            self.view.scroll(-notches * WHEEL_SCROLL * self.view.span)
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """The middle button takes hold of the film."""
        if event.button() is Qt.MouseButton.MiddleButton:
            self._pan = event.position().x()
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan along."""
        if self._pan is not None:
            x = event.position().x()
            self.view.scroll((self._pan - x) * self.view.seconds_per_pixel)
            self._pan = x

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        if self._pan is not None and event.button() is Qt.MouseButton.MiddleButton:
            self._pan = None
            self.unsetCursor()

    def changeEvent(self, event: QEvent) -> None:
        """Another theme."""
        super().changeEvent(event)
        self.update()
