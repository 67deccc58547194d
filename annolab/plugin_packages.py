"""Packages that plug-ins bring along, in a folder `vendor` beside `plugin.toml`.

They are found after everything else, so none takes the place of what AnnoLab or
Python has, and by every plug-in: a program holds one package of a name. Which of two
that differ is used is decided in `plugins.find_plugins`, before anything is loaded.
"""

from __future__ import annotations

import filecmp
import importlib.machinery
import os
import sys
from collections.abc import Sequence
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from pathlib import Path
from types import ModuleType

from annolab.errors import PluginError

VENDOR = "vendor"
_SUFFIXES = tuple(sorted(importlib.machinery.all_suffixes(), key=len, reverse=True))


def packages(folder: Path) -> dict[str, Path]:
    """What the plug-in in a folder brings: files and folders by the name to import."""
    found: dict[str, Path] = {}
    try:
        entries = sorted(os.scandir(folder / VENDOR), key=lambda entry: entry.name)
    except OSError:  # most plug-ins bring nothing
        return found
    for entry in entries:
        name = entry.name
        try:
            is_folder, is_file = entry.is_dir(), entry.is_file()
        except OSError:  # a link to itself
            continue
        if not is_folder:
            ending = next((end for end in _SUFFIXES if name.endswith(end)), None)
            name = name.removesuffix(ending) if is_file and ending else ""
        if name.isidentifier() and name != "__pycache__":
            found.setdefault(name, Path(entry.path))
    return found


def same_package(one: Path, other: Path) -> bool:
    """Whether two packages are the same, file by file."""
    if not (one.is_dir() and other.is_dir()):
        try:
            return one.is_file() and other.is_file() and filecmp.cmp(one, other)
        except OSError:  # it may not be read
            return False
    files = [_files(place) for place in (one, other)]
    if files[0] != files[1]:
        return False
    return not any(filecmp.cmpfiles(one, other, files[0])[1:])


def _files(folder: Path) -> list[str]:
    found: list[str] = []
    for place, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name != "__pycache__"]
        found += (os.path.relpath(os.path.join(place, n), folder) for n in names)  # noqa: PTH118  a text
    return sorted(found)


class Brought:
    """Who brings which package: the first plug-in of a name is the one that is used."""

    def __init__(self) -> None:
        self._owners: dict[str, tuple[str, Path]] = {}

    def claim(self, plugin_id: str, folder: Path) -> str:
        """Take the names that a plug-in brings; a sentence when one is taken."""
        brings = packages(folder)
        for name, place in brings.items():
            owner, other = self._owners.get(name, (plugin_id, place))
            if owner != plugin_id and not same_package(place, other):
                return (
                    f"It brings another package {name!r} than the plug-in {owner!r}, "
                    "and a program can hold only one: ask for a version that brings "
                    f"the same one, or that keeps its own to itself ({VENDOR} in "
                    "docs/plugins.md)."
                )
        for name, place in brings.items():
            self._owners.setdefault(name, (plugin_id, place))
        return ""


def offer(folder: Path) -> None:
    """Let what the plug-in in a folder brings be imported from now on.

    Raises PluginError when another package of that name is in use.
    """
    for name, place in packages(folder).items():
        other = _finder.places.get(name, place)
        if not other.exists():  # taken away since
            other = place
        if other != place and not same_package(place, other):
            message = (
                f"it brings another package {name!r} than {other}, which is in use: "
                "start AnnoLab again."
            )
            raise PluginError(message)
        _finder.places[name] = other
    if _finder.places and _finder not in sys.meta_path:
        sys.meta_path.append(_finder)


class _Finder(MetaPathFinder):
    """Finds packages by the folder that was offered; the last that is asked."""

    def __init__(self) -> None:
        self.places: dict[str, Path] = {}

    def find_spec(
        self,
        fullname: str,
        path: Sequence[str] | None,
        target: ModuleType | None = None,
        /,
    ) -> ModuleSpec | None:
        """The module, when it is a package at the top and one of the plug-ins'."""
        place = None if path is not None else self.places.get(fullname)
        if place is None:
            return None
        return PathFinder.find_spec(fullname, [str(place.parent)], target)


_finder = _Finder()
