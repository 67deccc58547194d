"""The verbs on tiers: pure functions that return an Edit, as Praat's editor does it.

An interval tier has no gaps: neighbours share a boundary, the identical double.
Every verb keeps that. A mark is given as the annotation it is now.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace as with_fields

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Geometry, Instant, Interval, TimeBox
from annolab.model.ids import new_id
from annolab.model.item import Item
from annolab.model.schema import Schema, Tier, TierKind
from annolab.model.substitution import Substitution
from annolab.model.tier_line import TierLine, span_of

OCCUPIED = "There is a boundary or point at this time already."
OUTSIDE = "The cursor is outside of this tier."


def new_mark(
    item_id: int, annotator_id: int, tier: Tier, geometry: Geometry
) -> Annotation:
    """A mark without a text."""
    return Annotation(
        id=new_id(),
        item_id=item_id,
        annotator_id=annotator_id,
        geometry=geometry,
        tier_id=tier.id,
    )


def add_boundary(
    tier: Tier,
    line: TierLine,
    item_id: int,
    time: float,
    annotator_id: int,
    *,
    caret: int | None = None,
) -> Edit:
    """Add a boundary or a point at `time`; UserError where there is one.

    The text of the interval stays left of the new boundary; with `caret`, a place
    in the text, what follows goes to the right.
    """
    if tier.kind is TierKind.POINT:
        if any(mark is not None for mark in line.beside(time)):
            raise UserError(OCCUPIED)
        mark = new_mark(item_id, annotator_id, tier, Instant(time))
        return edits.add([mark], "Add point")
    changes = _split(line, time, annotator_id, tier, caret)
    return Edit("Add boundary", tuple(changes), item_id)


def _split(
    line: TierLine, time: float, annotator_id: int, tier: Tier, caret: int | None
) -> list[Change]:
    held = line.at(time)
    if held is None or not isinstance(held.geometry, Interval):
        raise UserError(OUTSIDE)
    whole = held.geometry
    if time in (whole.start, whole.stop):
        raise UserError(OCCUPIED)
    text = held.text or ""
    cut = len(text) if caret is None else caret
    left = with_fields(
        held, geometry=Interval(whole.start, time), text=text[:cut] or None
    )
    right = with_fields(
        new_mark(held.item_id, annotator_id, tier, Interval(time, whole.stop)),
        text=text[cut:] or None,
    )
    return [Change(held, left), Change(None, right)]


def add_boundaries(
    lines: Sequence[tuple[Tier, TierLine]], item_id: int, time: float, annotator_id: int
) -> Edit:
    """A boundary on every tier that has none at `time`; UserError when all have."""
    changes: list[Change] = []
    for tier, line in lines:
        try:
            edit = add_boundary(tier, line, item_id, time, annotator_id)
        except UserError:
            continue
        changes += edit.changes
    if not changes:
        raise UserError(OCCUPIED)
    return Edit("Add boundary on all tiers", tuple(changes), item_id)


def add_interval(
    tier: Tier,
    line: TierLine,
    item_id: int,
    span: tuple[float, float],
    annotator_id: int,
) -> Edit:
    """Make an interval of a selection: a boundary at each end that has none.

    On a point tier, a point at each end. UserError when there is nothing to add.
    """
    changes: list[Change] = []
    for time in span:
        try:
            edit = add_boundary(tier, line, item_id, time, annotator_id)
        except UserError:
            continue
        gone = [c.before.id for c in edit.changes if c.before is not None]
        made = [c.after for c in edit.changes if isinstance(c.after, Annotation)]
        line = line.changed(gone, made)
        changes += edit.changes
    if not changes:
        raise UserError(OCCUPIED)
    things = "points" if tier.kind is TierKind.POINT else "interval"
    return Edit(f"Add {things}", tuple(_joined(changes)), item_id)


def _joined(changes: Iterable[Change]) -> list[Change]:
    """One change for each thing that is changed twice in a row."""
    first: dict[int, Change] = {}
    for change in changes:
        id_ = change.entity.id
        before = first[id_].before if id_ in first else change.before
        first[id_] = Change(before, change.after)
    return list(first.values())


def remove_boundary(left: Annotation, right: Annotation) -> Edit:
    """Join two neighbours: their texts follow each other, equal ones are kept once.

    Label and key-values are those of the left; what only the right has is kept.
    """
    texts = [left.text or "", right.text or ""]
    text = texts[0] if texts[0] == texts[1] else "".join(texts)
    start, stop = (span_of(left) or (0.0, 0.0))[0], (span_of(right) or (0.0, 0.0))[1]
    joined = with_fields(
        left,
        geometry=Interval(start, stop),
        text=text or None,
        label_id=left.label_id if left.label_id is not None else right.label_id,
        attributes={**right.attributes, **left.attributes},
    )
    changes = (Change(right, None), Change(left, joined))
    return Edit("Remove boundary", changes, left.item_id)


def moved(mark: Annotation, time: float, to: float) -> Annotation:
    """A mark whose end or start or place `time` is `to` now."""
    match mark.geometry:
        case Interval(start, stop):
            ends = (to if start == time else start, to if stop == time else stop)
            return with_fields(mark, geometry=Interval(*ends))
        case TimeBox(start, stop, low, high):
            ends = (to if start == time else start, to if stop == time else stop)
            return with_fields(mark, geometry=TimeBox(*ends, low, high))
        case Instant():
            return with_fields(mark, geometry=Instant(to))
        case _:
            return mark


def limits(lines: Iterable[TierLine], time: float) -> tuple[float, float]:
    """How far the marks at exactly `time` may be moved, both ends excluded.

    Boundaries stay between their neighbours; points may pass one another.
    """
    low, high = -float("inf"), float("inf")
    for line in lines:
        left, right = line.beside(time)
        for mark in (left, right):
            if mark is not None and isinstance(mark.geometry, Interval):
                start, stop = mark.geometry.start, mark.geometry.stop
                low = max(low, start) if stop == time else low
                high = min(high, stop) if start == time else high
    return low, high


def move_boundary(lines: Sequence[TierLine], time: float, to: float) -> Edit:
    """Move every boundary and point at exactly `time` on the lines to `to`.

    UserError when a neighbour is passed, when `to` is taken on one of the lines,
    or when an end of a tier would be moved.
    """
    low, high = limits(lines, time)
    changes: list[Change] = []
    item_id = None
    for line in lines:
        left, right = line.beside(time)
        marks = {m.id: m for m in (left, right) if m is not None}
        kinds = {type(m.geometry) for m in marks.values()}
        if kinds == {Interval} and len(marks) < 2:
            message = "The ends of a tier stay where they are."
            raise UserError(message)
        taken = any(m is not None and m.id not in marks for m in line.beside(to))
        if Instant in kinds and taken:
            raise UserError(OCCUPIED)
        for mark in marks.values():
            item_id = mark.item_id
            changes.append(Change(mark, moved(mark, time, to)))
    if not low < to < high:
        message = "A boundary cannot pass its neighbours."
        raise UserError(message)
    points = all(
        isinstance(c.entity, Annotation) and isinstance(c.entity.geometry, Instant)
        for c in changes
    )
    name = "Move point" if points else "Move boundary"
    return Edit(name, tuple(changes) if to != time else (), item_id)


def stretch(
    lines: Iterable[TierLine], span: tuple[float, float], fixed: float, factor: float
) -> Edit:
    """Scale all marks inside of `span` about `fixed` (Praat's rubber band).

    Times at the ends of the span and beyond stay. UserError when a mark would
    leave the span, so that the order is kept.
    """
    low, high = span

    def scaled(time: float) -> float:
        return fixed + (time - fixed) * factor if low < time < high else time

    changes: list[Change] = []
    item_id = None
    for line in lines:
        for mark in line.marks:
            times = span_of(mark)
            if times is None or times[1] <= low or times[0] >= high:
                continue
            ends = [scaled(time) for time in times]
            if any(
                not low < after < high
                for before, after in zip(times, ends, strict=True)
                if after != before
            ):
                message = "The marks would leave the selection."
                raise UserError(message)
            after = _with_span(mark, ends[0], ends[1])
            if after != mark:
                item_id = mark.item_id
                changes.append(Change(mark, after))
    return Edit("Stretch marks", tuple(changes), item_id)


def _with_span(mark: Annotation, start: float, stop: float) -> Annotation:
    match mark.geometry:
        case Interval():
            return with_fields(mark, geometry=Interval(start, stop))
        case TimeBox(_, _, low, high):
            return with_fields(mark, geometry=TimeBox(start, stop, low, high))
        case _:
            return with_fields(mark, geometry=Instant(start))


def add_tier(
    schema: Schema, item: Item, name: str, kind: TierKind, annotator_id: int
) -> tuple[Edit, Tier]:
    """Give an item a tier: one of the project with this name and kind, or a new one.

    An interval tier begins as one empty interval. UserError when the item has it.
    """
    known = [t for t in schema.tiers if (t.name, t.kind) == (name, kind)]
    tier = next((t for t in known if t.id not in item.tiers), None)
    changes: list[Change] = []
    if tier is None:
        wanted = Tier(id=new_id(), name=name.strip(), kind=kind)
        declared = edits.declare(schema, wanted)
        changes += declared.changes
        made = declared.changes[0].after
        tier = made if isinstance(made, Tier) else wanted
    after = with_fields(item, tiers=(*item.tiers, tier.id))
    changes.append(Change(item, after))
    if kind is TierKind.INTERVAL and item.length:
        whole = Interval(0.0, item.length)
        changes.append(Change(None, new_mark(item.id, annotator_id, tier, whole)))
    return Edit(f"Add tier {tier.name}", tuple(changes), item.id), tier


def duplicate_tier(
    schema: Schema, item: Item, tier: Tier, line: TierLine, annotator_id: int
) -> tuple[Edit, Tier]:
    """Give an item a second tier with the same marks, below the first."""
    wanted = Tier(id=new_id(), name=f"{tier.name} copy", kind=tier.kind)
    declared = edits.declare(schema, wanted)
    made = declared.changes[0].after
    copy = made if isinstance(made, Tier) else wanted
    order = list(item.tiers)
    order.insert(order.index(tier.id) + 1, copy.id)
    marks = [
        with_fields(
            mark,
            id=new_id(),
            tier_id=copy.id,
            annotator_id=annotator_id,
            source=None,
            score=None,
        )
        for mark in line.marks
    ]
    changes = [
        *declared.changes,
        Change(item, with_fields(item, tiers=tuple(order))),
        *(Change(None, mark) for mark in marks),
    ]
    return Edit(f"Duplicate tier {tier.name}", tuple(changes), item.id), copy


def remove_tier(item: Item, tier: Tier, line: TierLine) -> Edit:
    """Take a tier and its marks from an item; the project still knows the tier."""
    order = tuple(id_ for id_ in item.tiers if id_ != tier.id)
    changes = [Change(mark, None) for mark in line.marks]
    changes.append(Change(item, with_fields(item, tiers=order)))
    return Edit(f"Remove tier {tier.name}", tuple(changes), item.id)


def move_tier(item: Item, tier: Tier, delta: int) -> Edit:
    """Put a tier of an item further up or down."""
    order = list(item.tiers)
    place = order.index(tier.id)
    order.insert(min(max(place + delta, 0), len(order) - 1), order.pop(place))
    name = f"Move tier {tier.name} {'down' if delta > 0 else 'up'}"
    return edits.replace([item], [with_fields(item, tiers=tuple(order))], name)


def replace_text(
    annotations: Iterable[Annotation], rule: Substitution
) -> tuple[Edit, int]:
    """Replace in the texts of marks; the edit, and how many places it replaces.

    Raises UserError as `Substitution.matcher` does.
    """
    matcher = rule.matcher()
    before, after, places = [], [], 0
    for mark in annotations:
        if mark.text is None and not rule.whole:
            continue
        text, count = matcher.replaced(mark.text or "")
        if count and text != (mark.text or ""):
            before.append(mark)
            after.append(with_fields(mark, text=text or None))
            places += count
    name = f"Replace in {len(before)} texts" if len(before) != 1 else "Replace in text"
    return edits.replace(before, after, name), places
