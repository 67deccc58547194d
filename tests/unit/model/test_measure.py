"""Bounds, areas, insides."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annolab.model import mask as masks
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Geometry,
    Instant,
    Interval,
    Keyframe,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Span,
    TimeBox,
    Track,
    Whole,
    polygon_from_rings,
)
from annolab.model.measure import (
    area,
    bounds,
    bounds_many,
    center,
    contains,
    corners,
    extent,
    length,
    ring_contains,
    turn,
)
from annolab.model.polygon_mask import polygon_to_mask
from annolab.model.transform import to_polygon
from tests import strategies as some

SQUARE = Polygon.of([0, 0, 10, 0, 10, 10, 0, 10])
FRAME = Polygon.of([0, 0, 10, 0, 10, 10, 0, 10], [2, 2, 2, 6, 6, 6, 6, 2])
DISC = Ellipse(5, 5, 4, 2)
MASK = masks.encode([[0, 0, 0, 0], [0, 1, 1, 0], [0, 0, 1, 0]])

BOUNDS: list[tuple[Geometry, tuple[float, float, float, float] | None]] = [
    (Box(1, 2, 3, 4), (1, 2, 4, 6)),
    (RotatedBox(5, 5, 4, 2, 0), (3, 4, 7, 6)),
    (RotatedBox(5, 5, 4, 2, 90), (4, 3, 6, 7)),
    (FRAME, (0, 0, 10, 10)),
    (polygon_from_rings([[0, 0, 1, 0, 1, 1], [5, 7, 6, 7, 6, 9]]), (0, 0, 6, 9)),
    (Polygon(()), None),
    (Polyline.of([3, 1, -2, 5]), (-2, 1, 3, 5)),
    (Points.of([0, 0, 4, 5, 6, 7], [0, 1, 2]), (4, 5, 6, 7)),
    (Points.of([0, 0], [0]), None),
    (DISC, (1, 3, 9, 7)),
    (Ellipse(5, 5, 4, 2, 90), (3, 1, 7, 9)),
    (MASK, (1, 1, 3, 3)),
    (masks.empty(3, 3), None),
    (Track((Keyframe(0, Box(0, 0, 2, 2)), Keyframe(4, Box(5, 5, 1, 1)))), (0, 0, 6, 6)),
    (Track((Keyframe(0, Box(0, 0, 2, 2), outside=True),)), None),
    (Whole(), None),
    (Span(((0, 3),)), None),
    (Interval(0, 1), None),
    (Instant(3), None),
    (TimeBox(0, 1, 20, 30), None),
]


@pytest.mark.parametrize(("geometry", "expected"), BOUNDS)
def test_bounds(
    geometry: Geometry, expected: tuple[float, float, float, float] | None
) -> None:
    assert bounds(geometry) == expected
    middle = None
    if expected is not None:
        x0, y0, x1, y1 = expected
        middle = (x0 + x1) / 2, (y0 + y1) / 2
    assert center(geometry) == middle


@given(some.point_arrays(1, 120))
def test_bounds_of_few_and_many_points(points: FloatArray) -> None:
    expected = (*points.min(axis=0), *points.max(axis=0))
    assert bounds(Polyline(points)) == expected


@given(st.lists(some.point_arrays(0, 5), min_size=1, max_size=6))
def test_bounds_many_are_those_of_each(rings: list[FloatArray]) -> None:
    offsets = np.cumsum([0, *map(len, rings)])
    found = bounds_many(np.concatenate(rings), offsets)
    for ring, box in zip(rings, found, strict=True):
        single = bounds(Polyline(ring))
        if single is None:
            assert np.isnan(box).all()
        else:
            assert tuple(box) == single


def test_bounds_many_of_nothing() -> None:
    assert bounds_many(np.zeros((0, 2)), np.array([0])).shape == (0, 4)


AREAS: list[tuple[Geometry, float]] = [
    (Box(1, 2, 3, 4), 12),
    (RotatedBox(0, 0, 3, 4, 33), 12),
    (SQUARE, 100),
    (FRAME, 84),
    (Polygon.of([1e8, 1e8, 1e8 + 1, 1e8, 1e8 + 1, 1e8 + 1, 1e8, 1e8 + 1]), 1),
    (polygon_from_rings([[0, 0, 4, 0, 4, 4], [9, 9, 9, 13, 13, 13]]), 16),
    (Polygon.of([0, 0, 1, 0, 1, 1], [0, 0, 9, 0, 9, 9]), 0),
    (polygon_from_rings([[]]), 0),
    (Ellipse(0, 0, 2, 3, 45), 6 * math.pi),
    (MASK, 3),
    (Polyline.of([0, 0, 4, 0, 4, 4]), 0),
    (Whole(), 0),
    (Interval(0, 9), 0),
]


@pytest.mark.parametrize(("geometry", "expected"), AREAS)
def test_area(geometry: Geometry, expected: float) -> None:
    assert area(geometry) == pytest.approx(expected)


@pytest.mark.parametrize(
    ("geometry", "inside", "outside"),
    [
        (Box(1, 1, 2, 2), [(1, 1), (2.9, 1.5)], [(3, 2), (2, 3), (0.9, 2)]),
        (RotatedBox(5, 5, 8, 2, 90), [(5, 8.5), (4.5, 2)], [(8, 5), (5, 9.5)]),
        (RotatedBox(5, 5, 8, 2, 45), [(7, 7), (3, 3)], [(7, 3), (8.5, 8.5)]),
        (FRAME, [(1, 1), (0, 0), (8, 4)], [(4, 4), (10, 5), (5, 10), (-1, 5)]),
        (DISC, [(5, 5), (8.9, 5), (5, 6.9)], [(8.5, 6.5), (9.1, 5)]),
        (Ellipse(0, 0, 4, 2, 90), [(0, 3.9)], [(3, 0)]),
        (Ellipse(0, 0, 0, 2), [], [(0, 0)]),
        (Ellipse(0, 1, 1, 1e-300), [(0, 1)], [(0, 0)]),
        (MASK, [(1, 1), (2.5, 2.9)], [(1, 2), (3, 1), (-1, 1), (1, 9), (4, 0)]),
        (Polyline.of([0, 0, 9, 9]), [], [(5, 5)]),
        (Whole(), [], [(5, 5)]),
    ],
)
def test_contains(
    geometry: Geometry,
    inside: list[tuple[float, float]],
    outside: list[tuple[float, float]],
) -> None:
    assert [contains(geometry, *point) for point in inside] == [True] * len(inside)
    assert [contains(geometry, *point) for point in outside] == [False] * len(outside)


def edge_distance(polygon: Polygon, x: float, y: float) -> float:
    point = np.array((x, y))
    nearest = math.inf
    for ring in polygon.rings:
        for a, b in zip(ring, np.roll(ring, -1, axis=0), strict=True):
            along = b - a
            squared = float(along @ along)
            part = 0.0 if squared == 0 else float((point - a) @ along) / squared
            foot = a + min(max(part, 0.0), 1.0) * along
            nearest = min(nearest, float(np.hypot(*(point - foot))))
    return nearest


@given(some.star_polygons(st.floats(0, 60)), st.integers(0, 59), st.integers(0, 59))
def test_contains_agrees_with_the_filled_pixels(
    polygon: Polygon, column: int, row: int
) -> None:
    x, y = column + 0.5, row + 0.5
    assume(edge_distance(polygon, x, y) > 0.5)  # the fill rounds corners to fifths
    filled = polygon_to_mask(polygon, 60, 60)
    assert contains(polygon, x, y) == contains(filled, x, y)


@given(some.star_polygons(st.floats(100, 200)))
def test_area_agrees_with_the_filled_pixels(polygon: Polygon) -> None:
    around = sum(
        float(np.hypot(*(ring - np.roll(ring, 1, axis=0)).T).sum())
        for ring in polygon.rings
    )
    filled = masks.area(polygon_to_mask(polygon, 300, 300))
    assert abs(filled - area(polygon)) <= around + 1


@given(
    some.rotated_boxes(some.near, st.floats(1, 50))
    | some.ellipses(some.near, st.floats(1, 50)),
    some.near,
    some.near,
)
def test_turned_shapes_agree_with_their_polygons(
    shape: RotatedBox | Ellipse, x: float, y: float
) -> None:
    polygon = to_polygon(shape)
    assume(edge_distance(polygon, x, y) > 0.06)
    assert contains(shape, x, y) == contains(polygon, x, y)
    assert bounds(shape) == pytest.approx(bounds(polygon), abs=0.06)


@given(some.all_masks(), st.integers(0, 11), st.integers(0, 11))
def test_contains_reads_the_mask(mask: Mask, x: int, y: int) -> None:
    assume(x < mask.width and y < mask.height)
    assert contains(mask, x + 0.9, y) == masks.decode(mask)[y, x]


@given(some.geometries(), some.near, some.near)
def test_what_lies_inside_lies_in_the_bounds(
    geometry: Geometry, x: float, y: float
) -> None:
    box = bounds(geometry)
    if contains(geometry, x, y):
        assert box is not None
        slack = 1e-6 * max(map(abs, box))
        assert box[0] - slack <= x <= box[2] + slack
        assert box[1] - slack <= y <= box[3] + slack


def test_a_ring_without_points_holds_nothing() -> None:
    assert not ring_contains(np.zeros((0, 2)), 0, 0)


def test_corners_go_clockwise_from_the_top_left() -> None:
    around = [[1, 2], [4, 2], [4, 6], [1, 6]]
    assert corners(Box(1, 2, 3, 4)).tolist() == around
    assert corners(RotatedBox(2.5, 4, 3, 4, 0)).tolist() == around
    quarter = corners(RotatedBox(2.5, 4, 3, 4, 90)).tolist()
    assert quarter == [[4.5, 2.5], [4.5, 5.5], [0.5, 5.5], [0.5, 2.5]]


@given(st.integers(-40, 40))
def test_quarter_turns_are_exact(quarters: int) -> None:
    assert set(map(abs, turn(quarters * 90.0))) == {0.0, 1.0}
    angle = math.radians(quarters * 90)
    assert turn(quarters * 90) == pytest.approx((math.cos(angle), math.sin(angle)))


def test_extent_and_length() -> None:
    track = Track((Keyframe(3, Whole()), Keyframe(8, Whole(), outside=True)))
    assert extent(Span(((2, 5), (7, 8)))) == (2, 8)
    assert extent(Interval(0.5, 2)) == (0.5, 2)
    assert extent(TimeBox(0.5, 2, 100, 200)) == (0.5, 2)
    assert extent(Instant(4)) == (4, 4)
    assert extent(track) == (3, 8)
    assert extent(Span(())) is None
    assert extent(Box(0, 0, 1, 1)) is None
    assert length(Span(((2, 5), (7, 8)))) == 4
    assert length(Interval(0.5, 2)) == length(TimeBox(0.5, 2, 100, 200)) == 1.5
    assert length(Polyline.of([0, 0, 3, 4, 3, 5])) == 6
    assert length(SQUARE) == 0
