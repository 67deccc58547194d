"""Where the parts of a long text are, while most heights are only estimated."""

from __future__ import annotations

from array import array

import numpy as np
import numpy.typing as npt


class Heights:
    """Heights of parts below one another, in whole pixels, at least one each.

    A Fenwick tree: changing one, and finding the part at a place, takes steps by
    the logarithm of their number.
    """

    def __init__(self, heights: npt.ArrayLike = ()) -> None:
        given = np.maximum(np.asarray(heights, np.int64).reshape(-1), 1)
        self._count = len(given)
        self._heights = array("q", given.tobytes())
        sums = np.concatenate(([0], np.cumsum(given)))
        places = np.arange(1, self._count + 1)
        below = sums[places] - sums[places - (places & -places)]
        self._tree = array("q", below.astype(np.int64).tobytes())
        self._top = 1 << max(self._count.bit_length() - 1, 0)
        self.total = int(sums[-1])

    def __len__(self) -> int:
        return self._count

    def __getitem__(self, part: int) -> int:
        return self._heights[part]

    def set(self, part: int, height: int) -> int:
        """Give a part its height; gives by how much it grew."""
        grown = max(height, 1) - self._heights[part]
        if grown:
            self._heights[part] += grown
            self.total += grown
            place = part + 1
            while place <= self._count:
                self._tree[place - 1] += grown
                place += place & -place
        return grown

    def top(self, part: int) -> int:
        """The height of all parts before this one; of all, for their number."""
        total, place = 0, part
        while place > 0:
            total += self._tree[place - 1]
            place -= place & -place
        return total

    def at(self, y: float) -> int:
        """The part at a place; the first or last one beside all. -1: there is none."""
        if y >= self.total:
            return self._count - 1
        place, rest, step = 0, max(y, 0), self._top
        while step:
            ahead = place + step
            if ahead <= self._count and self._tree[ahead - 1] <= rest:
                place = ahead
                rest -= self._tree[ahead - 1]
            step >>= 1
        return min(place, self._count - 1)
