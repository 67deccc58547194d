"""Typing into the text of a mark: where the caret is, and what a key makes of it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent

from annolab.model.annotation import Annotation

_MOVES = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Home, Qt.Key.Key_End)
_ERASES = (Qt.Key.Key_Backspace, Qt.Key.Key_Delete)
_HELD = Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.MetaModifier
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
    before = max(caret - 1, 0)
    outcomes = {
        Qt.Key.Key_Left: Typed(text, before),
        Qt.Key.Key_Right: Typed(text, min(caret + 1, len(text))),
        Qt.Key.Key_Home: Typed(text, 0),
        Qt.Key.Key_End: Typed(text, len(text)),
        Qt.Key.Key_Backspace: Typed(text[:before] + text[caret:], before),
        Qt.Key.Key_Delete: Typed(text[:caret] + text[caret + 1 :], caret),
    }
    found = outcomes.get(Qt.Key(event.key()))
    return inserted(text, caret, event.text()) if found is None else found


def inserted(text: str, caret: int, new: str) -> Typed:
    """`new` put into a text at the caret."""
    return Typed(text[:caret] + new + text[caret:], caret + len(new))
