"""The canvas of films on a film in which a square goes right, for tests of tracks."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import cv2
import numpy as np
import pytest
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Geometry, Keyframe, Shape, Track
from annolab.model.ids import new_id
from annolab.model.item import Item, Media
from annolab.model.schema import AttributeSpec, Label, Owner, Schema, ValueType
from annolab.model.tracks import geometry_at
from annolab.settings import Settings
from annolab.store.project import Project, create_project
from annolab.widgets import recent
from annolab.widgets.session import Session
from annolab.widgets.video_canvas import VideoCanvas
from annolab.widgets.worker import stop_all
from tests.unit.media import films

COUNT, SIDE, SPEED, WIDTH, HEIGHT = 24, 32, 4, 200, 120
CAR = Label(id=1, name="car", color="#ffb000")
SPECS = (
    AttributeSpec(id=11, owner=Owner.ANNOTATION, name="make", label_id=1),
    AttributeSpec(
        id=12, owner=Owner.KEYFRAME, name="pose", label_id=1,
        type=ValueType.CHOICE, choices=("left", "right"),
    ),
)  # fmt: skip


def truth(frame: int) -> Box:
    """Where the square is."""
    return Box(10 + SPEED * frame, 40, SIDE, SIDE)


def _texture(width: int, height: int, seed: int) -> films.Pixels:
    noise = np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8)
    return np.asarray(cv2.blur(noise, (3, 3)), np.uint8)


def scene(numbered: films.Pixels) -> films.Pixels:
    """The picture that stands for one of the numbered pictures of `films`."""
    number = max(films.read_number(numbered), 0)
    picture, box = _texture(WIDTH, HEIGHT, 1), truth(number)
    x, y = int(box.x), int(box.y)
    shown = picture[y : y + SIDE, x : x + SIDE]
    shown[:] = _texture(SIDE, SIDE, 2)[:, : shown.shape[1]]
    return picture


@dataclass
class FilmBench:
    """A canvas on a project with one film; `said` is what the user was told."""

    qtbot: QtBot
    project: Project
    session: Session
    canvas: VideoCanvas
    item: Item
    said: list[str] = field(default_factory=list)

    def go(self, frame: int) -> None:
        self.canvas.go_to(frame)
        self.settle()

    def settle(self) -> None:
        """Wait for the frame that was asked for last."""
        canvas = self.canvas
        self.qtbot.waitUntil(lambda: canvas.view.index == canvas.wanted)

    def act(self, *names: str) -> None:
        for name in names:
            assert self.canvas.trigger(name), name
        self.settle()

    def put(self, geometry: Geometry, frame: int | None = None) -> Annotation:
        annotation = Annotation(
            id=new_id(),
            item_id=self.item.id,
            annotator_id=self.project.annotator.id,
            geometry=geometry,
            label_id=CAR.id,
            frame=frame,
        )
        self.project.apply(edits.add([annotation]), initiator=self)
        return annotation

    def track(self, *keys: Keyframe) -> Annotation:
        """A selected track."""
        made = self.put(Track(keys or (Keyframe(0, truth(0)),)))
        self.session.select((made.id,))
        return made

    def stored(self) -> list[Annotation]:
        return self.project.annotations(self.item.id)

    def held(self, annotation: Annotation) -> Annotation:
        """An annotation as it is in the project now."""
        found = self.project.annotation(annotation.id)
        assert found is not None
        return found

    def shown(self, annotation: Annotation) -> list[Shape | None]:
        """What a track shows at each frame."""
        track = self.held(annotation).geometry
        assert isinstance(track, Track)
        return [geometry_at(track, frame) for frame in range(COUNT)]

    def frames(self, annotation: Annotation) -> list[int]:
        """Where its keyframes are."""
        return self.canvas.view.board.keyframes(annotation.id)


@pytest.fixture
def film_bench(
    qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FilmBench]:
    """The canvas with the film open at its first frame."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    recent.state().clear()
    recipe = films.Recipe(
        "square.avi", "mpeg4", count=COUNT, gop=10, size=(WIDTH, HEIGHT), stored=scene
    )
    path = films.make(tmp_path, recipe)
    project = create_project(tmp_path / "p.annolab", schema=Schema((CAR,), SPECS))
    root = project.add_root(tmp_path)
    item = Item(
        id=new_id(), path=path.name, media=Media.VIDEO, root_id=root.id,
        width=WIDTH, height=HEIGHT, length=COUNT,
    )  # fmt: skip
    project.apply(Edit("Add", (Change(None, item),)))
    session = Session(settings=Settings(tmp_path / "settings.toml"))
    session.set_project(project)
    session.set_order(np.array([item.id]))
    canvas = VideoCanvas(session)
    qtbot.addWidget(canvas)
    made = FilmBench(qtbot, project, session, canvas, replace(item))
    session.said.connect(lambda _, text: made.said.append(text))
    canvas.edit_requested.connect(lambda edit: session.apply(edit, canvas))
    canvas.selection_requested.connect(session.select)
    canvas.resize(700, 500)
    canvas.show()
    session.open_item(item.id)
    qtbot.waitUntil(lambda: canvas.view.shown is not None)
    yield made
    stop_all()
    session.set_project(None)
    assert not [t for t in threading.enumerate() if t.name == "film reader"]
