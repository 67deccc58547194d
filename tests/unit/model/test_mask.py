"""Masks: equal to pycocotools, and closed against hostile runs and strings."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from pycocotools import mask as oracle

from annolab.model import mask as masks
from annolab.model.geometry import Mask
from tests import strategies as some

# pycocotools itself does not follow numpy 2 here.
pytestmark = pytest.mark.filterwarnings("ignore:__array__ impl:DeprecationWarning")


def rle(mask: Mask) -> dict[str, Any]:
    """A mask as pycocotools takes it."""
    counts = masks.counts_to_string(mask.counts).encode()
    return {"size": [mask.height, mask.width], "counts": counts}


def from_oracle(given_rle: Any) -> Mask:
    height, width = given_rle["size"]
    counts = masks.counts_from_string(given_rle["counts"])
    return masks.from_counts(counts, width, height)


@given(some.bitmaps())
def test_encode_equals_pycocotools(bitmap: NDArray[np.bool_]) -> None:
    theirs = oracle.encode(np.asfortranarray(bitmap.astype(np.uint8)))
    assert rle(masks.encode(bitmap)) == theirs


@given(some.all_masks())
def test_decode_area_and_box_equal_pycocotools(mask: Mask) -> None:
    bitmap = masks.decode(mask)
    assert np.array_equal(bitmap, oracle.decode(rle(mask)))
    assert masks.area(mask) == oracle.area(rle(mask)) == bitmap.sum()
    assert np.array_equal(masks.decode(masks.encode(bitmap)), bitmap)
    canonical = masks.encode(bitmap)
    box = masks.bbox(canonical)
    assert (box or (0, 0, 0, 0)) == tuple(oracle.toBbox(rle(canonical)))
    assert masks.bbox(mask) == box


# pycocotools makes room for 6 characters a run and writes past it from 2**29 on.
@given(st.lists(st.integers(0, (1 << 28) - 1), min_size=1, max_size=20))
def test_the_string_equals_pycocotools(counts: list[int]) -> None:
    text = masks.counts_to_string(np.array(counts, dtype=np.uint32))
    packed = oracle.frPyObjects({"size": [1, 1], "counts": counts}, 1, 1)
    assert text.encode() == packed["counts"]


@given(st.lists(st.integers(0, (1 << 32) - 1), max_size=20))
def test_the_string_is_read_back(counts: list[int]) -> None:
    array = np.array(counts, dtype=np.uint32)
    text = masks.counts_to_string(array)
    assert np.array_equal(masks.counts_from_string(text), array)
    assert np.array_equal(masks.counts_from_string(text.encode()), array)


def test_the_string_of_a_known_mask() -> None:
    assert masks.counts_to_string(np.array([6, 1, 40, 4, 5], np.uint32)) == "61X13mN"


@given(st.text(max_size=30) | st.binary(max_size=30))
def test_a_hostile_string_is_refused_or_read(text: str | bytes) -> None:
    try:
        counts = masks.counts_from_string(text)
    except ValueError:
        return
    assert counts.dtype == np.uint32
    again = masks.counts_from_string(masks.counts_to_string(counts))
    assert np.array_equal(again, counts)


@pytest.mark.parametrize(
    "text", ["/", "p", "é", "o", "oooooooo0", "ooooooO", "N", "0N", "\ud800"]
)
def test_a_wrong_string_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="runs of a mask"):
        masks.counts_from_string(text)


@pytest.mark.parametrize(
    ("counts", "width", "height"),
    [
        ([5], 2, 2),
        ([], 1, 1),
        ([-1, 5], 2, 2),
        ([2.0, 2.0], 2, 2),
        ([1 << 40], 2, 2),
        ([True, True, True, True], 2, 2),
        (["4"], 2, 2),
        ([[4]], 2, 2),
        ([[1], [1, 2]], 2, 2),
        (None, 2, 2),
        ([4], -2, -2),
        ([0], 1 << 20, 1 << 20),
    ],
)
def test_wrong_runs_are_refused(counts: Any, width: int, height: int) -> None:
    with pytest.raises(ValueError, match=r"mask.*\."):
        masks.from_counts(counts, width, height)


def test_runs_are_kept_as_they_are() -> None:
    mask = masks.from_counts([0, 1, 0, 0, 3], 2, 2)
    assert mask.counts.tolist() == [0, 1, 0, 0, 3]
    assert not mask.counts.flags.writeable


def test_a_mask_that_lies_about_its_size_is_not_decoded() -> None:
    with pytest.raises(ValueError, match="add up to 3"):
        masks.decode(Mask(2, 2, np.array([3], np.uint32)))
    with pytest.raises(ValueError, match="add up to 0"):
        masks.decode(Mask(2, 2, np.array([], np.uint32)))


def test_a_mask_too_large_for_memory_is_not_decoded() -> None:
    bomb = masks.from_counts([0, 65_535 * 65_535], 65_535, 65_535)
    with pytest.raises(ValueError, match="too large"):
        masks.decode(bomb)
    assert masks.area(bomb) == 65_535 * 65_535


@given(some.all_masks())
def test_crop_is_the_bitmap_of_the_box(mask: Mask) -> None:
    x, y, part = masks.crop(mask)
    height, width = part.shape
    bitmap = masks.decode(mask)
    assert np.array_equal(bitmap[y : y + height, x : x + width], part)
    assert part.sum() == bitmap.sum()


@given(
    some.bitmaps(),
    st.integers(-15, 15),
    st.integers(-15, 15),
    st.integers(1, 12),
    st.integers(1, 12),
)
def test_place_lays_a_bitmap_into_an_image(
    bitmap: NDArray[np.bool_], x: int, y: int, width: int, height: int
) -> None:
    wide = np.zeros((height + 60, width + 60), dtype=np.bool_)
    wide[30 + y : 30 + y + bitmap.shape[0], 30 + x : 30 + x + bitmap.shape[1]] = bitmap
    expected = masks.encode(wide[30 : 30 + height, 30 : 30 + width])
    assert masks.place(bitmap, x, y, width, height) == expected


@st.composite
def of_one_size(draw: st.DrawFn) -> list[NDArray[np.bool_]]:
    height, width = draw(st.integers(1, 8)), draw(st.integers(1, 8))
    row = st.lists(st.booleans(), min_size=height * width, max_size=height * width)
    rows = draw(st.lists(row, min_size=1, max_size=4))
    return [np.array(row).reshape(height, width) for row in rows]


@given(of_one_size(), st.booleans())
def test_merge_equals_pycocotools(
    bitmaps: list[NDArray[np.bool_]], intersect: bool
) -> None:
    some_masks = [masks.encode(bitmap) for bitmap in bitmaps]
    merged = masks.merge(some_masks, intersect=intersect)
    assert rle(merged) == oracle.merge([rle(m) for m in some_masks], intersect)


@given(of_one_size())
def test_subtract_and_complement(bitmaps: list[NDArray[np.bool_]]) -> None:
    a, b = bitmaps[0], bitmaps[-1]
    assert masks.complement(masks.encode(a)) == masks.encode(~a)
    difference = masks.subtract(masks.encode(a), masks.encode(b))
    assert difference == masks.encode(a & ~b)


@given(st.lists(some.masks_with_empty_runs(), min_size=1, max_size=1))
def test_merging_one_tidies_its_runs(mask: list[Mask]) -> None:
    assert masks.merge(mask) == masks.encode(masks.decode(mask[0]))


def test_masks_of_different_sizes_do_not_merge() -> None:
    with pytest.raises(ValueError, match="same size"):
        masks.merge([masks.empty(2, 3), masks.empty(3, 2)])
    with pytest.raises(ValueError, match="same size"):
        masks.merge([])


def test_the_empty_mask() -> None:
    assert masks.decode(masks.empty(3, 2)).tolist() == [[False] * 3] * 2
    assert masks.bbox(masks.empty(3, 2)) is None
    assert masks.encode(np.zeros((0, 5))).counts.tolist() == [0]
