"""Texts are tagged by keys alone; every change is an edit that undo knows by name."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QKeyCombination, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import edits, text_edits
from annolab.media.text import Decoded
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import Kind, Span, Whole
from annolab.model.item import Item
from annolab.model.schema import Label
from annolab.store.project import Project, open_project
from annolab.tasks import texts
from annolab.tasks.ingest import fill_sizes
from annolab.tasks.tables import add_table
from annolab.widgets import text_commands
from annolab.widgets.text_canvas import TextCanvas
from annolab.widgets.text_encoding import EncodingDialog
from annolab.widgets.window import Window
from tests.unit.widgets.conftest import TEXT


def canvas_of(window: Window) -> TextCanvas:
    canvas = window.workspace.canvas
    assert isinstance(canvas, TextCanvas)
    return canvas


def press(window: Window, *keys: str) -> None:
    """Press keys where the keyboard is on the text."""
    canvas = canvas_of(window)
    canvas.setFocus()
    for key in keys:
        pressed = QKeyCombination.fromCombined(QKeySequence(key)[0].toCombined())  # type: ignore[index]
        QTest.keyClick(window.focusWidget(), pressed.key(), pressed.keyboardModifiers())
        QApplication.processEvents()


def spans(window: Window) -> list[tuple[str, str]]:
    """Label and text of every span, in the order of the text."""
    session = window.session
    found = []
    for mark in text_edits.spans_of(session.annotations()):
        label = session.schema.label(mark.label_id)
        words = " ".join(TEXT[s:e] for s, e in text_edits.pieces_of(mark))
        found.append((label.name if label else "", words))
    return found


def spans_ids(window: Window) -> list[int]:
    return [mark.id for mark in text_edits.spans_of(window.session.annotations())]


def undo_name(window: Window) -> str:
    step = window.session.undo_step
    return step.name if step is not None else ""


def relations(window: Window) -> list[Relation]:
    return window.session.relations.all()


def test_one_press_tags_the_word_at_the_caret(reading: Window) -> None:
    press(reading, "1")
    assert spans(reading) == [("Person", "Ann")]
    assert undo_name(reading) == "Tag span as Person"
    press(reading, "Alt+Right")
    assert spans(reading) == [("Person", "Ann Lee")]
    press(reading, "2")  # the one that was just made
    assert spans(reading) == [("Place", "Ann Lee")]
    press(reading, "Tab", "1")
    assert spans(reading) == [("Place", "Ann Lee"), ("Person", "met")]
    press(reading, "Del", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z", "Ctrl+Z")
    assert spans(reading) == []


def test_words_go_by_graphemes_and_scripts(reading: Window) -> None:
    canvas = canvas_of(reading)
    press(reading, "Ctrl+4")  # lines
    press(reading, "Tab", "Tab")
    start, stop = canvas.view.selection
    assert TEXT[start:stop].startswith("שלום 42")
    press(reading, "Ctrl+2", "Tab")  # begins after the selection
    canvas.put_caret(TEXT.index("שלום"))
    press(reading, "1", "Tab", "Tab", "1", "Tab", "2")
    assert spans(reading) == [
        ("Person", "שלום"),
        ("Person", "\U0001f468\u200d\U0001f469\u200d\U0001f467"),
        ("Place", "مرحبا"),
    ]


def test_spans_are_gone_through_and_their_ends_moved(reading: Window) -> None:
    press(reading, "1", "Tab", "Tab", "Tab", "1", "Tab", "Tab", "2")
    assert [text for _, text in spans(reading)] == ["Ann", "Bob", "Paris"]
    press(reading, ",", ",")
    chosen = reading.session.selected()
    assert [text_edits.pieces_of(a) for a in chosen] == [((0, 3),)]
    press(reading, ".", "Shift+Alt+Left", "Ctrl+Alt+Left")
    assert [text for _, text in spans(reading)] == ["Ann", "met Bo", "Paris"]
    assert undo_name(reading) == "Shrink span"
    press(reading, "Shift+Alt+Right", "Alt+PgDown")
    assert [text for _, text in spans(reading)] == ["Ann", "Bob", "Paris"]


def test_pieces_split_and_merge(reading: Window) -> None:
    press(reading, "1", "Tab", "Tab", "Tab", "P")
    assert spans(reading) == [("Person", "Ann Bob")]
    canvas = canvas_of(reading)
    canvas.view.set_caret(13, 12)  # the B of Bob
    press(reading, "Shift+P")
    assert spans(reading) == [("Person", "Ann ob")]
    press(reading, "Ctrl+Z")
    canvas.view.set_caret(5)
    press(reading, ",", "Ctrl+Z", "Ctrl+Shift+Z")
    reading.session.select([reading.session.annotations()[0].id])
    canvas.put_caret(5)
    press(reading, "X")
    assert spans(reading) == [("Person", "Ann"), ("Person", "Bob")]
    press(reading, ",", "R", ".", "G")
    assert spans(reading) == [("Person", "Ann Bob")]


def test_a_relation_by_keys(reading: Window) -> None:
    press(reading, "1", "Tab", "Tab", "1", ",", "R", ".", "3")
    (made,) = relations(reading)
    ends = [reading.session.annotation(i) for i in (made.head_id, made.tail_id)]
    assert [text_edits.pieces_of(a) for a in ends if a] == [((0, 3),), ((8, 11),)]
    assert made.label_id == 3
    assert undo_name(reading) == "Add relation works_for"
    assert canvas_of(reading).head is None
    press(reading, "O", "Shift+R")
    assert relations(reading)[0].head_id == made.tail_id
    press(reading, "Del")
    assert relations(reading) == []
    assert len(spans(reading)) == 2
    press(reading, "Ctrl+Z", "Ctrl+Z")
    assert relations(reading) == [made]


def test_hints_tell_what_is_joined(reading: Window) -> None:
    canvas = canvas_of(reading)
    hints: list[str] = []
    canvas.hint_changed.connect(hints.append)
    press(reading, "1", "Alt+Right", "Tab", "Tab", "1", ",", "R")
    assert hints[-1].startswith("From “Ann Lee”.  Go to the other span")
    press(reading, ".", "3", "O")
    assert hints[-1].startswith("works_for: “Ann Lee” → “Bob”.  ")
    press(reading, "Esc")
    assert hints[-1].startswith("A label's key tags")


def test_arguments_of_an_event_follow_one_another(reading: Window) -> None:
    press(reading, "1", "Tab", "Tab", "1", ",")
    canvas = canvas_of(reading)
    canvas.view.set_caret(TEXT.index("met"))
    press(reading, "Tab")
    canvas.view.set_caret(TEXT.index("works"))
    press(reading, "4", "R", ",", "3", ",", "3", "Esc")
    made = relations(reading)
    assert len(made) == 2
    assert {r.head_id for r in made} == {made[0].head_id}
    assert len({r.tail_id for r in made}) == 2
    assert canvas.head is None


def test_chains_are_joined_by_one_key(reading: Window) -> None:
    press(reading, "1", "Tab", "Tab", "1", "Tab", "Tab", "1", "K", ",", "K", ",", "K")
    groups = {a.group_id for a in reading.session.annotations()}
    assert len(groups) == 1
    assert None not in groups
    press(reading, "Shift+K")
    assert [a.group_id is None for a in reading.session.selected()] == [True]


def test_word_by_word_and_sentence_by_sentence(reading: Window) -> None:
    press(reading, "T", "1", "2", "Tab", "1")
    assert spans(reading) == [
        ("Person", "Ann"), ("Place", "Lee"), ("Person", "Bob"),
    ]  # fmt: skip
    press(reading, "Shift+Tab", "2")  # over it again: another tag, not one more
    assert spans(reading)[2] == ("Place", "Bob")
    press(reading, "Esc", "Esc")
    assert canvas_of(reading).mode == ""
    canvas_of(reading).put_caret(0)
    press(reading, "E", "1", "1")
    made = [text for label, text in spans(reading) if " " in text]
    assert made == ["Ann Lee met Bob in Paris.", "Bob works for Acme."]


def test_the_end_is_told_below_the_text(reading: Window) -> None:
    canvas = canvas_of(reading)
    told: list[str] = []
    canvas.hint_changed.connect(told.append)
    canvas.set_tool("sentence")
    canvas.put_caret(len(TEXT))
    press(reading, "Tab")
    assert told[-1] == "This is the end of the text."
    assert said(reading) == ""
    press(reading, "Left")
    assert told[-1] != "This is the end of the text."


def test_labels_of_the_whole_text(reading: Window) -> None:
    press(reading, "5")
    kinds = [type(a.geometry) for a in reading.session.annotations()]
    assert kinds == [Whole]
    press(reading, "5")
    assert reading.session.annotations() == []


def suggest(window: Window, *pieces: tuple[int, int]) -> None:
    project, item = window.session.project, window.session.item
    assert project is not None
    assert item is not None
    made = [
        Annotation(
            id=900 + n + pieces[0][0], item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=Span((piece,)), label_id=1, status=AnnotationStatus.SUGGESTED,
        )
        for n, piece in enumerate(pieces)
    ]  # fmt: skip
    window.session.apply(edits.add(made))


def status_of(window: Window, id_: int) -> AnnotationStatus:
    mark = window.session.annotation(id_)
    assert mark is not None
    return mark.status


def test_suggestions_are_judged_by_one_key_each(reading: Window) -> None:
    suggest(reading, (0, 3), (8, 11), (15, 20))
    press(reading, "Space", "Space", "Backspace", "Space")
    assert [status_of(reading, 900 + n) for n in range(3)] == [
        AnnotationStatus.ACCEPTED, AnnotationStatus.REJECTED, AnnotationStatus.ACCEPTED
    ]  # fmt: skip
    assert undo_name(reading) == "Accept suggestion"
    row = reading.workspace.annotations.model.row(901)
    assert row is not None
    assert (row.note, row.faint) == ("rejected", True)
    suggest(reading, (30, 33))
    press(reading, "Ctrl+Space", "2")  # changed is accepted
    press(reading, ".")
    found = [a for a in reading.session.annotations() if a.label_id == 2]
    assert [a.status for a in found] == [AnnotationStatus.ACCEPTED]


def test_a_label_that_is_made_tags_what_is_selected_only(reading: Window) -> None:
    session, panel, canvas = (
        reading.session, reading.workspace.labels, canvas_of(reading)
    )  # fmt: skip
    hints: list[str] = []
    canvas.hint_changed.connect(hints.append)
    reading.commands.run("label.new")
    QTest.keyClicks(panel.new_name, "Thing")
    QTest.keyClick(panel.new_name, Qt.Key.Key_Return)
    assert spans(reading) == []
    assert hints[-1].startswith("“Thing” is picked.")
    canvas.view.set_caret(7, 4)
    reading.commands.run("label.new")
    QTest.keyClicks(panel.new_name, "Other")
    QTest.keyClick(panel.new_name, Qt.Key.Key_Return)
    assert spans(reading) == [("Other", "Lee")]
    assert session.undo_step is not None
    press(reading, "Tab", "Return")
    assert spans(reading)[1] == ("Other", "met")


def test_only_what_is_offered_is_tagged(reading: Window) -> None:
    said: list[str] = []
    reading.session.said.connect(lambda _, text: said.append(text))
    press(reading, "3")
    assert spans(reading) == []
    assert "works_for" in said[-1]
    press(reading, "1", "R", "1")
    assert relations(reading) == []


def test_the_caret_deselects_and_what_was_selected_can_grow(reading: Window) -> None:
    press(reading, "1")
    chosen = reading.session.selection
    canvas_of(reading).view.set_caret(2)
    assert [chosen, reading.session.selection] == [(spans_ids(reading)[0],), ()]
    press(reading, "V")
    assert len(reading.session.selection) == 1


def test_caret_keys_are_those_of_the_text(reading: Window) -> None:
    view = canvas_of(reading).view
    press(reading, "Right", "Right", "Ctrl+Right", "Shift+Right")
    assert view.selection == (4, 5)
    press(reading, "Ctrl+Shift+Right")
    assert view.selection == (4, 7)
    press(reading, "1")  # what is selected
    assert spans(reading) == [("Person", "Lee")]
    press(reading, "Left")
    assert reading.session.selection == ()
    assert view.caret == 6
    press(reading, "Ctrl+End")
    assert view.caret == len(TEXT)
    press(reading, "Ctrl+Home", "End", "Home", "Down")
    assert view.caret >= TEXT.index("שלום")
    assert reading.session.item is not None
    assert reading.session.item.id == 100
    press(reading, "PgUp", "PgDown")
    assert reading.session.item.id == 100


def test_a_text_that_cannot_be_read_is_a_sentence(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "1.txt").write_bytes(b"\x00\x01\x02" * 100)
    reading.session.open_item(101)
    canvas = canvas_of(reading)
    qtbot.waitUntil(canvas.pages.encoding_button.isVisible)
    assert "binary" in canvas.pages.message.text()
    assert reading.session.text is None
    press(reading, "1")
    assert reading.session.annotations() == []
    (tmp_path / "1.txt").unlink()
    reading.session.open_item(100)
    reading.session.open_item(101)
    qtbot.waitUntil(lambda: "was not found" in canvas.pages.message.text())
    assert canvas.pages.encoding_button.isHidden()  # it would help nothing


def test_the_keyboard_stays_on_the_canvas(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "1.txt").write_bytes(b"")
    press(reading, "D")
    qtbot.waitUntil(lambda: reading.session.text == "")
    canvas = canvas_of(reading)
    assert "empty" in canvas.pages.title.text()
    focus = reading.focusWidget()
    assert canvas.isAncestorOf(focus)
    QTest.keyClick(focus, Qt.Key.Key_A)
    qtbot.waitUntil(lambda: reading.session.text == TEXT)
    QTest.keyClick(reading.focusWidget(), Qt.Key.Key_1)
    assert spans(reading) == [("Person", "Ann")]


def test_another_encoding_is_an_edit(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "1.txt").write_bytes("Привет, Анна".encode("cp1251"))
    reading.session.open_item(101)
    qtbot.waitUntil(lambda: reading.session.text is not None)
    press(reading, "Ctrl+Shift+E")
    (dialog,) = reading.findChildren(EncodingDialog)
    dialog.box.setCurrentIndex(dialog.box.findData("cp1251"))
    assert not dialog.go_button.isEnabled()  # it is not read yet
    qtbot.waitUntil(lambda: dialog.preview.toPlainText().startswith("Привет"))
    assert dialog.go_button.isEnabled()
    dialog.accept()
    qtbot.waitUntil(lambda: reading.session.text == "Привет, Анна")
    assert reading.session.item is not None
    assert reading.session.item.length == len("Привет, Анна")
    assert undo_name(reading) == "Read 1.txt as cp1251"
    reading.session.undo()
    qtbot.waitUntil(lambda: (reading.session.text or "").startswith("Ï"))


def test_spans_of_another_text_are_told_and_kept(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    project = reading.session.project
    assert project is not None
    far = Annotation(
        id=950, item_id=101, annotator_id=project.annotator.id,
        geometry=Span(((5, 8), (5000, 5010))), label_id=1,
    )  # fmt: skip
    project.apply(edits.add([far]))
    told: list[str] = []
    canvas_of(reading).problem_found.connect(told.append)
    reading.session.open_item(101)
    qtbot.waitUntil(lambda: bool(told))
    assert "beyond the end" in told[0]
    assert project.annotation(950) == far


def said(window: Window) -> str:
    """The sentence that stays over the text."""
    banner = window.workspace.banner
    return banner.text.text() if banner.isVisible() else ""


def test_a_changed_file_is_told_until_it_is_taken(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    session, project = reading.session, reading.session.project
    assert project is not None
    fill_sizes(project)
    press(reading, "1")
    changed = "Sue" + TEXT[3:]  # as long as before
    (tmp_path / "0.txt").write_bytes(changed.encode())
    session.open_item(101)
    session.open_item(100)
    qtbot.waitUntil(lambda: session.text == changed)
    assert "0.txt has changed since it was added" in said(reading)
    assert "Take text as it is" in said(reading)
    canvas_of(reading).trigger("text.take_text")
    assert (undo_name(reading), said(reading)) == ("Take 0.txt as it is", "")
    session.undo()
    assert "has changed" in said(reading)
    session.redo()
    session.open_item(101)
    session.open_item(100)
    qtbot.waitUntil(lambda: session.text == changed)
    assert said(reading) == ""


def test_messages_lie_below_the_search(reading: Window) -> None:
    canvas, banner = canvas_of(reading), reading.workspace.banner
    reading.session.said.emit("problem", "Something is wrong.")
    high = banner.y()
    press(reading, "Ctrl+F")
    QApplication.processEvents()
    assert banner.y() == high + canvas.search_bar.height()
    canvas.search_bar.leave()
    assert banner.y() == high


def test_a_changed_file_without_marks_is_just_read(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    session, project = reading.session, reading.session.project
    assert project is not None
    fill_sizes(project)
    (tmp_path / "1.txt").write_bytes(b"Another.")
    step = session.undo_step
    session.open_item(101)
    qtbot.waitUntil(lambda: session.text == "Another.")
    assert session.item is not None
    assert (session.item.length, session.item.size) == (8, 8)
    assert (said(reading), session.undo_step) == ("", step)


def test_an_encoding_is_not_offered_of_a_row(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    session, project = reading.session, reading.session.project
    assert project is not None
    (tmp_path / "t.csv").write_text("text\nRow\n")
    add_table(project, tmp_path / "t.csv")
    row = next(item for item in project.items() if "#" in item.path)
    session.open_item(row.id)
    qtbot.waitUntil(lambda: session.text == "Row")
    canvas_of(reading).trigger("text.encoding")
    assert reading.findChildren(EncodingDialog) == []
    assert "is a row of a table" in said(reading)


def test_what_was_tagged_is_in_the_file(reading: Window, text_path: Path) -> None:
    press(reading, "1")
    with open_project(text_path, read_only=True) as again:
        (held,) = again.annotations(100)
    assert held.geometry == Span(((0, 3),))
    assert held.label_id == 1


def test_locked_spans_stay(reading: Window) -> None:
    press(reading, "1", "Ctrl+Shift+K", "2", "Alt+Right", "Del")
    assert spans(reading) == [("Person", "Ann")]
    press(reading, "Ctrl+Shift+K", "Del")
    assert spans(reading) == []


def test_hidden_spans_are_not_shown(reading: Window) -> None:
    press(reading, "1", "H")
    assert canvas_of(reading).shown.marks == {}
    press(reading, "Shift+H")
    assert len(canvas_of(reading).shown.marks) == 1


def test_the_menu_of_texts_is_there_with_them(reading: Window) -> None:
    menu = reading.top_bar.text_menu
    assert menu.menuAction().isVisible()
    ids = [action.objectName() for action in menu.actions() if action.objectName()]
    assert "text.relate" in ids
    reading.close_project()
    assert not menu.menuAction().isVisible()


def test_a_right_click_offers_what_fits(reading: Window) -> None:
    canvas = canvas_of(reading)
    known = set(reading.commands.actions)
    assert "text.encoding" in canvas.menu()
    canvas.view.set_caret(3, 0)
    assert canvas.menu()[0] == "text.tag"
    press(reading, "1", "Tab", "1", ",", "R", ".", "3")
    assert "text.split" in canvas.menu()
    press(reading, "O")
    assert canvas.menu()[0] == "text.reverse"
    suggest(reading, (20, 23))
    reading.session.select([920])
    assert canvas.menu()[:2] == ("text.accept", "text.reject")
    reading.session.select([*spans_ids(reading)[:2]])
    assert "text.merge" in canvas.menu()
    for ids in (
        text_commands.MENU, text_commands.SPAN_MENU, text_commands.SPANS_MENU,
        text_commands.RELATION_MENU, text_commands.CHOSEN_MENU,
        text_commands.SUGGESTION_MENU,
    ):  # fmt: skip
        assert {id_ for id_ in ids if id_} <= known


def test_what_is_switched_is_kept(reading: Window) -> None:
    canvas, settings = canvas_of(reading), reading.session.settings
    assert canvas.is_on("text.arcs")
    canvas.trigger("text.arcs")
    assert not canvas.is_on("text.arcs")
    press(reading, "Ctrl++")
    assert settings.number("text.size") == 18
    press(reading, "Ctrl+0")
    assert settings.number("text.size") == 16
    assert canvas.is_on("text.tag") is None


def test_position_is_line_column_and_offset(reading: Window) -> None:
    told: list[str] = []
    canvas = canvas_of(reading)
    canvas.position_changed.connect(told.append)
    canvas.view.set_caret(TEXT.index("42") + 2, TEXT.index("42"))
    assert told[-1].startswith("line 2, column 8 · 54")
    assert "2 selected: 52–54" in told[-1]  # noqa: RUF001


@pytest.mark.parametrize("kind", [Kind.SPAN, Kind.RELATION])
def test_a_deleted_label_leaves_what_it_was_on(reading: Window, kind: Kind) -> None:
    press(reading, "1", "Tab", "Tab", "1", ",", "R", ".", "3")
    session = reading.session
    label: Label | None = session.schema.label(1 if kind is Kind.SPAN else 3)
    assert label is not None
    session.apply(
        edits.delete_label(
            session.schema,
            label,
            annotations=session.annotations(),
            relations=relations(reading),
        )
    )
    assert len(canvas_of(reading).shown.marks) == 2
    assert len(relations(reading)) == 1


def test_two_hundred_words_with_a_press_each(reading: Window) -> None:
    canvas = canvas_of(reading)
    canvas.view.setFocus(Qt.FocusReason.OtherFocusReason)
    text = " ".join(f"Name{n}" for n in range(200))
    reading.session.set_text(text)
    canvas.view.set_text(text)
    canvas.reload()
    press(reading, "T", *["1"] * 200)
    assert len(reading.session.annotations()) == 200


def test_several_spans_are_selected_by_keys(reading: Window) -> None:
    press(reading, "1", "Tab", "2", "Tab", "1", ",", ",", "Shift+Alt+Down")
    assert len(canvas_of(reading).session.selection) == 2
    press(reading, "Shift+Alt+Down", "2")
    assert spans(reading) == [("Place", "Ann"), ("Place", "Lee"), ("Place", "met")]
    canvas = canvas_of(reading)
    canvas.put_caret(TEXT.index("Bob"))
    reading.session.select([])
    press(reading, "1")
    canvas.trigger("text.select_like")
    assert len(reading.session.selection) == 1
    canvas.trigger("text.select_spans")
    press(reading, "Del")
    assert spans(reading) == []
    assert undo_name(reading) == "Delete 4 spans"


def test_many_marks_are_made_in_a_worker(
    reading: Window, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    press(reading, "1", "Tab", "1", "Tab", "1")
    monkeypatch.setattr("annolab.widgets.text_canvas.MANY_MARKS", 2)
    canvas = canvas_of(reading)
    canvas.reload()
    canvas.view.set_caret(TEXT.index("Bob"))
    press(reading, "2")  # while they are made
    qtbot.waitUntil(lambda: len(canvas.shown.marks) == 4)


def test_the_caret_is_where_it_was_when_a_text_is_shown_again(
    reading: Window, qtbot: QtBot
) -> None:
    canvas_of(reading).view.set_caret(17)
    reading.session.open_item(101)
    qtbot.waitUntil(lambda: reading.session.text is not None)
    assert canvas_of(reading).view.caret == 0
    reading.session.open_item(100)
    qtbot.waitUntil(lambda: reading.session.text is not None)
    assert canvas_of(reading).view.caret == 17


def test_another_text_is_shown_from_its_beginning(
    reading: Window, tmp_path: Path, qtbot: QtBot
) -> None:
    (tmp_path / "1.txt").write_text("A line of words.\n" * 3000, "utf-8")
    session, canvas = reading.session, canvas_of(reading)
    session.open_item(101)
    qtbot.waitUntil(lambda: session.text is not None)
    press(reading, "Ctrl+End")
    assert canvas.view.visible_range()[0] > 0
    session.open_item(100)
    qtbot.waitUntil(lambda: session.text == TEXT)
    assert canvas.view.visible_range()[0] == 0
    session.open_item(101)
    qtbot.waitUntil(lambda: session.text not in (None, TEXT))
    reading.close_project()
    assert canvas.view.text == ""


def test_a_text_is_seen_before_its_many_marks_are_read(
    window: Window, text_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_project(text_path) as project:
        by = project.annotator.id
        project.apply(
            edits.add(
                [
                    Annotation(
                        id=n, item_id=100, annotator_id=by, geometry=Span(((n, n + 1),))
                    )
                    for n in range(1, 9)
                ]
            )
        )
    read: list[int] = []
    original = texts.text_of

    def counted(project: Project, item: Item) -> Decoded:
        read.append(item.id)
        return original(project, item)

    monkeypatch.setattr("annolab.widgets.text_source.text_of", counted)
    monkeypatch.setattr("annolab.widgets.mark_reader.MANY_MARKS", 4)
    window.open_project(text_path)
    assert window.session.item is None
    qtbot.waitUntil(lambda: window.session.text == TEXT)
    assert canvas_of(window).view.text == TEXT
    assert len(canvas_of(window).shown.marks) == 8
    assert read == [100]


def test_the_mouse_selects_marks_and_draws_arcs(reading: Window) -> None:
    press(reading, "1", "Tab", "1", "Tab", "1", "Esc")
    session, view = reading.session, canvas_of(reading).view
    first, second, third = spans_ids(reading)
    view.set_caret(1)  # as a press does, before it is let go
    view.mark_pressed.emit(first, False)
    chosen = [session.selection]
    view.set_caret(5)
    view.mark_pressed.emit(second, True)
    chosen.append(session.selection)
    view.set_caret(2)
    view.mark_pressed.emit(first, True)
    chosen.append(session.selection)
    assert chosen == [(first,), (first, second), (second,)]
    view.arc_dragged.emit(first, third)
    (made,) = relations(reading)
    assert (made.head_id, made.tail_id, made.label_id) == (first, third, 3)
    assert session.relations.selection == (made.id,)
    view.arc_dragged.emit(first, third)
    assert len(relations(reading)) == 1
    session.relations.select([])
    view.arc_pressed.emit(made.id)
    assert session.relations.selection == (made.id,)
    view.font_size_wanted.emit(1)
    assert session.settings.number("text.size") == 18


def test_the_reading_line_has_the_keyboard_and_follows(reading: Window) -> None:
    canvas = canvas_of(reading)
    canvas.setFocus()
    canvas.trigger("text.reader")
    assert reading.focusWidget() is canvas.reader
    press(reading, "1", "Alt+Right")
    assert spans(reading) == [("Person", "Ann Lee")]
    assert "Person: Ann Lee" in canvas.reader.toPlainText()
    press(reading, "Tab")
    assert canvas.reader.textCursor().selectedText() == "met"
    canvas.trigger("text.reader")
    assert reading.focusWidget() is canvas.view
    assert canvas.reader.isHidden()
