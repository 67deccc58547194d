"""Key-values: typed fields, free keys, several owners, one undo step for typing."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.geometry import AttributeValue
from annolab.widgets.attribute_form import AttributeForm
from annolab.widgets.fields import (
    MIXED,
    UNSET,
    ChoiceField,
    TextField,
    common,
    typed_like,
)
from annolab.widgets.session import Session


@pytest.fixture
def form(session: Session, qtbot: QtBot) -> AttributeForm:
    """The form with one box selected."""
    made = AttributeForm(session)
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    session.select([200])
    return made


def line(form: AttributeForm, key: str) -> QLineEdit:
    """The text field of a key."""
    field = form._fields[key]
    assert isinstance(field, TextField)
    return field.line


def steps(session: Session) -> int:
    """How many steps the history has."""
    assert session.project is not None
    return len(session.project.history(1000))


def value(session: Session, key: str, id_: int = 200) -> AttributeValue:
    """What is stored."""
    found = session.annotation(id_)
    assert found is not None
    return found.attributes.get(key)


def test_declared_fields_come_first(form: AttributeForm) -> None:
    assert list(form._fields) == ["side", "doors"]
    assert isinstance(form._fields["side"], ChoiceField)
    assert form.head.title.full() == "car — key-values"


def test_typing_is_one_step(
    form: AttributeForm, session: Session, qtbot: QtBot
) -> None:
    before = steps(session)
    QTest.keyClicks(line(form, "doors"), "42")
    assert value(session, "doors") == 42
    assert steps(session) == before + 1
    session.undo()
    assert value(session, "doors") is None
    assert line(form, "doors").text() == ""


def test_what_is_no_number_is_not_written(
    form: AttributeForm, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClicks(line(form, "doors"), "4x")
    assert value(session, "doors") == 4
    assert line(form, "doors").property("wrong") is True
    assert "number" in line(form, "doors").toolTip()


def test_a_choice_is_written_and_taken_away(
    form: AttributeForm, session: Session
) -> None:
    box = form._fields["side"].findChild(QComboBox)
    assert box is not None
    assert box.property("missing") is True
    box.setCurrentText("right")
    box.activated.emit(box.currentIndex())
    assert value(session, "side") == "right"
    assert box.property("missing") is False
    box.setCurrentIndex(0)
    box.activated.emit(0)
    found = session.annotation(200)
    assert found is not None
    assert "side" not in found.attributes


def test_a_free_key_is_added_and_removed(
    form: AttributeForm, session: Session, qtbot: QtBot
) -> None:
    form.begin_add()
    QTest.keyClicks(form.new_key, "note")
    QTest.keyClick(form.new_key, Qt.Key.Key_Return)
    assert line(form, "note").hasFocus()
    QTest.keyClicks(line(form, "note"), "far away")
    assert value(session, "note") == "far away"
    session.apply(edits.remove_attribute(session.selected(), "note"))
    assert "note" not in form._fields


def test_several_owners_are_written_at_once(
    form: AttributeForm, session: Session, qtbot: QtBot
) -> None:
    QTest.keyClicks(line(form, "doors"), "3")
    session.select([200, 201])
    assert line(form, "doors").text() == ""
    assert line(form, "doors").placeholderText()
    QTest.keyClicks(line(form, "doors"), "5")
    assert value(session, "doors") == value(session, "doors", 201) == 5


def test_without_selection_the_item_is_written(
    form: AttributeForm, session: Session, qtbot: QtBot
) -> None:
    session.select([])
    assert list(form._fields) == ["rain"]
    box = form._fields["rain"].findChild(QCheckBox)
    assert box is not None
    assert box.checkState() is Qt.CheckState.PartiallyChecked
    box.click()
    assert session.item is not None
    assert session.item.attributes["rain"] is True
    box.click()
    assert session.item.attributes["rain"] is False


def test_keys_in_use_complete(form: AttributeForm, session: Session) -> None:
    session.apply(edits.set_attribute(session.selected(), "colour", "red"))
    form.begin_add()
    assert "colour" in form._known.stringList()


def test_a_change_from_elsewhere_is_shown(
    form: AttributeForm, session: Session
) -> None:
    session.apply(edits.set_attribute(session.selected(), "doors", 2))
    assert line(form, "doors").text() == "2"


@pytest.mark.parametrize(
    ("before", "text", "after"),
    [
        (3, "4", 4),
        (3, "4.5", 4.5),
        (3, "many", "many"),
        (True, "no", False),
        ("3", "4", "4"),
        (("a", "b"), "a; c", ("a", "c")),
        (UNSET, "1", "1"),
    ],
)
def test_a_free_value_keeps_its_type(
    before: AttributeValue, text: str, after: AttributeValue
) -> None:
    found = typed_like(before, text)
    assert found == after
    assert type(found) is type(after)


def test_values_that_differ_are_mixed() -> None:
    assert common([1, 1]) == 1
    assert common([1, True]) is MIXED
    assert common([]) is UNSET


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Escape])
def test_enter_and_escape_finish(
    form: AttributeForm, session: Session, qtbot: QtBot, key: Qt.Key
) -> None:
    line(form, "doors").setFocus()
    QTest.keyClicks(line(form, "doors"), "4")
    with qtbot.waitSignal(form.finished, timeout=1000):
        QTest.keyClick(line(form, "doors"), key)
    assert value(session, "doors") == 4


def test_enter_of_a_new_key_goes_to_its_value(
    form: AttributeForm, qtbot: QtBot
) -> None:
    form.begin_add()
    QTest.keyClicks(form.new_key, "weather")
    with qtbot.assertNotEmitted(form.finished):
        QTest.keyClick(form.new_key, Qt.Key.Key_Return)
    assert line(form, "weather").hasFocus()


def test_the_keyboard_is_given_back_when_its_field_goes(
    form: AttributeForm, session: Session, qtbot: QtBot
) -> None:
    line(form, "doors").setFocus()
    with qtbot.waitSignal(form.finished, timeout=1000):
        session.select([])
