"""The pyramid gives what a plain minimum and maximum give."""

from __future__ import annotations

import tracemalloc
from pathlib import Path

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annolab.errors import Cancelled
from annolab.jobs import Progress
from annolab.media.peaks import BASE, Peaks
from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.media.sound_line import MIXED, one_line
from tests.unit.media.sounds import Samples, noise, write


@pytest.fixture
def cache(tmp_path: Path) -> SoundCache:
    return SoundCache(tmp_path / "cache")


def made(tmp_path: Path, samples: Samples, cache: SoundCache) -> Sound:
    path = write(tmp_path / "a.wav", samples, subtype="FLOAT")
    return open_sound(path, cache)


@settings(max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    frames=st.integers(1, 20_000),
    start=st.floats(0, 1),
    length=st.floats(0.001, 1),
    width=st.integers(1, 40),
    data=st.data(),
)
def test_columns_bound_what_is_there(
    frames: int,
    start: float,
    length: float,
    width: int,
    data: st.DataObject,
    tmp_path: Path,
) -> None:
    cache = SoundCache(tmp_path / "cache")
    samples = noise(frames / 8000, channels=2)
    with_two = made(tmp_path, samples, cache)
    peaks = Peaks(with_two, cache)
    peaks.build(Progress())
    first, last = start * frames, min(start + length, 1.0) * frames
    line = data.draw(st.sampled_from([1, MIXED]))
    wanted = one_line(samples, line)
    low, high = peaks.columns(line, first, last, width)
    edges = np.linspace(first, last, width + 1)
    near = max(BASE * 4, round((last - first) / width))
    if last > first:
        for column in range(width):
            begin, end = int(edges[column]), int(np.ceil(edges[column + 1]))
            inside = wanted[begin:end]
            around = wanted[max(0, begin - near) : end + near]
            if len(inside):
                assert low[column] <= inside.min()
                assert high[column] >= inside.max()
                assert around.min() <= low[column] <= high[column] <= around.max()
    with_two.close()


def test_a_click_is_seen_from_any_distance(tmp_path: Path, cache: SoundCache) -> None:
    samples = np.zeros((400_000, 1), np.float32)
    samples[123_457] = 1.0
    sound = made(tmp_path, samples, cache)
    peaks = Peaks(sound, cache)
    peaks.build(Progress())
    for width in (1, 7, 100, 1600):
        _, high = peaks.columns(0, 0, len(samples), width)
        assert high.max() == 1.0
        assert abs(int(high.argmax()) - 123_457 * width // len(samples)) <= 1
    assert peaks.greatest == 1.0
    sound.close()


def test_before_it_is_built_there_is_a_picture(
    tmp_path: Path, cache: SoundCache
) -> None:
    sound = made(tmp_path, noise(60), cache)
    peaks = Peaks(sound, cache)
    low, high = peaks.columns(0, 0, sound.frames, 200)
    assert not np.isnan(low).any()
    assert (high > low).all()
    assert not peaks.complete
    sound.close()


def test_outside_of_the_sound_is_nothing(tmp_path: Path, cache: SoundCache) -> None:
    sound = made(tmp_path, noise(1), cache)
    peaks = Peaks(sound, cache)
    peaks.build(Progress())
    low, _ = peaks.columns(0, -4000, 12000, 16)
    assert np.isnan(low[[0, 1, 14, 15]]).all()
    assert not np.isnan(low[4:12]).any()
    assert np.isnan(peaks.columns(0, 5, 5, 3)[0]).all()
    sound.close()


def test_it_comes_back_from_the_cache(tmp_path: Path, cache: SoundCache) -> None:
    sound = made(tmp_path, noise(10), cache)
    first = Peaks(sound, cache)
    first.build(Progress())
    again = Peaks(sound, cache)
    assert again.complete
    wanted = first.columns(0, 0, sound.frames, 33)
    assert all(map(np.array_equal, wanted, again.columns(0, 0, sound.frames, 33)))
    (stored,) = cache.folder.glob("*.npy")
    stored.write_bytes(b"junk")
    assert not Peaks(sound, cache).complete
    sound.close()


def test_a_compressed_sound_is_decoded_on_the_way(
    tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / "a.ogg", noise(5), 8000, format="OGG", subtype="VORBIS")
    sound = open_sound(path, cache)
    peaks = Peaks(sound, cache)
    assert np.isnan(peaks.columns(0, 0, 40_000, 10)[0]).all()
    peaks.build(Progress())
    assert sound.prepared
    assert not np.isnan(peaks.columns(0, 0, 40_000, 10)[0]).any()
    sound.close()


def test_it_can_be_cancelled(tmp_path: Path, cache: SoundCache) -> None:
    sound = made(tmp_path, noise(1), cache)
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        Peaks(sound, cache).build(progress)
    sound.close()


def test_a_lying_length_takes_no_memory(tmp_path: Path, cache: SoundCache) -> None:
    path = write(tmp_path / "a.flac", noise(2))
    data = bytearray(path.read_bytes())
    data[21] |= 0x0F  # 36 bits of STREAMINFO: the number of frames
    data[22:26] = b"\xff" * 4
    path.write_bytes(data)
    sound = open_sound(path, cache)
    assert sound.frames > 1 << 35
    tracemalloc.start()
    peaks = Peaks(sound, cache)
    peaks.build(Progress())
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert most < 200 << 20
    assert sound.frames == peaks.built == 16_000
    assert "cut off" in sound.problem
    sound.close()


def test_it_grows_beyond_its_first_room(
    tmp_path: Path, cache: SoundCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    sound = made(tmp_path, noise(10, channels=2), cache)
    wanted = Peaks(sound, SoundCache(tmp_path / "other"))
    wanted.build(Progress())
    monkeypatch.setattr("annolab.media.peaks._FIRST_ROOM", 4)
    peaks = Peaks(sound, cache)
    peaks.build(Progress())
    both = (one.columns(1, 0, sound.frames, 50) for one in (wanted, peaks))
    assert all(map(np.array_equal, *both))
    assert Peaks(sound, cache).complete
    sound.close()


def test_it_is_built_anew_after_it_was_cancelled(
    tmp_path: Path, cache: SoundCache
) -> None:
    path = write(tmp_path / "a.ogg", noise(30), 8000, format="OGG", subtype="VORBIS")
    sound = open_sound(path, cache)
    peaks = Peaks(sound, cache)
    progress = Progress(lambda done, *_: progress.cancel() if done else None)
    with pytest.raises(Cancelled):
        peaks.build(progress)
    assert 0 < peaks.built < 240_000
    peaks.build(Progress())
    samples = sound.read(0, sound.frames)[:, 0]
    _, high = peaks.columns(0, 0, sound.frames, 2)
    halves = np.split(samples[:240_000], 2)
    assert high[0] >= halves[0].max()
    assert high[1] == pytest.approx(halves[1].max(), abs=0.1)
    assert peaks.built == sound.frames
    sound.close()
