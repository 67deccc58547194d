"""The item list: filter, order, open, and a million rows."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.item import Status
from annolab.widgets.item_list import ItemList
from annolab.widgets.item_model import ITEM_ROLE, PAGE, Column, ItemModel
from annolab.widgets.session import Session


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> ItemList:
    """The list of the three items."""
    made = ItemList(session)
    qtbot.addWidget(made)
    made.query()
    qtbot.waitUntil(lambda: made.model.ids.tolist() == [100, 101, 102])
    return made


def listed(panel: ItemList, qtbot: QtBot, text: str) -> list[int]:
    """What a filter lets through."""
    with qtbot.waitSignal(panel.listed):
        panel.field.setText(text)
    return list(panel.model.ids.tolist())


def test_the_open_item_is_marked(panel: ItemList) -> None:
    assert panel.view.currentIndex().row() == 0
    assert panel.head.note.text() == "1 / 3"


@pytest.mark.parametrize(
    ("text", "ids"),
    [("night", [102]), ("label:car", [100]), ("status:new", [101, 102]), ("0009", [])],
)
def test_the_filter_lets_through(
    panel: ItemList, qtbot: QtBot, text: str, ids: list[int]
) -> None:
    assert listed(panel, qtbot, text) == ids
    assert panel._session.order.tolist() == ids  # type: ignore[union-attr]


def test_a_filter_that_makes_no_sense_is_a_sentence(
    panel: ItemList, qtbot: QtBot
) -> None:
    panel.field.setText("status:purple")
    panel.query()
    assert "purple" in panel.problem.text()
    assert panel.field.property("wrong") is True
    assert panel.model.ids.tolist() == [100, 101, 102]
    panel.field.setText("")
    panel.query()
    assert panel.problem.text() == ""


def test_an_empty_list_says_what_to_do(panel: ItemList, qtbot: QtBot) -> None:
    listed(panel, qtbot, "nothing like this")
    assert panel._stack.currentIndex() == 1
    assert "Esc" in panel._empty.text()


def test_arrow_keys_open_items(panel: ItemList, session: Session, qtbot: QtBot) -> None:
    QTest.keyClick(panel.view, Qt.Key.Key_Down)
    assert session.item is not None
    assert session.item.id == 101


def test_esc_clears_the_filter(panel: ItemList, qtbot: QtBot) -> None:
    panel.show()
    listed(panel, qtbot, "night")
    panel.field.setFocus()
    with qtbot.waitSignal(panel.listed):
        QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    assert len(panel.model.ids) == 3


def test_a_new_status_is_shown_and_the_row_stays(
    panel: ItemList, session: Session, qtbot: QtBot
) -> None:
    listed(panel, qtbot, "status:new")
    item = session.project.item(101) if session.project else None
    assert item is not None
    session.apply(edits.set_item_status([item], Status.DONE))
    assert panel.model.ids.tolist() == [101, 102]
    row = panel.model.index(0, 0).data(ITEM_ROLE)
    assert row.status is Status.DONE


def test_order_can_be_changed(panel: ItemList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.listed):
        panel.set_order("annotations")
    assert panel.model.ids[0] == 100


def test_pictures_come_from_a_worker(panel: ItemList, qtbot: QtBot) -> None:
    with qtbot.waitSignal(panel.thumbnails.ready, timeout=10_000):
        assert panel.thumbnails.get(101) is None
    found = panel.thumbnails.get(101)
    assert found is not None
    assert not found.isNull()


def test_a_million_rows_read_only_what_is_shown(qapp: QApplication) -> None:
    class Counting:
        """Counts what is asked of a project."""

        asked = 0

        def item_rows(self, ids: list[int]) -> list[object]:
            """No rows, but counted."""
            Counting.asked += len(ids)
            return []

    model = ItemModel()
    model.set_ids(Counting(), np.arange(1_000_000))  # type: ignore[arg-type]
    assert model.rowCount() == 1_000_000
    for number in range(500_000, 500_020):
        model.index(number, 0).data(Qt.ItemDataRole.DisplayRole)
    assert Counting.asked <= 2 * PAGE


def test_the_table_has_columns_that_fit(panel: ItemList) -> None:
    panel.resize(272, 500)
    panel.show()
    panel.set_pictures(on=False)
    view = panel.view
    shown = [c for c in Column if not view.isColumnHidden(c)]
    assert shown == [Column.NAME, Column.SIZE, Column.MARKS, Column.STATUS]
    assert view.horizontalHeader().isVisible()
    assert view.horizontalHeader().length() == view.viewport().width()
    panel.resize(600, 500)
    QApplication.processEvents()
    assert not view.isColumnHidden(Column.SPLIT)
    assert view.horizontalHeader().length() == view.viewport().width()
    panel.set_pictures(on=True)
    assert not view.horizontalHeader().isVisible()
    assert view.columnWidth(Column.NAME) == view.viewport().width()


def test_cells_say_what_an_item_is(panel: ItemList) -> None:
    texts = [panel.model.index(0, column).data() for column in Column]
    assert texts == ["day/0001.png", "64×48", "2", "", "begun"]  # noqa: RUF001
    assert panel.model.index(0, 0).data(Qt.ItemDataRole.ToolTipRole).endswith("begun")


def test_a_head_sorts_and_turns_round(panel: ItemList, qtbot: QtBot) -> None:
    panel.set_pictures(on=False)
    with qtbot.waitSignal(panel.listed):
        panel.view.horizontalHeader().sectionClicked.emit(Column.NAME)
    assert panel.model.ids.tolist() == [102, 101, 100]
    with qtbot.waitSignal(panel.listed):
        panel.view.horizontalHeader().sectionClicked.emit(Column.MARKS)
    assert panel.model.ids[0] == 100
    falling = Qt.SortOrder.DescendingOrder
    assert panel.view.horizontalHeader().sortIndicatorOrder() is falling
    with qtbot.waitSignal(panel.listed):
        panel.view.horizontalHeader().sectionClicked.emit(Column.MARKS)
    assert panel.model.ids[-1] == 100


def click(panel: ItemList, row: int, *held: Qt.KeyboardModifier) -> None:
    """Press the left button on a row."""
    modifiers = Qt.KeyboardModifier.NoModifier
    for modifier in held:
        modifiers |= modifier
    at = panel.view.visualRect(panel.model.index(row, 0)).center()
    button = Qt.MouseButton.LeftButton
    QTest.mouseClick(panel.view.viewport(), button, modifiers, at)


def test_several_are_chosen_without_opening_them(
    panel: ItemList, session: Session
) -> None:
    panel.show()
    click(panel, 1)
    assert session.item is not None
    assert session.item.id == 101
    click(panel, 2, Qt.KeyboardModifier.ShiftModifier)
    assert panel.chosen() == [101, 102]
    assert session.item.id == 101
    assert panel.head.note.text() == "2 chosen"
    click(panel, 1, Qt.KeyboardModifier.ControlModifier)
    assert panel.chosen() == [102]
    click(panel, 0)
    assert panel.chosen() == [100]
    assert panel.head.note.text() == "1 / 3"


def test_return_in_the_field_opens_what_was_found(
    panel: ItemList, session: Session, qtbot: QtBot
) -> None:
    panel.show()
    panel.field.setText("night")
    with qtbot.waitSignal(panel.listed):
        QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert session.item is not None
    assert session.item.id == 102
    assert panel.found.text() == "1 of 3 items"


def test_return_leaves_the_open_item_when_it_was_found(
    panel: ItemList, session: Session, qtbot: QtBot
) -> None:
    session.open_item(101)
    panel.field.setText("day")
    with qtbot.waitSignal(panel.listed):
        QTest.keyClick(panel.field, Qt.Key.Key_Return)
    assert session.item is not None
    assert session.item.id == 101


def test_home_and_end_go_to_the_first_and_last_item(
    panel: ItemList, session: Session
) -> None:
    QTest.keyClick(panel.view, Qt.Key.Key_End)
    assert session.item is not None
    assert session.item.id == 102
    shift = Qt.KeyboardModifier.ShiftModifier
    QTest.keyClick(panel.view, Qt.Key.Key_Home, shift)
    assert panel.chosen() == [100, 101, 102]
    assert session.item.id == 102
    QTest.keyClick(panel.view, Qt.Key.Key_Home)
    assert panel.chosen() == [100]


def test_what_is_being_completed_is_no_problem_yet(panel: ItemList) -> None:
    panel.show()
    panel.field.setFocus()
    QTest.keyClicks(panel.field, "label:ca")
    panel.query()
    assert panel.field.popup.isVisible()
    assert panel.problem.text() == ""
    QTest.keyClick(panel.field, Qt.Key.Key_Escape)
    panel.query()
    assert "'ca'" in panel.problem.text()


def test_a_damaged_row_is_said_once_and_the_others_are_shown(
    panel: ItemList, project_path: Path, qtbot: QtBot
) -> None:
    said: list[str] = []
    panel._session.said.connect(lambda _, text: said.append(text))
    with closing(sqlite3.connect(project_path)) as other:
        other.execute("UPDATE items SET width = -5, path = x'ff00' WHERE id = 101")
        other.commit()
    panel.model.refresh([100, 101, 102])
    for _ in range(2):  # as often as it is painted
        found = [panel.model.row(number) for number in range(3)]
        assert [row.id if row else None for row in found] == [100, None, 102]
        panel.model.refresh([101])
    assert len(said) == 1
