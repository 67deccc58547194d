"""What the tiers of the open item are: rows with their marks, kept up to date."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from annolab.model.annotation import Annotation
from annolab.model.edit import ChangeSet
from annolab.model.geometry import Instant, Interval
from annolab.model.schema import Tier
from annolab.model.tier_line import IdArray, TierLine, lanes

if TYPE_CHECKING:
    from annolab.widgets.session import Session

MANY = 100  # changed marks from which on all are read again
MOST_LANES = 8  # of free regions; what overlaps more than that lies on one another
EMPTY = TierLine.of(())


def _no_lanes() -> IdArray:
    return lanes(EMPTY)


@dataclass(frozen=True, slots=True)
class Row:
    """One row of the area: a tier, or the free regions (None)."""

    tier: Tier | None
    line: TierLine
    lanes: int = 1
    lane_at: IdArray = field(
        default_factory=_no_lanes, compare=False
    )  # as `line.marks`
    depth: int = 0  # how many tiers it lies under
    parent: str = ""  # the name of the one right above

    def lane_of(self, annotation_id: int) -> int:
        """The lane of a free region."""
        place = self.line.place(annotation_id)
        return int(self.lane_at[place]) if 0 <= place < len(self.lane_at) else 0


def _above(tier: Tier, known: dict[int, Tier]) -> list[Tier]:
    """What a tier lies under, the nearest first; never round in a circle."""
    found: list[Tier] = []
    while tier.parent_id in known and len(found) < len(known):
        tier = known[tier.parent_id]
        found.append(tier)
    return found


class TierRows:
    """The tiers of the open item in its order, above them its free regions."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._lines: dict[int | None, TierLine] = {}
        self._tier_of: dict[int, int | None] = {}
        self._lane_at = _no_lanes()
        self.rows: list[Row] = []

    def read(self) -> None:
        """Read all marks of the item."""
        found: dict[int | None, list[Annotation]] = {}
        for mark in self._session.annotations():
            if isinstance(mark.geometry, Interval | Instant):
                found.setdefault(mark.tier_id, []).append(mark)
        self._lines = {tier_id: TierLine.of(marks) for tier_id, marks in found.items()}
        self._tier_of = {}
        for tier_id, line in self._lines.items():
            self._tier_of.update(dict.fromkeys(line.ids.tolist(), tier_id))
        self._lane_at = lanes(self._lines.get(None, EMPTY)) % MOST_LANES
        self._arrange()

    def take(self, changes: ChangeSet) -> None:
        """Bring the marks that have changed up to date."""
        if changes.everything or len(changes.annotations) > MANY:
            self.read()
            return
        gone: dict[int | None, list[int]] = {}
        new: dict[int | None, list[Annotation]] = {}
        for id_ in changes.annotations:
            if id_ in self._tier_of:
                gone.setdefault(self._tier_of.pop(id_), []).append(id_)
            mark = self._session.annotation(id_)
            if mark is not None and isinstance(mark.geometry, Interval | Instant):
                new.setdefault(mark.tier_id, []).append(mark)
                self._tier_of[id_] = mark.tier_id
        for tier_id in gone.keys() | new.keys():
            line = self._lines.get(tier_id, EMPTY)
            self._lines[tier_id] = line.changed(
                gone.get(tier_id, ()), new.get(tier_id, ())
            )
        if None in gone or None in new:
            self._lane_at = lanes(self._lines[None]) % MOST_LANES
        self._arrange()

    def _arrange(self) -> None:
        item = self._session.item
        known = {tier.id: tier for tier in self._session.schema.tiers}
        ids = item.tiers if item is not None else ()
        # Marks on a tier that the item does not list must be seen, too.
        more = [
            tier_id
            for tier_id, line in self._lines.items()
            if tier_id is not None and tier_id not in ids and len(line)
        ]
        rows = []
        for tier_id in (*ids, *more):
            if tier_id in known:
                above = _above(known[tier_id], known)
                name = above[0].name if above else ""
                line = self._lines.get(tier_id, EMPTY)
                tier = known[tier_id]
                rows.append(Row(tier, line, depth=len(above), parent=name))
        free = self._lines.get(None, EMPTY)
        if len(free) or not rows:
            count = int(self._lane_at.max(initial=0)) + 1
            rows.insert(0, Row(None, free, count, self._lane_at))
        self.rows = rows

    def row_of(self, tier: Tier | None) -> Row | None:
        """The row of a tier."""
        wanted = tier.id if tier is not None else None
        found = (r for r in self.rows if (r.tier.id if r.tier else None) == wanted)
        return next(found, None)

    def tiers(self) -> list[tuple[Tier, TierLine]]:
        """The tiers without the free regions."""
        return [(row.tier, row.line) for row in self.rows if row.tier is not None]
