"""The verbs of texts: spans, relations, events and chains, as edits.

As in `annolab/edits.py` nothing here reads or writes a project. What a person
changes of a suggestion accepts it.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace as with_fields
from typing import Any

from annolab import edits
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.edit import Change, Edit, Entity
from annolab.model.geometry import Kind, Span, Whole, kind_of
from annolab.model.ids import new_id, reserve_ids
from annolab.model.item import Item
from annolab.model.schema import Label
from annolab.model.text_steps import START, STOP, step_edge

Piece = tuple[int, int]


def new_span(
    item: Item,
    annotator_id: int,
    pieces: Sequence[Piece],
    label: Label | None,
    status: AnnotationStatus = AnnotationStatus.PLAIN,
) -> Annotation:
    """A span of an item, in code points; its pieces come sorted and joined."""
    return Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=annotator_id,
        geometry=Span(joined(pieces)),
        label_id=None if label is None else label.id,
        status=status,
    )


def joined(pieces: Sequence[Piece]) -> tuple[Piece, ...]:
    """Pieces in order, those that touch or overlap made one."""
    result: list[Piece] = []
    for start, stop in sorted(pieces):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return tuple(result)


def pieces_of(annotation: Annotation) -> tuple[Piece, ...]:
    """The pieces of a span; none of what is no span."""
    geometry = annotation.geometry
    return geometry.pieces if isinstance(geometry, Span) else ()


def offered(label: Label, kind: Kind) -> bool:
    """Whether a label is offered for a kind. An event's label is one of spans."""
    if kind is Kind.SPAN and Kind.EVENT in label.kinds:
        return True
    return not label.kinds or kind in label.kinds


def is_trigger(label: Label | None) -> bool:
    """Whether a span with this label is the trigger of an event."""
    return label is not None and Kind.EVENT in label.kinds


# Spans


def tag(spans: Sequence[Annotation], label: Label | None) -> Edit:
    """Add spans: "Tag 3 spans as Person"."""
    things = edits.counted(spans) if spans else "nothing"
    name = f"Add {things}" if label is None else f"Tag {things} as {_short(label.name)}"
    return edits.add(spans, name)


def tag_all(
    pieces: Sequence[tuple[Item, Sequence[Piece]]],
    annotator_id: int,
    label: Label | None,
    marks: Iterable[Annotation] = (),
) -> Edit:
    """Add a span for every piece of every item, as one step.

    A suggestion among `marks` that is just there is given the label and accepted.
    """
    known = suggested_at(marks)
    places = [(item.id, piece) for item, found in pieces for piece in found]
    settled = [known[place] for place in places if place in known]
    places = [place for place in places if place not in known]
    label_id = None if label is None else label.id
    spans = [
        Annotation(
            id=id_,
            item_id=item_id,
            annotator_id=annotator_id,
            geometry=Span((piece,)),
            label_id=label_id,
        )
        for id_, (item_id, piece) in zip(reserve_ids(len(places)), places, strict=True)
    ]
    made = tag([*spans, *settled], label)
    changes = (*edits.add(spans).changes, *relabel(settled, label).changes)
    return with_fields(made, changes=changes)


def suggested_at(
    marks: Iterable[Annotation],
) -> dict[tuple[int, Piece], Annotation]:
    """Suggestions of one piece by their item and place."""
    return {
        (mark.item_id, pieces[0]): mark
        for mark in marks
        if mark.status is AnnotationStatus.SUGGESTED
        and len(pieces := pieces_of(mark)) == 1
    }


def relabel(annotations: Sequence[Annotation], label: Label | None) -> Edit:
    """Give marks another label; suggestions are accepted by it."""
    name = edits.relabel(annotations, label).name
    label_id = None if label is None else label.id
    return _changed(annotations, name, label_id=label_id)


def set_pieces(
    span: Annotation,
    pieces: Sequence[Piece],
    name: str,
    *,
    merge_key: str | None = None,
) -> Edit:
    """Give a span other pieces; nothing changes when there is none left."""
    after = joined([piece for piece in pieces if piece[START] < piece[STOP]])
    if not after or after == pieces_of(span):
        return Edit(name, (), span.item_id)
    return _changed([span], name, merge_key=merge_key, geometry=Span(after))


def move_edge(
    span: Annotation, text: str, unit: str, delta: int, *, edge: int = STOP
) -> Edit:
    """Move the START or STOP of a span by `delta` units; a held key is one step."""
    pieces = list(pieces_of(span))
    name = "Shrink span" if (delta > 0) == (edge == START) else "Extend span"
    if not pieces:
        return Edit(name, (), span.item_id)
    place = 0 if edge == START else -1
    start, stop = pieces[place]
    if edge == START:
        start = step_edge(text, start, unit, delta, START)
    else:
        stop = step_edge(text, stop, unit, delta, STOP)
    if start >= stop:
        return Edit(name, (), span.item_id)
    pieces[place] = (start, stop)
    return set_pieces(span, pieces, name, merge_key=f"edge:{span.id}:{edge}")


def add_piece(span: Annotation, start: int, stop: int) -> Edit:
    """Let a span cover another stretch, too."""
    return set_pieces(span, [*pieces_of(span), (start, stop)], "Add piece to span")


def remove_piece(span: Annotation, start: int, stop: int) -> Edit:
    """Cut a stretch out of a span; never all of it."""
    rest = [
        part
        for low, high in pieces_of(span)
        for part in ((low, min(high, start)), (max(low, stop), high))
        if part[START] < part[STOP]
    ]
    return set_pieces(span, rest, "Cut piece out of span")


def split(span: Annotation, at: int) -> Edit:
    """Make two spans of one; the first keeps its id and relations."""
    pieces = pieces_of(span)
    before = [(low, min(high, at)) for low, high in pieces if low < at]
    after = [(max(low, at), high) for low, high in pieces if high > at]
    if not before or not after:
        return Edit("Split span", (), span.item_id)
    first = with_fields(span, geometry=Span(joined(before)), status=span.status.settled)
    second = with_fields(first, id=new_id(), geometry=Span(joined(after)), source=None)
    changes = (Change(span, first), Change(None, second))
    return Edit("Split span", changes, span.item_id)


def merge(spans: Sequence[Annotation], relations: Iterable[Relation] = ()) -> Edit:
    """Make one span of several: the first takes pieces and relations of the others.

    `relations` are all that may touch them.
    """
    name = f"Merge {edits.counted(spans)}" if spans else "Merge"
    if len(spans) < 2:
        return Edit(name, (), spans[0].item_id if spans else None)
    first, gone = spans[0], {span.id for span in spans[1:]}
    pieces = joined([piece for span in spans for piece in pieces_of(span)])
    after = with_fields(first, geometry=Span(pieces), status=first.status.settled)
    changes = [
        *_redirected(list(relations), gone, first.id),
        Change(first, after),
        *(Change(span, None) for span in spans[1:]),
    ]
    return Edit(name, tuple(changes), first.item_id)


def _redirected(relations: Sequence[Relation], gone: set[int], to: int) -> list[Change]:
    """Let relations of `gone` marks hang on `to`; none to itself, none twice."""
    kept = {_ends(r) for r in relations if not gone & {r.head_id, r.tail_id}}
    changes = []
    for relation in relations:
        if not gone & {relation.head_id, relation.tail_id}:
            continue
        moved = with_fields(
            relation,
            head_id=to if relation.head_id in gone else relation.head_id,
            tail_id=to if relation.tail_id in gone else relation.tail_id,
        )
        lost = moved.head_id == moved.tail_id or _ends(moved) in kept
        kept.add(_ends(moved))
        changes.append(Change(relation, None if lost else moved))
    return changes


def delete(
    annotations: Sequence[Annotation],
    relations: Iterable[Relation] = (),
    chosen: Iterable[Relation] = (),
) -> Edit:
    """Delete marks with those of `relations` that touch them, and `chosen` arcs."""
    arcs = list(chosen)
    if not annotations:
        return edits.delete_relations(arcs)
    held = {relation.id for relation in arcs}
    made = edits.delete(annotations, [r for r in relations if r.id not in held])
    cut = tuple(Change(relation, None) for relation in arcs)
    return with_fields(made, changes=(*cut, *made.changes))


# Relations


def relate(
    head: Annotation,
    tail: Annotation,
    label: Label | None,
    annotator_id: int,
    existing: Iterable[Relation] = (),
) -> Edit:
    """Add an arc, or the argument of an event; nothing when it is there already."""
    what = "relation" if label is None else f"relation {_short(label.name)}"
    made = Relation(
        id=new_id(),
        item_id=head.item_id,
        annotator_id=annotator_id,
        head_id=head.id,
        tail_id=tail.id,
        label_id=None if label is None else label.id,
    )
    ends = _ends(made)
    if head.id == tail.id or any(
        relation.head_id == head.id and _ends(relation) == ends for relation in existing
    ):
        return Edit(f"Add {what}", (), head.item_id)
    return Edit(f"Add {what}", (Change(None, made),), head.item_id)


def reverse(relations: Sequence[Relation]) -> Edit:
    """Let arcs go the other way."""
    after = [with_fields(r, head_id=r.tail_id, tail_id=r.head_id) for r in relations]
    return edits.replace(relations, after, f"Reverse {_arcs(relations)}")


def relabel_relations(relations: Sequence[Relation], label: Label | None) -> Edit:
    """Give arcs another label, arguments another role."""
    label_id = None if label is None else label.id
    after = [with_fields(r, label_id=label_id) for r in relations]
    name = f"Remove label of {_arcs(relations)}"
    if label is not None:
        name = f"Label {_arcs(relations)} as {_short(label.name)}"
    return edits.replace(relations, after, name)


def _ends(relation: Relation) -> tuple[int, int, int | None]:
    return relation.head_id, relation.tail_id, relation.label_id


def _arcs(relations: Sequence[Relation]) -> str:
    return "relation" if len(relations) == 1 else f"{len(relations)} relations"


# Chains


def chain(spans: Sequence[Annotation], everything: Iterable[Annotation] = ()) -> Edit:
    """Join marks, and the chains that they are in, to one chain.

    `everything`: all marks of the item.
    """
    groups = {s.group_id for s in spans if s.group_id is not None}
    target = next((s.group_id for s in spans if s.group_id is not None), None)
    members = {s.id: s for s in everything if s.group_id in groups} if groups else {}
    members |= {s.id: s for s in spans}
    name = f"Join {edits.counted(spans)} to chain" if spans else "Join chain"
    group = new_id() if target is None else target
    moved = [s for s in members.values() if s.group_id != group]
    return edits.replace(moved, [with_fields(s, group_id=group) for s in moved], name)


def unchain(spans: Sequence[Annotation]) -> Edit:
    """Take marks out of their chains."""
    name = f"Take {edits.counted(spans)} out of chain" if spans else "Leave chain"
    return edits.replace(spans, [with_fields(s, group_id=None) for s in spans], name)


# The whole text


def toggle_whole(
    item: Item, annotations: Iterable[Annotation], label: Label, annotator_id: int
) -> Edit:
    """Put a label on the whole text, or take it off."""
    there = [
        a
        for a in annotations
        if isinstance(a.geometry, Whole) and a.label_id == label.id
    ]
    name = _short(label.name)
    settled = [a for a in there if a.status is a.status.settled]
    if there and not settled:
        return _changed(there, f"Label text as {name}")
    if there:
        return with_fields(edits.delete(there), name=f"Take {name} off the text")
    made = Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=annotator_id,
        geometry=Whole(),
        label_id=label.id,
    )
    return edits.add([made], f"Label text as {name}")


# Suggestions


def settle(annotations: Sequence[Annotation], *, accept: bool) -> Edit:
    """Accept or reject suggestions; other marks stay as they are."""
    found = [a for a in annotations if a.status is AnnotationStatus.SUGGESTED]
    things = "suggestion" if len(found) == 1 else f"{len(found):,} suggestions"
    status = AnnotationStatus.ACCEPTED if accept else AnnotationStatus.REJECTED
    after = [with_fields(a, status=status) for a in found]
    return edits.replace(found, after, f"{'Accept' if accept else 'Reject'} {things}")


def _changed(
    annotations: Sequence[Annotation],
    name: str,
    *,
    merge_key: str | None = None,
    **fields: Any,
) -> Edit:
    """Marks with other values; a suggestion among them is accepted."""
    before: Sequence[Entity] = annotations
    after = [with_fields(a, status=a.status.settled, **fields) for a in annotations]
    return edits.replace(before, after, name, merge_key=merge_key)


def _short(name: str) -> str:
    return " ".join(name.split())[:40]


def spans_of(annotations: Iterable[Annotation]) -> list[Annotation]:
    """The spans among marks, in the order of the text."""
    spans = [a for a in annotations if kind_of(a.geometry) is Kind.SPAN]
    return sorted(spans, key=in_text)


def in_text(annotation: Annotation) -> tuple[int, int, int]:
    """The order of the text: by where marks begin, outer ones first."""
    pieces = pieces_of(annotation)
    if not pieces:
        return -1, 0, annotation.id
    return pieces[0][0], -pieces[-1][1], annotation.id
