"""Films as the pictures they consist of, for formats that know pictures only."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from annolab.formats.base import Records, Report
from annolab.model.annotation import Annotation, Annotator, Relation
from annolab.model.geometry import (
    Attributes,
    Instant,
    Interval,
    Span,
    TimeBox,
    Track,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Schema
from annolab.model.tracks import NUMBER, SCORE, seen_ranges, state_at, track_numbers

_FIRST = 1 << 63  # above every id of a project


@dataclass(frozen=True, slots=True)
class FramedFilm:
    """A film and those of its frames that become pictures.

    `times`: seconds of each of `frames` since the first one of the film. A picture
    is `name`, its number with at least `digits` digits, and `suffix`.
    """

    item: Item
    marks: tuple[Annotation, ...]
    relations: tuple[Relation, ...]
    frames: NDArray[np.int64]
    times: NDArray[np.float64]
    name: str = ""
    digits: int = 1
    suffix: str = ""

    def path(self, place: int) -> str:
        """The path of the picture at a place in `frames`."""
        number = int(self.frames[place])
        return f"{self.name}{number:0{self.digits}d}{self.suffix}"


def no_frame(mark: Annotation) -> bool:
    """Whether a mark of a film is on a time instead of on frames."""
    return isinstance(mark.geometry, (Interval, Instant, TimeBox, Span))


class FrameRecords:
    """`Records` in which frames of films are pictures; other items stay as they are.

    Tracks are on each picture what they show there, with `track_id` from 1 in each
    film; tags of a whole film are on each of its pictures. `holds`: what the format
    keeps; what only says where a picture comes from is left out where it would not
    be kept. Ids are the same each time.
    """

    def __init__(
        self, records: Records, films: Sequence[FramedFilm], holds: Collection[str]
    ) -> None:
        self._records = records
        self._sheets: list[_Sheet] = []
        item_id = mark_id = _FIRST
        for film in films:
            self._sheets.append(_Sheet(film, item_id, mark_id, frozenset(holds)))
            item_id += len(film.frames)
            mark_id += len(film.frames) * len(film.marks)
        self._first_items = [sheet.first_item for sheet in self._sheets]
        self._first_marks = [sheet.first_mark for sheet in self._sheets]

    @property
    def schema(self) -> Schema:
        """Labels, declared attributes and tiers."""
        return self._records.schema

    @property
    def films(self) -> list[FramedFilm]:
        """The films whose frames are here."""
        return [sheet.film for sheet in self._sheets]

    def items(self) -> Iterator[Item]:
        """What is no film; then the pictures of films, by film and frame."""
        yield from (i for i in self._records.items() if i.media is not Media.VIDEO)
        for sheet in self._sheets:
            yield from map(sheet.item, range(len(sheet.film.frames)))

    def annotations(self) -> Iterator[Annotation]:
        """All annotations, by id."""
        films = {i.id for i in self._records.items() if i.media is Media.VIDEO}
        yield from (a for a in self._records.annotations() if a.item_id not in films)
        for sheet in self._sheets:
            for place in range(len(sheet.film.frames)):
                yield from sheet.marks(place)

    def by_item(self) -> Iterator[tuple[Item, list[Annotation]]]:
        """Each item and picture with its annotations."""
        for item, marks in self._records.by_item():
            if item.media is not Media.VIDEO:
                yield item, marks
        for sheet in self._sheets:
            for place in range(len(sheet.film.frames)):
                yield sheet.item(place), list(sheet.marks(place))

    def relations(self, item_id: int) -> list[Relation]:
        """The relations of one item; those of a film are where both ends are seen."""
        if item_id < _FIRST:
            return self._records.relations(item_id)
        sheet = self._sheets[bisect_right(self._first_items, item_id) - 1]
        return list(sheet.relations(item_id - sheet.first_item))

    def relation_count(self) -> int:
        """How many relations there are, on all items together."""
        if not self._records.relation_count():
            return 0
        return sum(len(self.relations(item.id)) for item in self.items())

    def text(self, item: Item) -> str | None:
        """The text of a text item, or None when it cannot be read."""
        return self._records.text(item)

    def time_of(self, item: Item, frame: int) -> float | None:
        """None: there are no films here."""
        return None

    def annotator(self, annotator_id: int) -> Annotator | None:
        """Who made a mark, or None when there is no such annotator."""
        return self._records.annotator(annotator_id)

    def entry(self, key: str) -> str | None:
        """A project-wide JSON text kept by an import, or None."""
        return self._records.entry(key)

    def count(self) -> tuple[int, int]:
        """How many items and annotations there are, for progress."""
        items, marks = self._records.count()
        for sheet in self._sheets:
            items += len(sheet.film.frames) - 1
            marks += sheet.count - len(sheet.film.marks)
        return items, max(marks, 0)

    def name_originals(self, report: Report) -> None:
        """Let problems name the annotations that those of pictures stand for."""
        for place, problem in enumerate(report.problems):
            number = problem.annotation_id
            if number is not None and number >= _FIRST:
                report.problems[place] = replace(
                    problem, annotation_id=self._original(number)
                )

    def _original(self, annotation_id: int) -> int:
        sheet = self._sheets[bisect_right(self._first_marks, annotation_id) - 1]
        place = (annotation_id - sheet.first_mark) % len(sheet.film.marks)
        return sheet.film.marks[place].id

    def unseen(self) -> Iterator[tuple[FramedFilm, Annotation]]:
        """Marks on frames of films that are on none of their pictures."""
        for sheet in self._sheets:
            seen = set(sheet.owners[sheet.starts < sheet.stops].tolist())
            for number, mark in enumerate(sheet.film.marks):
                if number not in seen and not no_frame(mark):
                    yield sheet.film, mark


class _Sheet:
    """The pictures of one film; `place` counts those that were chosen, from 0."""

    def __init__(
        self, film: FramedFilm, first_item: int, first_mark: int, holds: frozenset[str]
    ) -> None:
        self.film, self.first_item, self.first_mark = film, first_item, first_mark
        self._holds = holds
        tracks = [mark for mark in film.marks if isinstance(mark.geometry, Track)]
        by_id = sorted(tracks, key=lambda mark: mark.id)
        self._track_ids = track_numbers(by_id)
        self._numbers = {mark.id: number for number, mark in enumerate(film.marks)}
        self._groups: dict[int, int] = {}
        for number, mark in enumerate(film.marks):
            if mark.group_id is not None:
                self._groups.setdefault(mark.group_id, number)
        ranges = [
            (number, *span)
            for number, mark in enumerate(film.marks)
            for span in _spans(mark, film)
        ]
        table = np.array(ranges, np.int64).reshape(-1, 3)
        self.owners = table[:, 0]
        self.starts = np.searchsorted(film.frames, table[:, 1])
        self.stops = np.searchsorted(film.frames, table[:, 2])

    @property
    def count(self) -> int:
        """How many annotations all pictures have."""
        return int((self.stops - self.starts).sum())

    def item(self, place: int) -> Item:
        """The picture as an item."""
        film = self.film
        values = dict(film.item.attributes)
        if "item_attributes" in self._holds:
            values.setdefault("film", film.item.path)
            values.setdefault("frame", int(film.frames[place]))
            values.setdefault("seconds", float(film.times[place]))
        return Item(
            id=self.first_item + place,
            path=film.path(place),
            media=Media.IMAGE,
            width=film.item.width,
            height=film.item.height,
            split=film.item.split,
            status=film.item.status,
            priority=film.item.priority,
            attributes=values,
        )

    def marks(self, place: int) -> Iterator[Annotation]:
        """What is seen on a picture, in drawing order."""
        for number in self._seen(place):
            yield self._mark(number, place)

    def relations(self, place: int) -> Iterator[Relation]:
        """The relations of what is seen on a picture."""
        seen = set(self._seen(place)) if self.film.relations else set()
        for number, relation in enumerate(self.film.relations):
            head = self._numbers.get(relation.head_id)
            tail = self._numbers.get(relation.tail_id)
            if head in seen and tail in seen:
                yield replace(
                    relation,
                    id=_FIRST + place * len(self.film.relations) + number,
                    item_id=self.first_item + place,
                    head_id=self._id(head or 0, place),
                    tail_id=self._id(tail or 0, place),
                    source=None,
                )

    def _seen(self, place: int) -> list[int]:
        there = (self.starts <= place) & (place < self.stops)
        return sorted(set(self.owners[there].tolist()))

    def _id(self, number: int, place: int) -> int:
        return self.first_mark + place * len(self.film.marks) + number

    def _mark(self, number: int, place: int) -> Annotation:
        mark = self.film.marks[number]
        shape, values, score = mark.geometry, mark.attributes, mark.score
        if isinstance(shape, Track):
            state = state_at(shape, int(self.film.frames[place]))
            if state is None or state.geometry is None:  # seen, says `seen_ranges`
                message = "a track that is seen has no shape"
                raise AssertionError(message)
            shape = state.geometry
            values, score = self._values(mark, state.attributes)
        group = None if mark.group_id is None else self._groups[mark.group_id]
        return replace(
            mark,
            id=self._id(number, place),
            item_id=self.first_item + place,
            geometry=shape,
            attributes=values,
            frame=None,
            group_id=None if group is None else self._id(group, place),
            score=score,
            source=None,
        )

    def _values(
        self, mark: Annotation, here: Attributes
    ) -> tuple[Attributes, float | None]:
        """Key-values of a track on a picture, and how sure a tracker was there."""
        values = {**mark.attributes, **here}
        score = values.pop(SCORE, None) if SCORE in here else None
        sure = float(score) if isinstance(score, (int, float)) else mark.score
        if "attributes" in self._holds:
            values.setdefault(NUMBER, self._track_ids[mark.id])
        return values, sure


def _spans(mark: Annotation, film: FramedFilm) -> Sequence[tuple[int, int]]:
    """Half-open ranges of frames of the film on which a mark is seen."""
    if no_frame(mark) or not len(film.frames):
        return ()
    end = int(film.frames[-1]) + 1
    if isinstance(mark.geometry, Track):
        return seen_ranges(mark.geometry, end)
    if isinstance(mark.geometry, Whole) and mark.frame is None:
        return ((0, end),)
    frame = mark.frame or 0
    return ((frame, frame + 1),)
