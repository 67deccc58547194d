"""Tiers under a sound with a real project, real mouse events and real keys."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QContextMenuEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMenu
from pytestqt.qtbot import QtBot

from annolab import tier_edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Instant, Interval
from annolab.model.ids import new_id
from annolab.model.schema import Tier, TierKind
from annolab.model.substitution import Substitution
from tests.sound_bench import (
    ALT,
    CALL,
    CTRL,
    EVENTS,
    NONE,
    PHONES,
    SHIFT,
    SONG,
    TALK,
    WORDS,
    SoundBench,
    bench_on,
    drag,
    make_project,
    turn,
)

Key = Qt.Key


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


@pytest.fixture
def bare(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    """A sound without tiers."""
    yield from bench_on(make_project(tmp_path, tiers=False), qtbot)


def texts(bench: SoundBench, tier: Tier) -> list[str]:
    return [text for _, _, text in bench.spans(tier)]


def assert_gapless(bench: SoundBench, tier: Tier) -> None:
    """Neighbours share the identical double, and the ends are where they were."""
    held = bench.spans(tier)
    assert [held[0][0], held[-1][1]] == [0.0, 4.0]
    assert all(left[1] == right[0] for left, right in pairwise(held))


# The mouse


def test_a_click_selects_the_interval_and_its_time(bench: SoundBench) -> None:
    bench.click(PHONES, 1.3)
    assert bench.session.selection == (2002,)
    assert bench.selected == (1.0, 2.0)
    assert bench.area.tier == PHONES
    bench.click(WORDS, 2.0)
    assert bench.session.selection == (1001,)
    assert bench.selected == (1.0, 2.5)
    assert bench.area.tier == WORDS
    assert bench.edits == []


def test_shift_click_extends_the_selection(bench: SoundBench) -> None:
    bench.click(PHONES, 0.2)
    bench.click(PHONES, 1.3, SHIFT)
    assert bench.selected == (0.0, 2.0)


def test_a_boundary_is_dragged_as_one_double(bench: SoundBench) -> None:
    bench.pull(WORDS, 2.5, 2.7, 3.1)
    held = bench.spans(WORDS)
    assert held[1][1] == pytest.approx(3.1, abs=0.01)
    assert_gapless(bench, WORDS)
    assert texts(bench, WORDS) == ["one", "two", ""]
    assert bench.spans(PHONES) == TALK[PHONES.id]
    assert bench.selected == (held[1][1], held[1][1])
    assert len(bench.edits) == 1
    bench.session.undo()
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_a_shaking_hand_moves_nothing(bench: SoundBench) -> None:
    bench.pull(WORDS, 2.5, 2.505)
    assert bench.edits == []
    assert bench.selected == (2.5, 2.5)


def test_a_boundary_snaps_to_the_very_time_of_another_tier(bench: SoundBench) -> None:
    odd = 2 + 1 / 3
    bench.put(Instant(odd), tier_id=EVENTS.id)
    bench.pull(WORDS, 2.5, 2.4, odd + 0.01)
    assert bench.spans(WORDS)[1][1] == odd
    assert_gapless(bench, WORDS)


def test_ctrl_drag_does_not_snap(bench: SoundBench) -> None:
    bench.pull(WORDS, 2.5, 2.2, 2.015, held=CTRL)
    assert bench.spans(WORDS)[1][1] == pytest.approx(2.015, abs=0.004)
    assert bench.spans(WORDS)[1][1] != 2.0


def test_shift_drag_moves_the_same_time_on_all_tiers(bench: SoundBench) -> None:
    bench.pull(PHONES, 1.0, 1.1, 1.3, held=SHIFT)
    words, phones = bench.spans(WORDS), bench.spans(PHONES)
    assert words[0][1] == words[1][0] == phones[1][1] == phones[2][0]
    assert phones[1][1] == pytest.approx(1.3, abs=0.01)
    assert bench.spans(EVENTS) == TALK[EVENTS.id]
    assert len(bench.edits) == 1
    bench.session.undo()
    assert bench.spans(WORDS) == TALK[WORDS.id]
    assert bench.spans(PHONES) == TALK[PHONES.id]


def test_without_shift_the_other_tier_stays(bench: SoundBench) -> None:
    bench.pull(PHONES, 1.0, 1.1, 1.3)
    assert bench.spans(WORDS) == TALK[WORDS.id]


@pytest.mark.parametrize("to", [0.2, 3.5])
def test_a_boundary_stops_before_its_neighbours(bench: SoundBench, to: float) -> None:
    bench.pull(PHONES, 1.0, 0.9, to)
    held = bench.spans(PHONES)
    assert held[0] == (0.0, 0.5, "a")
    assert 0.5 < held[1][1] < 2.0
    assert_gapless(bench, PHONES)


def test_the_ends_of_a_tier_are_not_grabbed(bench: SoundBench) -> None:
    bench.pull(WORDS, 0.0, 0.2, 0.4)
    bench.pull(WORDS, 4.0, 3.9, 3.6)
    assert bench.edits == []
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_ctrl_alt_drag_scales_what_is_selected(bench: SoundBench) -> None:
    bench.view.select(0.0, 2.5)
    bench.pull(PHONES, 1.0, 1.1, 1.2, held=CTRL | ALT)
    to = bench.spans(PHONES)[1][1]
    assert to == pytest.approx(1.2, abs=0.005)
    words, phones = bench.spans(WORDS), bench.spans(PHONES)
    assert words == [(0.0, to, "one"), (to, 2.5, "two"), (2.5, 4.0, "")]
    right = 2.5 - 0.5 * (2.5 - to) / (2.5 - 1.0)
    assert [start for start, _, _ in phones] == pytest.approx([0, 0.5 * to, to, right])
    assert bench.spans(EVENTS)[0][0] == pytest.approx(0.25 * to)
    assert bench.spans(EVENTS)[1][0] == 3.0
    assert_gapless(bench, PHONES)
    assert len(bench.edits) == 1


def test_what_is_not_selected_is_not_scaled(bench: SoundBench) -> None:
    bench.view.select(0.0, 0.2)
    bench.pull(PHONES, 1.0, 1.1, 1.2, held=CTRL | ALT)
    assert bench.edits == []
    assert bench.said == ["Select the stretch that is to be scaled first."]


def test_a_point_is_dragged_and_passes_others(bench: SoundBench) -> None:
    bench.pull(EVENTS, 0.25, 1.0, 3.4)
    assert texts(bench, EVENTS) == ["y", "x"]
    assert bench.spans(EVENTS)[1][0] == pytest.approx(3.4, abs=0.01)


def test_a_drag_is_given_up(bench: SoundBench) -> None:
    at = bench.on(WORDS, 2.5)
    QTest.mousePress(bench.area, Qt.MouseButton.LeftButton, NONE, at.toPoint())
    QTest.mouseMove(bench.area, bench.on(WORDS, 3.0).toPoint())
    bench.act("stop")
    QTest.mouseRelease(
        bench.area, Qt.MouseButton.LeftButton, NONE, bench.on(WORDS, 3.0).toPoint()
    )
    assert bench.edits == []


def test_the_circle_of_the_cursor_inserts_a_boundary(bench: SoundBench) -> None:
    bench.cursor(1.5)
    cursor = bench.view.low
    row = bench.on(PHONES, cursor, 0.0)
    drag(bench.area, QPointF(row.x(), row.y() + 6))
    assert bench.spans(PHONES)[2:4] == [(1.0, cursor, "c"), (cursor, 2.0, "")]
    assert bench.spans(WORDS) == TALK[WORDS.id]
    assert bench.area.tier == PHONES
    assert bench.view.cursor == cursor


def test_the_wheel_scrolls_and_zooms_at_the_pointer(bench: SoundBench) -> None:
    at = bench.on(WORDS, 1.0)
    turn(bench.area, at, 2, CTRL)
    assert bench.view.span == pytest.approx(4.0 * 0.64)
    assert bench.view.time_at(at.x()) == pytest.approx(1.0)
    turn(bench.area, at, -1)
    assert bench.view.time_at(at.x()) > 1.0


def test_a_double_click_plays_what_was_clicked(bench: SoundBench) -> None:
    bench.click(PHONES, 1.3)
    at = bench.on(PHONES, 1.3).toPoint()
    QTest.mouseDClick(bench.area, Qt.MouseButton.LeftButton, NONE, at)
    assert bench.canvas.transport.playing
    bench.sinks[-1].advance(2 * 8000)
    assert len(bench.sinks[-1].played) == 8000  # from 1.0 to 2.0


# Keys


def test_return_splits_the_text_at_the_caret(bench: SoundBench) -> None:
    bench.click(WORDS, 0.3)
    bench.cursor(0.75)
    cursor = bench.view.low
    bench.key(Key.Key_Home)
    bench.key(Key.Key_Right)
    bench.act("add_boundary")
    assert bench.spans(WORDS)[:2] == [(0.0, cursor, "o"), (cursor, 1.0, "ne")]
    bench.type("!")  # into the new one
    assert texts(bench, WORDS)[:2] == ["o", "ne!"]


def test_a_boundary_goes_and_its_texts_are_joined(bench: SoundBench) -> None:
    bench.click(WORDS, 1.0)
    bench.act("remove_mark")
    assert bench.spans(WORDS) == [(0.0, 2.5, "onetwo"), (2.5, 4.0, "")]
    bench.session.undo()
    assert bench.spans(WORDS) == TALK[WORDS.id]
    bench.click(WORDS, 1.7)  # of an interval, the left one goes
    bench.act("remove_mark")
    assert texts(bench, WORDS) == ["onetwo", ""]
    bench.view.select(0.4)
    bench.act("remove_mark")
    assert bench.said == ["Click a boundary first."]


def test_points_come_by_return_are_typed_into_and_go(bench: SoundBench) -> None:
    bench.click(EVENTS, 2.0)
    bench.act("add_boundary")
    bench.type("h*")
    assert texts(bench, EVENTS) == ["x", "h*", "y"]
    bench.act("remove_mark")
    assert bench.spans(EVENTS) == TALK[EVENTS.id]
    assert bench.said == []


def typed(bench: SoundBench) -> str:
    """The text of the selected interval, as it is stored."""
    (mark,) = (a for a in bench.stored() if a.id == bench.session.selection[0])
    return mark.text or ""


def test_typing_goes_into_the_interval_and_is_one_step(bench: SoundBench) -> None:
    steps = bench.steps()
    bench.click(WORDS, 3.0)
    bench.type("thre")
    bench.key(Key.Key_Backspace)
    bench.key(Key.Key_Home)
    bench.key(Key.Key_Delete)
    bench.type("T")
    bench.key(Key.Key_End)
    bench.type("ee 1")
    assert typed(bench) == "Three 1"
    assert bench.steps() == steps + 1
    bench.session.undo()
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_arrows_move_the_caret(bench: SoundBench) -> None:
    bench.click(WORDS, 0.2)
    bench.key(Key.Key_Left)
    bench.type("s")
    bench.key(Key.Key_Right)
    bench.key(Key.Key_Right)  # no further than the end
    bench.type("!")
    bench.area.insert_text("\u0259\u02d0")
    bench.type("?")
    assert typed(bench) == "onse!\u0259\u02d0?"


def test_texts_of_two_intervals_are_two_steps(bench: SoundBench) -> None:
    bench.click(WORDS, 0.2)
    bench.type("a")
    bench.act("next_mark")
    bench.type("b")
    assert texts(bench, WORDS) == ["onea", "twob", ""]
    bench.session.undo()
    assert texts(bench, WORDS) == ["onea", "two", ""]


def test_an_emptied_interval_has_no_text(bench: SoundBench) -> None:
    bench.click(PHONES, 0.2)
    bench.key(Key.Key_Backspace)
    assert bench.line(PHONES)[0].text is None
    bench.key(Key.Key_Backspace)
    bench.key(Key.Key_Delete)
    assert bench.steps() == 3


def test_keys_step_through_marks_and_tiers(bench: SoundBench) -> None:
    bench.click(PHONES, 0.2)
    bench.act("next_mark", "next_mark")
    assert bench.selected == (1.0, 2.0)
    bench.act("previous_mark")
    assert bench.selected == (0.5, 1.0)
    bench.act("extend_next")
    assert bench.selected == (0.5, 2.0)
    bench.act("extend_previous")
    assert bench.selected == (0.0, 2.0)
    bench.act("previous_tier")
    assert bench.area.tier == WORDS
    bench.act("next_tier", "next_tier", "next_tier")
    assert bench.area.tier == EVENTS
    bench.act("previous_mark", "previous_mark", "previous_mark")
    assert bench.selected == (0.25, 0.25)
    bench.act("next_mark", "next_mark")
    assert bench.selected == (3.0, 3.0)


def test_an_interval_is_made_of_the_selection(bench: SoundBench) -> None:
    bench.view.select(2.7, 3.2)
    bench.act("add_interval_1")
    assert bench.spans(WORDS)[2:] == [(2.5, 2.7, ""), (2.7, 3.2, ""), (3.2, 4.0, "")]
    bench.type("three")
    assert texts(bench, WORDS)[3] == "three"
    bench.act("add_interval_7")
    bench.view.select(1.0)
    bench.act("add_interval_1")
    assert bench.said == ["There is no tier 7.", "Select a stretch of the sound first."]


def test_boundaries_on_a_tier_by_number_and_on_all(bench: SoundBench) -> None:
    bench.cursor(3.5)
    bench.act("add_boundary_2")
    assert len(bench.spans(PHONES)) == 5
    bench.act("add_boundary_all")
    assert [len(bench.spans(t)) for t in (WORDS, PHONES, EVENTS)] == [4, 5, 3]
    bench.act("add_boundary_all")
    assert bench.said == ["There is a boundary or point at this time already."]


def test_find_goes_to_the_next_text_and_round(bench: SoundBench) -> None:
    bench.click(WORDS, 3.0)
    bench.area.find_next(Substitution("o"))
    assert bench.selected == (0.0, 1.0)
    bench.area.find_next(Substitution("o"))
    assert bench.selected == (1.0, 2.5)
    bench.area.find_next(Substitution("q"))
    assert bench.said == ["Nothing on this tier matches."]


# Labels, and regions that are on no tier


def test_a_label_key_labels_what_is_selected(bench: SoundBench) -> None:
    bench.click(WORDS, 0.3)
    bench.session.pick_label(SONG)
    assert [a.label_id for a in bench.line(WORDS)] == [SONG.id, None, None]
    bench.session.pick_label(None)
    assert bench.line(WORDS)[0].label_id is None
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_a_label_key_makes_a_region_where_there_are_no_tiers(bare: SoundBench) -> None:
    bare.view.select(1.0, 1.5)
    bare.session.pick_label(CALL)
    bare.session.select(())
    bare.view.select(3.0)
    bare.session.pick_label(SONG)
    assert [(a.geometry, a.label_id) for a in bare.line(None)] == [
        (Interval(1.0, 1.5), CALL.id),
        (Instant(3.0), SONG.id),
    ]
    assert bare.session.selection == (bare.line(None)[1].id,)


def test_the_edges_of_a_region_are_dragged(bare: SoundBench) -> None:
    start = 1 + 1 / 3
    bare.put(Interval(start, 2.0), label_id=CALL.id)
    bare.pull(None, 2.0, 2.2, 2.5)
    (region,) = bare.spans(None)
    assert region[0] == start
    assert region[1] == pytest.approx(2.5, abs=0.01)
    bare.pull(None, start, 1.0, 0.5)
    (after,) = bare.spans(None)
    assert after[0] == pytest.approx(0.5, abs=0.01)
    assert after[1] == region[1]
    assert bare.selected == pytest.approx(after[:2], abs=0.01)


def test_regions_that_overlap_have_lanes(bare: SoundBench) -> None:
    one = bare.put(Interval(1.0, 2.0), label_id=CALL.id)
    low = bare.area.wanted_height()
    other = bare.put(Interval(1.5, 2.5), label_id=SONG.id)
    assert bare.area.wanted_height() > low
    bare.click_region(one, 1.7)
    assert bare.session.selection == (one.id,)
    bare.click_region(other, 1.7)
    assert bare.session.selection == (other.id,)
    bare.act("delete")
    assert bare.line(None) == [one]


def test_a_locked_region_stays_as_it_is(bare: SoundBench) -> None:
    held = bare.put(Interval(1.0, 2.0), label_id=CALL.id, locked=True)
    bare.pull(None, 2.0, 2.2, 2.5)
    bare.session.pick_label(SONG)
    bare.act("delete")
    assert held in bare.stored()


# Tiers


def test_tiers_are_added_moved_copied_and_removed(
    bare: SoundBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    bare.act("add_boundary")
    assert bare.said == [
        "This sound has no tiers yet: add one, or press a label's key."
    ]
    names = iter(["gloss", "notes"])
    monkeypatch.setattr(
        "annolab.widgets.tier_commands.QInputDialog.getText",
        lambda *_, **__: (next(names), True),
    )
    bare.act("tier_add_interval", "tier_add_point")
    assert shown(bare) == ["gloss", "notes"]
    assert bare.area.tier is not None
    assert bare.area.tier.name == "notes"
    bare.act("tier_up")
    assert shown(bare) == ["notes", "gloss"]
    bare.act("tier_down", "previous_tier", "add_boundary", "tier_duplicate")
    assert shown(bare) == ["gloss", "gloss copy", "notes"]
    assert [len(row.line) for row in bare.area.rows.rows] == [2, 2, 0]
    bare.act("tier_remove")
    assert shown(bare) == ["gloss", "notes"]
    bare.session.undo()
    assert shown(bare) == ["gloss", "gloss copy", "notes"]


def shown(bench: SoundBench) -> list[str]:
    return [tier.name for tier, _ in bench.area.rows.tiers()]


def test_a_renamed_tier_keeps_its_marks(
    bench: SoundBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "annolab.widgets.tier_commands.QInputDialog.getText",
        lambda *_, **__: ("orthography", True),
    )
    bench.click(WORDS, 0.2)
    bench.act("tier_rename")
    assert shown(bench) == ["orthography", "phones", "events"]
    assert bench.spans(WORDS) == TALK[WORDS.id]
    bench.type("!")
    assert texts(bench, WORDS)[0] == "one!"


def test_the_menu_acts_on_the_tier_it_was_opened_on(bench: SoundBench) -> None:
    bench.cursor(1.5)
    at = bench.on(PHONES, 3.0).toPoint()
    there = bench.area.mapToGlobal(at)
    reason = QContextMenuEvent.Reason.Mouse
    QApplication.sendEvent(bench.area, QContextMenuEvent(reason, at, there))
    (menu,) = bench.area.findChildren(QMenu)
    action = menu.actions()[0]
    menu.close()
    action.trigger()
    assert len(bench.spans(PHONES)) == 5
    assert bench.spans(WORDS) == TALK[WORDS.id]


def test_marks_that_another_hand_changes_are_seen(bench: SoundBench) -> None:
    mark = bench.line(WORDS)[0]
    changed = replace(mark, text="uno")
    bench.project.apply(Edit("Elsewhere", (Change(mark, changed),)))
    row = bench.area.rows.row_of(WORDS)
    assert row is not None
    assert row.line.marks[0] == changed
    bench.click(WORDS, 0.2)
    bench.type("!")
    assert texts(bench, WORDS)[0] == "uno!"


def test_twenty_thousand_intervals_are_painted_and_typed_into(bare: SoundBench) -> None:
    count = 20_000
    edges = [4.0 * n / count for n in range(count + 1)]
    item, me = bare.items[0], bare.project.annotator.id
    marks = [
        Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=me,
            geometry=Interval(start, stop),
            tier_id=WORDS.id,
            text="x",
        )
        for start, stop in pairwise(edges)
    ]
    changes = [Change(None, WORDS), Change(item, replace(item, tiers=(WORDS.id,)))]
    changes += [Change(None, mark) for mark in marks]
    bare.project.apply(Edit("Add many", tuple(changes)))
    assert not bare.canvas.grab().isNull()
    bare.click(WORDS, 2.0)
    bare.view.show(2.0 - 0.001, 2.0 + 0.001)
    assert not bare.canvas.grab().isNull()
    bare.click(WORDS, 2.0 + 0.0001)
    bare.type("y")
    held = bare.spans(WORDS)
    assert len(held) == count
    assert held[count // 2] == (2.0, edges[count // 2 + 1], "xy")
    assert_gapless(bare, WORDS)


def test_more_tiers_than_room_are_scrolled(bench: SoundBench) -> None:
    item, me = bench.items[0], bench.project.annotator.id
    for n in range(30):
        held = bench.project.items([item.id])[0]
        schema = bench.project.schema
        edit, _ = tier_edits.add_tier(schema, held, f"t{n}", TierKind.INTERVAL, me)
        bench.project.apply(edit)
    room = QRectF(bench.area.rect())
    assert not bench.canvas.grab().isNull()
    assert not room.contains(bench.area.places()[-1][1])
    for _ in range(40):
        bench.act("next_tier")
        place = {r.tier: p for r, p in bench.area.places()}[bench.area.tier]
        assert room.contains(place)
    assert bench.area.tier is not None
    assert bench.area.tier.name == "t29"
    bench.cursor(1.0)
    bench.click(bench.area.tier, 3.0)
    bench.type("end")
    assert texts(bench, bench.area.tier) == ["end"]
    at = QPointF(10, 10)  # over the names
    turn(bench.area, at, 100)
    assert bench.area.places()[0][1].top() == 0
    assert bench.view.start == 0.0
    bench.click(WORDS, 0.3)
    assert bench.area.tier == WORDS
    turn(bench.area, bench.on(WORDS, 1.0), -100, ALT)
    assert bench.area.places()[-1][1].bottom() == pytest.approx(room.height())
    bench.area.resize(872, 3000)
    # Now all of them have room.
    assert bench.area.places()[0][1].top() == pytest.approx(0.0, abs=1e-6)
