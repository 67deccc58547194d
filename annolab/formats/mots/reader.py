"""Read the rows of MOTS: each id is a track of masks."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple, TypeAlias

from annolab.formats import sequences
from annolab.formats.base import (
    ImportContext,
    Problem,
    Report,
    Severity,
)
from annolab.formats.frame_rows import (
    track_of,
    whole_of,
)
from annolab.formats.lines import numbered_lines
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Box,
    Ellipse,
    Mask,
    Polygon,
    RotatedBox,
)
from annolab.model.tracks import NUMBER
from annolab.model.validity import problems_of

CLASSES = ("car", "pedestrian")
IGNORED = "ignored"
IGNORED_CLASS, IGNORED_ID = 10, 10_000
PER_CLASS = 1000
SHAPES = (Mask, Polygon, Box, RotatedBox, Ellipse)
_CELLS = 6
_LOSS, _NOTE = Severity.LOSS, Severity.NOTE


class Row(NamedTuple):
    """An object on a frame, as it is written."""

    frame: int
    number: int
    class_: int
    height: int
    width: int
    runs: str


NO_ZERO = "No frame is 0; they are taken to be counted from 1."


@dataclass(slots=True)
class _Object:
    """An object as it grows, by frame."""

    class_: int
    shapes: dict[int, Mask] = field(default_factory=dict)


Objects: TypeAlias = dict[int, _Object]  # by id


def files_of(path: Path) -> list[Path]:
    """The files of rows in a folder, or the file itself."""
    found = sequences.gt_files(path)
    if not found and path.is_dir():
        found = sorted(path.glob("*.txt")) or sorted(path.glob("instances_txt/*.txt"))
    return [file for file in found if file.is_file() and file.name != "labels.txt"]


def is_good(cells: Sequence[str]) -> bool:
    """Whether the cells of a line are a row whose runs fill its picture."""
    row = row_of(cells)
    try:
        return row is not None and bool(mask_of(row).counts.size)
    except ValueError:
        return False


def row_of(cells: Sequence[str]) -> Row | None:
    """The row in cells; None for what is none."""
    if len(cells) != _CELLS:
        return None
    found = [whole_of(cell) for cell in cells[:5]]
    frame, number, class_, height, width = (-1 if n is None else n for n in found)
    if min(frame, number, class_) < 0 or min(height, width) < 1:
        return None
    return Row(frame, number, class_, height, width, cells[5])


def mask_of(row: Row) -> Mask:
    """The pixels of a row. Raises ValueError with a sentence."""
    runs = masks.counts_from_string(row.runs)
    return masks.from_counts(runs, row.width, row.height)


def first_of(file: Path, ctx: ImportContext) -> int:
    """The number of the first frame: 1 beside a seqinfo.ini, or without a frame 0."""
    if (sequences.folder_of(file) / sequences.INFO).is_file():
        return 1
    quiet = Report()
    least: int | None = None
    for _, line in numbered_lines(file, file.name, quiet):
        cells = line.split(maxsplit=1)
        frame = whole_of(cells[0]) if cells else None
        if frame is not None and frame >= 0:
            least = frame if least is None else min(least, frame)
    if not least:
        return 0
    ctx.report.add(Problem(NO_ZERO, _NOTE, where=file.name))
    return 1


def read_file(
    file: Path, top: Path, first: int, ctx: ImportContext
) -> Iterator[Annotation]:
    """Yield a track for each id in a file of the source `top`."""
    film = sequences.film_of(file, top, ctx)
    names = sequences.names_of(file, CLASSES, ctx.report)
    objects: Objects = {}
    for number, line in numbered_lines(file, film.name, ctx.report):
        reason = ""
        row = row_of(line.split())
        if row is None or row.frame < first:
            reason = "A row that is no object." if line.strip() else ""
        else:
            try:
                mask, frame = mask_of(row), row.frame - first
                reason = give(objects, row.number, row.class_, frame, mask)
            except ValueError as error:
                reason = str(error)
        if reason:
            where = f"{film.name}, line {number}"
            ctx.report.add(Problem(reason, where=where))
    yield from marks_of(objects, film, names, ctx)


def marks_of(
    objects: Objects, film: sequences.Film, names: Sequence[str], ctx: ImportContext
) -> Iterator[Annotation]:
    """The objects as tracks."""
    for number, found in objects.items():
        mark = _mark(number, found, film, names, ctx)
        where = f"{film.name}, id {number}"
        for problem in problems_of(mark)[:1]:
            ctx.report.add(Problem(problem, where=where))
            break
        else:
            yield mark


def give(objects: Objects, number: int, class_: int, frame: int, mask: Mask) -> str:
    """Give pixels on a frame to an object; why not, or ""."""
    known = objects.setdefault(number, _Object(class_))
    if known.class_ != class_:
        return "An object is of another class than before."
    before = known.shapes.get(frame)
    if before is None:
        known.shapes[frame] = mask
    elif class_ != IGNORED_CLASS:
        return "A second row of an object on a frame."
    else:
        known.shapes[frame] = masks.merge([before, mask])
    return ""


def _mark(
    number: int,
    found: _Object,
    film: sequences.Film,
    names: Sequence[str],
    ctx: ImportContext,
) -> Annotation:
    is_ignored = found.class_ == IGNORED_CLASS
    values = {IGNORED: True} if is_ignored else {}
    label = None
    if found.class_ > 0 and not is_ignored:
        label = ctx.label(sequences.class_name(names, found.class_))
    track = track_of({k: (v, values) for k, v in found.shapes.items()}, film.length)
    return Annotation(
        id=ctx.new_id(),
        item_id=film.item.id,
        annotator_id=ctx.annotator_id,
        geometry=track,
        label_id=label.id if label else None,
        attributes={} if is_ignored else {NUMBER: number},
    )
