"""The contract that every format keeps, plug-ins' too.

A test class inherits `FormatContract` and says which format it is. What a
manifest declares under `kinds` and `holds` must survive being written, moved and
read; what it does not declare must be in the report. Bad files raise FormatError
and nothing else.
"""

from __future__ import annotations

import random
import re
import shutil
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.base import HOLDABLE, Confidence, Format
from annolab.model import mask as masks
from annolab.model.annotation import Annotation, AnnotationStatus, Annotator, Relation
from annolab.model.geometry import (
    GEOMETRIES,
    Box,
    Ellipse,
    Geometry,
    Instant,
    Interval,
    Keyframe,
    Kind,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Span,
    TimeBox,
    Track,
    Whole,
    kind_of,
)
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label, Schema, Tier, TierKind
from annolab.model.validity import problems_of
from annolab.plugins import FormatInfo, Plugin, find_plugins, formats, load_format
from tests import strategies as some
from tests.format_memory import ME, Dataset, read, write

Facts = Mapping[str, object]


def facts_of(data: Dataset, info: FormatInfo) -> dict[str, Any]:
    """What a data set says that the format can hold, without ids."""
    return {
        item.path: _item_facts(item, data, info)
        for item in data.the_items
        if item.media in info.media
        and ("empty_items" in info.holds or _kept(data, item, info))
    }


def _kept(data: Dataset, item: Item, info: FormatInfo) -> list[Annotation]:
    return [
        mark
        for mark in data.annotations()
        if mark.item_id == item.id and kind_of(mark.geometry) in info.kinds
    ]


def _item_facts(item: Item, data: Dataset, info: FormatInfo) -> Facts:
    marks = _kept(data, item, info)
    seen = {mark.id: (hash(mark.geometry), mark.frame) for mark in marks}
    facts: dict[str, object] = {
        "media": item.media,
        "size": (item.width, item.height),
        "marks": [_mark_facts(mark, data, info, marks) for mark in marks],
    }
    if "item_attributes" in info.holds:
        facts["attributes"] = typed(dict(item.attributes))
    if "item_status" in info.holds:
        facts["status"] = item.status
    if "split" in info.holds:
        facts["split"] = item.split
    if "relations" in info.holds:
        facts["relations"] = sorted(
            repr(
                (
                    seen[relation.head_id],
                    seen[relation.tail_id],
                    _label(data, relation.label_id),
                    typed(dict(relation.attributes)),
                )
            )
            for relation in data.relations(item.id)
        )
    return facts


def _mark_facts(
    mark: Annotation, data: Dataset, info: FormatInfo, marks: list[Annotation]
) -> Facts:
    annotator = data.annotator(mark.annotator_id)
    tier = next((t for t in data.schema.tiers if t.id == mark.tier_id), None)
    group = [x for x in marks if x.group_id == mark.group_id]
    facts: dict[str, object] = {
        "attributes": typed(dict(mark.attributes)),
        "annotator": annotator and (annotator.name, annotator.kind),
        "frame": mark.frame,
        "group": mark.group_id and sorted(hash(x.geometry) for x in group),
        "text": mark.text,
        "score": mark.score,
        "status": mark.status,
        "tier": tier and (tier.name, tier.kind),
        "z": mark.z,
        "locked": mark.locked,
    }
    kept = {key: value for key, value in facts.items() if key in info.holds}
    return kept | {"label": _label(data, mark.label_id), "geometry": mark.geometry}


def _label(data: Dataset, label_id: int | None) -> str | None:
    label = data.schema.label(label_id)
    return label.name if label else None


def typed(value: object) -> object:
    """A value that differs where the types differ: True is not 1."""
    if isinstance(value, dict):
        return {key: typed(value[key]) for key in sorted(value)}
    if isinstance(value, tuple):
        return tuple(map(typed, value))
    return type(value).__name__, repr(value)


class FormatContract:
    """What holds for every format."""

    format_id: ClassVar[str]
    plugin_dirs: ClassVar[tuple[Path, ...]] = ()
    # A folder or a file: what the format writes.
    target: ClassVar[str]

    def plugins(self) -> tuple[Plugin, ...]:
        return find_plugins(self.plugin_dirs)

    def info(self) -> FormatInfo:
        return formats(self.plugins())[self.format_id]

    def fresh(self) -> Format:
        return load_format(self.format_id, self.plugins())

    def sample(self) -> Item:
        """The item that single marks lie on: a picture, unless a class says else."""
        return PICTURE

    def noise(self, folder: Path) -> Path:
        """Where noise is put: a name that the format would look at."""
        return folder / self.target

    def sizes(self, data: Dataset) -> Mapping[str, tuple[int, int]]:
        """The media that are there on import, by path, with their pixels."""
        return {x.path: (x.width or 1, x.height or 1) for x in data.the_items}

    def geometries(self) -> st.SearchStrategy[Geometry]:
        """What is drawn; a format with narrower numbers says so."""
        return some.geometries()

    def options(self) -> Mapping[str, str]:
        """Options for writing."""
        return {}

    def read_options(self) -> Mapping[str, str]:
        """Options for reading."""
        return {}

    def worlds(self) -> st.SearchStrategy[Dataset]:
        """Data sets whose pictures have a size."""
        return _datasets(self.geometries(), self.info())

    def same(self, a: Geometry, b: Geometry) -> bool:
        """Whether a geometry has come back."""
        return a == b

    def check(self, before: Dataset, after: Dataset) -> None:
        """What the format declares has come back."""
        info = self.info()
        old, new = facts_of(before, info), facts_of(after, info)
        assert sorted(old) == sorted(new)
        for path, facts in old.items():
            _check_item(facts, new[path], self.same)

    @given(st.data())
    @settings(
        max_examples=20,
        # Shrinking whole data sets takes minutes, longer than a test may.
        phases=[phase for phase in Phase if phase is not Phase.shrink],
        deadline=None,
        suppress_health_check=list(HealthCheck),
    )
    def test_what_is_held_comes_back(self, data: st.DataObject) -> None:
        before = data.draw(self.worlds())
        with tempfile.TemporaryDirectory() as folder:
            there, moved = Path(folder, "there"), Path(folder, "moved")
            there.mkdir()
            report = write(self.fresh(), before, there / self.target, **self.options())
            shutil.move(there, moved)
            after, imported = read(
                self.fresh(),
                moved / self.target,
                self.sizes(before),
                texts=before.texts,
                times=before.times,
                **self.read_options(),
            )
        assert not imported.losses
        self.check(before, after)
        assert report.written == len(after.the_annotations)
        lost = len(before.the_annotations) - report.written
        assert sum(report.losses.values()) >= lost

    @pytest.mark.parametrize("kind", sorted(GEOMETRIES))
    def test_what_is_not_held_is_reported(self, kind: Kind, tmp_path: Path) -> None:
        data = _one(kind, self.sample())
        report = write(self.fresh(), data, tmp_path / self.target, **self.options())
        item = data.the_items[0]
        if kind in self.info().kinds and item.media in self.info().media:
            assert report.written == 1
        else:
            assert report.losses

    def test_losses_of_fields_are_reported(self, tmp_path: Path) -> None:
        info = self.info()
        for word in sorted(HOLDABLE - info.holds - {"empty_items"}):
            data = _with(word, min(info.kinds), self.sample())
            target = tmp_path / word / self.target
            target.parent.mkdir()
            report = write(self.fresh(), data, target, **self.options())
            assert report.losses, word

    def test_detects_what_it_writes(self, tmp_path: Path) -> None:
        data = _one(min(self.info().kinds), self.sample())
        write(self.fresh(), data, tmp_path / self.target, **self.options())
        assert self.fresh().detect(tmp_path / self.target) is Confidence.YES

    def test_detects_nothing_in_noise(self, tmp_path: Path) -> None:
        noise = self.noise(tmp_path)
        noise.write_bytes(random.Random(0).randbytes(1000))
        assert self.fresh().detect(noise) is Confidence.NO
        assert self.fresh().detect(tmp_path / "missing") is Confidence.NO

    def test_a_file_that_is_not_there(self, tmp_path: Path) -> None:
        with pytest.raises(FormatError):
            read(self.fresh(), tmp_path / "missing")

    @given(st.data())
    @settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
    def test_broken_files_raise_nothing_else(self, data: st.DataObject) -> None:
        with tempfile.TemporaryDirectory() as folder:
            target = Path(folder, self.target)
            write(
                self.fresh(),
                _rich(self.info(), self.sample()),
                target,
                **self.options(),
            )
            files = [p for p in (target, *target.rglob("*")) if p.is_file()]
            broken = data.draw(st.sampled_from(sorted(files)))
            broken.write_bytes(data.draw(_broken(broken.read_bytes())))
            try:
                found, report = read(
                    self.fresh(),
                    target,
                    {self.sample().path: (100, 100)},
                    times={self.sample().path: TIMES},
                )
            except FormatError as error:
                assert str(error).endswith(".")  # noqa: PT017
                return
            for mark in found.the_annotations:
                assert not problems_of(mark)
            for item in found.the_items:
                assert not problems_of(item)
            for problem in report.problems:
                assert problem.reason


def _check_item(old: Facts, new: Facts, same: Callable[[Any, Any], bool]) -> None:
    assert {k: v for k, v in old.items() if k != "marks"} == {
        k: v for k, v in new.items() if k != "marks"
    }
    left: list[Any] = list(cast("list[Any]", new["marks"]))
    for mark in cast("list[Any]", old["marks"]):
        twin = next((x for x in left if _same_mark(mark, x, same)), None)
        assert twin is not None, f"{mark} is not among {left}"
        left.remove(twin)
    assert not left


def _same_mark(a: Any, b: Any, same: Callable[[Any, Any], bool]) -> bool:
    rest_a = {k: v for k, v in a.items() if k != "geometry"}
    rest_b = {k: v for k, v in b.items() if k != "geometry"}
    return rest_a == rest_b and same(a["geometry"], b["geometry"])


@st.composite
def _datasets(
    draw: st.DrawFn, geometries: st.SearchStrategy[Geometry], info: FormatInfo
) -> Dataset:
    world = draw(some.worlds())
    items = [
        replace(
            item,
            width=draw(st.integers(1, 200)),
            height=draw(st.integers(1, 200)),
            media=item.media if item.media in info.media else Media.IMAGE,
        )
        for item in world.items
    ]
    marks = [replace(mark, geometry=draw(geometries)) for mark in world.annotations]
    groups = st.none() | st.integers(1, 2).map(lambda n: 10 + n)
    of_item = {item.id: place for place, item in enumerate(items)}
    marks = [
        replace(
            mark,
            group_id=(g := draw(groups)) and g + 100 * of_item[mark.item_id],
            source=None,
        )
        for mark in marks
    ]
    return Dataset(
        world.schema, items, marks, list(world.relations), list(world.annotators)
    )


SAMPLES: Mapping[Kind, Geometry] = {
    Kind.BOX: Box(1, 2, 30, 40),
    Kind.ROTATED_BOX: RotatedBox(50, 50, 20, 10, 30),
    Kind.POLYGON: Polygon.of([(10, 10), (40, 12), (30, 44)]),
    Kind.POLYLINE: Polyline.of([(1, 1), (5, 9)]),
    Kind.POINTS: Points.of([(10, 20), (30, 40)], (2, 1)),
    Kind.ELLIPSE: Ellipse(50, 50, 20, 10, 30),
    Kind.MASK: masks.encode(np.tri(100, 100)),
    Kind.SPAN: Span(((0, 3),)),
    Kind.INTERVAL: Interval(0.5, 1.25),
    Kind.INSTANT: Instant(0.1),
    Kind.TIME_BOX: TimeBox(0.1, 0.2, 100, 4000),
    Kind.TRACK: Track((Keyframe(3, Box(1, 2, 3, 4)),)),
    Kind.WHOLE: Whole(),
}
LABEL = Label(id=5, name="cat", color="#ffb000")
TEXT = "Hello World"  # of samples that are texts
TIMES = [n / 25 for n in range(501)]  # of samples that are films
PICTURE = Item(id=7, path="a/b.jpg", media=Media.IMAGE, width=100, height=100)


def _one(kind: Kind, item: Item) -> Dataset:
    mark = Annotation(
        id=9, item_id=item.id, annotator_id=1, geometry=SAMPLES[kind], label_id=5
    )
    return Dataset(
        Schema((LABEL,)),
        [item],
        [mark],
        texts={item.path: TEXT},
        times={item.path: TIMES},
    )


def _rich(info: FormatInfo, item: Item) -> Dataset:
    """One mark of each kind that is held, with a bit of everything."""
    marks = [
        Annotation(
            id=9 + kind,
            item_id=item.id,
            annotator_id=1,
            geometry=SAMPLES[kind],
            label_id=5,
            attributes={"color": "red", "n": 3, "list": ("a", 1.5)},
            text="x, y",
            group_id=4,
        )
        for kind in sorted(info.kinds)
    ]
    return Dataset(
        Schema((LABEL,)),
        [item],
        marks,
        texts={item.path: TEXT},
        times={item.path: TIMES},
    )


def _with(word: str, kind: Kind, item: Item) -> Dataset:
    """One mark that has what `word` names."""
    data = _one(kind, item)
    tier = Tier(id=3, name="words", kind=TierKind.INTERVAL)
    marks: Mapping[str, Mapping[str, Any]] = {
        "attributes": {"attributes": {"a": 1}},
        "frame": {"frame": 3},
        "group": {"group_id": 77},
        "locked": {"locked": True},
        "score": {"score": 0.5},
        "status": {"status": AnnotationStatus.ACCEPTED},
        "text": {"text": "hello"},
        "tier": {"tier_id": 3},
        "z": {"z": 2},
    }
    items: Mapping[str, Mapping[str, Any]] = {
        "item_attributes": {"attributes": {"a": 1}},
        "item_status": {"status": Status.DONE},
        "split": {"split": "train"},
    }
    mark = replace(data.the_annotations[0], **marks.get(word, {}))
    other = replace(mark, id=10, annotator_id=2)
    return replace(
        data,
        schema=replace(data.schema, tiers=(tier,)),
        the_items=[replace(item, **items.get(word, {}))],
        the_annotations=[mark, other] if word in ("annotator", "relations") else [mark],
        the_annotators=[ME, Annotator(2, "you")],
        the_relations=[
            Relation(id=11, item_id=item.id, annotator_id=1, head_id=9, tail_id=10)
        ]
        if word == "relations"
        else [],
    )


@st.composite
def _broken(draw: st.DrawFn, good: bytes) -> bytes:
    """A good file that was cut, or in which bytes were changed."""
    at = draw(st.integers(0, len(good)))
    how = draw(st.sampled_from(("cut", "byte", "word", "drop", "twice")))
    if how == "cut":
        return good[:at]
    if how == "byte":
        return good[:at] + draw(st.binary(min_size=1, max_size=2)) + good[at + 1 :]
    if how == "word":
        words = (b"null", b"-1", b"NaN", b"1e999", b'"x"', b"[]", b"{}", b"true", b",")
        numbers = list(re.finditer(rb"[0-9.]+|\"[^\"]*\"|\[[^\[\]]*\]", good))
        if not numbers:
            return good[:at]
        match = draw(st.sampled_from(numbers))
        word = draw(st.sampled_from(words))
        return good[: match.start()] + word + good[match.end() :]
    stop = draw(st.integers(at, min(at + 40, len(good))))
    return good[:at] + good[stop:] if how == "drop" else good[:stop] + good[at:]
