"""What is wrong with a value, in sentences; nothing wrong: no sentences.

What has no problems can be kept in a project; the store refuses the rest, and
importers report it.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping
from itertools import pairwise
from typing import Any, TypeAlias

import numpy as np

from annolab.model.annotation import Annotation
from annolab.model.edit import Entity
from annolab.model.geometry import (
    MAX_COORDINATE,
    Box,
    Ellipse,
    FloatArray,
    Geometry,
    Instant,
    Interval,
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
from annolab.model.mask import MAX_PIXELS
from annolab.model.measure import bounds
from annolab.model.schema import AttributeSpec, Label, Schema, Skeleton, Tier, ValueType
from annolab.model.values import (
    MAX_INT,
    SEPARATOR,
    attribute_problems,
    check_value,
    value_problem,
)

Problems: TypeAlias = tuple[str, ...]
_Declared: TypeAlias = Label | AttributeSpec | Tier

_FLOAT = np.dtype(np.float64)
_SHAPES = (Box, RotatedBox, Polygon, Polyline, Points, Ellipse, Mask, Whole)

FAR = "A coordinate is not a number, or farther out than 1,000,000,000 pixels."
NEGATIVE_SIZE = "A width, height or radius is negative."
FLAT_RING = "A polygon needs at least 3 points in every ring."
SHORT_LINE = "A line needs at least 2 points."
NO_POINTS = "It has no points."
NO_ARRAY = "Points must be pairs of numbers."
VISIBILITY = "Every point needs a visibility of 0, 1 or 2."
MASK_SIZE = "A mask has a size that no picture has."
MASK_RUNS = "The runs of a mask do not fill its picture."
OTHER_SIZE = "A mask has another size than the picture."
OUTSIDE = "It lies outside the picture."
NO_SPAN = "A span needs at least 1 piece, and every piece a character."
SPAN_ORDER = "The pieces of a span must rise and not overlap."
NO_TIME = "A time or frequency is not a number."
REVERSED = "It stops before it starts."
NO_KEYFRAMES = "A track needs at least 1 keyframe."
KEYFRAME_ORDER = "The keyframes of a track must have rising frames from 0 on."
NEGATIVE_FRAME = "A frame is negative."
KEYFRAME_KIND = "A keyframe must hold a shape that lies on a picture."


def problems(
    geometry: Geometry, width: int | None = None, height: int | None = None
) -> Problems:
    """What is wrong with a geometry, also as to its picture if the size is given.

    A shape that crosses itself or the edge of the picture has no problem.
    """
    found = _PROBLEMS[type(geometry)](geometry)
    if width is None or height is None or found:
        return found
    if isinstance(geometry, Mask):
        same = (geometry.width, geometry.height) == (width, height)
        return () if same else (OTHER_SIZE,)
    box = bounds(geometry)
    if box is None or (box[0] <= width and box[1] <= height and min(box[2:]) >= 0):
        return ()
    return (OUTSIDE,)


def _near(*numbers: float) -> bool:
    return all(-MAX_COORDINATE <= x <= MAX_COORDINATE for x in numbers)


def _sized(numbers: tuple[float, ...], sizes: tuple[float, float]) -> Problems:
    if not _near(*numbers, *sizes):
        return (FAR,)
    return (NEGATIVE_SIZE,) if min(sizes) < 0 else ()


def _array_problem(points: FloatArray) -> str | None:
    shape = points.shape
    if len(shape) != 2 or shape[1] != 2 or points.dtype != _FLOAT:
        return NO_ARRAY
    if not shape[0]:
        return None
    # argmin is the fastest way to a minimum, and finds NaN, which is not near.
    flat = points.ravel()
    low, high = flat[flat.argmin()], flat[flat.argmax()]
    return None if low >= -MAX_COORDINATE and high <= MAX_COORDINATE else FAR


def _points_problems(points: FloatArray, least: int, too_few: str) -> Problems:
    problem = _array_problem(points)
    if problem is not None:
        return (problem,)
    return (too_few,) if len(points) < least else ()


def _polygon_problems(polygon: Polygon) -> Problems:
    parts = polygon.parts
    if len(parts) == 1 and len(parts[0]) == 1:  # nearly all of them
        return _points_problems(parts[0][0], 3, FLAT_RING)
    if not parts or not all(parts):
        return (FLAT_RING,)
    found = [_points_problems(ring, 3, FLAT_RING) for ring in polygon.rings]
    return tuple(dict.fromkeys(x for each in found for x in each))


def _visibility_problems(points: Points) -> Problems:
    found = _points_problems(points.points, 1, NO_POINTS)
    seen = points.visibility
    if len(seen) != len(points.points) or not set(seen) <= {0, 1, 2}:
        return (*found, VISIBILITY)
    return found


def _mask_problems(mask: Mask) -> Problems:
    size = mask.width * mask.height
    if mask.width < 1 or mask.height < 1 or size > MAX_PIXELS:
        return (MASK_SIZE,)
    counts = mask.counts
    if counts.ndim != 1 or counts.dtype != np.uint32 or counts.sum() != size:
        return (MASK_RUNS,)
    return ()


def _span_problems(span: Span) -> Problems:
    if not span.pieces or any(stop <= start for start, stop in span.pieces):
        return (NO_SPAN,)
    places = [0, *(place for piece in span.pieces for place in piece), MAX_INT]
    return (SPAN_ORDER,) if sorted(places) != places else ()


def _time_problems(*pairs: tuple[float, float]) -> Problems:
    if not all(math.isfinite(x) for pair in pairs for x in pair):
        return (NO_TIME,)
    return (REVERSED,) if any(stop < start for start, stop in pairs) else ()


def _track_problems(track: Track) -> Problems:
    keys = track.keyframes
    if not keys:
        return (NO_KEYFRAMES,)
    frames = [-1, *(key.frame for key in keys), MAX_INT]
    found = []
    if any(b <= a for a, b in pairwise(frames)):
        found.append(KEYFRAME_ORDER)
    for key in keys:
        if type(key.geometry) not in _SHAPES:
            found.append(KEYFRAME_KIND)
        else:
            found += _PROBLEMS[type(key.geometry)](key.geometry)
        found += attribute_problems(key.attributes)
    return tuple(dict.fromkeys(found))


_PROBLEMS: dict[type, Callable[[Any], Problems]] = {
    Box: lambda b: _sized((b.x, b.y), (b.w, b.h)),
    RotatedBox: lambda b: _sized((b.cx, b.cy, b.angle), (b.w, b.h)),
    Ellipse: lambda e: _sized((e.cx, e.cy, e.angle), (e.rx, e.ry)),
    Polygon: _polygon_problems,
    Polyline: lambda p: _points_problems(p.points, 2, SHORT_LINE),
    Points: _visibility_problems,
    Mask: _mask_problems,
    Span: _span_problems,
    Interval: lambda i: _time_problems((i.start, i.stop)),
    Instant: lambda i: _time_problems((i.time, i.time)),
    TimeBox: lambda t: _time_problems((t.start, t.stop), (t.low, t.high)),
    Track: _track_problems,
    Whole: lambda _: (),
}


def problems_of(entity: Entity | Skeleton) -> Problems:
    """Why an annotation, item, label ... cannot be kept."""
    found: list[str] = []
    for name in entity.__dataclass_fields__:
        found += _field_problems(getattr(entity, name))
    if isinstance(entity, Annotation) and (entity.frame or 0) < 0:
        found.append(NEGATIVE_FRAME)
    return tuple(dict.fromkeys(found))


def _field_problems(value: Any) -> Problems:
    if value is None:
        return ()
    find = _PROBLEMS.get(type(value))
    if find is not None:
        return find(value)
    if isinstance(value, Mapping):
        return attribute_problems(value)
    if isinstance(value, Skeleton):
        return problems_of(value)
    if isinstance(value, bytes | frozenset):
        return ()
    problem = value_problem(value)
    return () if problem is None else (problem,)


def schema_problem(schema: Schema, entity: _Declared) -> str | None:
    """What keeps a label, attribute or tier from being declared or changed so."""
    if not entity.name.strip():
        return "Give it a name."
    match entity:
        case Label():
            return _label_problem(schema, entity)
        case AttributeSpec():
            return _spec_problem(schema, entity)
        case Tier():
            return _parent_problem(schema.tiers, entity, "tier")


def _label_problem(schema: Schema, label: Label) -> str | None:
    for other in schema.labels:
        if other.id == label.id:
            continue
        if other.name == label.name:
            return f"There is already a label called {label.name}."
        if label.hotkey and other.hotkey == label.hotkey:
            return f"The key {label.hotkey} already belongs to {other.name}."
    return _parent_problem(schema.labels, label, "label")


def _parent_problem(
    declared: Iterable[Label | Tier], entity: Label | Tier, what: str
) -> str | None:
    parents = {x.id: x.parent_id for x in declared}
    above = entity.parent_id
    for _ in range(len(parents) + 1):
        if above is None:
            return None
        if above not in parents and above != entity.id:
            return f"The {what} above {entity.name} is not there."
        if above == entity.id:
            break
        above = parents[above]
    return f"The {what} {entity.name} cannot lie under itself."


def _spec_problem(schema: Schema, spec: AttributeSpec) -> str | None:
    for x in schema.attributes:
        same_owner = (x.owner, x.label_id) == (spec.owner, spec.label_id)
        if x.id != spec.id and same_owner and x.name == spec.name:
            return f"There is already an attribute called {spec.name}."
    if spec.type in (ValueType.CHOICE, ValueType.MULTI):
        if not spec.choices or not all(choice.strip() for choice in spec.choices):
            return f"Give {spec.name} at least one choice, and each of them a text."
        if len(set(spec.choices)) < len(spec.choices):
            return f"Two choices of {spec.name} are the same."
    if spec.type is ValueType.MULTI and any(SEPARATOR in x for x in spec.choices):
        return f"A choice of {spec.name} must not contain {SEPARATOR!r}."
    if spec.default is not None:
        return check_value(spec, spec.default)
    return None
