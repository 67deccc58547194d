"""Rows of JSON: an object a line, or the objects of one list; and what was kept."""

from __future__ import annotations

import codecs
import json
from collections.abc import Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO

import msgspec

from annolab.errors import FormatError
from annolab.formats.base import Problem, Report
from annolab.formats.json_stream import JsonStream, is_too_deep
from annolab.formats.values import clean

MAX_ROW = 1 << 26  # bytes of one line
_HEAD = 1 << 16
_WHITE = b" \t\r\n"
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder().decode


def rows(path: Path, name: str, report: Report) -> Iterator[tuple[int, Any]]:
    """The line and the value of each row; broken ones go to the report.

    Holds one row at a time, or a megabyte of a list. Raises FormatError when the
    file cannot be read or is not in UTF-8.
    """
    try:
        with path.open("rb") as file:
            head = file.read(_HEAD).removeprefix(codecs.BOM_UTF8).lstrip(_WHITE)
            file.seek(0)
            read = _listed if _is_list(head) else _lines
            yield from read(file, path, name, report)
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise FormatError(message, path=path) from error


def first_rows(path: Path, most: int = 3) -> list[Any]:
    """Some rows of the beginning of a file, to find out its format; never raises."""
    try:
        with path.open("rb") as file:
            head = file.read(1 << 18).removeprefix(codecs.BOM_UTF8).lstrip(_WHITE)
    except OSError:
        return []
    if _is_list(head):
        return _elements(head, most)
    found = []
    for line in islice((x for x in head.split(b"\n") if x.strip()), most):
        try:
            found.append(loaded(line))
        except ValueError:
            break
    return found


def loaded(data: bytes) -> Any:
    """A JSON value; lone surrogates and NaN are let through. Raises ValueError."""
    message = "nested too deeply"
    try:
        try:
            value = _decode(data)
        except ValueError:
            value = json.loads(data.decode("utf-8", "replace"), strict=False)
    except RecursionError as error:
        raise ValueError(message) from error
    if is_too_deep(data):
        raise ValueError(message)
    return value


def to_bytes(value: object) -> bytes:
    """JSON of a value in UTF-8, on one line, without halves of characters."""
    try:
        return _encode(value)
    except UnicodeEncodeError:
        return _encode(json.loads(clean(json.dumps(value, ensure_ascii=False))))


def source_text(program: str, said: Mapping[str, object]) -> str | None:
    """What a file said and the model does not know, as `source` keeps it."""
    if not said:
        return None
    return clean(json.dumps({program: dict(said)}, ensure_ascii=False))


def kept(source: str | None, program: str) -> dict[str, Any]:
    """What an import from `program` kept in a `source`; empty when there is none."""
    if not source or f'"{program}"' not in source:
        return {}
    try:
        said = json.loads(source)
    except (ValueError, RecursionError):
        return {}
    found = said.get(program) if isinstance(said, dict) else None
    return found if isinstance(found, dict) else {}


def text_of(value: object) -> str | None:
    """A text without halves of characters, or None when it is no text."""
    return clean(value) if isinstance(value, str) else None


def _is_list(head: bytes) -> bool:
    """Whether a file is a list of rows; a row may be `["a text", {...}]`."""
    return head[:1] == b"[" and head[1:].lstrip(_WHITE)[:1] != b'"'


def _lines(
    file: BinaryIO, path: Path, name: str, report: Report
) -> Iterator[tuple[int, Any]]:
    number = 0
    while raw := file.readline(MAX_ROW):
        number += 1
        where = f"{name}, line {number}"
        if number == 1:
            if raw.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
                message = "This is UTF-16: save it as UTF-8."
                raise FormatError(message, path=path, line=1)
            raw = raw.removeprefix(codecs.BOM_UTF8)
        if len(raw) == MAX_ROW and not raw.endswith(b"\n"):
            report.add(Problem("A line that is longer than 64 MB.", where=where))
            while raw and not raw.endswith(b"\n"):
                raw = file.readline(MAX_ROW)
            continue
        if not raw.strip():
            continue
        try:
            value = loaded(raw)
        except ValueError:
            if number == 1 and raw.strip() == b"{":  # one object over many lines
                file.seek(0)
                yield 1, JsonStream(file, path, lambda *_: None).value()
                return
            report.add(Problem("A line that is not valid JSON.", where=where))
            continue
        yield number, value


def _listed(
    file: BinaryIO, path: Path, name: str, report: Report
) -> Iterator[tuple[int, Any]]:
    def on_problem(sentence: str, line: int) -> None:
        report.add(Problem(sentence, where=f"{name}, line {line}"))

    for batch in JsonStream(file, path, on_problem).elements():
        for place, element in enumerate(batch.elements):
            yield batch.line(place), element


def _elements(head: bytes, most: int) -> list[Any]:
    text = head.decode("utf-8", "replace")
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    at = 1
    while len(found) < most:
        while at < len(text) and text[at] in " \t\r\n,":
            at += 1
        try:
            value, at = decoder.raw_decode(text, at)
        except (ValueError, RecursionError):
            break
        found.append(value)
    return found
