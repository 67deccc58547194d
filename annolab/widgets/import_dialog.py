"""Read annotations that another program wrote."""

from __future__ import annotations

from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QComboBox, QWidget

from annolab import plugins
from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.tasks.transfer import detect_format, import_dataset
from annolab.widgets import worker
from annolab.widgets.controls import counted, label, push_button
from annolab.widgets.option_fields import OptionFields
from annolab.widgets.task_dialog import PathField, TaskDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.store.project import Project

TYPING_MILLISECONDS = 300


class ImportDialog(TaskDialog):
    """Source, format (found by itself where it can be), media folder, options."""

    def __init__(self, parent: QWidget, project: Project) -> None:
        super().__init__(parent, parent.tr("Import annotations"), parent.tr("Import"))
        self._project = project
        infos = plugins.formats()
        self._infos = {i: info for i, info in infos.items() if info.reads}
        self.source = PathField(self.tr("File or folder"), folder=False)
        folder = push_button(self.tr("Folder…"))
        folder.clicked.connect(self._choose_folder)
        layout = self.source.layout()
        if layout is not None:
            layout.addWidget(folder)
        self.format = QComboBox()
        self.format.addItem(self.tr("Find out"), "")
        for id_, info in self._infos.items():
            self.format.addItem(info.title, id_)
        self.found = label("", "small", wrap=True)
        self.media = PathField(self.tr("Media folder"))
        self.media.line.setPlaceholderText(self.tr("the folder of the file"))
        self.options = OptionFields()
        self.add_row(self.tr("From"), self.source)
        self.add_row(self.tr("Format"), self.format)
        self.form.addWidget(self.found, self._rows, 1)
        self._rows += 1
        self.add_row(
            self.tr("Media in"),
            self.media,
            doc=self.tr("The folder that the paths in the file start from."),
        )
        self.body.insertWidget(2, self.options)
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MILLISECONDS)
        self._typing.timeout.connect(self._detect)
        self._detecting: worker.Latest[str] = worker.Latest(
            self, self._take_format, self._not_found
        )
        self.source.line.textChanged.connect(lambda _: self._typing.start())
        self.format.currentIndexChanged.connect(self._show_options)
        self._show_options()

    def format_id(self) -> str:
        """The format that is chosen, or was found; "" for neither."""
        return str(self.format.currentData() or "")

    def _choose_folder(self) -> None:
        self.source.set_folder(folder=True)
        self.source.button.click()
        self.source.set_folder(folder=False)

    def _detect(self) -> None:
        path = self.source.path
        self.say("")
        self.found.clear()
        if path is None or not path.exists():
            return

        def work(progress: Progress) -> str:
            progress.step(0)
            return detect_format(path)

        self._detecting.start(work)

    def _take_format(self, format_id: str) -> None:
        self.format.setCurrentIndex(max(0, self.format.findData(format_id)))
        title = self._infos[format_id].title
        self.found.setText(self.tr("This looks like {}.").format(title))

    def _not_found(self, error: AnnoLabError) -> None:
        self.found.setText(str(error))

    def _show_options(self) -> None:
        self.options.show_format(self._infos.get(self.format_id()), "read")
        self._show_ready()

    def _show_ready(self) -> None:
        self.go_button.setEnabled(not self.progress.busy)

    def go(self) -> None:
        """Import; a failure or a cancel takes back all of it."""
        source = self.source.path
        if source is None:
            self.say(self.tr("Choose the file or folder to import."))
            self.source.setFocus()
            return
        task = partial(
            _import,
            self._project,
            source,
            self.format_id() or None,
            self.media.path,
            self.options.values(),
        )
        self.run(self.tr("Importing"), task, self._done)

    def _done(self, report: Report) -> None:
        read = counted(report.read, "annotation", "annotations")
        summary = self.tr("Read {}.").format(read)
        if report.skipped:
            summary += " " + self.tr("{:,} skipped.").format(report.skipped)
        self.report(summary, report)


def _import(
    project: Project,
    source: Path,
    format_id: str | None,
    media_root: Path | None,
    options: dict[str, str],
    progress: Progress,
) -> Report:
    return import_dataset(
        project,
        source,
        format_id,
        media_root=media_root,
        options=options,
        progress=progress,
    )
