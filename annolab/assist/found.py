"""What an assistant of texts finds: a stretch, a label, and why."""

from __future__ import annotations

import unicodedata
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Found:
    """A stretch of a text, in code points, that may bear a label.

    `label`: its name. `score`: 0..1. `source`: "dictionary", "gazetteer" or
    "pattern". `kb_id`: of a knowledge base, "" for none.
    """

    start: int
    stop: int
    label: str
    score: float
    source: str
    kb_id: str = ""


def folded(text: str) -> str:
    """Small letters, one for each code point: offsets stay what they were."""
    lower = text.lower()
    if len(lower) == len(text):
        return lower
    return "".join(low if len(low := sign.lower()) == 1 else sign for sign in text)


def anew(text: str) -> str:
    """The same text in a new place of the memory."""
    return text.encode("utf-8", "surrogatepass").decode("utf-8", "surrogatepass")


def is_whole(text: str, start: int, stop: int) -> bool:
    """Whether a stretch begins and ends where words do."""
    return _parts(text, start) and _parts(text, stop)


def _parts(text: str, at: int) -> bool:
    if not 0 < at < len(text):
        return True
    before, after = text[at - 1], text[at]
    if unicodedata.combining(after):
        return False
    if not (_of_word(before) and _of_word(after)):
        return True
    return _spaceless(before) or _spaceless(after)


def _of_word(sign: str) -> bool:
    return sign.isalnum() or sign == "_" or unicodedata.combining(sign) != 0


def _spaceless(sign: str) -> bool:
    """Whether words of its script are not parted by spaces."""
    code = ord(sign)
    return (
        0x0E00 <= code <= 0x0EFF  # Thai, Lao
        or 0x1000 <= code <= 0x109F  # Burmese
        or 0x1780 <= code <= 0x17FF  # Khmer
        or 0x3040 <= code <= 0x30FF  # Japanese
        or 0x3400 <= code <= 0x9FFF  # Chinese
        or 0x20000 <= code <= 0x3FFFF
    )


def apart(found: Iterable[Found], taken: Sequence[tuple[int, int]] = ()) -> list[Found]:
    """The best that do not overlap one another nor what is taken, by place.

    The higher score goes first, then the longer stretch, then the earlier one.
    """
    kept: list[tuple[int, int]] = sorted(taken)
    starts = [start for start, _ in kept]
    longest = max((stop - start for start, stop in kept), default=0)
    result = []
    for one in sorted(found, key=lambda f: (-f.score, f.start - f.stop, f.start)):
        low = bisect_left(starts, one.start - longest)
        high = bisect_left(starts, one.stop)
        if any(kept[i][1] > one.start for i in range(low, high)):
            continue
        place = bisect_left(starts, one.start)
        starts.insert(place, one.start)
        kept.insert(place, (one.start, one.stop))
        longest = max(longest, one.stop - one.start)
        result.append(one)
    return sorted(result, key=lambda f: (f.start, f.stop))
