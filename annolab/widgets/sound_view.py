"""Waveforms and spectrogram of the open sound, and the mouse on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy

from annolab.widgets.sound_bands import SoundBands
from annolab.widgets.sound_boxes import SoundBoxes
from annolab.widgets.sound_paint import (
    amplitude_at,
    draw_cross,
    draw_name,
    draw_samples,
    hertz_text,
    image_of,
    is_curve,
    level_text,
    samples_of,
    time_text,
    track_color,
    track_lines,
    wave_image,
)
from annolab.widgets.sound_scale import (
    amplitude_ticks,
    draw_ticks,
    frequency_ticks,
    line_height,
)
from annolab.widgets.sound_source import Opened
from annolab.widgets.theme import theme_of
from annolab.widgets.time_view import TimeView
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.assist.overlay import Track
    from annolab.jobs import Progress
    from annolab.media.spectrogram import SpectrogramSettings
    from annolab.widgets.session import Session

WHEEL_ZOOM = 0.8  # a notch of the wheel
WHEEL_SCROLL = 0.12  # of the window
EDGE_PIXELS = 5
KEYS_STEP = 0.001  # seconds that a cursor which keys have moved is told by, at most
SAMPLES_FROM = 0.4  # samples a pixel, below which single samples are drawn


@dataclass(frozen=True, slots=True)
class Made:
    """A spectrogram that was made for a stretch."""

    span: tuple[float, float]
    key: object
    image: QImage


class SoundView(SoundBands):
    """Shows one sound through a `TimeView`; selects time with the mouse.

    `boxes` draws and edits time-frequency boxes on the spectrogram.
    """

    position_changed = Signal(str)
    channel_changed = Signal()

    def __init__(self, session: Session, view: TimeView) -> None:
        super().__init__(view)
        self.setObjectName("soundView")
        self.setMouseTracking(True)
        self.setMinimumHeight(120)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Expanding)
        self.gain = 1.0
        self.tracks: tuple[Track, ...] = ()  # of an overlay
        self.preview: list[tuple[float, float]] = []  # intervals over the waveform
        self.hertz: float | None = None  # of the last click on the spectrogram
        self._waves: dict[object, QImage] = {}
        self._made: Made | None = None
        self._wanted: object = None
        self._latest: Latest[Made] = Latest(self, self._take_made, lambda _: None)
        self._anchor: float | None = None
        self.boxes = SoundBoxes(self, session)
        for signal in (
            view.window_changed,
            view.selection_changed,
            view.playing_changed,
        ):
            signal.connect(self.update)
        view.selection_changed.connect(self._tell_cursor)

    # What is shown

    def show_sound(self, opened: Opened | None) -> None:
        """Show another sound, or none."""
        self.opened = opened
        self._waves.clear()
        self._made = self._wanted = None
        self._latest.cancel()
        self._anchor = None
        self.set_line(0, mixed=False)
        self.update()

    def grow(self) -> None:
        """More of the sound is known."""
        self._waves.clear()
        self._wanted = None
        self.update()

    def set_settings(self, settings: SpectrogramSettings) -> None:
        """How the spectrogram is made."""
        self.settings = settings
        self.update()

    def set_line(self, channel: int, *, mixed: bool) -> None:
        """See the spectrogram of a channel, or everything of the mean of all."""
        if (channel, mixed) != (self.channel, self.mixed):
            self.channel, self.mixed = channel, mixed
            self._waves.clear()
            self.channel_changed.emit()
            self.update()

    def next_line(self) -> None:
        """The next channel; after the last one the mean of all, then the first."""
        count = self.opened.sound.channels if self.opened is not None else 1
        if self.mixed or count == 1:
            self.set_line(0, mixed=False)
        elif self.channel + 1 < count:
            self.set_line(self.channel + 1, mixed=False)
        else:
            self.set_line(0, mixed=True)

    def set_gain(self, gain: float) -> None:
        """Draw amplitudes larger or smaller."""
        self.gain = min(max(gain, 1 / 64), 65536.0)
        self.update()

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint waveforms, spectrogram, selection, cursor and boxes."""
        painter = QPainter(self)
        theme = theme_of(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        waves, place = self.bands()
        for line, band in zip(self.lines(), waves, strict=True):
            self._paint_wave(painter, line, band)
        if place is not None:
            self._paint_spectrogram(painter, place)
            self.boxes.paint(painter, place)
        self._paint_times(painter)
        painter.end()

    def _paint_wave(self, painter: QPainter, channel: int, band: QRectF) -> None:
        opened, theme = self.opened, theme_of(self)
        if opened is None or band.width() < 2:
            return
        painter.fillRect(band, theme.color("raised"))
        middle = band.center().y()
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(QPointF(band.left(), middle), QPointF(band.right(), middle))
        rate = opened.sound.rate
        span = (self.view.start * rate, self.view.stop * rate)
        if (span[1] - span[0]) / band.width() < SAMPLES_FROM:
            first = max(0, int(span[0]) - 1)
            line = samples_of(opened.peaks, channel, first, int(span[1]) + 3)
            tones = (theme.color("accent"), theme.color("error"))
            draw_samples(painter, line, span, band, self.gain, tones)
        else:
            painter.drawImage(band, self._wave(opened, channel, span, band))
        draw_name(painter, band, self.line_name(channel), theme)
        scale = QRectF(0, band.top(), self.view.left, band.height())
        ticks = amplitude_ticks(self.gain, band.height(), line_height(painter))
        draw_ticks(painter, scale, ticks, theme)

    def _wave(
        self, opened: Opened, channel: int, span: tuple[float, float], band: QRectF
    ) -> QImage:
        ratio = self.devicePixelRatioF()
        size = (max(int(band.width() * ratio), 1), max(int(band.height() * ratio), 1))
        theme = theme_of(self)
        key = (channel, span, size, self.gain, theme.name)
        if key not in self._waves:
            if len(self._waves) > 2 * opened.sound.channels:
                self._waves.clear()
            colors = (theme.color("accent"), theme.color("error"))
            self._waves[key] = wave_image(
                opened.peaks, channel, span, size, self.gain, colors
            )
        return self._waves[key]

    def _paint_spectrogram(self, painter: QPainter, place: QRectF) -> None:
        opened, settings, theme = self.opened, self.settings, theme_of(self)
        if opened is None or settings is None or place.width() < 2:
            return
        painter.fillRect(place, theme.color("raised"))
        self._want_spectrogram(opened, place)
        made = self._made
        if made is not None:
            painter.save()
            painter.setClipRect(place)
            left = self.view.x_of(made.span[0])
            right = self.view.x_of(made.span[1])
            target = QRectF(left, place.top(), right - left, place.height())
            painter.drawImage(target, made.image)
            painter.restore()
        self._paint_tracks(painter, place)
        if self.hertz is not None:
            draw_cross(painter, place, self.y_of(self.hertz), theme)
        draw_name(painter, place, self.line_name(self.channel), theme)
        scale = QRectF(0, place.top(), self.view.left, place.height())
        line = line_height(painter)
        ticks = frequency_ticks(settings, opened.sound.rate, place.height(), line)
        draw_ticks(painter, scale, ticks, theme)

    def _paint_tracks(self, painter: QPainter, place: QRectF) -> None:
        """The curves of plug-ins, each on a scale of its own."""
        painter.save()
        painter.setClipRect(place)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for track in self.tracks:
            lines = track_lines(track, self.view.x_of, place)
            dark, own = QColor(0, 0, 0, 120), track_color(track.name)
            dotted = not is_curve(track.name)  # formants jump: they are speckles
            cap = Qt.PenCapStyle.RoundCap
            for width, color in ((3.5, dark), (2.2 if dotted else 1.8, own)):
                painter.setPen(QPen(color, width, Qt.PenStyle.SolidLine, cap))
                draw = painter.drawPoints if dotted else painter.drawPolyline
                for line in lines:
                    draw(line)
        painter.restore()

    def _want_spectrogram(self, opened: Opened, place: QRectF) -> None:
        """Ask for the picture of what is seen, unless it is there or on its way."""
        view, settings = self.view, self.settings
        ratio = self.devicePixelRatioF()
        size = (int(place.width() * ratio), int(place.height() * ratio))
        span = (view.start, view.stop)
        dark = theme_of(self).dark
        channel = self.line
        key = (span, size, settings, channel, dark, opened.peaks.complete)
        if key == self._wanted or settings is None or view.span <= 0:
            return
        self._wanted = key

        def task(progress: Progress) -> Made:
            from annolab.media.spectrogram import shaded, spectrogram

            found = spectrogram(
                opened.sound,
                channel,
                span,
                size,
                settings,
                peaks=opened.peaks,
                cancelled=lambda: progress.cancelled,
            )
            return Made(span, key, image_of(shaded(found, settings, dark=dark)))

        self._latest.start(task)

    def _take_made(self, made: Made) -> None:
        self._made = made
        self.update()

    def _paint_times(self, painter: QPainter) -> None:
        view, theme = self.view, theme_of(self)
        if self.opened is None:
            return
        left = float(view.left)
        painter.save()
        painter.setClipRect(QRectF(left, 0, self.width() - left, self.height()))
        accent = theme.color("accent")
        if view.high > view.low:
            band = QColor(accent)
            band.setAlphaF(0.2)
            x0, x1 = view.x_of(view.low), view.x_of(view.high)
            painter.fillRect(QRectF(x0, 0, x1 - x0, self.height()), band)
            painter.setPen(QPen(accent, 1))
            for x in (x0, x1):
                painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        else:
            painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
            x = view.x_of(view.low)
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        shade = theme.color("attention")
        shade.setAlphaF(0.25)
        for start, stop in self.preview:
            if stop >= view.start and start <= view.stop:
                x0 = view.x_of(start)
                width = max(view.x_of(stop) - x0, 1.0)
                painter.fillRect(QRectF(x0, 0, width, self.height()), shade)
        if view.playing is not None:
            painter.setPen(QPen(theme.color("attention"), 1.5))
            x = view.x_of(view.playing)
            painter.drawLine(QPointF(x, 0), QPointF(x, self.height()))
        painter.restore()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Put the cursor, begin a selection, or move its nearest edge (Shift)."""
        if self.opened is None or event.button() != Qt.MouseButton.LeftButton:
            return
        if self.boxes.press(event):
            return
        self._put_cross(event.position().y())
        time = self.view.time_at(event.position().x())
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            low, high = self.view.low, self.view.high
            self._anchor = high if abs(time - low) < abs(time - high) else low
            self.view.select(self._anchor, time)
        else:
            edge = self._edge_near(event.position().x())
            self._anchor = time if edge is None else edge
            if edge is None:
                self.view.select(time)

    def _put_cross(self, y: float) -> None:
        """Remember the frequency, as Praat's cursor does; clicks beside keep it."""
        hertz = self.frequency_at(y)
        if hertz is not None and hertz != self.hertz:
            self.hertz = hertz
            self.update()

    def _edge_near(self, x: float) -> float | None:
        """The other end of the selection, when `x` is on one of its ends."""
        view = self.view
        if view.high <= view.low:
            return None
        for near, other in ((view.low, view.high), (view.high, view.low)):
            if abs(view.x_of(near) - x) <= EDGE_PIXELS:
                return other
        return None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag the selection; tell what is under the pointer."""
        at = event.position()
        if self.boxes.move(event):
            return
        if self._anchor is not None:
            time = self.view.time_at(at.x())
            self.view.select(self._anchor, time)
        over_edge = self._edge_near(at.x()) is not None or self._anchor is not None
        shape = Qt.CursorShape
        cursor = shape.SizeHorCursor if over_edge else shape.IBeamCursor
        if at.x() < self.view.left:
            cursor = shape.ArrowCursor
        self.setCursor(self.boxes.cursor(at) or cursor)
        self._tell(at)

    def _tell(self, at: QPointF) -> None:
        if self.opened is None or at.x() < self.view.left:
            self.position_changed.emit("")
            return
        step = self.view.seconds_per_pixel
        text = f"t {time_text(self.view.time_at(at.x()), step)}"
        hertz = self.frequency_at(at.y())
        if hertz is not None:
            text += f"   {hertz_text(hertz)}"
        else:
            text += self._level_at(at)
        self.position_changed.emit(text)

    def _tell_cursor(self) -> None:
        """Where keys have put the cursor; the pointer tells of itself."""
        view = self.view
        if self.opened is None or view.cursor is None or self.underMouse():
            return
        step = min(view.seconds_per_pixel, KEYS_STEP)
        level = self._level(self.line, view.cursor, 0.0)
        self.position_changed.emit(f"t {time_text(view.cursor, step)}{level}")

    def _level_at(self, at: QPointF) -> str:
        """The sample under the pointer, or what a pixel has of them; "" beside."""
        waves, _ = self.bands()
        found = (
            n for n, wave in zip(self.lines(), waves, strict=True) if wave.contains(at)
        )
        line = next(found, None)
        step = self.view.seconds_per_pixel
        return (
            "" if line is None else self._level(line, self.view.time_at(at.x()), step)
        )

    def _level(self, line: int, time: float, step: float) -> str:
        """The sample of a line at a time, or the extremes from there for a step."""
        if self.opened is None:
            return ""
        low, high = amplitude_at(self.opened.peaks, line, time, step)
        return f"   {level_text(low, high)}" if low <= high else ""

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag."""
        if not self.boxes.release(event):
            self._anchor = None

    def drop(self) -> None:
        """A drag in flight is given up."""
        self._anchor = None
        self.boxes.drop()

    def leaveEvent(self, event: object) -> None:
        """The pointer is elsewhere."""
        self.position_changed.emit("")

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms at the pointer, else the window scrolls."""
        turn = event.angleDelta()
        notches = (turn.y() or turn.x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            about = self.view.time_at(event.position().x())
            self.view.zoom(WHEEL_ZOOM**notches, about)
        elif event.modifiers() & Qt.KeyboardModifier.AltModifier:
            self.set_gain(self.gain / WHEEL_ZOOM**notches)
        else:
            self.view.scroll(-notches * WHEEL_SCROLL * self.view.span)
        event.accept()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The window of time keeps its ends."""
        self.view.set_width(self.width())
        super().resizeEvent(event)
