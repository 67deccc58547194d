"""The history: recording edits, joining them, undoing and redoing them."""

from __future__ import annotations

import sqlite3
import time
from collections.abc import Iterable
from enum import IntEnum

from annolab.errors import NotAProject
from annolab.model.edit import Edit
from annolab.model.ids import MAX_ID, new_id
from annolab.store.records import check_record
from annolab.store.rows import optional_text
from annolab.store.tables import TABLE_OF_CODE
from annolab.store.values import (
    Record,
    SqlValue,
    dump_record,
    from_text,
    load_record,
    to_text,
)
from annolab.store.views import Step
from annolab.store.writing import Delta


class State(IntEnum):
    """What has become of an edit; the numbers are stored in project files."""

    DONE = 0
    UNDONE = 1
    DISCARDED = 2
    RUNNING = 3


_STEP = "SELECT id, name, item_id, annotator_id, at, state, rows FROM edits"


def now_ms() -> int:
    """Milliseconds since 1970, UTC."""
    return time.time_ns() // 1_000_000


def new_edit_id(conn: sqlite3.Connection) -> int:
    """An id after all others in the history, whatever the clock says."""
    (last,) = conn.execute("SELECT max(id) FROM edits").fetchone()
    edit_id = max(new_id(), (last or 0) + 1)
    if edit_id > MAX_ID:
        message = "The history of this project is damaged: its last edit has no next."
        raise NotAProject(message)
    return edit_id


def insert_edit(
    conn: sqlite3.Connection,
    annotator_id: int,
    edit: Edit,
    *,
    state: State = State.DONE,
    rows: int | None = None,
) -> int:
    """Write the row of an edit; returns its id."""
    edit_id = new_edit_id(conn)
    conn.execute(
        "INSERT INTO edits (id, at, annotator_id, name, item_id, merge_key, state,"
        " rows) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        (
            edit_id,
            now_ms(),
            annotator_id,
            to_text(edit.name),
            edit.item_id,
            optional_text(edit.merge_key),
            state,
            rows,
        ),
    )
    return edit_id


def insert_changes(
    conn: sqlite3.Connection, edit_id: int, deltas: Iterable[Delta], first: int = 0
) -> None:
    """Write what an edit did, in order."""
    conn.executemany(
        "INSERT INTO changes (edit_id, seq, entity, entity_id, before, after)"
        " VALUES (?, ?, ?, ?, ?, ?)",
        [
            (
                edit_id,
                seq,
                d.table.code,
                d.id,
                dump_record(d.before),
                dump_record(d.after),
            )
            for seq, d in enumerate(deltas, first)
        ],
    )


def discard_undone(conn: sqlite3.Connection, annotator_id: int) -> bool:
    """A new edit ends what could be redone; returns whether something could."""
    cursor = conn.execute(
        "UPDATE edits SET state = ? WHERE annotator_id = ? AND state = ?",
        (State.DISCARDED, annotator_id, State.UNDONE),
    )
    return cursor.rowcount > 0


def record_edit(
    conn: sqlite3.Connection,
    annotator_id: int,
    edit: Edit,
    deltas: list[Delta],
    merge_ms: int,
) -> int:
    """Write an edit into the history, or join it with the one before."""
    undone = discard_undone(conn, annotator_id)
    if edit.merge_key is not None and not undone:
        joined = _join(conn, annotator_id, edit, deltas, merge_ms)
        if joined is not None:
            return joined
    edit_id = insert_edit(conn, annotator_id, edit)
    insert_changes(conn, edit_id, deltas)
    return edit_id


def _join(
    conn: sqlite3.Connection,
    annotator_id: int,
    edit: Edit,
    deltas: list[Delta],
    merge_ms: int,
) -> int | None:
    last = conn.execute(
        "SELECT id, at, merge_key, rows FROM edits WHERE annotator_id = ? AND state = ?"
        " ORDER BY id DESC LIMIT 1",
        (annotator_id, State.DONE),
    ).fetchone()
    if last is None or last[2] != optional_text(edit.merge_key) or last[3] is not None:
        return None
    age = now_ms() - last[1]
    if not 0 <= age <= merge_ms:
        return None
    earlier = read_deltas(conn, last[0])
    together = {(d.table.code, d.id): d for d in earlier}
    if len(together) < len(earlier):
        return None
    for delta in deltas:
        key = delta.table.code, delta.id
        joined = _joined(together[key], delta) if key in together else delta
        if joined is None:
            return None
        together[key] = joined
    conn.execute("DELETE FROM changes WHERE edit_id = ?", (last[0],))
    insert_changes(conn, last[0], together.values())
    conn.execute("UPDATE edits SET at = ? WHERE id = ?", (now_ms(), last[0]))
    return int(last[0])


def _joined(first: Delta, then: Delta) -> Delta | None:
    """Both as one, None when somebody else came between or the thing came or went."""
    if first.after is None or then.before is None or then.after is None:
        return None
    if any(k in first.after and first.after[k] != v for k, v in then.before.items()):
        return None
    if first.before is None:  # made by the first: the second is part of making it
        made = {**first.after, **then.after}
        after: Record = {k: v for k, v in made.items() if v is not None}
        return Delta(first.table, first.id, None, after)
    before = {**then.before, **first.before}
    return Delta(first.table, first.id, before, {**first.after, **then.after})


def read_deltas(conn: sqlite3.Connection, edit_id: int) -> list[Delta]:
    """What an edit did, in order; NotAProject when the history is damaged."""
    rows = conn.execute(
        "SELECT entity, entity_id, before, after FROM changes"
        " WHERE edit_id = ? ORDER BY seq",
        (edit_id,),
    ).fetchall()
    try:
        return [_delta(*row) for row in rows]
    except (ValueError, TypeError, KeyError) as error:
        message = f"The history of this project is damaged at edit {edit_id}."
        raise NotAProject(message) from error


def _delta(code: int, id_: object, old: SqlValue, new: SqlValue) -> Delta:
    table = TABLE_OF_CODE[code]
    before, after = load_record(old), load_record(new)
    if not isinstance(id_, int) or before is after:
        message = "a change of nothing"
        raise ValueError(message)
    for record in (before, after):
        if record is not None:
            check_record(table, record)
    return Delta(table, id_, before, after)


def newest_done(conn: sqlite3.Connection, annotator_id: int) -> Step | None:
    """What this annotator can undo now."""
    return _step(
        conn,
        " WHERE annotator_id = ? AND state = ? ORDER BY id DESC LIMIT 1",
        (annotator_id, State.DONE),
    )


def oldest_undone(conn: sqlite3.Connection, annotator_id: int) -> Step | None:
    """What this annotator can redo now."""
    return _step(
        conn,
        " WHERE annotator_id = ? AND state = ? ORDER BY id LIMIT 1",
        (annotator_id, State.UNDONE),
    )


def is_bulk(conn: sqlite3.Connection, edit_id: int) -> bool:
    """Whether an edit has ranges of ids."""
    row = conn.execute("SELECT rows FROM edits WHERE id = ?", (edit_id,)).fetchone()
    return row is not None and row[0] is not None


def newest(conn: sqlite3.Connection, limit: int) -> list[Step]:
    """The newest steps of everybody, undone ones too, newest first."""
    sql = _STEP + " WHERE state < ? ORDER BY id DESC LIMIT ?"
    return [_as_step(row) for row in conn.execute(sql, (State.DISCARDED, limit))]


def _step(conn: sqlite3.Connection, where: str, values: tuple[int, ...]) -> Step | None:
    row = conn.execute(_STEP + where, values).fetchone()
    return None if row is None else _as_step(row)


def _as_step(row: tuple[object, ...]) -> Step:
    id_, name, item_id, annotator_id, at, state, rows = row
    numbers = (id_, annotator_id, at, rows or 0)
    if not all(isinstance(n, int) for n in numbers) or not (
        item_id is None or isinstance(item_id, int)
    ):
        message = f"The history of this project is damaged at edit {id_}."
        raise NotAProject(message)
    try:
        text = from_text(name)
    except ValueError as error:
        message = f"The history of this project is damaged at edit {id_}."
        raise NotAProject(message) from error
    return Step(
        edit_id=id_,  # type: ignore[arg-type]
        name=text,
        item_id=item_id,
        annotator_id=annotator_id,  # type: ignore[arg-type]
        at=at,  # type: ignore[arg-type]
        done=state == State.DONE,
        rows=rows or 0,  # type: ignore[arg-type]
    )


def set_state(conn: sqlite3.Connection, edit_id: int, state: State) -> None:
    """Note what has become of an edit."""
    conn.execute("UPDATE edits SET state = ? WHERE id = ?", (state, edit_id))
