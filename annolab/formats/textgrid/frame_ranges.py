"""Labels on ranges of frames as intervals: a tier of their own, called Frames.

Such a tier of a film is read as ranges of frames again; one frame alone is a label on
that frame. All other tiers are those of the sound.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from annolab.formats.base import ImportContext, Problem, Records, Report, Severity
from annolab.formats.film_times import NO_TIMES, FilmFrames, FilmTimes, range_track
from annolab.formats.lines import checked
from annolab.formats.textgrid.grid import GridTier
from annolab.formats.values import clean
from annolab.model.annotation import Annotation
from annolab.model.geometry import Attributes, Geometry, Interval, Track, Whole
from annolab.model.item import Item, Media
from annolab.model.schema import Schema

NAME = "Frames"
_NAMES = re.compile(r"Frames( [1-9][0-9]{0,5})?")
_AS_SOUND = "Ranges of frames stay intervals in seconds, as the film cannot be read."
_BLANK = "A range of frames without a label or a text."
_TAKEN = "A tier of the sound that is called Frames is read as ranges of frames."


@dataclass(slots=True)
class RangesOut:
    """The ranges of frames of films that are written."""

    schema: Schema
    report: Report
    times: FilmTimes

    @classmethod
    def of(cls, schema: Schema, records: Records, report: Report) -> RangesOut:
        """For an export."""
        return cls(schema, report, FilmTimes(records))

    def length(self, item: Item) -> float | None:
        """Seconds of an item: those of a sound, or of the pictures of a film."""
        if item.media is not Media.VIDEO:
            return item.length
        return self.times.records.time_of(item, self.times.length(item))

    def intervals(self, item: Item, mark: Annotation) -> list[Annotation]:
        """A mark as intervals with a text: one for each range where it is seen."""
        found = [Interval(*span) for span in self._spans(item, mark)]
        label = self.schema.label(mark.label_id)
        text = label.name if label else mark.text or ""
        if not found:
            self._say(NO_TIMES, item, mark, Severity.SKIPPED)
        elif not text:
            self._say(_BLANK, item, mark, Severity.SKIPPED)
            return []
        if len(found) > 1:
            reason = "A label on several ranges of frames is one for each of them."
            self._say(reason, item, mark)
        if isinstance(mark.geometry, Track) and any(
            key.attributes for key in mark.geometry.keyframes
        ):
            self._say("Key-values of keyframes cannot be kept.", item, mark)
        if not label and text:
            self._say("The text of a range of frames is a label now.", item, mark)
        plain = replace(mark, label_id=None, frame=None, tier_id=None, text=text)
        return [replace(plain, geometry=interval) for interval in found]

    def say_taken(self, item: Item) -> None:
        """Report tiers of the sound that would be taken for ranges of frames."""
        known = {tier.id: tier.name for tier in self.schema.tiers}
        names = [known[tier] for tier in item.tiers if tier in known]
        if item.media is Media.VIDEO and any(map(is_named, names)):
            self.report.add(Problem(_TAKEN, Severity.LOSS, item=item.path))

    def _spans(self, item: Item, mark: Annotation) -> Iterator[tuple[float, float]]:
        shape: Geometry = mark.geometry
        if mark.frame is not None:
            shape = range_track(Whole(), mark.frame, mark.frame + 1)
        if isinstance(shape, Track):
            for _, _, start, stop in self.times.spans(item, shape):
                yield start, stop

    def _say(
        self,
        reason: str,
        item: Item,
        mark: Annotation,
        how: Severity = Severity.LOSS,
    ) -> None:
        self.report.add(Problem(reason, how, "", item.path, mark.id))


def is_range(item: Item, mark: Annotation) -> bool:
    """Whether a mark is a label on frames of a film."""
    shape = mark.geometry
    if item.media is not Media.VIDEO:
        return False
    if isinstance(shape, Track):
        return all(isinstance(key.geometry, Whole) for key in shape.keyframes)
    return isinstance(shape, Whole) and mark.frame is not None


def is_named(name: str) -> bool:
    """Whether a tier is called as those with ranges of frames are."""
    return _NAMES.fullmatch(name) is not None


@dataclass(slots=True)
class RangesIn:
    """The ranges of frames of films that are read."""

    ctx: ImportContext
    frames: FilmFrames
    has_all: bool  # every tier of intervals is one of ranges

    @classmethod
    def of(cls, ctx: ImportContext) -> RangesIn:
        """For an import."""
        return cls(ctx, FilmFrames(ctx), ctx.options.get("films") == "frames")

    def takes(self, item: Item, tier: GridTier) -> bool:
        """Whether a tier is one of ranges; says so when the film does not tell."""
        if item.media is not Media.VIDEO or tier.points:
            return False
        if not (self.has_all or is_named(tier.name)):
            return False
        if self.frames.count(item):
            return True
        problem = Problem(_AS_SOUND, Severity.REPAIRED, tier.name, item.path)
        self.ctx.report.add(problem)
        return False

    def marks(
        self, item: Item, tier: GridTier, values: dict[int, Attributes]
    ) -> Iterator[Annotation]:
        """A label on a range of frames for each interval with a text."""
        for place, (start, stop, text) in enumerate(tier.marks):
            if not text.strip():
                continue
            where = f"{tier.name}, {start:g} s"
            found = self.frames.range(item, start, stop, where)
            if found is None:
                continue
            first, after = found
            is_one = (after or self.frames.count(item)) == first + 1
            mark = Annotation(
                id=self.ctx.new_id(),
                item_id=item.id,
                annotator_id=self.ctx.annotator_id,
                geometry=Whole() if is_one else range_track(Whole(), first, after),
                label_id=self.ctx.label(clean(text)).id,
                frame=first if is_one else None,
                attributes=values.get(place, {}),
            )
            if checked(mark, f"{item.path}: {where}", self.ctx.report):
                yield mark
