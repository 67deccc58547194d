"""Hypothesis strategies for the nouns: whatever `validity` calls valid.

`geometries()` draws every kind, `shapes()` those that lie on a picture.
`worlds()` draws things that fit together, `edits_on(world)` an edit that a
project holding that world must accept.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from types import MappingProxyType
from typing import TypeAlias, TypeVar

import numpy as np
from hypothesis import assume
from hypothesis import strategies as st
from hypothesis.strategies import DrawFn, SearchStrategy
from numpy.typing import NDArray

from annolab import edits
from annolab.model import mask as masks
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
    Relation,
)
from annolab.model.edit import Edit
from annolab.model.geometry import (
    Attributes,
    AttributeValue,
    Box,
    Ellipse,
    FloatArray,
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
    Shape,
    Span,
    TimeBox,
    Track,
    Whole,
    points_array,
)
from annolab.model.ids import new_id
from annolab.model.item import Item, Media, Status
from annolab.model.schema import (
    AttributeSpec,
    Label,
    Owner,
    Schema,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)
from annolab.model.stack import Place
from annolab.model.validity import problems_of

_T = TypeVar("_T")
Bitmap: TypeAlias = NDArray[np.bool_]
MAX_INT = (1 << 63) - 1

coordinates = st.floats(-1e9, 1e9)
sizes = st.floats(0, 1e9)
near = st.floats(-50, 150)  # around a picture of 100 by 100
times = st.floats(allow_nan=False, allow_infinity=False)
ids = st.integers(1, MAX_INT)
texts = st.text(max_size=12)
names = st.text(min_size=1, max_size=12).filter(str.strip)


def point_arrays(
    least: int = 1, most: int = 8, numbers: SearchStrategy[float] = coordinates
) -> SearchStrategy[FloatArray]:
    """(n, 2) arrays."""
    pair = st.tuples(numbers, numbers)
    return st.lists(pair, min_size=least, max_size=most).map(points_array)


def boxes(
    numbers: SearchStrategy[float] = coordinates, size: SearchStrategy[float] = sizes
) -> SearchStrategy[Box]:
    return st.builds(Box, numbers, numbers, size, size)


def rotated_boxes(
    numbers: SearchStrategy[float] = coordinates, size: SearchStrategy[float] = sizes
) -> SearchStrategy[RotatedBox]:
    return st.builds(RotatedBox, numbers, numbers, size, size, angles)


def ellipses(
    numbers: SearchStrategy[float] = coordinates, size: SearchStrategy[float] = sizes
) -> SearchStrategy[Ellipse]:
    return st.builds(Ellipse, numbers, numbers, size, size, angles)


angles = st.one_of(
    st.floats(-720, 720), st.integers(-8, 8).map(lambda quarters: quarters * 90.0)
)


def polygons(
    numbers: SearchStrategy[float] = coordinates,
) -> SearchStrategy[Polygon]:
    """Any rings: they may cross themselves and each other."""
    ring = point_arrays(3, 8, numbers)
    part = st.lists(ring, min_size=1, max_size=3).map(tuple)
    return st.lists(part, min_size=1, max_size=3).map(lambda x: Polygon(tuple(x)))


@st.composite
def star_polygons(
    draw: DrawFn, middle: SearchStrategy[float] = near, *, holes: bool = True
) -> Polygon:
    """One part that does not cross itself, perhaps with a hole inside it."""
    cx, cy = draw(middle), draw(middle)
    count = draw(st.integers(3, 12))
    angle = np.arange(count) * (2 * np.pi / count) + draw(st.floats(0, 6))
    radius = np.array(draw(st.lists(st.floats(5, 80), min_size=count, max_size=count)))
    around = np.column_stack((np.cos(angle), np.sin(angle)))
    outer = (cx, cy) + around * radius[:, None]
    if not holes or not draw(st.booleans()):
        return Polygon.of(outer)
    shrunk = draw(st.floats(0.1, 0.8))
    return Polygon.of(outer, ((cx, cy) + around * (shrunk * radius)[:, None])[::-1])


def polylines(
    numbers: SearchStrategy[float] = coordinates,
) -> SearchStrategy[Polyline]:
    return point_arrays(2, 8, numbers).map(Polyline)


@st.composite
def keypoints(draw: DrawFn, numbers: SearchStrategy[float] = coordinates) -> Points:
    points = draw(point_arrays(1, 8, numbers))
    seen = st.lists(st.integers(0, 2), min_size=len(points), max_size=len(points))
    return Points(points, tuple(draw(seen)))


@st.composite
def bitmaps(draw: DrawFn, most: int = 12) -> Bitmap:
    """(h, w) bitmaps of a few pixels."""
    height, width = draw(st.integers(1, most)), draw(st.integers(1, most))
    size = height * width
    bits = draw(st.lists(st.booleans(), min_size=size, max_size=size))
    return np.array(bits, dtype=np.bool_).reshape(height, width)


@st.composite
def masks_with_empty_runs(draw: DrawFn) -> Mask:
    """Masks as other programs may write them: with runs of no pixels anywhere."""
    height = draw(st.integers(1, 8))
    counts = draw(st.lists(st.integers(0, 5), min_size=1, max_size=10))
    counts.append(-sum(counts) % height or height)
    return masks.from_counts(counts, sum(counts) // height, height)


def all_masks() -> SearchStrategy[Mask]:
    return st.one_of(bitmaps().map(masks.encode), masks_with_empty_runs())


def shapes(
    numbers: SearchStrategy[float] = coordinates, size: SearchStrategy[float] = sizes
) -> SearchStrategy[Shape]:
    """Every kind that lies on a picture."""
    return st.one_of(
        boxes(numbers, size),
        rotated_boxes(numbers, size),
        polygons(numbers),
        polylines(numbers),
        keypoints(numbers),
        ellipses(numbers, size),
        all_masks(),
        st.builds(Whole),
    )


@st.composite
def spans(draw: DrawFn) -> Span:
    count = draw(st.integers(1, 4))
    lengths = st.lists(st.integers(1, 1000), min_size=count, max_size=count)
    gaps = st.lists(st.integers(0, 1000), min_size=count, max_size=count)
    pieces, at = [], 0
    for gap, length in zip(draw(gaps), draw(lengths), strict=True):
        pieces.append((at + gap, at + gap + length))
        at += gap + length
    return Span(tuple(pieces))


_rising = st.tuples(times, times).map(sorted)


def intervals() -> SearchStrategy[Interval]:
    return _rising.map(lambda pair: Interval(*pair))


def instants() -> SearchStrategy[Instant]:
    return st.builds(Instant, times)


def time_boxes() -> SearchStrategy[TimeBox]:
    return st.tuples(_rising, _rising).map(lambda x: TimeBox(*x[0], *x[1]))


def values() -> SearchStrategy[AttributeValue]:
    """Values of attributes, with lists within lists."""
    scalar: SearchStrategy[AttributeValue] = st.one_of(
        st.none(),
        st.booleans(),
        st.integers(-MAX_INT, MAX_INT),
        st.floats(allow_nan=False, allow_infinity=False),
        texts,
    )
    return st.recursive(
        scalar, lambda x: st.lists(x, max_size=3).map(tuple), max_leaves=5
    )


def attributes() -> SearchStrategy[Attributes]:
    key = st.text(min_size=1, max_size=8)
    return st.dictionaries(key, values(), max_size=3).map(MappingProxyType)


@st.composite
def tracks(draw: DrawFn) -> Track:
    frames = draw(
        st.lists(st.integers(0, MAX_INT - 1), min_size=1, max_size=4, unique=True)
    )
    return Track(
        tuple(
            Keyframe(frame, draw(shapes()), draw(st.booleans()), draw(attributes()))
            for frame in sorted(frames)
        )
    )


def geometries() -> SearchStrategy[Geometry]:
    """Every kind."""
    return st.one_of(shapes(), spans(), intervals(), instants(), time_boxes(), tracks())


def annotators() -> SearchStrategy[Annotator]:
    return st.builds(
        Annotator, ids, names, st.sampled_from(AnnotatorKind), st.none() | texts
    )


def marks(
    geometry: SearchStrategy[Geometry] | None = None,
) -> SearchStrategy[Annotation]:
    """Annotations whose ids point nowhere: for formats and pure functions."""
    whole = st.none() | st.integers(0, MAX_INT)
    return st.builds(
        Annotation,
        id=ids,
        item_id=ids,
        annotator_id=ids,
        geometry=geometries() if geometry is None else geometry,
        label_id=st.none() | ids,
        attributes=attributes(),
        frame=whole,
        tier_id=st.none() | ids,
        group_id=st.none() | ids,
        text=st.none() | texts,
        score=st.none() | st.floats(0, 1),
        status=st.sampled_from(AnnotationStatus),
        z=st.integers(-1000, 1000),
        locked=st.booleans(),
        source=st.none() | st.just('{"id": 7}'),
    )


def items() -> SearchStrategy[Item]:
    optional = st.none() | st.floats(0, 1e12)
    pixels = st.none() | st.integers(1, 100_000)
    return st.builds(
        Item,
        id=ids,
        path=paths,
        media=st.sampled_from(Media),
        width=pixels,
        height=pixels,
        length=optional,
        rate=optional,
        digest=st.none() | st.binary(min_size=32, max_size=32),
        size=st.none() | st.integers(0, MAX_INT),
        split=st.none() | names,
        status=st.sampled_from(Status),
        priority=st.none() | times,
        attributes=attributes(),
        missing=st.booleans(),
        problem=texts,
        source=st.none() | st.just('{"license": 3}'),
    )


_part = st.text(
    st.characters(exclude_characters="/\\\0", exclude_categories=["Cs"]),
    min_size=1,
    max_size=8,
).filter(lambda part: part.strip(". ") != "")
paths = st.lists(_part, min_size=1, max_size=3).map("/".join)


@st.composite
def skeletons(draw: DrawFn) -> Skeleton:
    points = draw(st.lists(names, min_size=2, max_size=4, unique=True))
    index = st.integers(0, len(points) - 1)
    edges = draw(st.lists(st.tuples(index, index), max_size=4))
    return Skeleton(tuple(points), tuple(edges))


colors = st.integers(0, 0xFFFFFF).map("#{:06x}".format)


@st.composite
def schemas(draw: DrawFn) -> Schema:
    """Schemas whose ids, positions, parents and defaults fit together."""
    label_names = draw(st.lists(names, max_size=4, unique=True))
    labels: list[Label] = []
    for position, (id_, name) in enumerate(_numbered(draw, label_names)):
        parents = st.sampled_from([None, *(x.id for x in labels)])
        labels.append(
            Label(
                id=id_,
                name=name,
                color=draw(colors),
                hotkey=draw(st.none() | st.just(str(position + 1))),
                parent_id=draw(parents),
                kinds=draw(st.frozensets(st.sampled_from(Kind), max_size=2)),
                skeleton=draw(st.none() | skeletons()),
                position=position,
                retired=draw(st.booleans()),
                source=draw(st.none() | st.just('{"supercategory": "x"}')),
            )
        )
    return Schema(
        tuple(labels), tuple(draw(_specs(labels))), tuple(draw(_tiers())), draw(texts)
    )


def _numbered(draw: DrawFn, some: Sequence[str]) -> list[tuple[int, str]]:
    drawn = draw(st.lists(ids, min_size=len(some), max_size=len(some), unique=True))
    return list(zip(sorted(drawn), some, strict=True))


@st.composite
def _specs(draw: DrawFn, labels: Sequence[Label]) -> list[AttributeSpec]:
    spec_names = draw(st.lists(names, max_size=3, unique=True))
    found = []
    for position, (id_, name) in enumerate(_numbered(draw, spec_names)):
        spec = AttributeSpec(
            id=id_,
            owner=draw(st.sampled_from(Owner)),
            name=name,
            type=draw(st.sampled_from(ValueType)),
            label_id=draw(st.sampled_from([None, *(x.id for x in labels)])),
            choices=("low", "high", "so so"),
            required=draw(st.booleans()),
            position=position,
        )
        default = draw(st.none() | values_of(spec))
        found.append(replace(spec, default=default))
    return found


def values_of(spec: AttributeSpec) -> SearchStrategy[AttributeValue]:
    """Values that a declared attribute allows."""
    by_type: dict[ValueType, SearchStrategy[AttributeValue]] = {
        ValueType.TEXT: st.text(min_size=1, max_size=8),
        ValueType.NUMBER: st.integers(-MAX_INT, MAX_INT)
        | st.floats(allow_nan=False, allow_infinity=False),
        ValueType.BOOL: st.booleans(),
        ValueType.CHOICE: st.sampled_from(spec.choices),
        ValueType.MULTI: st.lists(
            st.sampled_from(spec.choices), min_size=1, unique=True
        ).map(tuple),
    }
    return by_type[spec.type]


@st.composite
def _tiers(draw: DrawFn) -> list[Tier]:
    tier_names = draw(st.lists(names, max_size=3))
    found: list[Tier] = []
    for position, (id_, name) in enumerate(_numbered(draw, tier_names)):
        kind = draw(st.sampled_from(TierKind))
        parent = draw(st.sampled_from([None, *(x.id for x in found)]))
        found.append(
            Tier(id=id_, name=name, kind=kind, parent_id=parent, position=position)
        )
    return found


@dataclass(frozen=True)
class World:
    """What a project may hold: every id points at something."""

    schema: Schema = field(default_factory=Schema)
    annotators: tuple[Annotator, ...] = ()
    items: tuple[Item, ...] = ()
    annotations: tuple[Annotation, ...] = ()
    relations: tuple[Relation, ...] = ()


@st.composite
def worlds(draw: DrawFn, *, most: int = 4) -> World:
    """A schema with annotators, items, annotations and relations."""
    schema = draw(schemas())
    label_ids = [None, *(x.id for x in schema.labels)]
    tier_ids = [None, *(x.id for x in schema.tiers)]
    makers = draw(st.lists(annotators(), min_size=1, max_size=2, unique_by=_id))
    things = draw(
        st.lists(
            items(),
            min_size=1,
            max_size=most,
            unique_by=(_id, lambda item: item.path),
        )
    )
    placed = [
        replace(
            mark,
            item_id=draw(st.sampled_from(things)).id,
            annotator_id=draw(st.sampled_from(makers)).id,
            label_id=draw(st.sampled_from(label_ids)),
            tier_id=draw(st.sampled_from(tier_ids)),
        )
        for mark in draw(st.lists(marks(), max_size=most, unique_by=_id))
    ]
    arcs = []
    for id_ in draw(st.lists(ids, max_size=2, unique=True)) if placed else ():
        head = draw(st.sampled_from(placed))
        tail = draw(st.sampled_from([m for m in placed if m.item_id == head.item_id]))
        arcs.append(
            Relation(
                id=id_,
                item_id=head.item_id,
                annotator_id=head.annotator_id,
                head_id=head.id,
                tail_id=tail.id,
                label_id=draw(st.sampled_from(label_ids)),
                attributes=draw(attributes()),
            )
        )
    return World(schema, tuple(makers), tuple(things), tuple(placed), tuple(arcs))


def _id(thing: Annotation | Annotator | Item) -> int:
    return thing.id


@st.composite
def edits_on(draw: DrawFn, world: World) -> Edit:
    """An edit that a project that holds `world` must accept."""
    verbs = [_edit_items, _add_marks, _edit_schema]
    if world.annotations:
        verbs += [_edit_marks, _restyle_marks]
    edit = draw(st.sampled_from(verbs))(draw, world)
    # Moved too far, or before the beginning of a text.
    assume(not any(problems_of(c.after) for c in edit.changes if c.after is not None))
    return edit


def _some(draw: DrawFn, things: Sequence[_T]) -> list[_T]:
    chosen = st.lists(
        st.sampled_from(range(len(things))), min_size=1, max_size=3, unique=True
    )
    return [things[i] for i in draw(chosen)]


def _edit_items(draw: DrawFn, world: World) -> Edit:
    some = _some(draw, world.items)
    verbs = [
        lambda: edits.set_item_status(some, draw(st.sampled_from(Status))),
        lambda: edits.set_split(some, draw(st.none() | names)),
        lambda: edits.set_attribute(some, draw(names), draw(values())),
    ]
    return draw(st.sampled_from(verbs))()


def _add_marks(draw: DrawFn, world: World) -> Edit:
    item = draw(st.sampled_from(world.items))
    maker = draw(st.sampled_from(world.annotators))
    marks = [
        Annotation(
            id=new_id(), item_id=item.id, annotator_id=maker.id, geometry=geometry
        )
        for geometry in draw(st.lists(geometries(), min_size=1, max_size=3))
    ]
    return edits.add(marks)


def _edit_schema(draw: DrawFn, world: World) -> Edit:
    schema = world.schema
    label = Label(id=new_id(), name=f"label {new_id()}", color=draw(colors))
    verbs = [lambda: edits.declare(schema, label)]
    if schema.labels:
        old = draw(st.sampled_from(schema.labels))
        index = draw(st.integers(0, len(schema.labels)))
        verbs += [
            lambda: edits.redeclare(schema, old, replace(old, color=label.color)),
            lambda: edits.move_declared(schema, old, index),
            lambda: edits.delete_label(
                schema, old, annotations=world.annotations, relations=world.relations
            ),
        ]
    return draw(st.sampled_from(verbs))()


def _edit_marks(draw: DrawFn, world: World) -> Edit:
    some = _some(draw, world.annotations)
    label = draw(st.sampled_from([None, *world.schema.labels]))
    maker = draw(st.sampled_from(world.annotators)).id
    item = draw(st.sampled_from(world.items))
    by = draw(st.tuples(st.integers(-9, 9), st.integers(-9, 9)))
    verbs = [
        lambda: edits.delete(some, world.relations),
        lambda: edits.set_geometry(some[0], draw(geometries())),
        lambda: edits.relabel(some, label),
        lambda: edits.paste(some, item.id, maker, offset=by),
        lambda: edits.duplicate(some, maker, offset=by),
    ]
    return draw(st.sampled_from(verbs))()


def _restyle_marks(draw: DrawFn, world: World) -> Edit:
    some = _some(draw, world.annotations)
    place = draw(st.sampled_from(Place))
    verbs = [
        lambda: edits.set_attribute(some, draw(names), draw(values())),
        lambda: edits.set_text(some[0], draw(texts)),
        lambda: edits.set_locked(some, locked=draw(st.booleans())),
        lambda: edits.set_status(some, draw(st.sampled_from(AnnotationStatus))),
        lambda: edits.group(some),
        lambda: edits.ungroup(some),
        lambda: edits.restack(world.annotations, [a.id for a in some], place),
    ]
    return draw(st.sampled_from(verbs))()
