"""Rectangles that follow the pointer: drawn, resized, turned."""

from __future__ import annotations

from dataclasses import dataclass, replace
from math import inf
from typing import TypeAlias

from annolab.gestures.pointer import Size
from annolab.model.geometry import Box, Ellipse, RotatedBox
from annolab.model.measure import turn

Rect: TypeAlias = Box | RotatedBox | Ellipse
Corner: TypeAlias = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Spanning:
    """How a rectangle follows the pointer.

    `aspect`: width by height to keep, None for free. `centred`: the anchor is
    the centre, not the opposite corner. `bounds`: stay within this image.
    """

    aspect: float | None = None
    centred: bool = False
    bounds: Size | None = None


def span(anchor: Corner, corner: Corner, how: Spanning) -> Box:
    """The box from `anchor` towards `corner`; the anchor lies within the bounds."""
    right, down = corner[0] >= anchor[0], corner[1] >= anchor[1]
    w, h = abs(corner[0] - anchor[0]), abs(corner[1] - anchor[1])
    if how.aspect is not None:
        w, h = max(w, h * how.aspect), max(h, w / how.aspect)
    room_x, room_y = _room(anchor[0], how, "w", right), _room(anchor[1], how, "h", down)
    if how.aspect is not None and (w > room_x or h > room_y):
        shrink = min(room_x / w if w else inf, room_y / h if h else inf)
        w, h = w * shrink, h * shrink
    x0, x1 = _ends(anchor[0], min(w, room_x), right or how.centred, how.centred)
    y0, y1 = _ends(anchor[1], min(h, room_y), down or how.centred, how.centred)
    return Box(x0, y0, x1 - x0, y1 - y0)


def _room(at: float, how: Spanning, side: str, forward: bool) -> float:  # noqa: FBT001
    if how.bounds is None:
        return inf
    end = how.bounds.w if side == "w" else how.bounds.h
    ahead = max(end - at, 0.0)
    behind = max(at, 0.0)
    if how.centred:
        return min(ahead, behind)
    return ahead if forward else behind


def _ends(at: float, length: float, forward: bool, both: bool) -> Corner:  # noqa: FBT001
    return (
        at - length if both or not forward else at,
        at + length if forward else at,
    )


def turned(x: float, y: float, angle: float) -> Corner:
    """The vector (x, y) turned clockwise on the screen by `angle` degrees."""
    cosine, sine = turn(angle)
    return x * cosine - y * sine, x * sine + y * cosine


def frame_of(shape: Rect) -> RotatedBox:
    """The rectangle around a box or ellipse, with its turn."""
    match shape:
        case Box(x, y, w, h):
            return RotatedBox(x + w / 2, y + h / 2, w, h, 0.0)
        case Ellipse(cx, cy, rx, ry, angle):
            return RotatedBox(cx, cy, 2 * rx, 2 * ry, angle)
        case _:
            return shape


def in_frame(shape: Rect, frame: RotatedBox) -> Rect:
    """A shape of the same kind as `shape` in another rectangle."""
    match shape:
        case Box():
            left, top = frame.cx - frame.w / 2, frame.cy - frame.h / 2
            return Box(left, top, frame.w, frame.h)
        case Ellipse():
            rx, ry = frame.w / 2, frame.h / 2
            return Ellipse(frame.cx, frame.cy, rx, ry, frame.angle)
        case _:
            return frame


def box_resized(box: Box, handle: Corner, at: Corner, how: Spanning) -> Box:
    """An upright box with its `handle` (-1, 0, 1 for each axis) dragged to `at`.

    The sides that the handle does not touch keep their exact numbers.
    """
    hx, hy = handle
    anchor = (
        _anchor(box.x, box.w, hx, centred=how.centred),
        _anchor(box.y, box.h, hy, centred=how.centred),
    )
    if how.aspect is None and not how.centred:
        return _sides_moved(box, handle, at)
    if hx == 0 or hy == 0:
        return _edge_dragged(box, handle, (anchor, at), how)
    return span(anchor, at, how)


def _anchor(start: float, length: float, side: float, *, centred: bool) -> float:
    if centred or side == 0:
        return start + length / 2
    return start if side > 0 else start + length


def _sides_moved(box: Box, handle: Corner, at: Corner) -> Box:
    """Only the sides of the handle follow; crossing over turns the box around."""
    x, w = _side_moved(box.x, box.w, handle[0], at[0])
    y, h = _side_moved(box.y, box.h, handle[1], at[1])
    return Box(x, y, w, h)


def _side_moved(start: float, length: float, side: float, at: float) -> Corner:
    if side == 0:
        return start, length
    fixed = start if side > 0 else start + length
    return min(fixed, at), abs(at - fixed)


def _edge_dragged(
    box: Box, handle: Corner, ends: tuple[Corner, Corner], how: Spanning
) -> Box:
    """One side dragged about the centre, or with the other side in proportion."""
    (ax, ay), (x, y) = ends
    horizontal = handle[0] != 0
    length = abs(x - ax) if horizontal else abs(y - ay)
    if how.centred:
        length *= 2
    w, h = (length, box.h) if horizontal else (box.w, length)
    if how.aspect is not None:
        w, h = (w, w / how.aspect) if horizontal else (h * how.aspect, h)
    cx = ax if how.centred or not horizontal else (ax + x) / 2
    cy = ay if how.centred or horizontal else (ay + y) / 2
    return _kept_inside(Box(cx - w / 2, cy - h / 2, w, h), how.bounds)


def _kept_inside(box: Box, bounds: Size | None) -> Box:
    if bounds is None:
        return box
    x0, y0 = max(box.x, 0.0), max(box.y, 0.0)
    x1, y1 = min(box.x + box.w, bounds.w), min(box.y + box.h, bounds.h)
    return Box(x0, y0, max(x1 - x0, 0.0), max(y1 - y0, 0.0))


def frame_resized(
    frame: RotatedBox, handle: Corner, at: Corner, how: Spanning
) -> RotatedBox:
    """A turned rectangle with its `handle` dragged to `at`, in its own axes."""
    local = turned(at[0] - frame.cx, at[1] - frame.cy, -frame.angle)
    upright = Box(-frame.w / 2, -frame.h / 2, frame.w, frame.h)
    box = box_resized(upright, handle, local, replace(how, bounds=None))
    dx, dy = turned(box.x + box.w / 2, box.y + box.h / 2, frame.angle)
    return RotatedBox(frame.cx + dx, frame.cy + dy, box.w, box.h, frame.angle)


def handle_place(frame: RotatedBox, handle: Corner) -> Corner:
    """Where a handle of a rectangle is, in image pixels."""
    dx, dy = turned(handle[0] * frame.w / 2, handle[1] * frame.h / 2, frame.angle)
    return frame.cx + dx, frame.cy + dy
