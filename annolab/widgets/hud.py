"""What lies over the shapes: label chips, guide lines, sizes, the rubber band."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from math import ceil

from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QFontMetricsF, QPainter, QPen, QPixmap

from annolab.model.geometry import Box
from annolab.widgets.shape_store import RGB
from annolab.widgets.view import View

CHIP_PAD = 5.0
CHIP_RADIUS = 4.0
ON_CHIP = QColor(20, 22, 26)
LONGEST_CHIP = 180.0  # logical pixels; a longer name is elided
RIM = 2.0  # logical pixels around a chip, for the rim of chosen ones
_GAP = 3.0


@dataclass(frozen=True, slots=True)
class ChipText:
    """A chip to be placed: whose it is, what it says, and the box it belongs to.

    `box` is in logical pixels of the widget; None for a mark on the whole image.
    """

    id: int
    text: str
    color: RGB
    box: QRectF | None
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class Chip:
    """A chip where it is drawn."""

    id: int
    text: str
    color: RGB
    rect: QRectF
    chosen: bool


def chip_font(base: QFont) -> QFont:
    """The interface font, a little smaller and heavier."""
    font = QFont(base)
    size = base.pixelSize() if base.pixelSize() > 0 else 13
    font.setPixelSize(max(round(size * 0.88), 9))
    font.setWeight(QFont.Weight.DemiBold)
    return font


def placed(texts: Iterable[ChipText], font: QFont, around: QRectF) -> list[Chip]:
    """Lay out chips, first come first served: those that find no room are left out.

    Chosen ones are always shown. Those of the whole image stand in rows at the top.
    """
    metrics = QFontMetricsF(font)
    height = metrics.height() + 3
    chips: list[Chip] = []
    x, y = around.left() + 10, around.top() + 10
    grid = _Taken()
    for one in texts:
        text = metrics.elidedText(one.text, Qt.TextElideMode.ElideRight, LONGEST_CHIP)
        width = metrics.horizontalAdvance(text) + 2 * CHIP_PAD
        if one.box is None:
            if x + width > around.right() - 10 and x > around.left() + 10:
                x, y = around.left() + 10, y + height + 2 * _GAP
            rect = QRectF(x, y, width, height + 2)
            x += width + 2 * _GAP
        else:
            found = _room(one, (width, height), around, grid)
            if found is None:
                continue
            rect = found
        grid.add(rect)
        chips.append(Chip(one.id, text, one.color, rect, one.chosen))
    return chips


class _Taken:
    """Places that chips have, in a grid of cells, to find collisions fast."""

    CELL = 64.0

    def __init__(self) -> None:
        self._cells: dict[tuple[int, int], list[QRectF]] = {}

    def _keys(self, rect: QRectF) -> list[tuple[int, int]]:
        x0, x1 = int(rect.left() // self.CELL), int(rect.right() // self.CELL)
        y0, y1 = int(rect.top() // self.CELL), int(rect.bottom() // self.CELL)
        return [(x, y) for x in range(x0, x1 + 1) for y in range(y0, y1 + 1)]

    def add(self, rect: QRectF) -> None:
        for key in self._keys(rect):
            self._cells.setdefault(key, []).append(rect)

    def free(self, rect: QRectF) -> bool:
        return not any(
            rect.intersects(other)
            for key in self._keys(rect)
            for other in self._cells.get(key, ())
        )


def _room(
    one: ChipText, size: tuple[float, float], around: QRectF, taken: _Taken
) -> QRectF | None:
    """Above the box, inside its top, below it: the first place that is free."""
    box = one.box
    if box is None:
        return None
    width, height = size
    left = min(max(box.left() - 0.5, around.left()), around.right() - width)
    apart = 6.0 if one.chosen else 1.0  # clear of the handles
    above, below = box.top() - height - apart, box.bottom() + apart + 1
    inside = max(box.top() + 1, around.top())
    if inside + height > box.bottom() or inside > around.bottom() - height:
        inside = above
    first = above if above >= around.top() else inside
    for top in (first, inside, below):
        rect = QRectF(round(left), round(top), round(width), round(height))
        if taken.free(rect) and (one.chosen or around.contains(rect)):
            return rect
    if one.chosen:
        return QRectF(round(left), round(first), round(width), round(height))
    return None


def draw_chips(
    painter: QPainter,
    chips: Iterable[Chip],
    font: QFont,
    by: tuple[float, float] = (0.0, 0.0),
) -> None:
    """Dark text on the colour of the label; chosen ones with a dark rim.

    `by`: how far they are drawn from their places. Each look is painted once.
    """
    ratio, font_key = painter.device().devicePixelRatio(), font.toString()
    for chip in chips:
        size = (chip.rect.width(), chip.rect.height())
        look = (chip.text, chip.color, size, chip.chosen)
        pixmap = _chip_pixmap(look, font_key, ratio)
        x, y = chip.rect.x() + by[0] - RIM, chip.rect.y() + by[1] - RIM
        place = QPointF(round(x * ratio) / ratio, round(y * ratio) / ratio)
        painter.drawPixmap(place, pixmap)


_ChipLook = tuple[str, RGB, tuple[float, float], bool]


@lru_cache(maxsize=1024)
def _chip_pixmap(look: _ChipLook, font_key: str, ratio: float) -> QPixmap:
    text, color, (width, height), chosen = look
    pixmap = QPixmap(ceil((width + 2 * RIM) * ratio), ceil((height + 2 * RIM) * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    rect = QRectF(RIM, RIM, width, height)
    font = QFont()
    font.fromString(font_key)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setFont(font)
    painter.setPen(Qt.PenStyle.NoPen)
    if chosen:
        painter.setBrush(QColor(0, 0, 0, 140))
        rim = rect.adjusted(-1.5, -1.5, 1.5, 1.5)
        painter.drawRoundedRect(rim, CHIP_RADIUS + 1, CHIP_RADIUS + 1)
    painter.setBrush(QColor(*color))
    painter.drawRoundedRect(rect, CHIP_RADIUS, CHIP_RADIUS)
    painter.setPen(ON_CHIP)
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)
    painter.end()
    return pixmap


def draw_crosshair(painter: QPainter, at: QPointF, around: QRectF) -> None:
    """Guide lines through the pointer: thin, light on dark, over any picture."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    gap = 10.0
    lines = [
        QLineF(around.left(), at.y(), at.x() - gap, at.y()),
        QLineF(at.x() + gap, at.y(), around.right(), at.y()),
        QLineF(at.x(), around.top(), at.x(), at.y() - gap),
        QLineF(at.x(), at.y() + gap, at.x(), around.bottom()),
    ]
    for shift, color in ((1.0, QColor(0, 0, 0, 90)), (0.0, QColor(255, 255, 255, 130))):
        painter.setPen(QPen(color, 1))
        painter.drawLines([line.translated(shift, shift) for line in lines])


def draw_readout(
    painter: QPainter, text: str, at: QPointF, font: QFont, around: QRectF
) -> None:
    """A small note beside the pointer, kept on the widget."""
    metrics = QFontMetricsF(font)
    width, height = metrics.horizontalAdvance(text) + 12, metrics.height() + 4
    x = min(at.x() + 16, around.right() - width - 4)
    y = at.y() + 18
    if y + height > around.bottom() - 4:
        y = at.y() - height - 12
    rect = QRectF(round(x), round(y), round(width), round(height))
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(QColor(16, 18, 22, 215))
    painter.drawRoundedRect(rect, CHIP_RADIUS, CHIP_RADIUS)
    painter.setFont(font)
    painter.setPen(QColor(240, 242, 245))
    painter.drawText(rect, Qt.AlignmentFlag.AlignCenter, text)


def draw_band(painter: QPainter, band: Box, view: View, accent: QColor) -> None:
    """The rubber band of a selection."""
    x, y = view.to_widget(band.x, band.y)
    rect = QRectF(x, y, band.w * view.scale, band.h * view.scale)
    tint = QColor(accent)
    tint.setAlpha(36)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.fillRect(rect, tint)
    painter.setPen(QPen(accent, 1))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawRect(rect)


def draw_message(
    painter: QPainter,
    title: str,
    detail: str,
    around: QRectF,
    ink: tuple[QColor, QColor],
) -> None:
    """One sentence in the middle, and what to do about it below."""
    font = painter.font()
    font.setPixelSize(16)
    font.setWeight(QFont.Weight.DemiBold)
    painter.setFont(font)
    painter.setPen(ink[0])
    flags = int(Qt.AlignmentFlag.AlignHCenter | Qt.TextFlag.TextWordWrap)
    room = around.adjusted(40, around.height() / 2 - 34, -40, 0)
    used = painter.boundingRect(room, flags, title)
    painter.drawText(room, flags, title)
    font.setPixelSize(13)
    font.setWeight(QFont.Weight.Normal)
    painter.setFont(font)
    painter.setPen(ink[1])
    painter.drawText(room.adjusted(0, used.height() + 8, 0, 0), flags, detail)
