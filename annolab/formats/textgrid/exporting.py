"""From an item with its tiers and annotations to a grid that Praat reads whole."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from annolab.formats.base import Problem, Report, Severity
from annolab.formats.textgrid.frame_ranges import NAME
from annolab.formats.textgrid.grid import Grid, GridTier
from annolab.formats.textgrid.keyvalues import extra_tiers
from annolab.model.annotation import Annotation
from annolab.model.geometry import Instant, Interval
from annolab.model.item import Item
from annolab.model.schema import Schema, Tier, TierKind

_NAMES = {TierKind.INTERVAL: "Regions", TierKind.POINT: "Points"}
MOVED = "Marks at one time: Praat would drop the second, so it is written later by the \
smallest step."
WIDENED = "An interval of no length: Praat would drop what follows it, so it gets the \
smallest length."
FREE = 'A mark of no tier: it is written on a tier "Regions" or "Points".'
LABEL = "An annotation has a label and no text: its label is written as its text."
OVERLAP = "Intervals of a tier overlap: Praat reads them, other programs may not."
NUL = "A text holds carriage returns or NULs, which Praat does not keep."

Entry = tuple[float, float, str, Annotation | None]


@dataclass(slots=True)
class GridMaker:
    """Makes the grids of an export; says in the report what was changed."""

    schema: Schema
    report: Report
    with_values: bool = False
    _labels: dict[int, str] = field(default_factory=dict)

    def grid(
        self,
        item: Item,
        marks: list[Annotation],
        *,
        ranges: Sequence[Annotation] = (),
        length: float | None = None,
    ) -> Grid:
        """The grid of one item; `marks` are intervals and instants only.

        `ranges`: intervals for the tier of ranges of frames. `length` in seconds.
        """
        self._labels = {label.id: label.name for label in self.schema.labels}
        domain, sources = _kept(item)
        times = [t for mark in (*marks, *ranges) for t in _span(mark)]
        xmin = domain[0] if domain else min([0.0, *times])
        xmax = domain[1] if domain else max([length or 0.0, *times])
        if not domain and xmax <= xmin:
            xmax = xmin + 1.0
        grid = Grid(xmin, xmax)
        named = {TierKind.INTERVAL: NAME}
        all_tiers = self._tiers(item, marks) + _free_tiers(ranges, named)
        for name, kind, entries in all_tiers:
            points = kind is TierKind.POINT
            alike = sources.get((name, points), [])
            where = alike.pop(0) if alike else (xmin, xmax)
            self._add(grid, GridTier(name, points, *where), entries, item)
        return grid

    def _tiers(
        self, item: Item, marks: list[Annotation]
    ) -> list[tuple[str, TierKind, list[Annotation]]]:
        known = {tier.id: tier for tier in self.schema.tiers}
        of: dict[int, list[Annotation]] = {x: [] for x in item.tiers if x in known}
        free: list[Annotation] = []
        for mark in marks:
            if mark.tier_id in known and _fits(known[mark.tier_id], mark):
                of.setdefault(mark.tier_id, []).append(mark)
            else:
                free.append(mark)
                self._say(FREE, Severity.NOTE, item, mark)
        tiers = [(known[x].name, known[x].kind, found) for x, found in of.items()]
        return tiers + _free_tiers(free, _NAMES)

    def _add(
        self, grid: Grid, tier: GridTier, marks: list[Annotation], item: Item
    ) -> None:
        entries: list[Entry] = [
            (*_span(mark), self._text(mark, item), mark) for mark in marks
        ]
        entries.sort(key=lambda entry: entry[:2])
        entries = self._apart(entries, item, points=tier.points)
        if not tier.points:
            entries = self._filled(tier, entries, item)
        tier.marks = [entry[:3] for entry in entries]
        grid.tiers.append(tier)
        if self.with_values:
            grid.tiers += extra_tiers(tier, [entry[3] for entry in entries])

    def _text(self, mark: Annotation, item: Item) -> str:
        text = mark.text or ""
        label = self._labels.get(mark.label_id or 0, "")
        if label and not text:
            self._say(LABEL, Severity.LOSS, item, mark)
            text = label
        if "\r" in text or "\0" in text:
            self._say(NUL, Severity.LOSS, item, mark)
            text = text.replace("\r\n", "\n").replace("\r", "\n").replace("\0", "")
        return text

    def _apart(self, entries: list[Entry], item: Item, *, points: bool) -> list[Entry]:
        """No two begin at one time, which Praat would take for one."""
        made: list[Entry] = []
        for start, stop, text, mark in entries:
            if made:
                last = made[-1]
                begin = start
                if begin <= last[0]:
                    begin = math.nextafter(last[0], math.inf)
                    self._say(MOVED, Severity.REPAIRED, item, mark)
                    if not points and last[1] < begin:
                        made[-1] = (last[0], begin, *last[2:])
                elif not points and begin < last[1]:
                    self._say(OVERLAP, Severity.NOTE, item, mark)
                made.append((begin, max(begin, stop), text, mark))
            else:
                made.append((start, stop, text, mark))
        return made

    def _filled(self, tier: GridTier, entries: list[Entry], item: Item) -> list[Entry]:
        """Intervals without gaps: where there is none, an empty one."""
        made: list[Entry] = []
        at = tier.xmin
        for entry in entries:
            if at < entry[0]:
                self._fill(made, at, entry[0], item)
            made.append(entry)
            at = max(at, entry[1])
        if at < tier.xmax or not made:
            self._fill(made, at, tier.xmax, item)
        return made

    def _fill(self, made: list[Entry], start: float, stop: float, item: Item) -> None:
        """Add an empty interval, which must not begin when the last one does."""
        if made and made[-1][0] == start:
            last = made[-1]
            start = math.nextafter(start, math.inf)
            made[-1] = (last[0], start, *last[2:])
            self._say(WIDENED, Severity.REPAIRED, item, last[3])
        if start < stop or not made:
            made.append((start, stop, "", None))

    def _say(
        self, reason: str, how: Severity, item: Item, mark: Annotation | None
    ) -> None:
        number = mark.id if mark else None
        self.report.add(Problem(reason, how, item=item.path, annotation_id=number))


def _span(mark: Annotation) -> tuple[float, float]:
    shape = mark.geometry
    if isinstance(shape, Interval):
        return shape.start, shape.stop
    if isinstance(shape, Instant):
        return shape.time, shape.time
    raise AssertionError(shape)


def _fits(tier: Tier, mark: Annotation) -> bool:
    return (tier.kind is TierKind.POINT) == isinstance(mark.geometry, Instant)


def _free_tiers(
    marks: Sequence[Annotation], names: Mapping[TierKind, str]
) -> list[tuple[str, TierKind, list[Annotation]]]:
    """Free regions on as few tiers as hold them without overlap."""
    made: list[tuple[str, TierKind, list[Annotation]]] = []
    counts: Counter[TierKind] = Counter()
    for mark in sorted(marks, key=_span):
        points = isinstance(mark.geometry, Instant)
        kind = TierKind.POINT if points else TierKind.INTERVAL
        start = _span(mark)[0]
        for _, other, found in made:
            last = _span(found[-1])
            if other is kind and last[1] <= start and last[0] < start:
                found.append(mark)
                break
        else:
            counts[kind] += 1
            number = f" {counts[kind]}" if counts[kind] > 1 else ""
            made.append((names[kind] + number, kind, [mark]))
    return made


Domain = tuple[float, float]


def _kept(item: Item) -> tuple[Domain | None, dict[tuple[str, bool], list[Domain]]]:
    """The domains that an import kept: of the grid, and of tiers by name and kind."""
    tiers: dict[tuple[str, bool], list[Domain]] = {}
    try:
        kept: Any = json.loads(item.source or "{}")["textgrid"]
        xmin, xmax = map(float, kept["domain"])
        for name, points, start, stop in kept["tiers"]:
            domain = (float(start), float(stop))
            tiers.setdefault((str(name), bool(points)), []).append(domain)
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, {}
    return (xmin, xmax), tiers
