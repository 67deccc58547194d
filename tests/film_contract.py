"""What formats of marks on films are tested with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from hypothesis import strategies as st

from annolab.model import mask as masks
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import (
    NO_ATTRIBUTES,
    Attributes,
    AttributeValue,
    Geometry,
    Keyframe,
    Polygon,
    Shape,
    Track,
    Whole,
)
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label, Schema
from tests import strategies as some
from tests.format_contract import FormatContract
from tests.format_memory import Dataset

FILM = Item(
    id=7, path="a/b.mp4", media=Media.VIDEO, width=100, height=100, length=500.0
)
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co", "Z")),
    min_size=1,
    max_size=9,
)
KINDS = (
    some.boxes(),
    some.rotated_boxes(),
    some.ellipses(),
    some.point_arrays(3).map(Polygon.of),
    some.polylines(),
    some.keypoints().map(lambda p: replace(p, visibility=(2,) * len(p.points))),
    st.binary(min_size=1, max_size=30).map(
        lambda raw: masks.place([[b & 1 for b in raw]] * 2, 5, 6, 100, 100)
    ),
)
FIXED: st.SearchStrategy[Attributes] = st.fixed_dictionaries(
    {}, optional={"say": WORDS, "fast": st.booleans()}
)


@st.composite
def tracks(
    draw: st.DrawFn, shapes: st.SearchStrategy[Shape], *, changing: bool = True
) -> Track:
    """A track of shapes of one kind."""
    frames = sorted(draw(st.sets(st.integers(0, 499), min_size=1, max_size=5)))
    has_size = changing and draw(st.booleans())
    made: list[Keyframe] = []
    for frame in frames:
        said: dict[str, AttributeValue] = {}
        if has_size:
            said["size"] = draw(st.integers(-(10**9), 10**9) | st.floats(-1e9, 1e9))
        if changing and draw(st.booleans()):
            said["occluded"] = True
        outside = draw(st.booleans())
        made.append(Keyframe(frame, draw(shapes), outside, said))
    return Track(tuple(made))


SIZES = st.floats(0, 100)
NEAR_KINDS = (  # whose outlines do not leave the world
    some.boxes(some.near, SIZES),
    some.rotated_boxes(some.near, SIZES),
    some.ellipses(some.near, SIZES),
    some.star_polygons(),
    some.polygons(some.near),
    some.keypoints(some.near),
    KINDS[-1],
)


@st.composite
def films(
    draw: st.DrawFn, kinds: Sequence[st.SearchStrategy[Shape]] = KINDS
) -> Dataset:
    """Films with tracks, shapes of a frame and tags."""
    items = [
        replace(FILM, id=70 + n, path=f"a/{n}.mp4")
        for n in range(draw(st.integers(1, 3)))
    ]
    names = draw(st.lists(WORDS, min_size=1, max_size=3, unique=True))
    labels = [Label(id=5 + n, name=x, color="#ffb000") for n, x in enumerate(names)]
    marks: list[Annotation] = []
    for number in range(draw(st.integers(0, 6))):
        place = draw(st.integers(0, len(items) - 1))
        shapes: st.SearchStrategy[Shape] = draw(st.sampled_from(kinds))
        geometry: Geometry = draw(st.just(Whole()) | shapes | tracks(shapes))
        is_track = isinstance(geometry, Track)
        attributes: Attributes = draw(st.just(NO_ATTRIBUTES) | FIXED)
        group = draw(st.none() | st.integers(1, 2))
        marks.append(
            Annotation(
                id=1000 + number,
                item_id=items[place].id,
                annotator_id=1,
                geometry=geometry,
                label_id=draw(st.sampled_from(labels)).id,
                attributes=attributes,
                frame=None if is_track else draw(st.integers(0, 499)),
                group_id=group and group + 10 * place + 100,
                z=0 if isinstance(geometry, Whole) else draw(st.integers(-9, 9)),
            )
        )
    return Dataset(Schema(tuple(labels)), items, marks)


class FilmContract(FormatContract):
    target = "out"
    suffix: str

    def sample(self) -> Item:
        return FILM

    def noise(self, folder: Path) -> Path:
        return folder / f"b{self.suffix}"


def settled(track: Track) -> Track:
    """The track with outside keyframes that only say that it ends."""
    keys: list[Keyframe] = []
    for key in track.keyframes:
        if not key.outside:
            keys.append(key)
        elif keys and not keys[-1].outside:
            keys.append(Keyframe(key.frame, keys[-1].geometry, outside=True))
    return Track(tuple(keys) or (replace(track.keyframes[0], outside=False),))


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
