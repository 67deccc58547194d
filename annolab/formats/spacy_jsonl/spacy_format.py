"""The spaCy format: finds the rows and gives them to reader and writer."""

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
from annolab.formats.spacy_jsonl.reader import RowReader, as_object
from annolab.formats.spacy_jsonl.writer import RowWriter
from annolab.formats.text_rows import rows_of, sign_of, tried
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".jsonl", ".ndjson", ".json")


class SpacyFormat:
    """A row of JSON for each text."""

    def detect(self, path: Path) -> Confidence:
        """By the members of the first rows."""
        return sign_of(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield spans, classes and relations."""
        reader = RowReader(ctx)
        for row in rows_of(path, ctx):
            yield from tried(ctx, row, reader.read)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write JSON lines, yielding how many annotations are done."""
        return RowWriter(schema, records, report, options).write(sink.open(""))


def _sign(said: object) -> Confidence:
    """How sure one row makes us."""
    row = as_object(said)
    if not isinstance(row, dict) or not isinstance(row.get("text"), str):
        return Confidence.NO
    if isinstance(row.get("cats"), list):
        return Confidence.NO  # doccano's
    lists = [row[key] for key in ("spans", "ents", "entities") if key in row]
    if any(isinstance(row.get(key), dict) for key in ("spans", "cats")):
        return Confidence.YES
    for spans in lists:
        if isinstance(spans, list) and (not spans or _is_span(spans[0])):
            return Confidence.YES
    is_answered = row.get("answer") in ("accept", "reject", "ignore")
    return Confidence.YES if is_answered and not lists else Confidence.NO


def _is_span(value: object) -> bool:
    if isinstance(value, dict):
        return value.keys() >= {"start", "end"}
    return isinstance(value, list) and len(value) == 3 and isinstance(value[0], int)
