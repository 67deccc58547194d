"""The view of the item list: rows with pictures, or a table with columns."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QModelIndex, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QFontMetrics,
    QKeyEvent,
    QMouseEvent,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QTableView

from annolab.widgets.item_model import ORDERS, Column, ItemModel

# From which width of the list on a column is shown.
WIDE_ENOUGH = {Column.SIZE: 248, Column.SPLIT: 400}
SMALL = 11  # of figures, in pixels
WORDS_FROM = 340  # the status in words beside its mark
MANY_KEYS = Qt.KeyboardModifier.ShiftModifier | Qt.KeyboardModifier.ControlModifier
MOVES = frozenset(
    (
        Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End,
        Qt.Key.Key_PageUp, Qt.Key.Key_PageDown,
    )
)  # fmt: skip


class ItemView(QTableView):
    """A click and the arrow keys open an item; Shift and Ctrl choose several."""

    opened = Signal(QModelIndex)
    finished = Signal()  # Return: the item is open, go on with it
    remove_requested = Signal()
    sort_requested = Signal(str)  # the name of an order

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("itemView")
        self.hovered = -1
        self.pictures = True
        header = self.horizontalHeader()
        header.setSectionsClickable(True)
        header.setHighlightSections(False)
        header.setMinimumSectionSize(24)
        header.setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header.setTextElideMode(Qt.TextElideMode.ElideRight)
        header.sectionClicked.connect(self._sort)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setCornerButtonEnabled(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setAccessibleName(self.tr("Items"))

    def set_pictures(self, *, on: bool, height: int) -> None:
        """One wide column with pictures, or the columns of the table."""
        self.pictures = on
        self.horizontalHeader().setVisible(not on)
        self.verticalHeader().setDefaultSectionSize(height)
        self.fit_columns()

    def show_order(self, name: str, *, backwards: bool) -> None:
        """Show at the head what the list is sorted by."""
        header = self.horizontalHeader()
        column = next((c for c, order in ORDERS.items() if order == name), None)
        header.setSortIndicatorShown(column is not None)
        if column is not None:
            falling = backwards is not (column is Column.MARKS)
            order = Qt.SortOrder
            header.setSortIndicator(
                int(column), order.DescendingOrder if falling else order.AscendingOrder
            )

    def fit_columns(self) -> None:
        """Give the names what the other columns leave; hide what has no room."""
        model, room = self.model(), self.viewport().width()
        if not isinstance(model, ItemModel):
            return
        model.short = room < WORDS_FROM
        for column, least in WIDE_ENOUGH.items():
            self.setColumnHidden(int(column), self.pictures or room < least)
        for column in (Column.MARKS, Column.STATUS):
            self.setColumnHidden(int(column), self.pictures)
        taken = 0
        for column, width in self._widths(room).items():
            if not self.isColumnHidden(int(column)):
                self.setColumnWidth(int(column), width)
                taken += width
        self.setColumnWidth(int(Column.NAME), max(64, room - taken))

    def _widths(self, room: int) -> dict[Column, int]:
        font = QFont(self.font())
        font.setPixelSize(SMALL)
        size = QFontMetrics(font).horizontalAdvance("0000×0000")  # noqa: RUF001
        return {
            Column.SIZE: size + 14,
            Column.MARKS: 54,
            Column.SPLIT: 64,
            Column.STATUS: 100 if room >= WORDS_FROM else 26,
        }

    def _sort(self, section: int) -> None:
        order = ORDERS.get(Column(section))
        if order is not None:
            self.sort_requested.emit(order)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the window: they are keys of actions and labels."""
        key = event.key()
        if event.text().isprintable() and event.text():
            event.ignore()
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(self.currentIndex())
            self.finished.emit()
        elif key == Qt.Key.Key_Delete and not event.modifiers():
            self.remove_requested.emit()
        else:
            super().keyPressEvent(event)
            if key in MOVES and not event.modifiers() & MANY_KEYS:
                self.selectRow(self.currentIndex().row())
                self.opened.emit(self.currentIndex())

    def moveCursor(
        self, action: QAbstractItemView.CursorAction, modifiers: Qt.KeyboardModifier
    ) -> QModelIndex:
        """Home and End go to the first and last item, and rows have no cells."""
        actions, model = QAbstractItemView.CursorAction, self.model()
        if action is actions.MoveHome:
            return model.index(0, 0)
        if action is actions.MoveEnd:
            return model.index(model.rowCount() - 1, 0)
        if action in (actions.MoveLeft, actions.MoveRight):
            return self.currentIndex()
        return super().moveCursor(action, modifiers)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """A plain press opens; a press at the right shows what can be done."""
        super().mousePressEvent(event)
        plain = event.button() == Qt.MouseButton.LeftButton
        if plain and not event.modifiers() & MANY_KEYS:
            self.opened.emit(self.indexAt(event.position().toPoint()))

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Light up the whole row under the pointer."""
        super().mouseMoveEvent(event)
        self._hover(self.rowAt(int(event.position().y())))

    def leaveEvent(self, event: QEvent) -> None:
        """No row is under the pointer."""
        super().leaveEvent(event)
        self._hover(-1)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show who has the keyboard on the whole row."""
        super().focusInEvent(event)
        self.viewport().update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Another has the keyboard."""
        super().focusOutEvent(event)
        self.viewport().update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the width among the columns."""
        super().resizeEvent(event)
        self.fit_columns()

    def _hover(self, row: int) -> None:
        if row != self.hovered:
            self.hovered = row
            self.viewport().update()
