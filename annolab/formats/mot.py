"""MOT Challenge: a folder for each film with `gt/gt.txt` and `seqinfo.ini`.

A row is a box on a frame: `frame,id,left,top,width,height,flag,class,visibility`.
Frames and pixels count from 1. There is no keyframe: where a track has no row it is
not seen. `gt/labels.txt` names the classes, a line each, as CVAT has it; without it
they are those of MOT16. Rule: MOT16 paper (arXiv:1603.00831), section 3 and table 4.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from heapq import merge
from pathlib import Path

from annolab.errors import FormatError
from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Problem,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.formats.decimals import decimal, exact, of, plus
from annolab.formats.frame_rows import (
    Numbers,
    cells_of,
    film_marks,
    number_of,
    shown_frames,
    track_of,
    whole_of,
)
from annolab.formats.lines import numbered_lines
from annolab.formats.per_item import target_name
from annolab.formats.sequences import (
    INFO,
    class_name,
    film_of,
    gt_files,
    info_text,
    names_of,
    names_text,
)
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Attributes, AttributeValue, Box, Track
from annolab.model.item import Item
from annolab.model.schema import Schema
from annolab.model.tracks import NUMBER, SCORE, TAKEN, track_numbers
from annolab.model.tracks import number_of as track_number
from annolab.model.validity import problems_of

CLASSES = (
    "pedestrian", "person on vehicle", "car", "bicycle", "motorbike",
    "non motorized vehicle", "static person", "distractor", "occluder",
    "occluder on the ground", "occluder full", "reflection",
)  # fmt: skip
IGNORED, VISIBILITY = "ignored", "visibility"
GROUND = "ground"  # metres of MOT15, in place of class and visibility
_LEAST, _WITH_GROUND = 6, 10
_AT_ONCE = 1000  # rows


@dataclass(slots=True)
class _Row:
    frame: int
    box: Box
    values: dict[str, AttributeValue]
    class_: int


class MotFormat:
    """Boxes of tracks, frame by frame."""

    def detect(self, path: Path) -> Confidence:
        """By the places of the files, and the first rows."""
        files = gt_files(path)
        if not files:
            return Confidence.NO
        try:
            with files[0].open("rb") as file:
                head = file.read(4096)
        except OSError:
            return Confidence.NO
        lines = head.decode("utf-8", "replace").splitlines()[:20]
        rows = [cells_of(line) for line in lines if line.strip()][:-1] or [
            cells_of(line) for line in lines[:1]
        ]
        good = all(_row(row) is not None for row in rows)
        return Confidence.YES if good and rows else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield a track for each id, and a box for each row without one."""
        files = gt_files(path)
        if not files:
            message = "There is no gt.txt of MOT here."
            raise FormatError(message, path=path)
        for file in files:
            yield from _read(file, path, ctx)

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write a folder for each film."""
        taken: set[str] = set()
        numbers = _class_numbers(schema)
        for item, marks in film_marks(records, report, "MOT", (Box,), _HELD):
            folder = target_name(item, "", taken)
            file = sink.open(f"{folder}/gt/gt.txt")
            for count, row in enumerate(_rows(item, marks, numbers, report)):
                file.write(f"{row}\n".encode("ascii"))
                if count % _AT_ONCE == 0:
                    yield report.written
            if any(name not in CLASSES for name in numbers.names):
                named = names_text(numbers.names)
                sink.open(f"{folder}/gt/labels.txt").write(named)
            sink.open(f"{folder}/{INFO}").write(info_text(item))
            report.written += len(marks)
            yield report.written


_HELD = frozenset((IGNORED, VISIBILITY, SCORE, NUMBER, GROUND))


def _class_numbers(schema: Schema) -> Numbers:
    return Numbers.of(schema, CLASSES)


def _row(cells: Sequence[str]) -> tuple[int, _Row] | None:
    """The id and what is said of it on a frame; None for what is no row."""
    if len(cells) < _LEAST:
        return None
    frame, track = whole_of(cells[0]), whole_of(cells[1])
    if frame is None or track is None or frame < 1:
        return None
    try:
        left, top, width, height = (decimal(text) for text in cells[2:6])
    except ValueError:
        return None
    x, y = plus(left, -1), plus(top, -1)
    values: dict[str, AttributeValue] = {}
    flag = number_of(cells, 6)
    if flag == 0:
        values[IGNORED] = True
    elif flag is not None and 0 < flag < 1:  # a result
        values[SCORE] = flag
    is_ground = len(cells) >= _WITH_GROUND
    seen = None if is_ground else number_of(cells, 8)
    if seen is not None and 0 <= seen < 1:
        values[VISIBILITY] = seen
    if is_ground:
        ground = [number_of(cells, place) for place in (7, 8, 9)]
        if any(number not in (None, -1) for number in ground):
            values[GROUND] = tuple(ground)
    class_ = whole_of(cells[7]) if len(cells) > 7 and not is_ground else None
    box = Box(float(x), float(y), float(width), float(height))
    return track, _Row(frame - 1, box, values, class_ or 0)


def _read(file: Path, top: Path, ctx: ImportContext) -> Iterator[Annotation]:
    film = film_of(file, top, ctx)
    item, name, length = film.item, film.name, film.length
    names = names_of(file, CLASSES, ctx.report)
    tracks: dict[int, dict[int, _Row]] = {}
    for number, line in numbered_lines(file, name, ctx.report):
        where = f"{name}, line {number}"
        cells = cells_of(line)
        found = _row(cells)
        if found is None:
            if cells:
                ctx.report.add(Problem("A row that is no box.", where=where))
            continue
        track, row = found
        if track <= 0:
            mark = _mark(item, row.box, [row], names, ctx)
            yield from _good(replace(mark, frame=row.frame), where, ctx)
            continue
        if row.frame in tracks.setdefault(track, {}):
            ctx.report.add(Problem("A second box on a frame.", where=where))
            continue
        tracks[track][row.frame] = row
    for track, rows in tracks.items():
        shape = track_of({k: (row.box, row.values) for k, row in rows.items()}, length)
        mark = _mark(item, shape, list(rows.values()), names, ctx)
        mark = replace(mark, attributes={NUMBER: track})
        yield from _good(mark, f"{name}, id {track}", ctx)


def _good(mark: Annotation, where: str, ctx: ImportContext) -> Iterator[Annotation]:
    found = problems_of(mark)
    if found:
        ctx.report.add(Problem(found[0], where=where))
    else:
        yield mark


def _mark(
    item: Item,
    shape: Box | Track,
    rows: Sequence[_Row],
    names: Sequence[str],
    ctx: ImportContext,
) -> Annotation:
    classes = {row.class_ for row in rows}
    if len(classes) > 1:
        reason = "A track of several classes has the first one now."
        ctx.report.add(Problem(reason, Severity.LOSS, item=item.path))
    class_ = rows[0].class_
    label = None
    if class_ > 0:
        label = ctx.label(class_name(names, class_))
    return Annotation(
        id=ctx.new_id(),
        item_id=item.id,
        annotator_id=ctx.annotator_id,
        geometry=shape,
        label_id=label.id if label else None,
        attributes=rows[0].values if isinstance(shape, Box) else {},
    )


def _rows(
    item: Item, marks: Sequence[Annotation], numbers: Numbers, report: Report
) -> Iterator[str]:
    """The rows by frame and mark; there may be a million for each mark."""
    ids = track_numbers(marks)
    for mark in marks:
        if mark.id in ids and track_number(mark) not in (None, ids[mark.id]):
            report.add(Problem(TAKEN, Severity.LOSS, item=item.path))
    by_mark = (
        _rows_of(item, mark, (place, ids.get(mark.id, -1)), numbers, report)
        for place, mark in enumerate(marks)
    )
    for _, _, row in merge(*by_mark):
        yield row


def _rows_of(
    item: Item,
    mark: Annotation,
    place_and_id: tuple[int, int],
    numbers: Numbers,
    report: Report,
) -> Iterator[tuple[int, int, str]]:
    """Frame, number of the mark, and the row, frame by frame."""
    place, number = place_and_id
    class_ = numbers.of_label.get(mark.label_id, -1)
    said = [str(number)]
    for frame, shape, values in shown_frames(mark, item):
        if not isinstance(shape, Box):
            continue
        places = (plus(of(shape.x), 1), plus(of(shape.y), 1))
        box = [exact(x) for x in (*places, of(shape.w), of(shape.h))]
        flag = _flag(values)
        rest = [flag, str(class_), _seen(values.get(VISIBILITY, 1), item, report)]
        ground = values.get(GROUND)
        if isinstance(ground, tuple) and class_ < 0 and len(ground) == 3:
            rest = [flag, *(_seen(x, item, report) for x in ground)]
        elif ground is not None:
            reason = "Places on the ground beside a class."
            report.add(Problem(reason, Severity.LOSS, item=item.path))
        yield frame, place, ",".join([str(frame + 1), *said, *box, *rest])


def _flag(values: Attributes) -> str:
    score = values.get(SCORE)
    if values.get(IGNORED) is True:
        return "0"
    if isinstance(score, float) and 0 < score < 1:
        return exact(of(score))
    return "1"


def _seen(value: AttributeValue, item: Item, report: Report) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "1" if value == 1 else exact(of(value))
    reason = "A visibility that is no number."
    report.add(Problem(reason, Severity.LOSS, item=item.path))
    return "1"
