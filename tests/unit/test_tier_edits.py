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
    assert tier_edits.limits([words], time) == (0.0, 1.0)


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
        near = line.nearest(time, inner=True)
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
