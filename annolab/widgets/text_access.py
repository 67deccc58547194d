"""What screen readers are told of the view of texts.

Qt asks a factory for the interface of a widget; the one made here answers for the
text, its characters, words and lines, and for the caret. Qt counts in UTF-16 units.

What PySide6 6.11 lets no Python class answer, as it comes back by pointers, are the
ends of a selection and the attributes of characters: selections and labels are
announced instead when they change.
"""

from __future__ import annotations

from PySide6.QtCore import QObject, QPoint, QPointF, QRect
from PySide6.QtGui import (
    QAccessible,
    QAccessibleAnnouncementEvent,
    QAccessibleInterface,
    QAccessibleTextCursorEvent,
    QAccessibleTextInterface,
    QAccessibleTextSelectionEvent,
)
from PySide6.QtWidgets import QAccessibleWidget, QWidget
from shiboken6 import VoidPtr

from annolab.widgets.text_surface import TextSurface


class TextReader(QAccessibleTextInterface):
    """The text of a view, in UTF-16 units."""

    def __init__(self, view: TextSurface) -> None:
        super().__init__()
        self._view = view

    def text(self, start: int, stop: int) -> str:
        """A part of the text."""
        return self._view.text[self._of(start) : self._of(stop)]

    def characterCount(self) -> int:
        """How long the text is."""
        return self._to(len(self._view.text))

    def cursorPosition(self) -> int:
        """Where the caret is."""
        return self._to(self._view.caret)

    def setCursorPosition(self, position: int) -> None:
        """Move the caret."""
        self._view.set_caret(self._of(position))

    def selectionCount(self) -> int:
        """None that could be told; where it ends cannot."""
        return 0

    def setSelection(self, index: int, start: int, stop: int) -> None:
        """Select another stretch."""
        self._view.set_caret(self._of(stop), self._of(start))

    def addSelection(self, start: int, stop: int) -> None:
        """Select a stretch; there is only one."""
        self.setSelection(0, start, stop)

    def removeSelection(self, index: int) -> None:
        """Select nothing."""
        self._view.set_caret(self._view.caret)

    def characterRect(self, offset: int) -> QRect:
        """Where a character is on the screen."""
        view = self._view
        rect = view.to_view(view.flow.caret_rect(self._of(offset))).toRect()
        return QRect(view.on_screen(rect.topLeft()), rect.size())

    def offsetAtPoint(self, point: QPoint) -> int:
        """The character at a place on the screen."""
        at = self._view.to_text(QPointF(self._view.in_viewport(point)))
        return self._to(self._view.flow.hit(at.x(), at.y()))

    def scrollToSubstring(self, start: int, stop: int) -> None:
        """Show a stretch."""
        self._view.reveal(self._of(start), self._of(stop))

    def _to(self, offset: int) -> int:
        return self._view.flow.offsets.to_utf16(offset)

    def _of(self, offset: int) -> int:
        if offset == -2:  # IAccessible2 names the caret so
            return self._view.caret
        return (
            len(self._view.text)
            if offset < 0
            else self._view.flow.offsets.from_utf16(offset)
        )


class TextAccess(QAccessibleWidget):
    """The interface of a view of texts: text with a caret that nobody types in."""

    def __init__(self, widget: QWidget, view: TextSurface) -> None:
        super().__init__(widget, QAccessible.Role.EditableText)
        self._reader = TextReader(view)

    def state(self) -> QAccessible.State:
        """Read-only text of many lines."""
        state = super().state()
        state.readOnly = state.multiLine = state.selectableText = True
        return state

    def childCount(self) -> int:
        """None: the scroll bars tell nothing that the text does not."""
        return 0

    def interface_cast(  # type: ignore[override]  # PySide6 takes objects
        self, kind: QAccessible.InterfaceType
    ) -> object:
        """The text of the widget, when that is asked for."""
        if kind is QAccessible.InterfaceType.TextInterface:
            return self._reader
        return VoidPtr(0)  # None would be taken for an address


_kept: dict[int, TextAccess] = {}
_known: list[type[QWidget]] = []


def install(kind: type[QWidget]) -> None:
    """Let Qt find the interface of widgets of a class; more than once is once."""
    if not _known:
        QAccessible.installFactory(_made)
    if kind not in _known:
        _known.append(kind)


def _made(_key: str, thing: QObject) -> QAccessibleInterface | None:
    if not isinstance(thing, tuple(_known)):
        return None
    made = TextAccess(thing, thing)  # type: ignore[arg-type]
    place = id(thing)
    _kept[place] = made  # Qt does not keep it for Python
    thing.destroyed.connect(lambda: _kept.pop(place, None))
    return made


def tell_caret(widget: QWidget, view: TextSurface) -> None:
    """Tell screen readers where the caret and the selection have gone."""
    if not QAccessible.isActive():
        return
    offsets = view.flow.offsets
    caret = offsets.to_utf16(view.caret)
    low, high = (offsets.to_utf16(end) for end in view.selection)
    event = QAccessibleTextSelectionEvent(widget, low, high)
    event.setCursorPosition(caret)
    QAccessible.updateAccessibility(event)
    QAccessible.updateAccessibility(QAccessibleTextCursorEvent(widget, caret))


def announce(widget: QWidget, said: str) -> None:
    """Have screen readers say something."""
    if said and QAccessible.isActive():
        QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(widget, said))
