"""The doccano format: finds the rows and gives them to reader and writer."""

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
from annolab.formats.doccano.reader import RowReader
from annolab.formats.doccano.writer import RowWriter
from annolab.formats.text_rows import rows_of, sign_of, tried
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".jsonl", ".ndjson", ".json")
_OFFSETS = {"start_offset", "end_offset"}


class DoccanoFormat:
    """A row of JSON for each text."""

    def detect(self, path: Path) -> Confidence:
        """By the members of the first rows."""
        return sign_of(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield spans, classes and relations."""
        reader = RowReader(ctx)
        for row in rows_of(path, ctx):
            yield from tried(ctx, row, reader.read)
        reader.finish()

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write JSON lines, yielding how many annotations are done."""
        writer = RowWriter(schema, records, report, options)
        return writer.write(sink.open(""))


def _sign(row: object) -> Confidence:
    """How sure one row makes us."""
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return Confidence.NO
    entities = row.get("entities", row.get("annotations"))
    if isinstance(entities, list) and isinstance(row.get("relations", []), list):
        first = entities[0] if entities else None
        if isinstance(first, dict) and first.keys() >= _OFFSETS:
            return Confidence.YES
        if not entities and "relations" in row:
            return Confidence.YES
    label = row.get("label", row.get("labels"))
    if isinstance(row.get("cats"), list):
        label = entities or []
    if not isinstance(label, list):
        return Confidence.NO
    are_classes = all(isinstance(each, str) for each in label)
    are_good = are_classes or all(map(_is_triple, label))
    return Confidence.YES if are_good else Confidence.NO


def _is_triple(value: object) -> bool:
    return (
        isinstance(value, list)
        and len(value) == 3
        and isinstance(value[0], int)
        and isinstance(value[1], int)
        and isinstance(value[2], str)
    )
