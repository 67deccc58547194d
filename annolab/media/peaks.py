"""The lowest and highest sample of every stretch of a sound, for drawing it.

A pyramid: its first level has a pair for every 256 frames, every further level
for four times as many (the way of BBC's audiowaveform). It is built in blocks,
can be asked at any time, and is kept in the cache.
"""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from annolab.jobs import Progress
from annolab.media.sound import Sound, SoundCache
from annolab.media.sound_line import MIXED, one_line

BASE = 256
FACTOR = 4
ENDING = ".peaks.npy"
BLOCK = BASE << 12  # samples of all channels read at a time
_FIRST_ROOM = 1 << 22  # pairs of all channels; more when they are really there
GLANCE = 32  # frames that a column is judged by while nothing is known
Bounds: TypeAlias = tuple[NDArray[np.float32], NDArray[np.float32]]
_Level: TypeAlias = NDArray[np.float32]  # (2, lines, pairs)


class Peaks:
    """Answers `columns` from what is built so far; `build` is for a worker.

    There is a line for each channel and, last, the mean of several: MIXED is -1.
    """

    def __init__(self, sound: Sound, cache: SoundCache) -> None:
        self.sound = sound
        self.lines = sound.channels + (sound.channels > 1)
        self.built = 0  # frames that the pyramid knows
        self.complete = False
        self._cache = cache
        self._levels: list[_Level] = [self._room(sound.frames)]
        self._rest = np.zeros((0, sound.channels), np.float32)
        self._load()

    def _room(self, frames: int) -> _Level:
        """Zeros for a sound of so many frames; headers lie, so not for too many."""
        pairs = min(-(-frames // BASE), _FIRST_ROOM // self.lines)
        return np.zeros((2, self.lines, max(pairs, 1)), np.float32)

    def _place(self) -> Path:
        return self._cache.place(self.sound.path, ENDING)

    def _load(self) -> None:
        if not self.sound.prepared:
            return
        with suppress(OSError, ValueError, EOFError):
            place = self._place()
            level = np.load(place, mmap_mode="r", allow_pickle=False)
            pairs = max(1, -(-self.sound.frames // BASE))
            shape = (2, self.lines, pairs)
            if level.shape == shape and level.dtype == np.float32:
                self._cache.touch(place)
                self._levels[0] = level
                self._finish()

    def build(self, progress: Progress) -> None:
        """Read the whole sound once, decoding it when that is not done yet.

        Raises MediaError and Cancelled as `Sound.prepare` does.
        """
        if self.complete:
            return
        sound = self.sound
        if not sound.prepared:
            self.built, self._rest = 0, self._rest[:0]  # `prepare` begins anew
            sound.prepare(progress, self.feed)
        step = max(BASE, BLOCK // sound.channels)
        while self.built + len(self._rest) < sound.frames:
            start = self.built + len(self._rest)
            progress.step(start, sound.frames, sound.path.name)
            block = sound.read(start, start + step)
            if not len(block):
                break
            self.feed(block)
        self._take(self._rest)
        self._levels[0] = self._levels[0][:, :, : max(1, -(-self.built // BASE))]
        self._finish()
        self._save()

    def feed(self, block: NDArray[np.float32]) -> None:
        """Take in the next samples of the sound, (frames, channels)."""
        samples = np.concatenate((self._rest, block)) if len(self._rest) else block
        whole = len(samples) // BASE * BASE
        self._rest = samples[whole:].copy()
        self._take(samples[:whole])

    def _take(self, samples: NDArray[np.float32]) -> None:
        if not len(samples):
            return
        first, count = self.built // BASE, -(-len(samples) // BASE)
        while first + count > self._levels[0].shape[2]:
            more = np.zeros_like(self._levels[0])
            self._levels[0] = np.concatenate((self._levels[0], more), axis=2)
        level = self._levels[0]
        for channel in range(self.lines):
            mean = channel == self.sound.channels
            # A contiguous copy first: 25 times as fast (measured).
            line = one_line(samples, MIXED if mean else channel)
            whole = len(line) // BASE
            pairs = line[: whole * BASE].reshape(whole, BASE)
            level[0, channel, first : first + whole] = pairs.min(axis=1)
            level[1, channel, first : first + whole] = pairs.max(axis=1)
            if whole < count:
                level[0, channel, first + whole] = line[whole * BASE :].min()
                level[1, channel, first + whole] = line[whole * BASE :].max()
        self.built += len(samples)

    def _finish(self) -> None:
        """Make the upper levels."""
        self._rest = self._rest[:0]
        levels = [self._levels[0]]
        while levels[-1].shape[2] > FACTOR:
            below = levels[-1]
            starts = np.arange(0, below.shape[2], FACTOR)
            low = np.minimum.reduceat(below[0], starts, axis=1)
            high = np.maximum.reduceat(below[1], starts, axis=1)
            levels.append(np.stack((low, high)))
        self._levels = levels
        self.built = self.sound.frames
        self.complete = True

    def _save(self) -> None:
        if self.sound.problem:
            return
        with suppress(OSError):  # the cache is a help, no need
            place = self._place()
            draft = self._cache.draft(place)
            with draft.open("wb") as file:
                np.save(file, self._levels[0], allow_pickle=False)
            self._cache.keep(draft, place)

    @property
    def greatest(self) -> float:
        """The largest amplitude known so far."""
        level = self._levels[-1] if self.complete else self._levels[0]
        return float(np.abs(level).max(initial=0.0))

    def swing(self, channel: int) -> NDArray[np.float32]:
        """Highest minus lowest sample of every 256 frames that are known."""
        level = self._levels[0][:, channel, : -(-self.built // BASE)]
        return np.asarray(level[1] - level[0])

    def columns(self, channel: int, start: float, stop: float, width: int) -> Bounds:
        """Lowest and highest sample of `width` equal stretches.

        Of a channel or MIXED, from frame `start` to `stop`, which need not be whole.
        Where nothing is known, or outside of the sound, both are NaN.
        """
        low = np.full(width, np.nan, np.float32)
        high = low.copy()
        if width < 1 or stop <= start:
            return low, high
        edges = np.linspace(start, stop, width + 1, dtype=np.float64)
        if (stop - start) / width < 2 * BASE:
            self._from_samples(channel, edges, low, high)
            return low, high
        known = int(np.searchsorted(edges[1:], self.built, side="right"))
        inside = int(np.searchsorted(edges[:-1], 0.0))
        if self.complete:
            known = width
        self._from_levels(channel, edges, slice(inside, known), (low, high))
        if known < width:
            self._from_glances(channel, edges, max(known, inside), (low, high))
        return low, high

    def _from_samples(
        self,
        channel: int,
        edges: NDArray[np.float64],
        low: NDArray[np.float32],
        high: NDArray[np.float32],
    ) -> None:
        first = max(0, int(np.floor(edges[0])))
        samples = self.sound.read(first, int(np.ceil(edges[-1])) + 1)
        if not len(samples):
            return
        line = one_line(samples, channel)
        places = np.floor(edges).astype(np.int64) - first
        begins, ends = places[:-1], np.maximum(places[1:], places[:-1] + 1)
        inside = (begins >= 0) & (begins < len(line))
        # The next sample belongs to a column as well, so that the line is whole.
        ends = np.minimum(ends + 1, len(line))
        pairs = np.column_stack((begins[inside], ends[inside])).ravel()
        padded = np.append(line, line[-1])
        low[inside] = np.minimum.reduceat(padded, pairs)[::2]
        high[inside] = np.maximum.reduceat(padded, pairs)[::2]

    def _from_levels(
        self, channel: int, edges: NDArray[np.float64], part: slice, out: Bounds
    ) -> None:
        columns = range(*part.indices(len(edges) - 1))
        if not columns:
            return
        per = edges[1] - edges[0]
        depth = 0
        while depth + 1 < len(self._levels) and BASE * FACTOR ** (depth + 1) * 2 <= per:
            depth += 1
        size = BASE * FACTOR**depth
        lows, highs = self._levels[depth][:, channel]
        count = -(-min(self.built, self.sound.frames) // size)
        places = edges[columns.start : columns.stop + 1] / size
        begins = np.floor(places[:-1]).astype(np.int64)
        ends = np.maximum(np.ceil(places[1:]).astype(np.int64), begins + 1)
        inside = begins < count
        ends = np.minimum(ends, count)
        pairs = np.column_stack((begins[inside], ends[inside])).ravel()
        if not len(pairs):
            return
        low, high = out[0][part], out[1][part]
        last = min(count, len(lows))
        padded_low = np.append(lows[:last], lows[last - 1])
        padded_high = np.append(highs[:last], highs[last - 1])
        low[inside] = np.minimum.reduceat(padded_low, pairs)[::2]
        high[inside] = np.maximum.reduceat(padded_high, pairs)[::2]

    def _from_glances(
        self, channel: int, edges: NDArray[np.float64], first: int, out: Bounds
    ) -> None:
        """A few samples of each column: a picture until the pyramid is there."""
        ready = self.sound.ready
        for column in range(first, len(edges) - 1):
            place = int((edges[column] + edges[column + 1]) / 2)
            if place >= ready:
                return
            samples = one_line(self.sound.read(place, place + GLANCE), channel)
            if len(samples):
                out[0][column], out[1][column] = samples.min(), samples.max()
