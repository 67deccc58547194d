"""The verbs of texts: what they change, whatever the spans and arcs are."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from annolab import edits, text_edits
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.edit import Edit
from annolab.model.geometry import Kind, Span, Whole
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.model.text_steps import START, STOP

TEXT = "Dr. Smith of New York met \U0001f468\u200d\U0001f469\u200d\U0001f467 שלום 42."
ITEM = Item(id=7, path="a.txt", media=Media.TEXT)
PERSON = Label(id=1, name="Person", color="#ff0000")
ATTACK = Label(id=2, name="Attack", color="#00ff00", kinds=frozenset({Kind.EVENT}))
ROLE = Label(id=3, name="Agent", color="#0000ff", kinds=frozenset({Kind.RELATION}))
SUGGESTED = AnnotationStatus.SUGGESTED

places = st.integers(0, 40)
pieces = st.tuples(places, places).filter(lambda p: p[0] < p[1])
geometries = st.lists(pieces, min_size=1, max_size=4).map(
    lambda found: Span(text_edits.joined(found))
)


def span(id_: int, *found: tuple[int, int], **fields: object) -> Annotation:
    made = Annotation(id=id_, item_id=7, annotator_id=5, geometry=Span(found))
    return replace(made, **fields)  # type: ignore[arg-type]


def covered(*annotations: Annotation) -> set[int]:
    return {
        n for a in annotations for s, e in text_edits.pieces_of(a) for n in range(s, e)
    }


def after(edit: Edit) -> list[Annotation]:
    return [c.after for c in edit.changes if isinstance(c.after, Annotation)]


def applied(edit: Edit, *before: Annotation | Relation) -> dict[int, object]:
    held: dict[int, object] = {thing.id: thing for thing in before}
    for change in edit.changes:
        if change.before is not None:
            assert held.pop(change.before.id) == change.before
        if change.after is not None:
            held[change.after.id] = change.after
    return held


@given(st.lists(pieces, max_size=8))
def test_joined_pieces_cover_the_same_in_order_and_apart(
    found: list[tuple[int, int]],
) -> None:
    made = text_edits.joined(found)
    assert {n for s, e in made for n in range(s, e)} == {
        n for s, e in found for n in range(s, e)
    }
    assert all(a[1] < b[0] for a, b in pairwise(made))


@given(geometries, pieces)
def test_a_piece_that_is_added_and_one_that_is_cut_out(
    geometry: Span, piece: tuple[int, int]
) -> None:
    before = replace(span(1, (0, 1)), geometry=geometry)
    both = after(text_edits.add_piece(before, *piece)) or [before]
    assert covered(*both) == covered(before) | set(range(*piece))
    rest = after(text_edits.remove_piece(before, *piece))
    wanted = covered(before) - set(range(*piece))
    assert covered(*rest) == wanted or (not rest and wanted in (set(), covered(before)))


@given(geometries, places)
def test_split_parts_cover_the_whole_and_merge_gives_it_back(
    geometry: Span, at: int
) -> None:
    before = replace(span(1, (0, 1)), geometry=geometry, label_id=1)
    parts = after(text_edits.split(before, at))
    low, high = geometry.pieces[0][0], geometry.pieces[-1][1]
    assert len(parts) == (2 if low < at < high else 0)
    if parts:
        first, second = parts
        assert (first.id, second.label_id) == (1, 1)
        assert covered(first) == {n for n in covered(before) if n < at}
        assert covered(first, second) == covered(before)
        merged = text_edits.merge(parts)
        assert after(merged)[0].geometry == geometry
        assert len(applied(merged, *parts)) == 1


@given(
    st.lists(
        st.tuples(st.integers(1, 4), st.integers(1, 4), st.sampled_from([None, 3])),
        unique=True,
        max_size=8,
    )
)
def test_merging_loses_no_relation_and_doubles_none(
    ends: list[tuple[int, int, int | None]],
) -> None:
    spans = [span(n, (n * 5, n * 5 + 3)) for n in range(1, 5)]
    arcs = [
        Relation(
            id=100 + n, item_id=7, annotator_id=5, head_id=h, tail_id=t, label_id=x
        )
        for n, (h, t, x) in enumerate(ends)
        if h != t
    ]
    held = applied(text_edits.merge(spans[:2], arcs), *spans, *arcs)
    kept = [
        (r.head_id, r.tail_id, r.label_id)
        for r in held.values()
        if isinstance(r, Relation)
    ]
    one = {1: 1, 2: 1, 3: 3, 4: 4}
    wanted = {(one[h], one[t], x) for h, t, x in ends if one[h] != one[t]}
    assert sorted(map(str, kept)) == sorted(map(str, wanted))
    assert 2 not in held


def test_edges_move_by_words_and_graphemes() -> None:
    york = span(1, (13, 16))  # New
    longer = after(text_edits.move_edge(york, TEXT, "word", 1))[0]
    assert longer.geometry == Span(((13, 21),))
    edit = text_edits.move_edge(longer, TEXT, "word", -1)
    assert (edit.name, after(edit)[0].geometry) == ("Shrink span", york.geometry)
    of_york = after(text_edits.move_edge(york, TEXT, "word", -1, edge=START))[0]
    assert of_york.geometry == Span(((10, 16),))
    family = TEXT.index("\U0001f468")
    emoji = span(2, (family - 4, family - 1))
    steps = text_edits.move_edge(emoji, TEXT, "character", 2)
    assert after(steps)[0].geometry == Span(((family - 4, family + 5),))
    assert text_edits.move_edge(york, TEXT, "word", -1).changes == ()
    assert text_edits.move_edge(york, TEXT, "word", 1, edge=START).changes == ()


def test_only_the_outer_pieces_have_edges() -> None:
    both = span(1, (0, 3), (13, 16))
    later = after(text_edits.move_edge(both, TEXT, "word", 1))[0]
    assert later.geometry == Span(((0, 3), (13, 21)))
    first = after(text_edits.move_edge(both, TEXT, "character", 1, edge=START))[0]
    assert first.geometry == Span(((1, 3), (13, 16)))


@given(st.lists(pieces, max_size=20))
def test_tag_all_is_one_edit_with_ids_of_its_own(found: list[tuple[int, int]]) -> None:
    edit = text_edits.tag_all([(ITEM, found), (replace(ITEM, id=8), found)], 5, PERSON)
    made = after(edit)
    assert [text_edits.pieces_of(a) for a in made] == [(p,) for p in found] * 2
    assert [a.item_id for a in made] == [7] * len(found) + [8] * len(found)
    assert len({a.id for a in made}) == len(made)
    assert {a.label_id for a in made} <= {1}
    assert edit.item_id is None or not made


def test_tag_all_accepts_the_suggestions_that_are_just_there() -> None:
    guess, own = span(1, (0, 3), status=SUGGESTED), span(2, (4, 9))
    edit = text_edits.tag_all([(ITEM, [(0, 3), (4, 9)])], 5, PERSON, [guess, own])
    assert edit.name == "Tag 2 spans as Person"
    held = applied(edit, guess, own)
    assert held[1] == replace(guess, label_id=1, status=AnnotationStatus.ACCEPTED)
    assert held[2] == own
    assert len(held) == 3


def test_names_are_those_that_undo_shows() -> None:
    made = text_edits.new_span(ITEM, 5, [(0, 3)], PERSON)
    assert text_edits.tag([made], PERSON).name == "Tag span as Person"
    assert text_edits.tag([made] * 3, None).name == "Add 3 spans"
    assert text_edits.relate(made, span(2, (5, 6)), ROLE, 5).name == (
        "Add relation Agent"
    )
    assert text_edits.chain([made, made]).name == "Join 2 spans to chain"
    assert text_edits.settle([replace(made, status=SUGGESTED)], accept=False).name == (
        "Reject suggestion"
    )


def test_relations_are_added_once_and_never_to_themselves() -> None:
    head, tail = span(1, (0, 3)), span(2, (4, 9))
    edit = text_edits.relate(head, tail, ROLE, 5)
    (made,) = [c.after for c in edit.changes]
    assert isinstance(made, Relation)
    assert (made.head_id, made.tail_id, made.label_id) == (1, 2, 3)
    assert text_edits.relate(head, tail, ROLE, 5, [made]).changes == ()
    assert text_edits.relate(head, head, ROLE, 5).changes == ()
    assert len(text_edits.relate(head, tail, None, 5, [made]).changes) == 1
    (back,) = [c.after for c in text_edits.reverse([made]).changes]
    assert isinstance(back, Relation)
    assert (back.head_id, back.tail_id) == (2, 1)
    other = text_edits.relabel_relations([made], None)
    assert [c.after for c in other.changes] == [replace(made, label_id=None)]
    noted = edits.set_attribute([made], "certain", value=True)
    assert [c.after for c in noted.changes] == [
        replace(made, attributes={"certain": True})
    ]


def test_deleting_takes_relations_along_once() -> None:
    head, tail, third = span(1, (0, 3)), span(2, (4, 9)), span(3, (10, 12))
    arcs = [
        Relation(id=10 + n, item_id=7, annotator_id=5, head_id=h, tail_id=t)
        for n, (h, t) in enumerate([(1, 2), (2, 3), (3, 1)])
    ]
    edit = text_edits.delete([head], arcs, [arcs[0], arcs[1]])
    held = applied(edit, head, tail, third, *arcs)
    assert set(held) == {2, 3}
    assert text_edits.delete([], arcs, [arcs[1]]).name == "Delete relation"


@given(st.lists(st.sampled_from([None, 50, 60]), min_size=2, max_size=6))
def test_chains_are_joined_whole(groups: list[int | None]) -> None:
    spans = [span(n, (n, n + 1), group_id=g) for n, g in enumerate(groups, 1)]
    held = applied(text_edits.chain(spans[:2], spans), *spans)
    joined = {spans[0].group_id, spans[1].group_id} - {None}
    result = {a.id: a.group_id for a in held.values() if isinstance(a, Annotation)}
    wanted = {s.id for s in spans if s.group_id in joined} | {1, 2}
    assert len({result[i] for i in wanted}) == 1
    assert result[1] is not None
    assert all(result[s.id] == s.group_id for s in spans if s.id not in wanted)
    alone = text_edits.unchain([a for a in held.values() if isinstance(a, Annotation)])
    assert all(a.group_id is None for a in after(alone))


def test_a_label_of_the_whole_text_is_put_on_and_taken_off() -> None:
    edit = text_edits.toggle_whole(ITEM, [], PERSON, 5)
    (made,) = after(edit)
    assert (made.geometry, made.label_id) == (Whole(), 1)
    off = text_edits.toggle_whole(ITEM, [made, span(4, (0, 1), label_id=1)], PERSON, 5)
    assert applied(off, made) == {}
    assert off.name == "Take Person off the text"
    guess = replace(made, status=SUGGESTED)
    taken = text_edits.toggle_whole(ITEM, [guess], PERSON, 5)
    assert after(taken) == [replace(made, status=AnnotationStatus.ACCEPTED)]


def test_suggestions_are_settled_and_accepted_by_changing_them() -> None:
    guess, own = span(1, (0, 3), status=SUGGESTED), span(2, (4, 9))
    assert after(text_edits.settle([guess, own], accept=True)) == [
        replace(guess, status=AnnotationStatus.ACCEPTED)
    ]
    for edit in (
        text_edits.relabel([guess], PERSON),
        text_edits.add_piece(guess, 5, 6),
        text_edits.move_edge(guess, TEXT, "character", 1, edge=STOP),
        text_edits.split(guess, 2),
        text_edits.merge([guess, own]),
    ):
        assert edit.changes
        assert all(a.status is not SUGGESTED for a in after(edit))
    assert after(text_edits.relabel([own], PERSON)) == [replace(own, label_id=1)]


def test_what_labels_are_offered_for() -> None:
    assert text_edits.offered(PERSON, Kind.SPAN)
    assert text_edits.offered(PERSON, Kind.RELATION)
    assert text_edits.offered(ATTACK, Kind.SPAN)
    assert not text_edits.offered(ATTACK, Kind.RELATION)
    assert not text_edits.offered(ROLE, Kind.SPAN)
    assert text_edits.is_trigger(ATTACK)
    assert not text_edits.is_trigger(None)


def test_spans_are_in_the_order_of_the_text() -> None:
    outer, inner, later = span(3, (0, 9)), span(1, (0, 3)), span(2, (5, 6))
    whole = replace(outer, id=9, geometry=Whole())
    assert text_edits.spans_of([later, inner, whole, outer]) == [outer, inner, later]
