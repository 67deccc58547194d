"""How arcs between marks run, and how they are painted.

On one line an arc goes up from a chip, along, and down to the other. From line to
line it goes by a lane in the margin left of the text; so it crosses no text.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPainterPathStroker, QPen

from annolab.widgets.text_marks import Arc, Mark
from annolab.widgets.text_paint import Look, line_color
from annolab.widgets.text_rows import (
    BESIDE,
    MARGIN,
    Block,
    Link,
    Sizes,
    levels,
    link_name,
)

MOST = 300  # arcs that are painted
RADIUS = 4.0
_LANES = 4
_LANE = 5.0
_ARROW = 4.0
_NEAR = 5.0  # pixels beside an arc that still are on it

Placed = tuple[Block, QPointF]


@dataclass(frozen=True, slots=True)
class Trace:
    """The way of an arc in the viewport; `tip`: where its arrow points down."""

    arc: Arc
    path: QPainterPath
    tip: QPointF | None
    name: str
    label: QRectF | None


@dataclass(frozen=True, slots=True)
class End:
    """One end of an arc: the chip's place, the height it goes along at, its line."""

    link: Link
    x: float
    y: float
    top: float
    left: float  # where text begins


def traced(
    placed: Sequence[Placed], marks: Mapping[int, Mark], sizes: Sizes, area: QRectF
) -> list[Trace]:
    """The ways of the arcs in sight, at most `MOST`."""
    found: list[Trace] = []
    ends: dict[int, tuple[Arc, list[End]]] = {}
    for block, at in placed:
        for link in block.links:
            if link.right is not None:
                found.append(_along(link, block, at, sizes))
                continue
            for arc in link.arcs:
                end = _end(link, arc, block, at, sizes)
                ends.setdefault(arc.id, (arc, []))[1].append(end)
    outer = list(ends.values())[: max(MOST - len(found), 0)]
    spans = [_heights(arc, some, marks, area) for arc, some in outer]
    lanes = levels(spans, _LANES)
    for (arc, some), span, lane in zip(outer, spans, lanes, strict=True):
        x = some[0].left - 6 - _LANE * (lane if lane >= 0 else _LANES - 1)
        found.append(_around(arc, some, span, x, sizes))
    return found[:MOST]


def arc_at(traces: Sequence[Trace], place: QPointF) -> Arc | None:
    """The arc at a place, None: there is none."""
    around = QRectF(place.x() - _NEAR / 2, place.y() - _NEAR / 2, _NEAR, _NEAR)
    stroker = QPainterPathStroker()
    stroker.setWidth(_NEAR)
    for trace in reversed(traces):
        if trace.label is not None and trace.label.contains(place):
            return trace.arc
        if not trace.path.boundingRect().adjusted(-3, -3, 3, 3).intersects(around):
            continue
        if stroker.createStroke(trace.path).contains(place):
            return trace.arc
    return None


def paint_arcs(
    painter: QPainter, traces: Sequence[Trace], look: Look, chosen: int | None
) -> None:
    """Draw arcs, their arrows and names; the chosen one thicker, and last."""
    painter.setFont(look.chip_font)
    for trace in sorted(traces, key=lambda trace: trace.arc.id == chosen):
        color = line_color(trace.arc.color, look.theme)
        bold = trace.arc.id == chosen
        pen = QPen(color, 2.5 if bold else 1.25)
        if trace.arc.chain:
            pen.setDashPattern((1.5, 1.5))
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPath(trace.path)
        if trace.tip is not None:
            _paint_arrow(painter, trace.tip, color)
        if trace.label is not None and trace.name:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(look.theme.color("panel"))
            painter.drawRoundedRect(trace.label, 2, 2)
            painter.setPen(look.theme.color("text" if bold else "dim"))
            middle = Qt.AlignmentFlag.AlignCenter
            painter.drawText(trace.label, middle, trace.name)


def _paint_arrow(painter: QPainter, tip: QPointF, color: QColor) -> None:
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(color)
    side, back = _ARROW - 0.5, tip.y() - _ARROW - 1
    ends = (QPointF(tip.x() - side, back), QPointF(tip.x() + side, back))
    painter.drawPolygon([tip, *ends])


def height_of(link: Link, block: Block, sizes: Sizes) -> float:
    """The height at which an arc goes along its line, within its block."""
    return block.rows[link.line].arcs - (link.level + 0.5) * sizes.arc


def _top(link: Link, mark: int, block: Block) -> float:
    return block.tops.get(mark, block.rows[link.line].text)


def _along(link: Link, block: Block, at: QPointF, sizes: Sizes) -> Trace:
    arc, right = link.arcs[0], link.right if link.right is not None else link.left
    y = height_of(link, block, sizes)
    head = QPointF(link.left, _top(link, arc.head, block)) + at
    tail = QPointF(right, _top(link, arc.tail, block)) + at
    high = y + at.y()
    points = [head, QPointF(head.x(), high), QPointF(tail.x(), high), tail]
    label = _label(arc.name, (head.x() + tail.x()) / 2, high, sizes)
    return Trace(arc, rounded(points), None if arc.chain else tail, arc.name, label)


def _end(link: Link, arc: Arc, block: Block, at: QPointF, sizes: Sizes) -> End:
    mark = arc.head if link.at_head else arc.tail
    top = _top(link, mark, block) + at.y()
    y = height_of(link, block, sizes) + at.y()
    return End(link, link.left + at.x(), y, top, at.x())


def _heights(
    arc: Arc, ends: Sequence[End], marks: Mapping[int, Mark], area: QRectF
) -> tuple[float, float]:
    """From where to where an arc goes in its lane; on to the edge when it leaves."""
    ys = sorted(end.y for end in ends)
    if len(ys) > 1:
        return ys[0], ys[-1]
    head, tail = marks.get(arc.head), marks.get(arc.tail)
    down = (
        head is not None
        and tail is not None
        and (head.start < tail.start) == ends[0].link.at_head
    )
    other = area.bottom() + MARGIN if down else area.top() - MARGIN
    low, high = sorted((ys[0], other))
    return low, high


def _around(
    arc: Arc, ends: Sequence[End], span: tuple[float, float], x: float, sizes: Sizes
) -> Trace:
    order = sorted(ends, key=lambda end: not end.link.at_head)
    first = order[0]
    points = [QPointF(first.x, first.top), QPointF(first.x, first.y)]
    points.append(QPointF(x, first.y))
    tip, label = None, None
    if len(order) > 1:
        last = order[-1]
        points += [QPointF(x, last.y), QPointF(last.x, last.y)]
        points.append(QPointF(last.x, last.top))
    else:
        points.append(QPointF(x, span[1] if span[0] == first.y else span[0]))
    for end in order:
        if not end.link.at_head:
            tip = None if arc.chain else QPointF(end.x, end.top)
            if link_name(end.link):
                width = sizes.width_of(arc.name)
                fits = end.x - end.left >= width
                aside = end.x + BESIDE + width / 2  # it would hide the arrow
                middle = (end.left + end.x) / 2 if fits else aside
                label = _label(arc.name, middle, end.y, sizes)
    return Trace(arc, rounded(points), tip, arc.name, label)


def _label(name: str, middle: float, y: float, sizes: Sizes) -> QRectF | None:
    if not name:
        return None
    width = sizes.width_of(name) - 4
    height = sizes.arc - 1
    return QRectF(middle - width / 2, y - height / 2, width, height)


def rounded(points: Sequence[QPointF]) -> QPainterPath:
    """A way through points by lines along the axes, with round corners."""
    path = QPainterPath(points[0])
    for before, corner, behind in zip(points, points[1:], points[2:], strict=False):
        path.lineTo(_towards(corner, before))
        path.quadTo(corner, _towards(corner, behind))
    path.lineTo(points[-1])
    return path


def _towards(corner: QPointF, other: QPointF) -> QPointF:
    """The place where a corner begins or ends."""
    way = other - corner
    length = abs(way.x()) + abs(way.y())
    return corner + way * (min(RADIUS, length / 2) / length) if length else corner
