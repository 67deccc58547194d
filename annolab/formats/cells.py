"""Values as cells of a table, reversibly and safe in a spreadsheet.

A cell that begins like a formula would be run by a spreadsheet, so an apostrophe
is put before it (OWASP, "CSV injection"); a cell that begins with an apostrophe
gets a second one. Plain numbers are left alone. `guarded` and `unguarded` are
inverse to each other, and so are the other pairs.
"""

from __future__ import annotations

import json
import re

from annolab.formats.values import attribute_value
from annolab.model.geometry import AttributeValue

# Also the full-width signs, which some spreadsheets take for the plain ones.
_DANGEROUS = "=+-@\t\r\n\uff1d\uff0b\uff0d\uff20"
_NUMBER = re.compile(r"[+-]?(0|[1-9][0-9]*)(\.[0-9]+)?([eE][+-]?[0-9]+)?")
_WORDS = {"true": True, "false": False, "TRUE": True, "FALSE": False, "null": None}


def guarded(cell: str) -> str:
    """A cell that no spreadsheet runs."""
    if cell and (cell[0] == "'" or cell[0] in _DANGEROUS):
        return cell if _NUMBER.fullmatch(cell) else "'" + cell
    return cell


def unguarded(cell: str) -> str:
    """The cell that was given to `guarded`."""
    return cell[1:] if cell.startswith("'") else cell


def number_text(number: float) -> str:
    """The shortest text that is read as the same float64."""
    text = repr(float(number))
    return text.removesuffix(".0")


def text_cell(text: str | None) -> str:
    """A text that may be empty or missing: "" is missing, '""' is empty."""
    if text is None:
        return ""
    return _quoted(text) if not text or text[0] == '"' else text


def cell_text(cell: str) -> str | None:
    """The text in a cell written by `text_cell`."""
    if not cell:
        return None
    if cell[0] == '"':
        value = _json(cell)
        if isinstance(value, str):
            return value
    return cell


def value_cell(value: AttributeValue) -> str:
    """An attribute value; what is read as something else stands in quotes."""
    if isinstance(value, str):
        plain = value and value[0] not in '"[' and isinstance(cell_value(value), str)
        return value if plain else _quoted(value)
    return json.dumps(value, ensure_ascii=False)


def cell_value(cell: str) -> AttributeValue:
    """The value in a cell: a number, true, false, null, a JSON list or a text."""
    if cell in _WORDS:
        return _WORDS[cell]
    if cell and (cell[0] in '"[' or _NUMBER.fullmatch(cell)):
        value, good = attribute_value(_json(cell))
        if good and value is not None:
            return value
    return cell


def _quoted(text: str) -> str:
    return json.dumps(text, ensure_ascii=False)


def _json(cell: str) -> object:
    try:
        return json.loads(cell)
    except (ValueError, RecursionError):
        return None
