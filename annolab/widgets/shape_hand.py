"""The hand on a shape canvas: which gesture a press starts, and how it goes on."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import QObject, QPointF, Qt

from annolab import gestures
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
from annolab.gestures.handles import rings_of
from annolab.model.geometry import Box
from annolab.model.schema import Label
from annolab.widgets.picture_view import PictureView
from annolab.widgets.shape_outcome import Outcome
from annolab.widgets.shape_scene import Framed, Scene, label_color
from annolab.widgets.shape_store import Mark
from annolab.widgets.shape_tools import DRAGGED, SELECT, drawing, shape_for, verb_of
from annolab.widgets.shape_touch import cursor_of, handle_at, hits_at, hover


class Hand(QObject):
    """Owns the gesture in flight. Data is only changed through edits it requests."""

    def __init__(self, owner: PictureView, scene: Scene) -> None:
        super().__init__(owner)
        self._owner = owner
        self._scene = scene
        self.outcome = Outcome(owner, scene)
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
        hits = hits_at(self._scene, self._point(Phase.MOVE, at, Modifier.NONE))
        if hits and not set(hits) & set(self._scene.chosen):
            self.outcome.select(hits[:1])

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
            self.outcome.delete_point(*found)
        return found is not None

    def place_shape(self) -> None:
        """Without a mouse: put a shape of the tool into the middle of the view."""
        shape = shape_for(self._owner.tool, self._middle())
        if shape is not None:
            self.outcome.draw(shape)

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
        handle = None
        if not (free and drawing_tool):
            handle = handle_at(owner, scene, pointer)
        only, framed = scene.only_chosen(), scene.framed()
        chip = scene.chips.at(at)
        if framed is not None and handle is not None:
            self._begin_framed(framed, handle)
        elif only is not None and handle is not None:
            self._begin_reshape(only, handle, pointer)
        elif drawing_tool:
            self._begin_drawing()
        elif chip is not None:
            self.outcome.select_by(chip, pointer.modifiers)
        else:
            self._begin_selecting(pointer)

    def _begin_framed(self, framed: Framed, handle: Handle) -> None:
        """Resize or turn all that is selected."""
        self._before, self._verb = framed.marks, verb_of(handle.part).name
        shapes = [mark.shape for mark in framed.marks]
        self._start(gestures.drag_frame(shapes, handle, self._owner.extent))

    def _begin_reshape(self, mark: Mark, handle: Handle, pointer: Pointer) -> None:
        doing = self._scene.doing
        if handle.part is Part.VERTEX:
            doing.active = (mark.id, handle.ring, handle.index)
            if pointer.modifiers & Modifier.ALT:
                self.outcome.alter_point(mark, handle)
                return
        bounds = self._owner.extent or gestures.Size(0, 0)
        self._before = (mark,)
        self._verb = verb_of(handle.part).name
        self._start(gestures.grabbed(mark.shape, handle, pointer, bounds))

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

    def _begin_selecting(self, pointer: Pointer) -> None:
        scene, hits = self._scene, hits_at(self._scene, pointer)
        only = scene.only_chosen() if scene.framed() is None else None
        double = pointer.phase is Phase.DOUBLE
        if double and only is not None and self.outcome.insert_point(only, pointer):
            return
        if not hits:
            self._band = True
            self._start(gestures.rubber_band())
            return
        if pointer.modifiers & Modifier.SHIFT:
            self.outcome.select_by(hits[0], pointer.modifiers)
            return
        if not set(hits) & set(scene.chosen):
            self.outcome.select(hits[:1])
        else:
            self._click = (hits[0],)
        marks = [m for m in scene.chosen_marks() if not m.annotation.locked]
        if not marks:
            self._click = ()
            return
        self._before, self._verb = tuple(marks), "Move"
        shapes = [mark.shape for mark in marks]
        self._start(gestures.move_shapes(shapes, self._owner.extent))

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
            self.outcome.select_band(shapes, pointer)
        elif before and shapes:
            self.outcome.reshape(before, shapes, verb)
        elif before:
            if click:
                self.outcome.select(click)
        elif shapes:
            self.outcome.draw(shapes[0])
        elif pointer.phase is Phase.RELEASE and self._owner.tool in DRAGGED:
            self.outcome.select(hits_at(self._scene, pointer)[:1])
        self.look_again()

    # Hovering and labels

    def _hover(self, pointer: Pointer, at: QPointF) -> None:
        """What the pointer is over, and the cursor that tells what a press would do."""
        if hover(self._owner, self._scene, pointer, at):
            self._owner.update()
        self._owner.setCursor(self.cursor())

    def cursor(self) -> Qt.CursorShape:
        """The cursor that tells what a press would do here."""
        return cursor_of(self._owner, self._scene)

    def label_picked(self, label: Label | None) -> None:
        """The user picked a label: for the selection, or for the next shape."""
        self._scene.doing.color = self._next_color()
        if self._gesture is None:
            self.outcome.relabel(label)
