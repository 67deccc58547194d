"""Lines of a log of what was measured of sounds: Praat's F12, with columns by name."""

from __future__ import annotations

import csv
import io
import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from annolab.assist.readings import Part, Quantity, Question
from annolab.errors import UserError
from annolab.formats.cells import guarded

TEXTS = ("item", "tier", "label")
TIMES = ("time", "low", "high", "duration")
MEASURES: Mapping[str, tuple[Quantity, Part, int]] = {
    "pitch": (Quantity.PITCH, Part.VALUE, 0),
    "pitch_min": (Quantity.PITCH, Part.MINIMUM, 0),
    "pitch_max": (Quantity.PITCH, Part.MAXIMUM, 0),
    "intensity": (Quantity.INTENSITY, Part.VALUE, 0),
    "intensity_min": (Quantity.INTENSITY, Part.MINIMUM, 0),
    "intensity_max": (Quantity.INTENSITY, Part.MAXIMUM, 0),
    "power": (Quantity.POWER, Part.VALUE, 0),
} | {f"f{n}": (Quantity.FORMANT, Part.VALUE, n) for n in range(1, 6)}
NAMES = (*TEXTS, *TIMES, "hertz", *MEASURES)
MOST_COLUMNS = 50
_COLUMN = re.compile(r"([a-z_0-9]+)(?::([0-9]{1,2}))?")
_MOST_DIGITS = 15


@dataclass(frozen=True, slots=True)
class Column:
    """A column by its name; `digits` behind the point, None: all of them."""

    name: str
    digits: int | None = None


def read_columns(text: str) -> tuple[Column, ...]:
    """The columns of `item time:6 pitch:2`; UserError when one is not known."""
    found = []
    for word in text.replace(",", " ").split():
        match = _COLUMN.fullmatch(word)
        if match is None or match[1] not in NAMES:
            message = (
                f"The log has no column {word[:40]!r}; there are: {', '.join(NAMES)}. "
                "Change the columns in the settings."
            )
            raise UserError(message)
        digits = None if match[2] is None else min(int(match[2]), _MOST_DIGITS)
        found.append(Column(match[1], digits))
    if not 0 < len(found) <= MOST_COLUMNS:
        message = f"Name 1 to {MOST_COLUMNS} columns of the log in the settings."
        raise UserError(message)
    return tuple(found)


def questions(
    columns: Sequence[Column], low: float, high: float, hertz: float | None
) -> dict[str, Question]:
    """What must be measured for the columns; no power without a frequency."""
    found = {}
    for column in columns:
        if column.name in MEASURES:
            quantity, part, number = MEASURES[column.name]
            at = (low, high)
            if quantity is Quantity.POWER:
                if hertz is None:
                    continue
                at = ((low + high) / 2,) * 2
            found[column.name] = Question(quantity, *at, part, number, hertz or 0.0)
    return found


def log_row(columns: Sequence[Column], values: Mapping[str, str | float]) -> list[str]:
    """The cells; what is missing or undefined stays empty."""
    return [_cell(values.get(column.name, ""), column.digits) for column in columns]


def _cell(value: str | float, digits: int | None) -> str:
    if isinstance(value, str):
        return guarded(" ".join(value.split()))
    if math.isnan(value):
        return ""
    return repr(float(value)) if digits is None else f"{value:.{digits}f}"


def table_text(rows: Sequence[Sequence[str]], *, comma: bool = False) -> str:
    """Rows as CSV, with commas or with tabs."""
    made = io.StringIO()
    delimiter = "," if comma else "\t"
    csv.writer(made, delimiter=delimiter, lineterminator="\n").writerows(rows)
    return made.getvalue()


def append_row(path: Path, columns: Sequence[Column], row: Sequence[str]) -> None:
    """Add a row to a log file, with a heading when it is new; commas in a `.csv`.

    UserError when it cannot be written or has other columns.
    """
    heading = [column.name for column in columns]
    comma = path.suffix.lower() == ".csv"
    try:
        there = path.exists()
        if there and not path.is_file():
            message = f"{path} is no plain file: choose another log in the settings."
            raise UserError(message)
        new = not there or path.stat().st_size == 0
        if not new:
            first = _first_line(path)
            if first != table_text([heading], comma=comma).rstrip("\n"):
                message = (
                    f"{path} has other columns than this log: choose another file "
                    "or its columns in the settings."
                )
                raise UserError(message)
        rows = [heading, row] if new else [row]
        with path.open("a", encoding="utf-8", newline="") as file:
            file.write(table_text(rows, comma=comma))
    except (OSError, UnicodeError) as error:
        reason = getattr(error, "strerror", None) or "it is no text"
        message = f"The log {path} cannot be written: {reason}."
        raise UserError(message) from error


def _first_line(path: Path) -> str:
    with path.open(encoding="utf-8", newline="") as file:
        return file.readline(4096).rstrip("\r\n")
