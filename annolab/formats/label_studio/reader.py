"""Read Label Studio's tasks.

Every label of a region becomes an annotation; results on the region are its
key-values, results on the whole text labels of the text or key-values of the item.
What is not understood is kept and given back.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, TypeAlias

from annolab.formats.base import ImportContext, Severity
from annolab.formats.json_rows import source_text, text_of
from annolab.formats.label_studio.regions import RegionReader, is_odd
from annolab.formats.label_studio.results import (
    ANSWERS,
    OURS,
    PROGRAM,
    UNITS,
    answer_of,
    id_of,
)
from annolab.formats.text_marks import Say, UnitFinder
from annolab.formats.text_rows import Row, at_row
from annolab.formats.values import attributes
from annolab.model.annotation import Annotation, AnnotatorKind, Relation
from annolab.model.geometry import AttributeValue
from annolab.model.item import Item, Status
from annolab.model.offsets import Offsets
from annolab.model.schema import Owner, ValueType

_Marked: TypeAlias = tuple[str, int, dict[str, Any], list[dict[str, Any]]]
_LISTS = ("annotations", "completions", "predictions")
_ASIDE = "A result of HTML or of an unknown kind; it is kept, but gives no mark."
_CANCELLED = "An annotation that was cancelled; it is kept, but gives no marks."
_STATUS = {status.name.lower(): status for status in Status}


class TaskReader:
    """Reads tasks into a context."""

    def __init__(self, ctx: ImportContext) -> None:
        self._ctx = ctx
        unit = ctx.options.get("unit", "auto")
        self._units = UnitFinder(UNITS, unit if unit in UNITS else "")

    def read(self, row: Row) -> Iterator[Annotation | Relation]:
        """What a task says."""
        say = at_row(self._ctx.report, row)
        task = _as_task(row.value)
        key = text_key(task.get("data")) if task is not None else None
        if task is None or key is None:
            say("A task without a text.", Severity.SKIPPED)
            return
        text = text_of(task["data"][key]) or ""
        answers = _Answers(self._ctx, say)
        kept: dict[str, list[dict[str, Any]]] = {}
        good: list[_Marked] = []
        for name, said in lists_of(task):
            kept[name] = []
            for number, one in enumerate(said):
                if one.get("was_cancelled") is True:
                    say(_CANCELLED, Severity.NOTE)
                    kept[name].append(one)
                    continue
                results = [x for x in _listed(one.get("result")) if _is_result(x)]
                rest = {k: v for k, v in one.items() if k != "result"}
                kept[name].append(rest)
                where = (name, number)
                odd = [x for x in results if is_odd(x, text)]
                left, more = answers.take([x for x in results if x not in odd], where)
                for _ in odd:
                    say(_ASIDE, Severity.NOTE)
                if odd or more:
                    rest["rest"] = odd + more
                good.append((name, number, rest, left))
        item = self._item(row, task, key, text, answers, kept)
        yield from self._marks(item, text, good, say)

    def finish(self) -> None:
        """Note, once, that units were guessed."""
        self._units.report(self._ctx.report)

    def _marks(
        self,
        item: Item,
        text: str,
        good: list[_Marked],
        say: Say,
    ) -> Iterator[Annotation | Relation]:
        offsets = Offsets(text)
        groups: dict[object, int] = {}
        for name, number, rest, results in good:
            reader = RegionReader(
                self._ctx,
                item,
                offsets,
                self._units,
                say,
                annotator_id=self._annotator(rest, is_model=name == "predictions"),
                place=f"{name}.{number}",
                is_suggested=name == "predictions",
                groups=groups,
            )
            yield from reader.read(results)

    def _item(
        self,
        row: Row,
        task: Mapping[str, Any],
        key: str,
        text: str,
        answers: _Answers,
        kept: Mapping[str, list[dict[str, Any]]],
    ) -> Item:
        data = {k: v for k, v in task["data"].items() if k != key}
        meta = task.get("meta")
        ours = meta.get(OURS) if isinstance(meta, dict) else None
        ours = ours if isinstance(ours, dict) else {}
        inner = ours.get("attributes")
        held, rest = attributes(data | (inner if isinstance(inner, dict) else {}))
        source: dict[str, Any] = {
            k: v for k, v in task.items() if k not in ("data", "meta", *_LISTS)
        }
        if isinstance(meta, dict):
            meta = {k: v for k, v in meta.items() if k != OURS}
        source |= {"meta": meta} if "meta" in task else {}
        source |= {"data": rest} if rest else {}
        source |= {"key": key} if key != "text" else {}
        source |= {"lists": kept} if kept else {}
        source |= {"answers": answers.places} if answers.places else {}
        if "file" not in ours:
            source["unnamed"] = True
        path = text_of(ours.get("file"))
        status = _STATUS.get(str(ours.get("status")), Status.NEW)
        if kept.get("annotations") and all(
            one.get("was_cancelled") is True for one in kept["annotations"]
        ):
            status = Status.SKIPPED
        return self._ctx.text_item(
            path if path and "\0" not in path else row.path,
            text,
            split=text_of(ours.get("split")),
            status=status,
            attributes={**held, **answers.values},
            source=source_text(PROGRAM, source),
        )

    def _annotator(self, said: Mapping[str, Any], *, is_model: bool) -> int:
        ours = said.get(OURS)
        if isinstance(ours, dict):
            name, kind = text_of(ours.get("annotator")), ours.get("kind")
            if name and name.strip() and kind in set(AnnotatorKind):
                return self._ctx.annotator(name, AnnotatorKind(kind)).id
        if is_model:
            name = text_of(said.get("model_version")) or "Label Studio"
            return self._ctx.annotator(name, AnnotatorKind.MODEL).id
        name = _person(said.get("completed_by"))
        return self._ctx.annotator(name).id if name else self._ctx.annotator_id


class _Answers:
    """Answers on the whole text: key-values of the item, the first one of each."""

    def __init__(self, ctx: ImportContext, say: Say) -> None:
        self._ctx = ctx
        self._say = say
        self.values: dict[str, AttributeValue] = {}
        self.places: dict[str, list[object]] = {}  # list, number, type, the rest

    def take(
        self, results: list[dict[str, Any]], where: tuple[str, int]
    ) -> tuple[list[dict[str, Any]], list[dict[str, Any]]]:
        """The results that are no such answers, and those that came too late."""
        spans = {id_of(x) for x in results if _has_place(x)}
        left: list[dict[str, Any]] = []
        late: list[dict[str, Any]] = []
        for result in results:
            kind, key = str(result.get("type")), text_of(result.get("from_name"))
            is_answer = kind in ANSWERS and kind != "choices"
            on_text = id_of(result) not in spans or id_of(result) is None
            if not (is_answer and on_text and key):
                left.append(result)
            elif key in self.values:
                reason = "Two answers to one question about a text; the first counts."
                self._say(reason, Severity.LOSS)
                late.append(result)
            else:
                self.values[key] = answer_of(result)[0]
                rest = {k: v for k, v in result.items() if k not in ("value", "type")}
                self.places[key] = [*where, kind, rest]
                is_number = kind in ("number", "rating")
                type_ = ValueType.NUMBER if is_number else ValueType.TEXT
                self._ctx.attribute(Owner.ITEM, key, type_)
        return left, late


def lists_of(task: Mapping[str, Any]) -> Iterator[tuple[str, list[dict[str, Any]]]]:
    """The lists of annotations of a task with their names."""
    for name in _LISTS:
        said = task.get(name)
        if isinstance(said, list):
            yield name, [one for one in said if isinstance(one, dict)]


def text_key(data: object) -> str | None:
    """Under which name the data of a task hold the text."""
    if not isinstance(data, dict):
        return None
    if isinstance(data.get("text"), str):
        return "text"
    texts = [key for key, value in data.items() if isinstance(value, str)]
    good = [key for key in texts if not _is_link(data[key])]
    return max(good, key=lambda key: len(data[key]), default=None)


def _is_link(text: str) -> bool:
    return text.startswith(("http://", "https://", "/data/", "s3://", "gs://"))


def _as_task(said: Any) -> dict[str, Any] | None:
    """A task, also of the short form JSON_MIN."""
    if not isinstance(said, dict):
        return None
    if isinstance(said.get("data"), dict):
        return said
    regions = {
        key: value
        for key, value in said.items()
        if isinstance(value, list) and value and all(map(_is_short, value))
    }
    if not regions or text_key(said) is None:
        return None
    results = [
        {"type": "labels", "from_name": key, "value": value, "id": f"{key}{n}"}
        for key, values in regions.items()
        for n, value in enumerate(values)
    ]
    data = {key: value for key, value in said.items() if key not in regions}
    return {"data": data, "annotations": [{"result": results}]}


def _is_short(value: object) -> bool:
    return isinstance(value, dict) and value.keys() >= {"start", "end", "labels"}


def _is_result(value: object) -> bool:
    return isinstance(value, dict)


def _has_place(result: Mapping[str, Any]) -> bool:
    value = result.get("value")
    return isinstance(value, dict) and ("start" in value or "globalOffsets" in value)


def _person(said: object) -> str | None:
    """The name of who annotated."""
    if isinstance(said, dict):
        full = " ".join(
            str(said[key]) for key in ("first_name", "last_name") if said.get(key)
        )
        name = text_of(said.get("email")) or full or said.get("id")
        return str(name) if name else None
    if isinstance(said, int) and not isinstance(said, bool):
        return f"Label Studio user {said}"
    return text_of(said) or None


def _listed(value: object) -> list[Any]:
    return value if isinstance(value, list) else []
