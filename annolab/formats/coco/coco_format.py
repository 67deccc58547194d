"""The COCO format: finds the files and gives them to reader and writer."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
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
        for head in head_of_files(path):
            if b'"images"' not in head and b'"annotations"' not in head:
                continue
            if b'"file_names"' in head or b'"segmentations"' in head:
                continue  # YouTube-VIS
            words = (b'"file_name"', b'"image_id"', b'"category_id"', b'"categories"')
            found = any(word in head for word in words)
            sure = found and b'"video_id"' not in head
            best = max(best, Confidence.YES if sure else Confidence.MAYBE)
        return best

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation]:
        """Yield the annotations of a file, or of the JSON files in a folder."""
        return read_files(path, ctx, FileReader)

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


def head_of_files(path: Path) -> Iterator[bytes]:
    """The first 64 kB of a file, or of each JSON file in a folder."""
    for file in _files(path):
        try:
            with file.open("rb") as opened:
                yield opened.read(_HEAD)
        except OSError:
            continue


def read_files(
    path: Path,
    ctx: ImportContext,
    reader: Callable[[Path, ImportContext], FileReader],
) -> Iterator[Annotation]:
    """What a reader yields of a file, or of the JSON files in a folder.

    FormatError is raised when none of them can be read.
    """
    files = _files(path)
    if not files:
        message = "There is no JSON file here."
        raise FormatError(message, path=path)
    if not path.is_dir():
        yield from reader(path, ctx).read()
        return
    broken: list[FormatError] = []
    for file in files:
        try:
            yield from reader(file, ctx).read()
        except FormatError as error:
            broken.append(error)
            ctx.report.add(Problem(error.message, Severity.SKIPPED, file.name))
    if len(broken) == len(files):
        raise broken[0]


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path]
    found = sorted(path.glob("*.json")) or sorted(path.glob("annotations/*.json"))
    return [file for file in found if file.is_file()]
