"""The WebAnno TSV format: finds the files and gives them to reader and writer."""

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
from annolab.formats.lines import found_in, read_files
from annolab.formats.webanno.reader import SIGN, TsvReader
from annolab.formats.webanno.writer import TsvWriter
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".tsv",)


class WebannoFormat:
    """A table of words for each text."""

    def detect(self, path: Path) -> Confidence:
        """By the first line."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the spans, chains and relations of each file."""
        return read_files(path, _SUFFIXES, ctx, lambda *x: TsvReader(*x).read())

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a file for each text, yielding how many annotations are done."""
        return TsvWriter(schema, records, report).write(sink)


def _sign(lines: list[str]) -> Confidence:
    starts = bool(lines) and lines[0].startswith(SIGN)
    return Confidence.YES if starts else Confidence.NO
