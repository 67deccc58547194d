"""A display of its own for a story: a screen, and the hands of a user on it."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

import pytest

T = TypeVar("T")
SHOT = """
import sys
from PySide6.QtGui import QGuiApplication
application = QGuiApplication(sys.argv)
sys.exit(not application.primaryScreen().grabWindow(0).save(sys.argv[1]))
"""


def wait_for(found: Callable[[], T], what: str, seconds: float = 30) -> T:
    """The first true value of `found()`; fails with `what` after `seconds`."""
    end = time.monotonic() + seconds
    while not (value := found()):
        if time.monotonic() > end:
            pytest.fail(f"waited {seconds} seconds for {what}")
        time.sleep(0.05)
    return value


@dataclass(slots=True)
class Screen:
    """An X display, and the hands of a user on it."""

    env: dict[str, str] = field(repr=False)
    processes: list[subprocess.Popen[bytes]] = field(default_factory=list)

    def start(
        self, command: Sequence[str | Path], log: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start a program on this display; what it prints goes to `log`."""
        with open(log or os.devnull, "ab") as out:  # noqa: PTH123  os.devnull
            process = subprocess.Popen(
                [str(part) for part in command],
                env=self.env,
                stdin=subprocess.DEVNULL,
                stdout=out,
                stderr=subprocess.STDOUT,
            )
        self.processes.append(process)
        return process

    def annolab(
        self, *arguments: str | Path, log: Path | None = None
    ) -> subprocess.Popen[bytes]:
        """Start AnnoLab on this display."""
        return self.start([sys.executable, "-m", "annolab", *arguments], log)

    def xdotool(self, *arguments: str | float) -> str:
        """Run one xdotool command and return what it prints."""
        result = subprocess.run(
            ["xdotool", *map(str, arguments)],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=30,
            check=True,
        )
        return result.stdout.strip()

    def windows(self, title: str) -> list[str]:
        """The visible windows whose title matches the regular expression."""
        result = subprocess.run(
            ["xdotool", "search", "--onlyvisible", "--name", title],
            env=self.env,
            capture_output=True,
            text=True,
            timeout=30,
            check=False,
        )
        return result.stdout.split()

    def window(self, title: str, seconds: float = 60) -> str:
        """Wait for a visible window with this title and make it the active one."""
        found = wait_for(
            lambda: self.windows(title), f"a window called {title!r}", seconds
        )
        self.xdotool("windowactivate", "--sync", found[-1])
        return found[-1]

    def move(self, window: str, x: float, y: float) -> None:
        """Put the mouse at a point of a window, in pixels from its corner."""
        self.xdotool("mousemove", "--sync", "--window", window, round(x), round(y))

    def click(self, window: str, x: float, y: float, button: int = 1) -> None:
        """Click at a point of a window."""
        self.move(window, x, y)
        self.xdotool("click", button)

    def drag(self, window: str, *points: tuple[float, float], button: int = 1) -> None:
        """Press at the first point, move over the others, release at the last."""
        self.move(window, *points[0])
        self.xdotool("mousedown", button)
        for point in points[1:]:
            self.move(window, *point)
        self.xdotool("mouseup", button)

    def key(self, *keys: str) -> None:
        """Press keys one after the other, in xdotool's spelling: "ctrl+z"."""
        self.xdotool("key", "--delay", 40, *keys)

    def type(self, text: str) -> None:
        """Type a text."""
        self.xdotool("type", "--delay", 40, text)

    def shot(self, path: Path) -> Path:
        """Save a picture of the whole screen."""
        command = [sys.executable, "-c", SHOT, str(path)]
        subprocess.run(command, env=self.env, timeout=60, check=True)
        return path

    def stop(self) -> None:
        """End what was started here, the newest first."""
        for process in reversed(self.processes):
            process.terminate()
        for process in reversed(self.processes):
            try:
                process.wait(5)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()
