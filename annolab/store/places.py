"""Where media are: roots, relative to the project file where that makes sense."""

from __future__ import annotations

import os
import re
from functools import lru_cache
from pathlib import Path, PureWindowsPath

from annolab.errors import FolderNotNamed, UserError
from annolab.model.item import Root
from annolab.store.named import NamedFolders

PROJECT_ROOT = 0


def stored_root(project: Path, folder: Path) -> str:
    """How a root is written: relative when it moves together with the project.

    That is when both lie in one folder below the top of the disk.
    """
    place = Path(os.path.normpath(folder.absolute()))
    home = Path(os.path.normpath(project.absolute().parent))
    try:
        common = Path(os.path.commonpath((place, home)))
    except ValueError:  # two drives
        return str(place)
    if common == Path(place.anchor):
        return str(place)
    return Path(os.path.relpath(place, home)).as_posix()


def root_folder(project: Path, root: Root) -> Path:
    """The folder a root means now."""
    return _folder(project.absolute().parent, root.path)


@lru_cache(maxsize=256)
def _folder(above: Path, path: str) -> Path:
    return Path(os.path.normpath(above / path))


def media_path(
    project: Path, root: Root | None, path: str, named: NamedFolders
) -> Path:
    """The file of an item.

    UserError when its path leaves its root, FolderNotNamed when the root is none
    that may be followed.
    """
    if root is None:
        message = f"The folder of “{path}” is not known to the project."
        raise UserError(message)
    if leaves_root(path):
        message = f"“{path}” leads out of the folder of its item: it is not opened."
        raise UserError(message)
    folder = root_folder(project, root)
    if not named.allow(folder, project):
        message = (
            f"“{path}” is in {folder}, which lies outside of the project and which you "
            "have not named here: allow this folder if you know where it came from."
        )
        raise FolderNotNamed(message)
    file = folder / path
    if not named.reach(file, project):
        message = (
            f"“{path}” is a link that leads out of the folders you have named here: "
            f"allow {folder} if you know where it came from."
        )
        raise FolderNotNamed(message)
    return file


def leaves_root(path: str, *, windows: bool = os.name == "nt") -> bool:
    """Whether a path in a project file could lead out of its root.

    A project may come from anywhere and be opened on any system, so `\\` counts
    as a separator everywhere, and drive letters are refused everywhere.
    """
    parts = re.split(r"[/\\]", path)
    strange = "\0" in path or parts[0] == "" or ".." in parts
    drive = re.match(r"[A-Za-z]:", path) is not None
    return strange or drive or (windows and _windows_trap(path))


def _windows_trap(path: str) -> bool:
    """Streams (`a:b`) and device names (`nul`)."""
    return ":" in path or PureWindowsPath(path).is_reserved()
