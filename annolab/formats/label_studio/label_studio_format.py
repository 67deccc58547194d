"""The Label Studio format: finds the tasks and gives them to reader and writer."""

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
from annolab.formats.label_studio.reader import TaskReader, lists_of, text_key
from annolab.formats.label_studio.results import ANSWERS, LABELS
from annolab.formats.label_studio.writer import TaskWriter
from annolab.formats.text_rows import rows_of, sign_of, tried
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".json", ".jsonl")


class LabelStudioFormat:
    """A list of tasks, each a text with its annotations and predictions."""

    def detect(self, path: Path) -> Confidence:
        """By the members of the first tasks."""
        return sign_of(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield spans, labels of texts and relations."""
        reader = TaskReader(ctx)
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
        """Write a list of tasks, yielding how many annotations are done."""
        return TaskWriter(schema, records, report).write(sink.open(""))


def _sign(task: object) -> Confidence:
    """How sure one task makes us."""
    if not isinstance(task, dict) or not isinstance(task.get("data"), dict):
        return Confidence.NO
    said = [one for _, ones in lists_of(task) for one in ones]
    results = [
        result
        for one in said
        for result in (one.get("result") or [])
        if isinstance(result, dict)
    ]
    kinds = {str(result.get("type")) for result in results}
    if kinds & {*LABELS}:
        return Confidence.YES
    if text_key(task["data"]) is None or kinds - {*ANSWERS, "relation"}:
        return Confidence.NO
    is_task = any(key in task for key in ("annotations", "predictions", "completions"))
    return Confidence.YES if is_task else Confidence.MAYBE
