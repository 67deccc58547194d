"""The shape between two shapes: what a track shows between two keyframes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import numpy as np

from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    read_only,
)

_SAMPLES = 64  # places of a ring that are compared to find where it begins
_STARTS = 256  # corners of a ring that are tried as its beginning


def between(earlier: Shape, later: Shape, part: float) -> Shape:
    """The shape at `part` (0..1) of the way; 0 and 1 are the shapes themselves.

    Points of equal number go pairwise, as they are counted: whoever moved them
    has said which is which. Only a ring drawn the other way round is turned over
    about its first point. Unequal numbers are matched by arc length. Where
    nothing matches (another kind, other rings, masks) the earlier shape holds.
    """
    if part <= 0:
        return earlier
    if part >= 1:
        return later
    find = _BETWEEN.get(type(earlier))
    if find is None or type(later) is not type(earlier):
        return earlier
    found: Shape = find(earlier, later, part)
    return found


def _mix(a: float, b: float, part: float) -> float:
    """Between two numbers, and never beyond either by rounding."""
    return min(max(a + (b - a) * part, min(a, b)), max(a, b))


def angle_between(a: float, b: float, part: float) -> float:
    """Degrees in 0..360, the short way round; exactly 180 goes clockwise."""
    way = (b - a) % 360
    if way > 180:
        way -= 360
    return (a + way * part) % 360


def _box(a: Box, b: Box, part: float) -> Box:
    return Box(
        _mix(a.x, b.x, part),
        _mix(a.y, b.y, part),
        _mix(a.w, b.w, part),
        _mix(a.h, b.h, part),
    )


def _rotated_box(a: RotatedBox, b: RotatedBox, part: float) -> RotatedBox:
    return RotatedBox(
        _mix(a.cx, b.cx, part),
        _mix(a.cy, b.cy, part),
        _mix(a.w, b.w, part),
        _mix(a.h, b.h, part),
        angle_between(a.angle, b.angle, part),
    )


def _ellipse(a: Ellipse, b: Ellipse, part: float) -> Ellipse:
    return Ellipse(
        _mix(a.cx, b.cx, part),
        _mix(a.cy, b.cy, part),
        _mix(a.rx, b.rx, part),
        _mix(a.ry, b.ry, part),
        angle_between(a.angle, b.angle, part),
    )


def _pairwise(a: FloatArray, b: FloatArray, part: float) -> FloatArray:
    mixed = a + (b - a) * part
    return read_only(mixed.clip(np.minimum(a, b), np.maximum(a, b)))


def _points(a: Points, b: Points, part: float) -> Points:
    """Visibility holds; a point that either end does not know stays where it is."""
    if len(a.points) != len(b.points):
        return a
    known = (np.array(a.visibility) > 0) & (np.array(b.visibility) > 0)
    moved = np.where(known[:, None], _pairwise(a.points, b.points, part), a.points)
    return Points(read_only(moved), a.visibility)


def _polyline(a: Polyline, b: Polyline, part: float) -> Polyline:
    if len(a.points) == len(b.points):
        return Polyline(_pairwise(a.points, b.points, part))
    return Polyline(_by_length(a.points, b.points, part))


def _polygon(a: Polygon, b: Polygon, part: float) -> Polygon:
    if [len(x) for x in a.parts] != [len(x) for x in b.parts]:
        return a
    return Polygon(
        tuple(
            tuple(_ring(x, y, part) for x, y in zip(xs, ys, strict=True))
            for xs, ys in zip(a.parts, b.parts, strict=True)
        )
    )


def _ring(a: FloatArray, b: FloatArray, part: float) -> FloatArray:
    if _twice_area(a) * _twice_area(b) < 0:
        b = np.concatenate((b[:1], b[:0:-1]))
    if len(a) == len(b):
        return _pairwise(a, b, part)
    # The ring with more corners is begun anew, so that backwards is the same.
    if len(a) > len(b):
        a = _begun_like(a, b)
    else:
        b = _begun_like(b, a)
    return read_only(_by_length(_closed(a), _closed(b), part)[:-1])


def _twice_area(ring: FloatArray) -> float:
    x, y = (ring - ring[0]).T
    return float(x @ np.roll(y, -1) - y @ np.roll(x, -1))


def _closed(ring: FloatArray) -> FloatArray:
    return np.concatenate((ring, ring[:1]))


def _begun_like(ring: FloatArray, other: FloatArray) -> FloatArray:
    """`ring` from the corner on from which it lies most like `other`."""
    places = np.arange(_SAMPLES) / _SAMPLES
    wanted = _at(_closed(other), places)
    wanted = wanted - wanted.mean(axis=0)
    step = max(-(-len(ring) // _STARTS), 1)
    costs = []
    for start in range(0, len(ring), step):
        found = _at(_closed(np.roll(ring, -start, axis=0)), places)
        costs.append(float(((found - found.mean(axis=0) - wanted) ** 2).sum()))
    return np.roll(ring, -step * int(np.argmin(costs)), axis=0)


def _lengths(line: FloatArray) -> FloatArray:
    """How far along its line every point is, 0..1."""
    steps = np.hypot(*np.diff(line, axis=0).T)
    along = np.concatenate(((0.0,), np.cumsum(steps)))
    if along[-1] <= 0:
        return np.linspace(0.0, 1.0, len(line))
    whole: FloatArray = along / along[-1]
    return whole


def _at(
    line: FloatArray, places: FloatArray, along: FloatArray | None = None
) -> FloatArray:
    along = _lengths(line) if along is None else along
    x, y = (np.interp(places, along, line[:, axis]) for axis in (0, 1))
    return np.column_stack((x, y))


def _by_length(a: FloatArray, b: FloatArray, part: float) -> FloatArray:
    """Between two lines, with the corners of both."""
    of_a, of_b = _lengths(a), _lengths(b)
    places = np.union1d(of_a, of_b)
    return _pairwise(_at(a, places, of_a), _at(b, places, of_b), part)


def _hold(earlier: Mask, _later: Mask, _part: float) -> Mask:
    return earlier


_BETWEEN: dict[type, Callable[[Any, Any, float], Any]] = {
    Box: _box,
    RotatedBox: _rotated_box,
    Ellipse: _ellipse,
    Points: _points,
    Polyline: _polyline,
    Polygon: _polygon,
    Mask: _hold,
}
