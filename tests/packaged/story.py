"""A freelancer's first minutes with the packaged program, on a display of its own.

Run by packaging/test.sh as

    python -m tests.packaged.story ROOT PICTURES PREFIX...

ROOT: the folder that the program sees as /; PREFIX: the words that make a command run
in there. The work in the window is traced: sockets.txt among the pictures. Nothing
here imports AnnoLab: all that is known of it is on the screen, and what its own
commands print.
"""

from __future__ import annotations

import csv
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
SAMPLE = f"{HOME}/sample/sample.annolab"
STARTS = 5
# Stops the program at these two calls only.
TRACE = ["strace", "-f", "-qq", "--seccomp-bpf", "-e", "trace=socket,connect"]
SIZE = (1280, 800)
CAT, FILM, SOUND, TEXT = 1, 7, 8, 9  # rows of the list of items
STEPS = 5  # frames


@dataclass(slots=True)
class Stage:
    """The program, where it runs, and what it was seen to do."""

    screen: Screen
    root: Path
    prefix: list[str]
    pictures: Path
    done: list[str] = field(default_factory=list)

    def annolab(self, *arguments: str, worst: int = 0) -> str:
        """Run a command of the program and return what it prints.

        `worst`: the highest exit status that is no failure.
        """
        said = subprocess.run(
            [*self.prefix, "annolab", *arguments],
            env=self.screen.env,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if not 0 <= said.returncode <= worst:
            sys.exit(f"annolab {' '.join(arguments)}: {said.stdout}{said.stderr}")
        return said.stdout

    def facts(self) -> dict[str, Any]:
        """What the sample project holds."""
        facts: dict[str, Any] = json.loads(self.annolab("info", SAMPLE, "--json"))
        return facts

    def open(self, *command: str | Path) -> tuple[subprocess.Popen[bytes], str, float]:
        """Start a window: the process, the window, seconds until it is shown."""
        begun = time.perf_counter()
        process = self.screen.start(command, self.pictures / "annolab.log")
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
                os.fsync(file.fileno())  # what is not on the disk yet stays in memory
                os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)
    packaged = [*stage.prefix, "annolab"]
    first, *_ = starts(stage, packaged, 1)
    source = starts(stage, [sys.executable, "-m", "annolab"], STARTS)
    return {
        "first": first,
        "again": statistics.median(starts(stage, packaged, STARTS)),
        "source": statistics.median(source[1:]),
    }


def starts(stage: Stage, command: list[str], count: int) -> list[float]:
    """Start a program some times, and close it each time it has come to rest."""
    times = []
    for _ in range(count):
        process, window, seconds = stage.open(*command)
        stage.screen.xdotool("windowactivate", "--sync", window)
        time.sleep(1)
        if not stage.done:
            stage.see("start")
        stage.quit(process)
        times.append(seconds)
    return times


def label(stage: Stage) -> None:
    """Open the sample project; draw a box, step a film, mark a sound, tag a text."""
    screen = stage.screen
    traced = [*TRACE, "-o", f"|cat >>'{stage.pictures}/sockets.txt'", *stage.prefix]
    process, window, _ = stage.open(*traced, "annolab", SAMPLE)
    screen.xdotool("windowactivate", "--sync", window)
    time.sleep(4)
    stage.see("sample project")
    go_to(stage, window, CAT)
    screen.key("b")
    stage.grows("box drawn", lambda: drag(stage, window))
    go_to(stage, window, FILM)
    screen.key(*["period"] * STEPS, "b")
    time.sleep(1)
    stage.grows("film stepped and drawn on", lambda: drag(stage, window))
    go_to(stage, window, SOUND)
    screen.click(window, 0.42 * SIZE[0], 0.2 * SIZE[1])
    time.sleep(1)
    stage.grows("sound marked", lambda: screen.key("Return"))
    go_to(stage, window, TEXT)
    stage.grows("text tagged", lambda: screen.key("y"))  # "place", of the first word
    stage.quit(process)


def go_to(stage: Stage, window: str, row: int) -> None:
    """Click an item in the list, and go over to it."""
    stage.screen.click(window, 150, 140 + 48 * row)
    time.sleep(2)
    stage.screen.key("ctrl+Right")
    time.sleep(1)


def drag(stage: Stage, window: str) -> None:
    """Drag a box in the middle of the picture."""
    x, y = 0.36 * SIZE[0], 0.3 * SIZE[1]
    stage.screen.drag(window, (x, y), (x + 60, y + 50), (x + 130, y + 110))


def export(stage: Stage) -> None:
    """Write the formats that were asked for, and look into them."""
    for name, kind in (("out.json", "coco"), ("out.csv", "csv"), ("grids", "textgrid")):
        target = f"{HOME}/sample/{name}"
        # COCO has no place for sounds, and says so: status 1.
        stage.annolab("export", SAMPLE, target, "--format", kind, "--yes", worst=1)
    folder = stage.root / HOME[1:] / "sample"
    coco = json.loads((folder / "out.json").read_text("utf-8"))
    with (folder / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    grids = list((folder / "grids").rglob("*.TextGrid"))
    assert coco["annotations"], "COCO without annotations"
    assert len(rows) >= stage.facts()["annotations"], "CSV without annotations"
    drawn = [row["frame"] for row in rows if row["frame"] and not row["label"]]
    assert drawn == [str(STEPS)], f"the box in the film is at frame {drawn}"
    assert any("IntervalTier" in g.read_text("utf-8") for g in grids), "no tiers"
    print(f"   exported: COCO {len(coco['annotations'])} annotations, CSV {len(rows)}"
          f" rows, {len(grids)} TextGrid", flush=True)  # fmt: skip


def main(root: Path, pictures: Path, prefix: list[str]) -> None:
    """The whole story; what was measured goes to measured.json."""
    pictures.mkdir(parents=True, exist_ok=True)
    hidden = {"XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_CACHE_HOME", "WAYLAND_DISPLAY"}
    env = {name: value for name, value in os.environ.items() if name not in hidden}
    env |= {"QT_QPA_PLATFORM": "xcb", "HOME": str(pictures / "home")}
    screen = Screen(env)
    stage = Stage(screen, root, prefix, pictures)
    try:
        screen.start(["openbox", "--sm-disable"])
        time.sleep(1)
        print(f"   {stage.annolab('--version').strip()}", flush=True)
        measured = measure(stage)
        (pictures / "measured.json").write_text(json.dumps(measured), encoding="utf-8")
        stage.annolab("demo", f"{HOME}/sample", "--screenshots", f"{HOME}/shots")
        label(stage)
        export(stage)
    finally:
        screen.stop()
    again, first, source = (measured[key] for key in ("again", "first", "source"))
    print(f"   window after {again:.2f} s, {first:.2f} s at first;"
          f" {source:.2f} s from the source", flush=True)  # fmt: skip


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3:])
