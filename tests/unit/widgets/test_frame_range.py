"""A selected range of frames."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annolab.widgets.frame_range import FrameRange

FRAMES = st.integers(-5, 40)


def _range(count: int = 30) -> FrameRange:
    made = FrameRange()
    made.set_film(count)
    return made


def test_a_start_alone_goes_to_the_end_and_an_end_alone_from_the_start() -> None:
    marked = _range()
    marked.begin_at(10)
    assert marked.span == (10, 30)
    marked.end_at(19)
    assert marked.span == (10, 20)
    marked.clear()
    marked.end_at(4)
    assert marked.span == (0, 5)


def test_an_end_before_the_start_begins_anew() -> None:
    marked = _range()
    marked.select(10, 19)
    marked.end_at(5)
    assert marked.span == (0, 6)
    marked.begin_at(8)
    assert marked.span == (8, 30)


def test_another_film_has_no_range_and_only_changes_are_told() -> None:
    marked, told = _range(), []
    marked.changed.connect(lambda: told.append(marked.span))
    marked.select(3, 3)
    marked.select(3, 3)
    marked.set_film(5)
    marked.clear()
    assert told == [(3, 4), None]


@given(st.integers(0, 30), st.lists(st.tuples(st.booleans(), FRAMES), max_size=6))
def test_a_range_is_never_empty_and_within_the_film(
    count: int, steps: list[tuple[bool, int]]
) -> None:
    marked = _range(count)
    for begins, frame in steps:
        (marked.begin_at if begins else marked.end_at)(frame)
        if marked.span is not None:
            assert 0 <= marked.span[0] < marked.span[1] <= count
