"""The directories of a TIFF file: how many pages, and what each holds.

TIFF 6.0 and BigTIFF. Nothing is decoded, every count is bounded, and a file
that contradicts itself raises ValueError.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import BinaryIO

MAX_PAGES = 65_535
MAX_ENTRIES = 4_096
MAX_XMP = 1 << 20

_WIDTH, _HEIGHT, _BITS, _COMPRESSION, _PHOTOMETRIC = 256, 257, 258, 259, 262
_ORIENTATION, _SAMPLES, _TILE_WIDTH, _TILE_HEIGHT = 274, 277, 322, 323
_SAMPLE_FORMAT, _XMP = 339, 700
_NUMBERS = {1: "B", 3: "H", 4: "L", 16: "Q"}  # BYTE, SHORT, LONG, LONG8
_KEPT = 8


@dataclass(frozen=True, slots=True)
class TiffPage:
    """One directory. Sizes in pixels as stored, not turned upright.

    `kind`: sample format 1 unsigned, 2 signed, 3 float. `orientation` is None
    when the tag is absent; `orientation_at` is the file offset of its lowest byte.
    """

    width: int
    height: int
    bits: int
    samples: int
    kind: int
    photometric: int
    compression: int
    tile: tuple[int, int]
    orientation: int | None
    orientation_at: int
    xmp: bytes


@dataclass(frozen=True, slots=True)
class _Layout:
    """How this file writes numbers: plain TIFF or BigTIFF, and the byte order."""

    order: str
    big: bool

    @property
    def count(self) -> struct.Struct:
        return struct.Struct(self.order + ("Q" if self.big else "H"))

    @property
    def offset(self) -> struct.Struct:
        return struct.Struct(self.order + ("Q" if self.big else "L"))

    @property
    def entry(self) -> struct.Struct:
        return struct.Struct(self.order + ("HHQ8s" if self.big else "HHL4s"))


def read_page(file: BinaryIO, page: int = 0) -> tuple[TiffPage, int]:
    """Read directory `page` (0-based) and count the directories.

    Raises ValueError when the file is no TIFF, damaged, or has no such page.
    """
    layout, offset = _read_start(file)
    seen: dict[int, None] = {}
    while offset and offset not in seen and len(seen) < MAX_PAGES:
        try:
            following = _skip_directory(file, layout, offset)
        except ValueError:
            if not seen:
                raise
            break  # a damaged chain: the pages before it are good
        seen[offset] = None
        offset = following
    offsets = list(seen)
    if page >= len(offsets):
        raise ValueError(f"there is no page {page + 1}")
    return _read_directory(file, layout, offsets[page]), len(offsets)


def _read_start(file: BinaryIO) -> tuple[_Layout, int]:
    file.seek(0)
    head = file.read(16)
    order = {b"II": "<", b"MM": ">"}.get(head[:2], "")
    version = struct.unpack(order + "H", head[2:4])[0] if order and head[2:4] else 0
    if version not in (42, 43) or len(head) < 16:
        raise ValueError("no TIFF header")
    layout = _Layout(order, version == 43)
    at = 8 if layout.big else 4
    return layout, int(layout.offset.unpack_from(head, at)[0])


def _unpack(file: BinaryIO, layout: struct.Struct) -> int:
    data = file.read(layout.size)
    if len(data) < layout.size:
        raise ValueError("a directory lies outside the file")
    return int(layout.unpack(data)[0])


def _seek(file: BinaryIO, offset: int) -> None:
    if offset >= 1 << 62:
        raise ValueError("a directory lies outside the file")
    file.seek(offset)


def _skip_directory(file: BinaryIO, layout: _Layout, offset: int) -> int:
    """The offset of the directory after the one at `offset`; 0 after the last."""
    _seek(file, offset)
    count = _unpack(file, layout.count)
    if not 0 < count <= MAX_ENTRIES:
        raise ValueError("a directory without entries")
    file.seek(count * layout.entry.size, 1)
    data = file.read(layout.offset.size)
    # some writers leave out the final 0
    return int(layout.offset.unpack(data)[0]) if len(data) == layout.offset.size else 0


def _read_directory(file: BinaryIO, layout: _Layout, offset: int) -> TiffPage:
    _seek(file, offset)
    count = _unpack(file, layout.count)
    start = file.tell()
    data = file.read(count * layout.entry.size)
    tags: dict[int, list[int]] = {}
    orientation_at = 0
    xmp = b""
    for index in range(len(data) // layout.entry.size):
        at = index * layout.entry.size
        tag, type_, length, value = layout.entry.unpack_from(data, at)
        if tag == _XMP:
            xmp = _read_bytes(file, layout, length, value)
        elif _WIDTH <= tag <= _SAMPLE_FORMAT and type_ in _NUMBERS and length:
            tags[tag] = _read_numbers(file, layout, _NUMBERS[type_], length, value)
        if tag == _ORIENTATION and type_ in _NUMBERS:
            orientation_at = start + at + layout.entry.size - len(value)
            if layout.order == ">":
                orientation_at += struct.calcsize("=" + _NUMBERS[type_]) - 1
    return _page(tags, orientation_at, xmp)


def _read_numbers(
    file: BinaryIO, layout: _Layout, code: str, length: int, value: bytes
) -> list[int]:
    kept = struct.Struct(f"{layout.order}{min(length, _KEPT)}{code}")
    if length * struct.calcsize("=" + code) > len(value):
        _seek(file, int(layout.offset.unpack(value)[0]))
        value = file.read(kept.size)
    if len(value) < kept.size:
        raise ValueError("a tag lies outside the file")
    return list(kept.unpack_from(value))


def _read_bytes(file: BinaryIO, layout: _Layout, length: int, value: bytes) -> bytes:
    if length <= len(value) or length > MAX_XMP:
        return b""
    _seek(file, int(layout.offset.unpack(value)[0]))
    return file.read(length)


def _page(tags: dict[int, list[int]], orientation_at: int, xmp: bytes) -> TiffPage:
    def first(tag: int, default: int) -> int:
        return tags.get(tag, [default])[0]

    if _WIDTH not in tags or _HEIGHT not in tags:
        raise ValueError("a page without width or height")
    return TiffPage(
        width=first(_WIDTH, 0),
        height=first(_HEIGHT, 0),
        bits=max(tags.get(_BITS, [1])),
        samples=first(_SAMPLES, 1),
        kind=first(_SAMPLE_FORMAT, 1),
        photometric=first(_PHOTOMETRIC, 1),
        compression=first(_COMPRESSION, 1),
        tile=(first(_TILE_WIDTH, 0), first(_TILE_HEIGHT, 0)),
        orientation=first(_ORIENTATION, 1) if _ORIENTATION in tags else None,
        orientation_at=orientation_at,
        xmp=xmp,
    )
