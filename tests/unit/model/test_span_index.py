"""The index finds what a search through all spans finds."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annolab.model.span_index import Pieces, SpanIndex

# Around the sizes of buckets of three levels, and short ones.
OFFSETS = st.one_of(
    st.integers(0, 40),
    st.integers(1000, 1050),
    st.integers(64 * 1024 - 3, 64 * 1024 + 3),
    st.integers(0, 10_000_000),
)


@st.composite
def pieces(draw: st.DrawFn) -> Pieces:
    """One to three pieces, sorted, not touching, none empty."""
    count = draw(st.integers(1, 3))
    ends = draw(st.lists(OFFSETS, min_size=2 * count, max_size=2 * count, unique=True))
    ends.sort()
    return tuple(zip(ends[::2], ends[1::2], strict=True))


SPANS = st.dictionaries(st.integers(0, 30), pieces(), max_size=25)
CHANGES = st.lists(
    st.tuples(st.integers(0, 30), st.one_of(st.none(), pieces())), max_size=20
)


def _searched(spans: dict[int, Pieces], start: int, stop: int) -> list[int]:
    found = [
        (parts[0][0], -parts[-1][1], id_)
        for id_, parts in spans.items()
        if any(max(low, start) < min(high, stop) for low, high in parts)
    ]
    return [id_ for _, _, id_ in sorted(found)]


@given(SPANS, CHANGES, OFFSETS, OFFSETS)
def test_a_window_has_the_spans_that_a_search_finds(
    spans: dict[int, Pieces],
    changes: list[tuple[int, Pieces | None]],
    one: int,
    other: int,
) -> None:
    index = SpanIndex(spans.items())
    for id_, parts in changes:
        if parts is None:
            assert index.remove(id_) == spans.pop(id_, ())
        else:
            index.insert(id_, parts)
            spans[id_] = parts
    start, stop = sorted((one, other))
    assert len(index) == len(spans)
    assert index.within(start, stop) == _searched(spans, start, stop)
    assert index.within(0, 20_000_000) == _searched(spans, 0, 20_000_000)


@given(SPANS)
def test_an_index_with_everything_removed_holds_nothing(
    spans: dict[int, Pieces],
) -> None:
    index = SpanIndex(spans.items())
    for id_ in spans:
        index.remove(id_)
    assert len(index) == 0
    assert index.within(0, 20_000_000) == []
    assert not any(index._levels)


def test_the_innermost_span_comes_first() -> None:
    index = SpanIndex([(1, ((0, 20),)), (2, ((4, 8),)), (3, ((2, 12),))])
    assert index.at(5) == [2, 3, 1]
    assert index.at(8) == [3, 1]
    assert index.at(19) == [1]
    assert index.at(20) == []


def test_a_gap_of_a_span_is_not_the_span() -> None:
    index = SpanIndex([(7, ((0, 4), (10, 12)))])
    assert index.within(4, 10) == []
    assert index.within(3, 5) == [7]
    assert 7 in index
    assert index.pieces(7) == ((0, 4), (10, 12))
    assert index.pieces(8) == ()


def test_an_empty_stretch_has_no_span() -> None:
    assert SpanIndex([(1, ((0, 9),))]).within(4, 4) == []
