"""Sounds made by the tests."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.float32]


def noise(seconds: float, rate: int = 8000, channels: int = 1) -> Samples:
    """Noise that no codec and no seek can mistake for another place."""
    maker = np.random.default_rng(7)
    shape = (round(seconds * rate), channels)
    return (maker.standard_normal(shape) * 0.1).astype(np.float32)


def tone(hertz: float, seconds: float, rate: int = 8000) -> Samples:
    """A sine, one channel."""
    time = np.arange(round(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * hertz * time)).astype(np.float32)[:, None]


def write(path: Path, samples: Samples, rate: int = 8000, **options: Any) -> Path:
    """Write a file by soundfile, in blocks: long Ogg in one call crashes it."""
    import soundfile

    channels = samples.shape[1]
    with soundfile.SoundFile(path, "w", rate, channels, **options) as file:
        for start in range(0, len(samples), 16384):
            file.write(samples[start : start + 16384])
    return path


def write_av(
    path: Path,
    samples: Samples,
    rate: int = 44100,
    *,
    codec: str = "aac",
    format: str | None = None,  # noqa: A002  as PyAV calls it
    bit_rate: int = 0,
) -> Path:
    """Write by PyAV; the name decides on the container when `format` does not."""
    import av

    channels = samples.shape[1]
    layout = "mono" if channels == 1 else "stereo"
    with av.open(str(path), "w", format=format) as container:
        stream: Any = container.add_stream(codec, rate=rate)
        stream.layout = layout
        if bit_rate:
            stream.bit_rate = bit_rate
        for start in range(0, len(samples) - 1023, 1024):
            block = np.ascontiguousarray(samples[start : start + 1024].T)
            frame = av.AudioFrame.from_ndarray(block, "fltp", layout)
            frame.sample_rate, frame.pts = rate, start
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return path
