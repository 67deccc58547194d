"""What the pointer touches on a shape canvas, and how the canvas tells so."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QPointF, Qt

from annolab import edits, gestures
from annolab.gestures import Handle, Modifier, Part, Pointer
from annolab.gestures.rect import frame_of
from annolab.model.geometry import Ellipse, RotatedBox
from annolab.widgets.picture_view import PictureView
from annolab.widgets.shape_scene import Scene
from annolab.widgets.shape_tools import HOLE, SELECT, TOOL, verb_of

REACH = 4.0  # screen pixels around an edge in which it is touched
MOST_LINES = 12  # of a tooltip


def hits_at(scene: Scene, pointer: Pointer) -> list[int]:
    """The shapes under the pointer, the smallest first."""
    return scene.store.hits(pointer.x, pointer.y, REACH / pointer.scale)


def handle_at(owner: PictureView, scene: Scene, pointer: Pointer) -> Handle | None:
    """The handle of the selected shape, or of its frame, under the pointer.

    With a drawing tool only corners and points answer: edges would be in the
    way of a shape that begins beside this one.
    """
    at = (pointer.x, pointer.y)
    framed = scene.framed()
    if framed is not None:
        return gestures.grab(framed.frame, at, pointer.scale)
    only = scene.only_chosen()
    if only is None or only.annotation.locked or owner.tool == HOLE:
        return None
    alt = bool(pointer.modifiers & Modifier.ALT)
    handle = gestures.grab(only.shape, at, pointer.scale, inserting=alt)
    if handle is not None and owner.tool != SELECT:
        return None if handle.part is Part.EDGE else handle
    return handle


def hover(owner: PictureView, scene: Scene, pointer: Pointer, at: QPointF) -> bool:
    """Note what the pointer is over; returns whether that is something else."""
    doing = scene.doing
    before = (doing.hover, doing.hot)
    doing.hot = handle_at(owner, scene, pointer)
    selecting = owner.tool == SELECT
    chip = scene.chips.at(at) if selecting else None
    hits = [] if doing.hot or not selecting else hits_at(scene, pointer)
    doing.hover = chip if chip is not None else next(iter(hits), None)
    return (doing.hover, doing.hot) != before


def cursor_of(owner: PictureView, scene: Scene) -> Qt.CursorShape:
    """The cursor that tells what a press would do here."""
    doing = scene.doing
    shape = Qt.CursorShape
    if doing.hot is not None:
        only = scene.only_chosen() if scene.framed() is None else None
        angle = 0.0
        if only is not None and isinstance(only.shape, RotatedBox | Ellipse):
            angle = frame_of(only.shape).angle
        return verb_of(doing.hot.part, doing.hot.side, angle).cursor
    if owner.tool != SELECT:
        return TOOL[owner.tool].cursor
    mark = scene.store.get(doing.hover) if doing.hover is not None else None
    if mark is None or mark.annotation.locked:
        return shape.ArrowCursor
    return shape.SizeAllCursor if mark.id in scene.chosen else shape.PointingHandCursor


def tip_of(owner: PictureView, scene: Scene) -> str:
    """What the tooltip says of the shape under the pointer."""
    hovered = scene.doing.hover
    mark = scene.store.get(hovered) if hovered is not None else None
    if mark is None:
        return ""
    annotation = mark.annotation
    label = owner.session.schema.label(annotation.label_id)
    name = label.name if label is not None else owner.tr("no label")
    kind = edits.counted([annotation])
    lines = [owner.tr("{label} ({kind})").format(label=name, kind=kind)]
    lines += [f"{key}: {value}" for key, value in annotation.attributes.items()]
    if annotation.locked:
        lines.append(owner.tr("locked"))
    text = "\n".join(lines[:MOST_LINES])
    return f"<p style='white-space:pre'>{escape(text)}</p>"
