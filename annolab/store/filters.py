"""Which items, and in what order."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum

from annolab.model.geometry import AttributeValue
from annolab.model.item import Media, Status


class Order(StrEnum):
    """How a list of items is sorted; ties go by id."""

    PATH = "path"
    ADDED = "added"
    STATUS = "status"
    PRIORITY = "priority"  # highest first, items without one last
    ANNOTATIONS = "annotations"  # most first


@dataclass(frozen=True, slots=True)
class Filter:
    """What an item must be; everything that is not None or "" must hold.

    `name`: part of the path, upper and lower case alike. `status`, `media`: one
    or several of them. `label_id`: has an annotation with this label. `split`:
    exactly this one, "" for none. `attribute`: a key the item has, or a key and
    the value it has under it.
    """

    name: str = ""
    status: Status | Collection[Status] | None = None
    label_id: int | None = None
    media: Media | Collection[Media] | None = None
    split: str | None = None
    ids: Collection[int] | None = None
    missing: bool | None = None
    attribute: str | tuple[str, AttributeValue] | None = None


EVERYTHING = Filter()
