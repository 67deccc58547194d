"""What comes of a gesture on a shape canvas: the edits and selections it asks for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from annolab import edits, gestures
from annolab.gestures import Handle, Modifier, Phase, Pointer, Shapes
from annolab.gestures.handles import edge_at
from annolab.gestures.reshape import with_hole, with_new_point
from annolab.model.annotation import Annotation, Relation
from annolab.model.edit import Edit
from annolab.model.geometry import Box, Points, Polygon, Shape
from annolab.model.ids import new_id
from annolab.model.schema import Label
from annolab.widgets.picture_view import PictureView
from annolab.widgets.shape_scene import Scene
from annolab.widgets.shape_store import Mark
from annolab.widgets.shape_tools import HOLE, SELECT


class Outcome:
    """Asks for what the hand has done; the canvas itself changes nothing."""

    def __init__(self, owner: PictureView, scene: Scene) -> None:
        self._owner = owner
        self._scene = scene

    def ask(self, edit: Edit) -> None:
        """Request an edit, unless it changes nothing."""
        if edit.changes:
            self._owner.request(edit)

    # Selections

    def select(self, ids: Sequence[int]) -> None:
        """Request a selection."""
        self._owner.selection_requested.emit(tuple(ids))

    def select_by(self, annotation_id: int, held: Modifier) -> None:
        """A click: this alone; with Shift, add it or take it away."""
        chosen = self._scene.chosen
        if not held & Modifier.SHIFT:
            self.select((annotation_id,))
        elif annotation_id in chosen:
            self.select([i for i in chosen if i != annotation_id])
        else:
            self.select((*chosen, annotation_id))

    def select_band(self, shapes: Shapes, pointer: Pointer) -> None:
        """A rubber band: what has a point in it; with Shift, besides the others."""
        adding = bool(pointer.modifiers & Modifier.SHIFT)
        kept = self._scene.chosen if adding else ()
        band = shapes[0] if shapes else None
        if isinstance(band, Box):
            found = self._scene.store.inside(band)
            self.select(tuple(dict.fromkeys((*kept, *found))))
        elif pointer.phase is Phase.RELEASE and not adding:
            self.select(())

    # New shapes

    def draw(self, shape: Shape) -> None:
        """A new shape: a hole is cut, anything else is added and selected."""
        owner = self._owner
        if owner.tool == HOLE:
            self._cut_hole(shape)
            return
        annotation = self.annotation_of(shape)
        if annotation is None:
            return
        self.ask(edits.add([annotation]))
        if self._scene.store.get(annotation.id) is None:
            return
        self.select((annotation.id,))
        settings = owner.session.settings
        if not settings.flag("work.keep_tool"):
            owner.set_tool(SELECT)
        if not settings.flag("work.keep_label") and owner.session.label is not None:
            # Not a pick of the user, which would relabel the new shape.
            owner.session.label = None
            owner.session.label_renewed.emit(None)

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
                self.ask(edits.set_geometry(mark.annotation, after, name))
                self.select((mark.id,))
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

    # Changed shapes

    def reshape(self, before: Sequence[Mark], shapes: Shapes, verb: str) -> None:
        """Marks have got other shapes; `verb` says how ("Move")."""
        old = [mark.annotation for mark in before]
        pairs = zip(old, shapes, strict=True)
        new = [replace(annotation, geometry=shape) for annotation, shape in pairs]
        self.ask(edits.replace(old, new, f"{verb} {edits.counted(old)}"))

    def insert_point(self, mark: Mark, pointer: Pointer) -> bool:
        """A double press on an edge inserts a point there; False: it is on none."""
        edge = edge_at(mark.shape, (pointer.x, pointer.y), pointer.scale)
        if mark.annotation.locked or edge is None:
            return False
        name = f"Add point to {edits.counted([mark.annotation])}"
        after = with_new_point(mark.shape, edge)
        self.ask(edits.set_geometry(mark.annotation, after, name))
        return True

    def alter_point(self, mark: Mark, handle: Handle) -> None:
        """Delete a point; of keypoints, switch between visible and hidden."""
        shape = mark.shape
        if isinstance(shape, Points) and len(shape.visibility) > 1:
            seen = list(shape.visibility)
            seen[handle.index] = 1 if seen[handle.index] == 2 else 2
            after: Shape = Points.of(shape.points, seen)
            self.ask(edits.set_geometry(mark.annotation, after, "Change visibility"))
            return
        self.delete_point(mark, handle)

    def delete_point(self, mark: Mark, handle: Handle) -> None:
        """Delete one point; the annotation when nothing of it would be left."""
        rest = gestures.without_point(mark.shape, handle)
        self._scene.doing.active = None
        if rest is None:
            self.ask(edits.delete([mark.annotation], self._relations()))
        else:
            name = f"Delete point of {edits.counted([mark.annotation])}"
            self.ask(edits.set_geometry(mark.annotation, rest, name))

    def _relations(self) -> list[Relation]:
        project, item = self._owner.session.project, self._owner.item
        return project.relations(item.id) if project and item else []

    def relabel(self, label: Label | None) -> None:
        """Give the selection a label.

        With a drawing tool a selection that has its labels keeps them, so that
        "label key, drag, label key, drag" never changes what was drawn.
        """
        marks = [m.annotation for m in self._scene.chosen_marks()]
        marks = [annotation for annotation in marks if not annotation.locked]
        if self._owner.tool != SELECT:
            marks = [annotation for annotation in marks if annotation.label_id is None]
        if marks:
            self.ask(edits.relabel(marks, label))
