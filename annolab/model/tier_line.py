"""The marks of one tier of one item, found by time.

Times are seconds. A boundary is a time that two intervals share, the identical
double; points are marks that start and stop at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from annolab.model.annotation import Annotation
from annolab.model.geometry import FloatArray, Instant, Interval, TimeBox

Timed: TypeAlias = Interval | Instant | TimeBox


def span_of(annotation: Annotation) -> tuple[float, float] | None:
    """From when to when a mark is; None when it is not in time."""
    match annotation.geometry:
        case Interval(start, stop) | TimeBox(start, stop):
            return start, stop
        case Instant(time):
            return time, time
        case _:
            return None


@dataclass(frozen=True, slots=True, eq=False)
class TierLine:
    """Marks in order of time. Arrays are those of `marks`, for drawing."""

    marks: tuple[Annotation, ...]
    starts: FloatArray
    stops: FloatArray

    @classmethod
    def of(cls, annotations: Iterable[Annotation]) -> TierLine:
        """From the marks of a tier, in any order; others are left out."""
        timed = [(s, a) for a in annotations if (s := span_of(a)) is not None]
        timed.sort(key=lambda pair: (*pair[0], pair[1].id))
        times = np.array([s for s, _ in timed], np.float64).reshape(-1, 2)
        return cls(tuple(a for _, a in timed), times[:, 0].copy(), times[:, 1].copy())

    def __len__(self) -> int:
        return len(self.marks)

    def changed(self, gone: Iterable[int], new: Iterable[Annotation]) -> TierLine:
        """The line without the marks of the ids `gone` and with the `new` ones."""
        new = [a for a in new if span_of(a) is not None]
        dropped = {*gone, *(a.id for a in new)}
        places = [n for n, a in enumerate(self.marks) if a.id in dropped]
        marks = list(self.marks)
        for place in reversed(places):
            del marks[place]
        starts, stops = np.delete(self.starts, places), np.delete(self.stops, places)
        for mark in new:
            start, stop = span_of(mark) or (0.0, 0.0)
            place = bisect_left(starts, start)
            while place < len(marks) and starts[place] == start and stops[place] < stop:
                place += 1
            marks.insert(place, mark)
            starts = np.insert(starts, place, start)
            stops = np.insert(stops, place, stop)
        return TierLine(tuple(marks), starts, stops)

    def at(self, time: float) -> Annotation | None:
        """The interval that holds a time; the later one on a boundary."""
        place = int(np.searchsorted(self.starts, time, side="right")) - 1
        if place < 0:
            return None
        mark = self.marks[place]
        last = place == len(self.marks) - 1
        inside = time < self.stops[place] or (last and time == self.stops[place])
        return mark if inside else None

    def place(self, annotation_id: int) -> int:
        """Where a mark stands in the line, or -1."""
        found = (n for n, a in enumerate(self.marks) if a.id == annotation_id)
        return next(found, -1)

    def beside(self, time: float) -> tuple[Annotation | None, Annotation | None]:
        """The marks that end and begin at exactly `time`."""
        first = bisect_left(self.starts, time)
        right = self.marks[first] if self._begins(first, time) else None
        last = bisect_left(self.stops, time)
        left = self.marks[last] if self._ends(last, time) else None
        return left, right

    def _begins(self, place: int, time: float) -> bool:
        return place < len(self.marks) and self.starts[place] == time

    def _ends(self, place: int, time: float) -> bool:
        return place < len(self.marks) and self.stops[place] == time

    def times(self) -> FloatArray:
        """All boundaries and points, rising, each once."""
        return np.unique(np.concatenate((self.starts, self.stops)))

    def nearest(self, time: float, *, inner: bool = False) -> float | None:
        """The boundary or point nearest to a time.

        `inner`: not the first and the last, which no one can move.
        """
        times = self.times()
        if inner:
            times = times[1:-1]
        if not len(times):
            return None
        place = bisect_right(times, time)
        around = times[max(0, place - 1) : place + 1]
        return float(around[np.abs(around - time).argmin()])

    def seen(self, start: float, stop: float) -> range:
        """The places of the marks that touch a window; right for gapless lines."""
        first = max(0, bisect_right(self.starts, start) - 1)
        last = bisect_right(self.starts, stop)
        return range(first, last)


def lanes(annotations: Iterable[Annotation]) -> dict[int, int]:
    """The lane of each mark, by id, so that none lies over another in its lane."""
    ends: list[float] = []
    placed: dict[int, int] = {}
    timed = [(s, a.id) for a in annotations if (s := span_of(a)) is not None]
    for (start, stop), annotation_id in sorted(timed):
        free = next((n for n, end in enumerate(ends) if end <= start), len(ends))
        if free == len(ends):
            ends.append(stop)
        else:
            ends[free] = stop
        placed[annotation_id] = free
    return placed
