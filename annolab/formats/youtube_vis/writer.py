"""Write YouTube-VIS: the marks of a track on all frames, as columns of one object."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from annolab.formats.base import Options, Records, Report, Severity, Sink
from annolab.formats.coco import words
from annolab.formats.coco.members import Image, Object
from annolab.formats.coco.shapes import bounds, corners
from annolab.formats.coco.writer import FileWriter
from annolab.formats.coco_film.reader import TRACK_KEYS
from annolab.formats.coco_film.records import FilmRecords, OncePerMark, Pictures
from annolab.formats.frame_rows import MOST_FRAMES
from annolab.formats.youtube_vis.reader import COLUMNS, FRAMES, SINGLE
from annolab.model.annotation import Annotation
from annolab.model.geometry import Box, Ellipse, Mask, Polygon, RotatedBox
from annolab.model.schema import Schema

_HELD = (Box, RotatedBox, Polygon, Ellipse, Mask)


class VisRecords(FilmRecords):
    """`Records` with the frames of films as items."""

    program = "YouTube-VIS"

    def video(self, film: Pictures) -> dict[str, Any]:
        """A film as an object of the list `videos`."""
        out = super().video(film)
        names = out.get("file_names")
        if film.length > MOST_FRAMES:
            return out
        out["length"] = film.length
        if not isinstance(names, list) or len(names) != film.length:
            out["file_names"] = [film.name(frame) for frame in range(film.length)]
        return out


class VisWriter(FileWriter):
    """Writes one file; serves once."""

    def __init__(
        self, schema: Schema, records: VisRecords, report: Report, *, compressed: bool
    ) -> None:
        super().__init__(schema, records, report, compressed=compressed)
        self._frames = records

    def write(self, sink: Sink) -> Iterator[int]:
        """Write the file, yielding how many annotations are done."""
        members = words.object_of(self._records.entry(words.TOP))
        file = sink.open("")
        file.write(b"{")
        for key, value in members.items():
            file.write(words.to_bytes(key) + b":" + words.to_bytes(value) + b",\n")
        yield from self._list(file, b'"annotations":', self._tracks())
        yield from self._list(
            file, b',\n"categories":', iter(list(self._category_objects()))
        )
        file.write(b"}\n")
        self._report_the_rest()
        yield self._report.written

    def _tracks(self) -> Iterator[Object]:
        for _, marks in groupby(self._records.annotations(), lambda mark: mark.id):
            out = self._track(marks)
            if out is not None:
                yield out

    def _track(self, marks: Iterator[Annotation]) -> Object | None:
        """A mark with a column for each thing that it is on its frames."""
        columns: dict[str, list[object]] = {}
        rest: dict[int, Object] = {}
        number: object = None
        for mark in marks:
            film = self._frames.shown
            assert film is not None  # noqa: S101  it has just given the mark
            item, frame = film.item, mark.item_id - film.begin
            image = Image(film.number, item.width, item.height, item.path)
            self._images = {mark.item_id: image}
            if not self._is_held(mark, film) or self._image_of(mark) is None:
                continue
            columns = columns or {key: [None] * film.length for key in COLUMNS}
            out = self._object(mark, None, image)
            if isinstance(mark.geometry, Box) and "segmentation" not in out:
                box = bounds(mark.geometry)  # to readers of masks null is not there
                out["segmentation"] = [corners(box)] if box else None
            for column, member in COLUMNS.items():
                columns[column][frame] = out.pop(member, None)
            number = out.pop(TRACK_KEYS[0], None)
            out["video_id"] = out.pop("image_id")
            rest[frame] = out
        if not rest:
            return None
        shared = _shared(rest)
        if number is None:
            shared.setdefault(words.OURS, {})[SINGLE] = True
            number = next(iter(rest.values())).get("id")
        left = {
            str(frame): more
            for frame, raw in rest.items()
            if (more := _less(raw, shared))
        }
        if left:
            shared.setdefault(words.OURS, {})[FRAMES] = left
        shared |= {"id": self._annotation_ids.take(number), **columns}
        return shared

    def _is_held(self, mark: Annotation, film: Pictures) -> bool:
        self._now = mark, self._images[mark.item_id]
        reason = ""
        if not isinstance(mark.geometry, _HELD):
            kind = type(mark.geometry).__name__.lower()
            reason = f"YouTube-VIS has no {kind}."
        elif film.length > MOST_FRAMES:
            reason = "A film of more than 1,000,000 frames."
        if reason:
            self._say(reason, Severity.SKIPPED)
        return not reason


def _shared(rest: dict[int, Object]) -> Object:
    """The members that are the same on all frames; those of ours one by one."""
    raws = list(rest.values())
    shared = {
        key: value
        for key, value in raws[0].items()
        if key not in ("id", words.OURS)
        and all(key in raw and repr(raw[key]) == repr(value) for raw in raws)
    }
    ours = [raw.get(words.OURS, {}) for raw in raws]
    same = {
        key: value
        for key, value in ours[0].items()
        if all(key in each and repr(each[key]) == repr(value) for each in ours)
    }
    return {**shared, words.OURS: same} if same else shared


def _less(raw: Object, shared: Object) -> Object:
    """What a frame says besides what all say."""
    more = {
        k: v for k, v in raw.items() if k not in shared and k not in ("id", words.OURS)
    }
    ours = {
        k: v
        for k, v in raw.get(words.OURS, {}).items()
        if k not in shared.get(words.OURS, {})
    }
    return {**more, words.OURS: ours} if ours else more


def write_tracks(
    schema: Schema, records: Records, sink: Sink, options: Options, report: Report
) -> Iterator[int]:
    """Write one file, yielding how many marks are done."""
    once = OncePerMark(report)
    seen = VisRecords(records, once, {"rle": options.get("rle", "compressed")})
    compressed = options.get("rle", "compressed") == "compressed"
    for _ in VisWriter(schema, seen, once, compressed=compressed).write(sink):
        yield len(seen.frames)
    report.written = seen.written(once)
