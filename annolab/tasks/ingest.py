"""Add files and folders to a project, and read what their headers tell."""

from __future__ import annotations

import os
import time
from array import array
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from annolab.errors import UserError
from annolab.formats.base import Problem, Report, Severity
from annolab.formats.per_item import without_suffix
from annolab.jobs import Progress
from annolab.media.picture_run import is_run
from annolab.media.text import encoding_named
from annolab.model.item import Item, Media
from annolab.model.text_item import TextSpec, text_spec, with_spec
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.tasks.facts import is_unread, read_facts, unreadable
from annolab.tasks.listing import PAGE, Walk, tell_tables
from annolab.tasks.places import Places
from annolab.tasks.stems import fitting as fitting_media
from annolab.tasks.stems import is_guess

READING = "Reading sizes and lengths"
KEPT = "A text that was there already: its encoding is as it was."
_READERS = 4  # hides the latency of network folders
_TRIED, _QUICK = 16, 0.002  # files of a page to try, seconds for each


def add_paths(
    project: Project,
    paths: Sequence[Path],
    *,
    recursive: bool = True,
    sizes: bool = True,
    progress: Progress | None = None,
) -> Report:
    """Add files, and folders with all that is below them, as one undoable edit.

    First all files are listed and added, so that work can begin; then, with
    `sizes`, the header of each is read. Files that are in the project already
    are passed over, or joined with the item that an import made for them.
    Hidden files and folders are left out unless they are named. A path like
    `shots/#.png` adds numbered pictures as one film. `report.read`
    counts the media found, `report.written` those that are new. Raises
    UserError when a path does not exist.
    """
    added = add_media(
        project, paths, recursive=recursive, sizes=sizes, progress=progress
    )
    tell_tables(added.tables, added.report)
    return added.report


@dataclass(frozen=True, slots=True)
class Added:
    """What was added: a report, and the ids of the items that are new or joined.

    `tables`: in the folders; their rows may be texts.
    """

    report: Report
    ids: array[int]
    tables: tuple[Path, ...] = ()


def add_media(
    project: Project,
    paths: Sequence[Path],
    *,
    recursive: bool = True,
    sizes: bool = True,
    encoding: str = "",
    progress: Progress | None = None,
) -> Added:
    """Do what `add_paths` does, and tell which items have come.

    `encoding`: how the texts are read that are new; "": it is found out.
    """
    places = Places(project)
    for path in paths:
        if not (path.exists() or is_run(path)):
            message = f"{path} does not exist."
            raise UserError(message)
        places.add(os.path.abspath(path if path.is_dir() else path.parent))
    walk = Walk(Report(), progress or Progress(), recursive, project.path)
    joins = _Joins(project)
    spec = TextSpec(encoding=encoding_named(encoding))
    empty = not project.totals().items
    added = array("q")
    with project.bulk(_title(paths), project.annotator) as bulk:
        for folder, files in walk.pages(paths):
            root_id, above = places.folder(folder)
            items = [
                Item(id=bulk.new_id(), path=above + name, media=media, root_id=root_id)
                for name, media in files
            ]
            if encoding:
                items = [with_spec(i, spec) if _is_text(i) else i for i in items]
            known = {} if empty else project.items_at(root_id, (i.path for i in items))
            names = frozenset(name for name, _ in files)
            for item in items:
                if (
                    not joins.join(folder, item, known, names)
                    and item.path not in known
                ):
                    bulk.add(item)
                    added.append(item.id)
                elif encoding and item.path in known and _is_text(item):
                    walk.report.add(Problem(KEPT, Severity.NOTE, item=item.path))
    walk.report.written = len(added)
    joins.finish(walk.report)
    added.extend(item.id for item in joins.joined)
    if sizes:
        fill_sizes(project, added, report=walk.report, progress=progress)
    return Added(walk.report, added, tuple(walk.tables))


def _is_text(item: Item) -> bool:
    return item.media is Media.TEXT


def fill_sizes(
    project: Project,
    ids: Sequence[int] | None = None,
    *,
    report: Report | None = None,
    progress: Progress | None = None,
) -> Report:
    """Read what the headers of media tell, where it is not known.

    That is width, height and pages of a picture, width, height, pictures and rate of
    a film, length and rate of a sound, length and encoding of a text, and the bytes
    of all. These are facts, not edits: Undo does not know them. What cannot be read
    keeps the sentence that says why.
    """
    report = report or Report()
    progress = progress or Progress()
    ids = project.item_ids() if ids is None else ids
    with ThreadPoolExecutor(_READERS) as pool:
        for start in range(0, len(ids), PAGE):
            progress.step(start, len(ids), READING)
            items = [
                i for i in project.items(ids[start : start + PAGE]) if is_unread(i)
            ]
            facts = _read_all(project, items, pool)
            if facts:
                project.note_media(facts)
            for before, item in zip(items, facts, strict=True):
                _report_facts(report, before, item)
    progress.step(len(ids), len(ids), READING)
    return report


def _read_all(
    project: Project, items: Sequence[Item], pool: ThreadPoolExecutor
) -> list[Item]:
    """The items with their facts: by several threads where the disk is slow.

    Where it is not they are in each other's way: with 4, 100,000 clips took more
    than twice as long.
    """
    start = time.perf_counter()
    first = [read_facts(project, item) for item in items[:_TRIED]]
    each = (time.perf_counter() - start) / max(1, len(first))
    rest = items[_TRIED:]
    read = partial(read_facts, project)
    return [*first, *(map(read, rest) if each < _QUICK else pool.map(read, rest))]


def _title(paths: Sequence[Path]) -> str:
    return f"Add {paths[0].name}" if len(paths) == 1 else f"Add {len(paths)} paths"


def _report_facts(report: Report, before: Item, after: Item) -> None:
    if after.problem:
        reason = unreadable(after)
        report.add(Problem(reason, Severity.NOTE, after.problem, after.path))
    told, real = (before.width, before.height), (after.width, after.height)
    if None not in told and told != real:
        reason = "The picture has another size than an import said."
        where = f"{real[0]} x {real[1]}, not {told[0]} x {told[1]}"
        report.add(Problem(reason, Severity.NOTE, where, after.path))
    encoding = text_spec(after).encoding
    if encoding and not text_spec(before).encoding:
        reason = "A text that is not UTF-8: see whether it is right, or choose another."
        where = f"read as {encoding}"
        report.add(Problem(reason, Severity.NOTE, where, after.path))


_WORDS = {
    Media.IMAGE: "A picture",
    Media.VIDEO: "A film",
    Media.AUDIO: "A sound",
    Media.TEXT: "A text",
}


class _Joins:
    """Items that an import made for missing media, by the ends of their paths."""

    def __init__(self, project: Project) -> None:
        self.joined: list[Item] = []
        self._project = project
        self._by_name: dict[str, list[Item]] = {}
        self._guesses: dict[str, list[Item]] = {}  # by stem: the suffix may differ
        missing = project.item_ids(Filter(missing=True))
        for start in range(0, len(missing), PAGE):
            for item in project.items(missing[start : start + PAGE]):
                self._by_name.setdefault(item.name, []).append(item)
                if is_guess(item):
                    stem = without_suffix(item.name)
                    self._guesses.setdefault(stem, []).append(item)

    def join(
        self, folder: str, new: Item, known: Mapping[str, int], names: frozenset[str]
    ) -> bool:
        """Whether `new` is a missing item, which has its place from now on.

        The item whose path agrees with more of the end of the path goes first.
        `known` are the items at the places around, `names` the files beside it.
        """
        whole = "/" + folder.replace(os.sep, "/") + "/" + new.name
        fitting = [c for c in self._missing(new, names) if _ends(whole, c, new)]
        here = known.get(new.path)
        if not fitting or here not in (None, *(item.id for item in fitting)):
            return False
        item = max(fitting, key=lambda c: (c.id == here, len(c.path)))
        self._by_name[item.name].remove(item)
        if is_guess(item):
            self._guesses[without_suffix(item.name)].remove(item)
        declared = text_spec(new).encoding
        if declared:
            item = with_spec(item, replace(text_spec(item), encoding=declared))
        item = replace(item, root_id=new.root_id, path=new.path, media=new.media)
        self.joined.append(replace(item, missing=False, problem=""))
        return True

    def _missing(self, new: Item, names: frozenset[str]) -> list[Item]:
        """The missing items that have this name, or are said to have this stem."""
        named = self._by_name.get(new.name)
        if named or not self._guesses:
            return named or []
        guesses = self._guesses.get(without_suffix(new.name), [])
        return [
            item
            for item in guesses
            if new.media in fitting_media(item.media) and item.name not in names
        ]

    def finish(self, report: Report) -> None:
        """Write the joins, and count them in the report."""
        if self.joined:
            self._project.note_media(self.joined)
        for item in self.joined:
            reason = f"{_WORDS[item.media]} that was missing was found."
            report.add(Problem(reason, Severity.NOTE, item=item.path))


def _ends(whole: str, item: Item, new: Item) -> bool:
    """Whether the path of a missing item is the end of a path."""
    if item.name == new.name:
        return whole.endswith("/" + item.path)
    return without_suffix(whole).endswith("/" + without_suffix(item.path))
