"""The tree of heights says what adding up says."""

from __future__ import annotations

from bisect import bisect_right
from itertools import accumulate

from hypothesis import given
from hypothesis import strategies as st

from annolab.widgets.text_heights import Heights

SIZES = st.lists(st.integers(1, 50), max_size=70)
CHANGES = st.lists(st.tuples(st.integers(0, 69), st.integers(1, 90)), max_size=30)


@given(SIZES, CHANGES)
def test_tops_and_places_are_those_of_the_sums(
    sizes: list[int], changes: list[tuple[int, int]]
) -> None:
    heights = Heights(sizes)
    for part, height in changes:
        if part < len(sizes):
            assert heights.set(part, height) == height - sizes[part]
            sizes[part] = height
    tops = [0, *accumulate(sizes)]
    assert heights.total == tops[-1]
    assert [heights.top(part) for part in range(len(sizes) + 1)] == tops
    assert [heights[part] for part in range(len(sizes))] == sizes
    for y in range(tops[-1]):
        assert heights.at(y) == bisect_right(tops, y) - 1
        assert heights.at(y + 0.5) == bisect_right(tops, y) - 1


def test_beside_all_parts_are_the_first_and_the_last() -> None:
    heights = Heights([3, 4, 5])
    assert (heights.at(-7), heights.at(12), heights.at(900)) == (0, 2, 2)
    assert Heights().at(4) == -1
    assert Heights().total == 0


def test_no_part_is_without_height() -> None:
    heights = Heights([0, 4])
    heights.set(1, -3)
    assert (heights[0], heights[1], heights.total) == (1, 1, 2)
