"""Audacity's label tracks: `start TAB stop TAB label`, for each sound a file.

A line `\\ TAB low TAB high` after a label gives its frequencies in Hz, -1 for
none (Audacity's `LabelTrack.cpp`). Times are seconds; a point has two equal ones.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path

from annolab.errors import FormatError, UserError
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
from annolab.formats.per_item import annotation_files, has_files, target_name
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import Geometry, Instant, Interval, TimeBox
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Schema
from annolab.model.validity import problems_of
from annolab.model.values import text_problem

LONGEST_LINE = 1 << 16  # bytes
_HEAD = 1 << 14
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")
BREAKS = re.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_SUFFIXES = (".txt",)
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)

_Row = tuple[int, float, float, str, tuple[float, float] | None]


class AudacityFormat:
    """A text file of labels for each sound."""

    def detect(self, path: Path) -> Confidence:
        """Sure when all lines of the head are labels: many formats are `.txt`."""
        try:
            if path.is_dir():
                if not has_files(path, _SUFFIXES):
                    return Confidence.NO
                files = annotation_files(path, _SUFFIXES, most=100)
                return max(
                    (self.detect(file) for file, _ in files), default=Confidence.NO
                )
            if path.suffix.lower() not in _SUFFIXES:
                return Confidence.NO
            with path.open("rb") as file:
                head = file.read(_HEAD)
        except (OSError, FormatError):
            return Confidence.NO
        lines = head.decode("utf-8-sig", "replace").splitlines()
        lines = lines[:-1] if len(head) == _HEAD else lines
        filled = [line for line in lines if line.strip()]
        good = all(_is_label(line) or _is_frequencies(line) for line in filled)
        return Confidence.YES if filled and good else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the labels of every file."""
        files = annotation_files(path, _SUFFIXES, ctx.report)
        for done, (file, name) in enumerate(files):
            ctx.progress.step(done)
            try:
                rows = _all_rows(file, name, ctx.report)
                item = ctx.companion(name)
            except (FormatError, UserError) as error:
                if not path.is_dir():
                    raise
                ctx.report.add(Problem(str(error), where=name))
                continue
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
        taken: set[str] = set()
        people: set[int] = set()
        as_text = options.get("as", "label") == "text"
        for item, marks in records.by_item():
            report_item(item, records, report)
            lines: list[tuple[float, str]] = []
            for mark in marks:
                line = _line(mark, item, schema, report, as_text=as_text)
                if line is not None:
                    people.add(mark.annotator_id)
                    lines.append(line)
            if lines:
                lines.sort(key=lambda line: line[0])
                file = sink.open(target_name(item, ".txt", taken))
                file.write("".join(line for _, line in lines).encode("utf-8"))
                report.written += len(lines)
                yield report.written
        if len(people) > 1:
            reason = "Who made an annotation cannot be kept."
            report.add(Problem(reason, Severity.LOSS))


def number_in(text: str) -> float | None:
    """A finite decimal number, also with a decimal comma."""
    text = text.strip()
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text.replace(",", "."))
    return value if abs(value) < float("inf") else None


def _is_label(line: str) -> bool:
    cells = line.split("\t", 2)
    return len(cells) > 1 and None not in (number_in(cells[0]), number_in(cells[1]))


def _is_frequencies(line: str) -> bool:
    return line.startswith("\\\t") and _is_label(line[2:])


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


def numbered_lines(file: Path, name: str, report: Report) -> Iterator[tuple[int, str]]:
    """Numbered lines; no more than one of bounded length is held at a time."""
    try:
        with file.open("rb") as stream:
            number = 0
            while raw := stream.readline(LONGEST_LINE):
                number += 1
                where = f"{name}, line {number}"
                if number == 1 and raw.startswith(_UTF16):
                    message = "It is UTF-16; save it as UTF-8."
                    raise FormatError(message, path=file)
                if len(raw) == LONGEST_LINE and not raw.endswith(b"\n"):
                    report.add(Problem("A line that is too long.", where=where))
                    while raw and not raw.endswith(b"\n"):
                        raw = stream.readline(LONGEST_LINE)
                    continue
                yield number, _decoded(raw, where, report).rstrip("\r\n")
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise FormatError(message, path=file) from error


def _decoded(raw: bytes, where: str, report: Report) -> str:
    raw = raw.removeprefix(codecs.BOM_UTF8)
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        reason = "A line that is not UTF-8, read as Latin-1."
        report.add(Problem(reason, Severity.REPAIRED, where=where))
        return raw.decode("latin-1")


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
    for problem in problems_of(mark):
        ctx.report.add(Problem(problem, where=where))
        return None
    return mark


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
    line = f"{start!r}\t{stop!r}\t{plain}\n"
    if isinstance(shape, TimeBox):
        if not 0 <= shape.low <= shape.high:
            add("A frequency below 0 is not read again.")
        line += f"\\\t{shape.low!r}\t{shape.high!r}\n"
    return start, line


def report_fields(
    mark: Annotation, add: Callable[[str], None], *, attributes: bool = True
) -> None:
    """Say which fields of a mark a table of plain labels cannot hold."""
    lost = {
        "Key-values cannot be kept.": attributes and bool(mark.attributes),
        "A frame cannot be kept.": mark.frame is not None,
        "A group cannot be kept.": mark.group_id is not None,
        "That it is locked cannot be kept.": mark.locked,
        "A score cannot be kept.": mark.score is not None,
        "A status cannot be kept.": mark.status is not AnnotationStatus.PLAIN,
        "A tier cannot be kept.": mark.tier_id is not None,
        "A drawing order cannot be kept.": mark.z != 0,
    }
    for reason, is_lost in lost.items():
        if is_lost:
            add(reason)


def report_item(item: Item, records: Records, report: Report) -> None:
    """Say what of an item a table of plain labels cannot hold."""
    lost = {
        "Key-values of an item cannot be kept.": bool(item.attributes),
        "The status of an item cannot be kept.": item.status is not Status.NEW,
        "The split of an item cannot be kept.": item.split is not None,
        "Relations cannot be kept.": bool(records.relations(item.id)),
    }
    for reason, is_lost in lost.items():
        if is_lost:
            report.add(Problem(reason, Severity.LOSS, item=item.path))
