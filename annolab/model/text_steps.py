"""Steps through a text by graphemes, words, sentences or lines, in code points."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator

from annolab.model.words import REACH, Piece, graphemes, sentences, tokens

UNITS = ("character", "word", "sentence", "line")
START, STOP = 0, 1  # the edges of a piece

_LINE = re.compile(r"[^\r\n]+")


def lines(text: str, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
    """The lines that are not empty, without their ends."""
    for match in _LINE.finditer(text, start, len(text) if stop is None else stop):
        yield match.span()


_CUT: dict[str, Callable[[str, int, int | None], Iterator[Piece]]] = {
    "character": graphemes,
    "word": tokens,
    "sentence": sentences,
    "line": lines,
}


def forward(text: str, at: int, unit: str) -> Iterator[Piece]:
    """The units that end after `at`, in order."""
    low = _line_start(text, at)
    return (piece for piece in _CUT[unit](text, low, None) if piece[STOP] > at)


def backward(text: str, at: int, unit: str) -> Iterator[Piece]:
    """The units that begin before `at`, from the last one to the first."""
    high = at
    while high > 0:
        low = _line_start(text, high - 1)
        beyond = min(len(text), at + REACH)
        yield from reversed(_until(_CUT[unit](text, low, beyond), high))
        high = low


def _until(pieces: Iterator[Piece], high: int) -> list[Piece]:
    found = []
    for piece in pieces:
        if piece[START] >= high:
            break
        found.append(piece)
    return found


def _line_start(text: str, at: int) -> int:
    """Where the line of `at` begins, at most `REACH` back."""
    low = max(0, at - REACH)
    back = text.rfind("\r", low, at)
    while back >= 0 and text[back + 1 : back + 2] == "\n":  # one sign with what follows
        back = text.rfind("\r", low, back)
    return max(text.rfind("\n", low, at), back, low - 1) + 1


def next_piece(text: str, at: int, unit: str) -> Piece | None:
    """The first unit that begins at or after `at`."""
    return next((p for p in forward(text, at, unit) if p[START] >= at), None)


def previous_piece(text: str, at: int, unit: str) -> Piece | None:
    """The last unit that ends at or before `at`."""
    return next((p for p in backward(text, at, unit) if p[STOP] <= at), None)


def step_edge(text: str, offset: int, unit: str, delta: int, edge: int) -> int:
    """The edge (START or STOP) of a unit that is next to `offset`, `delta` times.

    The offset itself when there is none.
    """
    for _ in range(abs(delta)):
        if delta > 0:
            pieces = forward(text, offset, unit)
            found = next((p[edge] for p in pieces if p[edge] > offset), None)
        else:
            pieces = backward(text, offset, unit)
            found = next((p[edge] for p in pieces if p[edge] < offset), None)
        if found is None:
            return offset
        offset = found
    return offset
