"""Steps by units, against the units of the whole text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.model.text_steps import (
    START,
    STOP,
    UNITS,
    backward,
    forward,
    lines,
    next_piece,
    previous_piece,
    step_edge,
)
from annolab.model.words import graphemes, sentences, tokens

ALL = {"character": graphemes, "word": tokens, "sentence": sentences, "line": lines}
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
parts = st.sampled_from(
    ["a", "Wort", " ", ".", "\n", "\r\n", FAMILY, "e\u0301", "שלום", "42", "中文", "! "]
)
texts = st.lists(parts, max_size=30).map("".join)


@given(texts, st.sampled_from(UNITS), st.data())
def test_pieces_are_those_of_the_whole_text(
    text: str, unit: str, data: st.DataObject
) -> None:
    every = list(ALL[unit](text))
    at = data.draw(st.integers(0, len(text)))
    if unit == "sentence":  # begins anew at lines only
        at = text.rfind("\n", 0, at) + 1
    assert list(forward(text, at, unit)) == [p for p in every if p[STOP] > at]
    before = [p for p in every if p[START] < at]
    assert list(backward(text, at, unit)) == before[::-1]
    after = [p for p in every if p[START] >= at]
    assert next_piece(text, at, unit) == next(iter(after), None)
    ended = [p for p in every if p[STOP] <= at]
    assert previous_piece(text, at, unit) == (ended[-1] if ended else None)


@given(texts, st.sampled_from(("character", "word", "line")), st.data())
def test_edges_are_the_nearest(text: str, unit: str, data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(text)))
    for edge in (START, STOP):
        edges = sorted(piece[edge] for piece in ALL[unit](text))
        later = next((e for e in edges if e > at), at)
        earlier = next((e for e in reversed(edges) if e < at), at)
        assert step_edge(text, at, unit, 1, edge) == later
        assert step_edge(text, at, unit, -1, edge) == earlier


def test_an_emoji_family_is_one_step() -> None:
    text = f"a{FAMILY}b"
    assert step_edge(text, 1, "character", 1, STOP) == 1 + len(FAMILY)
    assert step_edge(text, len(text) - 1, "character", -1, START) == 1


@pytest.mark.parametrize("delta", [3, -3])
def test_several_steps_stop_at_the_end(delta: int) -> None:
    assert step_edge("one two", 3, "word", delta, STOP) == (7 if delta > 0 else 3)
