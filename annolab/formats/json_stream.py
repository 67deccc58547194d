"""Read a large JSON object piece by piece, in bounded memory.

The elements of a top-level array are cut out by a regular expression that counts
brackets and strings, a megabyte at a time, and parsed by msgspec (exact for
float64 and integers of any length). What it refuses goes through the standard
library, which also reads NaN and words the errors. An element that is broken is
left out and reported, and the next is read.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, BinaryIO, TypeAlias

import msgspec

from annolab.errors import FormatError

CHUNK = 1 << 20
MAX_VALUE = 1 << 26  # bytes of one value: more is not an annotation file

Problem: TypeAlias = Callable[[str, int], None]

# Groups are greedy, not possessive: Python 3.11.2 takes too much with those. Nothing
# can match in two ways, so that there is little to go back over.
_STRING = rb'"[^"\\]*+(?:\\.[^"\\]*+)*"'
_OBJECT = rb'\{[^{}"]*+(?:' + _STRING + rb'[^{}"]*+)*\}'
for _ in range(4):  # objects within objects; what is deeper takes the slow way
    _OBJECT = rb'\{[^{}"]*+(?:(?:' + _STRING + rb"|" + _OBJECT + rb')[^{}"]*+)*\}'
_SPACE = rb"[ \t\n\r]*+"
_WHITE = re.compile(_SPACE)
_ONE = re.compile(_SPACE + _OBJECT + _SPACE, re.DOTALL)
# Whole elements, each with the comma behind it.
_RUN = re.compile(b"(?:" + _SPACE + _OBJECT + _SPACE + b",)*", re.DOTALL)

_decode = msgspec.json.Decoder().decode
_STRICT = json.JSONDecoder()
_TOLERANT = json.JSONDecoder(strict=False)  # line ends and tabs in strings
_TEXT = re.compile(_STRING, re.DOTALL)
_NO_BRACKETS = bytes(set(range(256)) - set(b"[]{}"))
_TOO_DEEP = "nested too deeply, or a number too long"
_MOST_LEVELS = 200  # Python itself gives up at about a thousand
_EDGE = 256  # an error this near the end of a window may be for want of more


def is_too_deep(data: bytes) -> bool:
    """Whether valid JSON is nested so deeply that keeping its values would fail.

    What can just be parsed cannot be compared or written some calls further down.
    """
    brackets = _TEXT.sub(b"", data).translate(None, _NO_BRACKETS)
    for _ in range(_MOST_LEVELS):
        if not brackets:
            return False
        brackets = brackets.replace(b"[]", b"").replace(b"{}", b"")
    return bool(brackets)


@dataclass(slots=True)
class Batch:
    """Consecutive elements of an array; `first` is the index of the first.

    `data`: their bytes, empty for elements that took the slow way; `begin`: the
    line they begin in.
    """

    elements: list[Any]
    first: int
    data: bytes
    begin: int
    _known: tuple[int, int, int] | None = None  # place, offset, line

    def line(self, place: int) -> int:
        """The line of `elements[place]`, counted from 1."""
        done, at, line = self._known or (0, 0, self.begin)
        if done > place:
            done, at, line = 0, 0, self.begin
        while done < place and (match := _ONE.match(self.data, at)) is not None:
            line += self.data.count(b"\n", at, match.end())
            at = match.end() + 1
            done += 1
        self._known = (done, at, line)
        white = _WHITE.match(self.data, at)
        return line + self.data.count(b"\n", at, white.end() if white else at)


class JsonStream:
    """The members of the object in a JSON file, one after the other.

    For every key of `members`, call `value`, `batches` or `skip`. `on_problem` is
    given a sentence and a line for each element that is broken. FormatError is
    raised where reading cannot go on.
    """

    def __init__(self, file: BinaryIO, path: Path, on_problem: Problem) -> None:
        self._file = file
        self._path = path
        self._on_problem = on_problem
        self._buffer = b""
        self._at = 0
        self._lines = 1  # the line of the byte at `_counted`
        self._counted = 0
        self._passed = 0  # bytes before the buffer
        self._ended = False

    @property
    def position(self) -> int:
        """How many bytes are behind us."""
        return self._passed + self._at

    @property
    def line(self) -> int:
        """The line of the next byte, counted from 1."""
        self._lines += self._buffer.count(b"\n", self._counted, self._at)
        self._counted = self._at
        return self._lines

    def members(self) -> Iterator[str]:
        """The keys of the object, each before its value is taken."""
        self._check_encoding()
        if self._peek() != b"{":
            message = f"The file must hold a JSON object, not {self._found()}."
            raise FormatError(message, path=self._path, line=self.line)
        self._at += 1
        while (byte := self._peek()) != b"}":
            if byte != b'"':
                raise self._error(
                    f"a key in quotes must stand here, not {self._found()}"
                )
            key = self.value()
            if self._peek() != b":":
                raise self._error(f"a colon must stand here, not {self._found()}")
            self._at += 1
            yield str(key)
            if self._peek() == b",":
                self._at += 1
            elif self._peek() != b"}":
                raise self._error(f"a comma or }} must stand here, not {self._found()}")
        self._at += 1
        if self._peek():
            self._on_problem("There is more behind the end of the object.", self.line)

    def elements(self) -> Iterator[Batch]:
        """The elements of a file that is a list."""
        self._check_encoding()
        yield from self.batches()
        if self._peek():
            self._on_problem("There is more behind the end of the list.", self.line)

    def value(self) -> object:
        """Parse the next value as a whole."""
        self._peek()
        window = 1 << 16
        while True:
            if len(self._buffer) - self._at < window:
                self._fill(window)
            data = self._buffer[self._at : self._at + window]
            last = self._ended and self._at + window >= len(self._buffer)
            text = data.decode("utf-8", "surrogateescape")
            try:
                value, end = _STRICT.raw_decode(text)
            except json.JSONDecodeError as error:
                near = error.pos > len(text) - _EDGE or "Unterminated" in error.msg
                if near and not last and window < MAX_VALUE:
                    window *= 2
                    continue
                raise self._syntax_error(error, text) from error
            except (RecursionError, ValueError) as error:
                raise self._error(_TOO_DEEP) from error
            if end < len(text) or last:
                data = text[:end].encode("utf-8", "surrogateescape")
                if is_too_deep(data):
                    raise self._error(_TOO_DEEP)
                self._at += len(data)
                return value
            window *= 2

    def batches(self) -> Iterator[Batch]:
        """The elements of the array that comes next; anything else is reported."""
        first = 0
        for data, line, parsed in self._pieces():
            if parsed is not None:
                yield Batch(parsed, first, b"", line)
                first += 1
                continue
            try:
                elements = None if is_too_deep(data) else _decode(b"[" + data + b"]")
            except (ValueError, RecursionError):
                elements = None
            if elements is None:
                for batch in self._one_by_one(data, first, line):
                    first = batch.first
                    if batch.elements:
                        yield batch
                continue
            yield Batch(elements, first, data, line)
            first += len(elements)

    def skip(self) -> None:
        """Pass over the next value."""
        if self._peek() == b"[":
            for _ in self._pieces():
                pass
        else:
            self.value()

    def _pieces(self) -> Iterator[tuple[bytes, int, list[object] | None]]:
        """Bytes of whole elements with their line; what is odd comes parsed."""
        if self._peek() != b"[":
            self._on_problem(f"A list must stand here, not {self._found()}.", self.line)
            self.value()
            return
        self._at += 1
        while (byte := self._peek()) != b"]":
            line = self.line
            if byte == b"{" and (match := _RUN.match(self._buffer, self._at)):
                if match.end() > self._at:
                    yield self._buffer[self._at : match.end() - 1], line, None
                    self._at = match.end()
                    continue
                match = _ONE.match(self._buffer, self._at)
                short = match is None and len(self._buffer) - self._at < CHUNK
                if short and self._fill(CHUNK):
                    continue
                if match is not None:
                    yield match.group(), line, None
                    self._at = match.end()
                    self._end_element()
                    continue
            yield b"", line, [self.value()]
            self._end_element()
        self._at += 1

    def _end_element(self) -> None:
        if self._peek() == b",":
            self._at += 1
        elif self._peek() != b"]":
            raise self._error(f"a comma or ] must stand here, not {self._found()}")

    def _one_by_one(self, data: bytes, first: int, line: int) -> Iterator[Batch]:
        """The elements of a run in which at least one is broken.

        A batch without elements stands for a broken one; the last tells the next
        index.
        """
        at = 0
        while (match := _ONE.match(data, at)) is not None:
            white = _WHITE.match(data, at)
            start = white.end() if white else at
            line += data.count(b"\n", at, start)
            piece, reason = data[start : match.end()], ""
            value: object = None
            try:
                value = _TOLERANT.decode(piece.decode("utf-8", "surrogateescape"))
            except (ValueError, RecursionError) as error:
                reason = getattr(error, "msg", "") or _TOO_DEEP
            if reason or is_too_deep(piece):
                reason = reason or _TOO_DEEP
                self._on_problem(f"An element is not valid JSON: {reason}.", line)
            else:
                yield Batch([value], first, b"", line)
            first += 1
            line += data.count(b"\n", start, match.end())
            at = match.end() + 1
        yield Batch([], first, b"", line)

    def _peek(self) -> bytes:
        """The next byte that is not white space; b"" at the end of the file."""
        while True:
            white = _WHITE.match(self._buffer, self._at)
            self._at = white.end() if white else self._at
            if self._at < len(self._buffer):
                return self._buffer[self._at : self._at + 1]
            if not self._fill(CHUNK):
                return b""

    def _fill(self, wanted: int) -> bool:
        """Read up to `wanted` more bytes; False at the end of the file."""
        if self._ended:
            return False
        try:
            more = self._file.read(wanted)
        except OSError as error:
            message = f"It cannot be read: {error.strerror}."
            raise FormatError(message, path=self._path, line=self.line) from error
        self._ended = not more
        self._lines, self._counted = self.line, 0
        self._passed += self._at
        self._buffer = self._buffer[self._at :] + more
        self._at = 0
        return bool(more)

    def _check_encoding(self) -> None:
        self._fill(CHUNK)
        head = self._buffer[:4]
        if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head:
            message = "This is UTF-16 or binary: save it as UTF-8."
            raise FormatError(message, path=self._path, line=1)
        if head.startswith(b"\xef\xbb\xbf"):
            self._at = 3

    def _found(self) -> str:
        byte = self._peek()
        if not byte:
            return "the end of the file"
        names = {b"[": "a list", b"{": "an object", b'"': "a text"}
        return names.get(byte, repr(byte.decode("latin-1")))

    def _error(self, what: str) -> FormatError:
        message = f"This is not valid JSON: {what}."
        if not self._peek():
            message = "The file ends in the middle."
        return FormatError(message, path=self._path, line=self.line)

    def _syntax_error(self, error: json.JSONDecodeError, text: str) -> FormatError:
        line = self.line + error.lineno - 1
        unended = "Unterminated" in error.msg or not text[error.pos :].strip()
        message = f"This is not valid JSON: {error.msg}."
        if unended and self._ended:
            message = "The file ends in the middle."
        return FormatError(message, path=self._path, line=line)
