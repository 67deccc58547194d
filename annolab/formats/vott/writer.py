"""Write an export of VoTT: an asset for each film, and each frame with regions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from heapq import merge
from itertools import chain, groupby
from pathlib import PurePosixPath
from typing import Any, BinaryIO, TypeAlias

from annolab.formats.base import Problem, Records, Report, Severity
from annolab.formats.film_times import NO_TIMES, FilmTimes
from annolab.formats.frame_rows import film_marks, shown_frames
from annolab.formats.json_object import mapping
from annolab.formats.json_rows import kept as kept_of
from annolab.formats.json_rows import to_bytes
from annolab.formats.vott.reader import FRAME, PROGRAM, TAGS, TRACK, VIDEO
from annolab.formats.vott.regions import SHAPES, region_of, shape_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import Attributes, Shape, Track
from annolab.model.item import Item
from annolab.model.schema import Schema

_TAGGED = 2
_PROJECT: Mapping[str, Any] = {
    "name": "AnnoLab",
    "securityToken": "",
    "videoSettings": {"frameExtractionRate": 15},
    "version": "2.2.0",
}
_Row: TypeAlias = tuple[int, Mapping[str, Any], dict[str, Any]]
_NOT_HELD = "A polygon of several parts or with holes, or several points."
_CUT = "A shape on a frame that its film does not have."


def write_export(
    schema: Schema, records: Records, file: BinaryIO, report: Report
) -> Iterator[int]:
    """Write it, yielding how many marks are done."""
    head = {**_PROJECT, **kept_of(_entry(records), PROGRAM)}
    head[TAGS] = [{"name": x.name, "color": x.color} for x in schema.labels]
    file.write(to_bytes(head)[:-1] + b',"assets":{')
    names = {label.id: label.name for label in schema.labels}
    times = FilmTimes(records)
    between = b"\n"
    for item, marks in film_marks(records, report, "VoTT", SHAPES, (TAGS,)):
        film = _film(item)
        assets = chain(
            [(film, [])],
            (
                (_frame(film, kept, times.time(item, frame) or 0.0), regions)
                for frame, kept, regions in _frames(item, marks, names, times, report)
            ),
        )
        for asset, regions in assets:
            said = {"asset": asset, "regions": regions, "version": head["version"]}
            file.write(between + to_bytes(str(asset["id"])) + b":" + to_bytes(said))
            between = b",\n"
            yield report.written
    file.write(b"}}\n")


def _entry(records: Records) -> str:
    return f'{{"{PROGRAM}": {records.entry(PROGRAM) or "{}"}}}'


def _frames(
    item: Item,
    marks: Sequence[Annotation],
    names: Mapping[int, str],
    times: FilmTimes,
    report: Report,
) -> Iterator[tuple[int, Mapping[str, Any], list[dict[str, Any]]]]:
    """Each frame with regions, what an import kept of it, and those.

    No more than one frame is held: there may be a million of them.
    """
    rows = (
        _rows(item, mark, names.get(mark.label_id or 0), times, report)
        for mark in marks
    )
    for frame, group in groupby(merge(*rows, key=_first), key=_first):
        found = list(group)
        kept = next((kept for _, kept, _ in found if kept), {})
        yield frame, kept, [region for _, _, region in found]


def _first(row: _Row) -> int:
    return row[0]


def _rows(
    item: Item, mark: Annotation, name: str | None, times: FilmTimes, report: Report
) -> Iterator[_Row]:
    """The rows of a mark, frame by frame; none, which is reported, without a place."""

    def say(reason: str, how: Severity = Severity.SKIPPED) -> None:
        report.add(Problem(reason, how, item=item.path, annotation_id=mark.id))

    length = times.length(item)
    if any(region_of(shape) is None for shape in _shapes(mark)):
        say(_NOT_HELD)
        return
    if not length:
        say(NO_TIMES)
        return
    kept = kept_of(mark.source, PROGRAM)
    is_written = False
    for frame, region in _regions(item, mark, kept, name, times):
        if frame >= length:
            say(_CUT, Severity.LOSS if is_written else Severity.SKIPPED)
            return
        report.written += not is_written
        is_written = True
        is_its = kept.get("frame") == frame
        yield frame, mapping(kept.get("asset")) if is_its else {}, region


def _shapes(mark: Annotation) -> list[object]:
    shape = mark.geometry
    if isinstance(shape, Track):
        return [key.geometry for key in shape.keyframes]
    return [shape]


def _regions(
    item: Item,
    mark: Annotation,
    kept: Mapping[str, Any],
    name: str | None,
    times: FilmTimes,
) -> Iterator[tuple[int, dict[str, Any]]]:
    """The region of each frame where a mark is seen."""
    is_track = isinstance(mark.geometry, Track)
    given = mapping(kept.get("region"))
    number = str(kept.get("track") or f"{TRACK}{mark.id}")
    if not is_track:
        number = str(given.get("id") or f"region-{mark.id}")
    for frame, shape, values in shown_frames(mark, times.with_length(item)):
        region = {"id": number, TAGS: _tags(name, values), **_drawn(shape, given)}
        yield frame, region


def _drawn(shape: Shape, given: Mapping[str, Any]) -> dict[str, Any]:
    """Type, box and points, as they were given when nothing was moved."""
    try:
        is_same = "type" in given and shape_of(given) == shape
    except ValueError:
        is_same = False
    fresh = region_of(shape) or {}
    return {k: v for k, v in given.items() if k != "id"} if is_same else fresh


def _tags(name: str | None, values: Attributes) -> list[str]:
    more = values.get(TAGS)
    others = more if isinstance(more, tuple) else ()
    return [*([name] if name else []), *(str(x) for x in others)]


def _film(item: Item) -> dict[str, Any]:
    """The asset of a film."""
    kept = mapping(kept_of(item.source, PROGRAM).get("asset"))
    path = f"file:{item.path}"
    size = {"width": item.width, "height": item.height}
    name = PurePosixPath(item.path).name
    fresh = {
        "format": name.rpartition(".")[2],
        "id": _hash(path),
        "name": name,
        "path": path,
        "state": _TAGGED,
        "type": VIDEO,
    }
    return {**fresh, "size": size if item.width else None, **kept}


def _frame(
    film: Mapping[str, Any], kept: Mapping[str, Any], time: float
) -> dict[str, Any]:
    """The asset of a frame."""
    path = f"{film['path']}#t={time!r}"
    fresh = {
        "format": film["format"],
        "id": _hash(path),
        "name": f"{film['name']}#t={time!r}",
        "path": path,
        "size": film["size"],
        "state": _TAGGED,
        "timestamp": time,
        "type": FRAME,
    }
    return {**fresh, **kept, "parent": film}


def _hash(path: str) -> str:
    """The name that VoTT has for a path."""
    return hashlib.md5(path.encode(), usedforsecurity=False).hexdigest()
