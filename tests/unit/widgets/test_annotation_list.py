"""The annotations of an item: two-way selection, hide and lock."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Box,
    Geometry,
    Instant,
    Interval,
    Points,
    Polygon,
    Whole,
)
from annolab.model.item import Media
from annolab.widgets.annotation_list import AnnotationList, size_text
from annolab.widgets.rows import ROW_ROLE, Row, switch_rects
from annolab.widgets.session import Session

TIMES = "\N{MULTIPLICATION SIGN}"


@pytest.fixture
def panel(session: Session, qtbot: QtBot) -> AnnotationList:
    """The list of the two boxes."""
    made = AnnotationList(session)
    qtbot.addWidget(made)
    made.resize(288, 300)
    made.show()
    return made


def press_switch(panel: AnnotationList, qtbot: QtBot, id_: int, place: int) -> None:
    """Press a switch of a row with the mouse."""
    index = panel.model.place(id_)
    row = index.data(ROW_ROLE)
    assert isinstance(row, Row)
    rect = switch_rects(panel.view.visualRect(index), row)[place]
    at: QPoint = rect.center()
    QTest.mouseClick(panel.view.viewport(), Qt.MouseButton.LeftButton, pos=at)


def test_rows_show_label_and_size(panel: AnnotationList) -> None:
    row = panel.model.row(200)
    assert row is not None
    assert (row.title, row.note) == ("car", f"10{TIMES}12")
    assert panel.head.note.text() == "2"


def test_selection_goes_both_ways(panel: AnnotationList, session: Session) -> None:
    session.select([201])
    assert [i.row() for i in panel.view.selectionModel().selectedRows()] == [1]
    panel.view.selectAll()
    assert session.selection == (200, 201)


def test_the_eye_hides_without_an_edit(
    panel: AnnotationList, session: Session, qtbot: QtBot
) -> None:
    before = session.undo_step
    press_switch(panel, qtbot, 200, 0)
    assert session.hidden == {200}
    assert session.undo_step == before
    assert not panel.show_button.isHidden()
    QTest.mouseClick(panel.show_button, Qt.MouseButton.LeftButton)
    assert session.hidden == frozenset()


def test_the_lock_is_an_edit_on_the_whole_selection(
    panel: AnnotationList, session: Session, qtbot: QtBot
) -> None:
    session.select([200, 201])
    press_switch(panel, qtbot, 201, 1)
    assert all(a.locked for a in session.annotations())
    session.undo()
    assert not any(a.locked for a in session.annotations())


def test_an_empty_item_says_what_to_do(panel: AnnotationList, session: Session) -> None:
    session.apply(edits.delete(session.annotations()))
    assert panel._stack.currentIndex() == 1
    assert panel._empty.text()


@pytest.mark.parametrize(
    ("geometry", "text"),
    [
        (Whole(), "whole"),
        (Points.of([[1, 2], [3, 4]]), "2 points"),
        (Polygon.of([[0, 0], [10, 0], [10, 7]]), f"10{TIMES}7"),
        (Instant(1.5), "1.500 s"),
        (Interval(1.0, 1.25), "0.250 s"),
        (Box(0, 0, 3, 4), f"3{TIMES}4"),
    ],
)
def test_sizes_are_told(geometry: Geometry, text: str) -> None:
    made = Annotation(id=1, item_id=1, annotator_id=1, geometry=geometry)
    assert size_text(made) == text


def test_the_page_is_told_where_there_are_several(
    panel: AnnotationList, session: Session
) -> None:
    item = session.item
    assert item is not None
    session.apply(edits.replace([item], [replace(item, length=3.0)], "Read pages"))
    first = session.annotations()[0]
    session.apply(edits.replace([first], [replace(first, frame=1)], "Put on page"))
    row = panel.model.row(first.id)
    assert row is not None
    assert row.note == f"p. 2 · 10{TIMES}12"


def test_the_frame_is_told_of_films(panel: AnnotationList, session: Session) -> None:
    item = session.item
    assert item is not None
    film = replace(item, length=30.0, media=Media.VIDEO)
    session.apply(edits.replace([item], [film], "Make film"))
    first = session.annotations()[0]
    session.apply(edits.replace([first], [replace(first, frame=7)], "Put on frame"))
    row = panel.model.row(first.id)
    assert row is not None
    assert row.note == "frame 7"
