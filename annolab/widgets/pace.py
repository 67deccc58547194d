"""How long an item takes, and how long the rest will."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable

AWAY_SECONDS = 120.0
LAST = 30


class Pace:
    """Measures the time spent on items that were finished here.

    Time without any change for longer than `AWAY_SECONDS` is not work.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._spent = 0.0
        self._last = clock()
        self._finished: deque[float] = deque(maxlen=LAST)

    def start(self) -> None:
        """Another item is shown."""
        self._spent = 0.0
        self._last = self._clock()

    def touch(self) -> None:
        """Something was done on the item."""
        now = self._clock()
        self._spent += min(now - self._last, AWAY_SECONDS)
        self._last = now

    def finish(self) -> None:
        """The item was marked done."""
        self.touch()
        self._finished.append(self._spent)
        self._spent = 0.0

    @property
    def seconds_per_item(self) -> float | None:
        """Mean over the last items finished; None before the third."""
        if len(self._finished) < 3:
            return None
        return sum(self._finished) / len(self._finished)


def duration(seconds: float) -> str:
    """A time as people say it: "8.2 s", "4 min", "2 h 40 min"."""
    if seconds < 60:
        return f"{seconds:.1f} s" if seconds < 10 else f"{seconds:.0f} s"
    minutes = round(seconds / 60)
    if minutes < 60:
        return f"{minutes} min"
    hours, rest = divmod(minutes, 60)
    return f"{hours} h {rest} min" if rest and hours < 24 else f"{hours} h"
