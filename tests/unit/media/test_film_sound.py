"""The sound of a film is where its pictures say that it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from annolab.errors import MediaError
from annolab.jobs import Progress
from annolab.media.film_sound import FilmSound, open_film_sound
from annolab.media.sound import SoundCache
from annolab.media.video import read_table
from tests.unit.media import films

RATE = 48000
COUNTED: NDArray[np.float32] = ((np.arange(RATE) % 30000 + 1) / 32768).astype("f4")
"""A second; each sample tells by its value which one it is."""


def opened(path: Path, folder: Path) -> FilmSound:
    """The sound of a film, all of it."""
    table = read_table(path, Progress())
    sound = open_film_sound(path, table, SoundCache(folder / "cache", 10**9))
    if not sound.prepared:
        sound.prepare(Progress())
    return sound


@pytest.mark.parametrize("name", ["talk.mov", "talk.mkv"])
@pytest.mark.parametrize(
    ("sound_at", "pictures_at", "first"),
    [(0.0, 0, 0), (0.25, 0, 12000), (0.0, 15, -24000), (0.75, 15, 12000)],
)
def test_each_sample_is_at_its_time(
    name: str, sound_at: float, pictures_at: int, first: int, tmp_path: Path
) -> None:
    path = films.talking(
        tmp_path / name, COUNTED, sound_at=sound_at, pictures_at=pictures_at
    )
    sound = opened(path, tmp_path)
    assert (sound.rate, sound.channels) == (RATE, 1)
    assert 0 <= sound.frames - RATE < RATE / 1000  # Matroska tells no finer times
    assert sound.offset == first
    expected = np.zeros(sound.frames, np.float32)
    low, high = max(first, 0), min(first + RATE, sound.frames)
    expected[low:high] = COUNTED[low - first : high - first]
    assert np.array_equal(sound.read(0, 2 * RATE)[:, 0], expected)
    for start, stop in ((0, 1), (11990, 12010), (47990, 60000), (-5, 3)):
        found = sound.read(start, stop)[:, 0]
        assert np.array_equal(found, expected[max(start, 0) : stop])
    sound.close()
    assert not sound.read(0, RATE).any()


def noise() -> NDArray[np.float32]:
    """A second of soft noise: what a codec makes of it is still known again."""
    heard = np.random.default_rng(3).standard_normal(RATE)
    smooth = np.convolve(heard, np.ones(12) / 12, "same")
    return (0.3 * smooth).astype(np.float32)


@pytest.mark.parametrize(
    ("name", "codecs"),
    [
        ("talk.mp4", ("mpeg4", "aac")),
        ("talk.mkv", ("mpeg4", "aac")),
        ("talk.ts", ("mpeg2video", "aac")),
        ("talk.webm", ("libvpx", "libopus")),
    ],
)
@pytest.mark.parametrize("sound_at", [0.0, 0.3])
def test_what_codecs_put_ahead_moves_nothing(
    name: str, codecs: tuple[str, str], sound_at: float, tmp_path: Path
) -> None:
    """To a millisecond: Matroska tells no finer times."""
    samples = noise()
    path = films.talking(tmp_path / name, samples, sound_at=sound_at, codecs=codecs)
    sound = opened(path, tmp_path)
    heard = sound.read(0, RATE)[:, 0].astype(float)
    wanted = samples[10000:30000].astype(float)
    size = 1 << 17
    product = np.fft.rfft(heard, size) * np.conj(np.fft.rfft(wanted, size))
    place = int(np.argmax(np.fft.irfft(product, size)))
    sound.close()
    assert abs(place - 10000 - sound_at * RATE) <= RATE / 1000


def test_before_it_is_decoded_it_is_silent(tmp_path: Path) -> None:
    path = films.talking(tmp_path / "a.mp4", noise(), codecs=("mpeg4", "aac"))
    table = read_table(path, Progress())
    sound = open_film_sound(path, table, SoundCache(tmp_path / "cache", 10**9))
    assert not sound.prepared
    assert sound.read(0, 100).shape == (100, 1)
    assert not sound.read(0, RATE).any()
    sound.prepare(Progress())
    assert sound.read(0, RATE).any()
    sound.close()


def test_a_film_without_sound_says_so(tmp_path: Path) -> None:
    path = films.make(tmp_path, films.Recipe("dumb.mp4", "mpeg4", count=3))
    table = read_table(path, Progress())
    with pytest.raises(MediaError, match="it holds no sound"):
        open_film_sound(path, table, SoundCache(tmp_path / "cache", 10**9))


def test_a_sound_that_nobody_can_decode_says_so(tmp_path: Path) -> None:
    path = films.talking(tmp_path / "a.mov", noise(), codecs=("mpeg4", "aac"))
    table = read_table(path, Progress())
    path.write_bytes(
        path.read_bytes().replace(b"mp4a", b"zzz1").replace(b"esds", b"zzz2")
    )
    with pytest.raises(MediaError, match="there is no decoder for it"):
        open_film_sound(path, table, SoundCache(tmp_path / "cache", 10**9))
