"""What a search finds in a text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.assist import text_search
from annolab.assist.text_search import Search, places, untagged
from annolab.errors import UserError

TEXT = "Ann, Anna and ANN.\nann שלום Ann\U0001f600Ann"


def test_plain_text_with_case_and_whole_words() -> None:
    assert len(places(TEXT, Search("ann"))) == 6
    assert places(TEXT, Search("Ann", case=True))[:2] == [(0, 3), (5, 8)]
    whole = places(TEXT, Search("ann", words=True))
    assert [TEXT[s:e] for s, e in whole] == ["Ann", "ANN", "ann", "Ann", "Ann"]
    assert places(TEXT, Search("a.n")) == []
    assert places(TEXT, Search("Ann", case=True), 4, 12) == [(5, 8)]


def test_expressions_find_lines_and_nothing_empty() -> None:
    assert places(TEXT, Search(r"^\w+", expression=True)) == [(0, 3), (19, 22)]
    assert places(TEXT, Search(r"x*", expression=True)) == []
    with pytest.raises(UserError, match="no regular expression"):
        places(TEXT, Search("(", expression=True))
    with pytest.raises(UserError, match="Write what"):
        places(TEXT, Search(""))


def test_an_expression_that_never_ends_is_given_up(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(text_search, "SECONDS", 0.05)
    with pytest.raises(UserError, match="too long"):
        places("a" * 60 + "b", Search("(a|aa)+$", expression=True))


def test_no_more_than_the_limit(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(text_search, "LIMIT", 3)
    assert places("aaaaa", Search("a")) == [(0, 1), (1, 2), (2, 3)]


spans = st.tuples(st.integers(0, 60), st.integers(1, 9)).map(lambda p: (p[0], sum(p)))


@given(st.lists(spans), st.lists(spans))
def test_untagged_places_touch_nothing(
    found: list[tuple[int, int]], taken: list[tuple[int, int]]
) -> None:
    found = sorted(found)
    free = [p for p in found if all(p[1] <= s or e <= p[0] for s, e in taken)]
    assert untagged(found, taken) == free
