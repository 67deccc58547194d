"""Texts, attribute values and history records as SQLite holds them.

SQLite holds text as UTF-8. A Python text that UTF-8 cannot hold (lone
surrogates, from file names that are not UTF-8) is stored as its bytes. An
attribute value is stored as text, integer or real when it is one, and as JSON in
a BLOB when it is true, false, none, a tuple, a number beyond 64 bits, NaN or
infinite: so its type comes back exactly.
"""

from __future__ import annotations

import base64
import json
import math
import operator
import sqlite3
from typing import Any, TypeAlias

import numpy as np

from annolab.errors import UserError
from annolab.model.geometry import Attributes, AttributeValue

SqlValue: TypeAlias = str | int | float | bytes | None
Value: TypeAlias = SqlValue | tuple[Any, ...]
Record: TypeAlias = dict[str, Value]

_INT64 = 1 << 63
_PLAIN = frozenset((str, int, float, bool, type(None)))

# Coordinates and counts often come out of numpy; sqlite3 knows Python's numbers.
for _type in (np.signedinteger, np.unsignedinteger, np.floating, np.bool_):
    for _kind in (_type, *_type.__subclasses__()):
        sqlite3.register_adapter(_kind, operator.methodcaller("item"))


def to_text(value: str) -> str | bytes:
    """`value` as SQLite can hold it."""
    if value.isascii():
        return value
    try:
        value.encode()
    except UnicodeEncodeError:
        return value.encode("utf-8", "surrogatepass")
    return value


def from_text(value: object) -> str:
    """The text that `to_text` made this of; ValueError when it did not."""
    if isinstance(value, str):
        return value
    if isinstance(value, bytes):
        return value.decode("utf-8", "surrogatepass")
    message = f"not a text: {type(value).__name__}"
    raise ValueError(message)


def to_value(value: AttributeValue) -> SqlValue:
    """An attribute value for an attribute table; UserError when it is none."""
    if isinstance(value, str) and isinstance(to_text(value), str):
        return str(value)
    if isinstance(value, int) and not isinstance(value, bool):
        if -_INT64 <= value < _INT64:
            return int(value)
    elif isinstance(value, float) and math.isfinite(value):
        return float(value)
    return to_json(value).encode("ascii")


def from_value(value: SqlValue) -> AttributeValue:
    """The attribute value that `to_value` made this of; ValueError if it did not."""
    if isinstance(value, bytes):
        return from_json(value.decode("ascii"))
    return value


def to_json(value: AttributeValue) -> str:
    """An attribute value as JSON; UserError when it is not one."""
    try:
        _check(value)
        return json.dumps(value, separators=(",", ":"))
    except (RecursionError, ValueError) as error:
        message = "An attribute value is too large or too deeply nested to be stored."
        raise UserError(message) from error


def from_json(text: str) -> AttributeValue:
    """The attribute value of a JSON text; ValueError when it is none."""
    try:
        return _tuples(json.loads(text))
    except RecursionError as error:
        message = "too deeply nested"
        raise ValueError(message) from error


def to_attributes(attributes: Attributes) -> str | None:
    """The attributes of a keyframe as JSON text, None when there are none."""
    if not attributes:
        return None
    parts = (
        f"{json.dumps(key)}:{to_json(value)}"
        for key, value in sorted(attributes.items())
    )
    return "{" + ",".join(parts) + "}"


def from_attributes(text: SqlValue) -> dict[str, AttributeValue]:
    """The attributes of a keyframe; ValueError when the text is not theirs."""
    if text is None:
        return {}
    try:
        found = json.loads(from_text(text))
        if isinstance(found, dict):
            return {key: _tuples(value) for key, value in found.items()}
    except RecursionError:
        pass
    message = "attributes are not a JSON object"
    raise ValueError(message)


def _check(value: AttributeValue) -> None:
    if isinstance(value, tuple):
        for part in value:
            _check(part)
    elif type(value) not in _PLAIN and not isinstance(value, (str, int, float)):
        message = (
            "An attribute value must be a text, a number, true, false, nothing or a"
            f" tuple of these, not {type(value).__name__}."
        )
        raise UserError(message)


def _tuples(value: Any) -> AttributeValue:
    if isinstance(value, list):
        return tuple(map(_tuples, value))
    if value is None or isinstance(value, (str, int, float)):
        return value
    message = f"not an attribute value: {type(value).__name__}"
    raise ValueError(message)


def dump_record(record: Record | None) -> str | None:
    """A record of the history as JSON, bytes in base64; None stays None."""
    if record is None:
        return None
    return json.dumps(record, separators=(",", ":"), default=_plain)


def load_record(text: SqlValue) -> Record | None:
    """What `dump_record` made this text of; ValueError when it did not."""
    if text is None:
        return None
    try:
        found = json.loads(from_text(text))
    except RecursionError as error:
        message = "too deeply nested"
        raise ValueError(message) from error
    if not isinstance(found, dict):
        message = "a history record is not a JSON object"
        raise ValueError(message)  # noqa: TRY004  one error for damaged rows
    return {key: _sql(value) for key, value in found.items()}


def _plain(value: object) -> object:
    if isinstance(value, bytes):
        return {"b64": base64.b64encode(value).decode("ascii")}
    if isinstance(value, np.generic):
        return value.item()
    message = f"cannot be recorded: {type(value).__name__}"
    raise TypeError(message)


def _sql(value: Any) -> Value:
    if isinstance(value, dict):
        return base64.b64decode(value["b64"], validate=True)
    if isinstance(value, list):
        return tuple(map(_sql, value))
    if value is None or isinstance(value, (str, int, float)):
        return value
    message = f"not a value of a column: {type(value).__name__}"
    raise ValueError(message)
