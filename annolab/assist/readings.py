"""What can be asked of a sound at the cursor or in a selection, in Praat's words."""

from __future__ import annotations

import math
from dataclasses import dataclass
from enum import StrEnum

import numpy as np
from numpy.typing import NDArray

from annolab.assist.sound import Floats, Source
from annolab.errors import UserError
from annolab.jobs import Progress

_FULL_SCALE = 1 / 4e-10  # power of 1 Pa, as Praat takes full scale, over (20 uPa)^2
_QUIETEST = -300.0  # dB, Praat's word for nothing at all
_WINDOW, _STEP = 6.4, 0.8  # periods of the lowest pitch, Praat's
_MOST_NUMBERS = 1 << 21  # of windows that are weighed at a time
_LOWEST_PITCH = 10.0


class Quantity(StrEnum):
    """What is measured."""

    TIME = "time"
    PITCH = "pitch"
    FORMANT = "formant"
    POWER = "power"
    INTENSITY = "intensity"


class Part(StrEnum):
    """Which value of a stretch; VALUE is the mean, or the value at the cursor."""

    VALUE = "value"
    MINIMUM = "minimum"
    MAXIMUM = "maximum"
    TIME_OF_MINIMUM = "time of minimum"
    TIME_OF_MAXIMUM = "time of maximum"


UNITS = {
    Quantity.TIME: "seconds",
    Quantity.PITCH: "Hz",
    Quantity.FORMANT: "Hz",
    Quantity.POWER: "Pa²/Hz",
    Quantity.INTENSITY: "dB",
}


@dataclass(frozen=True, slots=True)
class Question:
    """A quantity from `low` to `high`, seconds; at the cursor when they are equal.

    `number`: of the formant. `hertz`: where the power is asked for.
    """

    quantity: Quantity
    low: float
    high: float
    part: Part = Part.VALUE
    number: int = 0
    hertz: float = 0.0

    @property
    def unit(self) -> str:
        """Of the answer."""
        times = (Part.TIME_OF_MINIMUM, Part.TIME_OF_MAXIMUM)
        return UNITS[Quantity.TIME if self.part in times else self.quantity]


@dataclass(frozen=True, slots=True)
class Reading:
    """An answer; NaN where it is undefined."""

    question: Question
    value: float

    @property
    def text(self) -> str:
        """As Praat's Info window has it: figure, unit, and what it is."""
        asked = self.question
        figure = "--undefined--" if math.isnan(self.value) else f"{self.value:.10g}"
        return f"{figure} {asked.unit} ({_what(asked)})"


def _what(asked: Question) -> str:
    if asked.quantity is Quantity.TIME:
        return "cursor" if asked.low == asked.high else "middle of SELECTION"
    if asked.quantity is Quantity.POWER:
        return f"at time = {asked.low:.6f} seconds and frequency = {asked.hertz:.1f} Hz"
    name = str(asked.quantity)
    if asked.quantity is Quantity.FORMANT:
        name = f"F{asked.number}"
    if asked.part is not Part.VALUE:
        return f"{asked.part} {name} in SELECTION"
    if asked.low == asked.high:
        return f"{name} at CURSOR"
    mean = "mean-energy" if asked.quantity is Quantity.INTENSITY else "mean"
    return f"{mean} {name} in SELECTION"


def intensity_of(
    sound: Source, asked: Question, minimum_pitch: float, progress: Progress
) -> float:
    """The intensity in dB above 20 uPa that a question asks for, as Praat's.

    `minimum_pitch`: Hz; windows hold 6.4 periods of it. UserError when it is too low.
    """
    if not _LOWEST_PITCH <= minimum_pitch <= sound.rate / 2:
        message = "Choose a lowest pitch of 10 Hz or more, in the settings."
        raise UserError(message)
    step = _STEP / minimum_pitch
    count = max(math.floor((asked.high - asked.low) / step), 0) + 1
    # As far from both ends of the stretch:
    margin = (asked.high - asked.low - (count - 1) * step) / 2
    times: Floats = asked.low + margin + np.arange(count, dtype=np.float64) * step
    levels = 10 * np.log10(
        np.maximum(_powers(sound, times, minimum_pitch, progress), 1e-30)
    )
    match asked.part:
        case Part.VALUE:
            mean = float(np.mean(10 ** (levels / 10)))
            return 10 * math.log10(mean) if mean > 1e-30 else _QUIETEST
        case Part.MINIMUM:
            return float(levels.min())
        case Part.MAXIMUM:
            return float(levels.max())
        case Part.TIME_OF_MINIMUM:
            return float(times[np.argmin(levels)])
        case Part.TIME_OF_MAXIMUM:
            return float(times[np.argmax(levels)])


def _powers(
    sound: Source, times: Floats, minimum_pitch: float, progress: Progress
) -> Floats:
    """The power around each time over that of 20 uPa; an offset does not count.

    Praat's window ("Sound: To Intensity..."): a Kaiser window with side lobes below
    -190 dB; the channels are averaged.
    """
    half = max(round(_WINDOW / 2 / minimum_pitch * sound.rate), 1)
    place = np.arange(-half, half + 1) / (half + 0.5)
    bell = np.i0((2 * np.pi**2 + 0.5) * np.sqrt(1 - place**2))
    bell /= bell.sum()
    nearest = np.round(times * sound.rate - 0.5).astype(np.int64)
    centres: NDArray[np.int64] = np.clip(nearest, 0, sound.frames - 1)
    found = np.empty(len(times))
    channels = sound.read(0, 1).shape[1]
    batch = max(_MOST_NUMBERS // (len(bell) * max(channels, 1)), 1)
    for first in range(0, len(centres), batch):
        progress.step(first, len(centres))
        some = centres[first : first + batch]
        windows = _around(sound, some, half)
        inside = _inside(sound, some, half)
        weights = bell * inside
        weights /= weights.sum(axis=1, keepdims=True)
        means = (windows * inside[..., None]).sum(axis=1) / inside.sum(axis=1)[:, None]
        squares = (windows - means[:, None]) ** 2
        power = np.einsum("nw,nwc->nc", weights, squares).mean(axis=1)
        found[first : first + len(some)] = power * _FULL_SCALE
    return found


def _inside(sound: Source, centres: NDArray[np.int64], half: int) -> Floats:
    """1 where a place of a window is in the sound, else 0."""
    places = centres[:, None] + np.arange(-half, half + 1)
    return ((places >= 0) & (places < sound.frames)).astype(np.float64)


def _around(sound: Source, centres: NDArray[np.int64], half: int) -> Floats:
    """The frames around each centre, (n, 2 half + 1, channels); zeros beyond."""
    first, last = int(centres[0]) - half, int(centres[-1]) + half + 1
    start, stop = max(first, 0), min(last, sound.frames)
    piece = np.nan_to_num(sound.read(start, stop).astype(np.float64))
    piece = np.pad(piece, ((start - first, last - start - len(piece)), (0, 0)))
    views = np.lib.stride_tricks.sliding_window_view(piece, 2 * half + 1, axis=0)
    return views[centres - half - first].transpose(0, 2, 1)
