"""The contract of formats of texts: one rule for all of them.

What is written and read again is as it was, or the report says, by the id of the
mark, what became of it. A mark that no problem names comes back in every respect;
one that lost something stays where it was, unless the format says in `moves` that
the reason changes places. Nothing else may appear.
"""

from __future__ import annotations

import contextlib
import tempfile
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import ClassVar, TypeAlias

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import HOLDABLE, Confidence, Report, Severity
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Geometry, Span
from annolab.model.item import Item, Media
from annolab.model.validity import problems_of
from tests import format_contract as contract
from tests.format_contract import FormatContract, typed
from tests.format_memory import Dataset, MemoryContext, read, write
from tests.text_strategies import text_worlds

DOCUMENT = Item(id=7, path="a/b.txt", media=Media.TEXT, length=11)
Key: TypeAlias = tuple[str, str, str]

_settings = settings(
    phases=[phase for phase in Phase if phase is not Phase.shrink],
    deadline=None,
    suppress_health_check=list(HealthCheck),
)


def place_of(mark: Annotation, paths: Mapping[int, str]) -> tuple[str, Geometry]:
    return paths[mark.item_id], mark.geometry


def mark_facts(data: Dataset, *, people: bool) -> dict[int, Key]:
    """What is said of each mark, by its id, without ids."""
    paths = {item.id: item.path for item in data.the_items}
    found: dict[int, Key] = {}
    for mark in data.the_annotations:
        label = data.schema.label(mark.label_id)
        maker = data.annotator(mark.annotator_id)
        rest = (
            label and label.name,
            typed(dict(mark.attributes)),
            mark.text,
            mark.score,
            mark.status,
            (mark.z, mark.locked, mark.frame),
            maker and (maker.name, maker.kind) if people else None,
        )
        found[mark.id] = (paths[mark.item_id], repr(mark.geometry), repr(rest))
    return found


class _Told:
    """Which marks and items a report names."""

    def __init__(self, report: Report) -> None:
        cost = [p for p in report.problems if p.severity is not Severity.NOTE]
        self.ids = {p.annotation_id for p in cost if p.annotation_id is not None}
        self.skipped = {p.annotation_id for p in cost if p.severity is Severity.SKIPPED}
        self.items = {p.item for p in cost if p.annotation_id is None}
        self.reasons: dict[int | None, set[str]] = {}
        for problem in cost:
            self.reasons.setdefault(problem.annotation_id, set()).add(problem.reason)


def check_round_trip(
    before: Dataset,
    report: Report,
    after: Dataset,
    moves: frozenset[str],
    *,
    people: bool,
) -> None:
    """The rule above. `people`: the format holds who made a mark.

    Where it does not, the marks of one are those of whoever imports them.
    """
    told = _Told(report)
    written = [m for m in before.the_annotations if m.id not in told.skipped]
    if not people and len({mark.annotator_id for mark in written}) > 1:
        assert "" in told.items, "who made the marks is lost in silence"
    old = mark_facts(before, people=people)
    new = mark_facts(after, people=people)
    unnamed = Counter(fact for id_, fact in old.items() if id_ not in told.ids)
    missing = unnamed - Counter(new.values())
    assert not missing, f"lost in silence: {missing}; there are {new}"
    _check_places(before, after, told, moves)
    _check_texts(before, after, told)
    _check_relations(before, after, told, old, new)
    _check_groups(before, after, told, old, new)


def _check_places(
    before: Dataset, after: Dataset, told: _Told, moves: frozenset[str]
) -> None:
    paths = {item.id: item.path for item in before.the_items}
    new_paths = {item.id: item.path for item in after.the_items}
    new = Counter(place_of(mark, new_paths) for mark in after.the_annotations)
    moved = 0
    for mark in before.the_annotations:
        if mark.id in told.skipped:
            continue
        if told.reasons.get(mark.id, set()) & moves:
            moved += 1
            continue
        place = place_of(mark, paths)
        assert new[place], f"moved in silence: {mark} is not among {new}"
        new[place] -= 1
    assert moved or not +new, f"from nowhere: {+new}"


def _check_texts(before: Dataset, after: Dataset, told: _Told) -> None:
    for item in before.the_items:
        twin = next((x for x in after.the_items if x.path == item.path), None)
        if item.path in told.items:
            continue
        assert twin is not None, f"{item.path} is lost in silence"
        assert after.texts.get(twin.path) == before.texts.get(item.path)
        assert typed(dict(twin.attributes)) == typed(dict(item.attributes))
        assert (twin.status, twin.split) == (item.status, item.split)


def _check_relations(
    before: Dataset,
    after: Dataset,
    told: _Told,
    old: Mapping[int, Key],
    new: Mapping[int, Key],
) -> None:
    def facts(data: Dataset, of: Mapping[int, Key], gone: set[int]) -> Counter[str]:
        found: Counter[str] = Counter()
        for arc in data.the_relations:
            if gone & {arc.id, arc.head_id, arc.tail_id}:
                continue
            label = data.schema.label(arc.label_id)
            name, values = label and label.name, typed(dict(arc.attributes))
            found[repr((of[arc.head_id], of[arc.tail_id], name, values))] += 1
        return found

    missing = facts(before, old, told.ids) - facts(after, new, set())
    assert not missing, f"relations lost in silence: {missing}"
    assert len(after.the_relations) <= len(before.the_relations)


def _check_groups(
    before: Dataset,
    after: Dataset,
    told: _Told,
    old: Mapping[int, Key],
    new: Mapping[int, Key],
) -> None:
    def groups(data: Dataset, of: Mapping[int, Key]) -> list[Counter[Key]]:
        found: dict[int, Counter[Key]] = {}
        for mark in data.the_annotations:
            if mark.group_id is not None and mark.id not in told.ids:
                found.setdefault(mark.group_id, Counter())[of[mark.id]] += 1
        return list(found.values())

    left = groups(after, new)
    for group in groups(before, old):
        twins = (x for x in left if not group - x)
        twin = min(twins, key=Counter.total, default=None)
        assert twin is not None, f"a group lost in silence: {group}"
        left.remove(twin)


class TextContract(FormatContract):
    """What holds for every format of texts."""

    target = "out"
    moves: ClassVar[frozenset[str]] = frozenset()
    # Whether the file carries the texts; else they lie beside it.
    brings_texts: ClassVar[bool] = True

    def sample(self) -> Item:
        return DOCUMENT

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return text_worlds()

    def read_back(
        self, before: Dataset, target: Path, **options: str
    ) -> tuple[Dataset, Report]:
        texts = {} if self.brings_texts else before.texts
        return read(self.fresh(), target, {}, texts=texts, **options)

    def round_trip(self, before: Dataset) -> None:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, self.target)
            report = write(self.fresh(), before, target, **self.options())
            try:
                after, imported = self.read_back(before, target, **self.read_options())
            except FormatError:  # there was nothing to write
                assert not report.written
                after, imported = MemoryContext().data, Report()
        assert not imported.losses, imported.losses
        repaired = [key for key in imported.counts if key[0] is Severity.REPAIRED]
        assert not repaired
        assert report.written <= len(before.the_annotations)
        people = "annotator" in self.info().holds
        check_round_trip(before, report, after, self.moves, people=people)

    @given(st.data())
    @settings(_settings, max_examples=25)
    def test_what_is_held_comes_back(self, data: st.DataObject) -> None:
        self.round_trip(data.draw(self.worlds()))

    @given(text_worlds(plain=True))
    @settings(_settings, max_examples=25)
    def test_plain_spans_come_back(self, before: Dataset) -> None:
        self.round_trip(before)

    @pytest.mark.slow
    @pytest.mark.timeout(3600)
    @given(st.data())
    @settings(_settings, max_examples=10_000)
    def test_what_is_held_comes_back_10000_times(self, data: st.DataObject) -> None:
        self.round_trip(data.draw(self.worlds()))

    def test_what_is_declared_is_held(self, tmp_path: Path) -> None:
        info = self.info()
        for word in sorted(info.holds & HOLDABLE - {"empty_items", "frame", "tier"}):
            before = contract._with(word, min(info.kinds), self.sample())
            if word == "relations":
                marks = [replace(m, annotator_id=1) for m in before.the_annotations]
                before = replace(before, the_annotations=marks)
            target = tmp_path / word / self.target
            target.parent.mkdir()
            report = write(self.fresh(), before, target, **self.options())
            assert not report.losses, word
            after, _ = self.read_back(before, target, **self.read_options())
            people = "annotator" in info.holds
            check_round_trip(before, report, after, frozenset(), people=people)

    @given(st.data())
    @settings(_settings, max_examples=30)
    def test_what_a_broken_file_gives_can_be_written(self, data: st.DataObject) -> None:
        before = contract._rich(self.info(), DOCUMENT)
        ends = before.the_annotations[0].id, before.the_annotations[-1].id
        arc = Relation(
            id=99, item_id=7, annotator_id=1, head_id=ends[0], tail_id=ends[1]
        )
        before = replace(before, the_relations=[arc])
        with tempfile.TemporaryDirectory() as folder:
            target, again = Path(folder, self.target), Path(folder, "again")
            write(self.fresh(), before, target, **self.options())
            file = next(p for p in (target, *target.rglob("*")) if p.is_file())
            file.write_bytes(data.draw(contract._broken(file.read_bytes())))
            try:
                found, _ = self.read_back(before, target)
            except FormatError:
                return
            write(self.fresh(), found, again, **self.options())

    @given(st.binary(max_size=300))
    @settings(_settings, max_examples=60)
    def test_random_bytes_raise_nothing_else(self, noise: bytes) -> None:
        with tempfile.TemporaryDirectory() as folder:
            path = self.noise(Path(folder))
            path.write_bytes(noise)
            self.fresh().detect(path)
            try:
                found, _ = read(self.fresh(), path, texts={"a/b.txt": "Hello World"})
            except FormatError:
                return
        for mark in found.the_annotations:
            assert not problems_of(mark)

    @pytest.mark.parametrize("noise", [b"", b"x" * 40_000, b"{" * 40_000, b"[" * 300])
    def test_one_long_line_is_no_such_file(self, noise: bytes, tmp_path: Path) -> None:
        path = self.noise(tmp_path)
        path.write_bytes(noise)
        assert self.fresh().detect(path) is Confidence.NO
        with contextlib.suppress(FormatError):
            found, _ = read(self.fresh(), path)
            assert not found.the_annotations

    def test_spans_beyond_the_text_are_reported(self, tmp_path: Path) -> None:
        before = contract._one(min(self.info().kinds), self.sample())
        mark = before.the_annotations[0]
        far = replace(mark, id=mark.id + 1, geometry=Span(((5, 9999),)))
        before = replace(before, the_annotations=[mark, far])
        report = write(self.fresh(), before, tmp_path / self.target, **self.options())
        assert far.id in {p.annotation_id for p in report.problems}

    def test_items_without_their_text_are_reported(self, tmp_path: Path) -> None:
        before = contract._one(min(self.info().kinds), self.sample())
        before.texts.clear()
        report = write(self.fresh(), before, tmp_path / self.target, **self.options())
        assert report.losses
