"""Where a long sound is loudest: which places of it an overview must look at.

The peaks say which 256 frames of a stretch swing most; only these are read. What it
costs depends on how many stretches there are, not on how long they last.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
from numpy.typing import NDArray

from annolab.media.peaks import BASE, Peaks
from annolab.media.sound import Sound
from annolab.media.sound_line import read_line

_WHOLE = 1 << 22  # samples of all channels that are read in one piece
_NEAR = 1 << 13  # frames that are read as fast as one more place is sought
Whole = NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Places:
    """Stretches of at most BASE frames, `first` to `last`, and the column of each.

    Columns rise, and so do the places of each.
    """

    first: Whole
    last: Whole
    columns: Whole

    def __len__(self) -> int:
        return len(self.first)

    def part(self, begin: int, end: int) -> Places:
        """Some of them."""
        return Places(
            self.first[begin:end], self.last[begin:end], self.columns[begin:end]
        )


def loud_places(
    peaks: Peaks, channel: int, edges: NDArray[np.float64], parts: int
) -> Places:
    """The loudest place of each of `parts` parts of every column.

    `edges`: of the columns, in frames. What is cut by an edge is looked at on both
    sides of it, so that the block that swings most is always among the places of its
    column. Where peaks are not known yet, the place is in the middle of the part.
    """
    swing = peaks.swing(channel)
    known = peaks.built // BASE
    frames = peaks.sound.ready
    bounds = np.clip(np.ceil(edges), 0, frames).astype(np.int64).tolist()
    found: list[tuple[int, int, int]] = []
    for column, (start, stop) in enumerate(pairwise(bounds)):
        if stop > start:
            for block in _blocks(swing, known, start, stop, parts):
                first = max(block * BASE, start)
                found.append((first, min((block + 1) * BASE, stop), column))
    table = np.array(found, np.int64).reshape(-1, 3)
    return Places(table[:, 0], table[:, 1], table[:, 2])


def _blocks(
    swing: NDArray[np.float32], known: int, start: int, stop: int, parts: int
) -> list[int]:
    """The numbers of the blocks of BASE frames to look at, rising."""
    begin, end = start // BASE, (stop - 1) // BASE + 1
    inner, outer = -(-start // BASE), stop // BASE  # that are not cut
    chosen = [] if inner == begin else [begin]
    count = min(parts, max(outer - inner, 0))
    for n in range(count):
        a = inner + n * (outer - inner) // count
        b = inner + (n + 1) * (outer - inner) // count
        chosen.append(a + int(swing[a:b].argmax()) if b <= known else (a + b) // 2)
    if outer < end and outer not in chosen:
        chosen.append(outer)
    return chosen


def loudest_frames(
    sound: Sound, channel: int, places: Places, window: int
) -> NDArray[np.float32]:
    """For each place `window` samples, an odd number, around its greatest one.

    Zeros beyond the ends of the sound.
    """
    half = window // 2
    begin, end = int(places.first.min()) - half, int(places.last.max()) + half
    near = end - begin <= len(places) * _NEAR + window
    whole = near and (end - begin) * sound.channels <= _WHOLE
    line = read_line(sound, channel, begin, end) if whole else None
    frames = np.zeros((len(places), window), np.float32)
    ends = zip(places.first.tolist(), places.last.tolist(), strict=True)
    for row, (first, last) in enumerate(ends):
        if line is None:
            around = read_line(sound, channel, first - half, last + half)
        else:
            around = line[first - half - begin : last + half - begin]
        inside = around[half : half + last - first]
        centre = int(np.abs(inside).argmax())
        frames[row] = around[centre : centre + window]
    return frames
