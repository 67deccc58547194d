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
from collections.abc import Iterable, Sequence
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
        self._real: dict[str, str] = {}
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
                    self._folders = _read(self._file)
                    self._answers.clear()
                    self._read_at = stamp
        return self._folders

    def add(self, folder: Path) -> None:
        """The user has named a folder. One that cannot be kept counts until the end."""
        name = _absolute(folder)
        if any(_inside(name, held) for held in self.folders):
            return
        kept = [held for held in self._folders if not _inside(held, name)]
        self._folders = (*kept, name)[-MOST_FOLDERS:]
        self._answers.clear()
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
        trusted = (_absolute(project.absolute().parent), *self.folders)
        key = (_absolute(folder), project)
        if key not in self._answers:
            self._answers[key] = self._allow(key[0], trusted)
        return self._answers[key]

    def reach(self, file: Path, project: Path) -> bool:
        """Whether a file in a folder that may be followed may be opened.

        In a folder that the user has named, links are the user's own. In the folder
        of a project that came from elsewhere they may have come with it: a link
        counts as what it leads to.
        """
        name = _absolute(file)
        if any(_inside(name, held) for held in self.folders):
            return True
        trusted = (_absolute(project.absolute().parent), *self.folders)
        return self._allow(name, trusted)

    def _allow(self, name: str, trusted: Sequence[str]) -> bool:
        names = {*trusted, *(self._real_path(held) for held in trusted)}
        if not any(_inside(name, held) for held in names):
            return False
        real = os.path.realpath(name)
        return any(_inside(real, held) for held in names)

    def _real_path(self, folder: str) -> str:
        if folder not in self._real:
            self._real[folder] = os.path.realpath(folder)
        return self._real[folder]


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


def _inside(path: str, folder: str) -> bool:
    """Whether a normal path is the folder or lies in it."""
    path, folder = os.path.normcase(path), os.path.normcase(folder)
    return path == folder or path.startswith(folder.rstrip(os.sep) + os.sep)
