"""One line of samples of a sound: a channel of it, or the mean of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annolab.media.sound import Sound

MIXED = -1  # in place of the number of a channel: the mean of all channels
Line = NDArray[np.float32]


def one_line(samples: NDArray[np.float32], channel: int) -> Line:
    """A channel of (frames, channels), counted from 0, or the mean of all (MIXED)."""
    if channel != MIXED:
        return np.ascontiguousarray(samples[:, channel])
    if samples.shape[1] == 1:
        return np.ascontiguousarray(samples[:, 0])
    mean: Line = samples.mean(axis=1, dtype=np.float32)
    return mean


def read_line(sound: Sound, channel: int, first: int, last: int) -> Line:
    """The samples from frame `first` to `last`, zeros beyond the ends of the sound."""
    line = np.zeros(last - first, np.float32)
    read = one_line(sound.read(first, last), channel)
    begin = max(first, 0) - first
    line[begin : begin + len(read)] = read
    return line
