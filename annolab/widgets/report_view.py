"""What a task could not carry over: reasons with counts, then each place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import (
    QApplication,
    QDialog,
    QHeaderView,
    QTreeWidget,
    QTreeWidgetItem,
    QWidget,
)

from annolab.widgets.controls import column, label, push_button, row, size_on_screen
from annolab.widgets.theme import theme_of

if TYPE_CHECKING:
    from annolab.formats.base import Problem, Report

SHOWN_EACH = 200
TOKENS = {"loss": "attention", "skipped": "error", "repaired": "dim", "note": "dim"}


class ReportView(QTreeWidget):
    """A row for each reason; below it where it happened. Can be copied."""

    def __init__(self) -> None:
        super().__init__()
        self.setColumnCount(2)
        self.setHeaderLabels([self.tr("What"), self.tr("How many")])
        header = self.header()
        header.setStretchLastSection(False)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.ResizeToContents)
        self.setUniformRowHeights(True)
        self.setTextElideMode(Qt.TextElideMode.ElideMiddle)
        self.setAccessibleName(self.tr("What was not carried over"))

    def show_report(self, report: Report) -> None:
        """Show the problems of a report."""
        self.clear()
        theme = theme_of(self)
        places: dict[tuple[str, str], list[Problem]] = {}
        for problem in report.problems:
            places.setdefault((problem.severity, problem.reason), []).append(problem)
        for (severity, reason), count in report.counts.items():
            top = QTreeWidgetItem([f"{severity.value}: {reason}", f"{count:,}"])
            top.setForeground(0, QColor(getattr(theme, TOKENS[severity.value])))
            align = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
            top.setTextAlignment(1, align)
            top.setToolTip(0, reason)
            self.addTopLevelItem(top)
            for problem in places.get((severity, reason), [])[:SHOWN_EACH]:
                text = place_of(problem)
                if text:
                    child = QTreeWidgetItem([text])
                    child.setToolTip(0, text)
                    top.addChild(child)
            shown = min(SHOWN_EACH, len(places.get((severity, reason), [])))
            if count > shown > 0:
                more = self.tr("… and {:,} more").format(count - shown)
                top.addChild(QTreeWidgetItem([more]))
        if self.topLevelItemCount() == 1:
            self.expandAll()


class ReportDialog(QDialog):
    """A summary sentence, the problems, and a button that copies them."""

    def __init__(self, parent: QWidget, summary: str, report: Report) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Report"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size_on_screen(self, 640, 420)
        self._report = report
        self.summary = label(summary, wrap=True)
        self.view = ReportView()
        self.view.show_report(report)
        self._copy = push_button(self.tr("Copy"))
        close = push_button(self.tr("Close"))
        close.setDefault(True)
        self._copy.clicked.connect(self._copy_all)
        close.clicked.connect(self.accept)
        buttons = row(self._copy, close)
        buttons.insertStretch(0, 1)
        layout = column(self.summary, self.view, spacing=12, margin=16)
        layout.setStretch(1, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)

    def _copy_all(self) -> None:
        text = f"{self.summary.text()}\n{report_text(self._report)}"
        QApplication.clipboard().setText(text)
        self._copy.setText(self.tr("Copied"))


def place_of(problem: Problem) -> str:
    """Where a problem is: file and line, item, annotation."""
    parts = [problem.where, problem.item]
    if problem.annotation_id is not None:
        parts.append(
            QCoreApplication.translate("report", "annotation {}").format(
                problem.annotation_id
            )
        )
    return ", ".join(part for part in parts if part)


def report_text(report: Report) -> str:
    """The report as text, a line for each problem."""
    lines = []
    for (severity, reason), count in report.counts.items():
        lines.append(f"{severity.value}: {reason} ({count:,})")
        lines += [
            f"  {place_of(problem)}"
            for problem in report.problems
            if (problem.severity, problem.reason) == (severity, reason)
            and place_of(problem)
        ]
    return "\n".join(lines)
