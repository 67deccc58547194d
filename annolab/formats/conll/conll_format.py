"""The CoNLL format: finds the files and gives them to reader and writer."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Records,
    Report,
    Sink,
)
from annolab.formats.conll.reader import WordReader
from annolab.formats.conll.writer import START, WordWriter
from annolab.formats.lines import found_in, read_files
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".conll", ".conll03", ".iob", ".iob2", ".bio", ".bioes", ".txt", ".tsv")
_TAG = re.compile(r"O|[BIESLUM]-\S+")
_LEAST = 3  # rows that make us sure


class ConllFormat:
    """Words with tags, many documents a file."""

    def detect(self, path: Path) -> Confidence:
        """By the last column of the first lines."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the spans of a file, or of the files of a folder."""
        return read_files(path, _SUFFIXES, ctx, lambda *x: WordReader(*x).read())

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one file, yielding how many annotations are done."""
        return WordWriter(schema, records, report, options).write(sink.open(""))


def _sign(lines: list[str]) -> Confidence:
    rows = [line.split() for line in lines if line.strip()]
    if rows and rows[0][0] == START:
        return Confidence.YES
    rows = [row for row in rows if not row[0].startswith("#")]
    tags = [row[-1] for row in rows if len(row) > 1]
    good = sum(_TAG.fullmatch(tag) is not None for tag in tags)
    if not tags or good < len(rows) or all(tag == "O" for tag in tags):
        return Confidence.NO
    return Confidence.YES if good >= _LEAST else Confidence.MAYBE
