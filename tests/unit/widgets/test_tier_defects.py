"""What once went wrong on tiers: typing, dragging, locks, sounds not yet read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Geometry, Instant, Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind
from annolab.store.project import create_project
from annolab.widgets.session import Session
from annolab.widgets.tier_area import TierArea
from annolab.widgets.time_view import TimeView

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
        at = QPointF(self.view.x_of(time), place.bottom() - 8)
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
