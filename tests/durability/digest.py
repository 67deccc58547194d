"""One number for all that a project holds, kept up to date change by change."""

from __future__ import annotations

import hashlib
from typing import TypeVar

from annolab.model.annotation import Annotation
from annolab.model.edit import ChangeSet
from annolab.model.item import Item
from annolab.store.project import Project

_Thing = TypeVar("_Thing", Item, Annotation)


class Content:
    """The items and annotations of a project, and a digest of them.

    The digest is equal for equal content, whatever the history.
    """

    def __init__(self, project: Project) -> None:
        self._project = project
        self.items: dict[int, Item] = {}
        self.marks: dict[int, Annotation] = {}
        self.digest = 0
        self.read_all()

    def read_all(self) -> None:
        """Look at everything."""
        self.items = {item.id: item for item in self._project.items()}
        self.marks = {mark.id: mark for mark in self._project.iter_annotations()}
        self.digest = 0
        for item in self.items.values():
            self.digest ^= _number(item)
        for mark in self.marks.values():
            self.digest ^= _number(mark)

    def follow(self, changes: ChangeSet) -> None:
        """Look at what has changed."""
        if changes.everything:
            self.read_all()
            return
        for item_id in changes.items:
            self._swap(self.items, item_id, self._project.item(item_id))
        for mark_id in changes.annotations:
            self._swap(self.marks, mark_id, self._project.annotation(mark_id))

    def _swap(self, things: dict[int, _Thing], id_: int, new: _Thing | None) -> None:
        old = things.pop(id_, None)
        for thing in (old, new):
            if thing is not None:
                self.digest ^= _number(thing)
        if new is not None:
            things[id_] = new


def _number(thing: Item | Annotation) -> int:
    said = repr(thing)
    return int.from_bytes(hashlib.blake2b(said.encode(), digest_size=16).digest())


def digest(project: Project) -> int:
    """The digest of what a project holds now."""
    return Content(project).digest
