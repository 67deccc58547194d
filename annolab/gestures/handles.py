"""The places of a shape that can be grabbed."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, auto
from math import hypot

import numpy as np

from annolab.gestures.rect import Corner, Rect, frame_of, handle_place, turned
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
)

REACH = 7.0  # screen pixels around a handle in which it is grabbed
ROTATE_AT = 26.0  # screen pixels from the top side to the handle that turns
SMALL = 24.0  # screen pixels of a side below which its middle has no handle


class Part(Enum):
    """What of a shape is grabbed."""

    BODY = auto()
    CORNER = auto()  # a corner or side of a rectangle
    TURN = auto()
    VERTEX = auto()
    EDGE = auto()  # where a point would be inserted


@dataclass(frozen=True, slots=True)
class Handle:
    """One place: `side` is of rectangles, (-1, 0, 1) for each axis.

    `ring` and `index` count the rings of a polygon and the points in them; an
    edge has the index of the point that would be inserted.
    """

    part: Part
    x: float
    y: float
    side: Corner = (0.0, 0.0)
    ring: int = 0
    index: int = 0


_CORNERS = ((-1, -1), (1, -1), (1, 1), (-1, 1))
_SIDES = ((0, -1), (1, 0), (0, 1), (-1, 0))


def rings_of(shape: Shape) -> tuple[FloatArray, ...]:
    """The point arrays whose points can be dragged."""
    match shape:
        case Polygon():
            return shape.rings
        case Polyline(points) | Points(points, _):
            return (points,)
        case _:
            return ()


def handles_of(shape: Shape, scale: float) -> list[Handle]:
    """The handles of a rectangle; points have their arrays (see `rings_of`)."""
    if not isinstance(shape, Box | RotatedBox | Ellipse):
        return []
    frame = frame_of(shape)
    found = [_handle(shape, side) for side in _CORNERS]
    for side in _SIDES:
        length = frame.w if side[0] == 0 else frame.h
        if length * scale >= SMALL:
            found.append(_handle(shape, side))
    if not isinstance(shape, Box):
        found.append(turn_handle(shape, scale))
    return found


def _handle(shape: Rect, side: tuple[int, int]) -> Handle:
    x, y = handle_place(frame_of(shape), side)
    return Handle(Part.CORNER, x, y, side)


def turn_handle(shape: Rect, scale: float) -> Handle:
    """The handle that turns a rectangle: above its top side."""
    frame = frame_of(shape)
    dx, dy = turned(0, -frame.h / 2 - ROTATE_AT / scale, frame.angle)
    return Handle(Part.TURN, frame.cx + dx, frame.cy + dy)


def grab(
    shape: Shape, at: Corner, scale: float, *, inserting: bool = False
) -> Handle | None:
    """What of a selected shape is grabbed at a place, other than its body.

    `inserting` (Alt): anywhere on an edge; otherwise around its middle only.
    """
    reach = REACH / scale
    found = _nearest(handles_of(shape, scale), at, reach)
    if found is not None:
        return found
    vertex = _vertex(shape, at, reach)
    if vertex is not None:
        return vertex
    if inserting:
        return edge_at(shape, at, scale)
    middle = middle_of_edge(shape, at, scale)
    return middle and _nearest([middle], at, reach)


def _nearest(handles: list[Handle], at: Corner, reach: float) -> Handle | None:
    near = [(hypot(h.x - at[0], h.y - at[1]), i) for i, h in enumerate(handles)]
    distance, index = min(near, default=(reach + 1, 0))
    return handles[index] if distance <= reach else None


def _vertex(shape: Shape, at: Corner, reach: float) -> Handle | None:
    best, found = reach, None
    for ring, points in enumerate(rings_of(shape)):
        if not len(points):
            continue
        away = np.hypot(points[:, 0] - at[0], points[:, 1] - at[1])
        if isinstance(shape, Points):
            away = np.where(np.array(shape.visibility) > 0, away, np.inf)
        index = int(np.argmin(away))
        if away[index] <= best:
            best = float(away[index])
            x, y = points[index]
            found = Handle(Part.VERTEX, float(x), float(y), ring=ring, index=index)
    return found


def edge_at(shape: Shape, at: Corner, scale: float) -> Handle | None:
    """The nearest place on an edge of a polygon or line, where a point can go in."""
    if isinstance(shape, Points):
        return None
    best, found = REACH / scale, None
    for ring, points in enumerate(rings_of(shape)):
        starts, ends = _edges(points, closed=isinstance(shape, Polygon))
        if not len(starts):
            continue
        along = ends - starts
        length = np.maximum((along**2).sum(axis=1), 1e-300)
        t = np.clip(((at - starts) * along).sum(axis=1) / length, 0, 1)
        places = starts + t[:, None] * along
        away = np.hypot(places[:, 0] - at[0], places[:, 1] - at[1])
        index = int(np.argmin(away))
        if away[index] <= best:
            best = float(away[index])
            x, y = places[index]
            found = Handle(Part.EDGE, float(x), float(y), ring=ring, index=index + 1)
    return found


def middle_of_edge(shape: Shape, at: Corner, scale: float) -> Handle | None:
    """The middle of the edge under the pointer, if the edge is long enough."""
    edge = edge_at(shape, at, scale)
    if edge is None:
        return None
    points = rings_of(shape)[edge.ring]
    a, b = points[edge.index - 1], points[edge.index % len(points)]
    if hypot(*(b - a)) * scale < SMALL:
        return None
    x, y = (a + b) / 2
    return Handle(Part.EDGE, float(x), float(y), ring=edge.ring, index=edge.index)


def _edges(points: FloatArray, *, closed: bool) -> tuple[FloatArray, FloatArray]:
    if len(points) < 2:
        return points[:0], points[:0]
    if closed:
        return points, np.roll(points, -1, axis=0)
    return points[:-1], points[1:]
