"""Text files with a mark a line: their lines, numbers, and what a line cannot say."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from decimal import Decimal
from pathlib import Path
from typing import TypeVar

from annolab.errors import FormatError, UserError
from annolab.formats.base import (
    Confidence,
    ImportContext,
    Problem,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.formats.per_item import annotation_files, has_files, target_name
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.item import Item, Status
from annolab.model.validity import problems_of

LONGEST_LINE = 1 << 20  # bytes
BREAKS = re.compile(r"[\t\n\r\v\f\x1c-\x1e\x85\u2028\u2029]+")
_NUMBER = re.compile(r"[+-]?(?:[0-9]+(?:[.,][0-9]*)?|[.,][0-9]+)(?:[eE][+-]?[0-9]+)?")
_UTF16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_HEAD = 1 << 14
_T = TypeVar("_T")


def parsed_files(
    path: Path,
    suffixes: Collection[str],
    ctx: ImportContext,
    parse: Callable[[Path, str, ImportContext], _T],
) -> Iterator[_T]:
    """What `parse(file, name, ctx)` makes of each file, as `read_files` has it."""
    return read_files(path, suffixes, ctx, lambda *source: iter((parse(*source),)))


def read_files(
    path: Path,
    suffixes: Collection[str],
    ctx: ImportContext,
    read: Callable[[Path, str, ImportContext], Iterator[_T]],
) -> Iterator[_T]:
    """What `read(file, name, ctx)` yields of each file of a source.

    A file of a folder that cannot be used goes to the report; of a source that is a
    single file the error is raised.
    """
    files = annotation_files(path, suffixes, ctx.report)
    for done, (file, name) in enumerate(files):
        ctx.progress.step(done)
        try:
            yield from read(file, name, ctx)
        except (FormatError, UserError) as error:
            if not path.is_dir():
                raise
            line = error.line if isinstance(error, FormatError) else None
            message = error.message if isinstance(error, FormatError) else str(error)
            where = name if line is None else f"{name}, line {line}"
            ctx.report.add(Problem(message, where=where))


def found_in(
    path: Path, suffixes: Collection[str], sign: Callable[[list[str]], Confidence]
) -> Confidence:
    """What `sign` says of the first lines of a file, or of the best of a folder's."""
    try:
        if path.is_dir():
            if not has_files(path, suffixes):
                return Confidence.NO
            files = annotation_files(path, suffixes, most=100)
            found = (found_in(file, suffixes, sign) for file, _ in files)
            return max(found, default=Confidence.NO)
        if not path.name.lower().endswith(tuple(suffixes)):
            return Confidence.NO
        with path.open("rb") as file:
            head = file.read(_HEAD)
    except (OSError, FormatError):
        return Confidence.NO
    lines = head.decode("utf-8-sig", "replace").replace("\r\n", "\n").split("\n")
    if len(head) == _HEAD:
        lines = lines[:-1]
    return sign(lines)


def number_in(text: str) -> float | None:
    """A finite decimal number, also with a decimal comma."""
    text = text.strip()
    if _NUMBER.fullmatch(text) is None:
        return None
    value = float(text.replace(",", "."))
    return value if abs(value) < float("inf") else None


def decimal_text(value: float) -> str:
    """The digits that bring back the same float64, never with an exponent."""
    text = format(Decimal(repr(value)), "f")
    return text if "." in text else text + ".0"


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
                if number == 1:
                    raw = raw.removeprefix(codecs.BOM_UTF8)
                yield number, _decoded(raw, where, report).rstrip("\r\n")
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise FormatError(message, path=file) from error


def _decoded(raw: bytes, where: str, report: Report) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        reason = "A line that is not UTF-8, read as Latin-1."
        report.add(Problem(reason, Severity.REPAIRED, where=where))
        return raw.decode("latin-1")


def checked(mark: Annotation, where: str, report: Report) -> Annotation | None:
    """The mark, if a project can hold it; says so when not."""
    found = problems_of(mark)
    if not found:
        return mark
    report.add(Problem(found[0], where=where))
    return None


def placed(
    records: Records, report: Report, row_of: Callable[[Annotation, Item], _T | None]
) -> Iterator[tuple[Item, list[_T]]]:
    """Each item with what `row_of` makes of its marks; None has been reported."""
    people: set[int] = set()
    for item, marks in records.by_item():
        report_item(item, records, report)
        rows: list[_T] = []
        for mark in marks:
            row = row_of(mark, item)
            if row is not None:
                people.add(mark.annotator_id)
                rows.append(row)
        yield item, rows
    report_people(people, report)


def write_texts(
    items: Iterable[tuple[Item, Sequence[_T]]],
    text_of: Callable[[Sequence[_T]], str],
    suffix: str,
    sink: Sink,
    report: Report,
) -> Iterator[int]:
    """Write a file for each item that has rows, yielding how many are done."""
    taken: set[str] = set()
    for item, rows in items:
        if rows:
            file = sink.open(target_name(item, suffix, taken))
            file.write(text_of(rows).encode("utf-8"))
            report.written += len(rows)
            yield report.written


def report_fields(
    mark: Annotation, add: Callable[[str], None], kept: Collection[str] = ()
) -> None:
    """Say which fields of a mark a line cannot hold; those in `kept` it can."""
    lost = {
        "Key-values cannot be kept.": "attributes" not in kept
        and bool(mark.attributes),
        "A frame cannot be kept.": mark.frame is not None,
        "A group cannot be kept.": mark.group_id is not None,
        "That it is locked cannot be kept.": mark.locked,
        "A score cannot be kept.": "score" not in kept and mark.score is not None,
        "A status cannot be kept.": mark.status is not AnnotationStatus.PLAIN,
        "A tier cannot be kept.": "tier" not in kept and mark.tier_id is not None,
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


def report_people(people: Collection[int], report: Report) -> None:
    """Say, at the end, that marks of several annotators are one now."""
    if len(people) > 1:
        reason = "Who made an annotation cannot be kept."
        report.add(Problem(reason, Severity.LOSS))
