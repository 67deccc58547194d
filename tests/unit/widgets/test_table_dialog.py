"""Rows of a table are added after the column of their texts was chosen."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab.model.item import Item
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.texts import text_of
from annolab.widgets import verbs
from annolab.widgets.new_project import NewProjectDialog
from annolab.widgets.report_view import ReportDialog
from annolab.widgets.table_dialog import TableDialog
from annolab.widgets.window import Window


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "said.csv"
    path.write_bytes("id;said\n1;Käse und Brot\n2;so\n".encode("cp1252"))
    return path


def asking(window: Window, qtbot: QtBot, *paths: Path) -> TableDialog:
    """The dialog that asks now, when it has read its table."""
    verbs.add_paths(window, paths)
    return asked(window, qtbot)


def asked(window: Window, qtbot: QtBot) -> TableDialog:
    def shown() -> list[TableDialog]:
        return [d for d in window.findChildren(TableDialog) if d.isVisible()]

    qtbot.waitUntil(lambda: bool(shown()))
    (dialog,) = shown()
    settled(dialog, qtbot)
    return dialog


def settled(dialog: TableDialog, qtbot: QtBot) -> None:
    qtbot.waitUntil(lambda: dialog.go_button.isEnabled() or bool(dialog.problem.text()))


def cell(dialog: TableDialog, row: int, column: int) -> str:
    held = dialog.preview.item(row, column)
    assert held is not None
    return held.text()


def rows_of(project: Project, name: str) -> list[Item]:
    return project.items(project.item_ids(Filter(name=name)))


def add(dialog: TableDialog, qtbot: QtBot) -> None:
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: not dialog.summary.isHidden())
    dialog.reject()


def test_enter_adds_the_rows_of_the_column(
    opened: Window, table: Path, qtbot: QtBot
) -> None:
    project = opened.session.project
    assert project is not None
    dialog = asking(opened, qtbot, table)
    assert dialog.column.currentText() == "said"
    assert dialog.preview.rowCount() == 2
    assert cell(dialog, 0, 1) == "Käse und Brot"
    add(dialog, qtbot)
    assert rows_of(project, "said.csv#")[1].attributes == {"id": "2"}


def test_another_encoding_is_seen(opened: Window, table: Path, qtbot: QtBot) -> None:
    dialog = asking(opened, qtbot, table)
    dialog.encoding.setCurrentText("cp437")
    assert not dialog.go_button.isEnabled()  # until a worker has read it
    settled(dialog, qtbot)
    assert cell(dialog, 0, 1) == "KΣse und Brot"
    dialog.encoding.setCurrentText("utf-32-le")
    settled(dialog, qtbot)
    assert dialog.problem.text()
    assert not dialog.go_button.isEnabled()
    dialog.encoding.setCurrentIndex(0)
    qtbot.waitUntil(dialog.go_button.isEnabled)
    assert dialog.column.currentText() == "said"
    dialog.reject()


def test_a_table_without_a_head(opened: Window, tmp_path: Path, qtbot: QtBot) -> None:
    project = opened.session.project
    assert project is not None
    path = tmp_path / "bare.csv"
    path.write_text("7,first words\n8,more\n")
    dialog = asking(opened, qtbot, path)
    assert dialog.preview.rowCount() == 1
    dialog.head.setChecked(False)
    settled(dialog, qtbot)
    assert (dialog.preview.rowCount(), cell(dialog, 0, 1)) == (2, "first words")
    assert dialog.column.currentText() == "column 2"
    add(dialog, qtbot)
    first, _ = rows_of(project, "bare.csv#")
    assert text_of(project, first).text == "first words"
    assert first.attributes == {"column 1": "7"}


def test_tables_that_are_alike_are_asked_about_once(
    opened: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    project = opened.session.project
    assert project is not None
    (tmp_path / "a.csv").write_text("text,n\none,1\n")
    (tmp_path / "b.jsonl").write_text('{"body": "two"}\n')
    (tmp_path / "c.csv").write_text("text,n\nthree,3\n")
    dialog = asking(
        opened, qtbot, *(tmp_path / n for n in ("a.csv", "b.jsonl", "c.csv"))
    )
    assert dialog.windowTitle() == "Add the rows of 2 tables"
    add(dialog, qtbot)
    dialog = asked(opened, qtbot)
    assert dialog.head.isHidden()
    add(dialog, qtbot)
    names = [item.path for item in project.items() if "#" in item.path]
    assert sorted(names) == ["a.csv#1", "b.jsonl#1", "c.csv#1"]


def test_a_new_project_asks_about_the_tables_of_its_folder(
    window: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    folder = tmp_path / "reviews"
    folder.mkdir()
    (folder / "r.tsv").write_text("id\treview\n1\tgood\n")
    dialog = NewProjectDialog(window, window.settings, folder)
    dialog.made.connect(partial(verbs._show_made, window))
    dialog.go()
    table = asked(window, qtbot)
    assert table.column.currentText() == "review"
    add(table, qtbot)
    qtbot.waitUntil(lambda: window.session.text == "good")


def test_a_table_among_pictures_is_only_named(
    opened: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "day" / "labels.csv").write_text("text\na\n")
    verbs.add_paths(opened, [tmp_path / "day"])
    qtbot.waitUntil(lambda: bool(opened.findChildren(ReportDialog)))
    (dialog,) = opened.findChildren(ReportDialog)
    top = dialog.view.topLevelItem(0)
    assert top is not None
    assert "add it by its name" in top.text(0)
    assert opened.findChildren(TableDialog) == []
    dialog.reject()


def test_a_file_that_is_no_table_is_told(
    opened: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    dialog = asking(opened, qtbot, path)
    assert "nothing in it" in dialog.problem.text()
    dialog.reject()
