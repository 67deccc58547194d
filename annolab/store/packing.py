"""Geometries as columns: kind, start, stop, bounding box, and a packed rest.

The BLOB, version 1, little-endian:

    uint8 version, uint8 kind, uint16 0, uint32 n, then
    ROTATED_BOX, ELLIPSE   n = 5 float64: cx cy w h angle, cx cy rx ry angle
    POLYGON                n uint32 (for each part: number of rings, then the
                           length of each ring), padded to 8 bytes, then all points
    POLYLINE               n points, each two float64
    POINTS                 n points, then n uint8 of visibility
    MASK                   uint32 width, uint32 height, n uint32 run lengths
    SPAN                   n pieces, each two int64 (one piece: no BLOB)
    TIME_BOX               n = 2 float64: low, high (hertz)

BOX, INTERVAL, INSTANT and WHOLE need none; the keyframes of a TRACK are rows.
"""

from __future__ import annotations

import math
import struct
from collections.abc import Callable, Mapping, Sequence
from itertools import chain
from typing import Any, TypeAlias

import numpy as np

from annolab.errors import UserError
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Geometry,
    Instant,
    Interval,
    Kind,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Span,
    TimeBox,
    Track,
    Whole,
)
from annolab.model.ids import MAX_ID
from annolab.model.mask import bbox as mask_bbox

Number: TypeAlias = float | int | None
# kind, start, stop, x, y, w, h, geometry
Packed: TypeAlias = tuple[
    int, Number, Number, Number, Number, Number, Number, bytes | None
]

VERSION = 1
_HEAD = struct.Struct("<BBHI")
_ONE_RING = struct.Struct("<BBHIII")
_FIVE = struct.Struct("<BBHI5d")
_TWO = struct.Struct("<BBHI2d")
_F8 = np.dtype("<f8")
_U4 = np.dtype("<u4")
_I8 = np.dtype("<i8")
_BOX, _WHOLE, _POLYGON = int(Kind.BOX), int(Kind.WHOLE), int(Kind.POLYGON)


def pack(geometry: Geometry, frame: int | None = None) -> Packed:
    """The columns of a geometry; UserError when a number in it is not finite.

    `frame` of the annotation is the start of what has no other place in time.
    """
    packer = _PACKERS.get(type(geometry))
    if packer is None:
        message = f"{type(geometry).__name__} is not a geometry that can be stored."
        raise UserError(message)
    try:
        return packer(geometry, frame)
    except (OverflowError, ValueError, TypeError, struct.error) as error:
        message = "A geometry has a number that cannot be stored."
        raise UserError(message) from error


def unpack(packed: tuple[Any, ...]) -> Geometry:
    """The geometry of its columns, but a track's; ValueError when damaged."""
    kind, start, stop, x, y, w, h, blob = packed
    if kind == _BOX:
        return Box(float(x), float(y), float(w), float(h))
    if blob is not None:
        return _UNPACKERS[kind](blob, start, stop)
    return _UNPACKERS_BARE[kind](start, stop)


def _finite(x: float, y: float, w: float, h: float) -> tuple[float, ...]:
    if not math.isfinite(x + y + w + h):
        message = "A geometry has a coordinate that is not a finite number."
        raise UserError(message)
    return x, y, w, h


def _times(*values: float) -> tuple[float, ...]:
    numbers = tuple(map(float, values))
    if not all(map(math.isfinite, numbers)):
        message = "A time or frequency is not a finite number."
        raise UserError(message)
    return numbers


def _points(array: FloatArray) -> FloatArray:
    if array.dtype is not _F8 or array.ndim != 2 or array.shape[1] != 2:
        array = np.asarray(array, dtype=_F8).reshape(-1, 2)
    return array


def _bounds(array: FloatArray) -> tuple[Any, ...]:
    if not len(array):
        return None, None, None, None
    x0, y0 = np.minimum.reduce(array).tolist()
    x1, y1 = np.maximum.reduce(array).tolist()
    return _finite(x0, y0, x1 - x0, y1 - y0)


def _pack_box(g: Box, frame: int | None) -> Packed:
    x, y, w, h = float(g.x), float(g.y), float(g.w), float(g.h)
    if not math.isfinite(x + y + w + h):
        _finite(x, y, w, h)
    return _BOX, frame, None, x, y, w, h, None


def _turned(kind: Kind, frame: int | None, *five: float) -> Packed:
    """`five`: centre, then full size or radii, then the turn in degrees."""
    numbers = tuple(map(float, five))
    cx, cy, a, b, turn = numbers
    blob = _FIVE.pack(VERSION, kind, 0, 5, *numbers)
    cos, sin = math.cos(math.radians(turn)), math.sin(math.radians(turn))
    if kind == Kind.ELLIPSE:
        half_w, half_h = math.hypot(a * cos, b * sin), math.hypot(a * sin, b * cos)
    else:
        half_w = (abs(a * cos) + abs(b * sin)) / 2
        half_h = (abs(a * sin) + abs(b * cos)) / 2
    x, y, w, h = _finite(cx - half_w, cy - half_h, 2 * half_w, 2 * half_h)
    return kind, frame, None, x, y, w, h, blob


def _pack_rotated(g: RotatedBox, frame: int | None) -> Packed:
    return _turned(Kind.ROTATED_BOX, frame, g.cx, g.cy, g.w, g.h, g.angle)


def _pack_ellipse(g: Ellipse, frame: int | None) -> Packed:
    return _turned(Kind.ELLIPSE, frame, g.cx, g.cy, g.rx, g.ry, g.angle)


def one_ring(polygon: Polygon) -> bool:
    """Whether a polygon has one part without holes."""
    parts = polygon.parts
    return len(parts) == 1 and len(parts[0]) == 1


def pack_ring(ring: FloatArray, frame: int | None) -> Packed:
    """The columns of a polygon of one valid ring, all but the bounding box."""
    points = _points(ring)
    head = _ONE_RING.pack(VERSION, _POLYGON, 0, 2, 1, len(points))
    return _POLYGON, frame, None, None, None, None, None, head + points.tobytes()


def set_bounds(
    rows: list[tuple[Any, ...]], rings: Sequence[tuple[int, FloatArray]]
) -> None:
    """Put the bounding boxes of `pack_ring` into rows that end with its columns.

    `rings`: the index of a row and its points. All at once is many times faster.
    """
    if not rings:
        return
    points = np.concatenate([ring for _, ring in rings])
    starts = np.cumsum([0, *(len(ring) for _, ring in rings[:-1])])
    low = np.minimum.reduceat(points, starts)
    size = np.maximum.reduceat(points, starts) - low
    for (at, _), box in zip(rings, np.hstack((low, size)).tolist(), strict=True):
        row = rows[at]
        rows[at] = (*row[:-5], *box, row[-1])


def _pack_polygon(g: Polygon, frame: int | None) -> Packed:
    if one_ring(g):
        ring = g.parts[0][0]
        blob = pack_ring(ring, frame)[-1]
        return _POLYGON, frame, None, *_bounds(_points(ring)), blob
    rings = [_points(ring) for part in g.parts for ring in part]
    sizes = chain.from_iterable((len(p), *map(len, p)) for p in g.parts)
    table = np.array(list(sizes), dtype=_U4)
    head = _HEAD.pack(VERSION, _POLYGON, 0, len(table)) + table.tobytes()
    head += b"\0" * (-len(head) % 8)
    points = np.concatenate(rings) if rings else np.empty((0, 2), _F8)
    outer = [_points(part[0]) for part in g.parts if part]
    _bounds(points)  # all of it is finite
    box = _bounds(np.concatenate(outer) if outer else points)
    return _POLYGON, frame, None, *box, head + points.tobytes()


def _pack_polyline(g: Polyline, frame: int | None) -> Packed:
    points = _points(g.points)
    head = _HEAD.pack(VERSION, Kind.POLYLINE, 0, len(points))
    return Kind.POLYLINE, frame, None, *_bounds(points), head + points.tobytes()


def _pack_points(g: Points, frame: int | None) -> Packed:
    points = _points(g.points)
    if len(g.visibility) != len(points):
        message = "A skeleton must say for each of its points whether it is visible."
        raise UserError(message)
    head = _HEAD.pack(VERSION, Kind.POINTS, 0, len(points))
    seen = bytes(g.visibility)
    blob = head + points.tobytes() + seen
    marked = points[np.frombuffer(seen, np.uint8) > 0]  # COCO: the others are 0, 0
    return Kind.POINTS, frame, None, *_bounds(marked), blob


def _pack_mask(g: Mask, frame: int | None) -> Packed:
    counts = np.asarray(g.counts, dtype=_U4)
    head = _HEAD.pack(VERSION, Kind.MASK, 0, len(counts))
    size = struct.pack("<II", g.width, g.height)
    found = mask_bbox(g)
    box = (None, None, None, None) if found is None else tuple(map(float, found))
    return Kind.MASK, frame, None, *box, head + size + counts.tobytes()


def _pack_span(g: Span, _frame: int | None) -> Packed:
    if not g.pieces:
        message = "A span must have at least one piece."
        raise UserError(message)
    start = min(int(piece[0]) for piece in g.pieces)
    stop = max(int(piece[1]) for piece in g.pieces)
    if max(abs(start), abs(stop)) > MAX_ID:
        message = "A span lies beyond what a project can count."
        raise UserError(message)
    blob = None
    if len(g.pieces) > 1:
        pieces = np.array(g.pieces, dtype=_I8)
        blob = _HEAD.pack(VERSION, Kind.SPAN, 0, len(pieces)) + pieces.tobytes()
    return Kind.SPAN, start, stop, None, None, None, None, blob


def _pack_interval(g: Interval, _frame: int | None) -> Packed:
    start, stop = _times(g.start, g.stop)
    return Kind.INTERVAL, start, stop, None, None, None, None, None


def _pack_instant(g: Instant, _frame: int | None) -> Packed:
    (time,) = _times(g.time)
    return Kind.INSTANT, time, None, None, None, None, None, None


def _pack_time_box(g: TimeBox, _frame: int | None) -> Packed:
    start, stop, low, high = _times(g.start, g.stop, g.low, g.high)
    band = high - low
    blob = _TWO.pack(VERSION, Kind.TIME_BOX, 0, 2, low, high)
    return (
        Kind.TIME_BOX,
        start,
        stop,
        None,
        low,
        None,
        band if math.isfinite(band) else None,
        blob,
    )


def _pack_whole(_g: Whole, frame: int | None) -> Packed:
    return _WHOLE, frame, None, None, None, None, None, None


def _pack_track(g: Track, _frame: int | None) -> Packed:
    frames = [keyframe.frame for keyframe in g.keyframes]
    if not frames:
        message = "A track must have at least one keyframe."
        raise UserError(message)
    return Kind.TRACK, min(frames), max(frames), None, None, None, None, None


_PACKERS: Mapping[type, Callable[[Any, int | None], Packed]] = {
    Box: _pack_box,
    RotatedBox: _pack_rotated,
    Polygon: _pack_polygon,
    Polyline: _pack_polyline,
    Points: _pack_points,
    Ellipse: _pack_ellipse,
    Mask: _pack_mask,
    Span: _pack_span,
    Interval: _pack_interval,
    Instant: _pack_instant,
    TimeBox: _pack_time_box,
    Track: _pack_track,
    Whole: _pack_whole,
}


def _head(blob: bytes, kind: Kind) -> int:
    """The `n` of a blob; ValueError when it is not of this kind and version."""
    if len(blob) < _HEAD.size:
        message = "a geometry is too short"
        raise ValueError(message)
    version, found, _, n = _HEAD.unpack_from(blob)
    if version != VERSION or found != kind:
        message = f"a geometry of version {version} and kind {found}"
        raise ValueError(message)
    return int(n)


def _body(blob: bytes, kind: Kind, layout: struct.Struct, n: int) -> tuple[float, ...]:
    if _head(blob, kind) != n or len(blob) != layout.size:
        message = "a geometry has the wrong length"
        raise ValueError(message)
    return tuple(layout.unpack(blob)[4:])


def _pairs(blob: bytes, offset: int, count: int, after: int = 0) -> FloatArray:
    if len(blob) != offset + 16 * count + after:
        message = "a geometry has the wrong length"
        raise ValueError(message)
    return np.frombuffer(blob, _F8, 2 * count, offset).reshape(count, 2)


def _unpack_polygon(blob: bytes, *_: object) -> Polygon:
    n = _head(blob, Kind.POLYGON)
    table = np.frombuffer(blob, _U4, n, _HEAD.size)
    offset = _HEAD.size + 4 * n
    offset += -offset % 8
    if n == 2 and table[0] == 1:
        return Polygon(((_pairs(blob, offset, int(table[1])),),))
    numbers = table.tolist()
    sizes: list[list[int]] = []
    place = 0
    while place < n:
        rings = numbers[place + 1 : place + 1 + numbers[place]]
        if len(rings) != numbers[place]:
            message = "a polygon has fewer rings than it says"
            raise ValueError(message)
        sizes.append(rings)
        place += 1 + len(rings)
    points = _pairs(blob, offset, sum(map(sum, sizes)))
    place, parts = 0, []
    for part in sizes:
        rings_of_part = []
        for size in part:
            rings_of_part.append(points[place : place + size])
            place += size
        parts.append(tuple(rings_of_part))
    return Polygon(tuple(parts))


def _unpack_polyline(blob: bytes, *_: object) -> Polyline:
    return Polyline(_pairs(blob, _HEAD.size, _head(blob, Kind.POLYLINE)))


def _unpack_points(blob: bytes, *_: object) -> Points:
    n = _head(blob, Kind.POINTS)
    points = _pairs(blob, _HEAD.size, n, after=n)
    return Points(points, tuple(blob[len(blob) - n :]))


def _unpack_mask(blob: bytes, *_: object) -> Mask:
    n = _head(blob, Kind.MASK)
    if len(blob) != _HEAD.size + 8 + 4 * n:
        message = "a mask has the wrong length"
        raise ValueError(message)
    width, height = struct.unpack_from("<II", blob, _HEAD.size)
    return Mask(width, height, np.frombuffer(blob, _U4, n, _HEAD.size + 8))


def _unpack_span(blob: bytes, *_: object) -> Span:
    n = _head(blob, Kind.SPAN)
    if len(blob) != _HEAD.size + 16 * n:
        message = "a span has the wrong length"
        raise ValueError(message)
    pieces = np.frombuffer(blob, _I8, 2 * n, _HEAD.size).reshape(n, 2).tolist()
    return Span(tuple((start, stop) for start, stop in pieces))


def _unpack_rotated(blob: bytes, *_: object) -> RotatedBox:
    return RotatedBox(*_body(blob, Kind.ROTATED_BOX, _FIVE, 5))


def _unpack_ellipse(blob: bytes, *_: object) -> Ellipse:
    return Ellipse(*_body(blob, Kind.ELLIPSE, _FIVE, 5))


def _unpack_time_box(blob: bytes, start: float, stop: float) -> TimeBox:
    low, high = _body(blob, Kind.TIME_BOX, _TWO, 2)
    return TimeBox(float(start), float(stop), low, high)


_UNPACKERS: Mapping[int, Callable[[bytes, Any, Any], Geometry]] = {
    Kind.ROTATED_BOX: _unpack_rotated,
    Kind.ELLIPSE: _unpack_ellipse,
    Kind.POLYGON: _unpack_polygon,
    Kind.POLYLINE: _unpack_polyline,
    Kind.POINTS: _unpack_points,
    Kind.MASK: _unpack_mask,
    Kind.SPAN: _unpack_span,
    Kind.TIME_BOX: _unpack_time_box,
}
_UNPACKERS_BARE: Mapping[int, Callable[[Any, Any], Geometry]] = {
    Kind.WHOLE: lambda _start, _stop: Whole(),
    Kind.INTERVAL: lambda start, stop: Interval(float(start), float(stop)),
    Kind.INSTANT: lambda start, _stop: Instant(float(start)),
    Kind.SPAN: lambda start, stop: Span(((int(start), int(stop)),)),
}
