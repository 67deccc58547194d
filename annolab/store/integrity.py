"""Whether a project file is sound: everything that `annolab check` asks of it."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator

from annolab.errors import AnnoLabError
from annolab.store.history import State, read_deltas
from annolab.store.queries import ANNOTATIONS_BY_IDS, read_annotations, read_items
from annolab.store.records import damaged, entity_of, read_record
from annolab.store.tables import ANNOTATIONS, ITEMS, TABLES, Table

_MOST = 100  # sentences of one kind
_PAGE = 256  # things that are read at once
Step = Callable[[int, int | None, str], None]

_COUNTS = {
    "annotations by label": (
        "SELECT coalesce(label_id, 0), count(*) FROM annotations GROUP BY 1",
        "label",
    ),
    "annotations by annotator": (
        "SELECT annotator_id, count(*) FROM annotations GROUP BY 1",
        "annotator",
    ),
    "items by status": ("SELECT status, count(*) FROM items GROUP BY 1", "status"),
    "relations": (
        "SELECT 0, count(*) FROM relations HAVING count(*) > 0",
        "relation",
    ),
}
_ITEM_COUNTS = (
    "SELECT i.id, i.path FROM items i WHERE i.n_annotations <>"
    " (SELECT count(*) FROM annotations a WHERE a.item_id = i.id) LIMIT ?"
)


def problems(conn: sqlite3.Connection, step: Step) -> Iterator[str]:
    """Sentences about what is wrong, none when the project is sound.

    The connection is in a read transaction. `step(done, total, what)` is called
    now and then and may raise to stop.
    """
    step(0, None, "database")
    for (line,) in conn.execute(f"PRAGMA integrity_check({_MOST})").fetchall():
        if line != "ok":
            yield f"The database is damaged: {line}."
    broken = conn.execute("PRAGMA foreign_key_check").fetchmany(_MOST)
    for table, rowid, parent, _ in broken:
        yield f"A row of {table} ({rowid}) refers to a row of {parent} that is gone."
    running = conn.execute(
        "SELECT 1 FROM edits WHERE rows IS NOT NULL AND state = ?", (State.RUNNING,)
    ).fetchone()
    if running is not None:
        yield (
            "An import has not ended: it is running in another window, or it was"
            " interrupted and is taken back when the project is opened for writing and"
            " the disk has room."
        )
    step(0, None, "counters")
    yield from _wrong_counts(conn)
    for table in TABLES.values():
        yield from _unreadable(conn, table, step)
    yield from _unreadable_history(conn, step)


def _wrong_counts(conn: sqlite3.Connection) -> Iterator[str]:
    for what, (sql, kind) in _COUNTS.items():
        counted = dict(conn.execute(sql).fetchall())
        kept = dict(
            conn.execute(
                "SELECT id, n FROM counters WHERE what = ? AND n <> 0", (kind,)
            ).fetchall()
        )
        if counted != kept:
            yield f"The project counts its {what} wrongly."
    for id_, path in conn.execute(_ITEM_COUNTS, (_MOST,)):
        yield f"The project counts the annotations of item {id_} ({path!r}) wrongly."


def _unreadable(conn: sqlite3.Connection, table: Table, step: Step) -> Iterator[str]:
    ids = conn.execute(f"SELECT id FROM {table.name}").fetchall()
    found = 0
    for start in range(0, len(ids), _PAGE):
        step(start, len(ids), table.name)
        page = [id_ for (id_,) in ids[start : start + _PAGE]]
        if _are_readable(conn, table, page):
            continue
        for id_ in page:
            if not _is_readable(conn, table, id_):
                yield str(damaged(table, id_))
                found += 1
                if found == _MOST:
                    return


def _is_readable(conn: sqlite3.Connection, table: Table, id_: int) -> bool:
    try:
        record = read_record(conn, table, id_)
        if record is not None:
            entity_of(table, id_, record)
    except (AnnoLabError, sqlite3.DatabaseError):
        return False
    return True


def _are_readable(conn: sqlite3.Connection, table: Table, ids: list[int]) -> bool:
    """Whether all of a page can be read at once; False where that is not known."""
    said = json.dumps(ids)
    try:
        if table is ITEMS:
            return len(list(read_items(conn, said))) == len(ids)
        if table is ANNOTATIONS:
            rows = conn.execute(ANNOTATIONS_BY_IDS, (said,)).fetchall()
            return len(list(read_annotations(conn, rows))) == len(ids)
    except (AnnoLabError, sqlite3.DatabaseError):
        pass
    return False


def _unreadable_history(conn: sqlite3.Connection, step: Step) -> Iterator[str]:
    ids = conn.execute(
        "SELECT id FROM edits WHERE state < ?", (State.DISCARDED,)
    ).fetchall()
    for done, (id_,) in enumerate(ids):
        if done % 1000 == 0:
            step(done, len(ids), "history")
        try:
            read_deltas(conn, id_)
        except AnnoLabError as error:
            yield str(error)
