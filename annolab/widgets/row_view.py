"""A list of `Row`s that leaves letters to the window and tells of pressed switches."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, Qt, Signal
from PySide6.QtGui import QHelpEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QToolTip

from annolab.widgets.row_model import RowModel
from annolab.widgets.rows import ROW_ROLE, Row, RowDelegate, switch_rects


class RowView(QListView):
    """Shows a `RowModel`. `switched(id, name)`: a switch of a row was pressed."""

    switched = Signal(object, str)

    def __init__(self, model: RowModel, name: str, *, many: bool = False) -> None:
        super().__init__()
        self._rows = model
        self.setModel(model)
        self.setItemDelegate(RowDelegate(self))
        self.setAccessibleName(name)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if many else mode.SingleSelection)

    def _switch_at(self, at: QPoint) -> tuple[int, str, str] | None:
        index = self.indexAt(at)
        row = index.data(ROW_ROLE) if index.isValid() else None
        id_ = self._rows.id_at(index)
        if not isinstance(row, Row) or id_ is None or not row.switches:
            return None
        for switch, rect in zip(
            row.switches, switch_rects(self.visualRect(index), row), strict=True
        ):
            if rect.contains(at):
                return id_, switch.name, switch.title
        return None

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Press a switch, or select."""
        hit = self._switch_at(event.position().toPoint())
        if hit is not None and event.button() == Qt.MouseButton.LeftButton:
            self.switched.emit(hit[0], hit[1])
            event.accept()
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A switch that is pressed fast is pressed twice."""
        if self._switch_at(event.position().toPoint()) is not None:
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def viewportEvent(self, event: QEvent) -> bool:
        """Say what a switch does."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            hit = self._switch_at(event.pos())
            QToolTip.showText(event.globalPos(), hit[2] if hit else "", self)
            return True
        return super().viewportEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the window: they are keys of actions and labels."""
        if event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)
