"""Follow a shape through the frames of a film, and stop when unsure.

No model files: points are followed by optical flow (or OpenCV's MIL), what the
shape looked like at the start corrects the drift and says how sure it is. Where
it is hidden for some frames it is looked for where it was heading.
"""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TypeAlias, cast

import numpy as np

from annolab.assist.tracker_motion import Flow, Mil, Motion, Pixels, affine, composed
from annolab.assist.tracker_template import Template
from annolab.errors import UserError
from annolab.model import transform
from annolab.model.between import between
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
from annolab.model.measure import bounds, corners

FrameOf: TypeAlias = Callable[[int], Pixels]

_CORRECT = 0.6  # how alike a place must look to draw the shape there
_RENEW = 0.8  # ... to remember the new look
_MARGIN = 5  # template pixels searched around the place that flow says
_WIDE = 20  # ... and around the place where a hidden shape is expected


class Method(StrEnum):
    """What finds the motion."""

    FLOW = "flow"
    MIL = "mil"


class End(StrEnum):
    """Why following stopped."""

    DONE = "done"
    UNSURE = "unsure"
    LEFT = "left"


@dataclass(frozen=True, slots=True)
class TrackerSettings:
    """When to stop.

    `threshold`: least confidence, 0..1. `patience`: frames that it may be hidden.
    `inside`: the share of the shape's bounds that must lie in the picture.
    """

    threshold: float = 0.5
    patience: int = 10
    inside: float = 0.4
    method: Method = Method.FLOW


@dataclass(frozen=True, slots=True)
class Tracked:
    """Where the shape is at a frame; `confidence` 0..1; `hidden`: it is guessed."""

    frame: int
    shape: Shape
    confidence: float
    hidden: bool = False


Following: TypeAlias = Generator[Tracked, None, End]


def follow(
    frame_of: FrameOf,
    shape: Shape,
    start: int,
    stop: int,
    settings: TrackerSettings | None = None,
) -> Following:
    """Follow a shape from frame `start` to `stop` (included), also backwards.

    Yields frames in order, without `start`; hidden ones once it is found again.
    Returns why it ended. UserError for a shape that cannot be followed.
    """
    settings = settings or TrackerSettings()
    picture = frame_of(start)
    outline = _outline(shape)
    if _share(outline, picture) < settings.inside:
        message = "Choose a shape that lies within the picture."
        raise UserError(message)
    return _following(frame_of, _Course(shape, outline, picture, settings), start, stop)


class _Course:
    """One shape on its way: its motion since the start, and its looks."""

    def __init__(
        self,
        shape: Shape,
        outline: FloatArray,
        picture: Pixels,
        settings: TrackerSettings,
    ) -> None:
        self.shape, self.outline, self.settings = shape, outline, settings
        self.motion = np.array(((1.0, 0, 0), (0, 1, 0)))
        self.speed = np.zeros(2)
        self._picture = picture
        self._first = Template(picture, outline)
        if self._first.plain:
            message = "Choose a shape with something in it: there is nothing to follow."
            raise UserError(message)
        self._recent, self._since = self._first, self.motion
        self._motion: Motion = Mil() if settings.method is Method.MIL else Flow()

    def now(self) -> FloatArray:
        """The outline where it is now."""
        return affine(self.motion, self.outline)

    def inside(self) -> bool:
        """Whether enough of it lies in the picture."""
        return _share(self.now(), self._picture) >= self.settings.inside

    def step(self, picture: Pixels, missed: int) -> float:
        """Go on to the next picture; how sure it is. Unsure: where it was heading."""
        before = self.motion
        way = None
        if not missed:
            way = self._motion.step(self._picture, picture, self.now())
        self._picture = picture
        expected = composed(_shifted(self.speed), before)
        margin = _MARGIN if way is not None else _WIDE
        found = expected if way is None else composed(way, before)
        if not _is_sane(found):
            found, margin = expected, _WIDE
        sure = self._settle(picture, found, margin)
        if sure < self.settings.threshold and margin == _MARGIN:
            sure = self._settle(picture, expected, _WIDE)
        if sure < max(self.settings.threshold, _CORRECT if missed else 0):
            self.motion = expected
            return 0.0
        if not missed:
            middle = self.outline.mean(axis=0)[None]
            moved = affine(self.motion, middle)[0] - affine(before, middle)[0]
            self.speed = 0.6 * self.speed + 0.4 * moved if self.speed.any() else moved
        return sure

    def _settle(self, picture: Pixels, found: FloatArray, margin: int) -> float:
        """Take `found`, drawn to where it looks as it did; how alike that is."""
        alike, shift = self._first.find(picture, found, margin)
        self.motion = found
        if alike >= _CORRECT:
            shifted = composed(_shifted(shift), found)
            self.motion = self._first.refine(picture, shifted)
        else:
            since = composed(found, _inverse(self._since))
            recent, shift = self._recent.find(picture, since, margin)
            alike = max(alike, 0.95 * recent)
            if recent >= _CORRECT and margin == _WIDE:
                self.motion = composed(_shifted(shift), found)
        if alike >= _RENEW and self.inside():
            now = self.now()
            self._recent, self._since = Template(picture, now), self.motion
        return alike


def _following(frame_of: FrameOf, course: _Course, start: int, stop: int) -> Following:
    way = 1 if stop >= start else -1
    last, missed = Tracked(start, course.shape, 1.0), 0
    for frame in range(start + way, stop + way, way):
        sure = course.step(frame_of(frame), missed)
        if not course.inside():
            return End.LEFT
        if sure <= 0:
            missed += 1
            if missed > course.settings.patience:
                return End.UNSURE
            continue
        here = Tracked(frame, moved(course.shape, course.motion), sure)
        yield from _hidden(last, here)
        yield here
        last, missed = here, 0
    return End.UNSURE if missed else End.DONE


def _hidden(before: Tracked, after: Tracked) -> Generator[Tracked, None, None]:
    way = 1 if after.frame > before.frame else -1
    count = abs(after.frame - before.frame)
    for n in range(1, count):
        shape = between(before.shape, after.shape, n / count)
        yield Tracked(before.frame + n * way, shape, 0.0, hidden=True)


def _is_sane(motion: FloatArray) -> bool:
    """Whether a motion since the start is one that a thing on film can make."""
    grown = float(np.sqrt(abs(np.linalg.det(motion[:, :2]))))
    return bool(np.isfinite(motion).all()) and 0.1 < grown < 10


def _shifted(by: FloatArray) -> FloatArray:
    return np.column_stack((np.eye(2), by))


def _inverse(motion: FloatArray) -> FloatArray:
    linear = np.linalg.inv(motion[:, :2])
    return np.column_stack((linear, -linear @ motion[:, 2]))


def moved(shape: Shape, motion: FloatArray) -> Shape:
    """A shape moved by a similarity; an upright box stays upright."""
    linear = motion[:, :2]
    grown = float(np.sqrt(abs(np.linalg.det(linear))))
    turned = float(np.degrees(np.arctan2(linear[1, 0], linear[0, 0])))
    match shape:
        case Box(x, y, w, h):
            cx, cy = affine(motion, np.array(((x + w / 2, y + h / 2),)))[0].tolist()
            w, h = w * grown, h * grown
            return Box(cx - w / 2, cy - h / 2, w, h)
        case RotatedBox(cx, cy, w, h, angle):
            cx, cy = affine(motion, np.array(((cx, cy),)))[0].tolist()
            return RotatedBox(cx, cy, w * grown, h * grown, (angle + turned) % 360)
        case Ellipse(cx, cy, rx, ry, angle):
            cx, cy = affine(motion, np.array(((cx, cy),)))[0].tolist()
            turn = (angle + turned) % 360
            return replace(
                shape, cx=cx, cy=cy, rx=rx * grown, ry=ry * grown, angle=turn
            )
        case _:
            return cast(
                "Shape", transform.map_points(shape, lambda p: affine(motion, p))
            )


def _outline(shape: Shape) -> FloatArray:
    """The ring within which to look, (n, 2)."""
    match shape:
        case Box() | RotatedBox():
            return corners(shape)
        case Ellipse():
            return transform.to_polygon(shape).rings[0]
        case Polygon(parts) if len(parts) == 1:
            return parts[0][0]
        case Polygon() | Polyline() | Points():
            found = bounds(shape)
            if found is not None:
                x0, y0, x1, y1 = found
                return corners(Box(x0 - 4, y0 - 4, x1 - x0 + 8, y1 - y0 + 8))
    message = "Choose a box, polygon, line, ellipse or points to follow."
    raise UserError(message)


def _share(outline: FloatArray, picture: Pixels) -> float:
    """The share of an outline's bounds that lies in the picture."""
    low, high = outline.min(axis=0), outline.max(axis=0)
    size = np.array(picture.shape[1::-1])
    within = (np.minimum(high, size) - np.maximum(low, 0)).clip(0)
    return float(within.prod() / max(float((high - low).prod()), 1e-9))
