"""What commands say, and what they leave."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from annolab.store.project import open_project


class Said(NamedTuple):
    """What a command did."""

    status: int
    text: str


def sound(path: Path) -> bool:
    """Whether the project file is as AnnoLab writes it, and nothing lies beside it."""
    with open_project(path) as opened:
        assert opened.check() == []
    return not [f for f in path.parent.iterdir() if f.name.startswith(f"{path.name}-")]


def contents(folder: Path) -> dict[str, bytes]:
    """Every plain file below a folder."""
    return {
        str(f.relative_to(folder)): f.read_bytes()
        for f in folder.rglob("*")
        if f.is_file()
    }
