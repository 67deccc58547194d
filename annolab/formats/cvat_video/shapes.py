"""Shapes of CVAT as elements, and back."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from annolab.formats.decimals import (
    BAD_NUMBER,
    Digits,
    decimal,
    from_begin,
    from_middle,
    middle,
    of,
    span,
)
from annolab.formats.xml_nodes import Node
from annolab.model import mask as masks
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
    Whole,
)

TAGS = frozenset(
    ("box", "polygon", "polyline", "points", "ellipse", "mask", "skeleton", "tag")
)
# What is said of the shape itself, by element; all else is kept.
PLACES: Mapping[str, frozenset[str]] = {
    "box": frozenset(("xtl", "ytl", "xbr", "ybr", "rotation")),
    "ellipse": frozenset(("cx", "cy", "rx", "ry", "rotation")),
    "mask": frozenset(("rle", "left", "top", "width", "height")),
    "polygon": frozenset(("points",)),
    "polyline": frozenset(("points",)),
    "points": frozenset(("points",)),
}
_MOST_PIXELS = 1 << 28  # of the columns of a picture that a mask lies on
_WHOLE = re.compile(r"-?[0-9]{1,9}")

BAD_MASK = "A mask whose runs do not fill its box."
NO_SIZE = "A mask on a film whose size is not known, or too large."


@dataclass(frozen=True, slots=True)
class Frame:
    """The size of the pictures, where it is known, and names of keypoints."""

    width: int | None
    height: int | None
    keypoints: Sequence[str] = ()


def whole(text: str | None) -> int | None:
    """A whole number of at most nine digits, or None."""
    text = (text or "").strip()
    return int(text) if _WHOLE.fullmatch(text) else None


def shape_of(element: Any, frame: Frame, *, is_turned: bool = False) -> Shape:
    """The shape of an element; boxes of a track with a turned one are all turned.

    Raises ValueError with a sentence.
    """
    tag, points = element.tag, element.get("points")
    shape: Shape = Whole()
    if tag == "box":
        shape = _box(element, is_turned=is_turned)
    elif tag == "ellipse":
        cx, cy, rx, ry = (decimal(element.get(k)) for k in ("cx", "cy", "rx", "ry"))
        turn = decimal(element.get("rotation", "0"))
        shape = Ellipse(float(cx), float(cy), float(rx), float(ry), float(turn))
    elif tag == "polygon":
        shape = Polygon.of(_points(points))
    elif tag == "polyline":
        shape = Polyline.of(_points(points))
    elif tag == "points":
        shape = Points.of(_points(points))
    elif tag == "mask":
        shape = _mask(element, frame)
    elif tag == "skeleton":
        shape = _skeleton(element, frame)
    return shape


def _box(element: Any, *, is_turned: bool) -> Box | RotatedBox:
    left, top, right, bottom = (
        decimal(element.get(key)) for key in ("xtl", "ytl", "xbr", "ybr")
    )
    turn = element.get("rotation")
    if not is_turned and turn is None:
        (x, width), (y, height) = span(left, right), span(top, bottom)
        return Box(x, y, width, height)
    (cx, width), (cy, height) = middle(left, right), middle(top, bottom)
    return RotatedBox(cx, cy, width, height, float(decimal(turn or "0")))


def _points(text: str | None) -> FloatArray:
    pairs = [pair.split(",") for pair in (text or "").split(";") if pair.strip()]
    if any(len(pair) != 2 for pair in pairs):
        raise ValueError(BAD_NUMBER)
    flat = [float(decimal(number)) for pair in pairs for number in pair]
    return np.array(flat, dtype=np.float64).reshape(-1, 2)


def _mask(element: Any, frame: Frame) -> Mask:
    numbers = [whole(element.get(k)) for k in ("left", "top", "width", "height")]
    left, top, width, height = (-1 if n is None else n for n in numbers)
    if frame.width is None or frame.height is None:
        raise ValueError(NO_SIZE)
    if min(left, top, width, height) < 0 or width > frame.width:
        raise ValueError(BAD_MASK)
    if max(width * height, width * frame.height) > _MOST_PIXELS:
        raise ValueError(NO_SIZE)
    texts = [x for x in (element.get("rle") or "").split(",") if x.strip()]
    runs = [-1 if (run := whole(text)) is None else run for text in texts]
    if min(runs, default=0) < 0 or sum(runs) != width * height:
        raise ValueError(BAD_MASK)
    values = (np.arange(len(runs)) & 1).astype(np.bool_)
    bitmap = np.repeat(values, runs).reshape(height, width)
    return masks.place(bitmap, left, top, frame.width, frame.height)


def _skeleton(element: Any, frame: Frame) -> Points:
    parts = {part.get("label"): part for part in element.iterfind("points")}
    names = list(frame.keypoints) or list(parts)
    places, seen = [], []
    for name in names:
        part = parts.get(name)
        point = _points(part.get("points")) if part is not None else np.zeros((0, 2))
        places.append(point[0] if len(point) else np.zeros(2))
        hidden = part is None or not len(point) or part.get("outside") == "1"
        covered = part is not None and part.get("occluded") == "1"
        seen.append(0 if hidden else 1 if covered else 2)
    return Points.of(np.array(places).reshape(-1, 2), seen)


def element_of(shape: Shape, keypoints: Sequence[str], digits: Digits) -> Node | None:
    """The element of a shape; None for polygons that CVAT does not know."""
    node: Node | None = Node("tag", {})
    match shape:
        case Box() | RotatedBox():
            node = Node("box", _box_said(shape, digits))
        case Ellipse():
            said = {k: digits(of(getattr(shape, k))) for k in ("cx", "cy", "rx", "ry")}
            turn = {"rotation": digits(of(shape.angle))} if shape.angle else {}
            node = Node("ellipse", said | turn)
        case Polygon():
            rings = shape.rings
            said = {"points": _pairs(rings[0], digits)} if rings else {}
            node = Node("polygon", said) if len(rings) == 1 else None
        case Polyline():
            node = Node("polyline", {"points": _pairs(shape.points, digits)})
        case Points():
            node = _points_element(shape, keypoints, digits)
        case Mask():
            node = Node("mask", _mask_said(shape))
    return node


def _box_said(shape: Box | RotatedBox, digits: Digits) -> dict[str, str]:
    if isinstance(shape, Box):
        x, y = from_begin(shape.x, shape.w), from_begin(shape.y, shape.h)
        return _corners(x, y, digits)
    x, y = from_middle(shape.cx, shape.w), from_middle(shape.cy, shape.h)
    return _corners(x, y, digits) | {"rotation": digits(of(shape.angle))}


def _corners(x: Sequence[Any], y: Sequence[Any], digits: Digits) -> dict[str, str]:
    named = {"xtl": x[0], "ytl": y[0], "xbr": x[1], "ybr": y[1]}
    return {key: digits(number) for key, number in named.items()}


def _pairs(points: FloatArray, digits: Digits) -> str:
    return ";".join(f"{digits(of(x))},{digits(of(y))}" for x, y in points.tolist())


def _points_element(points: Points, keypoints: Sequence[str], digits: Digits) -> Node:
    if len(keypoints) != len(points.points):
        return Node("points", {"points": _pairs(points.points, digits)})
    parts = []
    for name, point, seen in zip(
        keypoints, points.points, points.visibility, strict=True
    ):
        said = {
            "label": name,
            "outside": str(int(seen == 0)),
            "occluded": str(int(seen == 1)),
            "points": _pairs(point.reshape(1, 2), digits),
        }
        parts.append(Node("points", said))
    return Node("skeleton", {}, "", tuple(parts))


def _mask_said(mask: Mask) -> dict[str, str]:
    left, top, bitmap = masks.crop(mask)
    flat = bitmap.ravel()
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    runs = np.diff(edges, prepend=0, append=flat.size).tolist()
    if flat.size and flat[0]:
        runs.insert(0, 0)
    height, width = bitmap.shape
    return {
        "rle": ", ".join(map(str, runs)),
        "left": str(left),
        "top": str(top),
        "width": str(width),
        "height": str(height),
    }
