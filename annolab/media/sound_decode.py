"""Where samples come from: soundfile for what libsndfile reads, PyAV for the rest.

Samples are float32, (frames, channels); what the file holds beyond ±1 stays.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from annolab.errors import MediaError
from annolab.media.probe import opened
from annolab.media.video_open import packets

Samples: TypeAlias = NDArray[np.float32]
BLOCK = 1 << 16  # frames decoded at a time
MOST_CHANNELS = 256
MOST_RATE = 10_000_000
# What libsndfile reads at any place exactly. The others are decoded in order
# once: 57 to 93 % of seeks in MP3 of variable rate gave other samples (measured
# with libsndfile 1.2.2), 3 % in Vorbis.
_DIRECT = ("PCM_", "FLOAT", "DOUBLE", "ULAW", "ALAW")
_DIRECT_FORMATS = (
    "WAV", "WAVEX", "RF64", "W64", "AIFF", "AU", "CAF", "NIST", "FLAC", "IRCAM", "PVF",
    "AVR", "SVX", "MAT4", "MAT5", "HTK", "PAF", "SD2", "MPC2K", "WVE", "VOC",
)  # fmt: skip
_AV_SUFFIXES = (
    ".m4a", ".m4b", ".aac", ".wma", ".mp4", ".m4v", ".mov", ".mkv", ".mka", ".webm",
    ".avi", ".mpg", ".mpeg", ".ts", ".mts", ".m2ts", ".wmv", ".flv", ".3gp", ".amr",
    ".ac3",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class SoundInfo:
    """What the header of a sound says.

    `exact`: `frames` is known for certain. `direct`: any place can be read from
    the file. `by_av`: PyAV decodes it. `problem`: it is damaged but partly there.
    """

    format: str
    channels: int
    rate: int
    frames: int
    exact: bool
    direct: bool = False
    problem: str = ""
    by_av: bool = False

    @property
    def seconds(self) -> float:
        """The length."""
        return self.frames / self.rate


def probe(path: Path) -> SoundInfo:
    """What kind of sound a file is. MediaError when it is none."""
    with opened(path):
        pass
    if path.suffix.lower() in _AV_SUFFIXES:
        return _probe_av(path)
    try:
        return _probe_sndfile(path)
    except MediaError as first:
        try:
            return _probe_av(path)
        except MediaError:
            raise first from None


def _probe_sndfile(path: Path) -> SoundInfo:
    with sndfile_errors(path):
        import soundfile

        with soundfile.SoundFile(path) as file:
            format_, subtype = str(file.format), str(file.subtype)
            channels, rate = int(file.channels), int(file.samplerate)
            frames = max(0, int(file.frames))
    direct = format_ in _DIRECT_FORMATS and subtype.startswith(_DIRECT)
    problem = ""
    if direct and frames:
        claimed = _claimed_bytes(path)
        if claimed is not None and claimed[0] > claimed[1]:
            share = claimed[1] / claimed[0]
            problem = ends_early(path, frames / rate, frames / rate / share)
    name = format_ if format_ == subtype else f"{format_} {subtype}"
    exact = direct and format_ != "FLAC"
    return checked(
        path, SoundInfo(name, channels, rate, frames, exact, direct, problem)
    )


def _probe_av(path: Path) -> SoundInfo:
    with av_errors(path), av_container(path) as container:
        stream = container.streams.audio[0]
        context = stream.codec_context
        if context is None:
            message = "there is no decoder for it"
            raise ValueError(message)
        rate, channels = int(context.sample_rate or 0), int(context.channels or 0)
        seconds = 0.0
        if stream.duration is not None and stream.time_base is not None:
            seconds = float(stream.duration * stream.time_base)
        elif container.duration is not None:
            seconds = container.duration / 1_000_000
        frames = round(min(max(seconds, 0.0), 1e7) * rate)
        return checked(
            path,
            SoundInfo(
                context.name.upper(), channels, rate, frames, exact=False, by_av=True
            ),
        )


def checked(path: Path, info: SoundInfo) -> SoundInfo:
    """`info`, or MediaError when no sound can be like that."""
    if not (1 <= info.channels <= MOST_CHANNELS and 1 <= info.rate <= MOST_RATE):
        raise MediaError(
            f"{path.name} says it has {info.channels} channels at {info.rate} Hz, "
            "which cannot be played: make the file again."
        )
    return info


def ends_early(path: Path, there: float, claimed: float) -> str:
    """The sentence about a file that was cut off."""
    return (
        f"{path.name} is cut off: {there:.3f} s of {claimed:.3f} s are there; "
        "copy it again from its source."
    )


def _claimed_bytes(path: Path) -> tuple[int, int] | None:
    """The bytes of samples that a RIFF header promises, and those that are there."""
    with suppress(OSError), opened(path) as file:  # a bad disk is said when reading
        size = file.seek(0, 2)
        file.seek(0)
        head = file.read(12)
        if head[:4] != b"RIFF" or head[8:] != b"WAVE":
            return None
        while len(chunk := file.read(8)) == 8:
            length = struct.unpack("<I", chunk[4:])[0]
            if chunk[:4] == b"data":
                streamed = length in (0, 0xFFFFFFFF)
                return None if streamed else (length, size - file.tell())
            file.seek(length + (length & 1), 1)
    return None


@contextmanager
def sndfile_errors(path: Path) -> Iterator[None]:
    """Turn what soundfile raises into MediaError."""
    try:
        yield
    except (RuntimeError, ValueError, TypeError, OverflowError) as error:
        said = str(error).rpartition(": ")[2].strip(" .") or type(error).__name__
        raise MediaError(
            f"{path.name} cannot be read as sound ({said}): "
            "convert it to WAV or FLAC, or copy it again."
        ) from error


@contextmanager
def av_errors(path: Path) -> Iterator[None]:
    """Turn what PyAV raises into MediaError."""
    import av

    try:
        yield
    except (av.FFmpegError, ValueError, TypeError, OverflowError, IndexError) as error:
        none = isinstance(error, IndexError)
        said = "it holds no sound" if none else getattr(error, "strerror", "") or error
        raise MediaError(
            f"{path.name} cannot be read as sound ({said}): "
            "convert it to WAV or FLAC, or copy it again."
        ) from error


def av_container(path: Path) -> Any:
    """Open a file with PyAV, which keeps quiet."""
    import av

    # With any level PyAV takes the GIL in threads of the decoder, to look at what it
    # then drops; one that is waited for with the GIL held never ends.
    av.logging.set_level(None)
    # What looks like a playlist must lead nowhere but to the disk.
    options = {"protocol_whitelist": "file"}
    return av.open(str(path), options=options, metadata_errors="replace")


def blocks(path: Path, info: SoundInfo) -> Iterator[Samples]:
    """All samples in order. MediaError where the file breaks off."""
    return _av_blocks(path, info) if info.by_av else _sndfile_blocks(path)


def open_sndfile(path: Path) -> Any:
    """Open a file with soundfile; it seeks only when it is told to.

    By itself soundfile seeks after each read, which moves MP3, and fails at the
    end of FLAC whose header claims more. MediaError.
    """
    with sndfile_errors(path):
        import soundfile

        class InOrder(soundfile.SoundFile):  # type: ignore[misc, no-any-unimported]
            def seekable(self) -> bool:
                return False

        return InOrder(path)


def _sndfile_blocks(path: Path) -> Iterator[Samples]:
    with sndfile_errors(path), open_sndfile(path) as file:
        while len(block := file.read(BLOCK, dtype="float32", always_2d=True)):
            yield block


def _av_blocks(path: Path, info: SoundInfo) -> Iterator[Samples]:
    with av_errors(path), av_container(path) as container:
        stream = container.streams.audio[0]
        waiting: list[Samples] = []
        held = 0
        coming = packets(container, stream)
        for frame in (frame for packet in coming for frame in packet.decode()):
            try:
                part = _av_samples(frame, info)
            except ValueError:
                if waiting:  # what came before is good
                    yield np.concatenate(waiting)
                raise
            waiting.append(part)
            held += len(part)
            if held >= BLOCK:
                yield np.concatenate(waiting)
                waiting, held = [], 0
        if waiting:
            yield np.concatenate(waiting)


def _av_samples(frame: Any, info: SoundInfo) -> Samples:
    """The samples of a decoded frame; another layout in mid-file is fitted.

    ValueError at another rate: the times of all that follows would be wrong.
    """
    if frame.sample_rate != info.rate:
        raise ValueError(f"its rate changes to {frame.sample_rate} Hz")
    array = frame.to_ndarray()
    if not frame.format.is_planar:
        array = array.reshape(-1, len(frame.layout.channels)).T
    if array.dtype.kind in "iu":
        bits = 8 * array.dtype.itemsize
        half = float(1 << (bits - 1))
        array = array.astype(np.float64) / half - (array.dtype.kind == "u")
    samples = np.ascontiguousarray(array.T, dtype=np.float32)
    if samples.shape[1] != info.channels:
        mixed = samples.mean(axis=1, keepdims=True, dtype=np.float32)
        samples = np.repeat(mixed, info.channels, axis=1)
    return samples
