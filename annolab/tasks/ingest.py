"""Add files and folders to a project, and read the sizes of pictures."""

from __future__ import annotations

import os
import re
from array import array
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from itertools import islice
from pathlib import Path
from typing import TypeAlias

from annolab.errors import MediaError, UserError
from annolab.formats.base import Problem, Report, Severity
from annolab.jobs import Progress
from annolab.media import image
from annolab.media.probe import SUFFIXES, media_kind
from annolab.model.item import Item, Media
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.places import Places

PAGE = 512
ADDABLE = frozenset((Media.IMAGE,))
_READERS = 4  # hides the latency of network folders
_DIGITS = re.compile(r"(\d+)")
_File: TypeAlias = tuple[str, Media]
_Place: TypeAlias = tuple[int, str]  # root id, path below it
_UNREADABLE = "A file or folder that cannot be read."


def add_paths(
    project: Project,
    paths: Sequence[Path],
    *,
    recursive: bool = True,
    sizes: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Add pictures, and folders with all that is below them, as one undoable edit.

    First all files are listed and added, so that work can begin; then, with
    `sizes`, the header of each is read. Files that are in the project already
    are passed over, or joined with the item that an import made for them.
    Hidden files and folders are left out unless they are named. `report.read`
    counts the pictures found, `report.written` those that are new. Raises
    UserError when a path does not exist.
    """
    places = Places(project)
    for path in paths:
        if not path.exists():
            message = f"{path} does not exist."
            raise UserError(message)
        places.add(os.path.abspath(path if path.is_dir() else path.parent))
    walk = _Walk(Report(), progress or Progress(), recursive)
    joins = _Joins(project)
    empty = not project.totals().items
    added = array("q")
    with project.bulk(_title(paths)) as bulk:
        for files in _batches(walk.files(paths)):
            new = [
                (place, media)
                for file, media in files
                if (place := places.locate(file)) and not joins.join(file, place)
            ]
            known = set() if empty else _known(project, [place for place, _ in new])
            for place, media in new:
                if place not in known:
                    root_id, name = place
                    id_ = bulk.new_id()
                    bulk.add(Item(id=id_, path=name, media=media, root_id=root_id))
                    added.append(id_)
    walk.report.written = len(added)
    joins.finish(walk.report)
    if sizes:
        added.extend(item.id for item in joins.joined)
        fill_sizes(project, added, report=walk.report, progress=progress)
    return walk.report


def fill_sizes(
    project: Project,
    ids: Sequence[int] | None = None,
    *,
    report: Report | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read width, height, pages and bytes of pictures where they are not known.

    These are facts, not edits: Undo does not know them. A picture that cannot be
    read keeps the sentence that says why.
    """
    report = report or Report()
    progress = progress or Progress()
    ids = project.item_ids() if ids is None else ids
    with ThreadPoolExecutor(_READERS) as pool:
        for start in range(0, len(ids), PAGE):
            progress.step(start, len(ids), "Reading sizes of pictures")
            items = [i for i in project.items(ids[start : start + PAGE]) if _unread(i)]
            facts = list(pool.map(lambda item: _read_facts(project, item), items))
            if facts:
                project.note_media(facts)
            for before, item in zip(items, facts, strict=True):
                _report_facts(report, before, item)
    progress.step(len(ids), len(ids), "Reading sizes of pictures")
    return report


def natural_key(name: str) -> list[str | int]:
    """A key that sorts "img2" before "img10", whatever the case."""
    parts: list[str | int] = list(_DIGITS.split(name.casefold()))
    parts[1::2] = map(int, parts[1::2])
    return parts


def _title(paths: Sequence[Path]) -> str:
    return f"Add {paths[0].name}" if len(paths) == 1 else f"Add {len(paths)} paths"


def _batches(files: Iterable[_File]) -> Iterator[list[_File]]:
    rest = iter(files)
    while batch := list(islice(rest, PAGE)):
        yield batch


def _known(project: Project, places: Iterable[_Place]) -> set[_Place]:
    """Those of the places where an item is."""
    by_root: dict[int, list[str]] = {}
    for root_id, path in places:
        by_root.setdefault(root_id, []).append(path)
    return {
        (root_id, path)
        for root_id, paths in by_root.items()
        for path in project.items_at(root_id, paths)
    }


def _is_text(path: str) -> bool:
    """Whether a path can be stored as text: POSIX allows names that are none."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def _unread(item: Item) -> bool:
    unknown = item.width is None or item.size is None
    return item.media is Media.IMAGE and unknown and not item.problem


def _read_facts(project: Project, item: Item) -> Item:
    """`item` with what its file says; with a problem when it says nothing."""
    try:
        path = project.media_path(item)
        info = image.probe(path)
        size = path.stat().st_size
    except FileNotFoundError:
        return replace(item, missing=True)
    except (MediaError, UserError) as error:
        return replace(item, problem=str(error))
    except OSError as error:
        return replace(item, problem=f"{item.name} cannot be read: {error.strerror}.")
    return replace(
        item,
        width=info.width,
        height=info.height,
        length=float(info.pages),
        size=size,
        missing=False,
    )


def _report_facts(report: Report, before: Item, after: Item) -> None:
    if after.problem:
        reason = "A picture that cannot be shown."
        report.add(Problem(reason, Severity.NOTE, after.problem, after.path))
    told, real = (before.width, before.height), (after.width, after.height)
    if None not in told and told != real:
        reason = "The picture has another size than an import said."
        where = f"{real[0]} x {real[1]}, not {told[0]} x {told[1]}"
        report.add(Problem(reason, Severity.NOTE, where, after.path))


@dataclass(slots=True)
class _Walk:
    """Lists files; remembers folders, so that links cannot lead in circles."""

    report: Report
    progress: Progress
    recursive: bool
    seen: set[tuple[int, int]] = field(default_factory=set)

    def files(self, paths: Sequence[Path]) -> Iterator[_File]:
        """Absolute paths of all media that can be added, in natural order."""
        folders = [path for path in paths if path.is_dir()]
        for path in folders:
            for file in self._below(os.path.abspath(path)):
                yield from self._checked(file)
        for path in paths:
            if path in folders or self._was_listed(path):
                continue
            yield from self._checked(os.path.abspath(path), named=True)

    def _was_listed(self, path: Path) -> bool:
        parent = path.absolute().parent.stat()
        listed = (parent.st_dev, parent.st_ino) in self.seen
        return listed and not path.name.startswith(".")

    def _below(self, folder: str) -> Iterator[str]:
        stack = [folder]
        while stack:
            folder = stack.pop()
            files, folders = self._listing(folder)
            yield from (os.path.join(folder, name) for name in files)
            if self.recursive:
                stack += [os.path.join(folder, n) for n in reversed(folders)]

    def _listing(self, folder: str) -> tuple[list[str], list[str]]:
        files: list[str] = []
        folders: list[str] = []
        try:
            status = os.stat(folder)
            key = (status.st_dev, status.st_ino)
            if key in self.seen:
                return files, folders
            self.seen.add(key)
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        (folders if entry.is_dir() else files).append(entry.name)
        except OSError as error:
            self._problem(_UNREADABLE, folder, f"{folder}: {error.strerror}")
        files.sort(key=natural_key)
        folders.sort(key=natural_key)
        return files, folders

    def _checked(self, file: str, *, named: bool = False) -> Iterator[_File]:
        """The file with its kind, if it can be added; else a line of the report."""
        media = SUFFIXES.get(os.path.splitext(file)[1].lower())
        if media is None:
            media = media_kind(Path(file))
        if media is None:
            severity = Severity.SKIPPED if named else Severity.NOTE
            self._problem("A file that is not a picture.", file, severity=severity)
        elif media not in ADDABLE:
            reason = f"A file of the kind {media.value}: not supported yet."
            self._problem(reason, file)
        elif not _is_text(file):
            self._problem("A file name that is not valid Unicode.", ascii(file))
        else:
            self.report.read += 1
            if self.report.read % PAGE == 1:
                self.progress.step(self.report.read, None, "Looking for pictures")
            yield file, media

    def _problem(
        self,
        reason: str,
        path: str,
        where: str = "",
        severity: Severity = Severity.SKIPPED,
    ) -> None:
        self.report.add(Problem(reason, severity, where or path))


class _Joins:
    """Items that an import made for missing media, by the ends of their paths."""

    def __init__(self, project: Project) -> None:
        self.joined: list[Item] = []
        self._project = project
        self._by_name: dict[str, list[Item]] = {}
        missing = project.item_ids(Filter(missing=True))
        for start in range(0, len(missing), PAGE):
            for item in project.items(missing[start : start + PAGE]):
                self._by_name.setdefault(item.name, []).append(item)

    def join(self, file: str, place: _Place) -> bool:
        """Whether `file` is the media of a missing item; it has it from now on.

        The item whose path agrees with more of the end of `file` goes first.
        """
        name = os.path.basename(file)
        candidates = self._by_name.get(name)
        if not candidates:
            return False
        whole = "/" + file.replace(os.sep, "/")
        fitting = [c for c in candidates if whole.endswith("/" + c.path)]
        if not fitting or self._project.item_at(*place) not in (None, *fitting):
            return False
        item = max(fitting, key=lambda c: ((c.root_id, c.path) == place, len(c.path)))
        candidates.remove(item)
        root_id, path = place
        found = replace(item, root_id=root_id, path=path, missing=False, problem="")
        self.joined.append(found)
        return True

    def finish(self, report: Report) -> None:
        """Write the joins, and count them in the report."""
        if self.joined:
            self._project.note_media(self.joined)
        for item in self.joined:
            reason = "A picture that was missing was found."
            report.add(Problem(reason, Severity.NOTE, item=item.path))
