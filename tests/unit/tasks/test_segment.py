"""Silences and onsets become marks of a rule on a tier, in one step."""

from __future__ import annotations

import wave
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from annolab.assist.sound import OnsetSettings, SilenceSettings
from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.media.sound import SoundCache, open_sound
from annolab.model.annotation import AnnotatorKind
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Instant, Interval
from annolab.model.item import Item, Media
from annolab.model.schema import TierKind
from annolab.store.project import Project
from annolab.tasks.segment import Segmentation, find, segment_edit, segment_items

SILENCES = Segmentation(SilenceSettings(), "silences")
ONSETS = Segmentation(OnsetSettings(), "onsets")


@pytest.fixture
def cache(tmp_path: Path) -> SoundCache:
    return SoundCache(tmp_path / "cache", 1 << 24)


@pytest.fixture
def items(project: Project, tmp_path: Path) -> list[Item]:
    """Two sounds, loud from 0.5 to 1.0 s, and one that is not there."""
    root = project.add_root(tmp_path)
    loud = np.random.default_rng(3).integers(-9000, 9000, 16000).astype("<i2")
    loud[:4000] = loud[8000:] = 0
    for name in ("a.wav", "b.wav"):
        with wave.open(str(tmp_path / name), "wb") as file:
            file.setparams((1, 2, 8000, 0, "NONE", ""))
            file.writeframes(loud.tobytes())
    made = [
        Item(id=n, path=name, media=Media.AUDIO, root_id=root.id, length=2.0, rate=8000)
        for n, name in enumerate(("a.wav", "b.wav", "gone.wav"), 100)
    ]
    project.apply(Edit("Add", tuple(Change(None, item) for item in made)))
    return made


def segment(
    project: Project, item_id: int, wanted: Segmentation, cache: SoundCache
) -> None:
    item = project.item(item_id)
    assert item is not None
    sound = open_sound(project.media_path(item), cache)
    marks = find(sound, wanted, Progress())
    sound.close()
    project.apply(segment_edit(project, item, wanted, marks))


def test_silences_are_one_step_of_a_rule(
    project: Project, items: list[Item], cache: SoundCache
) -> None:
    segment(project, items[0].id, SILENCES, cache)
    found = project.annotations(items[0].id)
    assert [a.text for a in found] == ["silent", "sounding", "silent"]
    edges = [g for a in found if isinstance(g := a.geometry, Interval)]
    assert [edges[0].start, edges[-1].stop] == [0.0, 2.0]
    assert [e.stop for e in edges[:-1]] == [e.start for e in edges[1:]]
    (tier,) = project.schema.tiers
    assert (tier.name, tier.kind) == ("silences", TierKind.INTERVAL)
    item = project.item(items[0].id)
    assert item is not None
    assert item.tiers == (tier.id,)
    rules = {a.id: a.kind for a in project.annotators()}
    assert {rules[a.annotator_id] for a in found} == {AnnotatorKind.RULE}
    project.undo()
    assert project.annotations(items[0].id) == []
    assert not project.schema.tiers


def test_again_replaces_what_the_rule_did_but_no_work_of_others(
    project: Project, items: list[Item], cache: SoundCache
) -> None:
    segment(project, items[0].id, SILENCES, cache)
    segment(project, items[0].id, SILENCES, cache)
    found = project.annotations(items[0].id)
    assert len(found) == 3
    mine = replace(found[0], id=7, annotator_id=project.annotator.id)
    project.apply(Edit("Add", (Change(None, mine),)))
    segment(project, items[0].id, SILENCES, cache)
    assert len(project.schema.tiers) == 2
    assert len(project.annotations(items[0].id)) == 7


def test_onsets_are_points(
    project: Project, items: list[Item], cache: SoundCache
) -> None:
    segment(project, items[0].id, ONSETS, cache)
    (mark,) = project.annotations(items[0].id)
    assert isinstance(mark.geometry, Instant)
    assert mark.geometry.time == pytest.approx(0.5, abs=0.003)
    assert mark.text is None


def test_all_items_are_one_step(
    project: Project, items: list[Item], cache: SoundCache
) -> None:
    ids = [item.id for item in items]
    report = segment_items(project, ids, SILENCES, cache, Progress())
    assert (report.written, report.skipped) == (6, 1)
    assert len(project.annotations(items[1].id)) == 3
    again = segment_items(project, ids, SILENCES, cache, Progress())
    assert (again.written, again.skipped) == (0, 3)
    project.undo()  # what changed nothing is no step
    assert project.annotations(items[1].id) == []
    item = project.item(items[1].id)
    assert item is not None
    assert item.tiers == ()


def test_a_tier_needs_a_name(project: Project, items: list[Item]) -> None:
    with pytest.raises(UserError, match="no name"):
        segment_edit(project, items[0], Segmentation(SilenceSettings(), " "), [])
