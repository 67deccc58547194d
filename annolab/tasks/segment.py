"""Cut sounds into silent and sounding intervals, or mark where something begins.

What is found is the opinion of a rule, which the user can disagree with: its
marks bear the rule as their annotator, on a tier of their own.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from contextlib import closing
from dataclasses import dataclass, replace

from annolab.assist.sound import (
    OnsetSettings,
    SilenceSettings,
    Source,
    Stretch,
    onsets,
    silences,
)
from annolab.errors import AnnoLabError, Cancelled, UserError
from annolab.formats.base import Problem, Report
from annolab.jobs import Progress
from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.model.annotation import Annotation, Annotator, AnnotatorKind
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Geometry, Instant, Interval
from annolab.model.ids import new_id, reserve_ids
from annolab.model.item import Item, Media
from annolab.model.schema import Schema, Tier, TierKind
from annolab.store.filters import Filter
from annolab.store.project import Project

Settings = SilenceSettings | OnsetSettings
Mark = tuple[Geometry, str | None]


@dataclass(frozen=True, slots=True)
class Segmentation:
    """What to look for, and how it is called.

    `silent`, `sounding`: texts of the intervals; "" leaves them empty.
    """

    settings: Settings
    tier: str
    silent: str = "silent"
    sounding: str = "sounding"

    @property
    def kind(self) -> TierKind:
        """Of the tier."""
        points = isinstance(self.settings, OnsetSettings)
        return TierKind.POINT if points else TierKind.INTERVAL

    @property
    def rule(self) -> str:
        """The name of the annotator."""
        points = isinstance(self.settings, OnsetSettings)
        return "Energy onsets" if points else "Silences by energy"

    @property
    def title(self) -> str:
        """As Undo shows it."""
        points = isinstance(self.settings, OnsetSettings)
        return "Mark onsets" if points else "Cut at silences"


def find(sound: Sound, wanted: Segmentation, progress: Progress) -> list[Mark]:
    """The marks for a sound, in order; decodes it first when it has to be."""
    sound.prepare(progress)
    source = Source(sound.read, sound.rate, sound.frames)
    if isinstance(wanted.settings, OnsetSettings):
        return [(Instant(t), None) for t in onsets(source, wanted.settings, progress)]
    found = silences(source, wanted.settings, progress)
    return [(Interval(s.start, s.stop), _text(s, wanted)) for s in found]


def _text(stretch: Stretch, wanted: Segmentation) -> str | None:
    return (wanted.silent if stretch.silent else wanted.sounding) or None


def segment_edit(
    project: Project, item: Item, wanted: Segmentation, marks: Sequence[Mark]
) -> Edit:
    """Put marks on a tier of an item, in one step.

    What this rule has put there before is replaced. A tier that somebody else
    has worked on is left alone: the marks go to another tier of the name.
    """
    rule = next((a for a in project.annotators() if _is_rule(a, wanted)), None)
    changes = []
    if rule is None:
        rule = Annotator(new_id(), wanted.rule, AnnotatorKind.RULE)
        changes.append(Change(None, rule))
    there = project.annotations(item.id)
    foreign = {a.tier_id for a in there if a.annotator_id != rule.id}
    tier = _free_tier(project.schema, item, wanted, foreign)
    if tier is None:
        tier = _new_tier(project.schema, wanted, new_id())
        changes.append(Change(None, tier))
    changes += [Change(a, None) for a in there if a.tier_id == tier.id]
    if tier.id not in item.tiers:
        changes.append(Change(item, replace(item, tiers=(*item.tiers, tier.id))))
    ids = reserve_ids(len(marks)) if marks else ()
    made = _annotations(item, tier, rule, zip(ids, marks, strict=True))
    changes += [Change(None, mark) for mark in made]
    return Edit(wanted.title, tuple(changes), item.id)


def _is_rule(annotator: Annotator, wanted: Segmentation) -> bool:
    return annotator.kind is AnnotatorKind.RULE and annotator.name == wanted.rule


def _free_tier(
    schema: Schema, item: Item, wanted: Segmentation, foreign: set[int | None]
) -> Tier | None:
    """A tier of the name that nobody else has marks on; those of the item first."""
    same = [t for t in schema.tiers if (t.name, t.kind) == (wanted.tier, wanted.kind)]
    same = [t for t in same if t.id not in foreign]
    return min(same, key=lambda t: t.id not in item.tiers, default=None)


def _new_tier(schema: Schema, wanted: Segmentation, tier_id: int) -> Tier:
    if not wanted.tier.strip():
        message = "The tier has no name: type one."
        raise UserError(message)
    last = max((t.position for t in schema.tiers), default=-1)
    return Tier(id=tier_id, name=wanted.tier, kind=wanted.kind, position=last + 1)


def _annotations(
    item: Item, tier: Tier, rule: Annotator, marks: Iterable[tuple[int, Mark]]
) -> list[Annotation]:
    return [
        Annotation(
            id=mark_id,
            item_id=item.id,
            annotator_id=rule.id,
            geometry=geometry,
            tier_id=tier.id,
            text=text,
        )
        for mark_id, (geometry, text) in marks
    ]


def sounds_of(project: Project, item_ids: Sequence[int]) -> list[int]:
    """Those of the items that are sounds, in the order given."""
    sounds = set(project.item_ids(Filter(media=Media.AUDIO)))
    return [item_id for item_id in item_ids if item_id in sounds]


def segment_items(
    project: Project,
    item_ids: Sequence[int],
    wanted: Segmentation,
    cache: SoundCache,
    progress: Progress,
) -> Report:
    """Put marks on a tier of many items, as one step of the history.

    Items that have a tier of the name already are left out, with a problem.
    """
    report = Report()
    known = [a for a in project.annotators() if _is_rule(a, wanted)]
    rule = known[0] if known else Annotator(new_id(), wanted.rule, AnnotatorKind.RULE)
    with project.bulk(wanted.title, rule) as bulk:
        same = [
            t
            for t in project.schema.tiers
            if (t.name, t.kind) == (wanted.tier, wanted.kind)
        ]
        tier = same[0] if same else _new_tier(project.schema, wanted, bulk.new_id())
        if not same:
            bulk.add(tier)
        taken = {t.id for t in same}
        for number, item_id in enumerate(item_ids):
            progress.step(number, len(item_ids))
            item = project.item(item_id)
            if item is None or item.media is not Media.AUDIO:
                continue
            if taken & set(item.tiers):
                reason = "A sound that has a tier of this name already."
                report.add(Problem(reason, where=item.path))
                continue
            inner = Progress(lambda *_, n=number: progress.step(n, len(item_ids)))
            marks = _found(project, item, wanted, cache, inner, report)
            if marks is None:
                continue
            bulk.change(item, replace(item, tiers=(*item.tiers, tier.id)))
            numbered = ((bulk.new_id(), mark) for mark in marks)
            for mark in _annotations(item, tier, rule, numbered):
                bulk.add(mark)
            report.written += len(marks)
    progress.step(len(item_ids), len(item_ids))
    return report


def _found(
    project: Project,
    item: Item,
    wanted: Segmentation,
    cache: SoundCache,
    progress: Progress,
    report: Report,
) -> list[Mark] | None:
    """The marks for an item; None when its sound cannot be read."""
    try:
        with closing(open_sound(project.media_path(item), cache)) as sound:
            return find(sound, wanted, progress)
    except Cancelled:
        raise
    except AnnoLabError as error:
        report.add(Problem("A sound that cannot be read.", where=str(error)))
        return None
