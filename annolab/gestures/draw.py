"""Drawing: gestures that return one new shape."""

from __future__ import annotations

from collections.abc import Callable, Generator
from dataclasses import dataclass, field
from math import atan2, degrees, hypot

import numpy as np

from annolab.gestures.pointer import (
    NOTHING,
    SLACK,
    Gesture,
    Modifier,
    Phase,
    Pointer,
    Preview,
    Shapes,
    Size,
    apart,
    begin,
    held,
    inside,
)
from annolab.gestures.rect import Corner, Spanning, frame_of, in_frame, span
from annolab.gestures.simplify import simplify
from annolab.model.geometry import (
    Box,
    Ellipse,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    points_array,
)

CLOSE = 9.0  # screen pixels around the first corner in which a press closes
STROKE = 3.0  # screen pixels between the points of a free-hand line
SMOOTH = 1.0  # screen pixels a free-hand line may be off after simplifying
ROTATED_MINIMUM = 1.0  # image pixels


def draw_box(bounds: Size | None = None) -> Gesture:
    """Press, drag, release. Shift: square; Alt: from the centre; Ctrl: may leave."""
    return (yield from _draw_rect(bounds, lambda box: box))


def draw_ellipse(bounds: Size | None = None) -> Gesture:
    """Press, drag, release. Shift: circle; Alt: from the centre; Ctrl: may leave."""
    return (yield from _draw_rect(bounds, _ellipse_in))


def _ellipse_in(box: Box) -> Shape:
    return in_frame(Ellipse(0, 0, 0, 0), frame_of(box))


def _draw_rect(bounds: Size | None, make: Callable[[Box], Shape]) -> Gesture:
    start = yield from begin()
    if start is None:
        return ()
    pointer, box = start, None
    while pointer.phase is not Phase.RELEASE:
        pointer = yield Preview((make(box),)) if box is not None else NOTHING
        if pointer.phase is Phase.CANCEL:
            return ()
        box = _spanned(start, pointer, bounds)
    return (make(box),) if box is not None else ()


def _spanned(start: Pointer, pointer: Pointer, bounds: Size | None) -> Box | None:
    """The box between two pointers; None while it is too small to be meant."""
    free = held(pointer, Modifier.CTRL)
    how = Spanning(
        aspect=1.0 if held(pointer, Modifier.SHIFT) else None,
        centred=held(pointer, Modifier.ALT),
        bounds=None if free else bounds,
    )
    anchor = (start.x, start.y) if free else inside(start, bounds)
    box = span(anchor, inside(pointer, bounds), how)
    return box if min(box.w, box.h) * pointer.scale >= SLACK else None


def draw_rotated_box(bounds: Size | None = None) -> Gesture:
    """Drag the base line, then move away from it and press for the height.

    Shift: the base line in steps of 15 degrees.
    """
    start = yield from begin()
    if start is None:
        return ()
    a = inside(start, bounds)
    pointer, b = start, a
    while pointer.phase is not Phase.RELEASE:
        pointer = yield Preview(path=points_array([a, b]))
        if pointer.phase is Phase.CANCEL:
            return ()
        b = _snapped(a, inside(pointer, bounds), pointer)
    if hypot(b[0] - a[0], b[1] - a[1]) * pointer.scale < SLACK:
        return ()
    while True:
        box = _over_base(a, b, (pointer.x, pointer.y))
        pointer = yield Preview((box,) if box else (), path=points_array([a, b]))
        box = _over_base(a, b, (pointer.x, pointer.y))
        if pointer.phase is Phase.CANCEL:
            return ()
        if box and pointer.phase in (Phase.PRESS, Phase.DOUBLE, Phase.FINISH):
            return (box,)


def _snapped(a: Corner, b: Corner, pointer: Pointer) -> Corner:
    """`b` turned about `a` to a multiple of 15 degrees while Shift is held."""
    if not held(pointer, Modifier.SHIFT):
        return b
    length = hypot(b[0] - a[0], b[1] - a[1])
    angle = np.radians(round(degrees(atan2(b[1] - a[1], b[0] - a[0])) / 15) * 15)
    return a[0] + length * float(np.cos(angle)), a[1] + length * float(np.sin(angle))


def _over_base(a: Corner, b: Corner, at: Corner) -> RotatedBox | None:
    """The rectangle over the base line `a`-`b` that reaches to `at`."""
    ux, uy = b[0] - a[0], b[1] - a[1]
    width = hypot(ux, uy)
    if width < ROTATED_MINIMUM:
        return None
    ux, uy = ux / width, uy / width
    height = (at[0] - a[0]) * -uy + (at[1] - a[1]) * ux
    if abs(height) < ROTATED_MINIMUM:
        return None
    cx = (a[0] + b[0]) / 2 - uy * height / 2
    cy = (a[1] + b[1]) / 2 + ux * height / 2
    return RotatedBox(cx, cy, width, abs(height), degrees(atan2(uy, ux)))


@dataclass(slots=True)
class _Path:
    """Corners set so far, and how many each press has set."""

    corners: list[Corner] = field(default_factory=list)
    strokes: list[int] = field(default_factory=list)

    def press(self, at: Corner) -> None:
        if self.corners and self.corners[-1] == at:
            return
        self.corners.append(at)
        self.strokes.append(1)

    def drag(self, at: Corner, pointer: Pointer) -> None:
        last = self.corners[-1]
        if hypot(at[0] - last[0], at[1] - last[1]) * pointer.scale >= STROKE:
            self.corners.append(at)
            self.strokes[-1] += 1

    def release(self, pointer: Pointer) -> None:
        """Simplify what was drawn free-hand since the press."""
        count = self.strokes[-1]
        if count > 2:
            line = points_array(self.corners[-count:])
            kept = simplify(line, SMOOTH / pointer.scale)
            self.corners[-count:] = [(float(x), float(y)) for x, y in kept]
            self.strokes[-1] = len(kept)

    def back(self) -> None:
        if self.strokes:
            count = self.strokes.pop()
            del self.corners[len(self.corners) - count :]


def draw_polygon(bounds: Size | None = None) -> Gesture:
    """Press for each corner, or hold and draw; back takes the last press away.

    Finish, a double press or a press on the first corner closes the ring.
    """
    corners = yield from _draw_path(bounds, minimum=3, closes=True)
    return (Polygon.of(corners),) if corners else ()


def draw_polyline(bounds: Size | None = None) -> Gesture:
    """As a polygon, but open: finish or a double press ends it."""
    corners = yield from _draw_path(bounds, minimum=2, closes=False)
    return (Polyline.of(corners),) if corners else ()


def _draw_path(
    bounds: Size | None, *, minimum: int, closes: bool
) -> Generator[Preview, Pointer, list[Corner]]:
    path, down = _Path(), False
    preview = NOTHING
    while True:
        pointer = yield preview
        at = inside(pointer, bounds)
        closing = closes and not down and _closes(path, pointer, at)
        if pointer.phase is Phase.CANCEL:
            return []
        if _ends(pointer, closing=closing) and _spread(path) >= minimum:
            return path.corners
        down = _extend(path, pointer, at, down=down)
        preview = Preview(
            path=points_array([*path.corners, at]) if path.corners else None,
            closing=closing,
        )


def _closes(path: _Path, pointer: Pointer, at: Corner) -> bool:
    if len(path.corners) < 3:
        return False
    x, y = path.corners[0]
    return hypot(at[0] - x, at[1] - y) * pointer.scale <= CLOSE


def _ends(pointer: Pointer, *, closing: bool) -> bool:
    pressed = pointer.phase is Phase.PRESS and closing
    return pressed or pointer.phase in (Phase.FINISH, Phase.DOUBLE)


def _spread(path: _Path) -> int:
    return len(set(path.corners))


def _extend(path: _Path, pointer: Pointer, at: Corner, *, down: bool) -> bool:
    """Take in one pointer; returns whether the button is held."""
    match pointer.phase:
        case Phase.PRESS | Phase.DOUBLE:
            before = len(path.strokes)
            path.press(at)
            return len(path.strokes) > before
        case Phase.MOVE if down:
            path.drag(at, pointer)
        case Phase.RELEASE if down:
            path.release(pointer)
            return False
        case Phase.BACK:
            path.back()
            return False
        case _:
            pass
    return down


def draw_points(count: int | None = None, bounds: Size | None = None) -> Gesture:
    """Press for each point.

    `count` keypoints of a skeleton end by themselves; Alt sets a hidden one,
    Ctrl passes over one that is not there, finish passes over the rest. Without
    `count` one press is one point, and Shift goes on to the next point.
    """
    points: list[Corner] = []
    seen: list[int] = []
    while count is None or len(points) < count:
        pointer = yield Preview((_points(points, seen),) if points else ())
        match pointer.phase:
            case Phase.CANCEL:
                return ()
            case Phase.FINISH:
                break
            case Phase.BACK if points:
                points.pop()
                seen.pop()
            case Phase.PRESS | Phase.DOUBLE:
                visibility = _visibility(pointer) if count else 2
                places = bounds if visibility else None
                place = inside(pointer, places) if visibility else (0.0, 0.0)
                points.append(place)
                seen.append(visibility)
                if count is None and not held(pointer, Modifier.SHIFT):
                    break
            case _:
                pass
    if not any(seen):
        return ()
    missing = (count or len(points)) - len(points)
    return (_points(points + [(0.0, 0.0)] * missing, seen + [0] * missing),)


def _points(points: list[Corner], seen: list[int]) -> Shape:
    return Points.of(points, seen)


def _visibility(pointer: Pointer) -> int:
    if held(pointer, Modifier.CTRL):
        return 0
    return 1 if held(pointer, Modifier.ALT) else 2


def rubber_band() -> Gesture:
    """Drag a band; returns it as a box of any size, or nothing for a click."""
    start = yield from begin()
    if start is None:
        return ()
    pointer, dragged = start, False
    while True:
        how = Spanning()
        box = span((start.x, start.y), (pointer.x, pointer.y), how)
        if pointer.phase is Phase.RELEASE:
            return (box,) if dragged else ()
        pointer = yield Preview(band=box if dragged else None)
        if pointer.phase is Phase.CANCEL:
            return ()
        dragged = dragged or apart(start, pointer) >= SLACK


def drop(gesture: Gesture) -> Shapes:
    """End a gesture without a result; it may be in any state."""
    gesture.close()
    return ()
