"""One edit in the making: what it changes, what it touches, what it counts."""

from __future__ import annotations

import sqlite3
from collections import Counter
from dataclasses import dataclass, field

from annolab.errors import Conflict, UserError
from annolab.model.annotation import Annotation, AnnotationStatus, AnnotatorKind
from annolab.model.edit import Change, ChangeSet, Edit
from annolab.model.item import Status
from annolab.model.validity import problems
from annolab.store.records import (
    KeyNames,
    delete_record,
    differing,
    entity_of,
    insert_record,
    read_record,
    record_of,
    same,
    update_record,
)
from annolab.store.tables import (
    ANNOTATIONS,
    ANNOTATORS,
    ENTRIES,
    FACTS,
    ITEMS,
    RELATIONS,
    TABLES,
    Table,
)
from annolab.store.values import Record, Value, from_text

GUIDELINES = "guidelines"


@dataclass(slots=True)
class Delta:
    """What an edit does to one thing; None: it is not there.

    When it is there before and after, only the fields that differ.
    """

    table: Table
    id: int
    before: Record | None
    after: Record | None

    def backwards(self) -> Delta:
        """What undoing it does."""
        return Delta(self.table, self.id, self.after, self.before)


def deltas_of(edit: Edit) -> list[Delta]:
    """The changes of an edit as deltas; UserError when a thing cannot be stored."""
    deltas = []
    for change in edit.changes:
        thing = change.entity
        table = TABLES[type(thing)]
        before = None if change.before is None else record_of(change.before)
        _check_geometry(change)
        after = None if change.after is None else record_of(change.after)
        if change.before is not None and change.after is not None:
            if change.before.id != change.after.id or type(change.before) is not type(
                change.after
            ):
                message = f"{edit.name}: a change cannot turn one thing into another"
                raise ValueError(message)
            delta = _narrowed(table, thing.id, before or {}, after or {})
            if delta is not None:
                deltas.append(delta)
        else:
            deltas.append(Delta(table, thing.id, before, after))
    return deltas


def _check_geometry(change: Change) -> None:
    """UserError when a mark gets a shape that is none."""
    before, after = change.before, change.after
    if not isinstance(after, Annotation) or (
        isinstance(before, Annotation) and before.geometry is after.geometry
    ):
        return
    found = problems(after.geometry)
    if found:
        raise UserError(" ".join(found))


def _narrowed(table: Table, id_: int, before: Record, after: Record) -> Delta | None:
    keys = differing(before, after)
    if not keys:
        return None
    old = {k: before.get(k) for k in keys}
    return Delta(table, id_, old, {k: after.get(k) for k in keys})


@dataclass(slots=True)
class Writer:
    """Writes deltas in an open transaction and keeps what must be told after it."""

    conn: sqlite3.Connection
    keys: KeyNames
    deltas: list[Delta] = field(default_factory=list)
    items: set[int] = field(default_factory=set)
    annotations: set[int] = field(default_factory=set)
    relations: set[int] = field(default_factory=set)
    schema_changed: bool = False
    _judged: set[int] = field(default_factory=set)  # items with judged suggestions
    _counts: Counter[tuple[str, int]] = field(default_factory=Counter)
    _of_items: Counter[int] = field(default_factory=Counter)

    def write(self, delta: Delta, *, checked: bool = True) -> None:
        """Make a delta true; Conflict when the file does not hold what it starts from.

        `checked`: the values come from the model, not from the file.
        """
        table, id_ = delta.table, delta.id
        now = read_record(self.conn, table, id_)
        self._compare(delta, now)
        if delta.after is None:
            delete_record(self.conn, table, id_)
            delta, new = Delta(table, id_, now, None), None
        elif now is None:
            new = delta.after
            if not checked:
                entity_of(table, id_, new)
            insert_record(self.conn, self.keys, table, id_, new)
        else:
            new = {**now, **delta.after}
            if not checked:
                entity_of(table, id_, {k: v for k, v in new.items() if v is not None})
            update_record(self.conn, self.keys, table, id_, delta.after)
        self._note(table, id_, now, new)
        self.deltas.append(delta)

    def _compare(self, delta: Delta, now: Record | None) -> None:
        before = delta.before
        if before is None:
            if now is not None:
                raise Conflict(f"{self._name(delta, now)} is there already.")
            return
        if now is None:
            raise Conflict(f"{self._name(delta, before)} is no longer there.")
        keys = list(before)
        if delta.after is None:
            facts = FACTS if delta.table is ITEMS else ()
            keys = [key for key in differing(before, now) if key not in facts]
        stale = [k for k in keys if not same(k, before.get(k), now.get(k))]
        if stale and not _equal(delta, {k: before.get(k) for k in stale}, now):
            key = stale[0]
            what = _FIELDS.get(key, key.lstrip("@"))
            if key[0] == "#":
                what = f"keyframe {key[1:]}"
            message = f"{self._name(delta, now)} has been changed meanwhile ({what})."
            raise Conflict(message)

    def _name(self, delta: Delta, record: Record) -> str:
        """How a message names a thing: The label “car”, An annotation on “a.jpg”."""
        name = record.get("name") or record.get("path") or record.get("key")
        if name is not None:
            return f"The {delta.table.what} “{from_text(name)}”"
        row = self.conn.execute(
            "SELECT path FROM items WHERE id = ?", (record.get("item_id"),)
        ).fetchone()
        where = "" if row is None else f" on “{from_text(row[0])}”"
        a = "An" if delta.table is ANNOTATIONS else "A"
        return f"{a} {delta.table.what}{where}"

    def _note(
        self, table: Table, id_: int, old: Record | None, new: Record | None
    ) -> None:
        if table is ITEMS:
            self.items.add(id_)
            self._count_item(old, -1)
            self._count_item(new, 1)
        elif table is ANNOTATIONS:
            self.annotations.add(id_)
            if old and new and old.get("status") == _SUGGESTED != new.get("status"):
                self._judged.add(_item_of(new))
            self._count_annotation(old, -1)
            self._count_annotation(new, 1)
        elif table is RELATIONS:
            self.relations.add(id_)
            self._counts["relation", 0] += (new is not None) - (old is not None)
            self.items.update(_item_of(r) for r in (old, new) if r)
        elif table is ENTRIES:
            keys = {r.get("key") for r in (old, new) if r}
            self.schema_changed |= GUIDELINES in keys
        else:
            self.schema_changed |= table is not ANNOTATORS

    def _count_item(self, record: Record | None, sign: int) -> None:
        if record is not None:
            self._counts["status", _int(record["status"])] += sign

    def _count_annotation(self, record: Record | None, sign: int) -> None:
        if record is not None:
            item_id = _item_of(record)
            self.items.add(item_id)
            self._of_items[item_id] += sign
            self._counts["label", _int(record.get("label_id") or 0)] += sign
            self._counts["annotator", _int(record["annotator_id"])] += sign

    def complete(self, *, begin_items: bool) -> None:
        """Add what follows from the deltas: relations of what is deleted go too.

        `begin_items`: new items are begun that got a mark by a person, or of which
        a suggestion was judged.
        """
        for delta in tuple(self.deltas):
            if delta.after is None and delta.table is ITEMS:
                self._delete_where(ANNOTATIONS, "item_id = ?", delta.id)
                self._delete_where(RELATIONS, "item_id = ?", delta.id)
            elif delta.after is None and delta.table is ANNOTATIONS:
                self._delete_where(RELATIONS, "head_id = ?", delta.id)
                self._delete_where(RELATIONS, "tail_id = ?", delta.id)
        if begin_items:
            self._begin_items()

    def _delete_where(self, table: Table, where: str, id_: int) -> None:
        sql = f"SELECT id FROM {table.name} WHERE {where}"
        for (found,) in self.conn.execute(sql, (id_,)).fetchall():
            record = read_record(self.conn, table, found)
            self.write(Delta(table, found, record, None))
            if table is ANNOTATIONS:
                self._delete_where(RELATIONS, "head_id = ?", found)
                self._delete_where(RELATIONS, "tail_id = ?", found)

    def _begin_items(self) -> None:
        told = {
            d.id
            for d in self.deltas
            if d.table is ITEMS and d.before is not None and "status" in d.before
        }
        for item_id in sorted((self._judged | self._marked()) - told):
            new = self.conn.execute(
                "SELECT 1 FROM items WHERE id = ? AND status = ?", (item_id, Status.NEW)
            ).fetchone()
            if new is not None:
                before: Record = {"status": int(Status.NEW)}
                after: Record = {"status": int(Status.BEGUN)}
                self.write(Delta(ITEMS, item_id, before, after))

    def _marked(self) -> set[int]:
        """The items that got a mark by a person."""
        made = {
            (_int(d.after["annotator_id"]), _item_of(d.after))
            for d in self.deltas
            if d.table is ANNOTATIONS and d.before is None and d.after is not None
        }
        people = {who for who in {who for who, _ in made} if self._is_person(who)}
        return {item_id for who, item_id in made if who in people}

    def _is_person(self, annotator_id: int) -> bool:
        found = self.conn.execute(
            "SELECT 1 FROM annotators WHERE id = ? AND kind = ?",
            (annotator_id, AnnotatorKind.HUMAN.value),
        )
        return found.fetchone() is not None

    def count(self) -> None:
        """Write the counters; call it once, last."""
        write_counts(self.conn, self._counts, self._of_items)

    def change_set(self, edit_id: int, edit: Edit, initiator: object) -> ChangeSet:
        """What to tell the listeners."""
        return ChangeSet(
            edit_id=edit_id,
            name=edit.name,
            item_id=edit.item_id,
            items=frozenset(self.items),
            annotations=frozenset(self.annotations),
            relations=frozenset(self.relations),
            schema_changed=self.schema_changed,
            initiator=initiator,
        )


def write_counts(
    conn: sqlite3.Connection, counts: Counter[tuple[str, int]], of_items: Counter[int]
) -> None:
    """Add to the counters of labels, annotators and status, and to those of items."""
    conn.executemany(
        "INSERT INTO counters VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET n = n + excluded.n",
        [(what, id_, n) for (what, id_), n in counts.items() if n],
    )
    conn.executemany(
        "UPDATE items SET n_annotations = n_annotations + ? WHERE id = ?",
        [(n, id_) for id_, n in of_items.items() if n],
    )


def _equal(delta: Delta, before: Record, now: Record) -> bool:
    """Whether what differs in bits is the same thing to the model (0.0 and -0.0)."""
    whole = {**now, **before}
    try:
        a = entity_of(
            delta.table, delta.id, {k: v for k, v in whole.items() if v is not None}
        )
        return bool(a == entity_of(delta.table, delta.id, now))
    except UserError:
        return False


def _item_of(record: Record) -> int:
    return _int(record["item_id"])


def _int(value: Value) -> int:
    if isinstance(value, int):
        return value
    message = "A number that must be whole is not."
    raise UserError(message)


_SUGGESTED = int(AnnotationStatus.SUGGESTED)
_FIELDS = {
    "annotator_id": "annotator",
    "color": "colour",
    "default_value": "default",
    "geometry": "position or shape",
    "group_id": "group",
    "head_id": "head",
    "item_id": "item",
    "label_id": "label",
    "n_annotations": "count",
    "parent_id": "parent",
    "root_id": "folder",
    "tail_id": "tail",
    "tier_id": "tier",
    "z": "order",
}
