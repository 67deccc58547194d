"""The hand on a shape canvas: which gesture a press starts, and what comes of it."""

from __future__ import annotations

from dataclasses import replace
from html import escape

from PySide6.QtCore import QObject, QPointF, Qt

from annolab import edits, gestures
from annolab.gestures import (
    NOTHING,
    Gesture,
    Handle,
    Modifier,
    Part,
    Phase,
    Pointer,
    Shapes,
)
from annolab.gestures.handles import edge_at, rings_of
from annolab.gestures.rect import frame_of
from annolab.gestures.reshape import with_hole, with_new_point
from annolab.model.annotation import Annotation, Relation
from annolab.model.edit import Edit
from annolab.model.geometry import Box, Ellipse, Points, Polygon, RotatedBox, Shape
from annolab.model.ids import new_id
from annolab.model.schema import Label
from annolab.widgets.picture_view import PictureView
from annolab.widgets.shape_scene import Scene, label_color
from annolab.widgets.shape_store import Mark
from annolab.widgets.shape_tools import (
    DRAGGED,
    HOLE,
    SELECT,
    TOOL,
    drawing,
    shape_for,
    verb_of,
)

REACH = 4.0  # screen pixels around an edge in which it is touched


class Hand(QObject):
    """Owns the gesture in flight. Data is only changed through edits it requests."""

    def __init__(self, owner: PictureView, scene: Scene) -> None:
        super().__init__(owner)
        self._owner = owner
        self._scene = scene
        self._gesture: Gesture | None = None
        self._before: tuple[Mark, ...] = ()  # what the gesture reshapes
        self._verb = ""
        self._band = False
        self._click: tuple[int, ...] = ()  # what a press without a drag selects
        self._last: Pointer | None = None
        self._down = False

    @property
    def busy(self) -> bool:
        """Whether a gesture is in flight."""
        return self._gesture is not None

    @property
    def editing(self) -> frozenset[int]:
        """Ids of the annotations that are being reshaped."""
        return frozenset(self._scene.doing.editing)

    @property
    def place(self) -> tuple[float, float] | None:
        """Where the pointer is, in image pixels."""
        at = self._scene.doing.at
        return None if at is None else self._owner.view.to_image(at.x(), at.y())

    # The mouse

    def press(self, phase: Phase, at: QPointF, held: Modifier) -> None:
        """The left button went down."""
        pointer = self._point(phase, at, held)
        self._down = True
        if self._gesture is None:
            self._begin(pointer, at)
        self._send(pointer)

    def press_right(self, at: QPointF) -> None:
        """The right button: ends a shape in the making, else selects."""
        if self._gesture is not None:
            self.finish()
            return
        hits = self._hits(self._point(Phase.MOVE, at, Modifier.NONE))
        if hits and not set(hits) & set(self._scene.chosen):
            self._owner.selection_requested.emit((hits[0],))

    def move(self, at: QPointF, held: Modifier, *, down: bool = False) -> None:
        """The pointer moved; `down`: with the left button held."""
        self._scene.doing.at = at
        if self._down and not down:
            # The release went elsewhere (another window came up): it counts here.
            self.release(at, held)
            return
        pointer = self._point(Phase.MOVE, at, held)
        self._last = pointer
        if self._gesture is not None:
            self._send(pointer)
        else:
            self._hover(pointer, at)
        if self._scene.doing.crosshair or self._gesture is not None:
            self._owner.update()

    def release(self, at: QPointF, held: Modifier) -> None:
        """The left button went up."""
        self._down = False
        if self._gesture is not None:
            self._send(self._point(Phase.RELEASE, at, held))
        self.move(at, held)

    def leave(self) -> None:
        """The pointer left the widget."""
        doing = self._scene.doing
        doing.at, doing.hover, doing.hot = None, None, None
        self._owner.update()

    def modifiers_changed(self, held: Modifier) -> None:
        """A modifier went down or up while the pointer rests."""
        if self._last is None:
            return
        pointer = replace(self._last, phase=Phase.MOVE, modifiers=held)
        self._last = pointer
        if self._gesture is not None:
            self._send(pointer)
        elif self._scene.doing.at is not None:
            self._hover(pointer, self._scene.doing.at)
        self._owner.update()

    def _point(self, phase: Phase, at: QPointF, held: Modifier) -> Pointer:
        self._scene.doing.at = at
        return self._owner.pointer(phase, at, held)

    # Keys

    def finish(self) -> bool:
        """End the shape in the making where it is complete."""
        return self._send_key(Phase.FINISH)

    def back(self) -> bool:
        """Take back the last point of the shape in the making."""
        return self._send_key(Phase.BACK)

    def cancel(self) -> bool:
        """Drop the gesture in flight."""
        was_busy = self.busy
        self.drop()
        return was_busy

    def active_point(self) -> tuple[Mark, Handle] | None:
        """The point that was clicked last, if its shape is still selected."""
        active, only = self._scene.doing.active, self._scene.only_chosen()
        if active is None or only is None or only.id != active[0]:
            return None
        _, ring, index = active
        rings = rings_of(only.shape)
        if only.annotation.locked or ring >= len(rings) or index >= len(rings[ring]):
            return None
        x, y = rings[ring][index].tolist()
        return only, Handle(Part.VERTEX, x, y, ring=ring, index=index)

    def delete_active(self) -> bool:
        """Delete the point that was clicked last."""
        found = self.active_point()
        if found is not None:
            self.delete_point(*found)
        return found is not None

    def place_shape(self) -> None:
        """Without a mouse: put a shape of the tool into the middle of the view."""
        shape = shape_for(self._owner.tool, self._middle())
        if shape is not None:
            self._drawn(shape)

    def _middle(self) -> Box:
        """The middle third of what is seen of the picture."""
        owner = self._owner
        seen = owner.view.region(owner.width(), owner.height())
        extent = owner.extent or gestures.Size(seen.w, seen.h)
        x0, y0 = max(seen.x, 0.0), max(seen.y, 0.0)
        x1, y1 = min(seen.x + seen.w, extent.w), min(seen.y + seen.h, extent.h)
        w, h = max(round((x1 - x0) / 3), 1), max(round((y1 - y0) / 3), 1)
        return Box(float(round(x0 + w)), float(round(y0 + h)), float(w), float(h))

    def _send_key(self, phase: Phase) -> bool:
        if self._gesture is None:
            return False
        last = self._last or Pointer(phase, 0.0, 0.0, scale=self._owner.view.scale)
        self._send(replace(last, phase=phase, modifiers=Modifier.NONE))
        return True

    def drop(self) -> None:
        """End the gesture in flight without a trace."""
        if self._gesture is not None:
            self._gesture.close()
        self._end()
        self._owner.update()

    def look_again(self) -> None:
        """Shapes, tool or view have changed under the pointer."""
        doing = self._scene.doing
        doing.crosshair = self._owner.tool != SELECT
        if self._gesture is None:
            doing.hover = doing.hot = None
            if doing.active and doing.active[0] not in self._scene.chosen:
                doing.active = None
            if doing.at is not None:
                self._hover(
                    self._owner.pointer(Phase.MOVE, doing.at, Modifier.NONE), doing.at
                )
        else:
            doing.color = self._next_color()
        self._owner.update()

    # Beginning

    def _begin(self, pointer: Pointer, at: QPointF) -> None:
        """Choose the gesture that a press starts."""
        self._before, self._click, self._band = (), (), False
        free = bool(pointer.modifiers & Modifier.CTRL)
        owner, scene = self._owner, self._scene
        drawing_tool = owner.tool != SELECT
        handle = None if free and drawing_tool else self._grab(pointer)
        only = scene.only_chosen()
        chip = scene.chips.at(at)
        if only is not None and handle is not None:
            self._begin_reshape(only, handle, pointer)
        elif drawing_tool:
            self._begin_drawing()
        elif chip is not None:
            self._select_by(chip, pointer)
        else:
            self._begin_selecting(pointer)

    def _grab(self, pointer: Pointer) -> Handle | None:
        """The handle of the selected shape under the pointer.

        With a drawing tool only corners and points answer: edges would be in
        the way of a shape that begins beside this one.
        """
        only = self._scene.only_chosen()
        if only is None or only.annotation.locked or self._owner.tool == HOLE:
            return None
        alt = bool(pointer.modifiers & Modifier.ALT)
        at = (pointer.x, pointer.y)
        handle = gestures.grab(only.shape, at, pointer.scale, inserting=alt)
        if handle is not None and self._owner.tool != SELECT:
            return None if handle.part is Part.EDGE else handle
        return handle

    def _begin_reshape(self, mark: Mark, handle: Handle, pointer: Pointer) -> None:
        doing = self._scene.doing
        alt = bool(pointer.modifiers & Modifier.ALT)
        if handle.part is Part.VERTEX:
            doing.active = (mark.id, handle.ring, handle.index)
            if alt:
                self.alter_point(mark, handle)
                return
        bounds = self._owner.extent or gestures.Size(0, 0)
        self._before = (mark,)
        self._verb = verb_of(handle.part).name
        self._start(gestures.grabbed(mark.shape, handle, pointer, bounds))

    def alter_point(self, mark: Mark, handle: Handle) -> None:
        """Delete a point; of keypoints, switch between visible and hidden."""
        shape = mark.shape
        if isinstance(shape, Points) and len(shape.visibility) > 1:
            seen = list(shape.visibility)
            seen[handle.index] = 1 if seen[handle.index] == 2 else 2
            after: Shape = Points.of(shape.points, seen)
            self._ask(edits.set_geometry(mark.annotation, after, "Change visibility"))
            return
        self.delete_point(mark, handle)

    def delete_point(self, mark: Mark, handle: Handle) -> None:
        """Delete one point; the annotation when nothing of it would be left."""
        rest = gestures.without_point(mark.shape, handle)
        self._scene.doing.active = None
        if rest is None:
            self._ask(edits.delete([mark.annotation], self._relations()))
        else:
            name = f"Delete point of {edits.counted([mark.annotation])}"
            self._ask(edits.set_geometry(mark.annotation, rest, name))

    def _relations(self) -> list[Relation]:
        project, item = self._owner.session.project, self._owner.item
        return project.relations(item.id) if project and item else []

    def _begin_drawing(self) -> None:
        owner, doing = self._owner, self._scene.doing
        label = owner.session.label
        skeleton = label.skeleton if label is not None else None
        doing.edges = skeleton.edges if skeleton is not None else ()
        doing.color = self._next_color()
        self._start(drawing(owner.tool, owner.extent, label))

    def _next_color(self) -> tuple[int, int, int]:
        label = self._owner.session.label
        return label_color(label.color if label is not None else None)

    def _select_by(self, annotation_id: int, pointer: Pointer) -> None:
        chosen = self._scene.chosen
        if not pointer.modifiers & Modifier.SHIFT:
            self._owner.selection_requested.emit((annotation_id,))
        elif annotation_id in chosen:
            rest = tuple(i for i in chosen if i != annotation_id)
            self._owner.selection_requested.emit(rest)
        else:
            self._owner.selection_requested.emit((*chosen, annotation_id))

    def _begin_selecting(self, pointer: Pointer) -> None:
        scene, hits = self._scene, self._hits(pointer)
        only = scene.only_chosen()
        if (
            pointer.phase is Phase.DOUBLE
            and only is not None
            and self._insert(only, pointer)
        ):
            return
        if not hits:
            self._band = True
            self._start(gestures.rubber_band())
            return
        if pointer.modifiers & Modifier.SHIFT:
            self._select_by(hits[0], pointer)
            return
        if not set(hits) & set(scene.chosen):
            self._owner.selection_requested.emit((hits[0],))
        else:
            self._click = (hits[0],)
        marks = [m for m in scene.chosen_marks() if not m.annotation.locked]
        if not marks:
            self._click = ()
            return
        self._before, self._verb = tuple(marks), "Move"
        shapes = [mark.shape for mark in marks]
        self._start(gestures.move_shapes(shapes, self._owner.extent))

    def _insert(self, mark: Mark, pointer: Pointer) -> bool:
        """A double press on an edge inserts a point there."""
        if mark.annotation.locked:
            return False
        edge = edge_at(mark.shape, (pointer.x, pointer.y), pointer.scale)
        if edge is None:
            return False
        name = f"Add point to {edits.counted([mark.annotation])}"
        after = with_new_point(mark.shape, edge)
        self._ask(edits.set_geometry(mark.annotation, after, name))
        return True

    def _hits(self, pointer: Pointer) -> list[int]:
        return self._scene.store.hits(pointer.x, pointer.y, REACH / pointer.scale)

    def _start(self, gesture: Gesture) -> None:
        self._gesture = gesture
        next(gesture)
        doing = self._scene.doing
        doing.hover = doing.hot = None
        doing.editing = tuple(mark.id for mark in self._before)

    # Going on and ending

    def _send(self, pointer: Pointer) -> None:
        gesture = self._gesture
        if gesture is None:
            return
        try:
            self._scene.doing.preview = gesture.send(pointer)
        except StopIteration as stop:
            self._done(stop.value or (), pointer)
        self._owner.update()

    def _end(self) -> None:
        self._gesture = None
        doing = self._scene.doing
        doing.preview, doing.editing = NOTHING, ()

    def _done(self, shapes: Shapes, pointer: Pointer) -> None:
        """The gesture has ended: ask for the edit, then show what came of it."""
        before, band, click, verb = self._before, self._band, self._click, self._verb
        # The old shape is shown until the edit is in: nothing flickers, as no
        # paint event comes in between.
        self._end()
        if band:
            self._select_band(shapes, pointer)
        elif before and shapes:
            self._reshaped(before, shapes, verb)
        elif before:
            if click:
                self._owner.selection_requested.emit(click)
        elif shapes:
            self._drawn(shapes[0])
        elif pointer.phase is Phase.RELEASE and self._owner.tool in DRAGGED:
            hits = self._hits(pointer)
            self._owner.selection_requested.emit(tuple(hits[:1]))
        self.look_again()

    def _select_band(self, shapes: Shapes, pointer: Pointer) -> None:
        adding = bool(pointer.modifiers & Modifier.SHIFT)
        kept = self._scene.chosen if adding else ()
        band = shapes[0] if shapes else None
        if isinstance(band, Box):
            found = self._scene.store.inside(band)
            self._owner.selection_requested.emit(tuple(dict.fromkeys((*kept, *found))))
        elif pointer.phase is Phase.RELEASE and not adding:
            self._owner.selection_requested.emit(())

    def _reshaped(self, before: tuple[Mark, ...], shapes: Shapes, verb: str) -> None:
        old = [mark.annotation for mark in before]
        pairs = zip(old, shapes, strict=True)
        new = [replace(annotation, geometry=shape) for annotation, shape in pairs]
        self._ask(edits.replace(old, new, f"{verb} {edits.counted(old)}"))

    def _drawn(self, shape: Shape) -> None:
        """A new shape: a hole is cut, anything else is added and selected."""
        owner = self._owner
        if owner.tool == HOLE:
            self._cut_hole(shape)
            return
        annotation = self.annotation_of(shape)
        if annotation is not None:
            self._ask(edits.add([annotation]))
            if self._scene.store.get(annotation.id) is not None:
                owner.selection_requested.emit((annotation.id,))

    def annotation_of(self, shape: Shape) -> Annotation | None:
        """A new annotation of the open item with the picked label."""
        session, item = self._owner.session, self._owner.item
        if session.project is None or item is None:
            return None
        top = max((mark.annotation.z for mark in self._scene.store), default=0)
        return Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=session.project.annotator.id,
            geometry=shape,
            label_id=session.label.id if session.label is not None else None,
            frame=self._owner.frame_number,
            z=top,
        )

    def _cut_hole(self, ring: Shape) -> None:
        if not isinstance(ring, Polygon):
            return
        hole = ring.rings[0]
        for mark in self._hole_targets(hole.tolist()):
            after = with_hole(mark.shape, ring)
            if after is not None:
                name = f"Cut hole into {edits.counted([mark.annotation])}"
                self._ask(edits.set_geometry(mark.annotation, after, name))
                self._owner.selection_requested.emit((mark.id,))
                return
        self._owner.problem_found.emit(
            self._owner.tr("Draw the hole inside a polygon.")
        )

    def _hole_targets(self, corners: list[list[float]]) -> list[Mark]:
        """The selected polygon, else polygons around all corners, smallest first."""
        store = self._scene.store
        ids = [set(store.hits(x, y, 0.0)) for x, y in corners]
        around = set.intersection(*ids) if ids else set()
        x, y = corners[0]
        ordered = [i for i in store.hits(x, y, 0.0) if i in around]
        chosen = [i for i in self._scene.chosen if i in around]
        marks = [store.get(i) for i in dict.fromkeys((*chosen, *ordered))]
        return [
            m
            for m in marks
            if m and isinstance(m.shape, Polygon) and not m.annotation.locked
        ]

    def _ask(self, edit: Edit) -> None:
        if edit.changes:
            self._owner.edit_requested.emit(edit)

    # Hovering and labels

    def _hover(self, pointer: Pointer, at: QPointF) -> None:
        """What the pointer is over, and the cursor that tells what a press would do."""
        doing = self._scene.doing
        before = (doing.hover, doing.hot)
        doing.hot = self._grab(pointer)
        selecting = self._owner.tool == SELECT
        chip = self._scene.chips.at(at) if selecting else None
        hits = [] if doing.hot or not selecting else self._hits(pointer)
        doing.hover = chip if chip is not None else (hits[0] if hits else None)
        if (doing.hover, doing.hot) != before:
            self._owner.update()
        self._owner.setCursor(self.cursor())

    def cursor(self) -> Qt.CursorShape:
        """The cursor that tells what a press would do here."""
        doing, scene = self._scene.doing, self._scene
        shape = Qt.CursorShape
        if doing.hot is not None:
            only = scene.only_chosen()
            angle = 0.0
            if only is not None and isinstance(only.shape, RotatedBox | Ellipse):
                angle = frame_of(only.shape).angle
            return verb_of(doing.hot.part, doing.hot.side, angle).cursor
        if self._owner.tool != SELECT:
            return TOOL[self._owner.tool].cursor
        if doing.hover is None:
            return shape.ArrowCursor
        mark = scene.store.get(doing.hover)
        if mark is None or mark.annotation.locked:
            return shape.ArrowCursor
        if doing.hover in scene.chosen:
            return shape.SizeAllCursor
        return shape.PointingHandCursor

    def tip(self) -> str:
        """What the tooltip says of the shape under the pointer."""
        hover = self._scene.doing.hover
        mark = self._scene.store.get(hover) if hover is not None else None
        if mark is None:
            return ""
        annotation = mark.annotation
        label = self._owner.session.schema.label(annotation.label_id)
        name = label.name if label is not None else self._owner.tr("no label")
        kind = edits.counted([annotation])
        lines = [self._owner.tr("{label} ({kind})").format(label=name, kind=kind)]
        lines += [f"{key}: {value}" for key, value in annotation.attributes.items()]
        if annotation.locked:
            lines.append(self._owner.tr("locked"))
        text = "\n".join(lines[:12])
        return f"<p style='white-space:pre'>{escape(text)}</p>"

    def label_picked(self, label: Label | None) -> None:
        """The user picked a label: for the selection, or for the next shape.

        With a drawing tool a selection that has its labels keeps them, so that
        "label key, drag, label key, drag" never changes what was drawn.
        """
        doing = self._scene.doing
        doing.color = self._next_color()
        if self._gesture is not None:
            return
        marks = [m.annotation for m in self._scene.chosen_marks()]
        marks = [annotation for annotation in marks if not annotation.locked]
        if self._owner.tool != SELECT:
            marks = [annotation for annotation in marks if annotation.label_id is None]
        if marks:
            self._ask(edits.relabel(marks, label))
