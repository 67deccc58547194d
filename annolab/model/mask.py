"""Masks as COCO run lengths, equal to pycocotools bit for bit, in numpy alone.

Runs go down the columns, from left to right, and begin with zeros; the first
run may be empty. Rule and file format: pycocotools, `maskApi.c`.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from annolab.model.geometry import Mask

BoolArray = NDArray[np.bool_]
Counts = NDArray[np.uint32]
MAX_PIXELS = (1 << 32) - 1  # of a whole image: a run is a 32-bit number
MAX_DECODED = 1 << 31  # bytes that decoding may ask for


def _counts(values: ArrayLike) -> Counts:
    array = np.array(values, dtype=np.uint32)
    array.flags.writeable = False
    return array


def _runs(flat: BoolArray) -> NDArray[np.int64]:
    """Lengths of the runs of a flat bitmap, zeros first."""
    edges = np.flatnonzero(flat[1:] != flat[:-1]) + 1
    lengths = np.diff(edges, prepend=0, append=flat.size)
    if flat.size and flat[0]:
        lengths = np.insert(lengths, 0, 0)
    return lengths


def encode(bitmap: ArrayLike) -> Mask:
    """The mask of an (h, w) bitmap: what is not zero belongs to it."""
    array = np.asarray(bitmap, dtype=np.bool_)
    height, width = array.shape
    return Mask(width, height, _counts(_runs(array.ravel(order="F"))))


def decode(mask: Mask) -> BoolArray:
    """The (h, w) bitmap of a mask.

    Raises ValueError when the runs do not fill the image, or need too much memory.
    """
    return _columns(mask, 0, mask.width).T


def _columns(mask: Mask, first: int, stop: int) -> BoolArray:
    """The columns `first` to `stop` of a mask, as a (stop - first, h) array."""
    ends = np.cumsum(mask.counts, dtype=np.int64)
    if (int(ends[-1]) if ends.size else 0) != mask.width * mask.height:
        message = (
            f"The runs of a mask add up to {int(ends[-1]) if ends.size else 0} pixels, "
            f"but its image has {mask.width} x {mask.height}."
        )
        raise ValueError(message)
    size = (stop - first) * mask.height
    if size > MAX_DECODED:
        message = f"A mask of {mask.width} x {mask.height} pixels is too large to draw."
        raise ValueError(message)
    start = first * mask.height
    begin = int(np.searchsorted(ends, start, side="right"))
    end = int(np.searchsorted(ends, start + size, side="left")) + 1
    inside = np.clip(ends[begin:end], start, start + size)
    lengths = np.diff(inside, prepend=np.int64(start))
    values = (np.arange(begin, begin + lengths.size) & 1).astype(np.bool_)
    return np.repeat(values, lengths).reshape(stop - first, mask.height)


def area(mask: Mask) -> int:
    """The number of pixels in a mask."""
    return int(mask.counts[1::2].sum(dtype=np.int64))


def bbox(mask: Mask) -> tuple[int, int, int, int] | None:
    """Left, top, width and height of the pixels of a mask; None without any.

    Equal to pycocotools `toBbox`, which however lets empty runs count.
    """
    counts = mask.counts
    ends = np.cumsum(counts, dtype=np.int64)[1::2]
    lengths = counts[1::2]
    ends = ends[lengths > 0]
    if not ends.size:
        return None
    starts = ends - lengths[lengths > 0]
    left, top = np.divmod(starts, mask.height)
    right, bottom = np.divmod(ends - 1, mask.height)
    x, right_most = int(left[0]), int(right[-1])
    if (right > left).any():
        return x, 0, right_most - x + 1, mask.height
    y = int(top.min())
    return x, y, right_most - x + 1, int(bottom.max()) - y + 1


def crop(mask: Mask) -> tuple[int, int, BoolArray]:
    """Left, top and the bitmap of the box around the pixels of a mask.

    Costs what the columns of the box cost, however large the image is. Raises
    ValueError as `decode` does.
    """
    box = bbox(mask)
    if box is None:
        return 0, 0, np.zeros((0, 0), dtype=np.bool_)
    x, y, w, h = box
    return x, y, _columns(mask, x, x + w)[:, y : y + h].T


def place(bitmap: ArrayLike, x: int, y: int, width: int, height: int) -> Mask:
    """The mask of an image of `width` by `height` with a bitmap laid in at (x, y).

    What lies outside the image is cut off.
    """
    array = np.asarray(bitmap, dtype=np.bool_)
    left, top = max(x, 0), max(y, 0)
    right = min(x + array.shape[1], width)
    bottom = min(y + array.shape[0], height)
    if right <= left or bottom <= top:
        return Mask(width, height, _counts([width * height]))
    strip = np.zeros((right - left, height), dtype=np.bool_)
    strip[:, top:bottom] = array[top - y : bottom - y, left - x : right - x].T
    lengths = _runs(strip.ravel())
    lengths[0] += left * height
    rest = (width - right) * height
    if lengths.size & 1:
        lengths[-1] += rest
    elif rest:
        lengths = np.append(lengths, rest)
    return Mask(width, height, _counts(lengths))
