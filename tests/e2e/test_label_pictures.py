"""The main job as a person does it: real window, real mouse, real keys, kill -9."""

from __future__ import annotations

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from annolab import open_project
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Polygon
from annolab.settings import resource
from tests.e2e.screen import Screen, wait_for

pytestmark = pytest.mark.e2e
CAT = "Ä 猫.jpg"
PHOTOGRAPHS = ("coffee.jpg", "rocket.jpg", CAT)


@dataclass(slots=True)
class User:
    """Somebody at the screen, who looks before the next step."""

    screen: Screen
    state: Path
    window: str = ""
    process: subprocess.Popen[bytes] | None = None

    def start(self, log: Path, *arguments: Path) -> None:
        """Start the program and wait for its window."""
        self.state.unlink(missing_ok=True)
        script = Path(__file__).with_name("watched.py")
        command: list[str | Path] = [sys.executable, script, self.state, *arguments]
        self.process = self.screen.start(command, log)
        self.window = self.screen.window("AnnoLab")
        wait_for(self.state.exists, "the first look")

    def look(self) -> dict[str, Any]:
        """What is on the screen now."""
        seen: dict[str, Any] = json.loads(self.state.read_text("utf-8"))
        return seen

    def wait(self, what: str, check: Callable[[dict[str, Any]], bool]) -> None:
        """Go on when the screen shows it."""
        try:
            wait_for(lambda: check(self.look()), what, 20)
        except pytest.fail.Exception:
            picture = self.screen.shot(self.state.with_name("screen.png"))
            pytest.fail(f"waited for {what}; see {picture}; {self.look()}")

    def wait_for_state(self, **expected: object) -> None:
        """Go on when the screen shows these values."""
        self.wait(
            f"{expected}",
            lambda seen: all(seen[key] == value for key, value in expected.items()),
        )

    def tab_to(self, name: str) -> None:
        """Press Tab until a field has the keyboard."""
        for _ in range(20):
            if self.look()["focus"] == name:
                return
            self._tab()
        pytest.fail(f"Tab does not reach {name!r}: {self.look()['focus']!r}")

    def _tab(self) -> None:
        before = self.look()["focused"]
        self.screen.key("Tab")
        self.wait("the focus", lambda seen: seen["focused"] != before)
        assert self.look()["focus"], "a control without a name for screen readers"

    def at(self, x: float, y: float) -> tuple[float, float]:
        """Where an image pixel is in the window."""
        seen = self.look()
        left, top, _, _ = seen["widgets"]["canvas"]
        scale, dx, dy = seen["view"]
        return left + dx + x * scale, top + dy + y * scale

    def draw_box(self, x0: float, y0: float, x1: float, y1: float) -> None:
        """Drag a box and wait until it is in the project."""
        before = self.look()["annotations"]
        middle = ((x0 + x1) / 2, (y0 + y1) / 2)
        self.screen.drag(
            self.window, self.at(x0, y0), self.at(*middle), self.at(x1, y1)
        )
        self.wait_for_state(annotations=before + 1)

    def click_ring(self, *points: tuple[float, float]) -> None:
        """Click the corners of a ring and finish it with Return."""
        for point in points:
            self.screen.click(self.window, *self.at(*point))
        self.screen.key("Return")

    def kill(self) -> None:
        """End the program as a power cut would."""
        assert self.process is not None
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(10)


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
    user.tab_to("Folder with the pictures")
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
