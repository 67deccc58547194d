"""The status bar: saved or not, how far, how fast."""

from __future__ import annotations

import pytest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.errors import Conflict, DiskFull
from annolab.model.item import Status
from annolab.widgets.pace import Pace
from annolab.widgets.session import Session
from annolab.widgets.status_bar import StatusBar


@pytest.fixture
def bar(session: Session, qtbot: QtBot) -> StatusBar:
    """The bar of the session, with a clock that moves 4 s at each look."""
    ticks = iter(range(0, 100_000, 4))
    made = StatusBar(session, Pace(lambda: float(next(ticks))))
    qtbot.addWidget(made)
    made.show()
    return made


def test_it_says_where_one_is(bar: StatusBar, session: Session) -> None:
    assert bar.progress.text() == "item 1 of 3 · 0.0 % done"
    assert bar.saved.text() == "saved"
    session.open_item(102)
    assert bar.progress.text().startswith("item 3 of 3")


def test_finished_items_count_and_give_a_pace(bar: StatusBar, session: Session) -> None:
    for id_ in (100, 101, 102):
        session.open_item(id_)
        assert session.item is not None
        session.apply(edits.set_item_status([session.item], Status.DONE))
    assert "100.0 % done" in bar.progress.text()
    assert "per item" in bar.speed.text()
    assert "left" not in bar.speed.text()


def test_a_full_disk_stays_in_sight_until_something_is_saved(
    bar: StatusBar, session: Session
) -> None:
    session.refused.emit(DiskFull("There is no room left."))
    assert bar.saved.text() == "not saved"
    assert bar.saved.toolTip() == "There is no room left."
    session.apply(edits.delete(session.annotations()[:1]))
    assert bar.saved.text() == "saved"


def test_a_conflict_is_no_fault_of_the_file(bar: StatusBar, session: Session) -> None:
    session.refused.emit(Conflict("It has changed."))
    assert bar.saved.text() == "saved"


def test_position_and_zoom_are_shown(bar: StatusBar) -> None:
    bar.show_position("x 1.0 y 2.0")
    bar.show_zoom(0.5)
    assert (bar.position.text(), bar.zoom.text()) == ("x 1.0 y 2.0", "50 %")
