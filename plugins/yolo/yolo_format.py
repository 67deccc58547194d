"""The YOLO format: finds the folder and gives it to reader and writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import islice
from pathlib import Path

from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Records,
    Report,
    Sink,
)
from annolab.model.annotation import Annotation
from annolab.model.schema import Schema

from .reader import NAMES, FolderReader, find_yaml, is_file, looks_like_labels
from .writer import FolderWriter

_LOOKED_AT = 20


class YoloFormat:
    """A folder with data.yaml and a file of rows for each image."""

    def detect(self, path: Path) -> Confidence:
        """By data.yaml or a list of classes, and the first row of some labels."""
        if path.suffix.lower() in (".yaml", ".yml"):
            folder = path.parent
            return Confidence.YES if find_yaml(folder) else Confidence.NO
        if not path.is_dir():
            return Confidence.NO
        if find_yaml(path) is not None:
            return Confidence.YES
        found = filter(is_file, islice(path.rglob("*.txt"), _LOOKED_AT))
        labels = [p for p in found if p.stat().st_size]
        rows = any(looks_like_labels(p) for p in labels if p.name not in NAMES)
        if any((path / name).is_file() for name in NAMES):
            return Confidence.YES if rows else Confidence.MAYBE
        return Confidence.MAYBE if rows else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation]:
        """Yield the annotations of a folder, or of the one a data.yaml is in."""
        return FolderReader(path, ctx).read()

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a folder, yielding how many annotations are done."""
        task = options.get("task", "detect")
        return FolderWriter(schema, records, report, task=task).write(sink)
