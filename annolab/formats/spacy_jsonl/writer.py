"""Write rows that spaCy's and Prodigy's users know."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any, BinaryIO

from annolab.formats.base import Options, Records, Report, Severity
from annolab.formats.json_rows import kept, to_bytes
from annolab.formats.spacy_jsonl.reader import KB_ID, PROGRAM
from annolab.formats.span_parts import PART, numbered
from annolab.formats.text_marks import (
    PIECES,
    Picker,
    TextMarks,
    attributes_but,
    report_mark,
    whole,
)
from annolab.formats.text_rows import FILE
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.schema import Schema

_ITEM = frozenset(("empty_items", "item_attributes"))
_SPANS = _ITEM | {"attributes", "group", "relations", "score", "status"}
_OVERLAP = "Spans that overlap: spaCy's doc.ents takes none that do."


class RowWriter:
    """Writes one file; serves once."""

    def __init__(
        self, schema: Schema, records: Records, report: Report, options: Options
    ) -> None:
        self._records = records
        self._report = report
        self._are_triples = options.get("layout", "spans") == "entities"
        held = _ITEM | {"score"} if self._are_triples else _SPANS
        self._picker = Picker(schema, report, held)
        self._groups: dict[int, int] = {}

    def write(self, file: BinaryIO) -> Iterator[int]:
        """Write the rows, yielding how many annotations are done."""
        for found in self._picker.picked(self._records):
            file.write(to_bytes(self._row(found)) + b"\n")
            yield self._report.written

    def _row(self, found: TextMarks) -> dict[str, Any]:
        said = kept(found.item.source, PROGRAM)
        row: dict[str, Any] = {"text": found.text.text}
        if self._are_triples:
            row["entities"] = list(self._triples(found))
        else:
            refs = {mark.id: n for n, (mark, _) in enumerate(found.spans, 1)}
            row["spans"] = list(self._spans(found, refs, said.get("tokens")))
            if found.relations:
                row["relations"] = list(self._relations(found, refs))
        cats = said.get("cats")
        row["cats"] = dict(cats) if isinstance(cats, dict) else {}
        self._classes(found, row["cats"])
        meta = attributes_but(found.item.attributes)
        rest = said.get("meta")
        if meta or rest:
            row["meta"] = {**(rest if isinstance(rest, dict) else {}), **meta}
        if FILE not in said:
            row[FILE] = found.item.path
        # The classes of Prodigy's choices are in `cats` now.
        gone = ("meta", FILE, "cats", "accept", "label")
        row |= {k: v for k, v in said.items() if k not in row and k not in gone}
        return row

    def _triples(self, found: TextMarks) -> Iterator[list[Any]]:
        for mark, span in found.spans:
            say = self._picker.say(found.item, mark)
            if len(span.pieces) > 1:
                say(PIECES, Severity.LOSS)
            if mark.score is not None:
                say("A score cannot be kept.", Severity.LOSS)
            self._report.written += 1
            for start, stop in span.pieces:
                yield [start, stop, self._picker.name(mark) or ""]
        ends = [(s.pieces[0][0], s.pieces[-1][1]) for _, s in found.spans]
        if any(start < stop for (_, stop), (start, _) in pairwise(ends)):
            self._picker.say(found.item)(_OVERLAP, Severity.NOTE)

    def _spans(
        self, found: TextMarks, refs: Mapping[int, int], tokens: Any
    ) -> Iterator[dict[str, Any]]:
        ends = {arc.head_id for arc in found.relations}
        ends |= {arc.tail_id for arc in found.relations}
        marks = [mark for mark, _ in found.spans]
        spans = numbered(span for _, span in found.spans)
        for mark, (span, number) in zip(marks, spans, strict=True):
            self._report.written += 1
            for start, stop in span.pieces:
                piece = self._span(mark, start, stop)
                if number is not None:
                    piece[PART] = number
                if mark.id in ends:
                    piece["ref"] = refs[mark.id]
                yield piece | _tokens(start, stop, tokens)

    def _span(self, mark: Annotation, start: int, stop: int) -> dict[str, Any]:
        said = kept(mark.source, PROGRAM)
        inner = said.pop("attributes", None)
        values = attributes_but(mark.attributes)
        piece: dict[str, Any] = {
            "start": start,
            "end": stop,
            "label": self._picker.name(mark) or "",
        }
        if isinstance(values.get(KB_ID), str):
            piece[KB_ID] = values.pop(KB_ID)
        if values or inner:
            known = inner if isinstance(inner, dict) else {}
            piece["attributes"] = known | values
        if mark.score is not None:
            piece["score"] = mark.score
        if mark.status is not AnnotationStatus.PLAIN:
            piece["status"] = mark.status.name.lower()
        if mark.group_id is not None:
            # A number of its own: JavaScript cannot hold 63 bits.
            groups = self._groups
            piece["group"] = groups.setdefault(mark.group_id, len(groups) + 1)
        return piece | {k: v for k, v in said.items() if k not in piece}

    def _classes(self, found: TextMarks, cats: dict[str, Any]) -> None:
        for mark in found.wholes:
            say = self._picker.say(found.item, mark)
            name = self._picker.name(mark)
            if name is None or cats.get(name):
                reason = "A label of a text that names none, or one it has already."
                say(reason, Severity.SKIPPED)
                continue
            report_mark(mark, say, ("score",))
            is_between = mark.score is not None and 0 < mark.score < 1
            if mark.score is not None and not is_between:
                say("A score of a class of 0 or 1 cannot be kept.", Severity.LOSS)
            cats[name] = mark.score if is_between else 1.0
            self._report.written += 1

    def _relations(
        self, found: TextMarks, refs: Mapping[int, int]
    ) -> Iterator[dict[str, Any]]:
        spans = {mark.id: (mark, span) for mark, span in found.spans}
        for arc in found.relations:
            if arc.head_id not in spans or arc.tail_id not in spans:
                reason = "Relations of labels of whole texts cannot be kept."
                self._picker.say(found.item, arc)(reason, Severity.SKIPPED)
                continue
            said: dict[str, Any] = {"label": self._picker.name(arc) or ""}
            for key, id_ in (("head_span", arc.head_id), ("child_span", arc.tail_id)):
                mark, span = spans[id_]
                start, stop = span.pieces[0]
                name = self._picker.name(mark) or ""
                end = {"start": start, "end": stop, "label": name}
                said[key] = end | {"ref": refs[id_]}
            if arc.attributes:
                said["attributes"] = attributes_but(arc.attributes)
            yield said


def _tokens(start: int, stop: int, tokens: Any) -> dict[str, int]:
    """The first and the last token of a piece, where the row came with tokens."""
    if not isinstance(tokens, list):
        return {}
    inside: list[int] = []
    for number, token in enumerate(tokens):
        if not isinstance(token, dict):
            return {}
        begin, end = whole(token.get("start")), whole(token.get("end"))
        if begin is None or end is None:
            return {}
        if begin < stop and end > start:
            inside.append(number)
    return {"token_start": inside[0], "token_end": inside[-1]} if inside else {}
