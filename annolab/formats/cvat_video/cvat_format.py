"""The format of CVAT for films: a document for each film."""

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
from annolab.formats.cvat_video.reader import FileReader
from annolab.formats.cvat_video.writer import FilmsWriter
from annolab.formats.lines import found_in, parsed_files
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".xml",)


class CvatVideoFormat:
    """CVAT for video XML 1.1."""

    def detect(self, path: Path) -> Confidence:
        """By the root, and what is only said of films."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the tracks, shapes and tags of every document."""
        found = False
        for reader in parsed_files(path, _SUFFIXES, ctx, FileReader):
            found = True
            yield from reader.read()
        if not found:
            message = "It holds no document of CVAT."
            raise FormatError(message, path=path)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a document for each film."""
        is_exact = options.get("decimals", "exact") == "exact"
        return FilmsWriter(schema, records, report, is_exact=is_exact).write(sink)


def _sign(lines: list[str]) -> Confidence:
    text = "\n".join(lines)
    if "<annotations" not in text:
        return Confidence.NO
    if "<image " in text:
        return Confidence.NO
    is_film = any(word in text for word in ("<track ", "<source>", "<start_frame>"))
    return Confidence.YES if is_film else Confidence.MAYBE
