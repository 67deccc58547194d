"""Geometries cut off at the edges of their picture."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any, TypeAlias, cast

import numpy as np

from annolab.model import mask as masks
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Geometry,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Track,
    read_only,
)
from annolab.model.measure import area, bounds, length, ring_contains
from annolab.model.transform import to_polygon

_Flat: TypeAlias = Box | RotatedBox | Polygon | Polyline | Points | Ellipse
_Part: TypeAlias = tuple[FloatArray, ...]


def clip(geometry: Geometry, width: float, height: float) -> Geometry | None:
    """What lies on a picture of `width` by `height`, or None if nothing does.

    A shape that lies wholly on it is returned itself. A turned box or ellipse
    that does not becomes a polygon. A polygon may fall into several parts, a
    line keeps its longest piece, points outside are no longer labelled (0, 0)
    and a keyframe outside is marked so. A mask gets the size of the picture.
    What has no place on a picture stays.

    Pieces of a ring that crosses itself may overlap; they count as a union.
    """
    match geometry:
        case Mask():
            return _clip_mask(geometry, round(width), round(height))
        case Track():
            return _clip_track(geometry, width, height)
    box = bounds(geometry)
    if box is None:
        return geometry
    x0, y0, x1, y1 = box
    if x0 >= 0 and y0 >= 0 and x1 <= width and y1 <= height:
        return geometry
    if x1 < 0 or y1 < 0 or x0 > width or y0 > height:
        return None
    return _cut(cast("_Flat", geometry), width, height)


def _cut(geometry: _Flat, width: float, height: float) -> Geometry | None:
    match geometry:
        case Box(x, y, w, h):
            left, top = max(x, 0.0), max(y, 0.0)
            right, bottom = min(x + w, width), min(y + h, height)
            if right <= left or bottom <= top:
                return None
            return Box(left, top, right - left, bottom - top)
        case Points():
            return _cut_points(geometry, width, height)
        case Polyline(points):
            return _cut_line(points, width, height)
        case _:
            return _cut_polygon(to_polygon(geometry), width, height)


def _clip_mask(mask: Mask, width: int, height: int) -> Mask | None:
    if (mask.width, mask.height) != (width, height):
        x, y, bitmap = masks.crop(mask)
        mask = masks.place(bitmap, x, y, width, height)
    return mask if masks.area(mask) else None


def _clip_track(track: Track, width: float, height: float) -> Track | None:
    keys = []
    for key in track.keyframes:
        seen = cast("Shape | None", clip(key.geometry, width, height))
        shown: dict[str, Any] = (
            {"outside": True} if seen is None else {"geometry": seen}
        )
        keys.append(replace(key, **shown))
    return None if all(key.outside for key in keys) else Track(tuple(keys))


def _cut_points(points: Points, width: float, height: float) -> Points | None:
    x, y = points.points.T
    stays = (x >= 0) & (y >= 0) & (x <= width) & (y <= height)
    seen = np.where(stays, points.visibility, 0)
    if not seen.any():
        return None
    places = np.where(stays[:, None], points.points, 0.0)
    return Points(read_only(places), tuple(seen.tolist()))


def _sides(width: float, height: float) -> tuple[tuple[int, float, int], ...]:
    """Axis, limit and the side to keep, for each edge of a picture."""
    return (0, 0.0, 1), (0, width, -1), (1, 0.0, 1), (1, height, -1)


def _cut_line(points: FloatArray, width: float, height: float) -> Polyline | None:
    pieces = [points]
    for side in _sides(width, height):
        pieces = [cut for piece in pieces for cut in _pieces(piece, *side)]
    lines = [Polyline(read_only(piece)) for piece in pieces if len(piece) > 1]
    return max(lines, key=length, default=None)


def _pieces(line: FloatArray, axis: int, limit: float, side: int) -> list[FloatArray]:
    """The pieces of an open line on one side of a limit; the limit itself counts."""
    depth = side * (line[:, axis] - limit)
    inside = np.concatenate(([False], depth >= 0, [False]))
    begins = np.flatnonzero(inside[1:] & ~inside[:-1])
    ends = np.flatnonzero(inside[:-1] & ~inside[1:])
    found = []
    for begin, end in zip(begins, ends, strict=True):
        piece = [line[begin:end]]
        if begin > 0 and depth[begin] > 0:
            piece.insert(0, _crossing(line[begin - 1], line[begin], axis, limit))
        if end < len(line) and depth[end - 1] > 0:
            piece.append(_crossing(line[end], line[end - 1], axis, limit))
        found.append(np.concatenate(piece))
    return found


def _crossing(a: FloatArray, b: FloatArray, axis: int, limit: float) -> FloatArray:
    """Where the line from `a` to `b` meets the limit, as a (1, 2) array."""
    part = (limit - a[axis]) / (b[axis] - a[axis])
    point = np.clip(a + part * (b - a), np.minimum(a, b), np.maximum(a, b))
    point[axis] = limit
    crossing: FloatArray = point.reshape(1, 2)
    return crossing


def _cut_polygon(polygon: Polygon, width: float, height: float) -> Polygon | None:
    parts = list(polygon.parts)
    for side in _sides(width, height):
        parts = [cut for part in parts for cut in _cut_part(part, *side)]
    if not parts:
        return None
    return Polygon(tuple(tuple(map(read_only, part)) for part in parts))


def _cut_part(part: _Part, axis: int, limit: float, side: int) -> list[_Part]:
    """The parts that one part leaves on one side of a limit.

    All its rings are cut together: a hole that is cut becomes an inlet.
    """
    whole: list[FloatArray] = []
    chains: list[FloatArray] = []
    for ring in part:
        outside = np.flatnonzero(side * (ring[:, axis] - limit) < 0)
        if not outside.size:
            whole.append(ring)
        else:
            # As an open line that starts and ends outside.
            start = outside[0]
            line = np.concatenate((ring[start:], ring[: start + 1]))
            chains += _pieces(line, axis, limit, side)
    if whole and whole[0] is part[0]:
        return [(*whole, *_joined(chains, 1 - axis))]
    outers = _joined(chains, 1 - axis)
    holes: list[list[FloatArray]] = [[] for _ in outers]
    for hole in whole if outers else ():
        holes[_around(hole, outers)].append(hole)
    return [(outer, *rings) for outer, rings in zip(outers, holes, strict=True)]


def _around(hole: FloatArray, outers: Sequence[FloatArray]) -> int:
    """Which ring holds most corners of a hole."""
    inside = [sum(ring_contains(ring, x, y) for x, y in hole) for ring in outers]
    return inside.index(max(inside))


def _joined(chains: list[FloatArray], along: int) -> list[FloatArray]:
    """Rings from chains that start and end on one line.

    Going along the line, the inside is between the first end and the second,
    the third and the fourth ...: those are joined. A chain has two ends, an end
    one partner, so following them comes back to where it began.
    """
    # End 2i is the start of chain i, end 2i + 1 its end.
    places = [chain[end, along] for chain in chains for end in (0, -1)]
    order = np.argsort(places, kind="stable").tolist()
    partner = {}
    for a, b in zip(order[::2], order[1::2], strict=True):
        partner[a], partner[b] = b, a
    rings = []
    left = set(range(len(chains)))
    while left:
        first = end = 2 * left.pop()
        steps = []
        while True:
            chain = chains[end // 2]
            steps.append(chain[::-1] if end & 1 else chain)
            left.discard(end // 2)
            end = partner[end ^ 1]
            if end == first:
                break
        rings.append(np.concatenate(steps))
    return [ring for ring in rings if len(ring) > 2 and area(Polygon.of(ring)) > 0]
