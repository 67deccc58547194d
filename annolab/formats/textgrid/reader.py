"""Read a TextGrid or a Collection of them out of bytes."""

from __future__ import annotations

from annolab.errors import FormatError
from annolab.formats.textgrid.binary import MAGIC, read_binary
from annolab.formats.textgrid.decode import text_of
from annolab.formats.textgrid.grid import Grid
from annolab.formats.textgrid.text_reader import CHRONOLOGICAL, read_text

_NEAR = 40  # bytes


def read_collection(data: bytes) -> list[tuple[str, Grid]]:
    """All grids of a file with their names; a plain TextGrid is one named ""."""
    if data.startswith(MAGIC):
        return read_binary(data)
    text = text_of(data)
    if not (is_text_file(data) or text.startswith(CHRONOLOGICAL)):
        message = 'The first line of a TextGrid must contain "ooTextFile".'
        raise FormatError(message, line=1)
    return read_text(text)


def is_text_file(data: bytes) -> bool:
    """Whether Praat sees one of its text files: `TextFile` stands near the start."""
    wide = b"\0".join(b"%c" % byte for byte in b"TextFile")
    near, far = data[:100].split(b"\0")[0].find(b"TextFile"), data.find(wide, 0, 100)
    return 0 <= near < _NEAR or 0 <= far < 2 * _NEAR


def read_grid(data: bytes) -> Grid:
    """The first grid of a file. Raises FormatError, with the line in text files."""
    grids = read_collection(data)
    if not grids:
        message = "The Collection is empty."
        raise FormatError(message)
    return grids[0][1]
