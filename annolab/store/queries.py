"""Reading: everything a project can tell, on a connection that never writes."""

from __future__ import annotations

import json
import sqlite3
from array import array
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from threading import RLock
from typing import Any

from annolab.errors import NotAProject
from annolab.model.annotation import Annotation, Annotator, Relation
from annolab.model.geometry import NO_ATTRIBUTES, Attributes, AttributeValue, Kind
from annolab.model.item import Item, Media, Root, Status
from annolab.model.schema import Entry, Owner, Schema
from annolab.model.text_item import split_row
from annolab.store import listing
from annolab.store.connection import speaking
from annolab.store.filters import EVERYTHING, Filter, Order
from annolab.store.named import NamedFolders
from annolab.store.places import media_path, root_folder
from annolab.store.records import GEOMETRY_AT, columns_sql, damaged, decode
from annolab.store.rows import Row
from annolab.store.tables import (
    ANNOTATIONS,
    ANNOTATORS,
    ENTRIES,
    ITEMS,
    KEYFRAME,
    KEYFRAME_BIT,
    LABELS,
    RELATIONS,
    SPECS,
    TIERS,
    Table,
)
from annolab.store.values import from_text, from_value, to_text
from annolab.store.views import ItemRow, Totals
from annolab.store.writing import GUIDELINES

_PAGE = 512
_IN = "(SELECT value FROM json_each(?))"
_OWNER_BITS = {Owner.ITEM: 1, Owner.ANNOTATION: 2, Owner.KEYFRAME: KEYFRAME_BIT}


class Reader:
    """The reading methods of `Project` and `Snapshot`.

    Every method returns finished values: nothing stays open in the file.
    """

    path: Path
    named: NamedFolders

    def __init__(
        self, path: Path, conn: sqlite3.Connection, named: NamedFolders
    ) -> None:
        self.path = path
        self.named = named
        self._reader = conn
        self._reading = RLock()

    # One method reads from one state of the file, however many SELECTs it needs.
    @contextmanager
    def _still(self) -> Iterator[sqlite3.Connection]:
        with self._reading, speaking(self.path):
            outer = self._reader.in_transaction
            if not outer:
                self._reader.execute("BEGIN")
            try:
                yield self._reader
            finally:
                if not outer:
                    self._reader.execute("ROLLBACK")

    def _all(self, sql: str, values: Sequence[Any] = ()) -> list[Row]:
        with self._reading, speaking(self.path):
            return self._reader.execute(sql, values).fetchall()

    # Items -------------------------------------------------------------------

    def item(self, item_id: int) -> Item | None:
        """The item with this id, or None."""
        return next(iter(self.items((item_id,))), None)

    def items(self, ids: Iterable[int] | None = None) -> list[Item]:
        """The items with these ids, in this order; None: all, by path.

        Ids that are not there are left out. Ask for pages when there are many.
        """
        wanted = list(self.item_ids() if ids is None else ids)
        found: dict[int, Item] = {}
        with self._still() as conn:
            for page in _pages(wanted):
                found.update(read_items(conn, json.dumps(page)))
        return [found[i] for i in wanted if i in found]

    def item_rows(self, ids: Iterable[int]) -> list[ItemRow]:
        """What a list shows of these items, in this order."""
        wanted = list(ids)
        found = {}
        for page in _pages(wanted):
            for row in self._all(_ITEM_ROWS, (json.dumps(page),)):
                found[row[0]] = _item_row(row)
        return [found[i] for i in wanted if i in found]

    def item_ids(
        self,
        where: Filter = EVERYTHING,
        order: Order = Order.PATH,
        *,
        descending: bool = False,
    ) -> array[int]:
        """Ids of the items that pass a filter, sorted."""
        with self._still() as conn:
            ids = listing.item_ids(conn, where, order)
        if descending:
            ids.reverse()
        return ids

    def item_at(self, root_id: int, path: str) -> Item | None:
        """The item at a path of a root, or None."""
        found = self.items_at(root_id, (path,))
        return self.item(found[path]) if path in found else None

    def items_at(self, root_id: int, paths: Iterable[str]) -> dict[str, int]:
        """Of these paths of a root those that are items, with their ids."""
        found: dict[str, int] = {}
        with self._still() as conn:
            for path in paths:
                row = conn.execute(_ITEM_AT, (root_id, to_text(path))).fetchone()
                if row is not None:
                    found[path] = row[0]
        return found

    # Annotations -------------------------------------------------------------

    def annotation(self, annotation_id: int) -> Annotation | None:
        """The annotation with this id, or None."""
        with self._still() as conn:
            rows = conn.execute(_ANNOTATION, (annotation_id,)).fetchall()
            return next(iter(read_annotations(conn, rows)), None)

    def annotations(self, item_id: int) -> list[Annotation]:
        """The annotations of an item, in drawing order (z, then id)."""
        return self.annotations_of((item_id,)).get(item_id, [])

    def annotations_of(self, item_ids: Iterable[int]) -> dict[int, list[Annotation]]:
        """The annotations of several items, each list in drawing order."""
        wanted = list(item_ids)
        found: dict[int, list[Annotation]] = {item_id: [] for item_id in wanted}
        with self._still() as conn:
            for page in _pages(wanted):
                rows = conn.execute(_OF_ITEMS, (json.dumps(page),)).fetchall()
                for annotation in read_annotations(conn, rows):
                    found[annotation.item_id].append(annotation)
        for several in found.values():
            several.sort(key=lambda a: (a.z, a.id))
        return found

    def iter_annotations(self, where: Filter | None = None) -> Iterator[Annotation]:
        """All annotations by id, or those of the items that pass a filter.

        A filter with a label gives the annotations with this label only.
        """
        if where is None or where == EVERYTHING:
            yield from self._every_annotation()
            return
        with self._still() as conn:
            ids = listing.annotation_ids(conn, where)
        for page in _pages(ids):
            with self._still() as conn:
                rows = conn.execute(ANNOTATIONS_BY_IDS, (json.dumps(page),)).fetchall()
                found = list(read_annotations(conn, rows))
            yield from found

    def _every_annotation(self) -> Iterator[Annotation]:
        last = -(1 << 63)
        while True:
            with self._still() as conn:
                rows = conn.execute(_AFTER, (last, _PAGE)).fetchall()
                found = list(read_annotations(conn, rows))
            if not found:
                return
            yield from found
            last = found[-1].id

    def relation(self, relation_id: int) -> Relation | None:
        """The relation with this id, or None."""
        return next(iter(self._relations(_RELATION, relation_id)), None)

    def relations(self, item_id: int) -> list[Relation]:
        """The relations of an item, by id."""
        return self._relations(_RELATIONS, item_id)

    def _relations(self, query: str, id_: int) -> list[Relation]:
        with self._still() as conn:
            rows = conn.execute(query, (id_,)).fetchall()
            said = _attributes(conn, "relation", json.dumps([r[0] for r in rows]))
        return [decode(RELATIONS, r, said.get(r[0], NO_ATTRIBUTES)) for r in rows]

    def relation_count(self) -> int:
        """How many relations there are."""
        return self.totals().relations

    # The rest ----------------------------------------------------------------

    def annotators(self) -> list[Annotator]:
        """Everybody who has made marks, by id."""
        return self._decoded(ANNOTATORS, "id")

    def roots(self) -> list[Root]:
        """The folders that items are relative to; 0 is that of the project file."""
        return _roots(self._all("SELECT id, path FROM roots ORDER BY id"))

    def entry(self, key: str) -> Entry | None:
        """The project-wide value under a key, or None."""
        sql = f"SELECT {columns_sql(ENTRIES.name)} FROM {ENTRIES.name} WHERE key = ?"
        return next(
            iter(self._decoded_rows(ENTRIES, self._all(sql, (to_text(key),)))), None
        )

    def entries(self) -> list[Entry]:
        """All project-wide values, by id."""
        return self._decoded(ENTRIES, "id")

    def totals(self) -> Totals:
        """How much there is, from counters."""
        counts: dict[str, dict[int, int]] = {
            "label": {},
            "annotator": {},
            "status": {},
            "relation": {},
        }
        for what, id_, n in self._all("SELECT what, id, n FROM counters WHERE n <> 0"):
            counts.setdefault(what, {})[id_] = n
        with _sound("its counters"):
            by_status = {Status(s): n for s, n in sorted(counts["status"].items())}
            return Totals(
                items=sum(by_status.values()),
                annotations=sum(counts["label"].values()),
                relations=sum(counts["relation"].values()),
                by_status=by_status,
                by_label={id_ or None: n for id_, n in counts["label"].items()},
                by_annotator=counts["annotator"],
            )

    def keys(self, owner: Owner) -> list[str]:
        """Every attribute key ever used on this kind of owner, for completion."""
        rows = self._all(
            "SELECT name FROM attribute_keys WHERE owners & ?", (_OWNER_BITS[owner],)
        )
        with _sound("the names of its attributes"):
            return sorted(from_text(name) for (name,) in rows)

    def media_path(self, item: Item) -> Path:
        """Where the file of an item is; of a row of a table, the table.

        UserError when its path leaves its root, FolderNotNamed when the user has
        not named the root.
        A link in a folder that was named may lead elsewhere: it is the user's own.
        """
        rows = self._all("SELECT id, path FROM roots WHERE id = ?", (item.root_id,))
        root = next(iter(_roots(rows)), None)
        path = split_row(item.path)[0] if item.media is Media.TEXT else item.path
        return media_path(self.path, root, path, self.named)

    def allowed_roots(self) -> list[Root]:
        """The roots that may be followed."""
        return [r for r in self.roots() if self._allows(r)]

    def refused_folders(self) -> list[Path]:
        """The folders of media that the user would have to name first."""
        refused = [r for r in self.roots() if not self._allows(r)]
        return [root_folder(self.path, root) for root in refused]

    def _allows(self, root: Root) -> bool:
        return self.named.allow(root_folder(self.path, root), self.path)

    def _decoded(self, table: Table, order: str) -> list[Any]:
        sql = f"SELECT {columns_sql(table.name)} FROM {table.name} ORDER BY {order}"
        return self._decoded_rows(table, self._all(sql))

    def _decoded_rows(self, table: Table, rows: Iterable[Row]) -> list[Any]:
        return [decode(table, row) for row in rows]

    def _read_schema(self) -> Schema:
        with self._still():
            guidelines = self.entry(GUIDELINES)
            return Schema(
                labels=tuple(self._decoded(LABELS, "position, id")),
                attributes=tuple(self._decoded(SPECS, "position, id")),
                tiers=tuple(self._decoded(TIERS, "position, id")),
                guidelines="" if guidelines is None else _guidelines(guidelines),
            )


def _guidelines(entry: Entry) -> str:
    try:
        text = json.loads(entry.value)
    except (ValueError, RecursionError):
        return entry.value
    return text if isinstance(text, str) else entry.value


@contextmanager
def _sound(what: str) -> Iterator[None]:
    """NotAProject when what is read cannot be what AnnoLab has written."""
    try:
        yield
    except (ValueError, TypeError) as error:
        message = f"The project is damaged: {what} cannot be read; go back to a copy."
        raise NotAProject(message) from error


def _roots(rows: Iterable[Row]) -> list[Root]:
    with _sound("the folders of its media"):
        return [Root(int(id_), from_text(path)) for id_, path in rows]


def _pages(ids: Sequence[int]) -> Iterator[list[int]]:
    for start in range(0, len(ids), _PAGE):
        yield [int(i) for i in ids[start : start + _PAGE]]


def read_items(conn: sqlite3.Connection, ids: str) -> Iterator[tuple[int, Item]]:
    """The items of a JSON list of ids, each with its id."""
    said = _attributes(conn, "item", ids)
    tiers: dict[int, tuple[int, ...]] = {}
    for item_id, tier_id in conn.execute(_ITEM_TIERS, (ids,)):
        tiers[item_id] = (*tiers.get(item_id, ()), tier_id)
    for row in conn.execute(_ITEMS, (ids,)).fetchall():
        id_ = row[0]
        yield (
            id_,
            decode(ITEMS, row, said.get(id_, NO_ATTRIBUTES), {}, tiers.get(id_, ())),
        )


def _item_row(row: Row) -> ItemRow:
    id_, root, path, media, width, height, length, rate, split, status, *rest = row
    priority, missing, problem, n = rest
    try:
        return ItemRow(
            id=id_,
            root_id=root,
            path=from_text(path),
            media=Media(media),
            width=width,
            height=height,
            length=length,
            rate=rate,
            split=None if split is None else from_text(split),
            status=Status(status),
            priority=priority,
            missing=bool(missing),
            problem=from_text(problem),
            n_annotations=n,
        )
    except ValueError as error:
        raise damaged(ITEMS, id_) from error


def read_annotations(conn: sqlite3.Connection, rows: list[Row]) -> Iterator[Annotation]:
    """The annotations of rows, with their attributes and keyframes."""
    ids = json.dumps([row[0] for row in rows])
    said = _attributes(conn, "annotation", ids) if rows else {}
    frames: dict[int, dict[int, Row]] = {}
    if any(row[GEOMETRY_AT] == Kind.TRACK for row in rows):
        for id_, frame, *rest in conn.execute(_KEYFRAMES, (ids,)):
            frames.setdefault(id_, {})[frame] = tuple(rest)
    nothing: dict[int, Row] = {}
    for row in rows:
        id_ = row[0]
        yield decode(
            ANNOTATIONS, row, said.get(id_, NO_ATTRIBUTES), frames.get(id_, nothing)
        )


def _attributes(
    conn: sqlite3.Connection, owner: str, ids: str
) -> dict[int, Attributes]:
    found: dict[int, dict[str, AttributeValue]] = {}
    for id_, name, value in conn.execute(_ATTRIBUTES[owner], (ids,)):
        try:
            found.setdefault(id_, {})[from_text(name)] = from_value(value)
        except (ValueError, RecursionError) as error:
            message = f"The project is damaged: an attribute of {owner} {id_}."
            raise NotAProject(message) from error
    return found  # type: ignore[return-value]


# The names below come from rows.py, never from a file.
def _select(table: Table, rest: str) -> str:
    return f"SELECT {columns_sql(table.name)} FROM {table.name} {rest}"


_ITEMS = _select(ITEMS, f"WHERE id IN {_IN}")
_ITEM_ROWS = (
    "SELECT id, root_id, path, media, width, height, length, rate, split, status,"
    f" priority, missing, problem, n_annotations FROM items WHERE id IN {_IN}"
)
_ITEM_AT = "SELECT id FROM items WHERE root_id = ? AND path = ?"
_ITEM_TIERS = (
    f"SELECT item_id, tier_id FROM item_tiers WHERE item_id IN {_IN}"
    " ORDER BY item_id, position"
)
_ANNOTATION = _select(ANNOTATIONS, "WHERE id = ?")
_OF_ITEMS = _select(ANNOTATIONS, f"WHERE item_id IN {_IN}")
ANNOTATIONS_BY_IDS = _select(ANNOTATIONS, f"WHERE id IN {_IN} ORDER BY id")
_AFTER = _select(ANNOTATIONS, "WHERE id > ? ORDER BY id LIMIT ?")
_RELATIONS = _select(RELATIONS, "WHERE item_id = ? ORDER BY id")
_RELATION = _select(RELATIONS, "WHERE id = ?")
_KEYFRAMES = (
    f"SELECT annotation_id, {', '.join(KEYFRAME)} FROM keyframes"
    f" WHERE annotation_id IN {_IN}"
)
_ATTRIBUTES = {
    owner: f"SELECT a.{owner}_id, k.name, a.value FROM {owner}_attributes a"
    f" JOIN attribute_keys k ON k.id = a.key_id WHERE a.{owner}_id IN {_IN}"
    for owner in ("item", "annotation", "relation")
}
