"""The main job as a person does it: real window, real mouse, real keys, kill -9."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annolab import open_project
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Polygon
from annolab.settings import resource
from tests.e2e.screen import Screen, wait_for
from tests.e2e.user import User

pytestmark = pytest.mark.e2e
CAT = "Ä 猫.jpg"
PHOTOGRAPHS = ("coffee.jpg", "rocket.jpg", CAT)


@pytest.fixture
def photographs(tmp_path: Path) -> Path:
    folder = tmp_path / "Ferien fotos"
    folder.mkdir()
    for name in PHOTOGRAPHS:
        source = "cat.jpg" if name == CAT else name
        shutil.copy(resource("samples") / source, folder / name)
    return folder


def marks(project_file: Path) -> dict[str, list[Annotation]]:
    """What the file holds, as another program sees it."""
    with open_project(project_file, read_only=True) as project:
        items = project.items(list(project.item_ids()))
        return {item.name: project.annotations(item.id) for item in items}


def new_project(user: User, folder: Path) -> None:
    """File > New project from folder, by keyboard."""
    user.screen.key("ctrl+n")
    user.wait_for_state(dialog="New project from folder")
    user.tab_to("Folder with the media")
    user.screen.key("ctrl+a")
    user.screen.type(str(folder))
    user.tab_to("Labels")
    user.screen.type("person, car")
    user.tab_to("Create project")
    user.screen.key("Return")
    user.wait_for_state(dialog="", item="coffee.jpg")
    user.wait("the picture", lambda seen: bool(seen.get("extent")))


def type_attribute(user: User, key: str, value: str) -> None:
    """Give the selection a key-value by keyboard."""
    user.screen.key("m")
    user.wait_for_state(focus="New key")
    user.screen.type(key)
    user.screen.key("Return")
    user.wait_for_state(focus=key)
    user.screen.type(value)
    user.screen.key("Return")
    user.wait("the key-value", lambda seen: key in seen["undo"])


def test_label_kill_reopen(screen: Screen, photographs: Path, tmp_path: Path) -> None:
    user = User(screen, tmp_path / "state.json")
    log = tmp_path / "log"
    user.start(log)
    new_project(user, photographs)
    project = photographs / f"{photographs.name}.annolab"

    screen.key("b", "1")
    user.wait_for_state(tool="box")
    user.draw_box(40, 40, 200, 180)
    user.draw_box(220, 60, 330, 220)
    screen.key("Escape", "2")
    user.draw_box(60, 200, 180, 280)

    screen.key("Escape", "p", "1")
    user.wait_for_state(tool="polygon")
    user.click_ring((240, 120), (420, 120), (420, 290), (240, 290))
    user.wait_for_state(annotations=4, selection=1)
    screen.key("o")
    user.click_ring((300, 160), (360, 160), (360, 240), (300, 240))
    user.wait("the hole", lambda seen: "hole" in seen["undo"])
    type_attribute(user, "color", "red")
    screen.click(user.window, *user.at(30, 30))  # back to the canvas, no harm done
    screen.key("Escape")

    held = marks(project)
    boxes = [a for a in held["coffee.jpg"] if isinstance(a.geometry, Box)]
    assert len(boxes) == 3
    assert isinstance(boxes[0].geometry, Box)
    assert abs(boxes[0].geometry.x - 40) < 2
    assert abs(boxes[0].geometry.w - 160) < 2
    assert len({a.label_id for a in boxes}) == 2
    (polygon,) = [a for a in held["coffee.jpg"] if isinstance(a.geometry, Polygon)]
    assert isinstance(polygon.geometry, Polygon)
    assert [len(ring) for ring in polygon.geometry.rings] == [4, 4]
    assert dict(polygon.attributes) == {"color": "red"}

    screen.key("d")
    user.wait_for_state(item="rocket.jpg", annotations=0)
    user.wait("the picture", lambda seen: seen["extent"] == [640, 427])
    screen.key("b")
    user.draw_box(100, 100, 300, 300)

    screen.key("ctrl+z")
    user.wait_for_state(item="rocket.jpg", annotations=0)
    screen.key("ctrl+z")  # the key-value of the polygon, on the picture before
    user.wait_for_state(item="coffee.jpg")
    user.wait("the undo", lambda seen: "color" in seen["redo"])
    screen.key("ctrl+shift+z")
    user.wait("the redo", lambda seen: "color" in seen["undo"])
    screen.key("ctrl+shift+z")
    user.wait_for_state(item="rocket.jpg", annotations=1)
    before = marks(project)
    user.kill()

    user.start(log, project)
    user.wait("the reopened item", lambda seen: bool(seen["item"]))
    assert marks(project) == before
    assert [len(before[name]) for name in PHOTOGRAPHS] == [4, 1, 0]
    screen.key("ctrl+z", "ctrl+z")
    user.wait_for_state(item="coffee.jpg")
    user.wait("the undo", lambda seen: "color" in seen["redo"])
    (polygon,) = [
        a for a in marks(project)["coffee.jpg"] if isinstance(a.geometry, Polygon)
    ]
    assert not polygon.attributes
    assert len(marks(project)["rocket.jpg"]) == 0
    screen.key("ctrl+q")
    assert user.process is not None
    wait_for(lambda: user.process and user.process.poll() is not None, "the end")
    assert sorted(p.name for p in photographs.iterdir()) == sorted(
        [*PHOTOGRAPHS, project.name]
    )
    assert "Traceback" not in log.read_text("utf-8")
