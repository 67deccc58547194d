"""What a mark looks like: the geometry kinds, frozen and comparable by value.

Pixels are float64 in the upright (EXIF-applied) image, x to the right, y down;
(0, 0) is the outer corner of the first pixel, so `Box(0, 0, 1, 1)` encloses it
(pycocotools `mask.py`). Angles are degrees, clockwise on the screen (CVAT).
Times are float64 seconds, text offsets Python code points, half-open.
Arrays are read-only; nobody writes into a geometry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import IntEnum
from types import MappingProxyType
from typing import TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

FloatArray: TypeAlias = NDArray[np.float64]
AttributeValue: TypeAlias = (
    str | int | float | bool | tuple["AttributeValue", ...] | None
)
Attributes: TypeAlias = Mapping[str, AttributeValue]
NO_ATTRIBUTES: Attributes = MappingProxyType({})


def no_attributes() -> Attributes:
    """The empty mapping, as a default factory (unhashable before Python 3.12)."""
    return NO_ATTRIBUTES


# Farther out is no place on a picture; squares and products stay exact enough.
MAX_COORDINATE = 1e9


class Kind(IntEnum):
    """The geometry kinds; the numbers are stored in project files.

    RELATION and EVENT are of no geometry: they say what a label is offered for. A
    span with an EVENT label is a trigger, and the relations from it its arguments.
    """

    BOX = 1
    ROTATED_BOX = 2
    POLYGON = 3
    POLYLINE = 4
    POINTS = 5
    ELLIPSE = 6
    MASK = 7
    SPAN = 8
    INTERVAL = 9
    INSTANT = 10
    TIME_BOX = 11
    TRACK = 12
    WHOLE = 13
    RELATION = 14
    EVENT = 15


def read_only(array: FloatArray) -> FloatArray:
    """Return `array` itself, which nobody may write into from now on."""
    array.flags.writeable = False
    return array


def points_array(values: ArrayLike) -> FloatArray:
    """Return `values` as a read-only (n, 2) float64 array; flat lists are paired.

    Raises ValueError when the numbers do not pair up.
    """
    array = np.array(values, dtype=np.float64)
    if array.ndim != 2 or array.shape[1] != 2:
        array = array.reshape(-1, 2)
    return read_only(array)


def _equal(a: object, b: object) -> bool:
    if isinstance(a, np.ndarray):
        return isinstance(b, np.ndarray) and np.array_equal(a, b)
    if isinstance(a, tuple) and isinstance(b, tuple):
        return len(a) == len(b) and all(map(_equal, a, b))
    return bool(a == b)


def _hashable(value: object) -> object:
    if isinstance(value, np.ndarray):
        return value.shape, (value + 0.0).tobytes()
    if isinstance(value, tuple):
        return tuple(map(_hashable, value))
    return value


class _ByValue:
    """Equality and hash by value for dataclasses that hold arrays."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if self is other:
            return True
        if type(self) is not type(other):
            return NotImplemented
        return all(
            _equal(getattr(self, f.name), getattr(other, f.name))
            for f in fields(self)  # type: ignore[arg-type]
        )

    def __hash__(self) -> int:
        values = [getattr(self, f.name) for f in fields(self)]  # type: ignore[arg-type]
        return hash((type(self), *map(_hashable, values)))


@dataclass(frozen=True, slots=True)
class Box:
    """An upright rectangle: left, top, width and height in pixels."""

    x: float
    y: float
    w: float
    h: float


@dataclass(frozen=True, slots=True)
class RotatedBox:
    """A rectangle turned by `angle` degrees, clockwise, about its centre."""

    cx: float
    cy: float
    w: float
    h: float
    angle: float


@dataclass(frozen=True, slots=True, eq=False)
class Polygon(_ByValue):
    """The union of parts; a part is an outer ring followed by its holes.

    A ring is an (n, 2) array and is not closed: the last point differs from the
    first unless the source repeated it. Winding does not matter.
    """

    parts: tuple[tuple[FloatArray, ...], ...]

    @classmethod
    def of(cls, outer: ArrayLike, *holes: ArrayLike) -> Polygon:
        """One part: an outer ring, then its holes."""
        return cls((tuple(points_array(ring) for ring in (outer, *holes)),))

    @property
    def rings(self) -> tuple[FloatArray, ...]:
        """All rings of all parts, in order."""
        return tuple(ring for part in self.parts for ring in part)


@dataclass(frozen=True, slots=True, eq=False)
class Polyline(_ByValue):
    """An open line through an (n, 2) array of points."""

    points: FloatArray

    @classmethod
    def of(cls, points: ArrayLike) -> Polyline:
        """Make one from any sequence of points."""
        return cls(points_array(points))


@dataclass(frozen=True, slots=True, eq=False)
class Points(_ByValue):
    """Points or the keypoints of a skeleton: (n, 2), and COCO visibility each.

    Visibility: 0 not labelled, 1 labelled but hidden, 2 visible. The names and
    edges of the keypoints belong to the label (`schema.Skeleton`).
    """

    points: FloatArray
    visibility: tuple[int, ...]

    @classmethod
    def of(cls, points: ArrayLike, visibility: Iterable[int] | None = None) -> Points:
        """Make one; without visibility every point is visible."""
        array = points_array(points)
        seen = (2,) * len(array) if visibility is None else tuple(visibility)
        return cls(array, seen)


@dataclass(frozen=True, slots=True)
class Ellipse:
    """Centre, radii and clockwise turn in degrees."""

    cx: float
    cy: float
    rx: float
    ry: float
    angle: float = 0.0


@dataclass(frozen=True, slots=True, eq=False)
class Mask(_ByValue):
    """Pixels of the whole image as COCO run lengths: column-major, zeros first."""

    width: int
    height: int
    counts: NDArray[np.uint32]


@dataclass(frozen=True, slots=True)
class Span:
    """One or more half-open pieces of a text, in code points."""

    pieces: tuple[tuple[int, int], ...]


@dataclass(frozen=True, slots=True)
class Interval:
    """From `start` to `stop`, in seconds."""

    start: float
    stop: float


@dataclass(frozen=True, slots=True)
class Instant:
    """One time, in seconds."""

    time: float


@dataclass(frozen=True, slots=True)
class TimeBox:
    """An interval in seconds and a band from `low` to `high` in hertz."""

    start: float
    stop: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Whole:
    """The whole item, or the whole of one frame."""


Shape: TypeAlias = (
    Box | RotatedBox | Polygon | Polyline | Points | Ellipse | Mask | Whole
)


@dataclass(frozen=True, slots=True)
class Keyframe:
    """A track at one frame; `outside` says it is not seen from here on (CVAT)."""

    frame: int
    geometry: Shape
    outside: bool = False
    attributes: Attributes = field(default_factory=no_attributes, hash=False)


@dataclass(frozen=True, slots=True)
class Track:
    """One object through frames; keyframes in rising order of frame."""

    keyframes: tuple[Keyframe, ...]


Geometry: TypeAlias = Shape | Span | Interval | Instant | TimeBox | Track

KIND_OF: Mapping[type, Kind] = MappingProxyType(
    {
        Box: Kind.BOX,
        RotatedBox: Kind.ROTATED_BOX,
        Polygon: Kind.POLYGON,
        Polyline: Kind.POLYLINE,
        Points: Kind.POINTS,
        Ellipse: Kind.ELLIPSE,
        Mask: Kind.MASK,
        Span: Kind.SPAN,
        Interval: Kind.INTERVAL,
        Instant: Kind.INSTANT,
        TimeBox: Kind.TIME_BOX,
        Track: Kind.TRACK,
        Whole: Kind.WHOLE,
    }
)

GEOMETRIES = frozenset(KIND_OF.values())
"""The kinds that are of a geometry."""


def kind_of(geometry: Geometry) -> Kind:
    """The kind of a geometry."""
    return KIND_OF[type(geometry)]


def polygon_from_rings(rings: Sequence[ArrayLike]) -> Polygon:
    """A polygon of several parts without holes (a COCO segmentation list)."""
    return Polygon(tuple((points_array(ring),) for ring in rings))
