"""Where a text occurs in texts: plainly or by a regular expression."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from annolab.assist.found import is_whole
from annolab.errors import UserError

Piece = tuple[int, int]
LIMIT = 200_000  # places in one text
SECONDS = 1.0  # for a text, and as many more for every million of characters


@dataclass(frozen=True, slots=True)
class Search:
    """What is looked for. `words`: only where words begin and end."""

    pattern: str
    expression: bool = False
    case: bool = False
    words: bool = False

    def compiled(self) -> Any:
        """The pattern made ready. Raises UserError with what is wrong with it."""
        import regex

        if not self.pattern:
            message = "Write what is to be found."
            raise UserError(message)
        source = self.pattern if self.expression else regex.escape(self.pattern)
        flags = (
            regex.VERSION0 | regex.MULTILINE | (0 if self.case else regex.IGNORECASE)
        )
        try:
            return regex.compile(source, flags)
        except (regex.error, OverflowError, RecursionError) as error:
            message = f"This is no regular expression: {error}."
            raise UserError(message) from error


def places(
    text: str, search: Search, start: int = 0, stop: int | None = None
) -> list[Piece]:
    """Where it occurs between two offsets: half-open, in code points, none empty.

    At most `LIMIT`. Raises UserError for what is no expression, and for one that
    takes too long: it may never come to an end.
    """
    compiled = search.compiled()
    seconds = SECONDS * (1 + len(text) / 1e6)
    found: list[Piece] = []
    try:
        for piece in _matches(compiled, text, start, stop, seconds):
            if search.words and not is_whole(text, *piece):
                continue
            found.append(piece)
            if len(found) >= LIMIT:
                break
    except TimeoutError as error:
        message = "This expression takes too long; write a simpler one."
        raise UserError(message) from error
    return found


def _matches(
    compiled: Any, text: str, start: int, stop: int | None, seconds: float
) -> Iterator[Piece]:
    end = len(text) if stop is None else stop
    found = compiled.finditer(text, start, end, timeout=seconds, concurrent=True)
    return (match.span() for match in found if match.end() > match.start())


def untagged(found: list[Piece], taken: list[Piece]) -> list[Piece]:
    """The places that touch none of those that are taken."""
    free, place = [], 0
    busy = _merged(taken)
    for start, stop in found:
        while place < len(busy) and busy[place][1] <= start:
            place += 1
        if place == len(busy) or busy[place][0] >= stop:
            free.append((start, stop))
    return free


def _merged(pieces: list[Piece]) -> list[Piece]:
    merged: list[Piece] = []
    for start, stop in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return merged
