"""Killed at any moment, a project loses at most the edit in flight.

A child makes random edits and acknowledges each one after its commit; it is
killed with SIGKILL at random moments, and the project is opened again and again.
"""

from __future__ import annotations

import random
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from annolab.store.project import Project, create_project, open_project
from tests.durability.digest import digest

ROOT = Path(__file__).parents[2]


@dataclass
class Figures:
    """What happened."""

    kills: int = 0
    acknowledged: int = 0
    unacknowledged: int = 0
    undone: int = 0
    slowest_open: float = 0.0

    def __str__(self) -> str:
        return (
            f"{self.kills} kills: {self.acknowledged} edits acknowledged, 0 lost;"
            f" {self.unacknowledged} committed but not yet acknowledged;"
            f" {self.undone} undone to the start;"
            f" slowest opening {self.slowest_open * 1000:.0f} ms"
        )


def run_and_kill(
    path: Path, chance: random.Random, more: Sequence[str]
) -> list[tuple[int, int]]:
    """Let the child edit until it is killed; what it acknowledged."""
    command = [sys.executable, "-m", "tests.durability.editor", str(path)]
    with subprocess.Popen(
        [*command, str(chance.randrange(1 << 30)), *more],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as child:
        assert child.stdout is not None
        first = child.stdout.readline()
        assert first, "the child never made an edit"
        time.sleep(chance.uniform(0, 0.15))
        child.send_signal(signal.SIGKILL)
        lines = [first, *child.stdout]
    # The last line may be cut off: then it does not count as acknowledged.
    whole = [line.split() for line in lines if line.endswith("\n")]
    return [(int(depth), int(content)) for depth, content in whole]


def depth_of(project: Project) -> int:
    """How many edits can be undone."""
    return sum(step.done for step in project.history(1_000_000))


def torture(path: Path, kills: int, seed: int, *, bulk: bool = False) -> Figures:
    """Kill and look, `kills` times; at the end undo everything."""
    chance = random.Random(seed)
    figures = Figures()
    with create_project(path, annotator="anna") as project:
        empty = digest(project)
    for _ in range(kills):
        acknowledged = run_and_kill(path, chance, ["bulk"] if bulk else [])
        figures.kills += 1
        figures.acknowledged += len(acknowledged)
        start = time.perf_counter()
        with open_project(path, annotator="anna") as project:
            took = time.perf_counter() - start
            figures.slowest_open = max(figures.slowest_open, took)
            assert project._all("PRAGMA integrity_check") == [("ok",)]
            if figures.kills % 10 == 0:  # all of it, also the history
                assert project.check() == []
            depth, content = acknowledged[-1]
            if digest(project) != content:
                # One more may be there, and then one step leads back or forth.
                figures.unacknowledged += 1
                assert abs(depth_of(project) - depth) == 1
                assert_one_step_from(project, depth, content)
    with open_project(path, annotator="anna") as project:
        while project.undo() is not None:
            figures.undone += 1
        assert digest(project) == empty
        assert project.check() == []
    assert list(path.parent.iterdir()) == [path]
    return figures


def assert_one_step_from(project: Project, depth: int, content: int) -> None:
    """The last acknowledged state, then back to what was found."""
    found = digest(project)
    back, forth = project.undo, project.redo
    if depth_of(project) < depth:
        back, forth = forth, back
    assert back() is not None
    assert digest(project) == content
    assert forth() is not None
    assert digest(project) == found


@pytest.mark.parametrize("bulk", [False, True])
def test_nothing_acknowledged_is_lost(
    tmp_path: Path, bulk: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = torture(tmp_path / "test.annolab", 10, seed=1, bulk=bulk)
    with capsys.disabled():
        print(f"\n{figures}")


@pytest.mark.slow
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("bulk", [False, True])
def test_nothing_acknowledged_is_lost_in_200_kills(
    tmp_path: Path, bulk: bool, capsys: pytest.CaptureFixture[str]
) -> None:
    figures = torture(
        tmp_path / "test.annolab", 200, seed=time.time_ns() % 1000, bulk=bulk
    )
    with capsys.disabled():
        print(f"\n{figures}")
