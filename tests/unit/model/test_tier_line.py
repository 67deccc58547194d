"""Marks of a tier are found by time, and a changed line is as if read anew."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Geometry, Instant, Interval, TimeBox
from annolab.model.tier_line import TierLine, lanes, span_of

# Few times, so that marks begin and end together; 0.1 + 0.2 is not 0.3.
TIMES = st.sampled_from([0.0, 0.1, 0.1 + 0.2, 0.3, 0.5, 1.0, 7.25])


def mark(id_: int, geometry: Geometry) -> Annotation:
    return Annotation(id=id_, item_id=1, annotator_id=1, geometry=geometry, tier_id=1)


@st.composite
def timed(draw: st.DrawFn) -> Geometry:
    start, stop = sorted((draw(TIMES), draw(TIMES)))
    made: list[Geometry] = [Instant(start), Box(0, 0, 1, 1)]
    if stop > start:
        made += [Interval(start, stop), TimeBox(start, stop, 1, 2)]
    return draw(st.sampled_from(made))


@st.composite
def marks(draw: st.DrawFn, most: int = 12) -> list[Annotation]:
    ids = draw(st.lists(st.integers(1, 15), unique=True, max_size=most))
    return [mark(id_, draw(timed())) for id_ in ids]


CUTS = st.lists(st.floats(0, 9, allow_subnormal=False), max_size=30, unique=True)


def gapless(times: list[float]) -> TierLine:
    """Intervals between all of these times, 0 and 10."""
    edges = sorted({0.0, *(abs(time) for time in times), 10.0})
    return TierLine.of(
        mark(n, Interval(start, stop))
        for n, (start, stop) in enumerate(pairwise(edges), 1)
    )


def assert_same(line: TierLine, wanted: TierLine) -> None:
    assert line.marks == wanted.marks
    assert line.starts.tolist() == wanted.starts.tolist()
    assert line.stops.tolist() == wanted.stops.tolist()


@given(marks(), st.lists(st.integers(1, 15)), marks())
def test_a_changed_line_is_that_of_the_changed_marks(
    held: list[Annotation], gone: list[int], new: list[Annotation]
) -> None:
    line = TierLine.of(held)
    left = {a.id: a for a in held if a.id not in gone}
    # A mark that is changed to one without a time is no longer on the line.
    left |= {a.id: a for a in new}
    ids_gone = [*gone, *(a.id for a in new if span_of(a) is None)]
    assert_same(line.changed(ids_gone, new), TierLine.of(left.values()))


@given(marks())
def test_what_lies_in_time_is_on_the_line_in_order(held: list[Annotation]) -> None:
    line = TierLine.of(held)
    wanted = [a for a in held if span_of(a) is not None]
    assert sorted(a.id for a in line.marks) == sorted(a.id for a in wanted)
    assert [span_of(a) for a in line.marks] == [
        (float(start), float(stop))
        for start, stop in zip(line.starts, line.stops, strict=True)
    ]
    assert list(line.starts) == sorted(line.starts)
    for place, held_mark in enumerate(line.marks):
        assert line.place(held_mark.id) == place
    assert line.place(99) == -1


@given(CUTS, st.floats(-1, 11))
def test_every_time_is_in_the_interval_that_holds_it(
    cuts: list[float], time: float
) -> None:
    line = gapless(cuts)
    held = line.at(time)
    if not 0 <= time <= 10:
        assert held is None
        return
    assert held is not None
    start, stop = span_of(held) or (0, 0)
    assert start <= time <= stop
    assert time < stop or time == 10.0  # a boundary belongs to the later one


@given(CUTS)
def test_beside_a_boundary_are_its_two_intervals_and_no_others(
    cuts: list[float],
) -> None:
    line = gapless(cuts)
    for left, right in pairwise(line.marks):
        time = (span_of(right) or (0, 0))[0]
        assert line.beside(time) == (left, right)
        assert line.at(time) is right
        later = float(np.nextafter(time, 20))
        assert later in line.times() or line.beside(later) == (None, None)
    assert line.beside(0.0) == (None, line.marks[0])
    assert line.beside(10.0) == (line.marks[-1], None)


@given(CUTS, st.floats(-1, 11))
def test_the_nearest_is_the_nearest(cuts: list[float], time: float) -> None:
    line = gapless(cuts)
    times = line.times()
    near = line.nearest(time)
    assert near in times
    assert near is not None
    assert abs(near - time) == np.abs(times - time).min()
    inner = line.nearest(time, within=(0.0, 10.0))
    if len(times) == 2:
        assert inner is None
    else:
        assert inner in times[1:-1]
        assert inner is not None
        assert abs(inner - time) == np.abs(times[1:-1] - time).min()


@given(CUTS, st.floats(0, 10), st.floats(0, 10))
def test_seen_are_the_marks_that_touch_the_window(
    cuts: list[float], one: float, other: float
) -> None:
    line = gapless(cuts)
    low, high = sorted((one, other))
    seen = {line.marks[place].id for place in line.seen(low, high)}
    for held in line.marks:
        start, stop = span_of(held) or (0, 0)
        if start < high and stop > low:
            assert held.id in seen
        if start > high or stop < low:
            assert held.id not in seen


def test_a_point_is_found_at_its_time_and_not_beside_it() -> None:
    line = TierLine.of(mark(n, Instant(time)) for n, time in enumerate((1.0, 2.0, 3.0)))
    assert [line.at(time) for time in (1.0, 2.0, 3.0)] == list(line.marks)
    assert line.at(1.5) is None
    assert line.beside(2.0) == (line.marks[1], line.marks[1])
    assert line.nearest(2.4) == 2.0
    assert TierLine.of(()).nearest(1.0) is None
    assert TierLine.of(()).at(1.0) is None


@given(marks())
def test_in_its_lane_no_mark_lies_over_another(held: list[Annotation]) -> None:
    line = TierLine.of(held)
    placed = dict(zip(line.ids.tolist(), lanes(line).tolist(), strict=True))
    wanted = [a for a in held if span_of(a) is not None]
    assert placed.keys() == {a.id for a in wanted}
    for one in wanted:
        for other in wanted:
            if one.id < other.id and placed[one.id] == placed[other.id]:
                (a, b), (c, d) = span_of(one) or (0, 0), span_of(other) or (0, 0)
                assert b <= c or d <= a
    assert set(placed.values()) == set(range(len(set(placed.values()))))
