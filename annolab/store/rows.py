"""Model <-> row: every kind of thing as the columns of its table, both ways.

The order of the columns is that of tables.py.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any, TypeAlias

from annolab.errors import UserError
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
    Relation,
)
from annolab.model.geometry import NO_ATTRIBUTES, Attributes, Keyframe, Kind, Track
from annolab.model.item import Item, Media, Status
from annolab.model.schema import (
    AttributeSpec,
    Entry,
    Label,
    Owner,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)
from annolab.store.packing import Packed, pack, unpack
from annolab.store.values import (
    SqlValue,
    from_attributes,
    from_text,
    from_value,
    to_attributes,
    to_text,
    to_value,
)

Row: TypeAlias = tuple[Any, ...]


def optional_text(value: str | None) -> SqlValue:
    """`to_text` that lets None through."""
    return None if value is None else to_text(value)


def _optional(value: SqlValue) -> str | None:
    return None if value is None else from_text(value)


def _float(value: Any) -> float | None:
    return None if value is None else float(value)


def _finite(value: float | None, what: str) -> float | None:
    if value is None or value - value == 0:
        return value
    message = f"The {what} must be a finite number."
    raise UserError(message)


def entry_row(e: Entry) -> Row:
    """The row of an entry."""
    return e.id, to_text(e.key), to_text(e.value)


def to_entry(row: Row, *_: object) -> Entry:
    """The entry of a row."""
    return Entry(row[0], from_text(row[1]), from_text(row[2]))


def annotator_row(a: Annotator) -> Row:
    """The row of an annotator."""
    return a.id, to_text(a.name), a.kind.value, optional_text(a.detail)


def to_annotator(row: Row, *_: object) -> Annotator:
    """The annotator of a row."""
    kind = AnnotatorKind(row[2])
    return Annotator(row[0], from_text(row[1]), kind, _optional(row[3]))


def label_row(x: Label) -> Row:
    """The row of a label."""
    kinds = json.dumps(sorted(map(int, x.kinds))) if x.kinds else None
    skeleton = None
    if x.skeleton is not None:
        parts = {"keypoints": x.skeleton.keypoints, "edges": x.skeleton.edges}
        skeleton = json.dumps(parts)
    return (
        x.id,
        to_text(x.name),
        to_text(x.color),
        optional_text(x.hotkey),
        x.parent_id,
        kinds,
        skeleton,
        x.position,
        int(x.retired),
        optional_text(x.source),
    )


def to_label(row: Row, *_: object) -> Label:
    """The label of a row."""
    kinds = frozenset(map(Kind, json.loads(row[5]))) if row[5] else frozenset()
    skeleton = None
    if row[6] is not None:
        parts = json.loads(row[6])
        keypoints = tuple(map(_str, parts["keypoints"]))
        edges = tuple((int(a), int(b)) for a, b in parts["edges"])
        skeleton = Skeleton(keypoints, edges)
    return Label(
        id=row[0],
        name=from_text(row[1]),
        color=from_text(row[2]),
        hotkey=_optional(row[3]),
        parent_id=row[4],
        kinds=kinds,
        skeleton=skeleton,
        position=row[7],
        retired=bool(row[8]),
        source=_optional(row[9]),
    )


def _str(value: object) -> str:
    if isinstance(value, str):
        return value
    message = "not a text"
    raise ValueError(message)


def spec_row(x: AttributeSpec) -> Row:
    """The row of a declared attribute."""
    return (
        x.id,
        x.owner.value,
        to_text(x.name),
        x.type.value,
        x.label_id,
        json.dumps(x.choices) if x.choices else None,
        None if x.default is None else to_value(x.default),
        int(x.required),
        x.position,
    )


def to_spec(row: Row, *_: object) -> AttributeSpec:
    """The declared attribute of a row."""
    return AttributeSpec(
        id=row[0],
        owner=Owner(row[1]),
        name=from_text(row[2]),
        type=ValueType(row[3]),
        label_id=row[4],
        choices=tuple(map(_str, json.loads(row[5]))) if row[5] else (),
        default=from_value(row[6]),
        required=bool(row[7]),
        position=row[8],
    )


def tier_row(x: Tier) -> Row:
    """The row of a tier."""
    return x.id, to_text(x.name), x.kind.value, x.parent_id, x.position


def to_tier(row: Row, *_: object) -> Tier:
    """The tier of a row."""
    return Tier(
        id=row[0],
        name=from_text(row[1]),
        kind=TierKind(row[2]),
        parent_id=row[3],
        position=row[4],
    )


def item_row(x: Item) -> Row:
    """The row of an item, without attributes and tiers."""
    return (
        x.id,
        x.root_id,
        to_text(x.path),
        x.media.value,
        x.width,
        x.height,
        _finite(x.length, "length of an item"),
        _finite(x.rate, "rate of an item"),
        x.digest,
        x.size,
        optional_text(x.split),
        int(x.status),
        _finite(x.priority, "priority of an item"),
        int(x.missing),
        to_text(x.problem),
        optional_text(x.source),
    )


def to_item(
    row: Row, attributes: Attributes, _: object, tiers: tuple[int, ...]
) -> Item:
    """The item of a row and what goes with it."""
    return Item(
        id=row[0],
        root_id=row[1],
        path=from_text(row[2]),
        media=Media(row[3]),
        width=row[4],
        height=row[5],
        length=_float(row[6]),
        rate=_float(row[7]),
        digest=row[8],
        size=row[9],
        split=_optional(row[10]),
        status=Status(row[11]),
        priority=_float(row[12]),
        attributes=attributes,
        tiers=tiers,
        missing=bool(row[13]),
        problem=from_text(row[14]),
        source=_optional(row[15]),
    )


def annotation_row(a: Annotation, packed: Packed | None = None) -> Row:
    """The row of an annotation; `packed`: its geometry, when that is done already."""
    text, source = a.text, a.source
    return (
        a.id,
        a.item_id,
        a.annotator_id,
        a.label_id,
        a.tier_id,
        a.group_id,
        a.frame,
        None if text is None else to_text(text),
        a.score if a.score is None else _finite(a.score, "score of an annotation"),
        int(a.status),
        a.z,
        1 if a.locked else 0,
        None if source is None else to_text(source),
        *(packed or pack(a.geometry, a.frame)),
    )


_STATUS = {int(status): status for status in AnnotationStatus}


def to_annotation(
    row: Row, attributes: Attributes, keyframes: Mapping[int, Row], _: object
) -> Annotation:
    """The annotation of a row and what goes with it."""
    text, source, score = row[7], row[12], row[8]
    return Annotation(
        id=row[0],
        item_id=row[1],
        annotator_id=row[2],
        geometry=track(keyframes) if row[13] == Kind.TRACK else unpack(row[13:]),
        label_id=row[3],
        attributes=attributes,
        frame=row[6],
        tier_id=row[4],
        group_id=row[5],
        text=text if text is None else from_text(text),
        score=score if score is None else float(score),
        status=_STATUS[row[9]],
        z=row[10],
        locked=row[11] != 0,
        source=source if source is None else from_text(source),
    )


def relation_row(x: Relation) -> Row:
    """The row of a relation, without attributes."""
    return (
        x.id,
        x.item_id,
        x.annotator_id,
        x.label_id,
        x.head_id,
        x.tail_id,
        optional_text(x.source),
    )


def to_relation(row: Row, attributes: Attributes, *_: object) -> Relation:
    """The relation of a row and its attributes."""
    return Relation(
        id=row[0],
        item_id=row[1],
        annotator_id=row[2],
        label_id=row[3],
        head_id=row[4],
        tail_id=row[5],
        attributes=attributes,
        source=_optional(row[6]),
    )


def keyframe_rows(annotation: Annotation) -> dict[int, Row]:
    """The keyframes of a track by frame, as `KEYFRAME` without the frame."""
    if not isinstance(annotation.geometry, Track):
        return {}
    rows: dict[int, Row] = {}
    for k in annotation.geometry.keyframes:
        kind, _, _, x, y, w, h, blob = pack(k.geometry)
        if kind == Kind.TRACK or k.frame in rows:
            message = "A track has two keyframes at one frame, or a track in a track."
            raise UserError(message)
        attributes = to_attributes(k.attributes)
        rows[int(k.frame)] = (int(k.outside), attributes, kind, x, y, w, h, blob)
    return rows


def track(keyframes: Mapping[int, Row]) -> Track:
    """The track of these keyframes."""
    if not keyframes:
        message = "a track without keyframes"
        raise ValueError(message)
    made = []
    for frame, (outside, attributes, kind, x, y, w, h, blob) in keyframes.items():
        shape: Any = unpack((kind, None, None, x, y, w, h, blob))
        said = from_attributes(attributes) if attributes else NO_ATTRIBUTES
        made.append(Keyframe(frame, shape, bool(outside), said))
    made.sort(key=lambda keyframe: keyframe.frame)
    return Track(tuple(made))
