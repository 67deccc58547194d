"""What is shown of the annotations of a text, however it came about."""

from __future__ import annotations

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from annolab import text_edits
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import Span, Whole
from annolab.model.schema import Label, Schema
from annolab.widgets.text_shown import UNLABELLED, ShownMarks, note_of

LABEL = Label(id=1, name="Person", color="#ffb000")
SCHEMA = Schema((LABEL,))
LENGTH = 30
places = st.integers(0, 40)
pieces = st.tuples(places, places).filter(lambda p: p[0] < p[1])
geometries = st.lists(pieces, min_size=1, max_size=3).map(
    lambda found: Span(text_edits.joined(found))
)
marks_of_texts: st.SearchStrategy[Annotation] = st.builds(
    lambda id_, geometry, label_id, status, group: Annotation(
        id=id_, item_id=1, annotator_id=1, geometry=geometry, label_id=label_id,
        status=status, group_id=group,
    ),
    st.integers(1, 8),
    st.one_of(geometries, st.just(Whole())),
    st.sampled_from([None, 1, 7]),
    st.sampled_from(list(AnnotationStatus)),
    st.sampled_from([None, 50, 60]),
)  # fmt: skip
worlds = st.lists(marks_of_texts, max_size=8, unique_by=lambda a: a.id).map(
    lambda found: {a.id: a for a in found}
)
hidden_ids = st.frozensets(st.integers(1, 8), max_size=2)


@given(worlds, worlds, hidden_ids)
def test_changes_show_the_same_as_all_anew(
    before: dict[int, Annotation], after: dict[int, Annotation], hidden: frozenset[int]
) -> None:
    shown, anew = ShownMarks(), ShownMarks()
    old = {
        mark.id: mark for mark in shown.load(before.values(), SCHEMA, hidden, LENGTH)
    }
    changed, removed = shown.change(range(1, 9), after.get, hidden)
    new = {mark.id: mark for mark in anew.load(after.values(), SCHEMA, hidden, LENGTH)}
    for id_ in removed:
        del old[id_]
    assert old | {mark.id: mark for mark in changed} == new == shown.marks
    assert [m.id for m in shown.in_order()] == [m.id for m in anew.in_order()]
    assert shown.chains == anew.chains
    assert shown.arcs([]) == anew.arcs([])


@given(worlds)
def test_marks_are_stepped_through_in_order(world: dict[int, Annotation]) -> None:
    shown = ShownMarks()
    shown.load(world.values(), SCHEMA, frozenset(), LENGTH)
    order = shown.in_order()
    assert [(m.start, -m.stop, m.id) for m in order] == sorted(
        (m.start, -m.stop, m.id) for m in order
    )
    seen, mark = [], shown.beside(None, 0, 1)
    while mark is not None:
        seen.append(mark)
        mark = shown.beside(mark.id, 0, 1)
    assert seen == order
    back, mark = [], shown.beside(None, LENGTH + 1, -1)
    while mark is not None:
        back.append(mark)
        mark = shown.beside(mark.id, 0, -1)
    assert back == order[::-1]
    for at in range(LENGTH):
        first = next((m for m in order if m.start >= at), None)
        assert shown.beside(None, at, 1) == first


def span(id_: int, start: int, group: int | None = None) -> Annotation:
    return Annotation(
        id=id_, item_id=1, annotator_id=1, geometry=Span(((start, start + 2),)),
        label_id=1, group_id=group,
    )  # fmt: skip


def test_a_chain_is_drawn_from_each_mark_to_the_next() -> None:
    shown = ShownMarks()
    marks = [span(3, 0, 9), span(1, 10, 9), span(2, 5, 9), span(4, 20, 8)]
    shown.load(marks, SCHEMA, frozenset(), LENGTH)
    arcs = shown.arcs([])
    assert [(a.head, a.tail, a.chain) for a in arcs] == [(3, 2, True), (2, 1, True)]
    assert len({a.id for a in arcs}) == 2


def test_arcs_lie_between_marks_that_are_seen() -> None:
    shown = ShownMarks()
    shown.load([span(1, 0), span(2, 5), span(3, 9)], SCHEMA, frozenset({3}), LENGTH)
    relations = [
        Relation(id=10, item_id=1, annotator_id=1, head_id=1, tail_id=2, label_id=1),
        Relation(id=11, item_id=1, annotator_id=1, head_id=2, tail_id=3),
    ]
    (arc,) = shown.arcs(relations)
    assert (arc.id, arc.head, arc.tail, arc.name, arc.color) == (
        10, 1, 2, "Person", LABEL.color
    )  # fmt: skip


def test_what_is_beyond_the_text_is_counted_and_cut() -> None:
    shown = ShownMarks()
    far = replace(span(1, 0), geometry=Span(((28, 35), (40, 41))), label_id=None)
    (mark,) = shown.load([far, span(2, 50)], SCHEMA, frozenset(), LENGTH)
    assert (mark.pieces, mark.color, mark.name) == (((28, 30),), UNLABELLED, "")
    assert shown.beyond == 2


def test_notes_are_short() -> None:
    assert note_of({}) == ""
    assert note_of({"certain": True, "no": False, "kb_id": "Q1", "n": 3}) == (
        "certain Q1 3"
    )
    assert len(note_of({"long": "x" * 100})) == 32
    assert note_of({"lines": "a\nb"}) == "a b"
