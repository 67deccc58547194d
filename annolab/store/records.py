"""Records: one thing as a flat dict, read from the file, written to it, compared.

`write_record` is the only place where a row of the model changes, forwards and
backwards; see rows.py for what is in a record.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any

from annolab.errors import NotAProject
from annolab.model.edit import Entity
from annolab.model.geometry import NO_ATTRIBUTES, Attributes, Kind
from annolab.model.item import Item
from annolab.store.rows import Row, keyframe_rows
from annolab.store.tables import (
    ANNOTATIONS,
    GEOMETRY,
    ITEMS,
    KEYFRAME,
    KEYFRAME_BIT,
    TABLES,
    Table,
)
from annolab.store.values import (
    Record,
    SqlValue,
    Value,
    from_attributes,
    from_text,
    from_value,
    to_text,
    to_value,
)

GEOMETRY_AT = len(ANNOTATIONS.columns) - len(GEOMETRY)


def record_of(entity: Entity) -> Record:
    """The record of a thing; UserError when it cannot be stored."""
    table = TABLES[type(entity)]
    record = _columns_record(table, table.row(entity))
    attributes: Attributes = getattr(entity, "attributes", NO_ATTRIBUTES)
    for key, value in attributes.items():
        record["@" + key] = to_value(value)
    if table is ANNOTATIONS:
        for frame, row in keyframe_rows(entity).items():  # type: ignore[arg-type]
            record[f"#{frame}"] = row
    if isinstance(entity, Item) and entity.tiers:
        record["tiers"] = entity.tiers
    return record


def read_record(conn: sqlite3.Connection, table: Table, id_: int) -> Record | None:
    """The record of the thing with this id, None when it is not there."""
    row = conn.execute(_select(table), (id_,)).fetchone()
    if row is None:
        return None
    record = _columns_record(table, row)
    if table.attributes is not None:
        for name, value in conn.execute(_select_attributes(table), (id_,)):
            record["@" + from_text(name)] = value
    if table is ANNOTATIONS and row[GEOMETRY_AT] == Kind.TRACK:
        for frame, *rest in conn.execute(_SELECT_KEYFRAMES, (id_,)):
            record[f"#{frame}"] = tuple(rest)
    if table is ITEMS:
        tiers = tuple(t for (t,) in conn.execute(_SELECT_TIERS, (id_,)))
        if tiers:
            record["tiers"] = tiers
    return record


def entity_of(table: Table, id_: int, record: Record) -> Any:
    """The thing a record says; NotAProject when the record makes no sense."""
    try:
        attributes = {k[1:]: from_value(_scalar(v)) for k, v in _marked(record, "@")}
        frames = {int(k[1:]): v for k, v in _marked(record, "#")}
    except ValueError as error:
        raise damaged(table, id_) from error
    row = record_row(table, id_, record)
    tiers = record.get("tiers", ())
    return decode(table, row, attributes or NO_ATTRIBUTES, frames, tiers)  # type: ignore[arg-type]


def _marked(record: Record, mark: str) -> list[tuple[str, Value]]:
    return [(key, value) for key, value in record.items() if key.startswith(mark)]


def _scalar(value: Value) -> SqlValue:
    if isinstance(value, tuple):
        message = "not the value of an attribute"
        raise ValueError(message)  # noqa: TRY004  one error for damaged rows
    return value


def decode(
    table: Table,
    row: Row,
    attributes: Attributes = NO_ATTRIBUTES,
    keyframes: Mapping[int, Row] = MappingProxyType({}),
    tiers: tuple[int, ...] = (),
) -> Any:
    """The thing of a row; NotAProject when the row is damaged."""
    try:
        if tuple(map(type, row)) not in table.known:
            check_types(table, row)
        return table.entity(row, attributes, keyframes, tiers)
    except (ValueError, TypeError, KeyError, IndexError, OverflowError) as error:
        raise damaged(table, row[0] if row else None) from error


def damaged(table: Table, id_: object) -> NotAProject:
    """What to say of a row that makes no sense."""
    return NotAProject(
        f"The project is damaged: the {table.what} {id_} in it cannot be read."
        " Run “annolab check” on it, or go back to a copy."
    )


_MOST_KNOWN = 4096  # combinations of types of columns


def check_types(table: Table, row: Row) -> None:
    """ValueError when a column of a row holds what never was written there."""
    for (column, allowed), value in zip(table.types.items(), row, strict=True):
        if type(value) not in allowed:
            message = f"{table.name}.{column} holds {type(value).__name__}"
            raise ValueError(message)
    if len(table.known) < _MOST_KNOWN:
        table.known.add(tuple(map(type, row)))


def check_record(table: Table, record: Record) -> None:
    """ValueError when a record from the history has fields that no record has."""
    for key, value in record.items():
        if key == "tiers" and table is ITEMS:
            fits = value is None or _is_tuple(value, (int,))
        elif key == "geometry" and table is ANNOTATIONS:
            fits = _is_tuple(value, _SCALARS) and len(value) == len(GEOMETRY)  # type: ignore[arg-type]
        elif key.startswith("#") and table is ANNOTATIONS:
            int(key[1:])
            whole = _is_tuple(value, _SCALARS) and len(value) == len(KEYFRAME) - 1  # type: ignore[arg-type]
            fits = value is None or whole
        elif key.startswith("@") and table.attributes is not None:
            fits = not isinstance(value, tuple)
        else:
            allowed = table.types.get(key, frozenset())
            packed = table is ANNOTATIONS and key in GEOMETRY
            known = key in table.columns[1:] and not packed
            fits = known and (value is None or type(value) in allowed)
        if not fits:
            message = f"a record of {table.name} with {key!r}"
            raise ValueError(message)


_SCALARS = (str, int, float, bytes, type(None))


def _is_tuple(value: Value, types: tuple[type, ...]) -> bool:
    return isinstance(value, tuple) and all(isinstance(part, types) for part in value)


def same(key: str, a: Value, b: Value) -> bool:
    """Whether a field is the same; attribute values by their type as well."""
    return a == b and (key[0] != "@" or type(a) is type(b))


def differing(before: Record, after: Record) -> list[str]:
    """The fields in which two records differ."""
    keys = dict.fromkeys((*before, *after))
    return [k for k in keys if not same(k, before.get(k), after.get(k))]


def record_row(table: Table, id_: int, record: Record) -> Row:
    """The row of a record."""
    if table is not ANNOTATIONS:
        return id_, *(record.get(c) for c in table.columns[1:])
    plain = (record.get(c) for c in table.columns[1:GEOMETRY_AT])
    geometry = record.get("geometry")
    if not isinstance(geometry, tuple) or len(geometry) != len(GEOMETRY):
        raise damaged(table, id_)
    return id_, *plain, *geometry


def _columns_record(table: Table, row: Row) -> Record:
    if table is ANNOTATIONS:
        names: tuple[str, ...] = table.columns[1:GEOMETRY_AT]
        record: Record = {
            c: v for c, v in zip(names, row[1:], strict=False) if v is not None
        }
        record["geometry"] = row[GEOMETRY_AT:]
        return record
    values = zip(table.columns[1:], row[1:], strict=True)
    return {c: v for c, v in values if v is not None}


class KeyNames:
    """Ids of attribute keys in this file, made on first use by the writer."""

    def __init__(self, conn: sqlite3.Connection) -> None:
        self._conn = conn
        self._known: dict[tuple[str, int], int] = {}

    def forget(self) -> None:
        """After a rollback: what was made is gone."""
        self._known.clear()

    def id(self, name: str, bit: int) -> int:
        """The id of a key that an owner of this kind (bit) now uses."""
        known = self._known.get((name, bit))
        if known is not None:
            return known
        stored = to_text(name)
        self._conn.execute(
            "INSERT INTO attribute_keys (name, owners) VALUES (?, ?)"
            " ON CONFLICT (name) DO UPDATE SET owners = owners | excluded.owners",
            (stored, bit),
        )
        row = self._conn.execute(
            "SELECT id FROM attribute_keys WHERE name = ?", (stored,)
        ).fetchone()
        self._known[name, bit] = row[0]
        return int(row[0])


def insert_record(
    conn: sqlite3.Connection, keys: KeyNames, table: Table, id_: int, record: Record
) -> None:
    """Write a thing that is not there yet."""
    conn.execute(insert_sql(table), record_row(table, id_, record))
    _write_parts(conn, keys, table, id_, {k: v for k, v in record.items() if _part(k)})


def update_record(
    conn: sqlite3.Connection, keys: KeyNames, table: Table, id_: int, new: Record
) -> None:
    """Write the fields in `new` of a thing that is there; None: NULL, or gone."""
    values: list[Value] = []
    columns: list[str] = []
    for key, value in new.items():
        if key == "geometry" and isinstance(value, tuple):
            columns.extend(GEOMETRY)
            values.extend(value)
        elif not _part(key):
            columns.append(key)
            values.append(value)
    if columns:
        conn.execute(_update_sql(table, tuple(columns)), (*values, id_))
    _write_parts(conn, keys, table, id_, {k: v for k, v in new.items() if _part(k)})


def delete_record(conn: sqlite3.Connection, table: Table, id_: int) -> None:
    """Delete a thing with its attributes, keyframes and tiers."""
    for sql in _delete_sql(table):
        conn.execute(sql, (id_,))


def _part(key: str) -> bool:
    return key[0] in "@#" or key == "tiers"


def _write_parts(
    conn: sqlite3.Connection, keys: KeyNames, table: Table, id_: int, parts: Record
) -> None:
    for key, value in parts.items():
        if key == "tiers":
            conn.execute("DELETE FROM item_tiers WHERE item_id = ?", (id_,))
            conn.executemany(INSERT_TIERS, tier_rows(id_, value or ()))  # type: ignore[arg-type]
        elif key[0] == "#":
            frame = int(key[1:])
            if isinstance(value, tuple):
                conn.execute(REPLACE_KEYFRAME, (id_, frame, *value))
                for name in keyframe_keys(value):
                    keys.id(name, KEYFRAME_BIT)
            else:
                conn.execute(_DELETE_KEYFRAME, (id_, frame))
        else:
            _write_attribute(conn, keys, table, id_, key[1:], value)


def _write_attribute(
    conn: sqlite3.Connection,
    keys: KeyNames,
    table: Table,
    id_: int,
    name: str,
    value: Value,
) -> None:
    if table.attributes is None:
        raise damaged(table, id_)
    key_id = keys.id(name, table.attributes[2])
    if value is None:
        conn.execute(_delete_attribute_sql(table), (id_, key_id))
    else:
        conn.execute(replace_attribute_sql(table), (id_, key_id, value))


def tier_rows(item_id: int, tiers: Iterable[int]) -> list[Row]:
    """Rows of `item_tiers`."""
    return [(item_id, position, tier) for position, tier in enumerate(tiers)]


def keyframe_keys(row: Row) -> Iterator[str]:
    """The attribute keys that a keyframe row uses."""
    if row[1] is not None:
        yield from from_attributes(row[1])


# SQL: the names come from rows.py, never from a file -------------------------

INSERT_TIERS = "INSERT INTO item_tiers (item_id, position, tier_id) VALUES (?, ?, ?)"
_SELECT_TIERS = "SELECT tier_id FROM item_tiers WHERE item_id = ? ORDER BY position"
_KEYFRAME_COLUMNS = ", ".join(KEYFRAME)
_SELECT_KEYFRAMES = f"SELECT {_KEYFRAME_COLUMNS} FROM keyframes WHERE annotation_id = ?"
REPLACE_KEYFRAME = (
    f"INSERT OR REPLACE INTO keyframes (annotation_id, {_KEYFRAME_COLUMNS})"
    " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
)
_DELETE_KEYFRAME = "DELETE FROM keyframes WHERE annotation_id = ? AND frame = ?"


@lru_cache
def columns_sql(name: str, prefix: str = "") -> str:
    """The columns of a table, separated by commas."""
    table = next(t for t in TABLES.values() if t.name == name)
    return ", ".join(prefix + column for column in table.columns)


def _select(table: Table) -> str:
    return f"SELECT {columns_sql(table.name)} FROM {table.name} WHERE id = ?"


def _select_attributes(table: Table) -> str:
    name, owner, _ = table.attributes or ("", "", 0)
    return (
        f"SELECT k.name, a.value FROM {name} a"
        f" JOIN attribute_keys k ON k.id = a.key_id WHERE a.{owner} = ?"
    )


def insert_sql(table: Table, verb: str = "INSERT") -> str:
    """INSERT of one row."""
    marks = ", ".join("?" * len(table.columns))
    return f"{verb} INTO {table.name} ({columns_sql(table.name)}) VALUES ({marks})"


def _update_sql(table: Table, columns: tuple[str, ...]) -> str:
    if not set(columns) <= set(table.columns[1:]):
        raise damaged(table, "")
    sets = ", ".join(f"{column} = ?" for column in columns)
    return f"UPDATE {table.name} SET {sets} WHERE id = ?"


def _delete_sql(table: Table) -> tuple[str, ...]:
    parts = []
    if table.attributes is not None:
        name, owner, _ = table.attributes
        parts.append(f"DELETE FROM {name} WHERE {owner} = ?")
    if table is ANNOTATIONS:
        parts.append("DELETE FROM keyframes WHERE annotation_id = ?")
    if table is ITEMS:
        parts.append("DELETE FROM item_tiers WHERE item_id = ?")
    return (*parts, f"DELETE FROM {table.name} WHERE id = ?")


def replace_attribute_sql(table: Table) -> str:
    """INSERT OR REPLACE of one key-value."""
    name, owner, _ = table.attributes or ("", "", 0)
    return f"INSERT OR REPLACE INTO {name} ({owner}, key_id, value) VALUES (?, ?, ?)"


def _delete_attribute_sql(table: Table) -> str:
    name, owner, _ = table.attributes or ("", "", 0)
    return f"DELETE FROM {name} WHERE {owner} = ? AND key_id = ?"
