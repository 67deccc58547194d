"""Graphemes, words, tokens and sentences of a text, as half-open code points.

Graphemes and words are those of Unicode's Standard Annex 29 as the package
`regex` has them. Scripts without spaces (Thai, Khmer, Chinese, Japanese) have no
dictionary here: each of their characters is a word.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from functools import cache
from typing import TYPE_CHECKING

import regex

if TYPE_CHECKING:
    import re

Piece = tuple[int, int]

_CLOSING = r"[\"'\u201d\u2019\u00bb)\]\u300d\u300f\uff09]*"
_OTHER_ENDS = r"[\u3002\uff01\uff1f\u061f\u0964\u0965]+"  # before no space
_NO_END = frozenset(
    (
        "al", "approx", "bzw", "ca", "co", "col", "corp", "d.h", "dept", "dr", "e.g",
        "ed", "eq", "est", "etc", "fig", "gen", "gov", "i.e", "inc", "jr", "ltd", "mr",
        "mrs", "ms", "no", "nr", "pp", "prof", "rep", "sen", "sr", "st", "str", "u.k",
        "u.s", "usw", "vol", "vs", "z.b",
    )
)  # fmt: skip
REACH = 4096  # code points a boundary is looked for within


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    compiled: re.Pattern[str] = regex.compile(pattern)  # as that of `re` is used
    return compiled


def graphemes(text: str, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
    """The user-perceived characters of a part of a text."""
    end = len(text) if stop is None else stop
    for match in _compiled(r"\X").finditer(text, start, end):
        yield match.span()


def words(text: str, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
    """The words: "isn't" and "3.14" are one each; no punctuation, no space."""
    for piece in tokens(text, start, stop):
        if text[piece[0]].isalnum() or text[piece[0]] == "_":
            yield piece


def tokens(text: str, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
    """The words, and each other grapheme that is no space: signs, emoji."""
    end = len(text) if stop is None else stop
    pattern = r"(?w)(?:[\p{L}\p{N}_].*?\b)|(?!\s)\X"
    for match in _compiled(pattern).finditer(text, start, end):
        yield match.span()


def sentences(text: str, start: int = 0, stop: int | None = None) -> Iterator[Piece]:
    """The sentences without the spaces around them.

    A line ends one, and so does `.`, `!`, `?`, `…` or their like in other scripts
    before a space and no small letter. Known abbreviations and single capitals
    ("U.S. Marshals") end none.
    """
    end = len(text) if stop is None else stop
    begin = start
    pattern = rf"[.!?…]+{_CLOSING}(?=\s)|{_OTHER_ENDS}{_CLOSING}|[\r\n]+"
    for match in _compiled(pattern).finditer(text, start, end):
        if not _ends(text, match.start(), match.end(), end):
            continue
        yield from _trimmed(text, begin, match.end())
        begin = match.end()
    yield from _trimmed(text, begin, end)


def _ends(text: str, at: int, after: int, end: int) -> bool:
    """Whether the sign at `at` ends a sentence; `after` is where it is over."""
    if text[at] != ".":
        return True
    follows = _compiled(r"\S").search(text, after, min(end, after + REACH))
    if follows is not None and follows[0].islower():
        return False
    before = _compiled(r"[\p{L}\p{N}.]*$").search(text, max(0, at - 24), at)
    word = before[0] if before is not None else ""
    initial = len(word.rpartition(".")[2]) == 1 and word[-1:].isupper()
    return word.casefold() not in _NO_END and not initial


def _trimmed(text: str, start: int, stop: int) -> Iterator[Piece]:
    piece = text[start:stop]
    begin = start + len(piece) - len(piece.lstrip())
    stop = start + len(piece.rstrip())
    if begin < stop:
        yield begin, stop


def piece_at(text: str, offset: int, unit: str) -> Piece:
    """The character, word, sentence or line that holds `offset`.

    `unit`: "character", "word", "sentence" or "line". Between two words it is the
    token that begins there, else the one that ends there, else nothing: an empty
    piece. Looks no further than `REACH` code points to either side.
    """
    if unit == "line":
        return line_at(text, offset)
    low, high = _line_near(text, offset)
    cut = {"character": graphemes, "word": tokens, "sentence": sentences}[unit]
    pieces = list(cut(text, low, high))
    place = bisect_right(pieces, (offset, high)) - 1
    if place >= 0 and pieces[place][0] <= offset < pieces[place][1]:
        return pieces[place]
    if place >= 0 and pieces[place][1] == offset:
        return pieces[place]
    return offset, offset


def snapped(text: str, start: int, stop: int, unit: str) -> Piece:
    """A selection grown to whole units; no space at its ends unless it is chosen."""
    if unit == "character" or start >= stop:
        return start, stop
    first = piece_at(text, start, unit)
    last = piece_at(text, stop - 1, unit)
    low = first[0] if first[0] <= start < first[1] else start
    high = last[1] if last[0] < stop <= last[1] else stop
    return min(low, start), max(high, stop)


def line_at(text: str, offset: int) -> Piece:
    """The line that holds `offset`, without its end."""
    low = max(text.rfind("\n", 0, offset), text.rfind("\r", 0, offset)) + 1
    ends = [e for e in (text.find("\n", offset), text.find("\r", offset)) if e >= 0]
    return low, min(ends, default=len(text))


def _line_near(text: str, offset: int) -> Piece:
    """The line around `offset`, cut to `REACH` on each side."""
    low, high = max(0, offset - REACH), min(len(text), offset + REACH)
    begin = max(text.rfind("\n", low, offset), text.rfind("\r", low, offset)) + 1
    ends = [
        end
        for end in (text.find("\n", offset, high), text.find("\r", offset, high))
        if end >= 0
    ]
    return begin or low, min(ends, default=high)
