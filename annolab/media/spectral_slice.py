"""The spectrum of a sound at one time or of a stretch of it, for reading levels off.

0 dB is a sine of full scale, so that the peak of a sine of amplitude a is at
20 log10 (a), whatever the window. There is no pre-emphasis, as in Praat's slices.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annolab.errors import Cancelled
from annolab.media.sound import Sound
from annolab.media.sound_line import read_line
from annolab.media.spectrogram import (
    SILENCE,
    SpectrogramSettings,
    analysis_window,
    window_weights,
)

Values = NDArray[np.float64]
MOST_SAMPLES = 1 << 18  # transformed at once; longer stretches are averaged
PIECE = 1 << 16  # samples of each part of a longer stretch
LEAST_SIZE = 1 << 12  # of a transform
FINER = 4  # padding: a peak between two bins is met to 0.1 dB


@dataclass(frozen=True, slots=True)
class Slice:
    """Levels in dB at evenly spaced frequencies in hertz, from 0 on."""

    hertz: Values
    decibels: Values

    def peak(self, low: float, high: float) -> tuple[float, float] | None:
        """Frequency and level of the highest peak from `low` to `high` hertz.

        Found between the bins by a parabola; None where the line only rises or falls.
        """
        first, last = np.searchsorted(self.hertz, (low, high)).tolist()
        first, last = max(first, 1), min(last, len(self.hertz) - 1)
        level = self.decibels
        middle = level[first:last]
        rises = middle > level[first - 1 : max(last - 1, first - 1)]
        tops = first + np.flatnonzero(rises & (middle >= level[first + 1 : last + 1]))
        if not len(tops):
            return None
        place = int(tops[level[tops].argmax()])
        left, top, right = level[place - 1 : place + 2].tolist()
        by = 0.5 * (left - right) / (left - 2 * top + right)
        hertz = self.hertz[place] + by * (self.hertz[1] - self.hertz[0])
        return float(hertz), top - 0.25 * (left - right) * by

    def level(self, hertz: float) -> float:
        """The decibels at a frequency, between the bins by a line."""
        return float(np.interp(hertz, self.hertz, self.decibels))


def spectral_slice(
    sound: Sound,
    channel: int,
    span: tuple[float, float],
    settings: SpectrogramSettings,
    cancelled: Callable[[], bool] = lambda: False,
) -> Slice:
    """The spectrum of a channel (or MIXED), from second `span[0]` to `span[1]`.

    A span with equal ends is looked at through the window of the spectrogram around
    it, a longer one through a window of the same shape as long as itself, one of more
    than MOST_SAMPLES as the mean power of its parts. Raises Cancelled once
    `cancelled` says so.
    """
    first, last = (round(time * sound.rate) for time in span)
    if last - first < 2:
        weights = analysis_window(settings, sound.rate)
        first -= len(weights) // 2
        starts = range(first, first + 1)
    elif last - first <= MOST_SAMPLES:
        weights = window_weights(settings.window, last - first)
        starts = range(first, first + 1)
    else:
        weights = window_weights(settings.window, PIECE)
        starts = range(first, last - PIECE + 1, PIECE)
    size = LEAST_SIZE
    while size < (FINER if len(starts) == 1 else 1) * len(weights):
        size *= 2
    power: Values = np.zeros(size // 2 + 1)
    for start in starts:
        if cancelled():
            raise Cancelled
        line = read_line(sound, channel, start, start + len(weights)) * weights
        power += np.abs(np.fft.rfft(line, size)) ** 2
    scale = (2.0 / float(weights.sum(dtype=np.float64))) ** 2 / len(starts)
    floor = 10 ** (SILENCE / 10)
    hertz: Values = np.arange(len(power), dtype=np.float64) * (sound.rate / size)
    decibels: Values = 10 * np.log10(np.maximum(power * scale, floor))
    return Slice(hertz, decibels)
