"""Sines have their level at their frequency, whatever the window and the stretch."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annolab.errors import Cancelled
from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.media.sound_line import MIXED
from annolab.media.spectral_slice import MOST_SAMPLES, Slice, spectral_slice
from annolab.media.spectrogram import SILENCE, WINDOWS, SpectrogramSettings
from tests.unit.media.sounds import Samples, tone, write

RATE = 16_000
LONG = (MOST_SAMPLES + 100) / RATE
HALF = 20 * np.log10(0.5)  # decibels of the tones


def opened(tmp_path: Path, samples: Samples) -> Sound:
    path = write(tmp_path / "a.wav", samples, RATE, subtype="FLOAT")
    return open_sound(path, SoundCache(tmp_path / "cache"))


@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("span", [(0.5, 0.5), (0.4, 0.43), (0.1, 0.9)])
@pytest.mark.parametrize("hertz", [400.0, 1234.5, 6789.0])
def test_a_sine_has_its_level_at_its_frequency(
    window: str, span: tuple[float, float], hertz: float, tmp_path: Path
) -> None:
    sound = opened(tmp_path, tone(hertz, 1, RATE))
    found = spectral_slice(sound, 0, span, SpectrogramSettings(0.03, window))
    peak = found.peak(0, RATE / 2)
    assert peak is not None
    assert peak[0] == pytest.approx(hertz, abs=2.0)
    assert peak[1] == pytest.approx(HALF, abs=0.15)
    sound.close()


def test_a_long_stretch_is_the_mean_power_of_its_parts(tmp_path: Path) -> None:
    samples = tone(1000, LONG, RATE)
    samples[len(samples) // 2 :] = 0
    sound = opened(tmp_path, samples)
    found = spectral_slice(sound, 0, (0, LONG), SpectrogramSettings(window="hann"))
    peak = found.peak(0, RATE / 2)
    assert peak is not None
    assert peak[0] == pytest.approx(1000, abs=0.5)
    assert peak[1] == pytest.approx(HALF + 10 * np.log10(0.5), abs=0.3)
    sound.close()


def test_two_sines_are_two_peaks(tmp_path: Path) -> None:
    quiet = tone(3000, 1, RATE) * np.float32(0.1)
    sound = opened(tmp_path, tone(1000, 1, RATE) + quiet)
    found = spectral_slice(sound, 0, (0.2, 0.8), SpectrogramSettings())
    assert found.peak(900, 1100) == pytest.approx((1000, HALF), abs=0.5)
    assert found.peak(2000, 8000) == pytest.approx((3000, HALF - 20), abs=0.5)
    between = found.peak(1900, 2100)
    assert between is not None
    assert between[1] < -90
    sound.close()


def test_channels_are_apart_and_their_mean_is_mixed(tmp_path: Path) -> None:
    both = np.concatenate((tone(500, 1, RATE), tone(2000, 1, RATE)), axis=1)
    sound = opened(tmp_path, both)
    peaks = {
        channel: spectral_slice(sound, channel, (0.2, 0.8), SpectrogramSettings()).peak(
            0, 1000
        )
        for channel in (0, 1, MIXED)
    }
    assert peaks[0] == pytest.approx((500, HALF), abs=0.2)
    assert peaks[1] is not None
    assert peaks[1][1] < -80
    assert peaks[MIXED] == pytest.approx((500, 2 * HALF), abs=0.2)
    sound.close()


@pytest.mark.parametrize("span", [(-5.0, -5.0), (0.0, 0.0), (1.0, 1.0), (9.0, 10.0)])
def test_beyond_the_ends_is_silence(span: tuple[float, float], tmp_path: Path) -> None:
    sound = opened(tmp_path, tone(500, 1, RATE))
    found = spectral_slice(sound, 0, span, SpectrogramSettings())
    assert np.isfinite(found.decibels).all()
    assert found.decibels.min() >= SILENCE
    if not 0 <= span[0] <= 1:
        assert found.decibels.max() == SILENCE
    sound.close()


def test_it_stops_when_it_is_not_wanted(tmp_path: Path) -> None:
    sound = opened(tmp_path, tone(500, 1, RATE))
    with pytest.raises(Cancelled):
        spectral_slice(sound, 0, (0, 1), SpectrogramSettings(), lambda: True)
    sound.close()


def test_a_peak_is_higher_than_both_sides_of_it() -> None:
    found = Slice(np.arange(6.0), np.array([-1.0, -9.0, -5.0, -9.0, -7.0, -3.0]))
    assert found.peak(0, 9) == (2.0, -5.0)
    assert found.peak(1.9, 2.1) == (2.0, -5.0)
    for low, high in ((0, 2), (3, 9), (2.5, 2.6), (-5, -1), (7, 9), (4, 3)):
        assert found.peak(low, high) is None
    assert found.level(0.5) == -5.0
    assert found.level(99) == -3.0
