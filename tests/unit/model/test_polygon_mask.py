"""Filled polygons: equal to pycocotools, bit for bit."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st
from pycocotools import mask as oracle

from annolab.model import mask as masks
from annolab.model import polygon_mask
from annolab.model.geometry import (
    Box,
    FloatArray,
    Mask,
    Polygon,
    points_array,
    polygon_from_rings,
)
from annolab.model.polygon_mask import box_to_mask, polygon_to_mask
from tests import strategies as some

sizes = st.integers(1, 60)
fifths = st.integers(-100, 400).map(lambda x: x / 5)  # corners of the fine grid
halves = st.integers(-20, 120).map(lambda x: x / 2)
numbers = st.one_of(st.floats(-20, 80), fifths, halves, st.integers(-5, 65).map(float))
rings = some.point_arrays(3, 10, numbers)


def theirs(rings: list[FloatArray], width: int, height: int) -> Any:
    flat = [ring.ravel().tolist() for ring in rings]
    return oracle.merge(oracle.frPyObjects(flat, height, width))


def text(mask: Mask) -> bytes:
    return masks.counts_to_string(mask.counts).encode()


@settings(max_examples=500)
@given(rings, sizes, sizes)
@example(points_array([5, 5, 5, 5, 5, 5]), 10, 10)
@example(points_array([0, 0, 10, 0, 10, 10, 0, 10]), 10, 10)
@example(points_array([-50, -50, 90, -50, 90, 90, -50, 90]), 10, 7)
@example(points_array([2.5, 3.5, 2.5, 9, 2.5, 3.5]), 10, 10)
@example(points_array([-9, -9, -5, -9, -5, -5]), 10, 10)
def test_one_ring_equals_pycocotools(ring: FloatArray, width: int, height: int) -> None:
    mine = polygon_to_mask(Polygon.of(ring), width, height)
    assert text(mine) == theirs([ring], width, height)["counts"]
    assert (mine.width, mine.height) == (width, height)


@given(some.point_arrays(3, 6, st.floats(-20_000, 20_000)), sizes, sizes)
@settings(max_examples=50)
def test_long_edges_equal_pycocotools(
    ring: FloatArray, width: int, height: int
) -> None:
    mine = polygon_to_mask(Polygon.of(ring), width, height)
    assert text(mine) == theirs([ring], width, height)["counts"]


@given(st.lists(rings, min_size=2, max_size=4), sizes, sizes)
def test_parts_are_a_union_as_in_pycocotools(
    parts: list[FloatArray], width: int, height: int
) -> None:
    mine = polygon_to_mask(polygon_from_rings(parts), width, height)
    assert text(mine) == theirs(parts, width, height)["counts"]


@given(rings, rings, rings)
def test_holes_are_taken_out_of_their_part_only(
    outer: FloatArray, hole: FloatArray, other: FloatArray
) -> None:
    def bitmap(ring: FloatArray) -> Any:
        return masks.decode(polygon_to_mask(Polygon.of(ring), 50, 40))

    mine = polygon_to_mask(Polygon(((outer, hole), (other,))), 50, 40)
    expected = (bitmap(outer) & ~bitmap(hole)) | bitmap(other)
    assert np.array_equal(masks.decode(mine), expected)


@given(some.boxes(numbers, st.floats(0, 80)), sizes, sizes)
def test_a_box_equals_pycocotools(box: Box, width: int, height: int) -> None:
    flat = np.array([[box.x, box.y, box.w, box.h]])
    expected = oracle.frPyObjects(flat, height, width)[0]["counts"]
    assert text(box_to_mask(box, width, height)) == expected


def test_a_polygon_without_parts_is_empty() -> None:
    assert polygon_to_mask(Polygon(()), 3, 2) == masks.empty(3, 2)


@pytest.mark.parametrize("far", [np.nan, np.inf, -np.inf, 1e300, -1.1e9])
def test_a_corner_that_is_no_place_is_refused(far: float) -> None:
    with pytest.raises(ValueError, match="too far out"):
        polygon_to_mask(Polygon.of([0, 0, 5, far, 5, 5]), 10, 10)


def test_corners_at_the_limit_cost_only_what_they_cross() -> None:
    wide = Polygon.of([-1e9, -1e9, 1e9, -1e9, 1e9, 1e9, -1e9, 1e9])
    assert masks.area(polygon_to_mask(wide, 1000, 800)) == 800_000


@given(rings, sizes, sizes, st.integers(1, 20))
def test_work_in_portions_gives_the_same(
    ring: FloatArray, width: int, height: int, portion: int
) -> None:
    whole = polygon_to_mask(Polygon.of(ring), width, height)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(polygon_mask, "_BLOCK", portion)
        assert polygon_to_mask(Polygon.of(ring), width, height) == whole
