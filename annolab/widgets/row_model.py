"""A list model of `Row`s that are made when they are first shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QObject, Qt

from annolab.widgets.rows import ROW_ROLE, Index, Row

NOWHERE = QModelIndex()


class RowModel(QAbstractListModel):
    """Rows by id, in the order of `ids`; `make(id)` gives the row of an id."""

    def __init__(
        self, make: Callable[[int], Row | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._rows: dict[int, Row | None] = {}
        self.ids: list[int] = []
        self._places: dict[int, int] = {}

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these; when they are the same, only what they show is renewed."""
        fresh = list(ids)
        self._rows.clear()
        if fresh == self.ids:
            self._tell_all()
            return
        if fresh[:-1] == self.ids and fresh:
            self.beginInsertRows(NOWHERE, len(self.ids), len(self.ids))
            self._take(fresh)
            self.endInsertRows()
            self._tell_all()
            return
        self.beginResetModel()
        self._take(fresh)
        self.endResetModel()

    def _take(self, ids: list[int]) -> None:
        self.ids = ids
        self._places = {id_: place for place, id_ in enumerate(ids)}

    def _tell_all(self) -> None:
        if self.ids:
            self.dataChanged.emit(self.index(0), self.index(len(self.ids) - 1))

    def refresh(self, ids: Iterable[int] | None = None) -> None:
        """Make rows anew, those of `ids` or all."""
        if ids is None:
            self._rows.clear()
            self._tell_all()
            return
        for id_ in ids:
            self._rows.pop(id_, None)
            place = self._places.get(id_)
            if place is not None:
                self.dataChanged.emit(self.index(place), self.index(place))

    def place(self, id_: int) -> QModelIndex:
        """The index of an id; an invalid one when it is not there."""
        place = self._places.get(id_)
        return QModelIndex() if place is None else self.index(place)

    def id_at(self, index: Index) -> int | None:
        """The id at an index."""
        row = index.row()
        return self.ids[row] if index.isValid() and row < len(self.ids) else None

    def row(self, id_: int) -> Row | None:
        """The row of an id."""
        if id_ not in self._rows:
            self._rows[id_] = self._make(id_)
        return self._rows[id_]

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many rows there are."""
        return 0 if parent.isValid() else len(self.ids)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The `Row` under ROW_ROLE, and its texts."""
        id_ = self.id_at(index)
        if id_ is None or role not in (
            ROW_ROLE,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
        ):
            return None
        row = self.row(id_)
        if row is None or role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        return row.title
