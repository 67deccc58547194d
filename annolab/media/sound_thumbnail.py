"""A sound as a small picture for lists: its loudness over time."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from annolab.media.sound import Sound, SoundCache, cache_folder, open_sound
from annolab.media.sound_decode import Samples, blocks

WHOLE_FRAMES = 4_000_000  # read whole up to here, and at places beyond
PROBED_FRAMES = 4096  # for each column of a longer sound
COLOR = (0xE9, 0xB4, 0x56)  # BGR; seen on dark and on light ground
EMPTY_LEVEL = 1e-6


def sound_thumbnail(
    path: Path, width: int, height: int, *, cache: SoundCache | None = None
) -> NDArray[np.uint8] | None:
    """A waveform of (height, width) pixels, BGRA premultiplied, ground clear.

    None for a long compressed sound that has not been decoded yet: making a small
    picture must not take seconds. Raises MediaError.
    """
    levels = _levels(path, width, cache or SoundCache(cache_folder()))
    if levels is None:
        return None
    loudest = float(levels.max(initial=0.0))
    scale = 1.0 / loudest if loudest > EMPTY_LEVEL else 0.0
    half = np.maximum(levels * (scale * 0.46 * height), 0.5)
    distance = np.abs(np.arange(height) + 0.5 - height / 2)
    cover = np.clip(half[None, :] - distance[:, None] + 0.5, 0.0, 1.0)
    pixels = np.empty((height, width, 4), np.uint8)
    pixels[..., :3] = cover[..., None] * np.array(COLOR, np.float32)
    pixels[..., 3] = cover * 255
    return pixels


def _levels(path: Path, width: int, cache: SoundCache) -> NDArray[np.float32] | None:
    """The largest deviation in each of `width` parts of a sound."""
    sound = open_sound(path, cache)
    try:
        if sound.prepared:
            return _read(sound, width)
        if 0 < sound.frames * sound.channels <= WHOLE_FRAMES:
            return _parted(_decoded(sound), width)
        return None
    finally:
        sound.close()


def _read(sound: Sound, width: int) -> NDArray[np.float32]:
    if sound.frames * sound.channels <= WHOLE_FRAMES:
        return _parted(sound.read(0, sound.frames), width)
    parts = np.linspace(0, sound.frames, width, endpoint=False).astype(np.int64)
    found = [sound.read(int(at), int(at) + PROBED_FRAMES) for at in parts]
    return np.array([_level(samples) for samples in found], np.float32)


def _decoded(sound: Sound) -> Samples:
    """All samples of a short compressed sound; a header may promise less."""
    parts: list[Samples] = []
    count = 0
    for block in blocks(sound.path, sound.info):
        parts.append(block)
        count += block.size
        if count > 2 * WHOLE_FRAMES:
            break
    return np.concatenate(parts) if parts else np.zeros((0, 1), np.float32)


def _parted(samples: Samples, width: int) -> NDArray[np.float32]:
    edges = np.linspace(0, len(samples), width + 1).astype(np.int64)
    levels = [_level(samples[a : max(b, a + 1)]) for a, b in pairwise(edges)]
    return np.array(levels, np.float32)


def _level(samples: Samples) -> float:
    level = float(np.abs(samples).max(initial=0.0))
    return level if np.isfinite(level) else 0.0
