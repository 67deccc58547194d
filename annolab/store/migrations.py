"""Bringing a project of an older version up to this one.

Steps run in order, each in a transaction of its own, after a copy of the file was
made. A minor version adds only what older programs can ignore; a major one may
change anything. A column that is added to a table is added to its `trash_` twin,
too: rows move between them as they are.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Sequence
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path

from annolab.errors import NotAProject, StoreError
from annolab.store.connection import VERSION, transaction


@dataclass(frozen=True, slots=True)
class Migration:
    """One step: brings a project to `version` (major << 16 | minor)."""

    version: int
    run: Callable[[sqlite3.Connection], object]


MIGRATIONS: tuple[Migration, ...] = ()


def migrate(
    conn: sqlite3.Connection,
    path: Path,
    version: int,
    steps: Sequence[Migration],
) -> Path | None:
    """Run the steps after `version`; returns the copy that was made, if any.

    A step that fails leaves the project as the step before it did: StoreError
    says so and names the copy. The caller holds the only writing connection.
    """
    if version >= VERSION:
        return None
    wanted = [step for step in steps if version < step.version <= VERSION]
    if not wanted or wanted[-1].version != VERSION:
        message = f"{path} is of version {dotted(version)}, which is not known here."
        raise NotAProject(message)
    copy = _backup(conn, path, version)
    conn.execute("PRAGMA foreign_keys = OFF")  # tables may be made anew
    try:
        for step in wanted:
            with transaction(conn):
                step.run(conn)
                if conn.execute("PRAGMA foreign_key_check").fetchone() is not None:
                    message = "rows refer to what is not there"
                    raise sqlite3.IntegrityError(message)
                conn.execute(f"PRAGMA user_version = {step.version}")
    except sqlite3.Error as error:
        message = (
            f"{path} could not be brought to version {dotted(VERSION)} ({error});"
            f" it is as it was, and there is a copy at {copy}."
        )
        raise StoreError(message) from error
    finally:
        conn.execute("PRAGMA foreign_keys = ON")
    return copy


def dotted(version: int) -> str:
    """A version as a person reads it."""
    return f"{version >> 16}.{version & 0xFFFF}"


def _backup(conn: sqlite3.Connection, path: Path, version: int) -> Path:
    """A copy beside the project; an earlier copy is not overwritten."""
    for n in range(1, 1000):
        number = "" if n == 1 else f" ({n})"
        name = f"{path.stem} before version {dotted(VERSION)}{number}{path.suffix}"
        copy = path.with_name(name)
        try:
            copy.open("xb").close()
        except FileExistsError:
            continue
        except OSError as error:
            message = f"No copy of {path} can be made beside it: {error.strerror}."
            raise StoreError(message) from error
        try:
            with closing(sqlite3.connect(copy, isolation_level=None)) as target:
                conn.backup(target)
        except BaseException:
            copy.unlink(missing_ok=True)
            raise
        return copy
    message = f"There are too many copies of {path} of version {dotted(version)}."
    raise StoreError(message)
