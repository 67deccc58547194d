"""Praat's Info window: the values that were asked for, and the lines of the logs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtGui import QFontDatabase, QTextCursor
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QPlainTextEdit,
    QTabWidget,
    QWidget,
)

from annolab.tasks.sound_log import table_text
from annolab.widgets.controls import column, label, push_button, row, size_on_screen

MOST_LINES = 100_000  # the oldest go first


class InfoWindow(QDialog):
    """Text that can be copied and saved; stays open beside the work.

    The first page holds values, the others the logs, with tabs between cells.
    """

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Info"))
        size_on_screen(self, 640, 360)
        self._rows: list[list[tuple[str, ...]]] = [[], []]  # with their headings
        self._headings: list[tuple[str, ...]] = [(), ()]
        self.pages = QTabWidget()
        self.pages.setDocumentMode(True)
        self.pages.tabBar().setDrawBase(False)
        self.texts = [self._page(title) for title in self._titles()]
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self.copy_button = push_button(self.tr("Copy all"))
        self.save_button = push_button(self.tr("Save…"))
        self.clear_button = push_button(self.tr("Clear"))
        self.copy_button.clicked.connect(self.copy)
        self.save_button.clicked.connect(self._choose)
        self.clear_button.clicked.connect(self.clear)
        buttons = row(self.clear_button, self.copy_button, self.save_button)
        buttons.insertStretch(0, 1)
        layout = column(self.pages, self.problem, spacing=12, margin=12)
        layout.setStretch(0, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def _titles(self) -> tuple[str, ...]:
        return self.tr("Info"), self.tr("Log 1"), self.tr("Log 2")

    def _page(self, title: str) -> QPlainTextEdit:
        made = QPlainTextEdit()
        made.setReadOnly(True)
        made.setAccessibleName(title)
        made.setMaximumBlockCount(MOST_LINES)
        made.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        made.setFont(QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont))
        flags = Qt.TextInteractionFlag
        made.setTextInteractionFlags(
            flags.TextSelectableByMouse | flags.TextSelectableByKeyboard
        )
        self.pages.addTab(made, title)
        return made

    def add_value(self, text: str) -> None:
        """A line of the first page."""
        self._append(0, text)

    def add_row(self, log: int, heading: Sequence[str], cells: Sequence[str]) -> None:
        """A line of a log, 1 or 2; a heading first when it is another one."""
        lines = [tuple(cells)]
        if self._headings[log - 1] != tuple(heading):
            self._headings[log - 1] = tuple(heading)
            lines.insert(0, tuple(heading))
        rows = self._rows[log - 1]
        rows += lines
        del rows[:-MOST_LINES]
        self._append(log, table_text(lines).rstrip("\n"))

    def _append(self, page: int, text: str) -> None:
        view = self.texts[page]
        if not self.isVisible():
            self.pages.setCurrentIndex(page)  # it comes up with what was told last
        view.appendPlainText(text)
        view.moveCursor(QTextCursor.MoveOperation.End)

    def show_page(self, page: int) -> None:
        """Bring the window up with one of its pages."""
        self.pages.setCurrentIndex(page)
        self.show()
        self.raise_()

    def copy(self) -> None:
        """All of the page, or what is marked in it."""
        view = self.texts[self.pages.currentIndex()]
        marked = view.textCursor().selectedText().replace("\u2029", "\n")
        QApplication.clipboard().setText(marked or view.toPlainText())

    def clear(self) -> None:
        """Empty the page."""
        page = self.pages.currentIndex()
        self.texts[page].clear()
        if page:
            self._rows[page - 1].clear()
            self._headings[page - 1] = ()

    def _choose(self) -> None:
        page = self.pages.currentIndex()
        kinds = self.tr("Text (*.txt)")
        if page:
            kinds = self.tr("Table (*.tsv *.csv)")
        name, _ = QFileDialog.getSaveFileName(self, self.tr("Save"), "", kinds)
        if name:
            self.save(Path(name))

    def save(self, path: Path) -> None:
        """Write the page; commas stand between cells in a `.csv`."""
        page = self.pages.currentIndex()
        if page:
            text = table_text(self._rows[page - 1], comma=path.suffix.lower() == ".csv")
        else:
            text = self.texts[0].toPlainText() + "\n"
        try:
            path.write_text(text, encoding="utf-8", newline="")
        except OSError as error:
            sentence = self.tr("{} could not be written: {}.")
            self.problem.setText(sentence.format(path, error.strerror))
        else:
            self.problem.clear()
        self.problem.setVisible(bool(self.problem.text()))
