"""No short sound is lost in an overview, however long the recording is."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annolab.jobs import Progress
from annolab.media.loudest import loud_places, loudest_frames
from annolab.media.peaks import BASE, Peaks
from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.media.spectrogram import SpectrogramSettings, spectrogram
from tests.unit.media.sounds import noise, write

RATE = 8000
HOUR = 3600
CLICK = RATE // 200  # 5 ms
WIDTH = 800  # columns of 4.5 seconds
COLUMN = HOUR * RATE / WIDTH  # frames


def opened(tmp_path: Path, samples: np.ndarray) -> tuple[Sound, Peaks]:
    path = write(tmp_path / "a.wav", samples, RATE, subtype="PCM_16")
    cache = SoundCache(tmp_path / "cache")
    sound = open_sound(path, cache)
    return sound, Peaks(sound, cache)


def clicks() -> list[int]:
    """First frames of clicks, each in a column of its own, some across an edge."""
    maker = np.random.default_rng(11)
    columns = np.arange(3, WIDTH - 3, 6)
    starts = columns * COLUMN + maker.uniform(0, COLUMN, len(columns))
    starts[::5] = columns[::5] * COLUMN - maker.uniform(0, CLICK, len(columns[::5]))
    starts[1::5] = columns[1::5] * COLUMN - CLICK  # ends with a column
    starts[2::5] = columns[2::5] * COLUMN  # begins with one
    return [round(start) for start in starts.tolist()]


@pytest.fixture(scope="module")
def hour(tmp_path_factory: pytest.TempPathFactory) -> tuple[Sound, Peaks]:
    """Near silence with clicks of 5 ms."""
    folder = tmp_path_factory.mktemp("hour")
    maker = np.random.default_rng(12)
    samples = np.tile(noise(60.0, RATE) * np.float32(0.001), (60, 1))
    burst = maker.uniform(-0.05, 0.05, CLICK).astype(np.float32)
    for start in clicks():
        samples[start : start + CLICK, 0] += burst
    return opened(folder, samples)


def test_a_click_is_seen_in_its_column_of_an_hour(hour: tuple[Sound, Peaks]) -> None:
    sound, peaks = hour
    peaks.build(Progress())
    found = spectrogram(
        sound, 0, (0.0, HOUR), (WIDTH, 40), SpectrogramSettings(), peaks=peaks
    )
    loud = found.max(axis=0)
    quiet = float(np.median(loud))
    for start in clicks():
        middle = (start + CLICK / 2) / RATE
        span = (middle - 0.01, middle + 0.01)
        near = spectrogram(sound, 0, span, (100, 40), SpectrogramSettings())
        column = int((start + CLICK / 2) / COLUMN)
        assert loud[column] > near.max() - 3
        assert loud[column] > quiet + 15
        apart = [column - 2, column + 2]  # half of it may be in the next one
        assert (loud[apart] < quiet + 10).all()


def test_a_quiet_click_is_seen_beside_a_loud_deep_sound(tmp_path: Path) -> None:
    hum = np.tile(noise(60.0, RATE) * np.float32(0.001), (50, 1))
    time = np.arange(RATE // 10) / RATE
    tone = (0.5 * np.sin(2 * np.pi * 150 * time)).astype(np.float32)
    for second in range(0, 3000, 2):
        hum[second * RATE : second * RATE + len(tone), 0] += tone
    maker = np.random.default_rng(3)
    click = round(901.3 * RATE)
    hum[click : click + CLICK, 0] += maker.uniform(-0.1, 0.1, CLICK)
    sound, peaks = opened(tmp_path, hum)
    peaks.build(Progress())
    shown = SpectrogramSettings(low=2000, high=4000, window="blackman")
    found = spectrogram(sound, 0, (0, 3000), (1200, 20), shown, peaks=peaks)
    loud = found.max(axis=0)
    assert int(loud.argmax()) == int(901.3 / 2.5)
    sound.close()


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frames=st.integers(300, 20_000),
    width=st.integers(1, 30),
    parts=st.integers(1, 9),
    span=st.tuples(st.floats(-0.2, 1.2), st.floats(-0.2, 1.2)),
)
def test_what_swings_most_in_a_column_is_among_its_places(
    frames: int, width: int, parts: int, span: tuple[float, float], tmp_path: Path
) -> None:
    samples = noise(frames / RATE)
    sound, peaks = opened(tmp_path, samples)
    peaks.build(Progress())
    low, high = sorted(span)
    edges = np.linspace(low * frames, high * frames, width + 1)
    found = loud_places(peaks, 0, edges, parts)
    assert (np.diff(found.columns) >= 0).all()
    assert ((found.last - found.first) <= BASE).all()
    line = sound.read(0, frames)[:, 0]
    bounds = np.clip(np.ceil(edges), 0, frames).astype(int)
    for column in range(width):
        a, b = bounds[column], bounds[column + 1]
        own = found.columns == column
        assert own.any() == (b > a)
        if b > a:
            assert (found.first[own] >= a).all()
            assert (found.last[own] <= b).all()
            cuts = [a, *range(-(-a // BASE) * BASE, b, BASE), b]
            blocks = [line[i:j] for i, j in pairwise(cuts) if j > i]
            places = zip(found.first[own], found.last[own], strict=True)
            swings = [np.ptp(line[i:j]) for i, j in places]
            assert max(swings) == max(np.ptp(block) for block in blocks)
    sound.close()


def test_windows_are_around_the_greatest_sample(tmp_path: Path) -> None:
    samples = np.zeros((RATE, 1), np.float32)
    samples[[3, 4000, 7998], 0] = (0.5, -0.5, 0.25)
    sound, peaks = opened(tmp_path, samples)
    peaks.build(Progress())
    edges = np.array([0.0, 2000.0, 6000.0, 8000.0])
    found = loudest_frames(sound, 0, loud_places(peaks, 0, edges, 1), 9)
    centred = [frame for frame in found.tolist() if frame[4]]
    assert [frame[4] for frame in centred] == [0.5, -0.5, 0.25]
    assert found.shape[1] == 9
    sound.close()


def test_before_the_peaks_are_there_the_middles_are_looked_at(tmp_path: Path) -> None:
    sound, peaks = opened(tmp_path, noise(4.0))
    found = loud_places(peaks, 0, np.array([0.0, 16_000.0, 32_000.0]), 4)
    assert np.bincount(found.columns).tolist() == [5, 5]  # one is cut by the edge
    sound.close()
