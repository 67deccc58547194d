"""Sounds: every sample at its place, whatever the file is.

What can be read at any place is read from the file; compressed sound is decoded
once, in order, into the cache, and read from there.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from threading import Lock
from typing import IO, Any

import numpy as np

from annolab.errors import Cancelled, MediaError
from annolab.jobs import Progress
from annolab.media.probe import opened
from annolab.media.sound_cache import SoundCache, cache_folder
from annolab.media.sound_decode import (
    Samples,
    SoundInfo,
    blocks,
    ends_early,
    open_sndfile,
    probe,
    sndfile_errors,
)

__all__ = ["Sound", "SoundCache", "SoundInfo", "cache_folder", "open_sound", "probe"]

ENDING = ".f32"
_MAGIC = b"AnnoLab\x01"
_HEAD = struct.Struct("<8sIIQ40s")  # magic, channels, rate, frames, room
_STEP = 4096  # frames tried at a time where a file is damaged
_SHORT = np.float32(1 / 32768)  # exact
_FRACTION = 0.002  # an end this early is padding of the encoder, not damage


class Sound:
    """One sound, readable from several threads.

    `frames`: how many there are, `ready`: how many can be read now, from the
    first on; both grow exact while `prepare` runs. `problem`: a sentence about a
    file that is damaged but partly there, or "".
    """

    def __init__(self, path: Path, info: SoundInfo, cache: SoundCache) -> None:
        self.path = path
        self.info = info
        self.rate = info.rate
        self.channels = info.channels
        self.frames = info.frames
        self.problem = info.problem
        self.ready = 0
        self.prepared = False
        self._cache = cache
        self._lock = Lock()
        self._preparing = Lock()
        self._file: Any = None
        self._stored: IO[bytes] | None = None
        self._draft: Path | None = None
        self._wanted: Path | None = None  # where the draft belongs; it is whole
        self._closed = False

    @property
    def seconds(self) -> float:
        """The length."""
        return self.frames / self.rate

    def read(self, start: int, stop: int) -> Samples:
        """The samples from frame `start` to `stop`, those that are ready.

        Shape (n, channels), float32, not limited to ±1.
        """
        start, stop = max(start, 0), min(stop, self.ready)
        if stop <= start:
            return np.zeros((0, self.channels), np.float32)
        with self._lock:
            if self._stored is not None:
                return self._read_stored(start, stop)
            if self._file is not None:
                return self._read_file(start, stop)
        return np.zeros((0, self.channels), np.float32)

    def _read_file(self, start: int, stop: int) -> Samples:
        try:
            found = self._piece(start, stop)
        except MediaError:
            found = self._up_to_break(start, stop)
        if len(found) < stop - start:  # the end is earlier than the header says
            end = start + len(found)
            claimed = self.info.frames / self.rate
            self.problem = ends_early(self.path, end / self.rate, claimed)
            self.frames = self.ready = end
        return found

    def _piece(self, start: int, stop: int) -> Samples:
        # The library takes six times as long to make numbers of 16 bits floats.
        short = self._file.subtype == "PCM_16"
        with sndfile_errors(self.path):
            self._file.seek(start)
            found = self._file.read(
                stop - start, dtype="int16" if short else "float32", always_2d=True
            )
        samples: Samples = np.asarray(found, np.float32)
        return samples * _SHORT if short else samples

    def _up_to_break(self, start: int, stop: int) -> Samples:
        """What can be read of a damaged stretch."""
        pieces = [np.zeros((0, self.channels), np.float32)]
        with suppress(MediaError):
            for place in range(start, stop, _STEP):
                self._file.close()  # after an error it may read nothing any more
                self._open_file()
                pieces.append(self._piece(place, min(place + _STEP, stop)))
                if len(pieces[-1]) < min(_STEP, stop - place):
                    break
        return np.concatenate(pieces)

    def _open_file(self) -> None:
        self._file = open_sndfile(self.path)

    def _read_stored(self, start: int, stop: int) -> Samples:
        width = 4 * self.channels
        file = self._stored
        if file is None:  # pragma: no cover  asked for by `read` only
            raise AssertionError
        file.seek(_HEAD.size + start * width)
        data = file.read((stop - start) * width)
        whole = len(data) // width * width
        return np.frombuffer(data[:whole], "<f4").reshape(-1, self.channels)

    def prepare(
        self, progress: Progress, on_block: Callable[[Samples], object] | None = None
    ) -> None:
        """Decode a compressed sound into the cache; for a worker.

        `ready` grows meanwhile, and what is ready can be read. `on_block` is given
        every block in order. Raises MediaError when nothing can be decoded,
        Cancelled. A second caller waits until the first has done it.
        """
        while not self._preparing.acquire(timeout=0.1):
            progress.step(self.ready, self.frames, self.path.name)
        try:
            if not self.prepared:
                self._prepare(progress, on_block)
        finally:
            self._preparing.release()

    def _prepare(
        self, progress: Progress, on_block: Callable[[Samples], object] | None
    ) -> None:
        try:
            place = self._cache.place(self.path, ENDING)
            draft = self._cache.draft(place)
            stored = draft.open("w+b")
        except OSError as error:
            raise self._no_room(error) from error
        self._begin(stored, draft)
        try:
            self._decode(stored, progress, on_block)
            self._finish(stored)
        except OSError as error:
            raise self._no_room(error) from error
        if not self.ready:
            raise MediaError(self.problem or f"{self.path.name} holds no samples.")
        self.prepared = True
        if not self.problem:  # what is damaged is looked at again
            self._wanted = place
            with suppress(OSError):  # Windows renames no open file: `close` does it
                self._cache.keep(draft, place)
                self._draft = None

    def _begin(self, stored: IO[bytes], draft: Path) -> None:
        """Write to `draft` from its start; what was half decoded before goes."""
        with self._lock:
            if self._closed:
                stored.close()
                with suppress(OSError):
                    draft.unlink()
                raise Cancelled
            former, former_draft = self._stored, self._draft
            self._stored, self._draft, self._wanted = stored, draft, None
            self.ready, self.frames = 0, self.info.frames
            self.problem = self.info.problem
        if former is not None:
            with suppress(OSError):
                former.close()
        if former_draft is not None:
            with suppress(OSError):
                former_draft.unlink()

    def _decode(
        self,
        stored: IO[bytes],
        progress: Progress,
        on_block: Callable[[Samples], object] | None,
    ) -> None:
        self._write(stored, 0, _HEAD.pack(_MAGIC, self.channels, self.rate, 0, b""))
        name = self.path.name
        try:
            for block in blocks(self.path, self.info):
                progress.step(self.ready, self.frames, name)
                place = _HEAD.size + 4 * self.channels * self.ready
                self._write(stored, place, block.astype("<f4").tobytes())
                self.ready += len(block)
                self.frames = max(self.frames, self.ready)
                if on_block is not None:
                    on_block(block)
        except MediaError as error:
            self.problem = str(error)

    def _finish(self, stored: IO[bytes]) -> None:
        expected = self.info.frames
        short = self.ready < expected * (1 - _FRACTION) - self.rate
        if not self.problem and short:
            self.problem = ends_early(
                self.path, self.ready / self.rate, expected / self.rate
            )
        self.frames = self.ready
        head = _HEAD.pack(_MAGIC, self.channels, self.rate, self.ready, b"")
        self._write(stored, 0, head)

    def _write(self, stored: IO[bytes], place: int, data: bytes) -> None:
        with self._lock:
            if self._closed:
                raise Cancelled
            stored.seek(place)
            stored.write(data)
            stored.flush()

    def _no_room(self, error: OSError) -> MediaError:
        return MediaError(
            f"{self.path.name} cannot be decoded into {self._cache.folder} "
            f"({error.strerror or error}): make room there or empty the cache."
        )

    def open(self) -> None:
        """Find the samples: in the file, or decoded in the cache. MediaError."""
        if self.info.direct:
            self._open_file()
            self.ready, self.prepared = self.frames, True
            return
        with suppress(OSError):
            place = self._cache.place(self.path, ENDING)
            stored = place.open("rb")
            frames = self._stored_frames(stored)
            if frames:
                self._cache.touch(place)
                self._stored = stored
                self.frames = self.ready = frames
                self.prepared = True
            else:
                stored.close()

    def _stored_frames(self, stored: IO[bytes]) -> int:
        """How many frames a file of the cache holds; 0 when it is not good."""
        head = stored.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return 0
        magic, channels, rate, frames, _ = _HEAD.unpack(head)
        size = os.fstat(stored.fileno()).st_size
        fits = size == _HEAD.size + 4 * channels * frames
        same = (magic, channels, rate) == (_MAGIC, self.channels, self.rate)
        return int(frames) if fits and same else 0

    def close(self) -> None:
        """Let go of the files; reading gives nothing from now on."""
        with self._lock:
            self._closed = True
            self.ready = 0
            for file in (self._file, self._stored):
                if file is not None:
                    with suppress(OSError):  # a full disk
                        file.close()
            self._file = self._stored = None
            draft, self._draft = self._draft, None
            if draft is None:
                return
            if self._wanted is not None:
                with suppress(OSError):
                    self._cache.keep(draft, self._wanted)
            with suppress(OSError):
                draft.unlink(missing_ok=True)


def open_sound(path: Path, cache: SoundCache) -> Sound:
    """Open a sound; decodes nothing. MediaError when it is none or holds nothing."""
    info = probe(path)
    if info.direct and not info.frames:
        with opened(path):
            raise MediaError(f"{path.name} holds no samples: record or copy it again.")
    sound = Sound(path, info, cache)
    sound.open()
    return sound
