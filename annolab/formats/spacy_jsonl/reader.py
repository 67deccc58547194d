"""Read rows of spaCy and Prodigy: `{"text", "spans" | "ents" | "entities", "cats"}`.

Offsets are code points. What Prodigy's user rejected or ignored is no gold data:
its marks come as rejected ones or as suggestions.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.json_rows import source_text, text_of
from annolab.formats.span_parts import PART, Piece, gathered
from annolab.formats.text_marks import Say, read_piece, relation_label, whole
from annolab.formats.text_rows import FILE, Row, at_row, good, path_in, text_in
from annolab.formats.values import attributes
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import Geometry, Span, Whole
from annolab.model.item import Item, Status
from annolab.model.offsets import Offsets

PROGRAM = "spacy"
KB_ID = "kb_id"
GROUP = "span_group"  # the attribute for the name of a group of spans
_ROW = frozenset(
    ("text", "spans", "ents", "entities", "cats", "relations", "meta", "answer", FILE)
)
_SPAN = frozenset(
    ("start", "end", "label", "token_start", "token_end", "answer", "text", KB_ID)
) | frozenset(("score", "attributes", "group", "status", "id", PART, "ref"))
_ANSWERS = {
    "reject": AnnotationStatus.REJECTED,
    "ignore": AnnotationStatus.SUGGESTED,
}
_STATUS = {status.name.lower(): status for status in AnnotationStatus}
_NOT_GOLD = "A text that was rejected or ignored; its marks are not taken as valid."


def as_object(value: Any) -> Any:
    """A row as an object: spaCy 2 has `[text, {...}]`."""
    if isinstance(value, list) and len(value) == 2 and isinstance(value[1], dict):
        return {**value[1], "text": value[0]}
    return value


class RowReader:
    """Reads rows into a context."""

    def __init__(self, ctx: ImportContext) -> None:
        self._ctx = ctx
        self._status = AnnotationStatus.PLAIN
        self._spans: dict[object, Annotation] = {}
        self._groups: dict[object, int] = {}

    def read(self, row: Row) -> Iterator[Annotation | Relation]:
        """What a row says."""
        row = Row(as_object(row.value), row.where, row.path)
        say = at_row(self._ctx.report, row)
        text = text_in(row, say, "text")
        if text is None:
            return
        given = row.value
        self._status = _ANSWERS.get(str(given.get("answer")), AnnotationStatus.PLAIN)
        if self._status is not AnnotationStatus.PLAIN:
            say(_NOT_GOLD, Severity.NOTE)
        item = self._item(row, text)
        offsets = Offsets(text)
        self._spans, self._groups = {}, {}
        pieces = self._pieces(given, offsets, say)
        for span, said in gathered(pieces):
            mark = self._mark(item, span, said[0])
            if good(mark, say):
                for each in said:
                    self._remember(each, mark)
                yield mark
        yield from self._classes(given, item, say)
        for arc in _list(given.get("relations"), say):
            yield from self._relation(arc, item, offsets, say)

    def _item(self, row: Row, text: str) -> Item:
        given: Mapping[str, Any] = row.value
        meta = given.get("meta")
        held, rest = attributes(meta if isinstance(meta, dict) else {})
        source = {k: v for k, v in given.items() if k not in _ROW}
        if rest or (meta is not None and not isinstance(meta, dict)):
            source["meta"] = rest or meta
        if "answer" in given:
            source["answer"] = given["answer"]
        cats = given.get("cats")
        if isinstance(cats, dict) and any(not value for value in cats.values()):
            source["cats"] = {k: v for k, v in cats.items() if not v}
        if FILE not in given:
            source[FILE] = None
        ignored = given.get("answer") == "ignore"
        return self._ctx.text_item(
            path_in(row, given.get(FILE)),
            text,
            status=Status.SKIPPED if ignored else Status.NEW,
            attributes=held,
            source=source_text(PROGRAM, source),
        )

    def _pieces(
        self, given: Mapping[str, Any], text: Offsets, say: Say
    ) -> Iterator[tuple[Piece, Mapping[str, Any]]]:
        for said in _spans_in(given, say):
            start, stop = said.get("start"), said.get("end")
            if start is None and stop is None:
                start, stop = _of_tokens(said, given.get("tokens"))
            piece = read_piece(text, "codepoint", start, stop, say)
            if piece is not None:
                quote = said.get("text")
                if isinstance(quote, str) and quote != text.text[slice(*piece)]:
                    reason = "A span has another text than its document there."
                    say(reason, Severity.NOTE)
                yield piece, said

    def _mark(self, item: Item, span: Span, said: Mapping[str, Any]) -> Annotation:
        inner = said.get("attributes")
        given = dict(inner) if isinstance(inner, dict) else {}
        if KB_ID in said:
            given[KB_ID] = said[KB_ID]
        held, rest = attributes(given)
        source = {k: v for k, v in said.items() if k not in _SPAN}
        source |= {"attributes": rest} if rest else {}
        status = _STATUS.get(str(said.get("status")), self._status)
        answer = str(said.get("answer"))
        return self._made(
            item,
            span,
            text_of(said.get("label")),
            attributes=held,
            status=_ANSWERS.get(answer, status),
            score=_score(said.get("score")),
            group_id=self._group(said.get("group")),
            source=source_text(PROGRAM, source),
        )

    def _made(
        self, item: Item, geometry: Geometry, name: str | None, **fields: Any
    ) -> Annotation:
        label = self._ctx.label(name) if name and name.strip() else None
        return Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=geometry,
            label_id=label.id if label else None,
            **fields,
        )

    def _group(self, said: object) -> int | None:
        if not isinstance(said, int | str):
            return None
        if said not in self._groups:
            self._groups[said] = self._ctx.new_id()
        return self._groups[said]

    def _remember(self, said: Mapping[str, Any], mark: Annotation) -> None:
        if isinstance(said.get("ref"), int):
            self._spans.setdefault(said["ref"], mark)
        self._spans.setdefault(_place(said), mark)

    def _classes(
        self, given: Mapping[str, Any], item: Item, say: Say
    ) -> Iterator[Annotation]:
        cats = given.get("cats")
        if isinstance(cats, list):
            cats = {name: 1.0 for name in cats if isinstance(name, str)}
        if isinstance(cats, dict):
            for name, value in cats.items():
                score = _score(value)
                if score is None and not isinstance(value, bool):
                    say("A class without a number.", Severity.SKIPPED)
                elif value:
                    certain = value is True or score == 1
                    yield self._whole(item, name, None if certain else score)
        names = given.get("accept")
        options = names if isinstance(names, list) else []
        if not _has_spans(given) and isinstance(given.get("label"), str):
            options = [*options, given["label"]]
        for name in options:
            if isinstance(name, str):
                yield self._whole(item, name, None)

    def _whole(self, item: Item, name: str, score: float | None) -> Annotation:
        said = text_of(name)
        return self._made(item, Whole(), said, score=score, status=self._status)

    def _relation(
        self, arc: Any, item: Item, text: Offsets, say: Say
    ) -> Iterator[Annotation | Relation]:
        ends: list[Annotation] = []
        for key in ("head_span", "child_span") if isinstance(arc, dict) else ():
            said = arc.get(key)
            mark = self._end(said) if isinstance(said, dict) else None
            if mark is None and isinstance(said, dict):
                start, stop = said.get("start"), said.get("end")
                piece = read_piece(text, "codepoint", start, stop, say)
                if piece is not None:  # an arc between words that are no entities
                    mark = self._mark(item, Span((piece,)), said)
                    self._remember(said, mark)
                    yield mark
            ends += [mark] if mark is not None else []
        if len(ends) < 2:
            say("A relation of spans that are not there.", Severity.SKIPPED)
            return
        inner = arc.get("attributes")
        held, rest = attributes(inner if isinstance(inner, dict) else {})
        if rest:
            reason = "Key-values of a relation that cannot be kept."
            self._ctx.report.add(Problem(reason, Severity.LOSS, item=item.path))
        yield Relation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            head_id=ends[0].id,
            tail_id=ends[1].id,
            label_id=relation_label(self._ctx, text_of(arc.get("label"))),
            attributes=held,
        )

    def _end(self, said: Mapping[str, Any]) -> Annotation | None:
        ref = said.get("ref")
        if isinstance(ref, int) and ref in self._spans:
            return self._spans[ref]
        return self._spans.get(_place(said))


def _place(said: Mapping[str, Any]) -> tuple[object, ...]:
    label = said.get("label")
    name = label if isinstance(label, str) else None
    return whole(said.get("start")), whole(said.get("end")), name


def _spans_in(given: Mapping[str, Any], say: Say) -> Iterator[Mapping[str, Any]]:
    """The spans of a row as objects, under whatever key they are."""
    for key in ("spans", "ents", "entities"):
        spans = given.get(key)
        groups = spans if isinstance(spans, dict) else {"": spans}
        for group, members in groups.items():
            for member in _list(members, say):
                said = _as_span(member, group)
                if said is None:
                    say("A span that is none.", Severity.SKIPPED)
                else:
                    yield said


def _as_span(said: Any, group: str) -> Mapping[str, Any] | None:
    """A span as an object, with the name of its group as a key-value."""
    if isinstance(said, list) and len(said) in (3, 4):
        said = dict(zip(("start", "end", "label", KB_ID), said, strict=False))
    if not isinstance(said, dict):
        return None
    if not group:
        return said
    inner = said.get("attributes")
    known = inner if isinstance(inner, dict) else {}
    return {**said, "attributes": {**known, GROUP: group}}


def _has_spans(given: Mapping[str, Any]) -> bool:
    return any(key in given for key in ("spans", "ents", "entities"))


def _of_tokens(said: Mapping[str, Any], tokens: object) -> tuple[object, object]:
    """Where a span of tokens begins and ends; `token_end` is its last token."""
    first, last = whole(said.get("token_start")), whole(said.get("token_end"))
    if not isinstance(tokens, list) or first is None or last is None:
        return None, None
    if not 0 <= first <= last < len(tokens):
        return None, None
    ends = tokens[first], tokens[last]
    if not all(isinstance(end, dict) for end in ends):
        return None, None
    return ends[0].get("start"), ends[1].get("end")


def _list(value: object, say: Say) -> list[Any]:
    if value is None:
        return []
    if not isinstance(value, list):
        say("Spans that are no list.", Severity.SKIPPED)
        return []
    return value


def _score(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None
