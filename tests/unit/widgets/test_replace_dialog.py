"""Find and replace: what is shown before is what is done."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit
from pytestqt.qtbot import QtBot

from annolab.model.edit import Change, Edit
from annolab.model.geometry import Interval
from annolab.model.ids import new_id
from annolab.widgets import worker
from annolab.widgets.replace_dialog import ReplaceDialog
from annolab.widgets.rows import ROW_ROLE
from tests.sound_bench import PHONES, TALK, WORDS, SoundBench, bench_on, make_project


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


@pytest.fixture
def dialog(bench: SoundBench) -> Iterator[ReplaceDialog]:
    """Opened as the key does it, on the words."""
    bench.click(WORDS, 0.2)
    bench.act("find")
    (made,) = bench.canvas.findChildren(ReplaceDialog)
    yield made
    bench.settle()


def write(field: QLineEdit, text: str) -> None:
    field.clear()
    field.setFocus()
    QTest.keyClicks(field, text)


def shown(dialog: ReplaceDialog) -> list[tuple[str, str]]:
    model = dialog.model
    rows = [model.data(model.index(n), ROW_ROLE) for n in range(model.rowCount())]
    return [(row.title, row.note) for row in rows]


def choose(dialog: ReplaceDialog, text: str) -> None:
    place = dialog.place.findText(text)
    assert place >= 0
    dialog.place.setCurrentIndex(place)
    dialog.place.activated.emit(place)


def find(qtbot: QtBot, dialog: ReplaceDialog, pattern: str, by: str = "") -> None:
    write(dialog.pattern, pattern)
    write(dialog.replacement, by)
    look(qtbot, dialog)


def look(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    """Wait until what was asked for last is shown."""
    timer = dialog._timer
    qtbot.waitUntil(lambda: not timer.isActive())
    qtbot.waitUntil(worker.idle)


def test_what_is_shown_is_replaced_in_the_tier(
    qtbot: QtBot, bench: SoundBench, dialog: ReplaceDialog
) -> None:
    assert not dialog.go_button.isEnabled()
    assert dialog.place.currentText() == "Tier words, this sound"
    find(qtbot, dialog, "o", "0")
    assert shown(dialog) == [("one", "0ne"), ("two", "tw0")]
    assert dialog.outcome.text() == "2 places in 2 texts"
    assert bench.spans(WORDS) == TALK[WORDS.id]
    steps = bench.steps()
    with qtbot.waitSignal(dialog.accepted):
        dialog.go_button.click()
    assert [text for _, _, text in bench.spans(WORDS)] == ["0ne", "tw0", ""]
    assert bench.said == ["Replaced 2 places."]
    assert bench.steps() == steps + 1
    bench.session.undo()
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_where_it_looks_is_chosen(
    qtbot: QtBot, bench: SoundBench, dialog: ReplaceDialog
) -> None:
    elsewhere = replace(
        bench.line(PHONES)[0], id=new_id(), item_id=101, geometry=Interval(0, 1)
    )
    bench.project.apply(Edit("Add", (Change(None, elsewhere),)))
    find(qtbot, dialog, "a", "")
    assert shown(dialog) == []
    assert not dialog.go_button.isEnabled()
    choose(dialog, "All tiers, this sound")
    look(qtbot, dialog)
    assert shown(dialog) == [("a", "—")]
    choose(dialog, "All tiers, all sounds")
    look(qtbot, dialog)
    assert shown(dialog) == [("a", "—")] * 2
    choose(dialog, "Tier words, all sounds")
    look(qtbot, dialog)
    assert shown(dialog) == []
    dialog.reject()


def test_options_look_again(qtbot: QtBot, dialog: ReplaceDialog) -> None:
    find(qtbot, dialog, "^[OT]", "_")
    assert shown(dialog) == []
    dialog.expression.click()
    dialog.case.click()
    look(qtbot, dialog)
    assert shown(dialog) == [("one", "_ne"), ("two", "_wo")]
    dialog.whole.click()
    look(qtbot, dialog)
    assert shown(dialog) == []
    dialog.reject()


def test_a_bad_expression_is_said_and_can_be_mended(
    qtbot: QtBot, bench: SoundBench, dialog: ReplaceDialog
) -> None:
    dialog.expression.click()
    find(qtbot, dialog, "(o")
    assert dialog.problem.text().startswith("This is no regular expression")
    assert dialog.problem.isVisible()
    assert not dialog.go_button.isEnabled()
    find(qtbot, dialog, "(o)")
    assert not dialog.problem.isVisible()
    assert len(shown(dialog)) == 2
    dialog.reject()
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_find_next_goes_on_with_what_was_looked_for(
    qtbot: QtBot, bench: SoundBench, dialog: ReplaceDialog
) -> None:
    find(qtbot, dialog, "o")
    dialog.reject()
    bench.act("find_next")
    assert bench.selected == (1.0, 2.5)
    bench.act("find_next")
    assert bench.selected == (0.0, 1.0)
    assert QApplication.activeModalWidget() is None


def test_without_a_search_find_next_asks(bench: SoundBench) -> None:
    bench.act("find_next")
    (dialog,) = bench.canvas.findChildren(ReplaceDialog)
    QTest.keyClick(dialog, Qt.Key.Key_Escape)
    assert dialog.isHidden()


def test_the_button_does_what_is_typed_now_also_before_it_is_shown(
    qtbot: QtBot, bench: SoundBench, dialog: ReplaceDialog
) -> None:
    find(qtbot, dialog, "o", "0")
    write(dialog.pattern, "tw")
    write(dialog.replacement, "TW")
    assert dialog._timer.isActive()  # what is shown is of before
    assert dialog.outcome.text() == "Looking…"
    dialog.go()
    bench.settle()
    texts = [text for _, _, text in bench.spans(WORDS)]
    assert "TWo" in texts
    assert "one" in texts


def test_nothing_typed_is_nothing_to_replace(
    qtbot: QtBot, bench: SoundBench, dialog: ReplaceDialog
) -> None:
    find(qtbot, dialog, "o", "0")
    write(dialog.pattern, "")
    dialog.pattern.textEdited.emit("")
    assert not dialog.go_button.isEnabled()
    dialog.go()
    bench.settle()
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_what_is_not_found_leaves_the_dialog_open(
    qtbot: QtBot, bench: SoundBench, dialog: ReplaceDialog
) -> None:
    find(qtbot, dialog, "o", "0")
    write(dialog.pattern, "zzz")
    dialog.go()
    bench.settle()
    assert dialog.isVisible()
    assert dialog.outcome.text() == "0 places in 0 texts"
    assert not dialog.go_button.isEnabled()
