"""Ids that merge: 63 bits, time-ordered, unique in practice across machines.

41 bits of milliseconds since 1970 and 22 random bits, and always larger than
the last one made by this process, so work from two machines is joined by plain
insert and nothing is renumbered.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable
from threading import Lock

RANDOM_BITS = 22
MAX_ID = (1 << 63) - 1

_lock = Lock()
_last = 0


def reserve_ids(count: int) -> range:
    """Return `count` consecutive new ids, all larger than any made before."""
    global _last  # noqa: PLW0603  one clock per process is the point
    with _lock:
        now = time.time_ns() // 1_000_000
        fresh = (now << RANDOM_BITS) | secrets.randbits(RANDOM_BITS)
        first = max(fresh, _last + 1)
        _last = first + count - 1
        return range(first, first + count)


def new_id() -> int:
    """Return one new id."""
    return reserve_ids(1)[0]


def id_source(block: int = 1 << 14) -> Callable[[], int]:
    """Return a function that gives ids out of reserved blocks, for bulk work.

    The ids of one source rise, and no other source gets an id between the first
    and the last of a block. Not to be shared by threads.
    """
    pool = iter(range(0))

    def next_id() -> int:
        nonlocal pool
        value = next(pool, None)
        if value is None:
            pool = iter(reserve_ids(block))
            value = next(pool)
        return value

    return next_id
