"""The times above a sound, and the whole of it below with the part that is seen."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy, QWidget

from annolab.widgets.sound_paint import EVERY, time_text, wave_image
from annolab.widgets.sound_source import Opened
from annolab.widgets.theme import theme_of
from annolab.widgets.time_view import TimeView

RULER_HEIGHT = 24
OVERVIEW_HEIGHT = 36
TICK_PIXELS = 90
_STEPS = (1.0, 2.0, 5.0)
_CLOCK = (10.0, 15.0, 30.0, 60.0, 120.0, 300.0, 600.0, 900.0, 1800.0, 3600.0, 7200.0)


def tick_step(seconds_per_pixel: float) -> float:
    """Seconds between two ticks that are read easily."""
    least = seconds_per_pixel * TICK_PIXELS
    if least > _CLOCK[0]:
        return next((step for step in _CLOCK if step >= least), 36_000.0)
    step = 1e-6
    while True:
        for factor in _STEPS:
            if step * factor >= least:
                return step * factor
        step *= 10


class TimeRuler(QWidget):
    """Ticks with their times. A drag along it scrolls."""

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self.setFixedHeight(RULER_HEIGHT)
        self.setCursor(Qt.CursorShape.OpenHandCursor)
        self._view = view
        self._held: float | None = None
        view.window_changed.connect(self.update)
        view.selection_changed.connect(self.update)

    def ticks(self) -> Iterator[float]:
        """The times that are written."""
        view = self._view
        if view.span <= 0:
            return
        step = tick_step(view.seconds_per_pixel)
        number = int(view.start / step)
        while number * step <= view.stop:
            if number * step >= view.start:
                yield number * step
            number += 1

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ticks."""
        view, theme = self._view, theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        if view.span > 0:
            step = tick_step(view.seconds_per_pixel)
            for time in self.ticks():
                x = view.x_of(time)
                painter.setPen(QPen(theme.color("edge"), 1))
                painter.drawLine(
                    QPointF(x, self.height() - 5), QPointF(x, self.height())
                )
                painter.setPen(theme.color("dim"))
                text = time_text(time, step)
                wide = painter.fontMetrics().horizontalAdvance(text)
                # The first and the last stay whole.
                left = min(max(x - wide / 2, view.left + 2.0), self.width() - wide - 4)
                place = QRectF(left, 0, wide + 2, self.height() - 5)
                center = Qt.AlignmentFlag.AlignCenter
                painter.drawText(place, center, text)
        painter.end()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the time under the pointer."""
        self._held = event.position().x()
        self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scroll along."""
        if self._held is not None:
            x = event.position().x()
            self._view.scroll((self._held - x) * self._view.seconds_per_pixel)
            self._held = x

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._held = None
        self.setCursor(Qt.CursorShape.OpenHandCursor)


class Overview(QWidget):
    """The whole sound; the window is dragged, or put where it is clicked."""

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self.setFixedHeight(OVERVIEW_HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self._view = view
        self._opened: Opened | None = None
        self._image: QImage | None = None
        self._key: object = None
        self._offset: float | None = None
        for signal in (
            view.window_changed,
            view.selection_changed,
            view.playing_changed,
        ):
            signal.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(200, OVERVIEW_HEIGHT)

    def show_sound(self, opened: Opened | None) -> None:
        """Show another sound."""
        self._opened = opened
        self.grow()

    def grow(self) -> None:
        """More of the sound is known."""
        self._key = None
        self.update()

    def _x_of(self, time: float) -> float:
        left, length = self._view.left, self._view.length or 1.0
        return left + time / length * (self.width() - left - 8)

    def _time_at(self, x: float) -> float:
        left = self._view.left
        share = (x - left) / max(self.width() - left - 8, 1)
        return min(max(share, 0.0), 1.0) * self._view.length

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the waveform, the window and the selection."""
        view, theme = self._view, theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        opened = self._opened
        if opened is not None and self.width() > view.left + 20:
            place = QRectF(
                view.left, 4, self.width() - view.left - 8, self.height() - 8
            )
            painter.drawImage(place, self._wave(opened, place))
            painter.setPen(theme.color("dim"))
            length = QRectF(0, 0, view.left - 6, self.height())
            flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            painter.drawText(length, flags, time_text(view.length, 0.1))
            self._paint_window(painter, place)
        painter.end()

    def _wave(self, opened: Opened, place: QRectF) -> QImage:
        ratio = self.devicePixelRatioF()
        size = (max(int(place.width() * ratio), 1), max(int(place.height() * ratio), 1))
        theme = theme_of(self)
        key = (size, theme.name)
        if key != self._key or self._image is None:
            gain = 1 / (opened.peaks.greatest or 1.0)
            tones = (theme.color("dim"), theme.color("dim"))
            span = (0.0, float(opened.sound.frames))
            self._image = wave_image(opened.peaks, EVERY, span, size, gain, tones)
            self._key = key
        return self._image

    def _paint_window(self, painter: QPainter, place: QRectF) -> None:
        view, theme = self._view, theme_of(self)
        accent = theme.color("accent")
        if view.high > view.low:
            band = QColor(accent)
            band.setAlphaF(0.35)
            x = self._x_of(view.low)
            width = max(self._x_of(view.high) - x, 1.0)
            painter.fillRect(QRectF(x, place.top(), width, place.height()), band)
        window = QRectF(
            self._x_of(view.start),
            1.5,
            max(self._x_of(view.stop) - self._x_of(view.start), 4.0),
            self.height() - 3,
        )
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.color("text"), 1))
        painter.drawRoundedRect(window, 3, 3)
        if view.playing is not None:
            painter.setPen(QPen(theme.color("attention"), 1.5))
            x = self._x_of(view.playing)
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Take hold of the window, or put its middle here."""
        time = self._time_at(event.position().x())
        if not self._view.start <= time <= self._view.stop:
            self._move(time)
        self._offset = time - (self._view.start + self._view.stop) / 2

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the window."""
        if self._offset is not None:
            self._move(self._time_at(event.position().x()) - self._offset)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        self._offset = None

    def _move(self, middle: float) -> None:
        half = self._view.span / 2
        self._view.show(middle - half, middle + half, remember=False)
