"""The list of labels: rows are dragged to another place and renamed in place."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QApplication, QLineEdit

from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.theme import theme_of


class LabelView(RowView):
    """`moved(id, before)`: dropped before another id, None: at the end."""

    moved = Signal(object, object)
    renamed = Signal(object, str)

    def __init__(self, model: RowModel, name: str) -> None:
        super().__init__(model, name)
        self.movable = True
        self._pressed: QPoint | None = None
        self._target = -1  # the row that the dragged one would stand before
        self._renaming: int | None = None
        self.editor = QLineEdit(self.viewport())
        self.editor.setAccessibleName(self.tr("Name of the label"))
        self.editor.hide()
        self.editor.returnPressed.connect(self._end_rename)
        self.editor.installEventFilter(self)

    def rename(self, id_: int) -> None:
        """Write another name into the row."""
        index = self._rows.place(id_)
        if not index.isValid():
            return
        self.scrollTo(index)
        self._renaming = id_
        self.editor.setGeometry(self.visualRect(index).adjusted(26, 1, -8, -1))
        self.editor.setText(str(index.data()))
        self.editor.selectAll()
        self.editor.show()
        self.editor.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _end_rename(self) -> None:
        id_, self._renaming = self._renaming, None
        if id_ is None:
            return
        self.setFocus(Qt.FocusReason.OtherFocusReason)
        self.editor.hide()
        self.renamed.emit(id_, self.editor.text().strip())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Esc leaves the name as it was; going elsewhere takes it over."""
        if watched is self.editor:
            if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
                if event.key() == Qt.Key.Key_Escape:
                    self._renaming = None
                    self.setFocus(Qt.FocusReason.OtherFocusReason)
                    self.editor.hide()
                    return True
            elif event.type() == QEvent.Type.FocusOut:
                self._end_rename()
        return super().eventFilter(watched, event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A press may be the start of a drag."""
        super().mousePressEvent(event)
        at = event.position().toPoint()
        left = event.button() == Qt.MouseButton.LeftButton
        held = left and self.movable and self.indexAt(at).isValid()
        self._pressed = at if held else None

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show where the row would go."""
        if self._pressed is None:
            super().mouseMoveEvent(event)
            return
        at = event.position().toPoint()
        far = (at - self._pressed).manhattanLength() >= QApplication.startDragDistance()
        if far or self._target >= 0:
            self._target = self._row_near(at.y())
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
            self.viewport().update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Drop the row, or it was a click."""
        start, target = self._pressed, self._target
        self._pressed, self._target = None, -1
        if start is None or target < 0:
            super().mouseReleaseEvent(event)
            return
        self.unsetCursor()
        self.viewport().update()
        row = self.indexAt(start).row()
        if target not in (row, row + 1):
            ids = self._rows.ids
            self.moved.emit(ids[row], ids[target] if target < len(ids) else None)

    def _row_near(self, y: int) -> int:
        rects = [self.visualRect(self._rows.index(0))]
        height = max(1, rects[0].height())
        row = round((y - rects[0].top()) / height)
        return max(0, min(len(self._rows.ids), row))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rows, and the line where the dragged one would go."""
        super().paintEvent(event)
        if self._target < 0:
            return
        first = self.visualRect(self._rows.index(0))
        y = first.top() + self._target * first.height()
        painter = QPainter(self.viewport())
        painter.setPen(QPen(theme_of(self).color("accent"), 2))
        painter.drawLine(8, y, self.viewport().width() - 8, y)
        painter.end()
