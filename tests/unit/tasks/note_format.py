"""A format of one file per item, as simple as can be: "start stop text" lines."""

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
from annolab.formats.per_item import annotation_files, has_files, target_name
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.schema import Schema, TierKind

HEAD = b"note\n"
MANIFEST = """
id = "notes"
name = "Notes"
version = "1.0.0"
api = 1

[[format]]
id = "note"
title = "Note"
object = "note_format:NoteFormat"
extensions = [".Note", ".txt"]
media = ["audio"]
kinds = ["interval"]
holds = ["text", "tier"]
per_item = true
"""


def make_plugin(folder: Path) -> Path:
    """The plug-in in a plug-in folder."""
    (folder / "notes").mkdir(parents=True)
    (folder / "notes/plugin.toml").write_text(MANIFEST, "utf-8")
    (folder / "notes/note_format.py").write_bytes(Path(__file__).read_bytes())
    return folder


class NoteFormat:
    """Each line is an interval of the tier `notes`."""

    def detect(self, path: Path) -> Confidence:
        if path.is_dir():
            return Confidence.YES if has_files(path, (".note",)) else Confidence.NO
        return Confidence.YES if path.read_bytes().startswith(HEAD) else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation]:
        for file, name in annotation_files(path, (".note", ".txt"), ctx.report):
            data = file.read_bytes()
            if not data.startswith(HEAD):
                message = "It is no note."
                raise FormatError(message, path=file)
            item = ctx.companion(name)
            tier = ctx.tier("notes", TierKind.INTERVAL)
            ctx.set_tiers(item, [tier.id])
            for line in data.decode().splitlines()[1:]:
                start, stop, text = line.split(" ", 2)
                yield Annotation(
                    id=ctx.new_id(),
                    item_id=item.id,
                    annotator_id=ctx.annotator_id,
                    geometry=Interval(float(start), float(stop)),
                    tier_id=tier.id,
                    text=text,
                )

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        taken: set[str] = set()
        for item, marks in records.by_item():
            lines = [
                f"{m.geometry.start} {m.geometry.stop} {m.text}\n".encode()
                for m in marks
                if isinstance(m.geometry, Interval)
            ]
            sink.open(target_name(item, ".Note", taken)).write(HEAD + b"".join(lines))
            report.written += len(lines)
            yield report.written
