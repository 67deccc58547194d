"""The tables of the nouns: their columns, and what SQLite may hold in them.

A *row* is the tuple of `Table.columns`. A *record* is what an edit compares and
the history keeps: a flat dict of what is not NULL. Columns go by their names, but
the columns of a geometry are one field, "geometry": they change together.
Attributes are "@key", keyframes "#frame", the tiers of an item "tiers".
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from annolab.model.annotation import Annotation, Annotator, Relation
from annolab.model.geometry import Attributes
from annolab.model.item import Item
from annolab.model.schema import AttributeSpec, Entry, Label, Tier
from annolab.store import rows
from annolab.store.rows import Row

Types: TypeAlias = frozenset[type]
_ints: Types = frozenset((int,))
_int_or_none: Types = frozenset((int, type(None)))
_texts: Types = frozenset((str, bytes))
_text_or_none: Types = frozenset((str, bytes, type(None)))
_number_or_none: Types = frozenset((int, float, type(None)))
_bytes_or_none: Types = frozenset((bytes, type(None)))
_anything: Types = frozenset((str, bytes, int, float, type(None)))


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """Where one kind of thing is kept. `code` is stored in the history."""

    code: int
    name: str
    what: str  # in messages
    types: Mapping[str, Types]  # column -> what SQLite may hold there
    row: Callable[[Any], Row]
    entity: Callable[[Row, Attributes, Mapping[int, Row], tuple[int, ...]], Any]
    attributes: tuple[str, str, int] | None = None  # table, its owner column, its bit
    known: set[tuple[type, ...]] = field(default_factory=set)  # seen to be allowed

    @property
    def columns(self) -> tuple[str, ...]:
        """The names of the columns, id first."""
        return tuple(self.types)


GEOMETRY = ("kind", "start", "stop", "x", "y", "w", "h", "geometry")
_GEOMETRY_TYPES = {
    "kind": _ints,
    **dict.fromkeys(GEOMETRY[1:-1], _number_or_none),
    "geometry": _bytes_or_none,
}
KEYFRAME = ("frame", "outside", "attributes", "kind", "x", "y", "w", "h", "geometry")


ENTRIES = Table(
    1,
    "entries",
    "entry",
    {"id": _ints, "key": _texts, "value": _texts},
    rows.entry_row,
    rows.to_entry,
)
ANNOTATORS = Table(
    2,
    "annotators",
    "annotator",
    {"id": _ints, "name": _texts, "kind": _texts, "detail": _text_or_none},
    rows.annotator_row,
    rows.to_annotator,
)
LABELS = Table(
    3,
    "labels",
    "label",
    {
        "id": _ints,
        "name": _texts,
        "color": _texts,
        "hotkey": _text_or_none,
        "parent_id": _int_or_none,
        "kinds": _text_or_none,
        "skeleton": _text_or_none,
        "position": _ints,
        "retired": _ints,
        "source": _text_or_none,
    },
    rows.label_row,
    rows.to_label,
)
SPECS = Table(
    4,
    "attribute_specs",
    "attribute",
    {
        "id": _ints,
        "owner": _texts,
        "name": _texts,
        "type": _texts,
        "label_id": _int_or_none,
        "choices": _text_or_none,
        "default_value": _anything,
        "required": _ints,
        "position": _ints,
    },
    rows.spec_row,
    rows.to_spec,
)
TIERS = Table(
    5,
    "tiers",
    "tier",
    {
        "id": _ints,
        "name": _texts,
        "kind": _texts,
        "parent_id": _int_or_none,
        "position": _ints,
    },
    rows.tier_row,
    rows.to_tier,
)
ITEMS = Table(
    6,
    "items",
    "item",
    {
        "id": _ints,
        "root_id": _ints,
        "path": _texts,
        "media": _texts,
        "width": _int_or_none,
        "height": _int_or_none,
        "length": _number_or_none,
        "rate": _number_or_none,
        "digest": _bytes_or_none,
        "size": _int_or_none,
        "split": _text_or_none,
        "status": _ints,
        "priority": _number_or_none,
        "missing": _ints,
        "problem": _texts,
        "source": _text_or_none,
    },
    rows.item_row,
    rows.to_item,
    ("item_attributes", "item_id", 1),
)
ANNOTATIONS = Table(
    7,
    "annotations",
    "annotation",
    {
        "id": _ints,
        "item_id": _ints,
        "annotator_id": _ints,
        "label_id": _int_or_none,
        "tier_id": _int_or_none,
        "group_id": _int_or_none,
        "frame": _int_or_none,
        "text": _text_or_none,
        "score": _number_or_none,
        "status": _ints,
        "z": _ints,
        "locked": _ints,
        "source": _text_or_none,
        **_GEOMETRY_TYPES,
    },
    rows.annotation_row,
    rows.to_annotation,
    ("annotation_attributes", "annotation_id", 2),
)
RELATIONS = Table(
    8,
    "relations",
    "relation",
    {
        "id": _ints,
        "item_id": _ints,
        "annotator_id": _ints,
        "label_id": _int_or_none,
        "head_id": _ints,
        "tail_id": _ints,
        "source": _text_or_none,
    },
    rows.relation_row,
    rows.to_relation,
    ("relation_attributes", "relation_id", 2),
)
TABLES: Mapping[type, Table] = {
    Entry: ENTRIES,
    Annotator: ANNOTATORS,
    Label: LABELS,
    AttributeSpec: SPECS,
    Tier: TIERS,
    Item: ITEMS,
    Annotation: ANNOTATIONS,
    Relation: RELATIONS,
}
TABLE_OF_CODE: Mapping[int, Table] = {table.code: table for table in TABLES.values()}
KEYFRAME_BIT = 4
# What is read from the file of an item; not part of the history.
FACTS = frozenset(
    (
        *("root_id", "path", "media", "width", "height", "length", "rate"),
        *("digest", "size", "missing", "problem"),
    )
)
