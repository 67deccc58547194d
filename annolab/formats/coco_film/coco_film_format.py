"""COCO of films: pictures of videos, with tracks."""

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
from annolab.formats.coco_film.reader import FilmReader
from annolab.formats.coco_film.records import write_films
from annolab.model.annotation import Annotation
from annolab.model.schema import Schema


class CocoFilmFormat:
    """Images with `video_id`, annotations with `track_id` or `instance_id`."""

    def detect(self, path: Path) -> Confidence:
        """By the keys in the first 64 kB."""
        for head in head_of_files(path):
            if b'"file_names"' in head or b'"segmentations"' in head:
                continue
            if b'"video_id"' in head and (
                b'"image_id"' in head or b'"file_name"' in head
            ):
                return Confidence.YES
        return Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation]:
        """Yield the annotations of a file, or of the JSON files in a folder."""
        return read_files(path, ctx, FilmReader)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one file, yielding how many annotations are done."""
        return write_films(schema, records, sink, options, report)
