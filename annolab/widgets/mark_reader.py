"""Many annotations of an item, read in a worker: 100,000 take a second."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, TypeAlias

from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QObject

    from annolab.errors import AnnoLabError
    from annolab.jobs import Progress
    from annolab.model.annotation import Annotation
    from annolab.model.edit import ChangeSet
    from annolab.store.project import Project
    from annolab.widgets.worker import OnError

MANY_MARKS = 20_000  # of an item: the window stays alive while they are read
MANY_CHANGED = 100  # annotations, from which on all of the item are read again
Marks: TypeAlias = "dict[int, Annotation]"


class MarkReader:
    """Reads the annotations of one item at a time; a new reading drops the last."""

    def __init__(
        self,
        owner: QObject,
        on_done: Callable[[int, Marks], None],
        on_error: OnError | None = None,
    ) -> None:
        self.item_id: int | None = None  # what is being read
        self._outdated = False
        self._project: Project | None = None
        self._on_done, self._on_error = on_done, on_error
        self._latest = Latest[Marks](owner, self._take, self._fail)

    def start(self, project: Project, item_id: int) -> None:
        """Read an item; `on_done` is called in this thread."""
        self.item_id, self._project, self._outdated = item_id, project, False
        self._latest.start(partial(_read, project, item_id))

    def cancel(self) -> None:
        """Drop what is being read."""
        self._latest.cancel()
        self.item_id = self._project = None

    def note_change(self) -> None:
        """What is being read was changed meanwhile: read it again."""
        self._outdated = True

    def _take(self, marks: Marks) -> None:
        item_id, project = self.item_id, self._project
        if item_id is None or project is None:
            return
        if self._outdated:
            self.start(project, item_id)
            return
        self.cancel()
        self._on_done(item_id, marks)

    def _fail(self, error: AnnoLabError) -> None:
        self.cancel()
        if self._on_error is not None:
            self._on_error(error)


def are_many(project: Project, item_id: int) -> bool:
    """Whether an item has so many annotations that reading them is noticed."""
    return any(r.n_annotations > MANY_MARKS for r in project.item_rows([item_id]))


def is_broad(changes: ChangeSet) -> bool:
    """Whether all annotations are read again rather than those that changed."""
    return changes.everything or len(changes.annotations) > MANY_CHANGED


def renewed(project: Project, item_id: int, held: Marks, changes: ChangeSet) -> Marks:
    """The annotations of an item after a change that is not broad, in drawing order."""
    in_order = True
    for id_ in sorted(changes.annotations):
        before, after = held.get(id_), project.annotation(id_)
        if after is None or after.item_id != item_id:
            held.pop(id_, None)
            continue
        last = next(reversed(held.values()), None)
        in_place = before is not None and before.z == after.z
        at_end = before is None and (
            last is None or (last.z, last.id) < (after.z, after.id)
        )
        in_order = in_order and (in_place or at_end)
        held[id_] = after
    if in_order:
        return held
    return {mark.id: mark for mark in sorted(held.values(), key=_drawn)}


def _drawn(mark: Annotation) -> tuple[int, int]:
    return mark.z, mark.id


def _read(project: Project, item_id: int, _: Progress) -> Marks:
    with project.snapshot() as snapshot:
        return {mark.id: mark for mark in snapshot.annotations(item_id)}
