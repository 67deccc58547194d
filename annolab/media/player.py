"""Play a stretch of a sound, and know at any time where the sound is.

The clock is that of the device: frames it was given, and when it says that they
leave it. Without a device time goes on in silence.
"""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from fractions import Fraction
from threading import Event, Lock, Thread
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from annolab.errors import UserError
from annolab.media.stretch import FASTEST, SLOWEST, Passage, Rate, Samples, Tempo

_AHEAD = 0.3  # seconds that wait for the device
_LATENCY = 0.05  # seconds: with "low", 9 ms, a sound server on a busy machine stutters
_BLOCK = 1024  # frames made at a time
_MOST_CHANNELS = 2  # that are asked of a device
_PATIENCE = 2.0  # seconds for a thread to end


class Playable(Protocol):
    """What can be played: a `Sound`."""

    @property
    def rate(self) -> int:
        """Frames a second."""

    @property
    def channels(self) -> int:
        """How many there are."""

    @property
    def frames(self) -> int:
        """The length."""

    def read(self, start: int, stop: int) -> Samples:
        """The frames from `start` to `stop`, (n, channels)."""


class Sink(Protocol):
    """Where sound goes: `rate`, `channels` of what it wants."""

    rate: int
    channels: int

    def start(self, pull: Callable[[int], Samples]) -> None:
        """Begin to play what `pull(n)` gives: n frames, fewer at the end."""

    def heard(self) -> int:
        """How many frames have been heard."""

    def stop(self) -> None:
        """Be silent at once; no thread is left."""


class Feed:
    """What a sink gets of a stretch of a sound, and which frame of it is where.

    `at`: the frame to begin with, inside the stretch. Frames are (n, channels)
    within ±1: the one place where sound is clipped.
    """

    def __init__(
        self,
        sound: Playable,
        passage: Passage,
        sink: Sink,
        *,
        speed: float = 1.0,
        at: int | None = None,
    ) -> None:
        self._passage = passage
        self._start, self._length = passage.start, passage.length
        self._loop = loop = passage.loop
        self._first = 0 if at is None else at - passage.start
        self._channels = (sound.channels, sink.channels)
        # frames of the sound for each frame of the sink
        self._step = Fraction(speed) * Fraction(sound.rate, sink.rate)
        left = (self._length - self._first) / self._step
        self.total: int | None = None if loop else max(round(left), 1)
        self._given = 0
        self._taken = 0
        self._pull = self._source
        if speed != 1.0:
            self._pull = Tempo(self._frames, sound.rate, sound.channels, speed).pull
        if sink.rate != sound.rate:
            self._pull = Rate(self._pull, sound.rate, sink.rate, sound.channels).pull

    @property
    def problem(self) -> str:
        """A sentence about samples that could not be read, or ""."""
        return self._passage.problem

    def _frames(self, start: int, stop: int) -> Samples:
        first = self._first
        return self._passage.frames(start + first, stop + first, self._channels[0])

    def _source(self, count: int) -> Samples:
        start = self._taken
        self._taken += count
        return self._frames(start, self._taken)

    def pull(self, count: int) -> Samples:
        """The next `count` frames; fewer at the end, then none."""
        if self.total is not None:
            count = min(count, self.total - self._given)
        if count <= 0:
            return np.zeros((0, self._channels[1]), np.float32)
        self._given += count
        return np.clip(mixed(self._pull(count), self._channels[1]), -1.0, 1.0)

    def place(self, heard: int) -> float:
        """The frame of the sound, with its fraction, that output frame `heard` is."""
        if self.total is not None and heard >= self.total:
            return float(self._start + self._length)
        place = self._first + heard * self._step
        if self._loop:
            place %= self._length
        return float(self._start + place)


def mixed(frames: Samples, channels: int) -> Samples:
    """Frames for a device: one channel goes to all; too many are put together."""
    have = frames.shape[1]
    if have == channels:
        return frames
    if have == 1:
        return np.repeat(frames, channels, axis=1)
    if have < channels:
        found = np.zeros((len(frames), channels), np.float32)
        found[:, :have] = frames
        return found
    # left, right, left, right ...: the mean of each
    parts = [frames[:, n::channels].mean(axis=1) for n in range(channels)]
    return np.stack(parts, axis=1)


class SilentSink:
    """No device: time goes on, nothing is heard."""

    def __init__(
        self, rate: int, channels: int, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self.rate, self.channels = rate, channels
        self._clock = clock
        self._since: float | None = None
        self._heard = 0

    def start(self, pull: Callable[[int], Samples]) -> None:
        """Begin to count."""
        del pull
        self._since = self._clock()

    def heard(self) -> int:
        """By the clock of the computer."""
        if self._since is not None:
            self._heard = int((self._clock() - self._since) * self.rate)
        return self._heard

    def stop(self) -> None:
        """Count no further."""
        self.heard()
        self._since = None


class MemorySink:
    """Keeps what is played; time goes on by `advance`."""

    def __init__(self, rate: int, channels: int) -> None:
        self.rate, self.channels = rate, channels
        self._pull: Callable[[int], Samples] | None = None
        self._pieces: list[Samples] = []

    def start(self, pull: Callable[[int], Samples]) -> None:
        """Begin."""
        self._pull = pull

    def advance(self, frames: int) -> None:
        """Play so many frames, in blocks as a device takes them."""
        while frames > 0 and self._pull is not None:
            piece = self._pull(min(frames, _BLOCK))
            self._pieces.append(piece)
            frames -= _BLOCK
            if not len(piece):
                break

    @property
    def played(self) -> Samples:
        """All frames that were played."""
        return np.concatenate([np.zeros((0, self.channels), np.float32), *self._pieces])

    def heard(self) -> int:
        """What was played has been heard."""
        return sum(map(len, self._pieces))

    def stop(self) -> None:
        """Take no more."""
        self._pull = None


class DeviceSink:
    """The loudspeaker, by PortAudio. `open_device` makes one.

    A thread makes blocks ahead; the callback of the device only hands them on.
    """

    def __init__(
        self, library: Any, device: int | None, rate: int, channels: int
    ) -> None:
        self.rate, self.channels = rate, channels
        self._blocks: deque[Samples] = deque()
        self._lock = Lock()
        self._room, self._stopping = Event(), Event()
        self._asking = Lock()  # whoever asks for the time must not meet a closed stream
        self._thread: Thread | None = None
        self._waiting = self._given = self._heard = 0  # frames
        self._mark = (0, 0, 0.0)  # given before, frames of it, when it is heard
        self._stream = library.OutputStream(
            device=device, samplerate=rate, channels=channels,
            dtype="float32", latency=_LATENCY, callback=self._hand_on,
        )  # fmt: skip

    def start(self, pull: Callable[[int], Samples]) -> None:
        """Begin."""
        self._thread = Thread(target=self._make, args=(pull,), name="sound")
        self._thread.start()
        self._stream.start()

    def _make(self, pull: Callable[[int], Samples]) -> None:
        while not self._stopping.is_set():
            if self._waiting >= _AHEAD * self.rate:
                self._room.wait(0.05)
                self._room.clear()
                continue
            block = pull(_BLOCK)
            if not len(block):
                return
            with self._lock:
                self._blocks.append(block)
                self._waiting += len(block)

    def _hand_on(
        self, out: NDArray[np.float32], frames: int, times: Any, status: Any
    ) -> None:
        del status
        out[:] = 0
        filled = 0
        with self._lock:
            while filled < frames and self._blocks:
                block = self._blocks.popleft()
                part = block[: frames - filled]
                out[filled : filled + len(part)] = part
                filled += len(part)
                if len(part) < len(block):
                    self._blocks.appendleft(block[len(part) :])
            self._waiting -= filled
            if filled:  # else what was given last is on its way still
                self._mark = (self._given, filled, self._heard_at(times))
                self._given += filled
        self._room.set()

    def _heard_at(self, times: Any) -> float:
        """When what is handed on now leaves the device, by its clock."""
        when = float(times.outputBufferDacTime)
        if 0 < when >= float(times.currentTime):
            return when
        return float(self._stream.time) + float(
            self._stream.latency
        )  # it does not tell

    def heard(self) -> int:
        """By the clock of the device; never backwards. From any thread."""
        with self._asking:
            if not self._stopping.is_set():
                given, frames, when = self._mark
                since = (float(self._stream.time) - when) * self.rate if when else 0.0
                heard = given + min(int(since), frames)
                self._heard = min(max(self._heard, heard), self._given)
            return self._heard

    def stop(self) -> None:
        """Throw away what is not heard yet."""
        self.heard()
        with self._asking:
            self._stopping.set()
        self._room.set()
        with suppress(Exception):  # the device may be gone
            self._stream.abort()
        with suppress(Exception):
            self._stream.close()
        if self._thread is not None:
            self._thread.join(_PATIENCE)


def open_device(rate: int, channels: int) -> Sink:
    """The default device, at `rate` when it can, else at its own.

    Raises UserError when there is none; the sentence says why.
    """
    try:
        import sounddevice
    except (ImportError, OSError) as error:
        message = (
            "Sound is not heard because PortAudio is missing: install the system "
            "package libportaudio2 and start AnnoLab again."
        )
        raise UserError(message) from error
    try:
        info = sounddevice.query_devices(kind="output")
        channels = min(
            max(channels, 1), _MOST_CHANNELS, int(info["max_output_channels"])
        )
        device = int(info["index"])
        for wanted in (rate, int(info["default_samplerate"])):
            try:
                return DeviceSink(sounddevice, device, wanted, channels)
            except sounddevice.PortAudioError:
                continue
    except (sounddevice.PortAudioError, ValueError, KeyError) as error:
        raise UserError(_NO_DEVICE) from error
    raise UserError(_NO_DEVICE)


_NO_DEVICE = (
    "Sound is not heard because no sound device could be opened: connect one or "
    "close the program that holds it."
)


class Player:
    """Plays one stretch at a time into sinks that `open_sink(rate, channels)` makes."""

    def __init__(self, open_sink: Callable[[int, int], Sink]) -> None:
        self._open_sink = open_sink
        self._playing: tuple[Sink, Feed, int] | None = None  # with the sound's rate

    @property
    def playing(self) -> bool:
        """Whether there is more to be heard."""
        return self._playing is not None

    @property
    def ended(self) -> bool:
        """Whether all was heard; `stop` is still to be called."""
        if self._playing is None:
            return False
        sink, feed, _ = self._playing
        return feed.total is not None and sink.heard() >= feed.total

    def play(
        self,
        sound: Playable,
        start: float,
        stop: float,
        *,
        speed: float = 1.0,
        loop: bool = False,
        at: float | None = None,
    ) -> bool:
        """Play from `start` to `stop` seconds, the nearest frames.

        `at`: where in it to begin. False: there is nothing between. Raises what
        opening the sink raises.
        """
        self.stop()
        speed = min(max(speed, SLOWEST), FASTEST)
        low, high = (
            min(max(round(t * sound.rate), 0), sound.frames) for t in (start, stop)
        )
        if high <= low:
            return False
        first = None if at is None else min(max(round(at * sound.rate), low), high - 1)
        sink = self._open_sink(sound.rate, sound.channels)
        passage = Passage(sound.read, low, high, loop=loop)
        feed = Feed(sound, passage, sink, speed=speed, at=first)
        try:
            sink.start(feed.pull)
        except Exception as error:  # a device that went away, as PortAudio tells it
            sink.stop()
            raise UserError(_NO_DEVICE) from error
        self._playing = sink, feed, sound.rate
        return True

    @property
    def position(self) -> float | None:
        """The seconds at which the sound is now; None when nothing plays.

        From any thread.
        """
        playing = self._playing
        if playing is None:
            return None
        sink, feed, rate = playing
        return feed.place(sink.heard()) / rate

    def stop(self) -> float | None:
        """Be silent; the seconds at which the sound was."""
        if self._playing is None:
            return None
        (sink, feed, rate), self._playing = self._playing, None
        sink.stop()
        return feed.place(sink.heard()) / rate
