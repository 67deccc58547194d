"""The format of VIA 3: one project for all films."""

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
from annolab.formats.via3.reader import ProjectReader
from annolab.formats.via3.writer import ProjectWriter
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SIGNS = ('"project"', '"vid_list"', '"config"')


class Via3Format:
    """Projects of VIA 3 with films."""

    def detect(self, path: Path) -> Confidence:
        """By what a project begins with."""
        if path.suffix.lower() != ".json":
            return Confidence.NO
        head = head_of(path)
        found = all(sign in head for sign in _SIGNS)
        return Confidence.YES if found else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield what is on the films of a project, or of those in a folder."""
        found = False
        for reader in parsed_files(path, (".json",), ctx, ProjectReader):
            found = True
            yield from reader.read()
        if not found:
            message = "It holds no project of VIA 3."
            raise FormatError(message, path=path)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write one project."""
        return ProjectWriter(schema, records, report).write(sink.open(""))
