"""How a shape moves from one picture to the next: flow of points, or OpenCV's MIL.

A motion is a (2, 3) matrix in pixels: where a place of the earlier picture is in
the later one. Pictures are uint8 (height, width, 3), RGB.
"""

from __future__ import annotations

from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from annolab.model.geometry import FloatArray

Pixels = NDArray[np.uint8]

_LONGEST = 320  # pixels of a shape's longer side; larger ones are made smaller
_MARGIN = 48  # least pixels around a shape in which its points may have gone
_POINTS = 150
_LEAST = 6  # points that must agree
_BACK = 1.0  # pixels by which a point may miss itself on the way back


class Motion(Protocol):
    """Finds where a shape has gone."""

    def step(
        self, earlier: Pixels, later: Pixels, outline: FloatArray
    ) -> FloatArray | None:
        """The motion of what lies within `outline` (n, 2); None if not found."""


def affine(matrix: FloatArray, points: FloatArray) -> FloatArray:
    """Points moved by a (2, 3) matrix."""
    moved: FloatArray = points @ matrix[:, :2].T + matrix[:, 2]
    return moved


def composed(after: FloatArray, before: FloatArray) -> FloatArray:
    """The motion that is `before`, then `after`."""
    linear = after[:, :2] @ before[:, :2]
    return np.column_stack((linear, affine(after, before[None, :, 2])[0]))


class Flow:
    """Pyramidal optical flow of many points, checked backwards; they vote.

    The motion is a similarity: moved, scaled, turned.
    """

    def step(
        self, earlier: Pixels, later: Pixels, outline: FloatArray
    ) -> FloatArray | None:
        """As `Motion.step`."""
        low, high = outline.min(axis=0), outline.max(axis=0)
        side = float((high - low).max())
        margin = max(_MARGIN, side * 0.75)
        size = np.array(earlier.shape[1::-1])
        corner = np.floor(low - margin).clip(0, size).astype(int)
        end = np.ceil(high + margin).clip(0, size).astype(int)
        if (end - corner).min() < 8:
            return None
        scale = min(1.0, _LONGEST / max(side, 1.0))
        one, two = (_grey(x, corner, end, scale) for x in (earlier, later))
        inside = _inside(one, (outline - corner) * scale)
        matrix = similarity(one, two, inside)
        return None if matrix is None else _in_picture(matrix, corner, scale)


def similarity(
    one: Pixels, two: Pixels, inside: NDArray[np.bool_]
) -> FloatArray | None:
    """How most points of `inside` have moved, scaled and turned; None: unknown."""
    import cv2

    points = _features(one, inside)
    found = None if len(points) < _LEAST else _flowed(one, two, points)
    if found is None:
        return None
    estimate: Any = cv2.estimateAffinePartial2D
    matrix, _ = estimate(
        *found, ransacReprojThreshold=1.5, maxIters=500, confidence=0.99
    )
    return None if matrix is None else np.asarray(matrix, dtype=np.float64)


def _in_picture(
    matrix: FloatArray, corner: NDArray[np.int64], scale: float
) -> FloatArray:
    """A motion of scaled, cut out pictures as one of whole pictures."""
    linear = np.array(matrix[:, :2], dtype=np.float64)
    shift = np.array(matrix[:, 2]) / scale + corner - linear @ corner
    return np.column_stack((linear, shift))


def _grey(
    picture: Pixels, corner: NDArray[np.int64], end: NDArray[np.int64], scale: float
) -> Pixels:
    import cv2

    cut = np.ascontiguousarray(picture[corner[1] : end[1], corner[0] : end[0], :3])
    grey = cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY)
    if scale < 1:
        size = [max(round(x * scale), 8) for x in grey.shape[::-1]]
        grey = cv2.resize(grey, size, interpolation=cv2.INTER_AREA)
    return np.asarray(grey, dtype=np.uint8)


def _inside(grey: Pixels, outline: FloatArray) -> NDArray[np.bool_]:
    import cv2

    inside = np.zeros(grey.shape, np.uint8)
    cv2.fillPoly(inside, [np.round(outline).astype(np.int32)], 1)
    return inside > 0


def _features(grey: Pixels, inside: NDArray[np.bool_]) -> NDArray[np.float32]:
    """Points of `inside` that are easily found again."""
    import cv2

    apart = max(2.0, float(np.sqrt(inside.sum() / _POINTS)) * 0.6)
    points: Any = cv2.goodFeaturesToTrack(
        grey, _POINTS, 0.01, apart, mask=inside.astype(np.uint8)
    )
    if points is None:
        return np.empty((0, 2), np.float32)
    return np.asarray(points, np.float32).reshape(-1, 2)


def _flowed(
    one: Pixels, two: Pixels, points: NDArray[np.float32]
) -> tuple[NDArray[np.float32], NDArray[np.float32]] | None:
    """Points and where they have gone, of those that find their way back."""
    import cv2

    flow: Any = cv2.calcOpticalFlowPyrLK
    there, ok, _ = flow(one, two, points, None, winSize=(15, 15), maxLevel=3)
    back, ok_back, _ = flow(two, one, there, None, winSize=(15, 15), maxLevel=3)
    missed = np.hypot(*(np.asarray(back) - points).T)
    good = (ok.ravel() == 1) & (ok_back.ravel() == 1) & (missed < _BACK)
    if good.sum() < _LEAST:
        return None
    return points[good], np.asarray(there, np.float32)[good]


class Mil:
    """OpenCV's tracker by multiple instance learning: moves, does not scale."""

    def __init__(self) -> None:
        self._tracker: Any = None
        self._last = np.zeros(2)

    def step(
        self, earlier: Pixels, later: Pixels, outline: FloatArray
    ) -> FloatArray | None:
        """As `Motion.step`."""
        low, high = outline.min(axis=0), outline.max(axis=0)
        corner = np.round(low).astype(int)
        if self._tracker is None or np.abs(corner - self._last).max() > 1:
            size = np.maximum(np.round(high - low).astype(int), 4)
            self._tracker, self._last = _new_mil(), corner
            self._tracker.init(earlier, (*corner.tolist(), *size.tolist()))
        ok, rect = self._tracker.update(later)
        if not ok:
            return None
        moved = np.array(rect[:2], dtype=np.float64) - self._last
        self._last = np.array(rect[:2])
        return np.column_stack((np.eye(2), moved))


def _new_mil() -> Any:
    import cv2

    opencv: Any = cv2
    opencv.setRNGSeed(1)  # the same film is followed the same way
    return opencv.TrackerMIL_create()
