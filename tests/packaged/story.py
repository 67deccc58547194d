"""A freelancer's first minutes with the packaged program, on a display of its own.

Run by packaging/test.sh as

    python -m tests.packaged.story ROOT PICTURES PREFIX...

ROOT: the folder that the program sees as /; PREFIX: the words that make a command run
in there. The work in the window is traced: sockets.txt among the pictures. Nothing
here imports AnnoLab: all that is known of it is on the screen, and what its own
commands print.
"""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from tests.e2e.screen import Screen, wait_for

HOME = "/home/visitor"
SAMPLE = f"{HOME}/work/sample.annolab"
STARTS = 5
# Stops the program at these two calls only.
TRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect"]
SIZE = (1280, 800)


@dataclass(slots=True)
class Stage:
    """The program, where it runs, and what it was seen to do."""

    screen: Screen
    root: Path
    prefix: list[str]
    pictures: Path
    done: list[str] = field(default_factory=list)

    def annolab(self, *arguments: str) -> str:
        """Run a command of the program to its end and return what it prints."""
        said = subprocess.run(
            [*self.prefix, "annolab", *arguments],
            env=self.screen.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if said.returncode:
            sys.exit(f"annolab {' '.join(arguments)}: {said.stdout}{said.stderr}")
        return said.stdout

    def facts(self) -> dict[str, Any]:
        """What the sample project holds."""
        facts: dict[str, Any] = json.loads(self.annolab("info", SAMPLE, "--json"))
        return facts

    def open(self, *arguments: str) -> tuple[subprocess.Popen[bytes], str, float]:
        """Start the window: the process, the window, seconds until it is shown."""
        begun = time.perf_counter()
        traced = ["-o", f"|cat >>'{self.pictures}/sockets.txt'"] if arguments else []
        process = self.screen.start(
            [*(TRACE if traced else []), *traced, *self.prefix, "annolab", *arguments],
            self.pictures / "annolab.log",
        )
        while not (found := self.screen.windows("AnnoLab")):
            if process.poll() is not None or time.perf_counter() - begun > 60:
                sys.exit(f"no window: status {process.poll()}")
            time.sleep(0.005)
        return process, found[-1], time.perf_counter() - begun

    def quit(self, process: subprocess.Popen[bytes]) -> None:
        """Close the program as users do."""
        self.screen.key("ctrl+q")
        process.wait(30)
        wait_for(lambda: not self.screen.windows("AnnoLab"), "the end")

    def grows(self, what: str, act: Callable[[], None], by: int = 1) -> None:
        """Do it, and wait until the project holds more annotations."""
        before = self.facts()["annotations"]
        act()
        wait_for(lambda: self.facts()["annotations"] == before + by, what, 30)
        self.see(what)

    def see(self, what: str) -> None:
        """Keep a picture of the screen, and note that it was done."""
        name = f"{len(self.done) + 1:02}-{what.replace(' ', '-')}.png"
        self.screen.shot(self.pictures / name)
        self.done.append(what)
        print(f"   {what}: {name}", flush=True)


def measure(stage: Stage) -> dict[str, float]:
    """Seconds from the start to the window: nothing cached, then as a rule."""
    for path in sorted(stage.root.glob("usr/lib/annolab/**/*")):
        if path.is_file():
            with path.open("rb") as file:
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    times: list[float] = []
    for _ in range(STARTS + 1):
        process, window, seconds = stage.open()
        stage.screen.xdotool("windowactivate", "--sync", window)
        time.sleep(1)
        if not times:
            stage.see("start")
        stage.quit(process)
        times.append(seconds)
    return {"first": times[0], "again": statistics.median(times[1:])}


def label(stage: Stage) -> None:
    """Step a film, draw a box, mark a sound, tag a text."""
    screen = stage.screen
    process, window, _ = stage.open(SAMPLE)
    screen.xdotool("windowactivate", "--sync", window)
    time.sleep(3)
    stage.see("sample project")
    screen.key("ctrl+Home")
    time.sleep(2)
    screen.key(*["period"] * 5)
    time.sleep(1)
    screen.key("b")
    stage.grows("film stepped and drawn on", lambda: drag(stage, window, (0.36, 0.3)))
    screen.key("d")
    time.sleep(2)
    screen.key("b")
    stage.grows("box drawn", lambda: drag(stage, window, (0.4, 0.35)))
    stage.quit(process)
    for name, act in (("sound", mark_sound), ("text", tag_text)):
        process, window, _ = stage.open(SAMPLE)
        screen.xdotool("windowactivate", "--sync", window)
        time.sleep(2)
        show(stage, name)
        act(stage, window)
        stage.quit(process)


def drag(stage: Stage, window: str, corner: tuple[float, float]) -> None:
    """Drag a box from a corner, in parts of the window."""
    x, y = corner[0] * SIZE[0], corner[1] * SIZE[1]
    stage.screen.drag(window, (x, y), (x + 60, y + 50), (x + 130, y + 110))


def show(stage: Stage, kind: str) -> None:
    """Open the only item of a kind: it is near the end of the list."""
    stage.screen.key("ctrl+Home")
    time.sleep(1)
    stage.screen.key("ctrl+End")
    time.sleep(2)
    if kind == "sound":
        stage.screen.key("a")
        time.sleep(3)


def mark_sound(stage: Stage, window: str) -> None:
    """Put a boundary where the cursor is."""
    stage.screen.click(window, 0.42 * SIZE[0], 0.25 * SIZE[1])
    time.sleep(1)
    stage.grows("sound marked", lambda: stage.screen.key("Return"))


def tag_text(stage: Stage, window: str) -> None:
    """Tag the word that is double-clicked."""
    stage.screen.click(window, 0.4 * SIZE[0], 0.2 * SIZE[1])
    time.sleep(1)
    stage.grows("text tagged", lambda: stage.screen.key("1"))


def export(stage: Stage) -> None:
    """Write the formats that were asked for, and look into them."""
    out = f"{HOME}/work/out"
    stage.annolab("export", SAMPLE, f"{out}.json", "--format", "coco", "--yes")
    stage.annolab("export", SAMPLE, f"{out}.csv", "--format", "csv", "--yes")
    stage.annolab("export", SAMPLE, f"{out}-grids", "--format", "textgrid", "--yes")
    folder = stage.root / out[1:]
    coco = json.loads(folder.with_name("out.json").read_text("utf-8"))
    rows = folder.with_name("out.csv").read_text("utf-8").splitlines()
    grids = list(folder.with_name("out-grids").rglob("*.TextGrid"))
    assert coco["annotations"], "COCO without annotations"
    assert len(rows) > stage.facts()["annotations"], "CSV without annotations"
    assert any("IntervalTier" in g.read_text("utf-8") for g in grids), "no tiers"
    print(f"   exported: COCO {len(coco['annotations'])} annotations, CSV {len(rows)}"
          f" rows, {len(grids)} TextGrid", flush=True)  # fmt: skip


def main(root: Path, pictures: Path, prefix: list[str]) -> None:
    """The whole story; what was measured goes to measured.json."""
    pictures.mkdir(parents=True, exist_ok=True)
    env = dict(os.environ) | {"QT_QPA_PLATFORM": "xcb"}
    screen = Screen(env)
    stage = Stage(screen, root, prefix, pictures)
    try:
        screen.start(["openbox", "--sm-disable"])
        time.sleep(1)
        print(f"   {stage.annolab('--version').strip()}", flush=True)
        measured = measure(stage)
        stage.annolab("demo", f"{HOME}/work", "--screenshots", f"{HOME}/shots")
        label(stage)
        export(stage)
    finally:
        screen.stop()
    (pictures / "measured.json").write_text(json.dumps(measured), encoding="utf-8")
    print(f"   window after {measured['again']:.2f} s, {measured['first']:.2f} s with"
          " nothing cached", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
