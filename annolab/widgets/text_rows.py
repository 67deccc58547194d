"""A chunk with its marks: which rows they take above and below the lines of text.

Above a line stand arcs, below them chips with labels; under the text are bars, that
of the innermost mark next to it. All places are in pixels from where the text of
the chunk begins.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from math import ceil

from PySide6.QtCore import QRectF

from annolab.widgets.text_layout import Shape
from annolab.widgets.text_marks import Arc, Mark, Piece

MOST_TRACKS = 8
MOST_CHIP_ROWS = 4
MOST_LEVELS = 6
MOST_MARKS = 2000  # of a chunk that are shown; nobody could read more
MOST_ARCS = 400  # of a chunk that are given a level
TRACK = 4
GAP = 2.0  # between two chips
LONGEST_CHIP = 200.0
MARGIN = 24.0  # left of the text, for arcs from line to line
BESIDE = 4.0  # from the end of an arc to its name, where there is no room on it
_SIDE = 4.0  # from the middle of a chip, where arcs to this side begin


@dataclass(frozen=True, slots=True)
class Sizes:
    """Heights of rows, and how wide the text of a chip or an arc is (pixels).

    `reserved`: each line has room for a row of chips and a bar, used or not, so that
    a text does not move while it is marked.
    """

    chip: float
    arc: float
    reserved: bool
    width_of: Callable[[str], float]


@dataclass(frozen=True, slots=True)
class Bar:
    """A part of a mark on one line; `first`: the mark begins here, `last`: it ends."""

    mark: Mark
    line: int
    left: float
    right: float
    track: int
    first: bool
    last: bool


@dataclass(frozen=True, slots=True)
class Chip:
    """The label of a mark, where it is painted."""

    mark: Mark
    line: int
    rect: QRectF


@dataclass(frozen=True, slots=True)
class Link:
    """An arc on the line of an end: `right` is the other end or, None, elsewhere.

    `left` and `right` are where the head and the tail are if both are here, else
    `left` is the end that is; `at_head` tells which.
    """

    arcs: tuple[Arc, ...]
    line: int
    level: int
    left: float
    right: float | None
    at_head: bool


@dataclass(frozen=True, slots=True)
class Row:
    """Where a line is: its top, where its arcs end, that of its text, its bottom."""

    top: float
    arcs: float
    text: float
    bottom: float
    height: float  # of the text
    bars: float  # the top of the first bar


@dataclass(slots=True)
class Block:
    """A chunk as it is painted.

    `anchors`: the line and `x` of the marks that begin here, for arcs; `tops`: the
    height that arcs to those with a chip come down to. `missing`: how many arcs have
    no level, by line; `hidden`: the marks whose chips have no row.
    """

    shape: Shape
    start: int
    rows: list[Row] = field(default_factory=list)
    bars: list[Bar] = field(default_factory=list)
    chips: list[Chip] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    missing: dict[int, int] = field(default_factory=dict)
    hidden: dict[int, list[Mark]] = field(default_factory=dict)
    anchors: dict[int, tuple[int, float]] = field(default_factory=dict)
    tops: dict[int, float] = field(default_factory=dict)
    height: int = 1

    def line_at(self, y: float) -> int:
        """The line that is at a height; the first or last beside all."""
        found = sum(row.bottom <= y for row in self.rows)
        return min(found, len(self.rows) - 1)


def chip_text(mark: Mark) -> str:
    """What the chip of a mark says."""
    name = mark.name or "\u2013"
    name = f"{name}?" if mark.suggested else name
    return f"{name}  {mark.note}" if mark.note else name


def built(
    shape: Shape, start: int, marks: Sequence[Mark], arcs: Iterable[Arc], sizes: Sizes
) -> Block:
    """The block of a chunk that begins at `start`, with marks by their beginning."""
    block = Block(shape, start)
    marks = marks[:MOST_MARKS]
    block.bars = _bars(shape, start, marks)
    placed, counts = _chips(block, sizes)
    block.links, block.missing = _links(block.anchors, arcs, sizes)
    levels = [0] * len(shape.lines)
    for link in block.links:
        levels[link.line] = max(levels[link.line], link.level + 1)
    for line in block.missing:
        levels[line] = max(levels[line], 1)
    _stack(block, counts, levels, sizes)
    for mark, line, left, width, row in placed:
        top = block.rows[line].text - (row + 1) * (sizes.chip + 1)
        block.chips.append(Chip(mark, line, QRectF(left, top, width, sizes.chip)))
        block.tops[mark.id] = top
    return block


def tracks(hulls: Sequence[Piece]) -> list[int]:
    """A track for each stretch, so that none meets another on its track.

    Shorter ones come first: what is inside of another is nearer to the text. What
    finds none of `MOST_TRACKS` shares the last one.
    """
    taken: list[list[Piece]] = [[] for _ in range(MOST_TRACKS)]
    found = [0] * len(hulls)
    for number in sorted(range(len(hulls)), key=lambda n: hulls[n][1] - hulls[n][0]):
        start, stop = hulls[number]
        for track, others in enumerate(taken):
            found[number] = track
            place = bisect_left(others, (start, stop))
            before = place > 0 and others[place - 1][1] > start
            behind = place < len(others) and others[place][0] < stop
            if not before and not behind:
                others.insert(place, (start, stop))
                break
    return found


def levels(
    stretches: Sequence[tuple[float, float]], most: int = MOST_LEVELS
) -> list[int]:
    """A level for each stretch, short ones lowest; -1 when there is none left."""
    taken: list[list[tuple[float, float]]] = [[] for _ in range(most)]
    found = [-1] * len(stretches)
    order = sorted(
        range(len(stretches)), key=lambda n: stretches[n][1] - stretches[n][0]
    )
    for number in order:
        left, right = stretches[number]
        for level, others in enumerate(taken):
            if all(right <= low or high <= left for low, high in others):
                others.append((left, right))
                found[number] = level
                break
    return found


def _bars(shape: Shape, start: int, marks: Sequence[Mark]) -> list[Bar]:
    end = start + len(shape.text)
    hulls = [(max(mark.start, start), min(mark.stop, end)) for mark in marks]
    bars = []
    for mark, track in zip(marks, tracks(hulls), strict=True):
        for low, high in mark.pieces:
            first, last = max(low, start) - start, min(high, end) - start
            if first >= last:
                continue
            for line in range(shape.line_of(first), shape.line_of(last - 1) + 1):
                parts = shape.stretches(line, first, last)
                bars += [
                    Bar(
                        mark, line, *part, track,
                        first=not number and low == mark.start >= start
                        and line == shape.line_of(first),
                        last=high == mark.stop <= end,
                    )
                    for number, part in enumerate(parts)
                ]  # fmt: skip
    return bars


Placed = tuple[Mark, int, float, float, int]  # mark, line, left, width, row


def _chips(block: Block, sizes: Sizes) -> tuple[list[Placed], list[int]]:
    """The chips of marks that begin here, and how many rows each line has of them."""
    shape = block.shape
    wanted = []
    for bar in block.bars:
        if bar.first:
            width = min(sizes.width_of(chip_text(bar.mark)), LONGEST_CHIP)
            rtl = shape.is_rtl_at(bar.mark.start - block.start)
            left = min(bar.right - width if rtl else bar.left, shape.width - width)
            wanted.append((bar.line, max(left, 0.0), bar.mark.size, width, bar))
    wanted.sort(key=lambda chip: chip[:3])
    counts = [0] * len(shape.lines)
    ends: dict[tuple[int, int], float] = {}
    placed = []
    for line, left, _, width, bar in wanted:
        block.anchors[bar.mark.id] = line, left + width / 2
        for row in range(MOST_CHIP_ROWS):
            if ends.get((line, row), -GAP) + GAP <= left:
                ends[line, row] = left + width
                counts[line] = max(counts[line], row + 1)
                placed.append((bar.mark, line, left, width, row))
                break
        else:
            block.anchors[bar.mark.id] = line, (bar.left + bar.right) / 2
            block.hidden.setdefault(line, []).append(bar.mark)
    return placed, counts


def _links(
    anchors: dict[int, tuple[int, float]], arcs: Iterable[Arc], sizes: Sizes
) -> tuple[list[Link], dict[int, int]]:
    """The arcs on their lines with levels, and how many have found none."""
    found: list[Link] = []
    shared: dict[tuple[int, bool], list[Arc]] = defaultdict(list)
    for arc in list(arcs)[:MOST_ARCS]:
        head, tail = anchors.get(arc.head), anchors.get(arc.tail)
        if head is not None and tail is not None and head[0] == tail[0]:
            side = _SIDE if head[1] <= tail[1] else -_SIDE
            ends = head[1] + side, tail[1] - side
            found.append(Link((arc,), head[0], 0, *ends, at_head=True))
            continue
        if head is not None:
            shared[arc.head, True].append(arc)
        if tail is not None:
            shared[arc.tail, False].append(arc)
    for (mark, at_head), some in shared.items():
        line, x = anchors[mark]
        left = x - _SIDE if at_head else x - 2 * _SIDE
        found.append(Link(tuple(some), line, 0, left, None, at_head))
    return _levelled(found, sizes)


def _levelled(links: Sequence[Link], sizes: Sizes) -> tuple[list[Link], dict[int, int]]:
    by_line: dict[int, list[Link]] = defaultdict(list)
    for link in links:
        by_line[link.line].append(link)
    kept: list[Link] = []
    missing: dict[int, int] = {}
    for line, some in by_line.items():
        given = levels([reach(link, sizes) for link in some])
        for link, level in zip(some, given, strict=True):
            if level < 0:
                missing[line] = missing.get(line, 0) + len(link.arcs)
            else:
                kept.append(replace(link, level=level))
    return kept, missing


def reach(link: Link, sizes: Sizes) -> tuple[float, float]:
    """From where to where an arc and its name are on their line."""
    width = sizes.width_of(link.arcs[0].name) if link_name(link) else 0.0
    if link.right is None:
        beside = 0.0 if link.left >= width else width + BESIDE
        return -MARGIN, link.left + beside + 2
    left, right = sorted((link.left, link.right))
    more = max(width - (right - left), 0.0) / 2
    return left - more, right + more


def link_name(link: Link) -> str:
    """What is written on an arc here; of one that goes on elsewhere, at its tail."""
    if link.right is None and (link.at_head or len(link.arcs) > 1):
        return ""
    return link.arcs[0].name


def _stack(
    block: Block, chips: Sequence[int], arcs: Sequence[int], sizes: Sizes
) -> None:
    """Put the lines below one another, with the room that their rows take."""
    least = int(sizes.reserved)
    bars = [least] * len(block.shape.lines)
    for bar in block.bars:
        bars[bar.line] = max(bars[bar.line], bar.track + 1)
    top = 0.0
    for number, line in enumerate(block.shape.lines):
        above = arcs[number] * sizes.arc + max(chips[number], least) * (sizes.chip + 1)
        height = ceil(line.height)
        text = top + ceil(above)
        ends = top + arcs[number] * sizes.arc
        below = text + height + 1
        bottom = below + bars[number] * TRACK
        block.rows.append(Row(top, ends, text, bottom, height, below))
        top = bottom
    block.height = ceil(top)
