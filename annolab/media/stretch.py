"""Sound on its way to the ear: a stretch in a loop, slower or faster, at another rate.

Each stage gives its frames by number from a start that is 0, so that which frame
of the sound is heard at an output frame is known exactly: a division.
"""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray

from annolab.errors import MediaError

Samples = NDArray[np.float32]
Read = Callable[[int, int], Samples]  # (n, channels) of the frames start to stop

SLOWEST, FASTEST = 0.25, 4.0
_HOP = 0.02  # seconds: half of a grain of WSOLA, two periods of a voice of 100 Hz
_LEAST_HOP = 0.01  # when fast, so that what is passed over is shorter than a sound
_TAPS = 32  # zero crossings of the resampling kernel
_KAISER = 9.0  # about 90 dB
_MOST_PHASES = 2048
_MOST_FACTOR = 64  # rates further apart are filtered as if they were this far


class Passage:
    """The frames `start` to `stop` of a sound, once or for ever.

    What is before, after, or not there to be read is silence.
    """

    def __init__(self, read: Read, start: int, stop: int, *, loop: bool) -> None:
        self._read = read
        self.start = start
        self.length = stop - start
        self.loop = loop
        self.problem = ""

    def frames(self, start: int, stop: int, channels: int) -> Samples:
        """Frames by number from the start, shape (stop - start, channels)."""
        found = np.zeros((stop - start, channels), np.float32)
        place = max(start, 0)
        while place < stop and (self.loop or place < self.length):
            low = place % self.length
            high = min(low + stop - place, self.length)
            piece = self._piece(self.start + low, self.start + high)
            found[place - start : place - start + len(piece)] = piece
            place += high - low
        return found

    def _piece(self, start: int, stop: int) -> Samples:
        try:
            return self._read(start, stop)
        except MediaError as error:  # a damaged stretch is silent
            self.problem = str(error)
            return self._read(0, 0)


class Tempo:
    """`speed` times as fast at the same pitch: WSOLA, by frames in order.

    Output frame n is what is at `n * speed` in the source, give or take 10 ms.
    Grains of 20 to 40 ms are laid over each other where they fit best (Verhelst and
    Roelands, 1993).
    """

    def __init__(self, read: Read, rate: int, channels: int, speed: float) -> None:
        self._read = read
        self._channels = channels
        self._speed = Fraction(speed)
        hop = max(_HOP / max(speed, 1.0), _LEAST_HOP)
        self._hop = max(round(hop * rate), 8)
        self._tolerance = self._hop // 2
        steps = np.arange(2 * self._hop) / (2 * self._hop)
        self._window = (0.5 - 0.5 * np.cos(2 * np.pi * steps)).astype(np.float32)
        self._size = 1 << int(2 * self._hop + 2 * self._tolerance - 1).bit_length()
        self._number = 0  # of the next grain
        self._centre = 0  # of the last grain, in the source
        self._tail = np.zeros((self._hop, channels), np.float32)
        self._ready = np.zeros((0, channels), np.float32)

    def pull(self, count: int) -> Samples:
        """The next `count` frames."""
        pieces, have = [self._ready], len(self._ready)
        while have < count:
            piece = self._grain()
            pieces.append(piece)
            have += len(piece)
        joined = np.concatenate(pieces)
        self._ready = joined[count:]
        return joined[:count]

    def _grain(self) -> Samples:
        """Lay the next grain over the last; the hop that is complete with it."""
        hop, number = self._hop, self._number
        self._number += 1
        ideal = int(number * hop * self._speed)
        self._centre = self._best(ideal) if number else ideal
        grain = self._read(self._centre - hop, self._centre + hop)
        grain = grain * self._window[:, None]
        done = self._tail + grain[:hop]
        self._tail = grain[hop:]
        return done if number else done[:0]

    def _best(self, ideal: int) -> int:
        """The centre near `ideal` whose grain is most like what would follow."""
        hop, reach = self._hop, self._tolerance
        follows = self._read(self._centre, self._centre + 2 * hop)
        around = self._read(ideal - hop - reach, ideal + hop + reach)
        if not follows.any() or not around.any():
            return ideal
        spectrum = np.fft.rfft(around, self._size, axis=0)
        spectrum *= np.conj(np.fft.rfft(follows, self._size, axis=0))
        alike = np.fft.irfft(spectrum.sum(axis=1), self._size)[: 2 * reach + 1]
        energy = np.concatenate(
            ([0.0], np.cumsum(np.sum(around**2, axis=1, dtype=float)))
        )
        energy = energy[2 * hop :] - energy[: -2 * hop]
        floor = 1e-6 * energy.max() + 1e-20
        return ideal - reach + int(np.argmax(alike / np.sqrt(energy + floor)))


class Rate:
    """From one sample rate to another by a windowed sinc, by frames in order.

    Output frame n is what is at `n * source / target`, exactly.
    """

    def __init__(
        self, pull: Callable[[int], Samples], source: int, target: int, channels: int
    ) -> None:
        self._pull = pull
        step = Fraction(source, target)
        self._up, self._down = step.denominator, step.numerator
        cutoff = max(min(1.0, target / source), 1 / _MOST_FACTOR)
        self._cutoff = cutoff
        self._half = int(np.ceil(_TAPS / cutoff))
        self._held = np.zeros((self._half, channels), np.float32)
        self._first = -self._half  # number of the first frame that is held
        self._number = 0
        self._kernels = (
            self._kernel(np.arange(self._up)) if self._up <= _MOST_PHASES else None
        )

    def _kernel(self, phases: NDArray[np.int64]) -> Samples:
        """A row of weights for each phase, for the frames from -half + 1 to half."""
        around = np.arange(-self._half + 1, self._half + 1)
        times = around[None, :] - (phases / self._up)[:, None]
        bell = np.sqrt(np.clip(1 - (times / self._half) ** 2, 0, None))
        weights = np.sinc(times * self._cutoff) * np.i0(_KAISER * bell)
        kernel: Samples = weights / weights.sum(axis=1, keepdims=True)
        return kernel.astype(np.float32)

    def pull(self, count: int) -> Samples:
        """The next `count` frames."""
        places = (self._number + np.arange(count, dtype=np.int64)) * self._down
        self._number += count
        whole, phases = np.divmod(places, self._up)
        missing = int(whole[-1]) + self._half + 1 - self._first - len(self._held)
        if missing > 0:
            self._held = np.concatenate((self._held, self._pull(missing)))
        views = np.lib.stride_tricks.sliding_window_view(
            self._held, 2 * self._half, axis=0
        )
        views = views[whole - self._half + 1 - self._first]
        kernels = (
            self._kernel(phases) if self._kernels is None else self._kernels[phases]
        )
        found: Samples = np.einsum("nct,nt->nc", views, kernels)
        used = int(whole[-1]) - self._half + 1 - self._first
        if used > 0:
            self._held = self._held[used:]
            self._first += used
        return found
