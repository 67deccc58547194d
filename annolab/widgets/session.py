"""The session: what is open, shown, selected and picked. Widgets listen to it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from annolab.errors import AnnoLabError, ReadOnlyProject
from annolab.settings import Settings
from annolab.widgets.item_relations import ItemRelations
from annolab.widgets.mark_reader import MarkReader, are_many, is_broad, renewed

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from annolab.model.annotation import Annotation, Relation
    from annolab.model.edit import ChangeSet, Edit
    from annolab.model.item import Item
    from annolab.model.schema import Label, Schema
    from annolab.store.project import Project
    from annolab.store.views import Step
    from annolab.widgets.mark_reader import Marks

POLL_MILLISECONDS = 1000
MANY_ROWS = 2000  # undone in a worker from here on
# The start page comes up with a session: numpy and the model are imported when a
# project is opened.


class Session(QObject):
    """State that panels and canvases share; one per window.

    Data changes only through `apply`, `undo` and `redo`; a refused change says
    its sentence through `said`. Signals come in the main thread, after the
    fact. Hidden ids, tool, label and clipboard are view state: not stored.
    """

    changed = Signal(object)  # ChangeSet
    project_opening = Signal()
    project_changed = Signal()
    item_opening = Signal(object)  # Item: the first, while its many marks are read
    item_opened = Signal(object)  # Item | None
    item_updated = Signal(object)  # Item: the open one was changed, not switched
    frame_changed = Signal()  # another frame of the open film is seen
    text_opened = Signal()  # the characters of the open item are known, or forgotten
    selection_changed = Signal(tuple)  # annotation ids
    label_picked = Signal(object)  # Label | None: the user has picked it
    label_renewed = Signal(object)  # Label | None: the picked one was changed
    tool_changed = Signal(str)
    hidden_changed = Signal()
    order_changed = Signal()
    said = Signal(str, str)  # "info" | "problem", sentence
    refused = Signal(object)  # AnnoLabError: a change was not written
    option_changed = Signal(str)  # name of an option of the settings
    _committed = Signal(object)

    def __init__(
        self, parent: QObject | None = None, settings: Settings | None = None
    ) -> None:
        super().__init__(parent)
        self.settings = settings or Settings(Path())
        self.project: Project | None = None
        self.item: Item | None = None
        self.selection: tuple[int, ...] = ()
        self.label: Label | None = None
        self.tool = "select"
        self.hidden: frozenset[int] = frozenset()
        self.clipboard: tuple[Annotation, ...] = ()
        self.frame: int | None = None  # of the open film that is seen
        self.text: str | None = None  # of the open item, when its canvas has read it
        self.relations = ItemRelations(self, self._read_relations, self._read_relation)
        self.relations.selection_changed.connect(self._leave_marks)
        self._undoing = False
        self._large: set[int] = set()  # edits of this session that take long
        self._row_found = (0, -1)
        self.order: Sequence[int] | NDArray[np.int64] = ()
        self._annotations: Marks | None = None
        self._opening = MarkReader(self, self._take_opening, self._refuse)
        self._renewing = MarkReader(self, self._take_renewed, self._give_up_renewing)
        self._late: list[ChangeSet] = []  # told when the marks are read again
        self._kept_selection: dict[int, tuple[int, ...]] = {}
        self._unsubscribe = _nothing
        # Auto: at once in the main thread, queued from a worker.
        self._committed.connect(self._take, Qt.ConnectionType.AutoConnection)
        self._poll_timer = QTimer(self, interval=POLL_MILLISECONDS)
        self._poll_timer.timeout.connect(self._poll)

    @property
    def schema(self) -> Schema:
        """The schema of the open project, or an empty one."""
        from annolab.model.schema import Schema

        return self.project.schema if self.project is not None else Schema()

    def open_project(self, path: Path, *, annotator: str | None = None) -> bool:
        """Open a project file in place of the open one; False: a sentence says why."""
        from annolab.store.project import open_project

        sentence = ""
        try:
            try:
                project = open_project(path, annotator=annotator)
            except ReadOnlyProject as error:
                sentence = str(error)
                project = open_project(path, read_only=True)
        except AnnoLabError as error:
            self.said.emit("problem", str(error))
            return False
        self.set_project(project)
        if sentence:
            self.said.emit("problem", sentence)
        return True

    def set_project(self, project: Project | None) -> None:
        """Show `project` and close the one before."""
        if project is not None:
            self.project_opening.emit()
        self._unsubscribe()
        self._unsubscribe = _nothing
        self._poll_timer.stop()
        before, self.project = self.project, project
        self.item, self.selection, self.label = None, (), None
        self.hidden, self.order = frozenset(), ()
        self._opening.cancel()
        self._renewing.cancel()
        self._late = []
        self._row_found = (0, -1)
        self._annotations = None
        self._kept_selection.clear()
        self._large.clear()
        self._forget_text()
        self.set_frame(None)
        if project is not None:
            self._unsubscribe = project.subscribe(self._committed.emit)
            self._poll_timer.start()
        self.project_changed.emit()
        self.item_opened.emit(None)
        if before is not None:
            before.close()

    def apply(self, edit: Edit, initiator: object = None) -> bool:
        """Commit an edit; False: it was refused and `said` tells why."""
        if self.project is None:
            self.said.emit("problem", self.tr("No project is open."))
            return False
        if not edit.changes:
            return True
        try:
            self.project.apply(edit, initiator=initiator)
        except AnnoLabError as error:
            self._refuse(error)
            self._reread()
            return False
        return True

    def apply_large(self, edit: Edit, initiator: object = None) -> None:
        """Commit an edit of very many things in a worker; `changed` tells of it."""
        project = self.project
        if project is None or self._undoing:
            self.said.emit("problem", self.tr("Something large is still being done."))
            return
        act = partial(project.apply, edit, initiator=initiator)
        self._step_in_worker(act, edit.name, _nothing)

    def _refuse(self, error: AnnoLabError) -> None:
        self.refused.emit(error)
        self.said.emit("problem", str(error))

    def undo(self) -> bool:
        """Take back the last step; first show the item it was on."""
        return self._step_back(back=True)

    def redo(self) -> bool:
        """Make again the last step taken back; first show its item."""
        return self._step_back(back=False)

    def _step_back(self, *, back: bool) -> bool:
        project = self.project
        step = self.undo_step if back else self.redo_step
        if project is None or step is None:
            return False
        if self._undoing:
            return False
        held = self.item.id if self.item is not None else None
        self._open_if_there(step.item_id)
        show = partial(self._show_outcome, step.item_id, held)
        act = project.undo if back else project.redo
        if step.rows > MANY_ROWS or step.edit_id in self._large:
            self._step_in_worker(act, step.name, show)
            return True
        try:
            done = act()
        except AnnoLabError as error:
            self._refuse(error)
            return False
        if done is not None and done.annotations:
            self.select(i for i in done.annotations if self.annotation(i))
        show()
        return done is not None

    def _show_outcome(self, item_id: int | None, held: int | None) -> None:
        """Show an item that has come back; when the open one is gone, that before."""
        self._open_if_there(item_id)
        if self.item is None:
            self._open_if_there(held)

    def _open_if_there(self, item_id: int | None) -> None:
        """Show the item of a step, unless it is removed now."""
        if self.project is None or item_id is None:
            return
        if self.project.items([item_id]):
            self.open_item(item_id, now=True)

    def _step_in_worker(
        self,
        act: Callable[[], ChangeSet | None],
        name: str,
        show: Callable[[], None],
    ) -> None:
        """A large import takes seconds to undo: the window stays alive meanwhile."""
        from annolab.widgets import worker

        self._undoing = True
        self.said.emit("info", self.tr("Working on “{}”…").format(name))
        job = worker.run(self, lambda _: act(), lambda _: show(), self._refuse)
        job.finished.connect(self._end_step)

    def _end_step(self) -> None:
        self._undoing = False

    @property
    def undo_step(self) -> Step | None:
        """What Undo would take back."""
        return self.project.undo_step if self.project is not None else None

    @property
    def redo_step(self) -> Step | None:
        """What Redo would make again."""
        return self.project.redo_step if self.project is not None else None

    def annotations(self) -> list[Annotation]:
        """The annotations of the open item, in drawing order."""
        if self.project is None or self.item is None:
            return []
        if self._annotations is None:
            read = self.project.annotations(self.item.id)
            self._annotations = {annotation.id: annotation for annotation in read}
        return list(self._annotations.values())

    def annotation(self, annotation_id: int) -> Annotation | None:
        """An annotation of the open item."""
        if self._annotations is None:
            self.annotations()
        return (self._annotations or {}).get(annotation_id)

    def selected(self) -> list[Annotation]:
        """The selected annotations, as they are now."""
        found = (self.annotation(id_) for id_ in self.selection)
        return [annotation for annotation in found if annotation is not None]

    @property
    def opening(self) -> int | None:
        """The item that is shown as soon as its annotations are read, if any."""
        return self._opening.item_id

    @property
    def shows(self) -> bool:
        """Whether an item is open or will be at once."""
        return self.item is not None or self.opening is not None

    def _read_relations(self) -> list[Relation]:
        if self.project is None or self.item is None:
            return []
        return self.project.relations(self.item.id)

    def _read_relation(self, relation_id: int) -> Relation | None:
        project, item = self.project, self.item
        found = project.relation(relation_id) if project is not None else None
        return found if found and item and found.item_id == item.id else None

    def _leave_marks(self, relation_ids: tuple[int, ...]) -> None:
        """Relations are selected: what is done then is done with them."""
        if relation_ids:
            self.select(())

    def set_frame(self, frame: int | None) -> None:
        """The canvas of films shows another frame, or none."""
        if frame != self.frame:
            self.frame = frame
            self.frame_changed.emit()

    def set_text(self, text: str | None) -> None:
        """The canvas has read the characters of the open item."""
        self.text = text
        self.text_opened.emit()

    def _forget_text(self) -> None:
        self.relations.forget()
        if self.text is not None:
            self.set_text(None)

    def open_item(self, item_id: int | None, *, now: bool = False) -> None:
        """Show an item; its selection is as it was when it was left.

        One with very many annotations comes when a worker has read them, and that
        before it stays until then; with `now` this waits for it.
        """
        self._opening.cancel()
        project = self.project
        if project is None or (self.item and self.item.id == item_id):
            return
        try:
            item = None if item_id is None else project.item(item_id)
            many = item is not None and not now and are_many(project, item.id)
        except AnnoLabError as error:
            self.said.emit("problem", str(error))
            return
        if item is None and item_id is not None:
            self.said.emit("problem", self.tr("This item is no longer there."))
        elif item is not None and many:
            self.said.emit("info", self.tr("Reading {}…").format(item.name))
            self._opening.start(project, item.id)
            if self.item is None:
                self.item_opening.emit(item)
        else:
            self._show(item, None)

    def _take_opening(self, item_id: int, marks: Marks) -> None:
        item = self.project.item(item_id) if self.project is not None else None
        if item is None:
            self.said.emit("problem", self.tr("This item is no longer there."))
        else:
            self._show(item, marks)

    def _show(self, item: Item | None, marks: Marks | None) -> None:
        if self.item is not None:
            self._kept_selection[self.item.id] = self.selection
        self.item, self._annotations = item, marks
        self._forget_text()
        self.selection = self._kept_selection.get(item.id, ()) if item else ()
        self.item_opened.emit(item)
        self.selection_changed.emit(self.selection)
        self._tell_late()

    def set_order(self, ids: NDArray[np.int64]) -> None:
        """The item list says which items there are to step through."""
        self.order = ids
        self._row_found = (0, -1)
        self.order_changed.emit()

    def row_of(self, item_id: int | None) -> int:
        """The place of an item in the list, or -1."""
        if item_id is None or not len(self.order):
            return -1
        if self._row_found[0] != item_id:  # several panels ask for the same one
            import numpy as np

            found = np.flatnonzero(np.asarray(self.order) == item_id)
            self._row_found = (item_id, int(found[0]) if found.size else -1)
        return self._row_found[1]

    def step_item(self, delta: int) -> bool:
        """Go `delta` items on in the list; False at its end."""
        if not len(self.order):
            return False
        row = self.row_of(self.opening or (self.item.id if self.item else None))
        target = max(0, min(len(self.order) - 1, row + delta)) if row >= 0 else 0
        if target == row:
            return False
        self.open_item(int(self.order[target]))
        return True

    def neighbours(self, count: int = 1) -> tuple[Item, ...]:
        """The items after and before the open one, nearest first."""
        row = self.row_of(self.item.id if self.item else None)
        if self.project is None or row < 0:
            return ()
        rows = [row + sign * k for k in range(1, count + 1) for sign in (1, -1)]
        ids = [int(self.order[r]) for r in rows if 0 <= r < len(self.order)]
        found = {item.id: item for item in self.project.items(ids)}
        return tuple(found[i] for i in ids if i in found)

    def select(self, ids: Iterable[int]) -> None:
        """Select annotations of the open item."""
        chosen = tuple(dict.fromkeys(ids))
        if chosen:
            self.relations.select(())
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def pick_label(self, label: Label | None) -> None:
        """The label that the next shape gets; told also when it stays the same."""
        self.label = label
        self.label_picked.emit(label)

    def pick_tool(self, tool_id: str) -> None:
        """The tool of the canvas."""
        if tool_id != self.tool:
            self.tool = tool_id
            self.tool_changed.emit(tool_id)

    def hide(self, ids: Iterable[int], *, hidden: bool = True) -> None:
        """Hide annotations from view, or show them again."""
        after = self.hidden | set(ids) if hidden else self.hidden - set(ids)
        if after != self.hidden:
            self.hidden = frozenset(after)
            self.hidden_changed.emit()

    def show_all(self) -> None:
        """Show all hidden annotations."""
        self.hide(self.hidden, hidden=False)

    def _take(self, changes: ChangeSet) -> None:
        """Renew what is held here, then tell everyone."""
        if self.project is None:
            return
        if len(changes.items) + len(changes.annotations) > MANY_ROWS:
            self._large.add(changes.edit_id)
        for reader in (self._opening, self._renewing):
            if changes.everything or reader.item_id in changes.items:
                reader.note_change()
        if self._late or self._takes_long(changes):
            self._late.append(changes)
        else:
            self._renew(changes)

    def _takes_long(self, changes: ChangeSet) -> bool:
        """Whether a worker reads the annotations of the open item before it is told."""
        project, item = self.project, self.item
        if project is None or item is None or self._annotations is None:
            return False
        if not is_broad(changes) or not are_many(project, item.id):
            return False
        self._renewing.start(project, item.id)
        return True

    def _take_renewed(self, item_id: int, marks: Marks) -> None:
        if self.item is not None and self.item.id == item_id:
            self._annotations = marks
        self._tell_late(fresh=True)

    def _give_up_renewing(self, error: AnnoLabError) -> None:
        self._refuse(error)
        self._tell_late()

    def _tell_late(self, *, fresh: bool = False) -> None:
        """Tell what was held back. `fresh`: the annotations are those after it."""
        self._renewing.cancel()
        late, self._late = self._late, []
        for changes in late:
            self._renew(changes, fresh=fresh)

    def _renew(self, changes: ChangeSet, *, fresh: bool = False) -> None:
        """Make what is held here that after the changes, and tell them."""
        if changes.schema_changed or changes.everything:
            self._renew_label()
        if self.item is not None:
            if changes.everything or self.item.id in changes.items:
                self._renew_item()
            if changes.everything or changes.annotations:
                if not fresh:
                    self._renew_annotations(changes)
                self._renew_selection()
        self.relations.take(changes)
        self.changed.emit(changes)

    def _renew_label(self) -> None:
        """The picked label may have another name or colour, or be gone."""
        if self.label is None:
            return
        found = self.schema.label(self.label.id)
        renewed = None if found is None or found.retired else found
        if renewed != self.label:
            self.label = renewed
            self.label_renewed.emit(renewed)

    def _renew_item(self) -> None:
        if self.project is None or self.item is None:
            return
        found = self.project.items([self.item.id])
        if not found:
            self.item = self._annotations = None
            self._forget_text()
            self.item_opened.emit(None)
        elif found[0] != self.item:
            self.item = found[0]
            self.item_updated.emit(self.item)

    def _renew_annotations(self, changes: ChangeSet) -> None:
        """Read again what has changed."""
        project, item, held = self.project, self.item, self._annotations
        if project is not None and item is not None and held is not None:
            broad = is_broad(changes)
            self._annotations = (
                None if broad else renewed(project, item.id, held, changes)
            )

    def _renew_selection(self) -> None:
        if self.selection:
            self.select(i for i in self.selection if self.annotation(i))

    def _reread(self) -> None:
        """Make every view show what the project holds."""
        from annolab.model.edit import ChangeSet

        self._take(ChangeSet(edit_id=0, everything=True))

    def _poll(self) -> None:
        if self.project is None:
            return
        try:
            changes = self.project.poll()
        except AnnoLabError as error:
            self._poll_timer.stop()
            self.said.emit("problem", str(error))
            return
        if changes is not None:
            self._take(changes)
            self.said.emit("info", self.tr("Another program has changed the project."))


def _nothing() -> None:
    """Nobody listens."""
