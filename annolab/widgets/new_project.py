"""Make a project of a folder: where it is, what the labels are."""

from __future__ import annotations

import re
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QPlainTextEdit, QWidget

from annolab.actions import bindings, default_table
from annolab.jobs import Progress
from annolab.model.schema import Schema
from annolab.settings import Settings, resource
from annolab.tasks.ingest import add_media
from annolab.tasks.schema_file import load_schema
from annolab.widgets.label_panel import new_label
from annolab.widgets.task_dialog import PathField, TaskDialog

if TYPE_CHECKING:
    from annolab.store.project import Project

SUFFIX = ".annolab"


class NewProjectDialog(TaskDialog):
    """Folder, project file, labels.

    `made(Project, tables)` gives the open project, and tables in the folder.
    """

    made = Signal(object, object)

    def __init__(
        self, parent: QWidget, settings: Settings, folder: Path | None = None
    ) -> None:
        super().__init__(
            parent, parent.tr("New project from folder"), parent.tr("Create project")
        )
        self._settings = settings
        self._suggested = ""
        self.folder = PathField(self.tr("Folder with the media"))
        self.place = PathField(self.tr("Project file"), folder=False, save=True)
        self.place.filter = f"AnnoLab (*{SUFFIX})"
        self.recursive = QCheckBox(self.tr("Also the folders inside"))
        self.recursive.setChecked(True)
        self.template = QComboBox()
        self.template.addItem(self.tr("No template"), "")
        for path in sorted(resource("schemas").glob("*.toml")):
            self.template.addItem(path.stem.capitalize(), str(path))
        self.labels = QPlainTextEdit()
        self.labels.setPlaceholderText(self.tr("person, car, sign"))
        self.labels.setTabChangesFocus(True)
        self.labels.setFixedHeight(72)
        self.add_row(self.tr("Folder"), self.folder)
        self.add_row("", self.recursive)
        self.add_row(
            self.tr("Project file"),
            self.place,
            doc=self.tr("One file; the media stay where they are."),
        )
        self.add_row(self.tr("Template"), self.template)
        self.add_row(
            self.tr("Labels"),
            self.labels,
            doc=self.tr("Separated by commas or lines. They can be changed later."),
        )
        self.folder.line.textChanged.connect(self._suggest)
        if folder is not None:
            self.folder.line.setText(str(folder))

    def _suggest(self) -> None:
        """The project lies in the folder and is called after it, if not said."""
        folder = self.folder.path
        if folder is None or self.place.line.text() not in ("", self._suggested):
            return
        self._suggested = str(folder / f"{folder.name or 'project'}{SUFFIX}")
        self.place.line.setText(self._suggested)

    def go(self) -> None:
        """Make the project and add what is in the folder."""
        folder, place = self.folder.path, self.place.path
        if folder is None or not folder.is_dir():
            self.say(self.tr("Choose a folder that exists."))
            self.folder.setFocus()
            return
        if place is None:
            self.say(self.tr("Say where the project file shall be."))
            self.place.setFocus()
            return
        if place.suffix != SUFFIX:
            place = place.with_name(place.name + SUFFIX)
        task = partial(
            make_project,
            place,
            folder,
            schema=self.schema(),
            annotator=self._settings.text("work.annotator") or None,
            recursive=self.recursive.isChecked(),
        )
        self.run(self.tr("Adding files"), task, self._done)

    def schema(self) -> Schema:
        """The template with the labels that were typed in."""
        chosen = str(self.template.currentData() or "")
        schema = load_schema(Path(chosen)) if chosen else Schema()
        return with_labels(schema, names_in(self.labels.toPlainText()))

    def _done(self, made: tuple[Project, tuple[Path, ...]]) -> None:
        self.made.emit(*made)
        self.accept()


def names_in(text: str) -> list[str]:
    """Names separated by commas, semicolons or lines; each once."""
    parts = (part.strip() for part in re.split(r"[,;\n]", text))
    return list(dict.fromkeys(part for part in parts if part))


def with_labels(schema: Schema, names: Sequence[str]) -> Schema:
    """`schema` with a label for each name that is not there yet."""
    held = bindings(default_table())
    for name in names:
        if schema.label_named(name) is None:
            made = replace(new_label(schema, name, held), position=len(schema.labels))
            schema = replace(schema, labels=(*schema.labels, made))
    return schema


def make_project(
    place: Path,
    folder: Path,
    progress: Progress,
    *,
    schema: Schema,
    annotator: str | None,
    recursive: bool,
) -> tuple[Project, tuple[Path, ...]]:
    """Make a project of a folder, and tell which tables are in it.

    A failure or a cancel leaves no file.
    """
    from annolab.store.project import create_project

    project = create_project(place, schema=schema, annotator=annotator)
    try:
        added = add_media(project, [folder], recursive=recursive, progress=progress)
    except BaseException:
        project.close()
        with suppress(OSError):
            place.unlink()
        raise
    return project, added.tables
