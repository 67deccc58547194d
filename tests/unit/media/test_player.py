"""Exactly what was asked for arrives, and the clock says where it is."""

from __future__ import annotations

import sys
import threading
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.media.player import (
    DeviceSink,
    MemorySink,
    Player,
    SilentSink,
    Sink,
    mixed,
    open_device,
)
from tests.unit.media.sounds import Samples, noise, tone

RATE = 8000


@dataclass
class Recorded:
    """A sound in memory."""

    samples: Samples
    rate: int = RATE

    @property
    def channels(self) -> int:
        return int(self.samples.shape[1])

    @property
    def frames(self) -> int:
        return len(self.samples)

    def read(self, start: int, stop: int) -> Samples:
        return self.samples[start:stop]


@dataclass
class Room:
    """Opens sinks in memory and remembers the last."""

    rate: int | None = None
    channels: int | None = None
    sinks: list[MemorySink] = field(default_factory=list)

    def open(self, rate: int, channels: int) -> Sink:
        self.sinks.append(MemorySink(self.rate or rate, self.channels or channels))
        return self.sinks[-1]

    @property
    def sink(self) -> MemorySink:
        return self.sinks[-1]


@given(low=st.integers(0, 8000), high=st.integers(0, 9000), block=st.integers(1, 3000))
def test_exactly_the_stretch_is_played(low: int, high: int, block: int) -> None:
    samples, room = noise(1.0, channels=2), Room()
    player = Player(room.open)
    begun = player.play(Recorded(samples), low / RATE, high / RATE)
    assert begun == (min(high, 8000) > low)
    if not begun:
        assert not player.playing
        return
    while not player.ended:
        room.sink.advance(block)
    assert np.array_equal(room.sink.played, samples[low:high])
    assert player.position == pytest.approx(min(high, 8000) / RATE, abs=1e-12)
    assert player.stop() == min(high, 8000) / RATE
    assert player.position is None


@given(at=st.integers(0, 700), length=st.integers(1, 700))
def test_a_loop_has_no_seam(at: int, length: int) -> None:
    samples, room = noise(1.0), Room()
    player = Player(room.open)
    stop = (100 + length) / RATE
    player.play(Recorded(samples), 100 / RATE, stop, loop=True, at=at / RATE)
    room.sink.advance(3 * length + 5)
    first = min(max(at, 100), 99 + length) - 100
    wanted = samples[100 + (first + np.arange(3 * length + 5)) % length]
    assert np.array_equal(room.sink.played, wanted)
    assert not player.ended
    where = player.stop()
    assert where == pytest.approx((100 + (first + 3 * length + 5) % length) / RATE)


@pytest.mark.parametrize("speed", [0.25, 0.5, 1.5, 4.0])
@pytest.mark.parametrize("rate", [RATE, 44100])
def test_speed_changes_length_and_place_but_not_pitch(speed: float, rate: int) -> None:
    room = Room(rate=rate)
    player = Player(room.open)
    player.play(Recorded(tone(440.0, 3.0)), 0.5, 2.5, speed=speed)
    room.sink.advance(rate // 4)
    assert player.position == pytest.approx(0.5 + 0.25 * speed, abs=1e-9)
    while not player.ended:
        room.sink.advance(4096)
    played = room.sink.played[:, 0]
    assert len(played) == round(2 * rate / speed)
    spectrum = np.abs(np.fft.rfft(played * np.hanning(len(played)), 1 << 19))
    assert np.argmax(spectrum) * rate / (1 << 19) == pytest.approx(440, rel=0.01)
    assert player.stop() == 2.5


def test_sound_is_clipped_for_the_device_only() -> None:
    room = Room()
    loud = np.array([[2.0], [-3.0], [0.5]], np.float32)
    Player(room.open).play(Recorded(loud), 0.0, 1.0)
    room.sink.advance(10)
    assert room.sink.played[:, 0].tolist() == [1.0, -1.0, 0.5]
    assert loud[0, 0] == 2.0


@pytest.mark.parametrize(
    ("have", "want", "first"),
    [
        (1, 2, [0, 0]),
        (2, 1, [0.5]),
        (4, 2, [1, 2]),
        (2, 4, [0, 1, 0, 0]),
        (3, 3, [0, 1, 2]),
    ],
)
def test_channels_are_mixed(have: int, want: int, first: list[float]) -> None:
    frames = np.tile(np.arange(have, dtype=np.float32), (5, 1))
    assert mixed(frames, want).tolist() == [first] * 5


def test_silence_goes_by_a_clock() -> None:
    now = [10.0]
    player = Player(lambda rate, n: SilentSink(rate, n, lambda: now[0]))
    player.play(Recorded(noise(1.0)), 0.25, 0.75, speed=0.5)
    now[0] += 0.5
    assert player.position == pytest.approx(0.5)
    early = player.ended
    now[0] += 0.6
    assert (early, player.ended) == (False, True)
    assert player.stop() == 0.75
    assert player.stop() is None


def test_a_second_stretch_ends_the_first() -> None:
    room = Room()
    player = Player(room.open)
    player.play(Recorded(noise(1.0)), 0.0, 1.0)
    player.play(Recorded(noise(1.0)), 0.0, 0.5)
    room.sinks[0].advance(100)
    assert not len(room.sinks[0].played)


class Stream:
    """A stream of PortAudio that is moved by hand."""

    def __init__(self, **given: Any) -> None:
        self.given, self.time, self.latency = given, 100.0, 0.5
        self.state = "new"

    def start(self) -> None:
        self.state = "started"

    def abort(self) -> None:
        self.state = "aborted"

    def close(self) -> None:
        self.state += " closed"

    def ask(self, frames: int, when: float) -> Samples:
        out = np.full((frames, self.given["channels"]), 9, np.float32)
        times = SimpleNamespace(outputBufferDacTime=when, currentTime=self.time)
        self.given["callback"](out, frames, times, None)
        return out


@pytest.fixture
def device() -> DeviceSink:
    return DeviceSink(SimpleNamespace(OutputStream=Stream), 3, RATE, 1)


def filled(sink: DeviceSink, frames: int) -> None:
    """Wait until the thread has made so much."""
    pause = threading.Event()
    for _ in range(2000):
        if sink._waiting >= frames:
            return
        pause.wait(0.005)
    pytest.fail("nothing was made")


def test_the_device_gets_the_samples_and_tells_the_time(device: DeviceSink) -> None:
    samples = noise(0.25)
    player = Player(lambda _rate, _channels: device)
    player.play(Recorded(samples), 0.0, 0.25)
    stream: Stream = device._stream
    filled(device, 2000)
    assert stream.state == "started"
    assert player.position == 0.0
    assert np.array_equal(stream.ask(1600, 100.5), samples[:1600])
    assert player.position == 0.0  # it is heard half a second later
    stream.time = 100.6
    assert player.position == pytest.approx(0.1, abs=2e-4)
    last = stream.ask(800, 100.7)
    assert np.array_equal(last[:400], samples[1600:])
    assert not last[400:].any()
    assert player.position == pytest.approx(0.1, abs=2e-4)
    stream.time = 100.74
    assert not stream.ask(800, 101.24).any()  # a device goes on asking
    early = player.ended
    stream.time = 100.8
    assert (early, player.ended) == (False, True)
    assert player.stop() == 0.25
    assert stream.state == "aborted closed"


def test_stop_tells_what_was_heard_not_what_was_given(device: DeviceSink) -> None:
    player = Player(lambda _rate, _channels: device)
    player.play(Recorded(noise(1.0)), 0.0, 1.0, loop=True)
    stream: Stream = device._stream
    filled(device, 1600)
    stream.ask(1600, 0.0)  # this host does not tell: its latency does
    stream.time = 100.55
    assert player.stop() == pytest.approx(0.05, abs=2e-4)
    assert not any(t.name == "sound" for t in threading.enumerate())


class Broken(Exception):
    """As PortAudio raises it."""


@pytest.mark.parametrize("name", ["query_devices", "OutputStream"])
def test_no_device_is_a_sentence(monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    def fail(*_: Any, **__: Any) -> None:
        raise Broken

    info = {"max_output_channels": 2, "index": 0, "default_samplerate": 48000.0}
    library = SimpleNamespace(
        PortAudioError=Broken, query_devices=lambda **_: info, OutputStream=Stream
    )
    monkeypatch.setitem(sys.modules, "sounddevice", library)
    sink = open_device(96000, 8)
    assert (sink.rate, sink.channels) == (96000, 2)
    setattr(library, name, fail)
    with pytest.raises(UserError, match="no sound device"):
        open_device(96000, 8)


def test_no_portaudio_is_a_sentence(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "sounddevice", None)
    with pytest.raises(UserError, match="libportaudio2"):
        open_device(8000, 1)


def test_a_device_that_goes_away_leaves_no_thread(device: DeviceSink) -> None:
    def fail() -> None:
        raise Broken

    device._stream.start = fail
    player = Player(lambda _rate, _channels: device)
    with pytest.raises(UserError):
        player.play(Recorded(noise(1.0)), 0.0, 1.0)
    assert not player.playing
    assert not any(t.name == "sound" for t in threading.enumerate())
