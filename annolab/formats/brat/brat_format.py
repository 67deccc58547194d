"""brat's standoff format: `x.ann` beside `x.txt`."""

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
from annolab.formats.brat.exporting import write_files
from annolab.formats.brat.importing import SUFFIXES, read_files
from annolab.formats.lines import found_in
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SIGN = re.compile(
    r"T[0-9]+\t[^ \t]+ [0-9]+ [0-9]+.*|E[0-9]+\t[^ \t:]+:[TE][0-9]+.*"
    r"|R[0-9]+\t[^ \t]+ [^ \t:]+:[TE][0-9]+ .*|[AMN][0-9]+\t[^ \t]+ [A-Z][0-9]+.*"
    r"|#[0-9]+\t[^ \t]+ [^ \t]+(?:\t.*)?|\*\t[^ \t]+ [TE][0-9]+.*"
)


class BratFormat:
    """brat's standoff files."""

    def detect(self, path: Path) -> Confidence:
        """By the first lines that say something."""
        return found_in(path, SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the spans and relations of a file or of those in a folder."""
        return read_files(path, ctx)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a file for each text, beside the text."""
        yield from write_files(schema, records, sink, options, report)


def _sign(lines: list[str]) -> Confidence:
    said = [line for line in lines if line.strip()][:5]
    found = any(_SIGN.fullmatch(line) for line in said)
    return Confidence.YES if found else Confidence.NO
