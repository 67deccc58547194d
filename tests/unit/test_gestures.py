"""Gestures, driven as a hand would, without Qt."""

from __future__ import annotations

from math import hypot, isclose

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annolab import gestures
from annolab.gestures import Handle, Modifier, Part, Phase, Pointer, Size
from annolab.gestures.draw import draw_points
from annolab.gestures.handles import edge_at, rings_of
from annolab.gestures.rect import frame_of
from annolab.gestures.reshape import (
    drag_new_vertex,
    drag_vertex,
    move_shapes,
    resize,
    turn,
    with_hole,
    without_point,
)
from annolab.gestures.simplify import simplify
from annolab.model.geometry import (
    Box,
    Ellipse,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
)
from annolab.model.measure import bounds
from annolab.model.validity import problems
from tests.gesture_hand import Hand, Place, played, pointers
from tests.strategies import shapes

SIZE = Size(100.0, 80.0)
SHIFT, CTRL, ALT = Modifier.SHIFT, Modifier.CTRL, Modifier.ALT


def test_a_box_is_dragged_in_any_direction() -> None:
    assert Hand(gestures.draw_box(SIZE)).drag((40, 50), (10, 20)) == (
        Box(10, 20, 30, 30),
    )


def test_a_box_is_shown_while_it_is_dragged() -> None:
    hand = Hand(gestures.draw_box(SIZE))
    hand.send(Phase.PRESS, (10, 10)).send(Phase.MOVE, (30, 25))
    assert hand.preview.shapes == (Box(10, 10, 20, 15),)


@pytest.mark.parametrize(
    ("held", "expected"),
    [
        (0, Box(70, 50, 30, 30)),
        (CTRL, Box(70, 50, 60, 40)),
        (SHIFT, Box(70, 50, 30, 30)),
        (ALT, Box(40, 20, 60, 60)),
        (SHIFT | CTRL, Box(70, 50, 60, 60)),
    ],
)
def test_a_box_beyond_the_edge_is_cut_exactly_there(held: int, expected: Box) -> None:
    assert Hand(gestures.draw_box(SIZE)).drag((70, 50), (130, 90), held=held) == (
        expected,
    )


def test_a_box_begun_outside_starts_at_the_edge() -> None:
    assert Hand(gestures.draw_box(SIZE)).drag((-20, -5), (30, 40)) == (
        Box(0, 0, 30, 40),
    )


def test_a_click_draws_no_box_and_zoom_decides_what_a_click_is() -> None:
    assert Hand(gestures.draw_box(SIZE)).drag((10, 10), (12, 12)) == ()
    assert Hand(gestures.draw_box(SIZE), scale=10).drag((10, 10), (11, 11)) == (
        Box(10, 10, 1, 1),
    )


def test_cancel_leaves_nothing() -> None:
    hand = Hand(gestures.draw_box(SIZE))
    hand.send(Phase.PRESS, (10, 10)).send(Phase.MOVE, (50, 50)).send(Phase.CANCEL)
    assert hand.result == ()


def test_an_ellipse_fills_the_dragged_box() -> None:
    assert Hand(gestures.draw_ellipse(SIZE)).drag((10, 20), (50, 40)) == (
        Ellipse(30, 30, 20, 10, 0),
    )
    assert Hand(gestures.draw_ellipse(SIZE)).drag((10, 20), (50, 40), held=SHIFT) == (
        Ellipse(30, 40, 20, 20, 0),
    )


def test_a_rotated_box_has_its_base_line_and_height() -> None:
    hand = Hand(gestures.draw_rotated_box(SIZE))
    assert hand.drag((10, 10), (40, 40)) is None
    hand.send(Phase.MOVE, (30, 50))
    (shown,) = hand.preview.shapes
    hand.send(Phase.PRESS, (30, 50))
    assert hand.result == (shown,)
    assert isinstance(shown, RotatedBox)
    assert shown.angle == pytest.approx(45)
    assert shown.w == pytest.approx(hypot(30, 30))
    assert shown.h == pytest.approx(200**0.5)


def test_a_polygon_closes_on_enter_double_click_and_first_corner() -> None:
    ring = [(10.0, 10.0), (60.0, 10.0), (60.0, 60.0)]
    expected = (Polygon.of(ring),)
    assert (
        Hand(gestures.draw_polygon(SIZE)).click(*ring).send(Phase.FINISH).result
        == expected
    )
    assert (
        Hand(gestures.draw_polygon(SIZE)).click(*ring).send(Phase.DOUBLE).result
        == expected
    )
    hand = Hand(gestures.draw_polygon(SIZE)).click(*ring)
    hand.send(Phase.MOVE, (12, 12))
    assert hand.preview.closing
    assert hand.send(Phase.PRESS, (12, 12)).result == expected


def test_a_polygon_needs_three_corners_to_finish() -> None:
    hand = Hand(gestures.draw_polygon(SIZE)).click((10, 10), (60, 10))
    assert hand.send(Phase.FINISH).result is None
    assert hand.click((60, 60)).send(Phase.FINISH).result is not None


def test_back_takes_the_last_corner_and_the_last_stroke() -> None:
    hand = Hand(gestures.draw_polygon(SIZE)).click((10, 10), (60, 10), (60, 60))
    hand.click((0, 79)).send(Phase.BACK)
    assert hand.send(Phase.FINISH).result == (
        Polygon.of([(10, 10), (60, 10), (60, 60)]),
    )
    hand = Hand(gestures.draw_polyline(SIZE)).click((10, 10), (60, 10))
    hand.drag(*((60.0, 10.0 + i * 5 + i % 2 * 4) for i in range(1, 10)))
    hand.send(Phase.BACK)
    assert hand.send(Phase.FINISH).result == (Polyline.of([(10, 10), (60, 10)]),)


def test_back_on_nothing_goes_on() -> None:
    hand = Hand(gestures.draw_polygon(SIZE)).send(Phase.BACK).click((10, 10))
    hand.send(Phase.BACK).send(Phase.BACK)
    assert hand.result is None
    assert hand.preview.path is None


def test_a_held_button_draws_free_hand_with_few_points() -> None:
    circle = [
        (50 + 30 * float(np.cos(t)), 40 + 30 * float(np.sin(t)))
        for t in np.linspace(0, 6, 200)
    ]
    hand = Hand(gestures.draw_polygon(SIZE))
    hand.drag(*circle)
    hand.send(Phase.FINISH)
    assert hand.result is not None
    (shape,) = hand.result
    assert isinstance(shape, Polygon)
    (ring,) = shape.rings
    assert 8 < len(ring) < 60
    away = np.abs(np.hypot(ring[:, 0] - 50, ring[:, 1] - 40) - 30)
    assert away.max() < 1e-9


def test_one_press_is_one_point_and_shift_goes_on() -> None:
    assert Hand(draw_points(bounds=SIZE)).click((5, 6)).result == (Points.of([(5, 6)]),)
    hand = Hand(draw_points(bounds=SIZE)).click((5, 6), (7, 8), held=SHIFT)
    assert hand.click((9, 10)).result == (Points.of([(5, 6), (7, 8), (9, 10)]),)


def test_keypoints_end_by_themselves_and_may_be_hidden_or_missing() -> None:
    hand = Hand(draw_points(3, SIZE)).click((5, 6))
    hand.click((7, 8), held=ALT).click((9, 9), held=CTRL)
    assert hand.result == (Points.of([(5, 6), (7, 8), (0, 0)], [2, 1, 0]),)
    hand = Hand(draw_points(3, SIZE)).click((5, 6)).send(Phase.FINISH)
    assert hand.result == (Points.of([(5, 6), (0, 0), (0, 0)], [2, 0, 0]),)


def test_a_rubber_band_is_any_box_and_a_click_is_none() -> None:
    assert Hand(gestures.rubber_band()).drag((10, 10), (20, 40)) == (
        Box(10, 10, 10, 30),
    )
    assert Hand(gestures.rubber_band()).drag((10, 10), (11, 10)) == ()


def corner(shape: Shape, side: Place) -> Handle:
    return next(h for h in gestures.handles_of(shape, 100.0) if h.side == side)


@pytest.mark.parametrize(
    ("side", "to", "held", "expected"),
    [
        ((1, 1), (70, 60), 0, Box(20, 20, 50, 40)),
        ((-1, -1), (10, 5), 0, Box(10, 5, 50, 35)),
        ((1, 0), (50, 0), 0, Box(20, 20, 30, 20)),
        ((0, -1), (0, 30), 0, Box(20, 30, 40, 10)),
        ((1, 1), (100, 45), SHIFT, Box(20, 20, 80, 40)),
        ((1, 1), (70, 45), ALT, Box(10, 15, 60, 30)),
        ((1, 1), (300, 300), 0, Box(20, 20, 80, 60)),
        ((1, 1), (120, 90), CTRL, Box(20, 20, 100, 70)),
        ((1, 1), (10, 10), 0, Box(10, 10, 10, 10)),
        ((1, 0), (80, 0), SHIFT, Box(20, 15, 60, 30)),
    ],
)
def test_a_box_is_resized_by_its_handles(
    side: Place, to: Place, held: int, expected: Box
) -> None:
    box = Box(20, 20, 40, 20)
    handle = corner(box, side)
    start = (handle.x, handle.y)
    assert Hand(resize(box, handle, SIZE)).drag(start, to, held=held) == (expected,)


def test_a_box_cannot_be_resized_to_nothing() -> None:
    box = Box(20, 20, 40, 20)
    handle = corner(box, (1, 1))
    assert Hand(resize(box, handle, SIZE)).drag((60, 40), (20.2, 50)) == (box,)


def test_a_turned_box_is_resized_in_its_own_axes() -> None:
    box = RotatedBox(50, 40, 20, 10, 90)
    handle = corner(box, (1, 0))
    assert (handle.x, handle.y) == (50, 50)
    (shape,) = Hand(resize(box, handle, SIZE)).drag((50, 50), (50, 60)) or ()
    assert isinstance(shape, RotatedBox)
    assert (shape.cx, shape.cy, shape.w, shape.h) == pytest.approx((50, 45, 30, 10))


def test_turning_follows_the_pointer_and_snaps_with_shift() -> None:
    box = RotatedBox(50, 40, 20, 10, 0)
    (shape,) = Hand(turn(box)).drag((50, 30), (90, 41)) or ()
    assert isinstance(shape, RotatedBox)
    assert shape.angle == pytest.approx(91.43, abs=0.01)
    assert Hand(turn(box)).drag((50, 30), (90, 41), held=SHIFT) == (
        RotatedBox(50, 40, 20, 10, 90),
    )


def test_moving_keeps_all_shapes_in_the_image() -> None:
    pair = (Box(10, 10, 20, 20), Ellipse(60, 40, 10, 10))
    assert Hand(move_shapes(pair, SIZE)).drag((20, 20), (80, 21)) == (
        Box(40, 11, 20, 20),
        Ellipse(90, 41, 10, 10),
    )
    assert Hand(move_shapes(pair, SIZE)).drag((20, 20), (80, 21), held=CTRL) == (
        Box(70, 11, 20, 20),
        Ellipse(120, 41, 10, 10),
    )


def test_moving_with_shift_keeps_to_one_axis() -> None:
    box = Box(10, 10, 20, 20)
    assert Hand(move_shapes([box], SIZE)).drag((20, 20), (40, 25), held=SHIFT) == (
        Box(30, 10, 20, 20),
    )


def test_a_shape_that_lies_outside_can_come_in_but_go_no_further() -> None:
    box = Box(-30, 10, 20, 20)
    assert Hand(move_shapes([box], SIZE)).drag((0, 0), (-9, 0)) == (box,)
    assert Hand(move_shapes([box], SIZE)).drag((0, 0), (9, 0)) == (
        Box(-21, 10, 20, 20),
    )


def test_a_trembling_click_moves_nothing() -> None:
    assert Hand(move_shapes([Box(10, 10, 20, 20)], SIZE)).drag((20, 20), (21, 21)) == ()


TRIANGLE = Polygon.of([(10, 10), (60, 10), (60, 60)], [(50, 20), (55, 20), (55, 25)])


def test_a_point_is_dragged_from_where_it_was_grabbed() -> None:
    handle = gestures.grab(TRIANGLE, (12, 11), 1.0)
    assert handle is not None
    assert (handle.part, handle.ring, handle.index) == (Part.VERTEX, 0, 0)
    (shape,) = Hand(drag_vertex(TRIANGLE, handle, SIZE)).drag((12, 11), (22, 31)) or ()
    assert isinstance(shape, Polygon)
    assert shape.rings[0][0].tolist() == [20, 30]
    assert np.array_equal(shape.rings[1], TRIANGLE.rings[1])


def test_a_point_is_inserted_in_the_middle_of_an_edge_by_dragging() -> None:
    handle = gestures.grab(TRIANGLE, (35, 11), 1.0)
    assert handle is not None
    assert (handle.part, handle.index, handle.x, handle.y) == (Part.EDGE, 1, 35, 10)
    hand = Hand(drag_new_vertex(TRIANGLE, handle, SIZE))
    (shape,) = hand.drag((35, 11), (35, 1)) or ()
    assert isinstance(shape, Polygon)
    assert shape.rings[0].tolist() == [[10, 10], [35, 0], [60, 10], [60, 60]]


def test_off_the_middle_an_edge_is_grabbed_only_with_alt() -> None:
    assert gestures.grab(TRIANGLE, (20, 11), 1.0) is None
    handle = gestures.grab(TRIANGLE, (20, 11), 1.0, inserting=True)
    assert handle is not None
    hand = Hand(drag_new_vertex(TRIANGLE, handle, SIZE, on_click=True))
    (shape,) = hand.drag((20, 11)) or ()
    assert isinstance(shape, Polygon)
    assert shape.rings[0][1].tolist() == [20, 10]


def test_the_last_edge_of_a_ring_goes_back_to_its_first_point() -> None:
    edge = edge_at(TRIANGLE, (35, 35), 1.0)
    assert edge is not None
    assert (edge.ring, edge.index) == (0, 3)


def test_a_point_goes_and_a_hole_that_gets_too_small() -> None:
    hole = Handle(Part.VERTEX, 50, 20, ring=1, index=0)
    assert without_point(TRIANGLE, hole) == Polygon.of(TRIANGLE.rings[0])
    outer = Handle(Part.VERTEX, 10, 10, ring=0, index=0)
    assert without_point(TRIANGLE, outer) is None
    line = Polyline.of([(0, 0), (1, 1), (2, 2)])
    assert without_point(line, Handle(Part.VERTEX, 1, 1, index=1)) == Polyline.of(
        [(0, 0), (2, 2)]
    )


def test_a_keypoint_keeps_its_number() -> None:
    pose = Points.of([(1, 1), (2, 2)], [2, 1])
    without = without_point(pose, Handle(Part.VERTEX, 1, 1, index=0))
    assert without == Points.of([(0, 0), (2, 2)], [0, 1])
    assert without is not None
    assert without_point(without, Handle(Part.VERTEX, 2, 2, index=1)) is None


def test_a_hole_goes_into_the_part_it_lies_in() -> None:
    far = Polygon.of([(70, 70), (90, 70), (90, 79)])
    both = Polygon((*far.parts, *TRIANGLE.parts))
    hole = Polygon.of([(40, 12), (42, 12), (42, 14)])
    after = with_hole(both, hole)
    assert after is not None
    assert [len(part) for part in after.parts] == [1, 3]
    assert with_hole(TRIANGLE, Polygon.of([(1, 70), (2, 70), (2, 71)])) is None


def test_simplifying_keeps_ends_and_bends() -> None:
    line = np.array([(0, 0), (1, 0.1), (2, 0), (3, 0), (3, 5)], np.float64)
    assert simplify(line, 0.5).tolist() == [[0, 0], [3, 0], [3, 5]]
    same = np.zeros((5, 2))
    assert simplify(same, 0.5).tolist() == [[0, 0], [0, 0]]


DRAW = (
    gestures.draw_box,
    gestures.draw_ellipse,
    gestures.draw_rotated_box,
    gestures.draw_polygon,
    gestures.draw_polyline,
    lambda size: draw_points(None, size),
    lambda size: draw_points(3, size),
)


@given(st.sampled_from(DRAW), st.lists(pointers, max_size=30))
def test_whatever_the_hand_does_a_drawn_shape_is_valid(
    draw: object, events: list[Pointer]
) -> None:
    assert callable(draw)
    for shape in played(draw(SIZE), events):
        assert problems(shape) == ()


@given(st.sampled_from(DRAW[:2] + DRAW[3:]), st.lists(pointers, max_size=30))
def test_without_ctrl_what_is_drawn_lies_in_the_image(
    draw: object, events: list[Pointer]
) -> None:
    assert callable(draw)
    kept = [Pointer(e.phase, e.x, e.y, e.modifiers & ~CTRL, e.scale) for e in events]
    for shape in played(draw(SIZE), kept):
        box = bounds(shape)
        assert box is not None
        assert min(box[:2]) >= -1e-9
        assert box[2] <= SIZE.w + 1e-9
        assert box[3] <= SIZE.h + 1e-9


@given(shapes(), st.lists(pointers, max_size=12), st.data())
def test_whatever_the_hand_does_a_reshaped_shape_is_valid(
    shape: Shape, events: list[Pointer], data: st.DataObject
) -> None:
    box = bounds(shape)
    assume(box is None or max(map(abs, box)) < 1e8)  # else: beyond what is kept
    scale = 1.0
    places = [(h.x, h.y) for h in gestures.handles_of(shape, scale)]
    for ring in rings_of(shape):
        places += [(float(x), float(y)) for x, y in ring]
    at = data.draw(st.sampled_from(places)) if places else (0.0, 0.0)
    handle = gestures.grab(shape, at, scale) or Handle(Part.BODY, *at)
    press = Pointer(Phase.PRESS, *at, Modifier.NONE, scale)
    gesture = gestures.grabbed(shape, handle, press, SIZE)
    for after in played(gesture, [press, *events]):
        assert type(after) is type(shape)
        assert problems(after) == ()


@given(st.lists(pointers, min_size=1, max_size=12))
def test_moving_changes_neither_size_nor_angle(events: list[Pointer]) -> None:
    box = RotatedBox(50, 40, 30, 10, 33)
    for after in played(move_shapes([box], SIZE), events):
        frame = frame_of(box)
        assert isinstance(after, RotatedBox)
        assert (after.w, after.h, after.angle) == (frame.w, frame.h, frame.angle)
        assert isclose(after.w, 30)
