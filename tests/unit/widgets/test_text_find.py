"""Searching a text, and tagging all that is found."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab import text_edits
from annolab.widgets.text_find import FindBar
from annolab.widgets.text_tag_all import TagAllDialog
from annolab.widgets.window import Window
from tests.unit.widgets.conftest import TEXT
from tests.unit.widgets.test_text_canvas import canvas_of, press, spans, undo_name


def search(window: Window, qtbot: QtBot, text: str, count: str) -> FindBar:
    """Type into the search bar and wait for what it tells."""
    press(window, "Ctrl+F")
    bar = canvas_of(window).search_bar
    bar.field.setText("")
    QTest.keyClicks(bar.field, text)
    qtbot.waitUntil(lambda: bar.count.text() == count)
    return bar


def test_places_are_counted_and_gone_through(reading: Window, qtbot: QtBot) -> None:
    bar = search(reading, qtbot, "paris", "1 of 3")
    view = canvas_of(reading).view
    first = TEXT.index("Paris")
    assert view.selection == (first, first + 5)
    QTest.keyClick(bar.field, Qt.Key.Key_Return)
    assert bar.count.text() == "2 of 3"
    press(reading, "F3", "F3")
    assert bar.count.text() == "1 of 3"
    press(reading, "Shift+F3")
    assert bar.count.text() == "3 of 3"
    press(reading, "2")  # what was found is selected: a key tags it
    assert spans(reading) == [("Place", "Paris")]
    press(reading, "Esc", "Esc")
    assert bar.isHidden()
    press(reading, "F3")
    assert view.selection == (first, first + 5)


def test_case_words_and_expressions(reading: Window, qtbot: QtBot) -> None:
    bar = search(reading, qtbot, "b", "1 of 4")
    bar.case.click()
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 2")
    bar.field.setText("")
    QTest.keyClicks(bar.field, "Bob")
    qtbot.waitUntil(lambda: bar.count.text() == "1 of 2")
    bar.words.click()
    bar.expression.click()
    bar.field.setText("")
    QTest.keyClicks(bar.field, r"[A-Z]\w+")
    qtbot.waitUntil(lambda: bar.count.text().endswith("of 9"))
    bar.field.setText("")
    QTest.keyClicks(bar.field, "(")
    qtbot.waitUntil(lambda: bar.count.text() == "no expression")
    assert "no regular expression" in bar.count.toolTip()


def test_keys_of_the_field_are_no_actions(reading: Window, qtbot: QtBot) -> None:
    press(reading, "1")
    bar = search(reading, qtbot, "Bob, 1", "not found")
    QTest.keyClick(bar.field, Qt.Key.Key_Backspace)
    QTest.keyClick(bar.field, Qt.Key.Key_Delete)
    QTest.keyClick(bar.field, Qt.Key.Key_Tab)
    assert len(spans(reading)) == 1
    assert canvas_of(reading).view.selection == (3, 3)


def dialog_of(window: Window, qtbot: QtBot, count: str) -> TagAllDialog:
    (dialog,) = window.findChildren(TagAllDialog)
    qtbot.waitUntil(lambda: dialog.count.text() == count)
    return dialog


def test_all_places_of_a_word_in_one_step(reading: Window, qtbot: QtBot) -> None:
    canvas = canvas_of(reading)
    canvas.view.set_caret(TEXT.index("Paris"))
    press(reading, "2", "Ctrl+D")
    dialog = dialog_of(reading, qtbot, "2 places")
    assert dialog.field.text() == "Paris"
    assert dialog.labels.currentText() == "Place"
    assert "[Paris]!" in dialog.preview.toPlainText()
    dialog.free.click()
    qtbot.waitUntil(lambda: dialog.count.text() == "3 places")
    dialog.free.click()
    with qtbot.waitSignal(dialog.finished):
        dialog.go()  # before it is shown what is found: it waits for that
    assert spans(reading) == [("Place", "Paris")] * 3
    assert undo_name(reading) == "Tag 2 spans as Place"
    reading.session.undo()
    assert len(spans(reading)) == 1


def test_all_texts_in_a_worker(reading: Window, qtbot: QtBot) -> None:
    press(reading, "2")
    canvas_of(reading).view.set_caret(TEXT.index("Paris"))
    press(reading, "Ctrl+D")
    dialog = dialog_of(reading, qtbot, "3 places")
    dialog.scope.setCurrentIndex(1)
    qtbot.waitUntil(lambda: dialog.count.text() == "4 places in 2 texts")
    assert "1.txt: …A second text of [Paris]." in dialog.preview.toPlainText()
    with qtbot.waitSignal(dialog.finished):
        dialog.go()
    project = reading.session.project
    assert project is not None
    found = [a for i in (100, 101) for a in project.annotations(i)]
    assert len([a for a in found if a.label_id == 2]) == 5
    assert undo_name(reading) == "Tag all “Paris” as Place"
    reading.session.undo()
    qtbot.waitUntil(lambda: project.annotations(101) == [])


def test_many_places_are_one_step_in_a_worker(
    reading: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.widgets.text_tag_all.FEW", 1)
    press(reading, "Ctrl+D")
    dialog = dialog_of(reading, qtbot, "1 place")
    dialog.field.setText(r"\w")
    dialog.expression.click()
    dialog.words.setChecked(False)
    qtbot.waitUntil(lambda: dialog.count.text() not in ("1 place", "Looking…"))
    count = int(dialog.count.text().split()[0])
    with qtbot.waitSignal(dialog.finished):
        dialog.go()
    qtbot.waitUntil(lambda: len(canvas_of(reading).shown.marks) == count)
    reading.session.undo()
    qtbot.waitUntil(lambda: canvas_of(reading).shown.marks == {})


def test_a_wrong_expression_cannot_be_tagged(reading: Window, qtbot: QtBot) -> None:
    press(reading, "Ctrl+D")
    dialog = dialog_of(reading, qtbot, "1 place")
    dialog.expression.click()
    dialog.field.setText("(")
    qtbot.waitUntil(lambda: "no regular expression" in dialog.problem.text())
    assert not dialog.go_button.isEnabled()
    dialog.field.setText("nowhere")
    qtbot.waitUntil(
        lambda: dialog.count.text() == "Nothing is found that is not tagged yet."
    )
    assert not dialog.go_button.isEnabled()


def test_pieces_of_what_is_found_are_spans(reading: Window, qtbot: QtBot) -> None:
    press(reading, "Ctrl+D")
    dialog = dialog_of(reading, qtbot, "1 place")
    dialog.go()
    (made,) = reading.session.annotations()
    assert text_edits.pieces_of(made) == ((0, 3),)
