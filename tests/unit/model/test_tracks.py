"""What a track shows at a frame: values worked out by hand, and rules."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annolab.model.between import angle_between, between
from annolab.model.geometry import (
    Box,
    Ellipse,
    Keyframe,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Track,
    Whole,
)
from annolab.model.measure import bounds
from annolab.model.tracks import (
    attributes_at,
    distance,
    geometry_at,
    is_seen,
    keyframe_after,
    keyframe_at,
    keyframe_before,
    seen_ranges,
    state_at,
    with_keyframe,
)
from annolab.model.validity import problems
from tests import strategies

A, B = Box(0, 0, 10, 20), Box(10, 20, 30, 20)
parts = st.floats(0, 1)
near = strategies.near
nearby = strategies.shapes(near, st.floats(0, 100))


def track(*keys: Keyframe) -> Track:
    return Track(keys)


def test_a_box_goes_evenly_and_holds_at_the_ends() -> None:
    made = track(Keyframe(2, A), Keyframe(6, B))
    shown = [geometry_at(made, frame) for frame in (1, 2, 3, 4, 6, 99)]
    assert shown == [None, A, Box(2.5, 5, 15, 20), Box(5, 10, 20, 20), B, B]


def test_an_outside_keyframe_ends_the_track_without_a_way_towards_it() -> None:
    made = track(Keyframe(0, A), Keyframe(4, B, outside=True), Keyframe(8, B))
    assert [geometry_at(made, f) for f in (0, 3, 4, 7, 8)] == [A, A, None, None, B]
    assert [is_seen(made, f) for f in (3, 4, 8)] == [True, False, True]
    assert seen_ranges(made) == [(0, 4), (8, 9)]
    assert seen_ranges(made, 20) == [(0, 4), (8, 20)]
    assert seen_ranges(made, 3) == [(0, 3)]


def test_attributes_hold_and_say_occluded() -> None:
    made = track(
        Keyframe(1, A, attributes={"occluded": True}), Keyframe(5, B, attributes={})
    )
    assert attributes_at(made, 0) == {}
    assert attributes_at(made, 4) == {"occluded": True}
    states = [state_at(made, f) for f in (0, 1, 4, 5)]
    assert states[0] is None
    assert [(s.occluded, s.is_keyframe) for s in states if s] == [
        (True, True), (True, False), (False, True)
    ]  # fmt: skip


def test_keyframes_around_a_frame() -> None:
    one, two = Keyframe(2, A), Keyframe(6, B)
    made = track(one, two)
    assert [keyframe_at(made, f) for f in (1, 2, 3)] == [None, one, None]
    assert [keyframe_before(made, f) for f in (2, 3, 7)] == [None, one, two]
    assert [keyframe_after(made, f) for f in (0, 2, 6)] == [one, two, None]
    assert with_keyframe(made, Keyframe(2, B)).keyframes == (Keyframe(2, B), two)
    assert with_keyframe(made, Keyframe(4, B)).keyframes == (one, Keyframe(4, B), two)


@pytest.mark.parametrize(
    ("start", "stop", "half"),
    [(350, 20, 5), (20, 350, 5), (0, 180, 90), (180, 0, 270), (-90, 90, 0), (1, 1, 1)],
)
def test_angles_go_the_short_way_round(start: float, stop: float, half: float) -> None:
    assert angle_between(start, stop, 0.5) == half
    shown = between(RotatedBox(0, 0, 2, 2, start), RotatedBox(4, 2, 4, 2, stop), 0.5)
    assert shown == RotatedBox(2, 1, 3, 2, half)
    round_ = between(Ellipse(0, 0, 2, 2, start), Ellipse(4, 2, 4, 2, stop), 0.5)
    assert round_ == Ellipse(2, 1, 3, 2, half)


def test_a_ring_of_as_many_points_goes_pairwise_even_when_turned_over() -> None:
    square = [(0, 0), (4, 0), (4, 4), (0, 4)]
    moved = [(10, 0), (14, 0), (14, 4), (10, 4)]
    half = Polygon.of([(5, 0), (9, 0), (9, 4), (5, 4)])
    assert between(Polygon.of(square), Polygon.of(moved), 0.5) == half
    other_way = [moved[0], moved[3], moved[2], moved[1]]
    assert between(Polygon.of(square), Polygon.of(other_way), 0.5) == half


def test_rings_of_other_numbers_are_matched_by_length() -> None:
    square = Polygon.of([(0, 0), (4, 0), (4, 4), (0, 4)])
    finer = Polygon.of([(14, 4), (12, 4), (10, 4), (10, 0), (14, 0)])
    shown = between(square, finer, 0.5)
    assert isinstance(shown, Polygon)
    assert bounds(shown) == (5, 0, 9, 4)
    assert len(shown.rings[0]) == 5
    holed = Polygon.of([(0, 0), (4, 0), (4, 4)], [(1, 1), (2, 1), (2, 2)])
    assert between(square, holed, 0.5) == square


def test_lines_of_other_numbers_are_matched_by_length() -> None:
    shown = between(
        Polyline.of([(0, 0), (8, 0)]), Polyline.of([(0, 2), (2, 2), (8, 2)]), 0.5
    )
    assert shown == Polyline.of([(0, 1), (2, 1), (8, 1)])
    dot = Polyline.of([(3, 3), (3, 3)])
    assert between(dot, Polyline.of([(3, 3)] * 3), 0.5) == Polyline.of([(3, 3)] * 3)


def test_points_keep_visibility_and_wait_for_what_is_not_known() -> None:
    one = Points.of([(0, 0), (0, 0), (5, 5)], [2, 1, 0])
    two = Points.of([(4, 2), (9, 9), (7, 7)], [1, 0, 2])
    half = Points.of([(2, 1), (0, 0), (5, 5)], [2, 1, 0])
    assert between(one, two, 0.5) == half
    assert between(one, Points.of([(1, 1)]), 0.5) == one


def test_what_cannot_be_matched_holds() -> None:
    assert between(A, RotatedBox(0, 0, 1, 1, 0), 0.9) == A
    assert between(Whole(), Whole(), 0.9) == Whole()


@given(strategies.tracks())
def test_at_a_keyframe_stands_the_keyframe(made: Track) -> None:
    for key in made.keyframes:
        shown = geometry_at(made, key.frame)
        assert shown == (None if key.outside else key.geometry)
        assert attributes_at(made, key.frame) == key.attributes


@given(strategies.shapes(), strategies.shapes(), parts)
def test_what_lies_between_is_valid(a: object, b: object, part: float) -> None:
    assert problems(between(a, b, part)) == ()  # type: ignore[arg-type]


boxes_near = strategies.boxes(near, st.floats(0, 100))


@given(boxes_near, boxes_near, parts)
def test_a_box_stays_between_and_goes_back_the_same(a: Box, b: Box, p: float) -> None:
    shown, back = between(a, b, p), between(b, a, 1 - p)
    assert distance(shown, back) < 1e-9
    x0, y0, x1, y1 = bounds(shown) or (0, 0, 0, 0)
    assert x0 >= min(a.x, b.x)
    assert y0 >= min(a.y, b.y)
    assert x1 <= max(a.x + a.w, b.x + b.w) + 1e-9
    assert y1 <= max(a.y + a.h, b.y + b.h) + 1e-9


turned = strategies.rotated_boxes(near, st.floats(0, 100))


@given(turned, turned, parts)
def test_a_turned_box_moves_without_jumps(
    a: RotatedBox, b: RotatedBox, part: float
) -> None:
    assume(abs((b.angle - a.angle) % 360 - 180) > 1e-6)
    step = distance(between(a, b, part), between(a, b, min(part + 1e-6, 1)))
    assert step < 0.01
    assert distance(between(a, b, part), between(b, a, 1 - part)) < 1e-4


rings = st.lists(st.tuples(near, near), min_size=3, max_size=9)


@given(rings, rings, parts)
def test_polygons_stay_within_what_both_take(
    a: list[tuple[float, float]], b: list[tuple[float, float]], part: float
) -> None:
    shown = bounds(between(Polygon.of(a), Polygon.of(b), part))
    every = np.array([*a, *b])
    assert shown is not None
    assert min(shown[:2] - every.min(axis=0)) > -1e-9
    assert max(shown[2:] - every.max(axis=0)) < 1e-9


@given(strategies.tracks(), st.integers(0, 9))
def test_ranges_and_frames_say_the_same(made: Track, frame: int) -> None:
    key = made.keyframes[0].frame
    for place in (key, key + 1, frame):
        within = any(a <= place < b for a, b in seen_ranges(made, place + 1))
        assert within == is_seen(made, place)
        assert (geometry_at(made, place) is not None) == within
