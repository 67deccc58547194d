"""Rows of numbers to geometry and back, between 0 and 1 and pixels.

A loader of the family refuses a whole image when one number lies outside of 0
to 1, so what is written is clipped after it was rounded.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import NamedTuple

import numpy as np

from annolab.model.geometry import (
    Box,
    FloatArray,
    Points,
    Polygon,
    RotatedBox,
    points_array,
)
from annolab.model.measure import corners

DIGITS = 8
_SAME = 1e-5  # of the size of the picture: corners of a rectangle may be off so far


class BadRow(Exception):
    """A row that cannot be read; the text is a sentence."""


class Size(NamedTuple):
    """Of the upright picture, in pixels."""

    width: int
    height: int


def written(numbers: Iterable[float]) -> str:
    """Numbers from 0 to 1, rounded and then clipped."""
    clipped = (min(max(round(number, DIGITS), 0.0), 1.0) for number in numbers)
    return " ".join(f"{n:.{DIGITS}f}".rstrip("0").rstrip(".") for n in clipped)


def box_numbers(box: Box, size: Size) -> list[float]:
    """Centre, width and height."""
    return [
        (box.x + box.w / 2) / size.width,
        (box.y + box.h / 2) / size.height,
        box.w / size.width,
        box.h / size.height,
    ]


def ring_numbers(ring: FloatArray, size: Size) -> list[float]:
    """The corners, one after the other."""
    numbers: list[float] = (ring / size).ravel().tolist()
    return numbers


def box_of(numbers: Sequence[float], size: Size) -> Box:
    """The box of centre, width and height."""
    x, y, w, h = numbers
    if w < 0 or h < 0:
        message = "A box has a negative size."
        raise BadRow(message)
    return Box(
        (x - w / 2) * size.width, (y - h / 2) * size.height,
        w * size.width, h * size.height,
    )  # fmt: skip


def ring_of(numbers: Sequence[float], size: Size) -> FloatArray:
    """Corners in pixels, as a read-only (n, 2) array."""
    return points_array(np.array(numbers).reshape(-1, 2) * size)


def turned_box(ring: FloatArray, size: Size) -> RotatedBox | None:
    """The turned box with these four corners, or None when they are not of one."""
    if len(ring) != 4:
        return None
    (cx, cy), across, down = ring.mean(axis=0), ring[1] - ring[0], ring[3] - ring[0]
    width, height = math.hypot(*across), math.hypot(*down)
    angle = math.degrees(math.atan2(across[1], across[0]))
    box = RotatedBox(float(cx), float(cy), width, height, angle)
    near = _SAME * max(size) + 1e-6
    return box if np.abs(corners(box) - ring).max() <= near else None


def keypoints_of(numbers: Sequence[float], each: int, size: Size) -> Points:
    """Keypoints of `each` numbers: 2 without visibility, 3 with it."""
    table = np.array(numbers).reshape(-1, each)
    places = points_array(table[:, :2] * size)
    if each == 2:  # a point at the corner of the picture is not labelled
        return Points(places, tuple(2 if x or y else 0 for x, y in places.tolist()))
    seen = table[:, 2]
    if not np.isin(seen, (0, 1, 2)).all():
        message = "The visibility of a keypoint is not 0, 1 or 2."
        raise BadRow(message)
    return Points(places, tuple(map(int, seen.tolist())))


def keypoint_texts(points: Points | None, count: int, size: Size) -> list[str]:
    """`count` keypoints of x, y and visibility; those that miss are not labelled."""
    texts = []
    places = [] if points is None else points.points.tolist()
    flags = () if points is None else points.visibility
    for (x, y), seen in zip(places[:count], flags[:count], strict=True):
        inside = seen > 0 and 0 <= x <= size.width and 0 <= y <= size.height
        where = written((x / size.width, y / size.height)) if inside else "0 0"
        texts.append(f"{where} {seen if inside else 0}")
    return texts + ["0 0 0"] * (count - len(texts))


def outer_ring(polygon: Polygon) -> FloatArray:
    """The outer ring of the largest part."""
    return max((part[0] for part in polygon.parts), key=_area)


def _area(ring: FloatArray) -> float:
    x, y = ring.T
    return abs(float(np.dot(x, np.roll(y, 1)) - np.dot(y, np.roll(x, 1)))) / 2
