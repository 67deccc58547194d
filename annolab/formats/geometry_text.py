"""Geometry as one line of text, and back, exactly.

The numbers of a point are parted by blanks, points by commas, rings by `/` (the
first of a part is its outer ring), parts by `|`. A mask is width, height and the
compressed runs of COCO; a track is a JSON list of its keyframes.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import fields
from types import MappingProxyType
from typing import Any, cast

import numpy as np

from annolab.errors import FormatError
from annolab.formats.cells import number_text
from annolab.formats.values import attributes
from annolab.model import mask as masks
from annolab.model.geometry import (
    GEOMETRIES,
    KIND_OF,
    NO_ATTRIBUTES,
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
from annolab.model.validity import problems

KINDS = MappingProxyType({kind.name.lower(): kind for kind in sorted(GEOMETRIES)})


def text_of(geometry: Geometry) -> str:
    """The geometry without its kind."""
    return _WRITERS[type(geometry)](geometry)


def geometry_of(kind: Kind, text: str) -> Geometry:
    """The geometry of a kind in a text. Raises FormatError with a sentence."""
    try:
        geometry = _READERS[kind](text)
    except (ValueError, OverflowError, LookupError, TypeError, RecursionError) as error:
        message = f"This is no geometry of the kind {kind.name.lower()}."
        raise FormatError(message) from error
    wrong = problems(geometry)
    if wrong:
        raise FormatError(wrong[0])
    return geometry


def _row(numbers: Any) -> str:
    return " ".join(map(number_text, numbers))


def _rows(points: FloatArray) -> str:
    return ", ".join(map(_row, points.tolist()))


def _points(text: str) -> FloatArray:
    numbers = [row.split() for row in text.split(",")]
    return points_array(np.array(numbers, dtype=np.float64).reshape(len(numbers), 2))


def _write_fields(geometry: Geometry) -> str:
    return _row(getattr(geometry, field.name) for field in fields(geometry))


def _reader_of_fields(kind: type[Geometry]) -> Callable[[str], Geometry]:
    count, make = len(fields(kind)), cast("Callable[..., Geometry]", kind)

    def read(text: str) -> Geometry:
        numbers = [float(word) for word in text.split()]
        if len(numbers) != count:
            raise ValueError(text)
        return make(*numbers)

    return read


def _write_polygon(polygon: Polygon) -> str:
    return " | ".join(" / ".join(map(_rows, part)) for part in polygon.parts)


def _read_polygon(text: str) -> Polygon:
    parts = [part.split("/") for part in text.split("|")]
    return Polygon(tuple(tuple(map(_points, part)) for part in parts))


def _write_points(points: Points) -> str:
    pairs = zip(points.points.tolist(), points.visibility, strict=True)
    return ", ".join(f"{_row(point)} {seen}" for point, seen in pairs)


def _read_points(text: str) -> Points:
    rows = [row.split() for row in text.split(",")]
    x, y, seen = zip(*rows, strict=True)
    places = np.array((x, y), dtype=np.float64).T
    return Points(points_array(np.ascontiguousarray(places)), tuple(map(int, seen)))


def _write_mask(mask: Mask) -> str:
    return f"{mask.width} {mask.height} {masks.counts_to_string(mask.counts)}"


def _read_mask(text: str) -> Mask:
    width, height, *runs = text.split(" ", 2)
    counts = masks.counts_from_string("".join(runs))
    return masks.from_counts(counts, int(width), int(height))


def _write_span(span: Span) -> str:
    return ", ".join(f"{start} {stop}" for start, stop in span.pieces)


def _read_span(text: str) -> Span:
    pairs = [row.split() for row in text.split(",")]
    return Span(tuple((int(start), int(stop)) for start, stop in pairs))


def _write_track(track: Track) -> str:
    return json.dumps([_keyframe(k) for k in track.keyframes], ensure_ascii=False)


def _read_track(text: str) -> Track:
    return Track(tuple(_read_keyframe(row) for row in json.loads(text)))


def _keyframe(keyframe: Keyframe) -> dict[str, object]:
    kind = KIND_OF[type(keyframe.geometry)].name.lower()
    said: dict[str, object] = {"frame": keyframe.frame, "kind": kind}
    said["geometry"] = text_of(keyframe.geometry)
    if keyframe.outside:
        said["outside"] = True
    if keyframe.attributes:
        said["attributes"] = dict(keyframe.attributes)
    return said


def _read_keyframe(row: Mapping[str, Any]) -> Keyframe:
    geometry = _READERS[KINDS[row["kind"]]](row["geometry"])
    held, rest = attributes(row.get("attributes", {}))
    if not isinstance(geometry, Shape) or type(row["frame"]) is not int or rest:
        raise TypeError(row["kind"])
    return Keyframe(
        row["frame"], geometry, row.get("outside") is True, held or NO_ATTRIBUTES
    )


_FLAT: Mapping[Kind, type[Geometry]] = {
    Kind.BOX: Box,
    Kind.ROTATED_BOX: RotatedBox,
    Kind.ELLIPSE: Ellipse,
    Kind.INTERVAL: Interval,
    Kind.INSTANT: Instant,
    Kind.TIME_BOX: TimeBox,
    Kind.WHOLE: Whole,
}
_WRITERS: Mapping[type, Callable[[Any], str]] = {
    **dict.fromkeys(_FLAT.values(), _write_fields),
    Polygon: _write_polygon,
    Polyline: lambda line: _rows(line.points),
    Points: _write_points,
    Mask: _write_mask,
    Span: _write_span,
    Track: _write_track,
}
_READERS: Mapping[Kind, Callable[[str], Geometry]] = {
    **{kind: _reader_of_fields(make) for kind, make in _FLAT.items()},
    Kind.POLYGON: _read_polygon,
    Kind.POLYLINE: lambda text: Polyline(_points(text)),
    Kind.POINTS: _read_points,
    Kind.MASK: _read_mask,
    Kind.SPAN: _read_span,
    Kind.TRACK: _read_track,
}
