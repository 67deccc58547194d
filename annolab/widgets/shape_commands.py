"""What the `image.` actions do on a shape canvas: one function for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import partial
from math import ceil, floor

from annolab import edits
from annolab.gestures import Handle, Size, kept_in
from annolab.gestures.reshape import with_point
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import (
    Box,
    Ellipse,
    Geometry,
    Mask,
    Polygon,
    RotatedBox,
    Shape,
    Track,
    Whole,
)
from annolab.model.measure import bounds
from annolab.model.stack import Place
from annolab.widgets.picture_view import PictureView
from annolab.widgets.shape_hand import Hand
from annolab.widgets.shape_scene import Scene
from annolab.widgets.shape_store import Mark, outline
from annolab.widgets.shape_tools import SELECT, TOOL
from annolab.widgets.view import View, fitting

ZOOM_STEP = 1.5
FAR = 10.0  # image pixels
ASIDE = 12.0  # screen pixels that a copy lies beside its original
GROUND = 0.15  # of the view left around a selection that is zoomed to


@dataclass(frozen=True, slots=True)
class Desk:
    """What the commands work with."""

    owner: PictureView
    scene: Scene
    hand: Hand

    def chosen(self) -> list[Annotation]:
        """The selected annotations, in drawing order."""
        return [mark.annotation for mark in self.scene.chosen_marks()]

    def free(self) -> list[Annotation]:
        """Those that are not locked; says so when all are."""
        chosen = self.chosen()
        found = [annotation for annotation in chosen if not annotation.locked]
        if chosen and not found:
            self.owner.problem_found.emit(
                self.owner.tr("The selection is locked; unlock it to change it.")
            )
        return found

    def ask(self, edit: Edit) -> None:
        """Request an edit, unless it changes nothing."""
        if edit.changes:
            self.owner.request(edit)

    def ask_new(self, edit: Edit) -> None:
        """Request an edit that adds annotations, and select them."""
        self.ask(edit)
        ids = [change.entity.id for change in edit.changes]
        there = tuple(i for i in ids if self.scene.store.get(i) is not None)
        if there:
            self.owner.selection_requested.emit(there)


Command = Callable[[Desk], None]


def run(owner: PictureView, scene: Scene, hand: Hand, action_id: str) -> bool:
    """Do what an action says; False when it is not of a shape canvas."""
    context, _, name = action_id.partition(".")
    if context != "image":
        return False
    if name in TOOL:
        owner.set_tool(name)
        return True
    command = COMMANDS.get(name)
    if command is None:
        return False
    if owner.item is not None:
        command(Desk(owner, scene, hand))
    return True


# The shape in the making


def _finish(desk: Desk) -> None:
    desk.hand.finish()


def _place(desk: Desk) -> None:
    if not desk.hand.busy:
        desk.hand.place_shape()


def _cancel(desk: Desk) -> None:
    """One step back: the gesture, the frame, the selection, the tool."""
    if desk.hand.cancel():
        return
    if desk.owner.transforms:
        desk.owner.set_transforms(on=False)
    elif desk.scene.chosen:
        desk.owner.selection_requested.emit(())
    else:
        desk.owner.set_tool(SELECT)


def _back(desk: Desk) -> None:
    """The last point of the shape in the making, else the point that was clicked."""
    if not desk.hand.back():
        desk.hand.delete_active()


# Data


def _delete(desk: Desk) -> None:
    project, item = desk.owner.session.project, desk.owner.item
    annotations = desk.free()
    if project is not None and item is not None and annotations:
        desk.ask(edits.delete(annotations, project.relations(item.id)))


def _copy(desk: Desk) -> None:
    chosen = desk.chosen()
    if chosen:
        desk.owner.session.clipboard = tuple(chosen)


def _cut(desk: Desk) -> None:
    _copy(desk)
    _delete(desk)


def _paste(desk: Desk) -> None:
    owner, session = desk.owner, desk.owner.session
    item, project = owner.item, session.project
    if project is None or item is None or not session.clipboard:
        return
    known = {label.id for label in project.schema.labels}
    here = any(a.item_id == item.id for a in session.clipboard)
    copies = [
        replace(
            a,
            geometry=_on_this_image(a.geometry, owner.extent),
            label_id=a.label_id if a.label_id in known else None,
        )
        for a in session.clipboard
    ]
    edit = edits.paste(
        copies,
        item.id,
        project.annotator.id,
        offset=_aside(desk, copies) if here else _inwards(desk, copies),
        frame=owner.frame_number,
    )
    desk.ask_new(edit)


def _inwards(desk: Desk, copies: list[Annotation]) -> tuple[float, float]:
    """How far copies from a picture of another size go to lie in this one."""
    project, item, extent = (
        desk.owner.session.project,
        desk.owner.item,
        desk.owner.extent,
    )
    box = _box_of(copies)
    if project is None or item is None or extent is None or box is None:
        return 0.0, 0.0
    sizes = {(i.width, i.height) for i in project.items({c.item_id for c in copies})}
    if sizes == {(item.width, item.height)}:
        return 0.0, 0.0
    return (
        _inward(box.x, box.w, extent.w),
        _inward(box.y, box.h, extent.h),
    )


def _inward(start: float, length: float, room: float) -> float:
    """The least whole way for a stretch to lie within 0..room, if it fits."""
    if start < 0 or length > room:
        return float(ceil(-start))
    return min(float(floor(room - start - length)), 0.0)


def _on_this_image(geometry: Geometry, extent: Size | None) -> Geometry:
    """A mask is of the whole image: one from another is cut to the size of this.

    Of a track, which needs a film, its first shape is taken.
    """
    if isinstance(geometry, Track):
        geometry = geometry.keyframes[0].geometry
    if not isinstance(geometry, Mask) or extent is None:
        return geometry
    size = (int(extent.w), int(extent.h))
    if (geometry.width, geometry.height) == size:
        return geometry
    x, y, bitmap = masks.crop(geometry)
    return masks.place(bitmap, x, y, *size)


def _aside(desk: Desk, annotations: list[Annotation]) -> tuple[float, float]:
    """A little to the right and down, or the other way where there is no room."""
    step = max(round(ASIDE / desk.owner.view.scale), 1)
    extent, box = desk.owner.extent, _box_of(annotations)
    if extent is None or box is None:
        return float(step), float(step)
    return (
        float(step if box.x + box.w + step <= extent.w else -step),
        float(step if box.y + box.h + step <= extent.h else -step),
    )


def _box_of(annotations: list[Annotation]) -> Box | None:
    found = [b for b in (bounds(a.geometry) for a in annotations) if b is not None]
    if not found:
        return None
    x0, y0 = min(b[0] for b in found), min(b[1] for b in found)
    x1, y1 = max(b[2] for b in found), max(b[3] for b in found)
    return Box(x0, y0, x1 - x0, y1 - y0)


def _duplicate(desk: Desk) -> None:
    project, chosen = desk.owner.session.project, desk.chosen()
    chosen = [a for a in chosen if not isinstance(a.geometry, Whole)]
    if project is not None and chosen:
        offset = _aside(desk, chosen)
        desk.ask_new(edits.duplicate(chosen, project.annotator.id, offset=offset))


def _lock(desk: Desk) -> None:
    chosen = desk.chosen()
    if chosen:
        locked = not all(annotation.locked for annotation in chosen)
        desk.ask(edits.set_locked(chosen, locked=locked))


def _restack(place: Place, desk: Desk) -> None:
    stack = [mark.annotation for mark in desk.scene.store]
    if desk.scene.chosen:
        desk.ask(edits.restack(stack, desk.scene.chosen, place))


def _relabel(desk: Desk) -> None:
    annotations = desk.free()
    if annotations:
        desk.ask(edits.relabel(annotations, desk.owner.session.label))


def _whole(desk: Desk) -> None:
    """Put the picked label on the whole image, or take it away again."""
    label = desk.owner.session.label
    if label is None:
        desk.owner.problem_found.emit(
            desk.owner.tr("Press a label key first, then label the whole image.")
        )
        return
    there = [
        mark.annotation
        for mark in desk.scene.store
        if isinstance(mark.shape, Whole) and mark.annotation.label_id == label.id
    ]
    if there:
        desk.ask(edits.delete(there))
        return
    annotation = desk.hand.outcome.annotation_of(Whole())
    if annotation is not None:
        desk.ask_new(edits.add([annotation], "Label whole image"))


def _to_polygon(desk: Desk) -> None:
    kinds = (Box, RotatedBox, Ellipse)
    annotations = [a for a in desk.free() if isinstance(a.geometry, kinds)]
    if annotations:
        name = f"Turn {edits.counted(annotations)} into polygon"
        desk.ask(edits.reshape(annotations, _polygon, name))


def _polygon(geometry: Geometry) -> Geometry:
    if isinstance(geometry, Box | RotatedBox | Ellipse):
        return Polygon.of(*outline(geometry)[0])
    return geometry


def _nudge(dx: float, dy: float, desk: Desk) -> None:
    """Move the clicked point or the selection; a held key is one step of Undo."""
    owner, scene = desk.owner, desk.scene
    active = desk.hand.active_point()
    if active is not None:
        _nudge_point(desk, *active, (dx, dy))
        return
    annotations = desk.free()
    box = scene.store.box_of([a.id for a in annotations])
    if box is None:
        return
    dx, dy = kept_in(box, (dx, dy), owner.extent)
    key = f"nudge {min(a.id for a in annotations)} {len(annotations)}"
    desk.ask(edits.move(annotations, dx, dy, merge_key=key))


def _nudge_point(
    desk: Desk, mark: Mark, handle: Handle, by: tuple[float, float]
) -> None:
    x, y = handle.x + by[0], handle.y + by[1]
    extent = desk.owner.extent
    if extent is not None:
        x, y = min(max(x, 0.0), extent.w), min(max(y, 0.0), extent.h)
    after: Shape = with_point(mark.shape, handle, (x, y))
    name = f"Move point of {edits.counted([mark.annotation])}"
    key = f"nudge {mark.id} {handle.ring} {handle.index}"
    desk.ask(edits.set_geometry(mark.annotation, after, name, merge_key=key))


# Selection


def _select_all(desk: Desk) -> None:
    hidden = desk.owner.session.hidden
    ids = tuple(mark.id for mark in desk.scene.store if mark.id not in hidden)
    desk.owner.selection_requested.emit(ids)


def _step(by: int, desk: Desk) -> None:
    """The next shape under the pointer when there are several, else of the item."""
    scene, hidden = desk.scene, desk.owner.session.hidden
    ids = [mark.id for mark in scene.store if mark.id not in hidden]
    place = desk.hand.place
    if place is not None:
        under = scene.store.hits(*place, 4.0 / desk.owner.view.scale)
        if len(under) > 1:
            ids = under
    if not ids:
        return
    at = next((ids.index(i) for i in scene.chosen if i in ids), None)
    start = -1 if by > 0 else 0
    chosen = ids[((start if at is None else at) + by) % len(ids)]
    desk.owner.selection_requested.emit((chosen,))


def _hide(desk: Desk) -> None:
    session, chosen = desk.owner.session, set(desk.scene.chosen)
    if chosen:
        session.hide(chosen, hidden=not chosen <= session.hidden)


def _hide_others(desk: Desk) -> None:
    session = desk.owner.session
    others = {mark.id for mark in desk.scene.store} - set(desk.scene.chosen)
    if desk.scene.chosen:
        session.hide(others, hidden=not others <= session.hidden)


def _show_all(desk: Desk) -> None:
    desk.owner.session.show_all()


# View


def _zoom(factor: float, desk: Desk) -> None:
    desk.owner.zoom(factor)


def _actual_size(desk: Desk) -> None:
    owner = desk.owner
    middle = (owner.width() / 2, owner.height() / 2)
    owner.look_at(owner.view.zoomed(1 / owner.devicePixelRatioF(), middle))


def _zoom_selection(desk: Desk) -> None:
    box = desk.scene.store.box_of(desk.scene.chosen)
    if box is None:
        return
    owner = desk.owner
    margin = GROUND * min(owner.width(), owner.height())
    least = 16.0  # image pixels: a single point has no size to fit to
    w, h = max(box.w, least), max(box.h, least)
    around = Box(box.x + (box.w - w) / 2, box.y + (box.h - h) / 2, w, h)
    view: View = fitting(around, owner.width(), owner.height(), margin)
    owner.look_at(view)


def _transform(desk: Desk) -> None:
    """Put the frame that resizes and turns on the selection, or take it off."""
    owner = desk.owner
    if not desk.free():
        if not desk.scene.chosen:
            owner.problem_found.emit(
                owner.tr("Select first what you want to resize or turn.")
            )
        return
    on = not owner.transforms
    owner.set_tool(SELECT)
    owner.set_transforms(on=on)


def _darken(desk: Desk) -> None:
    desk.owner.darken = not desk.owner.darken
    desk.owner.update()


COMMANDS: dict[str, Command] = {
    "finish": _finish,
    "place": _place,
    "cancel": _cancel,
    "back": _back,
    "delete": _delete,
    "copy": _copy,
    "cut": _cut,
    "paste": _paste,
    "duplicate": _duplicate,
    "lock": _lock,
    "raise": partial(_restack, Place.FRONT),
    "lower": partial(_restack, Place.BACK),
    "relabel": _relabel,
    "whole": _whole,
    "to_polygon": _to_polygon,
    "left": partial(_nudge, -1.0, 0.0),
    "right": partial(_nudge, 1.0, 0.0),
    "up": partial(_nudge, 0.0, -1.0),
    "down": partial(_nudge, 0.0, 1.0),
    "left_far": partial(_nudge, -FAR, 0.0),
    "right_far": partial(_nudge, FAR, 0.0),
    "up_far": partial(_nudge, 0.0, -FAR),
    "down_far": partial(_nudge, 0.0, FAR),
    "select_all": _select_all,
    "next_shape": partial(_step, 1),
    "previous_shape": partial(_step, -1),
    "hide": _hide,
    "hide_others": _hide_others,
    "show_all": _show_all,
    "zoom_in": partial(_zoom, ZOOM_STEP),
    "zoom_out": partial(_zoom, 1 / ZOOM_STEP),
    "fit": lambda desk: desk.owner.fit(),
    "actual_size": _actual_size,
    "zoom_selection": _zoom_selection,
    "darken": _darken,
    "transform": _transform,
}
