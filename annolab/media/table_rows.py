"""Tables as records: where each lies in its file, and what its cells hold.

Files are read in pieces, so that they may be larger than memory. What is broken
costs one record: reading goes on at the line after the one that it began in.
"""

from __future__ import annotations

import csv
import json
from collections import deque
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, BinaryIO, TypeAlias

PIECE = 1 << 20
MAX_LINE = 16 << 20  # bytes
MAX_RECORD = 16 << 20  # bytes of the lines of one record
NOT_CLOSED = "A row in which a quotation mark is not closed, or stands within a cell."
TOO_LONG = "A line of more than 16 MB."
NOT_JSON = "A line that is not valid JSON."
NO_OBJECT = "A line that is not a JSON object."
WRONG_BYTES = "A row with bytes that are not valid in the encoding of the file."
WRONG_COUNT = "A row with more or fewer cells than the first row of the table."

Line: TypeAlias = tuple[int, int, bytes | None]  # where, how long, None: too long
Cells: TypeAlias = list[str]


@dataclass(frozen=True, slots=True)
class Record:
    """One record of a table, which lies at the bytes `start` to `stop`.

    `line`: of the file, from 1. `cells`: of a CSV table. `values`: of a JSON
    object. `problem`: why it has neither, or "".
    """

    start: int
    stop: int
    line: int
    cells: Cells | None = None
    values: Mapping[str, Any] | None = None
    problem: str = ""


def lines_of(file: BinaryIO) -> Iterator[Line]:
    """The lines from where the file stands; LF, CR LF and CR end a line."""
    at, rest, skipped = file.tell(), b"", 0
    while piece := file.read(PIECE):
        lines = (rest + piece).splitlines(keepends=True)
        # A CR at the end of a piece may be half of a CR LF.
        rest = b"" if lines[-1].endswith(b"\n") else lines.pop()
        for line in lines:
            size = skipped + len(line)
            yield at, size, None if skipped else line
            at, skipped = at + size, 0
        if len(rest) > MAX_LINE or (skipped and not rest.endswith(b"\r")):
            skipped, rest = skipped + len(rest), b""
    if rest or skipped:
        yield at, skipped + len(rest), None if skipped else rest


class _Lines:
    """Lines as text for `csv.reader`; those of a broken record can be had again."""

    def __init__(self, lines: Iterator[Line], encoding: str) -> None:
        self._lines = lines
        self._encoding = encoding
        self._again: deque[Line] = deque()
        self.taken: list[Line] = []
        self.wrong = False
        self.number = 0  # of the first line taken
        self._size = 0  # bytes taken

    def __iter__(self) -> _Lines:
        return self

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._lines)
        self.taken.append(line)
        self._size += line[1]
        if line[2] is None:
            raise csv.Error(TOO_LONG)
        if self._size > MAX_RECORD:
            raise csv.Error(NOT_CLOSED)
        try:
            return line[2].decode(self._encoding)
        except UnicodeDecodeError:
            self.wrong = True
            return line[2].decode(self._encoding, "replace")

    def begin(self) -> None:
        """A record is done: the next begins at the next line."""
        self.number += len(self.taken)
        self.taken.clear()
        self._size = 0
        self.wrong = False

    def give_back(self) -> None:
        """Only the first line belongs to the record that has failed."""
        self._again.extendleft(reversed(self.taken[1:]))
        del self.taken[1:]


def csv_records(
    file: BinaryIO, encoding: str, delimiter: str, *, quoted: bool
) -> Iterator[Record]:
    """The records of a CSV table, the head too; empty lines are passed over."""
    if csv.field_size_limit() <= MAX_RECORD:  # one for all of Python
        csv.field_size_limit(MAX_RECORD + 1)
    source = _Lines(lines_of(file), encoding)
    while True:
        # After an error a reader would go on in the middle of a record.
        reader = csv.reader(
            source,
            delimiter=delimiter,
            strict=True,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        )
        try:
            for cells in reader:
                if cells:
                    yield _record(source, cells)
                source.begin()
        except csv.Error as error:
            problem = TOO_LONG if str(error) == TOO_LONG else NOT_CLOSED
            source.give_back()
            yield _record(source, None, problem)
            source.begin()
        else:
            return


def _record(source: _Lines, cells: Cells | None, problem: str = "") -> Record:
    start, stop = source.taken[0][0], sum(source.taken[-1][:2])
    if source.wrong and not problem:
        cells, problem = None, WRONG_BYTES
    return Record(start, stop, source.number + 1, cells=cells, problem=problem)


def json_records(file: BinaryIO, encoding: str) -> Iterator[Record]:
    """The objects of a file of JSON lines; empty lines are passed over."""
    for number, (start, size, line) in enumerate(lines_of(file), 1):
        if line is None:
            yield Record(start, start + size, number, problem=TOO_LONG)
        elif not line.isspace():
            values, problem = _object(line, encoding)
            yield Record(start, start + size, number, values=values, problem=problem)


def _object(line: bytes, encoding: str) -> tuple[Mapping[str, Any] | None, str]:
    try:
        text = line.decode(encoding)
    except UnicodeDecodeError:
        return None, WRONG_BYTES
    try:
        value = json.loads(text)
    except (ValueError, RecursionError):
        return None, NOT_JSON
    return (value, "") if isinstance(value, dict) else (None, NO_OBJECT)
