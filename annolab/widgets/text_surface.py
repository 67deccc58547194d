"""The scroll area of a text, painted: its marks, arcs, selection and caret."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import (
    QFocusEvent,
    QFontMetricsF,
    QGuiApplication,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QWidget

from annolab.widgets.text_arcs import Trace, arc_at, paint_arcs, rounded, traced
from annolab.widgets.text_marks import Arc, Mark, Piece, Spot
from annolab.widgets.text_paint import (
    Look,
    chip_font,
    faded,
    paint_block,
    paint_chips,
    paint_number,
)
from annolab.widgets.text_rows import Block
from annolab.widgets.text_scroll import TextScroll
from annolab.widgets.theme import theme_of


class TextSurface(TextScroll):
    """What is shown; all offsets are code points."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._caret = self._anchor = 0
        self._selected: tuple[int, ...] = ()
        self._arc: int | None = None
        self._hits: list[Piece] = []
        self._hit = -1
        self._target: Piece = (0, 0)
        self._hovered: Mark | Arc | None = None
        self._drawn: tuple[Mark, QPointF] | None = None  # an arc that is being drawn
        self._traces: list[Trace] = []
        self._hidden: list[tuple[QRectF, list[Mark]]] = []
        self._lit = True
        self._blink = QTimer(self)
        self._blink.timeout.connect(self._toggle_caret)

    @property
    def text(self) -> str:
        """The text that is shown."""
        return self._flow.chunks.text

    def set_text(self, text: str) -> None:
        """Show another text, from its beginning, without marks."""
        self._flow.set_text(text)
        self._first = self._inside = 0  # no chunk of the text before is looked for
        self._selected, self._arc = (), None
        self._hits, self._hit, self._target = [], -1, (0, 0)
        self._caret = self._anchor = 0
        self._hovered = self._drawn = None
        self._relaid()
        self._go_to(0)

    def set_marks(self, marks: Sequence[Mark]) -> None:
        """Show these marks instead of all others."""
        self._flow.store.set_marks(marks)
        self._flow.forget_rows()
        self._settle_later()

    def change_marks(self, changed: Sequence[Mark], removed: Iterable[int]) -> None:
        """Show marks that are new or differ, and no longer those in `removed`."""
        removed = list(removed)
        gone = [m for i in removed if (m := self._flow.store.marks.get(i)) is not None]
        chunks = self._flow.touched(gone)
        touched = self._flow.store.change(changed, removed)
        chunks |= self._flow.touched(touched)
        before = {chunk: self._flow.heights[chunk] for chunk in chunks}
        self._flow.forget_rows(chunks)
        seen = {chunk: at for chunk, _, at in self.placed()}
        if any(self._flow.heights[c] != before[c] for c in chunks if c in seen):
            self._settle_later()
            return
        self._stale = self._stale or bool(chunks - seen.keys())
        for chunk in chunks & seen.keys():
            self._update_chunk(chunk, seen[chunk])

    def _update_chunk(self, chunk: int, at: QPointF) -> None:
        height = self._flow.heights[chunk]
        self.viewport().update(0, int(at.y()) - 1, self.viewport().width(), height + 2)

    def set_arcs(self, arcs: Sequence[Arc]) -> None:
        """Show these arcs instead of all others."""
        self._flow.store.set_arcs(arcs)
        self._flow.forget_rows()
        self._settle_later()

    def set_hits(self, hits: Sequence[Piece], current: int = -1) -> None:
        """Show what a search found, sorted; `current` is the place of one of them."""
        self._hits, self._hit = list(hits), current
        self.viewport().update()

    def set_target(self, start: int, stop: int) -> None:
        """Outline faintly what a key would mark while nothing is selected."""
        if (start, stop) != self._target:
            self._target = start, stop
            self.viewport().update()

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
        raise NotImplementedError

    def mark_at(self, offset: int) -> tuple[int, ...]:
        """The marks around the character at `offset`, innermost first."""
        return self._flow.store.at(offset)

    def marks_in(self, start: int, stop: int) -> tuple[int, ...]:
        """The marks with a part in a stretch of the text, by their beginning."""
        return tuple(mark.id for mark in self._flow.store.within(start, stop))

    def marks_around(self, offset: int) -> list[Mark]:
        """The marks around the character at `offset`, innermost first."""
        return [self._flow.store.marks[id_] for id_ in self.mark_at(offset)]

    def on_screen(self, place: QPoint) -> QPoint:
        """A place in the viewport, on the screen."""
        return self.viewport().mapToGlobal(place)

    def in_viewport(self, place: QPoint) -> QPoint:
        """A place on the screen, in the viewport."""
        return self.viewport().mapFromGlobal(place)

    # The mouse

    def spot(self, place: QPointF) -> Spot:
        """What is at a place in the viewport."""
        self._settle_if_stale()
        at = self.to_text(place)
        offset = self._flow.hit(at.x(), at.y())
        chip = self._chip_at(at)
        arc = None if chip is not None else arc_at(self._traces, place)
        on = self._flow.on(at.x(), at.y())
        return Spot(offset, chip, arc, self.mark_at(on) if on is not None else ())

    def _chip_at(self, at: QPointF) -> Mark | None:
        chunk, block, _ = self._flow.line_at(at.y())
        inside = QPointF(at.x(), at.y() - self._flow.heights.top(chunk))
        chips = (c.mark for c in block.chips if c.rect.contains(inside))
        return next(chips, None)

    def scroll_by(self, pixels: int) -> None:
        """Scroll down, or up."""
        self.scroll_to(self.top() + pixels)

    def drag_arc(self, head: Mark | None, place: QPointF) -> None:
        """Show an arc that is being drawn, or none any more."""
        self._drawn = None if head is None else (head, place)
        self.viewport().update()

    def overshoot(self, place: QPointF) -> int:
        """Pixels by which a place is below (or above) what is in sight."""
        bottom = self.viewport().height()
        return round(min(place.y(), 0.0) or max(place.y() - bottom, 0.0))

    # Painting

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint what is in sight."""
        self._settle_if_stale()
        placed = self.placed()
        look = self._look(QRectF(event.rect()))
        painter = QPainter(self.viewport())
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(event.rect(), look.theme.color("panel"))
        blocks = [(block, at) for _, block, at in placed]
        for block, at in blocks:
            paint_block(painter, block, at, look)
        self._paint_numbers(painter, placed, look)
        if self._flow.arcs_shown and self._flow.store.arcs:
            everything = QRectF(self.viewport().rect())
            store, sizes = self._flow.store, self._flow.sizes
            self._traces = traced(blocks, store.marks, sizes, everything)
            paint_arcs(painter, self._traces, look, self._lit_arc())
            self._paint_counts(painter, blocks, look)
        else:
            self._traces = []
        for block, at in blocks:
            paint_chips(painter, block, at, look)
        self._paint_hidden(painter, blocks, look)
        self._paint_drawn(painter, look)
        self._paint_caret(painter, look)
        painter.end()
        self._sync()

    def _lit_arc(self) -> int | None:
        if self._arc is None and isinstance(self._hovered, Arc):
            return self._hovered.id
        return self._arc

    def _look(self, area: QRectF) -> Look:
        low, high = sorted((self._caret, self._anchor))
        hovered = self._hovered.id if isinstance(self._hovered, Mark) else None
        return Look(
            theme=theme_of(self),
            area=area,
            chip_font=chip_font(self.font()),
            selection=(low, high),
            chosen=frozenset(self._selected),
            hovered=hovered,
            hits=self._hits,
            current=self._hit,
            target=self._target,
            active=self.hasFocus(),
        )

    def _paint_numbers(
        self, painter: QPainter, placed: list[tuple[int, Block, QPointF]], look: Look
    ) -> None:
        if not self._numbers:
            return
        painter.setFont(self.number_font())
        chunks = self._flow.chunks
        here = chunks.lines[chunks.at(self._caret)]
        width = self.gutter() - (24 if self._flow.arcs_shown else 12)
        for chunk, block, at in placed:
            if chunks.opens_line(chunk):
                row, line = block.rows[0], chunks.lines[chunk]
                box = QRectF(0, at.y() + row.text, width, row.height)
                paint_number(painter, line + 1, box, look, current=line == here)

    def _paint_counts(
        self, painter: QPainter, blocks: list[tuple[Block, QPointF]], look: Look
    ) -> None:
        """How many arcs are not drawn: on crowded lines, and those that pass by."""
        painter.setFont(look.chip_font)
        right = self.viewport().width() - 8.0
        for block, at in blocks:
            for line, count in block.missing.items():
                y = at.y() + block.rows[line].arcs - self._flow.sizes.arc
                self._badge(painter, f"+{count}", QPointF(right, y), look)
        passing = self._flow.store.passing(*self.visible_range())
        if passing:
            text = self.tr("%n relation(s) pass by", "", passing)
            self._badge(painter, text, QPointF(right, 2), look)

    def _paint_hidden(
        self, painter: QPainter, blocks: list[tuple[Block, QPointF]], look: Look
    ) -> None:
        """How many chips have found no room above their line; a tip names them."""
        painter.setFont(look.chip_font)
        self._hidden = []
        for block, at in blocks:
            for line, marks in block.hidden.items():
                y = at.y() + block.rows[line].text - self._flow.sizes.chip - 1
                end = QPointF(self.viewport().width() - 8.0, y)
                box = self._badge(painter, f"+{len(marks)}", end, look)
                self._hidden.append((box, marks))

    def hidden_at(self, place: QPointF) -> list[Mark]:
        """The marks whose chips a count at a place in the viewport stands for."""
        return next((m for box, m in self._hidden if box.contains(place)), [])

    def _badge(self, painter: QPainter, text: str, end: QPointF, look: Look) -> QRectF:
        width = QFontMetricsF(look.chip_font).horizontalAdvance(text) + 12
        box = QRectF(end.x() - width, end.y(), width, self._flow.sizes.chip)
        painter.setPen(QPen(look.theme.color("line"), 1))
        painter.setBrush(look.theme.color("raised"))
        painter.drawRoundedRect(box, 3, 3)
        painter.setPen(look.theme.color("dim"))
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, text)
        return box

    def _paint_drawn(self, painter: QPainter, look: Look) -> None:
        """The arc that is being drawn from a chip to the mouse."""
        if self._drawn is None:
            return
        mark, place = self._drawn
        begin = self.to_view(self._flow.caret_rect(mark.start)).topLeft()
        high = min(begin.y(), place.y()) - 24
        points = [begin, QPointF(begin.x(), high), QPointF(place.x(), high), place]
        painter.setPen(QPen(look.theme.color("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(rounded(points))

    def _paint_caret(self, painter: QPainter, look: Look) -> None:
        if self.hasFocus() and not self._lit:
            return
        rect = self.to_view(self._flow.caret_rect(self._caret))
        if rect.intersects(look.area):
            share = 1.0 if self.hasFocus() else 0.45
            painter.fillRect(rect, faded(look.theme.accent, share))

    # The caret blinks at the rate of the system

    def caret_place(self) -> QRectF:
        """Where the caret is in the viewport."""
        return self.to_view(self._flow.caret_rect(self._caret))

    def _restart_caret(self) -> None:
        self._lit = True
        flash = QGuiApplication.styleHints().cursorFlashTime()
        if self.hasFocus() and flash > 0:
            self._blink.start(max(flash // 2, 100))
        else:
            self._blink.stop()
        self.viewport().update()

    def _toggle_caret(self) -> None:
        self._lit = not self._lit
        if not self._stale:
            rect = self.caret_place().adjusted(-2, -2, 2, 2)
            self.viewport().update(rect.toAlignedRect())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Let the caret blink."""
        super().focusInEvent(event)
        self._restart_caret()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Let the caret stand, dim."""
        super().focusOutEvent(event)
        self._restart_caret()

    def changeEvent(self, event: QEvent) -> None:
        """Take other colours."""
        super().changeEvent(event)
        self.viewport().update()
