"""Many shapes and pictures turned into pixels by OpenCV, which can work in a thread."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum
from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

Pixels = NDArray[np.uint8]
FILL = 31  # of 255: how opaque the inside of a shape is, unless told
_SHIFT = 4  # fractional bits of a coordinate
_FAR = float(1 << 24)  # pixels: OpenCV counts in 32 bits, four of them fractional
_TINY = 4.0  # pixels: a shape that is smaller is drawn as its box
_COARSE = 40.0  # pixels: a shape that is smaller is drawn with few points
_COARSE_POINTS = 8
_WHOLE = 20.0  # pixels: a shape that is smaller is drawn without anti-aliasing
_MANY = 3000  # shapes in sight from which that is so below `_COARSE`
_DOT_RADIUS = 3  # lines
_HALF = 1 << (_SHIFT - 1)
_HALO = (0, 0, 0, 70)
_DASHES = {1: (6, 4), 2: (2, 3)}  # lines of ink and of gap, by pattern
_MOST_DASHES = 4000
SMALLEST_LEVEL = 1024  # pixels: halving stops when the longer side is below


@dataclass(frozen=True, slots=True)
class Outlines:
    """Shapes as arrays: n shapes, r rings, v points in image pixels.

    Ring k belongs to shape `ring_shape[k]` (rising) and has the points
    `points[ring_start[k] : ring_start[k + 1]]`. `box`: x0, y0, x1, y1.
    `color`: red, green, blue.
    """

    points: NDArray[np.float64]  # (v, 2)
    ring_start: NDArray[np.int64]  # (r + 1,)
    ring_shape: NDArray[np.int64]  # (r,)
    box: NDArray[np.float64]  # (n, 4)
    color: NDArray[np.uint8]  # (n, 3)
    closed: NDArray[np.bool_]  # (n,)
    dots: NDArray[np.bool_]  # (n,): points that are not joined
    upright: NDArray[np.bool_]  # (n,): its lines run along rows and columns
    pattern: NDArray[np.uint8]  # (n,): a `Pattern`


class Pattern(IntEnum):
    """How the outline of a shape is drawn."""

    LINE = 0
    DASHED = 1
    DOTTED = 2


@dataclass(frozen=True, slots=True)
class Ink:
    """How outlines are drawn: `line` pixels wide, with a dark halo or without.

    Those of the shapes `strong` (row numbers) are twice as wide, and drawn last.
    `fill`: how opaque insides are, of 255.
    """

    line: int = 1
    halo: bool = False
    strong: frozenset[int] = frozenset()
    fill: int = FILL


PLAIN_INK = Ink()


@dataclass(frozen=True, slots=True)
class Placement:
    """Pixel = image place * scale + (x, y), on a raster of width by height pixels."""

    scale: float
    x: float
    y: float
    width: int
    height: int


def rasterize(
    shapes: Outlines, place: Placement, rows: NDArray[np.intp], ink: Ink = PLAIN_INK
) -> Pixels:
    """The shapes `rows` as (height, width, 4) premultiplied BGRA.

    A smaller shape covers the inside of a larger one.
    What is not seen costs little.
    """
    raster = np.zeros((place.height, place.width, 4), np.uint8)
    seen = rows[_in_sight(shapes.box[rows], place)]
    rings = _rings(shapes, seen, place)
    smooth_from = _WHOLE if len(seen) <= _MANY else _COARSE
    whole = shapes.upright | (_extent(shapes.box) * place.scale < smooth_from)
    if ink.fill:
        _fill(raster, shapes, rings, ink.fill)
    if ink.halo:
        _shade(raster, shapes, rings, ink.line)
        # OpenCV's smooth lines are pale beside a halo: twice makes them full.
        _stroke(raster, shapes, rings, ink.line, whole)
    if ink.strong:
        strong = [ring for ring in rings if ring[0] in ink.strong]
        rings = [ring for ring in rings if ring[0] not in ink.strong]
        _stroke(raster, shapes, rings, ink.line, whole)
        _stroke(raster, shapes, strong, 2 * ink.line, whole)
    else:
        _stroke(raster, shapes, rings, ink.line, whole)
    return raster


_Ring = tuple[int, NDArray[np.int32]]


def _in_sight(box: NDArray[np.float64], place: Placement) -> NDArray[np.bool_]:
    left, top = -place.x / place.scale, -place.y / place.scale
    right = (place.width - place.x) / place.scale
    bottom = (place.height - place.y) / place.scale
    slack = 4 / place.scale
    seen: NDArray[np.bool_] = (
        (box[:, 2] >= left - slack)
        & (box[:, 0] <= right + slack)
        & (box[:, 3] >= top - slack)
        & (box[:, 1] <= bottom + slack)
    )
    return seen


def _extent(box: NDArray[np.float64]) -> NDArray[np.float64]:
    """The longer side of boxes."""
    return np.maximum(box[:, 2] - box[:, 0], box[:, 3] - box[:, 1])


def _rings(shapes: Outlines, rows: NDArray[np.intp], place: Placement) -> list[_Ring]:
    """The rings of `rows` in fixed-point pixels, with fewer points where small."""
    wanted = np.zeros(len(shapes.box), np.bool_)
    wanted[rows] = True
    extent = _extent(shapes.box) * place.scale
    numbers = np.flatnonzero(wanted[shapes.ring_shape])
    starts, stops = shapes.ring_start[numbers], shapes.ring_start[numbers + 1]
    counts = stops - starts
    ends = np.cumsum(counts)
    firsts = ends - counts
    places = np.arange(counts.sum()) + np.repeat(starts - firsts, counts)
    offset = np.array((place.x - 0.5, place.y - 0.5))
    pixels = np.clip(shapes.points[places] * place.scale + offset, -_FAR, _FAR)
    fixed = np.rint(pixels * (1 << _SHIFT)).astype(np.int32)
    owners = shapes.ring_shape[numbers].tolist()
    rings: list[_Ring] = []
    sizes = extent[shapes.ring_shape[numbers]].tolist()
    pairs = zip(firsts.tolist(), ends.tolist(), strict=True)
    for owner, size, (start, stop) in zip(owners, sizes, pairs, strict=True):
        count = stop - start
        if not count:
            continue
        step = 1
        if size < _COARSE and count > _COARSE_POINTS:
            step = count // (2 if size < _TINY else _COARSE_POINTS) or 1
        ring = fixed[start:stop]
        rings.append((owner, ring if step == 1 else ring[::step].copy()))
    return rings


def _fill(raster: Pixels, shapes: Outlines, rings: list[_Ring], fill: int) -> None:
    """Fill the insides, large shapes first; holes by the even-odd rule."""
    import cv2

    groups: dict[int, list[NDArray[np.int32]]] = {}
    for owner, ring in rings:
        groups.setdefault(owner, []).append(ring)
    owners = np.fromiter(groups, np.intp, len(groups))
    owners = owners[shapes.closed[owners]]
    box = shapes.box[owners]
    area = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
    owners = owners[np.argsort(-area, kind="stable")]
    colors = shapes.color[owners, ::-1].astype(np.uint16) * fill // 255
    for owner, color in zip(owners.tolist(), colors.tolist(), strict=True):
        cv2.fillPoly(raster, groups[owner], (*color, fill), cv2.LINE_8, _SHIFT)


def _shade(raster: Pixels, shapes: Outlines, rings: list[_Ring], line: int) -> None:
    """A dark, translucent band under the outlines."""
    import cv2

    owners = [owner for owner, _ in rings]
    closed, dots = shapes.closed[owners].tolist(), shapes.dots[owners].tolist()
    for is_closed in (True, False):
        lines = [
            ring
            for (_, ring), this, points in zip(rings, closed, dots, strict=True)
            if this is is_closed and not points
        ]
        wide = line + 2 * (line if is_closed else 2 * line)
        cv2.polylines(raster, lines, is_closed, _HALO, wide, cv2.LINE_8, _SHIFT)


def _stroke(
    raster: Pixels,
    shapes: Outlines,
    rings: list[_Ring],
    line: int,
    whole: NDArray[np.bool_],
) -> None:
    """Draw the outlines, those of one colour and kind in one call.

    Those of the shapes `whole` cover whole pixels, without anti-aliasing.
    """
    batches: dict[_Batch, list[NDArray[np.int32]]] = {}
    owners = [owner for owner, _ in rings]
    colors = shapes.color[owners, ::-1].tolist()
    kinds = zip(
        shapes.closed[owners].tolist(),
        shapes.dots[owners].tolist(),
        whole[owners].tolist(),
        shapes.pattern[owners].tolist(),
        strict=True,
    )
    for (_, ring), color, kind in zip(rings, colors, kinds, strict=True):
        batches.setdefault(_Batch(tuple(color), *kind), []).append(ring)
    for batch, lines in batches.items():
        _stroke_batch(raster, batch, lines, line)


class _Batch(NamedTuple):
    color: tuple[int, ...]
    closed: bool
    dots: bool
    whole: bool
    pattern: int


def _stroke_batch(
    raster: Pixels, batch: _Batch, lines: list[NDArray[np.int32]], line: int
) -> None:
    import cv2

    ink: Any = (*batch.color, 255)
    if batch.dots:
        radius = (_DOT_RADIUS * line) << _SHIFT
        for x, y in np.concatenate(lines).tolist():
            cv2.circle(raster, (x, y), radius, ink, -1, cv2.LINE_AA, _SHIFT)
        return
    kind, closed = cv2.LINE_AA, batch.closed
    if batch.whole:
        kind = cv2.LINE_8
        lines = [(ring + _HALF) >> _SHIFT << _SHIFT for ring in lines]
    if batch.pattern:
        on, off = _DASHES[batch.pattern]
        dashes = (line * on * (1 << _SHIFT), line * off * (1 << _SHIFT))
        lines = [
            dash for ring in lines for dash in _dashed(ring, dashes, closed=closed)
        ]
        closed = False
    wide = line if batch.closed else 2 * line
    cv2.polylines(raster, lines, closed, ink, wide, kind, _SHIFT)


def _dashed(
    ring: NDArray[np.int32], dashes: tuple[int, int], *, closed: bool
) -> list[NDArray[np.int32]]:
    """A line cut into dashes of a length with gaps of a length between them."""
    points = np.concatenate((ring, ring[:1])) if closed else ring
    steps = np.hypot(*np.diff(points, axis=0).T.astype(np.float64))
    along = np.concatenate(([0.0], np.cumsum(steps)))
    period = sum(dashes)
    if along[-1] > _MOST_DASHES * period:
        return [points]
    starts = np.arange(0.0, along[-1], period)
    ends = np.minimum(starts + dashes[0], along[-1])
    both = np.column_stack((starts, ends))
    x = np.interp(both, along, points[:, 0])
    y = np.interp(both, along, points[:, 1])
    return list(np.rint(np.stack((x, y), axis=2)).astype(np.int32))


def levels(pixels: Pixels, *, smallest: int = SMALLEST_LEVEL) -> list[Pixels]:
    """Pixels of a picture, and halved again and again for a view from afar.

    Halving averages, and ends when the longer side is `smallest` or less.
    """
    import cv2

    found = [pixels]
    while max(pixels.shape[:2]) > smallest and min(pixels.shape[:2]) > 1:
        height, width = pixels.shape[:2]
        size = ((width + 1) // 2, (height + 1) // 2)
        pixels = np.asarray(
            cv2.resize(pixels, size, interpolation=cv2.INTER_AREA), np.uint8
        )
        found.append(pixels)
    return found
