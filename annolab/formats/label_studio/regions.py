"""The marks of one annotation of a task."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

from annolab.formats.base import ImportContext, Severity
from annolab.formats.json_rows import source_text, text_of
from annolab.formats.label_studio.results import (
    ANSWERS,
    LABELS,
    OURS,
    PROGRAM,
    answer_of,
    id_of,
    labels_in,
    offsets_in,
)
from annolab.formats.span_parts import PART, Piece, gathered
from annolab.formats.text_marks import (
    SaidSpan,
    Say,
    UnitFinder,
    read_piece,
    relation_label,
)
from annolab.formats.text_rows import good
from annolab.formats.values import attributes
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import AttributeValue, Geometry, Whole
from annolab.model.item import Item
from annolab.model.offsets import Offsets
from annolab.model.values import MAX_INT

_STATUS = {status.name.lower(): status for status in AnnotationStatus}
_REGION = frozenset(("id", "type", "value", "score", "locked", "meta", OURS))
_PATHS = "A region with paths of HTML, which are left out: its text has no markup."


@dataclass(slots=True)
class _Region:
    """All results with one id."""

    first: dict[str, Any]
    span: SaidSpan
    labels: list[str] = field(default_factory=list)
    answers: dict[str, AttributeValue] = field(default_factory=dict)
    types: dict[str, str] = field(default_factory=dict)


class RegionReader:
    """Reads the results of one annotation."""

    def __init__(  # noqa: PLR0913  what the marks of an annotation share
        self,
        ctx: ImportContext,
        item: Item,
        text: Offsets,
        units: UnitFinder,
        say: Say,
        *,
        annotator_id: int,
        place: str,
        is_suggested: bool,
        groups: dict[object, int],
    ) -> None:
        self._ctx = ctx
        self._item = item
        self._text = text
        self._units = units
        self._say = say
        self._annotator_id = annotator_id
        self._place = place
        suggested = AnnotationStatus.SUGGESTED
        self._status = suggested if is_suggested else AnnotationStatus.PLAIN
        self._marks: dict[object, Annotation] = {}
        self._groups = groups  # of all annotations of the task

    def read(self, results: list[dict[str, Any]]) -> Iterator[Annotation | Relation]:
        """The marks and relations."""
        regions: dict[object, _Region] = {}
        others: list[dict[str, Any]] = []
        for number, result in enumerate(results):
            if not self._joined(result, number, regions):
                others.append(result)
        spans = [region.span for region in regions.values()]
        unit = self._units.of(self._text, spans)
        for span, said in gathered(self._pieces(regions, unit)):
            yield from self._of_region(span, [each["region"] for each in said])
        for result in others:
            if result.get("type") == "choices":
                yield from self._choices(result)
        for result in others:
            if result.get("type") == "relation":
                yield from self._relation(result)

    def _joined(
        self, result: dict[str, Any], number: int, regions: dict[object, _Region]
    ) -> bool:
        """Put a result to its region, if it belongs to one."""
        id_ = id_of(result)
        key = f"#{number}" if id_ is None else id_
        place = offsets_in(result)
        region = regions.get(key)
        if region is None:
            if place is None or result.get("type") == "relation":
                return False
            if _is_markup(result):
                self._say(_PATHS, Severity.NOTE)
            region = regions[key] = _Region(result, place)
        if result.get("type") in LABELS:
            if not region.labels:
                region.first = {**region.first, **result}
            region.labels += labels_in(result)
            return True
        value, is_good = answer_of(result)
        name = text_of(result.get("from_name"))
        if is_good and name and name not in region.answers:
            region.answers[name] = value
            region.types[name] = str(result.get("type"))
        return True

    def _pieces(
        self, regions: Mapping[object, _Region], unit: str
    ) -> Iterator[tuple[Piece, Mapping[str, Any]]]:
        for region in regions.values():
            start, stop, said = region.span
            piece = read_piece(self._text, unit, start, stop, self._say)
            if piece is None:
                continue
            if said is not None and said != self._text.text[slice(*piece)]:
                reason = "A span has another text than its document there."
                self._say(reason, Severity.NOTE)
            ours = region.first.get(OURS)
            part = ours.get(PART) if isinstance(ours, dict) else None
            yield piece, {PART: part, "region": region}

    def _of_region(
        self, span: Geometry, regions: list[_Region]
    ) -> Iterator[Annotation]:
        region = regions[0]
        names: list[str | None] = [*region.labels] or [None]
        for number, name in enumerate(names):
            answers = {} if number else region.answers
            types = {} if number else region.types
            mark = self._made(span, name, region.first, answers, types)
            if not good(mark, self._say):
                continue
            for each in regions:
                self._marks.setdefault(id_of(each.first), mark)
            yield mark

    def _choices(self, result: dict[str, Any]) -> Iterator[Annotation]:
        value, is_good = answer_of(result)
        names = value if isinstance(value, tuple) else (value,)
        if OURS in result and not (is_good and value):
            names = (None,)
        for name in names:
            if name is None or (isinstance(name, str) and name.strip()):
                mark = self._made(Whole(), name, result, {}, {})
                if good(mark, self._say):
                    self._marks.setdefault(id_of(result), mark)
                    yield mark

    def _made(
        self,
        geometry: Geometry,
        name: str | None,
        said: Mapping[str, Any],
        answers: Mapping[str, AttributeValue],
        types: Mapping[str, str],
    ) -> Annotation:
        ours = said.get(OURS)
        ours = ours if isinstance(ours, dict) else {}
        inner = ours.get("attributes")
        held, _ = attributes(inner if isinstance(inner, dict) else {})
        label = self._ctx.label(name) if name else None
        text, meta = _note(said.get("meta"))
        source: dict[str, Any] = {"in": self._place}
        source |= {k: v for k, v in said.items() if k not in _REGION}
        if isinstance(said.get("id"), str | int):
            source["id"] = said["id"]
        if said.get("type") != "labels":
            source["type"] = said.get("type")
        source |= {"meta": meta} if meta else {}
        source |= {"types": types} if types else {}
        z = ours.get("z")
        return Annotation(
            id=self._ctx.new_id(),
            item_id=self._item.id,
            annotator_id=self._annotator_id,
            geometry=geometry,
            label_id=label.id if label else None,
            attributes={**held, **answers},
            group_id=self._group(ours.get("group")),
            text=text,
            score=_score(said.get("score")),
            status=_STATUS.get(str(ours.get("status")), self._status),
            z=z if isinstance(z, int) and abs(z) <= MAX_INT else 0,
            locked=said.get("locked") is True,
            source=source_text(PROGRAM, source),
        )

    def _group(self, said: object) -> int | None:
        if not isinstance(said, int | str):
            return None
        if said not in self._groups:
            self._groups[said] = self._ctx.new_id()
        return self._groups[said]

    def _relation(self, result: Mapping[str, Any]) -> Iterator[Relation]:
        head, tail = self._end(result, "from_id"), self._end(result, "to_id")
        if head is None or tail is None:
            self._say("A relation of regions that are not there.", Severity.SKIPPED)
            return
        direction = result.get("direction", "right")
        if direction == "left":
            head, tail = tail, head
        names = labels_in({"type": "labels", "value": {"labels": result.get("labels")}})
        ours = result.get(OURS)
        inner = ours.get("attributes") if isinstance(ours, dict) else None
        held, _ = attributes(inner if isinstance(inner, dict) else {})
        if direction == "bi":
            held["direction"] = "bi"
        known = ("type", "from_id", "to_id", "labels", "direction", OURS)
        source: dict[str, Any] = {"in": self._place}
        source |= {k: v for k, v in result.items() if k not in known}
        source |= {"labels": names[1:]} if len(names) > 1 else {}
        source |= {"direction": direction} if direction == "left" else {}
        yield Relation(
            id=self._ctx.new_id(),
            item_id=self._item.id,
            annotator_id=self._annotator_id,
            head_id=head.id,
            tail_id=tail.id,
            label_id=relation_label(self._ctx, names[0] if names else None),
            attributes=held,
            source=source_text(PROGRAM, source),
        )

    def _end(self, result: Mapping[str, Any], key: str) -> Annotation | None:
        id_ = id_of(result, key)
        return None if id_ is None else self._marks.get(id_)


def is_odd(result: Mapping[str, Any], text: str) -> bool:
    """Whether a result can only be kept aside: of HTML, or of an unknown kind."""
    if _is_markup(result) and set("<&") & set(text):
        return True
    kind = str(result.get("type"))
    if kind in LABELS:
        return offsets_in(result) is None
    return kind != "relation" and (kind not in ANSWERS or not answer_of(result)[1])


def _is_markup(result: Mapping[str, Any]) -> bool:
    value = result.get("value")
    return isinstance(value, dict) and "globalOffsets" in value


def _note(meta: object) -> tuple[str | None, object]:
    """The note on a region, and the rest of its `meta`."""
    if isinstance(meta, dict):
        said = meta.get("text")
        if isinstance(said, list) and len(said) == 1 and isinstance(said[0], str):
            return text_of(said[0]), {k: v for k, v in meta.items() if k != "text"}
    return None, meta


def _score(value: object) -> float | None:
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return float(value) if 0 <= value <= 1 else None
