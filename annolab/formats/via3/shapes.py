"""Shapes as VIA has them: the number of the kind, then coordinates, in one list.

1 point x y, 2 rectangle x y w h, 3 circle x y r, 4 ellipse x y rx ry, 5 line,
6 polyline and 7 polygon of points, 8 rectangle and 9 circle by points on their edges.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from annolab.model.geometry import (
    Box,
    Ellipse,
    Points,
    Polygon,
    Polyline,
    Shape,
    Whole,
    points_array,
)

_BAD = "A region that is none of the shapes of VIA."
Numbers = Sequence[float]


def shape_of(given: Sequence[Any]) -> Shape:
    """The shape in a list; the whole frame for an empty one. Raises ValueError."""
    if not given:
        return Whole()
    kind = given[0]
    if type(kind) is not int or kind not in _MAKERS:
        raise ValueError(_BAD)
    count, make = _MAKERS[kind]
    numbers = [_number(value) for value in given[1:]]
    is_good = len(numbers) >= -count and not len(numbers) % 2
    if not (is_good if count < 0 else len(numbers) == count):
        raise ValueError(_BAD)
    return make(numbers)


def list_of(shape: Shape) -> list[float] | None:
    """The list of a shape; None for one that VIA does not have."""
    found: list[float] | None = None
    match shape:
        case Whole():
            found = []
        case Box(x, y, w, h):
            found = [2, x, y, w, h]
        case Ellipse(x, y, rx, ry, 0):
            found = [3, x, y, rx] if rx == ry else [4, x, y, rx, ry]
        case Points(points, (2,)):
            found = [1, *points[0].tolist()]
        case Polyline(points) if len(points) > 1:
            found = [5 if len(points) == 2 else 6, *points.ravel().tolist()]
        case Polygon(((ring,),)) if len(ring) > 2:
            found = [7, *ring.ravel().tolist()]
    return found


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise ValueError(_BAD)


def _bounds(numbers: Numbers) -> Box:
    xs, ys = numbers[::2], numbers[1::2]
    return Box(min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys))


def _line(numbers: Numbers) -> Polyline:
    return Polyline(points_array(numbers))


def _circle(numbers: Numbers) -> Ellipse:
    """The circle through three points."""
    ax, ay, bx, by, cx, cy = numbers
    bx, by, cx, cy = bx - ax, by - ay, cx - ax, cy - ay
    area = 2 * (bx * cy - by * cx)
    if not area:
        raise ValueError(_BAD)
    b, c = bx * bx + by * by, cx * cx + cy * cy
    x, y = (cy * b - by * c) / area, (bx * c - cx * b) / area
    radius = math.hypot(x, y)
    if not math.isfinite(radius):
        raise ValueError(_BAD)
    return Ellipse(ax + x, ay + y, radius, radius)


# How many numbers there are, at least when it is below 0; and what they make.
_MAKERS: Mapping[object, tuple[int, Callable[[Numbers], Shape]]] = {
    1: (2, lambda n: Points.of([n])),
    2: (4, lambda n: Box(*n)),
    3: (3, lambda n: Ellipse(n[0], n[1], n[2], n[2])),
    4: (4, lambda n: Ellipse(*n)),
    5: (4, _line),
    6: (-4, _line),
    7: (-6, lambda n: Polygon.of(points_array(n))),
    8: (8, _bounds),
    9: (6, _circle),
}
