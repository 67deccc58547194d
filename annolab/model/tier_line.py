"""The marks of one tier of one item, found by time.

Times are seconds. A boundary is a time that two intervals share, the identical
double; points are marks that start and stop at once.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from heapq import heappop, heappush
from operator import attrgetter
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

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


IdArray: TypeAlias = NDArray[np.int64]


_ID = attrgetter("id")
_START, _STOP = attrgetter("geometry.start"), attrgetter("geometry.stop")
_TIME = attrgetter("geometry.time")


@dataclass(frozen=True, slots=True, eq=False)
class TierLine:
    """Marks in order of time. Arrays are those of `marks`.

    `reach`: how far the marks up to each one go. It is `stops` itself where no
    mark ends after a later one, as on every tier without overlaps.
    """

    marks: tuple[Annotation, ...]
    starts: FloatArray
    stops: FloatArray
    ids: IdArray
    reach: FloatArray

    @classmethod
    def of(cls, annotations: Iterable[Annotation]) -> TierLine:
        """From the marks of a tier, in any order; others are left out."""
        marks, starts, stops = _timed(list(annotations))
        ids = np.fromiter(map(_ID, marks), np.int64, len(marks))
        if (starts[1:] <= starts[:-1]).any():
            order = np.lexsort((ids, stops, starts))
            marks = [marks[n] for n in order.tolist()]
            starts, stops, ids = starts[order], stops[order], ids[order]
        return cls._made(marks, starts, stops, ids)

    @classmethod
    def _made(
        cls,
        marks: list[Annotation],
        starts: FloatArray,
        stops: FloatArray,
        ids: IdArray,
    ) -> TierLine:
        reach = np.maximum.accumulate(stops)
        if np.array_equal(reach, stops):
            reach = stops
        return cls(tuple(marks), starts, stops, ids, reach)

    def __len__(self) -> int:
        return len(self.marks)

    def changed(self, gone: Iterable[int], new: Iterable[Annotation]) -> TierLine:
        """The line without the marks of the ids `gone` and with the `new` ones."""
        new = [a for a in new if span_of(a) is not None]
        dropped = list({*gone, *(a.id for a in new)})
        places = np.flatnonzero(np.isin(self.ids, dropped))
        marks = list(self.marks)
        for place in reversed(places.tolist()):
            del marks[place]
        starts, stops = np.delete(self.starts, places), np.delete(self.stops, places)
        ids = np.delete(self.ids, places)
        for mark in new:
            start, stop = span_of(mark) or (0.0, 0.0)
            place, key = bisect_left(starts, start), (start, stop, mark.id)
            while place < len(marks) and (
                (starts[place], stops[place], ids[place]) < key
            ):
                place += 1
            marks.insert(place, mark)
            starts = np.insert(starts, place, start)
            stops = np.insert(stops, place, stop)
            ids = np.insert(ids, place, mark.id)
        return self._made(marks, starts, stops, ids)

    def at(self, time: float) -> Annotation | None:
        """The interval that holds a time, or the point at it.

        On a boundary it is the later interval, at the end of the line the last.
        """
        place = bisect_right(self.starts, time) - 1
        if place < 0 or time > self.reach[place]:
            return None
        while self.reach[place] >= time:
            last = place == len(self.marks) - 1
            start, stop = self.starts[place], self.stops[place]
            if time < stop or time == stop == start or (last and time == stop):
                return self.marks[place]
            place -= 1
            if place < 0:
                break
        return None

    def place(self, annotation_id: int) -> int:
        """Where a mark stands in the line, or -1."""
        found = np.flatnonzero(self.ids == annotation_id)
        return int(found[0]) if found.size else -1

    def beside(self, time: float) -> tuple[Annotation | None, Annotation | None]:
        """The marks that end and begin at exactly `time`."""
        first = bisect_left(self.starts, time)
        right = first < len(self.marks) and self.starts[first] == time
        last = bisect_left(self.reach, time)
        if self.reach is not self.stops:
            last = int(np.argmax(self.stops == time)) if len(self.marks) else 0
        left = last < len(self.marks) and self.stops[last] == time
        return (
            self.marks[last] if left else None,
            self.marks[first] if right else None,
        )

    def times(self) -> FloatArray:
        """All boundaries and points, rising, each once."""
        return np.unique(np.concatenate((self.starts, self.stops)))

    def nearest(
        self, time: float, *, within: tuple[float, float] | None = None
    ) -> float | None:
        """The boundary or point nearest to a time, the earlier of two.

        `within`: only those between two times, which are not among them themselves.
        """
        if within is not None:
            low, high = within
            starts = self.starts[bisect_right(self.starts, low) :]
            starts = starts[: bisect_left(starts, high)]
            stops = self.stops[(self.stops > low) & (self.stops < high)]
            if self.reach is not self.stops:
                stops = np.sort(stops)
            near = _around(starts, time) + _around(stops, time)
        elif self.reach is self.stops:
            near = _around(self.starts, time) + _around(self.stops, time)
        else:
            near = _around(self.times(), time)
        return min(near, key=lambda t: (abs(t - time), t), default=None)

    def seen(self, start: float, stop: float) -> range:
        """The places of the marks that may touch a window.

        On a line without overlaps all of them do, and what ends where the window
        starts does not.
        """
        ended = bisect_right(self.reach, start)
        first = min(ended, bisect_left(self.starts, start))
        return range(first, max(first, bisect_right(self.starts, stop)))


def _timed(
    marks: list[Annotation],
) -> tuple[list[Annotation], FloatArray, FloatArray]:
    """The marks that are in time, and from when to when each is.

    There may be 100,000, so that times of one kind are taken without a loop.
    """
    kinds = {type(mark.geometry) for mark in marks}
    if not kinds <= {Interval, Instant, TimeBox}:
        marks = [mark for mark in marks if span_of(mark) is not None]
        kinds = {type(mark.geometry) for mark in marks}
    count = len(marks)
    if kinds == {Instant}:
        times = np.fromiter(map(_TIME, marks), np.float64, count)
        return marks, times, times.copy()
    if Instant not in kinds:
        starts = np.fromiter(map(_START, marks), np.float64, count)
        return marks, starts, np.fromiter(map(_STOP, marks), np.float64, count)
    spans = np.array([span_of(mark) for mark in marks], np.float64)
    return marks, spans[:, 0].copy(), spans[:, 1].copy()


def _around(times: FloatArray, time: float) -> list[float]:
    """The times before and after a time; `times` rise."""
    place = bisect_right(times, time)
    around: list[float] = times[max(0, place - 1) : place + 1].tolist()
    return around


def lanes(line: TierLine) -> IdArray:
    """The lane of each mark, so that none lies over another in its lane."""
    placed = np.zeros(len(line), np.int64)
    if not (line.starts[1:] < line.reach[:-1]).any():
        return placed
    free: list[int] = []  # lanes that nothing lies in any more, a heap
    taken: list[tuple[float, int]] = []  # until when a lane is, a heap
    times = zip(line.starts.tolist(), line.stops.tolist(), strict=True)
    for place, (start, stop) in enumerate(times):
        while taken and taken[0][0] <= start:
            heappush(free, heappop(taken)[1])
        lane = heappop(free) if free else len(taken)
        heappush(taken, (stop, lane))
        placed[place] = lane
    return placed
