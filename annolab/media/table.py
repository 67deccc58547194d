"""Tables whose rows are texts: CSV, TSV and JSON lines.

`sniff` looks at the head of a file; `records` reads all of it; `OpenTable` gives the
texts of single rows, by an index of where they lie that is made once for each table.
"""

from __future__ import annotations

import csv
import io
import json
import os
from array import array
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path
from threading import Lock
from typing import Any, BinaryIO, Self

from annolab.errors import MediaError
from annolab.media.probe import opened
from annolab.media.table_rows import WRONG_COUNT, Record, csv_records, json_records
from annolab.media.text import decode, encoding_named, read_bytes

SUFFIXES = (".csv", ".tsv", ".jsonl", ".ndjson")
SAMPLE = 50  # rows
_HEAD = 1 << 18  # bytes by which the delimiter is found
_MOST_COLUMNS = 2000
_WIDE = ("utf-16", "utf-32")  # their line ends are no single bytes
_MOST_WIDE = 64 << 20  # bytes that are held in memory
_BOMS = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\0\0\xfe\xff")
_KEPT = 8  # tables whose index is held


@dataclass(frozen=True, slots=True)
class TableInfo:
    """What the head of a table tells.

    `delimiter`: "" of JSON lines. `quoted`: quotation marks hold cells together.
    `head`: the first row holds the names of the columns; else they are numbered.
    `encoding`: "" when it is UTF-8 or told by a byte order mark. `sure`: it is not
    only a guess. `sample`: the cells of the first rows.
    """

    columns: tuple[str, ...]
    delimiter: str
    quoted: bool
    encoding: str
    sure: bool
    sample: tuple[tuple[str, ...], ...]
    head: bool = True


def is_table(path: str) -> bool:
    """Whether a file of this name may be a table."""
    return path.lower().endswith(SUFFIXES)


def sniff(path: Path, encoding: str = "", *, head: bool = True) -> TableInfo:
    """Columns, delimiter and encoding of a table. Raises MediaError."""
    known = encoding_named(encoding)
    if encoding and not known:
        message = f"{encoding!r} is no text encoding known here: choose another."
        raise MediaError(message)
    codec, sure = (known, True) if known else _encoding(path)
    return _info(path, codec, sure=sure, head=head)


def records(path: Path, info: TableInfo) -> Iterator[tuple[int, Record]]:
    """All rows of a table with their numbers, from 1 and without a head."""
    with _bytes(path, info.encoding) as (file, codec):
        yield from _numbered(file, codec, info)


def cells(record: Record, info: TableInfo) -> dict[str, Any]:
    """What a record says by column; numbers and true or false are typed in JSON."""
    if record.values is not None:
        return dict(record.values)
    return dict(zip(info.columns, record.cells or (), strict=False))


def cell_text(value: object) -> str:
    """A value of a JSON object as a text."""
    if isinstance(value, str):
        return value.encode("utf-8", "replace").decode()  # no halves of characters
    return "" if value is None else json.dumps(value, ensure_ascii=False)


class OpenTable:
    """Gives the texts of rows.

    A table stays open until a row of another one is wanted, or the block ends.
    """

    def __init__(self) -> None:
        self._open = ExitStack()
        self._key: tuple[Path, str, bool] | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Let go of the table."""
        self._key = None
        self._open.close()

    def row_text(
        self,
        path: Path,
        row: int,
        column: str,
        encoding: str = "",
        *,
        head: bool = True,
    ) -> str:
        """The text in a column of a row. Raises MediaError when it is not there."""
        if (path, encoding, head) != self._key:
            self.close()
            self._index = _index(path, encoding, head=head)
            self._bytes = self._open.enter_context(_bytes(path, encoding))
            self._key = (path, encoding, head)
        index, (file, codec) = self._index, self._bytes
        if row > len(index.starts):
            message = f"{path.name} has no row {row} any more: put the old file back."
            raise MediaError(message)
        start, stop = index.starts[row - 1], index.stops[row - 1]
        file.seek(start)
        part = io.BytesIO(file.read(stop - start))
        found = next(_parsed(part, codec, index.info), None)
        if found is None or found.problem:
            reason = "it is empty" if found is None else found.problem
            message = f"Row {row} of {path.name} cannot be read: {reason}"
            raise MediaError(message.rstrip(".") + ".")
        said = cells(found, index.info)
        if column not in said:
            message = f"{path.name} has no column {column!r} in row {row}."
            raise MediaError(message)
        return cell_text(said[column])


@dataclass(frozen=True, slots=True)
class _Index:
    info: TableInfo
    starts: array[int]
    stops: array[int]


_indices: OrderedDict[tuple[str, int, int, str, bool], _Index] = OrderedDict()
_lock = Lock()


def _index(path: Path, encoding: str, *, head: bool) -> _Index:
    with opened(path) as file:
        facts = os.fstat(file.fileno())
    key = (str(path), facts.st_size, facts.st_mtime_ns, encoding, head)
    with _lock:  # one at a time: others want the same table
        found = _indices.get(key)
        if found is None:
            info = _info(path, encoding, sure=True, head=head)
            found = _Index(info, array("q"), array("q"))
            for _, record in records(path, info):
                found.starts.append(record.start)
                found.stops.append(record.stop)
            _indices[key] = found
        _indices.move_to_end(key)
        while len(_indices) > _KEPT:
            _indices.popitem(last=False)
    return found


def _numbered(
    file: BinaryIO, codec: str, info: TableInfo
) -> Iterator[tuple[int, Record]]:
    found = _parsed(file, codec, info)
    if info.delimiter and info.head:
        next(found, None)
    for number, record in enumerate(found, 1):
        if record.cells is not None and len(record.cells) != len(info.columns):
            yield number, replace(record, cells=None, problem=WRONG_COUNT)
        else:
            yield number, record


def _parsed(file: BinaryIO, codec: str, info: TableInfo) -> Iterator[Record]:
    if not info.delimiter:
        return json_records(file, codec)
    return csv_records(file, codec, info.delimiter, quoted=info.quoted)


@contextmanager
def _bytes(path: Path, encoding: str) -> Iterator[tuple[BinaryIO, str]]:
    """The file after its byte order mark, and the codec of its bytes."""
    with opened(path) as file:
        head = file.read(4)
        wide = head.startswith(_BOMS) and not head.startswith(_BOMS[2])
        if encoding.startswith(_WIDE) or (wide and not encoding):
            text = decode(read_bytes(path, _MOST_WIDE), path.name, encoding).text
            yield io.BytesIO(text.encode()), "utf-8"
            return
        marked = head.startswith(_BOMS[2]) and encoding in ("", "utf-8")
        file.seek(3 if marked else 0)
        yield file, encoding or "utf-8"


def _encoding(path: Path) -> tuple[str, bool]:
    """The encoding of a table of which nothing is said, and whether that is sure.

    A file with few lines that are not UTF-8 is UTF-8 with broken lines.
    """
    with opened(path) as file:
        head = file.read(_HEAD)
        lines = head.splitlines() + file.readlines(_HEAD * 64)
    good = bad = 0
    for line in lines:
        if not line.isascii():
            try:
                line.decode()
            except UnicodeDecodeError:
                bad += 1
            else:
                good += 1
    if head.startswith(_BOMS):
        return "", True
    if bad > good / 4:
        found = decode(b"\n".join(lines), path.name)
        return found.encoding, found.sure
    if b"\0" in head:
        found = decode(head[: len(head) // 4 * 4], path.name)
        return ("" if found.encoding == "utf-8" else found.encoding), found.sure
    return "", True


def _info(path: Path, encoding: str, *, sure: bool, head: bool) -> TableInfo:
    json_lines = path.suffix.lower() in (".jsonl", ".ndjson")
    with _bytes(path, encoding) as (file, codec):
        at = file.tell()
        delimiter, quoted = ("", True)
        if not json_lines:
            text = file.read(_HEAD).decode(codec, "replace")
            delimiter, quoted = _delimiter(text, path.suffix.lower())
        file.seek(at)
        blank = TableInfo((), delimiter, quoted, encoding, sure, ())
        found = list(islice(_parsed(file, codec, blank), SAMPLE + 1))
    good = [record for record in found if not record.problem]
    if not good or (delimiter and found[0].problem):
        what = "no rows that can be read" if found else "nothing in it"
        message = f"{path.name} has {what}: choose another file or encoding."
        raise MediaError(message)
    columns, body = _columns(good) if json_lines else _head(good, said=head)
    if len(columns) > _MOST_COLUMNS:
        message = f"{path.name} has more than {_MOST_COLUMNS:,} columns."
        raise MediaError(message)
    info = TableInfo(columns, delimiter, quoted, encoding, sure, (), head)
    rows = [cells(record, info) for record in body]
    sample = tuple(tuple(cell_text(r.get(c)) for c in columns) for r in rows)
    return replace(info, sample=sample)


def _columns(good: list[Record]) -> tuple[tuple[str, ...], list[Record]]:
    keys = dict.fromkeys(key for record in good for key in record.values or ())
    return tuple(keys), good


def _head(good: list[Record], *, said: bool) -> tuple[tuple[str, ...], list[Record]]:
    """The names of columns; each once, and none empty. `said`: by the first row."""
    names: dict[str, None] = {}
    for number, cell in enumerate(good[0].cells or (), 1):
        name = (said and cell.strip()) or f"column {number}"
        names[name if name not in names else f"{name} ({number})"] = None
    return tuple(names), good[1:] if said else good


def _delimiter(text: str, suffix: str) -> tuple[str, bool]:
    """The sign between cells, and whether quotation marks count: what fits best."""
    usual = "\t" if suffix == ".tsv" else ","
    lines = text.splitlines(keepends=True)[:200]
    tries = [(sign, True) for sign in dict.fromkeys((usual, ",", "\t", ";", "|"))]
    best, most = (usual, True), 0.0
    for sign, quoted in [*tries, ("\t", False)]:
        fit = _fit(lines, sign, quoted=quoted)
        if fit > most + 1e-9:
            best, most = (sign, quoted), fit
    return best


def _fit(lines: list[str], sign: str, *, quoted: bool) -> float:
    """How large a part of rows has as many cells as the head, of more than one."""
    try:
        rows = csv.reader(
            lines[:-1] or lines,
            delimiter=sign,
            quoting=csv.QUOTE_MINIMAL if quoted else csv.QUOTE_NONE,
        )
        widths = [len(row) for row in rows if row]
    except csv.Error:
        return 0.0
    if not widths or widths[0] < 2:
        return 0.0
    return widths.count(widths[0]) / len(widths)
