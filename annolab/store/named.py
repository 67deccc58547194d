"""The folders that the user has named on this computer.

A project may come from anywhere, and it says itself in which folders its media
are. Only those are followed that lie in the folder of the project file, or in a
folder that the user named: by adding it, by importing from it, by relocating to
it, or when asked. Nothing of another folder is looked at, not even whether it is
there: on Windows a mere look at `\\\\server\\share` calls the server.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

MOST_BYTES = 4 << 20
MOST_FOLDERS = 2000  # the oldest are forgotten


def named_folders_file() -> Path:
    """Where this user's list is kept."""
    import platformdirs

    folder = platformdirs.user_data_dir("annolab", appauthor=False)
    return Path(folder) / "named-folders.json"


class NamedFolders:
    """A list of folders in a file of the user; a file that is damaged is empty.

    The file is read at each question that needs it when it has changed, so that
    what another window allows counts here, too.
    """

    def __init__(self, file: Path | None = None) -> None:
        self._file = file
        self._read_at: tuple[int, int] | None = None
        self._folders: tuple[str, ...] = ()
        self._keys: frozenset[str] = frozenset()
        self._real: dict[str, str] = {}
        # As long as the folders are the same:
        self._trusted: dict[Path, frozenset[str]] = {}
        self._answers: dict[tuple[str, Path], bool] = {}

    @classmethod
    def of_this_user(cls) -> NamedFolders:
        """The list of the user of this computer."""
        return cls(named_folders_file())

    @property
    def folders(self) -> tuple[str, ...]:
        """The named folders, absolute, the oldest first."""
        if self._file is not None:
            with suppress(OSError):
                status = self._file.stat()
                stamp = (status.st_mtime_ns, status.st_size)
                if stamp != self._read_at and status.st_size <= MOST_BYTES:
                    self._hold(_read(self._file))
                    self._read_at = stamp
        return self._folders

    def add(self, folder: Path) -> None:
        """The user has named a folder. One that cannot be kept counts until the end."""
        name = _absolute(folder)
        if self._is_named(name):
            return
        above = frozenset((_key(name),))
        kept = [held for held in self._folders if not _within(held, above)]
        self._hold((*kept, name)[-MOST_FOLDERS:])
        if self._file is None:
            return
        text = json.dumps({"folders": self._folders}, ensure_ascii=False, indent=1)
        draft = self._file.with_name(f"{self._file.name}.{os.getpid()}.part")
        with suppress(OSError):
            self._file.parent.mkdir(parents=True, exist_ok=True)
            draft.write_text(text, "utf-8", errors="surrogatepass")
            draft.replace(self._file)
            status = self._file.stat()
            self._read_at = (status.st_mtime_ns, status.st_size)

    def allow(self, folder: Path, project: Path) -> bool:
        """Whether `folder` may be followed for the project file `project`.

        Compared by name first, then with links followed.
        """
        trusted, answers = self._trusted_for(project), self._answers
        key = (_absolute(folder), project)
        if key not in answers:
            answers[key] = _may_follow(key[0], trusted)
        return answers[key]

    def reach(self, file: Path, project: Path) -> bool:
        """Whether a file in a folder that may be followed may be opened.

        In a folder that the user has named, links are the user's own. In the folder
        of a project that came from elsewhere they may have come with it: a link
        counts as what it leads to, and is looked at each time.
        """
        name = _absolute(file)
        if self._is_named(name):
            return True
        return _may_follow(name, self._trusted_for(project))

    def _hold(self, folders: tuple[str, ...]) -> None:
        self._folders = folders
        self._keys = frozenset(map(_key, folders))
        self._trusted, self._answers = {}, {}

    def _is_named(self, name: str) -> bool:
        return bool(self.folders) and _within(name, self._keys)

    def _trusted_for(self, project: Path) -> frozenset[str]:
        """Keys of the folders that count for a project, links followed or not."""
        folders, known = self.folders, self._trusted
        if project not in known:
            trusted = (_absolute(project.absolute().parent), *folders)
            both = (*trusted, *map(self._real_path, trusted))
            known[project] = frozenset(map(_key, both))
        return known[project]

    def _real_path(self, folder: str) -> str:
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return self._real[folder]


def _may_follow(name: str, trusted: frozenset[str]) -> bool:
    return _within(name, trusted) and _within(os.path.realpath(name), trusted)


def _read(file: Path) -> tuple[str, ...]:
    try:
        data = json.loads(file.read_text("utf-8", errors="surrogatepass"))
        found = data["folders"]
    except (OSError, ValueError, KeyError, TypeError, RecursionError):
        return ()
    listed: Iterable[object] = found if isinstance(found, list) else ()
    return tuple(x for x in listed if isinstance(x, str) and os.path.isabs(x))


def _absolute(folder: Path) -> str:
    return os.path.normpath(os.path.abspath(folder))


def _key(folder: str) -> str:
    """By what a folder is found: its name without the separator of `C:\\` or `/`."""
    return os.path.normcase(folder).rstrip(os.sep)


def _within(path: str, keys: frozenset[str]) -> bool:
    """Whether a normal path is one of the folders with these keys or lies in one."""
    path = os.path.normcase(path)
    while path.rstrip(os.sep) not in keys:
        above = os.path.dirname(path)
        if above == path:
            return False
        path = above
    return True
