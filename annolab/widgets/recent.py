"""What was open lately, and where: the state of the window between two starts."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QSettings

KEPT = 12


@dataclass(frozen=True, slots=True)
class Recent:
    """A project that was open, and the item that was shown."""

    path: Path
    item_id: int | None = None

    @property
    def missing(self) -> bool:
        """Whether the file is not there now."""
        return not self.path.is_file()


def state() -> QSettings:
    """Geometry and recent projects: kept apart from the options."""
    return QSettings("AnnoLab", "AnnoLab")


def recent_projects() -> list[Recent]:
    """The projects that were open, the last one first."""
    try:
        entries = json.loads(str(state().value("recent", "[]")))
    except ValueError:
        return []
    found = []
    for entry in entries if isinstance(entries, list) else ():
        if isinstance(entry, dict) and isinstance(entry.get("path"), str):
            item = entry.get("item")
            item_id = item if isinstance(item, int) else None
            found.append(Recent(Path(entry["path"]), item_id))
    return found


def remember(path: Path, item_id: int | None = None) -> None:
    """Put a project first."""
    path = path.absolute()
    rest = [entry for entry in recent_projects() if entry.path != path]
    _write([Recent(path, item_id), *rest][:KEPT])


def forget(path: Path) -> None:
    """Take a project off the list; its file stays."""
    _write([entry for entry in recent_projects() if entry.path != path])


def last_item(path: Path) -> int | None:
    """The item that was shown when the project was closed."""
    path = path.absolute()
    found = (entry.item_id for entry in recent_projects() if entry.path == path)
    return next(found, None)


def _write(entries: list[Recent]) -> None:
    data = [{"path": str(entry.path), "item": entry.item_id} for entry in entries]
    state().setValue("recent", json.dumps(data))
