"""How an item is painted in the list: with its picture, or as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPen, QPixmap
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from annolab.model.item import Media, Status
from annolab.widgets.controls import counted
from annolab.widgets.icons import glyph_pixmap
from annolab.widgets.item_model import (
    ITEM_ROLE,
    Column,
    alignment,
    cell_text,
    duration_text,
    rate_text,
    size_text,
)
from annolab.widgets.item_view import SMALL, WORDS_FROM, ItemView
from annolab.widgets.rows import EDGE, Index
from annolab.widgets.theme import ROW_MARK, ROW_THUMBNAIL, Theme, theme_of
from annolab.widgets.thumbnails import Thumbnails

if TYPE_CHECKING:
    from annolab.store.views import ItemRow

PICTURE = QSize(56, 36)
GAP = 8  # beside the text of a cell
MARK = 14
# Shape as well as colour says how far an item is.
STATUS_GLYPHS = {
    Status.NEW: ("circle", "dim"),
    Status.BEGUN: ("circle-half", "attention"),
    Status.DONE: ("check-circle-fill", "good"),
    Status.ACCEPTED: ("circle-wavy-check-fill", "good"),
    Status.SKIPPED: ("prohibit", "dim"),
}
MEDIA_GLYPHS = {
    Media.IMAGE: "image",
    Media.VIDEO: "film-strip",
    Media.AUDIO: "music-notes",
    Media.TEXT: "file-text",
}


class ItemDelegate(QStyledItemDelegate):
    """Paints the `ItemRow` that the model gives under ITEM_ROLE."""

    def __init__(self, thumbnails: Thumbnails, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._thumbnails = thumbnails
        self.pictures = True

    @property
    def height(self) -> int:
        """Of a row, in pixels."""
        return ROW_THUMBNAIL if self.pictures else ROW_MARK

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        """As high as a row with or without picture."""
        return QSize(80, self.height)

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: Index
    ) -> None:
        """Paint one item."""
        item: ItemRow | None = index.data(ITEM_ROLE)
        if item is None:
            return
        theme = theme_of(option.widget)
        painter.save()
        painter.setFont(option.font)
        draw_row_ground(painter, option, index, theme)
        if self.pictures:
            rect = option.rect.adjusted(EDGE, 0, -EDGE, 0)
            place = QRect(rect.right() - MARK + 1, rect.top(), MARK, rect.height())
            draw_status(painter, place, item, theme)
            rect.setRight(rect.right() - MARK - GAP)
            self._draw_two_lines(painter, rect, item, theme)
        else:
            draw_cell(painter, option, Column(index.column()), item)
        painter.restore()

    def _draw_two_lines(
        self, painter: QPainter, rect: QRect, item: ItemRow, theme: Theme
    ) -> None:
        top = rect.top() + (rect.height() - PICTURE.height()) // 2
        self._draw_picture(painter, QRect(rect.left(), top, 56, 36), item, theme)
        rect = rect.adjusted(PICTURE.width() + 8, 6, 0, -6)
        half = rect.height() // 2
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        upper = QRect(rect.left(), rect.top(), rect.width(), half)
        painter.setPen(theme.color("text"))
        painter.drawText(upper, align, fitted(painter, item.path, rect.width()))
        font = QFont(painter.font())
        font.setPixelSize(max(9, font.pixelSize() - 2))
        painter.setFont(font)
        painter.setPen(theme.color("error" if item.missing else "dim"))
        lower = upper.translated(0, half)
        mode = Qt.TextElideMode.ElideRight
        line = painter.fontMetrics().elidedText(second_line(item), mode, rect.width())
        painter.drawText(lower, align, line)

    def _draw_picture(
        self, painter: QPainter, rect: QRect, item: ItemRow, theme: Theme
    ) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(rect), 4, 4)
        painter.fillPath(shape, theme.color("raised"))
        pixmap = self._thumbnails.get(item.id, item.media)
        if pixmap is None or pixmap.isNull():
            glyph = glyph_pixmap(MEDIA_GLYPHS[item.media], theme.color("edge"), 20)
            painter.drawPixmap(rect.center().x() - 9, rect.center().y() - 9, glyph)
        else:
            draw_covering(painter, rect, pixmap, shape)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def draw_row_ground(
    painter: QPainter, option: QStyleOptionViewItem, index: Index, theme: Theme
) -> None:
    """Paint the ground of a cell as a part of its row."""
    view, rect = option.widget, option.rect
    hovered = isinstance(view, ItemView) and view.hovered == index.row()
    if option.state & QStyle.StateFlag.State_Selected:
        painter.fillRect(rect, theme.color("selected"))
        if index.column() == Column.NAME:
            bar = QRect(rect.left(), rect.top(), 2, rect.height())
            painter.fillRect(bar, theme.accent)
    elif hovered:
        painter.fillRect(rect, theme.color("hover"))
    if isinstance(view, ItemView) and view.hasFocus():
        current = view.currentIndex()
        if current.row() == index.row():
            painter.setPen(QPen(theme.color("accent"), 1))
            painter.drawLine(rect.topLeft(), rect.topRight())
            painter.drawLine(rect.bottomLeft(), rect.bottomRight())


def draw_status(painter: QPainter, rect: QRect, item: ItemRow, theme: Theme) -> None:
    """Paint the mark of a status at the left of `rect`."""
    glyph, token = STATUS_GLYPHS[item.status]
    if item.missing or item.problem:
        glyph, token = "warning-circle", "error"
    pixmap = glyph_pixmap(glyph, theme.color(token), MARK)
    painter.drawPixmap(rect.left(), rect.top() + (rect.height() - MARK) // 2, pixmap)


def draw_cell(
    painter: QPainter, option: QStyleOptionViewItem, column: Column, item: ItemRow
) -> None:
    """Paint one cell of the table."""
    theme, view = theme_of(option.widget), option.widget
    left = GAP if column else EDGE
    if column is Column.STATUS:
        left = 4
    rect = option.rect.adjusted(left, 0, 0 if column else -2, 0)
    if column in (Column.SIZE, Column.MARKS):
        rect = option.rect.adjusted(2, 0, -GAP, 0)
    text = cell_text(item, column)
    if column is Column.STATUS:
        draw_status(painter, rect, item, theme)
        wide = isinstance(view, ItemView) and view.viewport().width() >= WORDS_FROM
        rect = rect.adjusted(MARK + GAP, 0, 0, 0)
        text = text if wide else ""
        if item.missing and text:
            text = QCoreApplication.translate("items", "not found")
    painter.setPen(theme.color("dim" if column else "text"))
    if column in (Column.SIZE, Column.MARKS):
        font = QFont(painter.font())
        font.setPixelSize(SMALL)
        painter.setFont(font)
    painter.drawText(rect, alignment(column), fitted(painter, text, rect.width()))


def fitted(painter: QPainter, path: str, width: int) -> str:
    """A path in a width: without its folders, then with its middle cut out."""
    metrics = painter.fontMetrics()
    if metrics.horizontalAdvance(path) > width:
        path = path.rpartition("/")[2]
    return metrics.elidedText(path, Qt.TextElideMode.ElideMiddle, width)


def draw_covering(
    painter: QPainter, rect: QRect, pixmap: QPixmap, shape: QPainterPath
) -> None:
    """Fill `shape` with the middle of a picture."""
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.setClipPath(shape)
    wide, high = pixmap.width(), pixmap.height()
    factor = max(rect.width() / max(1, wide), rect.height() / max(1, high))
    size = QRectF(0, 0, wide * factor, high * factor)
    size.moveCenter(QPointF(QRectF(rect).center()))
    painter.drawPixmap(size, pixmap, QRectF(pixmap.rect()))
    painter.setClipping(False)
    painter.setPen(QColor(128, 128, 128, 50))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.drawPath(shape)
    painter.restore()


def second_line(item: ItemRow) -> str:
    """Size or length, and number of marks: "1920×1080 · 4 marks"."""  # noqa: RUF002
    if item.missing:
        return QCoreApplication.translate("items", "file not found")
    parts = []
    size = size_text(item)
    if size:
        parts.append(size)
    if item.media is Media.AUDIO and item.rate:
        parts.append(rate_text(item.rate))
    if item.media is Media.VIDEO and item.rate and item.length is not None:
        parts.append(duration_text(item.length / item.rate))
    if item.n_annotations:
        parts.append(counted(item.n_annotations, "mark", "marks"))
    elif item.status in (Status.NEW, Status.BEGUN):
        parts.append(QCoreApplication.translate("items", "no marks"))
    if item.status is Status.SKIPPED:
        parts.append(QCoreApplication.translate("items", "skipped"))
    return " · ".join(parts)
