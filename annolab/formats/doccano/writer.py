"""Write doccano's rows: spans, spans with relations, classes or answers."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, BinaryIO

from annolab.formats.base import Options, Problem, Records, Report, Severity
from annolab.formats.doccano.reader import ANSWERS, LISTS, PROGRAM, RESERVED, UNITS
from annolab.formats.json_rows import kept, to_bytes
from annolab.formats.text_marks import (
    NO_LABEL,
    PIECES,
    Picker,
    TextMarks,
    listed,
    written_piece,
)
from annolab.formats.text_rows import FILE
from annolab.model.geometry import Span
from annolab.model.schema import Schema

COUNTED = {
    "utf16": "Offsets count UTF-16 units, as doccano does in most projects.",
    "grapheme": "Offsets count graphemes, as doccano does in projects that say so.",
    "codepoint": "Offsets count code points, which doccano does not: for other tools.",
}
_HELD = frozenset(("empty_items", "item_attributes", "relations"))


class RowWriter:
    """Writes one file; serves once."""

    def __init__(
        self, schema: Schema, records: Records, report: Report, options: Options
    ) -> None:
        self._records = records
        self._report = report
        self._picker = Picker(schema, report, _HELD)
        unit = options.get("unit", "auto")
        self._unit = unit if unit in UNITS else "utf16"
        self._are_answers = options.get("labels", "classes") == ANSWERS
        self._related = records.relation_count() > 0
        self._spanned = self._related or any(
            isinstance(mark.geometry, Span) for mark in records.annotations()
        )
        self._next = 1
        self._taken: set[int] = set()

    def write(self, file: BinaryIO) -> Iterator[int]:
        """Write the rows, yielding how many annotations are done."""
        for found in self._picker.picked(self._records):
            file.write(to_bytes(self._row(found)) + b"\n")
            yield self._report.written
        if self._spanned:  # the file itself has no place to say it
            self._report.add(Problem(COUNTED[self._unit], Severity.NOTE))

    def _row(self, found: TextMarks) -> dict[str, Any]:
        said = kept(found.item.source, PROGRAM)
        row: dict[str, Any] = {}
        if "id" in said:
            row["id"] = said["id"]
        row["text"] = found.text.text
        key = said.get("key")
        key = key if key in LISTS else "label"
        ids: dict[int, int] = {}
        if self._related:
            row["entities"] = list(self._entities(found, ids))
            row["relations"] = list(self._relations(found, ids))
        elif self._spanned:
            row[key] = [
                [entity["start_offset"], entity["end_offset"], entity["label"]]
                for entity in self._entities(found, ids)
            ]
        classes = list(self._classes(found))
        if classes and self._spanned:
            row["cats"] = classes
        elif not self._spanned:
            row[key] = self._answers(found, classes)
        comments = [key for key in ("Comments", "comments") if key in said]
        row |= {key: said[key] for key in comments}
        return row | self._meta(found, said)

    def _answers(self, found: TextMarks, classes: list[str]) -> list[Any]:
        if not self._are_answers:
            return classes
        answers = found.item.attributes.get(ANSWERS, ())
        if classes:
            say = self._picker.say(found.item)
            say("Classes cannot be kept beside answers.", Severity.LOSS)
        return [str(x) for x in (answers if isinstance(answers, tuple) else [answers])]

    def _meta(self, found: TextMarks, said: dict[str, Any]) -> dict[str, Any]:
        """Key-values of the item: beside the text, or under `meta` if they must."""
        row: dict[str, Any] = {}
        nested = said.get("meta")
        below = set(nested) if isinstance(nested, list) else set()
        rest = said.get("rest")
        inner: dict[str, Any] = {}
        for key, value in found.item.attributes.items():
            if key == ANSWERS and self._are_answers and not self._spanned:
                continue
            is_below = key in RESERVED or key in below
            (inner if is_below else row)[key] = listed(value)
        if isinstance(rest, dict):
            row = {k: v for k, v in rest.items() if k not in row} | row
        if inner:
            row["meta"] = inner
        if not said.get("unnamed"):
            row[FILE] = found.item.path
        return row

    def _entities(
        self, found: TextMarks, ids: dict[int, int]
    ) -> Iterator[dict[str, Any]]:
        for mark, span in found.spans:
            say = self._picker.say(found.item, mark)
            name = self._picker.name(mark)
            if name is None:
                say(NO_LABEL, Severity.NOTE)
            if len(span.pieces) > 1:
                say(PIECES, Severity.LOSS)
            self._report.written += 1
            source = kept(mark.source, PROGRAM)
            for start, stop in span.pieces:
                number = self._number(source)
                low, high = written_piece(found.text, self._unit, start, stop, say)
                ids.setdefault(mark.id, number)
                yield {
                    "id": number,
                    "label": name or "",
                    "start_offset": low,
                    "end_offset": high,
                }

    def _number(self, source: dict[str, Any]) -> int:
        number = source.get("id")
        if not isinstance(number, int) or number in self._taken:
            while self._next in self._taken:
                self._next += 1
            number = self._next
        self._taken.add(number)
        return number

    def _classes(self, found: TextMarks) -> Iterator[str]:
        for mark in found.wholes:
            say = self._picker.say(found.item, mark)
            name = self._picker.name(mark)
            if name is None:
                say("A label of a text that names none.", Severity.SKIPPED)
                continue
            self._report.written += 1
            yield name

    def _relations(
        self, found: TextMarks, ids: dict[int, int]
    ) -> Iterator[dict[str, Any]]:
        for number, arc in enumerate(found.relations, 1):
            if arc.head_id not in ids or arc.tail_id not in ids:
                reason = "Relations of labels of whole texts cannot be kept."
                self._picker.say(found.item, arc)(reason, Severity.SKIPPED)
                continue
            yield {
                "id": number,
                "from_id": ids[arc.head_id],
                "to_id": ids[arc.tail_id],
                "type": self._picker.name(arc) or "",
            }
