"""Polygons filled with pixels as pycocotools fills them, bit for bit.

The rule (pycocotools, `rleFrPoly`): corners are rounded on a grid 5 times finer
than the pixels; along every edge whole grid points are walked, one a step in
the longer direction; where such a walk goes from grid column 5x + 2 to 5x + 3,
the lower of the two grid rows, brought back to pixels and rounded up, toggles
column x of the image from there on down. Here each toggle is computed from
its edge alone, in the same float64 operations, so an edge costs what it crosses
of the image and not its length.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import pairwise
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from annolab.model import mask as masks
from annolab.model.geometry import MAX_COORDINATE, Box, FloatArray, Mask, Polygon

_Ints = NDArray[np.int64]
_FINER = 5
_MIDDLE = 2  # grid column of a pixel after which the toggles are
_BLOCK = 1 << 21  # toggles computed at a time: bounds the memory


def polygon_to_mask(polygon: Polygon, width: int, height: int) -> Mask:
    """The pixels of a polygon in an image of `width` by `height`.

    The union of the parts, each without its holes. Equal to `frPyObjects` and
    `merge` of pycocotools where there are no holes. Raises ValueError for
    numbers that are not finite.
    """
    parts: list[Mask] = []
    for outer, *holes in polygon.parts:
        part = _ring_mask(outer, width, height)
        for hole in holes:
            part = masks.subtract(part, _ring_mask(hole, width, height))
        parts.append(part)
    if len(parts) == 1:
        return parts[0]
    return masks.merge(parts or [masks.empty(width, height)])


def box_to_mask(box: Box, width: int, height: int) -> Mask:
    """The pixels of a box, as `frPyObjects` of pycocotools fills one."""
    right, bottom = box.x + box.w, box.y + box.h
    corners = [(box.x, box.y), (box.x, bottom), (right, bottom), (right, box.y)]
    return _ring_mask(np.array(corners), width, height)


def _ring_mask(ring: FloatArray, width: int, height: int) -> Mask:
    if ring.size and not np.abs(ring).max() <= MAX_COORDINATE:
        message = "A polygon has a coordinate that is no number or too far out."
        raise ValueError(message)
    edges = _edges(np.trunc(_FINER * ring + 0.5), width)
    toggles = np.zeros(0, dtype=np.int64)
    for some in _blocks(edges):
        toggles = np.concatenate((toggles, _toggles(some, height)))
        toggles = _odd(toggles)
    return masks.from_edges(toggles, width, height)


def _odd(toggles: _Ints) -> _Ints:
    """The values that occur an odd number of times, rising."""
    toggles = np.sort(toggles)
    rising: NDArray[np.bool_] = toggles[1:] > toggles[:-1]
    if rising.all():
        return toggles
    begins = np.concatenate(([0], rising.nonzero()[0] + 1, [toggles.size]))
    return toggles[begins[(np.diff(begins) & 1).nonzero()[0]]]


class _Edges(NamedTuple):
    """Edges on the grid that toggle pixel columns; the flat ones come first."""

    x: FloatArray  # of the left end of a flat edge, of the top end of a steep one
    y: FloatArray
    slope: FloatArray  # rows a column, or columns a row
    first: _Ints  # pixel column toggled first
    number: _Ints  # of pixel columns toggled
    flat: int  # how many are flat: go a column a step

    def cut(self, begin: int, end: int) -> _Edges:
        """Those from `begin` to `end`."""
        part = slice(begin, end)
        return _Edges(
            self.x[part],
            self.y[part],
            self.slope[part],
            self.first[part],
            self.number[part],
            min(max(self.flat - begin, 0), end - begin),
        )


def _edges(corners: FloatArray, columns: int) -> _Edges:
    """The edges of a closed ring on the grid that toggle any of the pixel columns."""
    x, y = corners.T
    x2, y2 = np.concatenate((corners[1:], corners[:1])).T
    left, right = np.minimum(x, x2), np.maximum(x, x2)
    first = np.maximum(np.ceil((left - _MIDDLE) / _FINER), 0)
    last = np.minimum(np.floor((right - _MIDDLE - 1) / _FINER), columns - 1)
    run, rise = x2 - x, y2 - y
    flat = np.abs(run) >= np.abs(rise)
    crossing = last >= first
    (flats,), (steeps,) = (crossing & flat).nonzero(), (crossing & ~flat).nonzero()
    some = np.concatenate((flats, steeps))
    along, across = np.where(flat, run, rise)[some], np.where(flat, rise, run)[some]
    ahead = along > 0
    first = first[some]
    return _Edges(
        np.where(ahead, x[some], x2[some]),
        np.where(ahead, y[some], y2[some]),
        across / along,
        first.astype(np.int64),
        (last[some] - first).astype(np.int64) + 1,
        flats.size,
    )


def _blocks(edges: _Edges) -> Iterator[_Edges]:
    """Edges in portions of about `_BLOCK` toggles."""
    totals = edges.number.cumsum()
    if not totals.size or totals[-1] <= _BLOCK:
        yield edges
        return
    ends = np.flatnonzero(np.diff(totals // _BLOCK, append=-1)) + 1
    for begin, end in pairwise([0, *ends.tolist()]):
        yield edges.cut(begin, end)


def _toggles(edges: _Edges, height: int) -> _Ints:
    """Places, down the columns, at which edges toggle the bitmap."""
    number = edges.number
    skipped = number.cumsum() - number
    column = (edges.first - skipped).repeat(number)
    column += np.arange(column.size)
    x, y, slope = (a.repeat(number) for a in (edges.x, edges.y, edges.slope))
    middle = _FINER * column + _MIDDLE
    split = int(number[: edges.flat].sum())
    row = np.empty(column.size)
    row[:split] = _flat_rows(x[:split], y[:split], slope[:split], middle[:split])
    row[split:] = _steep_rows(x[split:], y[split:], slope[split:], middle[split:])
    down = (row.astype(np.int64) + _MIDDLE) // _FINER
    return column * height + np.minimum(np.maximum(down, 0), height)


def _flat_rows(
    x: FloatArray, y: FloatArray, slope: FloatArray, middle: _Ints
) -> FloatArray:
    """The lower one of the rows before and after an edge steps out of `middle`."""
    rows: FloatArray = np.trunc(y + slope * (middle - x + (slope < 0)) + 0.5)
    return rows


def _steep_rows(
    x: FloatArray, y: FloatArray, slope: FloatArray, middle: _Ints
) -> FloatArray:
    """The last row before an edge that goes a row a step passes out of `middle`."""
    step = np.rint((middle + 0.5 - x) / slope)
    # Exact but for the last bit, which the walk itself decides.
    inside = (x + slope * step + 0.5 < middle + 1) == (slope > 0)
    rows: FloatArray = y + step - ~inside
    return rows
