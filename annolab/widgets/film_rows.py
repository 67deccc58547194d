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
from annolab.model.tracks import SCORE, number_of, seen_ranges
from annolab.widgets.shape_store import SHAPES

Numbers: TypeAlias = NDArray[np.int64]
Flags: TypeAlias = NDArray[np.bool_]
NOWHERE = -1  # no frame
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


def with_number(name: str, track: Annotation) -> str:
    """The name of a track's label, with the number of the track if it has one."""
    number = number_of(track)
    return name if number is None else f"{name} #{number}"


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
        self._tracks: set[int] = set()
        self._bars: dict[FilmRow, Bars] = {}
        self.tones: Numbers = np.zeros(0, np.int64)
        self._places: dict[FilmRow, int] = {}

    def read(self, annotations: Iterable[Annotation], count: int) -> None:
        """Hold all annotations of a film of `count` frames."""
        self.count = count
        for held in (self._held, self._tags, self._on, self._tracks, self._bars):
            held.clear()
        self.tones = np.full(count, -1, np.int64)
        for annotation in annotations:
            self._put(annotation)
        self._tone_all()
        self._arrange()

    def take(self, ids: Iterable[int], now: Callable[[int], Annotation | None]) -> None:
        """Hold what these have become."""
        frames: set[int] = set()
        before = self._kinds()
        tracks = set(self._tracks)
        for id_ in ids:
            frames.add(self._drop(id_))
            annotation = now(id_)
            if annotation is not None:
                frames.add(self._put(annotation))
        for frame in frames - {NOWHERE}:
            self._tone(frame)
        if before != self._kinds() or tracks != self._tracks:
            self._arrange()

    def _kinds(self) -> tuple[bool, list[int]]:
        """Which rows there are that are no tracks."""
        return bool(self._on), sorted(key for key, ids in self._tags.items() if ids)

    def _put(self, annotation: Annotation) -> int:
        """Hold it; the frame that it has a dot on, or NOWHERE."""
        shape, frame, id_ = annotation.geometry, annotation.frame, annotation.id
        if isinstance(shape, Track):
            if not is_tag(annotation):
                self._tracks.add(id_)
                self._bars.pop(FilmRow(RowKind.TRACK, id_), None)
                self._held[id_] = annotation
                return NOWHERE
        elif frame is None or not isinstance(shape, SHAPES):
            return NOWHERE
        self._held[id_] = annotation
        if isinstance(shape, Track | Whole):
            key = annotation.label_id or 0
            self._tags.setdefault(key, set()).add(id_)
            self._bars.pop(FilmRow(RowKind.TAGS, key), None)
            return NOWHERE
        if frame is None or frame >= self.count:
            return NOWHERE
        self._on.setdefault(frame, set()).add(id_)
        return frame

    def _drop(self, id_: int) -> int:
        """Hold it no more; the frame that it had a dot on, or NOWHERE."""
        before = self._held.pop(id_, None)
        if before is None:
            return NOWHERE
        self._tracks.discard(id_)
        self._bars.pop(FilmRow(RowKind.TRACK, id_), None)
        if is_tag(before):
            key = before.label_id or 0
            self._tags[key].discard(id_)
            self._bars.pop(FilmRow(RowKind.TAGS, key), None)
            return NOWHERE
        there = self._on.get(before.frame) if before.frame is not None else None
        if there is None or before.frame is None:
            return NOWHERE
        there.discard(id_)
        return before.frame

    def _tone_all(self) -> None:
        """`_tone` of all frames."""
        dots = [(f, self._held[i].label_id) for f, ids in self._on.items() for i in ids]
        frames = np.array([frame for frame, _ in dots], np.intp)
        labels = np.array([label or MIXED for _, label in dots], np.int64)
        low = np.full(self.count, np.iinfo(np.int64).max)
        high = self.tones
        np.minimum.at(low, frames, labels)
        np.maximum.at(high, frames, labels)
        high[(high >= 0) & (low != high)] = MIXED

    def _tone(self, frame: int) -> None:
        there = self._on.get(frame, ())
        labels = {self._held[i].label_id or MIXED for i in there}
        self.tones[frame] = (
            -1 if not labels else labels.pop() if len(labels) == 1 else MIXED
        )
        if not there:
            self._on.pop(frame, None)

    def _arrange(self) -> None:
        shapes, labels = self._kinds()
        rows = [FilmRow(RowKind.SHAPES)] if shapes else []
        rows += [FilmRow(RowKind.TAGS, key) for key in labels]
        rows += [FilmRow(RowKind.TRACK, id_) for id_ in sorted(self._tracks)]
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

    def row_of(self, id_: int) -> FilmRow | None:
        """The row that an annotation is in."""
        held = self._held.get(id_)
        if held is None:
            return None
        if is_tag(held):
            return FilmRow(RowKind.TAGS, held.label_id or 0)
        is_track = isinstance(held.geometry, Track)
        return FilmRow(RowKind.TRACK, id_) if is_track else FilmRow(RowKind.SHAPES)

    def place_of(self, id_: int) -> int | None:
        """The number of the row that an annotation is in."""
        row = self.row_of(id_)
        return None if row is None else self._places.get(row)
