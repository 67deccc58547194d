"""Geometries compare by value and cannot be written into."""

from __future__ import annotations

import copy

import numpy as np
import pytest
from hypothesis import given

from annolab.model import mask as masks
from annolab.model.edit import Change
from annolab.model.geometry import (
    KIND_OF,
    Box,
    Geometry,
    Keyframe,
    Kind,
    Points,
    Polygon,
    Polyline,
    Track,
    kind_of,
    points_array,
    polygon_from_rings,
)
from annolab.model.ids import MAX_ID, new_id, reserve_ids
from annolab.model.item import Item, Media
from annolab.model.schema import AttributeSpec, Label, Owner, Schema, Tier, TierKind
from tests import strategies as some


def twin_of(geometry: Geometry) -> Geometry:
    """An equal one that shares no array."""
    if not isinstance(geometry, Track):
        return copy.deepcopy(geometry)
    return Track(
        tuple(
            Keyframe(
                key.frame,
                copy.deepcopy(key.geometry),
                key.outside,
                dict(key.attributes),
            )
            for key in geometry.keyframes
        )
    )


@given(some.geometries())
def test_equal_by_value(geometry: Geometry) -> None:
    twin = twin_of(geometry)
    assert twin == geometry
    assert hash(twin) == hash(geometry)
    assert geometry != Box(0.123, 4, 5, 6)
    assert kind_of(twin) is kind_of(geometry)


def test_unlike_geometries_differ() -> None:
    line = Polyline.of([0, 0, 1, 1])
    assert line == line  # the short way
    assert line != Polyline.of([0, 0, 1, 2])
    assert line != Points.of([0, 0, 1, 1])
    assert line != "line"
    assert Polygon.of([0, 0, 1, 1, 1, 0]) != polygon_from_rings([])
    assert Points.of([0, 0], [1]) != Points.of([0, 0], [2])
    assert masks.empty(2, 3) != masks.empty(3, 2)
    assert hash(Polyline.of([0.0, 0])) == hash(Polyline.of([-0.0, 0]))


def test_every_kind_has_a_class() -> None:
    of_labels_only = {Kind.RELATION, Kind.EVENT}
    assert set(KIND_OF.values()) == set(Kind) - of_labels_only


def test_arrays_are_pairs_copied_and_closed() -> None:
    source = np.array([[1.0, 2.0]])
    points = points_array(source)
    source[0, 0] = 9
    assert points.tolist() == [[1, 2]]
    with pytest.raises(ValueError, match="read-only"):
        points[0, 0] = 3
    assert points_array([1, 2, 3, 4]).shape == (2, 2)
    assert points_array([]).shape == (0, 2)
    with pytest.raises(ValueError, match="reshape"):
        points_array([1, 2, 3])


def test_rings_and_visibility() -> None:
    polygon = Polygon.of([0, 0, 1, 0, 1, 1], [0, 0, 2, 0, 2, 2])
    assert [len(ring) for ring in polygon.rings] == [3, 3]
    assert [len(part) for part in polygon.parts] == [2]
    assert len(polygon_from_rings([[0, 0], [1, 1]]).parts) == 2
    assert Points.of([0, 0, 1, 1]).visibility == (2, 2)


def test_ids_rise_and_fit() -> None:
    ids = [new_id() for _ in range(100)]
    assert ids == sorted(set(ids))
    block = reserve_ids(1000)
    assert len(block) == 1000
    assert block[0] > ids[-1]
    assert 0 < block[-1] <= MAX_ID
    assert new_id() > block[-1]


def test_an_item_is_called_by_its_file() -> None:
    assert Item(id=1, path="a/b/c.png", media=Media.IMAGE).name == "c.png"
    assert Item(id=1, path="c.png", media=Media.IMAGE).name == "c.png"


def test_a_change_is_about_something() -> None:
    label = Label(id=1, name="a", color="#000000")
    assert Change(None, label).entity is label
    assert Change(label, None).entity is label
    with pytest.raises(ValueError, match="neither"):
        _ = Change(None, None).entity


def test_what_a_schema_knows() -> None:
    label = Label(id=1, name="a", color="#000000")
    mine = AttributeSpec(id=1, owner=Owner.ANNOTATION, name="x", label_id=1)
    everyones = AttributeSpec(id=2, owner=Owner.ANNOTATION, name="y")
    items = AttributeSpec(id=3, owner=Owner.ITEM, name="z")
    tier = Tier(id=1, name="t", kind=TierKind.POINT)
    schema = Schema((label,), (mine, everyones, items), (tier,))
    assert schema.label(1) is schema.label_named("a") is label
    assert schema.label(None) is schema.label_named("b") is None
    assert schema.specs(Owner.ANNOTATION, 1) == (mine, everyones)
    assert schema.specs(Owner.ANNOTATION, 2) == (everyones,)
    assert schema.specs(Owner.ITEM, None) == (items,)
    assert schema.like(label) == (label,)
    assert schema.like(mine) == (mine, everyones, items)
    assert schema.like(tier) == (tier,)
