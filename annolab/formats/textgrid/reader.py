"""Read a TextGrid or a Collection of them out of bytes."""

from __future__ import annotations

from annolab.errors import FormatError
from annolab.formats.textgrid.binary import MAGIC, read_binary
from annolab.formats.textgrid.decode import text_of
from annolab.formats.textgrid.grid import Grid
from annolab.formats.textgrid.text_reader import read_text


def read_collection(data: bytes) -> list[tuple[str, Grid]]:
    """All grids of a file with their names; a plain TextGrid is one named ""."""
    if data.startswith(MAGIC):
        return read_binary(data)
    return read_text(text_of(data))


def read_grid(data: bytes) -> Grid:
    """The first grid of a file. Raises FormatError, with the line in text files."""
    grids = read_collection(data)
    if not grids:
        message = "The Collection is empty."
        raise FormatError(message)
    return grids[0][1]
