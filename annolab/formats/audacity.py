"""Audacity's label tracks: `start TAB stop TAB label`, for each sound a file.

A line `\\ TAB low TAB high` after a label gives its frequencies in Hz, -1 for
none (Audacity's `LabelTrack.cpp`). Times are seconds; a point has two equal ones.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
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
from annolab.model.values import text_problem

_SUFFIXES = (".txt",)
_CELLS = 3

_Row = tuple[int, float, float, str, tuple[float, float] | None]


class AudacityFormat:
    """A text file of labels for each sound."""

    def detect(self, path: Path) -> Confidence:
        """Sure when the times are as Audacity writes them: many formats are `.txt`."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the labels of every file."""
        for rows, item, name in parsed_files(path, _SUFFIXES, ctx, _parsed):
            for row in rows:
                mark = _mark(row, item, name, ctx)
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
        """Write a file for each sound that has labels."""
        as_text = options.get("as", "label") == "text"

        def line_of(mark: Annotation, item: Item) -> tuple[float, str] | None:
            return _line(mark, item, schema, report, as_text=as_text)

        lines = placed(records, report, line_of)
        return write_texts(lines, _text, ".txt", sink, report)


def _text(lines: Sequence[tuple[float, str]]) -> str:
    return "".join(line for _, line in sorted(lines, key=lambda line: line[0]))


def _is_label(line: str) -> bool:
    cells = line.split("\t", 2)
    return len(cells) > 1 and None not in (number_in(cells[0]), number_in(cells[1]))


def _is_frequencies(line: str) -> bool:
    return line.startswith("\\\t") and _is_label(line[2:])


def _sign(lines: list[str]) -> Confidence:
    filled = [line for line in lines if line.strip()]
    labels = [line for line in filled if not _is_frequencies(line)]
    if not labels or not all(map(_is_label, labels)):
        return Confidence.NO
    sure = len(labels) < len(filled) or all(map(_is_typical, labels))
    return Confidence.YES if sure else Confidence.MAYBE


def _is_typical(line: str) -> bool:
    """Whether a label has decimals, in order, and a place for words."""
    cells = line.split("\t")
    if len(cells) != _CELLS or not all(
        "." in cell or "," in cell for cell in cells[:2]
    ):
        return False
    return (number_in(cells[0]) or 0) <= (number_in(cells[1]) or 0)


def _parsed(file: Path, name: str, ctx: ImportContext) -> tuple[list[_Row], Item, str]:
    return _all_rows(file, name, ctx.report), ctx.companion(name), name


def _all_rows(file: Path, name: str, report: Report) -> list[_Row]:
    rows = list(_rows(file, name, report))
    if not rows:
        message = "It holds no labels of Audacity."
        raise FormatError(message, path=file)
    return rows


def _rows(file: Path, name: str, report: Report) -> Iterator[_Row]:
    """The labels of a file, each with its line; others are reported."""
    row: _Row | None = None
    for number, line in numbered_lines(file, name, report):
        if _is_frequencies(line) and row is not None:
            low, high = (number_in(cell) for cell in line.split("\t")[1:3])
            if low is not None and high is not None:
                row = (*row[:4], (low, high))
            continue
        if not line.strip():
            continue
        if row is not None:
            yield row
            row = None
        cells = line.split("\t", 2)
        start, stop = (number_in(cell) for cell in (*cells, "", "")[:2])
        if start is None or stop is None:
            where = f"{name}, line {number}"
            report.add(Problem("A line that is not a label.", where=where))
            continue
        row = (number, start, stop, cells[2] if len(cells) > 2 else "", None)
    if row is not None:
        yield row


def _mark(row: _Row, item: Item, name: str, ctx: ImportContext) -> Annotation | None:
    number, start, stop, words, band = row
    where = f"{name}, line {number}"
    if stop < start:
        start, stop = stop, start
        reason = "A label that stops before it starts, turned round."
        ctx.report.add(Problem(reason, Severity.REPAIRED, where=where))
    geometry: Geometry = Instant(start) if start == stop else Interval(start, stop)
    if band is not None and band != (-1, -1):
        if 0 <= band[0] <= band[1]:
            geometry = TimeBox(start, stop, *band)
        else:
            reason = "Frequencies of which one is missing, left out."
            ctx.report.add(Problem(reason, Severity.LOSS, where=where))
    if text_problem(words) is not None:
        ctx.report.add(Problem("A label that is not text.", where=where))
        return None
    as_text = ctx.options.get("as", "label") == "text"
    named = None if as_text or not words.strip() else ctx.label(words.strip())
    mark = Annotation(
        id=ctx.new_id(),
        item_id=item.id,
        annotator_id=ctx.annotator_id,
        geometry=geometry,
        label_id=named.id if named else None,
        text=words if as_text and words else None,
    )
    return checked(mark, where, ctx.report)


def _line(
    mark: Annotation, item: Item, schema: Schema, report: Report, *, as_text: bool
) -> tuple[float, str] | None:
    """Start and lines of a mark, or None when it cannot be a label."""

    def add(reason: str, severity: Severity = Severity.LOSS) -> None:
        report.add(Problem(reason, severity, item=item.path, annotation_id=mark.id))

    shape = mark.geometry
    if item.media is not Media.AUDIO or not isinstance(
        shape, Interval | Instant | TimeBox
    ):
        add("Only times on sounds can be labels of Audacity.", Severity.SKIPPED)
        return None
    label = schema.label(mark.label_id)
    name = label.name if label else ""
    words, other = (mark.text or "", name) if as_text else (name, mark.text or "")
    if not words and not other and mark.tier_id is not None:
        add("An empty interval of a tier.", Severity.SKIPPED)
        return None
    if other:
        add("A label has only its name or only its text.")
    report_fields(mark, add)
    if isinstance(shape, Instant):
        start = stop = shape.time
    else:
        start, stop = shape.start, shape.stop
        if start == stop and isinstance(shape, Interval):
            add("An interval without length is a point in Audacity.")
    plain = BREAKS.sub(" ", words or other)
    if plain != (words or other):
        add("Tabs and line breaks are written as spaces.")
    line = f"{decimal_text(start)}\t{decimal_text(stop)}\t{plain}\n"
    if isinstance(shape, TimeBox):
        if not 0 <= shape.low <= shape.high:
            add("A frequency below 0 is not read again.")
        line += f"\\\t{decimal_text(shape.low)}\t{decimal_text(shape.high)}\n"
    return start, line
