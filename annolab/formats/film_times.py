"""Between seconds, in which other programs count, and the frames of a film.

Always by the film's own table of times: a rate would be wrong where pictures come at
uneven times, or where the first one is not shown at 0.
"""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from annolab.formats.base import ImportContext, Problem, Records, Severity
from annolab.model.geometry import Keyframe, Shape, Track
from annolab.model.item import Item
from annolab.model.tracks import seen_ranges

SLACK = 1.2e-3  # seconds: times are often written in whole milliseconds
_FAR = 1e12

NO_FILM = "A time on a film that cannot be read: add the film, then import again."
NO_TIME = "A time that is no number of seconds."
OUTSIDE = "A time outside of its film."
CUT = "A range that goes beyond its film; it ends with it."
NO_TIMES = (
    "A mark on a film that cannot be read: the times of its frames are not known."
)


@dataclass(slots=True)
class FilmFrames:
    """Frames at the times that a file gives; says where there is none."""

    ctx: ImportContext
    _lengths: dict[int, tuple[int, float] | None] = field(default_factory=dict)

    def frame(self, item: Item, seconds: object, where: str) -> int | None:
        """The frame that is shown at a time."""
        length = self._length(item)
        if not _is_time(seconds):
            self._say(NO_TIME, where)
        elif length is None:
            self._say(NO_FILM, where)
        elif not -SLACK <= seconds <= length[1] + SLACK:
            self._say(OUTSIDE, where)
        else:
            return self.ctx.frame_at(item, max(seconds, 0.0))
        return None

    def range(
        self, item: Item, start: object, stop: object, where: str
    ) -> tuple[int, int | None] | None:
        """The first frame that is shown in an interval, and the one after the last.

        The latter is None where the interval ends with the film.
        """
        length = self._length(item)
        if not (_is_time(start) and _is_time(stop)):
            self._say(NO_TIME, where)
            return None
        start, stop = sorted((start, stop))
        if length is None:
            self._say(NO_FILM, where)
            return None
        frames, end = length
        if stop < -SLACK or start > end + SLACK:
            self._say(OUTSIDE, where)
            return None
        if start < -SLACK or stop > end + SLACK:
            self._say(CUT, where, Severity.REPAIRED)
        first = self.ctx.frame_at(item, max(start, 0.0)) or 0
        after = max(self._stop(item, max(stop, 0.0)), first + 1)
        return first, None if after >= frames else after

    def _stop(self, item: Item, seconds: float) -> int:
        """The frame after the last one that is shown before a time."""
        frame = self.ctx.frame_at(item, seconds) or 0
        here = self.ctx.time_of(item, frame) or 0.0
        there = self.ctx.time_of(item, frame + 1) or here
        return frame + (seconds - here > min(SLACK / 2, (there - here) / 4))

    def count(self, item: Item) -> int:
        """How many frames the film has; 0 where it cannot be read."""
        length = self._length(item)
        return 0 if length is None else length[0]

    def _length(self, item: Item) -> tuple[int, float] | None:
        """How many frames there are, and when the last one ends."""
        if item.id not in self._lengths:
            last = self.ctx.frame_at(item, _FAR)
            end = None if last is None else self.ctx.time_of(item, last + 1)
            known = None if last is None or end is None else (last + 1, end)
            self._lengths[item.id] = known
        return self._lengths[item.id]

    def _say(self, reason: str, where: str, how: Severity = Severity.SKIPPED) -> None:
        self.ctx.report.add(Problem(reason, how, where=where))


def range_track(shape: Shape, first: int, after: int | None) -> Track:
    """What is the same from a frame on, up to another one or the end of the film."""
    keys = [Keyframe(first, shape)]
    if after is not None:
        keys.append(Keyframe(after, shape, outside=True))
    return Track(tuple(keys))


@dataclass(slots=True)
class FilmTimes:
    """Seconds of the frames of films that are written."""

    records: Records
    _lengths: dict[int, int] = field(default_factory=dict)

    def length(self, item: Item) -> int:
        """How many frames the film has; 0 where it cannot be read.

        By its table: of a large film the item only knows what the header says.
        """
        if item.id not in self._lengths:
            self._lengths[item.id] = self._counted(item)
        return self._lengths[item.id]

    def time(self, item: Item, frame: int) -> float | None:
        """When a frame is shown, or None where there is no such frame."""
        is_there = 0 <= frame < self.length(item)
        return self.records.time_of(item, frame) if is_there else None

    def with_length(self, item: Item) -> Item:
        """The item with the length of its film."""
        return replace(item, length=float(self.length(item)))

    def spans(
        self, item: Item, track: Track
    ) -> Iterator[tuple[int, int | None, float, float]]:
        """The ranges in which a track is seen: frames as `FilmFrames.range`, times."""
        length = self.length(item)
        for first, after in seen_ranges(track, length):
            start = self.records.time_of(item, first)
            stop = self.records.time_of(item, after)
            if start is not None and stop is not None:
                yield first, None if after == length else after, start, stop

    def _counted(self, item: Item) -> int:
        if self.records.time_of(item, 1) is None:
            return 0
        low, high = 1, 2  # the end of a film is the last that has a time
        while self.records.time_of(item, high) is not None:
            low, high = high, high * 2
        while high - low > 1:
            middle = (low + high) // 2
            if self.records.time_of(item, middle) is None:
                high = middle
            else:
                low = middle
        return low


def _is_time(value: object) -> TypeGuard[float]:
    return (
        isinstance(value, int | float)
        and not isinstance(value, bool)
        and abs(value) < _FAR
        and math.isfinite(value)
    )
