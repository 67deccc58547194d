"""A list model of `Row`s that are made when they are first shown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QStringListModel, Qt

from annolab.widgets.rows import ROW_ROLE, Index, Row


class RowModel(QStringListModel):
    """Rows by id, in the order of `ids`; `make(id)` gives the row of an id.

    Qt's model holds as many empty texts, for it counts them without Python: a view
    asks for the count twice a row, and a sound may have 100,000.
    """

    def __init__(
        self, make: Callable[[int], Row | None], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._make = make
        self._rows: dict[int, Row | None] = {}
        self.ids: list[int] = []
        self._places: dict[int, int] | None = {}  # None: they have moved

    def set_ids(self, ids: Sequence[int]) -> None:
        """Show these; when they are the same, only what they show is renewed."""
        fresh = list(ids)
        self._rows.clear()
        if fresh == self.ids:
            self._tell_all()
            return
        if fresh[:-1] == self.ids and fresh:
            self._take(fresh)
            self.insertRows(len(fresh) - 1, 1)
            self._tell_all()
            return
        self._take(fresh)
        self.setStringList([""] * len(fresh))

    def _take(self, ids: list[int]) -> None:
        self.ids = ids
        self._places = dict(zip(ids, range(len(ids)), strict=True))

    def insert(self, place: int, id_: int) -> None:
        """Show one more, at a place."""
        self.ids.insert(place, id_)
        self._places = None
        self._rows.pop(id_, None)
        self.insertRows(place, 1)

    def remove(self, place: int) -> None:
        """Show one less."""
        self._rows.pop(self.ids.pop(place), None)
        self._places = None
        self.removeRows(place, 1)

    def _place(self, id_: int) -> int | None:
        if self._places is not None:
            return self._places.get(id_)
        try:
            return self.ids.index(id_)  # quicker than to count all anew
        except ValueError:
            return None

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
            place = self._place(id_)
            if place is not None:
                self.dataChanged.emit(self.index(place), self.index(place))

    def place(self, id_: int) -> QModelIndex:
        """The index of an id; an invalid one when it is not there."""
        place = self._place(id_)
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

    def flags(self, index: Index) -> Qt.ItemFlag:
        """Rows are selected; they are not edited and not dragged."""
        flag = Qt.ItemFlag
        alone = flag.ItemIsEnabled | flag.ItemIsSelectable | flag.ItemNeverHasChildren
        return alone if index.isValid() else flag.NoItemFlags

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        """The `Row` under ROW_ROLE, and its texts."""
        id_ = self.id_at(index)
        if id_ is None or role not in (
            ROW_ROLE,
            Qt.ItemDataRole.DisplayRole,
            Qt.ItemDataRole.AccessibleTextRole,
            Qt.ItemDataRole.ToolTipRole,
        ):
            return None
        row = self.row(id_)
        if row is None or role == ROW_ROLE:
            return row
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return row.spoken
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.tip
        return row.title
