"""The COCO format: finds the files and gives them to reader and writer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
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
from annolab.formats.coco.reader import FileReader
from annolab.formats.coco.writer import FileWriter
from annolab.model.annotation import Annotation
from annolab.model.schema import Schema

_HEAD = 1 << 16


class CocoFormat:
    """Instances, keypoints and captions of COCO, and what AnnoLab adds to them."""

    def detect(self, path: Path) -> Confidence:
        """By the keys in the first 64 kB."""
        best = Confidence.NO
        for file in _files(path):
            try:
                with file.open("rb") as opened:
                    head = opened.read(_HEAD)
            except OSError:
                continue
            if b'"images"' not in head and b'"annotations"' not in head:
                continue
            words = (b'"file_name"', b'"image_id"', b'"category_id"', b'"categories"')
            found = any(word in head for word in words)
            best = max(best, Confidence.YES if found else Confidence.MAYBE)
        return best

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation]:
        """Yield the annotations of a file, or of the JSON files in a folder."""
        files = _files(path)
        if not files:
            message = "There is no JSON file here."
            raise FormatError(message, path=path)
        if not path.is_dir():
            yield from FileReader(path, ctx).read()
            return
        broken: list[FormatError] = []
        for file in files:
            try:
                yield from FileReader(file, ctx).read()
            except FormatError as error:
                broken.append(error)
                ctx.report.add(Problem(error.message, Severity.SKIPPED, file.name))
        if len(broken) == len(files):
            raise broken[0]

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one file, yielding how many annotations are done."""
        compressed = options.get("rle", "compressed") == "compressed"
        return FileWriter(schema, records, report, compressed=compressed).write(sink)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.json")) or sorted(path.glob("annotations/*.json"))
    return [file for file in found if file.is_file()]
