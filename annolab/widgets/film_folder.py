"""A folder of numbered pictures is added as one film, when the user says so."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QDialog, QFileDialog, QWidget

from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.widgets.controls import column, label, push_button, row, size_on_screen

if TYPE_CHECKING:
    from annolab.widgets.shell import Shell

Add = Callable[[Sequence[Path]], None]


def choose(window: Shell, add: Add) -> None:
    """Ask for a folder, and add its numbered pictures as a film."""
    title = window.tr("Add numbered pictures as a film")
    folder = QFileDialog.getExistingDirectory(window, title)
    if folder:
        add_film(window, Path(folder), add)


def add_film(window: Shell, folder: Path, add: Add) -> None:
    """Add the numbered pictures of a folder as one film."""

    def task(_progress: Progress) -> Path:
        run = _run_in(folder)
        if run is None:
            message = f"{folder.name} holds no numbered pictures: choose another one."
            raise UserError(message)
        return run[0]

    window.progress.run(window.tr("Looking at pictures"), task, lambda run: add([run]))


def offer_film(window: Shell, folder: Path, add: Add) -> None:
    """Add a folder; where it holds numbered pictures, ask whether they are a film."""

    def done(run: tuple[Path, int] | None) -> None:
        if run is None:
            add([folder])
            return
        dialog = FilmFolderDialog(window, *run)
        dialog.chosen.connect(lambda film: add([run[0] if film else folder]))
        dialog.open()

    task = window.tr("Looking at pictures")
    window.progress.run(task, lambda _progress: _run_in(folder), done)


def _run_in(folder: Path) -> tuple[Path, int] | None:
    """The numbered pictures of a folder, and how many there are."""
    from annolab.media.picture_run import run_files, run_of

    run = run_of(folder)
    return None if run is None else (run, len(run_files(run)))


class FilmFolderDialog(QDialog):
    """`chosen(film)`: as one film, or as single pictures."""

    chosen = Signal(bool)

    def __init__(self, parent: QWidget, run: Path, count: int) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("Numbered pictures"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        size_on_screen(self, 520, 180)
        text = self.tr("{folder} holds {count:,} numbered pictures ({name}).")
        text = text.format(folder=run.parent.name, count=count, name=run.name)
        doc = self.tr("As a film, each is a frame, and tracks go through all of them.")
        self.film_button = push_button(self.tr("One film"))
        self.film_button.setDefault(True)
        self.pictures_button = push_button(self.tr("Single pictures"))
        for button, film in ((self.film_button, True), (self.pictures_button, False)):
            button.clicked.connect(lambda _=False, film=film: self._choose(film=film))
        cancel = push_button(self.tr("Cancel"))
        cancel.clicked.connect(self.reject)
        buttons = row(cancel, self.pictures_button, self.film_button)
        buttons.insertStretch(0, 1)
        layout = column(
            label(self.tr("Are these pictures the frames of a film?"), "large"),
            label(text, wrap=True),
            label(doc, "dim", wrap=True),
            spacing=12,
            margin=20,
        )
        layout.addStretch(1)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self.film_button.setFocus()

    def _choose(self, *, film: bool) -> None:
        self.accept()
        self.chosen.emit(film)
