"""List the media files below folders, in natural order and without circles."""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import TypeAlias

from annolab.formats.base import Problem, Report, Severity
from annolab.formats.per_item import is_folder, is_text
from annolab.jobs import Progress
from annolab.media.picture_run import DIGITS, is_run
from annolab.media.probe import SUFFIXES, media_kind
from annolab.media.table import is_table
from annolab.model.item import Media
from annolab.model.order import natural_key
from annolab.store.connection import SUFFIX

PAGE = 512
Files: TypeAlias = list[tuple[str, Media]]  # names with their kinds


@dataclass(slots=True)
class Walk:
    """Lists files; remembers folders, so that links cannot lead in circles.

    Texts of a folder with pictures, films or sounds anywhere in it are left out: they
    are labels, licences or notes. A text that is named itself is taken in any case.
    So are tables, and those of other folders are told by `tables`.
    `report.read` counts the files that can be added; the others are problems.
    """

    report: Report
    progress: Progress
    recursive: bool
    own: Path  # the project: opening it here would drop SQLite's locks on it
    _seen: set[tuple[int, int]] = field(default_factory=set)
    _texts: list[tuple[str, str]] = field(default_factory=list)  # folder, name
    _tables: list[Path] = field(default_factory=list)  # of the folder that is listed
    tables: list[Path] = field(default_factory=list)

    def pages(self, paths: Sequence[Path]) -> Iterator[tuple[str, Files]]:
        """A few hundred files at a time, all of one absolute folder."""
        folders = [path for path in paths if path.is_dir()]
        named = dict.fromkeys(os.path.abspath(p) for p in paths if p not in folders)
        for path in folders:
            before = self.report.read
            for folder, names in self._below(os.path.abspath(path)):
                for start in range(0, len(names), PAGE):
                    yield folder, self._checked(folder, names[start : start + PAGE])
            texts = [text for text in self._texts if os.path.join(*text) not in named]
            self._texts.clear()
            beside = self.report.read > before
            yield from self._own_texts(texts, beside=beside)
            if beside:
                tell_tables(self._tables, self.report)
            else:
                self.tables += [t for t in self._tables if str(t) not in named]
            self._tables.clear()
        for file in named:
            folder, name = os.path.split(file)
            own = name.startswith(".") or _suffix_media(name) is Media.TEXT
            if own or not self._was_listed(folder):
                yield folder, self._checked(folder, [name], named=True)

    def _own_texts(
        self, texts: list[tuple[str, str]], *, beside: bool
    ) -> Iterator[tuple[str, Files]]:
        """The texts that were put aside, if they are what the folder holds."""
        if beside:
            reason = "A text in a folder of pictures or sounds: name it to add it."
            for text in texts:
                self.report.add(Problem(reason, Severity.NOTE, os.path.join(*text)))
            return
        for folder, pairs in groupby(texts, key=itemgetter(0)):
            names = [name for _, name in pairs]
            self.report.read += len(names)
            for start in range(0, len(names), PAGE):
                page = names[start : start + PAGE]
                yield folder, [(name, Media.TEXT) for name in page]

    def _was_listed(self, folder: str) -> bool:
        status = os.stat(folder)
        return (status.st_dev, status.st_ino) in self._seen

    def _below(self, folder: str) -> Iterator[tuple[str, list[str]]]:
        stack = [folder]
        while stack:
            folder = stack.pop()
            files, folders = self._listing(folder)
            yield folder, files
            if self.recursive:
                stack += [os.path.join(folder, n) for n in reversed(folders)]

    def _listing(self, folder: str) -> tuple[list[str], list[str]]:
        """Names of the files and folders in a folder; none when it was seen before."""
        files: list[str] = []
        folders: list[str] = []
        try:
            status = os.stat(folder)
            key = (status.st_dev, status.st_ino)
            if key in self._seen:
                return files, folders
            self._seen.add(key)
            with os.scandir(folder) as entries:
                for entry in entries:
                    if not entry.name.startswith("."):
                        (folders if is_folder(entry) else files).append(entry.name)
        except OSError as error:
            reason = "A folder that cannot be read."
            self.report.add(Problem(reason, where=f"{folder}: {error.strerror}"))
        files.sort(key=natural_key)
        folders.sort(key=natural_key)
        return files, folders

    def _checked(self, folder: str, names: list[str], *, named: bool = False) -> Files:
        """Those that can be added, with their kinds; a line of report for the rest."""
        files: Files = []
        for name in names:
            media = _suffix_media(name)
            if named and DIGITS in name and is_run(Path(folder, name)):
                media = Media.VIDEO
            own = media is None and self._is_own(name)
            if own and not named:
                continue
            if media is None and not own:
                media = media_kind(Path(folder, name))
            if media is not None and (name.isascii() or is_text(name)):
                if media is Media.TEXT and not named:
                    self._texts.append((folder, name))
                else:
                    files.append((name, media))
            else:
                self._refuse(folder, name, media, named=named)
        self.report.read += len(files)
        self.progress.step(self.report.read, None, "Looking for files")
        return files

    def _is_own(self, name: str) -> bool:
        """Whether a file may be a project, or lie beside one for SQLite."""
        return name.startswith(self.own.name) or SUFFIX in name

    def _refuse(
        self, folder: str, name: str, media: Media | None, *, named: bool
    ) -> None:
        severity = Severity.SKIPPED
        reason = "A file name that is not valid Unicode."
        if media is None:
            reason = "A file that is no picture, no film, no sound and no text."
            severity = Severity.SKIPPED if named else Severity.NOTE
            if is_table(name) and is_text(name):
                table = Path(folder, name)
                if named:
                    tell_tables([table], self.report)
                else:
                    self._tables.append(table)
                return
        where = os.path.join(folder, name)
        where = where if is_text(where) else ascii(where)
        self.report.add(Problem(reason, severity, where))


def tell_tables(tables: Iterable[Path], report: Report) -> None:
    """Report tables in folders, which are added only by their names."""
    reason = "A table: add it by its name to make each row a text."
    for table in tables:
        report.add(Problem(reason, Severity.NOTE, str(table)))


def _suffix_media(name: str) -> Media | None:
    return SUFFIXES.get(name[name.rfind(".") :].lower())
