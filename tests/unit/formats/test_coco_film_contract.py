"""COCO video keeps the contract of formats."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from hypothesis import strategies as st

from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import Track
from annolab.model.item import Status
from tests.film_contract import (
    FIXED,
    NEAR_KINDS,
    WORDS,
    FilmContract,
    films,
    settled,
)
from tests.format_memory import Dataset


@st.composite
def pictured(draw: st.DrawFn) -> Dataset:
    """Films with all that a file of COCO says of its pictures."""
    data = draw(films(NEAR_KINDS))
    marks: list[Annotation] = []
    for mark in data.the_annotations:
        shape = mark.geometry
        if isinstance(shape, Track):
            shape = settled(shape)
        marks.append(
            replace(
                mark,
                geometry=shape,
                text=draw(st.none() | WORDS),
                score=draw(st.none() | st.floats(0, 1)),
                status=draw(st.sampled_from(AnnotationStatus)),
                z=draw(st.integers(-9, 9)),
                locked=draw(st.booleans()),
            )
        )
    items = [
        replace(
            item,
            status=draw(st.sampled_from(Status)),
            split=draw(st.none() | WORDS),
            attributes=draw(FIXED),
        )
        for item in data.the_items
    ]
    return replace(data, the_annotations=marks, the_items=items)


class TestCocoVideo(FilmContract):
    format_id = "coco-video"
    target = "films.json"
    suffix = ".json"

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return pictured()


class TestCocoVideoKeyframes(TestCocoVideo):
    def options(self) -> Mapping[str, str]:
        return {"frames": "keyframes", "rle": "uncompressed"}


del FilmContract  # not tests themselves
