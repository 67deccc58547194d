"""The axes left of waveforms and spectrogram: which values are written, and where."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import TYPE_CHECKING, TypeAlias

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen

from annolab.widgets.theme import Theme

if TYPE_CHECKING:
    from annolab.media.spectrogram import SpectrogramSettings

AIR = 1.3  # lines of text from one label to the next
MINOR_GAP = 4.0  # pixels between two short ticks
TICK, MINOR_TICK, BESIDE = 5.0, 3.0, 9.0  # pixels
SMALL = 0.85  # of the font of the window
KILO_FROM = 2000.0  # hertz at the top from which on the axis counts in kHz
WIDE = 8.0  # top to bottom of a bent axis, from which on its steps grow
_STEPS = ((1.0, (5, 2)), (2.0, (4, 2)), (5.0, (5,)))  # and what they are parted by
_GROWING = ((1,), (5,), (2,), (3, 4), (1.5,))  # the rounder ones first
_SHORT = ((1, 2, 3, 4, 5, 6, 7, 8, 9),)
_Spot: TypeAlias = tuple[float, float]  # a value, its pixel above the lower end
_Spots: TypeAlias = Callable[[Iterable[float]], list[_Spot]]


@dataclass(frozen=True, slots=True)
class Tick:
    """A mark on an axis: `place` 0 is its lower end, 1 its upper; text or ""."""

    place: float
    text: str = ""


@lru_cache(maxsize=16)  # asked at every painting
def frequency_ticks(
    settings: SpectrogramSettings, rate: int, height: float, line: float
) -> tuple[Tick, ...]:
    """The ticks of a spectrogram `height` pixels high, texts `line` high.

    Round frequencies, the lowest first; no text is nearer than a line and a bit to
    another. The highest text has the unit.
    """
    from annolab.media.spectrogram import band, place_of

    low, high = band(settings, rate)
    if high <= low or height < line:
        return ()

    def spots(values: Iterable[float]) -> list[_Spot]:
        slack = (high - low) * 1e-9
        fits = (v for v in values if low - slack <= v <= high + slack)
        return [(v, place_of(settings, rate, v) * height) for v in fits]

    # Of a bent axis that is wide, the low end needs finer steps than the high one.
    if settings.scale != "linear" and high > WIDE * low:
        first, *others = _growing(low, high, _GROWING)
        round_ = math.isclose(high, float(f"{high:.0e}"))
        texts = map(spots, ([*first, *[high] * round_], *others))
        written = _fitting(texts, height, line, AIR * line)
        short = _fitting(map(spots, _growing(low, high, _SHORT)), height, 0, MINOR_GAP)
    else:
        written, short = _even(spots, low, high, height, line)
    if len(written) < 2 and height >= 2 * AIR * line:
        written = spots((low, high))
    return _labelled(written, short, high, height)


def _growing(
    low: float, high: float, factors: Iterable[tuple[float, ...]]
) -> list[list[float]]:
    """0; then 1, 10, 100 ...; then 5, 50 ...; and so on, as `factors` say."""
    least = max(low, high / 1000)
    powers = range(math.floor(math.log10(least)), math.ceil(math.log10(high)) + 1)
    groups = [[k * 10.0**n for n in reversed(powers) for k in ks] for ks in factors]
    return [[0.0], *groups]


def _fitting(
    groups: Iterable[list[_Spot]], height: float, line: float, gap: float
) -> list[_Spot]:
    """Those, in this order, that are not too near to one that was taken before."""
    taken: list[_Spot] = []
    middles: list[float] = []
    for value, pixel in (spot for group in groups for spot in group):
        middle = _middle(pixel, height, line)
        if all(abs(middle - other) >= gap for other in middles):
            taken.append((value, pixel))
            middles.append(middle)
    return sorted(taken)


def _even(
    spots: _Spots, low: float, high: float, height: float, line: float
) -> tuple[list[_Spot], list[_Spot]]:
    """Multiples of the smallest step that leaves room, and of parts of it."""
    written: list[_Spot] = []
    finer: list[list[_Spot]] = []
    least = 10.0 ** (math.floor(math.log10(high - low)) - 2)
    steps = ((least * 10**n * k, parts) for n in range(4) for k, parts in _STEPS)
    for step, parts in steps:
        written = spots(_multiples(step, low, high))
        finer = [spots(_multiples(step / count, low, high)) for count in parts]
        if _least_gap(written, height, line) >= AIR * line:
            break
    fine = (few for few in finer if _least_gap(few, height, 0) >= MINOR_GAP)
    return written, next(fine, [])


def _multiples(step: float, low: float, high: float) -> list[float]:
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return [n * step for n in range(first, last + 1)]


def _middle(pixel: float, height: float, line: float) -> float:
    """Where the middle of a text is: no end of the axis cuts it."""
    return min(max(pixel, line / 2), height - line / 2)


def _least_gap(found: list[_Spot], height: float, line: float) -> float:
    middles = [_middle(pixel, height, line) for _, pixel in found]
    return min((b - a for a, b in pairwise(middles)), default=height)


def _labelled(
    written: list[_Spot], short: list[_Spot], high: float, height: float
) -> tuple[Tick, ...]:
    kilo = high >= KILO_FROM
    texts = [f"{value / 1000 if kilo else value:.6g}" for value, _ in written]
    if texts:
        texts[-1] += " kHz" if kilo else " Hz"
    ticks = [
        Tick(pixel / height, text)
        for (_, pixel), text in zip(written, texts, strict=True)
    ]
    places = {round(tick.place * height) for tick in ticks}
    ticks += [Tick(y / height) for _, y in short if round(y) not in places]
    return tuple(sorted(ticks, key=lambda tick: tick.place))


def amplitude_ticks(gain: float, height: float, line: float) -> list[Tick]:
    """The ends and the middle of a waveform; `gain`: full height is 1 / gain."""
    full = 1 / gain
    ends = [Tick(0.0, f"{-full:.3g}"), Tick(1.0, f"{full:.3g}")]
    middle = Tick(0.5, "0" if height >= 3 * AIR * line else "")
    return [ends[0], middle, ends[1]] if height >= 2 * line else [middle]


def line_height(painter: QPainter) -> float:
    """Of the texts of an axis, in pixels."""
    return painter.fontMetrics().height() * SMALL


def draw_ticks(
    painter: QPainter, place: QRectF, ticks: Iterable[Tick], theme: Theme
) -> None:
    """Ticks at the right edge of `place`, their texts left of them."""
    painter.save()
    font = painter.font()
    font.setPixelSize(max(round(painter.fontInfo().pixelSize() * SMALL), 8))
    painter.setFont(font)
    line = float(painter.fontMetrics().height())
    flags = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    for tick in ticks:
        y = place.bottom() - tick.place * place.height()
        # Within the axis: the lowest and the highest are whole, too.
        edge = min(max(y, place.top() + 0.5), place.bottom() - 0.5)
        length = TICK if tick.text else MINOR_TICK
        painter.setPen(QPen(theme.color("dim" if tick.text else "edge"), 1))
        painter.drawLine(
            QPointF(place.right() - length, edge), QPointF(place.right() - 1, edge)
        )
        if tick.text:
            above = place.bottom() - y
            middle = place.bottom() - _middle(above, place.height(), line)
            text = QRectF(place.left(), middle - line / 2, 0, line)
            text.setRight(place.right() - BESIDE)
            painter.setPen(theme.color("dim"))
            painter.drawText(text, flags, tick.text)
    painter.restore()
