"""Reshaping: gestures that are given shapes and return them changed.

Each starts with the press that grabbed something and returns nothing when the
pointer has hardly moved, so a click changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from math import atan2, degrees

import numpy as np

from annolab.gestures.handles import Handle, Part, rings_of
from annolab.gestures.pointer import (
    NOTHING,
    SLACK,
    Gesture,
    Modifier,
    Phase,
    Pointer,
    Preview,
    Size,
    apart,
    begin,
    held,
    inside,
)
from annolab.gestures.rect import (
    Corner,
    Rect,
    Spanning,
    box_resized,
    frame_of,
    frame_resized,
    in_frame,
)
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    points_array,
)
from annolab.model.measure import bounds as bounds_of
from annolab.model.measure import contains
from annolab.model.transform import move as moved
from annolab.model.validity import problems

MINIMUM = 1.0  # image pixels of a side that resizing leaves
Change = Callable[[Pointer, Pointer], Preview]


def follow(change: Change) -> Gesture:
    """Call `change` with the press and each pointer once the drag is meant."""
    start = yield from begin()
    if start is None:
        return ()
    pointer, preview = start, NOTHING
    while pointer.phase is not Phase.RELEASE:
        pointer = yield preview
        if pointer.phase is Phase.CANCEL:
            return ()
        if preview.shapes or apart(start, pointer) >= SLACK:
            preview = change(start, pointer)
    return preview.shapes


def move_shapes(shapes: Sequence[Shape], bounds: Size | None = None) -> Gesture:
    """Drag shapes together; they stay in the image. Shift: along one axis only."""
    box = bounds_around(shapes)

    def change(start: Pointer, pointer: Pointer) -> Preview:
        dx, dy = pointer.x - start.x, pointer.y - start.y
        if held(pointer, Modifier.SHIFT):
            dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
        if not held(pointer, Modifier.CTRL):
            dx, dy = kept_in(box, (dx, dy), bounds)
        return Preview(tuple(moved(shape, dx, dy) for shape in shapes))

    return (yield from follow(change))


def bounds_around(shapes: Sequence[Shape]) -> Box | None:
    """The box around shapes; None when nothing of them has a place."""
    found = [box for box in map(bounds_of, shapes) if box is not None]
    if not found:
        return None
    x0, y0 = min(b[0] for b in found), min(b[1] for b in found)
    x1, y1 = max(b[2] for b in found), max(b[3] for b in found)
    return Box(x0, y0, x1 - x0, y1 - y0)


def kept_in(box: Box | None, by: Corner, bounds: Size | None) -> Corner:
    """How far a box can go towards `by` without leaving the image further."""
    if box is None or bounds is None:
        return by
    return (
        _kept(by[0], -box.x, bounds.w - box.x - box.w),
        _kept(by[1], -box.y, bounds.h - box.y - box.h),
    )


def _kept(by: float, lowest: float, highest: float) -> float:
    return min(max(by, min(lowest, 0.0)), max(highest, 0.0))


def resize(shape: Rect, handle: Handle, bounds: Size | None = None) -> Gesture:
    """Drag a corner or a side. Shift: keep the aspect; Alt: from the centre."""

    def change(_start: Pointer, pointer: Pointer) -> Preview:
        resized = _resized(shape, handle.side, pointer, bounds)
        frame = frame_of(resized)
        old = frame_of(shape)
        small = frame.w < min(MINIMUM, old.w) or frame.h < min(MINIMUM, old.h)
        kept = small or problems(resized)
        return Preview((shape if kept else resized,))

    return (yield from follow(change))


def _resized(shape: Rect, side: Corner, pointer: Pointer, bounds: Size | None) -> Rect:
    frame = frame_of(shape)
    keeps = held(pointer, Modifier.SHIFT) and frame.w > 0 and frame.h > 0
    how = Spanning(
        aspect=frame.w / frame.h if keeps else None,
        centred=held(pointer, Modifier.ALT),
        bounds=None if held(pointer, Modifier.CTRL) else bounds,
    )
    if isinstance(shape, Box):
        return box_resized(shape, side, inside(pointer, bounds), how)
    return in_frame(shape, frame_resized(frame, side, (pointer.x, pointer.y), how))


def turn(shape: RotatedBox | Ellipse) -> Gesture:
    """Drag the handle above a shape around its centre. Shift: steps of 15 degrees."""
    frame = frame_of(shape)

    def change(_start: Pointer, pointer: Pointer) -> Preview:
        dx, dy = pointer.x - frame.cx, pointer.y - frame.cy
        if dx == 0 and dy == 0:
            return Preview((shape,))
        angle = degrees(atan2(dy, dx)) + 90
        if held(pointer, Modifier.SHIFT):
            angle = round(angle / 15) * 15.0
        angle = (angle + 180) % 360 - 180
        new = RotatedBox(frame.cx, frame.cy, frame.w, frame.h, angle)
        return Preview((in_frame(shape, new),))

    return (yield from follow(change))


def drag_vertex(shape: Shape, handle: Handle, bounds: Size | None = None) -> Gesture:
    """Drag one point. Shift: along one axis only; Ctrl: may leave the image."""
    ring = rings_of(shape)[handle.ring]
    home = (float(ring[handle.index, 0]), float(ring[handle.index, 1]))

    def change(start: Pointer, pointer: Pointer) -> Preview:
        target = _target(home, start, pointer, bounds)
        return Preview((with_point(shape, handle, target),))

    return (yield from follow(change))


def _target(
    home: Corner, start: Pointer, pointer: Pointer, bounds: Size | None
) -> Corner:
    dx, dy = pointer.x - start.x, pointer.y - start.y
    if held(pointer, Modifier.SHIFT):
        dx, dy = (dx, 0.0) if abs(dx) >= abs(dy) else (0.0, dy)
    target = Pointer(
        pointer.phase, home[0] + dx, home[1] + dy, pointer.modifiers, pointer.scale
    )
    return inside(target, bounds)


def drag_new_vertex(
    shape: Shape, handle: Handle, bounds: Size | None = None, *, on_click: bool = False
) -> Gesture:
    """Insert a point on an edge and drag it; `on_click`: also without a drag."""
    grown = with_new_point(shape, handle)
    shapes = yield from drag_vertex(grown, handle, bounds)
    return shapes or ((grown,) if on_click else ())


def with_new_point(shape: Shape, handle: Handle) -> Shape:
    """The shape with a point inserted at an edge handle."""
    ring = rings_of(shape)[handle.ring]
    ring = np.insert(ring, handle.index, (handle.x, handle.y), axis=0)
    return with_ring(shape, handle.ring, ring)


def with_point(shape: Shape, handle: Handle, at: Corner) -> Shape:
    """The shape with one of its points elsewhere."""
    ring = rings_of(shape)[handle.ring].copy()
    ring[handle.index] = at
    return with_ring(shape, handle.ring, ring)


def without_point(shape: Shape, handle: Handle) -> Shape | None:
    """The shape without one of its points; None when nothing of it would be left.

    A hole that would have fewer than 3 points goes; a keypoint of a skeleton
    stays in its place in the list as "not labelled".
    """
    ring = rings_of(shape)[handle.ring]
    rest = np.delete(ring, handle.index, axis=0)
    match shape:
        case Points(points, visibility):
            return _without_keypoint(points, visibility, handle.index)
        case Polyline():
            return Polyline.of(rest) if len(rest) >= 2 else None
        case Polygon() if len(rest) < 3:
            return _without_ring(shape, handle.ring)
        case _:
            return with_ring(shape, handle.ring, rest)


def _without_keypoint(
    points: FloatArray, visibility: tuple[int, ...], index: int
) -> Points | None:
    places, seen = points.copy(), list(visibility)
    places[index], seen[index] = 0.0, 0
    return Points.of(places, seen) if any(seen) else None


def _without_ring(shape: Polygon, ring: int) -> Polygon | None:
    """A hole goes alone, an outer ring with its holes."""
    parts, count = [], 0
    for part in shape.parts:
        gone = ring - count
        if gone != 0:
            parts.append(tuple(r for i, r in enumerate(part) if i != gone))
        count += len(part)
    return Polygon(tuple(parts)) if parts else None


def with_hole(shape: Shape, hole: Polygon) -> Polygon | None:
    """A polygon with a ring cut out of the part that has its first corner."""
    if not isinstance(shape, Polygon):
        return None
    x, y = hole.rings[0][0].tolist()
    for index, part in enumerate(shape.parts):
        if contains(Polygon((part,)), x, y):
            parts = list(shape.parts)
            parts[index] = (*part, hole.rings[0])
            return Polygon(tuple(parts))
    return None


def with_ring(shape: Shape, ring: int, points: FloatArray) -> Shape:
    """The shape with other points in one of its rings."""
    match shape:
        case Polyline():
            return Polyline.of(points)
        case Points(_, visibility):
            return Points.of(points, visibility)
        case Polygon(parts):
            numbers = iter(range(len(shape.rings)))
            return Polygon(
                tuple(
                    tuple(
                        points_array(points) if next(numbers) == ring else old
                        for old in part
                    )
                    for part in parts
                )
            )
        case _:
            return shape


def grabbed(shape: Shape, handle: Handle, pointer: Pointer, bounds: Size) -> Gesture:
    """The gesture that a press on a handle of a selected shape starts."""
    alt = held(pointer, Modifier.ALT)
    match handle.part, shape:
        case Part.CORNER, Box() | RotatedBox() | Ellipse():
            return resize(shape, handle, bounds)
        case Part.TURN, RotatedBox() | Ellipse():
            return turn(shape)
        case Part.VERTEX, _:
            return drag_vertex(shape, handle, bounds)
        case Part.EDGE, _:
            return drag_new_vertex(shape, handle, bounds, on_click=alt)
        case _:
            return move_shapes([shape], bounds)
