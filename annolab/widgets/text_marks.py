"""What is shown on a text: marks (spans) and arcs (relations) between them."""

from __future__ import annotations

from dataclasses import dataclass

Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to be shown: half-open pieces in code points, sorted, not touching.

    `color`: "#rrggbb". `name`: that of the label, "" for none. `note`: what the chip
    says after it, such as short key-values. A suggested mark is drawn dotted.
    """

    id: int
    pieces: tuple[Piece, ...]
    color: str
    name: str
    note: str = ""
    suggested: bool = False
    locked: bool = False

    @property
    def start(self) -> int:
        """Where the first piece begins."""
        return self.pieces[0][0]

    @property
    def stop(self) -> int:
        """Where the last piece ends."""
        return self.pieces[-1][1]

    @property
    def size(self) -> int:
        """How many code points are marked."""
        return sum(stop - start for start, stop in self.pieces)


@dataclass(frozen=True, slots=True)
class Arc:
    """A relation to be shown: from the mark `head` to the mark `tail`.

    `chain`: one link of a chain of marks that mean the same; it has no direction.
    """

    id: int
    head: int
    tail: int
    color: str
    name: str
    chain: bool = False
