"""Put aligned words and sounds on tiers under the one whose interval was aligned."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from annolab import tier_edits
from annolab.assist.alignment import Alignment, Spoken, within
from annolab.errors import UserError
from annolab.model.annotation import Annotation, Annotator, AnnotatorKind
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Interval
from annolab.model.ids import new_id
from annolab.model.item import Item
from annolab.model.schema import Tier, TierKind
from annolab.store.project import Project

ANNOTATOR = "Praat alignment"
WORDS, PHONEMES = "word", "phon"  # behind the name of the tier, as Praat has it


def align_edit(
    project: Project, item: Item, mark: Annotation, found: Alignment, *, phonemes: bool
) -> Edit:
    """The words, and the sounds if they are wanted, of one interval, in one step.

    They go to the tiers `<name>/word` and `<name>/phon` under that of the interval.
    What was on these between the ends of the interval is replaced. UserError when
    some of it is locked or the interval lies on no tier.
    """
    above = next((t for t in project.schema.tiers if t.id == mark.tier_id), None)
    if above is None or not isinstance(mark.geometry, Interval):
        message = "Select an interval on a tier: its text is aligned."
        raise UserError(message)
    changes: list[Change] = []
    who = next((a for a in project.annotators() if _is_ours(a)), None)
    if who is None:
        who = Annotator(new_id(), ANNOTATOR, AnnotatorKind.MODEL)
        changes.append(Change(None, who))
    there = project.annotations(item.id)
    tiers, below = item.tiers, above.id
    position = max((t.position for t in project.schema.tiers), default=-1)
    span = mark.geometry.start, mark.geometry.stop
    kinds = [(WORDS, found.words)] + [(PHONEMES, found.phonemes)] * phonemes
    for name, spoken in kinds:
        tier = _tier(project, above, f"{above.name}/{name}")
        if tier is None:
            position += 1
            tier = Tier(
                id=new_id(),
                name=f"{above.name}/{name}",
                kind=TierKind.INTERVAL,
                parent_id=above.id,
                position=position,
            )
            changes.append(Change(None, tier))
        if tier.id not in tiers:
            tiers = _below(tiers, below, tier.id)
        below = tier.id
        line = [a for a in there if a.tier_id == tier.id]
        blank = Annotation(
            id=mark.id,
            item_id=item.id,
            annotator_id=who.id,
            geometry=mark.geometry,
            tier_id=tier.id,
        )
        changes += _placed(line, blank, within(spoken, *span), item.seconds or span[1])
    if tiers != item.tiers:
        changes.append(Change(item, replace(item, tiers=tiers)))
    return Edit("Align interval", tuple(changes), item.id)


def _is_ours(annotator: Annotator) -> bool:
    return annotator.kind is AnnotatorKind.MODEL and annotator.name == ANNOTATOR


def _tier(project: Project, above: Tier, name: str) -> Tier | None:
    same = (
        t for t in project.schema.tiers if (t.name, t.parent_id) == (name, above.id)
    )
    return next((t for t in same if t.kind is TierKind.INTERVAL), None)


def _below(tiers: tuple[int, ...], above: int, new: int) -> tuple[int, ...]:
    place = tiers.index(above) + 1 if above in tiers else len(tiers)
    return (*tiers[:place], new, *tiers[place:])


def _placed(
    line: Sequence[Annotation], blank: Annotation, spoken: list[Spoken], length: float
) -> list[Change]:
    """Changes that put what was spoken into a tier; neighbours keep what is outside."""
    start, stop = spoken[0].start, spoken[-1].stop
    new = [(s.start, s.stop, s.text) for s in spoken]
    if not line:
        ends = [(0.0, start, ""), (stop, max(length, stop), "")]
        new += [end for end in ends if end[1] > end[0]]
    changes = []
    for mark in line:
        shape = mark.geometry
        if isinstance(shape, Interval) and shape.start < stop and start < shape.stop:
            tier_edits.spare_locked([mark])
            left, *right = _outside(mark, shape, start, stop)
            changes.append(Change(mark, left))
            new += [(stop, shape.stop, "") for _ in right]
    for begin, end, text in new:
        made = replace(
            blank, id=new_id(), geometry=Interval(begin, end), text=text or None
        )
        changes.append(Change(None, made))
    return changes


def _outside(
    mark: Annotation, shape: Interval, start: float, stop: float
) -> Iterator[Annotation | None]:
    """What stays of an interval, None for nothing; then one more if there is a rest."""
    if shape.start < start:
        yield replace(mark, geometry=Interval(shape.start, start))
        if shape.stop > stop:
            yield None
    elif shape.stop > stop:
        yield replace(mark, geometry=Interval(stop, shape.stop))
    else:
        yield None
