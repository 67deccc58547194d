"""What once went wrong on tiers: typing, dragging, locks, sounds not yet read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import cast

import numpy as np
import pytest
from PySide6.QtCore import QEvent, QPointF, QRect, Qt
from PySide6.QtGui import QInputMethodEvent, QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication, QInputDialog
from pytestqt.qtbot import QtBot

from annolab.media.player import MemorySink
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Geometry, Instant, Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, Tier, TierKind
from annolab.store.project import create_project
from annolab.widgets import tier_commands, worker
from annolab.widgets.audio_canvas import AudioCanvas
from annolab.widgets.session import Session
from annolab.widgets.sound_source import Opened
from annolab.widgets.tier_area import TierArea
from annolab.widgets.tier_paint import _first_in
from annolab.widgets.tier_rows import MOST_LANES
from annolab.widgets.tier_schema import DeleteTierDialog
from annolab.widgets.time_view import TimeView
from annolab.widgets.transport import Transport

WORDS = Tier(id=1, name="words", kind=TierKind.INTERVAL)
EVENTS = Tier(id=2, name="events", kind=TierKind.POINT, position=1)
PHONES = Tier(id=3, name="phones", kind=TierKind.INTERVAL, position=2)
SOUND = Item(id=7, path="a.wav", media=Media.AUDIO, length=10.0, tiers=(1, 2, 3))
MARKS: dict[int, tuple[int | None, Geometry, str]] = {
    11: (1, Interval(0.0, 5.0), "abcd"),
    12: (1, Interval(5.0, 10.0), "ef"),
    21: (2, Instant(2.0), "x"),
    22: (2, Instant(8.0), "y"),
    31: (3, Interval(0.0, 10.0), ""),
}


class Desk:
    """The tiers of a sound of ten seconds, a hundred pixels each second."""

    def __init__(self, session: Session, area: TierArea) -> None:
        self.session, self.area, self.view = session, area, area.view
        self.said: list[str] = []
        self.told: list[str] = []
        area.edit_requested.connect(session.apply)
        area.selection_requested.connect(session.select)
        area.problem_found.connect(self.said.append)
        area.position_changed.connect(self.told.append)
        session.changed.connect(area.take_changes)

    def mark(self, id_: int) -> Annotation:
        found = self.session.annotation(id_)
        assert found is not None
        return found

    def span(self, id_: int) -> tuple[float, float]:
        geometry = self.mark(id_).geometry
        assert isinstance(geometry, Interval)
        return geometry.start, geometry.stop

    def on(self, tier: Tier) -> list[tuple[Geometry, str]]:
        return [
            (a.geometry, a.text or "")
            for a in sorted(self.session.annotations(), key=_when)
            if a.tier_id == tier.id
        ]

    def lock(self, id_: int) -> None:
        mark = self.mark(id_)
        self.session.apply(Edit("Lock", (Change(mark, replace(mark, locked=True)),)))

    def key(self, text: str) -> None:
        none = Qt.KeyboardModifier.NoModifier
        code = Qt.Key.Key_A if text else Qt.Key.Key_Left
        event = QKeyEvent(QEvent.Type.KeyPress, code, none, text)
        if self.area.wants_key(event):
            self.area.type_key(event)

    def send(
        self,
        type_: QEvent.Type,
        time: float,
        tier: Tier | None,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        wanted = tier.id if tier is not None else None
        place = next(
            p
            for r, p in self.area.places()
            if (r.tier.id if r.tier else None) == wanted
        )
        y = place.bottom() - 8 if tier is not None else place.top() + 8
        at = QPointF(self.view.x_of(time), y)
        left = Qt.MouseButton.LeftButton
        event = QMouseEvent(
            type_, at, QPointF(self.area.mapToGlobal(at)), left, left, held
        )
        QApplication.sendEvent(self.area, event)

    def drag(
        self,
        times: Sequence[float],
        tier: Tier | None,
        held: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier,
    ) -> None:
        self.send(QEvent.Type.MouseButtonPress, times[0], tier, held)
        for time in times[1:]:
            self.send(QEvent.Type.MouseMove, time, tier, held)
        self.send(QEvent.Type.MouseButtonRelease, times[-1], tier, held)


def _when(mark: Annotation) -> float:
    geometry = mark.geometry
    assert isinstance(geometry, Interval | Instant)
    return geometry.start if isinstance(geometry, Interval) else geometry.time


def open_desk(
    qtbot: QtBot,
    path: Path,
    item: Item,
    marks: dict[int, tuple[int | None, Geometry, str]],
) -> Desk:
    project = create_project(path, schema=Schema(tiers=(WORDS, EVENTS, PHONES)))
    made = [
        Annotation(
            id=id_,
            item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=geometry,
            tier_id=tier_id,
            text=text or None,
        )
        for id_, (tier_id, geometry, text) in marks.items()
    ]
    changes = [Change(None, item), *(Change(None, mark) for mark in made)]
    project.apply(Edit("Add", tuple(changes)))
    session = Session()
    session.set_project(project)
    session.open_item(item.id)
    view = TimeView()
    area = TierArea(session, view)
    qtbot.addWidget(area)
    area.resize(1072, 200)
    view.reset(10.0)
    view.set_width(1072, 72)
    area.show_item(session.item)
    area.show()
    return Desk(session, area)


@pytest.fixture
def desk(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(qtbot, tmp_path / "a.annolab", SOUND, MARKS)
    yield made
    made.session.set_project(None)


def test_a_new_point_is_selected_and_typed_into(desk: Desk) -> None:
    desk.area.set_tier(EVENTS)
    desk.view.select(4.0)
    desk.area.trigger("audio.add_boundary")
    desk.key("h")
    assert desk.on(EVENTS) == [
        (Instant(2.0), "x"), (Instant(4.0), "h"), (Instant(8.0), "y")
    ]  # fmt: skip


def test_the_text_is_split_at_the_caret_after_all_was_read_again(desk: Desk) -> None:
    desk.view.select(3.0)
    desk.session.select((11,))
    desk.area.caret = 1
    desk.session._annotations = None  # as after an undone deletion
    desk.area.trigger("audio.add_boundary")
    assert desk.on(WORDS)[:2] == [
        (Interval(0.0, 3.0), "a"),
        (Interval(3.0, 5.0), "bcd"),
    ]


def test_a_drag_snaps_to_where_the_cursor_was(desk: Desk) -> None:
    desk.view.select(7.0)
    desk.drag((5.0, 6.0, 7.04), WORDS)
    assert desk.on(WORDS) == [(Interval(0.0, 7.0), "abcd"), (Interval(7.0, 10.0), "ef")]


def test_with_shift_it_snaps_to_tiers_that_do_not_go_along(desk: Desk) -> None:
    desk.view.select(9.5)
    desk.drag((5.0, 6.0, 7.96), WORDS, Qt.KeyboardModifier.ShiftModifier)
    assert desk.on(WORDS)[0] == (Interval(0.0, 8.0), "abcd")


def test_locked_marks_are_not_typed_into_dragged_or_removed(desk: Desk) -> None:
    for id_ in (12, 22):
        desk.lock(id_)
    before = desk.session.annotations()
    desk.session.select((12,))
    desk.key("z")
    desk.area.insert_text("z")
    desk.drag((5.0, 6.0, 6.5), WORDS)
    desk.view.select(5.0)
    desk.area.trigger("audio.remove_mark")
    desk.area.set_tier(EVENTS)
    desk.view.select(8.0)
    desk.area.trigger("audio.remove_mark")
    desk.drag((8.0, 7.0, 6.5), EVENTS)
    desk.area.trigger("audio.tier_remove")
    assert desk.session.annotations() == before
    assert len(desk.said) == 7
    assert all("locked" in sentence for sentence in desk.said)


def test_a_label_key_on_a_locked_mark_adds_no_region(desk: Desk) -> None:
    desk.lock(12)
    desk.session.select((12,))
    desk.area.take_label(Label(id=5, name="noise", color="#ffb000"))
    assert len(desk.session.annotations()) == len(MARKS)
    assert "locked" in desk.said[-1]


def test_the_end_of_a_tier_does_not_hide_a_boundary_near_it(desk: Desk) -> None:
    desk.area.set_tier(PHONES)
    desk.view.select(9.96)
    desk.area.trigger("audio.add_boundary")
    desk.view.select(1.0)
    desk.drag((9.99, 9.5, 9.0), PHONES)
    (first, _), (second, _) = desk.on(PHONES)
    assert isinstance(first, Interval)
    assert first.stop == pytest.approx(9.0, abs=0.05)
    assert second == Interval(first.stop, 10.0)


def test_a_rubber_band_stretches_both_sides(desk: Desk) -> None:
    desk.area.set_tier(PHONES)
    for time in (2.5, 7.5):
        desk.view.select(time)
        desk.area.trigger("audio.add_boundary")
    desk.view.select(0.0, 10.0)
    key = Qt.KeyboardModifier
    held = key.ControlModifier | key.AltModifier
    desk.drag((5.0, 5.5, 6.0), WORDS, held)
    assert [g.stop for g, _ in desk.on(PHONES) if isinstance(g, Interval)] == (
        pytest.approx([3.0, 8.0, 10.0])
    )
    assert desk.span(11) == pytest.approx((0.0, 6.0))
    desk.view.select(8.0, 9.0)
    desk.drag((6.0, 6.2), WORDS, held)
    assert "Select the stretch" in desk.said[-1]


HOLES: dict[int, tuple[int | None, Geometry, str]] = {
    11: (1, Interval(1.0, 2.0), "a"),
    12: (1, Interval(4.0, 5.0), "b"),
    13: (1, Interval(5.0, 7.0), "c"),
    31: (3, Interval(0.0, 5.0), "x"),
    32: (3, Interval(5.0, 10.0), "y"),
    21: (2, Instant(7.0), "p"),
}


@pytest.fixture
def holes(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    made = open_desk(qtbot, tmp_path / "h.annolab", SOUND, HOLES)
    yield made
    made.session.set_project(None)


def test_edges_beside_gaps_are_dragged_and_gaps_closed(holes: Desk) -> None:
    holes.drag((4.0, 3.5, 3.0), WORDS)
    assert holes.span(12) == pytest.approx((3.0, 5.0))
    holes.drag((3.0, 2.5, 1.5), WORDS)  # no further than the neighbour
    assert holes.span(12) == (2.0, 5.0)
    holes.drag((7.0, 8.0, 9.97), WORDS)  # and it snaps to the end of the sound
    assert holes.span(13) == (5.0, 10.0)
    holes.drag((1.0, 0.5, 0.04), WORDS)
    assert holes.span(11) == (0.0, 2.0)
    assert holes.said == []
    for time in (0.0, 10.0):  # now these are the ends of the sound
        holes.drag((time, 5.5, 5.6), WORDS)
    assert holes.span(11) == (0.0, 2.0)
    assert holes.span(13) == (5.0, 10.0)


def test_an_edge_beside_a_gap_is_no_boundary_to_remove(holes: Desk) -> None:
    holes.area.set_tier(WORDS)
    for time in (2.0, 4.0):
        holes.view.select(time)
        holes.area.trigger("audio.remove_mark")
        assert "gap" in holes.said[-1]
    holes.view.select(3.0)
    holes.area.trigger("audio.remove_mark")
    assert holes.said[-1] == "Click a boundary first."
    assert len(holes.on(WORDS)) == 3


def test_shift_drag_leaves_tiers_that_end_there(holes: Desk) -> None:
    held = Qt.KeyboardModifier.ShiftModifier
    holes.drag((7.0, 7.2, 7.5), EVENTS, held)
    assert holes.span(13) == (5.0, 7.0)
    (point, _) = holes.on(EVENTS)[0]
    assert isinstance(point, Instant)
    assert point.time == pytest.approx(7.5)
    holes.drag((5.0, 5.2, 5.5), PHONES, held)
    assert holes.span(12)[1] == holes.span(31)[1] == pytest.approx(5.5)
    assert holes.said == []


@pytest.fixture
def regions(qtbot: QtBot, tmp_path: Path) -> Iterator[Desk]:
    marks = {
        **MARKS,
        41: (None, Interval(3.0, 4.0), "bird"),
        42: (None, Instant(6.0), "tick"),
    }
    made = open_desk(qtbot, tmp_path / "r.annolab", SOUND, marks)
    yield made
    made.session.set_project(None)


def test_a_region_is_moved_by_its_middle_and_resized_by_its_ends(
    regions: Desk,
) -> None:
    regions.drag((6.0, 6.02), None)
    assert regions.mark(42).geometry == Instant(6.0)
    regions.drag((6.0, 5.5, 4.97), None)
    assert regions.mark(42).geometry == Instant(5.0)  # the boundary of the words
    regions.drag((3.5, 3.9, 4.3), None)
    assert regions.span(41) == pytest.approx((3.8, 4.8))
    regions.drag((4.8, 5.5, 7.0), None)
    assert regions.span(41) == pytest.approx((3.8, 7.0))
    regions.drag((5.0, 9.9), None)
    assert regions.span(41) == pytest.approx((6.8, 10.0))


def test_a_locked_region_is_not_dragged(regions: Desk) -> None:
    regions.lock(41)
    regions.drag((3.5, 3.9, 4.3), None)
    assert regions.mark(41).geometry == Interval(3.0, 4.0)
    assert "locked" in regions.said[-1]


def test_a_hidden_region_does_not_catch_the_mouse(regions: Desk) -> None:
    regions.session.hide([41])
    regions.drag((3.5, 3.9, 4.3), None)
    assert regions.span(41) == (3.0, 4.0)
    assert regions.session.selection != (41,)


def test_the_time_goes_with_the_pointer(desk: Desk) -> None:
    desk.send(QEvent.Type.MouseMove, 3.0, WORDS)
    QApplication.sendEvent(desk.area, QEvent(QEvent.Type.Leave))
    assert desk.told[-2].startswith("t ")
    assert desk.told[-1] == ""


def test_tiers_on_a_sound_that_is_not_read_yet(qtbot: QtBot, tmp_path: Path) -> None:
    bare = replace(SOUND, length=None, tiers=(1, 3))
    desk = open_desk(qtbot, tmp_path / "b.annolab", bare, {})
    tier_commands.add_tier(desk.area, "notes", TierKind.INTERVAL)
    desk.view.select(4.0)
    desk.area.trigger("audio.add_boundary_all")
    spans = [a.geometry for a in desk.session.annotations()]
    assert spans.count(Interval(0.0, 4.0)) == 3
    assert spans.count(Interval(4.0, 10.0)) == 3
    desk.session.set_project(None)


@pytest.fixture
def canvas(desk: Desk, qtbot: QtBot) -> Iterator[AudioCanvas]:
    """The canvas of the same session; its sound is never read."""
    made = AudioCanvas(desk.session, transport=Transport(open_sink=MemorySink))
    qtbot.addWidget(made)
    made.edit_requested.connect(desk.session.apply)
    made.item = desk.session.item
    made.view.reset(10.0)
    made.tiers.show_item(made.item)
    desk.session.select(())
    yield made
    made.item = None
    worker.stop_all()


def compose(
    canvas: AudioCanvas,
    done: str,
    on_its_way: str = "",
    *,
    start: int = 0,
    gone: int = 0,
) -> None:
    event = QInputMethodEvent(on_its_way, [])
    event.setCommitString(done, start, gone)
    QApplication.sendEvent(canvas, event)


def test_what_an_input_method_composes_is_typed(
    desk: Desk, canvas: AudioCanvas
) -> None:
    enabled = Qt.InputMethodQuery.ImEnabled
    assert canvas.inputMethodQuery(enabled) is False  # keys are shortcuts
    compose(canvas, "lost")
    desk.session.select((11,))
    assert canvas.inputMethodQuery(enabled) is True
    compose(canvas, "", "^")
    canvas.grab()
    assert desk.mark(11).text == "abcd"
    compose(canvas, "é")
    compose(canvas, "日本")
    assert desk.mark(11).text == "abcdé日本"
    compose(canvas, "ç", start=-3, gone=3)
    assert desk.mark(11).text == "abcdç"
    asked = Qt.InputMethodQuery
    assert canvas.inputMethodQuery(asked.ImSurroundingText) == "abcdç"
    assert canvas.inputMethodQuery(asked.ImCursorPosition) == 5
    rect = canvas.inputMethodQuery(asked.ImCursorRectangle)
    assert isinstance(rect, QRect)
    assert rect.height() > 0
    desk.lock(11)
    compose(canvas, "x")
    assert desk.mark(11).text == "abcdç"


def test_tiers_end_where_the_sound_ends_when_that_is_known(
    desk: Desk, canvas: AudioCanvas
) -> None:
    path = Path("a.mp3")
    sound = SimpleNamespace(
        seconds=9.75, prepared=False, info=SimpleNamespace(direct=True)
    )
    canvas._path = path
    canvas.opened = cast("Opened", SimpleNamespace(sound=sound))
    canvas._take_complete(path)
    assert canvas.view.length == 9.75
    assert desk.span(12) == (5.0, 9.75)
    assert desk.span(31) == (0.0, 9.75)


def test_many_regions_on_one_another_leave_room_for_the_tiers(
    qtbot: QtBot, tmp_path: Path
) -> None:
    marks: dict[int, tuple[int | None, Geometry, str]] = {
        100 + n: (None, Interval(n / 100, 9.0), "") for n in range(60)
    }
    marks |= {300 + n: (None, Instant(9.5), "") for n in range(60)}
    desk = open_desk(qtbot, tmp_path / "m.annolab", SOUND, MARKS | marks)
    row, _ = desk.area.places()[0]
    assert row.lanes == MOST_LANES
    assert desk.area.wanted_height() < 400
    desk.session.hide([300])
    desk.session.select((301, 11, 21))
    desk.area.grab()
    desk.session.set_project(None)


def test_what_falls_on_one_pixel_is_painted_once() -> None:
    cells = np.array([4, 4, 0, 2, 2, 4], np.int64)
    assert _first_in(cells, 6) == [0, 2, 3]
    assert _first_in(cells[:0], 6) == []


def test_a_sound_without_a_length_is_painted(qtbot: QtBot, tmp_path: Path) -> None:
    bare = replace(SOUND, length=None)
    desk = open_desk(qtbot, tmp_path / "n.annolab", bare, MARKS)
    desk.view.reset(0.0)
    desk.area.grab()
    desk.view.reset(10.0)
    desk.area.grab()
    desk.session.set_project(None)


def answer(monkeypatch: pytest.MonkeyPatch, method: str, text: str) -> list[object]:
    """Let the next question be answered; what was asked."""
    asked: list[object] = []

    def given(*args: object, **named: object) -> tuple[str, bool]:
        asked.extend([*args, named])
        return text, True

    monkeypatch.setattr(QInputDialog, method, given)
    return asked


def test_a_tier_is_put_under_another_and_renamed_everywhere(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    desk.area.set_tier(PHONES)
    asked = answer(monkeypatch, "getItem", "words")
    desk.area.trigger("audio.tier_parent")
    assert ["No tier", "words"] in asked
    assert desk.session.schema.tiers[2].parent_id == WORDS.id
    desk.area.set_tier(WORDS)
    answer(monkeypatch, "getItem", "phones")
    desk.area.trigger("audio.tier_parent")
    assert "under itself" in desk.said[-1]
    asked = answer(monkeypatch, "getText", "speech")
    desk.area.trigger("audio.tier_rename")
    assert any("all sounds" in str(text) for text in asked)
    assert desk.session.schema.tiers[0].name == "speech"


def dialog_of(desk: Desk, qtbot: QtBot) -> DeleteTierDialog:
    desk.area.trigger("audio.tier_delete")
    qtbot.waitUntil(lambda: bool(desk.area.findChildren(DeleteTierDialog)))
    (dialog,) = desk.area.findChildren(DeleteTierDialog)
    return dialog


def test_a_tier_is_deleted_from_the_project_after_a_question(
    desk: Desk, qtbot: QtBot
) -> None:
    before = desk.session.annotations()
    desk.area.set_tier(EVENTS)
    dialog = dialog_of(desk, qtbot)
    assert dialog.text.text().startswith(
        "Intervals and points on it: 2. Sounds that have it: 1."
    )
    dialog.reject()
    assert EVENTS in desk.session.schema.tiers
    qtbot.waitUntil(lambda: not desk.area.findChildren(DeleteTierDialog))
    dialog_of(desk, qtbot).go_button.click()
    assert EVENTS not in desk.session.schema.tiers
    assert desk.on(EVENTS) == []
    assert desk.session.item is not None
    assert desk.session.item.tiers == (1, 3)
    assert desk.area.tier is not None
    desk.session.undo()
    assert desk.session.annotations() == before
    assert EVENTS in desk.session.schema.tiers


def test_a_tier_with_a_locked_mark_is_not_deleted(desk: Desk, qtbot: QtBot) -> None:
    desk.lock(22)
    desk.area.set_tier(EVENTS)
    desk.area.trigger("audio.tier_delete")
    qtbot.waitUntil(lambda: bool(desk.said))
    assert "locked" in desk.said[-1]
    assert EVENTS in desk.session.schema.tiers


def test_an_input_method_counts_as_qt_does(canvas: AudioCanvas, desk: Desk) -> None:
    """A character beyond the 65,536th is two to Qt and one to Python."""
    desk.session.select((12,))
    canvas.tiers.insert_text("\U0001f426")
    assert canvas.tiers.caret == 3
    kinds = Qt.InputMethodQuery
    assert canvas.inputMethodQuery(kinds.ImCursorPosition) == 4
    event = QInputMethodEvent()
    event.setCommitString("y", -2, 2)
    QApplication.sendEvent(canvas, event)
    assert desk.mark(12).text == "efy"
    assert canvas.tiers.caret == 3
