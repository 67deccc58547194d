"""Readings in Praat's words, and intensities that can be reckoned by hand."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from annolab.assist.readings import Part, Quantity, Question, Reading, intensity_of
from annolab.assist.sound import Source
from annolab.errors import Cancelled, UserError
from annolab.jobs import Progress

RATE = 8000
FULL = 10 * math.log10(1 / 4e-10)  # of a power of 1


def source(values: NDArray[np.float64]) -> Source:
    frames = values.astype(np.float32).reshape(len(values), -1)
    return Source(lambda start, stop: frames[start:stop], RATE, len(frames))


def tone(amplitude: float, seconds: float = 1.0) -> NDArray[np.float64]:
    time = np.arange(round(seconds * RATE)) / RATE
    return amplitude * np.sin(2 * np.pi * 500 * time)


def asked(low: float, high: float, part: Part = Part.VALUE) -> Question:
    return Question(Quantity.INTENSITY, low, high, part)


def level(values: NDArray[np.float64], question: Question) -> float:
    return intensity_of(source(values), question, 75.0, Progress())


@pytest.mark.parametrize("time", [0.0, 0.01, 0.5, 0.9999, 1.0])
def test_a_tone_has_the_level_of_its_power_everywhere(time: float) -> None:
    found = level(tone(0.5), asked(time, time))
    assert found == pytest.approx(FULL + 10 * math.log10(0.125), abs=0.1)


def test_an_offset_does_not_count() -> None:
    values = tone(0.1)
    assert level(values + 0.7, asked(0.5, 0.5)) == pytest.approx(
        level(values, asked(0.5, 0.5)), abs=0.01
    )


def test_channels_are_averaged() -> None:
    both = np.stack((tone(0.4), np.zeros(RATE)), axis=1)
    half = level(tone(0.4), asked(0.5, 0.5)) - 10 * math.log10(2)
    assert level(both, asked(0.5, 0.5)) == pytest.approx(half, abs=1e-6)


def test_a_stretch_has_a_least_a_greatest_and_a_mean_energy() -> None:
    values = np.concatenate((tone(0.05), tone(0.5)))
    quiet, loud = level(values, asked(0.5, 0.5)), level(values, asked(1.5, 1.5))
    stretch = 0.2, 1.8
    assert level(values, asked(*stretch, Part.MINIMUM)) == pytest.approx(quiet, abs=0.1)
    assert level(values, asked(*stretch, Part.MAXIMUM)) == pytest.approx(loud, abs=0.1)
    mean = level(values, asked(*stretch))
    assert mean == pytest.approx(loud - 10 * math.log10(2), abs=0.2)
    assert level(values, asked(*stretch, Part.TIME_OF_MINIMUM)) < 1.0
    assert 1.0 < level(values, asked(*stretch, Part.TIME_OF_MAXIMUM)) <= 1.8


def test_silence_is_minus_300() -> None:
    assert level(np.zeros(RATE), asked(0.2, 0.8)) == -300.0


def test_a_pitch_of_nothing_is_refused() -> None:
    with pytest.raises(UserError, match="10 Hz"):
        intensity_of(source(tone(1)), asked(0, 0), 0.0, Progress())


def test_it_can_be_cancelled() -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        intensity_of(source(tone(1)), asked(0, 1), 75.0, progress)


@given(st.integers(1, 4000), st.floats(0, 1), st.floats(0, 1), st.floats(10, 4000))
def test_any_stretch_of_any_sound_has_a_level(
    count: int, one: float, other: float, pitch: float
) -> None:
    generator = np.random.default_rng(count)
    sound = source(generator.uniform(-1, 1, count))
    low, high = sorted((one * sound.seconds, other * sound.seconds))
    for part in (Part.VALUE, Part.MINIMUM, Part.MAXIMUM):
        found = intensity_of(sound, asked(low, high, part), pitch, Progress())
        assert -301 <= found < FULL + 1
    for part in (Part.TIME_OF_MINIMUM, Part.TIME_OF_MAXIMUM):
        found = intensity_of(sound, asked(low, high, part), pitch, Progress())
        assert low - 1e-9 <= found <= high + 1e-9


@pytest.mark.parametrize(
    ("question", "value", "text"),
    [
        (Question(Quantity.PITCH, 1, 1), 151.25, "151.25 Hz (pitch at CURSOR)"),
        (
            Question(Quantity.PITCH, 1, 2, Part.MINIMUM),
            math.nan,
            "--undefined-- Hz (minimum pitch in SELECTION)",
        ),
        (Question(Quantity.FORMANT, 1, 2, number=2), 9, "9 Hz (mean F2 in SELECTION)"),
        (
            Question(Quantity.PITCH, 1, 2, Part.TIME_OF_MAXIMUM),
            1.5,
            "1.5 seconds (time of maximum pitch in SELECTION)",
        ),
        (
            Question(Quantity.POWER, 0.5, 0.5, hertz=1000),
            1e-6,
            "1e-06 Pa²/Hz (at time = 0.500000 seconds and frequency = 1000.0 Hz)",
        ),
        (
            Question(Quantity.INTENSITY, 0, 1),
            60,
            "60 dB (mean-energy intensity in SELECTION)",
        ),
        (Question(Quantity.TIME, 0.1, 0.1), 0.1, "0.1 seconds (cursor)"),
        (Question(Quantity.TIME, 0, 1), 0.5, "0.5 seconds (middle of SELECTION)"),
    ],
)
def test_the_words(question: Question, value: float, text: str) -> None:
    assert Reading(question, value).text == text
