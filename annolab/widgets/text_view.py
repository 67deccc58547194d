"""The scroll area that shows a text with its marks and the arcs between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from PySide6.QtCore import QPoint, QPointF, Signal
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from annolab.model.offsets import Offsets
from annolab.model.words import piece_at
from annolab.widgets.text_marks import Arc, Mark, Piece

__all__ = ["Arc", "Mark", "TextView"]

UNITS = ("character", "word", "sentence", "line")


class TextView(QAbstractScrollArea):
    """Shows a text, its marks and arcs, and the caret; all offsets are code points.

    It changes nothing: it says what the mouse asks for, and is told what to show.
    """

    caret_moved = Signal(int, int)  # caret, anchor
    mark_pressed = Signal(object, bool)  # mark, whether it is added to the selected
    arc_pressed = Signal(object)
    text_pressed = Signal(int)  # offset of a click on no mark
    selected_by_mouse = Signal(int, int)  # start, stop; a drag or double click ended
    menu_wanted = Signal(QPoint)  # on the screen
    hovered = Signal(object)  # Mark, Arc or None
    arc_dragged = Signal(object, object)  # head, tail: from a chip to another
    font_size_wanted = Signal(int)  # steps, by Ctrl and the wheel

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._text = ""
        self._offsets = Offsets("")
        self._marks: dict[int, Mark] = {}
        self._arcs: dict[int, Arc] = {}
        self._caret = self._anchor = 0
        self._selected: tuple[int, ...] = ()
        self._arc: int | None = None
        self._hits: list[Piece] = []
        self._hit = -1
        self._unit = "character"

    # What is shown

    @property
    def text(self) -> str:
        """The text that is shown."""
        return self._text

    def set_text(self, text: str) -> None:
        """Show another text, from its beginning, without marks."""
        self._text = text
        self._offsets = Offsets(text)
        self._marks.clear()
        self._arcs.clear()
        self._selected, self._arc = (), None
        self._hits, self._hit = [], -1
        self._caret = self._anchor = 0
        self.viewport().update()

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks instead of all others."""
        self._marks = {mark.id: mark for mark in marks}
        self.viewport().update()

    def change_marks(self, changed: Sequence[Mark], removed: Iterable[int]) -> None:
        """Show marks that are new or differ, and no longer those in `removed`."""
        for id_ in removed:
            self._marks.pop(id_, None)
        self._marks |= {mark.id: mark for mark in changed}
        self.viewport().update()

    def set_arcs(self, arcs: Sequence[Arc]) -> None:
        """Show these arcs instead of all others."""
        self._arcs = {arc.id: arc for arc in arcs}
        self.viewport().update()

    def set_hits(self, hits: Sequence[Piece], current: int = -1) -> None:
        """Show what a search found, sorted; `current` is the place of one of them."""
        self._hits, self._hit = list(hits), current
        self.viewport().update()

    # Caret and selection

    @property
    def caret(self) -> int:
        """The offset of the caret."""
        return self._caret

    @property
    def anchor(self) -> int:
        """The other end of the selection; the caret while nothing is selected."""
        return self._anchor

    @property
    def selection(self) -> Piece:
        """The selected text, sorted; empty at the caret."""
        return min(self._caret, self._anchor), max(self._caret, self._anchor)

    def set_caret(
        self, offset: int, anchor: int | None = None, *, reveal: bool = True
    ) -> None:
        """Move the caret; `anchor` is the other end of a selection."""
        end = len(self._text)
        caret = min(max(0, offset), end)
        other = caret if anchor is None else min(max(0, anchor), end)
        if (caret, other) != (self._caret, self._anchor):
            self._caret, self._anchor = caret, other
            self.caret_moved.emit(caret, other)
        if reveal:
            self.reveal(caret, caret)
        self.viewport().update()

    def move(  # type: ignore[override]
        self, unit: str, delta: int, *, extend: bool
    ) -> None:
        """Move the caret by units; `extend` keeps the anchor.

        `unit`: character, word, sentence, line, page, paragraph or document.
        """
        step = 1 if delta > 0 else -1
        caret = self._caret
        for _ in range(abs(delta)):
            if unit == "document":
                caret = len(self._text) if step > 0 else 0
            elif unit == "character":
                caret = min(max(0, caret + step), len(self._text))
            else:
                piece = piece_at(self._text, caret, "word")
                caret = piece[1] + 1 if step > 0 else piece[0] - 1
        self.set_caret(caret, self._anchor if extend else None)

    # Marks

    @property
    def selected_marks(self) -> tuple[int, ...]:
        """The selected marks."""
        return self._selected

    def select_marks(self, ids: Iterable[int]) -> None:
        """Show these marks as the selected ones."""
        self._selected = tuple(ids)
        self.viewport().update()

    def select_arc(self, id_: int | None) -> None:
        """Show this arc as the selected one."""
        self._arc = id_
        self.viewport().update()

    def mark_at(self, offset: int) -> tuple[int, ...]:
        """The marks around the character at `offset`, innermost first."""
        found = [
            mark
            for mark in self._marks.values()
            if any(start <= offset < stop for start, stop in mark.pieces)
        ]
        return tuple(mark.id for mark in sorted(found, key=lambda mark: mark.size))

    def marks_in(self, start: int, stop: int) -> tuple[int, ...]:
        """The marks with a part in a stretch of the text, by their beginning."""
        found = [
            mark
            for mark in self._marks.values()
            if any(low < stop and start < high for low, high in mark.pieces)
        ]
        return tuple(mark.id for mark in sorted(found, key=lambda mark: mark.start))

    # How it is shown

    @property
    def unit(self) -> str:
        """What selections by the mouse snap to, one of `UNITS`."""
        return self._unit

    @unit.setter
    def unit(self, unit: str) -> None:
        self._unit = unit

    def set_font(self, family: str, size: int) -> None:
        """Show the text in a font, of `size` logical pixels; "": the usual one."""

    def set_spacing(self, percent: int) -> None:
        """The height of lines in percent of the usual one."""

    def show_line_numbers(self, shown: bool) -> None:  # noqa: FBT001
        """Show or hide the numbers of the lines."""

    def show_arcs(self, shown: bool) -> None:  # noqa: FBT001
        """Show or hide the arcs."""

    def reveal(self, start: int, stop: int) -> None:
        """Scroll as little as needed to see a stretch of the text."""

    def visible_range(self) -> Piece:
        """The stretch of the text that is in sight."""
        return 0, len(self._text)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the text."""
        painter = QPainter(self.viewport())
        starts = [*self._offsets.line_starts[:60], len(self._text)]
        for line, (start, stop) in enumerate(pairwise(starts)):
            painter.drawText(QPointF(8, 20 + 20 * line), self._text[start:stop])
