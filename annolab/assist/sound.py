"""Where a sound is silent, where something begins, where it crosses zero.

Sound comes by `read(start, stop)`, frames as (n, channels), in pieces, so that ten
hours need no more memory than a minute. Frame n lasts from n / rate to
(n + 1) / rate, its value is at the middle, as in Praat.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from annolab.errors import UserError
from annolab.jobs import Progress

Read = Callable[[int, int], NDArray[np.float32]]
Floats = NDArray[np.float64]

_PIECE = 1 << 18  # frames read at a time
_QUIETEST = -300.0  # dB of digital silence
_FLOOR = 1e-7  # power: 70 dB below a full square wave; onsets hear nothing below
_FLUX_WINDOW, _FLUX_STEP = 0.023, 0.005  # seconds
_REFINE = 0.005  # seconds before and after an onset that are compared
_AROUND = 0.1  # seconds whose mean an onset must exceed
_CROSSING = 0.01, 2.0  # seconds: the first and the widest search


@dataclass(frozen=True, slots=True)
class SilenceSettings:
    """When it is silent.

    `minimum_pitch`: hertz, windows hold 3.2 periods of it. `threshold`: dB, below
    the loudest window. `silent`, `sounding`: seconds that an interval lasts at least.
    """

    minimum_pitch: float = 100.0
    threshold: float = -25.0
    silent: float = 0.1
    sounding: float = 0.1


@dataclass(frozen=True, slots=True)
class OnsetSettings:
    """What a beginning is.

    `threshold`: dB, mean rise of the spectrum within 5 ms above that of its
    surroundings. `gap`: least seconds between two, of which the first counts.
    """

    threshold: float = 3.0
    gap: float = 0.05


@dataclass(frozen=True, slots=True)
class Stretch:
    """From `start` to `stop` seconds, silent or not."""

    start: float
    stop: float
    silent: bool


@dataclass(frozen=True, slots=True)
class Source:
    """A sound: how to read it, frames a second, and how many there are."""

    read: Read
    rate: int
    frames: int

    @property
    def seconds(self) -> float:
        """The length."""
        return self.frames / self.rate


def _windows(
    sound: Source, size: int, step: int, progress: Progress
) -> Iterator[NDArray[np.float32]]:
    """Windows of `size` frames, one for each `step`, around its middle.

    As (n, channels, size), some at a time; beyond the sound it is silent.
    """
    count = -(-sound.frames // step)
    some = max(1, (_PIECE - size) // step)
    before = (size - step) // 2
    for first in range(0, count, some):
        progress.step(first * step, sound.frames)
        last = min(first + some, count)
        start, stop = first * step - before, (last - 1) * step - before + size
        piece = sound.read(max(start, 0), min(stop, sound.frames))
        lead = max(-start, 0)
        tail = stop - start - lead - len(piece)
        piece = np.pad(piece, ((lead, max(tail, 0)), (0, 0)))
        yield np.lib.stride_tricks.sliding_window_view(piece, size, axis=0)[::step]
    progress.step(sound.frames, sound.frames)


def intensity(
    sound: Source, minimum_pitch: float, progress: Progress
) -> tuple[Floats, float]:
    """The power in dB of windows of 3.2 periods of `minimum_pitch`, and their step.

    Value n is at (n + 1/2) steps; the step is in seconds. An offset does not count.
    """
    size = max(round(3.2 * sound.rate / minimum_pitch), 4)
    step = max(size // 4, 1)
    if size > _PIECE // 2:
        message = "The minimum pitch is too low for this sound: choose 10 Hz or more."
        raise UserError(message)
    bell = np.hanning(size + 2)[1:-1]
    bell = (bell / bell.sum()).astype(np.float32)
    found = [np.zeros(0)]
    for windows in _windows(sound, size, step, progress):
        mean = windows @ bell
        power = (windows**2 @ bell - mean**2).mean(axis=1).astype(np.float64)
        found.append(10 * np.log10(np.maximum(np.nan_to_num(power), 1e-30)))
    return np.concatenate(found), step / sound.rate


def silences(
    sound: Source, settings: SilenceSettings, progress: Progress
) -> list[Stretch]:
    """Cut a sound into silent and sounding stretches, without gaps.

    Silences that are too short go first, then what sounds too shortly.
    """
    if settings.minimum_pitch <= 0:
        message = "The minimum pitch must be more than 0 Hz."
        raise UserError(message)
    if not sound.frames:
        return []
    levels, step = intensity(sound, settings.minimum_pitch, progress)
    loudest = float(levels.max())
    silent = levels < loudest + settings.threshold
    if loudest <= _QUIETEST:
        silent[:] = True
    edges = np.flatnonzero(np.diff(silent)) + 1
    times = [0.0, *(edges * step).tolist(), sound.seconds]
    kinds = [bool(k) for k in silent[np.concatenate(([0], edges))]]
    runs = [Stretch(a, b, k) for a, b, k in zip(times, times[1:], kinds, strict=False)]
    runs = _without_short(runs, settings.silent, silent=True)
    return _without_short(runs, settings.sounding, silent=False)


def _without_short(runs: list[Stretch], least: float, *, silent: bool) -> list[Stretch]:
    """Runs of one kind that are shorter than `least` are taken by their neighbours."""
    found: list[Stretch] = []
    for run in runs:
        short = run.silent is silent and run.stop - run.start < least and len(runs) > 1
        kind = not silent if short else run.silent
        if found and found[-1].silent is kind:
            found[-1] = Stretch(found[-1].start, run.stop, kind)
        else:
            found.append(Stretch(run.start, run.stop, kind))
    return found


def onsets(sound: Source, settings: OnsetSettings, progress: Progress) -> list[float]:
    """The times at which something begins: where the spectrum rises, in seconds."""
    rise = _rise(sound, progress)
    if not len(rise):
        return []
    step = _flux_step(sound.rate)
    around = max(round(_AROUND / _FLUX_STEP), 1)
    padded = np.pad(rise, around, mode="edge")
    total = np.concatenate(([0.0], np.cumsum(padded)))
    width = 2 * around + 1
    mean = (total[width:] - total[:-width]) / width
    before = np.concatenate(([0.0], rise[:-1]))
    after = np.concatenate((rise[1:], [0.0]))
    peaks = (rise > before) & (rise >= after) & (rise > mean + settings.threshold)
    found: list[float] = []
    for peak in np.flatnonzero(peaks).tolist():
        time = _refined(sound, (peak + 0.5) * step)
        if not found or time - found[-1] >= settings.gap:
            found.append(time)
    return found


def _flux_step(rate: int) -> float:
    return max(round(_FLUX_STEP * rate), 1) / rate


def _rise(sound: Source, progress: Progress) -> Floats:
    """By how many dB the spectrum rises at each step, the mean of what rises."""
    size = max(round(_FLUX_WINDOW * sound.rate), 8)
    step = max(round(_FLUX_STEP * sound.rate), 1)
    bell = np.hanning(size + 2)[1:-1].astype(np.float32)
    scale = 1.0 / float(bell.sum()) ** 2
    last: Floats | None = None
    found = [np.zeros(0)]
    for windows in _windows(sound, size, step, progress):
        for block in np.array_split(windows, max(1, len(windows) // 256)):
            spectrum = np.fft.rfft(np.nan_to_num(block.mean(axis=1)) * bell, axis=1)
            power = np.abs(spectrum) ** 2 * scale
            levels = 10 * np.log10(power + _FLOOR)
            earlier = levels[:1] * 0 + 10 * np.log10(_FLOOR) if last is None else last
            steps = np.diff(np.concatenate((earlier, levels)), axis=0)
            found.append(np.maximum(steps, 0).mean(axis=1))
            last = levels[-1:]
    return np.concatenate(found)


def _refined(sound: Source, time: float) -> float:
    """Near `time`, where what follows is loudest against what was before."""
    part = max(round(_REFINE * sound.rate), 2)
    reach = round(_FLUX_WINDOW * sound.rate)
    middle = round(time * sound.rate)
    start = max(middle - reach - part, 0)
    piece = sound.read(start, min(middle + reach + part, sound.frames))
    power = np.nan_to_num(piece.astype(np.float64)) ** 2
    total = np.concatenate((np.zeros(part), [0.0], np.cumsum(power.mean(axis=1))))
    total = np.concatenate((total, np.full(part, total[-1])))
    inside = total[part:-part]
    after, before = total[2 * part :] - inside, inside - total[: -2 * part]
    if not after.any():
        return time
    floor = 1e-3 * after.max()
    best = int(np.argmax((after + floor) / (before + floor)))
    return (start + best) / sound.rate


def zero_crossing(
    read: Read, rate: int, channel: int, time: float, *, frames: int
) -> float:
    """The time nearest to `time` at which a channel crosses zero.

    Between two frames of different sign, on the straight line between them. `time`
    itself when there is none within 2 seconds.
    """
    reach, widest = (round(seconds * rate) + 2 for seconds in _CROSSING)
    place = time * rate - 0.5  # in frames, whose values are at their middles
    while True:
        start = max(int(place) - reach, 0)
        stop = min(int(place) + reach + 2, frames)
        values = read(start, stop)[:, channel].astype(np.float64)
        above = values >= 0
        left = np.flatnonzero(above[1:] != above[:-1])
        if len(left):
            low, high = values[left], values[left + 1]
            crossings = start + left + low / (low - high)
            nearest = float(crossings[np.argmin(np.abs(crossings - place))])
            if abs(nearest - place) <= reach or reach >= widest:
                return (nearest + 0.5) / rate
        if reach >= widest or (start == 0 and stop == frames):
            return time
        reach = min(2 * reach, widest)
