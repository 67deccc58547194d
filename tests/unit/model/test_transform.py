"""Moving, scaling, turning."""

from __future__ import annotations

import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annolab.model import mask as masks
from annolab.model import transform
from annolab.model.geometry import (
    Box,
    Ellipse,
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
    kind_of,
)
from annolab.model.measure import area, bounds, contains, corners
from annolab.model.transform import move, rotate, scale, to_polygon
from tests import strategies as some

near_shapes = some.shapes(some.near, st.floats(0, 50))
solids = (
    some.boxes(some.near, st.floats(1, 50))
    | some.rotated_boxes(some.near, st.floats(1, 50))
    | some.ellipses(some.near, st.floats(1, 50))
    | some.star_polygons()
)
factors = st.floats(0.1, 8) | st.floats(-8, -0.1)
ELSEWHERE: list[Geometry] = [
    Whole(),
    Span(((0, 3),)),
    Interval(0, 1),
    Instant(3),
    TimeBox(0, 1, 20, 30),
]


def is_off_the_edge(shape: Geometry, x: float, y: float) -> bool:
    """Whether all places very near are inside, or none."""
    steps = (-1e-6, 0.0, 1e-6)
    return len({contains(shape, x + i, y + j) for i in steps for j in steps}) == 1


@pytest.mark.parametrize(
    ("geometry", "moved"),
    [
        (Box(1, 2, 3, 4), Box(6, 1, 3, 4)),
        (RotatedBox(1, 2, 3, 4, 30), RotatedBox(6, 1, 3, 4, 30)),
        (Ellipse(1, 2, 3, 4, 30), Ellipse(6, 1, 3, 4, 30)),
        (Polygon.of([0, 0, 1, 0, 1, 1]), Polygon.of([5, -1, 6, -1, 6, 0])),
        (Polyline.of([0, 0, 1, 2]), Polyline.of([5, -1, 6, 1])),
        (Points.of([0, 0, 1, 2], [0, 1]), Points.of([0, 0, 6, 1], [0, 1])),
        (
            masks.encode([[0] * 8, [1, 1] + [0] * 6]),
            masks.encode([[0] * 5 + [1, 1, 0], [0] * 8]),
        ),
        (
            Track((Keyframe(2, Box(0, 0, 1, 1), attributes={"a": 1}),)),
            Track((Keyframe(2, Box(5, -1, 1, 1), attributes={"a": 1}),)),
        ),
        (Whole(), Whole()),
        (Span(((0, 3), (4, 6))), Span(((5, 8), (9, 11)))),
        (Interval(0, 1), Interval(5, 6)),
        (Instant(3), Instant(8)),
        (TimeBox(0, 1, 20, 30), TimeBox(5, 6, 19, 29)),
    ],
)
def test_move(geometry: Geometry, moved: Geometry) -> None:
    assert move(geometry, 5, -1) == moved


@given(some.geometries())
def test_moving_nowhere_is_the_same_object(geometry: Geometry) -> None:
    assert move(geometry, 0, 0.0) is geometry


@given(some.geometries(), st.integers(-9, 9), st.integers(-9, 9))
def test_nothing_is_changed_in_place(geometry: Geometry, dx: int, dy: int) -> None:
    before = repr(geometry)
    moved = move(geometry, dx, dy)
    assert repr(geometry) == before
    assert kind_of(moved) == kind_of(geometry)
    if isinstance(moved, Polygon):
        assert not any(ring.flags.writeable for ring in moved.rings)
    if isinstance(moved, Polyline | Points):
        assert not moved.points.flags.writeable


@given(near_shapes, st.integers(-50, 50), st.integers(-50, 50))
def test_a_move_shifts_the_bounds_and_keeps_the_area(
    shape: Geometry, dx: int, dy: int
) -> None:
    assume(not isinstance(shape, Mask))
    moved = move(shape, dx, dy)
    before, after = bounds(shape), bounds(moved)
    if before is None:
        assert after is None
        return
    x0, y0, x1, y1 = before
    assert after == pytest.approx((x0 + dx, y0 + dy, x1 + dx, y1 + dy))
    assert area(moved) == pytest.approx(area(shape), abs=1e-6)


@given(some.all_masks(), st.integers(-9, 9), st.integers(-9, 9))
def test_a_mask_moves_by_whole_pixels(mask: Mask, dx: int, dy: int) -> None:
    moved = masks.decode(move(mask, dx + 0.3, dy - 0.3))
    bitmap = masks.decode(mask)
    for y, x in np.ndindex(*bitmap.shape):
        at = y - dy, x - dx
        fits = 0 <= at[0] < mask.height and 0 <= at[1] < mask.width
        assert moved[y, x] == (fits and bitmap[at])


@given(some.geometries())
def test_scaling_by_one_and_whole_turns_are_the_same_object(geometry: Geometry) -> None:
    assert scale(geometry, 1, about=(3, 4)) is geometry
    assert rotate(geometry, 720) is geometry


@pytest.mark.parametrize("geometry", ELSEWHERE)
def test_what_has_no_place_stays(geometry: Geometry) -> None:
    assert scale(geometry, 2, about=(0, 0)) == geometry
    assert rotate(geometry, 30) == geometry
    assert rotate(geometry, 30, about=(1, 1)) == geometry


def test_scaling_by_zero_is_refused() -> None:
    with pytest.raises(ValueError, match="by 0"):
        scale(Box(0, 0, 1, 1), 2, 0, about=(0, 0))


@pytest.mark.parametrize(
    ("geometry", "scaled"),
    [
        (Box(2, 2, 3, 4), Box(3, 5, 6, 12)),
        (RotatedBox(2, 2, 3, 4, 0), RotatedBox(3, 5, 6, 12, 0)),
        (RotatedBox(2, 2, 3, 4, 90), RotatedBox(3, 5, 9, 8, 90)),
        (Ellipse(2, 2, 3, 4, 180), Ellipse(3, 5, 6, 12, 180)),
        (Polyline.of([1, 1, 2, 3]), Polyline.of([1, 2, 3, 8])),
        (Points.of([0, 0, 2, 3], [0, 2]), Points.of([0, 0, 3, 8], [0, 2])),
        (
            Track((Keyframe(1, Box(2, 2, 3, 4)),)),
            Track((Keyframe(1, Box(3, 5, 6, 12)),)),
        ),
    ],
)
def test_scale(geometry: Geometry, scaled: Geometry) -> None:
    # x doubles about 1, y triples about 0.5
    assert scale(geometry, 2, 3, about=(1, 0.5)) == scaled


@given(
    solids,
    factors,
    st.none() | factors,
    st.tuples(some.near, some.near),
    st.tuples(some.near, some.near),
)
def test_scaling_maps_the_inside_and_the_area(
    shape: Geometry,
    sx: float,
    sy: float | None,
    about: tuple[float, float],
    point: tuple[float, float],
) -> None:
    scaled = scale(shape, sx, sy, about=about)
    fy = sx if sy is None else sy
    assert area(scaled) == pytest.approx(area(shape) * abs(sx * fy))
    (ax, ay), (x, y) = about, point
    there = ax + (x - ax) * sx, ay + (y - ay) * fy
    assume(is_off_the_edge(shape, x, y))
    assert contains(scaled, *there) == contains(shape, x, y)


@given(
    solids,
    st.floats(-400, 400) | st.sampled_from([90.0, 180.0, 270.0]),
    st.tuples(some.near, some.near),
    st.tuples(some.near, some.near),
)
def test_turning_maps_the_inside_and_keeps_the_area(
    shape: Geometry,
    degrees: float,
    about: tuple[float, float],
    point: tuple[float, float],
) -> None:
    turned = rotate(shape, degrees, about=about)
    assert area(turned) == pytest.approx(area(shape))
    angle = math.radians(degrees)
    (ax, ay), (x, y) = about, point
    dx, dy = x - ax, y - ay
    there = (
        ax + dx * math.cos(angle) - dy * math.sin(angle),
        ay + dx * math.sin(angle) + dy * math.cos(angle),
    )
    assume(is_off_the_edge(shape, x, y))
    assert contains(turned, *there) == contains(shape, x, y)


@pytest.mark.parametrize(
    ("geometry", "turned"),
    [
        (Box(2, 1, 4, 2), Box(3, 0, 2, 4)),
        (RotatedBox(4, 2, 4, 2, 300), RotatedBox(4, 2, 4, 2, 30)),
        (Ellipse(4, 2, 4, 2, 10), Ellipse(4, 2, 4, 2, 100)),
        (Polyline.of([2, 1, 6, 3]), Polyline.of([5, 0, 3, 4])),
        (
            Points.of([0, 0, 2, 1, 6, 3], [0, 2, 2]),
            Points.of([0, 0, 5, 0, 3, 4], [0, 2, 2]),
        ),
        (
            Track((Keyframe(0, Box(2, 1, 4, 2)),)),
            Track((Keyframe(0, Box(3, 0, 2, 4)),)),
        ),
    ],
)
def test_a_quarter_turn_about_the_centre(geometry: Geometry, turned: Geometry) -> None:
    assert rotate(geometry, 90) == turned


def test_a_box_turned_otherwise_is_a_turned_box() -> None:
    assert rotate(Box(2, 1, 4, 2), -30) == RotatedBox(4, 2, 4, 2, 330)


@given(some.bitmaps(), st.sampled_from([90, 180, 270, 450, -90]))
def test_a_mask_turns_by_quarters_exactly(bitmap: some.Bitmap, degrees: int) -> None:
    side = max(bitmap.shape)
    square = np.zeros((side, side), dtype=np.bool_)
    square[: bitmap.shape[0], : bitmap.shape[1]] = bitmap
    turned = rotate(masks.encode(square), degrees, about=(side / 2, side / 2))
    assert isinstance(turned, Mask)
    assert np.array_equal(masks.decode(turned), np.rot90(square, -degrees // 90))


@given(some.bitmaps(), st.integers(1, 4), st.integers(1, 4), st.integers(1, 20))
def test_a_mask_scales_by_whole_factors_exactly(
    bitmap: some.Bitmap, sx: int, sy: int, portion: int
) -> None:
    height, width = bitmap.shape
    room = np.zeros((height * sy, width * sx), dtype=np.bool_)
    room[:height, :width] = bitmap
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(transform, "_BLOCK", portion)
        scaled = scale(masks.encode(room), sx, sy, about=(0, 0))
    assert isinstance(scaled, Mask)
    expected = bitmap.repeat(sy, axis=0).repeat(sx, axis=1)
    assert np.array_equal(masks.decode(scaled), expected)
    mirrored = scale(masks.encode(bitmap), -1, 1, about=(width / 2, 0))
    assert mirrored == masks.encode(bitmap[:, ::-1])


def test_a_mask_scaled_out_of_its_picture_is_empty() -> None:
    mask = masks.encode([[0, 1]])
    assert scale(mask, 1e9, about=(0, 0)) == masks.empty(2, 1)
    assert scale(masks.empty(2, 1), 3, about=(0, 0)) == masks.empty(2, 1)


def test_to_polygon() -> None:
    box, turned = Box(1, 2, 3, 4), RotatedBox(1, 2, 3, 4, 20)
    assert to_polygon(box) == Polygon.of(corners(box))
    assert to_polygon(turned) == Polygon.of(corners(turned))
    polygon = Polygon.of([0, 0, 1, 0, 1, 1])
    assert to_polygon(polygon) is polygon


@given(some.ellipses(some.near, st.floats(0, 3000)))
def test_the_polygon_of_an_ellipse_is_close(ellipse: Ellipse) -> None:
    (ring,) = to_polygon(ellipse).rings
    assert 16 <= len(ring) <= 720
    larger = replace(ellipse, rx=ellipse.rx + 1e-6, ry=ellipse.ry + 1e-6)
    assert all(contains(larger, x, y) for x, y in ring)
    # An edge of a flat ellipse is at most as far away as one of a circle.
    smaller = replace(ellipse, rx=ellipse.rx - 0.051, ry=ellipse.ry - 0.051)
    middles = (ring + np.roll(ring, 1, axis=0)) / 2
    assert not any(contains(smaller, x, y) for x, y in middles)
