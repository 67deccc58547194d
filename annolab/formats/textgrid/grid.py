"""What a TextGrid holds, as plain values."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from itertools import pairwise

from annolab.errors import FormatError

Mark = tuple[float, float, str]  # start, stop, text; a point has start == stop


@dataclass(slots=True)
class GridTier:
    """One tier; times in seconds. `points`: a point tier, else intervals."""

    name: str
    points: bool
    xmin: float
    xmax: float
    marks: list[Mark] = field(default_factory=list)


@dataclass(slots=True)
class Grid:
    """A TextGrid: its time domain in seconds and its tiers, in order."""

    xmin: float
    xmax: float
    tiers: list[GridTier] = field(default_factory=list)


def settled(grid: Grid) -> Grid:
    """The grid after the repairs of Praat: marks in order, no empty interval tier.

    Praat drops the second of two marks that begin at one time; here both stay.
    """
    for tier in grid.tiers:
        times = [mark[0] for mark in tier.marks]
        if any(a > b for a, b in pairwise(times)):
            tier.marks.sort(key=lambda mark: mark[0])
        if not tier.points and not tier.marks:
            tier.marks.append((tier.xmin, tier.xmax, ""))
    return grid


def lost_in_praat(tier: GridTier) -> int:
    """How many marks Praat would drop, as they begin when the one before does."""
    marks = tier.marks
    return sum(a[0] == b[0] for a, b in pairwise(marks))


def check_domain(xmin: float, xmax: float, line: int | None) -> None:
    """Raise FormatError for a time span that runs backwards."""
    if xmax < xmin and math.isfinite(xmin) and math.isfinite(xmax):
        message = f"A time span begins at {xmin:.17g} and ends before, at {xmax:.17g}."
        raise FormatError(message, line=line)
