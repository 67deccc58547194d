"""Formats with a row for each object on each frame, and no keyframes."""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import pairwise

from annolab.formats.base import Problem, Records, Report, Severity
from annolab.formats.lines import number_in, report_fields, report_item, report_people
from annolab.model.annotation import Annotation
from annolab.model.between import between
from annolab.model.geometry import (
    Attributes,
    Box,
    Keyframe,
    Points,
    Polygon,
    Polyline,
    Shape,
    Track,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Schema
from annolab.model.thinning import simplified
from annolab.model.tracks import (
    NUMBER,
    attributes_at,
    distance,
    geometry_at,
    seen_ranges,
)

MOST_FRAMES = 1_000_000  # of one track
_AT_ONCE = 1000
_NEAR = 1e-5  # pixels; coordinates of 1e9 are stored in steps of 1e-7
_CELLS = re.compile(r"[,;\s]+")
_WHOLE = re.compile(r"-?[0-9]{1,9}(?:\.0*)?")


def cells_of(line: str) -> list[str]:
    """The cells of a row between commas or blanks."""
    return _CELLS.split(line.strip()) if line.strip() else []


def whole_of(text: str) -> int | None:
    """A whole number, also as `1.0`."""
    text = text.strip()
    return int(text.partition(".")[0]) if _WHOLE.fullmatch(text) else None


def number_of(cells: Sequence[str], place: int) -> float | None:
    """The number in a cell, if there is one."""
    return number_in(cells[place]) if place < len(cells) else None


def track_of(
    shapes: dict[int, tuple[Shape, Attributes]],
    length: int | None,
    listed: Sequence[int] | None = None,
) -> Track:
    """The track with these shapes, which is outside where there is none.

    `listed`: the frames that a file speaks of, in rising order, if not of all. It
    goes on between two of them, and in a film of unknown length after the last.
    """
    frames = sorted(shapes)
    keys: list[Keyframe] = []
    for frame, after in pairwise([*frames, -1]):
        shape, values = shapes[frame]
        keys.append(Keyframe(frame, shape, attributes=values))
        gap = frame + 1 if listed is None else _next(listed, frame, length)
        if gap is not None and gap not in (after, length):
            keys.append(Keyframe(gap, shape, outside=True))
    return Track(tuple(keys))


def _next(listed: Sequence[int], frame: int, length: int | None) -> int | None:
    """The frame that a file speaks of next; behind the last one, the next in it."""
    place = bisect_right(listed, frame)
    if place < len(listed):
        return listed[place]
    return frame + 1 if length is not None and frame + 1 < length else None


def thinned(track: Track) -> Track:
    """The track without the keyframes that say nothing; it shows exactly the same.

    Only where it goes evenly, and a thousand keyframes at a time: the work may grow
    with their square.
    """
    kept: dict[int, Keyframe] = {}
    for keys in _even_runs(track.keyframes):
        for start in range(0, max(len(keys) - 1, 1), _AT_ONCE):
            part = Track(keys[start : start + _AT_ONCE + 1])
            thin = part if len(part.keyframes) < 3 else simplified(part, 0.0)
            is_same = all(
                geometry_at(thin, key.frame) == (None if key.outside else key.geometry)
                for key in part.keyframes
            )
            found = thin if is_same else part
            kept |= {key.frame: key for key in found.keyframes}
    return Track(tuple(kept.values()))


def _even_runs(keys: tuple[Keyframe, ...]) -> Iterator[tuple[Keyframe, ...]]:
    """Runs of keyframes that may lie on one line; each begins where one ended."""
    start = 0
    for i in range(1, len(keys) - 1):
        if not _is_between(*keys[i - 1 : i + 2]):
            yield keys[start : i + 1]
            start = i
    yield keys[start:]


def _is_between(before: Keyframe, key: Keyframe, after: Keyframe) -> bool:
    """Whether a keyframe is near where it would be shown without it."""
    shapes = (before.geometry, key.geometry, after.geometry)
    if len({repr(_structure(shape)) for shape in shapes}) > 1:
        return False
    if not isinstance(key.geometry, Box | Points):
        return True  # others may go another way between shapes that lie far apart
    part = (key.frame - before.frame) / (after.frame - before.frame)
    return distance(between(shapes[0], shapes[2], part), shapes[1]) <= _NEAR


def _structure(shape: Shape) -> tuple[object, ...]:
    """What kind of shape it is, of how many points."""
    match shape:
        case Polyline(points) | Points(points):
            return type(shape), len(points)
        case Polygon(parts):
            return type(shape), [[len(ring) for ring in part] for part in parts]
        case _:
            return (type(shape),)


def shown_frames(
    mark: Annotation, item: Item
) -> Iterator[tuple[int, Shape, Attributes]]:
    """Frame, shape and key-values wherever a mark is seen, up to the end of its film.

    A track in a film of unknown length ends with its last keyframe.
    """
    shape = mark.geometry
    if not isinstance(shape, Track):
        yield mark.frame or 0, shape, mark.attributes  # type: ignore[misc]
        return
    last = shape.keyframes[-1].frame + 1
    length = max(int(item.length), last) if item.length else last
    left = MOST_FRAMES
    for start, stop in seen_ranges(shape, length):
        for frame in range(start, min(stop, start + left)):
            left -= 1
            found = geometry_at(shape, frame)
            if found is not None:
                yield frame, found, attributes_at(shape, frame)


def film_marks(
    records: Records,
    report: Report,
    program: str,
    shapes: tuple[type, ...],
    held: Collection[str],
) -> Iterator[tuple[Item, list[Annotation]]]:
    """Films with the marks that can be written; what cannot be kept is reported.

    `held`: key-values of keyframes that the format has a place for.
    """
    people: set[int] = set()
    for item, marks in records.by_item():
        report_item(item, records, report)
        kept: list[Annotation] = []
        for mark in marks:
            reason = ""
            if item.media is not Media.VIDEO:
                reason = f"Only marks on films can go into {program}."
            elif not _fits(mark, shapes):
                reason = f"A shape that {program} does not have."
            elif not next(shown_frames(mark, item), None):
                reason = "A track that is never seen."
            if reason:
                problem = Problem(reason, item=item.path, annotation_id=mark.id)
                report.add(problem)
                continue
            _say_fields(item, mark, report, held)
            people.add(mark.annotator_id)
            kept.append(mark)
        if item.media is Media.VIDEO:
            yield item, kept
    report_people(people, report)


def _fits(mark: Annotation, shapes: tuple[type, ...]) -> bool:
    shape = mark.geometry
    if not isinstance(shape, Track):
        return isinstance(shape, shapes)
    return all(isinstance(key.geometry, shapes) for key in shape.keyframes)


def _say_fields(
    item: Item, mark: Annotation, report: Report, held: Collection[str]
) -> None:
    def add(reason: str, how: Severity = Severity.LOSS) -> None:
        report.add(Problem(reason, how, item=item.path, annotation_id=mark.id))

    shape = mark.geometry
    given = dict(mark.attributes)
    if isinstance(shape, Track):
        if NUMBER in held:
            given.pop(NUMBER, None)
        for key in shape.keyframes:
            if not key.attributes.keys() <= set(held):
                add("Key-values of keyframes cannot be kept.")
                break
    else:
        given = {k: v for k, v in given.items() if k not in held}
        if mark.frame is None:
            add("A mark on no frame is written on the first one.")
    report_fields(replace(mark, frame=None, attributes=given), add)
    if mark.text is not None:
        add("A text cannot be kept.")


@dataclass(slots=True)
class Numbers:
    """Labels as numbers from 1."""

    names: list[str]
    of_label: dict[int | None, int] = field(default_factory=dict)

    @classmethod
    def of(cls, schema: Schema, names: Sequence[str]) -> Numbers:
        """The places in a list of names; of the labels when they are others."""
        found = [label.name for label in schema.labels]
        used = list(names) if set(found) <= set(names) else found
        return cls(used, {x.id: used.index(x.name) + 1 for x in schema.labels})
