from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.formats.base import Report, Severity
from annolab.formats.textgrid.exporting import GridMaker
from annolab.formats.textgrid.grid import Grid
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind

SPANS = st.lists(
    st.tuples(st.sampled_from((0.0, 1.0, 2.5, 10.0)), st.sampled_from((0.0, 1.0, 4.0))),
    max_size=6,
)


def made(*spans: tuple[float, float]) -> tuple[Grid, Report]:
    """The grid of a sound of 10 s with these intervals on one tier."""
    tier = Tier(id=2, name="words", kind=TierKind.INTERVAL)
    item = Item(id=7, path="a.wav", media=Media.AUDIO, length=10.0, tiers=(2,))
    marks = [
        Annotation(
            id=20 + number,
            item_id=7,
            annotator_id=1,
            geometry=Interval(*span),
            tier_id=2,
            text=f"t{number}",
        )
        for number, span in enumerate(spans)
    ]
    report = Report()
    return GridMaker(Schema(tiers=(tier,)), report).grid(
        item, marks, length=10.0
    ), report


@pytest.mark.parametrize("time", [0.0, 3.0])
def test_a_gap_after_an_interval_of_no_length_is_filled(time: float) -> None:
    grid, report = made((time, time))
    marks = grid.tiers[0].marks
    assert all(a[0] < b[0] and a[1] == b[0] for a, b in pairwise(marks))
    assert (marks[0][0], marks[-1][1]) == (0.0, 10.0)
    assert [how for how, _ in report.counts] == [Severity.REPAIRED]


@given(SPANS)
def test_praat_would_drop_no_interval_and_find_no_gap(
    spans: list[tuple[float, float]],
) -> None:
    grid, _ = made(*((start, start + length) for start, length in spans))
    marks = grid.tiers[0].marks
    end = 0.0
    for start, stop, _ in marks:
        assert start <= end
        end = max(end, stop)
    assert end >= 10.0
    assert all(a[0] < b[0] for a, b in pairwise(marks))
    assert {text for _, _, text in marks} >= {f"t{n}" for n in range(len(spans))}


def test_free_regions_are_told_of_once_for_each() -> None:
    item = Item(id=7, path="a.wav", media=Media.AUDIO, length=10.0)
    marks = [
        Annotation(id=n, item_id=7, annotator_id=1, geometry=Interval(n, n + 1))
        for n in (1, 4)
    ]
    report = Report()
    grid = GridMaker(Schema(), report).grid(item, marks)
    assert [tier.name for tier in grid.tiers] == ["Regions"]
    assert list(report.counts.values()) == [2]
    assert [how for how, _ in report.counts] == [Severity.NOTE]
    assert not report.losses
