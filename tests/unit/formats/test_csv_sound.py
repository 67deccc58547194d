"""CSV holds all that is marked on sounds."""

from __future__ import annotations

import tempfile
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from annolab.formats.csv_table import CsvFormat
from annolab.model.annotation import Annotation
from annolab.model.geometry import Instant, Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, Tier, TierKind
from tests import strategies as some
from tests.format_contract import typed
from tests.format_memory import Dataset, read, write

TIERS = (
    Tier(id=2, name="utterance", kind=TierKind.INTERVAL),
    Tier(id=3, name="word", kind=TierKind.INTERVAL, parent_id=2),
    Tier(id=4, name="phone", kind=TierKind.INTERVAL, parent_id=3),
    Tier(id=5, name="word", kind=TierKind.INTERVAL),
    Tier(id=6, name="word", kind=TierKind.POINT, parent_id=2),
    Tier(id=7, name="bells", kind=TierKind.POINT),
)
SCHEMA = Schema((Label(id=1, name="call", color="#ffb000"),), tiers=TIERS)


@st.composite
def sounds(draw: st.DrawFn) -> Dataset:
    shape = some.intervals() | some.instants() | some.time_boxes()
    items = [
        Item(
            id=70 + n, path=f"{n}.flac", media=Media.AUDIO, rate=44100.0,
            length=draw(st.floats(0, 1e6)),
            tiers=tuple(draw(st.permutations(range(2, 8)))),
        )
        for n in range(draw(st.integers(1, 2)))
    ]  # fmt: skip
    marks = [
        replace(
            mark,
            id=1000 + n,
            item_id=draw(st.sampled_from(items)).id,
            annotator_id=1,
            label_id=draw(st.none() | st.just(1)),
            tier_id=draw(st.none() | st.integers(2, 7)),
            group_id=None,
        )
        for n, mark in enumerate(draw(st.lists(some.marks(shape), max_size=6)))
    ]
    return Dataset(SCHEMA, items, marks)


def facts(data: Dataset) -> list[object]:
    labels = {label.id: label.name for label in data.schema.labels}
    tiers = {tier.id: tier for tier in data.schema.tiers}

    def place(tier_id: int | None) -> object:
        if tier_id is None:
            return None
        tier = tiers[tier_id]
        alike = [t.id for t in data.schema.tiers if t.name == tier.name]
        alike = [x for x in alike if tiers[x].kind is tier.kind]
        return tier.name, tier.kind, alike.index(tier_id), place(tier.parent_id)

    paths = {item.id: item.path for item in data.the_items}
    found: list[object] = [
        (item.path, item.media, item.length, item.rate, *map(place, item.tiers))
        for item in data.the_items
    ]
    found += [
        (
            paths[mark.item_id], repr(mark.geometry), labels.get(mark.label_id or 0),
            place(mark.tier_id), mark.text, typed(dict(mark.attributes)), mark.score,
        )
        for _, marks in data.by_item()
        for mark in marks
    ]  # fmt: skip
    return found


@given(sounds())
@settings(
    max_examples=60,
    deadline=None,
    phases=[phase for phase in Phase if phase is not Phase.shrink],
    suppress_health_check=list(HealthCheck),
)
def test_all_of_it_comes_back_to_the_last_bit(before: Dataset) -> None:
    with tempfile.TemporaryDirectory() as folder:
        report = write(CsvFormat(), before, Path(folder, "x.csv"))
        after, imported = read(CsvFormat(), Path(folder, "x.csv"))
    assert not report.losses
    assert not imported.problems
    assert facts(after) == facts(before)


def test_tables_of_one_tier_are_as_plain_as_they_were(tmp_path: Path) -> None:
    item = Item(id=7, path="a.wav", media=Media.AUDIO, tiers=(2,))
    mark = Annotation(
        id=9, item_id=7, annotator_id=1, geometry=Interval(0, 0.1), tier_id=2, text="a"
    )
    write(CsvFormat(), Dataset(SCHEMA, [item], [mark]), tmp_path / "x.csv")
    assert (tmp_path / "x.csv").read_text().splitlines() == [
        "file,label,kind,x,y,w,h,start,stop,tier,tier_kind,text,annotator,media",
        "a.wav,,interval,,,,,0,0.1,utterance,interval,a,me,audio",
    ]


def test_what_no_column_can_name_is_said(tmp_path: Path) -> None:
    tiers = (TIERS[5], Tier(id=8, name="x", kind=TierKind.INTERVAL, parent_id=7))
    item = Item(id=7, path="a.wav", media=Media.AUDIO, tiers=(8,))
    mark = Annotation(id=9, item_id=7, annotator_id=1, geometry=Instant(0), tier_id=8)
    data = Dataset(Schema(tiers=tiers), [item], [mark])
    assert write(CsvFormat(), data, tmp_path / "x.csv").losses
    after, _ = read(CsvFormat(), tmp_path / "x.csv")
    assert [tier.name for tier in after.schema.tiers] == ["x"]


@pytest.mark.parametrize(
    ("column", "cell"),
    [
        ("tier_number", "-1"), ("tier_number", "99999999"), ("tier_number", "x"),
        ("tier_parent", "[[1]]"), ("tier_parent", "7"), ("tier_kind", "odd"),
        ("item_tiers", "[1]"), ("item_tiers", "x"), ("item_tiers", '[["a","b",0]]'),
        ("item_tiers", '[["a","point",9999]]'),
    ],
)  # fmt: skip
def test_nonsense_is_left_out_and_named(column: str, cell: str, tmp_path: Path) -> None:
    head = "file,label,kind,x,y,w,h,start,stop,tier,tier_kind,tier_number"
    cells = {"tier_kind": "interval", column: cell.replace('"', '""')}
    row = ",".join(
        f'"{cells.get(name, "")}"'
        for name in ("tier_kind", "tier_number", "tier_parent", "item_tiers")
    )
    (tmp_path / "x.csv").write_text(
        f"{head},tier_parent,item_tiers\na.wav,,interval,,,,,1,2,t,{row}\n"
    )
    data, report = read(CsvFormat(), tmp_path / "x.csv")
    assert [mark.geometry for mark in data.the_annotations] == [Interval(1, 2)]
    assert [problem.where for problem in report.problems] == ["x.csv, line 2"]
