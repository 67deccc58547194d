"""Long, short and chronological text files and text Collections."""

from __future__ import annotations

import re

from annolab.errors import FormatError
from annolab.formats.textgrid.grid import Grid, GridTier, Mark, check_domain, settled
from annolab.formats.textgrid.tokens import END, NUMBER, SKIP, STRING, Tokens

CHRONOLOGICAL = '"Praat chronological TextGrid text file"'
_CLASSES = {"IntervalTier": False, "TextTier": True}
# Regular marks in one step; all others go token by token, with the same result.
_INTERVAL = re.compile(f"{SKIP}{NUMBER}{END}{SKIP}{NUMBER}{END}{SKIP}{STRING}{END}")
_POINT = re.compile(f"{SKIP}{NUMBER}{END}{SKIP}{STRING}{END}")


def read_text(text: str) -> list[tuple[str, Grid]]:
    """The grids of a text file, each with its name ("" outside Collections)."""
    head, _, _ = text.partition("\n")
    if head.startswith(CHRONOLOGICAL):
        tokens = Tokens(text)
        tokens.string()
        return [("", settled(_chronological(tokens)))]
    if "ooTextFile" not in head:
        message = 'The first line of a TextGrid must contain "ooTextFile".'
        raise FormatError(message, line=1)
    tokens = Tokens(text, len(head))
    name = tokens.string()
    if name in ("Collection", "Collection 0"):
        return _collection(tokens)
    _check_class(name, tokens)
    return [("", settled(_grid(tokens)))]


def _check_class(name: str, tokens: Tokens) -> None:
    word, _, version = name.partition(" ")
    if word != "TextGrid":
        message = f"It holds a {word[:40]}, and AnnoLab reads TextGrids only."
        raise tokens.error(message)
    if version.strip() not in ("", "0"):
        message = "Its TextGrid has a newer layout than Praat 6 writes."
        raise tokens.error(message)


def _collection(tokens: Tokens) -> list[tuple[str, Grid]]:
    grids: list[tuple[str, Grid]] = []
    for _ in range(tokens.count()):
        sort = tokens.string()
        _check_class(sort, tokens)
        name = tokens.string()
        grids.append((name, settled(_grid(tokens))))
    return grids


def _grid(tokens: Tokens) -> Grid:
    grid = Grid(*_domain(tokens))
    if not tokens.flag():
        return grid
    for _ in range(tokens.count()):
        grid.tiers.append(_tier(tokens))
    return grid


def _domain(tokens: Tokens) -> tuple[float, float]:
    xmin, xmax = tokens.number(), tokens.number()
    if xmax < xmin:
        check_domain(xmin, xmax, tokens.line())
    return xmin, xmax


def _tier_head(tokens: Tokens) -> GridTier:
    sort = tokens.string()
    if sort not in _CLASSES:
        raise tokens.error(
            f'A tier must be an "IntervalTier" or a "TextTier", not "{sort[:40]}".'
        )
    return GridTier(tokens.string(), _CLASSES[sort], *_domain(tokens))


def _tier(tokens: Tokens) -> GridTier:
    tier = _tier_head(tokens)
    append = tier.marks.append
    for _ in range(tokens.count()):
        append(_point(tokens) if tier.points else _interval(tokens))
    return tier


def _interval(tokens: Tokens) -> Mark:
    match = _INTERVAL.match(tokens.text, tokens.position)
    if match:
        start, stop = float(match[1]), float(match[2])
        if start <= stop:
            tokens.position = match.end()
            return start, stop, match[3].replace('""', '"')
    start, stop = _domain(tokens)
    return start, stop, tokens.string()


def _point(tokens: Tokens) -> Mark:
    match = _POINT.match(tokens.text, tokens.position)
    if match:
        tokens.position = match.end()
        time = float(match[1])
        return time, time, match[2].replace('""', '"')
    time = tokens.number()
    return time, time, tokens.string()


def _chronological(tokens: Tokens) -> Grid:
    grid = Grid(*_domain(tokens))
    for _ in range(tokens.count()):
        grid.tiers.append(_tier_head(tokens))
    while not tokens.at_end():
        number = tokens.count()
        if not 1 <= number <= len(grid.tiers):
            raise tokens.error(f"There is no tier {number}.")
        tier = grid.tiers[number - 1]
        tier.marks.append(_point(tokens) if tier.points else _interval(tokens))
    return grid
