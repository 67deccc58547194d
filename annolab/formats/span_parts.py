"""Discontinuous spans in formats whose spans are in one piece.

Every piece is written as a span of its own, all with the same number under
`part`: other programs see the pieces, AnnoLab joins them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, TypeAlias

from annolab.formats.text_marks import joined
from annolab.model.geometry import Span

PART = "part"
Piece: TypeAlias = tuple[int, int]


def numbered(spans: Iterable[Span]) -> Iterator[tuple[Span, int | None]]:
    """Spans with the number that their pieces share; None: they are in one piece."""
    number = 0
    for span in spans:
        if len(span.pieces) > 1:
            number += 1
            yield span, number
        else:
            yield span, None


def gathered(
    pieces: Iterable[tuple[Piece, Mapping[str, Any]]],
) -> Iterator[tuple[Span, list[Mapping[str, Any]]]]:
    """Spans of the pieces that share a number, each with what its pieces said."""
    found: dict[object, list[tuple[Piece, Mapping[str, Any]]]] = {}
    for place, (piece, said) in enumerate(pieces):
        part = said.get(PART)
        key = ("part", part) if isinstance(part, int | str) else place
        found.setdefault(key, []).append((piece, said))
    for same in found.values():
        yield joined([piece for piece, _ in same]), [said for _, said in same]
