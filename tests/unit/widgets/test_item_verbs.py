"""What is done with several items at once is one step of Undo."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from annolab.model.edit import Change, Edit
from annolab.model.ids import new_id
from annolab.model.item import Item, Status
from annolab.model.schema import Entry
from annolab.model.text_item import TextSpec, text_key, with_spec
from annolab.tasks.tables import add_table
from annolab.widgets import item_verbs
from annolab.widgets.window import Window


def choose(window: Window, qtbot: QtBot, rows: Sequence[int]) -> None:
    """Choose rows of the list, with the keyboard on it."""
    view = window.workspace.items.view
    qtbot.waitUntil(lambda: len(window.workspace.items.model.ids) == 3)
    view.setFocus()
    model = view.selectionModel()
    flag = model.SelectionFlag
    for number, row in enumerate(rows):
        index = view.model().index(row, 0)
        first = flag.ClearAndSelect if number == 0 else flag.Select
        model.select(index, first | flag.Rows)


def items(window: Window) -> dict[int, Item]:
    """The items of the project by id."""
    project = window.session.project
    assert project is not None
    return {item.id: item for item in project.items(list(project.item_ids()))}


@pytest.mark.parametrize(
    ("action", "status"),
    [
        ("item.done", Status.DONE),
        ("item.skip", Status.SKIPPED),
        ("item.reopen", Status.BEGUN),
    ],
)
def test_the_status_of_all_chosen_is_one_step(
    opened: Window, qtbot: QtBot, action: str, status: Status
) -> None:
    choose(opened, qtbot, [1, 2])
    opened.commands.run(action)
    found = items(opened)
    assert [found[i].status for i in (101, 102)] == [status, status]
    assert found[100].status is not status or status is Status.BEGUN
    assert opened.session.item is not None
    assert opened.session.item.id == 100
    opened.session.undo()
    assert [items(opened)[i].status for i in (101, 102)] == [Status.NEW] * 2


def test_a_forgotten_choice_is_left_alone(opened: Window, qtbot: QtBot) -> None:
    choose(opened, qtbot, [1, 2])
    opened.workspace.focus_canvas()
    opened.commands.run("item.done")
    found = items(opened)
    assert found[100].status is Status.DONE
    assert found[102].status is Status.NEW


def test_the_split_of_all_chosen(opened: Window, qtbot: QtBot) -> None:
    choose(opened, qtbot, [0, 2])
    opened.commands.run("item.val")
    assert [i.split for i in items(opened).values()] == ["val", None, "val"]
    opened.commands.run("item.no_split")
    assert [i.split for i in items(opened).values()] == [None] * 3


def test_removed_items_come_back_with_their_marks(opened: Window, qtbot: QtBot) -> None:
    said: list[str] = []
    opened.session.said.connect(lambda _, text: said.append(text))
    choose(opened, qtbot, [0, 1])
    opened.commands.run("item.remove")
    assert list(items(opened)) == [102]
    assert opened.session.item is not None
    assert opened.session.item.id == 102
    assert "2 items with 2 marks" in said[-1]
    qtbot.waitUntil(lambda: opened.workspace.items.model.ids.tolist() == [102])
    opened.session.undo()
    qtbot.waitUntil(lambda: len(opened.workspace.items.model.ids) == 3)
    opened.session.open_item(100)
    assert len(opened.session.annotations()) == 2


def test_many_items_are_changed_in_a_worker(
    opened: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(item_verbs, "AT_ONCE", 1)
    choose(opened, qtbot, [0, 1, 2])
    opened.commands.run("item.test")
    qtbot.waitUntil(lambda: not opened.progress.busy)
    assert {i.split for i in items(opened).values()} == {"test"}


def test_paths_are_copied_one_on_a_line(opened: Window, qtbot: QtBot) -> None:
    choose(opened, qtbot, [0, 2])
    opened.commands.run("item.copy_path")
    lines = QApplication.clipboard().text().splitlines()
    assert [line.rpartition("/")[2] for line in lines] == ["0001.png", "0003.png"]


def test_paths_and_folders_of_rows_and_carried_texts(
    reading: Window, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    project, session = reading.session.project, reading.session
    assert project is not None
    (tmp_path / "t.csv").write_text("text\none\ntwo\n")
    add_table(project, tmp_path / "t.csv")
    one, two = (item for item in project.items() if "#" in item.path)
    carried = replace(with_spec(one, TextSpec(embedded=True)), id=new_id(), path="c")
    entry = Entry(new_id(), text_key(carried.id), '"carried"')
    project.apply(Edit("Add", (Change(None, carried), Change(None, entry))))
    shown: list[QUrl] = []

    def open_url(url: QUrl) -> bool:
        shown.append(url)
        return True

    monkeypatch.setattr(QDesktopServices, "openUrl", open_url)
    monkeypatch.setattr(item_verbs, "chosen", lambda _: [one.id, two.id, carried.id])
    item_verbs.copy_paths(reading)
    assert QApplication.clipboard().text() == str(tmp_path / "t.csv")
    session.open_item(two.id)
    item_verbs.show_folder(reading)
    assert [Path(url.toLocalFile()) for url in shown] == [tmp_path]
    session.open_item(carried.id)
    item_verbs.show_folder(reading)
    assert "has no file" in reading.workspace.banner.text.text()
    assert len(shown) == 1


def test_the_menu_keeps_the_choice(opened: Window, qtbot: QtBot) -> None:
    choose(opened, qtbot, [1, 2])
    view = opened.workspace.items.view
    view.customContextMenuRequested.emit(
        view.visualRect(view.model().index(2, 0)).center()
    )
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    ids = [a.objectName() for a in menu.actions() if not a.isSeparator()]
    assert ids == [id_ for id_ in item_verbs.MENU if id_]
    assert opened.workspace.items.chosen() == [101, 102]
    menu.close()
