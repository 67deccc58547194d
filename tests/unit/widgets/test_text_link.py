"""Spans are linked to a knowledge base, and suggestions follow from tags."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.annotation import AnnotationStatus, AnnotatorKind
from annolab.model.item import Status
from annolab.tasks.suggest import Gazetteer, Rules, set_rules
from annolab.widgets import worker
from annolab.widgets.session import Session
from annolab.widgets.suggest_dialog import SuggestDialog
from annolab.widgets.text_link import LinkPopup
from annolab.widgets.window import Window
from tests.unit.widgets.conftest import TEXT
from tests.unit.widgets.test_text_canvas import canvas_of, press, spans, undo_name


def keep_rules(window: Window, rules: Rules) -> None:
    project = window.session.project
    assert project is not None
    project.named.add(project.path.parent)
    window.session.apply(set_rules(project, rules))


def popup_of(window: Window) -> LinkPopup:
    (popup,) = window.findChildren(LinkPopup)
    return popup


def titles(popup: LinkPopup) -> list[str]:
    rows = (popup.model.row(n) for n in popup.model.ids)
    return [row.title for row in rows if row is not None]


def test_a_span_is_linked_as_one_types(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    lines = "id,name,aliases,description\nQ90,Paris,Lutetia,city\nQ1,Ann Lee,,poet\n"
    (tmp_path / "kb.csv").write_text(lines, "utf-8")
    keep_rules(reading, Rules(knowledge=("kb.csv",)))
    canvas_of(reading).view.set_caret(TEXT.index("Paris"))
    press(reading, "2", "L")
    popup = popup_of(reading)
    qtbot.waitUntil(lambda: titles(popup)[:1] == ["Paris — city"])
    popup.field.setText("lutet")
    qtbot.waitUntil(lambda: titles(popup)[:1] == ["Paris (Lutetia) — city"])
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    (made,) = reading.session.annotations()
    assert made.attributes == {"kb_id": "Q90"}
    assert undo_name(reading) == "Link span to Q90"
    mark = canvas_of(reading).shown.marks[made.id]
    assert mark.note == "Q90"
    qtbot.waitUntil(lambda: not reading.findChildren(LinkPopup))
    press(reading, "L")
    popup = popup_of(reading)
    qtbot.waitUntil(lambda: "Remove the link to Q90" in titles(popup))
    popup._choose(popup.model.index(len(titles(popup)) - 1))
    assert reading.session.annotations()[0].attributes == {}


def test_without_a_knowledge_base_an_id_is_typed(reading: Window, qtbot: QtBot) -> None:
    press(reading, "1", "L")
    popup = popup_of(reading)
    qtbot.waitUntil(popup.files.isVisible)
    assert "no knowledge base" in popup.note.text()
    popup.field.setText("wiki:Ann")
    qtbot.waitUntil(lambda: titles(popup) == ["Write “wiki:Ann” as the id"])
    QTest.keyClick(popup.field, Qt.Key.Key_Return)
    assert reading.session.annotations()[0].attributes == {"kb_id": "wiki:Ann"}


def test_nothing_is_linked_without_a_span(reading: Window) -> None:
    said: list[str] = []
    reading.session.said.connect(lambda _, text: said.append(text))
    press(reading, "L")
    assert said == ["Select the span that is to be linked first."]
    assert reading.findChildren(LinkPopup) == []


def test_suggestions_of_a_list_are_one_step(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "places.txt").write_text("Paris\nAcme\n", "utf-8")
    keep_rules(reading, Rules(gazetteers=(Gazetteer("places.txt", "Place"),)))
    press(reading, "Ctrl+R")
    qtbot.waitUntil(lambda: len(reading.session.annotations()) == 4)
    marks = reading.session.annotations()
    assert {a.status for a in marks} == {AnnotationStatus.SUGGESTED}
    assert undo_name(reading) == "Suggest 4 spans"
    project = reading.session.project
    assert project is not None
    kinds = {a.id: a.kind for a in project.annotators()}
    assert {kinds[a.annotator_id] for a in marks} == {AnnotatorKind.RULE}
    press(reading, *["Space"] * 5)
    assert {a.status for a in reading.session.annotations()} == {
        AnnotationStatus.ACCEPTED
    }
    assert len(spans(reading)) == 4


def test_a_tag_suggests_its_other_places_when_that_is_wanted(
    reading: Window,
) -> None:
    press(reading, "1", "Ctrl+Z")
    reading.session.settings.values["text.suggest"] = True
    canvas_of(reading).view.set_caret(TEXT.index("Paris"))
    press(reading, "2")
    statuses = [a.status for a in reading.session.annotations()]
    assert statuses.count(AnnotationStatus.SUGGESTED) == 2
    assert len(statuses) == 3
    press(reading, "Ctrl+Z")
    assert reading.session.annotations() == []


def test_what_was_tagged_is_learned(reading: Window, qtbot: QtBot) -> None:
    view = canvas_of(reading).view
    press(reading, "Ctrl+R")  # nothing is known yet
    qtbot.waitUntil(lambda: canvas_of(reading).suggester._sources is not None)
    view.set_caret(TEXT.index("Paris"))
    press(reading, "2", "Ctrl+R")
    qtbot.waitUntil(lambda: len(reading.session.annotations()) == 3)
    press(reading, "Ctrl+Space", "Backspace", "Backspace", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
    qtbot.waitUntil(lambda: len(reading.session.annotations()) == 1)
    reading.session.select([reading.session.annotations()[0].id])
    said: list[str] = []
    reading.session.said.connect(lambda _, text: said.append(text))
    press(reading, "Del", "Ctrl+R")
    qtbot.waitUntil(lambda: bool(said))
    assert reading.session.annotations() == []  # what was deleted is not known


def test_the_sources_of_suggestions_are_asked_for(reading: Window) -> None:
    reading.commands.run("project.suggest")
    (dialog,) = reading.findChildren(SuggestDialog)
    assert dialog.isVisible()
    dialog.reject()


def test_no_suggestions_is_a_sentence(reading: Window, qtbot: QtBot) -> None:
    said: list[str] = []
    reading.session.said.connect(lambda _, text: said.append(text))
    press(reading, "Ctrl+R")
    qtbot.waitUntil(lambda: bool(said))
    assert "Nothing more is suggested" in said[0]


def test_an_opened_text_gets_suggestions_when_that_is_wanted(
    reading: Window, qtbot: QtBot
) -> None:
    session = reading.session
    session.settings.values["text.suggest_opened"] = True
    canvas_of(reading).view.set_caret(TEXT.index("Paris"))
    press(reading, "2")
    said: list[str] = []
    canvas_of(reading).suggester.said.connect(said.append)
    session.open_item(101)
    qtbot.waitUntil(lambda: len(session.annotations()) == 1)
    (mark,) = session.annotations()
    assert (mark.status, mark.label_id) == (AnnotationStatus.SUGGESTED, 2)
    session.open_item(100)
    qtbot.waitUntil(lambda: suggested(session) == 2)  # two more of Paris
    for id_ in (101, 100, 101):
        session.open_item(id_)
        qtbot.waitUntil(lambda: session.text is not None and worker.idle())
    assert len(session.annotations()) == 1
    assert said == []


def test_what_is_done_gets_no_suggestions_unless_asked(
    reading: Window, qtbot: QtBot
) -> None:
    session = reading.session
    session.settings.values["text.suggest_opened"] = True
    canvas_of(reading).view.set_caret(TEXT.index("Paris"))
    press(reading, "2")
    project = session.project
    assert project is not None
    item = project.item(101)
    assert item is not None
    project.apply(edits.set_item_status([item], Status.DONE))
    session.open_item(101)
    qtbot.waitUntil(lambda: session.text is not None and worker.idle())
    assert session.annotations() == []


def suggested(session: Session) -> int:
    marks = session.annotations()
    return sum(mark.status is AnnotationStatus.SUGGESTED for mark in marks)
