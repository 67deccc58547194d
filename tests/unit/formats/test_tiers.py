"""Texts with gaps become tiers without gaps."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from annolab.formats.base import Severity
from annolab.formats.ticks import seconds_of, span_in_ticks, ticks_of
from annolab.formats.tiers import MOST_TIERS, Piece, filled

TIMES = st.integers(-20, 200).map(lambda n: n / 10)
PIECES = st.lists(
    st.tuples(TIMES, TIMES).map(lambda x: Piece(min(x), max(x), "a")), max_size=30
)


@given(PIECES, st.none() | TIMES)
def test_every_tier_is_without_gaps_and_nothing_is_lost(
    pieces: list[Piece], length: float | None
) -> None:
    tiers, rest = filled(pieces, length)
    assert not rest
    for tier in tiers:
        assert tier[0].start <= 0
        assert all(a.stop == b.start for a, b in pairwise(tier))
        assert length is None or tier[-1].stop >= length
    found = [piece for tier in tiers for piece in tier if piece.text]
    assert sorted(map(repr, found)) == sorted(map(repr, pieces))


def test_there_are_not_more_tiers_than_can_be_looked_at() -> None:
    tiers, rest = filled([Piece(0, 1, str(n)) for n in range(1000)], 2)
    assert len(tiers) == MOST_TIERS
    assert len(rest) == 1000 - MOST_TIERS


@given(st.integers(0, 10**15), st.sampled_from((1000, 10_000_000)))
def test_counts_of_steps_come_back(ticks: int, per_second: int) -> None:
    assert ticks_of(seconds_of(ticks, per_second), per_second) == ticks


def test_what_is_rounded_is_said() -> None:
    said: list[Severity] = []
    span = span_in_ticks(0.1, 0.1001, 1000, lambda _, how: said.append(how))
    assert span == (100, 101)
    assert said == [Severity.LOSS, Severity.LOSS]
