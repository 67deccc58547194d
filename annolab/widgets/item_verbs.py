"""What is done with the items chosen in the list, or else with the open one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QPoint, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu

from annolab import edits
from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.model.edit import Edit
from annolab.model.item import Item, Status
from annolab.tasks.texts import delete_items, file_of
from annolab.widgets.controls import counted

if TYPE_CHECKING:
    from annolab.widgets.shell import Shell

AT_ONCE = 2000  # more items than these are changed in a worker
MOST_PATHS = 10_000  # on the clipboard
MENU = (
    "item.done", "item.skip", "item.reopen", "item.renew", "",
    "item.train", "item.val", "item.test", "item.no_split", "",
    "item.copy_path", "item.show_folder", "", "item.remove",
)  # fmt: skip


def many(window: Shell) -> list[int]:
    """The ids chosen in the list, while it has the keyboard and they are several.

    A forgotten selection must not be changed by a key pressed on the canvas.
    """
    panel = window.workspace.items
    if window.focusWidget() is not panel.view:
        return []
    chosen = panel.chosen()
    return chosen if len(chosen) > 1 else []


def chosen(window: Shell) -> list[int]:
    """The ids of the items that a verb is for."""
    item = window.session.item
    return many(window) or ([item.id] if item is not None else [])


def change(
    window: Shell,
    ids: Sequence[int],
    make: Callable[[Sequence[Item]], Edit],
    done: Callable[[Edit], None],
) -> None:
    """Apply the edit that `make` makes of the items; `done` when it is written."""
    project = window.session.project
    if project is None or not ids:
        return
    if len(ids) <= AT_ONCE:
        edit = make(project.items(ids))
        if window.session.apply(edit, window):
            done(edit)
        return

    def task(progress: Progress) -> Edit:
        progress.step(0)
        edit = make(project.items(ids))
        project.apply(edit, initiator=window)
        return edit

    window.progress.run(window.tr("Changing items"), task, done)


def set_status(window: Shell, status: Status) -> None:
    """Say how far the chosen items are."""
    change(
        window,
        chosen(window),
        lambda items: edits.set_item_status(items, status),
        partial(_tell, window),
    )


def set_split(window: Shell, split: str | None) -> None:
    """Put the chosen items into a split, or into none."""
    change(
        window,
        chosen(window),
        lambda items: edits.set_split(items, split),
        partial(_tell, window),
    )


def _tell(window: Shell, edit: Edit) -> None:
    """The rows show it; only what is out of sight needs words."""
    if len(edit.changes) > 1 or edit.name.startswith(("Put", "Take")):
        window.session.said.emit("info", f"{edit.name}.")


def remove(window: Shell) -> None:
    """Take the chosen items out of the project, and go to the one after them."""
    session, ids = window.session, chosen(window)
    project = session.project
    if project is None or not ids:
        return
    after = _after(window, frozenset(ids))
    before = project.totals().annotations

    def done(edit: Edit) -> None:
        if session.item is None and after is not None:
            session.open_item(after)
        marks = before - project.totals().annotations
        key = window.commands.bindings.first("edit.undo")
        sentence = window.tr("Removed {} with {}; files stay. {} brings them back.")
        items = counted(len(ids), "item", "items")
        text = sentence.format(items, counted(marks, "mark", "marks"), key)
        session.said.emit("info", text)

    change(window, ids, partial(delete_items, project), done)


def _after(window: Shell, gone: frozenset[int]) -> int | None:
    """The item to show when these are gone: the next one, or the one before."""
    session = window.session
    row = session.row_of(session.item.id if session.item else None)
    order = session.order
    ways = (range(row + 1, len(order)), range(row - 1, -1, -1))
    left = (int(order[n]) for way in ways for n in way if int(order[n]) not in gone)
    return next(left, None)


def copy_paths(window: Shell) -> None:
    """Put the paths of the chosen items on the clipboard, one on a line."""
    project, ids = window.session.project, chosen(window)
    if project is None or not ids:
        return
    try:
        found = [file_of(project, item) for item in project.items(ids[:MOST_PATHS])]
    except UserError as error:  # its folder is not one that may be followed
        window.session.said.emit("problem", str(error))
        return
    # Rows of one table have one file, and a text that came with a file has none.
    paths = list(dict.fromkeys(str(path) for path in found if path is not None))
    if not paths:
        _say_carried(window)
        return
    QApplication.clipboard().setText("\n".join(paths))
    what = paths[0] if len(paths) == 1 else counted(len(paths), "path", "paths")
    window.session.said.emit("info", window.tr("Copied {}").format(what))


def show_folder(window: Shell) -> None:
    """Show the folder of the open item in the file manager."""
    project, item = window.session.project, window.session.item
    if project is None or item is None:
        return
    try:
        file = file_of(project, item)
    except UserError as error:
        window.session.said.emit("problem", str(error))
        return
    if file is None:
        _say_carried(window)
        return
    folder = file.parent
    shown = folder.is_dir() and QDesktopServices.openUrl(
        QUrl.fromLocalFile(str(folder))
    )
    if not shown:
        sentence = window.tr("{} could not be shown.").format(folder)
        window.session.said.emit("problem", sentence)


def _say_carried(window: Shell) -> None:
    sentence = window.tr("This text is in the project itself: it has no file.")
    window.session.said.emit("info", sentence)


def show_menu(window: Shell, at: QPoint) -> None:
    """What can be done with the chosen items."""
    view = window.workspace.items.view
    if not view.indexAt(at).isValid():
        return
    view.setFocus()
    if not many(window):
        view.opened.emit(view.indexAt(at))
    menu = QMenu(window)
    for id_ in MENU:
        if id_:
            menu.addAction(window.commands.actions[id_])
        else:
            menu.addSeparator()
    menu.popup(view.viewport().mapToGlobal(at))
    menu.aboutToHide.connect(menu.deleteLater)
