"""Films: every picture at its place, whatever the file is.

Importing this module loads no decoder.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from threading import Lock
from typing import Protocol

from annolab.errors import MediaError
from annolab.jobs import Progress
from annolab.media.picture_run import (
    PictureFrames,
    is_run,
    run_info,
    run_of,
    run_table,
)
from annolab.media.sound_cache import SoundCache
from annolab.media.video_frames import FilmFrames, Pixels
from annolab.media.video_open import VideoInfo
from annolab.media.video_open import probe as probe_film
from annolab.media.video_table import FrameTable
from annolab.media.video_table import read_table as read_film_table

__all__ = [
    "FrameTable",
    "Pixels",
    "Video",
    "VideoInfo",
    "open_video",
    "probe",
    "read_table",
]


class Frames(Protocol):
    """Where pictures come from; for one thread at a time."""

    def frame(self, index: int, stop: Callable[[], bool] = ...) -> Pixels:
        """The picture, RGB, upright. MediaError, Cancelled."""

    def extend(self, table: FrameTable) -> None:
        """Know more pictures."""

    def close(self) -> None:
        """Let go of the file."""


class Video:
    """One film; what it says of itself, its table, its pictures.

    Of `info`, `frames` and `rate` are those of the table.
    """

    def __init__(
        self,
        path: Path,
        info: VideoInfo,
        table: FrameTable,
        make_frames: Callable[[FrameTable, bool], Frames],
        *,
        in_order: bool = False,
    ) -> None:
        self.path, self.info, self.table = path, info, table
        self._make_frames = make_frames
        self._frames = make_frames(table, in_order)
        self._known = table  # to `_frames`
        self._lock = Lock()
        self._closed = False

    def __len__(self) -> int:
        return len(self.table)

    @property
    def problem(self) -> str:
        """A sentence about a film that is damaged but partly there, or ""."""
        return self.table.problem

    def frame(self, index: int, stop: Callable[[], bool] = lambda: False) -> Pixels:
        """The picture, uint8 (height, width, 3), RGB, upright; exactly this one.

        `stop` is asked again and again: Cancelled when it says so. MediaError.
        """
        with self._lock:
            if self._closed:
                message = f"{self.path.name} has been closed."
                raise MediaError(message)
            if self._known is not self.table:
                self._known = self.table
                self._frames.extend(self._known)
            return self._frames.frame(index, stop)

    def extend(self, table: FrameTable) -> None:
        """Know more pictures; those known before are the first of these. At once."""
        rate = table.rate or self.info.rate
        self.info = replace(self.info, frames=len(table), rate=rate)
        self.table = table

    def again(self, *, in_order: bool = False) -> Video:
        """The same film with a decoder of its own, for another thread."""
        return Video(
            self.path, self.info, self.table, self._make_frames, in_order=in_order
        )

    def close(self) -> None:
        """Let go of the file."""
        with self._lock:
            self._closed = True
            self._frames.close()


def probe(path: Path) -> VideoInfo:
    """What a film says of itself; of numbered pictures, what they are.

    Reads the header only. MediaError with one sentence.
    """
    run = _run(path)
    return probe_film(path) if run is None else run_info(run)


def read_table(
    path: Path,
    progress: Progress,
    on_part: Callable[[FrameTable], object] | None = None,
    *,
    cache: SoundCache | None = None,
    in_order: bool = True,
) -> FrameTable:
    """The table of a film, from the cache if it is there.

    `on_part` is given what is known so far, now and then. A film that breaks off
    gives what is before the break, and its `problem`. Without `in_order` only their
    number is right for certain, and nothing is decoded. MediaError, Cancelled.
    """
    run = _run(path)
    if run is not None:
        return run_table(run)
    return read_film_table(path, progress, on_part, cache=cache, in_order=in_order)


def open_video(
    path: Path,
    *,
    table: FrameTable | None = None,
    cache: SoundCache | None = None,
    progress: Progress | None = None,
    in_order: bool = False,
) -> Video:
    """Open a film, or numbered pictures (`shots/#.png`, or their folder).

    Makes the table when it is given none and the cache has none. `in_order`:
    pictures will be asked for one after the other, for playing. MediaError with one
    sentence, Cancelled.
    """
    info = probe(path)
    if table is None:
        table = read_table(path, progress or Progress(), cache=cache)
    run = _run(path)
    rate = table.rate or info.rate
    info = replace(info, frames=len(table), exact=True, rate=rate)

    def make_frames(table: FrameTable, in_order: bool) -> Frames:  # noqa: FBT001
        if run is not None:
            return PictureFrames(run, info)
        return FilmFrames(path, info, table, "AUTO" if in_order else "SLICE")

    return Video(path, info, table, make_frames, in_order=in_order)


def _run(path: Path) -> Path | None:
    """The numbered pictures that a path means, or None when it is a film."""
    if path.is_dir():
        found = run_of(path)
        if found is None:
            message = f"{path.name} holds no numbered pictures: name another folder."
            raise MediaError(message)
        return found
    return path if is_run(path) else None
