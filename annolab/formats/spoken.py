"""What of the marks on a sound goes out as texts with a start and a stop."""

from __future__ import annotations

import json
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from annolab.formats.base import Problem, Records, Report, Severity
from annolab.formats.json_rows import kept as kept_of
from annolab.formats.lines import report_fields, report_item, report_people
from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.item import Item, Media
from annolab.model.schema import Schema

Said: TypeAlias = tuple[Annotation, Interval, str]


@dataclass(slots=True)
class Speech:
    """Picks what a format of texts can write, and reports the rest.

    `program`: what has the format, for sentences. `tier`: the tiers that come back
    under their name. `kept`: fields as `report_fields` has them. Empty intervals of
    tiers need not be written, as gaps are read as such again; a tier of nothing
    else is only held with `has_empty_tiers`. `writes_blank`: which are written.
    """

    schema: Schema
    report: Report
    program: str
    tier: Callable[[str], bool]
    kept: Collection[str] = ()
    has_empty_tiers: bool = False
    writes_blank: Callable[[Annotation], bool] = lambda _: False
    people: set[int] = field(default_factory=set)

    def spoken(
        self, item: Item, marks: Sequence[Annotation], records: Records
    ) -> list[Said]:
        """The intervals of an item that say something, in the order of time."""
        report_item(item, records, self.report)
        found: list[Said] = []
        empty: dict[int, list[tuple[float, float, Annotation]]] = {}
        for mark in marks:
            shape = mark.geometry
            if item.media is not Media.AUDIO or not isinstance(shape, Interval):
                reason = f"Only intervals on sounds can go into {self.program}."
                self.say(mark, item, reason, Severity.SKIPPED)
                continue
            text = self._text(mark, item)
            if text or (mark.tier_id is not None and self.writes_blank(mark)):
                found.append((mark, shape, text))
            elif mark.tier_id is None:
                reason = "An interval without a text."
                self.say(mark, item, reason, Severity.SKIPPED)
                continue
            else:
                blank = (shape.start, shape.stop, mark)
                empty.setdefault(mark.tier_id, []).append(blank)
            self._say_fields(mark, item)
        full = {mark.tier_id for mark, _, _ in found}
        for tier_id, blanks in empty.items():
            is_held = self.has_empty_tiers or tier_id in full
            self._say_blanks(blanks, item, is_held=is_held)
        found.sort(key=lambda each: (each[1].start, each[1].stop))
        return found

    def say(
        self,
        mark: Annotation,
        item: Item,
        reason: str,
        severity: Severity = Severity.LOSS,
    ) -> None:
        """Report what happens to a mark."""
        problem = Problem(reason, severity, item=item.path, annotation_id=mark.id)
        self.report.add(problem)

    def say_people(self) -> None:
        """Report, at the end, that marks of several people are one now."""
        report_people(self.people, self.report)

    def _text(self, mark: Annotation, item: Item) -> str:
        label = self.schema.label(mark.label_id)
        if label is None:
            return mark.text or ""
        if mark.text:
            self.say(mark, item, "A label beside a text cannot be kept.")
            return mark.text
        self.say(mark, item, "A label is written as a text.")
        return label.name

    def _say_fields(self, mark: Annotation, item: Item) -> None:
        self.people.add(mark.annotator_id)
        tier = next((t for t in self.schema.tiers if t.id == mark.tier_id), None)
        kept = [*self.kept, "tier"] if tier and self.tier(tier.name) else self.kept
        report_fields(mark, lambda reason: self.say(mark, item, reason), kept)

    def _say_blanks(
        self,
        blanks: list[tuple[float, float, Annotation]],
        item: Item,
        *,
        is_held: bool,
    ) -> None:
        """Empty intervals: gaps say the same, but not where two of them meet."""
        before: float | None = None
        for start, stop, mark in sorted(blanks, key=lambda each: each[:2]):
            if not is_held:
                reason = "An interval of a tier without any text."
                self.say(mark, item, reason, Severity.SKIPPED)
            elif start == before:
                reason = "The boundary between two intervals without a text."
                self.say(mark, item, reason, Severity.SKIPPED)
            else:
                self.report.written += 1
            before = stop


def kept_source(mark: Annotation, format_id: str) -> dict[str, Any]:
    """What the file a mark came from said, under the id of its format."""
    return kept_of(mark.source, format_id)


def source_of(format_id: str, **said: object) -> str | None:
    """The JSON text for `Annotation.source`; None when nothing is to be kept."""
    kept = {key: value for key, value in said.items() if value}
    return json.dumps({format_id: kept}) if kept else None


def speeches(records: Records, speech: Speech) -> Iterator[tuple[Item, list[Said]]]:
    """Each item that has something to say, with it; says at the end who is one now."""
    for item, marks in records.by_item():
        found = speech.spoken(item, marks, records)
        if found:
            yield item, found
    speech.say_people()
