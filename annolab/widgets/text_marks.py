"""What is shown on a text: marks (spans) and arcs (relations) between them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from annolab.model.span_index import SpanIndex

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


class MarkStore:
    """The marks and arcs of a text, found by place and by one another."""

    def __init__(self) -> None:
        self.marks: dict[int, Mark] = {}
        self.arcs: dict[int, Arc] = {}
        self._index = SpanIndex()
        self._arcs_of: dict[int, list[Arc]] = {}
        self._ends: npt.NDArray[np.int64] | None = None

    def set_marks(self, marks: Iterable[Mark]) -> None:
        """Have these marks instead of all others."""
        self.marks = {mark.id: mark for mark in marks}
        self._ends = None
        self._index = SpanIndex((mark.id, mark.pieces) for mark in self.marks.values())

    def change(self, changed: Iterable[Mark], removed: Iterable[int]) -> list[Mark]:
        """Add, exchange and remove marks; gives those before and those after."""
        touched = []
        for id_ in removed:
            self._index.remove(id_)
            touched.append(self.marks.pop(id_, None))
        for mark in changed:
            touched += [self.marks.get(mark.id), mark]
            self.marks[mark.id] = mark
            self._index.insert(mark.id, mark.pieces)
        found = [mark for mark in touched if mark is not None]
        if any(mark.id in self._arcs_of for mark in found):
            self._ends = None
        return found

    def set_arcs(self, arcs: Sequence[Arc]) -> None:
        """Have these arcs instead of all others."""
        self.arcs = {arc.id: arc for arc in arcs}
        self._ends = None
        self._arcs_of = {}
        for arc in self.arcs.values():
            self._arcs_of.setdefault(arc.head, []).append(arc)
            if arc.tail != arc.head:
                self._arcs_of.setdefault(arc.tail, []).append(arc)

    def within(self, start: int, stop: int) -> list[Mark]:
        """The marks with a part in a stretch, by their beginning, outer ones first."""
        return [self.marks[id_] for id_ in self._index.within(start, stop)]

    def at(self, offset: int) -> tuple[int, ...]:
        """The marks around the character at `offset`, innermost first."""
        return tuple(self._index.at(offset))

    def passing(self, start: int, stop: int) -> int:
        """How many arcs go over a stretch and have no end in it."""
        if self._ends is None:
            ends = [
                sorted((head.start, tail.start))
                for arc in self.arcs.values()
                if (head := self.marks.get(arc.head)) is not None
                and (tail := self.marks.get(arc.tail)) is not None
            ]
            self._ends = np.array(ends, np.int64).reshape(-1, 2)
        over = (self._ends[:, 0] < start) & (self._ends[:, 1] >= stop)
        return int(np.count_nonzero(over))

    def arcs_of(self, marks: Iterable[Mark]) -> list[Arc]:
        """The arcs with an end at one of these marks, once each."""
        found = {
            arc.id: arc for mark in marks for arc in self._arcs_of.get(mark.id, ())
        }
        return list(found.values())


@dataclass(frozen=True, slots=True)
class Spot:
    """What is at a place: a chip, an arc, the marks around a character, an offset.

    `marks`: innermost first; `offset`: of the nearest caret.
    """

    offset: int
    chip: Mark | None
    arc: Arc | None
    marks: tuple[int, ...]
