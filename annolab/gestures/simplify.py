"""Fewer points for a line drawn by hand (Douglas and Peucker, 1973)."""

from __future__ import annotations

import numpy as np

from annolab.model.geometry import FloatArray


def simplify(points: FloatArray, tolerance: float) -> FloatArray:
    """The (n, 2) line with points left out that are within `tolerance` of the rest.

    The first and the last point stay.
    """
    keep = np.zeros(len(points), dtype=np.bool_)
    keep[[0, -1]] = True
    open_ends = [(0, len(points) - 1)]
    while open_ends:
        first, last = open_ends.pop()
        if last - first < 2:
            continue
        away = _distances(points[first + 1 : last], points[first], points[last])
        farthest = int(np.argmax(away))
        if away[farthest] > tolerance:
            middle = first + 1 + farthest
            keep[middle] = True
            open_ends += [(first, middle), (middle, last)]
    kept: FloatArray = points[keep]
    return kept


def _distances(points: FloatArray, a: FloatArray, b: FloatArray) -> FloatArray:
    """How far points are from the segment a-b."""
    along = b - a
    length = float(along @ along)
    offset = points - a
    if length > 0:
        offset = offset - np.clip(offset @ along / length, 0, 1)[:, None] * along
    distances: FloatArray = np.hypot(offset[:, 0], offset[:, 1])
    return distances
