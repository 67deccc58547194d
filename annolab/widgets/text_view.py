"""The view of a text with its marks and the arcs between them."""

from __future__ import annotations

from html import escape

from PySide6.QtCore import QEvent, QPoint, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip, QWidget

from annolab.widgets import text_access, text_caret
from annolab.widgets.text_hand import TextHand
from annolab.widgets.text_marks import Arc, Mark, Spot
from annolab.widgets.text_rows import chip_text
from annolab.widgets.text_surface import TextSurface

__all__ = ["UNITS", "Arc", "Mark", "TextView"]

UNITS = ("character", "word", "sentence", "line")
_Std = QKeySequence.StandardKey
# Qt's names of keys: how the caret goes, by how much, and whether it selects.
_KEYS = (
    (_Std.MoveToNextChar, "arrow", 1, False),
    (_Std.MoveToPreviousChar, "arrow", -1, False),
    (_Std.SelectNextChar, "arrow", 1, True),
    (_Std.SelectPreviousChar, "arrow", -1, True),
    (_Std.MoveToNextWord, "word", 1, False),
    (_Std.MoveToPreviousWord, "word", -1, False),
    (_Std.SelectNextWord, "word", 1, True),
    (_Std.SelectPreviousWord, "word", -1, True),
    (_Std.MoveToNextLine, "line", 1, False),
    (_Std.MoveToPreviousLine, "line", -1, False),
    (_Std.SelectNextLine, "line", 1, True),
    (_Std.SelectPreviousLine, "line", -1, True),
    (_Std.MoveToNextPage, "page", 1, False),
    (_Std.MoveToPreviousPage, "page", -1, False),
    (_Std.SelectNextPage, "page", 1, True),
    (_Std.SelectPreviousPage, "page", -1, True),
    (_Std.MoveToStartOfLine, "edge", -1, False),
    (_Std.MoveToEndOfLine, "edge", 1, False),
    (_Std.SelectStartOfLine, "edge", -1, True),
    (_Std.SelectEndOfLine, "edge", 1, True),
    (_Std.MoveToStartOfDocument, "document", -1, False),
    (_Std.MoveToEndOfDocument, "document", 1, False),
    (_Std.SelectStartOfDocument, "document", -1, True),
    (_Std.SelectEndOfDocument, "document", 1, True),
)
MOST_TOLD = 20  # marks in a tip
_PARAGRAPH = {Qt.Key.Key_Down: 1, Qt.Key.Key_Up: -1}


class TextView(TextSurface):
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
        self.unit = "character"  # what selections by the mouse snap to, of `UNITS`
        self._goal: float | None = None  # of steps by lines, from the left
        self._hand = TextHand(self)
        self._said: list[Mark] = []  # the marks that screen readers know the caret in
        self._pressed_at: tuple[int, ...] = ()  # the marks of the last click
        text_access.install(TextView)
        self.setAccessibleName(self.tr("Text"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.viewport().setMouseTracking(True)
        self.viewport().setCursor(Qt.CursorShape.IBeamCursor)

    # Caret and selection

    def set_caret(
        self, offset: int, anchor: int | None = None, *, reveal: bool = True
    ) -> None:
        """Move the caret; `anchor` is the other end of a selection."""
        self._goal = None
        self._place_caret(offset, anchor, reveal=reveal)

    def _place_caret(self, offset: int, anchor: int | None, *, reveal: bool) -> None:
        end = len(self.text)
        caret = min(max(0, offset), end)
        other = caret if anchor is None else min(max(0, anchor), end)
        if (caret, other) != (self._caret, self._anchor):
            self._caret, self._anchor = caret, other
            self.caret_moved.emit(caret, other)
            text_access.tell_caret(self, self)
            self._say()
        if reveal:
            self.reveal(caret, caret)
        self._restart_caret()

    def _say(self) -> None:
        """Tell screen readers what is selected, or the labels newly at the caret."""
        low, high = self.selection
        marks = self.marks_around(self._caret) if low == high else []
        said = ", ".join(chip_text(mark) for mark in marks if mark not in self._said)
        if low < high:
            said = self.tr("selected: {text}").format(
                text=self.text[low : min(high, low + 200)]
            )
        self._said = marks
        text_access.announce(self, said)

    def move(  # type: ignore[override]
        self, unit: str, delta: int, *, extend: bool
    ) -> None:
        """Move the caret by units; `extend` keeps the anchor.

        `unit`: character, word, sentence, line, page, paragraph or document. Lines
        and pages are those on the screen; by them the caret keeps its column.
        """
        step, caret, goal = 1 if delta > 0 else -1, self._caret, self._goal
        if unit in ("line", "page"):
            if goal is None:
                goal = self._flow.caret_rect(caret).center().x()
            rows = delta if unit == "line" else delta * self._page()
            caret = text_caret.by_row(self._flow, caret, rows, goal)
        else:
            goal = None
            for _ in range(abs(delta)):
                caret = text_caret.moved(self._flow, caret, unit, step, extend=extend)
        self._place_caret(caret, self._anchor if extend else None, reveal=True)
        self._goal = goal

    def _page(self) -> int:
        """The rows of a page; one stays in sight."""
        return max(self.viewport().height() // self._flow.pitch - 1, 1)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Move the caret; all other keys are left to others."""
        for key, way, step, extends in _KEYS:
            if event.matches(key):
                self._go(way, step, extend=extends)
                return
        ctrl, shift = (
            Qt.KeyboardModifier.ControlModifier,
            Qt.KeyboardModifier.ShiftModifier,
        )
        paragraph = _PARAGRAPH.get(Qt.Key(event.key()))
        if paragraph and event.modifiers() in (ctrl, ctrl | shift):
            extends = bool(event.modifiers() & shift)
            self.move("paragraph", paragraph, extend=extends)
            return
        event.ignore()

    def _go(self, way: str, step: int, *, extend: bool) -> None:
        flow, caret = self._flow, self._caret
        anchor = self._anchor if extend else None
        if way == "arrow":
            low, high = self.selection
            if low < high and not extend:
                right = (step > 0) != flow.shape(flow.chunks.at(caret)).rtl
                self.set_caret(high if right else low)
            else:
                self.set_caret(text_caret.by_arrow(flow, caret, step), anchor)
        elif way == "edge":
            self.set_caret(text_caret.row_end(flow, caret, step), anchor)
        elif way == "word" and flow.shape(flow.chunks.at(caret)).rtl:
            self.move(way, -step, extend=extend)
        else:
            self.move(way, step, extend=extend)

    # How it is shown

    def set_font(self, family: str, size: int) -> None:
        """Show the text in a font, of `size` logical pixels; "": the usual one."""
        if (family, size) != (self._family, self._size):
            self._family, self._size = family, max(size, 6)
            self._relaid()

    def set_spacing(self, percent: int) -> None:
        """The height of lines in percent of the usual one."""
        if percent != self._spacing:
            self._spacing = min(max(percent, 50), 400)
            self._relaid()

    def wrap_at(self, characters: int) -> None:
        """Break lines after so many characters of usual width; 0: at the edge."""
        if characters != self._wrap:
            self._wrap = characters
            self._relaid()

    def show_line_numbers(self, shown: bool) -> None:  # noqa: FBT001
        """Show or hide the numbers of the lines."""
        if shown != self._numbers:
            self._numbers = shown
            self._relaid()

    def show_arcs(self, shown: bool) -> None:  # noqa: FBT001
        """Show or hide the arcs."""
        if shown != self._flow.arcs_shown:
            self._flow.arcs_shown = shown
            self._relaid()

    def reserve_rows(self, reserved: bool) -> None:  # noqa: FBT001
        """Whether lines without marks have room for them, so that nothing moves."""
        if reserved != self._reserved:
            self._reserved = reserved
            self._relaid()

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Begin to select, or to draw an arc."""
        if event.button() is Qt.MouseButton.LeftButton:
            self._hand.press(event, self.text, self.unit, self._anchor)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Select a word; a third click a sentence, a fourth the line."""
        self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Go on selecting, or tell what is under the mouse."""
        if event.buttons() & Qt.MouseButton.LeftButton:
            self._hand.move(event)
        elif not event.buttons():
            self._hover(event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Say what was meant."""
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        done = self._hand.release(event)
        if done is None:
            return
        spot, chip, moved = done
        if chip is not None and moved:
            tail = spot.chip.id if spot.chip else next(iter(spot.marks), chip.id)
            if tail != chip.id:
                self.arc_dragged.emit(chip.id, tail)
        elif moved:
            if self._caret != self._anchor:
                self.selected_by_mouse.emit(*self.selection)
        else:
            self._click(spot, event.modifiers())

    def _click(self, spot: Spot, modifiers: Qt.KeyboardModifier) -> None:
        """A click that moved nowhere; again at a place, it goes on outwards."""
        adds = bool(modifiers & Qt.KeyboardModifier.ControlModifier)
        if spot.chip is not None:
            self.mark_pressed.emit(spot.chip.id, adds)
        elif spot.arc is not None:
            self.arc_pressed.emit(spot.arc.id)
        elif spot.marks:
            again = spot.marks == self._pressed_at
            chosen = next((i for i in spot.marks if i in self._selected), None)
            place = 0
            if chosen is not None and (
                again or modifiers & Qt.KeyboardModifier.AltModifier
            ):
                place = (spot.marks.index(chosen) + 1) % len(spot.marks)
            self.mark_pressed.emit(spot.marks[place], adds)
        else:
            self.text_pressed.emit(spot.offset)
        self._pressed_at = spot.marks

    def _hover(self, place: QPointF) -> None:
        spot = self.spot(place)
        found: Mark | Arc | None = spot.chip or spot.arc
        if found is None and spot.marks:
            found = self._flow.store.marks[spot.marks[0]]
        hand = spot.chip is not None or spot.arc is not None
        shape = (
            Qt.CursorShape.PointingHandCursor if hand else Qt.CursorShape.IBeamCursor
        )
        if place.x() < self.gutter() and not hand:
            shape = Qt.CursorShape.ArrowCursor
        if self.viewport().cursor().shape() is not shape:
            self.viewport().setCursor(shape)
        if found != self._hovered:
            self._hovered = found
            self.hovered.emit(found)
            self.viewport().update()

    def viewportEvent(self, event: QEvent) -> bool:
        """Tell what is under the mouse in words; forget it when the mouse leaves."""
        if event.type() is QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            tip = escape(self._tip(QPointF(event.pos()))).replace("\n", "<br>")
            QToolTip.showText(event.globalPos(), tip and f"<qt>{tip}</qt>", self)
            return True
        if event.type() is QEvent.Type.Leave and self._hovered is not None:
            self._hovered = None
            self.hovered.emit(None)
            self.viewport().update()
        return super().viewportEvent(event)

    def _tip(self, place: QPointF) -> str:
        spot, marks = self.spot(place), self._flow.store.marks
        if spot.arc is not None:
            ends = (marks.get(spot.arc.head), marks.get(spot.arc.tail))
            sides = [self._quoted(mark) for mark in ends if mark is not None]
            return f" {spot.arc.name} \u2192 ".join(sides)
        found = [spot.chip] if spot.chip else [marks[id_] for id_ in spot.marks]
        found = self.hidden_at(place)[:MOST_TOLD] or found
        return "\n".join(f"{chip_text(m)}: {self._quoted(m)}" for m in found)

    def _quoted(self, mark: Mark) -> str:
        """The text of a mark, short."""
        text = " \u2026 ".join(
            self.text[a : min(b, a + 60)] for a, b in mark.pieces[:4]
        )
        text = " ".join(text.split())
        return (
            f"\u201c{text[:60]}\u201d"
            if len(text) <= 60
            else f"\u201c{text[:59]}\u2026\u201d"
        )

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu of what is under the mouse, or at the caret."""
        if event.reason() is QContextMenuEvent.Reason.Keyboard:
            place = self.caret_place().bottomLeft().toPoint()
            self.menu_wanted.emit(self.viewport().mapToGlobal(place))
            return
        spot = self.spot(QPointF(event.pos()))
        low, high = self.selection
        found = spot.chip.id if spot.chip else next(iter(spot.marks), None)
        if spot.chip is not None or not low <= spot.offset <= high or low == high:
            if spot.chip is None and spot.arc is None:
                self.set_caret(spot.offset, reveal=False)
            if spot.arc is not None:
                self.arc_pressed.emit(spot.arc.id)
            elif found is not None and found not in self._selected:
                adds = False
                self.mark_pressed.emit(found, adds)
        self.menu_wanted.emit(event.globalPos())

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Scroll; with Ctrl ask for a larger or smaller font."""
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            steps = event.angleDelta().y()
            if steps:
                self.font_size_wanted.emit(1 if steps > 0 else -1)
            event.accept()
        else:
            super().wheelEvent(event)
