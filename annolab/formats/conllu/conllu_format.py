"""The CoNLL-U format: finds the files and gives them to reader and writer."""

from __future__ import annotations

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
from annolab.formats.conllu.reader import TreeReader
from annolab.formats.conllu.rows import COLUMNS
from annolab.formats.conllu.writer import TreeWriter
from annolab.formats.lines import found_in, read_files
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".conllu", ".conllup", ".conll", ".txt")


class ConlluFormat:
    """Sentences of words with their heads, many documents a file."""

    def detect(self, path: Path) -> Confidence:
        """By the ten columns of the first lines, or a comment of CoNLL-U."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield what a file holds, or the files of a folder."""
        return read_files(path, _SUFFIXES, ctx, lambda *x: TreeReader(*x).read())

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one file, yielding how many annotations are done."""
        return TreeWriter(schema, records, report).write(sink.open(""))


def _sign(lines: list[str]) -> Confidence:
    rows = [line.split("\t") for line in lines if line and not line.startswith("#")]
    if rows:
        good = all(len(row) == len(COLUMNS) and row[0][:1].isdecimal() for row in rows)
        return Confidence.YES if good else Confidence.NO
    starts = bool(lines) and lines[0].startswith("# newdoc")
    return Confidence.YES if starts else Confidence.NO
