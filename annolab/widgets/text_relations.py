"""Relations, arguments of events and chains, from the keyboard.

R makes the selected span the head; then the tail is selected, by keys or mouse,
and the key of a relation's label joins them. The head of an event stays, so that
its arguments follow one after the other.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from annolab import text_edits
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Kind
from annolab.model.schema import Label
from annolab.widgets.text_shell import TextShell

LONGEST = 24  # characters of a span that a hint names


def ends(canvas: TextShell) -> list[Annotation]:
    """The head that is begun from, if any, and the selected spans after it."""
    ids = canvas.session.selection
    if canvas.head is not None:
        ids = (canvas.head, *(i for i in ids if i != canvas.head))
    found = (canvas.session.annotation(id_) for id_ in ids)
    return [a for a in found if a is not None and text_edits.pieces_of(a)]


def told(canvas: TextShell) -> str:
    """The head that is begun from, or the selected relation, in words."""
    if canvas.head is not None:
        return canvas.tr("From “{}”.").format(_words(canvas, canvas.head))
    chosen = canvas.session.relations.selected()
    if len(chosen) != 1:
        return ""
    relation = chosen[0]
    label = canvas.session.schema.label(relation.label_id)
    name = label.name if label is not None else canvas.tr("no label")
    head, tail = _words(canvas, relation.head_id), _words(canvas, relation.tail_id)
    return f"{name}: “{head}” → “{tail}”."


def _words(canvas: TextShell, span_id: int) -> str:
    mark = canvas.shown.marks.get(span_id)
    if mark is None:
        return "…"
    words = " … ".join(canvas.text[s : min(e, s + LONGEST)] for s, e in mark.pieces)
    words = " ".join(words.split())
    return words if len(words) <= LONGEST else words[: LONGEST - 1] + "…"


def _begin(canvas: TextShell) -> None:
    """The selected span is the head; without one, the span at the caret."""
    if canvas.head is not None:
        canvas.head = None
        canvas.tell_hint()
        return
    spans = ends(canvas)
    if len(spans) == 2:  # both ends are there: a label's key joins them
        canvas.head = spans[0].id
        canvas.selection_requested.emit((spans[1].id,))
        canvas.tell_hint()
        return
    here = canvas.view.mark_at(canvas.view.caret)
    head = spans[0].id if spans else next(iter(here), canvas.last_span)
    if head is None or canvas.session.annotation(head) is None:
        canvas.say(canvas.tr("Select the span that the relation begins at first."))
        return
    canvas.head = head
    canvas.selection_requested.emit((head,))
    canvas.tell_hint()


def connect(canvas: TextShell, label: Label | None) -> None:
    """Join the head to the selected span by a relation with this label."""
    found = ends(canvas)
    if len(found) < 2:
        sentence = canvas.tr("Select the span that the relation leads to first.")
        canvas.say(sentence)
        return
    if label is not None and not text_edits.offered(label, Kind.RELATION):
        sentence = canvas.tr("“{}” is no label of relations; Esc ends the relation.")
        canvas.say(sentence.format(label.name))
        return
    join(canvas, found[0], found[-1], label)


def join(
    canvas: TextShell, head: Annotation, tail: Annotation, label: Label | None
) -> None:
    """Add a relation, if it is not there."""
    held = canvas.session.relations.all()
    edit = text_edits.relate(head, tail, label, canvas.annotator_id, held)
    if not edit.changes:
        canvas.say(canvas.tr("This relation is there already."))
        return
    canvas.ask(edit)
    event = text_edits.is_trigger(canvas.session.schema.label(head.label_id))
    canvas.head = head.id if event and canvas.head is not None else None
    canvas.tell_hint()


def dragged(canvas: TextShell, head_id: int, tail_id: int) -> None:
    """An arc was drawn from one chip to another by the mouse."""
    head = canvas.session.annotation(head_id)
    tail = canvas.session.annotation(tail_id)
    if head is None or tail is None:
        return
    label = canvas.session.label
    if label is not None and text_edits.offered(label, Kind.RELATION) and label.kinds:
        join(canvas, head, tail, label)
        return
    labels = canvas.session.schema.labels
    roles = [x for x in labels if Kind.RELATION in x.kinds and not x.retired]
    join(canvas, head, tail, roles[0] if len(roles) == 1 else None)
    made = [r for r in canvas.session.relations.all() if r.head_id == head_id]
    last = max((r.id for r in made if r.tail_id == tail_id), default=None)
    if last is not None:  # the next label's key is for it
        canvas.session.relations.select([last])


def relabel(
    canvas: TextShell, relations: Sequence[Relation], label: Label | None
) -> None:
    """Give the selected relations another label."""
    if label is not None and not text_edits.offered(label, Kind.RELATION):
        sentence = canvas.tr("“{}” is no label of relations.").format(label.name)
        canvas.say(sentence)
        return
    canvas.ask(text_edits.relabel_relations(relations, label))


def refuse(canvas: TextShell, label: Label) -> None:
    """A label of relations was picked while none is begun."""
    found = ends(canvas)
    if len(found) == 2:
        join(canvas, found[0], found[1], label)
        return
    sentence = canvas.tr(
        "“{}” is for relations: select the first span, press R, then the second."
    )
    canvas.say(sentence.format(label.name))


def _reverse(canvas: TextShell) -> None:
    relations = canvas.session.relations.selected()
    if relations:
        canvas.ask(text_edits.reverse(relations))
    else:
        canvas.say(canvas.tr("Select a relation first; O goes to the next."))


def _step(canvas: TextShell, delta: int) -> None:
    """Select the next relation of the selected span, or of the text."""
    held = canvas.session.relations
    now = held.selection[-1:]
    near = _near(canvas)
    found = [r.id for r in (held.of([near]) if near is not None else held.all())]
    found = [id_ for id_ in found if id_ in now or _is_seen(canvas, id_)]
    if not found:
        canvas.say(canvas.tr("There is no relation here."))
        return
    place = found.index(now[0]) + delta if now and now[0] in found else 0
    chosen = found[place % len(found)]
    canvas.last_span = near
    held.select([chosen])
    relation = held.get(chosen)
    mark = canvas.shown.marks.get(relation.tail_id) if relation is not None else None
    if mark is not None:
        canvas.view.reveal(mark.start, mark.stop)


def _near(canvas: TextShell) -> int | None:
    """The span whose relations are stepped through."""
    chosen = canvas.session.selection
    if chosen:
        return chosen[-1]
    return canvas.last_span if canvas.session.relations.selection else None


def _is_seen(canvas: TextShell, relation_id: int) -> bool:
    relation = canvas.session.relations.get(relation_id)
    marks = canvas.shown.marks
    return (
        relation is not None and relation.head_id in marks and relation.tail_id in marks
    )


def _chain(canvas: TextShell) -> None:
    """Join the selected spans to one chain, or the selected one to the last chain."""
    session = canvas.session
    spans = canvas.free(ends(canvas))
    if len(spans) == 1 and canvas.chain not in (None, spans[0].id):
        last = session.annotation(canvas.chain or 0)
        spans = [last, *spans] if last is not None else spans
    if not spans:
        canvas.say(canvas.tr("Select a span first; . and , go from one to the next."))
        return
    canvas.chain, canvas.head = spans[-1].id, None
    if len(spans) == 1:
        sentence = canvas.tr("A chain begins here: K on other spans joins them.")
        canvas.say(sentence)
    else:
        everything = session.annotations()
        canvas.ask(text_edits.chain(spans, everything))
    canvas.tell_hint()


def _unchain(canvas: TextShell) -> None:
    """Take the selected spans out of their chains; the next K begins another."""
    canvas.chain = None
    spans = [s for s in canvas.free(ends(canvas)) if s.group_id is not None]
    if spans:
        canvas.ask(text_edits.unchain(spans))
    else:
        canvas.say(canvas.tr("K begins another chain now."))


VERBS: dict[str, Callable[[TextShell], object]] = {
    "relate": _begin,
    "reverse": _reverse,
    "next_relation": partial(_step, delta=1),
    "previous_relation": partial(_step, delta=-1),
    "chain": _chain,
    "unchain": _unchain,
}
