"""The format of VoTT: one export for all films, or a file for each frame."""

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
from annolab.formats.json_object import head_of
from annolab.formats.lines import parsed_files
from annolab.formats.vott.reader import ExportReader, FilmTracks
from annolab.formats.vott.writer import write_export
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SIGNS = (('"assets"', '"videoSettings"'), ('"asset"', '"regions"'))


class VottFormat:
    """VoTT JSON with frames of films."""

    def detect(self, path: Path) -> Confidence:
        """By what an export, or the file of a frame, has in it."""
        if path.suffix.lower() != ".json":
            return Confidence.NO
        head = head_of(path)
        found = any(all(sign in head for sign in signs) for signs in _SIGNS)
        return Confidence.YES if found else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the regions on frames of films, of a file or of those in a folder."""
        tracks = FilmTracks(ctx)
        found = False
        for reader in parsed_files(path, (".json",), ctx, ExportReader):
            found = True
            yield from reader.read(tracks)
        if not found:
            message = "It holds no export of VoTT."
            raise FormatError(message, path=path)
        yield from tracks.marks()

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one export."""
        return write_export(schema, records, sink.open(""), report)
