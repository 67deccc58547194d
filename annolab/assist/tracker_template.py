"""How a shape looked, and how much a place of another picture looks like it."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annolab.assist.tracker_motion import Pixels, affine, composed, similarity
from annolab.model.geometry import FloatArray

_SIDE = 48  # pixels of a template's longer side
_EVEN = 3.0  # standard deviation below which a template says nothing


class Template:
    """What lies within an outline (n, 2) of a picture, small and grey."""

    def __init__(self, picture: Pixels, outline: FloatArray) -> None:
        import cv2

        low, high = outline.min(axis=0), outline.max(axis=0)
        self._low = low
        self._scale = _SIDE / max(float((high - low).max()), 1.0)
        size = np.maximum(np.round((high - low) * self._scale), 6).astype(int)
        self._size = int(size[0]), int(size[1])
        inside = np.zeros(self._size[::-1], np.uint8)
        ring = np.round((outline - low) * self._scale).astype(np.int32)
        cv2.fillPoly(inside, [ring], 1)
        self._inside = inside.astype(np.float32)
        still = np.array(((1.0, 0, 0), (0, 1, 0)))
        self._look = self._cut(picture, still, 0)
        within = self._look[inside > 0]
        self.plain = within.size < 9 or float(within.std()) < _EVEN

    def _cut(
        self, picture: Pixels, motion: FloatArray, margin: int
    ) -> NDArray[np.float32]:
        """The picture where `motion` has brought the template, with a margin."""
        import cv2

        back = np.eye(2) / self._scale
        origin = self._low - np.full(2, margin / self._scale)
        # From template pixels to the first picture, and on by the motion.
        linear = motion[:, :2] @ back
        shift = affine(motion, origin[None])[0]
        # Corners of pixels count from 0 here, their centres in OpenCV.
        shift = shift + linear @ np.full(2, 0.5) - 0.5
        matrix = np.column_stack((linear, shift))
        size = self._size[0] + 2 * margin, self._size[1] + 2 * margin
        corners = np.array(((0, 0), (size[0], 0), (0, size[1]), size), dtype=np.float64)
        reach = affine(matrix, corners)
        low = np.floor(reach.min(axis=0) - 2).clip(0, picture.shape[1::-1]).astype(int)
        high = np.ceil(reach.max(axis=0) + 3).clip(0, picture.shape[1::-1]).astype(int)
        if (high - low).min() < 1:
            return np.zeros(size[::-1], np.float32)
        part = np.ascontiguousarray(picture[low[1] : high[1], low[0] : high[0], :3])
        grey = cv2.cvtColor(part, cv2.COLOR_RGB2GRAY)
        step = float(np.sqrt(abs(np.linalg.det(linear))))
        if step > 2:  # sampled that far apart it would flicker
            grey = cv2.blur(grey, (int(step), int(step)))
        matrix[:, 2] -= low
        cut = cv2.warpAffine(
            grey, matrix, size, flags=cv2.INTER_LINEAR | cv2.WARP_INVERSE_MAP,
            borderMode=cv2.BORDER_REPLICATE,
        )  # fmt: skip
        return np.asarray(cut, dtype=np.float32)

    def find(
        self, picture: Pixels, motion: FloatArray, margin: int
    ) -> tuple[float, FloatArray]:
        """How alike it looks (0..1) where it looks most alike, and the shift to there.

        Searched are `margin` template pixels around; the shift is in pixels.
        """
        import cv2

        field = self._cut(picture, motion, margin)
        scores = cv2.matchTemplate(
            field, self._look, cv2.TM_CCOEFF_NORMED, mask=self._inside
        )
        alike = np.asarray(scores, dtype=np.float32)
        alike = np.nan_to_num(alike, nan=0.0, posinf=0.0, neginf=0.0)
        y, x = divmod(int(alike.argmax()), alike.shape[1])
        place: FloatArray = np.array((_peak(alike[y], x), _peak(alike[:, x], y)))
        shift = motion[:, :2] @ ((place - margin) / self._scale)
        return float(alike[y, x].clip(0, 1)), shift

    def refine(self, picture: Pixels, motion: FloatArray) -> FloatArray:
        """The motion without the drift in scale and turn that has added up.

        Points of the look itself are followed into where it is now.
        """
        margin = 4
        cut = self._cut(picture, motion, margin).round().astype(np.uint8)
        look = np.pad(self._look.round().astype(np.uint8), margin, mode="edge")
        found = similarity(look, cut, np.pad(self._inside, margin) > 0)
        if found is None:
            return motion
        here = np.vstack((found, (0, 0, 1)))
        to_look = np.diag((self._scale, self._scale, 1.0))
        to_look[:2, 2] = margin - 0.5 - self._low * self._scale
        drift = (np.linalg.inv(to_look) @ here @ to_look)[:2]
        grown = float(np.sqrt(abs(np.linalg.det(drift[:, :2]))))
        return composed(motion, drift) if 0.9 < grown < 1.1 else motion


def _peak(line: NDArray[np.float32], at: int) -> float:
    """Where the parabola through a maximum and its neighbours is highest."""
    if not 0 < at < len(line) - 1:
        return float(at)
    a, b, c = (float(x) for x in line[at - 1 : at + 2])
    bend = a - 2 * b + c
    return at if bend >= 0 else at + max(-0.5, min(0.5, (a - c) / (2 * bend)))
