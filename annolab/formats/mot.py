"""MOT Challenge: a folder for each film with `gt/gt.txt` and `seqinfo.ini`.

A row is a box on a frame: `frame,id,left,top,width,height,flag,class,visibility`.
Frames and pixels count from 1. There is no keyframe: where a track has no row it is
not seen. `gt/labels.txt` names the classes, a line each, as CVAT has it; without it
they are those of MOT16. Rule: MOT16 paper (arXiv:1603.00831), section 3 and table 4.
"""

from __future__ import annotations

import configparser
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path, PurePosixPath

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
from annolab.formats.values import clean
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import AttributeValue, Box, Track
from annolab.model.item import Item, Media
from annolab.model.schema import Schema
from annolab.model.validity import problems_of

CLASSES = (
    "pedestrian", "person on vehicle", "car", "bicycle", "motorbike",
    "non motorized vehicle", "static person", "distractor", "occluder",
    "occluder on the ground", "occluder full", "reflection",
)  # fmt: skip
IGNORED, VISIBILITY = "ignored", "visibility"
_LEAST = 6


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
        files = _files(path)
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
        files = _files(path)
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
            rows = sorted(_rows(item, marks, numbers, report))
            text = "".join(f"{row}\n" for _, _, row in rows)
            sink.open(f"{folder}/gt/gt.txt").write(text.encode("ascii"))
            if any(name not in CLASSES for name in numbers.names):
                named = "".join(f"{' '.join(x.split())}\n" for x in numbers.names)
                sink.open(f"{folder}/gt/labels.txt").write(named.encode("utf-8"))
            sink.open(f"{folder}/seqinfo.ini").write(_info(item).encode("utf-8"))
            report.written += len(marks)
            yield report.written


_HELD = frozenset((IGNORED, VISIBILITY))


def _class_numbers(schema: Schema) -> Numbers:
    return Numbers.of(schema, CLASSES)


def _files(path: Path) -> list[Path]:
    if not path.is_dir():
        return [path] if path.suffix.lower() == ".txt" and path.is_file() else []
    found: list[Path] = []
    for pattern in ("gt/gt.txt", "*/gt/gt.txt", "**/gt/gt.txt"):
        found = found or sorted(path.glob(pattern))
    return [file for file in found if file.is_file()]


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
    if number_of(cells, 6) == 0:
        values[IGNORED] = True
    seen = number_of(cells, 8)
    if seen is not None and seen != 1:
        values[VISIBILITY] = seen
    class_ = whole_of(cells[7]) if len(cells) > 7 else None
    box = Box(float(x), float(y), float(width), float(height))
    return track, _Row(frame - 1, box, values, class_ or 0)


def _read(file: Path, top: Path, ctx: ImportContext) -> Iterator[Annotation]:
    folder = file.parent.parent if file.parent.name == "gt" else file.parent
    name = file.name
    place = file.stem
    if file.parent.name == "gt":
        place = folder.name
        if top.is_dir() and folder != top:
            place = folder.relative_to(top).as_posix()
        name = f"{place}/gt/{name}"
    item = ctx.companion(f"{place}.txt", media=Media.VIDEO)
    length = _length(folder / "seqinfo.ini")
    names = _names(file.parent / "labels.txt", ctx.report)
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
        known = class_ <= len(names)
        label = ctx.label(names[class_ - 1] if known else f"class {class_}")
    return Annotation(
        id=ctx.new_id(),
        item_id=item.id,
        annotator_id=ctx.annotator_id,
        geometry=shape,
        label_id=label.id if label else None,
        attributes=rows[0].values if isinstance(shape, Box) else {},
    )


def _names(file: Path, report: Report) -> Sequence[str]:
    if not file.is_file():
        return CLASSES
    lines = numbered_lines(file, file.name, report)
    found = [clean(line.strip()) for _, line in lines]
    return [name or f"class {place}" for place, name in enumerate(found, 1)]


def _length(file: Path) -> int | None:
    """The number of frames that a seqinfo.ini tells."""
    said = configparser.ConfigParser(interpolation=None, strict=False)
    try:
        with file.open(encoding="utf-8", errors="replace") as opened:
            said.read_string(opened.read(1 << 16))
        return whole_of(said.get("Sequence", "seqLength", fallback=""))
    except (OSError, configparser.Error):
        return None


def _info(item: Item) -> str:
    said: Mapping[str, object] = {
        "name": PurePosixPath(item.path).stem,
        "imDir": "img1",
        "frameRate": f"{item.rate:g}" if item.rate else "",
        "seqLength": int(item.length) if item.length else "",
        "imWidth": item.width or "",
        "imHeight": item.height or "",
        "imExt": ".jpg",
    }
    return "[Sequence]\n" + "".join(f"{key}={value}\n" for key, value in said.items())


def _rows(
    item: Item, marks: Sequence[Annotation], numbers: Numbers, report: Report
) -> Iterator[tuple[int, int, str]]:
    """Frame, number of the mark, and the row."""
    tracks = 0
    for place, mark in enumerate(marks):
        is_track = isinstance(mark.geometry, Track)
        tracks += is_track
        class_ = numbers.of_label.get(mark.label_id, -1)
        said = [f"{tracks if is_track else -1}"]
        for frame, shape, values in shown_frames(mark, item):
            if not isinstance(shape, Box):
                continue
            places = (plus(of(shape.x), 1), plus(of(shape.y), 1))
            box = [exact(x) for x in (*places, of(shape.w), of(shape.h))]
            flag = "0" if values.get(IGNORED) is True else "1"
            rest = [flag, str(class_), _seen(values.get(VISIBILITY, 1), item, report)]
            yield frame, place, ",".join([str(frame + 1), *said, *box, *rest])


def _seen(value: AttributeValue, item: Item, report: Report) -> str:
    if isinstance(value, int | float) and not isinstance(value, bool):
        return "1" if value == 1 else exact(of(value))
    reason = "A visibility that is no number."
    report.add(Problem(reason, Severity.LOSS, item=item.path))
    return "1"
