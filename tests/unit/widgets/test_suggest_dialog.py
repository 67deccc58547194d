"""The dialog of suggestions keeps each change, and suggests in all listed texts."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from annolab.model.edit import Change, Edit
from annolab.model.item import Item, Media
from annolab.model.schema import Label
from annolab.store.filters import EVERYTHING
from annolab.store.project import create_project
from annolab.tasks.suggest import Pattern, rules_of
from annolab.widgets.session import Session
from annolab.widgets.suggest_dialog import SuggestDialog


@pytest.fixture
def dialog(qtbot: QtBot, tmp_path: Path) -> Iterator[SuggestDialog]:
    (tmp_path / "a.txt").write_text("Rome and 30 EUR")
    project = create_project(tmp_path / "p.annolab")
    label = Label(id=1, name="PLACE", color="#ffb000")
    item = Item(id=100, path="a.txt", media=Media.TEXT)
    project.apply(Edit("Add", (Change(None, label), Change(None, item))))
    window = QWidget()
    session = Session(window)
    session.set_project(project)
    qtbot.addWidget(window)
    made = SuggestDialog(window, session, EVERYTHING)
    made.show()
    yield made
    session.set_project(None)


def press(dialog: SuggestDialog, text: str) -> None:
    [button] = [b for b in dialog.findChildren(QPushButton) if b.text() == text]
    button.click()
    QTest.qWait(1)  # new rows are shown with the next events


def shown(dialog: SuggestDialog, kind: type[QLineEdit]) -> list[QLineEdit]:
    return [w for w in dialog.findChildren(kind) if w.isVisible()]


def test_lists_patterns_and_bases_are_kept(
    dialog: SuggestDialog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    project = dialog._session.project
    assert project is not None
    (tmp_path / "terms.txt").write_text("rome\n")
    chosen = str(tmp_path / "terms.txt")
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_: (chosen, ""))
    press(dialog, "Add list…")
    press(dialog, "Add file…")
    press(dialog, "Add pattern")
    [field] = shown(dialog, QLineEdit)
    field.setText(r"\d+ EUR")
    QTest.keyClick(field, Qt.Key.Key_Tab)
    field.editingFinished.emit()
    dialog.learn.click()
    rules = rules_of(project)
    assert [(g.path, g.label) for g in rules.gazetteers] == [("terms.txt", "PLACE")]
    assert rules.patterns == (Pattern("PLACE", r"\d+ EUR"),)
    assert rules.knowledge == ("terms.txt",)
    assert not rules.learn

    dialog.go()
    qtbot.waitUntil(lambda: bool(dialog.summary.text()), timeout=10_000)
    assert dialog.summary.text() == "2 suggestions in 1 text."


def test_a_wrong_pattern_is_said_and_not_kept(dialog: SuggestDialog) -> None:
    project = dialog._session.project
    assert project is not None
    press(dialog, "Add pattern")
    before = rules_of(project)
    [field] = shown(dialog, QLineEdit)
    field.setText("(")
    field.editingFinished.emit()
    assert "no regular expression" in dialog.problem.text()
    assert rules_of(project) == before


def test_what_is_removed_is_gone_and_undo_brings_it_back(dialog: SuggestDialog) -> None:
    project = dialog._session.project
    assert project is not None
    press(dialog, "Add pattern")
    buttons = dialog.findChildren(QToolButton)
    [remove] = [b for b in buttons if b.accessibleName() == "Remove" and b.isVisible()]
    remove.click()
    assert rules_of(project).patterns == ()
    project.undo()
    assert len(rules_of(project).patterns) == 1
