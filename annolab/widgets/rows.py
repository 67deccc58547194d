"""How a row of a list is painted: chip, title, note, key and small switches."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import (
    QModelIndex,
    QPersistentModelIndex,
    QRect,
    QRectF,
    QSize,
    Qt,
)
from PySide6.QtGui import QColor, QFont, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from annolab.widgets.controls import key_text
from annolab.widgets.icons import glyph_pixmap
from annolab.widgets.theme import CHIP_RADIUS, ROW_MARK, Theme, theme_of

Index = QModelIndex | QPersistentModelIndex
ROW_ROLE = Qt.ItemDataRole.UserRole + 1
EDGE = 12
CHIP = 12
SWITCH = 22
SIGN = 14
INDENT = 16
NOTE = 96
KEY_CAP = 18  # of one letter


@dataclass(frozen=True, slots=True)
class Switch:
    """A small icon in a row that is pressed; `on` shows it without hovering."""

    name: str
    icon: str
    title: str
    on: bool = False


@dataclass(frozen=True, slots=True)
class Row:
    """What a row shows. `color`: of the chip; `dashed`: a chip of a suggestion.

    `glyph`: a Phosphor icon in place of a chip. `faint`: the title is dim.
    `depth`: how many rows it lies under. `key_room`: rows without a key keep its
    place free, so that the notes of a list stand below each other. `sign`: a small
    icon behind the title. `tip`: what is said when the mouse rests on it.
    """

    title: str
    note: str = ""
    key: str = ""
    color: str = ""
    glyph: str = ""
    dashed: bool = False
    faint: bool = False
    depth: int = 0
    key_room: bool = False
    note_room: int = NOTE
    sign: str = ""
    tip: str = ""
    switches: tuple[Switch, ...] = ()

    @property
    def spoken(self) -> str:
        """The row for screen readers."""
        on = ", ".join(switch.title for switch in self.switches if switch.on)
        parts = (self.title, self.note, self.key, on, self.tip)
        return ", ".join(part for part in parts if part)


def switch_rects(rect: QRect, row: Row) -> list[QRect]:
    """Where the switches of a row are: left of its note, one below the other."""
    right = rect.right() - EDGE - row.note_room
    top = rect.top() + (rect.height() - SWITCH) // 2
    count = len(row.switches)
    return [
        QRect(right - SWITCH * (count - i), top, SWITCH, SWITCH) for i in range(count)
    ]


def draw_ground(painter: QPainter, option: QStyleOptionViewItem, theme: Theme) -> None:
    """Paint the ground of a row: selected, hovered, and who has the keyboard."""
    rect = option.rect
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    if selected:
        painter.fillRect(rect, theme.color("selected"))
        painter.fillRect(QRect(rect.left(), rect.top(), 2, rect.height()), theme.accent)
    elif option.state & QStyle.StateFlag.State_MouseOver:
        painter.fillRect(rect, theme.color("hover"))
    if option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(theme.color("accent"), 1))
        painter.drawRect(QRectF(rect).adjusted(0.5, 0.5, -0.5, -0.5))


def draw_chip(
    painter: QPainter, rect: QRectF, color: str, *, dashed: bool = False
) -> None:
    """Paint the colour of a label; dashed for a suggestion."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    tone = QColor(color)
    if dashed:
        painter.setPen(QPen(tone, 1.5, Qt.PenStyle.DotLine))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        rect = rect.adjusted(1, 1, -1, -1)
    else:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(tone)
    painter.drawRoundedRect(rect, 3, 3)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def draw_key(painter: QPainter, rect: QRect, key: str, theme: Theme) -> int:
    """Paint a key cap that ends at the right of `rect`; return its width."""
    text = key_text(key)
    font = QFont(painter.font())
    font.setPixelSize(max(9, font.pixelSize() - 2))
    painter.save()
    painter.setFont(font)
    width = max(KEY_CAP, painter.fontMetrics().horizontalAdvance(text) + 10)
    top = rect.top() + (rect.height() - 18) // 2
    cap = QRectF(rect.right() - width + 0.5, top + 0.5, width - 1, 17)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(theme.color("edge"))
    painter.setBrush(theme.color("raised"))
    painter.drawRoundedRect(cap, CHIP_RADIUS, CHIP_RADIUS)
    painter.setPen(theme.color("dim"))
    painter.drawText(cap, Qt.AlignmentFlag.AlignCenter, text)
    painter.restore()
    return width


class RowDelegate(QStyledItemDelegate):
    """Paints the `Row` that a model gives under ROW_ROLE."""

    height = ROW_MARK

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as a row of marks."""
        return QSize(80, self.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Paint one row."""
        row = index.data(ROW_ROLE)
        if not isinstance(row, Row):
            return
        theme = theme_of(option.widget)
        painter.save()
        painter.setFont(option.font)
        draw_ground(painter, option, theme)
        rect = option.rect.adjusted(EDGE, 0, -EDGE, 0)
        rect.setRight(self._right_end(painter, option, row, theme, rect))
        rect.setLeft(rect.left() + INDENT * min(row.depth, 8))
        rect.setLeft(rect.left() + self._left_end(painter, row, theme, rect))
        painter.setPen(theme.color("dim" if row.faint else "text"))
        room = rect.width() - (SIGN + 8 if row.sign else 0)
        metrics = painter.fontMetrics()
        text = metrics.elidedText(row.title, Qt.TextElideMode.ElideMiddle, room)
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, align, text)
        if row.sign:
            pixmap = glyph_pixmap(row.sign, theme.color("dim"), SIGN)
            left = rect.left() + metrics.horizontalAdvance(text) + 8
            top = rect.top() + (rect.height() - SIGN) // 2
            painter.drawPixmap(left, top, pixmap)
        painter.restore()

    def _left_end(self, painter: QPainter, row: Row, theme: Theme, rect: QRect) -> int:
        middle = rect.top() + rect.height() / 2
        if row.glyph:
            pixmap = glyph_pixmap(row.glyph, theme.color("dim"), 16)
            painter.drawPixmap(rect.left(), int(middle - 8), pixmap)
            return 16 + 8
        if row.color:
            chip = QRectF(rect.left(), middle - CHIP / 2, CHIP, CHIP)
            draw_chip(painter, chip, row.color, dashed=row.dashed)
            return CHIP + 8
        return 0

    def _right_end(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        row: Row,
        theme: Theme,
        rect: QRect,
    ) -> int:
        """Paint what stands at the right; return where the title must end."""
        right = rect.right()
        if row.key:
            right -= draw_key(painter, QRect(rect), row.key, theme) + 8
        elif row.key_room:
            right -= KEY_CAP + 8
        if row.note:
            painter.setPen(theme.color("dim"))
            room = max(0, (right - rect.left()) // 2)
            note = painter.fontMetrics().elidedText(
                row.note, Qt.TextElideMode.ElideRight, room
            )
            place = QRect(rect.left(), rect.top(), right - rect.left(), rect.height())
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(place, align, note)
            right -= painter.fontMetrics().horizontalAdvance(note) + 8
        if row.switches:
            right = min(right, self._draw_switches(painter, option, row, theme))
        return right

    def _draw_switches(
        self, painter: QPainter, option: QStyleOptionViewItem, row: Row, theme: Theme
    ) -> int:
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        rects = switch_rects(option.rect, row)
        first = option.rect.right()
        for switch, rect in zip(row.switches, rects, strict=True):
            if switch.on or hovered or selected:
                token = "text" if switch.on else "dim"
                pixmap = glyph_pixmap(switch.icon, theme.color(token), 16)
                painter.drawPixmap(rect.left() + 3, rect.top() + 3, pixmap)
                first = min(first, rect.left() - 4)
        return first
