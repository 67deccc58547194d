"""A project with three pictures, and what shows it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from annolab import edits
from annolab.actions import bindings, default_table
from annolab.app import make_app, make_window
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Box, Kind
from annolab.model.item import Item, Media
from annolab.model.schema import AttributeSpec, Label, Owner, Schema, ValueType
from annolab.settings import Settings
from annolab.store.project import create_project
from annolab.widgets import recent, worker
from annolab.widgets.commands import Commands
from annolab.widgets.session import Session
from annolab.widgets.window import Window
from tests.unit.widgets.film_bench import film_bench  # noqa: F401  a fixture

NAMES = ("day/0001.png", "day/0002.png", "night/0003.png")


@pytest.fixture
def project_path(tmp_path: Path) -> Path:
    """Three pictures; the first has two boxes of the label car."""
    from PIL import Image

    car = Label(id=1, name="car", color="#ffb000", hotkey="1")
    sign = Label(id=2, name="sign", color="#56b4e9", hotkey="2", position=1)
    kinds = frozenset({Kind.BOX})
    dog = Label(id=3, name="dog", color="#2fc49a", position=2, kinds=kinds)
    specs = (
        AttributeSpec(
            id=11,
            owner=Owner.ANNOTATION,
            name="side",
            type=ValueType.CHOICE,
            choices=("left", "right"),
            label_id=1,
            required=True,
        ),
        AttributeSpec(
            id=12, owner=Owner.ANNOTATION, name="doors", type=ValueType.NUMBER,
            position=1,
        ),
        AttributeSpec(
            id=13, owner=Owner.ITEM, name="rain", type=ValueType.BOOL, position=2
        ),
    )  # fmt: skip
    path = tmp_path / "street.annolab"
    with create_project(path, schema=Schema((car, sign, dog), specs)) as project:
        root = project.add_root(tmp_path)
        items = []
        for number, name in enumerate(NAMES):
            file = tmp_path / name
            file.parent.mkdir(exist_ok=True)
            shade = np.full((48, 64, 3), 60 + 40 * number, np.uint8)
            Image.fromarray(shade).save(file)
            items.append(
                Item(
                    id=100 + number, path=name, media=Media.IMAGE, root_id=root.id,
                    width=64, height=48,
                )
            )  # fmt: skip
        project.apply(Edit("Add items", tuple(Change(None, item) for item in items)))
        boxes = [
            Annotation(
                id=200 + n,
                item_id=100,
                annotator_id=project.annotator.id,
                geometry=Box(4 + 20 * n, 5, 10, 12),
                label_id=1,
            )
            for n in range(2)
        ]
        project.apply(edits.add(boxes))
    return path


@pytest.fixture
def session(qapp: QApplication, project_path: Path) -> Iterator[Session]:
    """A session with the project and its first item open."""
    made = Session()
    assert made.open_project(project_path)
    made.set_order(np.array([100, 101, 102]))
    made.open_item(100)
    yield made
    worker.stop_all()
    qapp.processEvents()
    made.set_project(None)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings of their own."""
    return Settings(tmp_path / "config" / "settings.toml")


@pytest.fixture
def commands(qtbot: QtBot) -> Commands:
    """The actions on a bare widget."""
    place = QWidget()
    qtbot.addWidget(place)
    return Commands(place, bindings(default_table()))


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    """Something that dialogs can lie over."""
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def window(qtbot: QtBot, settings: Settings) -> Iterator[Window]:
    """The window with the start page."""
    recent.state().clear()
    settings.values["look.theme"] = "dark"
    make_app(settings)
    made = make_window(settings)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()


@pytest.fixture
def opened(window: Window, project_path: Path, qtbot: QtBot) -> Window:
    """The window with the project open and its first item shown."""
    window.open_project(project_path)
    qtbot.waitUntil(lambda: window.session.item is not None)
    return window


TEXT = (
    "Ann Lee met Bob in Paris. Bob works for Acme.\r\n"
    "שלום 42 \U0001f468\u200d\U0001f469\u200d\U0001f467 مرحبا Paris!\n"
    "She left Paris."
)


@pytest.fixture
def text_path(tmp_path: Path) -> Path:
    """Two texts; labels for spans, relations, events and the whole text."""
    relation, event, whole = Kind.RELATION, Kind.EVENT, Kind.WHOLE
    labels = (
        Label(id=1, name="Person", color="#ffb000", hotkey="1"),
        Label(id=2, name="Place", color="#56b4e9", hotkey="2", position=1),
        Label(
            id=3, name="works_for", color="#2fc49a", hotkey="3", position=2,
            kinds=frozenset({relation}),
        ),
        Label(
            id=4, name="Meet", color="#d08be8", hotkey="4", position=3,
            kinds=frozenset({event}),
        ),
        Label(
            id=5, name="good", color="#ff7a6b", hotkey="5", position=4,
            kinds=frozenset({whole}),
        ),
    )  # fmt: skip
    spec = AttributeSpec(id=11, owner=Owner.ITEM, name="summary")
    path = tmp_path / "texts.annolab"
    with create_project(path, schema=Schema(labels, (spec,))) as project:
        root = project.add_root(tmp_path)
        items = []
        for number, text in enumerate((TEXT, "A second text of Paris.")):
            (tmp_path / f"{number}.txt").write_bytes(text.encode())
            items.append(
                Item(
                    id=100 + number, path=f"{number}.txt", media=Media.TEXT,
                    root_id=root.id,
                )
            )  # fmt: skip
        project.apply(Edit("Add items", tuple(Change(None, item) for item in items)))
    return path


@pytest.fixture
def reading(window: Window, text_path: Path, qtbot: QtBot) -> Window:
    """The window with the first text open and read."""
    window.resize(1200, 800)
    window.open_project(text_path)
    qtbot.waitUntil(lambda: window.session.text is not None)
    with qtbot.waitActive(window):  # keys reach no window behind
        window.activateWindow()
    return window
