"""Write the table: once over all records for its columns, once for its rows."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from annolab.formats.base import Records, Report
from annolab.formats.cells import guarded, number_text, text_cell, value_cell
from annolab.formats.csv_table.columns import (
    ATTRIBUTE,
    CORE,
    ITEM,
    OPTIONAL,
    RELATION,
)
from annolab.formats.csv_table.place_cells import Row, place_row
from annolab.formats.csv_table.span_cells import COVERED, UNIT, cells_of
from annolab.formats.csv_table.tier_cells import TierCells
from annolab.formats.csv_table.track_cells import KEY, TrackCells
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    AnnotatorKind,
    Relation,
)
from annolab.model.geometry import Span, Track, kind_of
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label, Schema

_FLUSH = 1 << 18


class TableWriter:
    """Writes one table; serves once."""

    def __init__(
        self, schema: Schema, records: Records, report: Report, *, is_dense: bool
    ) -> None:
        self._records = records
        self._report = report
        self._labels: Mapping[int, Label] = {x.id: x for x in schema.labels}
        self._tiers = TierCells(schema.tiers, report)
        self._tracks = TrackCells(records, report, is_dense)
        self._related = records.relation_count() > 0
        self._groups: dict[int, int] = {}
        self._last_row = 0

    def write(self, file: BinaryIO, *, delimiter: str, bom: bool) -> Iterator[int]:
        """Write the rows, yielding how many annotations are done."""
        columns = self._columns()
        if bom:
            file.write(b"\xef\xbb\xbf")
        buffer = io.StringIO(newline="")
        table = csv.DictWriter(buffer, columns, "", delimiter=delimiter)
        table.writer.writerow([guarded(column) for column in columns])
        for item, marks in self._records.by_item():
            for row in self._rows(item, marks):
                table.writerow({key: guarded(cell) for key, cell in row.items()})
                if buffer.tell() > _FLUSH:
                    file.write(buffer.getvalue().encode())
                    buffer.seek(0)
                    buffer.truncate()
                    yield self._report.written
        file.write(buffer.getvalue().encode())
        yield self._report.written

    def _columns(self) -> list[str]:
        """The columns that are needed. Goes over all records."""
        keys: dict[str, None] = {}
        for item, marks in self._records.by_item():
            keys |= dict.fromkeys(self._item_row(item))
            keys |= dict.fromkeys(self._tiers.of_item(item, marks))
            for annotation in marks:
                keys |= dict.fromkeys(self._used(item, annotation))
                if item.media is Media.TEXT and isinstance(annotation.geometry, Span):
                    keys |= dict.fromkeys((COVERED, UNIT))
            for relation in self._relations(item):
                keys |= dict.fromkeys(self._relation_row(relation, {}))
        free = sorted(key for key in keys if key.startswith((ATTRIBUTE, ITEM, KEY)))
        return [*CORE, *(name for name in OPTIONAL if name in keys), *free]

    def _used(self, item: Item, annotation: Annotation) -> list[str]:
        row = self._annotation_row(item, annotation)
        if is_in_rows(annotation) and isinstance(annotation.geometry, Track):
            return [*row, *self._tracks.columns(item, annotation.geometry)]
        return [*row, *place_row(annotation.geometry, with_text=False)]

    def _rows(self, item: Item, marks: list[Annotation]) -> Iterator[Row]:
        common = self._item_row(item)
        numbers: dict[int, str] = {}
        relations = self._relations(item)
        first = common | self._tiers.of_item(item, marks)
        has_spans = any(isinstance(mark.geometry, Span) for mark in marks)
        is_text = item.media is Media.TEXT and has_spans
        text = self._records.text(item) if is_text else None
        for annotation in marks:
            if not self._tracks.is_written(item, annotation):
                continue
            row, first = first, common
            row = row | self._annotation_row(item, annotation)
            if is_text and isinstance(annotation.geometry, Span):
                row |= cells_of(annotation.geometry, text)
            if self._related:
                self._last_row += 1
                row["id"] = numbers[annotation.id] = str(self._last_row)
            self._report.written += 1
            yield from self._placed(item, annotation, row)
        for relation in relations:
            yield common | self._relation_row(relation, numbers)
        if first is not common and not relations:
            yield first  # nothing has said it

    def _placed(self, item: Item, annotation: Annotation, row: Row) -> Iterator[Row]:
        """The row of a mark, or those of a track, which all say what holds for it."""
        track = annotation.geometry
        if is_in_rows(annotation) and isinstance(track, Track):
            for cells in self._tracks.rows(item, annotation, track):
                yield row | cells
                row = {k: v for k, v in row.items() if k != "item_tiers"}
        else:
            yield row | place_row(track)

    def _relations(self, item: Item) -> list[Relation]:
        return self._records.relations(item.id) if self._related else []

    def _item_row(self, item: Item) -> Row:
        row = {"file": item.path}
        if item.media is not Media.IMAGE:
            row["media"] = item.media.value
        numbers = {
            "width": item.width,
            "height": item.height,
            "length": item.length,
            "rate": item.rate,
        }
        row |= {key: number_text(n) for key, n in numbers.items() if n is not None}
        if item.split is not None:
            row["split"] = text_cell(item.split)
        if item.status is not Status.NEW:
            row["item_status"] = item.status.name.lower()
        row |= {ITEM + key: value_cell(v) for key, v in item.attributes.items()}
        return row

    def _annotation_row(self, item: Item, mark: Annotation) -> Row:
        row = {"kind": kind_of(mark.geometry).name.lower()}
        self._add_common(row, mark)
        if mark.frame is not None:
            row |= self._tracks.of_frame(item, mark.frame)
        row |= self._tiers.of_mark(mark)
        if mark.group_id is not None:
            number = self._groups.setdefault(mark.group_id, len(self._groups) + 1)
            row["group"] = str(number)
        if mark.text is not None:
            row["text"] = text_cell(mark.text)
        if mark.score is not None:
            row["score"] = number_text(mark.score)
        if mark.status is not AnnotationStatus.PLAIN:
            row["status"] = mark.status.name.lower()
        if mark.z:
            row["z"] = str(mark.z)
        if mark.locked:
            row["locked"] = "true"
        return row

    def _relation_row(self, relation: Relation, numbers: Mapping[int, str]) -> Row:
        row = {"kind": RELATION, "id": ""}
        self._add_common(row, relation)
        row["head"] = numbers.get(relation.head_id, "")
        row["tail"] = numbers.get(relation.tail_id, "")
        return row

    def _add_common(self, row: Row, found: Annotation | Relation) -> None:
        label = self._labels.get(found.label_id or 0)
        if label is not None:
            row["label"] = label.name
        annotator = self._records.annotator(found.annotator_id)
        if annotator is not None:
            row["annotator"] = text_cell(annotator.name)
            if annotator.kind is not AnnotatorKind.HUMAN:
                row["annotator_kind"] = annotator.kind.value
        for key, value in found.attributes.items():
            row[ATTRIBUTE + key] = value_cell(value)


def is_in_rows(mark: Annotation) -> bool:
    """Whether a track can have rows, which say a frame of their own."""
    return isinstance(mark.geometry, Track) and mark.frame is None
