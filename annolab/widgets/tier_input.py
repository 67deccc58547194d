"""Input methods on tiers: dead keys, Chinese, Japanese, phonetic keyboards."""

from __future__ import annotations

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent

from annolab.widgets.tier_area import TierArea
from annolab.widgets.tier_text import Typed, place_of, units


def take_composed(area: TierArea, event: QInputMethodEvent) -> bool:
    """Put what an input method has composed into the text; False: there is none."""
    mark = area.mark
    if mark is None:
        return False
    area.show_composing(event.preeditString())
    new, gone = event.commitString(), event.replacementLength()
    if new or gone:
        text = mark.text or ""
        first = units(text, area.caret) + event.replacementStart()
        start, stop = place_of(text, first), place_of(text, first + max(gone, 0))
        after = text[:start] + new + text[stop:]
        area.type_text(Typed(after, start + len(new)))
    return True


def asked(area: TierArea, query: Qt.InputMethodQuery) -> object:
    """What an input method wants to know; None when it is nothing of the text.

    Rectangles are in the coordinates of the widget that has the keys.
    """
    mark = area.mark
    kinds = Qt.InputMethodQuery
    if query == kinds.ImEnabled:
        return mark is not None and not mark.locked
    if mark is None:
        return None
    text = mark.text or ""
    caret, rect, proxy = (
        units(text, area.caret),
        area.caret_rect(),
        area.focusProxy(),
    )
    if proxy is not None:
        rect.translate(area.mapTo(proxy, QPoint(0, 0)))
    answers: dict[Qt.InputMethodQuery, object] = {
        kinds.ImCursorRectangle: rect,
        kinds.ImAnchorRectangle: rect,
        kinds.ImSurroundingText: text,
        kinds.ImCursorPosition: caret,
        kinds.ImAnchorPosition: caret,
        kinds.ImCurrentSelection: "",
    }
    return answers.get(query)
