"""The rows of the item list: an array of ids and a cache of what is on the screen."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Iterable, Sequence
from contextlib import suppress
from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, Qt, Signal

from annolab.errors import StoreError
from annolab.model.item import Media, Status
from annolab.widgets.controls import counted
from annolab.widgets.rows import Index

if TYPE_CHECKING:
    from annolab.store.project import Project
    from annolab.store.views import ItemRow

LAST = 4
ITEM_ROLE = Qt.ItemDataRole.UserRole + 2
PAGE = 128
PAGES = 64
NOWHERE = QModelIndex()
NO_IDS: NDArray[np.int64] = np.empty(0, np.int64)


class Column(IntEnum):
    """The columns of the table."""

    NAME = 0
    SIZE = 1
    MARKS = 2
    SPLIT = 3
    STATUS = 4


# What the store can sort by; the names are those of `store.filters.Order`.
ORDERS = {
    Column.NAME: "path",
    Column.MARKS: "annotations",
    Column.STATUS: "status",
}
STATUS_WORDS = {
    Status.NEW: "new",
    Status.BEGUN: "begun",
    Status.DONE: "done",
    Status.ACCEPTED: "accepted",
    Status.SKIPPED: "skipped",
}


class ItemModel(QAbstractTableModel):
    """One row for each id. Rows are read from the project a page at a time."""

    damaged = Signal(str)  # a sentence, once for each project

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.ids: NDArray[np.int64] = NO_IDS
        self.short = False  # no room for the word above the marks of the status
        self._project: Project | None = None
        self._complained = False
        self._pages: OrderedDict[int, list[ItemRow | None]] = OrderedDict()

    def set_ids(self, project: Project | None, ids: NDArray[np.int64]) -> None:
        """Show other items."""
        self.beginResetModel()
        self._complained = self._complained and project is self._project
        self._project = project
        self.ids = ids
        self._pages.clear()
        self.endResetModel()

    def refresh(self, ids: Iterable[int]) -> int:
        """Read the rows of `ids` again; return how many of them are listed."""
        rows = np.flatnonzero(np.isin(self.ids, list(ids))).tolist()
        for row in rows:
            self._pages.pop(row // PAGE, None)
            self.dataChanged.emit(self.index(row, 0), self.index(row, LAST))
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
        found = {row.id: row for row in self._rows(self._project, ids)}
        return [found.get(i) for i in ids]

    def _rows(self, project: Project, ids: Sequence[int]) -> list[ItemRow]:
        """The rows that can be read; those of a damaged file stay empty."""
        try:
            return project.item_rows(ids)
        except StoreError as error:
            if not self._complained:  # once, not at every paint
                self._complained = True
                self.damaged.emit(str(error))
        rows = []
        for id_ in ids:
            with suppress(StoreError):
                rows += project.item_rows([id_])
        return rows

    def rowCount(self, parent: Index = NOWHERE) -> int:
        """How many items there are."""
        return 0 if parent.isValid() else len(self.ids)

    def columnCount(self, parent: Index = NOWHERE) -> int:
        """As many as there are in `Column`."""
        return 0 if parent.isValid() else len(Column)

    def headerData(
        self,
        section: int,
        orientation: Qt.Orientation,
        role: int = Qt.ItemDataRole.DisplayRole,
    ) -> Any:
        """The title of a column, at the side where its values are."""
        if orientation is not Qt.Orientation.Horizontal:
            return None
        column = Column(section)
        if role == Qt.ItemDataRole.TextAlignmentRole:
            return alignment(column)
        if role == Qt.ItemDataRole.DisplayRole:
            return {
                Column.NAME: self.tr("Name"),
                Column.SIZE: self.tr("Size"),
                Column.MARKS: self.tr("Marks"),
                Column.SPLIT: self.tr("Split"),
                Column.STATUS: "" if self.short else self.tr("Status"),
            }[column]
        if role == Qt.ItemDataRole.ToolTipRole and column in ORDERS:
            return self.tr("Sort by this; press again to turn it round")
        return None

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
        if role == Qt.ItemDataRole.ToolTipRole:
            state = row.problem or (self.tr("file not found") if row.missing else "")
            return "\n".join((row.path, state or STATUS_WORDS[row.status]))
        if role == Qt.ItemDataRole.AccessibleTextRole and not index.column():
            return f"{row.path}, {row.status.name.lower()}"
        return cell_text(row, Column(index.column()))


def cell_text(row: ItemRow, column: Column) -> str:
    """What a column says of an item."""
    match column:
        case Column.NAME:
            return row.path
        case Column.SIZE:
            return size_text(row)
        case Column.MARKS:
            return f"{row.n_annotations:,}" if row.n_annotations else ""
        case Column.SPLIT:
            return row.split or ""
        case Column.STATUS:
            return STATUS_WORDS[row.status]


def size_text(row: ItemRow) -> str:
    """The pixels of a picture, the length of a sound or text: "640×480", "1:02"."""  # noqa: RUF002
    if row.media is Media.AUDIO:
        return "" if row.length is None else duration_text(row.length)
    if row.media is Media.TEXT:
        return (
            ""
            if row.length is None
            else counted(int(row.length), "character", "characters")
        )
    return f"{row.width}×{row.height}" if row.width and row.height else ""  # noqa: RUF001


def duration_text(seconds: float) -> str:
    """A length for people: "0.25 s", "9.5 s", "1:05", "1:02:03"."""
    if seconds < 9.995:
        return f"{seconds:.2f}".rstrip("0").rstrip(".") + " s"
    if seconds < 59.95:
        return f"{seconds:.1f} s"
    whole = round(seconds)
    hours, minutes = divmod(whole // 60, 60)
    if hours:
        return f"{hours}:{minutes:02}:{whole % 60:02}"
    return f"{minutes}:{whole % 60:02}"


def rate_text(rate: float) -> str:
    """Samples per second: "44.1 kHz"."""
    return f"{rate / 1000:.4g} kHz"


def alignment(column: Column) -> Qt.AlignmentFlag:
    """Numbers stand at the right."""
    right = column in (Column.SIZE, Column.MARKS)
    side = Qt.AlignmentFlag.AlignRight if right else Qt.AlignmentFlag.AlignLeft
    return side | Qt.AlignmentFlag.AlignVCenter
