"""What changes data, and what has changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from annolab.model.annotation import Annotation, Annotator, Relation
from annolab.model.item import Item
from annolab.model.schema import AttributeSpec, Entry, Label, Tier

Entity: TypeAlias = (
    Annotation | Relation | Item | Label | AttributeSpec | Tier | Annotator | Entry
)


@dataclass(frozen=True, slots=True)
class Change:
    """One thing as it is and as it shall be; None: it is not there."""

    before: Entity | None
    after: Entity | None

    @property
    def entity(self) -> Entity:
        """The thing after the change, or before it when it is deleted."""
        entity = self.after if self.after is not None else self.before
        if entity is None:
            message = "a change has neither before nor after"
            raise ValueError(message)
        return entity


@dataclass(frozen=True, slots=True)
class Edit:
    """Changes that are made, undone and redone together.

    `name` is the text of Undo ("Move box"). `item_id` is where Undo jumps to.
    Edits with the same `merge_key` within a second become one step.
    """

    name: str
    changes: tuple[Change, ...]
    item_id: int | None = None
    merge_key: str | None = None


@dataclass(frozen=True, slots=True)
class ChangeSet:
    """What to repaint: ids touched by one commit.

    `everything` is set when the ids are too many to list or not known (a bulk
    import, its undo, another process): views read again what they show.
    """

    edit_id: int
    name: str = ""
    item_id: int | None = None
    items: frozenset[int] = frozenset()
    annotations: frozenset[int] = frozenset()
    relations: frozenset[int] = frozenset()
    schema_changed: bool = False
    everything: bool = False
    initiator: object = None
