"""Opens the sound of a film in a worker, when it is wanted for the first time."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.widgets import worker

if TYPE_CHECKING:
    from annolab.media.film_sound import FilmSound
    from annolab.media.peaks import Peaks
    from annolab.media.video import Video


class FilmSounds(QObject):
    """The sound of one film at a time. `grown` when it was opened, and while it is
    decoded: more of it can be heard.
    """

    grown = Signal()
    said = Signal(str, str)  # "info" | "problem", sentence

    def __init__(self, limit: Callable[[], int], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._limit = limit  # bytes of the cache
        self.sound: FilmSound | None = None
        self.peaks: Peaks | None = None  # for drawing it
        self._video: Video | None = None
        self._wanted = False
        self._made: list[FilmSound] = []  # by the worker, to be closed
        self._job: worker.Job | None = None

    def set_film(self, video: Video | None) -> None:
        """Another film; the sound of the one before is closed."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        for sound in self._made:
            sound.close()
        self._made, self.sound, self.peaks = [], None, None
        self._video, self._wanted = video, False

    def want(self) -> None:
        """Open the sound, if that was not tried before."""
        video, limit = self._video, self._limit()
        if self._wanted or video is None:
            return
        self._wanted, made = True, self._made

        def task(progress: Progress) -> tuple[FilmSound, Peaks]:
            from annolab.media.film_sound import open_film_sound
            from annolab.media.peaks import Peaks
            from annolab.media.sound_cache import SoundCache, cache_folder

            cache = SoundCache(cache_folder(), limit)
            sound = open_film_sound(video.path, video.table, cache)
            made.append(sound)
            if progress.cancelled:  # nobody closes it any more
                sound.close()
            return sound, Peaks(sound.sound, cache)

        self._job = worker.run(self, task, self._take, self._take_failure)

    def _take(self, found: tuple[FilmSound, Peaks]) -> None:
        self.sound, self.peaks = found
        self._job = None
        if not (self.sound.prepared and self.peaks.complete):
            self._job = worker.run(
                self,
                self.peaks.build,  # decodes it on the way
                self._take_prepared,
                self._take_failure,
                lambda *_: self.grown.emit(),
            )
        self.grown.emit()

    def _take_prepared(self, _nothing: None) -> None:
        self._job = None
        self.grown.emit()
        video = self._video
        if self.sound is not None and video is not None and not video.problem:
            self._take_problem(self.sound.problem)

    def _take_problem(self, sentence: str) -> None:
        if sentence:
            self.said.emit("problem", sentence)

    def _take_failure(self, error: AnnoLabError) -> None:
        self._job = None
        self._take_problem(str(error))
