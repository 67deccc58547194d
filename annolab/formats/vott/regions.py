"""Regions of VoTT: points in order, the box around them, and the kind of shape."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any

from annolab.formats.json_object import listed, mapping
from annolab.model.geometry import Box, Points, Polygon, Polyline, Shape

SHAPES = (Box, Polygon, Polyline, Points)
_BAD = "A region that is none of the shapes of VoTT."


def shape_of(region: Mapping[str, Any]) -> Shape:
    """The shape of a region. Raises ValueError with a sentence."""
    kind = region.get("type")
    points = [_point(each) for each in listed(region.get("points"))]
    if kind in ("RECTANGLE", "SQUARE"):
        return _box(mapping(region.get("boundingBox")), points)
    if kind == "POLYGON" and len(points) > 2:
        return Polygon.of(points)
    if kind == "POLYLINE" and len(points) > 1:
        return Polyline.of(points)
    if kind == "POINT" and len(points) == 1:
        return Points.of(points)
    raise ValueError(_BAD)


def region_of(shape: object) -> dict[str, Any] | None:
    """Type, box and points of a shape; None for one that VoTT does not have."""
    match shape:
        case Box(x, y, w, h):
            points = [(x, y), (x + w, y), (x + w, y + h), (x, y + h)]
            kind, box = "RECTANGLE", (x, y, w, h)
        case Polygon(((ring,),)) if len(ring) > 2:
            kind, points, box = "POLYGON", ring.tolist(), _around(ring.tolist())
        case Polyline(line) if len(line) > 1:
            kind, points, box = "POLYLINE", line.tolist(), _around(line.tolist())
        case Points(dots, (2,)):
            kind, points, box = "POINT", dots.tolist(), _around(dots.tolist())
        case _:
            return None
    left, top, width, height = box
    around = {"left": left, "top": top, "width": width, "height": height}
    corners = [{"x": x, "y": y} for x, y in points]
    return {"type": kind, "boundingBox": around, "points": corners}


def _around(points: Sequence[Sequence[float]]) -> tuple[float, float, float, float]:
    xs, ys = [p[0] for p in points], [p[1] for p in points]
    return min(xs), min(ys), max(xs) - min(xs), max(ys) - min(ys)


def _box(given: Mapping[str, Any], points: Sequence[tuple[float, float]]) -> Box:
    if given or not points:
        sides = ("left", "top", "width", "height")
        return Box(*(_number(given.get(side)) for side in sides))
    return Box(*_around(points))


def _point(given: object) -> tuple[float, float]:
    said = mapping(given)
    return _number(said.get("x")), _number(said.get("y"))


def _number(value: object) -> float:
    if isinstance(value, int | float) and not isinstance(value, bool):
        try:
            number = float(value)
        except OverflowError:
            number = math.inf
        if math.isfinite(number):
            return number
    raise ValueError(_BAD)
