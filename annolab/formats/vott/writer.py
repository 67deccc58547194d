"""Write an export of VoTT: an asset for each film, and each frame with regions."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from pathlib import PurePosixPath
from typing import Any, BinaryIO

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
_NOT_HELD = "A polygon of several parts or with holes, or several points."
_CUT = "A shape on a frame that its film does not have."


def write_export(
    schema: Schema, records: Records, file: BinaryIO, report: Report
) -> Iterator[int]:
    """Write it, yielding how many marks are done."""
    head = {**_PROJECT, **kept_of(_entry(records), PROGRAM)}
    head[TAGS] = [{"name": x.name, "color": x.color} for x in schema.labels]
    file.write(to_bytes(head)[:-1] + b',"assets":{')
    version = head["version"]
    names = {label.id: label.name for label in schema.labels}
    times = FilmTimes(records)
    between = b"\n"
    for item, marks in film_marks(records, report, "VoTT", SHAPES, (TAGS,)):
        film = _film(item)
        frames = _frames(item, marks, names, times, report)
        assets = [{"asset": film, "regions": [], "version": version}]
        for frame in sorted(frames):
            kept, regions = frames[frame]
            time = times.time(item, frame) or 0.0
            asset = _frame(film, kept, time)
            assets.append({"asset": asset, "regions": regions, "version": version})
        for asset in assets:
            key = str(mapping(asset["asset"])["id"])
            file.write(between + to_bytes(key) + b":" + to_bytes(asset))
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
) -> dict[int, tuple[Mapping[str, Any], list[dict[str, Any]]]]:
    """What an import kept of each frame that has regions, and those."""

    def say(mark: Annotation, reason: str, how: Severity) -> None:
        report.add(Problem(reason, how, item=item.path, annotation_id=mark.id))

    found: dict[int, tuple[Mapping[str, Any], list[dict[str, Any]]]] = {}
    for mark in marks:
        if any(region_of(shape) is None for shape in _shapes(mark)):
            say(mark, _NOT_HELD, Severity.SKIPPED)
            continue
        if not times.length(item):
            say(mark, NO_TIMES, Severity.SKIPPED)
            continue
        kept = kept_of(mark.source, PROGRAM)
        seen = list(_regions(item, mark, kept, names.get(mark.label_id or 0), times))
        if any(frame >= times.length(item) for frame, _ in seen):
            say(mark, _CUT, Severity.LOSS if len(seen) > 1 else Severity.SKIPPED)
        held = [(frame, x) for frame, x in seen if frame < times.length(item)]
        for frame, region in held:
            of_frame = mapping(kept.get("asset")) if kept.get("frame") == frame else {}
            known, regions = found.setdefault(frame, (of_frame, []))
            regions.append(region)
            if not known and of_frame:
                found[frame] = of_frame, regions
        report.written += bool(held)
    return found


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
