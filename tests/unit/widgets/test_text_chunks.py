"""Texts are cut at lines; long ones where no grapheme is torn."""

from __future__ import annotations

from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.model.offsets import Offsets
from annolab.model.words import graphemes
from annolab.widgets.text_chunks import MOST, cut

FAMILY = "👨‍👩‍👧‍👦"
PARTS = st.sampled_from(
    [
        "word ",
        "e\u0301",
        FAMILY,
        "🇩🇪",
        "हिन्दी",
        "ภาษา",
        "漢字",
        "שלום ",
        "\u1112\u1161\u11ab",
        "a",
    ]
)


def _units(text: str) -> int:
    return len(text.encode("utf-16-le", "surrogatepass")) // 2


@given(st.text(st.sampled_from("a\r\n\u2028é😀")))
def test_chunks_of_short_lines_are_the_lines(text: str) -> None:
    chunks = cut(text)
    expected = [*Offsets(text).line_starts, len(text)]
    assert list(chunks.starts) == expected
    assert list(chunks.lines) == list(range(len(expected) - 1))


@settings(max_examples=30, deadline=None)
@given(st.lists(PARTS, min_size=1, max_size=6), st.integers(1, 9000))
def test_long_lines_are_cut_between_graphemes(parts: list[str], count: int) -> None:
    line = ("".join(parts) * count)[:20_000]
    text = f"before\n{line}\nafter"
    chunks = cut(text)
    begins = {start for start, _ in graphemes(text)} | {len(text)}
    assert set(chunks.starts) <= begins
    for start, stop in pairwise(chunks.starts):
        assert _units(text[start:stop]) <= MOST
    assert chunks.lines[0] == 0
    assert chunks.lines[-1] == 2
    assert {chunks.lines[n] for n in range(1, len(chunks) - 1)} == {1}


def test_a_long_line_is_cut_after_a_space() -> None:
    text = "lorem ipsum " * 1000
    chunks = cut(text)
    assert len(chunks) > 1
    assert all(text[start - 1] == " " for start in chunks.starts[1:])


def test_a_grapheme_without_end_is_cut_anyway() -> None:
    chunks = cut("a" + "\u0301" * 10_000)
    assert all(0 < stop - start <= MOST for start, stop in pairwise(chunks.starts))


def test_where_an_offset_is() -> None:
    chunks = cut("ab\r\ncd\n")
    assert [chunks.at(offset) for offset in range(8)] == [0, 0, 0, 0, 1, 1, 1, 2]
    assert [chunks.bounds(chunk) for chunk in range(3)] == [(0, 2), (4, 6), (7, 7)]
    assert chunks.line_bounds(1) == (1, 2)
    assert cut("").bounds(0) == (0, 0)
    assert len(cut("")) == 1


def test_wide_characters_count_twice() -> None:
    text = "abcdefg\n" * 4 + "漢" * 39 + "\n" + "漢" * 8
    assert cut(text).widths.tolist() == [8, 8, 8, 8, 80, 16]


def test_lone_surrogates_are_no_obstacle() -> None:
    assert list(cut("a\ud800\nb").starts) == [0, 3, 4]
