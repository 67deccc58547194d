"""Verbs on whole clips: a tag or a rating, and the clip is done, in one step."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_fields
from types import MappingProxyType

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import AttributeValue, Whole
from annolab.model.ids import new_id
from annolab.model.item import Item, Status
from annolab.model.schema import Label


def tags_of(annotations: Sequence[Annotation]) -> list[Annotation]:
    """The annotations that tag the whole item."""
    whole = [a for a in annotations if isinstance(a.geometry, Whole)]
    return [a for a in whole if a.frame is None and a.label_id is not None]


def tag(
    item: Item,
    annotations: Sequence[Annotation],
    label: Label,
    annotator_id: int,
    *,
    several: bool = False,
) -> Edit:
    """Tag a clip with a label.

    One tag a clip: it takes the place of the others, and the clip is done.
    `several`: the tag is put on, or taken off when it is there; the clip stays
    open until the user goes on.
    """
    there = tags_of(annotations)
    same = [a for a in there if a.label_id == label.id]
    name = f"Tag clip as {' '.join(label.name.split())[:40]}"
    if several and same:
        return edits.delete(same)
    doomed = [] if several else [a for a in there if a not in same[:1]]
    changes = [Change(a, None) for a in doomed]
    if not same:
        made = Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=annotator_id,
            geometry=Whole(),
            label_id=label.id,
        )
        changes.append(Change(None, made))
    if not several and item.status is not Status.DONE:
        changes.append(Change(item, with_fields(item, status=Status.DONE)))
    return Edit(name, tuple(changes), item.id)


def rate(item: Item, key: str, value: AttributeValue) -> Edit:
    """Give a clip a rating, a key-value of the item; None takes it away. It is done."""
    kept = {k: v for k, v in item.attributes.items() if k != key}
    if value is not None:
        kept[key] = value
    after = with_fields(item, attributes=MappingProxyType(kept), status=Status.DONE)
    name = f"Rate clip {value}" if value is not None else "Rate clip as not applicable"
    return edits.replace([item], [after], name)
