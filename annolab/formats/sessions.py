"""Files of rows that begin with the name of a sound and give a start and a length.

RTTM and CTM: one file for many sounds. Start and length are added as decimals, so
that 0.1 and 0.2 give 0.3, the float64 with which the next row begins.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Context, Decimal
from pathlib import Path, PurePosixPath
from typing import TypeVar

from annolab.errors import FormatError, UserError
from annolab.formats.base import ImportContext, Problem, Report, Severity
from annolab.formats.lines import decimal_text, number_in, numbered_lines
from annolab.formats.per_item import target_name
from annolab.model.item import Item

NOTHING = "<NA>"
COMMENT = ";;"
MOST_DIGITS = 700  # from the largest float64 to the smallest
_SPACE = re.compile(r"\s+")
_GAP = re.compile(r"[ \t]+")
_EXACT = Context(prec=MOST_DIGITS, traps=[])
_T = TypeVar("_T")


def cells_of(line: str) -> list[str]:
    """The cells of a row, parted by spaces and tabs."""
    line = line.strip(" \t")
    return _GAP.split(line) if line else []


def span_of(start: str, length: str) -> tuple[float, float] | None:
    """Start and stop in seconds, or None when these are not numbers."""
    begin, duration = number_in(start), number_in(length)
    if begin is None or duration is None or max(len(start), len(length)) > MOST_DIGITS:
        return None
    parts = (
        _EXACT.create_decimal(x.strip().replace(",", ".")) for x in (start, length)
    )
    return begin, float(_EXACT.add(*parts))


def length_text(start: float, stop: float) -> tuple[str, bool]:
    """The length as decimal digits, and whether the stop comes back exactly."""
    length = _EXACT.subtract(Decimal(repr(stop)), Decimal(repr(start)))
    text = format(length, "f")
    text = text if "." in text else text + ".0"
    return text, span_of(decimal_text(start), text) == (start, stop)


def token(text: str, say: Callable[[str, Severity], None]) -> str:
    """A text as one cell; `say` is told when it is not the same."""
    cell = _SPACE.sub("_", text)
    if cell != text:
        say("Spaces in a text are written as _.", Severity.LOSS)
    if cell in (NOTHING, ""):
        say("A text that means nothing in this format.", Severity.LOSS)
        return NOTHING
    return cell


@dataclass(slots=True)
class FileNames:
    """Names of sounds for rows: their paths without suffix, each only once."""

    report: Report
    _taken: set[str] = field(default_factory=set)

    def name(self, item: Item) -> str:
        """The name of an item; says so when it will not be found by it."""
        plain = target_name(item, "", self._taken)
        name = _SPACE.sub("_", plain)
        if name != plain:
            self._taken.add(name.casefold())
            reason = "A file name with spaces is written with _."
            self.report.add(Problem(reason, Severity.LOSS, item=item.path))
        return name


@dataclass(frozen=True, slots=True)
class Columns:
    """Cells of a row at least; places of the sound and the start, before the length.

    `bad`, `none`: what is said of a row without these, and of a file without rows.
    """

    least: int
    sound: int
    start: int
    suffix: str
    bad: str
    none: str


def rows_of(
    file: Path,
    name: str,
    ctx: ImportContext,
    columns: Columns,
    make: Callable[[list[str], tuple[float, float], str], _T],
) -> list[tuple[Item, Sequence[_T]]]:
    """What `make(cells, span, where)` says of each row, by the sounds they name."""
    found: dict[str, list[_T]] = {}
    for number, line in numbered_lines(file, name, ctx.report):
        cells = cells_of(line)
        if not cells:
            continue
        where = f"{name}, line {number}"
        if cells[0].startswith(COMMENT):
            ctx.report.add(Problem("A comment.", Severity.LOSS, where=where))
            continue
        times = cells[columns.start : columns.start + 2]
        span = span_of(*times) if len(cells) >= columns.least else None
        if span is None or span[1] < span[0]:
            ctx.report.add(Problem(columns.bad, where=where))
            continue
        row = make(cells, span, where)
        found.setdefault(cells[columns.sound], []).append(row)
    if not found:
        raise FormatError(columns.none, path=file)
    return _items_of(found, name, columns.suffix, ctx)


def _items_of(
    rows: Mapping[str, Sequence[_T]], file: str, suffix: str, ctx: ImportContext
) -> list[tuple[Item, Sequence[_T]]]:
    """The items of rows by the name of their sound; others are reported.

    `file` is the file of the rows, below the source: names are relative to it.
    """
    found: list[tuple[Item, Sequence[_T]]] = []
    for name, each in rows.items():
        path = str(PurePosixPath(file).parent / f"{name}{suffix}")
        try:
            found.append((ctx.companion(path), each))
        except UserError as error:
            ctx.report.add(Problem(str(error), where=f"{file}: {name}"))
            ctx.report.skipped += len(each) - 1
    return found
