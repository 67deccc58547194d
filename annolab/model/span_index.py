"""Finds the spans that lie in a stretch of a text, however many there are."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

Pieces = tuple[tuple[int, int], ...]

_SIZE = 10  # a bucket of the finest level has 1 << 10 code points
_STEP = 6  # one of the next level 1 << 6 times as many
_MOST = 1 << _STEP  # buckets that a piece is written in, but one
_LEVELS = 8


class SpanIndex:
    """Spans with ids, in buckets of code points.

    A piece is kept in the finest level of buckets of which it needs no more than
    64: so neither a long span nor a long text makes anything slow. Pieces are
    half-open; an empty one is found by nothing.
    """

    def __init__(self, spans: Iterable[tuple[int, Pieces]] = ()) -> None:
        self._pieces: dict[int, Pieces] = {}
        self._levels: list[dict[int, set[int]]] = [{} for _ in range(_LEVELS)]
        for id_, pieces in spans:
            self.insert(id_, pieces)

    def __len__(self) -> int:
        return len(self._pieces)

    def __contains__(self, id_: int) -> bool:
        return id_ in self._pieces

    def pieces(self, id_: int) -> Pieces:
        """The pieces of a span; () of one that is not here."""
        return self._pieces.get(id_, ())

    def insert(self, id_: int, pieces: Pieces) -> None:
        """Add a span, or let one have other pieces."""
        if id_ in self._pieces:
            self.remove(id_)
        self._pieces[id_] = pieces
        for start, stop in pieces:
            first, last = start >> _SIZE, (stop - 1) >> _SIZE
            if first == last:  # nearly all are
                bucket = self._levels[0].setdefault(first, set())
                bucket.add(id_)
            elif start < stop:
                level, keys = _place(start, stop)
                for key in keys:
                    self._levels[level].setdefault(key, set()).add(id_)

    def remove(self, id_: int) -> Pieces:
        """Take a span away; gives its pieces, () when it was not here."""
        pieces = self._pieces.pop(id_, ())
        for start, stop in pieces:
            if start >= stop:
                continue
            level, keys = _place(start, stop)
            buckets = self._levels[level]
            for key in keys:
                bucket = buckets.get(key)
                if bucket is not None:
                    bucket.discard(id_)
                    if not bucket:
                        del buckets[key]
        return pieces

    def within(self, start: int, stop: int) -> list[int]:
        """The spans with a part in a stretch: by their beginning, outer ones first."""
        pieces = self._pieces
        found = [
            id_
            for id_ in set().union(*self._buckets(start, stop))
            if any(low < stop and start < high for low, high in pieces[id_])
        ]
        return sorted(found, key=lambda i: (pieces[i][0][0], -pieces[i][-1][1], i))

    def at(self, offset: int) -> list[int]:
        """The spans around the character at `offset`, the innermost first."""
        pieces = self._pieces

        def order(id_: int) -> tuple[int, int, int]:
            size = sum(stop - start for start, stop in pieces[id_])
            return size, -pieces[id_][0][0], -id_

        return sorted(self.within(offset, offset + 1), key=order)

    def _buckets(self, start: int, stop: int) -> Iterator[set[int]]:
        for level, buckets in enumerate(self._levels):
            if not buckets or start >= stop:
                continue
            shift = _SIZE + _STEP * level
            first, last = start >> shift, (stop - 1) >> shift
            if last - first < len(buckets):
                found = (buckets.get(key) for key in range(first, last + 1))
                yield from (bucket for bucket in found if bucket is not None)
            else:
                yield from (b for key, b in buckets.items() if first <= key <= last)


def _place(start: int, stop: int) -> tuple[int, range]:
    """The level of a piece, and its buckets there."""
    level, keys = 0, _keys(start, stop, 0)
    while len(keys) > _MOST and level < _LEVELS - 1:
        level += 1
        keys = _keys(start, stop, level)
    return level, keys


def _keys(start: int, stop: int, level: int) -> range:
    shift = _SIZE + _STEP * level
    return range(start >> shift, ((stop - 1) >> shift) + 1)
