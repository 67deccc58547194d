"""Ids that merge: 63 bits, time-ordered, unique in practice across machines.

41 bits of milliseconds since 2020 and 22 random bits, and always larger than
the last one made by this process, so work from two machines is joined by plain
insert and nothing is renumbered. The bits last until 2089.
"""

from __future__ import annotations

import secrets
import time
from threading import Lock

RANDOM_BITS = 22
EPOCH_MS = 1_577_836_800_000  # 2020-01-01, UTC
MAX_ID = (1 << 63) - 1

_lock = Lock()
_last = 0


def reserve_ids(count: int) -> range:
    """Return `count` consecutive new ids, all larger than any made before."""
    global _last  # noqa: PLW0603  one clock per process is the point
    with _lock:
        now = max(time.time_ns() // 1_000_000 - EPOCH_MS, 0)  # clocks may be wrong
        fresh = (now << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)
        first = max(fresh, _last + 1)
        _last = first + count - 1
        return range(first, first + count)


def new_id() -> int:
    """Return one new id."""
    return reserve_ids(1)[0]
