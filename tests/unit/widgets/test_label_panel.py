"""Labels are picked by click and key, and added in place."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.actions import bindings, default_table
from annolab.model.geometry import Kind
from annolab.model.ids import new_id
from annolab.model.schema import LABEL_COLORS, Label
from annolab.widgets.label_menu import give_key, in_order
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


def test_a_label_is_renamed_in_its_row(panel: LabelPanel, session: Session) -> None:
    panel.view.setCurrentIndex(panel.model.place(2))
    panel.begin_rename()
    assert panel.view.editor.text() == "sign"
    QTest.keyClicks(panel.view.editor, "traffic sign")
    QTest.keyClick(panel.view.editor, Qt.Key.Key_Return)
    assert [x.name for x in session.schema.labels] == ["car", "traffic sign", "dog"]
    assert panel.view.editor.isHidden()


def test_esc_leaves_the_name(panel: LabelPanel, session: Session) -> None:
    panel.view.setCurrentIndex(panel.model.place(2))
    panel.begin_rename()
    QTest.keyClicks(panel.view.editor, "x")
    QTest.keyClick(panel.view.editor, Qt.Key.Key_Escape)
    assert session.schema.label_named("sign") is not None


def test_a_name_of_another_label_is_refused(
    panel: LabelPanel, session: Session
) -> None:
    said: list[str] = []
    session.said.connect(lambda _, text: said.append(text))
    panel.view.renamed.emit(2, "car")
    assert session.schema.label_named("sign") is not None
    assert len(said) == 1


def test_a_label_is_dragged_to_another_place(
    panel: LabelPanel, session: Session
) -> None:
    view, port = panel.view, panel.view.viewport()
    start = view.visualRect(panel.model.place(3)).center()
    end = view.visualRect(panel.model.place(1)).topLeft() + QPoint(30, 3)
    QTest.mousePress(port, Qt.MouseButton.LeftButton, pos=start)
    QTest.mouseMove(port, (start + end) / 2)
    QTest.mouseMove(port, end)
    QTest.mouseRelease(port, Qt.MouseButton.LeftButton, pos=end)
    assert panel.model.ids == [3, 1, 2]
    assert session.label is None
    session.undo()
    assert panel.model.ids == [1, 2, 3]


def test_keys_move_the_marked_label(panel: LabelPanel) -> None:
    panel.view.setCurrentIndex(panel.model.place(1))
    panel.step(1)
    panel.step(1)
    panel.step(1)
    assert panel.model.ids == [2, 3, 1]
    assert panel.current() is not None


def test_a_key_goes_from_one_label_to_another(
    panel: LabelPanel, session: Session
) -> None:
    held = session.schema.label(3)
    assert held is not None
    session.apply(give_key(session.schema, held, "1"))
    assert [x.hotkey for x in session.schema.labels] == [None, "2", "1"]
    session.undo()
    assert [x.hotkey for x in session.schema.labels] == ["1", "2", None]


def test_the_menu_changes_key_and_colour(panel: LabelPanel, session: Session) -> None:
    panel.show_menu(panel.view.visualRect(panel.model.place(3)).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    keys, colors = menu.findChildren(QMenu)
    next(a for a in keys.actions() if a.text() == "7").trigger()
    assert session.schema.labels[2].hotkey == "7"
    menu.close()
    panel.show_menu(panel.view.visualRect(panel.model.place(3)).center())
    menu = QApplication.activePopupWidget()
    assert isinstance(menu, QMenu)
    keys, colors = menu.findChildren(QMenu)
    colors.actions()[0].trigger()
    assert session.schema.labels[2].color == LABEL_COLORS[0]
    menu.close()


def test_labels_stand_under_their_parents() -> None:
    parents = {"a": None, "b": None, "c": 1, "d": 3, "lost": 99, "x": 7, "y": 6}
    labels = [
        Label(id=id_, name=name, color="#ffffff", parent_id=parent)
        for id_, (name, parent) in enumerate(parents.items(), 1)
    ]
    found = in_order(labels)
    assert [(x.id, depth) for x, depth in found] == [
        (1, 0), (3, 1), (4, 2), (2, 0), (5, 0), (6, 0), (7, 0),
    ]  # fmt: skip


def test_a_child_is_indented(panel: LabelPanel, session: Session) -> None:
    made = Label(id=new_id(), name="wheel", color="#ffffff", parent_id=1)
    session.apply(edits.declare(session.schema, made))
    row = panel.model.row(made.id)
    assert row is not None
    assert row.depth == 1
    assert panel.model.ids.index(made.id) == 1


def test_a_row_tells_what_its_label_is_for(panel: LabelPanel, session: Session) -> None:
    kinds = {
        "works_for": (Kind.RELATION,),
        "Meet": (Kind.EVENT, Kind.SPAN),
        "mood": (Kind.WHOLE,),
        "both": (Kind.SPAN, Kind.RELATION, Kind.WHOLE),
    }
    for name, offered in kinds.items():
        made = Label(id=new_id(), name=name, color="#ffb000", kinds=frozenset(offered))
        session.apply(edits.declare(session.schema, made))
    found = [panel.model.row(label.id) for label in session.schema.labels]
    told = {row.title: (row.sign, row.tip) for row in found if row is not None}
    assert told["works_for"] == ("arrow-bend-down-right", "Offered for: relation")
    assert told["Meet"] == ("lightning", "Offered for: span, event")
    assert told["mood"] == ("frame-corners", "Offered for: whole item")
    assert told["both"] == ("", "Offered for: span, relation, whole item")
    assert told["car"] == ("", "")
    place = panel.model.place(session.schema.labels[-1].id)
    assert place.data(Qt.ItemDataRole.ToolTipRole) == told["both"][1]
