"""Rows of a table are added after the column of their texts was chosen."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab.store.filters import Filter
from annolab.widgets import verbs
from annolab.widgets.table_dialog import TableDialog
from annolab.widgets.window import Window


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "said.csv"
    path.write_bytes("id;said\n1;Käse und Brot\n2;so\n".encode("cp1252"))
    return path


def asking(window: Window, path: Path) -> TableDialog:
    verbs.add_paths(window, [path])
    (dialog,) = window.findChildren(TableDialog)
    return dialog


def test_enter_adds_the_rows_of_the_column(
    opened: Window, table: Path, qtbot: QtBot
) -> None:
    project = opened.session.project
    assert project is not None
    dialog = asking(opened, table)
    assert dialog.column.currentText() == "said"
    assert dialog.preview.rowCount() == 2
    cell = dialog.preview.item(0, 1)
    assert cell is not None
    assert cell.text() == "Käse und Brot"
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    rows = Filter(name="said.csv#")
    qtbot.waitUntil(lambda: len(project.item_ids(rows)) == 2)
    qtbot.waitUntil(lambda: not dialog.progress.busy)
    assert project.items(project.item_ids(rows))[1].attributes == {"id": "2"}
    dialog.reject()


def test_another_encoding_is_seen_at_once(opened: Window, table: Path) -> None:
    dialog = asking(opened, table)
    dialog.encoding.setCurrentText("cp437")
    cell = dialog.preview.item(0, 1)
    assert cell is not None
    assert cell.text() == "KΣse und Brot"
    dialog.encoding.setCurrentText("utf-32-le")
    assert dialog.problem.text()
    assert not dialog.go_button.isEnabled()
    dialog.encoding.setCurrentIndex(0)
    assert dialog.go_button.isEnabled()
    assert dialog.column.currentText() == "said"
    dialog.reject()


def test_a_file_that_is_no_table_is_told(opened: Window, tmp_path: Path) -> None:
    path = tmp_path / "a.csv"
    path.write_bytes(b"")
    dialog = asking(opened, path)
    assert "nothing in it" in dialog.problem.text()
    dialog.reject()
