"""What formats share that have a text with its marks in each JSON row."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from annolab.errors import FormatError, UserError
from annolab.formats.base import Confidence, ImportContext, Problem, Report, Severity
from annolab.formats.json_rows import first_rows, rows, text_of
from annolab.formats.per_item import annotation_files
from annolab.formats.text_marks import Say
from annolab.model.annotation import Annotation, Relation
from annolab.model.validity import problems_of

SUFFIXES = (".jsonl", ".ndjson", ".json")
FILE = "file"  # the member that says to which item a row belongs


@dataclass(frozen=True, slots=True)
class Row:
    """One row: `where` for problems, `path` for an item that it does not name."""

    value: Any
    where: str
    path: str


def rows_of(path: Path, ctx: ImportContext) -> Iterator[Row]:
    """The rows of a file, or of the files of a folder, that are no nonsense."""
    some = False
    for done, (file, name) in enumerate(annotation_files(path, SUFFIXES, ctx.report)):
        try:
            for line, value in rows(file, name, ctx.report):
                some = True
                yield Row(value, f"{name}, line {line}", f"{name}#{line}")
                if line % 500 == 0:
                    ctx.progress.step(done)
        except FormatError as error:
            if not path.is_dir() and not some:
                raise
            where = name if error.line is None else f"{name}, line {error.line}"
            ctx.report.add(Problem(error.message, where=where))
    if not some:
        message = "It holds no rows of JSON."
        raise FormatError(message, path=path)


def sign_of(
    path: Path, sure: Collection[str], sign: Callable[[Any], Confidence]
) -> Confidence:
    """What `sign(row)` says of the first rows of a file, or of a folder's first."""
    try:
        files = annotation_files(path, sure, most=100)
        for number, (file, name) in enumerate(files):
            if not name.lower().endswith(tuple(sure)) and path.is_dir():
                continue
            found = [sign(row) for row in first_rows(file)]
            if found or number > 3:
                return min(found, default=Confidence.NO)
    except (FormatError, OSError):
        pass
    return Confidence.NO


def at_row(report: Report, row: Row) -> Say:
    """A function that reports a problem of a row."""

    def say(reason: str, severity: Severity = Severity.SKIPPED) -> None:
        report.add(Problem(reason, severity, where=row.where))

    return say


def text_in(row: Row, say: Say, *keys: str) -> str | None:
    """The text of a row under the first of these keys, or None, which is reported."""
    if isinstance(row.value, dict):
        for key in keys:
            said = row.value.get(key)
            text = text_of(said)
            if text is not None:
                if text != said:
                    reason = "A text held halves of characters, replaced."
                    say(reason, Severity.REPAIRED)
                return text
    say("A row without a text.", Severity.SKIPPED)
    return None


def path_in(row: Row, said: object) -> str:
    """The path of the item of a row, by what the row says of its file."""
    path = text_of(said)
    return path if path and path.strip() and "\0" not in path else row.path


def good(record: Annotation, say: Say) -> bool:
    """Whether the model can hold a mark; says why not."""
    for problem in problems_of(record):
        say(problem, Severity.SKIPPED)
        return False
    return True


def tried(
    ctx: ImportContext,
    row: Row,
    read: Callable[[Row], Iterator[Annotation | Relation]],
) -> Iterator[Annotation | Relation]:
    """What `read(row)` yields; a path that cannot be used is reported."""
    try:
        yield from read(row)
    except UserError as error:
        ctx.report.add(Problem(str(error), where=row.where))
