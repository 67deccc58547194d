"""What a bulk edit inserted, as ranges of ids: out of the way, back, or gone.

Undo moves the rows into tables of the same columns (`trash_...`), redo moves them
back. An import that did not end is taken back in short transactions; what others
have built on meanwhile stays.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from contextlib import AbstractContextManager
from typing import Protocol

from annolab.errors import Conflict
from annolab.store.history import State, read_deltas, set_state
from annolab.store.writing import Writer, write_counts


class Changing(Protocol):
    """Opens a transaction, which is durable at once if asked to."""

    def __call__(self, *, durable: bool = True) -> AbstractContextManager[Writer]:
        """A context manager that commits, or rolls back on an exception."""


Range = tuple[int, int]

_CHUNK = 1000
# Children before what they refer to: (table, the column that holds the id).
_MOVED = (
    ("relation_attributes", "relation_id"),
    ("relations", "id"),
    ("annotation_attributes", "annotation_id"),
    ("keyframes", "annotation_id"),
    ("annotations", "id"),
    ("item_attributes", "item_id"),
    ("item_tiers", "item_id"),
    ("items", "id"),
    ("attribute_specs", "id"),
    ("tiers", "id"),
    ("labels", "id"),
    ("entries", "id"),
)
_PARTS = {
    "relations": (("relation_attributes", "relation_id"),),
    "annotations": (
        ("annotation_attributes", "annotation_id"),
        ("keyframes", "annotation_id"),
    ),
    "items": (("item_attributes", "item_id"), ("item_tiers", "item_id")),
}
# What keeps a row of an unfinished import: somebody refers to it.
_USES = {
    "relations": (),
    "annotations": (("relations", "head_id"), ("relations", "tail_id")),
    "items": (("annotations", "item_id"), ("relations", "item_id")),
    "attribute_specs": (),
    "tiers": (
        ("annotations", "tier_id"),
        ("item_tiers", "tier_id"),
        ("tiers", "parent_id"),
    ),
    "labels": (
        ("annotations", "label_id"),
        ("relations", "label_id"),
        ("attribute_specs", "label_id"),
        ("labels", "parent_id"),
    ),
    "entries": (),
    "annotators": (
        ("annotations", "annotator_id"),
        ("relations", "annotator_id"),
        ("edits", "annotator_id"),
    ),
}


def ranges_of(conn: sqlite3.Connection, edit_id: int) -> list[Range]:
    """First and last ids of the blocks of a bulk edit."""
    return conn.execute(
        "SELECT first_id, last_id FROM edit_ranges WHERE edit_id = ? ORDER BY first_id",
        (edit_id,),
    ).fetchall()


def throw_away(conn: sqlite3.Connection, edit_id: int) -> None:
    """Undo the inserts of a bulk edit; Conflict when others have changed them."""
    ranges = ranges_of(conn, edit_id)
    for first, last in ranges:
        used = conn.execute(
            "SELECT 1 FROM changes c JOIN edits e ON e.id = c.edit_id"
            " WHERE c.entity_id BETWEEN ? AND ? AND e.state = ? AND e.id <> ? LIMIT 1",
            (first, last, State.DONE, edit_id),
        ).fetchone()
        if used is not None:
            message = "later edits have changed what it added."
            raise Conflict(message)
    empty_trash(conn)
    _count(conn, ranges, -1)
    for table, column in _MOVED:
        for ids in ranges:
            _move(conn, table, f"trash_{table}", column, ids)


def bring_back(conn: sqlite3.Connection, edit_id: int) -> None:
    """Redo the inserts of a bulk edit."""
    ranges = ranges_of(conn, edit_id)
    for table, column in reversed(_MOVED):
        for ids in ranges:
            _move(conn, f"trash_{table}", table, column, ids)
    _count(conn, ranges, 1)


def _move(
    conn: sqlite3.Connection, source: str, target: str, column: str, ids: Range
) -> None:
    where = f"WHERE {column} BETWEEN ? AND ?"
    conn.execute(f"INSERT INTO {target} SELECT * FROM {source} {where}", ids)
    conn.execute(f"DELETE FROM {source} {where}", ids)


def empty_trash(conn: sqlite3.Connection) -> None:
    """Drop what no redo can bring back any more; cheap when there is nothing."""
    waiting = conn.execute(
        "SELECT 1 FROM edits WHERE rows IS NOT NULL AND state = ?", (State.UNDONE,)
    ).fetchone()
    if waiting is None:
        for table, _ in _MOVED:
            conn.execute(f"DELETE FROM trash_{table}")


def _count(conn: sqlite3.Connection, ranges: list[Range], sign: int) -> None:
    counts: Counter[tuple[str, int]] = Counter()
    of_items: Counter[int] = Counter()
    for ids in ranges:
        for what, column in (("label", "label_id"), ("annotator", "annotator_id")):
            sql = (
                f"SELECT coalesce({column}, 0), count(*) FROM annotations"
                " WHERE id BETWEEN ? AND ? GROUP BY 1"
            )
            for id_, n in conn.execute(sql, ids):
                counts[what, id_] += sign * n
        for id_, n in conn.execute(
            "SELECT item_id, count(*) FROM annotations WHERE id BETWEEN ? AND ?"
            " GROUP BY 1",
            ids,
        ):
            of_items[id_] += sign * n
        for status, n in conn.execute(
            "SELECT status, count(*) FROM items WHERE id BETWEEN ? AND ? GROUP BY 1",
            ids,
        ):
            counts["status", status] += sign * n
        (n,) = conn.execute(
            "SELECT count(*) FROM relations WHERE id BETWEEN ? AND ?", ids
        ).fetchone()
        counts["relation", 0] += sign * n
    write_counts(conn, counts, of_items)


def take_back(changing: Changing) -> None:
    """Take back every bulk edit that is running; the caller holds the bulk lock."""
    while True:
        with changing() as writer:
            row = writer.conn.execute(
                "SELECT id FROM edits WHERE rows IS NOT NULL AND state = ?",
                (State.RUNNING,),
            ).fetchone()
            ranges = [] if row is None else ranges_of(writer.conn, row[0])
        if row is None:
            return
        for _ in _undo_changes(changing, row[0]):
            pass
        kept = 0
        for table in _USES:
            for ids in ranges:
                kept += _delete_range(changing, table, ids)
        with changing() as writer:
            conn = writer.conn
            if kept:
                set_state(conn, row[0], State.DISCARDED)
            else:
                conn.execute("DELETE FROM edit_ranges WHERE edit_id = ?", row)
                conn.execute("DELETE FROM edits WHERE id = ?", row)
            writer.schema_changed = True


def _undo_changes(changing: Changing, edit_id: int) -> Iterator[None]:
    while True:
        with changing() as writer:
            conn = writer.conn
            deltas = read_deltas(conn, edit_id)
            if not deltas:
                return
            for delta in reversed(deltas[-_CHUNK:]):
                try:
                    writer.write(delta.backwards(), checked=False)
                except Conflict:  # somebody has changed it again: that stays
                    continue
            writer.count()
            conn.execute(
                "DELETE FROM changes WHERE edit_id = ? AND seq IN (SELECT seq FROM"
                " changes WHERE edit_id = ? ORDER BY seq DESC LIMIT ?)",
                (edit_id, edit_id, _CHUNK),
            )
        yield


def _delete_range(changing: Changing, table: str, ids: Range) -> int:
    """Delete the unused rows of a range; returns how many stay."""
    first, last = ids
    unused = "".join(
        f" AND NOT EXISTS (SELECT 1 FROM {user} u WHERE u.{column} = t.id)"
        for user, column in (*_USES[table], ("changes", "entity_id"))
    )
    sql = f"SELECT id FROM {table} t WHERE id BETWEEN ? AND ?{unused} LIMIT {_CHUNK}"
    while True:
        with changing() as writer:
            conn = writer.conn
            found = [id_ for (id_,) in conn.execute(sql, ids)]
            if not found:
                (kept,) = conn.execute(
                    f"SELECT count(*) FROM {table} WHERE id BETWEEN ? AND ?",
                    (first, last),
                ).fetchone()
                return int(kept)
            _delete(conn, table, found)


def _delete(conn: sqlite3.Connection, table: str, ids: list[int]) -> None:
    if table in ("relations", "annotations", "items"):
        _count(conn, [(id_, id_) for id_ in ids], -1)
    listed = json.dumps(ids)
    for part, column in (*_PARTS.get(table, ()), (table, "id")):
        conn.execute(
            f"DELETE FROM {part} WHERE {column} IN (SELECT value FROM json_each(?))",
            (listed,),
        )
