"""The session commits, tells, and keeps what is selected and picked."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.geometry import Box
from annolab.model.item import Status
from annolab.store.project import open_project
from annolab.widgets.session import Session


def names(session: Session) -> list[str]:
    """What undo would show, newest first."""
    assert session.project is not None
    return [step.name for step in session.project.history(5)]


def test_an_edit_is_told_after_it_is_in_the_file(
    session: Session, project_path: Path, qtbot: QtBot
) -> None:
    first = session.annotations()[0]
    with qtbot.waitSignal(session.changed) as told:
        session.apply(edits.set_geometry(first, Box(1, 2, 3, 4)), "me")
    assert told.args[0].annotations == {first.id}
    assert told.args[0].initiator == "me"
    assert session.annotations()[0].geometry == Box(1, 2, 3, 4)
    with open_project(project_path, read_only=True) as again:
        found = again.annotation(first.id)
    assert found is not None
    assert found.geometry == Box(1, 2, 3, 4)


def test_a_refused_edit_is_a_sentence(session: Session, qtbot: QtBot) -> None:
    first = session.annotations()[0]
    assert session.apply(edits.set_geometry(first, Box(1, 2, 3, 4)))
    with qtbot.waitSignal(session.said) as told:
        assert not session.apply(edits.set_geometry(first, Box(9, 9, 9, 9)))
    assert told.args[0] == "problem"
    assert session.annotations()[0].geometry == Box(1, 2, 3, 4)


def test_without_a_project_nothing_is_applied(qapp: QApplication, qtbot: QtBot) -> None:
    session = Session()
    with qtbot.waitSignal(session.said):
        assert not session.apply(edits.set_item_status([], Status.DONE))
    assert not session.undo()
    assert session.annotations() == []


def test_undo_goes_to_the_item_first(session: Session) -> None:
    first = session.annotations()[0]
    session.apply(edits.set_geometry(first, Box(1, 2, 3, 4)))
    session.open_item(102)
    assert session.undo()
    assert session.item is not None
    assert session.item.id == 100
    assert session.selection == (first.id,)
    assert session.annotations()[0].geometry == first.geometry
    assert session.redo()
    assert session.annotations()[0].geometry == Box(1, 2, 3, 4)


def test_undo_of_a_removal_shows_the_first_item_again(session: Session) -> None:
    project = session.project
    assert project is not None
    assert session.apply(edits.delete_items(project.items([100, 101])))
    assert session.item is None
    assert session.undo()
    assert session.item == project.item(100)
    assert len(session.annotations()) == 2
    assert session.selection == ()
    session.open_item(102)
    assert session.redo()
    assert session.item == project.item(102)
    assert session.undo()
    assert session.item == project.item(100)


def test_a_large_removal_shows_its_first_item_again(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.widgets.session.MANY_ROWS", 1)
    project = session.project
    assert project is not None
    assert session.apply(edits.delete_items(project.items([100, 101])))
    assert session.undo()
    qtbot.waitUntil(lambda: not session._undoing)
    assert session.item == project.item(100)


def test_selection_survives_a_visit_elsewhere(session: Session) -> None:
    session.select([200])
    session.open_item(101)
    assert not session.selection
    session.open_item(100)
    assert session.selected() == [session.annotation(200)]


def test_deleted_annotations_leave_the_selection(session: Session) -> None:
    session.select([200, 201])
    session.apply(edits.delete([session.annotations()[0]]))
    assert session.selection == (201,)


def test_stepping_follows_the_order_of_the_list(session: Session) -> None:
    session.set_order(np.array([102, 100]))
    assert not session.step_item(1)
    assert session.step_item(-1)
    assert session.item is not None
    assert session.item.id == 102
    assert [item.id for item in session.neighbours()] == [100]
    assert session.row_of(101) == -1


def test_a_renamed_label_stays_picked_without_being_picked_anew(
    session: Session, qtbot: QtBot
) -> None:
    car = session.schema.labels[0]
    session.pick_label(car)
    picked: list[object] = []
    session.label_picked.connect(picked.append)
    renamed = replace(car, name="vehicle")
    session.apply(edits.redeclare(session.schema, car, renamed))
    assert session.label == renamed
    assert picked == []


def test_an_edit_of_another_process_is_noticed(
    session: Session, project_path: Path, qtbot: QtBot
) -> None:
    with open_project(project_path) as other:
        item = other.item(100)
        assert item is not None
        other.apply(edits.set_item_status([item], Status.DONE))
    with qtbot.waitSignal(session.item_updated, timeout=4000):
        pass
    assert session.item is not None
    assert session.item.status is Status.DONE


def test_a_file_that_is_no_project_is_a_sentence(
    session: Session, tmp_path: Path, qtbot: QtBot
) -> None:
    path = tmp_path / "no.annolab"
    path.write_bytes(b"hello")
    before = session.project
    with qtbot.waitSignal(session.said) as told:
        assert not session.open_project(path)
    assert told.args[0] == "problem"
    assert str(path) in told.args[1]
    assert session.project is before


def test_hidden_is_view_state_only(session: Session) -> None:
    before = names(session)
    session.hide([200])
    assert session.hidden == {200}
    session.show_all()
    assert session.hidden == frozenset()
    assert names(session) == before


def test_annotations_stay_in_drawing_order(session: Session) -> None:
    first, second = session.annotations()
    raised = replace(first, z=5)
    session.apply(edits.replace([first], [raised], "Raise"))
    assert [a.id for a in session.annotations()] == [second.id, first.id]


def test_a_large_step_is_undone_in_a_worker(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("annolab.widgets.session.MANY_ROWS", 3)
    project = session.project
    assert project is not None
    first = project.item(100)
    assert first is not None
    with project.bulk("Add many") as bulk:
        for number in range(10):
            name = f"more/{number}.png"
            bulk.add(replace(first, id=bulk.new_id(), path=name, digest=None))
    assert project.totals().items == 13
    with qtbot.waitSignal(session.changed, timeout=10_000) as told:
        assert session.undo()
        assert not session.undo()
    assert told.args[0].everything
    assert project.totals().items == 3


def test_a_change_of_many_items_is_undone_in_a_worker(
    session: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = session.project
    assert project is not None
    items = project.items([100, 101, 102])
    session.apply(edits.set_split(items, "val"))
    monkeypatch.setattr("annolab.widgets.session.MANY_ROWS", 2)
    session.apply(edits.set_split(project.items([100, 101, 102]), "train"))
    for split, step in (("val", session.undo), ("train", session.redo)):
        with qtbot.waitSignal(session.changed, timeout=10_000):
            assert step()
            assert not session.undo()  # one after the other
        assert {item.split for item in project.items()} == {split}
        qtbot.waitUntil(lambda: not session._undoing)


def test_a_new_order_is_looked_through_anew(session: Session) -> None:
    assert session.row_of(102) == 2
    session.set_order(np.array([102, 100]))
    assert session.row_of(102) == 0
    assert session.row_of(100) == 1


def test_a_project_that_cannot_be_written_is_shown_read_only(
    session: Session,
    project_path: Path,
    qtbot: QtBot,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from annolab.errors import ReadOnlyProject
    from annolab.store import project as store

    genuine = store.open_project

    def refusing(path: Path, **options: bool | str | None) -> store.Project:
        if not options.get("read_only"):
            message = "It may not be written."
            raise ReadOnlyProject(message)
        return genuine(path, read_only=True)

    session.set_project(None)
    monkeypatch.setattr(store, "open_project", refusing)
    with qtbot.waitSignal(session.said) as told:
        assert session.open_project(project_path)
    assert told.args == ["problem", "It may not be written."]
    assert session.project is not None
    assert session.project.read_only
