"""Masks as COCO run lengths, equal to pycocotools bit for bit, in numpy alone.

Runs go down the columns, from left to right, and begin with zeros; the first
run may be empty. Rule and file format: pycocotools, `maskApi.c`.
"""

from __future__ import annotations

from collections.abc import Sequence

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


def empty(width: int, height: int) -> Mask:
    """The mask without pixels."""
    return Mask(width, height, _counts([width * height]))


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
        total = int(ends[-1]) if ends.size else 0
        raise ValueError(_mismatch(total, mask.width, mask.height))
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
        return empty(width, height)
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


def from_counts(values: ArrayLike, width: int, height: int) -> Mask:
    """The mask of an image from run lengths as a file gives them.

    Raises ValueError with a sentence when they are not whole numbers, or do not
    fill the image.
    """
    if width < 0 or height < 0 or width * height > MAX_PIXELS:
        message = f"A mask cannot have {width} x {height} pixels."
        raise ValueError(message)
    try:
        lengths = np.asarray(values)
    except ValueError:
        lengths = np.zeros((0, 0))
    if lengths.ndim != 1 or (lengths.size and lengths.dtype.kind not in "iu"):
        message = "The runs of a mask must be a list of whole numbers."
        raise ValueError(message)
    if lengths.size and (lengths.min() < 0 or lengths.max() > MAX_PIXELS):
        message = "A run of a mask is negative or too long."
        raise ValueError(message)
    total = int(lengths.sum(dtype=np.int64))
    if total != width * height:
        raise ValueError(_mismatch(total, width, height))
    return Mask(width, height, _counts(lengths))


def _mismatch(total: int, width: int, height: int) -> str:
    return (
        f"The runs of a mask add up to {total} pixels, "
        f"but its image has {width} x {height}."
    )


_LONGEST_NUMBER = 7  # digits of 5 bits that a 32-bit run or a difference needs


def counts_to_string(counts: Counts) -> str:
    """Run lengths as the compressed string of a COCO file.

    From the fourth on, the difference to the run before the last is written: in
    signed groups of 5 bits, lowest first, bit 6 set when another follows, each
    as the character 48 higher (pycocotools, `rleToString`).
    """
    numbers = counts.astype(np.int64)
    numbers[3:] -= counts[1:-2].astype(np.int64)
    digits = np.zeros((numbers.size, _LONGEST_NUMBER), dtype=np.uint8)
    more = np.ones(numbers.size, dtype=np.bool_)
    place = 0
    while more.any():
        digit = numbers & 31
        numbers >>= 5
        used, more = more, more & (numbers != np.where(digit & 16, -1, 0))
        digits[:, place] = used * (digit + 32 * more + 48)
        place += 1
    return digits[digits > 0].tobytes().decode("ascii")


def counts_from_string(text: str | bytes) -> Counts:
    """Run lengths from the compressed string of a COCO file.

    Raises ValueError with a sentence for anything that is not such a string.
    """
    data = text.encode("utf-8", "surrogatepass") if isinstance(text, str) else text
    digits = np.frombuffer(data, dtype=np.uint8).astype(np.int64) - 48
    if not digits.size:
        return _counts([])
    last = (digits & 32) == 0
    if digits.min() < 0 or digits.max() > 63 or not last[-1]:
        message = "The compressed runs of a mask hold a wrong character."
        raise ValueError(message)
    ends = np.flatnonzero(last)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    if lengths.max() > _LONGEST_NUMBER:
        message = "The compressed runs of a mask hold a number that is too long."
        raise ValueError(message)
    shifts = 5 * (np.arange(digits.size) - np.repeat(starts, lengths))
    numbers = np.add.reduceat((digits & 31) << shifts, starts)
    numbers -= np.where(digits[ends] & 16, np.int64(1) << (5 * lengths), 0)
    numbers[1::2] = np.cumsum(numbers[1::2])
    numbers[2::2] = np.cumsum(numbers[2::2])
    if numbers.min() < 0 or numbers.max() > MAX_PIXELS:
        message = "The compressed runs of a mask hold a negative or too long run."
        raise ValueError(message)
    return _counts(numbers)


def merge(masks: Sequence[Mask], *, intersect: bool = False) -> Mask:
    """The pixels that are in any of the masks, or in all of them.

    Raises ValueError when there is none, or they are not of one size.
    """
    return _covered(masks, len(masks) if intersect else 1)


def subtract(mask: Mask, other: Mask) -> Mask:
    """The pixels of `mask` that are not in `other`; ValueError as for `merge`."""
    return _covered([mask, complement(other)], 2)


def complement(mask: Mask) -> Mask:
    """The pixels that are not in a mask."""
    counts = mask.counts
    if counts.size and counts[0] == 0:
        return Mask(mask.width, mask.height, _counts(counts[1:]))
    return Mask(mask.width, mask.height, _counts(np.insert(counts, 0, 0)))


def _covered(masks: Sequence[Mask], least: int) -> Mask:
    """The pixels that lie in at least `least` of the masks."""
    if len({(m.width, m.height) for m in masks}) != 1:
        message = "Only masks of images of the same size can be merged."
        raise ValueError(message)
    width, height = masks[0].width, masks[0].height
    # Every second edge begins a run of ones: walk along all edges and count.
    edges = [np.cumsum(m.counts, dtype=np.int64) for m in masks]
    steps = [1 - 2 * (np.arange(e.size) & 1) for e in edges]
    places, order = np.concatenate(edges), np.argsort(np.concatenate(edges))
    places = places[order]
    depth = np.cumsum(np.concatenate(steps)[order])
    settled = np.append(places[1:] != places[:-1], True)
    inside = depth[settled] >= least
    flips = np.flatnonzero(np.diff(inside, prepend=False))
    return from_edges(places[settled][flips], width, height)


def from_edges(edges: NDArray[np.int64], width: int, height: int) -> Mask:
    """The mask whose runs end at `edges`, rising and distinct places 0..w*h."""
    size = width * height
    ends = np.empty(edges.size + 2, dtype=np.int64)
    ends[0], ends[1:-1], ends[-1] = 0, edges, size
    if edges.size and edges[-1] == size:
        ends = ends[:-1]
    return Mask(width, height, _counts(ends[1:] - ends[:-1]))
