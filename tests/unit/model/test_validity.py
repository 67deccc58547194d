"""What is valid, and what is wrong with the rest."""

from __future__ import annotations

import math
from dataclasses import replace
from typing import cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import ArrayLike

from annolab.model import validity, values
from annolab.model.annotation import Annotation
from annolab.model.edit import Entity
from annolab.model.geometry import (
    Box,
    Ellipse,
    Geometry,
    Instant,
    Interval,
    Keyframe,
    Kind,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Span,
    TimeBox,
    Track,
    Whole,
    points_array,
)
from annolab.model.item import Item, Media
from annolab.model.schema import (
    AttributeSpec,
    Entry,
    Label,
    Owner,
    Schema,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)
from annolab.model.validity import problems, problems_of, schema_problem
from tests import strategies as some

NAN, INF = math.nan, math.inf


@given(some.geometries())
def test_what_the_strategies_draw_is_valid(geometry: Geometry) -> None:
    assert problems(geometry) == ()


@given(some.worlds())
@settings(max_examples=30)
def test_what_worlds_hold_is_valid(world: some.World) -> None:
    entities: list[Entity] = [
        *world.schema.labels,
        *world.schema.attributes,
        *world.schema.tiers,
        *world.annotators,
        *world.items,
        *world.annotations,
        *world.relations,
    ]
    assert [problems_of(entity) for entity in entities] == [()] * len(entities)
    schema = world.schema
    all_declared: list[Label | AttributeSpec | Tier] = [
        *schema.labels,
        *schema.attributes,
        *schema.tiers,
    ]
    for declared in all_declared:
        assert schema_problem(world.schema, declared) is None


@given(st.data())
@settings(max_examples=30)
def test_edits_on_a_world_keep_it_valid(data: st.DataObject) -> None:
    world = data.draw(some.worlds())
    edit = data.draw(some.edits_on(world))
    assert edit.name
    for change in edit.changes:
        assert problems_of(change.entity) == ()


def box_mask(counts: list[int], width: int = 2, height: int = 2) -> Mask:
    return Mask(width, height, np.array(counts, np.uint32))


def polygon(*rings: ArrayLike) -> Polygon:
    return Polygon(tuple((points_array(ring),) for ring in rings))


def track(*keyframes: Keyframe) -> Track:
    return Track(keyframes)


GOOD_RING = [0, 0, 1, 0, 1, 1]
WHOLE = Keyframe(0, Whole())

WRONG: list[tuple[Geometry, tuple[str, ...]]] = [
    (Box(NAN, 0, 1, 1), (validity.FAR,)),
    (Box(0, INF, 1, 1), (validity.FAR,)),
    (Box(0, 0, 1.1e9, 1), (validity.FAR,)),
    (Box(0, 10**400, 1, 1), (validity.FAR,)),
    (Box(0, 0, -1, 1), (validity.NEGATIVE_SIZE,)),
    (RotatedBox(0, 0, 1, 1, NAN), (validity.FAR,)),
    (RotatedBox(0, 0, 1, -1, 0), (validity.NEGATIVE_SIZE,)),
    (Ellipse(0, 0, INF, 1), (validity.FAR,)),
    (Ellipse(0, 0, -1, 1), (validity.NEGATIVE_SIZE,)),
    (Polygon(()), (validity.FLAT_RING,)),
    (Polygon(((),)), (validity.FLAT_RING,)),
    (polygon([0, 0, 1, 1]), (validity.FLAT_RING,)),
    (polygon(GOOD_RING, []), (validity.FLAT_RING,)),
    (polygon([0, 0, 1, NAN, 1, 1]), (validity.FAR,)),
    (polygon([0, 0, 1, INF, 1, 1]), (validity.FAR,)),
    (polygon(GOOD_RING, [0, 0, 1, 1e300, 1, 1]), (validity.FAR,)),
    (polygon([0, 0], [NAN, 0]), (validity.FLAT_RING, validity.FAR)),
    (Polygon(((np.zeros((3, 3)),),)), (validity.NO_ARRAY,)),
    (Polygon(((np.zeros(6),),)), (validity.NO_ARRAY,)),
    (Polyline(np.zeros((3, 2), np.float32)), (validity.NO_ARRAY,)),
    (Polyline.of([1, 1]), (validity.SHORT_LINE,)),
    (Points.of([]), (validity.NO_POINTS,)),
    (Points.of([1, 1], [3]), (validity.VISIBILITY,)),
    (Points.of([1, 1], [1, 1]), (validity.VISIBILITY,)),
    (Points.of([NAN, 1], []), (validity.FAR, validity.VISIBILITY)),
    (box_mask([0], 0, 0), (validity.MASK_SIZE,)),
    (box_mask([4], -2, -2), (validity.MASK_SIZE,)),
    (box_mask([1], 1 << 20, 1 << 20), (validity.MASK_SIZE,)),
    (box_mask([3]), (validity.MASK_RUNS,)),
    (box_mask([]), (validity.MASK_RUNS,)),
    (Mask(2, 2, np.array([4.0])), (validity.MASK_RUNS,)),
    (Mask(2, 2, np.array([[4]], np.uint32)), (validity.MASK_RUNS,)),
    (Span(()), (validity.NO_SPAN,)),
    (Span(((3, 3),)), (validity.NO_SPAN,)),
    (Span(((3, 1),)), (validity.NO_SPAN,)),
    (Span(((-1, 3),)), (validity.SPAN_ORDER,)),
    (Span(((0, 3), (2, 5))), (validity.SPAN_ORDER,)),
    (Span(((4, 5), (0, 3))), (validity.SPAN_ORDER,)),
    (Span(((0, 1 << 63),)), (validity.SPAN_ORDER,)),
    (Interval(2, 1), (validity.REVERSED,)),
    (Interval(0, INF), (validity.NO_TIME,)),
    (Instant(NAN), (validity.NO_TIME,)),
    (TimeBox(0, 1, 3, 2), (validity.REVERSED,)),
    (TimeBox(0, 1, NAN, 2), (validity.NO_TIME,)),
    (track(), (validity.NO_KEYFRAMES,)),
    (track(WHOLE, WHOLE), (validity.KEYFRAME_ORDER,)),
    (track(Keyframe(4, Whole()), WHOLE), (validity.KEYFRAME_ORDER,)),
    (track(Keyframe(-1, Whole())), (validity.KEYFRAME_ORDER,)),
    (track(Keyframe(1 << 63, Whole())), (validity.KEYFRAME_ORDER,)),
    (track(Keyframe(0, track(WHOLE))), (validity.KEYFRAME_KIND,)),  # type: ignore[arg-type]
    (track(Keyframe(0, Instant(1))), (validity.KEYFRAME_KIND,)),  # type: ignore[arg-type]
    (track(Keyframe(0, Box(0, 0, -1, 1))), (validity.NEGATIVE_SIZE,)),
    (track(Keyframe(0, Whole(), attributes={"a": NAN})), (values.NO_NUMBER,)),
]


@pytest.mark.parametrize(("geometry", "expected"), WRONG)
def test_what_is_wrong_is_said(geometry: Geometry, expected: tuple[str, ...]) -> None:
    assert problems(geometry) == expected
    assert problems(geometry, 100, 100) == expected
    annotation = Annotation(id=1, item_id=1, annotator_id=1, geometry=geometry)
    assert problems_of(annotation) == expected


LIMITS: list[Geometry] = [
    Box(-1e9, 1e9, 0, 1e9),
    polygon([1e9, 1e9, -1e9, 1e9, -1e9, -1e9]),
    polygon([0, 0, 1, 1, 1, 0, 0, 1]),  # crosses itself
    polygon([0, 0, 0, 0, 0, 0]),
    Interval(1, 1),
    Interval(-5, -1),
    Span(((0, 3), (3, 5))),
    box_mask([0, 0, 4, 0]),
]


@pytest.mark.parametrize("geometry", LIMITS)
def test_what_is_just_valid(geometry: Geometry) -> None:
    assert problems(geometry) == ()


@pytest.mark.parametrize(
    ("geometry", "expected"),
    [
        (Box(-5, -5, 5, 5), ()),
        (Box(-5, -5, 4, 50), (validity.OUTSIDE,)),
        (Box(10, 8, 3, 3), ()),
        (Box(10, 8.1, 3, 3), (validity.OUTSIDE,)),
        (Box(10.1, 8, 3, 3), (validity.OUTSIDE,)),
        (Points.of([0, 0], [0]), ()),
        (box_mask([4]), (validity.OTHER_SIZE,)),
        (box_mask([80], 10, 8), ()),
        (Whole(), ()),
        (Interval(50, 60), ()),
    ],
)
def test_the_place_on_a_picture_of_10_by_8(
    geometry: Geometry, expected: tuple[str, ...]
) -> None:
    assert problems(geometry, 10, 8) == expected
    assert problems(geometry, 10) == problems(geometry, None, 8) == ()


def test_the_sum_of_squares_may_overflow() -> None:
    with np.errstate(all="raise"):
        assert problems(polygon([1e200, 0, 1e200, 1, 0, 1])) == (validity.FAR,)


PLACED = Annotation(id=1, item_id=1, annotator_id=1, geometry=Whole())
ITEM = Item(id=1, path="a.png", media=Media.IMAGE)
LABEL = Label(id=1, name="car", color="#ff0000")


@pytest.mark.parametrize(
    ("entity", "expected"),
    [
        (replace(PLACED, text="\ud800"), values.BROKEN_TEXT),
        (replace(PLACED, source="\udfff"), values.BROKEN_TEXT),
        (replace(PLACED, score=NAN), values.NO_NUMBER),
        (replace(PLACED, frame=-1), validity.NEGATIVE_FRAME),
        (replace(PLACED, z=1 << 63), values.LARGE_NUMBER),
        (replace(PLACED, group_id=cast("int", np.int64(4))), values.STRANGE_VALUE),
        (replace(PLACED, attributes={"a": INF}), values.NO_NUMBER),
        (replace(ITEM, path="\ud800.png"), values.BROKEN_TEXT),
        (replace(ITEM, rate=INF), values.NO_NUMBER),
        (replace(ITEM, tiers=(1, 1 << 70)), values.LARGE_NUMBER),
        (replace(LABEL, name="\ud800"), values.BROKEN_TEXT),
        (replace(LABEL, skeleton=Skeleton(("\ud800",))), values.BROKEN_TEXT),
        (Entry(1, "title", "\ud800"), values.BROKEN_TEXT),
    ],
)
def test_what_a_project_cannot_hold(entity: Entity, expected: str) -> None:
    assert problems_of(entity) == (expected,)


def test_what_a_project_can_hold() -> None:
    kinds = frozenset({Kind.BOX})
    skeleton = Skeleton(("a", "b"), ((0, 1),))
    assert problems_of(replace(LABEL, kinds=kinds, skeleton=skeleton)) == ()
    assert problems_of(replace(ITEM, digest=b"x", tiers=(1, 2))) == ()


PERSON = Label(id=2, name="person", color="#00ff00", hotkey="2", parent_id=1)
TIER = Tier(id=1, name="words", kind=TierKind.INTERVAL)
SPEC = AttributeSpec(id=1, owner=Owner.ANNOTATION, name="pose")
SCHEMA = Schema((LABEL, PERSON), (SPEC,), (TIER,))
CHOICE = replace(SPEC, type=ValueType.CHOICE, choices=("left", "right"))


@pytest.mark.parametrize(
    ("declared", "expected"),
    [
        (replace(LABEL, name="  "), "Give it a name."),
        (replace(LABEL, name="person"), "There is already a label called person."),
        (replace(LABEL, id=9), "There is already a label called car."),
        (replace(LABEL, hotkey="2"), "The key 2 already belongs to person."),
        (replace(LABEL, parent_id=2), "The label car cannot lie under itself."),
        (replace(LABEL, parent_id=1), "The label car cannot lie under itself."),
        (replace(LABEL, parent_id=7), "The label above car is not there."),
        (replace(TIER, parent_id=1), "The tier words cannot lie under itself."),
        (replace(SPEC, id=2), "There is already an attribute called pose."),
        (
            replace(CHOICE, choices=()),
            "Give pose at least one choice, and each of them a text.",
        ),
        (
            replace(CHOICE, choices=("a", " ")),
            "Give pose at least one choice, and each of them a text.",
        ),
        (replace(CHOICE, choices=("a", "a")), "Two choices of pose are the same."),
        (
            replace(CHOICE, type=ValueType.MULTI, choices=("a;b",)),
            "A choice of pose must not contain ';'.",
        ),
        (replace(CHOICE, default="up"), "pose must be one of: left, right."),
        (replace(LABEL, hotkey="1"), None),
        (replace(SPEC, id=2, owner=Owner.ITEM), None),
        (replace(SPEC, id=2, label_id=1), None),
        (replace(CHOICE, default="left"), None),
        (replace(TIER, id=2), None),
    ],
)
def test_what_cannot_be_declared(
    declared: Label | AttributeSpec | Tier, expected: str | None
) -> None:
    assert schema_problem(SCHEMA, declared) == expected


def test_a_circle_above_a_label_is_found() -> None:
    circle = (replace(LABEL, parent_id=2), PERSON)
    new = Label(id=3, name="new", color="#000000", parent_id=2)
    expected = "The label new cannot lie under itself."
    assert schema_problem(Schema(circle), new) == expected
