"""How well a text matches what was typed, for the command palette."""

from __future__ import annotations

import heapq
from collections.abc import Callable, Iterable
from typing import TypeVar

T = TypeVar("T")


def score(typed: str, text: str) -> int | None:
    """Points for `text`, more for a better match; None when it does not match.

    Every letter of `typed` must come in `text` in this order. Letters that
    follow each other or begin a word count more, a long text counts less.
    """
    letters = typed.casefold().replace(" ", "")
    target = text.casefold()
    if not letters:
        return 0
    whole = target.find(typed.casefold().strip())
    points = 100 - whole if whole >= 0 else 0
    place, last = 0, -2
    for letter in letters:
        found = _next(target, letter, place, last)
        if found < 0:
            return None
        starts = found == 0 or not target[found - 1].isalnum()
        points += 8 if starts else 4 if found == last + 1 else 0
        last, place = found, found + 1
    return points - len(target) // 8


def _next(target: str, letter: str, place: int, last: int) -> int:
    """The place of the next letter; the start of a word before any other."""
    first = target.find(letter, place)
    if first < 0 or first == last + 1:
        return first
    at = first
    while at >= 0:
        if at == 0 or not target[at - 1].isalnum():
            return at
        at = target.find(letter, at + 1)
    return first


def best(
    typed: str, things: Iterable[T], text: Callable[[T], str], count: int
) -> list[T]:
    """The `count` things that match best; equal ones in the order they came."""
    ranked = []
    for number, thing in enumerate(things):
        points = score(typed, text(thing))
        if points is not None:
            ranked.append((-points, number, thing))
    chosen = heapq.nsmallest(count, ranked, key=lambda entry: entry[:2])
    return [thing for _, _, thing in chosen]
