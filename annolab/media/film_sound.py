"""The sound of a film by the time of its pictures, for a player."""

from __future__ import annotations

import math
from fractions import Fraction
from pathlib import Path

import numpy as np

from annolab.jobs import Progress
from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.media.sound_decode import Samples, av_container, av_errors
from annolab.media.video_table import FrameTable


class FilmSound:
    """What is heard from the first picture to the end of the last: a `Playable`.

    Frame n is heard n / `rate` seconds after the first picture; `offset` is the frame
    at which the sound begins, below 0 when it begins before the pictures. Where there
    is no sound, or it is not decoded yet, it is silent.
    """

    def __init__(self, sound: Sound, offset: int, seconds: float) -> None:
        self.offset = offset
        self.rate, self.channels = sound.rate, sound.channels
        self.frames = math.ceil(seconds * sound.rate)
        self._sound = sound

    def read(self, start: int, stop: int) -> Samples:
        """The frames from `start` to `stop`, (n, channels)."""
        start, stop = max(start, 0), min(stop, self.frames)
        found = np.zeros((max(stop - start, 0), self.channels), np.float32)
        first = max(start - self.offset, 0)
        piece = self._sound.read(first, stop - self.offset)
        place = first + self.offset - start
        piece = piece[: max(len(found) - place, 0)]
        found[place : place + len(piece)] = piece
        return found

    @property
    def sound(self) -> Sound:
        """The sound as it is in the file, from its own first sample on."""
        return self._sound

    @property
    def problem(self) -> str:
        """A sentence about sound that is damaged but partly there, or ""."""
        return self._sound.problem

    @property
    def prepared(self) -> bool:
        """Whether all of it can be heard."""
        return self._sound.prepared

    @property
    def ready(self) -> float:
        """The seconds up to which it is decoded."""
        if self._sound.prepared:
            return math.inf
        return (self._sound.ready + self.offset) / self.rate

    def prepare(self, progress: Progress) -> None:
        """Decode it into the cache, for a worker; it can be played meanwhile."""
        self._sound.prepare(progress)

    def close(self) -> None:
        """Let go of the file; from now on it is silent."""
        self._sound.close()


def open_film_sound(path: Path, table: FrameTable, cache: SoundCache) -> FilmSound:
    """The sound of a film with this table. MediaError when it has none.

    Decodes no more than the first samples, which tell when the sound begins.
    """
    sound = open_sound(path, cache)
    try:
        begins = _begin(path) - int(table.pts[0]) * table.time_base
    except BaseException:
        sound.close()
        raise
    return FilmSound(sound, round(begins * sound.rate), table.seconds)


def _begin(path: Path) -> Fraction:
    """The time of the first sample that is decoded, by the clock of the file.

    Headers do not tell it: encoders put samples ahead that are left out again.
    """
    with av_errors(path), av_container(path) as container:
        stream = container.streams.audio[0]
        for frame in container.decode(stream):
            if frame.pts is None or frame.time_base is None:
                break
            return Fraction(frame.pts) * Fraction(frame.time_base)
    return Fraction(0)
