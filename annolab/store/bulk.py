"""Bulk edits: a million inserts as one undoable step, without making anybody wait.

Rows are written in short transactions. The history keeps the ranges of ids
instead of the rows; the ids of a range belong to one bulk edit alone. While it
runs its edit is in state RUNNING and a lock file beside the project is held: a
RUNNING edit that nobody holds the lock for is the rest of a crash.
"""

from __future__ import annotations

import sqlite3
import time
from bisect import bisect_right
from collections import Counter, defaultdict
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from operator import itemgetter
from pathlib import Path
from types import TracebackType
from typing import Self

from annolab.errors import Conflict, ProjectLocked, StoreError, UserError
from annolab.model.annotation import Annotation, Annotator, AnnotatorKind
from annolab.model.edit import Change, Edit, Entity
from annolab.model.geometry import FloatArray, Polygon, Track
from annolab.model.ids import reserve_ids
from annolab.model.item import Item
from annolab.model.validity import problems
from annolab.store import history
from annolab.store.history import State
from annolab.store.packing import one_ring, pack_ring, set_bounds
from annolab.store.ranges import Changing, take_back
from annolab.store.records import (
    INSERT_TIERS,
    REPLACE_KEYFRAME,
    delete_record,
    insert_sql,
    keyframe_keys,
    replace_attribute_sql,
    tier_rows,
)
from annolab.store.rows import Row, annotation_row, keyframe_rows
from annolab.store.tables import (
    ANNOTATIONS,
    ANNOTATORS,
    ITEMS,
    KEYFRAME_BIT,
    RELATIONS,
    TABLES,
    Table,
)
from annolab.store.values import SqlValue, to_value
from annolab.store.writing import Delta, Writer, deltas_of, write_counts

_BLOCK = 1 << 14  # ids reserved at a time
_CHUNK_SECONDS = 0.025  # how long a transaction should take
_CHUNK_BYTES = 4 << 20
_FIRST_CHUNK, _LEAST, _MOST = 500, 100, 10_000  # rows
_PATIENCE = 60.0  # seconds, while another program writes
_ITEM = itemgetter(ANNOTATIONS.columns.index("item_id"))
_LABEL = itemgetter(ANNOTATIONS.columns.index("label_id"))
_ANNOTATOR = itemgetter(ANNOTATIONS.columns.index("annotator_id"))
_STATUS = itemgetter(ITEMS.columns.index("status"))


class BulkLock:
    """Held while a bulk edit runs; the system frees it when the process dies."""

    def __init__(self, project: Path) -> None:
        self._path = project.with_name(project.name + "-bulk")
        self._conn: sqlite3.Connection | None = None

    @property
    def left(self) -> bool:
        """Whether there is a lock file: somebody holds it, or died with it."""
        return self._path.exists()

    def take(self) -> bool:
        """Try to take it; False when another bulk edit runs."""
        for _ in range(3):
            conn = sqlite3.connect(
                self._path, isolation_level=None, timeout=0, check_same_thread=False
            )
            try:
                conn.execute("BEGIN EXCLUSIVE")
            except sqlite3.Error:
                conn.close()
                return False
            if self._path.exists():  # not deleted by its last holder meanwhile
                self._conn = conn
                return True
            conn.close()
        return False

    def release(self) -> None:
        """Let others have it."""
        if self._conn is not None:
            self._conn.close()
            self._conn = None
            self._path.unlink(missing_ok=True)


@dataclass(slots=True)
class _Chunk:
    """What waits to be written in one short transaction."""

    rows: dict[Table, list[Row]] = field(default_factory=lambda: defaultdict(list))
    attributes: dict[Table, list[tuple[int, str, SqlValue]]] = field(
        default_factory=lambda: defaultdict(list)
    )
    rings: list[tuple[int, FloatArray]] = field(default_factory=list)
    keyframes: list[Row] = field(default_factory=list)
    tiers: list[Row] = field(default_factory=list)
    deltas: list[Delta] = field(default_factory=list)
    n: int = 0
    size: int = 0


class Bulk:
    """Inserts in bulk; a context manager, for one thread.

    Leaving it by an exception takes back all of it. What a thing refers to is
    added before the thing.
    """

    def __init__(
        self,
        path: Path,
        changing: Changing,
        done: Callable[[int, str], None],
        *,
        name: str,
        annotator: Annotator | None,
        owner_id: int,
    ) -> None:
        self._changing = changing
        self._done = done
        self._name = name
        self._owner_id = owner_id
        self._lock = BulkLock(path)
        self._edit_id = 0
        self._ids = iter(range(0))
        self._low, self._high = 1, 0  # the block in use
        self._ranges: list[range] = []
        self._chunk = _Chunk()
        self._limit = _FIRST_CHUNK
        self._n_rows = self._n_changes = 0
        self._n_ranges = 0  # that are in the file for sure
        self._broken: StoreError | None = None
        self._made_annotator = annotator is None
        self.annotator = annotator or Annotator(
            self.new_id(), name, AnnotatorKind.IMPORT
        )

    def __enter__(self) -> Self:
        if not self._lock.take():
            message = "Another import is running; wait until it has finished."
            raise UserError(message)
        try:
            take_back(self._changing)
            with self._changing() as writer:
                self._edit_id = history.insert_edit(
                    writer.conn,
                    self._owner_id,
                    Edit(self._name, ()),
                    state=State.RUNNING,
                    rows=0,
                )
                self._write_ranges(writer.conn)
                writer.conn.execute(
                    insert_sql(ANNOTATORS, "INSERT OR IGNORE"),
                    ANNOTATORS.row(self.annotator),
                )
        except BaseException:
            self._lock.release()
            raise
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        finished = False
        try:
            if error is None:
                self._flush()
                self._finish()
                finished = True
        finally:
            if not finished:
                with suppress(StoreError):  # else the next opening does it
                    take_back(self._changing)
            self._lock.release()
            self._done(self._edit_id if finished else 0, self._name)

    def _finish(self) -> None:
        with self._changing() as writer:
            conn, edit_id = writer.conn, self._edit_id
            if self._n_rows or self._n_changes:
                history.discard_undone(conn, self._owner_id)
                conn.execute(
                    "UPDATE edits SET state = ?, rows = ?, at = ? WHERE id = ?",
                    (State.DONE, self._n_rows, history.now_ms(), edit_id),
                )
            else:
                conn.execute("DELETE FROM edit_ranges WHERE edit_id = ?", (edit_id,))
                conn.execute("DELETE FROM edits WHERE id = ?", (edit_id,))
                if self._made_annotator:
                    delete_record(conn, ANNOTATORS, self.annotator.id)

    def new_id(self) -> int:
        """An id for something of this bulk edit."""
        value = next(self._ids, None)
        if value is None:
            block = reserve_ids(_BLOCK)
            self._low, self._high = block.start, block.stop - 1
            self._ranges.append(block)
            self._ids = iter(block)
            value = next(self._ids)
        return value

    def add(self, entity: Entity) -> None:
        """Insert a thing whose id came from `new_id`.

        Raises UserError when it cannot be stored: it is left out, and one may go
        on. Any other error ends the bulk edit, and all of it is taken back.
        """
        if isinstance(entity, Annotation):
            self._add_annotation(entity)
            return
        table = TABLES[type(entity)]
        row = table.row(entity)
        self._check_id(row[0])
        self._add_attributes(table, entity)
        if isinstance(entity, Item) and entity.tiers:
            self._chunk.tiers += tier_rows(entity.id, entity.tiers)
        self._chunk.rows[table].append(row)
        self._grow(1)

    def _add_annotation(self, mark: Annotation) -> None:
        geometry, chunk = mark.geometry, self._chunk
        found = problems(geometry)
        if found:
            raise UserError(" ".join(found))
        self._check_id(mark.id)
        rows = chunk.rows[ANNOTATIONS]
        keyframes: dict[int, Row] = {}
        if type(geometry) is Polygon and one_ring(geometry):
            ring = geometry.parts[0][0]
            row = annotation_row(mark, pack_ring(ring, mark.frame))
            self._add_attributes(ANNOTATIONS, mark)
            chunk.rings.append((len(rows), ring))
        else:
            row = annotation_row(mark)
            if isinstance(geometry, Track):
                keyframes = keyframe_rows(mark)
            self._add_attributes(ANNOTATIONS, mark)
            chunk.keyframes += [(mark.id, n, *rest) for n, rest in keyframes.items()]
        rows.append(row)
        blob = row[-1]
        if blob is not None:
            chunk.size += len(blob)
        self._grow(1 + len(keyframes))

    def _add_attributes(self, table: Table, entity: Entity) -> None:
        attributes = getattr(entity, "attributes", None)
        if attributes:
            said = [(entity.id, key, to_value(x)) for key, x in attributes.items()]
            self._chunk.attributes[table] += said

    def _grow(self, count: int) -> None:
        chunk = self._chunk
        chunk.n += count
        if chunk.n >= self._limit or chunk.size >= _CHUNK_BYTES:
            self._flush()

    def change(self, before: Entity, after: Entity) -> None:
        """Change a thing that is there, as part of this edit; see `Project.apply`.

        A thing that this edit has added may be changed as well.
        """
        deltas = deltas_of(Edit(self._name, (Change(before, after),)))
        self._chunk.deltas += deltas
        self._grow(len(deltas))

    def _check_id(self, id_: int) -> None:
        if self._low <= id_ <= self._high or self._owns(id_):
            return
        message = f"{id_} is not an id of this bulk edit: take it from new_id()"
        raise ValueError(message)

    def _owns(self, id_: int) -> bool:
        at = bisect_right(self._ranges, id_, key=lambda block: block.start) - 1
        return at >= 0 and id_ in self._ranges[at]

    def _flush(self) -> None:
        if self._broken is not None:
            raise self._broken
        patience = time.monotonic() + _PATIENCE
        n_ranges = len(self._ranges)
        start, n_changes = time.perf_counter(), 0
        while True:
            try:
                # The last commit, in _finish, makes all of them durable.
                with self._changing(durable=False) as writer:
                    start = time.perf_counter()
                    n_changes = self._write(writer)
                break
            except ProjectLocked as error:
                if time.monotonic() > patience:
                    self._broken = error
                    raise
            except StoreError as error:
                self._broken = error
                raise
            except UserError as error:
                self._broken = Conflict(f"“{self._name}” was taken back: {error}")
                raise self._broken from error
        # Only now, for a transaction that failed is tried again.
        self._n_ranges = n_ranges
        self._n_rows += sum(map(len, self._chunk.rows.values()))
        self._n_changes += n_changes
        took = time.perf_counter() - start
        wanted = int(self._limit * _CHUNK_SECONDS / max(took, 1e-6))
        self._limit = max(_LEAST, min(wanted, 2 * self._limit, _MOST))
        self._chunk = _Chunk()

    def _write(self, writer: Writer) -> int:
        """Write the chunk; returns how many changes went into the history."""
        conn, keys, chunk = writer.conn, writer.keys, self._chunk
        self._write_ranges(conn)
        set_bounds(chunk.rows[ANNOTATIONS], chunk.rings)
        for table, rows in chunk.rows.items():
            conn.executemany(insert_sql(table), rows)
        for table, said in chunk.attributes.items():
            bit = (table.attributes or ("", "", 0))[2]
            conn.executemany(
                replace_attribute_sql(table),
                [(id_, keys.id(name, bit), value) for id_, name, value in said],
            )
        conn.executemany(REPLACE_KEYFRAME, chunk.keyframes)
        for row in chunk.keyframes:
            for name in keyframe_keys(row[2:]):
                keys.id(name, KEYFRAME_BIT)
        conn.executemany(INSERT_TIERS, chunk.tiers)
        write_counts(conn, *_counts(chunk))
        told = (ANNOTATIONS, ITEMS, RELATIONS, ANNOTATORS)
        writer.schema_changed |= any(table not in told for table in chunk.rows)
        return self._write_changes(writer)

    def _write_changes(self, writer: Writer) -> int:
        deltas = self._chunk.deltas
        if not deltas:
            return 0
        for delta in deltas:
            writer.write(delta)
        writer.count()
        others = [delta for delta in deltas if not self._owns(delta.id)]
        history.insert_changes(writer.conn, self._edit_id, others, self._n_changes)
        return len(others)

    def _write_ranges(self, conn: sqlite3.Connection) -> None:
        conn.executemany(
            "INSERT OR IGNORE INTO edit_ranges (edit_id, first_id, last_id)"
            " VALUES (?, ?, ?)",
            [
                (self._edit_id, block.start, block.stop - 1)
                for block in self._ranges[self._n_ranges :]
            ],
        )


def _counts(chunk: _Chunk) -> tuple[Counter[tuple[str, int]], Counter[int]]:
    counts: Counter[tuple[str, int]] = Counter()
    annotations = chunk.rows.get(ANNOTATIONS, [])
    for label_id, n in Counter(map(_LABEL, annotations)).items():
        counts["label", label_id or 0] += n
    for annotator_id, n in Counter(map(_ANNOTATOR, annotations)).items():
        counts["annotator", annotator_id] += n
    for status, n in Counter(map(_STATUS, chunk.rows.get(ITEMS, []))).items():
        counts["status", status] += n
    counts["relation", 0] += len(chunk.rows.get(RELATIONS, []))
    return counts, Counter(map(_ITEM, annotations))
