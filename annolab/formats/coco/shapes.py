"""COCO's numbers to geometry and back.

Rules: a segmentation is a list of flat rings whose union is meant, without
holes, or runs of pixels over the whole image; the area is that of the pixels as
pycocotools fills them; lists of fewer than 6 numbers are no polygon, those of 4
are taken for a box (pycocotools `_mask.pyx`).
"""

from __future__ import annotations

import math
import struct
from collections.abc import Mapping, Sequence
from hashlib import blake2b
from typing import Any, TypeAlias

import numpy as np

from annolab.model import mask as masks
from annolab.model.geometry import (
    MAX_COORDINATE,
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
)
from annolab.model.measure import bounds as bounds_of
from annolab.model.polygon_mask import polygon_to_mask
from annolab.model.transform import to_polygon

Rectangle: TypeAlias = tuple[float, float, float, float]

_SAME = 1e-3  # pixels by which libraries of mathematics may differ


class BadShape(Exception):
    """What is given is no shape; the text is a sentence for the report."""


def ring(numbers: object) -> FloatArray | None:
    """A flat list of numbers as a read-only (n, 2) array; None when it is not one."""
    if type(numbers) is not list or len(numbers) < 6 or len(numbers) & 1:
        return None
    return _points(numbers)


def _points(numbers: Sequence[Any]) -> FloatArray | None:
    try:
        flat = np.frombuffer(struct.pack(f"{len(numbers)}d", *numbers))
        # The length of all as one vector tells cheaply that all are near.
        near = math.hypot(*numbers) <= MAX_COORDINATE
    except (struct.error, TypeError, OverflowError):
        return None
    if not near and not (abs(flat) <= MAX_COORDINATE).all():
        return None
    return flat.reshape(-1, 2)


def polygon(rings: Sequence[object]) -> tuple[Polygon | None, bool]:
    """The polygon of the good rings of a segmentation, and whether all are good."""
    parts = [(points,) for points in map(ring, rings) if points is not None]
    if not parts:
        return None, False
    return Polygon(tuple(parts)), len(parts) == len(rings)


def run_lengths(given: Mapping[str, object]) -> tuple[Mask, bool]:
    """The mask of `{"size", "counts"}`, and whether it is written as we would.

    Raises BadShape.
    """
    size, counts = given.get("size"), given.get("counts")
    if not (
        isinstance(size, list) and len(size) == 2 and all(type(n) is int for n in size)
    ):
        message = "The size of a mask must be two whole numbers."
        raise BadShape(message)
    try:
        if isinstance(counts, str):
            runs = masks.counts_from_string(counts)
        elif isinstance(counts, list):
            runs = np.asarray(counts) if counts else np.zeros(0, np.uint32)
        else:
            message = "The counts of a mask must be a text or a list."
            raise BadShape(message)
        mask = masks.from_counts(runs, size[1], size[0])
    except (ValueError, OverflowError) as error:
        raise BadShape(str(error)) from error
    usual = not isinstance(counts, str) or masks.counts_to_string(runs) == counts
    return mask, usual and len(given) == 2


def rectangle(given: object) -> Rectangle | None:
    """A bbox of four numbers with a size that is not negative, or None."""
    if type(given) is not list or len(given) != 4:
        return None
    if not all(type(n) in (int, float) and abs(n) <= MAX_COORDINATE for n in given):
        return None
    x, y, w, h = map(float, given)
    return (x, y, w, h) if w >= 0 and h >= 0 else None


def corners(box: Rectangle) -> list[float]:
    """A box as the ring that pycocotools gives results without a segmentation."""
    x, y, w, h = box
    return [x, y, x, y + h, x + w, y + h, x + w, y]


def keypoints(given: object) -> Points | None:
    """Triplets x, y, visibility; None when they are not."""
    if type(given) is not list or not given or len(given) % 3:
        return None
    flags = given[2::3]
    if not all(type(v) in (int, float) and v in (0, 1, 2) for v in flags):
        return None
    flat = [n for i in range(0, len(given), 3) for n in given[i : i + 2]]
    points = _points(flat)
    return None if points is None else Points(points, tuple(map(int, flags)))


def outline(shape: RotatedBox | Ellipse) -> FloatArray:
    """The corners of a rotated box, or points all along an ellipse."""
    return to_polygon(shape).rings[0]


def is_outline(geometry: Geometry | None, shape: RotatedBox | Ellipse) -> bool:
    """Whether a polygon is the outline we write for `shape`."""
    if not isinstance(geometry, Polygon) or len(geometry.rings) != 1:
        return False
    ours, theirs = outline(shape), geometry.rings[0]
    return ours.shape == theirs.shape and bool(np.allclose(ours, theirs, 0, _SAME))


def bounds(shape: Shape) -> Rectangle | None:
    """The bbox of a shape in pixels; None for an empty mask or a whole image."""
    match shape:
        case Box(x, y, w, h):
            return x, y, w, h
        case Mask():
            return masks.bbox(shape)
        case Points(points, visibility):
            seen = points[np.array(visibility, dtype=bool)]
            return bounds(Polyline(seen)) if len(seen) else None
        case RotatedBox() | Ellipse():
            return bounds(to_polygon(shape))  # of what is written
    found = bounds_of(shape)
    if found is None:
        return None
    left, top, right, bottom = found
    return left, top, right - left, bottom - top


def filled(shape: Polygon, width: int | None, height: int | None) -> Mask:
    """The pixels of a polygon, as pycocotools fills them."""
    if width is None or height is None:
        right, bottom = np.concatenate(shape.rings).max(axis=0)
        width, height = max(math.ceil(right), 1), max(math.ceil(bottom), 1)
    return polygon_to_mask(shape, width, height)


def area(shape: Shape, width: int | None, height: int | None) -> float:
    """The area in pixels, as COCO files state it."""
    match shape:
        case Box(_, _, w, h):
            return w * h
        case Mask():
            return masks.area(shape)
        case Polygon():
            return masks.area(filled(shape, width, height))
        case RotatedBox() | Ellipse():
            return masks.area(filled(Polygon.of(outline(shape)), width, height))
        case _:
            box = bounds(shape)
            return box[2] * box[3] if box else 0.0


def digest(geometry: Geometry) -> str:
    """A short text that changes with the geometry."""
    if isinstance(geometry, Polygon):
        parts = geometry.parts
        if len(parts) == 1 and len(parts[0]) == 1:
            return blake2b(parts[0][0].tobytes(), digest_size=8).hexdigest()
        sizes = [[len(ring) for ring in part] for part in parts]
        data = repr(sizes).encode() + b"".join(r.tobytes() for r in geometry.rings)
    elif isinstance(geometry, Mask):
        data = b"%d %d " % (geometry.width, geometry.height) + geometry.counts.tobytes()
    elif isinstance(geometry, Points):
        data = repr(geometry.visibility).encode() + geometry.points.tobytes()
    else:
        data = repr(geometry).encode()
    return blake2b(data, digest_size=8).hexdigest()
