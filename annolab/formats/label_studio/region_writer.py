"""The results that stand for the marks of a text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from annolab.formats.base import Severity
from annolab.formats.json_rows import kept
from annolab.formats.label_studio.results import OURS, PROGRAM, answering
from annolab.formats.span_parts import PART, numbered
from annolab.formats.text_marks import Picker, TextMarks, listed
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import AttributeValue, Span
from annolab.model.schema import Owner, Schema, ValueType

Bucket: TypeAlias = tuple[str, int]
Placed: TypeAlias = tuple[Bucket, dict[str, Any]]
_KNOWN = ("in", "id", "type", "meta", "types")


class RegionWriter:
    """Makes results of the marks of one text after the other."""

    def __init__(self, schema: Schema, picker: Picker) -> None:
        self._picker = picker
        self._choices = {
            spec.name
            for spec in schema.attributes
            if spec.owner is Owner.ANNOTATION
            and spec.type in (ValueType.CHOICE, ValueType.MULTI)
        }
        self._ids: dict[int, str | int] = {}  # of results, by the ids of marks
        self._taken: set[str | int] = set()
        self._groups: dict[int, int] = {}

    def results(
        self, found: TextMarks, places: Mapping[int, Bucket]
    ) -> Iterator[Placed]:
        """The results of a text, each with the annotation it belongs to."""
        self._ids, self._taken, self._groups = {}, set(), {}
        yield from self._spans(found, places)
        yield from self._wholes(found, places)
        for arc in found.relations:
            if places[arc.head_id] != places[arc.tail_id]:
                reason = "A relation between marks of two annotators."
                self._picker.say(found.item, arc)(reason, Severity.SKIPPED)
                continue
            yield places[arc.head_id], self._relation(arc)

    def _spans(
        self, found: TextMarks, places: Mapping[int, Bucket]
    ) -> Iterator[Placed]:
        regions: dict[object, tuple[dict[str, Any], list[str]]] = {}
        spans = numbered(span for _, span in found.spans)
        marks = [mark for mark, _ in found.spans]
        for mark, (span, number) in zip(marks, spans, strict=True):
            place = places[mark.id]
            said = kept(mark.source, PROGRAM)
            kind = said.get("type") if said.get("type") == "hypertextlabels" else None
            kind = kind or "labels"
            name = self._picker.name(mark)
            base = self._base(mark, said, "label", kind)
            answers, ours = self._attributes(mark, said)
            base |= {OURS: ours} if ours else {}
            same = regions.get((place, said.get("id"), span))
            if same is not None and "id" in said and name and not answers:
                known, names = same
                if base == known and names and "attributes" not in ours:
                    names.append(name)
                    self._ids[mark.id] = said["id"]
                    continue
            id_ = self._ids[mark.id] = self._id(mark, said)
            names = [name] if name else []
            if number is None and id_ == said.get("id"):
                regions.setdefault((place, id_, span), (base, names))
            shared: dict[str, Any] = {"number": number, "base": base, "kind": kind}
            yield from self._pieces(found, place, span, names=names, id_=id_, **shared)
            for key, kind_, value in answers:
                low, high = _utf16(found, *span.pieces[0])
                yield (
                    place,
                    {
                        "id": id_,
                        "from_name": key,
                        "to_name": base["to_name"],
                        "type": kind_,
                        "value": {"start": low, "end": high, **value},
                    },
                )

    def _pieces(  # noqa: PLR0913  all that a region has
        self,
        found: TextMarks,
        place: Bucket,
        span: Span,
        *,
        number: int | None,
        base: dict[str, Any],
        kind: str,
        names: list[str],
        id_: str | int,
    ) -> Iterator[Placed]:
        for count, (start, stop) in enumerate(span.pieces):
            low, high = _utf16(found, start, stop)
            text = found.text.text[start:stop]
            value = {"start": low, "end": high, "text": text, kind: names}
            result = {**base, "id": f"{id_}.{count}" if count else id_, "value": value}
            if number is not None:
                result[OURS] = {**base.get(OURS, {}), PART: number}
            yield place, result

    def _wholes(
        self, found: TextMarks, places: Mapping[int, Bucket]
    ) -> Iterator[Placed]:
        ends = {arc.head_id for arc in found.relations}
        ends |= {arc.tail_id for arc in found.relations}
        together: dict[object, list[str]] = {}
        for mark in found.wholes:
            place = places[mark.id]
            said = kept(mark.source, PROGRAM)
            name = self._picker.name(mark)
            base = self._base(mark, said, "choice", "choices")
            ours = self._ours(mark)
            if mark.attributes:
                ours["attributes"] = {k: listed(v) for k, v in mark.attributes.items()}
            key = (place, said.get("id"), repr(base))
            is_plain = name and not ours and mark.id not in ends
            is_plain = is_plain and not base.keys() & {"score", "locked", "meta"}
            if is_plain and name and key in together:
                together[key].append(name)
                continue
            id_ = self._ids[mark.id] = self._id(mark, said)
            names = [name] if name else []
            if is_plain:
                together[key] = names
            if ours or not name:
                base[OURS] = ours
            yield place, {**base, "id": id_, "value": {"choices": names}}

    def _base(
        self, mark: Annotation, said: Mapping[str, Any], name: str, kind: str
    ) -> dict[str, Any]:
        """The members of a result that have nothing to do with place and label."""
        base: dict[str, Any] = {"from_name": name, "to_name": "text", "type": kind}
        base |= {k: v for k, v in said.items() if k not in _KNOWN}
        if mark.score is not None:
            base["score"] = mark.score
        if mark.locked:
            base["locked"] = True
        meta = said.get("meta")
        if mark.text is not None:
            rest = meta if isinstance(meta, dict) else {}
            base["meta"] = {**rest, "text": [mark.text]}
        elif meta:
            base["meta"] = meta
        return base

    def _attributes(
        self, mark: Annotation, said: Mapping[str, Any]
    ) -> tuple[list[tuple[str, str, dict[str, Any]]], dict[str, Any]]:
        """Key-values as answers on the region, and what is ours with the rest."""
        answers: list[tuple[str, str, dict[str, Any]]] = []
        rest: dict[str, Any] = {}
        types = said.get("types")
        types = types if isinstance(types, dict) else {}
        for key, value in mark.attributes.items():
            kind = str(types.get(key) or self._kind(key, value))
            answer = answering(kind, value) if kind else None
            if answer is None:
                rest[key] = listed(value)
            else:
                answers.append((key, kind, answer))
        ours = self._ours(mark)
        return answers, ours | ({"attributes": rest} if rest else {})

    def _kind(self, key: str, value: AttributeValue) -> str:
        if isinstance(value, bool) or value is None:
            return ""
        if isinstance(value, int | float):
            return "number"
        return "choices" if key in self._choices else "textarea"

    def _ours(self, mark: Annotation) -> dict[str, Any]:
        ours: dict[str, Any] = {}
        settled = (AnnotationStatus.PLAIN, AnnotationStatus.SUGGESTED)
        if mark.status not in settled:
            ours["status"] = mark.status.name.lower()
        if mark.z:
            ours["z"] = mark.z
        if mark.group_id is not None:
            number = self._groups.setdefault(mark.group_id, len(self._groups) + 1)
            ours["group"] = number
        return ours

    def _id(self, mark: Annotation, said: Mapping[str, Any]) -> str | int:
        id_ = said.get("id")
        if not isinstance(id_, str | int) or id_ in self._taken:
            id_ = f"m{mark.id}"
        self._taken.add(id_)
        return id_

    def _relation(self, arc: Relation) -> dict[str, Any]:
        said = kept(arc.source, PROGRAM)
        values = dict(arc.attributes)
        direction = "right"
        head, tail = self._ids[arc.head_id], self._ids[arc.tail_id]
        if values.get("direction") == "bi":
            direction = "bi"
            del values["direction"]
        elif said.get("direction") == "left":
            direction = "left"
            head, tail = tail, head
        name = self._picker.name(arc)
        more = said.get("labels")
        names = [name] if name else []
        result: dict[str, Any] = {
            "from_id": head,
            "to_id": tail,
            "type": "relation",
            "direction": direction,
            "labels": names + (more if isinstance(more, list) else []),
        }
        known = ("in", "labels", "direction")
        result |= {k: v for k, v in said.items() if k not in known}
        if values:
            inner = {key: listed(value) for key, value in values.items()}
            result[OURS] = {"attributes": inner}
        return result


def _utf16(found: TextMarks, start: int, stop: int) -> tuple[int, int]:
    return found.text.to_utf16(start), found.text.to_utf16(stop)
