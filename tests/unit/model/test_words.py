"""Words, sentences and what a selection snaps to."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.model import words

SAYING = "Dr. Who isn't 3.14!  U.S. Marshals came. “Yes?” 你好。ไทย e\u0301 👨‍👩‍👧"


def said(pieces: Iterable[tuple[int, int]]) -> list[str]:
    return [SAYING[start:stop] for start, stop in pieces]


def test_words_are_those_of_a_reader() -> None:
    assert said(words.words(SAYING))[:9] == [
        "Dr", "Who", "isn't", "3.14", "U.S", "Marshals", "came", "Yes", "你",
    ]  # fmt: skip


def test_tokens_are_words_signs_and_emoji() -> None:
    found = said(words.tokens(SAYING))
    assert found[-2:] == ["e\u0301", "👨‍👩‍👧"]
    assert found[:2] == ["Dr", "."]


def test_sentences_end_at_no_abbreviation() -> None:
    assert said(words.sentences(SAYING)) == [
        "Dr. Who isn't 3.14!",
        "U.S. Marshals came.",
        "“Yes?”",
        "你好。",
        SAYING[SAYING.index("ไ") :],
    ]


@pytest.mark.parametrize("cut", [words.graphemes, words.tokens, words.sentences])
@given(text=st.text(max_size=60))
def test_pieces_are_in_order_and_not_empty(
    cut: Callable[[str], Iterator[tuple[int, int]]], text: str
) -> None:
    last = 0
    for start, stop in cut(text):
        assert last <= start < stop <= len(text)
        last = stop


@given(st.text(max_size=60))
def test_graphemes_leave_nothing_out(text: str) -> None:
    assert "".join(text[a:b] for a, b in words.graphemes(text)) == text


@given(st.text(max_size=40), st.integers(0, 40), st.integers(0, 40))
def test_snapping_only_grows(text: str, start: int, stop: int) -> None:
    start, stop = sorted((min(start, len(text)), min(stop, len(text))))
    for unit in ("character", "word", "sentence", "line"):
        low, high = words.snapped(text, start, stop, unit)
        assert low <= start <= stop <= high


def test_snaps_to_words_but_takes_no_space_along() -> None:
    text = "one two three"
    assert words.snapped(text, 1, 6, "word") == (0, 7)
    assert words.snapped(text, 5, 6, "sentence") == (0, 13)
    assert words.piece_at(text, 3, "word") == (0, 3)
    assert words.piece_at("a  b", 2, "word") == (2, 2)
    assert words.piece_at("a\nbc\r\nd", 3, "line") == (2, 4)
