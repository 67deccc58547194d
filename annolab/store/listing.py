"""Lists of ids by filter and order, for a million items."""

from __future__ import annotations

import json
import re
import sqlite3
from array import array
from collections.abc import Callable, Collection
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from annolab.store.filters import Filter, Order
from annolab.store.values import to_text, to_value

Ids: TypeAlias = NDArray[np.int64]

_FEW = 50_000  # up to here looking ids up one by one beats reading the whole list
_ORDERS = {
    Order.PATH: "root_id, path",
    Order.ADDED: "id",
    Order.STATUS: "status, id",
    Order.PRIORITY: "priority IS NULL, priority DESC, id",
    Order.ANNOTATIONS: "n_annotations DESC, id",
}

# Digits at the end of a path: the shorter number comes first.
_ROWS = (
    "SELECT id FROM items INDEXED BY items_list WHERE media = 'text'"
    " AND path GLOB '*#[1-9]*'"
    " ORDER BY root_id, rtrim(path, '0123456789'), length(path), path"
)


def item_ids(conn: sqlite3.Connection, where: Filter, order: Order) -> array[int]:
    """Ids of the items that pass `where`, in `order`."""
    conditions, values = _conditions(where)
    chosen = _chosen(conn, where)
    few = chosen is not None and len(chosen) <= _FEW
    if chosen is not None and few:
        conditions.append("id IN (SELECT value FROM json_each(?))")
        values.append(json.dumps(chosen.tolist()))
    # All that these conditions ask for is in an index, in the order of the list.
    index = " INDEXED BY items_list" if conditions else " INDEXED BY items_path"
    if few or order is not Order.PATH:
        index = ""
    text = f" WHERE {' AND '.join(conditions)}" if conditions else ""
    select = f"SELECT id FROM items{index}{text} ORDER BY {_ORDERS[order]}"
    found = _ids(conn, select, values)
    if chosen is not None and not few:
        found = found[_among(found, chosen)]
    if order is Order.PATH:
        _count_rows(conn, found)
    return array("q", found.tobytes())


def _count_rows(conn: sqlite3.Connection, found: Ids) -> None:
    """Put rows of tables (`a.csv#9`, `a.csv#10`) among `found` in their order."""
    rows = np.fromiter((id_ for (id_,) in conn.execute(_ROWS)), np.int64)
    if len(rows):
        places = _among(found, np.sort(rows))
        found[places] = rows[_among(rows, np.sort(found))]


def annotation_ids(conn: sqlite3.Connection, where: Filter) -> list[int]:
    """Ids of the annotations of items that pass `where`, rising."""
    items = json.dumps(item_ids(conn, where, Order.ADDED).tolist())
    sql = "SELECT id FROM annotations WHERE item_id IN (SELECT value FROM json_each(?))"
    values: list[Any] = [items]
    if where.label_id is not None:
        sql += " AND label_id = ?"
        values.append(where.label_id)
    return sorted(id_ for (id_,) in conn.execute(sql, values))


def _ids(conn: sqlite3.Connection, select: str, values: list[Any]) -> Ids:
    """The single column of a SELECT: one text is half the time of a million rows."""
    sql = f"SELECT group_concat(id) FROM ({select})"
    (text,) = conn.execute(sql, values).fetchone()
    if text is None:
        return np.empty(0, np.int64)
    return np.fromstring(text, np.int64, sep=",")


def _chosen(conn: sqlite3.Connection, where: Filter) -> Ids | None:
    """Rising ids of the items that a filter picks through another table, or None."""
    sets: list[Ids] = []
    if where.ids is not None:
        sets.append(np.unique(np.array(list(where.ids), dtype=np.int64)))
    if where.label_id is not None:
        sql = "SELECT DISTINCT item_id AS id FROM annotations WHERE label_id = ?"
        sets.append(_ids(conn, sql, [where.label_id]))
    if where.attribute is not None:
        sets.append(np.unique(_ids(conn, *_attribute(where.attribute))))
    if not sets:
        return None
    chosen = min(sets, key=len)
    for other in sets:
        chosen = chosen[_among(chosen, other)]
    return chosen


def _among(ids: Ids, rising: Ids) -> NDArray[np.bool_]:
    """Which of `ids` are in `rising`."""
    if not len(rising):
        return np.zeros(len(ids), np.bool_)
    places = np.searchsorted(rising, ids)
    places[places == len(rising)] = 0
    return np.equal(rising[places], ids)


def _attribute(wanted: Any) -> tuple[str, list[Any]]:
    sql = (
        "SELECT item_id AS id FROM item_attributes WHERE key_id ="
        " (SELECT id FROM attribute_keys WHERE name = ?)"
    )
    if isinstance(wanted, str):
        return sql, [to_text(wanted)]
    name, value = wanted
    return sql + " AND value = ?", [to_text(name), to_value(value)]


def _conditions(where: Filter) -> tuple[list[str], list[Any]]:
    """What the columns of the list must be."""
    conditions: list[str] = []
    values: list[Any] = []

    def need(condition: str, *more: Any) -> None:
        conditions.append(condition)
        values.extend(more)

    _need_name(need, where.name)
    if where.status is not None:
        need(*_any_of("status", where.status))
    if where.media is not None:
        need(*_any_of("media", where.media))
    if where.split is not None:
        need("split IS ?", to_text(where.split) if where.split else None)
    if where.missing is not None:
        need("missing = ?", int(where.missing))
    return conditions, values


def _need_name(need: Callable[..., None], name: str) -> None:
    """Upper and lower case alike: LIKE does that for ASCII, and is fast."""
    ascii_parts = re.findall(r"[\x01-\x7f]+", name)
    if ascii_parts:
        longest = re.sub(r"([%_\\])", r"\\\1", max(ascii_parts, key=len))
        need("path LIKE ? ESCAPE '\\'", f"%{longest}%")
    if ascii_parts != [name] and name:
        need("path GLOB ?", f"*{''.join(map(_any_case, name))}*")


def _any_case(letter: str) -> str:
    """A set for GLOB of a letter in upper and lower case."""
    cases = {letter, letter.lower(), letter.upper(), letter.casefold()}
    single = sorted(case for case in cases if len(case) == 1)
    return f"[{''.join(single)}]" if letter != "^" else "^"


def _any_of(column: str, wanted: object) -> tuple[Any, ...]:
    one = isinstance(wanted, str) or not isinstance(wanted, Collection)
    many = [wanted] if one else list(wanted)  # type: ignore[call-overload]
    return f"{column} IN ({', '.join('?' * len(many))})", *many
