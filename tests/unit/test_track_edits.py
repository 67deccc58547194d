"""The verbs of tracks: what they change, whatever the tracks are."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn

from annolab import edits
from annolab import track_edits as te
from annolab.errors import UserError
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.edit import Edit
from annolab.model.geometry import Box, Keyframe, Shape, Track, Whole
from annolab.model.schema import Label
from annolab.model.tracks import distance, geometry_at, is_seen, number_of
from annolab.model.validity import problems_of
from tests import strategies

A, B = Box(0, 0, 10, 10), Box(40, 0, 10, 10)
CAR = Label(id=1, name="Car", color="#ff0000")
LAST = 30

frames = st.integers(0, LAST)


@st.composite
def marks(draw: DrawFn) -> Annotation:
    places = draw(st.lists(frames, min_size=1, max_size=5, unique=True))
    shapes = strategies.boxes(strategies.near, st.floats(0, 100))
    if draw(st.booleans()):
        shapes = strategies.shapes(strategies.near, st.floats(0, 100))  # type: ignore[assignment]
    keys = [
        Keyframe(f, draw(shapes), draw(st.booleans()), draw(strategies.attributes()))
        for f in sorted(places)
    ]
    status = draw(st.sampled_from(AnnotationStatus))
    return replace(mark(*keys), status=status)


def mark(*keys: Keyframe, id_: int = 1) -> Annotation:
    return Annotation(id=id_, item_id=7, annotator_id=5, geometry=Track(keys))


def line() -> Annotation:
    return mark(Keyframe(0, A), Keyframe(10, B))


def made(edit: Edit) -> list[Annotation]:
    return [c.after for c in edit.changes if isinstance(c.after, Annotation)]


def track(edit: Edit) -> Track:
    return te.track_of(made(edit)[0])


def shown(made: Track) -> list[Shape | None]:
    return [geometry_at(made, f) for f in range(LAST + 2)]


VERBS: list[Callable[[Annotation, int, int], Edit]] = [
    lambda a, f, _: te.set_shape(a, f, B),
    lambda a, f, _: te.add_keyframe(a, f),
    lambda a, f, _: te.remove_keyframe(a, f),
    te.move_keyframe,
    lambda a, f, _: te.toggle_outside(a, f),
    lambda a, f, g: te.set_occluded(a, f, occluded=g % 2 == 0),
    lambda a, f, g: te.set_key_attribute(a, f, "colour", g),
    lambda a, _, g: te.set_attribute_everywhere(a, "colour", g),
    te.propagate,
    lambda a, _, g: te.simplify(a, g),
    lambda a, f, _: te.split(a, f),
    lambda a, f, _: te.trim_before(a, f),
    lambda a, f, _: te.trim_after(a, f),
    te.delete_range,
    lambda a, f, g: te.shift(a, f - g),
    lambda a, f, _: te.paste_at(a, 7, 6, f, offset=(1, 1)),
    lambda a, _f, _g: te.relabel([a], CAR),
    lambda a, f, _: te.shape_from_track(a, f),
    lambda a, f, _: te.join(a, replace(mark(Keyframe(f, A)), id=2)),
    lambda a, f, _: te.join(a, replace(mark(Keyframe(f, A)), id=2), fill=True),
]


@given(marks(), st.sampled_from(VERBS), frames, frames)
def test_every_verb_leaves_valid_tracks(
    before: Annotation, verb: Callable[..., Edit], frame: int, other: int
) -> None:
    try:
        edit = verb(before, frame, other)
    except UserError:
        return
    assert edit.name
    for change in edit.changes:
        # Undo puts `before` back: it must be what was there.
        assert change.before is None or change.before.id == 2 or change.before == before
        if change.after is not None:
            assert problems_of(change.after) == ()
            if isinstance(change.after, Annotation) and change.before is not None:
                assert change.after.status is not AnnotationStatus.SUGGESTED


def same(one: Shape | None, other: Shape | None) -> bool:
    if one is None or other is None:
        return one is other
    # Rings of unequal numbers of points are matched anew at a new keyframe.
    return distance(one, other) < 1e-6 or type(one).__name__ in ("Polygon", "Polyline")


@given(marks(), frames)
def test_a_split_shows_the_same_in_two_tracks(before: Annotation, at: int) -> None:
    try:
        first, second = made(te.split(before, at))
    except UserError:
        return
    old = shown(te.track_of(before))
    one, two = shown(te.track_of(first)), shown(te.track_of(second))
    assert all(x is None for x in one[at:])
    assert all(x is None for x in two[:at])
    assert all(map(same, old, [*one[:at], *two[at:]]))
    assert first.id == before.id != second.id


@given(marks(), frames, frames)
def test_a_deleted_range_is_not_seen_and_the_rest_is(
    before: Annotation, start: int, stop: int
) -> None:
    old = te.track_of(before)
    edit = te.delete_range(before, start, stop)
    after = old if not edit.changes else None
    if made(edit):
        after = track(edit)
    for frame in range(LAST + 2):
        seen = after is not None and is_seen(after, frame)
        assert seen == (is_seen(old, frame) and not start <= frame < stop)
        if seen and after is not None:
            assert same(geometry_at(after, frame), geometry_at(old, frame))


def test_a_shape_at_a_frame_is_a_keyframe_and_seen() -> None:
    edit = te.set_shape(line(), 5, Box(7, 7, 1, 1))
    assert edit.name == "Change track"
    assert [k.frame for k in track(edit).keyframes] == [0, 5, 10]
    early = te.set_shape(mark(Keyframe(4, A)), 2, B)
    assert track(early).keyframes == (Keyframe(2, B), Keyframe(4, A))
    gone = mark(Keyframe(0, A), Keyframe(3, A, outside=True))
    assert is_seen(track(te.set_shape(gone, 6, B)), 6)
    assert te.set_shape(line(), 0, A).changes == ()


def test_outside_is_set_at_a_frame_and_taken_back() -> None:
    ended = made(te.toggle_outside(line(), 5))[0]
    keys = te.track_of(ended).keyframes
    assert keys[1] == Keyframe(5, Box(20, 0, 10, 10), outside=True)
    again = te.toggle_outside(ended, 7)
    assert again.name == "Show track"
    assert [is_seen(track(again), f) for f in (4, 5, 6, 7)] == [
        True, False, False, True
    ]  # fmt: skip


def test_the_last_keyframe_takes_the_track_with_it() -> None:
    edit = te.remove_keyframe(mark(Keyframe(3, A)), 3)
    assert [c.after for c in edit.changes] == [None]
    with pytest.raises(UserError, match="keyframe"):
        te.remove_keyframe(line(), 4)


def test_attributes_of_keyframes_and_of_the_track() -> None:
    hidden = made(te.set_occluded(line(), 4, occluded=True))[0]
    assert [dict(k.attributes) for k in te.track_of(hidden).keyframes] == [
        {}, {"occluded": True}, {}
    ]  # fmt: skip
    everywhere = made(te.set_attribute_everywhere(hidden, "occluded", value=False))[0]
    assert dict(everywhere.attributes) == {"occluded": False}
    assert not any(k.attributes for k in te.track_of(everywhere).keyframes)


def test_holding_drops_the_keyframes_on_the_way() -> None:
    edit = te.propagate(mark(Keyframe(0, A), Keyframe(2, B), Keyframe(9, B)), 0, 3)
    assert track(edit).keyframes == (Keyframe(0, A), Keyframe(3, A), Keyframe(9, B))
    assert edit.name == "Hold track for 3 frames"


def test_tracks_are_joined_over_a_gap_and_take_relations_along() -> None:
    one, two = mark(Keyframe(0, A)), mark(Keyframe(9, B), id_=2)
    arcs = [
        Relation(id=8, item_id=7, annotator_id=5, head_id=2, tail_id=3),
        Relation(id=9, item_id=7, annotator_id=5, head_id=1, tail_id=2),
    ]
    edit = te.join(one, two, arcs)
    gap = Keyframe(1, A, outside=True)
    assert track(edit).keyframes == (Keyframe(0, A), gap, Keyframe(9, B))
    arcs_after = [c.after for c in edit.changes[1:]]
    assert arcs_after == [replace(arcs[0], head_id=1), None, None]
    filled = te.join(two, one, fill=True)
    assert track(filled).keyframes == (Keyframe(0, A), Keyframe(9, B))
    with pytest.raises(UserError, match="ends before"):
        te.join(line(), mark(Keyframe(5, A), id_=2))


@given(st.lists(st.integers(1, 5), min_size=1, max_size=8), st.floats(0, 3))
def test_a_thinned_track_shows_the_same_within_the_tolerance(
    gaps: list[int], tolerance: float
) -> None:
    at, keys = 0, []
    for n, gap in enumerate(gaps):
        keys.append(Keyframe(at, Box(at * 2.0 + n % 2, 0, 10, 10)))
        at += gap
    edit = te.simplify(mark(*keys), tolerance)
    after = track(edit) if edit.changes else Track(tuple(keys))
    for key in keys:
        found = geometry_at(after, key.frame)
        assert found is not None
        assert distance(found, key.geometry) <= tolerance + 1e-9


def test_thinning_keeps_ends_and_changes() -> None:
    even = [Keyframe(f, Box(f, 0, 5, 5)) for f in range(10)]
    assert [k.frame for k in track(te.simplify(mark(*even), 0)).keyframes] == [0, 9]
    even[4] = replace(even[4], attributes={"occluded": True})
    thinned = track(te.simplify(mark(*even), 0))
    assert [k.frame for k in thinned.keyframes] == [0, 4, 5, 9]


def test_a_shape_becomes_a_track_and_a_track_a_shape() -> None:
    shape = Annotation(id=1, item_id=7, annotator_id=5, geometry=A, frame=6)
    tracked = made(te.track_from_shape(shape))[0]
    assert (tracked.frame, tracked.geometry) == (None, Track((Keyframe(6, A),)))
    assert made(te.shape_from_track(tracked, 6)) == [shape]
    with pytest.raises(UserError, match="seen"):
        te.shape_from_track(tracked, 2)
    copies = made(te.copy_to_frames(shape, 5, 3))
    assert [(c.frame, c.geometry) for c in copies] == [(7, A), (8, A), (9, A)]
    with pytest.raises(UserError, match="10,000"):
        te.copy_to_frames(shape, 5, 10**9)


def test_a_track_moves_in_time_and_is_pasted_at_a_frame() -> None:
    assert [k.frame for k in track(te.shift(line(), 3)).keyframes] == [3, 13]
    with pytest.raises(UserError, match="first frame"):
        te.shift(line(), -1)
    pasted = te.paste_at(line(), 8, 6, 20)
    (copy,) = made(pasted)
    assert [k.frame for k in te.track_of(copy).keyframes] == [20, 30]
    assert (copy.item_id, copy.annotator_id) == (8, 6)


@given(marks(), marks(), frames)
def test_swapped_tracks_change_places_from_a_frame_on(
    first: Annotation, second: Annotation, frame: int
) -> None:
    second = replace(second, id=2)
    try:
        edit = te.swap_from(first, second, frame)
    except UserError:
        return
    one, other = made(edit)
    assert (one.label_id, one.attributes) == (first.label_id, first.attributes)
    for keeps, takes, after in ((first, second, one), (second, first, other)):
        assert problems_of(after) == ()
        for place, seen in enumerate(shown(te.track_of(after))):
            held = te.track_of(keeps if place < frame else takes)
            meant = geometry_at(held, place)
            assert (seen is None) == (meant is None)
            assert seen is None or meant is None or distance(seen, meant) < 1e-6


def test_what_was_swapped_twice_is_as_it_was() -> None:
    other = replace(mark(Keyframe(4, B)), id=2)
    once = made(te.swap_from(line(), other, 6))
    twice = made(te.swap_from(once[0], once[1], 6))
    for before, after in zip((line(), other), twice, strict=True):
        assert shown(te.track_of(after)) == shown(te.track_of(before))


def test_nothing_is_swapped_with_itself_or_with_nothing() -> None:
    with pytest.raises(UserError, match="two tracks"):
        te.swap_from(line(), line(), 5)
    late = replace(mark(Keyframe(20, B)), id=2)
    gone = mark(Keyframe(0, A), Keyframe(5, A, outside=True))
    with pytest.raises(UserError, match="Go to a frame"):
        te.swap_from(gone, late, 10)


def test_tracks_have_numbers_of_their_own() -> None:
    (numbered,) = made(te.set_number(line(), 7, []))
    assert number_of(numbered) == 7
    other = replace(line(), id=2)
    with pytest.raises(UserError, match="number 7"):
        te.set_number(other, 7, [numbered, other])
    (taken,) = made(te.set_number(numbered, 0, [numbered]))
    assert number_of(taken) is None
    parts = made(te.split(numbered, 5))
    assert [number_of(part) for part in parts] == [7, None]
    (copy,) = made(te.paste_at(numbered, 7, 5, 20))
    assert number_of(copy) is None
    (shape,) = made(te.shape_from_track(numbered, 5))
    assert number_of(shape) is None


def test_a_joined_track_keeps_the_number_that_there_is() -> None:
    early = mark(Keyframe(0, A))
    (late,) = made(te.set_number(replace(mark(Keyframe(9, B)), id=2), 7, []))
    assert number_of(made(te.join(early, late))[0]) == 7
    (own,) = made(te.set_number(early, 3, []))
    assert number_of(made(te.join(own, late))[0]) == 3


def test_what_becomes_a_track_gets_the_smallest_free_number() -> None:
    (one,) = made(te.set_number(line(), 1, []))
    (three,) = made(te.set_number(replace(line(), id=3), 3, []))
    there = [one, three]
    edit = te.numbered(te.split(one, 5), lambda: there)
    assert [number_of(part) for part in made(edit)] == [1, 2]
    tag = replace(mark(Keyframe(0, Whole())), id=9)
    plain = edits.add([tag])
    assert te.numbered(plain, lambda: there) is plain
    bare = [replace(line(), id=5), three, replace(line(), id=6)]
    (first, second) = made(te.number_all(bare, [*there, *bare]))
    assert [number_of(first), number_of(second)] == [2, 4]


def test_a_label_of_the_picture_is_not_joined_with_a_shape() -> None:
    tag = replace(mark(Keyframe(20, Whole())), id=2)
    ended = mark(Keyframe(0, A), Keyframe(5, A, outside=True))
    with pytest.raises(UserError, match="whole picture"):
        te.join(ended, tag)
