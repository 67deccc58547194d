"""A canvas of sounds on a real project, and a hand that speaks seconds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.media.player import MemorySink, Sink
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Geometry, Instant, Interval, TimeBox
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, Tier, TierKind
from annolab.settings import Settings
from annolab.store.project import Project, create_project
from annolab.widgets.audio_canvas import AudioCanvas
from annolab.widgets.session import Session
from annolab.widgets.sound_view import SoundView
from annolab.widgets.tier_area import TierArea
from annolab.widgets.tier_paint import region_rect
from annolab.widgets.time_view import TimeView
from annolab.widgets.transport import Transport
from annolab.widgets.worker import idle, stop_all
from tests.unit.media.sounds import noise, write

RATE, SECONDS = 8000, 4.0
CALL = Label(id=10, name="call", color="#ffb000", hotkey="1")
SONG = Label(id=11, name="song", color="#56b4e9", hotkey="2", position=1)
WORDS = Tier(id=1, name="words", kind=TierKind.INTERVAL)
PHONES = Tier(id=2, name="phones", kind=TierKind.INTERVAL, position=1)
EVENTS = Tier(id=3, name="events", kind=TierKind.POINT, position=2)
TALK: dict[int, list[tuple[float, float, str]]] = {
    WORDS.id: [(0, 1, "one"), (1, 2.5, "two"), (2.5, 4, "")],
    PHONES.id: [(0, 0.5, "a"), (0.5, 1, "b"), (1, 2, "c"), (2, 4, "")],
    EVENTS.id: [(0.25, 0.25, "x"), (3, 3, "y")],
}
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
Span = tuple[float, float, str]


def send(
    widget: QWidget,
    kind: QEvent.Type,
    at: QPointF,
    held: Qt.KeyboardModifier = NONE,
    down: Qt.MouseButton = Qt.MouseButton.NoButton,
) -> None:
    """One event of the mouse, with `down` as the buttons after it."""
    moves = kind == QEvent.Type.MouseMove
    button = Qt.MouseButton.NoButton if moves else LEFT
    there = QPointF(widget.mapToGlobal(at.toPoint())) + at - QPointF(at.toPoint())
    QApplication.sendEvent(widget, QMouseEvent(kind, at, there, button, down, held))


def drag(widget: QWidget, *points: QPointF, held: Qt.KeyboardModifier = NONE) -> None:
    """Press at the first point, go by the others, release at the last."""
    send(widget, QEvent.Type.MouseMove, points[0], held)
    send(widget, QEvent.Type.MouseButtonPress, points[0], held, LEFT)
    for point in points[1:]:
        send(widget, QEvent.Type.MouseMove, point, held, LEFT)
    send(widget, QEvent.Type.MouseButtonRelease, points[-1], held)


def turn(
    widget: QWidget, at: QPointF, notches: int, held: Qt.KeyboardModifier = NONE
) -> None:
    """Turn the wheel; up is positive."""
    there = QPointF(widget.mapToGlobal(at.toPoint()))
    event = QWheelEvent(
        at,
        there,
        QPoint(),
        QPoint(0, 120 * notches),
        Qt.MouseButton.NoButton,
        held,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(widget, event)


@dataclass
class SoundBench:
    """A canvas on a project of three sounds, and a hand that speaks seconds."""

    qtbot: QtBot
    project: Project
    session: Session
    canvas: AudioCanvas
    items: list[Item]
    sinks: list[MemorySink] = field(default_factory=list)
    edits: list[Edit] = field(default_factory=list)
    said: list[str] = field(default_factory=list)

    @property
    def area(self) -> TierArea:
        return self.canvas.tiers

    @property
    def sound(self) -> SoundView:
        return self.canvas.sound

    @property
    def view(self) -> TimeView:
        return self.canvas.view

    @property
    def selected(self) -> tuple[float, float]:
        return self.view.low, self.view.high

    # What the project holds

    def stored(self, item: int = 0) -> list[Annotation]:
        return self.project.annotations(self.items[item].id)

    def line(self, tier: Tier | None) -> list[Annotation]:
        """The marks of a tier by time."""
        tier_id = tier.id if tier is not None else None
        held = [a for a in self.stored() if a.tier_id == tier_id]
        return sorted(held, key=lambda a: span(a)[:2])

    def spans(self, tier: Tier | None) -> list[Span]:
        return [span(mark) for mark in self.line(tier)]

    def steps(self) -> int:
        return len(self.project.history())

    def put(self, geometry: Geometry, **fields: object) -> Annotation:
        mark = Annotation(
            id=new_id(),
            item_id=self.items[0].id,
            annotator_id=self.project.annotator.id,
            geometry=geometry,
            **fields,  # type: ignore[arg-type]
        )
        self.project.apply(edits.add([mark]))
        return mark

    # The hand

    def on(self, tier: Tier | None, time: float, share: float = 0.7) -> QPointF:
        """A place on the row of a tier, or of the free regions (None)."""
        rows = {row.tier.id if row.tier else None: p for row, p in self.area.places()}
        place = rows[tier.id if tier is not None else None]
        return QPointF(self.view.x_of(time), place.top() + share * place.height())

    def in_wave(self, time: float) -> QPointF:
        waves, _ = self.sound.bands()
        return QPointF(self.view.x_of(time), waves[0].center().y())

    def in_picture(self, time: float, hertz: float) -> QPointF:
        """A place on the spectrogram."""
        return QPointF(self.view.x_of(time), self.sound.y_of(hertz))

    def click(
        self, tier: Tier | None, time: float, held: Qt.KeyboardModifier = NONE
    ) -> None:
        at = self.on(tier, time)
        drag(self.area, at, held=held)

    def click_region(self, mark: Annotation, time: float) -> None:
        """Click a free region in its lane."""
        row, place = self.area.places()[0]
        lane = row.lane_of(mark.id)
        rect = region_rect(mark, place, self.view, lane)
        assert row.tier is None
        drag(self.area, QPointF(self.view.x_of(time), rect.center().y()))

    def pull(
        self, tier: Tier | None, *times: float, held: Qt.KeyboardModifier = NONE
    ) -> None:
        """Drag on a tier from the first time by the others."""
        drag(self.area, *(self.on(tier, time) for time in times), held=held)

    def cursor(self, time: float) -> None:
        """Click into the waveform."""
        drag(self.sound, self.in_wave(time))

    def key(self, key: Qt.Key, held: Qt.KeyboardModifier = NONE) -> None:
        QTest.keyClick(self.canvas, key, held)

    def type(self, text: str) -> None:
        QTest.keyClicks(self.canvas, text)

    def act(self, *names: str) -> None:
        for name in names:
            assert self.canvas.trigger(f"audio.{name}")

    def ready(self) -> None:
        """Wait until the sound is shown and nothing is under way."""
        self.qtbot.waitUntil(lambda: self.canvas.opened is not None)
        self.settle()

    def settle(self) -> None:
        self.qtbot.waitUntil(idle)


def span(mark: Annotation) -> Span:
    """Start, stop and text."""
    match mark.geometry:
        case Interval(start, stop) | TimeBox(start, stop):
            return start, stop, mark.text or ""
        case Instant(time):
            return time, time, mark.text or ""
        case _:
            raise TypeError(mark)


def make_project(folder: Path, *, tiers: bool = True) -> Project:
    """Three sounds of noise; the first has two interval tiers and one of points."""
    schema = Schema(labels=(CALL, SONG))
    project = create_project(folder / "talk.annolab", schema=schema)
    root = project.add_root(folder)
    changes: list[Change] = []
    if tiers:
        changes += [Change(None, tier) for tier in (WORDS, PHONES, EVENTS)]
    for number in range(3):
        path = write(folder / f"{number}.wav", noise(SECONDS - number), RATE)
        item = Item(
            id=100 + number,
            path=path.name,
            media=Media.AUDIO,
            root_id=root.id,
            length=SECONDS - number,
            rate=float(RATE),
            tiers=tuple(TALK) if tiers and not number else (),
        )
        changes.append(Change(None, item))
    project.apply(Edit("Add", tuple(changes)))
    if tiers:
        project.apply(edits.add(talk(project.annotator.id)))
    return project


def talk(me: int) -> list[Annotation]:
    """The marks of the first sound."""
    return [
        Annotation(
            id=1000 * tier_id + n,
            item_id=100,
            annotator_id=me,
            geometry=Interval(start, stop) if stop > start else Instant(start),
            tier_id=tier_id,
            text=text or None,
        )
        for tier_id, spans in TALK.items()
        for n, (start, stop, text) in enumerate(spans)
    ]


def bench_on(project: Project, qtbot: QtBot) -> Iterator[SoundBench]:
    """A canvas that shows the first sound of a project; closed when resumed."""
    session = Session(None, Settings(project.path.with_name("settings.toml")))
    session.set_project(project)
    items = project.items()
    session.set_order(np.array([item.id for item in items]))
    sinks: list[MemorySink] = []

    def open_sink(rate: int, channels: int) -> Sink:
        sinks.append(MemorySink(rate, channels))
        return sinks[-1]

    canvas = AudioCanvas(session, transport=Transport(open_sink=open_sink))
    qtbot.addWidget(canvas)
    made = SoundBench(qtbot, project, session, canvas, items, sinks)
    session.said.connect(lambda _, sentence: made.said.append(sentence))
    session.item_opened.connect(canvas.show_item)
    canvas.edit_requested.connect(made.edits.append)
    canvas.edit_requested.connect(lambda edit: session.apply(edit, canvas))
    canvas.selection_requested.connect(session.select)
    canvas.resize(872, 700)
    canvas.show()
    if items:
        session.open_item(items[0].id)
        made.ready()
    yield made
    stop_all()
    canvas.transport.set_sound(None)
    session.set_project(None)
