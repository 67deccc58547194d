"""What the actions do that open a dialog or start a task. Imported on first use."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFileDialog, QWidget

from annolab import edits
from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.media.probe import SUFFIXES
from annolab.media.table import SUFFIXES as TABLES
from annolab.model.item import Media, Status
from annolab.store.filters import EVERYTHING, Filter
from annolab.tasks.companions import beside
from annolab.tasks.filters import parse_filter
from annolab.widgets import film_folder, item_verbs
from annolab.widgets.controls import counted
from annolab.widgets.report_view import ReportDialog

if TYPE_CHECKING:
    from annolab.formats.base import Report
    from annolab.store.project import Project
    from annolab.tasks.companions import Companions
    from annolab.tasks.ingest import Added
    from annolab.widgets.shell import Shell

SUFFIX = ".annolab"
PAGE = 256
OPEN_STATUSES = (Status.NEW, Status.BEGUN)
PROJECT_FILES = "AnnoLab projects (*.annolab)"


def new_project(window: Shell, folder: Path | None = None) -> None:
    """Ask for folder, place and labels; then make the project and open it."""
    from annolab.widgets.new_project import NewProjectDialog

    dialog = NewProjectDialog(window, window.settings, folder)
    dialog.made.connect(partial(_show_made, window))
    dialog.open()


def _show_made(window: Shell, project: Project, tables: Sequence[Path]) -> None:
    """Show a new project; ask about its tables, or annotations beside its sounds."""
    window.show_project(project)
    sounds = project.item_ids(Filter(media=(Media.AUDIO, Media.VIDEO)))
    if not sounds:
        offer_tables(window, project, tables)
        return

    def task(progress: Progress) -> Companions:
        return beside(project, sounds, progress)

    def done(found: Companions) -> None:
        if found.count and window.session.project is project:
            _ask(window, project, found)

    window.progress.run(window.tr("Looking for annotations"), task, done)


def _ask(
    window: Shell,
    project: Project,
    found: Companions,
    added: tuple[str, Report] | None = None,
) -> None:
    from annolab.widgets.companions_dialog import CompanionsDialog

    CompanionsDialog(window, project, found, added).open()


def choose_project(window: Shell) -> None:
    """Ask for a project file and open it."""
    name, _ = QFileDialog.getOpenFileName(
        window, window.tr("Open project"), "", window.tr(PROJECT_FILES)
    )
    if name:
        window.open_project(Path(name))


def open_sample(window: Shell) -> None:
    """Make the sample project where it is not there yet, and open it."""
    from annolab.tasks.demo import make_sample

    def task(progress: Progress) -> Path:
        return make_sample(progress=progress)

    window.progress.run(
        window.tr("Making the sample project"), task, partial(_open, window)
    )


def _open(window: Shell, path: Path) -> None:
    window.open_project(path)


def choose_files(window: Shell) -> None:
    """Ask for pictures, films, sounds and texts, and add them."""
    names, _ = QFileDialog.getOpenFileNames(
        window, window.tr("Add files"), "", media_filter(window)
    )
    add_paths(window, [Path(name) for name in names])


def media_filter(window: Shell) -> str:
    """What a file dialog offers: everything that can be added, or one kind of it."""
    names = {
        Media.IMAGE: window.tr("Pictures"),
        Media.VIDEO: window.tr("Films"),
        Media.AUDIO: window.tr("Sounds"),
        Media.TEXT: window.tr("Texts"),
    }
    endings = {
        name: " ".join(f"*{ending}" for ending, kind in SUFFIXES.items() if kind is m)
        for m, name in names.items()
    }
    both = " ".join(endings.values())
    lines = [f"{window.tr('Pictures, films, sounds and texts')} ({both})"]
    lines += [f"{name} ({text})" for name, text in endings.items()]
    tables = " ".join(f"*{ending}" for ending in TABLES)
    lines.append(f"{window.tr('Tables with a text in each row')} ({tables})")
    return ";;".join([*lines, window.tr("All files") + " (*)"])


def choose_folder(window: Shell) -> None:
    """Ask for a folder and add what is in it."""
    name = QFileDialog.getExistingDirectory(window, window.tr("Add folder"))
    if name:
        add_paths(window, [Path(name)])


def add_paths(window: Shell, paths: Sequence[Path]) -> None:
    """Add files and folders to the open project, in a worker."""
    from annolab.tasks import ingest
    from annolab.tasks.tables import named_tables

    project = window.session.project
    if project is None:
        return
    named = named_tables(paths)
    paths = [path for path in paths if path not in named]
    if not paths:
        offer_tables(window, project, named)
        return

    def task(progress: Progress) -> tuple[Added, Companions]:
        added = ingest.add_media(project, paths, progress=progress)
        return added, beside(project, added.ids, progress)

    def done(result: tuple[Added, Companions]) -> None:
        added, found = result
        report = added.report
        offer_tables(window, project, [*named, *added.tables])
        summary = window.tr("Added {}.").format(
            counted(report.written, "item", "items")
        )
        if found.count:
            _ask(window, project, found, (summary, report))
        elif report.counts:
            ReportDialog(window, summary, report).open()
        else:
            window.session.said.emit("info", summary)

    window.progress.run(window.tr("Adding files"), task, done)


def offer_tables(window: Shell, project: Project, tables: Sequence[Path]) -> None:
    """Ask for the columns with the texts, once for all tables that are alike."""
    from annolab.tasks.tables import alike
    from annolab.widgets.table_dialog import ask_tables

    if tables:
        task = partial(alike, tables)
        ask = partial(ask_tables, window, project)
        window.progress.run(window.tr("Looking at tables"), task, ask)


def choose_film(window: Shell) -> None:
    """Ask for a folder of numbered pictures, to add them as one film."""
    if window.session.project is not None:
        film_folder.choose(window, partial(add_paths, window))


def open_path(window: Shell, path: Path) -> None:
    """Open a project file, or make a project of a folder or a file."""
    if path.suffix == SUFFIX and not path.is_dir():
        window.open_project(path)
    elif path.exists():
        new_project(window, path if path.is_dir() else path.parent)
    else:
        window.session.said.emit("problem", window.tr("{} is not there.").format(path))


def drop(window: Shell, paths: Sequence[Path]) -> None:
    """Open a dropped project; add anything else, or make a project of it."""
    if len(paths) == 1 and paths[0].suffix == SUFFIX:
        window.open_project(paths[0])
    elif window.session.project is not None:
        if len(paths) == 1 and paths[0].is_dir():
            film_folder.offer_film(window, paths[0], partial(add_paths, window))
        else:
            add_paths(window, paths)
    elif paths:
        open_path(window, paths[0])


def open_import(window: Shell) -> None:
    """Read annotations of another program."""
    from annolab.widgets.import_dialog import ImportDialog

    if window.session.project is not None:
        ImportDialog(window, window.session.project).open()


def open_export(window: Shell) -> None:
    """Write the annotations for another program."""
    from annolab.widgets.export_dialog import ExportDialog

    if window.session.project is not None:
        where = window.workspace.items.field.text()
        ExportDialog(window, window.session.project, where).open()


def open_relocate(window: Shell) -> None:
    """Say where a folder of media has gone."""
    from annolab.widgets.relocate_dialog import RelocateDialog

    if window.session.project is not None:
        RelocateDialog(window, window.session.project).open()


def empty_cache(window: Shell) -> None:
    """Delete the decoded sounds."""

    def task(_: Progress) -> int:
        from annolab.media.sound_cache import SoundCache, cache_folder

        return SoundCache(cache_folder()).empty()

    def done(freed: int) -> None:
        sentence = window.tr("Freed {:,.0f} MB.").format(freed / 1e6)
        window.session.said.emit("info", sentence)

    window.progress.run(window.tr("Emptying the cache"), task, done)


def open_allow(window: Shell) -> None:
    """Ask which folders of the project may be followed."""
    from annolab.widgets.allow_dialog import AllowDialog

    project = window.session.project
    if project is None:
        return
    if not project.refused_folders():
        sentence = window.tr("All folders of this project are allowed.")
        window.session.said.emit("info", sentence)
        return
    dialog = AllowDialog(window, project)
    dialog.allowed.connect(window.reopen_project)
    dialog.open()


def open_schema(window: Shell) -> None:
    """Change labels and attributes."""
    from annolab.widgets.schema_editor import SchemaEditor

    if window.session.project is not None:
        SchemaEditor(window, window.session, window.commands.bindings).open()


def open_suggestions(window: Shell) -> None:
    """Choose lists of terms, patterns and the knowledge base of the project."""
    from annolab.widgets.suggest_dialog import SuggestDialog

    session = window.session
    if session.project is None:
        return
    try:
        where = parse_filter(window.workspace.items.field.text(), session.schema)
    except UserError:
        where = EVERYTHING  # the field says what is wrong with it
    SuggestDialog(window, session, where).open()


def open_settings(window: Shell) -> None:
    """Change options and keys."""
    from annolab.widgets.settings_dialog import SettingsDialog

    dialog = SettingsDialog(window, window.settings)
    dialog.keys_changed.connect(window.rebind)
    dialog.option_changed.connect(window.option_changed)
    dialog.open()


def open_palette(window: Shell) -> None:
    """Find anything by typing."""
    from annolab.widgets.palette import Palette

    Palette(window, window.session, window.commands).open()


def open_keys(window: Shell) -> None:
    """Show the keys of what is on the screen."""
    from annolab.widgets.key_sheet import KeySheet

    KeySheet(window, window.commands.bindings, window.workspace.contexts()).open()


def open_history(window: Shell) -> None:
    """Show the last changes, and go back to one of them."""
    from annolab.widgets.history_popup import HistoryPopup

    if window.session.project is not None:
        HistoryPopup(window, window.session).open()


def open_about(window: Shell) -> None:
    """Version and licences."""
    from annolab.widgets.about import AboutDialog

    AboutDialog(window).open()


def finish(window: Shell, status: Status) -> None:
    """Mark the open item and go to the next; or mark all that are chosen."""
    if item_verbs.many(window):
        item_verbs.set_status(window, status)
        return
    item = window.session.item
    if item is None:
        return
    done = window.session.apply(edits.set_item_status([item], status), window)
    if done and not window.session.step_item(1):
        sentence = window.tr("This was the last item of the list.")
        window.session.said.emit("info", sentence)


def next_open(window: Shell) -> None:
    """Go to the next item that is neither done nor skipped."""
    session = window.session
    project, count = session.project, len(session.order)
    if project is None:
        return
    start = session.row_of(session.item.id if session.item else None) + 1
    for first in range(start, start + count, PAGE):
        rows = range(first, min(first + PAGE, start + count))
        ids = [int(session.order[row % count]) for row in rows]
        statuses = {row.id: row.status for row in project.item_rows(ids)}
        for id_ in ids:
            if statuses.get(id_) in OPEN_STATUSES:
                session.open_item(id_)
                return
    sentence = window.tr("Every item of the list is done or skipped.")
    session.said.emit("info", sentence)


def find_items(window: Shell) -> None:
    """Put the keyboard into the filter of the item list."""
    window.workspace.items.show()
    window.workspace.items.focus_filter()


def _toggle(widget: QWidget) -> None:
    widget.setVisible(not widget.isVisible())


VERBS: dict[str, Callable[[Shell], object]] = {
    "project.new": new_project,
    "project.open": choose_project,
    "project.sample": open_sample,
    "project.add": choose_files,
    "project.add_folder": choose_folder,
    "project.add_film": choose_film,
    "project.import": open_import,
    "project.export": open_export,
    "project.relocate": open_relocate,
    "project.allow": open_allow,
    "app.empty_cache": empty_cache,
    "project.schema": open_schema,
    "project.suggest": open_suggestions,
    "app.settings": open_settings,
    "app.palette": open_palette,
    "app.keys": open_keys,
    "app.about": open_about,
    "app.guidelines": lambda window: window.workspace.show_guidelines(),
    "app.items_panel": lambda window: _toggle(window.workspace.items),
    "app.labels_panel": lambda window: _toggle(window.workspace.side),
    "app.next_panel": lambda window: window.workspace.step_panel(1),
    "app.previous_panel": lambda window: window.workspace.step_panel(-1),
    "edit.history": open_history,
    "item.next_open": next_open,
    "item.done": lambda window: finish(window, Status.DONE),
    "item.skip": lambda window: finish(window, Status.SKIPPED),
    "item.reopen": lambda window: item_verbs.set_status(window, Status.BEGUN),
    "item.renew": lambda window: item_verbs.set_status(window, Status.NEW),
    "item.train": lambda window: item_verbs.set_split(window, "train"),
    "item.val": lambda window: item_verbs.set_split(window, "val"),
    "item.test": lambda window: item_verbs.set_split(window, "test"),
    "item.no_split": lambda window: item_verbs.set_split(window, None),
    "item.remove": item_verbs.remove,
    "item.copy_path": item_verbs.copy_paths,
    "item.show_folder": item_verbs.show_folder,
    "item.find": find_items,
    "item.thumbnails": lambda window: window.workspace.items.toggle_pictures(),
    "label.new": lambda window: window.workspace.labels.begin_add(),
    "label.rename": lambda window: window.workspace.labels.begin_rename(),
    "label.up": lambda window: window.workspace.labels.step(-1),
    "label.down": lambda window: window.workspace.labels.step(1),
    "attribute.new": lambda window: window.workspace.form.begin_add(),
    "list.open": lambda window: window.workspace.focus_canvas(),
    "list.canvas": lambda window: window.workspace.focus_canvas(),
}
