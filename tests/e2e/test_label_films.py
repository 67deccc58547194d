"""A film as a person labels it: real window, real mouse, real keys, kill -9."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from annolab import open_project
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Track
from annolab.model.schema import LABEL_COLORS, Label, Schema
from annolab.model.tracks import SCORE, geometry_at
from annolab.settings import resource
from annolab.store.project import create_project
from annolab.tasks.ingest import add_media
from tests.e2e.screen import Screen, wait_for
from tests.e2e.user import User

pytestmark = pytest.mark.e2e

# The red car of the sample film, as it was drawn: left edge at frames 20, 35, 50.
CAR = {20: 0.2, 35: 97.8, 50: 195.5}
TOP, WIDE, HIGH = 274.0, 112.0, 45.0


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of the sample film, and a label."""
    film = tmp_path / "crossing.webm"
    shutil.copy(resource("samples") / film.name, film)
    path = tmp_path / "film.annolab"
    label = Label(id=1, name="car", color=LABEL_COLORS[0], hotkey="1")
    with create_project(path, schema=Schema((label,))) as made:
        add_media(made, [film])
    return path


def marks(path: Path) -> list[Annotation]:
    """What the file holds, as another program sees it."""
    with open_project(path, read_only=True) as project:
        (item,) = project.items()
        return project.annotations(item.id)


def track(path: Path) -> Track:
    """The only track of the film."""
    (mark,) = marks(path)
    assert isinstance(mark.geometry, Track)
    return mark.geometry


def left_edge(user: User) -> float:
    """Where the only box that is seen begins."""
    ((left, _, _, _),) = user.look()["shown"]
    return float(left)


def test_a_film_is_labelled(screen: Screen, project: Path, tmp_path: Path) -> None:
    user = User(screen, tmp_path / "state.json")
    log = tmp_path / "log"
    user.start(log, project)
    user.wait_for_state(frame=0)

    # A box at frame 20; 30 frames further it is moved to where the car is then.
    screen.key("greater", "greater")
    user.wait_for_state(frame=20)
    screen.key("b", "1")
    user.wait_for_state(tool="box")
    user.draw_box(CAR[20] + 1, TOP, CAR[20] + WIDE, TOP + HIGH)
    screen.key("ctrl+shift+t")
    user.wait_for_state(undo="Make track of shape", selection=1)
    screen.key("Escape", "Escape", "greater", "greater", "greater")
    user.wait_for_state(frame=50)
    middle = TOP + HIGH / 2
    start = user.at(CAR[20] + WIDE / 2, middle)
    end = user.at(CAR[50] + WIDE / 2, middle)
    screen.drag(user.window, start, ((start[0] + end[0]) / 2, start[1]), end)
    user.wait("the move", lambda seen: seen["shown"][0][0] > 150)
    assert abs(left_edge(user) - CAR[50]) < 2

    # In between it goes evenly, as the car does.
    screen.key("less")
    user.wait_for_state(frame=40)
    screen.key(*["comma"] * 5)
    user.wait_for_state(frame=35)
    assert abs(left_edge(user) - CAR[35]) < 2
    assert [key.frame for key in track(project).keyframes] == [20, 50]

    # It plays, and pauses at the frame that is seen.
    screen.key("space")
    user.wait_for_state(plays=True)
    user.wait("some pictures", lambda seen: (seen["frame"] or 0) > 45)
    screen.key("space")
    user.wait_for_state(plays=False)

    # The car is followed from here on, until it is told where it was found last.
    screen.key("ctrl+j")
    user.wait_for_state(focus="Frame or time")
    screen.type("50")
    screen.key("Return")
    user.wait_for_state(frame=50)
    screen.key("ctrl+shift+Right")
    user.wait("the choice", lambda seen: seen["focus"] != "Picture")
    screen.key("Return")
    user.wait_for_state(undo="Follow object")
    user.wait("the last frame found", lambda seen: (seen["frame"] or 0) > 80)
    found = [key for key in track(project).keyframes if SCORE in key.attributes]
    assert found
    there = geometry_at(track(project), 100)  # it waits before the crossing
    assert isinstance(there, Box)
    assert abs(there.x - 234) < 8

    before = marks(project)
    user.kill()

    user.start(log, project)
    user.wait_for_state(frame=0)
    assert marks(project) == before
    screen.key("ctrl+z")
    user.wait_for_state(redo="Follow object")
    assert [key.frame for key in track(project).keyframes] == [20, 50]
    screen.key("ctrl+z")
    user.wait_for_state(redo="Move box")
    assert [key.frame for key in track(project).keyframes] == [20]
    screen.key("ctrl+shift+z")
    user.wait_for_state(redo="Follow object")
    screen.key("ctrl+shift+z")
    user.wait("the redo", lambda seen: not seen["redo"])
    assert marks(project) == before
    (shape,) = {type(key.geometry) for key in track(project).keyframes}
    assert shape is Box
    screen.key("ctrl+q")
    wait_for(lambda: user.process and user.process.poll() is not None, "the end")
    assert "Traceback" not in log.read_text("utf-8")
