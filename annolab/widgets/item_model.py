"""The rows of the item list: an array of ids and a cache of what is on the screen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt

from annolab.widgets.rows import Index

if TYPE_CHECKING:
    from annolab.store.project import Project
    from annolab.store.views import ItemRow

ITEM_ROLE = Qt.ItemDataRole.UserRole + 2
PAGE = 128
PAGES = 64
NOWHERE = QModelIndex()
NO_IDS: NDArray[np.int64] = np.empty(0, np.int64)


class ItemModel(QAbstractTableModel):
    """One row for each id. Rows are read from the project a page at a time."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: NDArray[np.int64] = NO_IDS
        self._project: Project | None = None
        self._pages: OrderedDict[int, list[ItemRow | None]] = OrderedDict()

    def set_ids(self, project: Project | None, ids: NDArray[np.int64]) -> None:
        """Show other items."""
        self.beginResetModel()
        self._project = project
        self.ids = ids
        self._pages.clear()
        self.endResetModel()

    def refresh(self, ids: Iterable[int]) -> int:
        """Read the rows of `ids` again; return how many of them are listed."""
        rows = np.flatnonzero(np.isin(self.ids, list(ids))).tolist()
        for row in rows:
            self._pages.pop(row // PAGE, None)
            self.dataChanged.emit(self.index(row, 0), self.index(row, 0))
        return len(rows)

    def repaint(self, item_id: int) -> None:
        """The picture of an item has come."""
        for page, rows in self._pages.items():
            for offset, found in enumerate(rows):
                if found is not None and found.id == item_id:
                    index = self.index(page * PAGE + offset, 0)
                    self.dataChanged.emit(index, index)
                    return

    def row(self, number: int) -> ItemRow | None:
        """The row with this number; None when its item is gone."""
        page, offset = divmod(number, PAGE)
        rows = self._pages.get(page)
        if rows is None:
            rows = self._read(page)
            self._pages[page] = rows
            while len(self._pages) > PAGES:
                self._pages.popitem(last=False)
        return rows[offset]

    def _read(self, page: int) -> list[ItemRow | None]:
        ids = self.ids[page * PAGE : (page + 1) * PAGE].tolist()
        if self._project is None:
            return [None] * len(ids)
        found = {row.id: row for row in self._project.item_rows(ids)}
        return [found.get(i) for i in ids]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many items there are."""
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """One."""
        return 0 if parent.isValid() else 1

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The row itself under ITEM_ROLE, and its texts."""
        if not index.isValid() or index.row() >= len(self.ids):
            return None
        if role not in (
            ITEM_ROLE,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.ToolTipRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        row = self.row(index.row())
        if row is None or role == ITEM_ROLE:
            return row
        if role == Qt.ItemDataRole.ToolTipRole and row.problem:
            return f"{row.path}\n{row.problem}"
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return f"{row.path}, {row.status.name.lower()}"
        return row.path
