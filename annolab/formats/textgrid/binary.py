"""Praat's binary files: big-endian, with TextGrids or a Collection of them."""

from __future__ import annotations

import struct

from annolab.errors import FormatError
from annolab.formats.textgrid.grid import Grid, GridTier, Mark, check_domain, settled

MAGIC = b"ooBinaryFile"
_CLASSES = {b"IntervalTier": False, b"TextTier": True}
_LONG = 0xFFFF


class _Bytes:
    def __init__(self, data: bytes) -> None:
        self.data = data
        self.position = len(MAGIC)

    def take(self, size: int) -> bytes:
        part = self.data[self.position : self.position + size]
        if len(part) < size:
            message = f"The binary file ends early, at byte {len(self.data)}."
            raise FormatError(message)
        self.position += size
        return part

    def unpack(self, layout: struct.Struct) -> tuple[float, ...]:
        return layout.unpack(self.take(layout.size))

    def number(self) -> int:
        return int.from_bytes(self.take(4), "big", signed=True)

    def short_text(self) -> bytes:
        return self.take(self.take(1)[0])

    def text(self) -> str:
        size = int.from_bytes(self.take(2), "big")
        if size != _LONG:
            return self.take(size).decode("latin-1")
        size = int.from_bytes(self.take(2), "big")
        units = bytearray()
        for _ in range(size):  # of code points: a pair of surrogates is one
            unit = self.take(2)
            units += unit
            if 0xD8 <= unit[0] <= 0xDB:
                units += self.take(2)
        try:
            return units.decode("utf-16-be")
        except UnicodeDecodeError as error:
            message = f"A text before byte {self.position} has half a character."
            raise FormatError(message) from error


_TWO, _ONE = struct.Struct(">dd"), struct.Struct(">d")


def read_binary(data: bytes) -> list[tuple[str, Grid]]:
    """The grids of a binary file, each with its name ("" outside Collections)."""
    source = _Bytes(data)
    sort = source.short_text()
    if sort != b"Collection":
        return [("", _grid(source, sort))]
    grids: list[tuple[str, Grid]] = []
    for _ in range(source.number()):
        sort = source.short_text()
        name = source.text()
        grids.append((name, _grid(source, sort)))
    return grids


def _grid(source: _Bytes, sort: bytes) -> Grid:
    if sort != b"TextGrid":
        name = sort[:40].decode("ascii", "replace")
        message = f"It holds a {name}, and AnnoLab reads TextGrids only."
        raise FormatError(message)
    grid = Grid(*_domain(source))
    if source.take(1) != b"\0":  # Praat takes all but 0 for true
        for _ in range(source.number()):
            grid.tiers.append(_tier(source))
    return settled(grid)


def _domain(source: _Bytes) -> tuple[float, float]:
    xmin, xmax = source.unpack(_TWO)
    check_domain(xmin, xmax, None)
    return xmin, xmax


def _tier(source: _Bytes) -> GridTier:
    points = _CLASSES.get(source.short_text())
    if points is None:
        message = "A tier is neither an IntervalTier nor a TextTier."
        raise FormatError(message)
    tier = GridTier(source.text(), points, *_domain(source))
    for _ in range(source.number()):
        tier.marks.append(_mark(source, points=points))
    return tier


def _mark(source: _Bytes, *, points: bool) -> Mark:
    if points:
        (time,) = source.unpack(_ONE)
        return time, time, source.text()
    start, stop = _domain(source)
    return start, stop, source.text()
