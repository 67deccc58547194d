"""The shapes of one item as arrays, for hit tests, culling and drawing. No Qt."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from enum import IntFlag
from math import tau
from typing import Any

import numpy as np
from numpy.typing import NDArray

from annolab.media.raster import Outlines, Pattern
from annolab.model import mask as masks
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Mask,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Whole,
)
from annolab.model.measure import corners, turn
from annolab.model.schema import Schema

NO_LABEL_COLOR = (230, 232, 236)
OCCLUDED = "occluded"
_ELLIPSE_POINTS = 72
FEW_POINT_SETS = 200
Rows = NDArray[np.intp]
RGB = tuple[int, int, int]


class Flag(IntFlag):
    """What else is known of a shape."""

    NONE = 0
    HIDDEN = 1
    LOCKED = 2
    SUGGESTED = 4
    OCCLUDED = 8


@dataclass(frozen=True, slots=True)
class Mark:
    """An annotation as it is drawn. `rings` are in image pixels."""

    annotation: Annotation
    rings: tuple[FloatArray, ...]
    closed: bool
    color: RGB
    flags: Flag = Flag.NONE

    @property
    def id(self) -> int:
        """The id of the annotation."""
        return self.annotation.id

    @property
    def shape(self) -> Shape:
        """The geometry; a mark is only made of shapes."""
        geometry = self.annotation.geometry
        if not isinstance(geometry, SHAPES):
            raise TypeError(geometry)
        return geometry


SHAPES = (Box, RotatedBox, Polygon, Polyline, Points, Ellipse, Mask, Whole)


def outline(shape: Shape) -> tuple[tuple[FloatArray, ...], bool]:
    """The rings that are drawn of a shape, and whether they are closed."""
    match shape:
        case Polygon():
            return shape.rings, True
        case Polyline() | Points():
            return (_line(shape),), False
        case Box() | RotatedBox():
            return (corners(shape),), True
        case Ellipse():
            return (ellipse_ring(shape),), True
        case Mask():
            return _mask_ring(shape), True
        case _:
            return (), False


def _line(shape: Polyline | Points) -> FloatArray:
    if isinstance(shape, Polyline):
        return shape.points
    seen: FloatArray = shape.points[np.array(shape.visibility, np.int64) > 0]
    return seen


def ellipse_ring(ellipse: Ellipse, count: int = _ELLIPSE_POINTS) -> FloatArray:
    """An ellipse as a ring of points."""
    t = np.linspace(0, tau, count, endpoint=False)
    x, y = ellipse.rx * np.cos(t), ellipse.ry * np.sin(t)
    c, s = turn(ellipse.angle)
    return np.column_stack((ellipse.cx + x * c - y * s, ellipse.cy + x * s + y * c))


def _mask_ring(mask: Mask) -> tuple[FloatArray, ...]:
    box = masks.bbox(mask)
    if box is None:
        return ()
    x, y, w, h = map(float, box)
    return (np.array([(x, y), (x + w, y), (x + w, y + h), (x, y + h)]),)


def rgb(color: str) -> RGB:
    """`#rrggbb` as three numbers; the colour of "no label" when it is not one."""
    try:
        value = int(color.removeprefix("#"), 16)
    except ValueError:
        return NO_LABEL_COLOR
    return (value >> 16 & 255, value >> 8 & 255, value & 255)


def mark_of(annotation: Annotation, colors: dict[int, RGB]) -> Mark | None:
    """An annotation as it is drawn; None when it is no shape."""
    shape = annotation.geometry
    if not isinstance(shape, SHAPES):
        return None
    rings, closed = outline(shape)
    flags = Flag.LOCKED if annotation.locked else Flag.NONE
    if annotation.status is AnnotationStatus.SUGGESTED:
        flags |= Flag.SUGGESTED
    if annotation.attributes.get(OCCLUDED) is True:
        flags |= Flag.OCCLUDED
    color = colors.get(annotation.label_id or 0, NO_LABEL_COLOR)
    return Mark(annotation, rings, closed, color, flags)


def label_colors(schema: Schema) -> dict[int, RGB]:
    """The colours of the labels by id."""
    return {label.id: rgb(label.color) for label in schema.labels}


def packed(marks: Sequence[Mark]) -> Outlines:
    """Marks as arrays."""
    rings = [(i, ring) for i, mark in enumerate(marks) for ring in mark.rings]
    sizes = [len(ring) for _, ring in rings]
    boxes = [_box(mark.rings) for mark in marks]
    return Outlines(
        points=np.concatenate([ring for _, ring in rings], dtype=np.float64)
        if rings
        else np.empty((0, 2)),
        ring_start=np.concatenate(([0], np.cumsum(sizes, dtype=np.int64))),
        ring_shape=np.array([i for i, _ in rings], np.int64),
        box=np.array(boxes, np.float64).reshape(-1, 4),
        color=np.array([mark.color for mark in marks], np.uint8).reshape(-1, 3),
        closed=np.array([mark.closed for mark in marks], np.bool_),
        dots=np.array([_is(mark, Points) for mark in marks], np.bool_),
        upright=np.array([_is(mark, Box) for mark in marks], np.bool_),
        pattern=np.array([_pattern(mark.flags) for mark in marks], np.uint8),
    )


def _pattern(flags: Flag) -> Pattern:
    """Dashes say suggestion, dots occluded or locked."""
    if flags & Flag.SUGGESTED:
        return Pattern.DASHED
    if flags & (Flag.OCCLUDED | Flag.LOCKED):
        return Pattern.DOTTED
    return Pattern.LINE


def _is(mark: Mark, kind: type) -> bool:
    return isinstance(mark.annotation.geometry, kind)


_NOWHERE = (np.inf, np.inf, -np.inf, -np.inf)


def _box(rings: tuple[FloatArray, ...]) -> tuple[float, ...]:
    filled = [ring for ring in rings if len(ring)]
    if not filled:
        return _NOWHERE
    low = np.min([ring.min(axis=0) for ring in filled], axis=0)
    high = np.max([ring.max(axis=0) for ring in filled], axis=0)
    return (*low.tolist(), *high.tolist())


def spliced(arrays: Outlines, start: int, stop: int, new: Outlines) -> Outlines:
    """The arrays with the shapes `start` to `stop` replaced by those of `new`."""
    first, last = np.searchsorted(arrays.ring_shape, (start, stop))
    a, b = arrays.ring_start[first], arrays.ring_start[last]
    grown = len(new.points) - (b - a)
    more = len(new.box) - (stop - start)
    cat = np.concatenate
    return Outlines(
        points=cat((arrays.points[:a], new.points, arrays.points[b:])),
        ring_start=cat(
            (
                arrays.ring_start[:first],
                new.ring_start[:-1] + a,
                arrays.ring_start[last:] + grown,
            )
        ),
        ring_shape=cat(
            (
                arrays.ring_shape[:first],
                new.ring_shape + start,
                arrays.ring_shape[last:] + more,
            )
        ),
        box=cat((arrays.box[:start], new.box, arrays.box[stop:])),
        color=cat((arrays.color[:start], new.color, arrays.color[stop:])),
        closed=cat((arrays.closed[:start], new.closed, arrays.closed[stop:])),
        dots=cat((arrays.dots[:start], new.dots, arrays.dots[stop:])),
        upright=cat((arrays.upright[:start], new.upright, arrays.upright[stop:])),
        pattern=cat((arrays.pattern[:start], new.pattern, arrays.pattern[stop:])),
    )


class ShapeStore:
    """The marks of one item in drawing order; `revision` grows with each change."""

    def __init__(self) -> None:
        self.revision = 0
        self.arrays = packed(())
        self._marks: list[Mark] = []
        self._row: dict[int, int] | None = {}
        self._hidden = np.zeros(0, np.bool_)
        self._hidden_ids: frozenset[int] = frozenset()
        self._masks = np.zeros(0, np.bool_)
        self._wholes = np.zeros(0, np.bool_)

    def __len__(self) -> int:
        return len(self._marks)

    def __iter__(self) -> Iterator[Mark]:
        return iter(self._marks)

    def get(self, annotation_id: int) -> Mark | None:
        """The mark of an annotation, or None."""
        row = self._rows().get(annotation_id)
        return None if row is None else self._marks[row]

    def at(self, row: int) -> Mark:
        """The mark of a row."""
        return self._marks[row]

    def rows_of(self, ids: Iterable[int]) -> Rows:
        """The rows of those annotations that are here."""
        rows = self._rows()
        return np.array(sorted(rows[i] for i in ids if i in rows), np.intp)

    def _rows(self) -> dict[int, int]:
        if self._row is None:
            self._row = {mark.id: row for row, mark in enumerate(self._marks)}
        return self._row

    def load(self, marks: Iterable[Mark]) -> None:
        """Hold other marks."""
        self._marks = sorted(marks, key=_order)
        self.arrays = packed(self._marks)
        self._masks = np.array([_is(mark, Mask) for mark in self._marks], np.bool_)
        self._wholes = np.array([_is(mark, Whole) for mark in self._marks], np.bool_)
        self._row = None
        self._note()

    def put(self, marks: Iterable[Mark], gone: Iterable[int] = ()) -> None:
        """Add marks, or put them in the place of those with their ids; drop others."""
        known = self._rows()
        marks = [mark for mark in marks if not self._overwritten(mark)]
        if not marks and not any(i in known for i in gone):
            self.revision += 1
            return
        doomed = [i for i in (*gone, *(mark.id for mark in marks)) if i in known]
        if len(doomed) + len(marks) > 64:
            away = set(doomed)
            kept = [mark for mark in self._marks if mark.id not in away]
            self.load([*kept, *marks])
            return
        for row in sorted((known[i] for i in set(doomed)), reverse=True):
            self.arrays = spliced(self.arrays, row, row + 1, packed(()))
            self._masks = np.delete(self._masks, row)
            self._wholes = np.delete(self._wholes, row)
            del self._marks[row]
        for mark in marks:
            row = bisect_left(self._marks, _order(mark), key=_order)
            self.arrays = spliced(self.arrays, row, row, packed((mark,)))
            self._masks = np.insert(self._masks, row, _is(mark, Mask))
            self._wholes = np.insert(self._wholes, row, _is(mark, Whole))
            self._marks.insert(row, mark)
        self._row = None
        self._note()

    def _overwritten(self, mark: Mark) -> bool:
        """Write a mark over its former self where that had as many points.

        In copies: a worker may be drawing the arrays.
        """
        row = self._rows().get(mark.id)
        if row is None or _order(self._marks[row]) != _order(mark):
            return False
        sizes = [len(ring) for ring in mark.rings]
        if sizes != [len(ring) for ring in self._marks[row].rings]:
            return False
        arrays, new = self.arrays, packed((mark,))
        first = np.searchsorted(arrays.ring_shape, row)
        start = arrays.ring_start[first]
        changed: dict[str, Any] = {"points": arrays.points.copy()}
        changed["points"][start : start + len(new.points)] = new.points
        for name in ("box", "color", "closed", "dots", "upright", "pattern"):
            changed[name] = getattr(arrays, name).copy()
            changed[name][row] = getattr(new, name)[0]
        self.arrays = replace(arrays, **changed)
        self._masks[row], self._wholes[row] = _is(mark, Mask), _is(mark, Whole)
        self._marks[row] = mark
        return True

    def hide(self, ids: frozenset[int]) -> None:
        """Say which annotations are hidden."""
        self._hidden_ids = ids
        self._note()

    def _note(self) -> None:
        self.revision += 1
        self._hidden = np.zeros(len(self._marks), np.bool_)
        self._hidden[self.rows_of(self._hidden_ids)] = True

    def shown(self, region: Box | None = None) -> Rows:
        """Rows that are not hidden and touch a region, in drawing order."""
        seen = ~self._hidden
        if region is not None:
            seen &= self._touching(region)
        return np.flatnonzero(seen)

    def _touching(self, region: Box) -> NDArray[np.bool_]:
        box = self.arrays.box
        touching: NDArray[np.bool_] = (
            (box[:, 2] >= region.x)
            & (box[:, 0] <= region.x + region.w)
            & (box[:, 3] >= region.y)
            & (box[:, 1] <= region.y + region.h)
        )
        return touching

    def masks_in(self, region: Box) -> Rows:
        """Rows of the masks that are not hidden and touch a region."""
        return np.flatnonzero(self._masks & ~self._hidden & self._touching(region))

    def outlined(self, region: Box) -> Rows:
        """Rows that `shown` gives, without masks and few points."""
        rows = self.shown(region)
        rows = rows[~self._masks[rows]]
        return rows[~self.arrays.dots[rows]] if self.few_points else rows

    def points_shown(self, region: Box) -> Rows:
        """Rows of points, as long as they are few: see `outlined`."""
        rows = self.shown(region)
        return rows[self.arrays.dots[rows]] if self.few_points else rows[:0]

    @property
    def few_points(self) -> bool:
        """Whether sets of points are few enough to be painted one by one."""
        return int(np.count_nonzero(self.arrays.dots)) <= FEW_POINT_SETS

    def wholes(self) -> Rows:
        """Rows of the marks on the whole image."""
        return np.flatnonzero(self._wholes & ~self._hidden)

    def points_in(self, rows: Rows) -> int:
        """How many points the shapes of some rows have: what drawing them costs."""
        wanted = np.zeros(len(self._marks), np.bool_)
        wanted[rows] = True
        counts = np.diff(self.arrays.ring_start)
        return int(counts[wanted[self.arrays.ring_shape]].sum())

    def box_of(self, ids: Iterable[int]) -> Box | None:
        """The box around annotations, or None."""
        boxes = self.arrays.box[self.rows_of(ids)]
        boxes = boxes[np.isfinite(boxes).all(axis=1)]
        if not len(boxes):
            return None
        x0, y0 = boxes[:, :2].min(axis=0).tolist()
        x1, y1 = boxes[:, 2:].max(axis=0).tolist()
        return Box(x0, y0, x1 - x0, y1 - y0)

    def hits(self, x: float, y: float, reach: float) -> list[int]:
        """Ids of the shapes at a place, the smallest first; `reach` in image pixels."""
        near = Box(x - reach, y - reach, 2 * reach, 2 * reach)
        rows = self.shown(near)
        box = self.arrays.box[rows]
        area = (box[:, 2] - box[:, 0]) * (box[:, 3] - box[:, 1])
        order = rows[np.lexsort((-rows, area))]
        return [
            self._marks[row].id
            for row in order.tolist()
            if _is_hit(self._marks[row], x, y, reach)
        ]

    def inside(self, band: Box) -> list[int]:
        """Ids of the shapes with a point in a band, in drawing order."""
        rows = self.shown(band)
        found = [
            row
            for row in rows.tolist()
            if any(_points_in(ring, band) for ring in self._marks[row].rings)
        ]
        return [self._marks[row].id for row in found]


def _order(mark: Mark) -> tuple[int, int]:
    return mark.annotation.z, mark.annotation.id


def _points_in(ring: FloatArray, band: Box) -> bool:
    x, y = ring[:, 0], ring[:, 1]
    within = (x >= band.x) & (x <= band.x + band.w)
    return bool((within & (y >= band.y) & (y <= band.y + band.h)).any())


def _is_hit(mark: Mark, x: float, y: float, reach: float) -> bool:
    shape = mark.shape
    if isinstance(shape, Mask):
        return mask_has(shape, x, y)
    if isinstance(shape, Points):
        return any(_point_distance(r, x, y) <= 2 * reach for r in mark.rings)
    if mark.closed and _encloses(mark.rings, x, y):
        return True
    return any(_edge_distance(r, x, y, mark.closed) <= reach for r in mark.rings)


def mask_has(mask: Mask, x: float, y: float) -> bool:
    """Whether a mask has the pixel at a place."""
    column, row = int(np.floor(x)), int(np.floor(y))
    if not (0 <= column < mask.width and 0 <= row < mask.height):
        return False
    ends = np.cumsum(mask.counts, dtype=np.int64)
    run = int(np.searchsorted(ends, column * mask.height + row, side="right"))
    return run % 2 == 1


def _encloses(rings: tuple[FloatArray, ...], x: float, y: float) -> bool:
    """Even-odd rule over all rings."""
    crossings = 0
    for ring in rings:
        if len(ring) < 3:
            continue
        x0, y0 = ring[:, 0], ring[:, 1]
        x1, y1 = np.roll(x0, -1), np.roll(y0, -1)
        over = (y0 > y) != (y1 > y)
        with np.errstate(divide="ignore", invalid="ignore"):
            at = x0 + (y - y0) * (x1 - x0) / (y1 - y0)
        crossings += int(np.count_nonzero(over & (x < at)))
    return crossings % 2 == 1


def _point_distance(ring: FloatArray, x: float, y: float) -> float:
    if not len(ring):
        return float("inf")
    return float(np.hypot(ring[:, 0] - x, ring[:, 1] - y).min())


def _edge_distance(ring: FloatArray, x: float, y: float, closed: bool) -> float:  # noqa: FBT001
    if len(ring) < 2:
        return _point_distance(ring, x, y)
    starts = ring if closed else ring[:-1]
    along = (np.roll(ring, -1, axis=0) if closed else ring[1:]) - starts
    length = np.maximum((along**2).sum(axis=1), 1e-300)
    offset = np.array((x, y)) - starts
    t = np.clip((offset * along).sum(axis=1) / length, 0, 1)
    away = offset - t[:, None] * along
    return float(np.hypot(away[:, 0], away[:, 1]).min())
