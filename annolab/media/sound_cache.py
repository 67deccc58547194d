"""Decoded sounds and their peaks, kept outside the folders of the user.

A file is keyed by path, size and time of change of its sound, so a changed sound
gets a new one. It is written under another name and renamed when it is whole.
Any process may empty the cache at any time; what was opened stays readable.
"""

from __future__ import annotations

import hashlib
import itertools
import os
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

DEFAULT_LIMIT = 8 << 30
_VERSION = "1"  # part of the key: raise it when decoding comes out otherwise
_ABANDONED = 24 * 3600.0  # seconds since a draft was last written to
_counter = itertools.count(1)


def cache_folder() -> Path:
    """Where decoded sounds are kept."""
    import platformdirs

    return Path(platformdirs.user_cache_dir("annolab", appauthor=False)) / "sound"


@dataclass(frozen=True, slots=True)
class SoundCache:
    """A folder of at most `limit` bytes; the files used longest ago go first."""

    folder: Path
    limit: int = DEFAULT_LIMIT

    def place(self, sound: Path, ending: str) -> Path:
        """Where the file for a sound is or shall be; OSError when it has no sound."""
        status = sound.stat()
        said = (_VERSION, os.path.abspath(sound), status.st_size, status.st_mtime_ns)  # noqa: PTH100
        digest = hashlib.sha256("\0".join(map(str, said)).encode("utf-8", "replace"))
        return self.folder / f"{digest.hexdigest()[:40]}{ending}"

    def draft(self, place: Path) -> Path:
        """A name of its own to write to before `keep`; the folder is made."""
        self.folder.mkdir(parents=True, exist_ok=True)
        return place.with_name(f"{place.name}.{os.getpid()}-{next(_counter)}.part")

    def keep(self, draft: Path, place: Path) -> None:
        """The draft is whole: put it in its place, and make room."""
        draft.replace(place)
        self.thin(spare=place)

    def touch(self, place: Path) -> None:
        """The file was used just now."""
        with suppress(OSError):
            os.utime(place)

    def size(self) -> int:
        """The bytes of all files."""
        return sum(size for _, size, _ in self._files())

    def empty(self) -> int:
        """Delete every file that is not in use; return the bytes that were freed."""
        freed = 0
        for _, size, path in self._files():
            with suppress(OSError):
                path.unlink()
                freed += size
        return freed

    def thin(self, spare: Path | None = None) -> None:
        """Delete what was used longest ago until the limit holds.

        Drafts that were left by a process that was killed go in any case.
        """
        files = sorted(self._files())
        total = sum(size for _, size, _ in files)
        oldest = time.time() - _ABANDONED
        for used, size, path in files:
            draft = path.suffix == ".part"
            if path == spare or (draft and used > oldest):
                continue
            if total <= self.limit and not draft:
                continue
            with suppress(OSError):
                path.unlink()
                total -= size

    def _files(self) -> list[tuple[float, int, Path]]:
        found = []
        with suppress(OSError), os.scandir(self.folder) as entries:
            for entry in entries:
                with suppress(OSError):
                    status = entry.stat(follow_symlinks=False)
                    if entry.is_file(follow_symlinks=False):
                        path = Path(entry.path)
                        found.append((status.st_mtime, status.st_size, path))
        return found
