"""A reader's afternoon: real window, real keys, no mouse, kill -9, export."""

from __future__ import annotations

import csv
import subprocess
import sys
from pathlib import Path

import pytest

from annolab import open_project
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Kind, Span
from annolab.model.item import Item, Media
from annolab.model.schema import LABEL_COLORS, Label, Schema
from annolab.store.project import create_project
from tests.e2e.screen import Screen, wait_for
from tests.e2e.user import User

pytestmark = pytest.mark.e2e
FAMILY = "\U0001f468\u200d\U0001f469\u200d\U0001f467"
LINES = (
    "Ann met Bob at Acme.",
    "פרופסור כהן נולד בירושלים ב-1948.",
    "ولد نجيب في القاهرة عام 1911.",
    f"Family {FAMILY} is well.",
    " ".join(f"Name{n} Place{n}" for n in range(100)),
    " ".join(["ha"] * 10_000),
)
TEXT = "\r\n".join(LINES)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one text, with labels of spans and of relations."""
    relation = frozenset({Kind.RELATION})
    labels = (
        Label(id=1, name="Person", color=LABEL_COLORS[0], hotkey="1"),
        Label(id=2, name="Place", color=LABEL_COLORS[1], hotkey="2", position=1),
        Label(
            id=3, name="knows", color=LABEL_COLORS[2], hotkey="3", kinds=relation,
            position=2,
        ),
    )  # fmt: skip
    (tmp_path / "story.txt").write_bytes(TEXT.encode())
    path = tmp_path / "story.annolab"
    with create_project(path, schema=Schema(labels)) as made:
        root = made.add_root(tmp_path)
        item = Item(id=100, path="story.txt", media=Media.TEXT, root_id=root.id)
        made.apply(Edit("Add item", (Change(None, item),)))
    return path


def marks(path: Path) -> list[Annotation]:
    """The spans of the text, in its order, as another program sees them."""
    with open_project(path, read_only=True) as project:
        found = project.annotations(100)
    return sorted(found, key=lambda a: a.geometry.pieces)  # type: ignore[union-attr]


def tagged(path: Path) -> list[tuple[int | None, str]]:
    """Label and text of every span."""
    return [
        (mark.label_id, " ".join(TEXT[s:e] for s, e in mark.geometry.pieces))
        for mark in marks(path)
        if isinstance(mark.geometry, Span)
    ]


def press(user: User, *keys: str) -> int:
    """Press keys one after the other; how many."""
    user.screen.xdotool("key", "--delay", 25, *keys)
    return len(keys)


def export(path: Path, target: Path) -> list[dict[str, str]]:
    command: list[str | Path] = [
        sys.executable, "-m", "annolab", "export", path, target,
        "--format", "csv", "--yes",
    ]  # fmt: skip
    subprocess.run(command, check=False, capture_output=True, timeout=120)
    with target.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_a_text_is_tagged_without_a_mouse(
    screen: Screen, project: Path, tmp_path: Path
) -> None:
    user = User(screen, tmp_path / "state.json")
    log = tmp_path / "log"
    user.start(log, project)
    user.wait_for_state(read=len(TEXT))

    # A person, a place, and who knows whom.
    press(user, "1")
    user.wait_for_state(annotations=1, undo="Tag span as Person")
    press(user, "Tab", "Tab", "1", "Tab", "Tab", "2")
    user.wait_for_state(annotations=3)
    press(user, "comma", "comma", "r", "period", "3")
    user.wait_for_state(relations=1, undo="Add relation knows", head=False)
    press(user, "ctrl+z")
    user.wait_for_state(relations=0)
    press(user, "ctrl+shift+z")
    user.wait_for_state(relations=1)

    # A span is made longer by a word and by a character, then undone.
    press(user, "period", "alt+Right")
    user.wait_for_state(undo="Extend span")
    assert (2, "Acme.") in tagged(project)
    press(user, "ctrl+z")
    user.wait("the undo", lambda seen: seen["redo"] == "Extend span")

    # Hebrew, Arabic and an emoji that is several code points.
    for word, key in (("כהן", "1"), ("1948", "2"), ("القاهرة", "2"), (FAMILY, "1")):
        go_to(user, word)
        press(user, key)
    user.wait_for_state(annotations=7)
    words = {text for _, text in tagged(project)}
    assert {"כהן", "1948", "القاهرة", FAMILY} <= words

    # 200 names and places, each by one press of a key.
    go_to(user, "Name0")
    press(user, "Left", "t")
    user.wait_for_state(mode="word")
    presses = sum(press(user, *["1", "2"] * 20) for _ in range(5))
    user.wait_for_state(annotations=207)
    press(user, "Escape", "Escape")
    assert presses == 200
    expected = [(1 + n % 2, word) for n, word in enumerate(LINES[4].split())]
    assert tagged(project)[-200:] == expected

    # All places of what is searched, as one step.
    press(user, "ctrl+f")
    user.wait_for_state(focus="Find in text")
    screen.type("ha")
    user.wait("the count", lambda seen: seen["found"].endswith("of 10,000"))
    press(user, "ctrl+d")
    user.wait_for_state(dialog="Tag all occurrences")
    press(user, "ctrl+Return")
    user.wait_for_state(undo="Tag all “ha” as Place", annotations=10_207)
    user.kill()

    user.start(log, project)
    user.wait_for_state(read=len(TEXT))
    held = marks(project)
    assert user.look()["annotations"] == len(held) == 10_207
    press(user, "ctrl+z")
    user.wait_for_state(annotations=207)
    press(user, "ctrl+q")
    wait_for(lambda: user.process and user.process.poll() is not None, "the end")
    assert user.look()["mouse"] == 0
    assert "Traceback" not in log.read_text("utf-8")

    rows = export(project, tmp_path / "out.csv")
    assert sum("Person" in row.values() for row in rows) == 104
    assert sum("Place" in row.values() for row in rows) == 103


def go_to(user: User, word: str) -> None:
    """Find a word as the caret passes it: Tab until it is selected."""
    start = TEXT.index(word)
    wanted = [start, start + len(word)]
    for _ in range(60):
        before = user.look()["caret"]
        if before == wanted:
            return
        press(user, "Tab")
        user.wait("the next word", lambda seen, old=before: seen["caret"] != old)  # type: ignore[misc]
    pytest.fail(f"{word} is not reached")
