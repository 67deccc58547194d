"""Opens sounds in workers: the one that is shown, and those beside it ahead."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.widgets import worker

if TYPE_CHECKING:
    from annolab.media.peaks import Peaks
    from annolab.media.sound import Sound

KEPT = 6  # sounds that stay open


@dataclass(frozen=True, slots=True)
class Opened:
    """A sound with its peaks, which may still be in the making."""

    sound: Sound
    peaks: Peaks


class SoundSource(QObject):
    """`opened(path, Opened)` as soon as it can be shown, `grown(path)` while it is
    decoded and its peaks are built, `complete(path)` after, `failed(path, sentence)`.
    """

    opened = Signal(object, object)
    grown = Signal(object)
    complete = Signal(object)
    failed = Signal(object, str)

    def __init__(self, limit: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = limit  # bytes of the cache
        self._held: dict[Path, Opened] = {}
        self._jobs: dict[Path, worker.Job] = {}
        self._wanted: Path | None = None  # is shown: stays open

    def get(self, path: Path) -> Opened | None:
        """A sound that is open; else it is opened, and `opened` tells."""
        self._wanted = path
        held = self._held.get(path)
        if held is not None:
            self._held[path] = self._held.pop(path)  # the newest is last
        self._start(path)
        return held

    def prefetch(self, paths: Iterable[Path]) -> None:
        """Open these, too, while there is nothing else to do."""
        for path in paths:
            self._start(path)

    def _start(self, path: Path) -> None:
        held = self._held.get(path)
        if path in self._jobs or (held is not None and held.peaks.complete):
            return
        limit = self._limit()

        def task(progress: Progress) -> Opened:
            from annolab.media.peaks import Peaks
            from annolab.media.sound import SoundCache, cache_folder, open_sound

            found = held
            if found is None:
                cache = SoundCache(cache_folder(), limit)
                sound = open_sound(path, cache)
                found = Opened(sound, Peaks(sound, cache))
            return found

        self._jobs[path] = worker.run(
            self,
            task,
            lambda found: self._take(path, found),
            lambda error: self._fail(path, error),
        )

    def _take(self, path: Path, found: Opened) -> None:
        self._jobs.pop(path, None)
        self._held[path] = found
        self._forget_oldest()
        self.opened.emit(path, found)
        if found.peaks.complete:
            self.complete.emit(path)
            return

        def build(progress: Progress) -> None:
            found.peaks.build(progress)

        job = worker.run(
            self,
            build,
            lambda _: self._finish(path),
            lambda error: self._fail(path, error),
            lambda *_: self.grown.emit(path),
        )
        self._jobs[path] = job

    def _finish(self, path: Path) -> None:
        self._jobs.pop(path, None)
        self.complete.emit(path)

    def _fail(self, path: Path, error: AnnoLabError) -> None:
        self._jobs.pop(path, None)
        self.failed.emit(path, str(error))

    def _forget_oldest(self) -> None:
        spare = [path for path in self._held if path != self._wanted]
        for path in spare[: max(len(self._held) - KEPT, 0)]:
            self._close(path)

    def _close(self, path: Path) -> None:
        job = self._jobs.pop(path, None)
        if job is not None:
            job.cancel()
        self._held.pop(path).sound.close()

    def forget(self) -> None:
        """Close everything."""
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        for path in list(self._held):
            self._close(path)
