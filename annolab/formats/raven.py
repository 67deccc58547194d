"""Raven's selection tables: tab-separated, a row for each selection and view.

Further columns are key-values of text; `Annotation` is the label.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from annolab.errors import FormatError
from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Problem,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.formats.lines import (
    BREAKS,
    checked,
    decimal_text,
    found_in,
    number_in,
    numbered_lines,
    parsed_files,
    placed,
    report_fields,
    write_texts,
)
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Geometry, Instant, Interval, TimeBox
from annolab.model.item import Item, Media
from annolab.model.schema import Schema

_SUFFIXES = (".txt",)
_BEGIN, _END = "Begin Time (s)", "End Time (s)"
_LOW, _HIGH = "Low Freq (Hz)", "High Freq (Hz)"
_HEAD = ("Selection", "View", _BEGIN, _END, _LOW, _HIGH, "Annotation")
_TABLE = re.compile(r"(?:\.Table\.[0-9]+)?(?:\.selections)?\.txt$", re.IGNORECASE)
_Row = Mapping[str, str]


class RavenFormat:
    """A selection table for each sound."""

    def detect(self, path: Path) -> Confidence:
        """By the names of the columns."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the selections of every table."""
        for rows, item in parsed_files(path, _SUFFIXES, ctx, _parsed):
            for where, row in rows:
                mark = _mark(row, item, where, ctx)
                if mark is not None:
                    yield mark

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a table for each sound that has selections."""

        def row_of(mark: Annotation, item: Item) -> _Row | None:
            return _row(mark, item, schema, report)

        rows = placed(records, report, row_of)
        return write_texts(rows, _table, ".selections.txt", sink, report)


def _table(rows: Sequence[_Row]) -> str:
    rows = [{"Selection": str(n), **row} for n, row in enumerate(rows, 1)]
    names = list(dict.fromkeys((*_HEAD, *(key for row in rows for key in row))))
    lines = ["\t".join(names)]
    lines += ["\t".join(row.get(name, "") for name in names) for row in rows]
    return "\n".join(lines) + "\n"


def _sign(lines: list[str]) -> Confidence:
    good = {"Selection", _BEGIN, _END} <= set("".join(lines[:1]).split("\t"))
    return Confidence.YES if good else Confidence.NO


def _parsed(
    file: Path, name: str, ctx: ImportContext
) -> tuple[list[tuple[str, _Row]], Item]:
    rows = list(_rows(file, name, ctx.report))
    return rows, ctx.companion(_TABLE.sub("", name) + ".txt")


def _rows(file: Path, name: str, report: Report) -> Iterator[tuple[str, _Row]]:
    """The rows of a table with their places; one for all views of a selection."""
    head: list[str] = []
    seen: set[tuple[str, ...]] = set()
    for number, line in numbered_lines(file, name, report):
        cells = line.split("\t")
        if not head:
            head = cells
            if len(set(head)) < len(head):
                reason = "Two columns have one name; the first is read."
                place = f"{name}, line {number}"
                report.add(Problem(reason, Severity.LOSS, where=place))
            if not {_BEGIN, _END} <= set(head):
                message = "It has no columns of a selection table."
                raise FormatError(message, path=file, line=number)
            continue
        if not line.strip():
            continue
        where = f"{name}, line {number}"
        if len(cells) > len(head):
            reason = "Cells without a column, left out."
            report.add(Problem(reason, Severity.LOSS, where=where))
        row: dict[str, str] = {}
        for column, cell in zip(head, cells, strict=False):
            row.setdefault(column, cell)
        key = tuple(v for k, v in row.items() if k != "View")
        if row.get("Selection") and key in seen:
            continue
        seen.add(key)
        yield where, row
    if not head:
        message = "It has no line with the names of columns."
        raise FormatError(message, path=file)


def _mark(row: _Row, item: Item, where: str, ctx: ImportContext) -> Annotation | None:
    start, stop = number_in(row.get(_BEGIN, "")), number_in(row.get(_END, ""))
    low, high = number_in(row.get(_LOW, "")), number_in(row.get(_HIGH, ""))
    if start is None or stop is None:
        ctx.report.add(Problem("A row without times.", where=where))
        return None
    geometry: Geometry = Instant(start) if start == stop else Interval(start, stop)
    if low is not None and high is not None:
        geometry = TimeBox(start, stop, low, high)
    elif row.get(_LOW, "").strip() or row.get(_HIGH, "").strip():
        reason = "Frequencies of which one is missing or no number, left out."
        ctx.report.add(Problem(reason, Severity.LOSS, where=where))
    name = row.get("Annotation", "").strip()
    label = ctx.label(name) if name else None
    mark = Annotation(
        id=ctx.new_id(),
        item_id=item.id,
        annotator_id=ctx.annotator_id,
        geometry=geometry,
        label_id=label.id if label else None,
        attributes={k: v for k, v in row.items() if k and v and k not in _HEAD},
    )
    return checked(mark, where, ctx.report)


def _row(
    mark: Annotation, item: Item, schema: Schema, report: Report
) -> dict[str, str] | None:
    def add(reason: str, severity: Severity = Severity.LOSS) -> None:
        report.add(Problem(reason, severity, item=item.path, annotation_id=mark.id))

    shape = mark.geometry
    if item.media is not Media.AUDIO or not isinstance(
        shape, Interval | Instant | TimeBox
    ):
        add("Only times on sounds can be selections of Raven.", Severity.SKIPPED)
        return None
    report_fields(mark, add, ("attributes",))
    if mark.text:
        add("A text cannot be kept.")
    if isinstance(shape, Instant):
        start = stop = shape.time
    else:
        start, stop = shape.start, shape.stop
    if start == stop and isinstance(shape, Interval):
        add("An interval without length is read as a point.")
    row = {
        "View": "Spectrogram 1",
        _BEGIN: decimal_text(start),
        _END: decimal_text(stop),
    }
    if isinstance(shape, TimeBox):
        row |= {_LOW: decimal_text(shape.low), _HIGH: decimal_text(shape.high)}
    label = schema.label(mark.label_id)
    name = label.name if label else ""
    if BREAKS.search(name):
        add("Tabs and line breaks are written as spaces.")
    row["Annotation"] = BREAKS.sub(" ", name)
    return row | _cells(mark, add)


def _cells(mark: Annotation, add: Callable[[str], None]) -> dict[str, str]:
    """Key-values in columns of their own."""
    row: dict[str, str] = {}
    for key, value in mark.attributes.items():
        if key in _HEAD or BREAKS.search(key):
            add("A key-value whose name cannot be that of a column.")
            continue
        if not isinstance(value, str) or not value:
            add("Key-values are kept as text only.")
        row[key] = BREAKS.sub(" ", str(value))
        if row[key] != str(value):
            add("Tabs and line breaks are written as spaces.")
    return row
