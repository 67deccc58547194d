"""Times that a file counts in whole steps: milliseconds, 100 nanoseconds."""

from __future__ import annotations

from collections.abc import Callable
from fractions import Fraction

from annolab.formats.base import Severity

FURTHEST = 1e9  # seconds, 30 years

Say = Callable[[str, Severity], None]


def seconds_of(ticks: int, per_second: int) -> float:
    """The float64 nearest to a count of steps."""
    return ticks / per_second


def ticks_of(seconds: float, per_second: int) -> int:
    """The nearest count of steps."""
    return round(Fraction(seconds) * per_second)


def span_in_ticks(
    start: float, stop: float, per_second: int, say: Say
) -> tuple[int, int] | None:
    """An interval in whole steps, at least one long; None when it is out of reach.

    `say` is told what is changed.
    """
    if not 0 <= start <= stop <= FURTHEST:
        say(
            "Times below 0 or above 1,000,000,000 s cannot be written.",
            Severity.SKIPPED,
        )
        return None
    first, last = ticks_of(start, per_second), ticks_of(stop, per_second)
    exact = (seconds_of(first, per_second), seconds_of(last, per_second))
    if exact != (start, stop):
        say(f"Times are rounded to {_STEPS[per_second]}.", Severity.LOSS)
    if last <= first:
        say(
            f"An interval shorter than {_STEPS[per_second]}, made as long.",
            Severity.LOSS,
        )
        last = first + 1
    return first, last


_STEPS = {1000: "1 ms", 10_000_000: "100 ns"}
