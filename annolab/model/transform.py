"""Geometries moved, scaled, turned and cut; nothing is ever changed in place."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeVar

import numpy as np

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

Kept = TypeVar("Kept", bound=Geometry)
_PointMap = Callable[[FloatArray], FloatArray]


def move(geometry: Kept, dx: float, dy: float = 0.0) -> Kept:
    """The geometry `dx` to the right and `dy` down.

    Pixels for what lies on a picture, where a mask goes by whole pixels and
    loses what leaves the image; seconds and hertz for what lies in sound; whole
    code points for a span. `Whole` has no place and stays.
    """
    mover = _MOVERS.get(type(geometry))
    if mover is None or (dx == 0 and dy == 0):
        return geometry
    moved: Kept = mover(geometry, dx, dy)
    return moved


def map_points(geometry: Geometry, change: _PointMap) -> Geometry:
    """A polygon, polyline or points with `change` applied to each (n, 2) array."""
    match geometry:
        case Polygon(parts):
            return Polygon(
                tuple(tuple(read_only(change(r)) for r in part) for part in parts)
            )
        case Polyline(points):
            return Polyline(read_only(change(points)))
        case Points(points, visibility):
            return Points(read_only(change(points)), visibility)
        case _:
            return geometry


def _move_points(geometry: Geometry, dx: float, dy: float) -> Geometry:
    return map_points(geometry, lambda points: points + np.array((dx, dy)))


def _move_centre(shape: RotatedBox | Ellipse, dx: float, dy: float) -> Geometry:
    return replace(shape, cx=shape.cx + dx, cy=shape.cy + dy)


def _move_mask(mask: Mask, dx: float, dy: float) -> Mask:
    x, y, bitmap = masks.crop(mask)
    return masks.place(bitmap, x + round(dx), y + round(dy), mask.width, mask.height)


def _move_track(track: Track, dx: float, dy: float) -> Track:
    return Track(
        tuple(
            replace(key, geometry=move(key.geometry, dx, dy)) for key in track.keyframes
        )
    )


def _move_time_box(box: TimeBox, dx: float, dy: float) -> TimeBox:
    return TimeBox(box.start + dx, box.stop + dx, box.low + dy, box.high + dy)


def _move_span(span: Span, dx: float, _dy: float) -> Span:
    return Span(tuple((a + round(dx), b + round(dx)) for a, b in span.pieces))


_MOVERS: dict[type, Callable[[Any, float, float], Any]] = {
    Box: lambda b, dx, dy: Box(b.x + dx, b.y + dy, b.w, b.h),
    RotatedBox: _move_centre,
    Ellipse: _move_centre,
    Polygon: _move_points,
    Polyline: _move_points,
    Points: _move_points,
    Mask: _move_mask,
    Track: _move_track,
    Span: _move_span,
    Interval: lambda i, dx, _: Interval(i.start + dx, i.stop + dx),
    Instant: lambda i, dx, _: Instant(i.time + dx),
    TimeBox: _move_time_box,
}
