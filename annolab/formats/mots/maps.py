"""Instance maps of MOTS: grey PNG files of 16 bits whose numbers are the ids.

A folder of maps for each film, named by the numbers of frames: `instances/0002/*.png`
(KITTI, MOTSChallenge) or `train/instances/*.png` beside `images` (CVAT). Only read.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from annolab.errors import FormatError
from annolab.formats import sequences
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.mots.reader import (
    CLASSES,
    NO_ZERO,
    PER_CLASS,
    Objects,
    give,
    marks_of,
)
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.item import Media

_PATTERNS = (
    "*.png", "instances/*.png", "instances/*/*.png", "*/instances/*.png", "*/*.png",
)  # fmt: skip
_HEAD = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR"
_GREY_16 = b"\x10\0"  # bits, colours
_MOST_OBJECTS = 2000  # on a map; noise has more
_BESIDE = ("images", "img1")
_MOST_NUMBER = 1_000_000_000


def maps_of(path: Path) -> dict[Path, list[Path]]:
    """The maps of each folder in a source, by frame."""
    found: dict[Path, list[Path]] = {}
    for pattern in _PATTERNS if path.is_dir() else ():
        files = [file for file in path.glob(pattern) if _number(file) is not None]
        for file in sorted(files, key=lambda file: (file.parent, _number(file) or 0)):
            found.setdefault(file.parent, []).append(file)
        if found:
            break
    return found


def is_map(file: Path) -> bool:
    """Whether a file is a grey PNG of 16 bits, by its head."""
    try:
        with file.open("rb") as opened:
            head = opened.read(26)
    except OSError:
        return False
    return head.startswith(_HEAD) and head[24:26] == _GREY_16


def _number(file: Path) -> int | None:
    stem = file.stem
    good = stem.isascii() and stem.isdecimal() and len(stem) < 10
    return int(stem) if good else None


def read_maps(path: Path, ctx: ImportContext) -> Iterator[Annotation]:
    """Yield a track for each id of each folder. Raises FormatError without one."""
    folders = maps_of(path)
    if not folders:
        message = "There are neither rows nor instance maps of MOTS here."
        raise FormatError(message, path=path)
    numbers = [_number(file) for files in folders.values() for file in files]
    said = ctx.options.get("first_frame", "auto")
    first = int(said) if said in ("0", "1") else int(0 not in numbers)
    if first and said == "auto":
        ctx.report.add(Problem(NO_ZERO, Severity.NOTE, where=path.name))
    for folder, files in folders.items():
        yield from _folder(folder, files, path, first, ctx)


def _folder(
    folder: Path, files: Sequence[Path], top: Path, first: int, ctx: ImportContext
) -> Iterator[Annotation]:
    film = _film(folder, top, ctx)
    names = sequences.names_of(files[0], CLASSES, ctx.report)
    objects: Objects = {}
    for done, file in enumerate(files):
        ctx.progress.step(done, len(files), "Reading maps")
        frame = (_number(file) or 0) - first
        values = ctx.numbers(file) if frame >= 0 else None
        if values is None or values.dtype.kind not in "iu":
            reason = "A map that cannot be read, or of a frame before the first."
            ctx.report.add(Problem(reason, where=f"{film.name}/{file.name}"))
            continue
        numbers = np.unique(values)
        if numbers.size > _MOST_OBJECTS or int(numbers[-1]) > _MOST_NUMBER:
            reason = "A map with more than 2,000 objects."
            ctx.report.add(Problem(reason, where=f"{film.name}/{file.name}"))
            continue
        for number in numbers[numbers > 0].tolist():
            mask = masks.encode(values == number)
            give(objects, number, number // PER_CLASS, frame, mask)
    yield from marks_of(objects, film, names, ctx)


def _film(folder: Path, top: Path, ctx: ImportContext) -> sequences.Film:
    """The film of a folder of maps; numbered pictures beside it are that film."""
    sequence = folder.parent if folder.name == "instances" else folder
    is_inside = sequence == top or top in sequence.parents
    inside = sequence.relative_to(top).as_posix() if is_inside else "."
    pictures = None
    if is_inside and sequence != folder:
        beside = (sequences.pictures_in(sequence, x, inside) for x in _BESIDE)
        pictures = next((found for found in beside if found is not None), None)
    if pictures is not None:
        item = ctx.item(pictures, media=Media.VIDEO)
    else:
        item = ctx.companion(f"{sequence.absolute().name}.txt", media=Media.VIDEO)
    length = int(item.length) if item.length else None
    return sequences.Film(item, folder.name, length)
