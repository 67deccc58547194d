"""Typing into the text of a mark: where the caret is, and what a key makes of it.

The caret counts code points and stands between graphemes (Unicode's UAX 29): a letter
goes with its marks, a family with its members.
"""

from __future__ import annotations

from dataclasses import dataclass

import regex
from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from annolab.model.annotation import Annotation

_MOVES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_ERASES = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
_GRAPHEME = regex.compile(r"\X")
_ALT = Qt.KeyboardModifier.AltModifier


@dataclass(frozen=True, slots=True)
class Typed:
    """What a key makes of a text: the text after it, and the caret in it."""

    text: str
    caret: int


def is_typing(event: QKeyEvent) -> bool:
    """Whether a key belongs to a text rather than to an action."""
    held = event.modifiers()
    # AltGr comes as Ctrl+Alt on Windows and types a character.
    both = bool(held & Qt.KeyboardModifier.ControlModifier) and bool(held & _ALT)
    if (held & _HELD or held & _ALT) and not both:
        return False
    if event.key() in _MOVES or event.key() in _ERASES:
        return not held & Qt.KeyboardModifier.ShiftModifier
    text = event.text()
    return bool(text) and text.isprintable()


def after_key(mark: Annotation, caret: int, event: QKeyEvent) -> Typed | None:
    """The text of a mark after a key; None when the key is none of a text."""
    if not is_typing(event):
        return None
    text = mark.text or ""
    caret = min(max(caret, 0), len(text))
    before, after = beside(text, caret)
    outcomes = {
        Qt.Key.Key_Left: Typed(text, before),
        Qt.Key.Key_Right: Typed(text, after),
        Qt.Key.Key_Home: Typed(text, 0),
        Qt.Key.Key_End: Typed(text, len(text)),
        Qt.Key.Key_Backspace: Typed(text[:before] + text[caret:], before),
        Qt.Key.Key_Delete: Typed(text[:caret] + text[after:], caret),
    }
    found = outcomes.get(Qt.Key(event.key()))
    return inserted(text, caret, event.text()) if found is None else found


def beside(text: str, caret: int) -> tuple[int, int]:
    """The ends of graphemes next to the caret, before and after it."""
    before = 0
    for found in _GRAPHEME.finditer(text):
        if found.end() > caret:
            inside = found.start() < caret  # where an importer or a split has put it
            return found.start() if inside else before, found.end()
        before = found.start()
    return before, len(text)


def units(text: str, place: int) -> int:
    """A place in a text, in code points, as Qt counts: in UTF-16."""
    return len(text[:place].encode("utf-16-le", "surrogatepass")) // 2


def place_of(text: str, count: int) -> int:
    """The place after `count` units of UTF-16, and after a half of a character."""
    for place, character in enumerate(text):
        if count <= 0:
            return place
        count -= 2 if ord(character) > 0xFFFF else 1
    return len(text)


def inserted(text: str, caret: int, new: str) -> Typed:
    """`new` put into a text at the caret."""
    return Typed(text[:caret] + new + text[caret:], caret + len(new))
