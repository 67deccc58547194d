"""A dialog that asks, works with progress and cancel, then reports."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QFileDialog,
    QGridLayout,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from annolab.jobs import Progress
from annolab.widgets.controls import (
    column,
    label,
    push_button,
    row,
    size_on_screen,
    tip,
)
from annolab.widgets.option_fields import NAME_WIDTH
from annolab.widgets.progress import ProgressStrip
from annolab.widgets.report_view import ReportView, report_text

if TYPE_CHECKING:
    from annolab.formats.base import Report

T = TypeVar("T")
GO_KEY = "Ctrl+Return"  # also from a field of several lines


class TaskDialog(QDialog):
    """Holds a form. `run` shows progress in it; `report` replaces the form."""

    def __init__(self, parent: QWidget, title: str, verb: str) -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size_on_screen(self, 600, 480)
        self.form = QGridLayout()
        self.form.setHorizontalSpacing(12)
        self.form.setVerticalSpacing(8)
        self.form.setColumnMinimumWidth(0, NAME_WIDTH)
        self.form.setColumnStretch(1, 1)
        self._rows = 0
        self.asking = QWidget()
        self.body: QVBoxLayout = column(label(title, "large"), spacing=12)
        self.body.addLayout(self.form)
        self.body.addStretch()  # nothing, when a part of the form takes the rest
        self.asking.setLayout(self.body)
        self.problem = label("", "problem", wrap=True)
        self.summary = label("", "title", wrap=True)
        self.view = ReportView()
        self.progress = ProgressStrip()
        self.progress.failed.connect(self.say)
        self.progress.ended.connect(lambda: self._set_working(on=False))
        self.copy_button = push_button(self.tr("Copy report"))
        self.close_button = push_button(self.tr("Cancel"))
        self.go_button = push_button(verb)
        self.go_button.setDefault(True)
        self.go_button.setShortcut(GO_KEY)
        self.go_button.setToolTip(tip(self.go_button.text(), (GO_KEY,)))
        self.copy_button.clicked.connect(self._copy)
        self.close_button.clicked.connect(self.reject)
        self.go_button.clicked.connect(self.go)
        self._report: Report | None = None
        self._lay_out()

    def _lay_out(self) -> None:
        buttons = row(self.copy_button, self.close_button, self.go_button)
        buttons.insertStretch(0, 1)
        layout = column(
            self.asking,
            self.summary,
            self.view,
            self.problem,
            self.progress,
            spacing=12,
            margin=20,
        )
        layout.setStretch(0, 1)
        layout.setStretch(2, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)
        for widget in (self.summary, self.view, self.problem, self.copy_button):
            widget.hide()

    def add_row(self, text: str, widget: QWidget, *, doc: str = "") -> None:
        """A field with its name at the left, and a line below it."""
        name = label(text, "dim")
        name.setBuddy(widget)
        name.setFixedHeight(28)
        self.form.addWidget(name, self._rows, 0, Qt.AlignmentFlag.AlignTop)
        self.form.addWidget(widget, self._rows, 1)
        target = widget.focusProxy() or widget
        if not target.accessibleName():
            target.setAccessibleName(text)
        if not self._rows:
            widget.setFocus()
        self._rows += 1
        if doc:
            self.form.addWidget(label(doc, "small", wrap=True), self._rows, 1)
            self._rows += 1

    def go(self) -> None:
        """The button that starts it was pressed."""
        raise NotImplementedError

    def say(self, sentence: str) -> None:
        """Show a sentence about what is wrong, or none."""
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))

    def run(
        self,
        title: str,
        task: Callable[[Progress], T],
        on_done: Callable[[T], None],
    ) -> None:
        """Run a task in a worker, with progress in this dialog."""
        self.say("")
        self._set_working(on=True)
        self.progress.run(title, task, on_done)

    def _set_working(self, *, on: bool) -> None:
        self.asking.setEnabled(not on)
        self.go_button.setEnabled(not on)
        self.close_button.setEnabled(not on)

    def report(self, summary: str, report: Report) -> None:
        """Show what was done in place of the form."""
        self._report = report
        self.asking.hide()
        self.go_button.hide()
        self.summary.setText(summary)
        self.summary.show()
        self.view.setVisible(bool(report.counts))
        self.view.show_report(report)
        self.copy_button.setVisible(bool(report.counts))
        self.close_button.setText(self.tr("Close"))
        self.close_button.setDefault(True)
        if not report.counts:
            self.adjustSize()

    def _copy(self) -> None:
        if self._report is not None:
            text = f"{self.summary.text()}\n{report_text(self._report)}"
            QApplication.clipboard().setText(text)
            self.copy_button.setText(self.tr("Copied"))

    def reject(self) -> None:
        """Esc stops the task first, then closes."""
        if self.progress.busy:
            self.progress.cancel()
        else:
            super().reject()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Closing stops the task."""
        if self.progress.busy:
            self.progress.cancel()
        super().closeEvent(event)


class PathField(QWidget):
    """A path that can be typed, or chosen with a button."""

    def __init__(self, title: str, *, folder: bool = True, save: bool = False) -> None:
        super().__init__()
        self._title = title
        self._folder = folder
        self._save = save
        self.filter = ""
        self.line = QLineEdit()
        self.line.setAccessibleName(title)
        self.button = push_button(self.tr("Choose…"))
        self.button.clicked.connect(self._choose)
        layout = row(self.line, self.button)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        self.setFocusProxy(self.line)

    @property
    def path(self) -> Path | None:
        """What is in the field; None when it is empty."""
        text = self.line.text().strip()
        return Path(text).expanduser() if text else None

    def set_folder(self, *, folder: bool) -> None:
        """Whether a folder is wanted, or a file."""
        self._folder = folder

    def _choose(self) -> None:
        start = self.line.text()
        if self._folder:
            name = QFileDialog.getExistingDirectory(self, self._title, start)
        elif self._save:
            name, _ = QFileDialog.getSaveFileName(self, self._title, start, self.filter)
        else:
            name, _ = QFileDialog.getOpenFileName(self, self._title, start, self.filter)
        if name:
            self.line.setText(name)
            self.line.textEdited.emit(name)
