"""Offsets of files, in every unit; pieces; words."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from annolab.formats.base import Severity
from annolab.formats.span_parts import gathered, numbered
from annolab.formats.text_marks import (
    UnitFinder,
    joined,
    read_piece,
    whole,
    written_piece,
)
from annolab.formats.word_spans import words_in
from annolab.model.geometry import Span
from annolab.model.offsets import UNITS, Offsets
from tests.text_strategies import documents


@given(documents(), st.sampled_from(UNITS), st.data())
def test_pieces_come_back_or_are_reported(
    text: str, unit: str, data: st.DataObject
) -> None:
    if not text:
        return
    offsets = Offsets(text)
    start = data.draw(st.integers(0, len(text) - 1))
    stop = data.draw(st.integers(start + 1, len(text)))
    told: list[str] = []

    def say(reason: str, _: Severity) -> None:
        told.append(reason)

    low, high = written_piece(offsets, unit, start, stop, say)
    back = read_piece(offsets, unit, low, high, say)
    assert back is not None
    assert back[0] <= start < stop <= back[1]
    assert (back == (start, stop)) == (not told)


@given(documents(), st.sampled_from(UNITS), st.integers(), st.integers())
def test_any_numbers_give_a_piece_of_the_text_or_nothing(
    text: str, unit: str, start: int, stop: int
) -> None:
    told: list[str] = []
    piece = read_piece(Offsets(text), unit, start, stop, lambda r, _: told.append(r))
    if piece is None:
        assert told
    else:
        assert 0 <= piece[0] < piece[1] <= len(text)


def test_whole_numbers() -> None:
    said = (3, "3", 3.0, True, None, 3.5, "x", "-3", [3], 10**30, float("nan"))
    expected = (3, 3, 3, None, None, None, None, None, None, 10**30, None)
    assert tuple(map(whole, said)) == expected


def test_the_unit_that_fits_is_found_and_remembered() -> None:
    units = UnitFinder(("utf16", "grapheme", "codepoint"))
    text = Offsets("😀 Anna ging")
    assert units.of(text, [(3, 7, None)]) == "utf16"
    assert units.guessed == 1
    assert units.of(text, [(2, 6, "Anna")]) != "utf16"
    assert units.of(Offsets("👩‍👩‍👧 Anna"), [(6, 10, "Anna")]) == "codepoint"
    assert units.found == "codepoint"
    assert units.of(text, [(2, 6, None)]) == "codepoint"
    assert units.guessed == 1


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 9)), min_size=1))
def test_joined_pieces_rise_and_do_not_touch(said: list[tuple[int, int]]) -> None:
    pieces = [(start, start + length) for start, length in said]
    span = joined(pieces)
    covered = {place for start, stop in pieces for place in range(start, stop)}
    assert {n for start, stop in span.pieces for n in range(start, stop)} == covered
    ends = [end for piece in span.pieces for end in piece]
    assert ends == sorted(set(ends))


def test_parts_are_joined_again() -> None:
    spans = [Span(((0, 1), (3, 4))), Span(((2, 3),)), Span(((0, 1), (5, 6)))]
    said = [
        (piece, {"part": part})
        for span, part in numbered(spans)
        for piece in span.pieces
    ]
    assert sorted(x.pieces for x, _ in gathered(said)) == sorted(
        span.pieces for span in spans
    )


@given(documents())
def test_words_rise_and_hold_no_space_at_their_ends(text: str) -> None:
    words = words_in(text)
    ends = [end for piece in words.pieces for end in piece]
    assert ends == sorted(ends)
    assert all(start < stop for start, stop in words.pieces)
    assert words.firsts == sorted(set(words.firsts))
