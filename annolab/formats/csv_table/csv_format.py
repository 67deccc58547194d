"""The CSV format: finds the table and gives it to reader and writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from annolab.errors import FormatError
from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Records,
    Report,
    Sink,
)
from annolab.formats.csv_table.columns import is_own, resolved
from annolab.formats.csv_table.reader import TableReader
from annolab.formats.csv_table.writer import TableWriter
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_HEAD = 1 << 14
_DELIMITERS = {"comma": ",", "semicolon": ";", "tab": "\t"}


class CsvFormat:
    """A table with a row for each annotation."""

    def detect(self, path: Path) -> Confidence:
        """By the names of the columns."""
        if path.suffix.lower() not in (".csv", ".tsv"):
            return Confidence.NO
        try:
            with path.open("rb") as file:
                head = file.read(_HEAD).decode("utf-8-sig", "replace")
        except OSError:
            return Confidence.NO
        line = head.partition("\n")[0].rstrip("\r")
        cells = line.split(max(",;\t", key=line.count))
        if is_own(cells):
            return Confidence.YES
        return Confidence.MAYBE if "file" in resolved(cells) else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the rows of one table."""
        if path.is_dir():
            message = "Name the CSV file, not its folder."
            raise FormatError(message, path=path)
        return TableReader(path, ctx).read()

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one table, yielding how many annotations are done."""
        is_dense = options.get("tracks", "keyframes") == "frames"
        writer = TableWriter(schema, records, report, is_dense=is_dense)
        delimiter = _DELIMITERS[options.get("delimiter", "comma")]
        bom = options.get("bom", "false") == "true"
        return writer.write(sink.open(""), delimiter=delimiter, bom=bom)
