"""Offsets in other units: right, total, and back again."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.model.offsets import UNITS, Offsets

texts = st.text(
    alphabet=st.one_of(
        st.sampled_from("a\u0301\u200d\U0001f468\U0001f469\r\n\u05d0😀"),
        st.characters(exclude_categories=["Cs"]),
    ),
    max_size=40,
)


@given(texts)
def test_each_unit_counts_as_it_says(text: str) -> None:
    offsets = Offsets(text)
    for at in range(len(text) + 1):
        before = text[:at]
        assert offsets.to("utf16", at) == len(before.encode("utf-16-le")) // 2
        assert offsets.to("utf8", at) == len(before.encode())
        assert offsets.to("codepoint", at) == at


@pytest.mark.parametrize("unit", ["utf16", "utf8", "codepoint"])
@given(texts)
def test_there_and_back(unit: str, text: str) -> None:
    offsets = Offsets(text)
    for at in range(len(text) + 1):
        assert offsets.of(unit, offsets.to(unit, at)) == at


@pytest.mark.parametrize("unit", UNITS)
@given(texts, st.integers(-3, 200))
def test_any_number_means_a_place_in_the_text(unit: str, text: str, n: int) -> None:
    offsets = Offsets(text)
    assert 0 <= offsets.of(unit, n) <= len(text)
    assert offsets.to(unit, n) >= 0


def test_inside_of_a_unit_is_its_beginning() -> None:
    offsets = Offsets("a😀b")
    assert [offsets.of("utf16", n) for n in range(5)] == [0, 1, 1, 2, 3]
    assert [offsets.of("utf8", n) for n in range(7)] == [0, 1, 1, 1, 1, 2, 3]


def test_graphemes() -> None:
    family = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
    offsets = Offsets(f"a{family}e\u0301\r\nb")
    assert [offsets.to("grapheme", at) for at in (0, 1, 3, 6, 7, 8, 9, 10, 11)] == [
        0, 1, 1, 2, 2, 3, 3, 4, 5,
    ]  # fmt: skip
    assert [offsets.of("grapheme", n) for n in range(6)] == [0, 1, 6, 8, 10, 11]


def test_lines_end_at_cr_lf_and_both() -> None:
    offsets = Offsets("a\r\nb\rc\n\nd\u2028e")
    assert list(offsets.line_starts) == [0, 3, 5, 7, 8]
    assert [offsets.line(at) for at in (0, 2, 3, 5, 7, 8, 10)] == [0, 0, 1, 2, 3, 4, 4]
    assert list(Offsets("").line_starts) == [0]
    assert list(Offsets("a\n").line_starts) == [0, 2]
