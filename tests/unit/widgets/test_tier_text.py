"""Keys that are typed into the text of a mark, by graphemes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QKeyEvent

from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.widgets.tier_text import Typed, after_key, beside, place_of, units

Key = Qt.Key
NASAL = "\u0254\u0303\u02d0"  # an open o with a tilde, and the sign of length after it
TIED = "t\u0361\u0283"  # t and esh with a tie: the tie goes with the t
FAMILY = "\U0001f469\u200d\U0001f469\u200d\U0001f467"
FLAG = "\U0001f1e8\U0001f1ed"
TEXTS = st.text(
    st.sampled_from([*"ab \u0254\u0303\u0361\u200d\u1100\u1161"])
    | st.sampled_from([*FAMILY, *FLAG, "\U0001f3fd", "\r", "\n"]),
    max_size=12,
)


def pressed(text: str, caret: int, *keys: Qt.Key) -> Typed:
    """The text and the caret after some keys."""
    typed = Typed(text, caret)
    for key in keys:
        mark = Annotation(
            id=1, item_id=1, annotator_id=1, geometry=Interval(0, 1), text=typed.text
        )
        none = Qt.KeyboardModifier.NoModifier
        event = QKeyEvent(QEvent.Type.KeyPress, key, none)
        found = after_key(mark, typed.caret, event)
        assert found is not None
        typed = found
    return typed


@pytest.mark.parametrize(
    ("text", "steps"),
    [
        ("k" + NASAL, [0, 1, 3, 4]),
        (TIED + "i", [0, 2, 3, 4]),
        ("a" + FAMILY + "b", [0, 1, 6, 7]),
        (FLAG + FLAG, [0, 2, 4]),
        ("e\u0301\u0330x", [0, 3, 4]),
        ("", [0]),
    ],
)
def test_arrows_go_by_what_is_seen_as_one(text: str, steps: list[int]) -> None:
    right, left = [0], [len(text)]
    while (after := pressed(text, right[-1], Key.Key_Right).caret) != right[-1]:
        right.append(after)
    while (before := pressed(text, left[-1], Key.Key_Left).caret) != left[-1]:
        left.append(before)
    assert right == left[::-1] == steps


def test_a_letter_is_erased_with_its_marks() -> None:
    assert pressed("k\u0254\u0303", 3, Key.Key_Backspace) == Typed("k", 1)
    assert pressed("k\u0254\u0303t", 1, Key.Key_Delete) == Typed("kt", 1)
    assert pressed("x" + FAMILY, 6, Key.Key_Backspace) == Typed("x", 1)
    assert pressed(FAMILY + "x", 0, Key.Key_Delete) == Typed("x", 0)
    assert pressed("x", 0, Key.Key_Backspace) == Typed("x", 0)
    assert pressed("x", 1, Key.Key_Delete) == Typed("x", 1)


def test_a_caret_inside_of_one_gets_out_of_it() -> None:
    """As after a text that somebody else has changed."""
    assert beside("a" + FAMILY, 3) == (1, 6)


@given(TEXTS, st.integers(0, 12))
def test_what_is_erased_on_both_sides_was_one_each(text: str, caret: int) -> None:
    caret = min(caret, len(text))
    before, after = beside(text, caret)
    assert 0 <= before <= caret <= after <= len(text)
    assert (before < caret) == (caret > 0)
    assert (after > caret) == (caret < len(text))
    erased = pressed(text, caret, Key.Key_Backspace)
    assert erased == Typed(text[:before] + text[caret:], before)
    assert pressed(text, caret, Key.Key_Delete).text == text[:caret] + text[after:]


@given(TEXTS)
def test_erasing_all_ends_in_nothing(text: str) -> None:
    keys = [Key.Key_Backspace] * len(text)
    assert pressed(text, len(text), *keys) == Typed("", 0)
    assert pressed(text, 0, *[Key.Key_Delete] * len(text)) == Typed("", 0)


@given(TEXTS, st.integers(0, 12))
def test_places_are_told_to_qt_and_back(text: str, place: int) -> None:
    place = min(place, len(text))
    assert place_of(text, units(text, place)) == place
