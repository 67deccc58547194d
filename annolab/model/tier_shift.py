"""A mark in time, at another time. Seconds."""

from __future__ import annotations

from dataclasses import replace as with_fields

from annolab.model.annotation import Annotation
from annolab.model.geometry import Instant, Interval, TimeBox
from annolab.model.tier_line import span_of


def moved(mark: Annotation, time: float, to: float) -> Annotation:
    """A mark whose end or start or place `time` is `to` now."""
    match mark.geometry:
        case Interval(start, stop):
            ends = (to if start == time else start, to if stop == time else stop)
            return with_fields(mark, geometry=Interval(*ends))
        case TimeBox(start, stop, low, high):
            ends = (to if start == time else start, to if stop == time else stop)
            return with_fields(mark, geometry=TimeBox(*ends, low, high))
        case Instant():
            return with_fields(mark, geometry=Instant(to))
        case _:
            return mark


def ends_of(mark: Annotation, part: str) -> tuple[float, ...]:
    """The times of a region that move: of its `start`, its `stop`, or `all`."""
    start, stop = span_of(mark) or (0.0, 0.0)
    if part == "all":
        return (start, stop) if start < stop else (start,)
    return (start,) if part == "start" else (stop,)


def shifted(mark: Annotation, part: str, by: float, length: float) -> Annotation:
    """A free region whose `start`, `stop` or `all` is `by` seconds later.

    Kept within 0 and `length`; ends that pass one another change places, and a
    region whose ends would meet stays as it is.
    """
    start, stop = span_of(mark) or (0.0, 0.0)
    if part == "all":
        by = min(max(by, -start), max(length - stop, -start))
        return with_span(mark, start + by, stop + by) if by else mark
    kept = stop if part == "start" else start
    moved_to = min(max((start if part == "start" else stop) + by, 0.0), length)
    if kept == moved_to:
        return mark
    return with_span(mark, min(kept, moved_to), max(kept, moved_to))


def with_span(mark: Annotation, start: float, stop: float) -> Annotation:
    """A mark that starts and stops at other times; a point starts there."""
    match mark.geometry:
        case Interval():
            return with_fields(mark, geometry=Interval(start, stop))
        case TimeBox(_, _, low, high):
            return with_fields(mark, geometry=TimeBox(start, stop, low, high))
        case _:
            return with_fields(mark, geometry=Instant(start))
