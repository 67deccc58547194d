"""The filter field of the item list: it completes what filters are made of."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QModelIndex, QPoint, QStringListModel, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent
from PySide6.QtWidgets import QCompleter, QLineEdit, QListView

from annolab.widgets.controls import set_flag

SHOWN = 12
MOST = 200  # candidates: nobody reads more
_TOKEN = re.compile(r'(?:"[^"]*"?|[^\s"])*$')
KEYS = ("status:", "label:", "split:", "media:", "missing:", "attr:")
JOINED = frozenset(("status", "media"))  # take several values with commas
Values = Callable[[str], Sequence[str]]


def token_at(text: str, cursor: int) -> tuple[int, str]:
    """Where the token that ends at the cursor begins, and the token."""
    found = _TOKEN.search(text[:cursor])
    return (found.start(), found.group()) if found else (cursor, "")


def candidates(token: str, values: Values) -> list[str]:
    """What a token can become; `values(key)` gives the values of a filter."""
    key, colon, value = token.partition(":")
    if not colon:
        begun = token.casefold()
        return [known for known in KEYS if known.startswith(begun) and begun != known]
    if f"{key}:" not in KEYS:
        return []
    before, comma, typed = value.rpartition(",") if key in JOINED else ("", "", value)
    typed = typed.replace('"', "").casefold()
    named = [v for v in values(key) if typed in v.casefold()]
    named.sort(key=lambda v: not v.casefold().startswith(typed))
    made = [f"{key}:{before}{comma}{quoted(v)}" for v in named[:MOST]]
    return [] if made == [token] else made


def quoted(value: str) -> str:
    """A value as a filter can hold it."""
    return f'"{value}"' if re.search(r"\s", value) else value


class FilterField(QLineEdit):
    """A line that offers the tokens of filters while one is typed.

    Down or Tab takes from the list; Return without a choice searches.
    """

    submitted = Signal()
    ended = Signal()  # what was typed stays as it is: the list was closed

    def __init__(self, values: Values) -> None:
        super().__init__()
        self._values = values
        self._model = QStringListModel(self)
        self.completer_ = QCompleter(self._model, self)
        self.completer_.setWidget(self)
        mode = QCompleter.CompletionMode.UnfilteredPopupCompletion
        self.completer_.setCompletionMode(mode)
        self.completer_.setMaxVisibleItems(SHOWN)
        self.popup = QListView()
        self.popup.setObjectName("completer")
        self.popup.setUniformItemSizes(True)
        self.completer_.setPopup(self.popup)
        self.completer_.activated.connect(self._complete)
        self.textEdited.connect(lambda _: self.offer())

    def offered(self) -> list[str]:
        """What can stand at the cursor."""
        _, token = token_at(self.text(), self.cursorPosition())
        return candidates(token, self._values)

    def offer(self, *, empty: bool = False) -> None:
        """Show what can stand at the cursor; `empty`: also where nothing is typed."""
        start, token = token_at(self.text(), self.cursorPosition())
        made = candidates(token, self._values) if token or empty else []
        if not made:
            if self.popup.isVisible():
                self.popup.hide()
                self.ended.emit()
            return
        self._model.setStringList(made)
        metrics = self.fontMetrics()
        rect = self.rect()
        rect.setWidth(
            max(160, min(360, max(map(metrics.horizontalAdvance, made)) + 40))
        )
        left = metrics.horizontalAdvance(self.text()[:start])
        left = max(0, min(left, self.width() - 120))
        rect.translate(QPoint(left, 4))
        self.completer_.complete(rect)
        self.popup.setCurrentIndex(QModelIndex())  # Return searches

    def _complete(self, chosen: str) -> None:
        text, cursor = self.text(), self.cursorPosition()
        start, _ = token_at(text, cursor)
        end = "" if chosen.endswith(":") else " "
        rest = text[cursor:].lstrip() if end else text[cursor:]
        self.setText(text[:start] + chosen + end + rest)
        self.setCursorPosition(start + len(chosen) + len(end))
        self.textEdited.emit(self.text())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return takes the candidate or searches; Down offers all of them."""
        key = event.key()
        shown, index = self.popup.isVisible(), self.popup.currentIndex()
        if key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.popup.hide()
            if shown and index.isValid():
                self._complete(str(index.data()))
            else:
                self.submitted.emit()
        elif key == Qt.Key.Key_Escape and shown:
            self.popup.hide()
            self.ended.emit()
        elif key == Qt.Key.Key_Down and not shown:
            self.offer(empty=True)
        else:
            super().keyPressEvent(event)
            return
        event.accept()

    def focusNextPrevChild(self, next: bool) -> bool:  # noqa: A002, FBT001  Qt's name
        """Tab takes the first candidate while some are shown."""
        if not (next and self.popup.isVisible()):
            return super().focusNextPrevChild(next)
        index = self.popup.currentIndex()
        self.popup.hide()
        self._complete(str((index if index.isValid() else self._model.index(0)).data()))
        return True

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Nothing is offered to who types elsewhere."""
        super().focusOutEvent(event)
        if event.reason() != Qt.FocusReason.PopupFocusReason:
            self.popup.hide()

    def set_wrong(self, *, wrong: bool) -> None:
        """Mark a filter that makes no sense."""
        set_flag(self, "wrong", on=wrong)
