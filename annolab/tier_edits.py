"""The verbs on tiers: pure functions that return an Edit, as Praat's editor does it.

An interval tier has no gaps: neighbours share a boundary, the identical double.
Every verb keeps that. A mark is given as the annotation it is now.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import replace as with_fields
from itertools import pairwise
from math import inf

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Geometry, Instant, Interval
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind
from annolab.model.substitution import Substitution
from annolab.model.tier_line import TierLine, span_of
from annolab.model.tier_room import Room, movable, room_of
from annolab.model.tier_shift import moved, with_span

OCCUPIED = "There is a boundary or point at this time already."
OUTSIDE = "The cursor is outside of the sound."
LOCKED = "This is locked; unlock it in the list of annotations to change it."
CLOSE = "The marks would come to lie on one another; scale them less."


def spare_locked(marks: Iterable[Annotation]) -> None:
    """UserError when one of the marks is locked."""
    if any(mark.locked for mark in marks):
        raise UserError(LOCKED)


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


def add_boundary(  # noqa: PLR0913  what, where, when, whose, and two options
    tier: Tier,
    line: TierLine,
    item_id: int,
    time: float,
    annotator_id: int,
    *,
    caret: int | None = None,
    length: float | None = None,
) -> Edit:
    """Add a boundary or a point at `time`; UserError where there is one.

    The text of the interval stays left of the new boundary; with `caret`, a place
    in the text, what follows goes to the right. Where nothing is, as on many tiers
    of other programs, the gap is filled; `length` is that of the sound, seconds.
    """
    if tier.kind is TierKind.POINT:
        if any(mark is not None for mark in line.beside(time)):
            raise UserError(OCCUPIED)
        mark = new_mark(item_id, annotator_id, tier, Instant(time))
        return edits.add([mark], "Add point")
    held = line.at(time)
    if held is not None and time not in (span_of(held) or ()):
        changes = _split(held, time, annotator_id, tier, caret)
    elif any(mark is not None for mark in line.beside(time)):
        raise UserError(OCCUPIED)
    else:
        changes = _filled(tier, line, item_id, time, annotator_id, length)
    return Edit("Add boundary", tuple(changes), item_id)


def _split(
    held: Annotation, time: float, annotator_id: int, tier: Tier, caret: int | None
) -> list[Change]:
    whole = held.geometry
    if not isinstance(whole, Interval):
        raise UserError(OCCUPIED)
    spare_locked([held])
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


def _filled(
    tier: Tier,
    line: TierLine,
    item_id: int,
    time: float,
    annotator_id: int,
    length: float | None,
) -> list[Change]:
    """Two empty intervals in the gap around a time."""
    here = bisect_right(line.starts, time)
    start = max(float(line.reach[here - 1]), 0.0) if here else 0.0
    stop = float(line.starts[here]) if here < len(line) else length or 0.0
    if not start < time < stop:
        raise UserError(OUTSIDE)
    return [
        Change(None, new_mark(item_id, annotator_id, tier, Interval(*ends)))
        for ends in ((start, time), (time, stop))
    ]


def add_boundaries(
    lines: Sequence[tuple[Tier, TierLine]],
    item_id: int,
    time: float,
    annotator_id: int,
    *,
    length: float | None = None,
) -> Edit:
    """A boundary on every tier that can have one at `time`; UserError when none can."""
    changes: list[Change] = []
    problem = UserError(OCCUPIED)
    for tier, line in lines:
        try:
            edit = add_boundary(tier, line, item_id, time, annotator_id, length=length)
        except UserError as error:
            problem = error
            continue
        changes += edit.changes
    if not changes:
        raise problem
    return Edit("Add boundary on all tiers", tuple(changes), item_id)


def add_interval(
    tier: Tier,
    line: TierLine,
    item_id: int,
    span: tuple[float, float],
    annotator_id: int,
    *,
    length: float | None = None,
) -> Edit:
    """Make an interval of a selection: a boundary at each end that has none.

    On a point tier, a point at each end. UserError when there is nothing to add.
    """
    changes: list[Change] = []
    problem = UserError(OCCUPIED)
    for time in span:
        try:
            edit = add_boundary(tier, line, item_id, time, annotator_id, length=length)
        except UserError as error:
            problem = error
            continue
        gone = [c.before.id for c in edit.changes if c.before is not None]
        made = [c.after for c in edit.changes if isinstance(c.after, Annotation)]
        line = line.changed(gone, made)
        changes += edit.changes
    if not changes:
        raise problem
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
    UserError when one of them is locked.
    """
    spare_locked((left, right))
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


def room(lines: Sequence[TierLine], time: float, length: float = inf) -> Room:
    """How far `move_boundary` would move a time."""
    found = Room()
    for line in lines:
        marks = movable(line, time, length=length, own=line is lines[0])
        found = found.common(room_of(line, marks, time, length))
    return found


def move_boundary(
    lines: Sequence[TierLine], time: float, to: float, *, length: float = inf
) -> Edit:
    """Move every boundary and point at exactly `time` on the lines to `to`.

    The first line is the one that is dragged; ends of the others stay, and its own
    where the sound of `length` seconds ends. UserError when nothing can be moved, a
    neighbour is passed, `to` is taken on one of the lines, or a mark is locked.
    """
    changes: list[Change] = []
    points = True
    for line in lines:
        marks = movable(line, time, length=length, own=line is lines[0])
        kept = {mark.id for mark in marks}
        if any(isinstance(m.geometry, Instant) for m in marks):
            if any(m is not None and m.id not in kept for m in line.beside(to)):
                raise UserError(OCCUPIED)
        elif marks:
            points = False
        spare_locked(marks)
        changes += [Change(mark, moved(mark, time, to)) for mark in marks]
    if not changes:
        message = "The ends of a tier stay where they are."
        raise UserError(message)
    if not room(lines, time, length).holds(to):
        message = "A boundary cannot pass its neighbours."
        raise UserError(message)
    item_id = changes[0].entity.item_id  # type: ignore[union-attr]
    name = "Move point" if points else "Move boundary"
    return Edit(name, tuple(changes) if to != time else (), item_id)


def stretch(
    lines: Iterable[TierLine], span: tuple[float, float], time: float, to: float
) -> Edit:
    """Move a time inside of `span`, and all marks in it along: Praat's rubber band.

    What is left of `time` is scaled between the start of the span and it, what is
    right of it between it and the end. Times at the ends and beyond stay.
    UserError when the times leave the span or become equal, or a mark is locked.
    """
    low, high = span
    if not low < time < high or not low < to < high:
        message = "The marks would leave the selection."
        raise UserError(message)

    def scaled(old: float) -> float:
        if old == time:
            return to
        if low < old < time:
            return low + (old - low) * ((to - low) / (time - low))
        if time < old < high:
            return high - (high - old) * ((high - to) / (high - time))
        return old

    changes: list[Change] = []
    for line in lines:
        held = [line.marks[n] for n in line.seen(low, high)]
        spans = [(mark, s) for mark in held if (s := span_of(mark)) is not None]
        times = sorted({low, high, *(t for _, s in spans for t in s)})
        moved_to = [scaled(t) for t in times]
        if any(a >= b for a, b in pairwise(moved_to)):
            raise UserError(CLOSE)
        for mark, (start, stop) in spans:
            after = with_span(mark, scaled(start), scaled(stop))
            if after != mark:
                spare_locked([mark])
                changes.append(Change(mark, after))
    item_id = changes[0].entity.item_id if changes else None  # type: ignore[union-attr]
    return Edit("Stretch marks", tuple(changes), item_id)


def add_tier(
    schema: Schema,
    item: Item,
    name: str,
    kind: TierKind,
    annotator_id: int,
    *,
    length: float | None = None,
) -> tuple[Edit, Tier]:
    """Give an item a tier: one of the project with this name and kind, or a new one.

    An interval tier begins as one empty interval; `length` (seconds) is that of a
    film, or of a sound whose item does not know it yet. UserError when the name is
    refused.
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
    if item.media is not Media.VIDEO:  # whose rate may change: `length` is exact
        length = item.seconds or length
    if kind is TierKind.INTERVAL and length:
        whole = Interval(0.0, length)
        changes.append(Change(None, new_mark(item.id, annotator_id, tier, whole)))
    return Edit(f"Add tier {tier.name}", tuple(changes), item.id), tier


def fit_length(lines: Iterable[TierLine], believed: float, length: float) -> Edit:
    """End at `length` every tier whose last interval ends at exactly `believed`.

    For tiers that were made while the length of a sound was an estimate.
    """
    changes: list[Change] = []
    for line in lines:
        last = line.beside(believed)[0]
        if last is None or not isinstance(last.geometry, Interval):
            continue
        if line.marks[-1].id == last.id and last.geometry.start < length:
            changes.append(Change(last, moved(last, believed, length)))
    return Edit("Fit tiers to the sound", tuple(changes))


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
    """Take a tier and its marks from an item; the project still knows the tier.

    UserError when a mark on it is locked.
    """
    spare_locked(line.marks)
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

    Locked marks are left as they are. Raises UserError as `Substitution.matcher` does.
    """
    matcher = rule.matcher()
    before, after, places = [], [], 0
    for mark in annotations:
        if mark.locked or (mark.text is None and not rule.whole):
            continue
        text, count = matcher.replaced(mark.text or "")
        if count and text != (mark.text or ""):
            before.append(mark)
            after.append(with_fields(mark, text=text or None))
            places += count
    name = f"Replace in {len(before)} texts" if len(before) != 1 else "Replace in text"
    return edits.replace(before, after, name), places
