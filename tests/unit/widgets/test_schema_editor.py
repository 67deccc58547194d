"""The schema editor: every change is an edit and can be undone."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annolab.actions import bindings, default_table
from annolab.model.geometry import Kind
from annolab.model.schema import Owner, ValueType
from annolab.widgets.schema_editor import SchemaEditor
from annolab.widgets.session import Session


@pytest.fixture
def editor(session: Session, parent: QWidget) -> SchemaEditor:
    """The editor on the project."""
    made = SchemaEditor(parent, session, bindings(default_table()))
    made.show()
    return made


def labels(session: Session) -> list[str]:
    """The names in order."""
    return [held.name for held in session.schema.labels]


def test_a_label_is_renamed_and_the_name_comes_back(
    editor: SchemaEditor, session: Session
) -> None:
    tab = editor.labels
    tab.name.setText("vehicle")
    tab.name.editingFinished.emit()
    assert labels(session) == ["vehicle", "sign", "dog"]
    assert "vehicle" in editor.undo_button.text()
    editor.undo_button.click()
    assert labels(session) == ["car", "sign", "dog"]
    assert tab.name.text() == "car"


def test_a_name_that_is_taken_is_a_sentence(
    editor: SchemaEditor, session: Session
) -> None:
    editor.labels.name.setText("dog")
    editor.labels.name.editingFinished.emit()
    assert editor.problem.text()
    assert labels(session) == ["car", "sign", "dog"]
    assert editor.labels.name.text() == "car"


def test_colour_key_and_kinds_are_changed(
    editor: SchemaEditor, session: Session
) -> None:
    tab = editor.labels
    tab.color.picked.emit("#8c9eff")
    tab.key.setCurrentIndex(tab.key.findData("7"))
    tab.key.activated.emit(tab.key.currentIndex())
    tab.kinds[Kind.BOX].click()
    held = session.schema.labels[0]
    assert (held.color, held.hotkey) == ("#8c9eff", "7")
    assert held.kinds == {Kind.BOX}


def test_keys_of_others_and_of_actions_are_not_offered(editor: SchemaEditor) -> None:
    tab = editor.labels
    offered = [tab.key.itemData(n) for n in range(tab.key.count())]
    assert "1" in offered
    assert "2" not in offered
    assert "B" not in offered


def test_labels_are_added_and_moved(editor: SchemaEditor, session: Session) -> None:
    tab = editor.labels
    QTest.keyClicks(tab.new_name, "tram")
    QTest.keyClick(tab.new_name, Qt.Key.Key_Return)
    assert labels(session) == ["car", "sign", "dog", "tram"]
    tab.up.click()
    assert labels(session) == ["car", "sign", "tram", "dog"]
    current = tab.current()
    assert current is not None
    assert current.name == "tram"


def test_deleting_gives_the_marks_another_label(
    editor: SchemaEditor, session: Session, qtbot: QtBot
) -> None:
    tab = editor.labels
    assert "2 marks" in tab.delete_button.text()
    tab.replacement.setCurrentIndex(tab.replacement.findData(2))
    tab.delete_button.click()
    qtbot.waitUntil(lambda: labels(session) == ["sign", "dog"])
    assert {a.label_id for a in session.annotations()} == {2}
    editor.undo_button.click()
    assert labels(session) == ["car", "sign", "dog"]
    assert {a.label_id for a in session.annotations()} == {1}


def test_an_attribute_is_added_and_declared(
    editor: SchemaEditor, session: Session
) -> None:
    tab = editor.attributes
    QTest.keyClicks(tab.new_name, "weather")
    QTest.keyClick(tab.new_name, Qt.Key.Key_Return)
    tab.owner.setCurrentIndex(tab.owner.findData(Owner.ITEM))
    tab.type.setCurrentIndex(tab.type.findData(ValueType.CHOICE))
    tab.choices.setPlainText("rain\n snow \n\nrain")
    tab.default.setText("snow")
    tab.required.setChecked(True)
    tab.save_button.click()
    spec = session.schema.attributes[-1]
    assert (spec.name, spec.owner, spec.type) == (
        "weather",
        Owner.ITEM,
        ValueType.CHOICE,
    )
    assert spec.choices == ("rain", "snow")
    assert spec.default == "snow"
    assert spec.required
    assert not tab.only.isEnabled()


def test_a_default_that_does_not_fit_is_a_sentence(
    editor: SchemaEditor, session: Session
) -> None:
    tab = editor.attributes
    before = session.schema.attributes
    tab.default.setText("behind")
    tab.save_button.click()
    assert editor.problem.text()
    assert session.schema.attributes == before


def test_an_attribute_is_deleted_and_comes_back(
    editor: SchemaEditor, session: Session
) -> None:
    editor.attributes.delete_button.click()
    assert [spec.name for spec in session.schema.attributes] == ["doors", "rain"]
    editor.undo_button.click()
    assert len(session.schema.attributes) == 3
