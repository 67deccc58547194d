"""Decoded pictures that are kept, up to so many bytes."""

from __future__ import annotations

from collections import OrderedDict
from threading import Lock

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
DEFAULT_BYTES = 384 << 20


class FrameCache:
    """Pictures by their number; those looked at longest ago go first.

    May be used from several threads. One picture is kept even if it alone is too
    large.
    """

    def __init__(self, limit: int = DEFAULT_BYTES) -> None:
        self.limit = limit
        self._kept: OrderedDict[int, Pixels] = OrderedDict()
        self._bytes = 0
        self._lock = Lock()

    def __len__(self) -> int:
        return len(self._kept)

    def __contains__(self, index: int) -> bool:
        return index in self._kept

    @property
    def size(self) -> int:
        """The bytes that are kept."""
        return self._bytes

    def get(self, index: int) -> Pixels | None:
        """A picture that is kept, or None."""
        with self._lock:
            found = self._kept.get(index)
            if found is not None:
                self._kept.move_to_end(index)
            return found

    def put(self, index: int, pixels: Pixels) -> None:
        """Keep a picture; nobody may change it from now on."""
        pixels.flags.writeable = False
        with self._lock:
            former = self._kept.pop(index, None)
            self._bytes += pixels.nbytes - (0 if former is None else former.nbytes)
            self._kept[index] = pixels
            while self._bytes > self.limit and len(self._kept) > 1:
                _, gone = self._kept.popitem(last=False)
                self._bytes -= gone.nbytes

    def clear(self) -> None:
        """Keep nothing."""
        with self._lock:
            self._kept.clear()
            self._bytes = 0
