"""The relations of the open item: read when they are asked for, and selected."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

if TYPE_CHECKING:
    from annolab.model.annotation import Relation
    from annolab.model.edit import ChangeSet

MANY = 100


class ItemRelations(QObject):
    """What the session knows of the arcs between the annotations of the open item.

    `read` gets all of them from the project, `read_one` one by its id, if it is of
    the open item. Whoever shows annotations shows
    what is selected here, too: a selected arc and selected annotations exclude
    each other.
    """

    selection_changed = Signal(tuple)  # ids

    def __init__(
        self,
        parent: QObject,
        read: Callable[[], list[Relation]],
        read_one: Callable[[int], Relation | None],
    ) -> None:
        super().__init__(parent)
        self._read = read
        self._read_one = read_one
        self._held: dict[int, Relation] | None = None
        self.selection: tuple[int, ...] = ()

    def all(self) -> list[Relation]:
        """The relations of the open item."""
        if self._held is None:
            self._held = {relation.id: relation for relation in self._read()}
        return list(self._held.values())

    def get(self, relation_id: int) -> Relation | None:
        """A relation of the open item."""
        self.all()
        return (self._held or {}).get(relation_id)

    def of(self, annotation_ids: Iterable[int]) -> list[Relation]:
        """The relations that touch one of these annotations."""
        wanted = set(annotation_ids)
        return [r for r in self.all() if r.head_id in wanted or r.tail_id in wanted]

    def selected(self) -> list[Relation]:
        """The selected relations, as they are now."""
        found = (self.get(id_) for id_ in self.selection)
        return [relation for relation in found if relation is not None]

    def select(self, ids: Iterable[int]) -> None:
        """Select relations of the open item."""
        chosen = tuple(dict.fromkeys(ids))
        if chosen != self.selection:
            self.selection = chosen
            self.selection_changed.emit(chosen)

    def forget(self) -> None:
        """Another item is open, or none."""
        self._held = None
        self.select(())

    def take(self, changes: ChangeSet) -> None:
        """Read again what has changed; where that is much, when it is asked for."""
        if not changes.everything and not changes.relations:
            return
        if changes.everything or len(changes.relations) > MANY:
            self._held = None
        elif self._held is not None:
            for id_ in sorted(changes.relations):
                after = self._read_one(id_)
                if after is None:
                    self._held.pop(id_, None)
                else:
                    self._held[id_] = after
        if self.selection:
            self.select(i for i in self.selection if self.get(i))
