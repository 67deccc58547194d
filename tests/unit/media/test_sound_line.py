"""Lines of samples: a channel or the mean of all, and what is cut off in them."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.media.sound_line import MIXED, clipped, full_scale, one_line, read_line
from tests.unit.media.sounds import Samples, write


def opened(tmp_path: Path, samples: Samples, subtype: str = "FLOAT") -> Sound:
    path = write(tmp_path / "a.wav", samples, subtype=subtype)
    return open_sound(path, SoundCache(tmp_path / "cache"))


def test_a_line_is_a_channel_or_the_mean_with_zeros_beyond(tmp_path: Path) -> None:
    both = np.array([[0.5, 0.25], [-0.5, 0.0], [1.0, -1.0]], np.float32)
    assert one_line(both, 1).tolist() == [0.25, 0.0, -1.0]
    assert one_line(both, MIXED).tolist() == [0.375, -0.25, 0.0]
    assert one_line(both[:, :1], MIXED).tolist() == [0.5, -0.5, 1.0]
    sound = opened(tmp_path, both)
    assert read_line(sound, MIXED, -2, 5).tolist() == [0, 0, 0.375, -0.25, 0, 0, 0]
    sound.close()


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "FLOAT"])
def test_what_is_cut_off_by_the_file_is_found(subtype: str, tmp_path: Path) -> None:
    wave = 1.5 * np.sin(np.arange(400) / 20)
    cut = np.clip(wave, -1, 1).astype(np.float32)
    sound = opened(tmp_path, cut[:, None], subtype)
    line = read_line(sound, 0, 0, 400)
    found = clipped(line, full_scale(sound))
    assert found[np.abs(wave) >= 1].all()
    assert not found[np.abs(wave) < 0.98].any()  # 8 bits are coarse
    sound.close()


def test_a_single_peak_of_whole_numbers_is_not_cut_off() -> None:
    top = 1 - 2.0**-15
    line = np.array([0, top, 0.5, top, top, 0.5, -1.0, 0, -top, -top], np.float32)
    assert np.flatnonzero(clipped(line, top)).tolist() == [3, 4, 6, 8, 9]
    assert np.flatnonzero(clipped(line * np.float32(1.2), 1.0)).tolist() == [
        1, 3, 4, 6, 8, 9,
    ]  # fmt: skip
    assert clipped(np.zeros(0, np.float32), 1.0).tolist() == []
