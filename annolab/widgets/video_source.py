"""Opens a film in a worker, and hands its pictures over to the window."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from annolab.errors import AnnoLabError, Cancelled
from annolab.jobs import Progress
from annolab.media.video import FrameTable
from annolab.widgets import worker

if TYPE_CHECKING:
    from annolab.media.video import Pixels, Video
    from annolab.media.video_reader import FrameReader


class VideoSource(QObject):
    """One film at a time. `grown(share)` while its table is made, `opened(Video)` when
    its first frames are known, `longer()` when more are, and `whole()` when it is
    whole and all are; or `failed(sentence)`. Then `came(frame, pixels)` and
    `lost(frame, sentence)` for what was asked for, of which the last is always told,
    and `ended()`.
    """

    opened = Signal(object)
    longer = Signal()
    whole = Signal()
    grown = Signal(float)
    failed = Signal(str)
    came = Signal(int, object)
    lost = Signal(int, str)
    ended = Signal()
    _told = Signal()
    _stopped = Signal(int)
    _part_came = Signal(int, object)

    def __init__(self, limit: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = limit  # bytes of the cache of tables
        self.video: Video | None = None
        self._reader: FrameReader | None = None
        self._job: worker.Job | None = None
        self._turn = 0  # counts films: what comes of an earlier one is dropped
        self._lock = Lock()
        self._coming: tuple[int, int, Pixels | str] | None = None
        queued = Qt.ConnectionType.QueuedConnection
        self._told.connect(self._take, queued)
        self._stopped.connect(self._take_end, queued)
        self._part_came.connect(self._take_part, queued)

    def open(self, path: Path) -> None:
        """Open another film; the one before is closed."""
        self.close()
        limit, turn = self._limit(), self._turn

        def task(progress: Progress) -> Video:
            from annolab.media.sound_cache import SoundCache, cache_folder
            from annolab.media.video import open_video, read_table

            first: list[Video] = []

            def take_part(table: FrameTable) -> None:
                if not first:
                    first.append(open_video(path, table=table))
                    self._part_came.emit(turn, first[0])
                else:
                    self._part_came.emit(turn, table)

            cache = SoundCache(cache_folder(), limit)
            table = read_table(path, progress, take_part, cache=cache)
            video = open_video(path, table=table)
            if progress.cancelled:
                video.close()
                raise Cancelled
            return video

        self._job = worker.run(
            self, task, self._take_video, self._take_failure, self._take_step
        )

    def _take_step(self, done: int, total: int | None, _message: str) -> None:
        self.grown.emit(done / total if total else 0.0)

    def _take_failure(self, error: AnnoLabError) -> None:
        self._job = None
        self.failed.emit(str(error))

    def _take_part(self, turn: int, part: Video | FrameTable) -> None:
        """What is known of a film that is still being read."""
        if turn != self._turn or self._job is None:
            return
        if not isinstance(part, FrameTable):
            self._show(part)
        elif self.video is not None:
            self._extend(part)

    def _take_video(self, video: Video) -> None:
        """All of it is known."""
        self._job = None
        if self.video is not None and video.table.begins_with(self.video.table):
            self._extend(video.table)
            video.close()
        else:  # what was known of it has turned out to be otherwise
            self._let_go()
            self._show(video)
        self.whole.emit()

    def _extend(self, table: FrameTable) -> None:
        if self.video is not None:
            self.video.extend(table)
        if self._reader is not None:
            self._reader.extend(table)
        self.longer.emit()

    def _show(self, video: Video) -> None:
        from annolab.media.video_reader import FrameReader

        self.video = video
        if len(video):
            turn = self._turn
            self._reader = FrameReader(
                video,
                lambda frame, pixels: self._tell(turn, frame, pixels),
                on_problem=lambda frame, text: self._tell(turn, frame, text),
                on_end=lambda: self._stopped.emit(turn),
            )
        self.opened.emit(video)

    # In the thread of the reader

    def _tell(self, turn: int, frame: int, what: Pixels | str) -> None:
        """Keep the newest picture for the window, which may be slower."""
        with self._lock:
            waits = self._coming is not None
            self._coming = (turn, frame, what)
        if not waits:
            self._told.emit()

    # In the thread of the window

    def _take(self) -> None:
        with self._lock:
            coming, self._coming = self._coming, None
        if coming is None or coming[0] != self._turn:
            return
        _, frame, what = coming
        if isinstance(what, str):
            self.lost.emit(frame, what)
        else:
            self.came.emit(frame, what)

    def _take_end(self, turn: int) -> None:
        if turn == self._turn:
            self.ended.emit()

    def request(self, frame: int) -> None:
        """Show a frame soon; one that waits is dropped. Playing stops."""
        if self._reader is not None:
            self._reader.request(frame)

    def play(
        self,
        frame: int,
        speed: float,
        *,
        span: tuple[int, int] | None = None,
        loop: bool = False,
        clock: Callable[[], float] | None = None,
    ) -> None:
        """Play from a frame on, as `FrameReader.play` does."""
        if self._reader is not None:
            self._reader.play(frame, speed, span=span, loop=loop, clock=clock)

    def stop(self) -> None:
        """Stop playing."""
        if self._reader is not None:
            self._reader.stop()

    @property
    def reading(self) -> bool:
        """Whether more of the film is still to be known."""
        return self._job is not None

    def close(self) -> None:
        """Let go of the film and of its thread."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._let_go()

    def _let_go(self) -> None:
        self._turn += 1
        if self._reader is not None:
            self._reader.close()
            self._reader = None
        if self.video is not None:
            self.video.close()
            self.video = None
