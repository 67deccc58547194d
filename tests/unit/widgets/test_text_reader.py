"""The line for screen readers: a standard text edit with the caret of the text."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QAccessible
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annolab.widgets.text_marks import Mark
from annolab.widgets.text_reader import ReadingLine

TEXT = "One.\n👨‍👩‍👧 met שרה 12.\nEnd"


class Keys(QWidget):
    """Gets the keys."""

    def __init__(self) -> None:
        super().__init__()
        self.got: list[int] = []

    def keyPressEvent(self, event: object) -> None:
        self.got.append(event.key())  # type: ignore[attr-defined]


@pytest.fixture
def view(qtbot: QtBot) -> Keys:
    made = Keys()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def line(view: Keys, qtbot: QtBot) -> ReadingLine:
    made = ReadingLine(view)
    qtbot.addWidget(made)
    return made


def test_screen_readers_get_line_caret_and_selection(line: ReadingLine) -> None:
    at = TEXT.index("met")
    line.follow(TEXT, at + 3, at, [Mark(1, ((at, at + 3),), "#ffb000", "VERB", "sure")])
    shown = line.toPlainText().split("\n")
    assert shown == ["👨‍👩‍👧 met שרה 12.", "VERB: met sure"]
    cursor = line.textCursor()
    assert cursor.selectedText() == "met"
    told = QAccessible.queryAccessibleInterface(line).textInterface()
    assert told is not None
    assert told.selectionCount() == 1
    assert told.cursorPosition() == cursor.position()


@pytest.mark.parametrize("caret", range(len(TEXT) + 1))
def test_the_caret_is_where_it_is_in_the_text(line: ReadingLine, caret: int) -> None:
    line.follow(TEXT, caret, caret, [])
    before = line.toPlainText().encode("utf-16-le")[: 2 * line.textCursor().position()]
    start = TEXT.rfind("\n", 0, caret) + 1
    assert before.decode("utf-16-le") == TEXT[start:caret]
    assert line.toPlainText().endswith("no span here")


def test_suggestions_and_pieces_are_said(line: ReadingLine) -> None:
    mark = Mark(1, ((0, 3), (5, 7)), "#ffb000", "", "", suggested=True)
    line.follow(TEXT, 1, 1, [mark])
    assert "suggested no label: One … " in line.toPlainText()


def test_keys_go_to_the_text(line: ReadingLine, view: Keys) -> None:
    line.follow(TEXT, 0, 0, [])
    QTest.keyClick(line, Qt.Key.Key_Right)
    assert view.got == [Qt.Key.Key_Right]
    assert line.textCursor().position() == 0
