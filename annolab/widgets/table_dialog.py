"""Which column of a table holds the texts?"""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QTableWidget, QTableWidgetItem, QWidget

from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.media.table import TableInfo, sniff
from annolab.media.text import ENCODINGS
from annolab.tasks.tables import add_table, text_column
from annolab.widgets.controls import counted
from annolab.widgets.task_dialog import TaskDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.store.project import Project

ROWS = 20
SHOWN = 300  # characters of a cell


class TableDialog(TaskDialog):
    """The first rows of a table, its encoding, and the column to choose."""

    def __init__(self, parent: QWidget, project: Project, path: Path) -> None:
        title = parent.tr("Add the rows of {}").format(path.name)
        super().__init__(parent, title, parent.tr("Add rows"))
        self._project = project
        self._path = path
        self.encoding = QComboBox()
        self.encoding.addItem(self.tr("Found out"), "")
        for name in ENCODINGS:
            self.encoding.addItem(name, name)
        self.column = QComboBox()
        self.preview = QTableWidget()
        self.preview.horizontalHeader().setStretchLastSection(True)
        self.preview.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.preview.setAccessibleName(self.tr("First rows"))
        self.preview.setTabKeyNavigation(False)
        doc = self.tr("The other columns become attributes of the texts.")
        self.add_row(self.tr("Text in column"), self.column, doc=doc)
        self.add_row(self.tr("Encoding"), self.encoding)
        self.body.insertWidget(2, self.preview, 100)
        self.encoding.currentIndexChanged.connect(self._read)
        self._read()

    def _read(self) -> None:
        """Show the head of the file in this encoding."""
        chosen = self.column.currentText()
        self.column.clear()
        self.preview.clear()
        self.preview.setRowCount(0)
        try:
            info = sniff(self._path, str(self.encoding.currentData()))
        except AnnoLabError as error:
            self.say(str(error))
            self.go_button.setEnabled(False)
            return
        self.say("")
        self.go_button.setEnabled(True)
        self.column.addItems(info.columns)
        wanted = chosen if chosen in info.columns else guessed_column(info)
        self.column.setCurrentText(wanted)
        self._show_rows(info)

    def _show_rows(self, info: TableInfo) -> None:
        rows = info.sample[:ROWS]
        self.preview.setColumnCount(len(info.columns))
        self.preview.setRowCount(len(rows))
        self.preview.setHorizontalHeaderLabels(info.columns)
        for y, cells in enumerate(rows):
            for x, cell in enumerate(cells):
                text = " ".join(cell[:SHOWN].split())
                self.preview.setItem(y, x, QTableWidgetItem(text))

    def go(self) -> None:
        """Add the rows; a cancel takes back all of it."""
        column = self.column.currentText()
        encoding = str(self.encoding.currentData())
        task = partial(_add, self._project, self._path, column, encoding)
        self.run(self.tr("Adding rows"), task, self._done)

    def _done(self, report: Report) -> None:
        added = counted(report.written, "item", "items")
        self.report(self.tr("Added {}.").format(added), report)


def guessed_column(info: TableInfo) -> str:
    """The column to begin with: that of a usual name, else the one of most text."""
    sizes = [sum(len(row[n]) for row in info.sample) for n in range(len(info.columns))]
    longest = max(range(len(sizes)), key=sizes.__getitem__)
    return text_column(info) or info.columns[longest]


def _add(
    project: Project, path: Path, column: str, encoding: str, progress: Progress
) -> Report:
    return add_table(project, path, column, encoding=encoding, progress=progress)
