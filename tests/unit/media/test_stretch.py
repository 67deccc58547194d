"""What is heard of a passage: lengths, pitch, rates, and which frame is where."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import MediaError
from annolab.media.stretch import Passage, Rate, Read, Samples, Tempo
from tests.unit.media.sounds import noise, tone


def reader(samples: Samples) -> Read:
    def read(start: int, stop: int) -> Samples:
        return samples[max(start, 0) : max(stop, 0)]

    return read


def padded(samples: Samples) -> Read:
    """As a passage gives it: silence before and after."""
    passage = Passage(reader(samples), 0, len(samples), loop=False)
    return lambda start, stop: passage.frames(start, stop, samples.shape[1])


def peak(samples: Samples, rate: int) -> float:
    """The strongest frequency, in hertz."""
    size = 1 << 17
    window = np.hanning(len(samples))
    return float(np.argmax(np.abs(np.fft.rfft(samples * window, size)))) * rate / size


def pieces(pull: object, count: int, block: int) -> Samples:
    assert callable(pull)
    sizes = [block] * (count // block) + [count % block]
    return np.concatenate([pull(n) for n in sizes if n])


@given(
    start=st.integers(0, 50),
    length=st.integers(1, 40),
    low=st.integers(-20, 200),
    count=st.integers(0, 200),
    loop=st.booleans(),
)
def test_a_passage_gives_its_frames_by_number(
    start: int, length: int, low: int, count: int, loop: bool
) -> None:
    samples = np.arange(1, 101, dtype=np.float32)[:, None]
    passage = Passage(reader(samples), start, start + length, loop=loop)
    found = passage.frames(low, low + count, 1)[:, 0]
    for number, value in zip(range(low, low + count), found, strict=True):
        inside = number >= 0 and (loop or number < length)
        assert value == (samples[start + number % length, 0] if inside else 0)


def test_what_cannot_be_read_is_silent_and_told() -> None:
    def read(start: int, stop: int) -> Samples:
        if start < stop:
            message = "a.mp3 is damaged."
            raise MediaError(message)
        return np.zeros((0, 1), np.float32)

    passage = Passage(read, 0, 10, loop=False)
    assert not passage.frames(0, 10, 1).any()
    assert passage.problem == "a.mp3 is damaged."


@pytest.mark.parametrize("speed", [0.25, 0.5, 0.8, 1.5, 2.0, 4.0])
@pytest.mark.parametrize("hertz", [100.0, 440.0, 2500.0])
def test_the_pitch_stays(speed: float, hertz: float) -> None:
    samples = tone(hertz, 4.0)
    count = round(len(samples) / speed)
    found = Tempo(padded(samples), 8000, 1, speed).pull(count)
    assert len(found) == count
    assert peak(found[:, 0], 8000) == pytest.approx(hertz, rel=0.01)
    middle = found[count // 4 : -count // 4]
    assert np.sqrt(np.mean(middle**2)) == pytest.approx(0.5 / np.sqrt(2), rel=0.05)


@pytest.mark.parametrize("speed", [0.25, 0.6, 1.7, 4.0])
def test_a_sound_is_heard_when_the_map_says(speed: float) -> None:
    samples = np.zeros((32000, 1), np.float32)
    clicks = np.array([4000, 12000, 20000, 28000])
    for click in clicks:
        samples[click : click + 400] = noise(0.05)
    found = Tempo(padded(samples), 8000, 1, speed).pull(round(32000 / speed))
    loud = np.abs(found[:, 0]) > 0.05
    for click in clicks:
        near = np.flatnonzero(loud) - click / speed
        # 10 ms of search, and half a grain
        assert np.abs(near).min() <= 0.03 * 8000


def test_blocks_make_no_difference() -> None:
    samples = noise(1.0, channels=3)
    whole = Tempo(padded(samples), 8000, 3, 0.7).pull(9000)
    split = pieces(Tempo(padded(samples), 8000, 3, 0.7).pull, 9000, 77)
    assert np.array_equal(whole, split)
    assert whole.shape == (9000, 3)


def test_the_same_speed_gives_the_same_sound() -> None:
    samples = noise(1.0)
    found = Tempo(padded(samples), 8000, 1, 1.0).pull(8000)
    assert np.allclose(found, samples, atol=1e-6)


@pytest.mark.parametrize(
    ("source", "target"), [(8000, 44100), (44100, 48000), (48000, 8000), (11111, 44101)]
)
def test_a_tone_keeps_its_place_at_another_rate(source: int, target: int) -> None:
    read = padded(tone(440.0, 1.0, source))
    place = 0

    def pull(count: int) -> Samples:
        nonlocal place
        place += count
        return read(place - count, place)

    found = pieces(Rate(pull, source, target, 1).pull, target, 500)[:, 0]
    wanted = tone(440.0, 1.0, target)[:, 0]
    inside = slice(target // 10, -target // 10)
    assert np.abs(found[inside] - wanted[inside]).max() < 2e-3


def test_what_the_rate_cannot_hold_is_left_out() -> None:
    read = padded(tone(15000.0, 0.5, 48000))
    place = 0

    def pull(count: int) -> Samples:
        nonlocal place
        place += count
        return read(place - count, place)

    found = Rate(pull, 48000, 16000, 1).pull(8000)
    assert np.abs(found[800:-800]).max() < 1e-3
