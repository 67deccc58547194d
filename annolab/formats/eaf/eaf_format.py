"""The format of ELAN: a document for each sound."""

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
from annolab.formats.eaf.document import ROOT
from annolab.formats.eaf.exporting import DocumentMaker, has_id
from annolab.formats.eaf.importing import marks_of, parsed
from annolab.formats.eaf.writer import document_text
from annolab.formats.lines import found_in, parsed_files
from annolab.formats.per_item import target_name
from annolab.formats.spoken import Speech
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_SUFFIXES = (".eaf",)


class EafFormat:
    """ELAN's annotation documents."""

    def detect(self, path: Path) -> Confidence:
        """By the name of the first element."""
        return found_in(path, _SUFFIXES, _sign)

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the annotations of every document, and what is silent between them."""
        for document in parsed_files(path, _SUFFIXES, ctx, parsed):
            yield from marks_of(*document, ctx)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a document for each sound with tiers or regions."""
        speech = Speech(
            schema,
            report,
            "ELAN",
            lambda _: True,
            has_empty_tiers=True,
            writes_blank=has_id,
        )
        maker = DocumentMaker(schema, speech)
        taken: set[str] = set()
        for item, marks in records.by_item():
            said = speech.spoken(item, marks, records)
            tiers, kept, types = maker.document(item, said)
            if tiers:
                file = sink.open(target_name(item, ".eaf", taken))
                file.write(document_text(item, tiers, kept, types).encode("utf-8"))
                report.written += sum(len(tier.entries) for tier in tiers)
                yield report.written
        speech.say_people()


def _sign(lines: list[str]) -> Confidence:
    found = any(f"<{ROOT}" in line for line in lines)
    return Confidence.YES if found else Confidence.NO
