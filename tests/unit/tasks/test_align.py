"""Aligned words lie on tiers under their sentence, without gaps, in one step."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab import edits
from annolab.assist.alignment import Alignment, Spoken, within
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.geometry import Instant, Interval
from annolab.store.project import Project
from annolab.tasks.align import align_edit
from tests.sound_bench import EVENTS, WORDS, make_project, span

FOUND = Alignment(
    (Spoken(0, 0.25, "one"), Spoken(0.25, 0.5, ""), Spoken(0.5, 0.75, "two")),
    (Spoken(0, 0.125, "w"), Spoken(0.125, 0.25, "n"), Spoken(0.25, 0.75, "")),
)


def marks_of(project: Project, name: str) -> list[Annotation]:
    (tier,) = (t for t in project.schema.tiers if t.name == name)
    found = [a for a in project.annotations(100) if a.tier_id == tier.id]
    return sorted(found, key=span)


def aligned(project: Project, number: int, *, phonemes: bool = True) -> Annotation:
    item = project.item(100)
    assert item is not None
    mark = marks_of(project, WORDS.name)[number]
    project.apply(align_edit(project, item, mark, FOUND, phonemes=phonemes))
    return mark


def spans(project: Project, kind: str) -> list[tuple[float, float, str]]:
    return [span(mark) for mark in marks_of(project, f"{WORDS.name}/{kind}")]


def is_partition(found: list[tuple[float, float, str]], stop: float) -> bool:
    joined = all(a[1] == b[0] for a, b in pairwise(found))
    return joined and found[0][0] == 0.0 and found[-1][1] == stop


def test_words_and_phonemes_get_tiers_below(tmp_path: Path) -> None:
    with make_project(tmp_path) as project:
        mark = aligned(project, 1)
        start, stop, _ = span(mark)
        words = spans(project, "word")
        assert is_partition(words, 4.0)
        inside = [w for w in words if start <= w[0] < stop]
        assert [w[2] for w in inside] == ["one", "", "two"]
        assert (inside[0][0], inside[-1][1]) == (start, stop)
        assert is_partition(spans(project, "phon"), 4.0)
        item = project.item(100)
        names = {t.id: t.name for t in project.schema.tiers}
        assert item is not None
        order = [names[tier] for tier in item.tiers]
        assert order[:3] == [WORDS.name, f"{WORDS.name}/word", f"{WORDS.name}/phon"]
        assert all(
            t.parent_id == WORDS.id for t in project.schema.tiers if "/" in t.name
        )
        assert project.undo() is not None
        assert not any("/" in t.name for t in project.schema.tiers)


def test_a_second_alignment_replaces_and_another_interval_adds(tmp_path: Path) -> None:
    with make_project(tmp_path) as project:
        aligned(project, 1, phonemes=False)
        once = spans(project, "word")
        aligned(project, 1, phonemes=False)
        assert spans(project, "word") == once
        aligned(project, 0, phonemes=False)
        both = spans(project, "word")
        assert is_partition(both, 4.0)
        assert [w[2] for w in both if w[2]] == ["one", "two"] * 2
        assert not any(t.name.endswith("/phon") for t in project.schema.tiers)


def test_locked_words_and_points_are_refused(tmp_path: Path) -> None:
    with make_project(tmp_path) as project:
        aligned(project, 1)
        there = marks_of(project, f"{WORDS.name}/word")
        inside = next(a for a in there if a.text)
        project.apply(edits.replace([inside], [replace(inside, locked=True)], "Lock"))
        with pytest.raises(UserError, match="lock"):
            aligned(project, 1)
        item = project.item(100)
        assert item is not None
        point = next(a for a in project.annotations(100) if a.tier_id == EVENTS.id)
        assert isinstance(point.geometry, Instant)
        with pytest.raises(UserError, match="interval"):
            align_edit(project, item, point, FOUND, phonemes=True)


TIMES = st.lists(st.floats(-1, 10), max_size=12)


@given(TIMES, st.floats(0, 100), st.floats(0.001, 9))
def test_whatever_is_found_has_no_gaps(
    times: list[float], start: float, length: float
) -> None:
    stop = start + length
    ends = pairwise([0.0, *times])
    found = within([Spoken(a, b, "x") for a, b in ends], start, stop)
    assert (found[0].start, found[-1].stop) == (start, stop)
    assert all(a.stop == b.start for a, b in pairwise(found))
    assert all(Interval(s.start, s.stop).stop > s.start for s in found)
