"""What the edge of a picture leaves of a shape."""

from __future__ import annotations

import math

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from annolab.model import mask as masks
from annolab.model.clipping import clip
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
    polygon_from_rings,
)
from annolab.model.measure import area, bounds, contains
from annolab.model.transform import move, to_polygon
from annolab.model.validity import problems
from tests import strategies as some

SIDE = 100
near_shapes = some.shapes(some.near, st.floats(0, 200))
tens = st.integers(-5, 15).map(lambda x: x * 10.0)  # many corners on the edge


@given(near_shapes | some.polygons(tens))
def test_what_is_left_is_valid_and_lies_on_the_picture(shape: Geometry) -> None:
    left = clip(shape, SIDE, SIDE)
    if left is None:
        return
    assert problems(left, SIDE, SIDE) == ()
    box = bounds(left)
    if box is not None:
        assert min(box) >= 0
        assert max(box[2:]) <= SIDE + 1e-9
    again = clip(left, SIDE, SIDE)
    assert again == left


@given(near_shapes)
def test_what_lies_wholly_on_the_picture_is_the_same_object(shape: Geometry) -> None:
    box = bounds(shape)
    assume(not isinstance(shape, Mask))
    if box is None or (min(box) >= 0 and max(box) <= SIDE):
        assert clip(shape, SIDE, SIDE) is shape


@settings(max_examples=150)
@given(some.star_polygons(), st.integers(30, 90), st.integers(30, 90))
def test_the_parts_on_tiles_add_up_to_the_whole(
    polygon: Polygon, width: int, height: int
) -> None:
    box = bounds(polygon)
    assert box is not None
    total = 0.0
    for i in range(math.floor(box[0] / width), math.floor(box[2] / width) + 1):
        for j in range(math.floor(box[1] / height), math.floor(box[3] / height) + 1):
            left = clip(move(polygon, -i * width, -j * height), width, height)
            total += 0 if left is None else area(left)
    assert total == pytest.approx(area(polygon))


@given(some.star_polygons(), st.floats(0, SIDE), st.floats(0, SIDE))
def test_inside_stays_inside(polygon: Polygon, x: float, y: float) -> None:
    steps = (-1e-6, 0.0, 1e-6)
    around = {contains(polygon, x + i, y + j) for i in steps for j in steps}
    assume(len(around) == 1)
    left = clip(polygon, SIDE, SIDE)
    assume(1e-6 < x < SIDE - 1e-6 and 1e-6 < y < SIDE - 1e-6)
    assert (left is not None and contains(left, x, y)) == around.pop()


def test_a_mask_in_a_track_is_cut_with_it() -> None:
    mask = masks.encode([[1, 1]])
    track = Track((Keyframe(0, mask),))
    assert clip(track, 1, 1) == Track((Keyframe(0, masks.encode([[1]])),))


def test_a_polygon_falls_into_parts() -> None:
    comb = Polygon.of([-5, 0, 5, 0, 5, 2, -1, 2, -1, 4, 5, 4, 5, 6, -5, 6])
    left = clip(comb, 10, 10)
    assert isinstance(left, Polygon)
    assert sorted(bounds(Polygon((part,))) or () for part in left.parts) == [
        (0, 0, 5, 2),
        (0, 4, 5, 6),
    ]


def test_a_hole_that_is_cut_becomes_an_inlet() -> None:
    frame = Polygon.of([-5, 1, 9, 1, 9, 9, -5, 9], [-3, 3, 4, 3, 4, 7, -3, 7])
    left = clip(frame, 10, 10)
    assert isinstance(left, Polygon)
    assert [len(part) for part in left.parts] == [1]
    assert area(left) == 9 * 8 - 4 * 4


def test_holes_go_with_the_part_around_them() -> None:
    shape = Polygon.of(
        [-5, 0, 9, 0, 9, 4, -1, 4, -1, 5, 9, 5, 9, 9, -5, 9],
        [2, 1, 3, 1, 3, 2],
        [2, 6, 4, 6, 4, 8],
        [-4, 1, -3, 1, -3, 2],
    )
    left = clip(shape, 10, 10)
    assert isinstance(left, Polygon)
    found = {tuple(bounds(Polygon(((ring,),))) or ()) for ring in left.rings}
    assert [len(part) for part in left.parts] == [2, 2]
    assert found == {(0, 0, 9, 4), (2, 1, 3, 2), (0, 5, 9, 9), (2, 6, 4, 8)}
    for outer, hole in left.parts:
        assert contains(Polygon(((outer,),)), *hole[0])


def test_a_hole_larger_than_its_part_stays() -> None:
    strange = Polygon.of([2, 2, 4, 2, 4, 4], [-9, 1, 9, 1, 9, 9, -9, 9])
    left = clip(strange, 10, 10)
    # The part itself is not cut: its bounds lie on the picture.
    assert left is strange
    both = Polygon((strange.parts[0], Polygon.of([-1, 0, 1, 0, 1, 1]).parts[0]))
    cut = clip(both, 10, 10)
    assert isinstance(cut, Polygon)
    assert [len(part) for part in cut.parts] == [2, 1]


LEFT: list[tuple[Geometry, Geometry | None]] = [
    (Box(-2, 3, 5, 20), Box(0, 3, 3, 7)),
    (Box(-2, 3, 2, 4), None),
    (Box(20, 3, 2, 4), None),
    (Box(2, -3, 0, 5), None),
    (RotatedBox(20, 5, 4, 4, 30), None),
    (Ellipse(5, 20, 4, 4, 30), None),
    (Polygon.of([20, 0, 30, 0, 30, 9]), None),
    (polygon_from_rings([[1, 1, 3, 1, 3, 3], [20, 0, 30, 0, 30, 9]]),
     polygon_from_rings([[1, 1, 3, 1, 3, 3]])),
    # Its bounds meet the picture, it does not.
    (Polygon.of([-9, 1, 1, -9, -9, -9]), None),
    (Polyline.of([-5, 5, 5, 5, 5, 15]), Polyline.of([0, 5, 5, 5, 5, 10])),
    (Polyline.of([1, -2, 1, 3, 2, -2, 9, -2, 9, 8]), Polyline.of([9, 0, 9, 8])),
    (Polyline.of([-9, 1, 1, -9]), None),
    (Points.of([5, 5, 20, 5], [1, 2]), Points.of([5, 5, 0, 0], [1, 0])),
    (Points.of([20, 5, -20, 5], [1, 2]), None),
    (Track((Keyframe(0, Box(5, 5, 9, 2)), Keyframe(3, Box(50, 5, 9, 2)))),
     Track((Keyframe(0, Box(5, 5, 5, 2)),
            Keyframe(3, Box(50, 5, 9, 2), outside=True)))),
    (Track((Keyframe(3, Box(50, 5, 9, 2)),)), None),
    (Whole(), Whole()),
    (Span(((0, 3),)), Span(((0, 3),))),
    (Interval(-4, 100), Interval(-4, 100)),
    (Instant(300), Instant(300)),
    (TimeBox(0, 1, 20, 30), TimeBox(0, 1, 20, 30)),
]  # fmt: skip


@pytest.mark.parametrize(("geometry", "left"), LEFT)
def test_clip(geometry: Geometry, left: Geometry | None) -> None:
    assert clip(geometry, 10, 10) == left


@given(some.rotated_boxes(some.near, st.floats(1, 90)))
def test_a_turned_box_becomes_its_polygon(box: RotatedBox) -> None:
    polygon = to_polygon(box)
    left = clip(box, SIDE, SIDE)
    assert left is box or left == clip(polygon, SIDE, SIDE)


def test_a_mask_gets_the_size_of_the_picture() -> None:
    mask = masks.encode([[0, 1, 1], [0, 0, 1]])
    assert clip(mask, 3, 2) is mask
    assert clip(mask, 2, 3) == masks.encode([[0, 1], [0, 0], [0, 0]])
    assert clip(mask, 1, 1) is None
    assert clip(masks.empty(3, 2), 3, 2) is None
