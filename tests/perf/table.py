"""One row of the table of `make bench`, and how to measure one.

A file `bench_<part>.py` beside this one has `rows()`, which yields a `Row` as
soon as it has measured it. Each part runs in a process of its own.
"""

from __future__ import annotations

import gc
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

HEADINGS = ("what", "measured", "against", "ratio", "to reach", "reached")


@dataclass(frozen=True, slots=True)
class Row:
    """A figure beside a peer, or a physical limit, measured in the same run.

    `measured` and `against` are texts with their unit, `ratio` is the first
    divided by the second, `limit` what is to be reached and `met` whether it is.
    """

    what: str
    measured: str
    against: str = ""
    ratio: float | None = None
    limit: str = ""
    met: bool | None = None

    def cells(self) -> tuple[str, ...]:
        """The row as texts, in the order of the headings."""
        ratio = "" if self.ratio is None else f"{self.ratio:.2f}"
        met = {None: "", True: "yes", False: "NO"}[self.met]
        return (self.what, self.measured, self.against, ratio, self.limit, met)


def best_of(function: Callable[[], object], repeat: int = 5) -> float:
    """The shortest time of `repeat` calls, in seconds; garbage is not collected."""
    times = []
    for _ in range(repeat):
        gc.collect()
        gc.disable()
        start = time.perf_counter()
        function()
        times.append(time.perf_counter() - start)
        gc.enable()
    return min(times)


def percentile(samples: Sequence[float], share: float) -> float:
    """The smallest sample that `share` (0 to 1) of the samples do not exceed."""
    ordered = sorted(samples)
    return ordered[min(len(ordered) - 1, max(0, round(share * len(ordered)) - 1))]


def duration(seconds: float) -> str:
    """A time in the unit that reads best."""
    if seconds >= 1:
        return f"{seconds:.2f} s"
    if seconds >= 1e-3:
        return f"{seconds * 1e3:.1f} ms"
    return f"{seconds * 1e6:.0f} µs"


def markdown(rows: Sequence[Row]) -> str:
    """The rows as an aligned table."""
    table = [HEADINGS, *(row.cells() for row in rows)]
    widths = [max(len(row[column]) for row in table) for column in range(len(HEADINGS))]
    table.insert(1, tuple("-" * width for width in widths))
    return "".join(
        "| " + " | ".join(map(str.ljust, row, widths)) + " |\n" for row in table
    )
