"""One chunk of a text laid out: its lines, and where on them characters are."""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QTextLayout, QTextLine, QTextOption

from annolab.model.offsets import Offsets

Stretch = tuple[float, float]  # from the left to the right, in pixels
Cell = tuple[int, int, float, float]  # UTF-16 units of a grapheme, and its stretch

# What would end a line, or stand for an object, or be no character for Qt.
_ODD = re.compile("[\x00-\x08\x0a-\x1f\x7f-\x9f\u2028\u2029\ufffc\ud800-\udfff]")
_RTL = re.compile(
    "[\u0590-\u08ff\u200f\u202a-\u202e\u2066-\u2069\ufb1d-\ufdff\ufe70-\ufeff"
    "\U00010800-\U00010fff\U0001e800-\U0001efff]"
)
_LEADING, _TRAILING = QTextLine.Edge.Leading, QTextLine.Edge.Trailing
_TAB = 4  # in digits
_SPACES = 24.0  # pixels at the end of a line, where Qt has spaces on one another


@dataclass(frozen=True, slots=True)
class Face:
    """How text is set: the font, the width of lines, and their least height (px)."""

    font: QFont
    width: float
    least: float

    @property
    def letter(self) -> float:
        """The width of a usual letter."""
        return max(QFontMetricsF(self.font).averageCharWidth(), 1.0)


@dataclass(frozen=True, slots=True)
class Line:
    """A line on the screen: its UTF-16 units, and its size in pixels."""

    line: QTextLine
    start: int
    stop: int
    height: float
    left: float
    right: float
    rtl: bool


def is_rtl(text: str) -> bool:
    """Whether the first character with a direction is written to the left."""
    for character in text:
        kind = unicodedata.bidirectional(character)
        if kind in ("L", "R", "AL"):
            return kind != "L"
    return False


class Shape:
    """A chunk laid out in a width. Offsets are code points from its beginning.

    A logical stretch may be several on the screen, where directions are mixed.
    """

    def __init__(self, text: str, face: Face, *, rtl: bool) -> None:
        self.text = text
        self.rtl = rtl
        self.width = face.width
        self._plain = not rtl and (text.isascii() or _RTL.search(text) is None)
        self._offsets = None if _is_narrow(text) else Offsets(text)
        self._layout = _laid_out(_ODD.sub(_shown, text), face, rtl=rtl)
        self.lines = [
            _line(self._layout.lineAt(number), face, rtl=rtl)
            for number in range(self._layout.lineCount())
        ]
        self._starts = [line.start for line in self.lines]
        self._tables: dict[int, list[Cell]] = {}
        self._carets: dict[int, list[tuple[int, float]]] = {}

    def to_qt(self, offset: int) -> int:
        """UTF-16 units before a code point."""
        return offset if self._offsets is None else self._offsets.to_utf16(offset)

    def from_qt(self, unit: int) -> int:
        """The code point that a UTF-16 unit is in."""
        return unit if self._offsets is None else self._offsets.from_utf16(unit)

    @cached_property
    def size(self) -> int:
        """The UTF-16 units of the chunk."""
        return self.to_qt(len(self.text))

    def line_of(self, offset: int) -> int:
        """The line that a caret before `offset` is on."""
        return max(bisect_right(self._starts, self.to_qt(offset)) - 1, 0)

    def line_range(self, line: int) -> tuple[int, int]:
        """The code points on a line."""
        return self.from_qt(self.lines[line].start), self.from_qt(self.lines[line].stop)

    def caret_x(self, offset: int) -> float:
        """Where a caret before `offset` stands on its line."""
        line, unit = self.line_of(offset), self.to_qt(offset)
        if self._plain:
            return _x(self.lines[line].line, unit)
        self._table(line)
        carets = self._carets[line]
        return carets[min(bisect_left(carets, (unit,)), len(carets) - 1)][1]

    def hit(self, line: int, x: float) -> int:
        """The offset of the caret that is nearest to a place on a line."""
        row = self.lines[line]
        wraps = line < len(self.lines) - 1
        if self._plain and x < min(row.right, self.width - _SPACES):
            place = QTextLine.CursorPosition.CursorBetweenCharacters
            return self.from_qt(row.line.xToCursor(x, place))
        self._table(line)
        carets = self._carets[line][: -1 if wraps else None]
        left, right = (end(x for _, x in carets) for end in (min, max))
        if not self._plain and not min(row.left, left) <= x <= max(row.right, right):
            last = (x < left) == self.rtl
            return self.from_qt(carets[-1 if last else 0][0])
        return self.from_qt(min(carets, key=lambda caret: abs(caret[1] - x))[0])

    def on(self, line: int, x: float) -> int | None:
        """The grapheme that covers a place on a line, None beside the text."""
        for start, _, left, right in self._table(line):
            if left <= x < right:
                return self.from_qt(start)
        return None

    def stretches(self, line: int, start: int, stop: int) -> list[Stretch]:
        """Where a part of the text is on a line, in logical order."""
        row = self.lines[line]
        low, high = max(self.to_qt(start), row.start), min(self.to_qt(stop), row.stop)
        if low >= high:
            return []
        if self._plain:
            low, high = self._whole(low, high)
            left, right = _x(row.line, low), self._end_x(row, high)
            return [(left, max(left, right))]
        found: list[Stretch] = []
        for begin, end, left, right in self._table(line):
            if begin >= high or end <= low:
                continue
            if right - left < 0.05 and (found or end < high):
                continue  # a sign that only tells a direction
            if found and abs(found[-1][1] - left) < 0.5:
                found[-1] = (found[-1][0], right)
            elif found and abs(found[-1][0] - right) < 0.5:
                found[-1] = (left, found[-1][1])
            else:
                found.append((left, right))
        return found

    def leftwards(self, offset: int) -> int:
        """Where the caret goes by the left arrow key; `offset` at the edge."""
        return self.from_qt(self._layout.leftCursorPosition(self.to_qt(offset)))

    def rightwards(self, offset: int) -> int:
        """Where the caret goes by the right arrow key; `offset` at the edge."""
        return self.from_qt(self._layout.rightCursorPosition(self.to_qt(offset)))

    def after(self, offset: int) -> int:
        """The end of the grapheme that begins at, or is around, `offset`."""
        return self.from_qt(self._layout.nextCursorPosition(self.to_qt(offset)))

    def before(self, offset: int) -> int:
        """The beginning of the grapheme that ends at, or is around, `offset`."""
        return self.from_qt(self._layout.previousCursorPosition(self.to_qt(offset)))

    def is_rtl_at(self, offset: int) -> bool:
        """Whether the character at `offset` is written to the left."""
        if self._plain:
            return False
        line = self.line_of(offset)
        unit = self.to_qt(offset)
        text = self.lines[line].line
        return _x(text, unit, _TRAILING) < _x(text, unit)

    def _whole(self, low: int, high: int) -> tuple[int, int]:
        """A range of units grown to graphemes."""
        layout = self._layout
        if not layout.isValidCursorPosition(low):
            low = layout.previousCursorPosition(low)
        if not layout.isValidCursorPosition(high):
            high = layout.nextCursorPosition(high)
        return low, high

    def _end_x(self, row: Line, unit: int) -> float:
        return row.right if unit >= row.stop else _x(row.line, unit)

    def _table(self, line: int) -> list[Cell]:
        """The graphemes of a line: their units, and where they are."""
        table = self._tables.get(line)
        if table is None:
            row, layout = self.lines[line], self._layout
            ends = [row.start]
            while ends[-1] < row.stop:
                ends.append(layout.nextCursorPosition(ends[-1]))
            layout.setCursorMoveStyle(Qt.CursorMoveStyle.VisualMoveStyle)
            seen = [
                (_x(row.line, begin), _x(row.line, begin, _TRAILING))
                for begin in ends[:-1]
            ]
            layout.setCursorMoveStyle(Qt.CursorMoveStyle.LogicalMoveStyle)
            edges = [
                (begin, end, _x(row.line, begin), self._trail(row.line, begin, end))
                for begin, end in pairwise(ends)
            ]
            edges = _told_rightly(edges, seen)
            table = self._tables[line] = _mended(edges, seen, row, self._has_width)
            carets = [(edge[0], edge[2]) for edge in edges]
            near, far = (row.right, row.left) if self.rtl else (row.left, row.right)
            is_last = line == len(self.lines) - 1 and not self._plain
            end = far if is_last else _x(row.line, row.stop)
            # Qt puts the first one by what is on the line before.
            self._carets[line] = [(row.start, near), *carets[1:], (row.stop, end)]
            if not edges:
                self._carets[line] = [(row.start, near)]
        return table

    def _has_width(self, unit: int) -> bool:
        """Whether it is no sign that only tells directions or joins."""
        return unicodedata.category(self.text[self.from_qt(unit)]) != "Cf"

    def _trail(self, line: QTextLine, begin: int, end: int) -> float:
        """Where a grapheme ends; Qt tells it wrongly of tabs."""
        if self.text[self.from_qt(begin)] == "\t":
            return _x(line, end)
        return _x(line, begin, _TRAILING)


def _told_rightly(edges: list[Cell], seen: list[Stretch]) -> list[Cell]:
    """The edges, where Qt tells those of the next piece of the line in their stead.

    It does so with a character in a piece against the direction of the paragraph,
    if that has fewer glyphs than characters (`QTextLine::cursorToX` compares the
    two). `seen` are the edges when the caret moves by sight: of such pieces they are
    either right, or those of the character behind.
    """
    against = [_differs(one[0], edge[2]) for one, edge in zip(seen, edges, strict=True)]
    told = list(edges)
    beyond = None
    for number in range(len(edges) - 1, -1, -1):
        start, stop, lead, _ = edges[number]
        before, behind = number > 0, number + 1 < len(edges)
        if not against[number]:
            beyond = lead
        elif before and against[number - 1]:
            if beyond is not None and not _differs(lead, beyond):
                told[number] = start, stop, seen[number - 1][0], seen[number][0]
        elif not behind or (
            not against[number + 1]
            and (
                not _differs(edges[number + 1][2], seen[number][1])
                or (before and not _differs(edges[number - 1][3], seen[number][0]))
            )
        ):
            told[number] = start, stop, *seen[number]
    return told


def _differs(one: float, other: float) -> bool:
    return abs(one - other) > 0.05


def _mended(
    edges: list[Cell], seen: list[Stretch], row: Line, has_width: Callable[[int], bool]
) -> list[Cell]:
    """The cells of leading and trailing edges, from left to right each.

    Where the direction changes to that which the paragraph does not have, Qt tells
    where the caret is drawn instead of where the character is. What touches the
    trailing edge of such a character, and no other covers, is its place.
    """
    edges = [_up_to(number, edges) for number in range(len(edges))]
    cells = [(start, stop, min(a, b), max(a, b)) for start, stop, a, b in edges]
    known = sorted(cell[2:] for cell in cells if cell[2] < cell[3])
    sides = [row.left, *(side for cell in known for side in cell), row.right]
    gaps = [(a, b) for a, b in zip(sides[::2], sides[1::2], strict=True) if b - a > 0.1]
    for number, (start, stop, left, right) in enumerate(cells):
        if left < right:
            continue
        edge = seen[number][0]
        if number + 1 < len(edges):
            _, _, lead, trail = edges[number + 1]
            edge = lead if (lead < trail) == row.rtl and lead != trail else edge
        near = [gap for gap in gaps if gap[0] - 0.5 <= edge <= gap[1] + 0.5]
        place = near[0] if near and has_width(start) else (edge, edge)
        cells[number] = (start, stop, *place)
    return cells


def _up_to(number: int, edges: list[Cell]) -> Cell:
    """A cell that ends where the next one begins, if nothing else is between.

    Of graphemes that a font draws as several, Qt tells the end of the first.
    """
    start, stop, lead, trail = edges[number]
    if number + 1 == len(edges) or trail == lead:
        return start, stop, lead, trail
    _, _, follows, ends = edges[number + 1]
    right = trail > lead
    if trail == follows or (follows > lead) != right or (ends > follows) != right:
        return start, stop, lead, trail
    low, high = sorted((trail, follows))
    for other in edges[:number] + edges[number + 2 :]:
        if min(other[2:]) < high - 0.1 and low + 0.1 < max(other[2:]):
            return start, stop, lead, trail
    return start, stop, lead, follows


def _x(line: QTextLine, unit: int, edge: QTextLine.Edge = _LEADING) -> float:
    x: float = line.cursorToX(unit, edge)[0]  # type: ignore[index]
    return x


def _is_narrow(text: str) -> bool:
    return text.isascii() or max(text) <= "\uffff"


def _shown(odd: re.Match[str]) -> str:
    """What is shown for a control character; as long in UTF-16."""
    code = ord(odd[0])
    if code < 0x20:
        return chr(0x2400 + code)
    return {0x7F: "\u2421", 0x2028: "\u2424", 0x2029: "\u00b6"}.get(code, "\ufffd")


def _laid_out(text: str, face: Face, *, rtl: bool) -> QTextLayout:
    layout = QTextLayout(text, face.font)
    layout.setCacheEnabled(True)
    side = Qt.AlignmentFlag.AlignRight if rtl else Qt.AlignmentFlag.AlignLeft
    option = QTextOption(side | Qt.AlignmentFlag.AlignAbsolute)
    direction = Qt.LayoutDirection
    option.setTextDirection(direction.RightToLeft if rtl else direction.LeftToRight)
    option.setWrapMode(QTextOption.WrapMode.WrapAtWordBoundaryOrAnywhere)
    option.setTabStopDistance(
        _TAB * max(QFontMetricsF(face.font).horizontalAdvance("0"), 1.0)
    )
    layout.setTextOption(option)
    layout.beginLayout()
    y = 0.0
    while (line := layout.createLine()).isValid():
        line.setLineWidth(face.width)
        line.setPosition(QPointF(0.0, y))
        y += line.height()
    layout.endLayout()
    return layout


def _line(line: QTextLine, face: Face, *, rtl: bool) -> Line:
    start = line.textStart()
    left = line.naturalTextRect().x()
    width = line.naturalTextWidth()
    stop = start + line.textLength()
    height = max(line.height(), face.least)
    return Line(line, start, stop, height, left, left + width, rtl)
