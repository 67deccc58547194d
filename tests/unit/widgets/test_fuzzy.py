"""The palette finds what was meant."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.widgets.fuzzy import best, score

TITLES = [
    "Export annotations…",
    "Open project…",
    "Next open item",
    "Zoom to selection",
    "Undo",
]


@pytest.mark.parametrize(
    ("typed", "title"),
    [
        ("exp", "Export annotations…"),
        ("op pr", "Open project…"),
        ("noi", "Next open item"),
        ("zts", "Zoom to selection"),
        ("UNDO", "Undo"),
    ],
)
def test_initials_and_parts_find_the_title(typed: str, title: str) -> None:
    assert best(typed, TITLES, str, 5)[0] == title


def test_what_is_not_there_is_not_found() -> None:
    assert best("qqq", TITLES, str, 5) == []


def test_nothing_typed_keeps_the_order() -> None:
    assert best("", TITLES, str, 3) == TITLES[:3]


@given(st.text(), st.text(max_size=40))
def test_every_text_is_found_by_itself(text: str, around: str) -> None:
    assert score(text, text) is not None
    assert score(text, around + text) is not None
