"""Read doccano's rows, of whatever version.

Spans are `[start, end, label]` under `label`, `labels`, `annotations` or
`entities`, or objects with `start_offset` and `end_offset`; texts there are classes
(or answers). The files do not say in which unit they count: doccano counts UTF-16
units, or graphemes where the project says so.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annolab.formats.base import ImportContext, Severity
from annolab.formats.json_rows import source_text, text_of
from annolab.formats.text_marks import (
    SaidSpan,
    Say,
    UnitFinder,
    read_piece,
    relation_label,
    whole,
)
from annolab.formats.text_rows import FILE, Row, at_row, good, path_in, text_in
from annolab.formats.values import attributes
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Geometry, Span, Whole
from annolab.model.item import Item
from annolab.model.offsets import Offsets
from annolab.model.schema import Owner, ValueType

LISTS = ("label", "labels", "annotations", "entities")
RESERVED = frozenset(
    ("id", "text", "data", "relations", "cats", "Comments", "comments", "meta", FILE)
) | frozenset(LISTS)
PROGRAM = "doccano"
ANSWERS = "answers"  # the item attribute with answers of seq2seq
UNITS = ("utf16", "grapheme", "codepoint")


class RowReader:
    """Reads rows into a context."""

    def __init__(self, ctx: ImportContext) -> None:
        self._ctx = ctx
        unit = ctx.options.get("unit", "auto")
        self._units = UnitFinder(UNITS, unit if unit in UNITS else "")
        self._are_answers = ctx.options.get("labels", "classes") == ANSWERS
        self._spans: dict[object, Annotation] = {}

    def read(self, row: Row) -> Iterator[Annotation | Relation]:
        """What a row says."""
        say = at_row(self._ctx.report, row)
        text = text_in(row, say, "text", "data")
        if text is None:
            return
        given = row.value
        entries = [x for key in LISTS for x in _list(given.get(key), say)]
        item = self._item(row, text, entries, say)
        offsets = Offsets(text)
        self._spans = {}
        numbers = (numbers_in(entry) for entry in entries)
        unit = self._units.of(offsets, [x for x in numbers if x is not None])
        for entry in entries:
            mark = self._mark(entry, item, offsets, unit, say)
            if mark is not None:
                yield mark
        for name in _list(given.get("cats"), say):
            mark = self._class(name, item, say)
            if mark is not None:
                yield mark
        for arc in _list(given.get("relations"), say):
            relation = self._relation(arc, item, say)
            if relation is not None:
                yield relation

    def finish(self) -> None:
        """Note, once, that units were guessed."""
        self._units.report(self._ctx.report)

    def _item(self, row: Row, text: str, entries: list[Any], say: Say) -> Item:
        given: Mapping[str, Any] = row.value
        meta = {k: v for k, v in given.items() if k not in RESERVED}
        if "text" in given and "data" in given:
            meta["data"] = given["data"]
        nested = given.get("meta")
        inner = nested if isinstance(nested, dict) else {}
        held, rest = attributes(meta | inner)
        source = {k: given[k] for k in ("id", "Comments", "comments") if k in given}
        if inner:
            source["meta"] = sorted(inner)
        elif nested:
            rest = {**rest, "meta": nested}
        if rest:
            source["rest"] = rest
        if FILE not in given:
            source["unnamed"] = True
        key = next((k for k in LISTS if given.get(k)), "label")
        if key != "label":
            source["key"] = key
        if self._are_answers:
            answers = tuple(x for x in map(text_of, entries) if x is not None)
            if answers:
                held[ANSWERS] = answers
                self._ctx.attribute(Owner.ITEM, ANSWERS, ValueType.TEXT)
        path = path_in(row, given.get(FILE))
        return self._ctx.text_item(
            path, text, attributes=held, source=source_text(PROGRAM, source)
        )

    def _mark(
        self, entry: Any, item: Item, text: Offsets, unit: str, say: Say
    ) -> Annotation | None:
        if isinstance(entry, str):
            return None if self._are_answers else self._class(entry, item, say)
        numbers = numbers_in(entry)
        if numbers is None:
            say("A span that is none.", Severity.SKIPPED)
            return None
        piece = read_piece(text, unit, numbers[0], numbers[1], say)
        if piece is None:
            return None
        name = entry.get("label") if isinstance(entry, dict) else entry[2]
        source: dict[str, Any] = {}
        if isinstance(entry, dict):
            known = ("id", "label", "start_offset", "end_offset", "text")
            source = {k: v for k, v in entry.items() if k not in known}
            if whole(entry.get("id")) is not None:
                source["id"] = whole(entry["id"])
            said = entry.get("text")
            if isinstance(said, str) and said != text.text[slice(*piece)]:
                reason = "A span has another text than its document there."
                say(reason, Severity.NOTE)
        mark = self._made(item, Span((piece,)), _name(name), source)
        if isinstance(entry, dict) and good(mark, say):
            self._spans[_key(entry.get("id"))] = mark
        return mark

    def _class(self, name: Any, item: Item, say: Say) -> Annotation | None:
        if not isinstance(name, str | int):
            say("A class that is no text.", Severity.SKIPPED)
            return None
        return self._made(item, Whole(), _name(name), {})

    def _made(
        self, item: Item, geometry: Geometry, name: str | None, source: dict[str, Any]
    ) -> Annotation:
        label = self._ctx.label(name) if name else None
        return Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=geometry,
            label_id=label.id if label else None,
            source=source_text(PROGRAM, source),
        )

    def _relation(self, arc: Any, item: Item, say: Say) -> Relation | None:
        head = tail = None
        if isinstance(arc, dict):
            head = self._spans.get(_key(arc.get("from_id")))
            tail = self._spans.get(_key(arc.get("to_id")))
        if head is None or tail is None:
            say("A relation of spans that are not there.", Severity.SKIPPED)
            return None
        return Relation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            head_id=head.id,
            tail_id=tail.id,
            label_id=relation_label(self._ctx, _name(arc.get("type"))),
        )


def _list(value: object, say: Say) -> list[Any]:
    if value is None:
        return []
    if isinstance(value, str | int):
        return [str(value)]
    if not isinstance(value, list):
        say("Labels that are no list.", Severity.SKIPPED)
        return []
    return value


def _key(value: object) -> object:
    return value if isinstance(value, str | int) else None


def _name(value: object) -> str | None:
    """The name of a label; some versions give its number."""
    text = str(value) if isinstance(value, int) else text_of(value)
    return text if text and text.strip() else None


def numbers_in(entry: Any) -> SaidSpan | None:
    """Start, end and, where it is said, the text of a span."""
    said = None
    if isinstance(entry, dict):
        start, stop = entry.get("start_offset"), entry.get("end_offset")
        said = entry.get("text")
    elif isinstance(entry, list) and len(entry) == 3:
        start, stop = entry[0], entry[1]
    else:
        return None
    begin, end = whole(start), whole(stop)
    if begin is None or end is None:
        return None
    return begin, end, said if isinstance(said, str) else None
