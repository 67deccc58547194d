"""The sound of a film as a strip of its timeline."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QImage, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from annolab.widgets.film_strip import FilmStrip
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.frame_scale import ROUND, FilmView
from annolab.widgets.sound_paint import EVERY, wave_image
from annolab.widgets.theme import theme_of

if TYPE_CHECKING:
    from annolab.media.peaks import Peaks

HEIGHT = 40  # pixels
FREE = 2.0  # pixels above and below


class FilmWave(FilmStrip):
    """A press or a drag goes to the frame that is heard there."""

    def __init__(self, view: FilmView, marked: FrameRange) -> None:
        super().__init__(view, marked)
        self.setObjectName("filmWave")
        self.setAccessibleName(self.tr("Waveform of the film"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._peaks: Peaks | None = None
        self._offset = 0  # samples from the first picture to the first sample
        self._image: QImage | None = None
        self._key: object = None

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(200, HEIGHT)

    def show_sound(self, peaks: Peaks | None, offset: int = 0) -> None:
        """Show a sound that begins `offset` samples after the first picture."""
        self._peaks, self._offset = peaks, offset
        self.grow()

    def grow(self) -> None:
        """More of the sound is known."""
        self._key = None
        self.update()

    def span(self, rate: float) -> tuple[float, float]:
        """The samples of what is seen, counted from the first one of the sound."""
        around = ROUND * self.view.seconds_per_pixel
        start, stop = self.view.start - around, self.view.stop + around
        return start * rate - self._offset, stop * rate - self._offset

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint the waveform, and where the film is."""
        painter, theme = QPainter(self), theme_of(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        body = self.body().adjusted(0, FREE, 0, -FREE - 1)
        painter.setPen(theme.color("dim"))
        box = QRectF(8, 0, self.view.names - 16, self.height())
        flags = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(box, flags, self.tr("Sound"))
        if self._peaks is not None and self.view.span > 0 and body.width() >= 2:
            middle = body.center().y()
            painter.setPen(QPen(theme.color("line"), 1))
            painter.drawLine(
                QPointF(body.left(), middle), QPointF(body.right(), middle)
            )
            painter.drawImage(body, self._wave(self._peaks, body))
        painter.setPen(QPen(theme.color("line"), 1))
        y = self.height() - 0.5
        painter.drawLine(QPointF(0, y), QPointF(self.width(), y))
        self.paint_range(painter)
        self.paint_place(painter)
        painter.end()

    def _wave(self, peaks: Peaks, body: QRectF) -> QImage:
        ratio, theme = self.devicePixelRatioF(), theme_of(self)
        size = (max(int(body.width() * ratio), 1), max(int(body.height() * ratio), 1))
        span = self.span(peaks.sound.rate)
        key = (span, size, theme.name)
        if self._image is None or key != self._key:
            gain = 1 / (peaks.greatest or 1.0)
            tones = (theme.color("dim"), theme.color("dim"))
            self._image = wave_image(peaks, EVERY, span, size, gain, tones)
            self._key = key
        return self._image

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there."""
        super().mousePressEvent(event)
        self._scrub(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub."""
        super().mouseMoveEvent(event)
        self._scrub(event)

    def _scrub(self, event: QMouseEvent) -> None:
        x = event.position().x()
        if event.buttons() & Qt.MouseButton.LeftButton and self.in_time(x):
            self.wanted.emit(self.view.frame_at(x))
