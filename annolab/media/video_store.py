"""The file of the cache that holds the table of a film: five columns of numbers."""

from __future__ import annotations

import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

COLUMNS = 5
_MAGIC = b"AnnoLabF"
_HEAD = struct.Struct("<8sQqqq")  # magic, rows, three numbers


def write_arrays(
    path: Path, numbers: tuple[int, int, int], columns: Sequence[NDArray[np.int64]]
) -> None:
    """Write columns of equal length. OSError."""
    with path.open("wb") as file:
        file.write(_HEAD.pack(_MAGIC, len(columns[0]), *numbers))
        for column in columns:
            file.write(column.astype("<i8").tobytes())


def read_arrays(
    path: Path,
) -> tuple[tuple[int, int, int], list[NDArray[np.int64]]] | None:
    """The numbers and columns of a file; None when it is not sound. OSError."""
    with path.open("rb") as file:
        head = file.read(_HEAD.size)
        if len(head) < _HEAD.size:
            return None
        magic, rows, *numbers = _HEAD.unpack(head)
        size = path.stat().st_size
        if magic != _MAGIC or not rows or size != _HEAD.size + COLUMNS * 8 * rows:
            return None
        data = np.frombuffer(file.read(), "<i8").astype(np.int64)
    if len(data) != COLUMNS * rows:
        return None
    columns = list(data.reshape(COLUMNS, rows))
    if np.any(columns[0][1:] < columns[0][:-1]):
        return None
    return (numbers[0], numbers[1], numbers[2]), columns
