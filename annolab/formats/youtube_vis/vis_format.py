"""The format of YouTube-VIS: finds the files and gives them to reader and writer."""

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
from annolab.formats.coco.coco_format import head_of_files, read_files
from annolab.formats.youtube_vis.reader import VisReader
from annolab.formats.youtube_vis.writer import write_tracks
from annolab.model.annotation import Annotation
from annolab.model.schema import Schema


class YoutubeVisFormat:
    """Videos with `file_names`, annotations with `segmentations`."""

    def detect(self, path: Path) -> Confidence:
        """By the keys in the first 64 kB."""
        for head in head_of_files(path):
            if b'"file_names"' in head or b'"segmentations"' in head:
                return Confidence.YES
        return Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation]:
        """Yield the annotations of a file, or of the JSON files in a folder."""
        return read_files(path, ctx, VisReader)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one file, yielding how many annotations are done."""
        return write_tracks(schema, records, sink, options, report)
