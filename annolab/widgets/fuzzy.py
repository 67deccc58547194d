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
    found = _along(letters, target, starts=True)
    if found is None:
        # Jumping to the starts of words can jump over what comes later.
        found = _along(letters, target, starts=False)
    if found is None:
        return None
    return found + (100 - min(whole, 100) if whole >= 0 else 0) - len(target) // 8


def _along(letters: str, target: str, *, starts: bool) -> int | None:
    """Points for the letters one after the other; None when one is missing."""
    points, place = 0, 0
    for letter in letters:
        found = target.find(letter, place)
        if starts and found > place:
            found = _start(target, letter, found)
        if found < 0:
            return None
        if found == 0 or not target[found - 1].isalnum():
            points += 8
        elif found == place:
            points += 4
        place = found + 1
    return points


def _start(target: str, letter: str, first: int) -> int:
    """The next place of a letter that begins a word, or else its first place."""
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
