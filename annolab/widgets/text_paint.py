"""How a text with its marks is painted."""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen

from annolab.widgets.text_marks import Piece
from annolab.widgets.text_rows import LONGEST_CHIP, Bar, Block, Chip, chip_text
from annolab.widgets.theme import Theme, luminance

PAD = 5.0  # of a chip, left and right
RADIUS = 3.0
BAR = 2.0
NEWLINE = 6.0  # how far the selection goes on where it includes the end of a line
_FOUND = {False: "#ffd54a", True: "#8a6d1f"}  # behind what was found, dark or not
_DOTS = (1.0, 2.0)
_DASHES = (3.0, 2.0)
SOLID = 3  # nested marks that are filled: the text stays legible on them


@dataclass(frozen=True, slots=True)
class Look:
    """What painting needs to know beside where everything is.

    `area`: what is to be painted, in pixels of the viewport. `current`: the place of
    the current one of the `hits`, -1: none.
    """

    theme: Theme
    area: QRectF
    chip_font: QFont
    selection: Piece
    chosen: frozenset[int]
    hovered: int | None
    hits: list[Piece]
    current: int
    target: Piece
    active: bool


def paint_block(painter: QPainter, block: Block, at: QPointF, look: Look) -> None:
    """A chunk with the marks on it, but for its chips; `at`: where its text begins."""
    top, bottom = look.area.top() - at.y(), look.area.bottom() - at.y()
    lines = {
        number
        for number, row in enumerate(block.rows)
        if row.bottom > top and row.top < bottom
    }
    painter.translate(at)
    _paint_fills(painter, [b for b in block.bars if b.line in lines], block, look)
    for number in sorted(lines):
        _paint_stretches(painter, block, number, look)
    painter.setPen(look.theme.color("text"))
    for number in sorted(lines):
        line, row = block.shape.lines[number], block.rows[number]
        y = row.text + (row.height - line.line.height()) / 2 - line.line.y()
        line.line.draw(painter, QPointF(0.0, round(y)))
    _paint_bars(painter, [b for b in block.bars if b.line in lines], block, look)
    painter.translate(-at)


def _paint_fills(painter: QPainter, bars: list[Bar], block: Block, look: Look) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    for bar in bars:
        row = block.rows[bar.line]
        chosen = bar.mark.id in look.chosen
        share = 0.06 if bar.mark.suggested or bar.track >= SOLID else 0.2
        share += 0.16 * chosen + 0.08 * (bar.mark.id == look.hovered)
        painter.fillRect(
            QRectF(bar.left, row.text, bar.right - bar.left, row.height + 1),
            faded(bar.mark.color, share),
        )


def _paint_stretches(painter: QPainter, block: Block, line: int, look: Look) -> None:
    """What was found, what is selected, and what a key would mark, on a line."""
    start, stop = (block.start + end for end in block.shape.line_range(line))
    first = max(bisect_left(look.hits, (start, start)) - 1, 0)
    for number in range(first, len(look.hits)):
        hit = look.hits[number]
        if hit[0] >= stop:
            break
        share = 0.8 if number == look.current else 0.4
        color = faded(_FOUND[look.theme.dark], share)
        for box in _boxes(block, line, hit):
            painter.fillRect(box, color)
    low, high = look.selection
    if low < high:
        color = faded(look.theme.accent, 0.34 if look.active else 0.2)
        for box in _boxes(block, line, look.selection, newline=True):
            painter.fillRect(box, color)
    elif look.target[0] < look.target[1]:
        painter.setPen(QPen(faded(look.theme.accent, 0.7), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for box in _boxes(block, line, look.target):
            painter.drawRoundedRect(box.adjusted(-0.5, 0.5, 0.5, 0.5), 2, 2)
        painter.setPen(Qt.PenStyle.NoPen)


def _boxes(
    block: Block, line: int, piece: Piece, *, newline: bool = False
) -> list[QRectF]:
    """Where a part of the text is on a line."""
    row, shape = block.rows[line], block.shape
    start, stop = piece[0] - block.start, piece[1] - block.start
    boxes = [
        QRectF(left, row.text, right - left, row.height + 1)
        for left, right in shape.stretches(line, start, stop)
    ]
    size = len(shape.text)
    if newline and line == len(shape.lines) - 1 and start <= size < stop:
        end = shape.lines[line]
        left = end.left - NEWLINE if shape.rtl else end.right
        boxes.append(QRectF(left, row.text, NEWLINE, row.height + 1))
    return boxes


def _paint_bars(painter: QPainter, bars: list[Bar], block: Block, look: Look) -> None:
    """Bars under the text, outlines, and the lines that join pieces of a mark."""
    split: dict[tuple[int, int], list[Bar]] = defaultdict(list)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for bar in bars:
        row, mark = block.rows[bar.line], bar.mark
        y = row.bars + bar.track * (BAR + 2)
        ink = line_color(mark.color, look.theme)
        if mark.suggested:
            painter.setPen(_dashed(ink, BAR, _DOTS))
            painter.drawLine(QLineF(bar.left + 1, y + 1, bar.right - 1, y + 1))
        else:
            width = BAR / 2 if mark.locked else BAR
            painter.fillRect(QRectF(bar.left, y, bar.right - bar.left, width), ink)
        if mark.suggested or mark.id in look.chosen:
            box = QRectF(bar.left, row.text, bar.right - bar.left, row.height + 1)
            wide = mark.id in look.chosen
            pen = QPen(ink, 1.5) if wide else _dashed(ink, 1.0, _DOTS)
            painter.setPen(pen)
            painter.drawRoundedRect(box.adjusted(0.5, 0.5, -0.5, -0.5), 2, 2)
        if len(mark.pieces) > 1:
            split[mark.id, bar.line].append(bar)
    for (_, number), some in split.items():
        _join(painter, some, block, number, look)


def _join(
    painter: QPainter, bars: list[Bar], block: Block, number: int, look: Look
) -> None:
    """A dashed line through the gaps of a mark, and on to its other lines."""
    line, row, mark = block.shape.lines[number], block.rows[number], bars[0].mark
    start, stop = (block.start + end for end in block.shape.line_range(number))
    sides = sorted((bar.left, bar.right) for bar in bars)
    before, after = mark.start < start, mark.stop > stop
    if block.shape.rtl:
        before, after = after, before
    gaps = [(one[1], other[0]) for one, other in pairwise(sides)]
    gaps += [(line.left, sides[0][0])] * before + [(sides[-1][1], line.right)] * after
    painter.setPen(_dashed(line_color(mark.color, look.theme), 1.0, _DASHES))
    y = row.bars + bars[0].track * (BAR + 2) + BAR / 2
    for left, right in gaps:
        if right - left > 2:
            painter.drawLine(QLineF(left, y, right, y))


def paint_chips(painter: QPainter, block: Block, at: QPointF, look: Look) -> None:
    """The labels of the marks that begin in a chunk."""
    painter.setFont(look.chip_font)
    descent = QFontMetricsF(look.chip_font).descent()
    for chip in block.chips:
        rect = chip.rect.translated(at)
        if rect.bottom() > look.area.top() and rect.top() < look.area.bottom():
            _paint_chip(painter, chip, rect, descent, look)


def _paint_chip(
    painter: QPainter, chip: Chip, rect: QRectF, descent: float, look: Look
) -> None:
    """Full in the colour of the label; hollow when nobody has decided, or may."""
    mark, theme = chip.mark, look.theme
    chosen = mark.id in look.chosen
    hollow = (mark.suggested or mark.locked) and not chosen
    edge = line_color(mark.color, theme)
    inner = rect.adjusted(0.5, 0.5, -0.5, -0.5)
    if hollow:
        painter.setBrush(theme.color("panel"))
        painter.setPen(_dashed(edge, 1.0, _DASHES) if mark.suggested else QPen(edge, 1))
    else:
        painter.setBrush(QColor(mark.color))
        bold = QPen(theme.color("text"), 1.5)
        painter.setPen(bold if chosen else Qt.PenStyle.NoPen)
    painter.drawRoundedRect(inner if hollow or chosen else rect, RADIUS, RADIUS)
    painter.setPen(theme.color("text") if hollow else QColor(ink_on(mark.color)))
    text = chip_text(mark)
    if rect.width() >= LONGEST_CHIP:
        text = _elided(text, look.chip_font.key(), rect.width() - 2 * PAD)
    base = rect.bottom() - descent - (rect.height() - _tall(look.chip_font.key())) / 2
    painter.drawText(QPointF(rect.left() + PAD, round(base)), text)


def chip_font(base: QFont) -> QFont:
    """The font of chips and of the names of arcs."""
    font = QFont(base)
    size = base.pixelSize() if base.pixelSize() > 0 else 13
    font.setPixelSize(max(round(size * 0.84), 9))
    font.setWeight(QFont.Weight.DemiBold)
    return font


@lru_cache(maxsize=64)
def _tall(key: str) -> float:
    return QFontMetricsF(_font(key)).height()


@lru_cache(maxsize=1024)
def _elided(text: str, key: str, width: float) -> str:
    metrics = QFontMetricsF(_font(key))
    return metrics.elidedText(text, Qt.TextElideMode.ElideRight, width)


def _font(key: str) -> QFont:
    font = QFont()
    font.fromString(key)
    return font


@lru_cache(maxsize=512)
def ink_on(color: str) -> str:
    """What is read well on a label colour."""
    return "#14161a" if luminance(color) > 0.22 else "#ffffff"


@lru_cache(maxsize=512)
def line_color(color: str, theme: Theme) -> QColor:
    """A label colour for thin lines; darker on light ground."""
    return QColor(color) if theme.dark else QColor(color).darker(125)


@lru_cache(maxsize=1024)
def faded(color: str, share: float) -> QColor:
    """A colour of which only a share is seen."""
    made = QColor(color)
    made.setAlphaF(share)
    return made


def _dashed(color: QColor, width: float, pattern: tuple[float, ...]) -> QPen:
    pen = QPen(color, width)
    pen.setDashPattern(pattern)
    pen.setCapStyle(Qt.PenCapStyle.FlatCap)
    return pen


def paint_number(
    painter: QPainter, number: int, box: QRectF, look: Look, *, current: bool
) -> None:
    """The number of a line in the gutter, from 1."""
    painter.setPen(look.theme.color("text" if current else "dim"))
    side = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(box, side, str(number))
