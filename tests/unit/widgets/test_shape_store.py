"""Shapes as arrays: hits, order, splicing."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Box,
    Ellipse,
    Geometry,
    Points,
    Polygon,
    Polyline,
    Shape,
    Span,
    Whole,
)
from annolab.widgets.shape_store import (
    NO_LABEL_COLOR,
    Mark,
    ShapeStore,
    mark_of,
    packed,
    rgb,
)
from annolab.widgets.view import View, fitting, kept_in_sight
from tests.strategies import shapes


def mark(id_: int, geometry: Geometry, z: int = 0) -> Mark:
    annotation = Annotation(
        id=id_, item_id=1, annotator_id=1, geometry=geometry, label_id=1, z=z
    )
    made = mark_of(annotation, {1: (1, 2, 3)})
    assert made is not None
    return made


def store_of(*geometries: Geometry) -> ShapeStore:
    store = ShapeStore()
    store.load([mark(i + 1, g) for i, g in enumerate(geometries)])
    return store


RING = [(10, 10), (50, 10), (50, 50), (10, 50)]
HOLE = [(20, 20), (40, 20), (40, 40), (20, 40)]


def test_the_smallest_hit_comes_first() -> None:
    store = store_of(Box(0, 0, 100, 100), Box(10, 10, 20, 20), Box(200, 0, 5, 5))
    assert store.hits(15, 15, 1) == [2, 1]
    assert store.hits(50, 50, 1) == [1]
    assert store.hits(150, 50, 1) == []


def test_of_equal_shapes_the_upper_one_comes_first() -> None:
    assert store_of(Box(0, 0, 9, 9), Box(0, 0, 9, 9)).hits(5, 5, 1) == [2, 1]


def test_a_hole_is_not_hit_but_its_edge_is() -> None:
    store = store_of(Polygon.of(RING, HOLE))
    assert store.hits(30, 30, 2) == []
    assert store.hits(15, 30, 2) == [1]
    assert store.hits(21, 30, 2) == [1]
    assert store.hits(8.5, 30, 2) == [1]


def test_lines_points_and_ellipses_are_hit_where_they_are_drawn() -> None:
    store = store_of(
        Polyline.of([(0, 0), (100, 0)]),
        Points.of([(50, 50), (0, 0)], [2, 0]),
        Ellipse(50, 100, 20, 10, 90),
    )
    assert store.hits(50, 1.5, 2) == [1]
    assert store.hits(52, 52, 2) == [2]
    assert store.hits(0, 50, 2) == []
    assert store.hits(50, 118, 1) == [3]
    assert store.hits(65, 100, 1) == []


def test_a_mask_is_hit_where_it_has_pixels() -> None:
    bitmap = np.zeros((20, 30), np.bool_)
    bitmap[5:10, 5:25] = True
    bitmap[7, 12] = False
    store = store_of(masks.encode(bitmap))
    assert store.hits(5, 5, 1) == [1]
    assert store.hits(12.5, 7.5, 1) == []
    assert store.hits(24.99, 9.99, 0) == [1]
    assert store.hits(25.5, 9.5, 0) == []


def test_hidden_shapes_are_neither_shown_nor_hit() -> None:
    store = store_of(Box(0, 0, 10, 10), Box(2, 2, 10, 10))
    store.hide(frozenset({2, 99}))
    assert store.hits(5, 5, 1) == [1]
    assert store.shown().tolist() == [0]
    assert store.inside(Box(-1, -1, 50, 50)) == [1]


def test_whole_and_what_is_no_shape() -> None:
    store = store_of(Whole(), Box(0, 0, 5, 5))
    assert store.wholes().tolist() == [0]
    assert store.hits(1, 1, 1) == [2]
    assert store.box_of([1]) is None
    assert store.box_of([1, 2]) == Box(0, 0, 5, 5)
    span = Annotation(id=9, item_id=1, annotator_id=1, geometry=Span(((0, 1),)))
    assert mark_of(span, {}) is None


def test_a_colour_that_is_none_is_the_colour_of_no_label() -> None:
    assert rgb("#ff8000") == (255, 128, 0)
    assert rgb("red") == NO_LABEL_COLOR


@given(
    st.lists(st.tuples(shapes(), st.integers(-2, 2)), max_size=8),
    st.lists(
        st.tuples(st.integers(1, 10), shapes() | st.none(), st.integers(-2, 2)),
        max_size=8,
    ),
)
def test_putting_one_by_one_equals_loading_all(
    start: list[tuple[Shape, int]], changes: list[tuple[int, Shape | None, int]]
) -> None:
    held = {i + 1: mark(i + 1, shape, z) for i, (shape, z) in enumerate(start)}
    store = ShapeStore()
    store.load(held.values())
    for id_, shape, z in changes:
        held.pop(id_, None)
        if shape is None:
            store.put([], [id_])
        else:
            held[id_] = mark(id_, shape, z)
            store.put([held[id_]])
    ordered = sorted(held.values(), key=lambda m: (m.annotation.z, m.id))
    assert [m.id for m in store] == [m.id for m in ordered]
    fresh = packed(ordered)
    for each in fields(fresh):
        assert np.array_equal(
            getattr(store.arrays, each.name), getattr(fresh, each.name)
        )
    for row, one in enumerate(ordered):
        assert store.get(one.id) is one
        assert store.at(row) is one
    assert store.wholes().tolist() == [
        i for i, m in enumerate(ordered) if isinstance(m.shape, Whole)
    ]


def test_a_change_of_one_shape_leaves_earlier_arrays_alone() -> None:
    """A worker may still be drawing them."""
    store = store_of(Box(0, 0, 10, 10), Box(5, 5, 10, 10))
    before = store.arrays
    points = before.points.copy()
    store.put([mark(1, Box(50, 50, 10, 10))])
    assert np.array_equal(before.points, points)
    changed = replace(store.arrays)
    assert changed.box[0].tolist() == [50, 50, 60, 60]


def test_a_shape_written_over_itself_is_as_if_it_had_always_been_so() -> None:
    ring = Polygon.of(RING, HOLE)
    store = store_of(Box(0, 0, 9, 9), ring, Box(5, 5, 1, 1))
    store.hide(frozenset({3}))
    before = store.revision
    moved = Polygon.of([(x + 0.5, y) for x, y in RING], HOLE)
    store.put([mark(2, moved)])
    wanted = store_of(Box(0, 0, 9, 9), moved, Box(5, 5, 1, 1))
    for part in fields(store.arrays):
        ours, theirs = (getattr(s.arrays, part.name) for s in (store, wanted))
        assert np.array_equal(ours, theirs), part.name
    assert store.revision > before
    assert store.shown().tolist() == [0, 1]
    store.put([mark(2, moved, z=1)])  # another place in the order
    assert [one.id for one in store] == [1, 3, 2]


@given(
    st.floats(0.01, 50),
    st.floats(-1e4, 1e4),
    st.floats(-1e4, 1e4),
    st.floats(0.1, 10),
)
def test_zooming_keeps_the_place_under_the_pointer(
    scale: float, x: float, y: float, factor: float
) -> None:
    view = View(scale, x, y)
    at = (123.0, 45.0)
    place = view.to_image(*at)
    zoomed = view.zoomed(scale * factor, at)
    assert np.allclose(zoomed.to_widget(*place), at, atol=1e-6)


def test_fitting_and_staying_in_sight() -> None:
    view = fitting(Box(0, 0, 400, 200), 848, 600, margin=24)
    assert view.scale == 2
    assert view.to_widget(0, 0) == (24, 100)
    lost = view.moved(10_000, -10_000)
    x, y = kept_in_sight(lost, Box(0, 0, 400, 200), 848, 600).to_widget(0, 0)
    assert (x, y) == (848 - 64, 64 - 400)
