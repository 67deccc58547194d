"""Code points of a text, and the units in which others count.

AnnoLab counts in code points. Qt, Java and JavaScript count UTF-16 units, some
tools bytes of UTF-8, some what the reader sees as one character (graphemes).
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Iterable
from functools import cached_property
from itertools import accumulate

import numpy as np

from annolab.model.words import graphemes

UNITS = ("codepoint", "utf16", "grapheme", "utf8")


class Offsets:
    """Converts offsets into one text; tables are made when they are first asked for.

    An offset inside of a unit (half of a surrogate pair, a byte within a
    character, a combining mark) means the beginning of that unit. Offsets are
    clipped to the text.
    """

    def __init__(self, text: str) -> None:
        self.text = text

    @cached_property
    def _astral(self) -> array[int]:
        """Where the characters are that UTF-16 needs two units for."""
        if not self.text or max(self.text) <= "\uffff":
            return array("q")
        codes = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), "<u4")
        return array("q", np.flatnonzero(codes > 0xFFFF).tolist())

    @cached_property
    def _astral_utf16(self) -> array[int]:
        return array("q", [at + n for n, at in enumerate(self._astral)])

    @cached_property
    def _utf8(self) -> array[int]:
        """The byte each code point begins at, and the number of bytes."""
        codes = np.frombuffer(self.text.encode("utf-32-le", "surrogatepass"), "<u4")
        sizes = 1 + (codes > 0x7F) + (codes > 0x7FF) + (codes > 0xFFFF)
        return array("q", [0, *np.cumsum(sizes).tolist()])

    @cached_property
    def _graphemes(self) -> array[int]:
        """The code point each grapheme begins at, and the length of the text."""
        starts = [start for start, _ in graphemes(self.text)]
        return array("q", [*starts, len(self.text)])

    @cached_property
    def line_starts(self) -> array[int]:
        """The code point each line begins at; CR LF, LF and CR end a line."""
        ends = (len(line) for line in _lines(self.text))
        starts = [0, *accumulate(ends)]
        if len(starts) > 1 and self.text[-1:] not in ("\n", "\r"):
            starts.pop()
        return array("q", starts)

    def line(self, offset: int) -> int:
        """The line, from 0, that holds a code point."""
        return bisect_right(self.line_starts, offset) - 1

    def to_utf16(self, offset: int) -> int:
        """UTF-16 units before a code point."""
        offset = self._clipped(offset)
        return offset + bisect_left(self._astral, offset)

    def from_utf16(self, offset: int) -> int:
        """The code point that begins at, or around, a UTF-16 unit."""
        offset = max(0, offset)
        before = bisect_left(self._astral_utf16, offset)
        if before and offset == self._astral_utf16[before - 1] + 1:
            return self._astral[before - 1]
        return min(offset - before, len(self.text))

    def to(self, unit: str, offset: int) -> int:
        """A code point in one of `UNITS`."""
        match unit:
            case "utf16":
                return self.to_utf16(offset)
            case "utf8":
                return self._utf8[self._clipped(offset)]
            case "grapheme":
                place = bisect_right(self._graphemes, self._clipped(offset)) - 1
                return min(place, len(self._graphemes) - 1)
            case _:
                return self._clipped(offset)

    def of(self, unit: str, offset: int) -> int:
        """The code point of an offset in one of `UNITS`."""
        match unit:
            case "utf16":
                return self.from_utf16(offset)
            case "utf8":
                return max(0, bisect_right(self._utf8, max(0, offset)) - 1)
            case "grapheme":
                return self._graphemes[min(max(0, offset), len(self._graphemes) - 1)]
            case _:
                return self._clipped(offset)

    def _clipped(self, offset: int) -> int:
        return min(max(0, offset), len(self.text))


def _lines(text: str) -> Iterable[str]:
    """The lines with their ends: not `splitlines`, which cuts at more signs."""
    find: Callable[[str, int], int] = text.find
    start = 0
    while start < len(text):
        feed, back = find("\n", start), -1
        back = text.find("\r", start, feed if feed >= 0 else len(text))
        if back >= 0:
            stop = back + (2 if text[back + 1 : back + 2] == "\n" else 1)
        else:
            stop = feed + 1 if feed >= 0 else len(text)
        yield text[start:stop]
        start = stop
