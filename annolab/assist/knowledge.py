"""A knowledge base on the disk: ids with names and aliases, found as one types."""

from __future__ import annotations

import json
from bisect import bisect_left
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import Any

from rapidfuzz import fuzz, process

from annolab.assist.found import anew, folded
from annolab.assist.tables import rows_of

MOST_ENTRIES = 2_000_000
_LONGEST = 500
_IDS = ("id", "kb_id", "qid", "code", "identifier", "uri")
_NAMES = ("name", "label", "title", "term", "preferred")
_ALIASES = ("aliases", "alias", "synonyms", "synonym")
_DETAILS = ("description", "detail", "definition", "type")
_CUTOFF = 55.0  # of 100; below this a name is not alike


@dataclass(frozen=True, slots=True)
class Concept:
    """One thing of a knowledge base."""

    id: str
    name: str
    aliases: tuple[str, ...] = ()
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Hit:
    """A concept that was found, under which of its names, and how alike (0..1)."""

    concept: Concept
    name: str
    score: float


def read_concepts(
    lines: Iterable[str], *, json_lines: bool = False
) -> Iterator[Concept]:
    """The concepts of a table with a head, or of JSON lines.

    Columns or keys: id, name, aliases (parted by `|`; in JSON a list too) and
    description, or their like. Lines that make no concept are passed over.
    """
    rows = _objects(lines) if json_lines else _rows(lines)
    for row in islice(rows, MOST_ENTRIES):
        id_, name = _text(_first(row, _IDS)), _text(_first(row, _NAMES))
        if not id_:
            continue
        aliases = _list(_first(row, _ALIASES))
        yield Concept(id_, name or id_, aliases, _text(_first(row, _DETAILS)))


def _objects(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    for line in lines:
        try:
            value = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(value, dict):
            yield {str(key).casefold(): held for key, held in value.items()}


def _rows(lines: Iterable[str]) -> Iterator[dict[str, Any]]:
    rows = rows_of(lines)
    names = [cell.strip().casefold() for cell in next(rows, [])]
    for row in rows:
        yield dict(zip(names, row, strict=False))


def _first(row: dict[str, Any], keys: Iterable[str]) -> Any:
    return next((row[key] for key in keys if row.get(key)), "")


def _text(value: object) -> str:
    if isinstance(value, str | int) and not isinstance(value, bool):
        return " ".join(str(value).split())[:_LONGEST]
    return ""


def _list(value: object) -> tuple[str, ...]:
    parts = value if isinstance(value, list) else str(value).split("|")
    return tuple(text for part in parts if (text := _text(part)))


class Knowledge:
    """Concepts made ready to be found."""

    def __init__(self, concepts: Iterable[Concept]) -> None:
        self._concepts = list(concepts)
        self._by_id = {c.id: c for c in reversed(self._concepts)}
        names = [
            (folded(name), number)
            for number, concept in enumerate(self._concepts)
            for name in (concept.name, *concept.aliases)
        ]
        names.sort()
        # New strings, one beside the other in memory: they are gone through twice
        # as fast as those that were sorted.
        self._names = [anew(name) for name, _ in names]
        self._numbers = [number for _, number in names]

    def __len__(self) -> int:
        return len(self._concepts)

    def concept(self, id_: str) -> Concept | None:
        """The concept with this id, or None."""
        return self._by_id.get(id_)

    def search(self, query: str, limit: int = 20) -> list[Hit]:
        """The concepts whose id or one of whose names is most like `query`.

        What begins with it comes first; small mistakes of typing and another order
        of words are forgiven.
        """
        query = folded(" ".join(query.split()))
        if not query:
            return []
        best: dict[int, tuple[float, str]] = {}
        found = self._beginning(query, limit)
        if len(found) < limit:
            found += self._alike(query, limit)
        for place, score in found:
            number = self._numbers[place]
            if score > best.get(number, (0.0, ""))[0]:
                best[number] = (score, self._names[place])
        hits = [
            Hit(
                self._concepts[number], _as_written(self._concepts[number], name), score
            )
            for number, (score, name) in best.items()
        ]
        hits.sort(key=lambda hit: (-hit.score, len(hit.name), hit.name))
        exact = self._by_id.get(query) or self._by_id.get(query.upper())
        first = [Hit(exact, exact.name, 1.0)] if exact is not None else []
        return [*first, *(h for h in hits if h.concept is not exact)][:limit]

    def _beginning(self, query: str, limit: int) -> list[tuple[int, float]]:
        start = bisect_left(self._names, query)
        found = []
        for place in range(start, min(start + 20 * limit, len(self._names))):
            name = self._names[place]
            if not name.startswith(query):
                break
            found.append((place, 0.9 + 0.1 * len(query) / len(name)))
        return found

    def _alike(self, query: str, limit: int) -> list[tuple[int, float]]:
        found: dict[int, float] = {}
        several = (fuzz.token_sort_ratio,) if " " in query else ()
        for scorer in (fuzz.ratio, *several):
            for _, score, place in process.extract(
                query, self._names, scorer=scorer, limit=4 * limit, score_cutoff=_CUTOFF
            ):
                found[place] = max(found.get(place, 0.0), 0.89 * score / 100)
        return list(found.items())


def _as_written(concept: Concept, name: str) -> str:
    written = (concept.name, *concept.aliases)
    return next((text for text in written if folded(text) == name), concept.name)
