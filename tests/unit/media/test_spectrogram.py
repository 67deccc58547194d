"""Tones and clicks land where they belong, at every zoom and on every axis."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annolab.errors import Cancelled
from annolab.jobs import Progress
from annolab.media.peaks import Peaks
from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.media.spectrogram import (
    COLORS,
    SCALES,
    SILENCE,
    WINDOWS,
    SpectrogramSettings,
    analysis_window,
    color_table,
    place_of,
    row_frequencies,
    shaded,
    spectrogram,
)
from tests.unit.media.sounds import Samples, tone, write

RATE = 8000


def opened(tmp_path: Path, samples: Samples, rate: int = RATE) -> Sound:
    path = write(tmp_path / "a.wav", samples, rate, subtype="FLOAT")
    return open_sound(path, SoundCache(tmp_path / "cache"))


@pytest.mark.parametrize("scale", SCALES)
@pytest.mark.parametrize("window", WINDOWS)
@pytest.mark.parametrize("hertz", [300.0, 1000.0, 3100.0])
def test_a_tone_is_in_its_row(
    scale: str, window: str, hertz: float, tmp_path: Path
) -> None:
    sound = opened(tmp_path, tone(hertz, 1))
    settings = SpectrogramSettings(
        0.03, window, 0.0, 4000.0, preemphasis=0.0, scale=scale
    )
    found = spectrogram(sound, 0, (0.3, 0.7), (50, 200), settings)
    rows = row_frequencies(settings, RATE, 200)
    loudest = rows[found.argmax(axis=0)]
    assert np.abs(loudest - hertz).max() < 40
    place = place_of(settings, RATE, hertz)
    assert abs((1 - place) * 200 - np.argmin(np.abs(rows - hertz))) <= 1
    sound.close()


def test_the_power_is_that_of_a_plain_transform(tmp_path: Path) -> None:
    samples = tone(1000, 1)
    sound = opened(tmp_path, samples)
    settings = SpectrogramSettings(0.02, "hann", 0, 4000, preemphasis=0)
    found = spectrogram(sound, 0, (0.5, 0.501), (1, 257), settings)
    window = analysis_window(settings, RATE).astype(float)
    half = len(window) // 2
    middle = round(0.5005 * RATE)
    piece = samples[middle - half : middle + half + 1, 0] * window
    power = np.abs(np.fft.rfft(piece, 512)) ** 2
    wanted = 10 * np.log10(power.max() * 2 / (RATE * (window**2).sum()))
    assert found.max() == pytest.approx(wanted, abs=0.2)  # between two bins
    sound.close()


@pytest.mark.parametrize("seconds", [0.01, 1.0, 600.0])
def test_a_click_is_in_its_column_at_every_zoom(seconds: float, tmp_path: Path) -> None:
    samples = np.zeros((600 * RATE, 1), np.float32)
    click = 60 * RATE + 3
    samples[click] = 1.0
    sound = opened(tmp_path, samples)
    peaks = Peaks(sound, SoundCache(tmp_path / "cache"))
    peaks.build(Progress())
    start = max(0.0, min(60.0 - seconds / 3, 600 - seconds))
    settings = SpectrogramSettings()
    found = spectrogram(
        sound, 0, (start, start + seconds), (300, 50), settings, peaks=peaks
    )
    column = (click / RATE - start) / seconds * 300
    loud = found.max(axis=0)
    assert abs(int(loud.argmax()) - column) < 300 * 0.006 / seconds + 2
    assert loud.max() > SILENCE / 2
    sound.close()


def test_channels_are_apart_and_ends_are_silent(tmp_path: Path) -> None:
    both = np.concatenate((tone(500, 1), tone(2000, 1)), axis=1)
    sound = opened(tmp_path, both)
    settings = SpectrogramSettings(0.03, high=4000, preemphasis=0)
    rows = row_frequencies(settings, RATE, 100)
    for channel, hertz in enumerate((500, 2000)):
        found = spectrogram(sound, channel, (0.2, 0.8), (20, 100), settings)
        assert np.abs(rows[found.argmax(axis=0)] - hertz).max() < 60
    beyond = spectrogram(sound, 0, (-2, 3), (50, 40), settings)
    assert beyond.shape == (40, 50)
    assert (beyond[:, 0] < SILENCE / 2).all()
    assert (beyond[:, 25].max()) > -80
    sound.close()


def test_odd_settings_give_a_picture(tmp_path: Path) -> None:
    sound = opened(tmp_path, tone(500, 0.001))  # shorter than its window
    for settings in (
        SpectrogramSettings(window_length=1e-9),
        SpectrogramSettings(window_length=1e9),
        SpectrogramSettings(low=9e9, high=-5),
        SpectrogramSettings(scale="log", low=0, high=1),
        SpectrogramSettings(window="unheard of", scale="unheard of"),
    ):
        found = spectrogram(sound, 0, (0, 0.001), (3, 5), settings)
        assert found.shape == (5, 3)
        assert np.isfinite(found).all()
    sound.close()


def test_it_stops_when_it_is_not_wanted(tmp_path: Path) -> None:
    sound = opened(tmp_path, tone(500, 1))
    settings = SpectrogramSettings()
    with pytest.raises(Cancelled):
        spectrogram(sound, 0, (0, 1), (9, 9), settings, cancelled=lambda: True)
    sound.close()


def test_colours_go_from_weak_to_strong() -> None:
    decibels = np.array([[-90.0, -50.0, -20.0]], np.float32)
    settings = SpectrogramSettings(dynamic_range=70)
    light = shaded(decibels, settings)
    assert light.shape == (1, 3, 4)
    assert light.dtype == np.uint8
    assert light[0, :, 0].tolist() == [255, 110, 0]
    assert shaded(decibels, settings, dark=True)[0, :, 0].tolist() == [0, 145, 255]
    assert (light[..., 3] == 255).all()
    silent = np.full((2, 2), SILENCE, np.float32)
    assert (shaded(silent, settings)[..., 0] == 255).all()


@pytest.mark.parametrize("name", [*COLORS, "unheard of"])
def test_every_colour_map_is_there(name: str) -> None:
    table = color_table(name)
    assert table.shape == (256, 4)
    assert len(np.unique(table, axis=0)) > 100


@pytest.mark.parametrize("seconds", [0.5, 5.0, 60.0])
def test_no_click_falls_between_columns_before_the_peaks_are_there(
    seconds: float, tmp_path: Path
) -> None:
    clicks = np.arange(1, 60) * RATE + np.arange(1, 60) * 37
    samples = np.zeros((60 * RATE, 1), np.float32)
    samples[clicks] = 1.0
    sound = opened(tmp_path, samples)
    settings = SpectrogramSettings(preemphasis=0)
    found = spectrogram(sound, 0, (1.0, 1.0 + seconds), (300, 50), settings)
    loud = found.max(axis=0)
    for click in clicks[clicks < (1 + seconds) * RATE]:
        column = int((click / RATE - 1) / seconds * 300)
        assert loud[max(0, column - 1) : column + 2].max() > loud.max() - 30
    sound.close()


def test_faint_calls_above_loud_rumble_are_seen(tmp_path: Path) -> None:
    """The loudest place of a column is not that of the call."""
    maker = np.random.default_rng(1)
    time = np.arange(60 * RATE) / RATE
    samples = np.sin(2 * np.pi * 100 * time) * (0.5 + 0.3 * np.sin(time * 3))
    samples += maker.standard_normal(len(time)) * 1e-4
    calls = np.arange(1, 59) * RATE + np.arange(1, 59) * 91
    length = RATE // 100
    place = np.arange(length)
    call = np.hanning(length) * 0.02 * np.sin(2 * np.pi * 3000 * place / RATE)
    for start in calls:
        samples[start : start + length] += call
    sound = opened(tmp_path, samples.astype(np.float32)[:, None])
    settings = SpectrogramSettings(high=4000, preemphasis=0)
    found = spectrogram(sound, 0, (0, 60), (200, 64), settings)
    rows = row_frequencies(settings, RATE, 64)
    high = found[(rows > 2900) & (rows < 3100)].max(axis=0)
    for start in calls:
        column = int(start / RATE / 60 * 200)
        assert high[column : column + 2].max() > np.median(high) + 15
    sound.close()


def test_columns_are_the_greatest_of_all_windows(tmp_path: Path) -> None:
    """Against a slow computation, window by window."""
    samples = np.random.default_rng(5).standard_normal((4 * RATE, 1)) * 0.1
    sound = opened(tmp_path, samples.astype(np.float32))
    settings = SpectrogramSettings(0.01, "hann", 0, RATE / 2, preemphasis=0)
    window = analysis_window(settings, RATE).astype(float)
    half, hop = len(window) // 2, len(window) // 4
    width, per = 20, 4 * RATE / 20
    count = int(np.ceil(per / hop))
    padded = np.pad(samples[:, 0].astype(np.float32), half)
    wanted = np.zeros((65, width))
    for column in range(width):
        for place in range(count):
            centre = round(column * per + (place + 0.5) / count * per)
            piece = padded[centre : centre + len(window)] * window
            power = np.abs(np.fft.rfft(piece, 128)) ** 2
            wanted[:, column] = np.maximum(wanted[:, column], power)
    wanted *= 2 / (RATE * (window**2).sum())
    # 130 rows: the odd ones lie a quarter of a bin from a bin.
    found = spectrogram(sound, 0, (0, 4), (width, 130), settings)
    bins = row_frequencies(settings, RATE, 130) / (RATE / 128)
    below = np.clip(np.floor(bins).astype(int), 0, 63)
    share = (bins - below)[:, None]
    between = wanted[below] * (1 - share) + wanted[below + 1] * share
    assert np.abs(found - 10 * np.log10(between)).max() < 6.1
    assert np.median(np.abs(found - 10 * np.log10(between))) < 0.1
    sound.close()


@pytest.mark.parametrize("rate", [8000, 44100, 192_000, 384_000])
def test_any_rate(rate: int, tmp_path: Path) -> None:
    hertz = rate * 0.4
    sound = opened(tmp_path, tone(hertz, 0.5, rate), rate)
    settings = SpectrogramSettings(high=1e6, preemphasis=0)
    found = spectrogram(sound, 0, (0.1, 0.4), (30, 200), settings)
    rows = row_frequencies(settings, rate, 200)
    assert rows[0] < rate / 2
    assert np.abs(rows[found.argmax(axis=0)] - hertz).max() <= max(rate / 400, 200)
    sound.close()
