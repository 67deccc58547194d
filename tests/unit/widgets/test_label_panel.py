"""Labels are picked by click and key, and added in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.actions import bindings, default_table
from annolab.model.ids import new_id
from annolab.model.schema import LABEL_COLORS, Label
from annolab.widgets.label_panel import FILTER_FROM, LabelPanel
from annolab.widgets.session import Session


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> LabelPanel:
    """The panel in a window of its own."""
    made = LabelPanel(session)
    qtbot.addWidget(made)
    made.set_bindings(bindings(default_table()))
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_rows_show_colour_key_and_count(panel: LabelPanel) -> None:
    row = panel.model.row(1)
    assert row is not None
    assert (row.title, row.color, row.key, row.note) == ("car", "#ffb000", "1", "2")


def test_a_key_picks_a_label(panel: LabelPanel, session: Session, qtbot: QtBot) -> None:
    QTest.keyClick(panel, Qt.Key.Key_2)
    assert session.label is not None
    assert session.label.name == "sign"
    assert panel.view.currentIndex().row() == 1


def test_a_click_picks_a_label(
    panel: LabelPanel, session: Session, qtbot: QtBot
) -> None:
    at = panel.view.visualRect(panel.model.place(3)).center()
    button = Qt.MouseButton.LeftButton
    QTest.mouseClick(panel.view.viewport(), button, pos=at)
    assert session.label is not None
    assert session.label.name == "dog"


def test_a_label_is_added_in_place(
    panel: LabelPanel, session: Session, qtbot: QtBot
) -> None:
    panel.begin_add()
    QTest.keyClicks(panel.new_name, "tram")
    QTest.keyClick(panel.new_name, Qt.Key.Key_Return)
    made = session.schema.label_named("tram")
    assert made is not None
    assert made.hotkey == "3"
    assert made.color == LABEL_COLORS[3]
    assert session.label == made
    assert panel.new_name.isHidden()


def test_a_name_that_is_taken_is_a_sentence(
    panel: LabelPanel, session: Session, qtbot: QtBot
) -> None:
    panel.begin_add()
    QTest.keyClicks(panel.new_name, "car")
    QTest.keyClick(panel.new_name, Qt.Key.Key_Return)
    assert panel._problem.text()
    assert len(session.schema.labels) == 3
    QTest.keyClick(panel.new_name, Qt.Key.Key_Escape)
    assert panel.new_name.isHidden()


def test_a_key_of_an_action_is_no_key_of_a_label(
    panel: LabelPanel, session: Session
) -> None:
    made = Label(id=new_id(), name="bus", color="#ffffff", hotkey="B")
    session.apply(edits.declare(session.schema, made))
    assert panel.key_of(made) == ""
    assert "B" not in [s.key().toString() for s in panel._shortcuts]


def test_many_labels_get_a_filter(
    panel: LabelPanel, session: Session, qtbot: QtBot
) -> None:
    assert panel.filter.isHidden()
    for number in range(FILTER_FROM):
        made = Label(id=new_id(), name=f"label {number}", color="#ffffff")
        session.apply(edits.declare(session.schema, made))
    assert not panel.filter.isHidden()
    QTest.keyClicks(panel.filter, "car")
    assert panel.model.ids == [1]


def test_undo_takes_the_label_away(panel: LabelPanel, session: Session) -> None:
    made = Label(id=new_id(), name="bus", color="#ffffff")
    session.apply(edits.declare(session.schema, made))
    assert made.id in panel.model.ids
    session.undo()
    assert made.id not in panel.model.ids
