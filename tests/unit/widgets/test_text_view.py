"""The view of texts: caret, selection, marks and arcs by keys, mouse and calls."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from PySide6.QtCore import QEvent, QPoint, QPointF, QRectF, Qt
from PySide6.QtGui import QAccessible, QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab.widgets.text_view import Arc, Mark, TextView

FAMILY = "👨‍👩‍👧‍👦"
TEXT = (
    "Ada Lovelace wrote to Charles Babbage.\r\n"
    "كتبت إلى لندن 1841\n"
    "בשנת 1843 כתבה\n"
    f"a {FAMILY} b cafe\u0301 हिन्दी ภาษา\n"
    "漢字仮名\n"
    "\n"
    "the end"
)
Key = Qt.Key
CTRL, SHIFT, NONE, ALT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.AltModifier,
)
LEFT = Qt.MouseButton.LeftButton
ADA = Mark(1, ((0, 12),), "#ffb000", "PER", "Q7259")
LOVELACE = Mark(2, ((4, 12),), "#56b4e9", "NAME")
BABBAGE = Mark(3, ((22, 37),), "#ffb000", "PER")
KNOWS = Arc(9, 1, 3, "#888888", "knows")


@pytest.fixture
def view(qtbot: QtBot) -> TextView:
    """The text with three marks; two of them nested, and an arc."""
    made = TextView()
    qtbot.addWidget(made)
    made.resize(700, 500)
    made.show()
    made.set_text(TEXT)
    made.set_marks([ADA, LOVELACE, BABBAGE])
    made.set_arcs([KNOWS])
    QApplication.processEvents()
    return made


def _at(view: TextView, offset: int, right: float = 1.0) -> QPoint:
    """A pixel on the character at an offset."""
    rect = view.to_view(view.flow.caret_rect(offset))
    return QPointF(rect.center().x() + right, rect.center().y()).toPoint()


def _chip(view: TextView, id_: int) -> QPoint:
    for _, block, at in view.placed():
        for chip in block.chips:
            if chip.mark.id == id_:
                return chip.rect.translated(at).center().toPoint()
    raise AssertionError


def _press(view: TextView, key: Key, modifiers: Qt.KeyboardModifier = NONE) -> int:
    QTest.keyClick(view, key, modifiers)
    return view.caret


def _drag(view: TextView, begin: QPoint, end: QPoint) -> None:
    QTest.mousePress(view.viewport(), LEFT, NONE, begin)
    for share in (0.5, 1.0):
        QTest.mouseMove(view.viewport(), begin + (end - begin) * share)
    QTest.mouseRelease(view.viewport(), LEFT, NONE, end)


def _told(signal: object) -> list[tuple[object, ...]]:
    found: list[tuple[object, ...]] = []
    signal.connect(lambda *said: found.append(said))  # type: ignore[attr-defined]
    return found


def test_arrows_step_over_graphemes(view: TextView) -> None:
    start = TEXT.index(FAMILY)
    view.set_caret(start)
    assert _press(view, Key.Key_Right) == start + len(FAMILY)
    assert _press(view, Key.Key_Left) == start
    at = TEXT.index("e\u0301")
    view.set_caret(at)
    assert _press(view, Key.Key_Right, SHIFT) == at + 2
    assert view.selection == (at, at + 2)


def test_the_end_of_a_line_is_one_step(view: TextView) -> None:
    end = TEXT.index("\r\n")
    view.set_caret(end)
    assert _press(view, Key.Key_Right) == end + 2
    view.set_caret(end + 2, reveal=False)
    view.move("character", -1, extend=False)
    assert view.caret == end


@pytest.mark.parametrize("word", ["كتبت", "בשנת"])
def test_to_the_left_is_forward_where_one_reads_to_the_left(
    view: TextView, word: str
) -> None:
    start = TEXT.index(word)
    view.set_caret(start)
    assert _press(view, Key.Key_Left) == start + 1
    assert _press(view, Key.Key_Right) == start
    assert _press(view, Key.Key_Left, CTRL | SHIFT) == start + len(word)
    assert view.selection == (start, start + len(word))


def test_by_words_the_caret_goes_to_where_they_begin(view: TextView) -> None:
    view.set_caret(0)
    assert [_press(view, Key.Key_Right, CTRL) for _ in range(3)] == [4, 13, 19]
    assert _press(view, Key.Key_Left, CTRL) == 13
    assert _press(view, Key.Key_Right, CTRL | SHIFT) == 18
    assert TEXT[slice(*view.selection)] == "wrote"


def test_by_words_over_lines_and_back(view: TextView) -> None:
    words = []
    view.set_caret(0)
    while view.caret < len(TEXT):
        words.append(view.caret)
        view.move("word", 1, extend=False)
    back = []
    while view.caret > 0:
        view.move("word", -1, extend=False)
        back.append(view.caret)
    assert back[::-1] == words


def test_by_sentences_paragraphs_and_the_whole(view: TextView) -> None:
    view.set_caret(3)
    view.move("sentence", 1, extend=False)
    assert view.caret == 40
    view.move("paragraph", 1, extend=False)
    assert view.caret == TEXT.index("בשנת")
    view.move("paragraph", -1, extend=False)
    assert view.caret == 40
    assert _press(view, Key.Key_End, CTRL) == len(TEXT)
    assert _press(view, Key.Key_Home, CTRL | SHIFT) == 0
    assert view.selection == (0, len(TEXT))


def test_home_and_end_are_those_of_the_row(view: TextView) -> None:
    view.set_caret(20)
    assert _press(view, Key.Key_Home) == 0
    assert _press(view, Key.Key_End) == 38


def test_up_and_down_keep_the_column(view: TextView) -> None:
    view.set_text("a long line of text\nab\nanother long line")
    view.set_caret(10)
    x = view.flow.caret_rect(10).x()
    assert _press(view, Key.Key_Down) == 22
    below = _press(view, Key.Key_Down)
    assert view.flow.caret_rect(below).x() == pytest.approx(x, abs=8)
    assert _press(view, Key.Key_Up) == 22
    assert _press(view, Key.Key_Up) == 10
    assert _press(view, Key.Key_Up) == 0
    view.move("line", 9, extend=False)
    assert view.caret == len(view.text)


def test_other_keys_are_left_to_others(view: TextView) -> None:
    found = _told(view.caret_moved)
    for key in (Key.Key_A, Key.Key_Delete, Key.Key_Return, Key.Key_Tab):
        QTest.keyClick(view, key)
    assert found == []
    assert view.text == TEXT


@pytest.mark.parametrize(
    "part", ["Lovelace", "لندن", "1843", FAMILY, "e\u0301", "हिन्दी", "ภาษา", "仮名"]
)
def test_a_click_goes_to_the_character(view: TextView, part: str) -> None:
    offset = TEXT.index(part)
    rect = view.to_view(view.flow.caret_rect(offset)).center().toPoint()
    QTest.mouseClick(view.viewport(), LEFT, NONE, rect)
    assert view.flow.caret_rect(view.caret) == view.flow.caret_rect(offset)


@pytest.mark.parametrize("part", ["Lovelace", "לא", "仮名"])
def test_a_drag_selects(view: TextView, part: str) -> None:
    view.set_text("Ada Lovelace\nזה לא כן\n漢字仮名です")
    start = view.text.index(part)
    found = _told(view.selected_by_mouse)
    _drag(view, _at(view, start, 0), _at(view, start + len(part), 0))
    assert view.selection == (start, start + len(part))
    assert found == [(start, start + len(part))]


def test_a_selection_snaps_to_the_unit(view: TextView) -> None:
    view.set_marks([])
    view.unit = "word"
    _drag(view, _at(view, 15), _at(view, 24))
    assert TEXT[slice(*view.selection)] == "wrote to Charles"
    view.unit = "sentence"
    _drag(view, _at(view, 24), _at(view, 15))
    assert view.selection == (0, 38)
    assert view.caret == 0


def test_more_clicks_select_more(view: TextView) -> None:
    found = _told(view.selected_by_mouse)
    place = QPointF(_at(view, 15))
    kinds = QEvent.Type
    for clicks in range(4):
        press = kinds.MouseButtonDblClick if clicks == 1 else kinds.MouseButtonPress
        for kind in (press, kinds.MouseButtonRelease):
            event = QMouseEvent(kind, place, place, LEFT, LEFT, NONE)
            event.setTimestamp(1000 + 50 * clicks)
            QApplication.sendEvent(view.viewport(), event)
    assert found == [(13, 18), (0, 38), (0, 38)]


def test_shift_and_click_extend(view: TextView) -> None:
    view.set_caret(0)
    QTest.mouseClick(view.viewport(), LEFT, SHIFT, _at(view, 18, 0))
    assert view.selection == (0, 18)
    assert view.anchor == 0


def test_a_click_tells_the_innermost_mark_and_then_outer_ones(view: TextView) -> None:
    found = _told(view.mark_pressed)
    view.mark_pressed.connect(lambda id_, _: view.select_marks([id_]))
    for _ in range(3):
        QTest.mouseClick(view.viewport(), LEFT, NONE, _at(view, 6), 1000)
    assert found == [(2, False), (1, False), (2, False)]
    QTest.mouseClick(view.viewport(), LEFT, CTRL, _chip(view, 3), 1000)
    assert found[-1] == (3, True)


def test_a_click_beside_marks_tells_the_offset(view: TextView) -> None:
    found = _told(view.text_pressed)
    QTest.mouseClick(view.viewport(), LEFT, NONE, _at(view, 15))
    assert found == [(15,)]


def test_from_chip_to_chip_an_arc_is_drawn(view: TextView) -> None:
    found, texts = _told(view.arc_dragged), _told(view.selected_by_mouse)
    _drag(view, _chip(view, 1), _chip(view, 3))
    _drag(view, _chip(view, 3), _at(view, 6))
    _drag(view, _chip(view, 3), _chip(view, 3) + QPoint(20, 0))
    assert found == [(1, 3), (3, 2)]
    assert texts == []


def test_a_click_on_an_arc_tells_it(view: TextView) -> None:
    found = _told(view.arc_pressed)
    view.repaint()
    (trace,) = view._traces
    assert trace.label is not None
    QTest.mouseClick(view.viewport(), LEFT, NONE, trace.label.center().toPoint())
    assert found == [(9,)]
    view.show_arcs(False)
    view.repaint()
    assert view._traces == []


def test_what_is_under_the_mouse_is_told(view: TextView) -> None:
    found = _told(view.hovered)
    QTest.mouseMove(view.viewport(), _chip(view, 3))
    QTest.mouseMove(view.viewport(), _at(view, 15))
    assert found == [(BABBAGE,), (None,)]
    assert "Charles Babbage" in view._tip(QPointF(_chip(view, 3)))


def test_marks_are_found(view: TextView) -> None:
    assert view.mark_at(5) == (2, 1)
    assert view.mark_at(12) == ()
    assert view.marks_in(0, 30) == (1, 2, 3)
    view.change_marks([Mark(4, ((13, 18),), "#d08be8", "VERB")], [1])
    assert view.mark_at(5) == (2,)
    assert view.mark_at(13) == (4,)
    assert view.marks_in(0, 100) == (2, 4, 3)


def _bars(view: TextView) -> set[int]:
    return {bar.mark.id for _, block, _ in view.placed() for bar in block.bars}


def test_changed_marks_are_laid_out(view: TextView) -> None:
    assert _bars(view) == {1, 2, 3}
    moved = Mark(3, ((len(TEXT) - 3, len(TEXT)),), "#ffb000", "PER")
    view.change_marks([moved], [2])
    view.repaint()
    assert _bars(view) == {1, 3}
    (bar,) = (b for _, block, _ in view.placed() for b in block.bars if b.mark.id == 3)
    assert bar.mark == moved


def test_lines_without_marks_do_not_move_when_marked(view: TextView) -> None:
    view.set_marks([])
    view.set_arcs([])
    view.repaint()
    before = view.flow.caret_rect(50)
    view.change_marks([Mark(7, ((45, 47),), "#ffb000", "PER")], [])
    assert view.flow.caret_rect(50) == before


def test_another_text_forgets_everything(view: TextView) -> None:
    view.select_marks([1])
    view.set_hits([(0, 3)], 0)
    view.set_caret(20)
    view.set_text("new")
    assert (view.caret, view.selected_marks, view.mark_at(1)) == (0, (), ())
    view.set_text("")
    view.repaint()
    assert view.visible_range() == (0, 0)
    view.set_caret(9)
    assert view.caret == 0


LONG = "\n".join(f"line {n} " + "word " * (n % 40) for n in range(3000))


def test_what_is_at_the_top_stays_while_all_is_laid_out_anew(view: TextView) -> None:
    view.set_text(LONG)
    view.reveal(50_000, 50_010)
    view.scroll_to(view.top() + 700)
    first = view.visible_range()[0]
    view.set_font("", 20)
    view.repaint()
    low, high = view.flow.line_of(first)
    assert low <= view.visible_range()[0] <= high
    first = view.visible_range()[0]  # the line may begin earlier than before
    view.resize(500, 500)
    QApplication.processEvents()
    low, high = view.flow.line_of(first)
    assert low <= view.visible_range()[0] <= high


def test_scrolling_down_and_up_is_exact(view: TextView) -> None:
    view.set_text(LONG)
    view.repaint()
    bar = view.verticalScrollBar()
    begins = [view.visible_range()[0]]
    for _ in range(60):
        bar.setValue(bar.value() + 33)
        begins.append(view.visible_range()[0])
    assert begins == sorted(begins)
    for _ in range(60):
        bar.setValue(bar.value() - 33)
    assert view.visible_range()[0] == 0
    bar.setValue(bar.maximum())
    assert view.visible_range()[1] == len(LONG)


@pytest.mark.parametrize("offset", [0, 400, 90_000, len(LONG)])
def test_what_is_revealed_is_in_sight(view: TextView, offset: int) -> None:
    view.set_text(LONG)
    view.reveal(offset, offset)
    low, high = view.visible_range()
    assert low <= offset <= high
    rect = view.to_view(view.flow.caret_rect(offset))
    assert rect.top() >= 0
    assert rect.bottom() <= view.viewport().height()


def test_a_page_down_and_up_returns(view: TextView) -> None:
    view.set_text(LONG)
    view.set_caret(0)
    down = _press(view, Key.Key_PageDown)
    assert down > 0
    assert _press(view, Key.Key_PageUp) == 0


def test_all_is_painted(view: TextView) -> None:
    marks: list[Callable[[], None]] = [
        lambda: view.select_marks([1]),
        lambda: view.select_arc(9),
        lambda: view.set_hits([(0, 3), (13, 18)], 1),
        lambda: view.set_caret(30, 2),
        lambda: view.set_target(13, 18),
        lambda: view.show_line_numbers(False),
        lambda: view.set_spacing(150),
        lambda: view.reserve_rows(False),
    ]
    for change in marks:
        change()
        assert not view.grab().toImage().isNull()
    split = Mark(5, ((13, 15), (19, 21), (60, 64)), "#ff7a6b", "X", suggested=True)
    view.change_marks([split, Mark(6, ((0, 3),), "#123456", "Y", locked=True)], [])
    view.set_arcs(
        [KNOWS, Arc(10, 5, 1, "#888888", "", chain=True), Arc(11, 3, 6, "#888888", "r")]
    )
    assert not view.grab().toImage().isNull()


def test_ctrl_and_the_wheel_ask_for_another_size(view: TextView, qtbot: QtBot) -> None:
    event = QWheelEvent(
        QPointF(50, 50), QPointF(50, 50), QPoint(), QPoint(0, 120),
        Qt.MouseButton.NoButton, CTRL, Qt.ScrollPhase.NoScrollPhase, False,
    )  # fmt: skip
    found = _told(view.font_size_wanted)
    QApplication.sendEvent(view.viewport(), event)
    assert found == [(1,)]


def test_screen_readers_are_told_text_and_caret(view: TextView) -> None:
    found = QAccessible.queryAccessibleInterface(view)
    assert found.role() is QAccessible.Role.EditableText
    assert found.state().readOnly  # type: ignore[attr-defined,unused-ignore]
    text = found.textInterface()
    assert text is not None
    units = len(TEXT.encode("utf-16-le")) // 2
    assert text.characterCount() == units
    assert text.text(0, 3) == "Ada"
    view.set_caret(len(TEXT))
    assert text.cursorPosition() == units
    text.setCursorPosition(units - 3)
    assert view.caret == len(TEXT) - 3
    text.setSelection(0, 0, 3)
    assert view.selection == (0, 3)
    assert text.offsetAtPoint(text.characterRect(5).center()) == 5
    assert found.actionInterface() is None


def test_chips_without_room_are_counted_and_named(view: TextView) -> None:
    marks = [Mark(10 + n, ((0, 12 - n),), "#ffb000", f"L{n}") for n in range(7)]
    view.set_marks(marks)
    view.set_arcs([])
    view.grab()
    ((box, hidden),) = view._hidden
    assert len(hidden) == 3
    assert view.viewport().rect().contains(box.toAlignedRect())
    assert view._tip(box.center()).splitlines() == [
        f"{mark.name}: “{TEXT[: mark.stop]}”" for mark in hidden
    ]
    view.set_marks(marks[:2])
    view.grab()
    assert view.hidden_at(box.center()) == []


def test_lines_are_broken_after_so_many_characters(view: TextView) -> None:
    view.set_text("word " * 100)
    wide = view.flow.block(0).shape.lines
    view.wrap_at(20)
    narrow = view.flow.block(0).shape.lines
    assert len(narrow) > len(wide)
    assert max(line.stop - line.start for line in narrow) <= 30  # wider than usual ones
    view.wrap_at(1000)  # the window is narrower
    assert len(view.flow.block(0).shape.lines) == len(wide)
    view.wrap_at(0)
    assert len(view.flow.block(0).shape.lines) == len(wide)


def test_the_name_of_an_arc_hides_no_arrow(view: TextView) -> None:
    start = TEXT.index("the end")
    near = Mark(5, ((start, start + 3),), "#ffb000", "X")  # at the margin
    far = Mark(6, ((start + 4, start + 7),), "#ffb000", "X")
    view.set_text(TEXT)
    view.set_marks([ADA, near, far])
    view.set_arcs(
        [Arc(1, 1, 5, "#888888", "a_long_name"), Arc(2, 1, 6, "#888888", "b")]
    )
    view.grab()
    traces = {trace.arc.id: trace for trace in view._traces}
    for trace in traces.values():
        assert trace.label is not None
        assert trace.tip is not None
        low, high = trace.label.left() - 4, trace.label.right() + 4  # of the arrow
        away = not low <= trace.tip.x() <= high
        assert away, trace.name
    assert traces[1].label is not None
    assert not traces[1].label.intersects(traces[2].label or QRectF())
