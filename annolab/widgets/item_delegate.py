"""How an item is painted in the list: with its picture, or as one line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QObject, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QPainter, QPainterPath, QPixmap
from PySide6.QtWidgets import QStyledItemDelegate, QStyleOptionViewItem

from annolab.model.item import Media, Status
from annolab.widgets.controls import counted
from annolab.widgets.icons import glyph_pixmap
from annolab.widgets.item_model import ITEM_ROLE
from annolab.widgets.rows import EDGE, Index, draw_ground
from annolab.widgets.theme import ROW_MARK, ROW_THUMBNAIL, Theme, theme_of
from annolab.widgets.thumbnails import Thumbnails

if TYPE_CHECKING:
    from annolab.store.views import ItemRow

PICTURE = QSize(56, 36)
# Shape as well as colour says how far an item is.
STATUS_GLYPHS = {
    Status.NEW: ("circle", "edge"),
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
        draw_ground(painter, option, theme)
        rect = option.rect.adjusted(EDGE, 0, -EDGE, 0)
        rect.setRight(rect.right() - self._draw_status(painter, rect, item, theme))
        if self.pictures:
            self._draw_two_lines(painter, rect, item, theme)
        else:
            self._draw_line(painter, rect, item, theme)
        painter.restore()

    def _draw_status(
        self, painter: QPainter, rect: QRect, item: ItemRow, theme: Theme
    ) -> int:
        glyph, token = STATUS_GLYPHS[item.status]
        if item.missing or item.problem:
            glyph, token = "warning-circle", "error"
        pixmap = glyph_pixmap(glyph, theme.color(token), 14)
        top = rect.top() + (rect.height() - 14) // 2
        painter.drawPixmap(rect.right() - 13, top, pixmap)
        return 14 + 8

    def _draw_line(
        self, painter: QPainter, rect: QRect, item: ItemRow, theme: Theme
    ) -> None:
        note = f"{item.n_annotations:,}" if item.n_annotations else ""
        metrics = painter.fontMetrics()
        if note:
            painter.setPen(theme.color("dim"))
            align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignRight
            painter.drawText(rect, align, note)
            rect = rect.adjusted(0, 0, -metrics.horizontalAdvance(note) - 8, 0)
        painter.setPen(theme.color("text"))
        mode = Qt.TextElideMode.ElideMiddle
        text = metrics.elidedText(item.path, mode, rect.width())
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        painter.drawText(rect, align, text)

    def _draw_two_lines(
        self, painter: QPainter, rect: QRect, item: ItemRow, theme: Theme
    ) -> None:
        top = rect.top() + (rect.height() - PICTURE.height()) // 2
        self._draw_picture(painter, QRect(rect.left(), top, 56, 36), item, theme)
        rect = rect.adjusted(PICTURE.width() + 8, 6, 0, -6)
        half = rect.height() // 2
        mode = Qt.TextElideMode.ElideMiddle
        align = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft
        upper = QRect(rect.left(), rect.top(), rect.width(), half)
        painter.setPen(theme.color("text"))
        name = painter.fontMetrics().elidedText(item.path, mode, rect.width())
        painter.drawText(upper, align, name)
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
    """Size and number of marks: "1920×1080 · 4 marks"."""  # noqa: RUF002
    if item.missing:
        return QCoreApplication.translate("items", "file not found")
    parts = []
    if item.width and item.height:
        parts.append(f"{item.width}×{item.height}")  # noqa: RUF001
    if item.n_annotations:
        parts.append(counted(item.n_annotations, "mark", "marks"))
    elif item.status in (Status.NEW, Status.BEGUN):
        parts.append(QCoreApplication.translate("items", "no marks"))
    if item.status is Status.SKIPPED:
        parts.append(QCoreApplication.translate("items", "skipped"))
    return " · ".join(parts)
