"""The project: opening it, changing it, undoing, and telling who listens.

`Project.apply` is the only way data changes; undo and redo go the same path
backwards (writing.py). Writing goes through one connection behind a lock,
reading through another one, so that readers never wait.
"""

from __future__ import annotations

import getpass
import json
import sqlite3
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager, suppress
from dataclasses import replace
from importlib import resources
from pathlib import Path
from threading import RLock
from types import TracebackType
from typing import Self

from annolab.errors import (
    Conflict,
    ReadOnlyProject,
    StoreError,
    UserError,
)
from annolab.jobs import Progress
from annolab.model.annotation import Annotator, AnnotatorKind
from annolab.model.edit import ChangeSet, Edit, Entity
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Root
from annolab.model.schema import Entry, Schema
from annolab.store import history, integrity, migrations
from annolab.store.bulk import Bulk, BulkLock
from annolab.store.connection import (
    VERSION,
    check_identity,
    check_place,
    check_tables,
    connect,
    journal_mode,
    leave_one_file,
    prepare_writer,
    read_only_mode,
    reader,
    speaking,
    transaction,
)
from annolab.store.copies import copy_project
from annolab.store.history import State
from annolab.store.named import NamedFolders
from annolab.store.places import root_folder, stored_root
from annolab.store.queries import Reader
from annolab.store.ranges import bring_back, empty_trash, take_back, throw_away
from annolab.store.records import KeyNames, insert_record, record_of
from annolab.store.tables import ANNOTATORS, FACTS, ITEMS, TABLES
from annolab.store.values import to_text
from annolab.store.views import Step
from annolab.store.writing import GUIDELINES, Writer, deltas_of

Listener = Callable[[ChangeSet], None]
EMPTY_SCHEMA = Schema()
MERGE_MS = 1000
NOTHING = ChangeSet(edit_id=0)
_FACTS_PAGE = 500
_FACTS_AT = tuple(ITEMS.columns.index(column) for column in sorted(FACTS))
_NOTE = f"UPDATE items SET {', '.join(f'{c} = ?' for c in sorted(FACTS))} WHERE id = ?"
_NOTE_SOURCE = "UPDATE items SET source = ? WHERE id = ? AND source IS NULL"


def create_project(
    path: Path,
    *,
    schema: Schema = EMPTY_SCHEMA,
    annotator: str | None = None,
    named: NamedFolders | None = None,
) -> Project:
    """Make a project file and open it; UserError when there is something already."""
    try:
        path.open("xb").close()
    except FileExistsError as error:
        message = f"There is already a file {path}; open it, or choose another name."
        raise UserError(message) from error
    except (FileNotFoundError, NotADirectoryError) as error:
        message = f"The folder {path.parent} does not exist."
        raise UserError(message) from error
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", error)
        message = f"{path} cannot be written: {reason}."
        raise ReadOnlyProject(message) from error
    try:
        _write_tables(path, schema)
        return open_project(path, annotator=annotator, named=named)
    except BaseException:
        path.unlink(missing_ok=True)
        raise


def _write_tables(path: Path, schema: Schema) -> None:
    sql = resources.files("annolab.store").joinpath("schema.sql").read_text("utf-8")
    with speaking(path):
        conn = connect(path)
        try:
            conn.executescript(f"BEGIN; {sql}")
            keys = KeyNames(conn)
            things: list[Entity] = [*schema.labels, *schema.attributes, *schema.tiers]
            if schema.guidelines:
                text = json.dumps(schema.guidelines)
                things.append(Entry(new_id(), GUIDELINES, text))
            for thing in things:
                table = TABLES[type(thing)]
                insert_record(conn, keys, table, thing.id, record_of(thing))
            conn.execute("COMMIT")
        finally:
            conn.close()


def open_project(
    path: Path,
    *,
    annotator: str | None = None,
    read_only: bool = False,
    named: NamedFolders | None = None,
) -> Project:
    """Open a project file.

    `annotator` is who works here now; without a name, the user of the computer.
    `named`: the folders whose media may be followed besides that of the file;
    without, those that this user has named before.
    Raises UserError, NotAProject, NewerProject, ReadOnlyProject, ProjectLocked.
    """
    check_place(path)
    with ExitStack() as stack, speaking(path):
        writer = None
        if not read_only:
            writer = connect(path)
            stack.callback(writer.close)
            version = check_identity(writer, path)
            if version >= VERSION:
                check_tables(writer)
            prepare_writer(writer, path)
            migrations.migrate(writer, path, version, migrations.MIGRATIONS)
        mode = "rw" if writer is not None else read_only_mode(path)
        reading = reader(path, mode=mode)
        stack.callback(reading.close)
        if check_identity(reading, path) < VERSION:
            message = f"{path} is of an older version: open it once for writing."
            raise ReadOnlyProject(message)
        check_tables(reading)
        held = NamedFolders.of_this_user() if named is None else named
        project = Project(path, reading, writer, _name(annotator), held, mode=mode)
        project.recover()
        stack.pop_all()
    return project


def _name(annotator: str | None) -> str:
    if annotator:
        return annotator
    try:
        return getpass.getuser()
    except (OSError, KeyError, ImportError):
        return "annotator"


class Snapshot(Reader):
    """A frozen view of a project, for a thread of its own."""

    def __init__(
        self, path: Path, conn: sqlite3.Connection, named: NamedFolders
    ) -> None:
        super().__init__(path, conn, named)
        self.schema = self._read_schema()


class Project(Reader):
    """An open project; its methods may be called from any thread."""

    def __init__(
        self,
        path: Path,
        reading: sqlite3.Connection,
        writing: sqlite3.Connection | None,
        annotator: str,
        named: NamedFolders,
        *,
        mode: str = "rw",
    ) -> None:
        super().__init__(path, reading, named)
        self._mode = mode
        self.read_only = writing is None
        self.merge_ms = MERGE_MS
        self._conn = writing
        self._wal = writing is not None and journal_mode(writing) == "wal"
        self._keys = None if writing is None else KeyNames(writing)
        self._writing = RLock()
        self._listeners: list[Listener] = []
        self.schema = self._read_schema()
        self.annotator = self._find_annotator(annotator)
        self._seen = self._data_version()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        _type: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        self.close()

    def close(self) -> None:
        """Close the file; when nobody else has it open, one plain file is left."""
        with self._writing, self._reading:  # in the order that `apply` takes them
            if self._conn is not None:
                self._conn.execute("PRAGMA busy_timeout = 500")  # others may go on
                with suppress(StoreError):
                    self.recover()
            self._reader.close()
            if self._conn is not None:
                with suppress(sqlite3.Error), transaction(self._conn):
                    empty_trash(self._conn)
                leave_one_file(self._conn)
                self._conn.close()
                self._conn = None

    def recover(self) -> None:
        """Take back bulk edits that a crash has interrupted."""
        lock = BulkLock(self.path)
        running = lock.left or self._all(
            "SELECT 1 FROM edits WHERE rows IS NOT NULL AND state = ?", (State.RUNNING,)
        )
        if running and not self.read_only and lock.take():
            try:
                take_back(self._changing)
            finally:
                lock.release()

    # Changing ----------------------------------------------------------------

    def apply(self, edit: Edit, initiator: object = None) -> ChangeSet:
        """Make an edit true, all of it or nothing, and tell the listeners.

        Relations of deleted annotations and what belongs to deleted items are
        deleted with them; a new item with its first mark by a person is begun.
        Raises Conflict when the project no longer holds what the edit starts
        from, UserError when it cannot be stored, and other StoreErrors.
        """
        deltas = deltas_of(edit)
        if not deltas:
            return NOTHING
        with self._changing() as writer:
            for delta in deltas:
                writer.write(delta)
            writer.complete(begin_items=True)
            writer.count()
            edit_id = history.record_edit(
                writer.conn, self.annotator.id, edit, writer.deltas, self.merge_ms
            )
        return self._told(writer.change_set(edit_id, edit, initiator))

    def undo(self, initiator: object = None) -> ChangeSet | None:
        """Take back the newest own edit; None when there is none.

        Raises Conflict when what it changed has been changed by somebody since.
        """
        return self._move(State.UNDONE, initiator)

    def redo(self, initiator: object = None) -> ChangeSet | None:
        """Make the oldest undone own edit again; None when there is none."""
        return self._move(State.DONE, initiator)

    def _move(self, state: State, initiator: object) -> ChangeSet | None:
        """Take the next step of the history to `state`."""
        undoing = state is State.UNDONE
        find = history.newest_done if undoing else history.oldest_undone
        step = None
        try:
            with self._changing() as writer:
                step = find(writer.conn, self.annotator.id)
                if step is None:
                    return None
                bulk = history.is_bulk(writer.conn, step.edit_id)
                if bulk and not undoing:
                    bring_back(writer.conn, step.edit_id)
                deltas = history.read_deltas(writer.conn, step.edit_id)
                for delta in reversed(deltas) if undoing else deltas:
                    writer.write(delta.backwards() if undoing else delta, checked=False)
                writer.count()
                if bulk and undoing:
                    throw_away(writer.conn, step.edit_id)
                writer.schema_changed |= bulk
                history.set_state(writer.conn, step.edit_id, state)
        except (Conflict, UserError) as error:
            if step is None:
                raise
            verb = "undone" if undoing else "redone"
            message = f"“{step.name}” cannot be {verb}: {error}"
            raise Conflict(message) from error
        edit = Edit(step.name, (), step.item_id)
        changes = writer.change_set(step.edit_id, edit, initiator)
        return self._told(replace(changes, everything=bulk))

    def bulk(self, name: str, annotator: Annotator | None = None) -> Bulk:
        """A bulk edit that is undone as one step; use it as a context manager.

        Without `annotator` it makes one of kind import.
        """
        self._check_writable()
        return Bulk(
            self.path,
            self._changing,
            self._bulk_done,
            name=name,
            annotator=annotator,
            owner_id=self.annotator.id,
        )

    def _bulk_done(self, edit_id: int, name: str) -> None:
        self._told(
            ChangeSet(edit_id=edit_id, name=name, everything=True, schema_changed=True)
        )

    def note_media(self, items: Iterable[Item]) -> ChangeSet:
        """Write what was read from the files of items. Not in the history.

        That is path, root, media, width, height, length, rate, digest, size,
        missing and problem, and the `source` of texts that have none; everything
        else of the items is left as it is.
        """
        items = list(items)
        noted: set[int] = set()
        rows = [(*(ITEMS.row(i)[at] for at in _FACTS_AT), i.id) for i in items]
        for start in range(0, len(rows), _FACTS_PAGE):
            page = rows[start : start + _FACTS_PAGE]
            with self._changing() as writer:
                writer.conn.executemany(_NOTE, page)
                said = items[start : start + _FACTS_PAGE]
                texts = [i for i in said if i.media is Media.TEXT and i.source]
                writer.conn.executemany(_NOTE_SOURCE, [(i.source, i.id) for i in texts])
            noted.update(row[-1] for row in page)
        return self._told(ChangeSet(edit_id=0, items=frozenset(noted)))

    @property
    def undo_step(self) -> Step | None:
        """What `undo` would take back."""
        with self._still() as conn:
            return history.newest_done(conn, self.annotator.id)

    @property
    def redo_step(self) -> Step | None:
        """What `redo` would make again."""
        with self._still() as conn:
            return history.oldest_undone(conn, self.annotator.id)

    def history(self, limit: int = 100) -> list[Step]:
        """The newest steps of everybody, newest first."""
        with self._still() as conn:
            return history.newest(conn, limit)

    # Roots -------------------------------------------------------------------

    def add_root(self, folder: Path) -> Root:
        """The root for a folder that the user names, made when there is none.

        Not undoable.
        """
        self.named.add(folder)
        stored = stored_root(self.path, folder)
        for root in self.roots():
            if root.path == stored:
                return root
        root = Root(new_id(), stored)
        with self._changing() as writer:
            writer.conn.execute(
                "INSERT INTO roots (id, path) VALUES (?, ?)", (root.id, to_text(stored))
            )
        return root

    def set_root(self, root_id: int, folder: Path) -> None:
        """Say where a root is now, after its media were moved. Not undoable.

        The user names the folder by it.
        """
        self.named.add(folder)
        stored = stored_root(self.path, folder)
        with self._changing() as writer:
            found = writer.conn.execute(
                "UPDATE roots SET path = ? WHERE id = ?", (to_text(stored), root_id)
            )
            if found.rowcount == 0:
                message = f"The project has no folder {root_id}."
                raise UserError(message)
        self._told(ChangeSet(edit_id=0, everything=True))

    # The file ----------------------------------------------------------------

    def check(self, progress: Progress | None = None) -> list[str]:
        """What is wrong with the file, in sentences; [] when it is sound."""
        steps = progress or Progress()
        with speaking(self.path):
            conn = reader(self.path, mode=self._mode)
            with closing(conn):
                conn.execute("BEGIN")
                return list(integrity.problems(conn, steps.step))

    def copy_to(self, path: Path) -> None:
        """Save a copy as `path`; UserError when there is a file already.

        It leads to the same media: their folders are named by it.
        """
        reached = [root_folder(self.path, root) for root in self.allowed_roots()]
        with speaking(self.path):
            conn = connect(self.path, self._mode)
        with closing(conn):
            copy_project(conn, self.path, path)
        for folder in reached:
            self.named.add(folder)

    # Listening ---------------------------------------------------------------

    def subscribe(self, listener: Listener) -> Callable[[], None]:
        """Call `listener` after every change, in the thread that made it.

        Returns a function that ends it.
        """
        self._listeners.append(listener)
        return lambda: self._listeners.remove(listener)

    def poll(self) -> ChangeSet | None:
        """What to repaint when another process has written since the last call."""
        if self._conn is None or not self._writing.acquire(blocking=False):
            return None
        try:
            seen = self._data_version()
            if seen == self._seen:
                return None
            self._seen = seen
        finally:
            self._writing.release()
        before = self.schema
        self.schema = self._read_schema()
        changed = self.schema != before
        return self._told(ChangeSet(edit_id=0, everything=True, schema_changed=changed))

    @contextmanager
    def snapshot(self) -> Iterator[Snapshot]:
        """A frozen view of what is there now, on a connection of its own."""
        with speaking(self.path):
            conn = reader(self.path, mode=self._mode, cache_kib=16384)
        with closing(conn):
            with speaking(self.path):
                conn.execute("BEGIN")
            yield Snapshot(self.path, conn, self.named)

    # Inside ------------------------------------------------------------------

    @contextmanager
    def _changing(self, *, durable: bool = True) -> Iterator[Writer]:
        """A transaction. Not durable: a power cut may lose it until the next is.

        A killed process loses nothing either way.
        """
        self._check_writable()
        with self._writing, speaking(self.path):
            if self._conn is None or self._keys is None:
                message = f"The project {self.path} has been closed."
                raise StoreError(message)
            writer = Writer(self._conn, self._keys)
            # Without WAL, NORMAL could do more harm than lose the last commits.
            normal = not durable and self._wal
            self._conn.execute(f"PRAGMA synchronous = {'NORMAL' if normal else 'FULL'}")
            try:
                with transaction(self._conn):
                    self._write_annotator(self._conn)
                    yield writer
            except BaseException:
                self._keys.forget()
                raise
            if writer.schema_changed:
                self.schema = self._read_schema()

    def _check_writable(self) -> None:
        if self.read_only:
            message = f"{self.path} was opened for reading only; nothing was changed."
            raise ReadOnlyProject(message)

    def _write_annotator(self, conn: sqlite3.Connection) -> None:
        row = ANNOTATORS.row(self.annotator)
        conn.execute(
            "INSERT OR IGNORE INTO annotators (id, name, kind, detail)"
            " VALUES (?, ?, ?, ?)",
            row,
        )

    def _find_annotator(self, name: str) -> Annotator:
        for annotator in self.annotators():
            if annotator.kind is AnnotatorKind.HUMAN and annotator.name == name:
                return annotator
        return Annotator(new_id(), name)

    def _told(self, changes: ChangeSet) -> ChangeSet:
        for listener in tuple(self._listeners):
            listener(changes)
        return changes

    def _data_version(self) -> int:
        if self._conn is None:
            return 0
        return int(self._conn.execute("PRAGMA data_version").fetchone()[0])
