"""Somebody at the screen: presses, types, and looks before the next step."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.screen import Screen, wait_for


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
