"""The power at one time and frequency is what the spectrogram shows there."""

from __future__ import annotations

import math
from pathlib import Path

import numpy as np
import pytest

from annolab.media.sound import SoundCache, open_sound
from annolab.media.spectral_power import power_density
from annolab.media.spectrogram import (
    SpectrogramSettings,
    row_frequencies,
    spectrogram,
)
from tests.unit.media.sounds import noise, tone, write

RATE = 8000
FLAT = SpectrogramSettings(window_length=0.03, preemphasis=0.0, high=4000)


def test_it_is_what_the_spectrogram_shows(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", noise(1), RATE, subtype="FLOAT")
    sound = open_sound(path, SoundCache(tmp_path / "cache"))
    width, height = 16000, 400  # two columns a frame
    picture = spectrogram(sound, 0, (0, 1), (width, height), FLAT)
    rows = row_frequencies(FLAT, RATE, height)
    for row in (87, 212, 337):  # on bins: nothing lies between two
        own = power_density(sound, 0, 0.5, float(rows[row]), FLAT)
        shown = 10 ** (picture[row, width // 2] / 10)
        assert own == pytest.approx(shown, rel=0.001)


def test_a_tone_stands_out(tmp_path: Path) -> None:
    path = write(tmp_path / "a.wav", tone(1000, 1.0, RATE), RATE, subtype="FLOAT")
    sound = open_sound(path, SoundCache(tmp_path / "cache"))
    on = power_density(sound, 0, 0.5, 1000, FLAT)
    assert on > 1e4 * power_density(sound, 0, 0.5, 2000, FLAT)
    for time in (0.0, 1.0):  # half of the window is beyond the sound
        assert 0 < power_density(sound, 0, time, 1000, FLAT) < on


@pytest.mark.parametrize(("time", "hertz"), [(-1, 100), (1.1, 100), (0.5, 4001)])
def test_beyond_the_sound_it_is_undefined(
    tmp_path: Path, time: float, hertz: float
) -> None:
    samples = np.zeros((RATE, 1), np.float32)
    path = write(tmp_path / "a.wav", samples, RATE, subtype="FLOAT")
    sound = open_sound(path, SoundCache(tmp_path / "cache"))
    assert math.isnan(power_density(sound, 0, time, hertz, FLAT))
    assert power_density(sound, 0, 0.5, 100, FLAT) == 0.0
