"""HTK's label files: `start stop name`, in units of 100 ns, for each sound a file.

A name with spaces stands in quotes, with `\\` before quotes and `\\ooo` for bytes
(HTK Book 6.2.1). What follows a name, scores and words, is kept and given back.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from functools import partial
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
    found_in,
    numbered_lines,
    parsed_files,
    write_texts,
)
from annolab.formats.spoken import Said, Speech, kept_source, source_of, speeches
from annolab.formats.ticks import seconds_of, span_in_ticks
from annolab.formats.tiers import Piece, laid
from annolab.model.annotation import Annotation, Relation
from annolab.model.item import Item
from annolab.model.schema import Schema

TIER = "labels"
PER_SECOND = 10_000_000
_SUFFIXES = (".lab",)
_LINE = re.compile(
    r"[ \t]*([0-9]{1,18})[ \t]+([0-9]{1,18})[ \t]+"
    r"""("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[^ \t]+)(?:[ \t]+(.*))?"""
)
_ESCAPE = re.compile(rb"\\([0-7]{3}|.)", re.DOTALL)
_UNSAFE = re.compile(r"[\s\x00-\x20\x7f]|^[\"']")
_ESCAPED = re.compile(r"[\"\\\x00-\x1f\x7f]")
_MASTER = "#!MLF!#"
_ALTERNATIVE = "///"


class HtkLabFormat:
    """A file of labels for each sound."""

    def detect(self, path: Path) -> Confidence:
        """By two whole numbers and a name in every line."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the labels of every file, and what is silent between them."""
        for pieces, item in parsed_files(path, _SUFFIXES, ctx, _parsed):
            yield from laid(item, TIER, pieces, ctx)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a file for each sound with texts."""
        speech = Speech(schema, report, "HTK labels", TIER.__eq__)
        lines = (
            (item, _lines(item, said, speech))
            for item, said in speeches(records, speech)
        )
        return write_texts(lines, "".join, ".lab", sink, report)


def _lines(item: Item, said: Sequence[Said], speech: Speech) -> list[str]:
    lines: list[str] = []
    for mark, shape, text in said:
        say = partial(speech.say, mark, item)
        span = span_in_ticks(shape.start, shape.stop, PER_SECOND, say)
        if span is not None:
            lines.append(_line(mark, *span, text))
    return lines


def _sign(lines: list[str]) -> Confidence:
    filled = [line for line in lines if line.strip()]
    good = bool(filled) and all(map(_LINE.fullmatch, filled))
    return Confidence.YES if good else Confidence.NO


def _parsed(file: Path, name: str, ctx: ImportContext) -> tuple[list[Piece], Item]:
    pieces = list(_pieces(file, name, ctx.report))
    if not pieces:
        message = "It holds no labels of HTK."
        raise FormatError(message, path=file)
    return pieces, ctx.companion(name)


def _pieces(file: Path, name: str, report: Report) -> Iterator[Piece]:
    is_other = False
    for number, line in numbered_lines(file, name, report):
        where = f"{name}, line {number}"
        if number == 1 and line.strip() == _MASTER:
            message = "It is a master label file; give a .lab file for each sound."
            raise FormatError(message, path=file, line=1)
        if not line.strip():
            continue
        is_other = is_other or line.strip() == _ALTERNATIVE
        if is_other:
            report.add(Problem("A line of an alternative, left out.", where=where))
            continue
        found = _LINE.fullmatch(line)
        if found is None:
            report.add(Problem("A line that is not a label of HTK.", where=where))
            continue
        start, stop = sorted(seconds_of(int(n), PER_SECOND) for n in found.groups()[:2])
        if int(found[1]) > int(found[2]):
            reason = "A label that stops before it starts, turned round."
            report.add(Problem(reason, Severity.REPAIRED, where=where))
        source = source_of("htk", rest=(found[4] or "").strip())
        yield Piece(start, stop, _unquoted(found[3]), source, where=where)


def _line(mark: Annotation, start: int, stop: int, text: str) -> str:
    rest = str(kept_source(mark, "htk").get("rest", "")).strip()
    words = (str(start), str(stop), _quoted(text), "" if "\n" in rest else rest)
    return " ".join(filter(None, words)) + "\n"


def _quoted(text: str) -> str:
    if not _UNSAFE.search(text):
        return text
    return '"' + _ESCAPED.sub(_escape, text) + '"'


def _escape(found: re.Match[str]) -> str:
    letter = found[0]
    return f"\\{letter}" if letter in '"\\' else f"\\{ord(letter):03o}"


def _unquoted(word: str) -> str:
    if word[0] not in "\"'" or len(word) == 1 or word[-1] != word[0]:
        return word
    raw = _ESCAPE.sub(_unescape, word[1:-1].encode("utf-8"))
    return raw.decode("utf-8", "replace")


def _unescape(found: re.Match[bytes]) -> bytes:
    code = found[1]
    return bytes([int(code, 8) & 0xFF]) if len(code) > 1 else code
