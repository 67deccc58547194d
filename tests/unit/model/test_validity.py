"""What is valid, and what is wrong with the rest."""

from __future__ import annotations

import dataclasses
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annolab.model import validity
from annolab.model.annotation import Annotation
from annolab.model.edit import Entity
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
    for declared in (
        *world.schema.labels,
        *world.schema.attributes,
        *world.schema.tiers,
    ):
        assert schema_problem(world.schema, declared) is None


@given(st.data())
@settings(max_examples=30)
def test_edits_on_a_world_keep_it_valid(data: st.DataObject) -> None:
    world = data.draw(some.worlds())
    edit = data.draw(some.edits_on(world))
    assert edit.name
    for change in edit.changes:
        assert problems_of(change.entity) == ()
