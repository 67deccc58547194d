"""Items with very many annotations are read in a worker; nothing is lost meanwhile."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box
from annolab.model.item import Item
from annolab.store.project import Project
from annolab.widgets import mark_reader
from annolab.widgets.session import Session
from annolab.widgets.worker import idle

MANY, FEW = 100, 101  # items of the session


@pytest.fixture
def many(session: Session, monkeypatch: pytest.MonkeyPatch) -> Session:
    """More than one annotation is many, more than one changed is all; none is open."""
    session.open_item(None)
    monkeypatch.setattr("annolab.widgets.mark_reader.MANY_MARKS", 1)
    monkeypatch.setattr("annolab.widgets.mark_reader.MANY_CHANGED", 1)
    return session


def project_of(session: Session) -> Project:
    assert session.project is not None
    return session.project


def moved(session: Session, x: float) -> list[Annotation]:
    """The annotations of the large item, elsewhere, in the project."""
    project = project_of(session)
    before = project.annotations(MANY)
    after = [edits.set_geometry(a, Box(x, 1, 2, 3)).changes[0].after for a in before]
    project.apply(edits.replace(before, after, "Move"))  # type: ignore[arg-type]
    return project.annotations(MANY)


def test_the_item_before_stays_until_the_marks_are_read(
    many: Session, qtbot: QtBot
) -> None:
    many.open_item(FEW)
    opened: list[Item] = []
    many.item_opened.connect(opened.append)
    many.open_item(MANY)
    assert many.opening == MANY
    assert many.item is not None
    assert many.item.id == FEW
    assert many.annotations() == []
    qtbot.waitUntil(lambda: many.opening is None)
    assert [item.id for item in opened] == [MANY]
    assert many.annotations() == project_of(many).annotations(MANY)
    assert len(many.annotations()) == 2


def test_another_item_is_opened_meanwhile(many: Session, qtbot: QtBot) -> None:
    many.open_item(MANY)
    many.open_item(FEW)
    qtbot.waitUntil(idle)
    assert many.item == project_of(many).item(FEW)
    many.open_item(MANY)
    many.open_item(FEW)  # which is open: that one was meant
    qtbot.waitUntil(idle)
    assert many.item == project_of(many).item(FEW)
    assert not many.opening


def test_steps_go_on_from_what_is_being_opened(many: Session, qtbot: QtBot) -> None:
    many.open_item(102)
    many.open_item(MANY)
    assert many.step_item(1)
    assert many.item == project_of(many).item(FEW)
    qtbot.waitUntil(idle)
    assert many.item == project_of(many).item(FEW)


def test_what_is_changed_while_it_is_read_is_read_again(
    many: Session, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    genuine = mark_reader._read
    stale = [genuine(project_of(many), MANY, Progress())]

    def read(project: Project, item_id: int, progress: Progress) -> mark_reader.Marks:
        return stale.pop() if stale else genuine(project, item_id, progress)

    monkeypatch.setattr(mark_reader, "_read", read)
    many.open_item(MANY)
    after = moved(many, 30)
    qtbot.waitUntil(lambda: many.item is not None)
    assert many.annotations() == after
    assert not stale


def test_an_item_that_is_removed_while_it_is_read(many: Session, qtbot: QtBot) -> None:
    said: list[str] = []
    many.said.connect(lambda _, sentence: said.append(sentence))
    many.open_item(MANY)
    item = project_of(many).item(MANY)
    assert item is not None
    project_of(many).apply(edits.delete_items([item]))
    qtbot.waitUntil(idle)
    assert many.item is None
    assert said[-1] == "This item is no longer there."


def test_broad_changes_are_told_in_order_after_they_are_read(
    many: Session, qtbot: QtBot
) -> None:
    many.open_item(MANY, now=True)
    first = many.annotations()
    told: list[list[Annotation]] = []
    many.changed.connect(lambda _: told.append(many.annotations()))
    moved(many, 20)
    assert told == []
    after = moved(many, 40)
    text = edits.set_geometry(after[0], Box(9, 9, 9, 9))
    assert many.apply(text)
    qtbot.waitUntil(idle)
    now = project_of(many).annotations(MANY)
    assert many.annotations() == now
    assert first != now
    assert len(told) == 3
    assert told[-1] == now


def test_a_broad_change_of_what_is_left_is_told_as_well(
    many: Session, qtbot: QtBot
) -> None:
    many.open_item(MANY, now=True)
    many.annotations()
    told: list[object] = []
    many.changed.connect(told.append)
    after = moved(many, 20)
    many.open_item(FEW)
    assert len(told) == 1
    qtbot.waitUntil(idle)
    many.open_item(MANY, now=True)
    assert many.annotations() == after


def test_a_project_is_closed_while_marks_are_read(many: Session, qtbot: QtBot) -> None:
    many.open_item(MANY, now=True)
    many.annotations()
    moved(many, 20)
    many.open_item(FEW)
    many.open_item(MANY)
    many.set_project(None)
    qtbot.waitUntil(idle)
    assert many.item is None
    assert many.annotations() == []


def test_a_large_edit_is_done_in_a_worker(session: Session, qtbot: QtBot) -> None:
    marks = session.annotations()
    said: list[tuple[str, str]] = []
    session.said.connect(lambda *words: said.append(words))
    with qtbot.waitSignal(session.changed, timeout=10_000) as told:
        session.apply_large(edits.delete(marks), "me")
        session.apply_large(edits.delete(marks))  # one after the other
    assert told.args[0].initiator == "me"
    assert [kind for kind, _ in said] == ["info", "problem"]
    assert session.annotations() == []
    qtbot.waitUntil(lambda: not session._undoing)
    session.apply_large(edits.delete(marks))  # they are gone: refused
    qtbot.waitUntil(lambda: not session._undoing)
    assert said[-1][0] == "problem"
    assert session.undo()
    assert session.annotations() == marks


def test_what_comes_back_lies_where_it_lay(session: Session) -> None:
    """An undone deletion puts a mark in between others."""
    before = session.annotations()
    third = edits.add([replace(before[0], id=before[0].id - 50)])
    assert session.apply(third)
    marks = session.annotations()
    assert marks == project_of(session).annotations(MANY)
    raised = edits.replace(marks[:1], [replace(marks[0], z=3)], "Raise")
    assert session.apply(raised)
    assert session.annotations() == project_of(session).annotations(MANY)
    assert session.apply(edits.delete([marks[1]]))
    assert session.undo()
    assert session.annotations() == project_of(session).annotations(MANY)
    assert session.undo()
    assert session.annotations() == marks
