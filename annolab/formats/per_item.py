"""Formats that are a folder with one file for each item, named after the item.

Reading: `annotation_files` lists the files, `ctx.companion(name)` gives the item
of each. Writing: `sink.open(target_name(...))` for each item, always a name inside
the target. A target that is a single file is the business of whoever made the
sink: it takes the first name for the target itself and refuses a second.
"""

from __future__ import annotations

import os
import re
from collections.abc import Collection, Iterator
from itertools import count, islice
from pathlib import Path

from annolab.errors import FormatError
from annolab.formats.base import Problem, Report
from annolab.model.item import Item
from annolab.model.order import natural_key

LOOKED_AT = 5000  # entries of folders, when a format is found out
_UNSAFE = re.compile(r'[\\:\0-\x1f<>"|?*]')  # cannot be in a name on every system


def annotation_files(
    path: Path,
    suffixes: Collection[str],
    report: Report | None = None,
    *,
    most: int | None = None,
) -> Iterator[tuple[Path, str]]:
    """The files of a source: absolute path, and path below the source with `/`.

    A file is a folder of one, whatever its suffix. In a folder those count whose
    names end in one of `suffixes` (lower case, with the dot), in natural order,
    those of a folder before those of the folders in it. Hidden ones are left out;
    links cannot lead in circles. Folders inside that cannot be read go to the
    report. `most`: entries to look at, at most. Raises FormatError when the source
    itself cannot be read.
    """
    if not path.is_dir():
        if not path.exists():
            message = "There is no such file or folder."
            raise FormatError(message, path=path)
        yield path.absolute(), path.name
        return
    endings = tuple(suffixes)
    report = report or Report()
    for name in islice(_names(os.path.abspath(path), report), most):
        if not name.lower().endswith(endings):
            continue
        if is_text(name):
            yield path.absolute() / name, name
        else:
            reason = "A file name that is not valid Unicode."
            report.add(Problem(reason, where=ascii(name)))


def has_files(path: Path, suffixes: Collection[str]) -> bool:
    """Whether a folder holds such a file among its first thousands of entries."""
    found = annotation_files(path, suffixes, most=LOOKED_AT)
    try:
        return next(found, None) is not None
    except FormatError:
        return False


def target_name(item: Item, suffix: str, taken: set[str]) -> str:
    """Where the file of an item goes in an exported folder; added to `taken`.

    That is the path of the item with another suffix (with its dot):
    `a/speech.wav` -> `a/speech.TextGrid`. Where another item has taken this name
    the whole name stays, `a/speech.wav.TextGrid`, which an import understands too.
    """
    path = "/".join(_safe(part) for part in item.path.split("/") if part)
    stem = without_suffix(path)
    plain = (f"{stem}{suffix}", f"{path}{suffix}")
    numbered = (f"{stem}-{number}{suffix}" for number in count(2))
    for names in (plain, numbered):
        for name in names:
            if name.casefold() not in taken:
                taken.add(name.casefold())
                return name
    raise AssertionError(path)  # pragma: no cover  numbers do not end


def without_suffix(path: str) -> str:
    """A path without the suffix of its file: `a.b/c.d.wav` -> `a.b/c.d`."""
    folder, slash, name = path.rpartition("/")
    stem, dot, _ = name.rpartition(".")
    return folder + slash + (stem if dot and stem else name)


def _safe(part: str) -> str:
    part = _UNSAFE.sub("_", part)
    return "_" if part in (".", "..") else part


def _names(top: str, report: Report) -> Iterator[str]:
    """Paths below `top` of the files in it, folder by folder."""
    stack: list[str] = [""]
    seen: set[tuple[int, int]] = set()
    while stack:
        above = stack.pop()
        folder = os.path.join(top, above)
        try:
            status = os.stat(folder)
            if (status.st_dev, status.st_ino) in seen:
                continue
            seen.add((status.st_dev, status.st_ino))
            files, folders = _listing(folder)
        except OSError as error:
            if not above:
                message = f"The folder cannot be read: {error.strerror or error}."
                raise FormatError(message, path=Path(top)) from error
            where = f"{above}: {error.strerror or error}"
            report.add(Problem("A folder that cannot be read.", where=where))
            continue
        yield from (above + name for name in files)
        stack += [f"{above}{name}/" for name in reversed(folders)]


def _listing(folder: str) -> tuple[list[str], list[str]]:
    files: list[str] = []
    folders: list[str] = []
    with os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                (folders if is_folder(entry) else files).append(entry.name)
    return sorted(files, key=natural_key), sorted(folders, key=natural_key)


def is_folder(entry: os.DirEntry[str]) -> bool:
    """Whether it is a folder, or a link to one."""
    try:
        return entry.is_dir()
    except OSError:  # a link to itself; opening it says so
        return False


def is_text(name: str) -> bool:
    """Whether a name can be stored as text: POSIX allows names that are none."""
    try:
        name.encode()
    except UnicodeEncodeError:
        return False
    return True
