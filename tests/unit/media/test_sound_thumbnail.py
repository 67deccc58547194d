"""Small waveforms for lists."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import soundfile
from numpy.typing import NDArray

from annolab.errors import MediaError
from annolab.media import sound_thumbnail as module
from annolab.media.sound import SoundCache
from annolab.media.sound_thumbnail import sound_thumbnail


def drawn(path: Path, tmp_path: Path) -> NDArray[np.uint8]:
    pixels = sound_thumbnail(path, 40, 24, cache=SoundCache(tmp_path / "cache"))
    assert pixels is not None
    assert pixels.shape == (24, 40, 4)
    assert (pixels[..., :3] <= pixels[..., 3:]).all()  # premultiplied
    return pixels


def half_loud(path: Path, rate: int = 8000, channels: int = 1) -> Path:
    """Silence, then a tone."""
    wave = np.sin(np.arange(2 * rate) * 0.5) * 0.3
    wave[:rate] = 0
    soundfile.write(path, np.tile(wave[:, None], channels), rate)
    return path


@pytest.mark.parametrize("name", ["a.wav", "a.flac", "a.ogg", "a.mp3"])
def test_loud_parts_are_high(tmp_path: Path, name: str) -> None:
    heights = (drawn(half_loud(tmp_path / name), tmp_path)[..., 3] > 0).sum(axis=0)
    assert heights[:17].max() <= 4
    assert heights[24:38].min() >= 18


def test_a_long_sound_is_looked_at_in_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = half_loud(tmp_path / "a.wav", channels=2)
    whole = drawn(path, tmp_path)
    monkeypatch.setattr(module, "WHOLE_FRAMES", 1000)
    monkeypatch.setattr(module, "PROBED_FRAMES", 200)
    assert np.array_equal(drawn(path, tmp_path)[:, :19], whole[:, :19])
    ogg = half_loud(tmp_path / "a.ogg")
    assert sound_thumbnail(ogg, 40, 24, cache=SoundCache(tmp_path / "cache")) is None


def test_silence_and_infinity_are_a_line(tmp_path: Path) -> None:
    for value in (0.0, np.inf, np.nan):
        path = tmp_path / "a.wav"
        soundfile.write(path, np.full(100, value), 8000, subtype="FLOAT")
        heights = (drawn(path, tmp_path)[..., 3] > 0).sum(axis=0)
        assert set(heights.tolist()) == {2}


def test_what_is_no_sound(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(b"hello")
    with pytest.raises(MediaError):
        sound_thumbnail(path, 40, 24, cache=SoundCache(tmp_path / "cache"))
