"""Write the annotations for another program; first say what it cannot hold."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QWidget

from annolab import plugins
from annolab.errors import AnnoLabError, UserError
from annolab.jobs import Progress
from annolab.model.annotation import AnnotatorKind
from annolab.tasks.filters import parse_filter
from annolab.tasks.frames import FrameChoice, film_count
from annolab.tasks.transfer import export_dataset, preview_losses
from annolab.widgets import worker
from annolab.widgets.controls import counted, label, set_flag, size_on_screen
from annolab.widgets.film_fields import FilmFields
from annolab.widgets.option_fields import OptionFields
from annolab.widgets.report_view import ReportView
from annolab.widgets.task_dialog import PathField, TaskDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.store.filters import Filter
    from annolab.store.project import Project

TYPING_MILLISECONDS = 400


class ExportDialog(TaskDialog):
    """Format, target, selection, options, and the list of what will be missing."""

    def __init__(self, parent: QWidget, project: Project, where: str = "") -> None:
        super().__init__(parent, parent.tr("Export annotations"), parent.tr("Export"))
        size_on_screen(self, 600, 600)
        self._project = project
        infos = plugins.formats()
        self._infos = {i: info for i, info in infos.items() if info.writes}
        self._suggested = ""
        self.format = QComboBox()
        for id_, info in self._infos.items():
            self.format.addItem(info.title, id_)
        self.target = PathField(self.tr("Export to"), folder=False, save=True)
        self.where = QLineEdit(where)
        self.where.setPlaceholderText(self.tr("all items; or e.g. status:done"))
        self.options = OptionFields()
        self.films = FilmFields()
        self.suggestions = QCheckBox(self.tr("Suggestions that nobody has judged, too"))
        rules = (a.kind is AnnotatorKind.RULE for a in project.annotators())
        self.suggestions.setVisible(any(rules))
        self.suggestions.clicked.connect(lambda _: self.check())
        self.losses = label("", wrap=True)
        self.preview = ReportView()
        self.add_row(self.tr("Format"), self.format)
        self.add_row(self.tr("To"), self.target)
        self.add_row(self.tr("Only items"), self.where)
        self.body.insertWidget(2, self.options)
        self.body.insertWidget(3, self.films)
        self.body.insertWidget(4, self.suggestions)
        self.body.insertWidget(5, self.losses)
        self.body.insertWidget(6, self.preview, 1)
        self.preview.hide()
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MILLISECONDS)
        self._typing.timeout.connect(self.check)
        self._checking: worker.Latest[_Found] = worker.Latest(
            self, self._show_found, self._check_failed
        )
        self.format.currentIndexChanged.connect(self._format_changed)
        self.where.textChanged.connect(lambda _: self._typing.start())
        self.options.changed.connect(self._typing.start)
        self.films.changed.connect(self._frames_changed)
        self.target.line.textEdited.connect(lambda _: self.say(""))
        self._format_changed()

    def format_id(self) -> str:
        """The format that is chosen."""
        return str(self.format.currentData() or "")

    def _format_changed(self) -> None:
        info = self._infos.get(self.format_id())
        if info is None:
            return
        self.options.show_format(info, "write")
        self.films.show_format(info)
        self._suggest_target()
        self.check()

    def _frames_changed(self) -> None:
        self._suggest_target()
        self._typing.start()

    def _suggest_target(self) -> None:
        info = self._infos[self.format_id()]
        pictures = self.films.choice() is not None
        self.target.set_folder(folder=info.per_item or pictures)
        target = suggested_target(self._project.path, info, folder=pictures)
        if self.target.line.text() == self._suggested:
            self.target.line.setText(str(target))
            self._suggested = str(target)

    def _filter(self) -> Filter | None:
        try:
            where = parse_filter(self.where.text(), self._project.schema)
        except UserError as error:
            self.say(str(error))
            set_flag(self.where, "wrong", on=True)
            return None
        set_flag(self.where, "wrong", on=False)
        self.say("")
        return where

    def check(self) -> None:
        """Find out in a worker what the format cannot hold."""
        self._typing.stop()
        where = self._filter()
        if where is None:
            self._checking.cancel()
            self.go_button.setEnabled(False)
            return
        self.losses.setText(self.tr("Looking what this format can hold…"))
        self.preview.hide()
        self.go_button.setEnabled(False)
        self._checking.start(
            partial(
                _preview,
                self._project,
                self.format_id(),
                where,
                self.options.values(),
                suggestions=self.suggestions.isChecked(),
                frames=self.films.choice(),
            )
        )

    def _show_found(self, found: _Found) -> None:
        self.films.show_films(found.films)
        self.films.show_pictures(found.report.pictures)
        if self.films.choice() == found.frames:
            self._show_losses(found.report)
        else:  # films came with another filter, and with them what was chosen
            self._suggest_target()
            self.check()

    def _show_losses(self, report: Report) -> None:
        lost = report.losses
        items = counted(report.written, "annotation", "annotations")
        if lost:
            text = self.tr("{} fit. These will be missing or changed:").format(items)
        else:
            text = self.tr("{}: nothing will be missing.").format(items)
        self.losses.setText(text)
        self.preview.show_report(report)
        self.preview.setVisible(bool(report.counts))
        self.go_button.setEnabled(True)

    def _check_failed(self, error: AnnoLabError) -> None:
        self.losses.clear()
        self.say(str(error))

    def go(self) -> None:
        """Export; the target appears when all is written, or not at all."""
        target, where = self.target.path, self._filter()
        if target is None:
            self.say(self.tr("Choose where to write the export."))
            self.target.setFocus()
        elif where is not None:
            task = partial(
                _export,
                self._project,
                self.format_id(),
                target,
                where,
                self.options.values(),
                suggestions=self.suggestions.isChecked(),
                frames=self.films.choice(),
            )
            self.run(self.tr("Exporting"), task, partial(self._done, target))

    def _done(self, target: Path, report: Report) -> None:
        written = counted(report.written, "annotation", "annotations")
        if report.pictures:
            pictures = counted(report.pictures, "picture", "pictures")
            written = self.tr("{} and {}").format(written, pictures)
        self.report(self.tr("Wrote {} to {}.").format(written, target), report)


def suggested_target(
    project: Path, info: plugins.FormatInfo, *, folder: bool = False
) -> Path:
    """A file, or a folder for formats of one file per item, beside the project."""
    stem = f"{project.stem} {info.id}"
    if folder or info.per_item or not info.extensions:
        return project.with_name(stem)
    return project.with_name(stem + info.extensions[0])


@dataclass(frozen=True, slots=True)
class _Found:
    """What an export with these frames would do, and how many items are films."""

    report: Report
    frames: FrameChoice | None
    films: int


def _preview(  # noqa: PLR0913  what the form says
    project: Project,
    format_id: str,
    where: Filter,
    options: dict[str, str],
    progress: Progress,
    *,
    suggestions: bool,
    frames: FrameChoice | None,
) -> _Found:
    report = preview_losses(
        project,
        format_id,
        where=where,
        options=options,
        suggestions=suggestions,
        frames=frames,
        progress=progress,
    )
    return _Found(report, frames, film_count(project, where))


def _export(  # noqa: PLR0913  what the form says
    project: Project,
    format_id: str,
    target: Path,
    where: Filter,
    options: dict[str, str],
    progress: Progress,
    *,
    suggestions: bool,
    frames: FrameChoice | None,
) -> Report:
    return export_dataset(
        project,
        format_id,
        target,
        where=where,
        options=options,
        suggestions=suggestions,
        frames=frames,
        progress=progress,
    )
