"""One line of samples of a sound: a channel of it, or the mean of all."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annolab.media.sound import Sound

MIXED = -1  # in place of the number of a channel: the mean of all channels
Line = NDArray[np.float32]
_BITS = {"PCM_U8": 8, "PCM_S8": 8, "PCM_16": 16, "PCM_24": 24, "PCM_32": 32}


def one_line(samples: NDArray[np.float32], channel: int) -> Line:
    """A channel of (frames, channels), counted from 0, or the mean of all (MIXED)."""
    if channel != MIXED:
        return np.ascontiguousarray(samples[:, channel])
    if samples.shape[1] == 1:
        return np.ascontiguousarray(samples[:, 0])
    mean = samples[:, 0].copy()  # `mean` along so short an axis is slow
    for other in range(1, samples.shape[1]):
        mean += samples[:, other]
    mean /= np.float32(samples.shape[1])
    return mean


def read_line(sound: Sound, channel: int, first: int, last: int) -> Line:
    """The samples from frame `first` to `last`, zeros beyond the ends of the sound."""
    line = np.zeros(last - first, np.float32)
    read = one_line(sound.read(first, last), channel)
    begin = max(first, 0) - first
    line[begin : begin + len(read)] = read
    return line


def full_scale(sound: Sound) -> float:
    """The greatest sample that the numbers of the file can be; 1 for floats."""
    bits = _BITS.get(sound.info.format.rpartition(" ")[2])
    return 1.0 if bits is None else 1.0 - 2.0 ** (1 - bits)


def clipped(line: Line, full: float) -> NDArray[np.bool_]:
    """Which samples are cut off: ±1 or more, or two and more at ±`full` in a row."""
    size = np.abs(line)
    at_full = size >= np.float32(full)
    run = np.zeros(len(line) + 2, np.bool_)
    run[1:-1] = at_full
    result: NDArray[np.bool_] = at_full & ((size >= 1) | run[:-2] | run[2:])
    return result
