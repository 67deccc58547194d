"""The names beside tiers: what lies under what, and how much is on each."""

from __future__ import annotations

from collections.abc import Iterable
from math import ceil

from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen

from annolab.model.schema import TierKind
from annolab.widgets.theme import Theme
from annolab.widgets.tier_rows import Row

INDENT = 12.0  # pixels for each tier above
DEEPEST = 3  # what lies deeper is not indented further: the column is narrow
LEAST, MOST = 72, 160  # pixels of the column, without and with long names
PART = 4  # of the width; names take no more than one in so many
RIGHT = 6.0  # pixels between the names and the time
LEFT = Qt.AlignmentFlag.AlignLeft


def column_width(
    rows: Iterable[Row], metrics: QFontMetrics, margin: float, width: int
) -> int:
    """Pixels for the names in a widget of a width; long ones are cut."""
    wanted = [
        INDENT * min(row.depth, DEEPEST) + metrics.horizontalAdvance(row.tier.name)
        for row in rows
        if row.tier is not None
    ]
    widest = ceil(max(wanted, default=0.0) + margin + RIGHT)
    return max(min(widest, MOST, width // PART), LEAST)


def paint_name(
    painter: QPainter, row: Row, column: QRectF, theme: Theme, *, current: bool
) -> None:
    """The name of a tier; under it, where there is room, how many marks it has."""
    if row.tier is None:
        return
    metrics = painter.fontMetrics()
    two = column.height() >= 2.2 * metrics.height()
    half = column.adjusted(0, 0, 0, -column.height() / 2) if two else column
    middle = column.center().y() - (metrics.height() / 2 if two else 0)
    indent = INDENT * min(row.depth, DEEPEST)
    if indent:
        _paint_elbow(painter, column.left() + indent, (column.top(), middle), theme)
    half, column = half.adjusted(indent, 0, 0, 0), column.adjusted(indent, 0, 0, 0)
    painter.setPen(theme.color("accent" if current else "text"))
    vertical = Qt.AlignmentFlag.AlignBottom if two else Qt.AlignmentFlag.AlignVCenter
    _paint_elided(painter, half, LEFT | vertical, row.tier.name)
    if two:
        unit = "int." if row.tier.kind is TierKind.INTERVAL else "points"
        painter.setPen(theme.color("dim"))
        lower = column.adjusted(0, column.height() / 2, 0, 0)
        top = LEFT | Qt.AlignmentFlag.AlignTop
        _paint_elided(painter, lower, top, f"{len(row.line):,} {unit}")


def _paint_elbow(
    painter: QPainter, right: float, tops: tuple[float, float], theme: Theme
) -> None:
    """The sign of a tier under another: down from it, and to the name."""
    x, (top, y) = round(right - INDENT) + 2.5, tops
    y = round(y) + 0.5
    painter.setPen(QPen(theme.color("dim"), 1))
    painter.drawPolyline(
        [QPointF(x, max(top + 2, y - 8)), QPointF(x, y), QPointF(right - 3, y)]
    )


def _paint_elided(
    painter: QPainter, box: QRectF, flags: Qt.AlignmentFlag, text: str
) -> None:
    width = max(int(box.width()), 0)
    elide = Qt.TextElideMode.ElideRight
    painter.drawText(box, flags, painter.fontMetrics().elidedText(text, elide, width))


def told_of(row: Row) -> str:
    """All that the name has no room for, as text for a tool tip."""
    if row.tier is None:
        return ""
    said = _tr("{}: {} intervals")
    if row.tier.kind is TierKind.POINT:
        said = _tr("{}: {} points")
    lines = [said.format(row.tier.name, f"{len(row.line):,}")]
    if row.parent:
        lines.append(_tr("Child of {}").format(row.parent))
    return "\n".join(lines)


def _tr(text: str) -> str:
    return QCoreApplication.translate("TierArea", text)
