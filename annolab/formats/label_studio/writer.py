"""Write a list of Label Studio's tasks."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, BinaryIO, TypeAlias

from annolab.formats.base import Records, Report
from annolab.formats.json_rows import kept, to_bytes
from annolab.formats.label_studio.region_writer import RegionWriter
from annolab.formats.label_studio.results import OURS, PROGRAM, answering
from annolab.formats.text_marks import Picker, TextMarks, attributes_but
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.item import Status
from annolab.model.schema import Schema

_HELD = frozenset(
    ("annotator", "attributes", "empty_items", "group", "item_attributes")
) | frozenset(
    ("item_status", "locked", "relations", "score", "split", "status", "text", "z")
)
_INNER = ("key", "lists", "answers", "unnamed", "meta", "data")  # words of `source`
Bucket: TypeAlias = tuple[str, int]  # the list, and the place in it


class TaskWriter:
    """Writes one file; serves once."""

    def __init__(self, schema: Schema, records: Records, report: Report) -> None:
        self._records = records
        self._report = report
        self._picker = Picker(schema, report, _HELD)
        self._regions = RegionWriter(schema, self._picker)

    def write(self, file: BinaryIO) -> Iterator[int]:
        """Write the tasks, yielding how many annotations are done."""
        before = b"[\n"
        for found in self._picker.picked(self._records):
            file.write(before + to_bytes(self._task(found)))
            before = b",\n"
            yield self._report.written
        file.write((b"[" if before == b"[\n" else b"\n") + b"]\n")

    def _task(self, found: TextMarks) -> dict[str, Any]:
        said = kept(found.item.source, PROGRAM)
        task = {k: v for k, v in said.items() if k not in _INNER}
        lists = _Lists(said, self._records)
        rest = self._answers(found, said, lists)
        key = said.get("key")
        key = key if isinstance(key, str) else "text"
        data = {key: found.text.text}
        inner = {k: v for k, v in rest.items() if k == key}
        data |= {k: v for k, v in rest.items() if k != key}
        more = said.get("data")
        if isinstance(more, dict):
            data |= {k: v for k, v in more.items() if k not in data}
        task["data"] = data
        self._marks(found, lists)
        task |= lists.written()
        ours = self._ours(found, said, inner)
        meta = said.get("meta")
        if ours:
            meta = {**(meta if isinstance(meta, dict) else {}), OURS: ours}
        return task | ({"meta": meta} if ours or "meta" in said else {})

    def _ours(
        self, found: TextMarks, said: Mapping[str, Any], inner: Mapping[str, Any]
    ) -> dict[str, Any]:
        item = found.item
        ours: dict[str, Any] = {}
        if not said.get("unnamed"):
            ours["file"] = item.path
        if item.status is not Status.NEW:
            ours["status"] = item.status.name.lower()
        if item.split is not None:
            ours["split"] = item.split
        return ours | ({"attributes": inner} if inner else {})

    def _answers(
        self, found: TextMarks, said: Mapping[str, Any], lists: _Lists
    ) -> dict[str, Any]:
        """Put answers back where they were given; the other key-values."""
        places = said.get("answers")
        places = places if isinstance(places, dict) else {}
        left = attributes_but(found.item.attributes)
        for key, value in found.item.attributes.items():
            match places.get(key):
                case [str(name), int(number), str(kind), dict(rest)]:
                    answer = answering(kind, value)
                    if answer is not None and lists.has((name, number)):
                        result = {**rest, "type": kind, "value": answer}
                        lists.add((name, number), result)
                        del left[key]
        return left

    def _marks(self, found: TextMarks, lists: _Lists) -> None:
        marks = [mark for mark, _ in found.spans] + found.wholes
        places = lists.places(marks)
        results = self._regions.results(found, places)
        for place, result in results:
            lists.add(place, result)
        self._report.written += len(marks)


class _Lists:
    """The annotations and predictions of one task, as they grow."""

    def __init__(self, said: Mapping[str, Any], records: Records) -> None:
        self._records = records
        self._given: dict[str, list[dict[str, Any]]] = {}
        lists = said.get("lists")
        for name, ones in lists.items() if isinstance(lists, dict) else ():
            self._given[name] = [dict(one) for one in ones]
        self._results: dict[Bucket, list[dict[str, Any]]] = {}
        self._of: dict[tuple[str, int], Bucket] = {}  # list, annotator

    def has(self, bucket: Bucket) -> bool:
        """Whether there is such an annotation, and it was not cancelled."""
        name, number = bucket
        ones = self._given.get(name, [])
        return 0 <= number < len(ones) and not ones[number].get("was_cancelled")

    def add(self, bucket: Bucket, result: dict[str, Any]) -> None:
        """Add a result to an annotation."""
        self._results.setdefault(bucket, []).append(result)

    def places(self, marks: list[Annotation]) -> dict[int, Bucket]:
        """In which annotation each mark goes: its own, or that of its annotator."""
        found: dict[int, Bucket] = {}
        for mark in marks:
            name, _, number = str(kept(mark.source, PROGRAM).get("in")).rpartition(".")
            bucket = (name, int(number) if number.isdecimal() else -1)
            is_suggested = mark.status is AnnotationStatus.SUGGESTED
            if self.has(bucket) and (name == "predictions") == is_suggested:
                found[mark.id] = bucket
                self._of.setdefault((_list(mark), mark.annotator_id), bucket)
        for mark in marks:
            if mark.id not in found:
                found[mark.id] = self._bucket(mark)
        return found

    def _bucket(self, mark: Annotation) -> Bucket:
        key = (_list(mark), mark.annotator_id)
        if key not in self._of:
            ones = self._given.setdefault(_list(mark), [])
            self._of[key] = (_list(mark), len(ones))
            person = self._records.annotator(mark.annotator_id)
            one: dict[str, Any] = {}
            if person is not None:
                if _list(mark) == "predictions":
                    one["model_version"] = person.name
                one[OURS] = {"annotator": person.name, "kind": person.kind.value}
            ones.append(one)
        return self._of[key]

    def written(self) -> dict[str, list[dict[str, Any]]]:
        """The lists with their results."""
        lists: dict[str, list[dict[str, Any]]] = {}
        if not self._given:
            lists["annotations"] = []
        for name, ones in self._given.items():
            lists[name] = []
            for number, one in enumerate(ones):
                if not one.get("was_cancelled"):
                    rest = one.pop("rest", [])
                    one["result"] = self._results.get((name, number), []) + rest
                lists[name].append(one)
        return lists


def _list(mark: Annotation) -> str:
    is_suggested = mark.status is AnnotationStatus.SUGGESTED
    return "predictions" if is_suggested else "annotations"
