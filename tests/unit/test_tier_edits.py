"""Whatever is done to a tier, it stays a gapless partition, and undo restores it."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import replace
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab import tier_edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Instant, Interval, TimeBox
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind
from annolab.model.substitution import Substitution
from annolab.model.tier_line import TierLine, lanes
from annolab.model.tier_room import Room

WORDS = Tier(id=1, name="words", kind=TierKind.INTERVAL)
EVENTS = Tier(id=2, name="events", kind=TierKind.POINT, position=1)
SOUND = Item(id=7, path="a.wav", media=Media.AUDIO, length=10.0, tiers=(1, 2))
ME = 5


def interval(start: float, stop: float, text: str = "", id_: int = 0) -> Annotation:
    return Annotation(
        id=id_ or hash((start, stop)) % 10**9,
        item_id=7,
        annotator_id=ME,
        geometry=Interval(start, stop),
        tier_id=1,
        text=text or None,
    )


def point(time: float, text: str = "") -> Annotation:
    return Annotation(
        id=hash(("p", time)) % 10**9,
        item_id=7,
        annotator_id=ME,
        geometry=Instant(time),
        tier_id=2,
        text=text or None,
    )


def applied(line: TierLine, edit: Edit, *, back: bool = False) -> TierLine:
    """The line after an edit, or before it again."""
    pairs = [(c.after, c.before) if back else (c.before, c.after) for c in edit.changes]
    gone = [a.id for a, _ in pairs if isinstance(a, Annotation)]
    new = [b for _, b in pairs if isinstance(b, Annotation)]
    return line.changed(gone, new)


def spans(line: TierLine) -> list[tuple[float, float, str]]:
    return [
        (a.geometry.start, a.geometry.stop, a.text or "")
        for a in line.marks
        if isinstance(a.geometry, Interval)
    ]


def same(line: TierLine, other: TierLine) -> bool:
    return line.marks == other.marks and line.starts.tolist() == other.starts.tolist()


def whole() -> TierLine:
    return TierLine.of([interval(0.0, 10.0, "abc", 100)])


def test_a_boundary_splits_text_at_the_caret_and_joining_brings_it_back() -> None:
    line = whole()
    edit = tier_edits.add_boundary(WORDS, line, 7, 4.0, ME, caret=1)
    split = applied(line, edit)
    assert spans(split) == [(0.0, 4.0, "a"), (4.0, 10.0, "bc")]
    left, right = split.beside(4.0)
    assert left is not None
    assert right is not None
    joined = applied(split, tier_edits.remove_boundary(left, right))
    assert spans(joined) == [(0.0, 10.0, "abc")]
    equal = tier_edits.remove_boundary(interval(0, 1, "x", 1), interval(1, 2, "x", 2))
    (after,) = [c.after for c in equal.changes if isinstance(c.after, Annotation)]
    assert after.text == "x"


def test_a_boundary_where_there_is_one_is_refused() -> None:
    line = applied(whole(), tier_edits.add_boundary(WORDS, whole(), 7, 4.0, ME))
    for time in (0.0, 4.0, 10.0, 11.0, -1.0):
        with pytest.raises(UserError):
            tier_edits.add_boundary(WORDS, line, 7, time, ME)
    events = TierLine.of([point(3.0)])
    with pytest.raises(UserError):
        tier_edits.add_boundary(EVENTS, events, 7, 3.0, ME)


def test_an_interval_of_a_selection_and_on_all_tiers() -> None:
    edit = tier_edits.add_interval(WORDS, whole(), 7, (2.0, 3.0), ME)
    line = applied(whole(), edit)
    assert [s[:2] for s in spans(line)] == [(0.0, 2.0), (2.0, 3.0), (3.0, 10.0)]
    assert same(applied(line, edit, back=True), whole())
    events = TierLine.of([point(2.0)])
    both = tier_edits.add_boundaries([(WORDS, whole()), (EVENTS, events)], 7, 2.0, ME)
    assert len(both.changes) == 2  # the point is there already
    with pytest.raises(UserError):
        tier_edits.add_interval(WORDS, line, 7, (2.0, 3.0), ME)


def test_shift_drag_moves_what_is_at_exactly_the_same_time() -> None:
    time = 0.1 + 0.2
    words = TierLine.of([interval(0, time, "a", 1), interval(time, 1, "b", 2)])
    phones = TierLine.of([interval(0, 0.3, "c", 3), interval(0.3, 1, "d", 4)])
    events = TierLine.of([point(time)])
    edit = tier_edits.move_boundary([words, events], time, 0.5)
    assert {c.entity.id for c in edit.changes} == {1, 2, point(time).id}
    assert tier_edits.move_boundary([phones], 0.3, 0.5).changes
    with pytest.raises(UserError, match="neighbours"):
        tier_edits.move_boundary([words], time, 1.0)
    with pytest.raises(UserError, match="ends"):
        tier_edits.move_boundary([words], 0.0, 0.1)
    assert tier_edits.room([words], time) == Room(0.0, 1.0)


def test_what_ends_where_another_tier_has_a_boundary_stays() -> None:
    """Praat moves inner boundaries only; so two tiers of one sound stay as long."""
    words = TierLine.of([interval(0, 6, "a", 1), interval(6, 10, "b", 2)])
    short = TierLine.of([interval(2, 4, "c", 3), interval(4, 6, "d", 4)])
    late = TierLine.of([interval(6, 8, "e", 5), interval(8, 9, "f", 6)])
    edit = tier_edits.move_boundary([words, short, late], 6.0, 4.5, length=10.0)
    assert {c.entity.id for c in edit.changes} == {1, 2}
    # The end that is dragged itself, beside a gap, does move, and so does the rest.
    edit = tier_edits.move_boundary([short, words, late], 6.0, 4.5, length=10.0)
    assert {c.entity.id for c in edit.changes} == {1, 2, 4}
    with pytest.raises(UserError, match="ends"):
        tier_edits.move_boundary([words, short], 10.0, 9.0, length=10.0)


def test_edges_beside_gaps_move_down_to_their_neighbours() -> None:
    line = TierLine.of(
        [interval(1, 2, "a", 1), interval(4, 5, "b", 2), interval(5, 7, "c", 3)]
    )
    rooms = {
        1.0: Room(0.0, 2.0, low_taken=False),
        2.0: Room(1.0, 4.0, high_taken=False),
        4.0: Room(2.0, 5.0, low_taken=False),
        5.0: Room(4.0, 7.0),
        7.0: Room(5.0, 10.0, high_taken=False),
    }
    for time, held in rooms.items():
        assert tier_edits.room([line], time, 10.0) == held
        for to in (held.low, held.high):
            taken = held.low_taken if to == held.low else held.high_taken
            if taken:
                with pytest.raises(UserError, match="neighbours"):
                    tier_edits.move_boundary([line], time, to, length=10.0)
            else:
                tier_edits.move_boundary([line], time, to, length=10.0)
    edit = tier_edits.move_boundary([line], 4.0, 2.0, length=10.0)
    assert [s[:2] for s in spans(applied(line, edit))] == [(1, 2), (2, 5), (5, 7)]


def test_points_may_pass_each_other_and_not_meet() -> None:
    events = TierLine.of([point(1.0, "a"), point(2.0, "b")])
    edit = tier_edits.move_boundary([events], 1.0, 3.0)
    assert [a.text for a in applied(events, edit).marks] == ["b", "a"]
    with pytest.raises(UserError):
        tier_edits.move_boundary([events], 1.0, 2.0)


def test_rubber_band_scales_both_sides_of_what_is_dragged() -> None:
    line = TierLine.of(
        [
            interval(0, 2, "", 1), interval(2, 4, "", 2), interval(4, 6, "", 3),
            interval(6, 10, "", 4),
        ]
    )  # fmt: skip
    edit = tier_edits.stretch([line], (1.0, 9.0), 4.0, 7.0)
    assert [s[:2] for s in spans(applied(line, edit))] == [
        (0, 3.0), (3.0, 7.0), (7.0, 7.8), (7.8, 10)
    ]  # fmt: skip
    for to in (9.0, 1.0, 0.5, 11.0):
        with pytest.raises(UserError, match="leave"):
            tier_edits.stretch([line], (1.0, 9.0), 4.0, to)


def test_a_rubber_band_that_would_make_times_equal_is_refused() -> None:
    near = 2.0 + 2**-50
    line = TierLine.of(
        [
            interval(0, 2, "", 1), interval(2, near, "", 2), interval(near, 4, "", 3),
            interval(4, 10, "", 4),
        ]
    )  # fmt: skip
    with pytest.raises(UserError, match="less"):
        tier_edits.stretch([line], (1.0, 9.0), 4.0, 1.5)


def test_locked_marks_are_spared() -> None:
    left, right = interval(0, 4, "a", 1), replace(interval(4, 10, "b", 2), locked=True)
    line = TierLine.of([left, right])
    refusals: tuple[Callable[[], object], ...] = (
        lambda: tier_edits.move_boundary([line], 4.0, 5.0),
        lambda: tier_edits.remove_boundary(left, right),
        lambda: tier_edits.add_boundary(WORDS, line, 7, 6.0, ME),
        lambda: tier_edits.add_interval(WORDS, line, 7, (6.0, 7.0), ME),
        lambda: tier_edits.stretch([line], (1.0, 9.0), 4.0, 5.0),
        lambda: tier_edits.remove_tier(SOUND, WORDS, line),
    )
    for refused in refusals:
        with pytest.raises(UserError, match="locked"):
            refused()
    assert (
        tier_edits.replace_text(line.marks, Substitution("[ab]", "x", expression=True))[
            1
        ]
        == 1
    )


def test_a_boundary_in_a_gap_fills_the_gap() -> None:
    line = TierLine.of([interval(1, 2, "a", 1), interval(4, 5, "b", 2)])
    for time, made in (
        (0.5, [(0, 0.5), (0.5, 1)]), (3, [(2, 3), (3, 4)]), (8, [(5, 8), (8, 10)])
    ):  # fmt: skip
        edit = tier_edits.add_boundary(WORDS, line, 7, time, ME, length=10.0)
        after = {s[:2] for s in spans(applied(line, edit))}
        assert after == {(1, 2), (4, 5), *made}
    with pytest.raises(UserError, match="already"):
        tier_edits.add_boundary(WORDS, line, 7, 2.0, ME, length=10.0)
    with pytest.raises(UserError, match="outside"):
        tier_edits.add_boundary(WORDS, line, 7, 11.0, ME, length=10.0)
    edit = tier_edits.add_boundary(WORDS, TierLine.of([]), 7, 3.0, ME, length=10.0)
    made_now = [a for a in made_of(edit, Annotation) if isinstance(a, Annotation)]
    assert [a.geometry for a in made_now] == [Interval(0, 3), Interval(3, 10)]


def test_tiers_on_a_sound_whose_length_was_an_estimate() -> None:
    bare = replace(SOUND, length=None)
    edit, _ = tier_edits.add_tier(
        Schema(), bare, "words", TierKind.INTERVAL, ME, length=9.5
    )
    (mark,) = made_of(edit, Annotation)
    assert isinstance(mark, Annotation)
    assert mark.geometry == Interval(0.0, 9.5)
    ours = TierLine.of([interval(0, 3, "", 1), interval(3, 9.5, "", 2)])
    theirs = TierLine.of([interval(0, 9.4, "", 3)])
    events = TierLine.of([point(9.5)])
    edit = tier_edits.fit_length([ours, theirs, events], 9.5, 9.25)
    (change,) = edit.changes
    assert isinstance(change.after, Annotation)
    assert change.after.geometry == Interval(3, 9.25)
    assert not tier_edits.fit_length([ours], 9.5, 2.0).changes


TIMES = st.floats(0.0, 10.0).map(lambda t: round(t, 2))
VERBS = st.lists(
    st.tuples(st.sampled_from("acmrs"), TIMES, TIMES, st.integers(0, 4)), max_size=25
)


@given(VERBS)
def test_a_tier_stays_a_gapless_partition(
    steps: list[tuple[str, float, float, int]],
) -> None:
    line, done = whole(), []
    for verb, time, other, caret in steps:
        before = line
        near = line.nearest(time, within=(0.0, 10.0))
        try:
            match verb:
                case "a":
                    edit = tier_edits.add_boundary(
                        WORDS, line, 7, time, ME, caret=caret
                    )
                case "c":
                    span = (min(time, other), max(time, other))
                    edit = tier_edits.add_interval(WORDS, line, 7, span, ME)
                case "m" if near is not None:
                    edit = tier_edits.move_boundary([line], near, other)
                case "r" if near is not None:
                    left, right = line.beside(near)
                    assert left is not None
                    assert right is not None
                    edit = tier_edits.remove_boundary(left, right)
                case "s":
                    span = (min(time, other), max(time, other))
                    middle = (span[0] + span[1]) / 2
                    to = span[0] + (span[1] - span[0]) * (caret + 1) / 6
                    edit = tier_edits.stretch([line], span, middle, to)
                case _:
                    continue
        except UserError:
            assert same(line, before)
            continue
        line = applied(line, edit)
        done.append((edit, before))
        found = spans(line)
        assert found[0][0] == 0.0
        assert found[-1][1] == 10.0
        assert all(a[1] == b[0] for a, b in pairwise(found))
        assert all(start < stop for start, stop, _ in found)
    for edit, before in reversed(done):
        line = applied(line, edit, back=True)
        assert same(line, before)


GAPS = st.lists(TIMES, min_size=2, max_size=12, unique=True).flatmap(
    lambda times: st.tuples(
        st.just(sorted(times)),
        st.lists(st.booleans(), min_size=len(times), max_size=len(times)),
    )
)
TIERS = st.lists(GAPS, min_size=1, max_size=3)
NEAR = st.one_of(TIMES, st.integers(0, 35))


def holed(times: list[float], kept: list[bool], id_: int) -> TierLine:
    """A tier with holes where `kept` is false; it may be shorter than the sound."""
    pairs = zip(pairwise(times), kept, strict=False)
    marks = [
        interval(start, stop, "", id_ + n)
        for n, ((start, stop), keep) in enumerate(pairs)
        if keep
    ]
    return TierLine.of(marks)


@given(TIERS, st.integers(0, 30), NEAR)
def test_dragging_keeps_order_gaps_and_the_ends_of_other_tiers(
    tiers: list[tuple[list[float], list[bool]]], pick: int, near: float
) -> None:
    lines = [holed(*tier, 100 * (n + 1)) for n, tier in enumerate(tiers)]
    own = lines[0]
    edges = [t for t in own.times().tolist() if 0.0 < t < 10.0]
    if not edges:
        return
    time = edges[pick % len(edges)]
    assert own.nearest(time, within=(0.0, 10.0)) == time
    known = sorted({0.0, 10.0, *(t for line in lines for t in line.times().tolist())})
    to = known[near % len(known)] if isinstance(near, int) else near
    room = tier_edits.room(lines, time, 10.0)
    try:
        edit = tier_edits.move_boundary(lines, time, to, length=10.0)
    except UserError:
        assert not room.holds(to)
        return
    assert room.holds(to)
    assert room.holds(room.nearest(to, 0.0) or to)
    for n, line in enumerate(lines):
        own_ids = {mark.id for mark in line.marks}
        changes = [c for c in edit.changes if c.entity.id in own_ids]
        part = Edit(edit.name, tuple(changes))
        after = applied(line, part)
        check_dragged(line, after, (time, to), own=n == 0)
        assert same(applied(after, part, back=True), line)


def check_dragged(
    line: TierLine, after: TierLine, moved: tuple[float, float], *, own: bool
) -> None:
    """Nothing overlaps, nothing has changed places, nothing else has moved."""
    time, to = moved
    assert [m.id for m in after.marks] == [m.id for m in line.marks]
    assert ends(after) == sorted(ends(after))
    assert all(start < stop for start, stop, _ in spans(after))
    inner = time in line.starts and time in line.stops
    outer = len(line) and time in (line.starts[0], line.stops[-1])
    goes = inner or (time in ends(line) and (own or not outer))
    expected = [to if t == time and goes else t for t in ends(line)]
    assert ends(after) == expected


def ends(line: TierLine) -> list[float]:
    return [t for start, stop, _ in spans(line) for t in (start, stop)]


def made_of(edit: Edit, kind: type) -> list[object]:
    return [c.after for c in edit.changes if isinstance(c.after, kind)]


def test_tiers_come_and_go() -> None:
    schema = Schema(tiers=(WORDS, EVENTS))
    edit, tier = tier_edits.add_tier(schema, SOUND, "phones", TierKind.INTERVAL, ME)
    (item,) = made_of(edit, Item)
    assert isinstance(item, Item)
    assert item.tiers == (1, 2, tier.id)
    (mark,) = made_of(edit, Annotation)
    assert isinstance(mark, Annotation)
    assert mark.geometry == Interval(0.0, 10.0)
    bare = Item(id=8, path="b.wav", media=Media.AUDIO, length=1.0)
    edit, tier = tier_edits.add_tier(schema, bare, "words", TierKind.INTERVAL, ME)
    assert tier is WORDS  # the project knows it
    edit, copy = tier_edits.duplicate_tier(schema, SOUND, WORDS, whole(), ME)
    (item,) = made_of(edit, Item)
    assert isinstance(item, Item)
    assert item.tiers == (1, copy.id, 2)
    edit = tier_edits.remove_tier(SOUND, WORDS, whole())
    assert [c.before.id for c in edit.changes if c.after is None and c.before] == [100]
    (item,) = made_of(edit, Item)
    assert isinstance(item, Item)
    assert item.tiers == (2,)
    (change,) = tier_edits.move_tier(SOUND, EVENTS, -1).changes
    assert isinstance(change.after, Item)
    assert change.after.tiers == (2, 1)
    with pytest.raises(UserError):
        tier_edits.add_tier(schema, SOUND, "  ", TierKind.POINT, ME)


def test_a_tier_of_a_film_is_as_long_as_its_seconds() -> None:
    film = Item(id=9, path="c.mp4", media=Media.VIDEO, length=200.0, rate=20.0)
    edit, _ = tier_edits.add_tier(
        Schema(), film, "said", TierKind.INTERVAL, ME, length=10.0
    )
    marks = [c.after for c in edit.changes if isinstance(c.after, Annotation)]
    assert [mark.geometry for mark in marks] == [Interval(0.0, 10.0)]
    unknown, _ = tier_edits.add_tier(Schema(), film, "said", TierKind.INTERVAL, ME)
    assert not [c for c in unknown.changes if isinstance(c.after, Annotation)]


def test_replace_in_many_texts_is_one_edit() -> None:
    marks = [interval(0, 1, "aa", 1), interval(1, 2, "", 2), interval(2, 3, "b", 3)]
    edit, places = tier_edits.replace_text(marks, Substitution("a", ""))
    assert places == 2
    (change,) = edit.changes
    assert isinstance(change.after, Annotation)
    assert change.after.text is None
    empty = Substitution("^$", "sil", expression=True, whole=True)
    edit, places = tier_edits.replace_text(marks, empty)
    assert [c.entity.id for c in edit.changes] == [2]


def test_regions_lie_in_lanes() -> None:
    def region(start: float, stop: float, id_: int) -> Annotation:
        return Annotation(
            id=id_, item_id=7, annotator_id=ME, geometry=TimeBox(start, stop, 0, 1)
        )

    marks: Iterable[Annotation] = [
        region(0, 3, 1), region(1, 2, 2), region(2, 4, 3), region(3, 5, 4)
    ]  # fmt: skip
    line = TierLine.of(marks)
    assert [a.id for a in line.marks] == [1, 2, 3, 4]
    assert lanes(line).tolist() == [0, 1, 1, 0]
