"""Annotation files lie beside sounds that were added: read them?"""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from annolab.jobs import Progress
from annolab.tasks.companions import Companions, import_beside
from annolab.widgets.controls import counted, label, size_on_screen
from annolab.widgets.report_view import report_text
from annolab.widgets.task_dialog import TaskDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.store.project import Project


class CompanionsDialog(TaskDialog):
    """How many files there are; Enter reads them, Esc leaves them alone."""

    def __init__(
        self,
        parent: QWidget,
        project: Project,
        found: Companions,
        added: tuple[str, Report] | None = None,
    ) -> None:
        """`added`: what was said of the media, shown above the question."""
        title = parent.tr("Annotations beside the sounds")
        super().__init__(parent, title, parent.tr("Import"))
        size_on_screen(self, 560, 260)
        self._project = project
        self._found = found
        titles = " / ".join(found.titles)
        if found.count == 1:
            text = self.tr("1 {} file lies beside the sound it is named after.")
            text = text.format(titles)
        else:
            text = self.tr("{:,} {} files lie beside the sounds they are named after.")
            text = text.format(found.count, titles)
        self.question = label(text + " " + self.tr("Import it all?"), wrap=True)
        doc = self.tr("One Undo takes the whole import back.")
        self.body.insertWidget(1, self.question)
        self.body.insertWidget(2, label(doc, "small", wrap=True))
        if added is not None:
            summary, report = added
            self.body.insertWidget(1, label(summary, "dim", wrap=True))
            if report.counts:
                more = label(report_text(report).splitlines()[0], "small", wrap=True)
                self.body.insertWidget(2, more)
        self.close_button.setText(self.tr("Not now"))
        self.go_button.setFocus()

    def go(self) -> None:
        """Read the files; a cancel takes back all of it."""
        task = partial(_import, self._project, self._found)
        self.run(self.tr("Importing"), task, self._done)

    def _done(self, report: Report) -> None:
        read = counted(report.read, "annotation", "annotations")
        summary = self.tr("Read {}.").format(read)
        if report.counts:
            self.report(summary, report)
        else:
            self.accept()


def _import(project: Project, found: Companions, progress: Progress) -> Report:
    return import_beside(project, found, progress)
