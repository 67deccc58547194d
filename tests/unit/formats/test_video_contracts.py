"""Formats of marks on films keep the contract of formats."""

from __future__ import annotations

import random
from dataclasses import replace
from itertools import accumulate

from hypothesis import strategies as st

from annolab.formats.frame_rows import track_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    NO_ATTRIBUTES,
    Attributes,
    AttributeValue,
    Ellipse,
    Geometry,
    Points,
    Polygon,
    Polyline,
    Shape,
    Track,
    Whole,
)
from annolab.model.item import Item
from annolab.model.tracks import geometry_at
from tests import strategies as some
from tests.film_contract import FILM, WORDS, FilmContract, films, tracks
from tests.format_memory import Dataset


class TestCvatVideo(FilmContract):
    format_id = "cvat-video"
    suffix = ".xml"

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return films()


@st.composite
def dense(draw: st.DrawFn) -> Dataset:
    """Films with boxes, and tracks of them that have no frames to be guessed."""
    data = draw(films())
    marks: list[Annotation] = []
    for mark in data.the_annotations:
        rows = st.dictionaries(st.integers(0, 499), some.boxes(), min_size=1)
        values: st.SearchStrategy[Attributes] = st.sampled_from(
            ({}, {"ignored": True}, {"visibility": 0.25})
        )
        is_track = draw(st.booleans())
        said = draw(values)
        geometry: Geometry = draw(some.boxes())
        if is_track:
            shapes: dict[int, tuple[Shape, Attributes]] = {
                k: (box, draw(values)) for k, box in draw(rows).items()
            }
            geometry = track_of(shapes, 500)
        marks.append(
            replace(
                mark,
                geometry=geometry,
                frame=None if is_track else draw(st.integers(0, 499)),
                attributes=NO_ATTRIBUTES if is_track else said,
                group_id=None,
                z=0,
            )
        )
    return replace(data, the_annotations=marks)


class TestMot(FilmContract):
    format_id = "mot"
    suffix = ".txt"

    def sample(self) -> Item:
        return replace(FILM, length=8.0)  # a row for each frame

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return dense()


VIA_SHAPES = (
    some.boxes(),
    some.point_arrays(3).map(Polygon.of),
    some.point_arrays(2).map(Polyline),
    some.point_arrays(1, 1).map(Points.of),
    st.builds(Ellipse, *[st.floats(-1e9, 1e9)] * 2, *[st.floats(0, 1e9)] * 2),
    st.just(Whole()),
)
VIA_VALUES: st.SearchStrategy[AttributeValue] = st.one_of(
    WORDS,
    st.integers(-(10**9), 10**9),
    st.booleans(),
    st.floats(-1e9, 1e9),
    st.lists(WORDS, min_size=1, max_size=3, unique=True).map(tuple),
)


@st.composite
def timed(draw: st.DrawFn) -> Dataset:
    """Films of uneven times with what VIA can hold."""
    data = draw(films())
    names = st.dictionaries(
        WORDS | st.sampled_from(("track", "label", "outside", "Outside")),
        VIA_VALUES,
        max_size=3,
    )
    luck = random.Random(draw(st.integers(0, 1000)))
    steps = [luck.uniform(0.005, 2) for _ in range(500)]
    marks: list[Annotation] = []
    for mark in data.the_annotations:
        shapes: st.SearchStrategy[Shape] = st.one_of(VIA_SHAPES)
        geometry: Geometry = draw(shapes | tracks(shapes))
        is_track = isinstance(geometry, Track)
        frame = None if is_track else draw(st.none() | st.integers(0, 499))
        said = draw(names)
        if isinstance(geometry, Track) and any(
            key.attributes.keys() & said.keys() for key in geometry.keyframes
        ):
            said = {}
        marks.append(
            replace(
                mark,
                geometry=geometry,
                frame=frame,
                attributes=said,
                label_id=draw(st.none() | st.just(mark.label_id)),
                group_id=None,
                z=0,
            )
        )
    times = [0.0, *accumulate(steps)]
    of_items = {item.path: times for item in data.the_items}
    return replace(data, the_annotations=marks, times=of_items)


class TestVia3(FilmContract):
    format_id = "via3"
    target = "via.json"
    suffix = ".json"

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return timed()


VOTT_SHAPES = (some.boxes(), *VIA_SHAPES[1:4])


@st.composite
def in_vott(draw: st.DrawFn) -> Dataset:
    """Films of uneven times with what VoTT can hold: shapes frame by frame."""
    data = draw(timed())
    marks: list[Annotation] = []
    for mark in data.the_annotations:
        shapes: st.SearchStrategy[Shape] = draw(st.sampled_from(VOTT_SHAPES))
        rows = st.dictionaries(st.integers(0, 499), shapes, min_size=1, max_size=9)
        is_track = draw(st.booleans())
        geometry: Geometry = draw(shapes)
        if is_track:
            geometry = track_of({k: (x, {}) for k, x in draw(rows).items()}, 500)
        frame = None if is_track else draw(st.integers(0, 499))
        plain = replace(mark, geometry=geometry, frame=frame)
        marks.append(replace(plain, attributes=NO_ATTRIBUTES))
    return replace(data, the_annotations=marks)


class TestVott(FilmContract):
    format_id = "vott"
    target = "vott.json"
    suffix = ".json"

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return in_vott()

    def same(self, a: Geometry, b: Geometry) -> bool:
        if not (isinstance(a, Track) and isinstance(b, Track)):
            return a == b
        return all(geometry_at(a, n) == geometry_at(b, n) for n in range(500))


del FilmContract  # not tests themselves
