"""This program itself: how it is installed, and how it starts itself once more."""

from __future__ import annotations

import sys
from pathlib import Path

_START = (
    "import sys; sys.path.insert(0, {root!r}); "
    "from annolab.cli import main; main(sys.argv[1:])"
)
# On Windows beside the program of the window, which may have no output.
_WITH_CONSOLE = "annolab-cli.exe"


def is_packaged() -> bool:
    """Whether this is a packaged program, which brings its own Python along."""
    return bool(getattr(sys, "frozen", False))


def own_command(*arguments: str) -> list[str]:
    """What starts this program with other arguments, as a process of its own.

    In a packaged program `sys.executable` is the program and no Python. Elsewhere
    nothing is imported from the folder that the user happens to be in.
    """
    if is_packaged():
        beside = Path(sys.executable).with_name(_WITH_CONSOLE)
        return [str(beside) if beside.exists() else sys.executable, *arguments]
    root = str(Path(__file__).resolve().parent.parent)
    return [sys.executable, "-P", "-c", _START.format(root=root), *arguments]
