"""Where exports are written: beside the target first, in its place when done."""

from __future__ import annotations

import errno
import filecmp
import io
import os
import shutil
from collections.abc import Collection
from pathlib import Path, PurePosixPath
from secrets import token_hex
from types import TracebackType
from typing import TYPE_CHECKING, BinaryIO, Self

from annolab.errors import UserError
from annolab.formats.base import Sink

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer as Buffer

MAX_OPEN = 64
BUFFER = 1 << 20
_RESERVED = frozenset(("", ".", ".."))


class FileSink:
    """A file or folder that is seen only when all of it is written.

    A writer that opens "" makes the target a file; one that opens names makes it
    a folder. Everything is written beside the target and moved into its place
    by `commit`; leaving without one removes what was written. A folder that is
    there already is added to: files of the same name are replaced, others stay.
    Raises UserError where the target cannot be written.
    """

    def __init__(self, target: Path) -> None:
        self.target = _real_target(target)
        if not self.target.parent.is_dir():
            message = (
                f"The folder {self.target.parent} does not exist; make it first or "
                "choose another place for the export."
            )
            raise UserError(message)
        self._temporary = self.target.with_name(
            f".{self.target.name[:80]}.{token_hex(6)}.part"
        )
        self._files: dict[str, BinaryIO] = {}
        self._names: list[str] = []
        self._companions: set[str] = set()
        self._seen: set[str] = set()

    def open(self, name: str = "", *, companion: bool = False) -> BinaryIO:
        """Open a new file: "" the target itself, else a path inside it with `/`.

        `companion`: `spare` may take it back. At most 64 files stay open: the oldest
        is closed when there are more.
        """
        name = _checked(name)
        self._check_new(name)
        for done in [n for n, file in self._files.items() if file.closed]:
            del self._files[done]
        if len(self._files) >= MAX_OPEN:
            self._files.pop(next(iter(self._files))).close()
        path = self._temporary / name if name else self._temporary
        path.parent.mkdir(parents=True, exist_ok=True)
        file = path.open("xb", buffering=BUFFER)
        self._files[name] = file
        self._names.append(name)
        if companion:
            self._companions.add(name)
        return file

    @property
    def places(self) -> list[Path]:
        """Where the files will be, in the order in which they were opened."""
        return [self.target / name for name in self._names]

    @property
    def companions(self) -> list[Path]:
        """Where files will be that only lie beside those of the export."""
        return [self.target / name for name in self._names if name in self._companions]

    def spare(self, places: Collection[Path]) -> None:
        """Leave files at these places as they are, whatever was written for them."""
        self._names = [n for n in self._names if self.target / n not in places]

    def is_as_written(self, place: Path) -> bool:
        """Whether the file at a place is, to the byte, what was written for it."""
        for file in self._files.values():
            if not file.closed:
                file.flush()
        written = self._temporary / place.relative_to(self.target)
        return filecmp.cmp(written, place, shallow=False)

    def commit(self) -> list[Path]:
        """Put what was written in the place of the target; returns the files."""
        for file in self._files.values():
            file.close()
        if not self._names:
            return []
        if self._is_file:
            with self._temporary.open("rb+") as written:
                os.fsync(written.fileno())
            if self.target.exists():
                shutil.copymode(self.target, self._temporary)
            self._temporary.replace(self.target)
            _sync_folder(self.target.parent)
            return [self.target]
        return self._commit_folder()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for file in self._files.values():
            try:
                file.close()
            except OSError:  # a full disk again; the file goes away next
                continue
        if self._temporary.is_dir():
            shutil.rmtree(self._temporary, ignore_errors=True)
        else:
            self._temporary.unlink(missing_ok=True)

    @property
    def _is_file(self) -> bool:
        return self._names == [""]

    def _check_new(self, name: str) -> None:
        if name.casefold() in self._seen:
            what = name or self.target.name
            message = f"Two exported files would have the same name, {what}."
            raise UserError(message)
        if self._names and (not name or self._is_file):
            message = f"An export to {self.target} is a file or a folder, not both."
            raise UserError(message)
        if not name and self.target.is_dir():
            message = f"{self.target} is a folder; name a file for this export."
            raise UserError(message)
        if name and self.target.exists() and not self.target.is_dir():
            message = f"{self.target} is a file; name a folder for this export."
            raise UserError(message)
        self._seen.add(name.casefold())

    def _commit_folder(self) -> list[Path]:
        if hasattr(os, "sync"):  # one call for the thousands of files of a folder
            os.sync()
        if not self.target.exists():
            self._temporary.rename(self.target)
            _sync_folder(self.target.parent)
            return self.places
        for name in self._names:
            _check_place(self.target, name)
        for name, place in zip(self._names, self.places, strict=True):
            place.parent.mkdir(parents=True, exist_ok=True)
            (self._temporary / name).replace(place)
        _sync_folder(self.target)
        return self.places


class OneFile:
    """A sink for a format with a file for each item, where the target is a file.

    The file of the one item is the target, whatever its name in a folder would be;
    files that would lie beside it in a folder are left out.
    """

    def __init__(self, sink: FileSink) -> None:
        self._sink = sink
        self._name = ""

    def open(self, name: str = "", *, companion: bool = False) -> BinaryIO:
        """The target, once; UserError for the file of a second item."""
        if companion:
            return _Nowhere()
        if self._name:
            target = self._sink.target
            message = (
                f"{target} is one file, but there are several items to export, each "
                "with a file of its own: choose a folder, or select one item."
            )
            raise UserError(message)
        self._name = name or self._sink.target.name
        return self._sink.open()


class NamedFile:
    """A sink for a format of one file, where the export is a folder around it."""

    def __init__(self, sink: Sink, name: str) -> None:
        self._sink = sink
        self._name = name

    def open(self, name: str = "", *, companion: bool = False) -> BinaryIO:
        """Open a new file; what would be the target has the name given before."""
        return self._sink.open(name or self._name, companion=companion)


class NullSink:
    """Takes everything and keeps nothing: a rehearsal of an export."""

    def open(self, name: str = "", *, companion: bool = False) -> BinaryIO:
        """A file that forgets what is written to it."""
        _checked(name)
        return _Nowhere()


class _Nowhere(io.BytesIO):
    """Counts as written what it does not keep."""

    def write(self, data: Buffer, /) -> int:
        return memoryview(data).nbytes


def write_problem(target: Path, error: OSError) -> UserError:
    """The sentence for a target that could not be written."""
    if error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EFBIG):
        reason = "there is not enough room on the disk"
    elif error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        reason = "you have no right to write there"
    else:
        reason = (error.strerror or str(error)).lower()
    return UserError(f"{target} could not be written: {reason}. Nothing was changed.")


def _real_target(target: Path) -> Path:
    """The absolute place of an export; UserError when none can be there."""
    try:
        place = target.resolve() if target.is_symlink() else target.absolute()
        there = place.exists()
    except (OSError, RuntimeError, ValueError) as error:  # links in a circle, "\0"
        reason = getattr(error, "strerror", None) or "it is not the path of a file"
        message = f"{target} cannot be written: {reason}."
        raise UserError(message) from error
    if not place.name:
        message = f"{target} is a whole disk; name a file or folder in it."
        raise UserError(message)
    if there and not (place.is_file() or place.is_dir()):
        message = f"{target} is a device or a pipe; name a plain file or a folder."
        raise UserError(message)
    return place


def _checked(name: str) -> str:
    """`name` normalised; UserError when it climbs out of the target."""
    if not name:
        return name
    path = PurePosixPath(name)
    bad = path.is_absolute() or "\\" in name or ":" in name or "\0" in name
    if bad or _RESERVED & set(name.split("/")):
        message = f"The export would write outside its target: {name!r}."
        raise UserError(message)
    return str(path)


def _check_place(folder: Path, name: str) -> None:
    parts = PurePosixPath(name).parts
    for depth in range(1, len(parts)):
        parent = folder.joinpath(*parts[:depth])
        if parent.exists() and not parent.is_dir():
            message = f"{parent} is a file where the export needs a folder."
            raise UserError(message)
    if (folder / name).is_dir():
        message = f"{folder / name} is a folder where the export needs a file."
        raise UserError(message)


def _sync_folder(folder: Path) -> None:
    """Make the new names durable; not possible and not needed on Windows."""
    if os.name == "nt":
        return
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
