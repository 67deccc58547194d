"""Geometries moved, scaled and turned; nothing is ever changed in place."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace
from typing import Any, TypeAlias, TypeVar, cast

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
    Shape,
    Span,
    TimeBox,
    Track,
    read_only,
)
from annolab.model.measure import center, corners, turn

Kept = TypeVar("Kept", bound=Geometry)
_PointMap = Callable[[FloatArray], FloatArray]
Place: TypeAlias = tuple[float, float]
_Matrix: TypeAlias = tuple[Place, Place]
_TOLERANCE = 0.05  # pixels between an ellipse and its polygon
_BLOCK = 1 << 20  # pixels of a mask computed at a time


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
    """A polygon, polyline or points with `change` applied to each (n, 2) array.

    Points that are not labelled stay where they are. Other kinds stay as they are.
    """
    match geometry:
        case Polygon(parts):
            return Polygon(
                tuple(tuple(read_only(change(r)) for r in part) for part in parts)
            )
        case Polyline(points):
            return Polyline(read_only(change(points)))
        case Points(points, visibility):
            seen = np.array(visibility)[:, None] > 0
            return Points(read_only(np.where(seen, change(points), points)), visibility)
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
    return _map_keyframes(track, lambda shape: move(shape, dx, dy))


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


def scale(
    geometry: Geometry, sx: float, sy: float | None = None, *, about: Place
) -> Geometry:
    """The geometry scaled by `sx` and `sy` (by default as `sx`) about a point.

    A negative factor mirrors. A turned box that would become slanted becomes a
    polygon. A mask keeps the size of its picture. What has no place on a picture
    stays. Raises ValueError for a factor of 0.
    """
    sy = sx if sy is None else sy
    if sx == 0 or sy == 0:
        message = "nothing can be scaled by 0"
        raise ValueError(message)
    return geometry if sx == 1 and sy == 1 else _scaled(geometry, (sx, sy), about)


def _scaled(geometry: Geometry, by: Place, about: Place) -> Geometry:
    (sx, sy), (ax, ay) = by, about
    match geometry:
        case Box(x, y, w, h):
            return _between(
                (ax + (x - ax) * sx, ay + (y - ay) * sy),
                (ax + (x + w - ax) * sx, ay + (y + h - ay) * sy),
            )
        case RotatedBox() | Ellipse():
            return _scaled_turned(geometry, by, about)
        case Mask():
            return _resampled(geometry, ((1 / sx, 0.0), (0.0, 1 / sy)), about)
        case Track():
            return _map_keyframes(geometry, lambda shape: _scaled(shape, by, about))
        case _:
            return map_points(
                geometry, lambda p: np.array(about) + (p - about) * np.array(by)
            )


def _between(one: Place, other: Place) -> Box:
    """The box with these opposite corners."""
    (x0, x1), (y0, y1) = (sorted(pair) for pair in zip(one, other, strict=True))
    return Box(x0, y0, x1 - x0, y1 - y0)


def _scaled_turned(shape: RotatedBox | Ellipse, by: Place, about: Place) -> Geometry:
    (sx, sy), (ax, ay) = by, about
    cx, cy = ax + (shape.cx - ax) * sx, ay + (shape.cy - ay) * sy
    if abs(sx) == abs(sy) or shape.angle % 90 == 0:
        across = (abs(sx), abs(sy)) if shape.angle % 180 == 0 else (abs(sy), abs(sx))
        angle = shape.angle if sx * sy > 0 else -shape.angle
        if isinstance(shape, Ellipse):
            return Ellipse(cx, cy, shape.rx * across[0], shape.ry * across[1], angle)
        return RotatedBox(cx, cy, shape.w * across[0], shape.h * across[1], angle)
    if isinstance(shape, RotatedBox):
        return _scaled(to_polygon(shape), by, about)
    # The picture of a circle under any linear map is an ellipse: its axes are
    # the singular vectors of the map.
    cosine, sine = turn(shape.angle)
    to_ellipse = np.array(((cosine, -sine), (sine, cosine))) * (shape.rx, shape.ry)
    axes, radii, _ = np.linalg.svd(np.diag(by) @ to_ellipse)
    angle = math.degrees(math.atan2(axes[1, 0], axes[0, 0]))
    return Ellipse(cx, cy, float(radii[0]), float(radii[1]), angle)


def rotate(
    geometry: Geometry, degrees: float, *, about: Place | None = None
) -> Geometry:
    """The geometry turned clockwise about a point, by default its centre.

    A box turned by other than quarters becomes a turned box. A mask keeps the
    size of its picture. What has no place on a picture stays.
    """
    place = center(geometry) if about is None else about
    if degrees % 360 == 0 or place is None:
        return geometry
    return _rotated(geometry, degrees, place)


def _rotated(geometry: Geometry, degrees: float, about: Place) -> Geometry:
    cosine, sine = turn(degrees)

    def turned(x: float, y: float) -> Place:
        dx, dy = x - about[0], y - about[1]
        return about[0] + dx * cosine - dy * sine, about[1] + dx * sine + dy * cosine

    match geometry:
        case Box(x, y, w, h) if degrees % 90 == 0:
            return _between(turned(x, y), turned(x + w, y + h))
        case Box(x, y, w, h):
            return RotatedBox(*turned(x + w / 2, y + h / 2), w, h, degrees % 360)
        case RotatedBox() | Ellipse():
            cx, cy = turned(geometry.cx, geometry.cy)
            return replace(
                geometry, cx=cx, cy=cy, angle=(geometry.angle + degrees) % 360
            )
        case Mask():
            return _resampled(geometry, ((cosine, sine), (-sine, cosine)), about)
        case Track():
            return _map_keyframes(geometry, lambda x: _rotated(x, degrees, about))
        case _:
            clockwise = np.array(((cosine, sine), (-sine, cosine)))
            return map_points(geometry, lambda p: about + (p - about) @ clockwise)


def _map_keyframes(track: Track, change: Callable[[Shape], Geometry]) -> Track:
    return Track(
        tuple(
            replace(key, geometry=cast("Shape", change(key.geometry)))
            for key in track.keyframes
        )
    )


def _resampled(mask: Mask, inverse: _Matrix, about: Place) -> Mask:
    """The pixels whose centres `inverse`, about a point, maps into `mask`."""
    left, top, bitmap = masks.crop(mask)
    if not bitmap.size:
        return mask
    frame = np.array(corners(Box(left, top, bitmap.shape[1], bitmap.shape[0])))
    reached = (frame - about) @ np.linalg.inv(np.array(inverse)).T + about
    size = mask.width, mask.height
    x0, y0 = np.floor(reached.min(axis=0)).clip(0, size).astype(int).tolist()
    x1, y1 = np.ceil(reached.max(axis=0)).clip(0, size).astype(int).tolist()
    result = np.zeros((y1 - y0, x1 - x0), dtype=np.bool_)
    padded = np.pad(bitmap, 1)
    lines = max(_BLOCK // max(x1 - x0, 1), 1)
    for y in range(y0, y1, lines):
        down, right = np.mgrid[y : min(y + lines, y1), x0:x1] + 0.5
        dx, dy = right - about[0], down - about[1]
        ((a, b), (c, d)) = inverse
        column = np.floor(a * dx + b * dy + about[0]) - left + 1
        row = np.floor(c * dx + d * dy + about[1]) - top + 1
        column = column.clip(0, padded.shape[1] - 1).astype(int)
        row = row.clip(0, padded.shape[0] - 1).astype(int)
        result[y - y0 : y - y0 + lines] = padded[row, column]
    return masks.place(result, x0, y0, *size)


def to_polygon(shape: Box | RotatedBox | Ellipse | Polygon) -> Polygon:
    """The polygon of a shape with an inside.

    That of an ellipse has its corners on the ellipse, and no edge is farther
    than 0.05 pixels from it (with at most 720 of them).
    """
    match shape:
        case Polygon():
            return shape
        case Ellipse():
            return Polygon(((_ellipse_ring(shape),),))
        case _:
            return Polygon(((corners(shape),),))


def _ellipse_ring(ellipse: Ellipse) -> FloatArray:
    radius = max(ellipse.rx, ellipse.ry, 2 * _TOLERANCE)
    count = math.ceil(math.pi / math.acos(1 - _TOLERANCE / radius))
    angles = np.linspace(0, 2 * math.pi, min(max(count, 16), 720), endpoint=False)
    u, v = ellipse.rx * np.cos(angles), ellipse.ry * np.sin(angles)
    cosine, sine = turn(ellipse.angle)
    x, y = ellipse.cx + u * cosine - v * sine, ellipse.cy + u * sine + v * cosine
    return read_only(np.column_stack((x, y)))
