"""Which column of a table holds the texts?"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QTableWidget,
    QTableWidgetItem,
    QWidget,
)

from annolab.errors import AnnoLabError
from annolab.formats.base import Report
from annolab.jobs import Progress
from annolab.media.table import TableInfo, sniff
from annolab.media.text import ENCODINGS
from annolab.tasks.tables import add_tables, text_column
from annolab.widgets.controls import counted, label
from annolab.widgets.task_dialog import TaskDialog
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.store.project import Project

ROWS = 20
SHOWN = 300  # characters of a cell
NAMED = 5  # tables
LINES = (".jsonl", ".ndjson")  # each value has its name


def ask_tables(
    parent: QWidget, project: Project, groups: Sequence[Sequence[Path]]
) -> None:
    """Ask about each group of tables that are alike, one after the other."""
    if groups:
        dialog = TableDialog(parent, project, groups[0])
        dialog.finished.connect(lambda: ask_tables(parent, project, groups[1:]))
        dialog.open()


class TableDialog(TaskDialog):
    """The first rows of a table, its encoding, and the column to choose.

    `paths`: the table, and others with the same columns that are added with it.
    """

    def __init__(
        self, parent: QWidget, project: Project, paths: Sequence[Path]
    ) -> None:
        title = parent.tr("Add the rows of {}").format(paths[0].name)
        if len(paths) > 1:
            title = parent.tr("Add the rows of {:,} tables").format(len(paths))
        super().__init__(parent, title, parent.tr("Add rows"))
        self._project = project
        self._paths = paths
        self._jobs: Latest[TableInfo] = Latest(self, self._show, self._refuse)
        self._wanted = ""  # the column that was chosen before the table was read again
        self.encoding = QComboBox()
        self.encoding.addItem(self.tr("Found out"), "")
        for name in ENCODINGS:
            self.encoding.addItem(name, name)
        self.column = QComboBox()
        self.head = QCheckBox(self.tr("The first row names the columns"))
        self.head.setChecked(True)
        self.preview = QTableWidget()
        self.preview.horizontalHeader().setStretchLastSection(True)
        self.preview.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.preview.setAccessibleName(self.tr("First rows"))
        self.preview.setTabKeyNavigation(False)
        self._lay_out_form()
        self.encoding.currentIndexChanged.connect(self._read)
        self.head.toggled.connect(self._read)
        self._read()

    def _lay_out_form(self) -> None:
        doc = self.tr("The other columns become attributes of the texts.")
        self.add_row(self.tr("Text in column"), self.column, doc=doc)
        if self._paths[0].suffix.lower() not in LINES:
            self.add_row("", self.head)
        self.add_row(self.tr("Encoding"), self.encoding)
        place = 2
        if len(self._paths) > 1:
            names = ", ".join(path.name for path in self._paths[:NAMED])
            names += ", …" if len(self._paths) > NAMED else ""
            sentence = self.tr("They have the same columns: {}").format(names)
            self.body.insertWidget(1, label(sentence, "dim", wrap=True))
            place = 3
        self.body.insertWidget(place, self.preview, 100)

    def _read(self) -> None:
        """Read the head of the first file in this encoding."""
        self._wanted = self.column.currentText() or self._wanted
        self.go_button.setEnabled(False)
        encoding, head = str(self.encoding.currentData()), self.head.isChecked()
        self._jobs.start(partial(_sniff, self._paths[0], encoding, head))

    def _show(self, info: TableInfo) -> None:
        self._clear("")
        self.go_button.setEnabled(True)
        self.column.addItems(info.columns)
        wanted = self._wanted if self._wanted in info.columns else guessed_column(info)
        self.column.setCurrentText(wanted)
        rows = info.sample[:ROWS]
        self.preview.setColumnCount(len(info.columns))
        self.preview.setRowCount(len(rows))
        self.preview.setHorizontalHeaderLabels(info.columns)
        for y, cells in enumerate(rows):
            for x, cell in enumerate(cells):
                text = " ".join(cell[:SHOWN].split())
                self.preview.setItem(y, x, QTableWidgetItem(text))

    def _refuse(self, error: AnnoLabError) -> None:
        self._clear(str(error))

    def _clear(self, problem: str) -> None:
        self.say(problem)
        self.column.clear()
        self.preview.clear()
        self.preview.setRowCount(0)

    def go(self) -> None:
        """Add the rows; a cancel takes back those of the table it stops in."""
        column = self.column.currentText()
        task = partial(
            _add,
            self._project,
            self._paths,
            column,
            encoding=str(self.encoding.currentData()),
            head=self.head.isChecked(),
        )
        self.run(self.tr("Adding rows"), task, self._done)

    def _done(self, report: Report) -> None:
        added = counted(report.written, "item", "items")
        self.report(self.tr("Added {}.").format(added), report)

    def done(self, result: int) -> None:
        """Nothing is read any more."""
        self._jobs.cancel()
        super().done(result)


def guessed_column(info: TableInfo) -> str:
    """The column to begin with: that of a usual name, else the one of most text."""
    sizes = [sum(len(row[n]) for row in info.sample) for n in range(len(info.columns))]
    longest = max(range(len(sizes)), key=sizes.__getitem__)
    return text_column(info) or info.columns[longest]


def _sniff(path: Path, encoding: str, head: bool, _: Progress) -> TableInfo:  # noqa: FBT001
    return sniff(path, encoding, head=head)


def _add(
    project: Project,
    paths: Sequence[Path],
    column: str,
    progress: Progress,
    *,
    encoding: str,
    head: bool,
) -> Report:
    report = Report()
    add_tables(
        project,
        paths,
        column,
        encoding=encoding,
        head=head,
        report=report,
        progress=progress,
    )
    return report
