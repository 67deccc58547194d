"""Films: every picture at its place, whatever the file is.

Importing this module loads no decoder.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import Protocol

from annolab.errors import MediaError
from annolab.jobs import Progress
from annolab.media.sound_cache import SoundCache
from annolab.media.video_frames import FilmFrames, Pixels
from annolab.media.video_open import VideoInfo, probe
from annolab.media.video_table import FrameTable, read_table

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

    def close(self) -> None:
        """Let go of the file."""


class Video:
    """One film; what it says of itself, its table, its pictures."""

    def __init__(
        self,
        path: Path,
        info: VideoInfo,
        table: FrameTable,
        make_frames: Callable[[bool], Frames],
        *,
        in_order: bool = False,
    ) -> None:
        self.path, self.info, self.table = path, info, table
        self._make_frames = make_frames
        self._frames = make_frames(in_order)
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
            return self._frames.frame(index, stop)

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


def open_video(
    path: Path,
    *,
    table: FrameTable | None = None,
    cache: SoundCache | None = None,
    progress: Progress | None = None,
    in_order: bool = False,
) -> Video:
    """Open a film; makes its table when it is given none and the cache has none.

    `in_order`: pictures will be asked for one after the other, for playing.
    MediaError with one sentence, Cancelled.
    """
    info = probe(path)
    if table is None:
        table = read_table(path, progress or Progress(), cache=cache)

    def make_frames(in_order: bool) -> Frames:  # noqa: FBT001  the one thing it is told
        return FilmFrames(path, info, table, "AUTO" if in_order else "SLICE")

    return Video(path, info, table, make_frames, in_order=in_order)
