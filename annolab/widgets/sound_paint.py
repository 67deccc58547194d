"""How sound is drawn: waveforms as pixels, scales at the left."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPen, QPolygonF, qRgba

from annolab.assist.overlay import Track
from annolab.media.peaks import Peaks

DOTS_FROM = 6.0  # pixels between two samples from which on they are dots
CLIPPED = 0.999
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

    `gain`: what an amplitude is multiplied by before ±1 fills the height.
    `colors`: of the wave, and of columns that reach full scale.
    """
    width, height = size
    low, high = peaks.columns(channel, *span, width)
    middle = (height - 1) / 2
    with np.errstate(invalid="ignore"):
        top = middle - np.clip(high * gain, -1, 1) * middle
        bottom = middle - np.clip(low * gain, -1, 1) * middle
        clipped = (high >= CLIPPED) | (low <= -CLIPPED)
    # Half a pixel at each end, so that a quiet line is a line.
    top, bottom = _SHADES * (top - 0.75), _SHADES * (bottom + 0.75)
    rows = _SHADES * np.arange(height, dtype=np.float32)[:, None]
    cover = rows - np.nan_to_num(top, nan=np.inf)
    np.minimum(cover, np.nan_to_num(bottom, nan=-np.inf) - rows, out=cover)
    np.clip(cover, 0, _SHADES, out=cover)
    index = cover.astype(np.uint8)
    index += np.where(clipped, _SHADES + 1, 0).astype(np.uint8)
    image = QImage(index.data, width, height, width, QImage.Format.Format_Indexed8)
    image.setColorTable([shade for color in colors for shade in _shades(color)])
    return image.convertToFormat(QImage.Format.Format_ARGB32_Premultiplied)


def _shades(color: QColor) -> list[int]:
    """A colour from clear to opaque."""
    alphas = range(_SHADES + 1)
    red, green, blue = color.red(), color.green(), color.blue()
    return [qRgba(red, green, blue, round(255 * n / _SHADES)) for n in alphas]


def draw_samples(
    painter: QPainter,
    line: tuple[int, NDArray[np.float32]],
    span: tuple[float, float],
    place: QRectF,
    gain: float,
    color: QColor,
) -> None:
    """Single samples, joined by lines, where a pixel is less than one of them.

    `line`: the number of the first sample, and the samples.
    """
    first, samples = line
    per = place.width() / max(span[1] - span[0], 1e-9)
    middle, half = place.center().y(), (place.height() - 1) / 2
    xs = place.left() + (np.arange(len(samples)) + first + 0.5 - span[0]) * per
    ys = middle - np.clip(samples * gain, -1, 1) * half
    points = [QPointF(x, y) for x, y in zip(xs.tolist(), ys.tolist(), strict=True)]
    painter.save()
    painter.setClipRect(place)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(color, 1.2))
    painter.drawPolyline(QPolygonF(points))
    if per >= DOTS_FROM:
        painter.setPen(QPen(color, 4, Qt.PenStyle.SolidLine, Qt.PenCapStyle.RoundCap))
        painter.drawPoints(QPolygonF(points))
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
