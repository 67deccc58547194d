"""Geometry as one line of text."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import FormatError
from annolab.formats.geometry_text import geometry_of, text_of
from annolab.model.geometry import (
    Box,
    Geometry,
    Kind,
    Points,
    Polygon,
    Span,
    kind_of,
    points_array,
)
from annolab.model.validity import problems
from tests import strategies as some


@given(some.geometries())
def test_every_geometry_comes_back(geometry: Geometry) -> None:
    assert geometry_of(kind_of(geometry), text_of(geometry)) == geometry


def test_what_it_looks_like() -> None:
    square, hole, other = (
        points_array(ring)
        for ring in ([(0, 0), (9.5, 0), (9, 9)], [(1, 1), (2, 1), (2, 2)], [(5, 5)] * 3)
    )
    polygon = Polygon(((square, hole), (other,)))
    assert text_of(polygon) == "0 0, 9.5 0, 9 9 / 1 1, 2 1, 2 2 | 5 5, 5 5, 5 5"
    assert text_of(Points.of([(1, 2), (3, 4)], (2, 0))) == "1 2 2, 3 4 0"
    assert text_of(Span(((0, 3), (7, 9)))) == "0 3, 7 9"
    assert text_of(Box(1, 2, 3, 4)) == "1 2 3 4"


@given(
    st.sampled_from(Kind),
    st.text(st.sampled_from('0123456789 ,/|.-e[]{}"x'), max_size=30),
)
def test_other_texts_are_refused_with_a_sentence(kind: Kind, text: str) -> None:
    try:
        geometry = geometry_of(kind, text)
    except FormatError as error:
        assert error.message.endswith(".")  # noqa: PT017
    else:
        assert not problems(geometry)


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        (Kind.BOX, "1 2 3"),
        (Kind.BOX, "1 2 3 nan"),
        (Kind.BOX, "1 2 3 inf"),
        (Kind.POLYGON, ""),
        (Kind.POLYGON, "1 2, 3 4"),
        (Kind.MASK, "2 2 9"),
        (Kind.MASK, "99999999999 99999999999 0"),
        (Kind.TRACK, "[{}]"),
        (Kind.TRACK, "[" * 100_000),
        (Kind.TRACK, '[{"frame": 1, "kind": "track", "geometry": "[]"}]'),
        (Kind.TRACK, '[{"frame": 1, "kind": "span", "geometry": "1 2"}]'),
        (Kind.TRACK, '[{"frame": true, "kind": "box", "geometry": "1 2 3 4"}]'),
        (Kind.POINTS, "1 2 9"),
        (Kind.INTERVAL, "2 1"),
        (Kind.WHOLE, "1"),
    ],
)
def test_what_is_no_geometry(kind: Kind, text: str) -> None:
    with pytest.raises(FormatError):
        geometry_of(kind, text)
