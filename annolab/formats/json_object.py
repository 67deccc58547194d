"""A file that is one JSON object, read whole: for formats with references."""

from __future__ import annotations

import codecs
import json
from collections import Counter
from pathlib import Path
from typing import Any

from annolab.errors import FormatError
from annolab.formats.base import Problem, Report, Severity
from annolab.formats.json_stream import is_too_deep

MOST = 1 << 28  # bytes
HEAD = 1 << 16
_TWICE = "A name that stands twice in an object; both are kept."


def object_in(path: Path, name: str, report: Report) -> dict[str, Any]:
    """The object in a file. Raises FormatError where there is none.

    Where a name stands twice JSON keeps the last one; here the later ones are called
    `name~2` and so on, and the report says so.
    """

    def joined(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        found = dict(pairs)
        if len(found) == len(pairs):
            return found
        found = {}
        counts: Counter[str] = Counter()
        for given, value in pairs:
            key = given
            while key in found:
                counts[given] += 1
                key = f"{given}~{counts[given] + 1}"
            if key != given:
                where = f"{name}: {given[:100]}"
                report.add(Problem(_TWICE, Severity.REPAIRED, where=where))
            found[key] = value
        return found

    data = _bytes_of(path)
    try:
        text = data.decode("utf-8-sig", "surrogateescape")
        value = json.loads(text, strict=False, object_pairs_hook=joined)
    except json.JSONDecodeError as error:
        message = f"This is not valid JSON: {error.msg}."
        raise FormatError(message, path=path, line=error.lineno) from error
    except (ValueError, RecursionError) as error:
        message = "Values are nested too deeply, or a number is too long."
        raise FormatError(message, path=path) from error
    if is_too_deep(data):
        message = "Values are nested too deeply."
        raise FormatError(message, path=path)
    if not isinstance(value, dict):
        message = "The file must hold a JSON object."
        raise FormatError(message, path=path)
    return value


def head_of(path: Path) -> str:
    """The beginning of a file, to find out its format; never raises."""
    try:
        with path.open("rb") as file:
            return file.read(HEAD).decode("utf-8-sig", "replace")
    except OSError:
        return ""


def mapping(value: object) -> dict[str, Any]:
    """An object of the file, or an empty one in its place."""
    return value if isinstance(value, dict) else {}


def listed(value: object) -> list[Any]:
    """A list of the file, or an empty one in its place."""
    return value if isinstance(value, list) else []


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > MOST:
            message = "The file is larger than 256 MiB."
            raise FormatError(message, path=path)
        data = path.read_bytes()
    except OSError as error:
        message = f"The file cannot be read: {error.strerror or error}."
        raise FormatError(message, path=path) from error
    if data.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        message = "This is UTF-16: save it as UTF-8."
        raise FormatError(message, path=path)
    return data
