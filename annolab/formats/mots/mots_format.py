"""MOTS: the pixels of tracks, frame by frame.

A folder `gt/gt.txt` for each film with a `seqinfo.ini` beside `gt` (MOTSChallenge), or
a file for each film (KITTI): rows `frame id class height width runs`, where the id is
1000 * class + number, the runs are the compressed ones of COCO, and class 10 is
ignored ground (id 10000). Frames count from 1 in MOTSChallenge and from 0 in KITTI.
No pixel belongs to two objects (TrackEval, `mots_challenge.py`, `kitti_mots.py`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from pathlib import Path

from annolab.formats import sequences
from annolab.formats.base import (
    Confidence,
    ImportContext,
    Options,
    Records,
    Report,
    Sink,
)
from annolab.formats.frame_rows import (
    film_marks,
)
from annolab.formats.mots.film_rows import FilmRows, class_numbers
from annolab.formats.mots.maps import is_map, maps_of, read_maps
from annolab.formats.mots.reader import (
    CLASSES,
    IGNORED,
    SHAPES,
    files_of,
    first_of,
    is_good,
    read_file,
)
from annolab.formats.per_item import target_name
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema
from annolab.model.tracks import NUMBER


class MotsFormat:
    """Masks of tracks, frame by frame."""

    def detect(self, path: Path) -> Confidence:
        """By the first rows of the first file."""
        for file in files_of(path):
            try:
                with file.open("rb") as opened:
                    head = opened.read(1 << 16)
            except OSError:
                return Confidence.NO
            lines = head.decode("utf-8", "replace").splitlines()[:20]
            rows = [line.split() for line in lines if line.strip()]
            whole = rows[:-1] or rows
            good = bool(whole) and all(is_good(row) for row in whole)
            return Confidence.YES if good else Confidence.NO
        first = next((files[0] for files in maps_of(path).values()), None)
        # Pictures of 16 bits may be anything.
        is_found = first is not None and is_map(first)
        return Confidence.MAYBE if is_found else Confidence.NO

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield a track for each id."""
        files = files_of(path)
        if not files:
            yield from read_maps(path, ctx)
            return
        said = ctx.options.get("first_frame", "auto")
        firsts = [
            int(said) if said in ("0", "1") else first_of(file, ctx) for file in files
        ]
        if said not in ("0", "1") and 0 in firsts:
            firsts = [0] * len(files)
        for file, first in zip(files, firsts, strict=True):
            yield from read_file(file, path, first, ctx)

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
        numbers = class_numbers(schema)
        is_cut = options.get("overlap", "cut") == "cut"
        held = frozenset((IGNORED, NUMBER))
        for item, marks in film_marks(records, report, "MOTS", SHAPES, held):
            folder = target_name(item, "", taken)
            film = FilmRows(item, numbers, report)
            for mark in marks:
                report.written += film.take(mark)
                yield report.written
            file = sink.open(f"{folder}/gt/gt.txt")
            for line in film.lines(is_cut=is_cut):
                file.write(line.encode("ascii"))
            if any(name not in CLASSES for name in numbers.names):
                named = sequences.names_text(numbers.names)
                sink.open(f"{folder}/gt/labels.txt").write(named)
            info = sequences.info_text(item)
            sink.open(f"{folder}/{sequences.INFO}").write(info)
