"""The frame that resizes and turns shapes together, without Qt."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from annolab.gestures import Handle, Modifier, Part, Pointer, Size, drag_frame
from annolab.gestures.frame import frame_around, scaled, turn_shapes
from annolab.gestures.handles import handles_of
from annolab.gestures.reshape import bounds_around
from annolab.model import mask as masks
from annolab.model.geometry import (
    Box,
    Ellipse,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Whole,
)
from annolab.model.measure import area, bounds
from tests.gesture_hand import Hand, played, pointers
from tests.strategies import shapes

SIZE = Size(100.0, 80.0)
SHIFT, CTRL, ALT = Modifier.SHIFT, Modifier.CTRL, Modifier.ALT
TRIANGLE = Polygon.of([(10, 10), (30, 10), (10, 30)])
LINE = Polyline.of([(10, 10), (20, 40), (50, 20)])
POSE = Points.of([(10, 10), (50, 40), (0, 0)], (2, 1, 0))
KINDS = (Box(10, 10, 40, 30), TRIANGLE, LINE, POSE, Ellipse(30, 20, 20, 10, 0))


def handle(shapes: tuple[Shape, ...], side: tuple[int, int]) -> Handle:
    frame = frame_around(shapes)
    assert frame is not None
    wanted = (float(side[0]), float(side[1]))
    return next(h for h in handles_of(frame, 10.0) if h.side == wanted)


def resized(
    shapes: tuple[Shape, ...],
    side: tuple[int, int],
    to: tuple[float, float],
    held: int = 0,
) -> tuple[Shape, ...]:
    grip = handle(shapes, side)
    done = Hand(drag_frame(shapes, grip, SIZE)).drag((grip.x, grip.y), to, held=held)
    assert done is not None
    return done


@pytest.mark.parametrize("shape", KINDS, ids=lambda shape: type(shape).__name__)
def test_every_kind_follows_a_corner(shape: Shape) -> None:
    (done,) = resized((shape,), (1, 1), (90, 70))
    assert type(done) is type(shape)
    assert bounds(done) == pytest.approx((10, 10, 90, 70))


def test_shapes_keep_their_places_in_the_frame() -> None:
    left, right = Box(0, 0, 10, 10), Box(30, 20, 10, 20)
    done = resized((left, right), (1, 1), (80, 80))
    assert done == (Box(0, 0, 20, 20), Box(60, 40, 20, 40))


def test_a_side_leaves_the_other_axis_alone() -> None:
    (done,) = resized((TRIANGLE,), (1, 0), (50, 77))
    assert bounds(done) == (10, 10, 50, 30)


def test_shift_keeps_the_aspect_and_alt_the_centre() -> None:
    assert bounds(resized((TRIANGLE,), (1, 1), (50, 33), SHIFT)[0]) == (10, 10, 50, 50)
    (done,) = resized((TRIANGLE,), (1, 1), (35, 35), ALT)
    assert bounds(done) == pytest.approx((5, 5, 35, 35))


def test_the_frame_stays_in_the_image_but_with_ctrl() -> None:
    assert bounds(resized((TRIANGLE,), (1, 1), (300, 300))[0]) == (10, 10, 100, 80)
    (done,) = resized((TRIANGLE,), (1, 1), (300, 300), CTRL)
    assert bounds(done) == pytest.approx((10, 10, 300, 300))


def test_dragged_across_the_other_side_shapes_are_mirrored() -> None:
    (done,) = resized((Polygon.of([(40, 10), (60, 10), (60, 30)]),), (1, 0), (20, 20))
    assert isinstance(done, Polygon)
    assert done.rings[0].tolist() == [[40, 10], [20, 10], [20, 30]]


def test_it_cannot_be_resized_to_nothing() -> None:
    assert resized((TRIANGLE,), (1, 1), (10.2, 10.2)) == (TRIANGLE,)


def test_a_turned_box_stays_a_box() -> None:
    tilted = RotatedBox(50, 40, 20, 10, 45)
    done = scaled(tilted, (2, 1), (50, 40))
    assert isinstance(done, RotatedBox)
    assert (done.cx, done.cy) == (50, 40)
    assert done.angle == pytest.approx(26.565, abs=1e-3)  # tan = 1/2
    assert done.w > tilted.w
    assert scaled(tilted, (2, 2), (50, 40)) == replace(tilted, w=40, h=20)
    assert scaled(replace(tilted, angle=0), (3, 2), (50, 40)) == RotatedBox(
        50, 40, 60, 20, 0
    )


def test_shapes_turn_about_the_middle_of_their_frame() -> None:
    done = Hand(turn_shapes((TRIANGLE, Box(20, 20, 10, 10)))).drag((20, 0), (40, 20))
    assert done is not None
    triangle, box = done
    assert isinstance(triangle, Polygon)
    assert triangle.rings[0] == pytest.approx(
        Polygon.of([(30, 10), (30, 30), (10, 10)]).rings[0]
    )
    assert box == Box(10, 20, 10, 10)  # a quarter: it stays upright


def test_shift_turns_in_steps_of_15_degrees() -> None:
    done = Hand(turn_shapes((Box(10, 10, 20, 10),))).drag((20, 0), (26, 1), held=SHIFT)
    assert done is not None
    assert isinstance(done[0], RotatedBox)
    assert done[0].angle == pytest.approx(30)
    assert (done[0].w, done[0].h) == (20, 10)


def test_a_mask_is_resized_pixel_by_pixel() -> None:
    bitmap = np.ones((4, 4), np.bool_)
    mask = masks.place(bitmap, 10, 10, 100, 80)
    (done,) = resized((mask,), (1, 1), (18, 18))
    assert bounds(done) == (10, 10, 18, 18)
    assert area(done) == 64


def test_what_has_no_room_has_no_frame() -> None:
    assert frame_around(()) is None
    assert frame_around((Whole(),)) is None
    assert frame_around((Points.of([(5, 5)]),)) is None
    assert frame_around((Polyline.of([(5, 5), (5, 9)]),)) == RotatedBox(5, 7, 0, 4, 0)


def test_a_straight_line_is_resized_along_itself() -> None:
    line = Polyline.of([(5, 5), (5, 15)])
    (done,) = resized((line,), (1, 1), (9, 25))
    assert bounds(done) == (5, 5, 5, 25)


def test_a_click_on_a_handle_changes_nothing() -> None:
    grip = handle((TRIANGLE,), (1, 1))
    hand = Hand(drag_frame((TRIANGLE,), grip, SIZE))
    assert hand.drag((grip.x, grip.y), (grip.x + 1, grip.y)) == ()


@given(
    st.lists(shapes(), min_size=1, max_size=3),
    st.integers(0, 8),
    st.lists(pointers, max_size=8),
)
def test_whatever_the_hand_does_the_shapes_are_valid(
    before: list[Shape], number: int, events: list[Pointer]
) -> None:
    box = bounds_around(before)
    assume(box is None or max(abs(v) for v in (box.x, box.y, box.w, box.h)) < 1e8)
    frame = frame_around(before)
    grips = handles_of(frame, 10.0) if frame is not None else []
    grip = grips[number % len(grips)] if grips else Handle(Part.TURN, 0.0, 0.0)
    # `played` judges every preview.
    for after, old in zip(
        played(drag_frame(before, grip, SIZE), events), before, strict=False
    ):
        if not isinstance(old, Box):
            assert type(after) is type(old)
