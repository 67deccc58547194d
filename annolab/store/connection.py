"""Opening the file, its settings, and what SQLite's errors mean to a person."""

from __future__ import annotations

import os
import re
import sqlite3
import stat
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from importlib import resources
from pathlib import Path

from annolab.errors import (
    AnnoLabError,
    DiskFull,
    NewerProject,
    NotAProject,
    ProjectLocked,
    ReadOnlyProject,
    StoreError,
    UserError,
)
from annolab.store.tables import TABLES

SUFFIX = ".annolab"
APPLICATION_ID = 0x416E4C62
VERSION = 1 << 16  # major << 16 | minor
BUSY_SECONDS = 5.0
LARGEST_CELL = 1 << 28  # bytes; no honest project has a larger text or blob
_NO_SIDE_FILES = (sqlite3.SQLITE_CANTOPEN, sqlite3.SQLITE_READONLY)
_PLAIN_BYTES = frozenset(range(0x21, 0x7F)) - frozenset(b"%?#")
_NETWORK_FILE_SYSTEMS = frozenset(
    [
        "9p",
        "afs",
        "ceph",
        "cifs",
        "fuse.sshfs",
        "glusterfs",
        "lustre",
        "ncpfs",
        "nfs",
        "nfs4",
        "smb3",
        "smbfs",
    ]
)


def connect(path: Path, mode: str = "rw") -> sqlite3.Connection:
    """A connection with the settings that hold for every one; may raise sqlite3.Error.

    No memory map: where another program cuts the file, it would end this one.

    `mode`: rw or ro; anything else SQLite knows may follow (`ro&immutable=1`).
    """
    conn = sqlite3.connect(
        f"{_uri(path)}?mode={mode}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_SECONDS,
        cached_statements=256,
    )
    conn.setlimit(sqlite3.SQLITE_LIMIT_LENGTH, LARGEST_CELL)
    return _set(
        conn, "trusted_schema = OFF", "cell_size_check = ON", "foreign_keys = ON"
    )


def _set(conn: sqlite3.Connection, *settings: str) -> sqlite3.Connection:
    try:
        for setting in settings:
            conn.execute(f"PRAGMA {setting}")
    except BaseException:
        conn.close()
        raise
    return conn


def _uri(path: Path) -> str:
    plain = path.absolute().as_posix()
    quoted = "".join(
        chr(b) if b in _PLAIN_BYTES else f"%{b:02X}" for b in os.fsencode(plain)
    )
    return ("file://" if plain.startswith("/") else "file:///") + quoted


def check_place(path: Path) -> None:
    """One sentence when there is no file at `path` that could be a project."""
    try:
        found = path.stat()
    except (FileNotFoundError, NotADirectoryError, ValueError) as error:
        message = f"There is no project at {path}."
        raise UserError(message) from error
    except OSError as error:
        message = f"{path} cannot be opened: {error.strerror}."
        raise StoreError(message) from error
    if stat.S_ISDIR(found.st_mode):
        message = f"{path} is a folder; open the {SUFFIX} file in it."
        raise NotAProject(message)
    if not stat.S_ISREG(found.st_mode):
        message = f"{path} is not a file, so it cannot be a project."
        raise NotAProject(message)
    if found.st_size == 0:
        message = f"{path} is empty: it is not an AnnoLab project."
        raise NotAProject(message)


def check_identity(conn: sqlite3.Connection, path: Path) -> int:
    """The version of the project, as in `user_version`.

    Raises NotAProject when it is none and NewerProject when its major version is
    not known here.
    """
    if _pragma(conn, "application_id") != APPLICATION_ID:
        message = f"{path} is a database, but not an AnnoLab project."
        raise NotAProject(message)
    version = _pragma(conn, "user_version")
    if version >> 16 > VERSION >> 16:
        message = (
            f"{path} was made by a newer AnnoLab (project version"
            f" {version >> 16}.{version & 0xFFFF}); install that one to open it."
        )
        raise NewerProject(message)
    _check_length(conn, path)
    strange = conn.execute(
        "SELECT name FROM sqlite_master WHERE type IN ('trigger', 'view')"
        " OR (type = 'table' AND sql LIKE 'create virtual%') LIMIT 1"
    ).fetchone()
    if strange is not None:
        message = f"{path} contains “{strange[0]}”, which no AnnoLab project has."
        raise NotAProject(message)
    return version


def _check_length(conn: sqlite3.Connection, path: Path) -> None:
    """NotAProject when the file is cut off by less than a page, too.

    While there is a journal the file may be short for good reason. The file is
    never opened here: closing it would drop the locks that SQLite holds on it.
    """
    sides = [path.with_name(path.name + end) for end in ("-wal", "-journal")]
    if any(side.exists() and side.stat().st_size for side in sides):
        return
    wanted = _pragma(conn, "page_count") * _pragma(conn, "page_size")
    size = path.stat().st_size
    if size < wanted:
        message = (
            f"{path} is cut off: it has {size:,} of {wanted:,} bytes. Go back to a"
            " copy, or copy it again from where it is whole."
        )
        raise NotAProject(message)


def check_tables(conn: sqlite3.Connection) -> None:
    """Look once into every table, before anything is written to the file."""
    sql = resources.files("annolab.store").joinpath("schema.sql").read_text("utf-8")
    for name in re.findall(r"^CREATE TABLE (\w+)", sql, re.MULTILINE):
        conn.execute(f"SELECT count(*) FROM (SELECT 1 FROM {name} LIMIT 1)").fetchone()
    for table in TABLES.values():
        columns = ", ".join(table.columns)
        conn.execute(f"SELECT {columns} FROM {table.name} LIMIT 0").fetchone()


def _pragma(conn: sqlite3.Connection, name: str) -> int:
    return int(conn.execute(f"PRAGMA {name}").fetchone()[0])


def prepare_writer(conn: sqlite3.Connection, path: Path) -> None:
    """Settings of the writing connection; ReadOnlyProject when we may not write."""
    wanted = "DELETE" if on_network(path) else "WAL"
    try:
        conn.execute(f"PRAGMA journal_mode = {wanted}")
    except sqlite3.OperationalError:
        # No shared memory here, or somebody else has the file in another mode.
        journal_mode(conn)
    conn.execute("PRAGMA synchronous = FULL")
    conn.execute("PRAGMA cache_size = -65536")
    # 64 MB: the pages of the indexes are written back once, not at every chunk of
    # an import (a quarter of its time).
    conn.execute("PRAGMA wal_autocheckpoint = 16384")
    version = _pragma(conn, "user_version")
    conn.execute("BEGIN IMMEDIATE")
    try:
        # Makes the journal, which tells whether the folder can be written to.
        conn.execute(f"PRAGMA user_version = {version}")
    except sqlite3.OperationalError as error:
        if error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_CANTOPEN:
            raise ReadOnlyProject(_READ_ONLY.format(path=path)) from error
        raise
    finally:
        conn.execute("ROLLBACK")


def journal_mode(conn: sqlite3.Connection) -> str:
    """`wal` or `delete`."""
    return str(conn.execute("PRAGMA journal_mode").fetchone()[0])


def read_only_mode(path: Path) -> str:
    """How to open a project that we may only read."""
    try:
        with closing(connect(path, "ro")) as conn:
            _pragma(conn, "user_version")
    except sqlite3.OperationalError as error:
        # A crash left it in WAL mode, and the files for that cannot be made here.
        strange = error.sqlite_errorcode & 0xFF in _NO_SIDE_FILES
        wal = path.with_name(path.name + "-wal")
        if strange and not (wal.exists() and wal.stat().st_size):
            return "ro&immutable=1"
    return "ro"


def reader(
    path: Path, *, mode: str = "rw", cache_kib: int = 65536
) -> sqlite3.Connection:
    """A connection that never writes."""
    conn = connect(path, mode)
    return _set(conn, "query_only = ON", f"cache_size = -{cache_kib}")


def on_network(path: Path) -> bool:
    """Whether `path` lies on a network share, where WAL loses edits."""
    if sys.platform == "win32":
        return _on_windows_share(path)
    try:
        mounts = Path("/proc/self/mounts").read_text("utf-8", "replace")
    except OSError:
        return False
    place, found = str(path.resolve()), ("", "")
    for line in mounts.splitlines():
        _, mount, kind, *_ = (*line.split(" "), "", "")
        mount = mount.replace("\\040", " ")
        inside = place == mount or place.startswith(mount.rstrip("/") + "/")
        if inside and len(mount) >= len(found[0]):
            found = mount, kind
    return found[1] in _NETWORK_FILE_SYSTEMS


def _on_windows_share(path: Path) -> bool:
    import ctypes

    drive = path.resolve().drive
    if drive.startswith("\\\\"):
        return True
    remote = 4
    kernel = getattr(ctypes, "windll").kernel32  # noqa: B009  Windows only
    return bool(kernel.GetDriveTypeW(drive + "\\") == remote)


@contextmanager
def transaction(conn: sqlite3.Connection) -> Iterator[None]:
    """All of it or nothing; the right to write is taken at the start."""
    conn.execute("BEGIN IMMEDIATE")
    try:
        yield
        conn.execute("COMMIT")
    except BaseException:
        if conn.in_transaction:
            conn.execute("ROLLBACK")
        raise


@contextmanager
def speaking(path: Path) -> Iterator[None]:
    """Turn SQLite's errors into ours."""
    try:
        yield
    except sqlite3.Error as error:
        raise meaning(error, path) from error
    except OverflowError as error:
        message = "A number is too large for the project: it holds 64 bits."
        raise UserError(message) from error


def meaning(error: sqlite3.Error, path: Path) -> AnnoLabError:
    """What an error of SQLite means, as one sentence."""
    code = getattr(error, "sqlite_errorcode", 0) & 0xFF
    kind, sentence = _MEANINGS.get(
        code, (StoreError, "The project {path} cannot be used: {error}.")
    )
    strange = any(words in str(error) for words in ("decode", "no such"))
    if isinstance(error, sqlite3.OperationalError) and strange:
        kind, sentence = _MEANINGS[sqlite3.SQLITE_CORRUPT]
    if isinstance(error, sqlite3.ProgrammingError) and "closed" in str(error):
        sentence = "The project {path} has been closed."
    return kind(sentence.format(path=path, error=error))


_LOCKED = "Another program is writing to {path}; wait until it has finished."
_DAMAGED = "{path} is not an AnnoLab project, or it is cut off or damaged ({error})."
_READ_ONLY = (
    "{path} cannot be written: the file or its folder is read-only. Open it for"
    " reading, or copy it to another place."
)
_FULL = (
    "The disk of {path} is full. The last change was not saved; the project is"
    " unharmed. Make room and repeat the change."
)
_BROKEN_DISK = (
    "The disk of {path} cannot be read or written ({error}). The last change was not"
    " saved; the project holds its last good state."
)
_CLOSED_TO_US = "{path}, or a file beside it, may not be read or written."
_CONSTRAINT = "This does not fit what the project holds ({error})."
_TOO_BIG = "A text or a geometry is larger than a project can hold (256 MB)."
_MEANINGS: dict[int, tuple[type[AnnoLabError], str]] = {
    sqlite3.SQLITE_BUSY: (ProjectLocked, _LOCKED),
    sqlite3.SQLITE_LOCKED: (ProjectLocked, _LOCKED),
    sqlite3.SQLITE_PROTOCOL: (ProjectLocked, _LOCKED),
    sqlite3.SQLITE_READONLY: (ReadOnlyProject, _READ_ONLY),
    sqlite3.SQLITE_FULL: (DiskFull, _FULL),
    sqlite3.SQLITE_IOERR: (StoreError, _BROKEN_DISK),
    sqlite3.SQLITE_CORRUPT: (NotAProject, _DAMAGED),
    sqlite3.SQLITE_NOTADB: (NotAProject, _DAMAGED),
    sqlite3.SQLITE_CANTOPEN: (StoreError, _CLOSED_TO_US),
    sqlite3.SQLITE_CONSTRAINT: (UserError, _CONSTRAINT),
    sqlite3.SQLITE_TOOBIG: (UserError, _TOO_BIG),
}


def leave_one_file(conn: sqlite3.Connection) -> None:
    """Fold the side files into the project; they stay while others have it open."""
    with suppress(sqlite3.Error):
        conn.execute("PRAGMA busy_timeout = 0")
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        # A plain file can be opened where nothing may be written beside it.
        conn.execute("PRAGMA journal_mode = DELETE")
