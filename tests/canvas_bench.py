"""A canvas on a real project for tests, and a hand that speaks image pixels."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QEvent, QPoint, QPointF, Qt
from PySide6.QtGui import QMouseEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Geometry
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.measure import bounds
from annolab.model.schema import Label, Schema, Skeleton
from annolab.store.project import Project, create_project
from annolab.widgets.image_canvas import ImageCanvas
from annolab.widgets.session import Session
from annolab.widgets.worker import stop_all

WIDTH, HEIGHT = 400, 300
PERSON = Label(id=1, name="person", color="#ffb000", hotkey="1")
CAR = Label(id=2, name="car", color="#56b4e9", hotkey="2")
POSE = Label(
    id=3, name="pose", color="#ff7a6b", skeleton=Skeleton(("a", "b", "c"), ((0, 1),))
)
SHIFT = Qt.KeyboardModifier.ShiftModifier
CTRL = Qt.KeyboardModifier.ControlModifier
ALT = Qt.KeyboardModifier.AltModifier
NONE = Qt.KeyboardModifier.NoModifier
LEFT = Qt.MouseButton.LeftButton
Place = tuple[float, float]


@dataclass
class Bench:
    """A canvas on a project with two pictures, and a hand that speaks image pixels."""

    qtbot: QtBot
    project: Project
    session: Session
    canvas: ImageCanvas
    items: list[Item]
    edits: list[Edit] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)

    def at(self, x: float, y: float) -> QPoint:
        return QPointF(*self.canvas.view.to_widget(x, y)).toPoint()

    def move(self, place: Place, held: Qt.KeyboardModifier = NONE) -> None:
        self._move(self.at(*place), held, Qt.MouseButton.NoButton)

    def _move(
        self, at: QPoint, held: Qt.KeyboardModifier, button: Qt.MouseButton
    ) -> None:
        there = QPointF(self.canvas.mapToGlobal(at))
        event = QMouseEvent(
            QEvent.Type.MouseMove,
            QPointF(at),
            there,
            Qt.MouseButton.NoButton,
            button,
            held,
        )
        QApplication.sendEvent(self.canvas, event)

    def press(self, place: Place, held: Qt.KeyboardModifier = NONE) -> None:
        self.move(place, held)
        QTest.mousePress(self.canvas, LEFT, held, self.at(*place))

    def pull(self, place: Place, held: Qt.KeyboardModifier = NONE) -> None:
        """Move with the left button held."""
        self._move(self.at(*place), held, LEFT)

    def release(self, place: Place, held: Qt.KeyboardModifier = NONE) -> None:
        self._move(self.at(*place), held, LEFT)
        QTest.mouseRelease(self.canvas, LEFT, held, self.at(*place))

    def drag(self, *places: Place, held: Qt.KeyboardModifier = NONE) -> None:
        self.press(places[0], held)
        for place in places[1:]:
            self._move(self.at(*place), held, LEFT)
        self.release(places[-1], held)

    def click(self, *places: Place, held: Qt.KeyboardModifier = NONE) -> None:
        for place in places:
            self.press(place, held)
            self.release(place, held)

    def double_click(self, place: Place) -> None:
        self.click(place)
        at = self.at(*place)
        QTest.mouseDClick(self.canvas, LEFT, NONE, at)
        QTest.mouseRelease(self.canvas, LEFT, NONE, at)

    def act(self, *names: str) -> None:
        for name in names:
            assert self.canvas.trigger(f"image.{name}")

    def put(
        self, geometry: Geometry, label: Label | None = PERSON, **fields: object
    ) -> Annotation:
        annotation = Annotation(
            id=new_id(),
            item_id=self.items[0].id,
            annotator_id=self.project.annotator.id,
            geometry=geometry,
            label_id=label.id if label else None,
            **fields,  # type: ignore[arg-type]
        )
        self.project.apply(edits.add([annotation]))
        return annotation

    def stored(self, item: int = 0) -> list[Annotation]:
        return self.project.annotations(self.items[item].id)

    def shapes(self) -> list[Geometry]:
        return [annotation.geometry for annotation in self.stored()]

    def ready(self) -> None:
        self.qtbot.waitUntil(lambda: self.canvas.shown is not None)


def bench_in(folder: Path, qtbot: QtBot) -> Iterator[Bench]:
    """A canvas on a project with two pictures in `folder`; closed when resumed."""
    project = create_project(
        folder / "p.annolab", schema=Schema(labels=(PERSON, CAR, POSE))
    )
    root = project.add_root(folder)
    items = []
    for number in range(2):
        pixels = np.full((HEIGHT, WIDTH, 3), (10, 20, 30 + number), np.uint8)
        Image.fromarray(pixels).save(folder / f"{number}.png")
        items.append(
            Item(
                id=new_id(),
                path=f"{number}.png",
                media=Media.IMAGE,
                root_id=root.id,
                width=WIDTH,
                height=HEIGHT,
            )
        )
    project.apply(Edit("Add", tuple(Change(None, item) for item in items)))
    session = Session()
    session.set_project(project)
    session.set_order(np.array([item.id for item in items]))
    canvas = ImageCanvas(session)
    qtbot.addWidget(canvas)
    made = Bench(qtbot, project, session, canvas, items)
    canvas.edit_requested.connect(made.edits.append)
    canvas.edit_requested.connect(lambda edit: session.apply(edit, canvas))
    canvas.selection_requested.connect(session.select)
    canvas.problem_found.connect(made.problems.append)
    canvas.resize(900, 700)
    canvas.show()
    session.open_item(items[0].id)
    made.ready()
    yield made
    stop_all()
    session.set_project(None)


def close(got: Geometry, wanted: Geometry, by: float = 0.6) -> bool:
    """Equal within the half pixel that a mouse on whole screen pixels may miss."""
    a, b = bounds(got), bounds(wanted)
    assert a is not None
    assert b is not None
    return (
        type(got) is type(wanted)
        and max(abs(x - y) for x, y in zip(a, b, strict=True)) <= by
    )
