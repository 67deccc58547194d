"""A scroll area in which a long text is laid out as it comes into sight."""

from __future__ import annotations

from math import ceil

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QWidget

from annolab.widgets.text_flow import TextFlow
from annolab.widgets.text_layout import Face
from annolab.widgets.text_marks import Piece
from annolab.widgets.text_paint import PAD, chip_font
from annolab.widgets.text_rows import MARGIN, Block, Sizes
from annolab.widgets.theme import tabular

SIZE = 16  # pixels of the usual font
LEADING = 1.12  # lines are so much higher than the font asks for
TOP, BOTTOM, SIDE = 8, 24, 16
NEAR = 3  # screens that are scrolled through exactly; further is a jump


class TextScroll(QAbstractScrollArea):
    """Keeps what is at the top where it is, while heights become known.

    `_first` is the chunk at the top edge, `_inside` how much of it is above (pixels).
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._family, self._size, self._spacing = "", SIZE, 100
        self._wrap = 0  # characters of a line; 0: as many as fit
        self._numbers = True
        self._reserved = True
        self._first = self._inside = 0
        self._syncing = False
        self._stale = False
        self.setFrameShape(QAbstractScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        # It coming and going would change the width, and so lay out everything.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        self._flow = TextFlow(*self._looks())

    # How it is set

    def text_font(self) -> QFont:
        """The font of the text."""
        font = QFont(self.font())
        if self._family:
            font.setFamily(self._family)
        font.setPixelSize(self._size)
        return font

    def gutter(self) -> float:
        """The width of the column of line numbers, and of that of arcs."""
        width = MARGIN if self._flow.arcs_shown else MARGIN / 2
        if self._numbers:
            digits = len(str(self._flow.chunks.lines[-1] + 1))
            figure = QFontMetricsF(self.number_font()).horizontalAdvance("0")
            width += ceil(max(digits, 2) * figure) + 8
        return width

    def number_font(self) -> QFont:
        """The font of line numbers."""
        font = tabular(self.font())
        font.setPixelSize(max(round(self._size * 0.75), 9))
        return font

    def _looks(self) -> tuple[Face, Sizes]:
        font, small = self.text_font(), QFontMetricsF(chip_font(self.font()))
        metrics = QFontMetricsF(font)
        gutter = self.gutter() if hasattr(self, "_flow") else MARGIN
        width = self.viewport().width() - gutter - SIDE
        if self._wrap:
            width = min(width, ceil(self._wrap * metrics.averageCharWidth()))
        width = max(width, 8 * metrics.height())
        least = metrics.height() * LEADING * self._spacing / 100
        known: dict[str, float] = {}

        def width_of(text: str) -> float:
            if text not in known:
                known[text] = ceil(small.horizontalAdvance(text) + 2 * PAD)
            return known[text]

        height = ceil(small.height()) + 1
        sizes = Sizes(height, height, self._reserved, width_of)
        return Face(font, width, ceil(least)), sizes

    def _relaid(self) -> None:
        """Lay out anew; the line at the top stays there."""
        offset = self._top_offset()
        self._flow.set_look(*self._looks())
        self._go_to(offset)

    def _top_offset(self) -> int:
        """Where the first line in sight begins."""
        if not self._first and self._inside <= 0:
            return 0
        block = self._flow.block(self._first)
        line = block.line_at(self._inside)
        return block.start + block.shape.line_range(line)[0]

    def _go_to(self, offset: int) -> None:
        """Have the line of an offset at the top."""
        self._first = self._flow.chunks.at(offset)
        self._inside = -TOP
        if offset:
            block = self._flow.block(self._first)
            local = min(offset - block.start, len(block.shape.text))
            self._inside = ceil(block.rows[block.shape.line_of(local)].top)
        self._settle_later()

    # Where it is

    @property
    def flow(self) -> TextFlow:
        """Where everything is."""
        return self._flow

    def top(self) -> int:
        """What is at the upper edge, in pixels from the beginning of the text."""
        return self._flow.heights.top(self._first) + self._inside

    def to_view(self, rect: QRectF) -> QRectF:
        """A place in the text, in pixels of the viewport."""
        return rect.translated(self.gutter(), -self.top())

    def to_text(self, place: QPointF) -> QPointF:
        """A place in the viewport, in pixels of the text."""
        return place + QPointF(-self.gutter(), self.top())

    def placed(self) -> list[tuple[int, Block, QPointF]]:
        """The chunks in sight, and where in the viewport their texts begin."""
        found = []
        y, chunk, left = -self._inside, self._first, self.gutter()
        height = self.viewport().height()
        while y < height and chunk < len(self._flow.chunks):
            block = self._flow.block(chunk)
            found.append((chunk, block, QPointF(left, y)))
            y += block.height
            chunk += 1
        return found

    def visible_range(self) -> Piece:
        """The stretch of the text that is in sight."""
        placed = self.placed()
        _, first, at = placed[0]
        low = first.shape.line_range(first.line_at(-at.y()))[0]
        _, last, at = placed[-1]
        line = last.line_at(self.viewport().height() - at.y() - 1)
        high = last.shape.line_range(line)[1]
        return first.start + low, last.start + high

    # Scrolling

    def scrollContentsBy(self, dx: int, dy: int) -> None:
        """Go where the scroll bar is; a short way is gone exactly."""
        if self._syncing:
            return
        target = self.verticalScrollBar().value() - TOP
        delta = target - self.top()
        if abs(delta) <= NEAR * self.viewport().height():
            self._inside += delta
        else:
            self._first = max(self._flow.heights.at(target), 0)
            self._inside = target - self._flow.heights.top(self._first)
        self._settle()
        self.viewport().update()

    def scroll_to(self, y: int) -> None:
        """Have a place of the text at the upper edge."""
        self._inside += y - self.top()
        self._settle()
        self.viewport().update()

    def reveal(self, start: int, stop: int) -> None:
        """Scroll as little as needed to see a stretch of the text, first its begin."""
        self._settle_if_stale()
        low = self._flow.caret_rect(start)
        high = self._flow.caret_rect(stop) if stop > start else low
        top = self._flow.heights.top(self._flow.chunks.at(start))
        rows = self._flow.pitch - self._flow.face.least  # with its chips
        upper, lower = min(low.top() - rows, low.top()), high.bottom() + 4
        height, now = self.viewport().height(), self.top()
        lower = min(lower, upper + height)
        if upper < now or lower > now + height:
            if upper < now - height or lower > now + 2 * height:
                self._first = self._flow.chunks.at(start)
                self._inside = round(upper - top - height / 3)
            else:
                self._inside += round(min(upper - now, 0) or lower - now - height)
            self._settle()
            self.viewport().update()

    def _settle_later(self) -> None:
        self._stale = True
        self.viewport().update()

    def _settle_if_stale(self) -> None:
        if self._stale:
            self._settle()

    def _settle(self) -> None:
        """Let `_first` be the chunk at the upper edge; end with the text."""
        self._stale = False
        self._normalize()
        height = self.viewport().height() - BOTTOM
        y = -self._inside
        for chunk in range(self._first, len(self._flow.chunks)):
            y += self._flow.block(chunk).height
            if y >= height:
                break
        else:
            self._inside -= height - y
            self._normalize()
        self._sync()

    def _normalize(self) -> None:
        flow, last = self._flow, len(self._flow.chunks) - 1
        self._first = min(max(self._first, 0), last)
        while self._inside < 0 and self._first > 0:
            self._first -= 1
            self._inside += flow.block(self._first).height
        while self._first < last:
            height = flow.block(self._first).height
            if self._inside < height:
                break
            self._inside -= height
            self._first += 1
        if not self._first:
            self._inside = max(self._inside, -TOP)

    def _sync(self) -> None:
        """Let the scroll bar tell where it is."""
        bar, height = self.verticalScrollBar(), self.viewport().height()
        self._syncing = True
        total = min(self._flow.heights.total + TOP + BOTTOM, 2**31 - 1)
        bar.setRange(0, max(total - height, 0))
        bar.setEnabled(total > height)
        bar.setPageStep(max(height - self._flow.pitch, 1))
        bar.setSingleStep(self._flow.pitch)
        bar.setValue(self.top() + TOP)
        self._syncing = False

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Break lines anew when the width is another."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._relaid()
        self._settle_later()

    def changeEvent(self, event: QEvent) -> None:
        """Take another font of the window."""
        super().changeEvent(event)
        if event.type() is QEvent.Type.FontChange and hasattr(self, "_flow"):
            self._relaid()
