"""One frame around shapes of any kinds: it resizes and turns them together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from math import atan2, degrees, hypot
from typing import cast

from annolab.gestures.handles import Handle, Part
from annolab.gestures.pointer import (
    Gesture,
    Modifier,
    Pointer,
    Preview,
    Size,
    held,
    inside,
)
from annolab.gestures.rect import Corner, Spanning, box_resized, frame_of
from annolab.gestures.reshape import MINIMUM, bounds_around, follow
from annolab.model import transform
from annolab.model.geometry import Box, RotatedBox, Shape
from annolab.model.measure import turn
from annolab.model.validity import problems

STEP = 15.0  # degrees, while Shift is held


def frame_around(shapes: Sequence[Shape]) -> RotatedBox | None:
    """The upright frame around shapes; None when they take up no room."""
    box = bounds_around(shapes)
    if box is None or (box.w <= 0 and box.h <= 0):
        return None
    return frame_of(box)


def drag_frame(
    shapes: Sequence[Shape], handle: Handle, bounds: Size | None = None
) -> Gesture:
    """The gesture that a press on a handle of the frame around shapes starts."""
    if handle.part is Part.TURN:
        return turn_shapes(shapes)
    return resize_shapes(shapes, handle, bounds)


def resize_shapes(
    shapes: Sequence[Shape], handle: Handle, bounds: Size | None = None
) -> Gesture:
    """Drag a corner or side of the frame; across the other side mirrors.

    Shift: keep the aspect; Alt: from the centre; Ctrl: may leave the image. A
    turned box stays a box, as wide and high as its sides become.
    """
    box = bounds_around(shapes) or Box(0.0, 0.0, 0.0, 0.0)

    def change(_start: Pointer, pointer: Pointer) -> Preview:
        centred = held(pointer, Modifier.ALT)
        keeps = held(pointer, Modifier.SHIFT) and box.w > 0 and box.h > 0
        free = held(pointer, Modifier.CTRL)
        aspect = box.w / box.h if keeps else None
        how = Spanning(aspect, centred, None if free else bounds)
        new = box_resized(box, handle.side, inside(pointer, bounds), how)
        if new.w < min(MINIMUM, box.w) or new.h < min(MINIMUM, box.h):
            return Preview(tuple(shapes), frame=frame_of(box))
        x = _axis((box.x, box.w), (new.x, new.w), handle.side[0], centred=centred)
        y = _axis((box.y, box.h), (new.y, new.h), handle.side[1], centred=centred)
        mirrored_x = _crossed(x[0], pointer.x, handle.side[0])
        mirrored_y = _crossed(y[0], pointer.y, handle.side[1])
        by = (-x[2] if mirrored_x else x[2], -y[2] if mirrored_y else y[2])
        about = (x[0], y[0])
        shift = (x[1] - x[0], y[1] - y[0])
        done = tuple(
            transform.move(scaled(shape, by, about), *shift) for shape in shapes
        )
        if any(problems(shape) for shape in done):
            return Preview(tuple(shapes), frame=frame_of(box))
        return Preview(done, frame=frame_of(new))

    return (yield from follow(change))


def _axis(
    old: Corner, new: Corner, side: float, *, centred: bool
) -> tuple[float, float, float]:
    """Along one axis: the place that is kept, where it comes to lie, the factor."""
    (start, length), (new_start, new_length) = old, new
    factor = new_length / length if length > 0 else 1.0
    if centred or side == 0:
        kept, place = start + length / 2, new_start + new_length / 2
        same = side == 0 and factor == 1.0
    else:
        kept = start if side > 0 else start + length
        place, same = kept, True
    return kept, kept if same or abs(place - kept) < 1e-9 else place, factor


def _crossed(kept: float, at: float, side: float) -> bool:
    """Whether a handle was dragged to the other side of the place that is kept."""
    return (at - kept) * side < 0


def scaled(shape: Shape, by: Corner, about: Corner) -> Shape:
    """A shape scaled about a place; a turned box stays a box."""
    if not isinstance(shape, RotatedBox) or abs(by[0]) == abs(by[1]):
        return cast("Shape", transform.scale(shape, *by, about=about))
    cosine, sine = turn(shape.angle)
    (sx, sy), (ax, ay) = by, about
    return RotatedBox(
        ax + (shape.cx - ax) * sx,
        ay + (shape.cy - ay) * sy,
        shape.w * hypot(sx * cosine, sy * sine),
        shape.h * hypot(sx * sine, sy * cosine),
        degrees(atan2(sy * sine, sx * cosine)),
    )


def turn_shapes(shapes: Sequence[Shape]) -> Gesture:
    """Turn shapes about the middle of their frame. Shift: steps of 15 degrees."""
    frame = frame_around(shapes) or RotatedBox(0.0, 0.0, 0.0, 0.0, 0.0)
    about = (frame.cx, frame.cy)

    def change(start: Pointer, pointer: Pointer) -> Preview:
        angle = _direction(about, pointer) - _direction(about, start)
        if held(pointer, Modifier.SHIFT):
            angle = round(angle / STEP) * STEP
        angle = (angle + 180) % 360 - 180
        done = tuple(rotated(shape, angle, about) for shape in shapes)
        return Preview(done, frame=replace(frame, angle=angle))

    return (yield from follow(change))


def rotated(shape: Shape, angle: float, about: Corner) -> Shape:
    """A shape turned clockwise about a place; an upright box becomes a turned one."""
    return cast("Shape", transform.rotate(shape, angle, about=about))


def _direction(about: Corner, pointer: Pointer) -> float:
    """Where the pointer is as seen from a place, in degrees."""
    return degrees(atan2(pointer.y - about[1], pointer.x - about[0]))
