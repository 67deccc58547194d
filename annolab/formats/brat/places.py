"""Where the offsets of a standoff file point, and the lines of such a file.

Offsets are code points of the text. Tools that read texts with translated line ends
did not count the CR of CR LF, and some that do not know byte order marks counted
one as a character: which it was is found out from the texts that the file repeats.
"""

from __future__ import annotations

import re
from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property

from annolab.formats.brat.standoff import Pieces, TextBound

BREAKS = "\t\n\r\v\f\x1c\x1d\x1e\x85\u2028\u2029"  # cannot stand within a line
_BREAK = re.compile(f"[{BREAKS}]")
_SPACE = re.compile(r"\s*")
_RETURN = re.compile("\r(?=\n)")
BOM = "\ufeff"


@dataclass(frozen=True, slots=True)
class Convention:
    """What offsets count besides the characters of the text."""

    returns: bool = True  # the CR of CR LF, as the text has it
    mark: bool = False  # a byte order mark, which is no part of the text


PLAIN = Convention()
CONVENTIONS = (
    PLAIN,
    Convention(returns=False),
    Convention(mark=True),
    Convention(returns=False, mark=True),
)


class Places:
    """Converts between offsets of a file and code points of a text."""

    def __init__(self, text: str, convention: Convention = PLAIN) -> None:
        self.text = text
        self.convention = convention

    @cached_property
    def _returns(self) -> array[int]:
        if self.convention.returns:
            return array("q")
        return array("q", (found.start() for found in _RETURN.finditer(self.text)))

    @cached_property
    def _feeds(self) -> array[int]:
        """Where the line ends are when their CR are not counted."""
        return array("q", (at - n for n, at in enumerate(self._returns)))

    def inside(self, start: int, stop: int) -> tuple[int, int]:
        """The code points of a piece as a file gives it; may lie beyond the text."""
        start, stop = start - self.convention.mark, stop - self.convention.mark
        low = start + bisect_right(self._feeds, start)
        return low, stop + bisect_left(self._feeds, stop)

    def outside(self, start: int, stop: int) -> tuple[int, int]:
        """A piece of the text as a file gives it."""
        more = int(self.convention.mark)
        low = start - bisect_left(self._returns, start)
        return low + more, stop - bisect_left(self._returns, stop) + more

    def texts(self, record: TextBound) -> list[str] | None:
        """The texts of the pieces in the order of the file; None: out of the text."""
        made = [self.inside(*piece) for piece in record.pieces]
        if not all(0 <= low < high <= len(self.text) for low, high in made):
            return None
        return [self.text[low:high] for low, high in made]

    def pieces(self, record: TextBound) -> Pieces:
        """The pieces of a record in the text, as a span has them."""
        return joined((self.inside(*piece) for piece in record.pieces), self.text)

    def agree(self, record: TextBound) -> bool:
        """Whether the text that a record repeats is that of its pieces."""
        found = self.texts(record)
        return found is not None and repeats(record, found) is not None


def repeats(record: TextBound, texts: list[str]) -> str | None:
    """How a record repeats these texts: " " or "" is between them; None: not at all.

    brat before 1.3 put nothing between the pieces.
    """
    tail = record.tail or ""
    for between in (" ", ""):
        text = between.join(texts)
        if tail.startswith(text) and (tail[len(text) :] or " ")[0].isspace():
            return between
    return None


def convention_of(text: str, records: Iterable[TextBound]) -> Convention:
    """The convention by which most records repeat the text; the plain one first."""
    told = [record for record in records if (record.tail or "").strip()]
    best, most = PLAIN, -1
    for convention in CONVENTIONS:
        if not convention.returns and "\r\n" not in text:
            continue
        places = Places(text, convention)
        count = sum(map(places.agree, told))
        if count > most:
            best, most = convention, count
        if most == len(told):
            break
    return best


def joined(pieces: Iterable[tuple[int, int]], text: str | None) -> Pieces:
    """Pieces in order. Those that touch, or that only a line end parts, are one."""
    made: list[tuple[int, int]] = []
    for start, stop in sorted(pieces):
        if made and (start <= made[-1][1] or _is_end(text, made[-1][1], start)):
            made[-1] = (made[-1][0], max(stop, made[-1][1]))
        else:
            made.append((start, stop))
    return tuple(made)


def _is_end(text: str | None, start: int, stop: int) -> bool:
    """Whether there is nothing between but white space with a line end in it."""
    if text is None or _SPACE.fullmatch(text, start, stop) is None:
        return False
    return _BREAK.search(text, start, stop) is not None


def fragments(pieces: Pieces, text: str) -> Pieces:
    """Pieces without what cannot stand in a line, as brat cuts spans at line ends."""
    made: list[tuple[int, int]] = []
    for start, stop in pieces:
        cuts = [found.start() for found in _BREAK.finditer(text, start, stop)]
        edges = [start, *(edge for at in cuts for edge in (at, at + 1)), stop]
        for n, (low, high) in enumerate(zip(edges[::2], edges[1::2], strict=True)):
            part = text[low:high]
            blank = not part.strip()
            if blank and 0 < n < len(cuts):
                continue
            before = len(part) - len(part.lstrip()) if n and not blank else 0
            after = len(part) - len(part.rstrip()) if n < len(cuts) and not blank else 0
            if low + before < high - after:
                made.append((low + before, high - after))
    return tuple(made)


def lines_of(content: str) -> list[tuple[str, str]]:
    """The lines of a file with their ends, LF or CR LF, or CR where there is no LF."""
    if not content:
        return []
    if "\n" not in content and "\r" in content:
        return _cut(content, "\r")
    return _cut(content, "\n")


def _cut(content: str, end: str) -> list[tuple[str, str]]:
    found = [(line, end) for line in content.split(end)]
    last, _ = found.pop()
    if end == "\n":
        found = [
            (line[:-1], "\r\n") if line.endswith("\r") else (line, "\n")
            for line, _ in found
        ]
    return [*found, (last, "")] if last else found
