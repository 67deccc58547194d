"""The TextGrid format: a file for each sound, or a Collection of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

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
from annolab.formats.per_item import has_files, target_name
from annolab.formats.textgrid.binary import MAGIC
from annolab.formats.textgrid.decode import text_of
from annolab.formats.textgrid.exporting import GridMaker
from annolab.formats.textgrid.frame_ranges import RangesOut, is_range
from annolab.formats.textgrid.importing import SUFFIXES, read_files
from annolab.formats.textgrid.text_reader import CHRONOLOGICAL
from annolab.formats.textgrid.writer import write_grid
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import Instant, Interval
from annolab.model.item import Item, Status
from annolab.model.schema import Schema

_HEAD = 400


class TextGridFormat:
    """Praat's annotation files."""

    def detect(self, path: Path) -> Confidence:
        """By the first line, of a folder by the names of its files."""
        if path.is_dir():
            return Confidence.YES if has_files(path, SUFFIXES) else Confidence.NO
        try:
            with path.open("rb") as file:
                data = file.read(_HEAD)
        except OSError:
            return Confidence.NO
        if data.startswith(MAGIC):
            found = b"TextGrid" in data[:22] or b"Collection" in data[:24]
            return Confidence.YES if found else Confidence.NO
        head = text_of(data)
        own = "ooTextFile" in head.partition("\n")[0] and (
            '"TextGrid"' in head or '"Collection"' in head
        )
        found = own or head.startswith(CHRONOLOGICAL)
        return Confidence.YES if found else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield the intervals and points of a file or of those in a folder."""
        return read_files(path, ctx)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a file for each item, yielding how many annotations are done."""
        values = options.get("keyvalues", "none") == "tiers"
        maker = GridMaker(schema, report, with_values=values)
        frames = RangesOut.of(schema, records, report)
        layout = options.get("layout", "long")
        taken: set[str] = set()
        for item, marks in records.by_item():
            _say_item_losses(item, marks, records, report)
            ranges: list[Annotation] = []
            kept: list[Annotation] = []
            for mark in marks:
                if is_range(item, mark):
                    found = frames.intervals(item, mark)
                    ranges += found
                    report.written += bool(found)
                    if found:
                        _say_losses(found[0], item, report, values=values)
                elif _is_kept(mark, item, report):
                    kept.append(mark)
                    _say_losses(mark, item, report, values=values)
            if not (kept or ranges or item.tiers):
                continue
            frames.say_taken(item)
            length = frames.length(item)
            grid = maker.grid(item, kept, ranges=ranges, length=length)
            sink.open(target_name(item, ".TextGrid", taken)).write(
                write_grid(grid, layout)
            )
            report.written += len(kept)
            yield report.written


def _is_kept(mark: Annotation, item: Item, report: Report) -> bool:
    if isinstance(mark.geometry, Interval | Instant):
        return True
    reason = "TextGrid holds intervals and points only."
    report.add(Problem(reason, item=item.path, annotation_id=mark.id))
    return False


def _say_losses(mark: Annotation, item: Item, report: Report, *, values: bool) -> None:
    lost = {
        "key-values": bool(mark.attributes) and not values,
        "frames": mark.frame is not None,
        "groups": mark.group_id is not None,
        "locks": mark.locked,
        "scores": mark.score is not None,
        "the state of annotations": mark.status is not AnnotationStatus.PLAIN,
        "the order of drawing": mark.z != 0,
        "a label beside a text": mark.label_id is not None and bool(mark.text),
    }
    for what, there in lost.items():
        if there:
            reason = f"TextGrid has no place for {what}."
            report.add(Problem(reason, Severity.LOSS, "", item.path, mark.id))


def _say_item_losses(
    item: Item, marks: list[Annotation], records: Records, report: Report
) -> None:
    lost = {
        "key-values of items": bool(item.attributes),
        "the state of items": item.status is not Status.NEW,
        "who made which mark": len({mark.annotator_id for mark in marks}) > 1,
        "splits": item.split is not None,
        "relations": bool(records.relations(item.id)),
    }
    for what, there in lost.items():
        if there:
            reason = f"TextGrid has no place for {what}."
            report.add(Problem(reason, Severity.LOSS, item=item.path))
