"""The verbs: pure functions that turn what the user wants into an `Edit`.

Nothing here reads or writes a project. An edit is named as Undo shows it ("Move
3 boxes"). A verb leaves out what it would not change, so an edit may come out
without changes. Attribute values are compared with their types: True is not 1.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace as with_fields
from types import MappingProxyType
from typing import Any, TypeVar

from annolab.errors import UserError
from annolab.model import transform
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.edit import Change, Edit, Entity
from annolab.model.geometry import (
    GEOMETRIES,
    AttributeValue,
    Geometry,
    Keyframe,
    Kind,
    Track,
    kind_of,
)
from annolab.model.ids import new_id, reserve_ids
from annolab.model.item import Item, Status
from annolab.model.schema import (
    AttributeSpec,
    Declared,
    Entry,
    Label,
    Schema,
    Tier,
)
from annolab.model.stack import Place, drawn, restacked
from annolab.model.validity import schema_problem

Attributed = TypeVar("Attributed", Annotation, Relation, Item)

_WORDS = {
    Kind.BOX: ("box", "boxes"),
    Kind.ROTATED_BOX: ("rotated box", "rotated boxes"),
    Kind.POLYGON: ("polygon", "polygons"),
    Kind.POLYLINE: ("line", "lines"),
    Kind.POINTS: ("points", "sets of points"),
    Kind.ELLIPSE: ("ellipse", "ellipses"),
    Kind.MASK: ("mask", "masks"),
    Kind.SPAN: ("span", "spans"),
    Kind.INTERVAL: ("interval", "intervals"),
    Kind.INSTANT: ("time point", "time points"),
    Kind.TIME_BOX: ("time box", "time boxes"),
    Kind.TRACK: ("track", "tracks"),
    Kind.WHOLE: ("tag", "tags"),
}
_SHAPES = GEOMETRIES - {
    Kind.SPAN, Kind.INTERVAL, Kind.INSTANT, Kind.TIME_BOX, Kind.TRACK, Kind.WHOLE
}  # fmt: skip
_LONGEST_NAME = 40


def counted(annotations: Sequence[Annotation]) -> str:
    """What annotations are called in a sentence: "box", "3 polygons", "4 shapes"."""
    kinds = {kind_of(a.geometry) for a in annotations}
    if len(kinds) == 1:
        one, many = _WORDS[kinds.pop()]
    elif kinds <= _SHAPES:
        one, many = "shape", "shapes"
    else:
        one, many = "annotation", "annotations"
    return one if len(annotations) == 1 else f"{len(annotations)} {many}"


def _things(count: int, one: str, many: str) -> str:
    return one if count == 1 else f"{count} {many}"


def _short(name: str) -> str:
    """A name that fits into a menu: one line, at most 40 characters."""
    text = " ".join("".join(c if c.isprintable() else " " for c in name).split())
    return text if len(text) <= _LONGEST_NAME else text[: _LONGEST_NAME - 1] + "…"


def _where(entities: Iterable[Entity]) -> int | None:
    """The item that all annotations, relations and items are of, or None."""
    ids = {
        x.id if isinstance(x, Item) else x.item_id
        for x in entities
        if isinstance(x, Annotation | Relation | Item)
    }
    return ids.pop() if len(ids) == 1 else None


def _typed(entity: Entity) -> list[object]:
    """What `==` cannot tell apart: the types of attribute values."""
    if isinstance(entity, AttributeSpec):
        return [repr(entity.default)]
    owners: list[Any] = [entity]
    if isinstance(entity, Annotation) and isinstance(entity.geometry, Track):
        owners += entity.geometry.keyframes
    return [
        sorted((key, repr(value)) for key, value in x.attributes.items())
        for x in owners
        if isinstance(x, Annotation | Relation | Item | Keyframe)
    ]


def _same(before: Entity, after: Entity) -> bool:
    return before is after or (before == after and _typed(before) == _typed(after))


def replace(
    before: Sequence[Entity],
    after: Sequence[Entity],
    name: str,
    *,
    merge_key: str | None = None,
) -> Edit:
    """Put each of `after` in the place of its namesake in `before`.

    Raises ValueError when they do not pair up by id.
    """
    pairs = list(zip(before, after, strict=True))
    if any(old.id != new.id or type(old) is not type(new) for old, new in pairs):
        message = "a thing can only be replaced by itself with other values"
        raise ValueError(message)
    changes = tuple(Change(old, new) for old, new in pairs if not _same(old, new))
    return Edit(name, changes, _where(before), merge_key)


def _with(annotations: Sequence[Annotation], name: str, **fields: Any) -> Edit:
    after = [with_fields(a, **fields) for a in annotations]
    return replace(annotations, after, name)


def add(annotations: Sequence[Annotation], name: str | None = None) -> Edit:
    """Add new annotations."""
    changes = tuple(Change(None, a) for a in annotations)
    return Edit(name or f"Add {counted(annotations)}", changes, _where(annotations))


def delete(
    annotations: Sequence[Annotation], relations: Iterable[Relation] = ()
) -> Edit:
    """Delete annotations, and those of `relations` that touch one of them."""
    gone = {a.id for a in annotations}
    cut = [r for r in relations if r.head_id in gone or r.tail_id in gone]
    doomed: list[Annotation | Relation] = [*cut, *annotations]
    changes = tuple(Change(x, None) for x in doomed)
    return Edit(f"Delete {counted(annotations)}", changes, _where(annotations))


def set_geometry(
    annotation: Annotation,
    geometry: Geometry,
    name: str | None = None,
    *,
    merge_key: str | None = None,
) -> Edit:
    """Give one annotation another geometry; `name` defaults to "Change box"."""
    title = name or f"Change {counted([annotation])}"
    after = with_fields(annotation, geometry=geometry)
    return replace([annotation], [after], title, merge_key=merge_key)


def reshape(
    annotations: Sequence[Annotation],
    change: Callable[[Geometry], Geometry],
    name: str,
    *,
    merge_key: str | None = None,
) -> Edit:
    """Give every annotation the geometry that `change` makes of its own."""
    after = [with_fields(a, geometry=change(a.geometry)) for a in annotations]
    return replace(annotations, after, name, merge_key=merge_key)


def move(
    annotations: Sequence[Annotation],
    dx: float,
    dy: float,
    *,
    merge_key: str | None = None,
) -> Edit:
    """Move annotations as `transform.move` does; a held arrow key merges."""
    name = f"Move {counted(annotations)}"
    return reshape(
        annotations,
        lambda geometry: transform.move(geometry, dx, dy),
        name,
        merge_key=merge_key,
    )


def relabel(annotations: Sequence[Annotation], label: Label | None) -> Edit:
    """Give annotations a label, or take theirs away."""
    things = counted(annotations)
    if label is None:
        return _with(annotations, f"Remove label of {things}", label_id=None)
    return _with(
        annotations, f"Label {things} as {_short(label.name)}", label_id=label.id
    )


def set_text(
    annotation: Annotation, text: str | None, *, merge_key: str | None = None
) -> Edit:
    """Set the transcription or free answer; typing merges."""
    after = with_fields(annotation, text=text or None)
    name = f"Set text of {counted([annotation])}"
    return replace([annotation], [after], name, merge_key=merge_key)


def set_locked(annotations: Sequence[Annotation], *, locked: bool) -> Edit:
    """Guard annotations against changes on the canvas, or free them."""
    verb = "Lock" if locked else "Unlock"
    return _with(annotations, f"{verb} {counted(annotations)}", locked=locked)


_STATUS_NAMES = {
    AnnotationStatus.SUGGESTED: "Mark {} as suggested",
    AnnotationStatus.PLAIN: "Reset status of {}",
    AnnotationStatus.ACCEPTED: "Accept {}",
    AnnotationStatus.REJECTED: "Reject {}",
}


def set_status(annotations: Sequence[Annotation], status: AnnotationStatus) -> Edit:
    """Accept, reject or reset annotations."""
    name = _STATUS_NAMES[status].format(counted(annotations))
    return _with(annotations, name, status=status)


def group(annotations: Sequence[Annotation]) -> Edit:
    """Make annotations one group, leaving the groups they were in."""
    return _with(annotations, f"Group {counted(annotations)}", group_id=new_id())


def ungroup(annotations: Sequence[Annotation]) -> Edit:
    """Take annotations out of their groups."""
    return _with(annotations, f"Ungroup {counted(annotations)}", group_id=None)


def restack(stack: Sequence[Annotation], chosen: Iterable[int], place: Place) -> Edit:
    """Draw the annotations with the ids `chosen` over or under more of the others.

    `stack` is all annotations that are drawn together.
    """
    ids = set(chosen)
    pairs = restacked(drawn(stack), ids, place)
    verb = "Bring" if place in (Place.FRONT, Place.FORWARD) else "Send"
    things = counted([a for a in stack if a.id in ids])
    after = [with_fields(a, z=z) for a, z in pairs]
    return replace([a for a, _ in pairs], after, f"{verb} {things} {place.value}")


def paste(
    annotations: Sequence[Annotation],
    item_id: int,
    annotator_id: int,
    *,
    offset: tuple[float, float] = (0.0, 0.0),
    frame: int | None = None,
) -> Edit:
    """Add copies of annotations to an item, at `frame` if it has frames.

    Groups stay together under new ids. A copy is work of the annotator who made
    it: it has no score, status, lock or source.
    """
    placed = [with_fields(a, item_id=item_id, frame=frame) for a in annotations]
    return add(_copies(placed, annotator_id, offset), f"Paste {counted(annotations)}")


def duplicate(
    annotations: Sequence[Annotation],
    annotator_id: int,
    *,
    offset: tuple[float, float] = (0.0, 0.0),
) -> Edit:
    """Add copies of annotations to the same item and frame."""
    return add(
        _copies(annotations, annotator_id, offset), f"Duplicate {counted(annotations)}"
    )


def _copies(
    annotations: Sequence[Annotation], annotator_id: int, offset: tuple[float, float]
) -> list[Annotation]:
    groups = {a.group_id for a in annotations if a.group_id is not None}
    new_group = dict(zip(sorted(groups), reserve_ids(len(groups)), strict=True))
    return [
        with_fields(
            a,
            id=copy_id,
            annotator_id=annotator_id,
            geometry=transform.move(a.geometry, *offset),
            group_id=None if a.group_id is None else new_group[a.group_id],
            score=None,
            status=AnnotationStatus.PLAIN,
            locked=False,
            source=None,
        )
        for a, copy_id in zip(annotations, reserve_ids(len(annotations)), strict=True)
    ]


def set_attribute(
    owners: Sequence[Attributed],
    key: str,
    value: AttributeValue,
    *,
    merge_key: str | None = None,
) -> Edit:
    """Set a key-value on marks, arcs or items; the key need not be declared.

    Raises UserError for an empty key.
    """
    if not key.strip():
        message = "Give the attribute a name."
        raise UserError(message)
    after = [_with_attributes(x, {**x.attributes, key: value}) for x in owners]
    return replace(owners, after, f"Set {_short(key)}", merge_key=merge_key)


def remove_attribute(owners: Sequence[Attributed], key: str) -> Edit:
    """Remove a key-value from annotations, relations or items."""
    after = [
        _with_attributes(x, {k: v for k, v in x.attributes.items() if k != key})
        for x in owners
    ]
    return replace(owners, after, f"Remove {_short(key)}")


def _with_attributes(
    owner: Attributed, attributes: Mapping[str, AttributeValue]
) -> Attributed:
    made = with_fields(owner, attributes=MappingProxyType(dict(attributes)))
    if isinstance(owner, Annotation):
        return with_fields(made, status=owner.status.settled)
    return made


_ITEM_STATUS = {
    Status.NEW: "new",
    Status.BEGUN: "begun",
    Status.DONE: "done",
    Status.ACCEPTED: "accepted",
    Status.SKIPPED: "skipped",
}


def set_item_status(items: Sequence[Item], status: Status) -> Edit:
    """Say how far items are."""
    after = [with_fields(x, status=status) for x in items]
    things = _things(len(items), "item", "items")
    return replace(items, after, f"Mark {things} {_ITEM_STATUS[status]}")


def set_split(items: Sequence[Item], split: str | None) -> Edit:
    """Put items into a split (train, val ...), or into none."""
    after = [with_fields(x, split=split or None) for x in items]
    things = _things(len(items), "item", "items")
    to = (
        f"Put {things} into {_short(split)}" if split else f"Take {things} out of split"
    )
    return replace(items, after, to)


def delete_items(items: Sequence[Item]) -> Edit:
    """Take items out of the project; their annotations go with them.

    Undo shows the first of them again.
    """
    name = f"Remove {_things(len(items), 'item', 'items')}"
    return Edit(
        name, tuple(Change(x, None) for x in items), items[0].id if items else None
    )


def add_relations(relations: Sequence[Relation]) -> Edit:
    """Add arcs between annotations."""
    name = f"Add {_things(len(relations), 'relation', 'relations')}"
    return Edit(name, tuple(Change(None, r) for r in relations), _where(relations))


def delete_relations(relations: Sequence[Relation]) -> Edit:
    """Delete arcs between annotations."""
    name = f"Delete {_things(len(relations), 'relation', 'relations')}"
    return Edit(name, tuple(Change(r, None) for r in relations), _where(relations))


_DECLARED = {Label: "label", AttributeSpec: "attribute", Tier: "tier"}


def declare(schema: Schema, entity: Declared) -> Edit:
    """Add a label, attribute or tier, after the others of its sort.

    Raises UserError with what `schema_problem` finds.
    """
    _check(schema, entity)
    last = max((x.position for x in schema.like(entity)), default=-1)
    return Edit(
        f"Add {_DECLARED[type(entity)]} {_short(entity.name)}",
        (Change(None, with_fields(entity, position=last + 1)),),
    )


def redeclare(schema: Schema, before: Declared, after: Declared) -> Edit:
    """Change a label, attribute or tier. Raises UserError as `declare` does."""
    _check(schema, after)
    what = f"{_DECLARED[type(before)]} {_short(before.name)}"
    name = f"Change {what}"
    if before.name != after.name:
        name = f"Rename {what} to {_short(after.name)}"
    return replace([before], [after], name)


def move_declared(schema: Schema, entity: Declared, index: int) -> Edit:
    """Put a label, attribute or tier at `index` among its sort."""
    order: list[Declared] = [x for x in schema.like(entity) if x.id != entity.id]
    order.insert(index, entity)
    after = [with_fields(x, position=i) for i, x in enumerate(order)]
    return replace(
        order, after, f"Move {_DECLARED[type(entity)]} {_short(entity.name)}"
    )


def _check(schema: Schema, entity: Declared) -> None:
    problem = schema_problem(schema, entity)
    if problem is not None:
        raise UserError(problem)


def delete_label(
    schema: Schema,
    label: Label,
    *,
    annotations: Iterable[Annotation] = (),
    relations: Iterable[Relation] = (),
    replacement: Label | None = None,
) -> Edit:
    """Delete a label and the attributes declared for it alone.

    `annotations` and `relations` are all that carry it: they get `replacement`
    or no label. The labels under it move up to its parent.
    """
    new = None if replacement is None else replacement.id
    marks: list[Annotation | Relation] = [*annotations, *relations]
    children = [x for x in schema.labels if x.parent_id == label.id]
    specs = [x for x in schema.attributes if x.label_id == label.id]
    changes = (
        *(
            Change(x, with_fields(x, label_id=new))
            for x in marks
            if x.label_id == label.id
        ),
        *(Change(x, with_fields(x, parent_id=label.parent_id)) for x in children),
        *(Change(x, None) for x in specs),
        Change(label, None),
    )
    return Edit(f"Delete label {_short(label.name)}", changes)


def delete_spec(spec: AttributeSpec) -> Edit:
    """Declare an attribute no longer; its values stay as free key-values."""
    return Edit(f"Delete attribute {_short(spec.name)}", (Change(spec, None),))


def delete_tier(
    schema: Schema,
    tier: Tier,
    *,
    annotations: Iterable[Annotation] = (),
    relations: Iterable[Relation] = (),
    items: Iterable[Item] = (),
) -> Edit:
    """Delete a tier with what lies on it.

    `annotations` are all that lie on it, `relations` all that may touch those,
    `items` all that have the tier. The tiers under it move up to its parent.
    """
    marks = delete([x for x in annotations if x.tier_id == tier.id], relations)
    owners = [x for x in items if tier.id in x.tiers]
    children = [x for x in schema.tiers if x.parent_id == tier.id]
    changes = (
        *marks.changes,
        *(
            Change(x, with_fields(x, tiers=tuple(t for t in x.tiers if t != tier.id)))
            for x in owners
        ),
        *(Change(x, with_fields(x, parent_id=tier.parent_id)) for x in children),
        Change(tier, None),
    )
    return Edit(f"Delete tier {_short(tier.name)}", changes)


def set_entry(entry: Entry | None, key: str, value: str | None) -> Edit:
    """Set a project-wide value (title, guidelines ...) to a JSON text, or delete it.

    `entry` is what the project holds under `key` now.
    """
    name = f"Change {_short(key)}"
    if entry is not None and value == entry.value:
        return Edit(name, ())
    after = None
    if value is not None:
        after = Entry(new_id() if entry is None else entry.id, key, value)
    changes = () if entry is None and after is None else (Change(entry, after),)
    return Edit(name, changes)
