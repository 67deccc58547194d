"""Tags of words: IOB1, IOB2, BIOES, and their cousins BILOU and BMES.

`decoded` reads them all: `B` begins a span, `S` and `U` are one, `E` and `L` end
it, and any other goes on with the span before it if that has the same type.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

SCHEMES = ("iob2", "iob1", "bioes")
OUTSIDE = "O"
_TAG = re.compile(r"([BIESLUM])(?:-(.*))?", re.DOTALL)
_BEGINS = frozenset("BSU")
_ENDS = frozenset("ESLU")
Run = tuple[int, int, str]  # first token, the one after the last, type


def parsed(tag: str) -> tuple[str, str]:
    """Prefix and type of a tag: `B-PER` -> B, PER; a bare type goes on (`I`)."""
    if tag in (OUTSIDE, "-", ""):
        return OUTSIDE, ""
    match = _TAG.fullmatch(tag)
    if match is None:
        return "I", tag
    return match[1], match[2] or ""


def decoded(tags: Iterable[str]) -> Iterator[Run]:
    """The spans of a sentence."""
    first, type_ = -1, ""
    number = -1
    for number, tag in enumerate(tags):
        prefix, found = parsed(tag)
        starts = prefix in _BEGINS or (prefix != OUTSIDE and first < 0)
        if first >= 0 and (prefix == OUTSIDE or starts or found != type_):
            yield first, number, type_
            starts = prefix != OUTSIDE
            first = -1
        if starts:
            first, type_ = number, found
        if prefix in _ENDS and first >= 0:
            yield first, number + 1, type_
            first = -1
    if first >= 0:
        yield first, number + 1, type_


def encoded(count: int, runs: Sequence[Run], scheme: str) -> list[str]:
    """The tags of a sentence of `count` words; runs rise and do not overlap."""
    tags = [OUTSIDE] * count
    before: tuple[int, str] = (-1, "")
    for first, after, type_ in runs:
        for place in range(first, after):
            tags[place] = f"I-{type_}"
        if scheme != "iob1" or before == (first, type_):
            tags[first] = f"B-{type_}"
        if scheme == "bioes":
            tags[after - 1] = f"{'S' if after - first == 1 else 'E'}-{type_}"
        before = (after, type_)
    return tags
