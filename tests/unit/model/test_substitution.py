"""Find and replace: plain text, expressions, and those that never end."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.model.substitution import Substitution


@pytest.mark.parametrize(
    ("rule", "text", "after", "count"),
    [
        (Substitution("a.", "x"), "a. ab", "x ab", 1),
        (Substitution("a.", "x", expression=True), "a. ab", "x x", 2),
        (Substitution(r"(\w)(\d)", r"\2\1", expression=True), "a1 b2", "1a 2b", 2),
        (Substitution("A", "b"), "aAa", "aba", 1),
        (Substitution("A", "b", case=False), "aAa", "bbb", 3),
        (Substitution("a", "b", whole=True), "aa", "aa", 0),
        (Substitution("a+", "b", expression=True, whole=True), "aa", "b", 1),
        (Substitution("a|b", "x", expression=True, whole=True), "ab", "ab", 0),
        (Substitution("a", r"\1"), "a", r"\1", 1),
        (Substitution("ʃ", "s"), "ʃiʃ", "sis", 2),
        (Substitution("^", "x", expression=True), "ab", "xab", 1),
    ],
)
def test_replaced(rule: Substitution, text: str, after: str, count: int) -> None:
    assert rule.matcher().replaced(text) == (after, count)


@pytest.mark.parametrize("pattern", ["", "(", "[a", "a**", "(?P<a>", "\\"])
def test_what_is_no_expression_is_said(pattern: str) -> None:
    with pytest.raises(UserError):
        Substitution(pattern, expression=True).matcher()


def test_a_replacement_without_its_group_is_said() -> None:
    with pytest.raises(UserError, match="replacement"):
        Substitution("a", r"\7", expression=True).matcher().replaced("a")


def test_an_expression_that_never_ends_is_given_up() -> None:
    hopeless = Substitution("(a|aa)+$", "", expression=True).matcher()
    text = "a" * 60 + "b"
    with pytest.raises(UserError, match="too long"):
        hopeless.replaced(text)
    with pytest.raises(UserError, match="too long"):
        hopeless.places(text)


@given(st.text(min_size=1, max_size=3), st.text(max_size=3), st.text())
def test_plain_text_is_replaced_as_python_does(old: str, new: str, text: str) -> None:
    after, count = Substitution(old, new).matcher().replaced(text)
    assert after == text.replace(old, new)
    assert count == text.count(old)


@given(st.text(alphabet="ab1 \n", max_size=40))
def test_places_are_those_of_the_standard_library(text: str) -> None:
    found = Substitution(r"[ab]+\d?", expression=True).matcher().places(text)
    assert found == [m.span() for m in re.finditer(r"[ab]+\d?", text)]
