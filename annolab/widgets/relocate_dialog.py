"""Media have moved: say where a folder is now."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QWidget

from annolab.jobs import Progress
from annolab.tasks.places import root_folder
from annolab.tasks.relocate import relocate
from annolab.widgets.controls import counted, size_on_screen
from annolab.widgets.task_dialog import PathField, TaskDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.store.project import Project


class RelocateDialog(TaskDialog):
    """The folders of the project, and where one of them has gone."""

    def __init__(self, parent: QWidget, project: Project) -> None:
        super().__init__(parent, parent.tr("Find moved media"), parent.tr("Find"))
        size_on_screen(self, 600, 320)
        self._project = project
        self.old = QComboBox()
        self.old.setEditable(True)
        for root in project.roots():
            folder = root_folder(project, root)
            self.old.addItem(folder)
        self.new = PathField(self.tr("New folder"))
        self.add_row(self.tr("Was in"), self.old)
        self.add_row(self.tr("Is in"), self.new)

    def go(self) -> None:
        """Point the items to the new folder."""
        new, old = self.new.path, self.old.currentText().strip()
        if new is None or not old:
            self.say(self.tr("Choose the folder where the media are now."))
            self.new.setFocus()
            return
        task = partial(_relocate, self._project, Path(old), new)
        self.run(self.tr("Looking for media"), task, self._done)

    def _done(self, report: Report) -> None:
        found = counted(report.written, "item", "items")
        self.report(self.tr("Found the media of {}.").format(found), report)


def _relocate(project: Project, old: Path, new: Path, progress: Progress) -> Report:
    return relocate(project, old, new, progress=progress)
