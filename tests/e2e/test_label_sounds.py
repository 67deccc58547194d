"""A phonetician's afternoon: real window, real mouse, real keys, kill -9, Praat."""

from __future__ import annotations

import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from annolab import open_project
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from tests.e2e.screen import Screen, wait_for
from tests.e2e.user import User

pytestmark = pytest.mark.e2e
TEXT = "The north wind and the sun were disputing which was the stronger."
IPA = "ðə nɔ\u02d0θ"


def annolab(*arguments: str | Path) -> subprocess.CompletedProcess[bytes]:
    """Run a command of AnnoLab."""
    command = [sys.executable, "-m", "annolab", *map(str, arguments)]
    return subprocess.run(command, check=False, capture_output=True, timeout=120)


@pytest.fixture
def project(tmp_path: Path) -> Path:
    """A project of one spoken sentence."""
    if shutil.which("espeak-ng") is None:
        pytest.skip("espeak-ng is not installed: tools/system.sh test-tools")
    folder = tmp_path / "speech"
    folder.mkdir()
    wav = folder / "north wind.wav"
    subprocess.run(["espeak-ng", "-w", wav, TEXT], check=True, timeout=60)
    path = folder / "speech.annolab"
    annolab("new", path)
    annolab("add", path, wav)
    return path


def tiers(path: Path) -> dict[str, list[Annotation]]:
    """The marks of each tier, by time, as another program sees them."""
    with open_project(path, read_only=True) as project:
        names = {tier.id: tier.name for tier in project.schema.tiers}
        found: dict[str, list[Annotation]] = {name: [] for name in names.values()}
        for item in project.items():
            for mark in project.annotations(item.id):
                if mark.tier_id is not None:
                    found[names[mark.tier_id]].append(mark)
    for marks in found.values():
        marks.sort(key=start)
    return found


def start(mark: Annotation) -> float:
    assert isinstance(mark.geometry, Interval)
    return mark.geometry.start


def stop(mark: Annotation) -> float:
    assert isinstance(mark.geometry, Interval)
    return mark.geometry.stop


def x_of(user: User, time: float) -> float:
    """The pixel of a time in the window."""
    seen = user.look()
    left, width = seen["left"]
    low, high = seen["window"]
    corner = seen["widgets"]["soundView"][0]
    return float(corner + left + (time - low) / (high - low) * (width - left))


def y_of(user: User, widget: str, share: float) -> float:
    """A height within a widget."""
    _, top, _, tall = user.look()["widgets"][widget]
    return float(top + share * tall)


def select(user: User, low: float, high: float) -> None:
    """Drag over a stretch of the waveform."""
    y = y_of(user, "soundView", 0.2)
    points = [(x_of(user, t), y) for t in (low, (low + high) / 2, high)]
    user.screen.drag(user.window, *points)
    user.wait("the selection", lambda seen: abs(seen["time"][1] - high) < 0.05)


def put_cursor(user: User, time: float) -> None:
    """Click in the waveform."""
    user.screen.click(user.window, x_of(user, time), y_of(user, "soundView", 0.2))
    user.wait(
        "the cursor",
        lambda seen: (
            seen["time"][0] == seen["time"][1] and abs(seen["time"][0] - time) < 0.05
        ),
    )


def add_tier(user: User, name: str) -> None:
    """Add an interval tier by keyboard."""
    user.screen.key("ctrl+shift+t")
    user.wait_for_state(dialog="Add interval tier")
    user.screen.type(name)
    user.screen.key("Return")
    user.wait("the tier", lambda seen: name in seen["undo"])


def type_rare(user: User, text: str) -> None:
    """Type a text key by key; xdotool now and then loses one that it has to map."""
    for end in range(1, len(text) + 1):
        for _ in range(5):
            user.screen.type(text[end - 1])
            deadline = time.monotonic() + 2
            while time.monotonic() < deadline:
                if user.look()["texts"] == [text[:end]]:
                    break
                time.sleep(0.05)
            else:
                assert user.look()["texts"] == [text[: end - 1] or None]
                continue
            break
    user.wait_for_state(texts=[text])


def go_until(user: User, key: str, texts: list[str | None]) -> int:
    """Undo or redo until the selected mark has this text; how often."""
    for count in range(1, len(IPA) + 1):
        before = user.look()["texts"]
        user.screen.key(key)
        user.wait("another text", lambda seen, old=before: seen["texts"] != old)  # type: ignore[misc]
        if user.look()["texts"] == texts:
            return count
    pytest.fail(f"{texts} is not reached: {user.look()['texts']}")


def test_label_kill_reopen_praat(screen: Screen, project: Path, tmp_path: Path) -> None:
    user = User(screen, tmp_path / "state.json")
    log = tmp_path / "log"
    user.start(log, project)
    user.wait("the sound", lambda seen: seen.get("window", [0, 0])[1] > 2)
    user.wait("the view", lambda seen: "soundView" in seen["widgets"])
    length = user.look()["window"][1]

    add_tier(user, "words")
    add_tier(user, "phones")
    select(user, 0.5, 2.0)
    screen.key("ctrl+n")
    user.wait("the zoom", lambda seen: seen["window"][1] - seen["window"][0] < 1.6)
    put_cursor(user, 0.8)
    screen.key("Return")  # on the tier that was added last
    user.wait_for_state(annotations=3)
    put_cursor(user, 1.2)
    screen.key("ctrl+F9")  # on both tiers
    user.wait_for_state(annotations=5)
    shared = user.look()["time"][0]

    # Click into the interval between the two boundaries and type into it.
    screen.click(user.window, x_of(user, 1.0), y_of(user, "tierArea", 0.75))
    user.wait("the interval", lambda seen: seen["time"][1] > seen["time"][0])
    type_rare(user, IPA)
    steps = go_until(user, "ctrl+z", [None])  # keys within a second are one step
    assert go_until(user, "ctrl+shift+z", [IPA]) == steps <= len(IPA)

    # Shift-drag moves the boundary of both tiers to the identical double.
    y = y_of(user, "tierArea", 0.75)
    x = x_of(user, shared)
    screen.xdotool("keydown", "shift")
    screen.drag(user.window, (x, y), (x + 12, y), (x + 30, y))
    screen.xdotool("keyup", "shift")
    user.wait("the move", lambda seen: "Move boundary" in seen["undo"])
    held = tiers(project)
    assert [a.text for a in held["phones"]] == [None, IPA, None]
    assert [a.text for a in held["words"]] == [None, None]
    assert start(held["phones"][2]) == start(held["words"][1]) > shared + 0.01
    assert stop(held["words"][0]) == start(held["words"][1])
    assert stop(held["phones"][2]) == length
    user.kill()

    user.start(log, project)
    user.wait("the sound", lambda seen: seen.get("window", [0, 0])[1] > 2)
    assert tiers(project) == held
    screen.key("ctrl+z")
    user.wait("the undo", lambda seen: "Move boundary" in seen["redo"])
    assert start(tiers(project)["words"][1]) == shared
    screen.key("ctrl+shift+z")
    user.wait("the redo", lambda seen: "Move boundary" in seen["undo"])
    screen.key("Tab")  # it plays, on a machine without a device in silence
    user.wait("the sound on its way", lambda seen: seen["playing"] is not None)
    screen.key("Escape")
    user.wait("silence", lambda seen: seen["playing"] is None)
    screen.key("ctrl+q")
    assert user.process is not None
    wait_for(lambda: user.process and user.process.poll() is not None, "the end")
    assert "Traceback" not in log.read_text("utf-8")

    target = tmp_path / "out.TextGrid"
    done = annolab("export", project, target, "--format", "textgrid", "--yes")
    assert b"no place for the state of items" in done.stdout + done.stderr
    assert praat_says(target, tmp_path) == [
        "2", "2", "3", IPA, repr(start(held["phones"][2])),
    ]  # fmt: skip


def praat_says(grid: Path, home: Path) -> list[str]:
    """Tiers, intervals of each, the text and the end of the second phone."""
    if shutil.which("praat") is None:
        pytest.skip("Praat is not installed: tools/system.sh test-tools")
    script = home / "look.praat"
    script.write_text(
        f'Read from file: "{grid}"\n'
        "n = Get number of tiers\n"
        "words = Get number of intervals: 1\n"
        "phones = Get number of intervals: 2\n"
        "text$ = Get label of interval: 2, 2\n"
        "end = Get end time of interval: 2, 2\n"
        "writeInfoLine: n\n"
        "appendInfoLine: words\n"
        "appendInfoLine: phones\n"
        "appendInfoLine: text$\n"
        "appendInfoLine: end\n",
        encoding="utf-8",
    )
    said = subprocess.run(
        ["praat", "--utf8", "--run", str(script)],
        check=True,
        capture_output=True,
        timeout=60,
        env={"HOME": str(home), "PATH": "/usr/bin:/bin"},
    )
    return said.stdout.decode("utf-8").split("\n")[:5]
