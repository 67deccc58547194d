"""A copy of an open project in another place."""

from __future__ import annotations

import os
import sqlite3
from contextlib import closing
from pathlib import Path

from annolab.errors import ReadOnlyProject, UserError
from annolab.model.item import Root
from annolab.store.connection import connect, speaking, transaction
from annolab.store.places import root_folder, stored_root
from annolab.store.values import from_text, to_text


def copy_project(conn: sqlite3.Connection, source: Path, target: Path) -> None:
    """Write a compact copy of a project, complete or not at all.

    Media are not copied: the roots of the copy lead to where they are now.
    UserError when `target` exists.
    """
    if target.exists():
        message = f"There is already a file {target}; choose another name."
        raise UserError(message)
    if not target.parent.is_dir():
        message = f"The folder {target.parent} does not exist."
        raise UserError(message)
    if not os.access(target.parent, os.W_OK):
        message = f"The folder {target.parent} cannot be written to."
        raise ReadOnlyProject(message)
    part = target.with_name(target.name + ".part")
    part.unlink(missing_ok=True)
    try:
        with speaking(target):
            conn.execute("VACUUM INTO ?", (os.fspath(part),))
            _move_roots(part, source, target)
        with part.open("rb+") as file:
            os.fsync(file.fileno())
        part.replace(target)
    except BaseException:
        part.unlink(missing_ok=True)
        raise


def _move_roots(part: Path, source: Path, target: Path) -> None:
    with closing(connect(part)) as conn, transaction(conn):
        for id_, path in conn.execute("SELECT id, path FROM roots").fetchall():
            folder = root_folder(source, Root(id_, from_text(path)))
            stored = to_text(stored_root(target, folder))
            conn.execute("UPDATE roots SET path = ? WHERE id = ?", (stored, id_))
