"""Which marks of a tier go along when a time is moved, and how far it may be moved."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from math import inf

from annolab.model.annotation import Annotation
from annolab.model.geometry import Instant
from annolab.model.tier_line import TierLine, span_of


@dataclass(frozen=True, slots=True)
class Room:
    """From `low` to `high`, seconds; an end that is not `taken` belongs to it."""

    low: float = -inf
    high: float = inf
    low_taken: bool = True
    high_taken: bool = True

    def holds(self, time: float) -> bool:
        """Whether a time is in it."""
        above = self.low < time or (time == self.low and not self.low_taken)
        below = time < self.high or (time == self.high and not self.high_taken)
        return above and below

    def nearest(self, time: float, apart: float) -> float | None:
        """The time in it nearest to another, `apart` from an end that is taken."""
        low = self.low + apart if self.low_taken else self.low
        high = self.high - apart if self.high_taken else self.high
        found = min(max(time, low), high)
        return found if self.holds(found) else None

    def common(self, other: Room) -> Room:
        """What is in both."""
        low, low_taken = max((self.low, self.low_taken), (other.low, other.low_taken))
        high, free = min(
            (self.high, not self.high_taken), (other.high, not other.high_taken)
        )
        return Room(low, high, low_taken, not free)


def movable(
    line: TierLine, time: float, *, length: float = inf, own: bool = True
) -> tuple[Annotation, ...]:
    """The marks that go along when `time` is moved on a line.

    Where two intervals meet both do; beside a gap the one that begins or ends there.
    The ends of a tier stay at those of the sound, and where another tier is the one
    that is dragged (`own` is false), as in Praat.
    """
    marks = {m.id: m for m in line.beside(time) if m is not None}
    found = tuple(marks.values())
    if len(found) != 1 or isinstance(found[0].geometry, Instant):
        return found
    start, _ = span_of(found[0]) or (0.0, 0.0)
    begins = start == time
    outer = time == (line.starts[0] if begins else line.reach[-1])
    stays = outer and not (own and 0.0 < time < length)
    return () if stays else found


def room_of(
    line: TierLine, marks: Iterable[Annotation], time: float, length: float = inf
) -> Room:
    """How far marks of a line may be moved that begin, end or are at `time`.

    Intervals keep a length and pass no neighbour; a gap may be closed. Points may
    pass one another.
    """
    spans = [s for m in marks if (s := span_of(m)) is not None and s[0] < s[1]]
    if not spans:
        return Room()
    before = [start for start, stop in spans if stop == time]
    after = [stop for start, stop in spans if start == time]
    if before:
        low = max(before)
    else:
        ended = line.stops[line.stops <= time]
        low = max(float(ended.max(initial=0.0)), 0.0)
    if after:
        high = min(after)
    else:
        begun = line.starts[line.starts >= time]
        high = min(float(begun.min(initial=length)), length)
    return Room(low, high, bool(before), bool(after))
