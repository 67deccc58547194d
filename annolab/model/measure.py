"""Where geometries are and how large: bounds, area, length, inside or not."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from annolab.model import mask as masks
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Geometry,
    Instant,
    Interval,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Span,
    TimeBox,
    Track,
    read_only,
)

Bounds: TypeAlias = tuple[float, float, float, float]
_FEW = 48  # up to here plain Python is faster than numpy
_QUARTERS = ((1.0, 0.0), (0.0, 1.0), (-1.0, 0.0), (0.0, -1.0))


def turn(degrees: float) -> tuple[float, float]:
    """Cosine and sine, exact for quarter turns."""
    quarters, rest = divmod(degrees, 90)
    if rest == 0:
        return _QUARTERS[int(quarters) % 4]
    angle = math.radians(degrees)
    return math.cos(angle), math.sin(angle)


def corners(box: Box | RotatedBox) -> FloatArray:
    """The (4, 2) corners, clockwise from the top left one of the box unturned."""
    if isinstance(box, Box):
        x0, y0, x1, y1 = box.x, box.y, box.x + box.w, box.y + box.h
        return read_only(np.array(((x0, y0), (x1, y0), (x1, y1), (x0, y1))))
    cosine, sine = turn(box.angle)
    ax, ay = box.w / 2 * cosine, box.w / 2 * sine
    bx, by = -box.h / 2 * sine, box.h / 2 * cosine
    offsets = ((-1, -1), (1, -1), (1, 1), (-1, 1))
    points = [(box.cx + i * ax + j * bx, box.cy + i * ay + j * by) for i, j in offsets]
    return read_only(np.array(points))


def bounds(geometry: Geometry) -> Bounds | None:
    """Left, top, right and bottom in pixels; None for what has no place on a picture.

    Points that are not labelled do not count, nor keyframes that are outside.
    """
    find = _BOUNDS.get(type(geometry))
    return None if find is None else find(geometry)


def _extent(points: FloatArray) -> Bounds | None:
    count = len(points)
    if not count:
        return None
    if count <= _FEW:
        xs, ys = points.T.tolist()
        return min(xs), min(ys), max(xs), max(ys)
    columns = np.ascontiguousarray(points.T)
    (x0, y0), (x1, y1) = columns.min(axis=1), columns.max(axis=1)
    return float(x0), float(y0), float(x1), float(y1)


def _join(found: Sequence[Bounds | None]) -> Bounds | None:
    boxes = [box for box in found if box is not None]
    if len(boxes) < 2:
        return boxes[0] if boxes else None
    x0, y0, x1, y1 = zip(*boxes, strict=True)
    return min(x0), min(y0), max(x1), max(y1)


def _polygon_bounds(polygon: Polygon) -> Bounds | None:
    parts = polygon.parts
    if len(parts) == 1:  # nearly all of them
        return _extent(parts[0][0])
    return _join([_extent(part[0]) for part in parts])


def _points_bounds(points: Points) -> Bounds | None:
    seen = [v > 0 for v in points.visibility]
    return _extent(points.points if all(seen) else points.points[seen])


def _ellipse_bounds(ellipse: Ellipse) -> Bounds:
    cosine, sine = turn(ellipse.angle)
    dx = math.hypot(ellipse.rx * cosine, ellipse.ry * sine)
    dy = math.hypot(ellipse.rx * sine, ellipse.ry * cosine)
    return ellipse.cx - dx, ellipse.cy - dy, ellipse.cx + dx, ellipse.cy + dy


def _mask_bounds(mask: Mask) -> Bounds | None:
    box = masks.bbox(mask)
    if box is None:
        return None
    x, y, w, h = box
    return float(x), float(y), float(x + w), float(y + h)


_BOUNDS: dict[type, Callable[[Any], Bounds | None]] = {
    Box: lambda b: (b.x, b.y, b.x + b.w, b.y + b.h),
    RotatedBox: lambda b: _extent(corners(b)),
    Polygon: _polygon_bounds,
    Polyline: lambda p: _extent(p.points),
    Points: _points_bounds,
    Ellipse: _ellipse_bounds,
    Mask: _mask_bounds,
    Track: lambda t: _join([bounds(k.geometry) for k in t.keyframes if not k.outside]),
}


def bounds_many(points: FloatArray, offsets: NDArray[np.int64]) -> FloatArray:
    """The (k, 4) bounds of k rings that lie end to end in `points`.

    Ring i is `points[offsets[i]:offsets[i + 1]]`; that of an empty one is NaN.
    """
    result = np.full((len(offsets) - 1, 4), np.nan)
    filled = np.flatnonzero(np.diff(offsets))
    if filled.size:
        starts = np.asarray(offsets)[filled]
        some = points[: offsets[-1]]
        result[filled, :2] = np.minimum.reduceat(some, starts)
        result[filled, 2:] = np.maximum.reduceat(some, starts)
    return result


def center(geometry: Geometry) -> tuple[float, float] | None:
    """The middle of the bounds; None where there are none."""
    box = bounds(geometry)
    return None if box is None else ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)


def area(geometry: Geometry) -> float:
    """Square pixels inside; 0 for what has no inside.

    Parts of a polygon that overlap count twice: `polygon_mask` knows their union.
    """
    match geometry:
        case Box() | RotatedBox():
            return geometry.w * geometry.h
        case Polygon(parts):
            rings = [[_ring_area(ring) for ring in part] for part in parts]
            return sum(max(ring[0] - sum(ring[1:]), 0.0) for ring in rings)
        case Ellipse():
            return math.pi * geometry.rx * geometry.ry
        case Mask():
            return float(masks.area(geometry))
        case _:
            return 0.0


def _ring_area(ring: FloatArray) -> float:
    if not len(ring):
        return 0.0
    # From the first point, so that a small ring far out keeps its digits.
    x, y = (ring - ring[0]).T
    return abs(float(x[:-1].dot(y[1:]) - x[1:].dot(y[:-1]))) / 2


def contains(geometry: Geometry, x: float, y: float) -> bool:
    """Whether a point lies inside; never inside what has no inside.

    Left and top edges belong to a box or polygon, right and bottom ones do not.
    Rings are even-odd, as in pycocotools.
    """
    match geometry:
        case Box():
            return 0 <= x - geometry.x < geometry.w and 0 <= y - geometry.y < geometry.h
        case RotatedBox(cx, cy, w, h, angle):
            u, v = _unturned(x - cx, y - cy, angle)
            return -w / 2 <= u < w / 2 and -h / 2 <= v < h / 2
        case Polygon(parts):
            return any(_part_contains(part, x, y) for part in parts)
        case Ellipse(cx, cy, rx, ry, angle):
            u, v = _unturned(x - cx, y - cy, angle)
            return rx > 0 and ry > 0 and math.hypot(u / rx, v / ry) <= 1
        case Mask():
            return _mask_contains(geometry, x, y)
        case _:
            return False


def _unturned(dx: float, dy: float, angle: float) -> tuple[float, float]:
    cosine, sine = turn(angle)
    return dx * cosine + dy * sine, dy * cosine - dx * sine


def _part_contains(part: Sequence[FloatArray], x: float, y: float) -> bool:
    outer, *holes = (ring_contains(ring, x, y) for ring in part)
    return outer and not any(holes)


def ring_contains(ring: FloatArray, x: float, y: float) -> bool:
    """Whether a point lies inside a closed ring, by the even-odd rule."""
    x0, y0 = ring.T
    x1, y1 = np.concatenate((ring[-1:], ring[:-1])).T
    (crossed,) = ((y0 > y) != (y1 > y)).nonzero()
    x0, y0, x1, y1 = x0[crossed], y0[crossed], x1[crossed], y1[crossed]
    at = x0 + (y - y0) / (y1 - y0) * (x1 - x0)
    return int(np.count_nonzero(at > x)) % 2 == 1


def _mask_contains(mask: Mask, x: float, y: float) -> bool:
    if not (0 <= x < mask.width and 0 <= y < mask.height):
        return False
    place = math.floor(x) * mask.height + math.floor(y)
    ends = np.cumsum(mask.counts, dtype=np.int64)
    return int(np.searchsorted(ends, place, side="right")) % 2 == 1


def extent(geometry: Geometry) -> tuple[float, float] | None:
    """Start and stop: seconds, code points of a text, frames of a track.

    The stop of a track is its last keyframe. None for what has no extent in
    time or text.
    """
    match geometry:
        case Span(pieces) if pieces:
            return pieces[0][0], pieces[-1][1]
        case Interval(start, stop) | TimeBox(start, stop):
            return start, stop
        case Instant(time):
            return time, time
        case Track(keyframes) if keyframes:
            return keyframes[0].frame, keyframes[-1].frame
        case _:
            return None


def length(geometry: Geometry) -> float:
    """Seconds of an interval, code points of a span, pixels of a polyline; else 0."""
    match geometry:
        case Span(pieces):
            return sum(stop - start for start, stop in pieces)
        case Interval(start, stop) | TimeBox(start, stop):
            return stop - start
        case Polyline(points):
            return float(np.hypot(*np.diff(points, axis=0).T).sum())
        case _:
            return 0.0
