"""Geometries as columns."""

import struct
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from annolab.errors import UserError
from annolab.model.geometry import (
    Box,
    Ellipse,
    Geometry,
    Instant,
    Interval,
    Kind,
    Mask,
    Points,
    Polygon,
    RotatedBox,
    Span,
    TimeBox,
    Track,
    Whole,
)
from annolab.model.measure import bounds
from annolab.store.packing import pack, unpack
from tests import strategies as some

stored = st.one_of(
    some.shapes(), some.spans(), some.intervals(), some.instants(), some.time_boxes()
)


@given(stored)
def test_comes_back_as_it_was(geometry: Geometry) -> None:
    assert unpack(pack(geometry)) == geometry


@given(some.shapes())
def test_columns_hold_the_bounding_box(geometry: Geometry) -> None:
    _, _, _, x, y, w, h, _ = pack(geometry)
    box = bounds(geometry)
    if box is None:
        assert (x, y, w, h) == (None,) * 4
    else:
        assert x is not None
        assert y is not None
        assert w is not None
        assert h is not None
        assert (x, y, x + w, y + h) == pytest.approx(box, abs=1e-5, rel=1e-12)


def test_layout_is_the_one_of_version_1() -> None:
    """Files of this version exist: whoever changes this needs a new version."""
    square = [[0.0, 0.0], [2.0, 0.0], [2.0, 1.0]]
    points = struct.pack("<6d", 0, 0, 2, 0, 2, 1)
    assert pack(Box(1, 2, 3, 4)) == (1, None, None, 1.0, 2.0, 3.0, 4.0, None)
    assert pack(Whole(), frame=7) == (13, 7, None, None, None, None, None, None)
    assert pack(Polygon.of(square))[-1] == (
        struct.pack("<BBHIII", 1, 3, 0, 2, 1, 3) + points
    )
    assert pack(Polygon.of(square, square))[-1] == (
        struct.pack("<BBHIIIII", 1, 3, 0, 3, 2, 3, 3, 0) + points + points
    )
    assert pack(Points.of(square, (2, 1, 0)))[-1] == (
        struct.pack("<BBHI", 1, 5, 0, 3) + points + bytes((2, 1, 0))
    )
    assert pack(RotatedBox(1, 2, 3, 4, 90))[-1] == struct.pack(
        "<BBHI5d", 1, 2, 0, 5, 1, 2, 3, 4, 90
    )
    assert pack(Ellipse(1, 2, 3, 4))[-1] == struct.pack(
        "<BBHI5d", 1, 6, 0, 5, 1, 2, 3, 4, 0
    )
    mask = Mask(2, 2, np.array([1, 3], dtype=np.uint32))
    assert pack(mask)[-1] == struct.pack("<BBHI4I", 1, 7, 0, 2, 2, 2, 1, 3)
    assert pack(Span(((3, 5),))) == (8, 3, 5, None, None, None, None, None)
    assert pack(Span(((3, 5), (8, 9)))) == (
        *(8, 3, 9, None, None, None, None),
        struct.pack("<BBHI4q", 1, 8, 0, 2, 3, 5, 8, 9),
    )
    assert pack(Interval(0.5, 1.5)) == (9, 0.5, 1.5, None, None, None, None, None)
    assert pack(Instant(0.5)) == (10, 0.5, None, None, None, None, None, None)
    assert pack(TimeBox(0.5, 1.5, 100, 300)) == (
        *(11, 0.5, 1.5, None, 100.0, None, 200.0),
        struct.pack("<BBHI2d", 1, 11, 0, 2, 100, 300),
    )


def test_arrays_come_back_read_only() -> None:
    polygon = unpack(pack(Polygon.of([0, 0, 1, 0, 1, 1])))
    assert isinstance(polygon, Polygon)
    assert not polygon.rings[0].flags.writeable


def test_points_of_another_dtype_are_stored_as_float64() -> None:
    ring = np.array([[0, 0], [1, 0], [1, 1]], dtype=np.float32)
    rings: Any = ((ring,),)
    back = unpack(pack(Polygon(rings)))
    assert isinstance(back, Polygon)
    assert back.rings[0].dtype == np.float64
    assert np.array_equal(back.rings[0], ring)


@pytest.mark.parametrize(
    "geometry",
    [
        Box(float("nan"), 0, 1, 1),
        Box(0, 0, float("inf"), 1),
        Polygon.of([0, 0, 1, 0, float("nan"), 1]),
        RotatedBox(0, 0, 1, 1, float("inf")),
        Interval(0, float("inf")),
        TimeBox(0, 1, 0, float("nan")),
        Span(()),
        Span(((0, 1 << 70),)),
        Track(()),
        Points.of([0, 0, 1, 1], (2,)),
    ],
)
def test_what_cannot_be_stored_is_refused(geometry: Geometry) -> None:
    with pytest.raises(UserError):
        pack(geometry)


@given(
    st.sampled_from([*Kind, 0, 99]),
    st.none() | st.binary(max_size=80),
    st.lists(st.none() | st.floats() | st.integers(), min_size=6, max_size=6),
)
def test_damaged_columns_are_told(
    kind: int, blob: bytes | None, numbers: list[float | None]
) -> None:
    try:
        unpack((int(kind), *numbers, blob))
    except (ValueError, TypeError, KeyError, OverflowError):
        return


@given(stored, st.data())
def test_a_damaged_blob_is_told_or_read(
    geometry: Geometry, data: st.DataObject
) -> None:
    *columns, blob = pack(geometry)
    if blob is None:
        return
    cut = data.draw(st.integers(0, len(blob) - 1))
    flipped = bytearray(blob)
    flipped[cut] ^= data.draw(st.integers(1, 255))
    for bad in (blob[:cut], bytes(flipped), blob + b"\0"):
        try:
            unpack((*columns, bad))
        except (ValueError, TypeError, KeyError, OverflowError):
            continue
    with pytest.raises(ValueError, match=r"."):
        unpack((*columns, blob[:cut]))
