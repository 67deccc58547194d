"""The rows of a film's timeline: tags, shapes of single frames, tracks. No Qt."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from annolab.model.annotation import Annotation
from annolab.model.geometry import Track, Whole
from annolab.model.tracks import SCORE, seen_ranges
from annolab.widgets.shape_store import SHAPES

Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
MIXED = 0  # shapes of several labels on one frame, or one without a label


class RowKind(StrEnum):
    """What is in a row; they come in this order."""

    SHAPES = "shapes"  # those of single frames, all in one row
    TAGS = "tags"  # of whole frames and of ranges of them, a row for each label
    TRACK = "track"


@dataclass(frozen=True, slots=True)
class FilmRow:
    """`key`: the id of the track, or of the label of tags (0: none)."""

    kind: RowKind
    key: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Bars:
    """What is in a row of tags or of a track, by frames.

    `start`, `stop`: the half-open ranges that are seen, rising, and `owner`: whose
    they are. `keys`: keyframes, `found`: by a tracker, `outside`: not seen from there.
    """

    start: Numbers
    stop: Numbers
    owner: Numbers
    keys: Numbers
    found: Flags
    outside: Flags

    def seen(self, first: int, stop: int) -> NDArray[np.intp]:
        """The places of the ranges that reach into first..stop-1."""
        high = int(np.searchsorted(self.start, stop, side="left"))
        return np.flatnonzero(self.stop[:high] > first)

    def keys_seen(self, first: int, stop: int) -> slice:
        """The keyframes of first..stop-1."""
        low, high = np.searchsorted(self.keys, (first, stop), side="left").tolist()
        return slice(low, high)


def is_tag(annotation: Annotation) -> bool:
    """Whether it is of whole frames: of one, or a range of them."""
    geometry = annotation.geometry
    if isinstance(geometry, Track):
        return isinstance(geometry.keyframes[0].geometry, Whole)
    return isinstance(geometry, Whole) and annotation.frame is not None


def ranges_of(annotation: Annotation, count: int) -> list[tuple[int, int]]:
    """The half-open ranges of frames where it is seen, in a film of `count`."""
    geometry = annotation.geometry
    if isinstance(geometry, Track):
        return seen_ranges(geometry, count)
    frame = annotation.frame
    return [] if frame is None or frame >= count else [(frame, frame + 1)]


def bars_of(annotations: Iterable[Annotation], count: int) -> Bars:
    """The bars of one track, or of all tags of a label."""
    spans, keys = [], []
    for annotation in annotations:
        found = ranges_of(annotation, count)
        spans += [(start, stop, annotation.id) for start, stop in found]
        if isinstance(annotation.geometry, Track):
            keys += [
                (key.frame, SCORE in key.attributes, key.outside)
                for key in annotation.geometry.keyframes
            ]
    ordered = np.array(sorted(spans), np.int64).reshape(-1, 3)
    marks = np.array(sorted(keys), np.int64).reshape(-1, 3)
    return Bars(
        ordered[:, 0],
        ordered[:, 1],
        ordered[:, 2],
        marks[:, 0],
        marks[:, 1].astype(bool),
        marks[:, 2].astype(bool),
    )


class FilmRows:
    """The rows of the open film, kept up to date; bars are made when they are seen.

    `tones`: for each frame the label whose colour a dot of shapes has, -1: no dot.
    """

    def __init__(self) -> None:
        self.count = 0  # frames of the film
        self.rows: list[FilmRow] = []
        self._held: dict[int, Annotation] = {}
        self._tags: dict[int, set[int]] = {}
        self._on: dict[int, set[int]] = {}
        self._bars: dict[FilmRow, Bars] = {}
        self.tones: Numbers = np.zeros(0, np.int64)
        self._places: dict[FilmRow, int] = {}
        self._before = 0  # rows that are no tracks

    def read(self, annotations: Iterable[Annotation], count: int) -> None:
        """Hold all annotations of a film of `count` frames."""
        self.count = count
        self._held.clear()
        self._tags.clear()
        self._on.clear()
        self._bars.clear()
        self.tones = np.full(count, -1, np.int64)
        for annotation in annotations:
            self._put(annotation)
        for frame in self._on:
            self._tone(frame)
        self._arrange()

    def take(self, ids: Iterable[int], now: Callable[[int], Annotation | None]) -> None:
        """Hold what these have become."""
        frames: set[int] = set()
        for id_ in ids:
            frames |= self._drop(id_)
            annotation = now(id_)
            if annotation is not None:
                self._put(annotation)
                frames |= self._frames_of(annotation)
        for frame in frames:
            self._tone(frame)
        self._arrange()

    def _frames_of(self, annotation: Annotation) -> set[int]:
        """The frame that it has a dot on, if any."""
        frame, shape = annotation.frame, annotation.geometry
        dotted = frame is not None and not isinstance(shape, Track | Whole)
        return {frame} if dotted and frame is not None and frame < self.count else set()

    def _put(self, annotation: Annotation) -> None:
        if is_tag(annotation):
            key = annotation.label_id or 0
            self._tags.setdefault(key, set()).add(annotation.id)
            self._bars.pop(FilmRow(RowKind.TAGS, key), None)
        elif isinstance(annotation.geometry, Track):
            self._bars.pop(FilmRow(RowKind.TRACK, annotation.id), None)
        elif annotation.frame is not None and isinstance(annotation.geometry, SHAPES):
            for frame in self._frames_of(annotation):
                self._on.setdefault(frame, set()).add(annotation.id)
        else:
            return
        self._held[annotation.id] = annotation

    def _drop(self, id_: int) -> set[int]:
        before = self._held.pop(id_, None)
        if before is None:
            return set()
        key = before.label_id or 0
        row = FilmRow(RowKind.TAGS, key)
        if is_tag(before):
            self._tags[key].discard(id_)
        else:
            row = FilmRow(RowKind.TRACK, id_)
        self._bars.pop(row, None)
        frames = self._frames_of(before)
        for frame in frames:
            self._on[frame].discard(id_)
        return frames

    def _tone(self, frame: int) -> None:
        there = self._on.get(frame, set())
        labels = {self._held[i].label_id or MIXED for i in there}
        self.tones[frame] = (
            -1 if not labels else labels.pop() if len(labels) == 1 else MIXED
        )
        if not there:
            self._on.pop(frame, None)

    def _arrange(self) -> None:
        tracks = [
            i
            for i, a in self._held.items()
            if isinstance(a.geometry, Track) and not is_tag(a)
        ]
        rows = [FilmRow(RowKind.SHAPES)] if self._on else []
        rows += [
            FilmRow(RowKind.TAGS, k) for k, ids in sorted(self._tags.items()) if ids
        ]
        self._before = len(rows)
        rows += [FilmRow(RowKind.TRACK, id_) for id_ in sorted(tracks)]
        if rows != self.rows:
            self.rows = rows
            self._places = {row: place for place, row in enumerate(rows)}

    def get(self, id_: int) -> Annotation | None:
        """An annotation of the timeline."""
        return self._held.get(id_)

    def bars(self, row: FilmRow) -> Bars:
        """The bars of a row of tags or of a track."""
        if row not in self._bars:
            ids = (
                {row.key} if row.kind is RowKind.TRACK else self._tags.get(row.key, ())
            )
            held = [self._held[i] for i in sorted(ids) if i in self._held]
            self._bars[row] = bars_of(held, self.count)
        return self._bars[row]

    def shapes_on(self, frame: int) -> list[int]:
        """The shapes of a single frame."""
        return sorted(self._on.get(frame, ()))

    def place_of(self, id_: int) -> int | None:
        """The number of the row that an annotation is in."""
        held = self._held.get(id_)
        if held is None:
            return None
        row = FilmRow(RowKind.TRACK, id_)
        if is_tag(held):
            row = FilmRow(RowKind.TAGS, held.label_id or 0)
        elif not isinstance(held.geometry, Track):
            row = FilmRow(RowKind.SHAPES)
        return self._places.get(row)

    def number_of(self, row: FilmRow) -> int:
        """The number of a track, counted from 1 as they were made."""
        return self._places[row] - self._before + 1
