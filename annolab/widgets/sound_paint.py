"""How sound is drawn: waveforms as pixels, scales at the left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, qRgba

from annolab.assist.overlay import Track
from annolab.media.peaks import Peaks
from annolab.media.sound_line import MIXED, clipped, full_scale, one_line
from annolab.widgets.theme import Theme

EVERY = -2  # in place of a channel: from the lowest to the highest of all
NAME_HEIGHT = 26.0  # pixels
DOTS_FROM = 6.0  # pixels between two samples from which on they are dots
_SHADES = 127  # of each of two colours, and clear: an index is one byte


def image_of(pixels: NDArray[np.uint8]) -> QImage:
    """A picture of (height, width, 4) bytes, blue first."""
    height, width = pixels.shape[:2]
    form = QImage.Format.Format_ARGB32_Premultiplied
    return QImage(pixels.data, width, height, 4 * width, form).copy()


def wave_image(
    peaks: Peaks,
    channel: int,
    span: tuple[float, float],
    size: tuple[int, int],
    gain: float,
    colors: tuple[QColor, QColor],
) -> QImage:
    """The waveform from frame `span[0]` to `span[1]` on a clear ground.

    `channel`: counted from 0, MIXED or EVERY. `gain`: what an amplitude is
    multiplied by before ±1 fills the height.
    `colors`: of the wave, and of columns that reach full scale in any channel that
    is part of it.
    """
    width, height = size
    low, high = _bounds(peaks, channel, span, width)
    middle = (height - 1) / 2
    with np.errstate(invalid="ignore"):
        top = middle - np.clip(high * gain, -1, 1) * middle
        bottom = middle - np.clip(low * gain, -1, 1) * middle
    # Half a pixel at each end, so that a quiet line is a line.
    top, bottom = _SHADES * (top - 0.75), _SHADES * (bottom + 0.75)
    rows = _SHADES * np.arange(height, dtype=np.float32)[:, None]
    cover = rows - np.nan_to_num(top, nan=np.inf)
    np.minimum(cover, np.nan_to_num(bottom, nan=-np.inf) - rows, out=cover)
    np.clip(cover, 0, _SHADES, out=cover)
    index = cover.astype(np.uint8)
    full = _reach_full(peaks, channel, span, (low, high))
    index += np.where(full, _SHADES + 1, 0).astype(np.uint8)
    image = QImage(index.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([shade for color in colors for shade in _shades(color)])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _bounds(
    peaks: Peaks, channel: int, span: tuple[float, float], width: int
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """The lowest and highest samples of columns, of all channels when EVERY."""
    if channel != EVERY:
        return peaks.columns(channel, *span, width)
    low, high = peaks.columns(0, *span, width)
    for other in range(1, peaks.sound.channels):
        lower, higher = peaks.columns(other, *span, width)
        low, high = np.fmin(low, lower), np.fmax(high, higher)
    return low, high


def _reach_full(
    peaks: Peaks,
    channel: int,
    span: tuple[float, float],
    bounds: tuple[NDArray[np.float32], NDArray[np.float32]],
) -> NDArray[np.bool_]:
    """Which columns reach full scale; a mean does not show it itself."""
    low, high = bounds
    full = np.float32(full_scale(peaks.sound))
    reached = np.zeros(len(low), np.bool_)
    mixes = channel == MIXED and peaks.sound.channels > 1
    for n in range(peaks.sound.channels if mixes else 1):
        if mixes:
            low, high = peaks.columns(n, *span, len(reached))
        with np.errstate(invalid="ignore"):
            reached |= (high >= full) | (low <= -full)
    return reached


def _shades(color: QColor) -> list[int]:
    """A colour from clear to opaque."""
    alphas = range(_SHADES + 1)
    red, green, blue = color.red(), color.green(), color.blue()
    return [qRgba(red, green, blue, round(255 * n / _SHADES)) for n in alphas]


def draw_samples(
    painter: QPainter,
    line: tuple[int, NDArray[np.float32], NDArray[np.bool_]],
    span: tuple[float, float],
    place: QRectF,
    gain: float,
    colors: tuple[QColor, QColor],
) -> None:
    """Single samples, joined by lines, where a pixel is less than one of them.

    `line`: the number of the first sample, the samples, which of them are cut off.
    `colors`: of the line, and of those.
    """
    first, samples, cut = line
    per = place.width() / max(span[1] - span[0], 1e-9)
    middle, half = place.center().y(), (place.height() - 1) / 2
    xs = place.left() + (np.arange(len(samples)) + first + 0.5 - span[0]) * per
    ys = middle - np.clip(samples * gain, -1, 1) * half
    points = [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    painter.save()
    painter.setClipRect(place)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(colors[0], 1.2))
    painter.drawPolyline(QPolygonF(points))
    if per >= DOTS_FROM:
        _draw_dots(painter, points, colors[0])
    marked = [point for point, is_cut in zip(points, cut, strict=True) if is_cut]
    _draw_dots(painter, marked, colors[1])
    painter.restore()


def _draw_dots(painter: QPainter, points: list[QPointF], color: QColor) -> None:
    painter.setPen(QPen(color, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
    painter.drawPoints(QPolygonF(points))


def samples_of(
    peaks: Peaks, channel: int, first: int, last: int
) -> tuple[int, NDArray[np.float32], NDArray[np.bool_]]:
    """What `draw_samples` draws of a channel or of the mean of all."""
    block = peaks.sound.read(first, last)
    full = full_scale(peaks.sound)
    parts = range(block.shape[1]) if channel == MIXED else (channel,)
    cut = np.zeros(len(block), np.bool_)
    for part in parts:
        cut |= clipped(block[:, part], full)
    return first, one_line(block, channel), cut


def draw_cross(painter: QPainter, place: QRectF, y: float, theme: Theme) -> None:
    """The frequency that was clicked: dashes that are seen on black and on white."""
    ground = theme.color("panel")
    ground.setAlpha(170)
    for color, width, style in (
        (ground, 3.0, Qt.PenStyle.SolidLine),
        (theme.color("error"), 1.0, Qt.PenStyle.DashLine),
    ):
        painter.setPen(QPen(color, width, style))
        painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))


def draw_name(painter: QPainter, place: QRectF, name: str, theme: Theme) -> None:
    """What a picture shows, in its upper left corner on a ground of its own."""
    if not name or place.height() < NAME_HEIGHT:
        return
    width = painter.fontMetrics().horizontalAdvance(name) + 12
    chip = QRectF(place.left() + 4, place.top() + 4, width, NAME_HEIGHT - 8)
    ground = theme.color("panel")
    ground.setAlphaF(0.8)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(ground)
    painter.drawRoundedRect(chip, 4, 4)
    painter.setPen(theme.color("dim"))
    painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, name)
    painter.restore()


_TRACK_COLORS = {"pitch": "#4cc2ff", "intensity": "#ffe14c"}


def track_color(name: str) -> QColor:
    """The colour of a curve over the spectrogram: seen on black and on white."""
    return QColor(_TRACK_COLORS.get(name.casefold(), "#ff5a52"))


def is_curve(name: str) -> bool:
    """Whether a track is drawn as a line."""
    return name.casefold() in _TRACK_COLORS


def track_lines(
    track: Track, x_of: Callable[[float], float], place: QRectF
) -> list[QPolygonF]:
    """A curve as lines, one for each stretch without a gap."""
    lines: list[QPolygonF] = []
    points: list[QPointF] = []
    scale = place.height() / max(track.high - track.low, 1e-9)
    for time, value in zip(track.times.tolist(), track.values.tolist(), strict=True):
        if value == value:  # noqa: PLR0124  no gap
            y = place.bottom() - (value - track.low) * scale
            points.append(QPointF(x_of(time), y))
        elif points:
            lines.append(QPolygonF(points))
            points = []
    return [*lines, QPolygonF(points)] if points else lines


def amplitude_at(
    peaks: Peaks, channel: int, time: float, step: float
) -> tuple[float, float]:
    """The least and greatest sample from `time` on for `step` seconds, one at least.

    NaN where nothing is.
    """
    rate = peaks.sound.rate
    first, count = int(time * rate), step * rate
    if count >= 2:
        low, high = peaks.columns(channel, time * rate, time * rate + count, 1)
        return float(low[0]), float(high[0])
    line = one_line(peaks.sound.read(first, first + 1), channel)
    return (float(line[0]), float(line[0])) if len(line) else (np.nan, np.nan)


def level_text(low: float, high: float) -> str:
    """An amplitude, or what lies between two, with dB of full scale."""
    size = max(abs(low), abs(high))
    level = f"{20 * np.log10(size):.1f}" if size > 0 else "-\N{INFINITY}"
    span = f"{low:.4f}" if low == high else f"{low:.3f} … {high:.3f}"
    return f"{span}   {level} dBFS"


def hertz_text(hertz: float) -> str:
    """A frequency as people write it: "5 kHz", "440 Hz"."""
    return f"{hertz / 1000:.4g} kHz" if hertz >= 1000 else f"{hertz:.0f} Hz"


def time_text(seconds: float, step: float = 0.001) -> str:
    """A time: seconds below a minute, else minutes or hours; as fine as `step`."""
    digits = int(min(max(np.ceil(-np.log10(max(step, 1e-9))), 0), 6))
    if seconds < 60:
        return f"{seconds:.{digits}f} s"
    minutes, rest = divmod(round(seconds, digits), 60)
    tail = f"{rest:0{digits + 3 if digits else 2}.{digits}f}"
    if minutes < 60:
        return f"{minutes:.0f}:{tail}"
    hours, minutes = divmod(minutes, 60)
    return f"{hours:.0f}:{minutes:02.0f}:{tail}"
