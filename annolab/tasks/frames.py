"""Pictures of films: which are wanted, what they are called, and writing them.

The frames that are chosen become picture files, and a format is given them as items
of their own (`frame_records.py`), so every format of pictures can hold films.
"""

from __future__ import annotations

import os
import re
from collections import Counter, deque
from collections.abc import Collection, Iterable, Iterator, Sequence
from concurrent.futures import Executor, Future, ThreadPoolExecutor
from dataclasses import dataclass, replace
from enum import StrEnum
from pathlib import PurePosixPath

import numpy as np
from numpy.typing import NDArray

from annolab.errors import MediaError, UserError
from annolab.formats.base import Problem, Records, Report, Severity, Sink
from annolab.jobs import Progress
from annolab.media.picture_file import PictureFormat, picture_bytes
from annolab.media.video import FrameTable, Video, open_video
from annolab.model.annotation import Annotation
from annolab.model.geometry import Track, Whole
from annolab.model.item import Item, Media
from annolab.model.tracks import seen_ranges
from annolab.store.filters import Filter
from annolab.store.project import Project
from annolab.store.queries import Reader
from annolab.tasks.films import table_of
from annolab.tasks.frame_records import FramedFilm, FrameRecords, no_frame

FOLDER = "images"
_DIGITS = 6
_STEM = 60  # characters; four bytes each, and a file name has 255
_UNSAFE = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*#\ud800-\udfff]+')
_MOST_THREADS = 4
_SPARSE = 4  # frames from one that is wanted to the next, from which on it pays to skip


class FrameSet(StrEnum):
    """Which frames of a film become pictures."""

    KEYFRAMES = "keyframes"
    LABELLED = "labelled"
    EVERY = "every"
    ALL = "all"


@dataclass(frozen=True, slots=True)
class FrameChoice:
    """The frames that are exported as pictures, and how they are written.

    KEYFRAMES: where a track has a keyframe on which it is seen, and where a shape or
    tag of a single frame is. LABELLED: wherever a track, shape or tag is seen. EVERY:
    from the first frame on each `step`-th, with marks or without. ALL: each one.
    `quality`: of JPEG, 1 to 100.
    """

    which: FrameSet = FrameSet.LABELLED
    step: int = 1
    picture: PictureFormat = PictureFormat.PNG
    quality: int = 95

    def __post_init__(self) -> None:
        if self.step < 1 or not 1 <= self.quality <= 100:
            message = "Choose every 1st frame or fewer, and a quality from 1 to 100."
            raise UserError(message)


def parse_frames(text: str) -> tuple[FrameSet, int]:
    """What `keyframes`, `labelled`, `all` or `every:10` means; UserError."""
    word, _, number = text.strip().lower().partition(":")
    if word == FrameSet.EVERY and re.fullmatch(r"0*[1-9][0-9]{0,8}", number):
        return FrameSet.EVERY, int(number)
    if word != FrameSet.EVERY and word in set(FrameSet) and not number:
        return FrameSet(word), 1
    message = f"{text!r} is none of keyframes, labelled, all and every:10 (or so)."
    raise UserError(message)


def film_count(project: Project, where: Filter) -> int:
    """How many of the items are films."""
    media = where.media
    if media is not None and Media.VIDEO not in (
        (media,) if isinstance(media, Media) else media
    ):
        return 0
    with project.snapshot() as snapshot:
        return len(snapshot.item_ids(replace(where, media=Media.VIDEO)))


def as_pictures(  # noqa: PLR0913  where from, what, where to
    reader: Reader,
    records: Records,
    choice: FrameChoice,
    holds: Collection[str],
    sink: Sink | None,
    *,
    report: Report,
    progress: Progress,
) -> FrameRecords:
    """The records with the chosen frames as pictures in the place of the films.

    The pictures are written into `sink`, when there is one. `holds`: what the format
    keeps. Films and frames that cannot be read are left out, and reported.
    """
    planned = list(_planned(reader, records, choice, report, progress))
    names = film_names([film.item.path for film, _ in planned], _taken(records))
    suffix = f".{choice.picture.value}"
    films = [
        replace(film, name=f"{FOLDER}/{name}_", digits=_digits(table), suffix=suffix)
        for (film, table), name in zip(planned, names, strict=True)
    ]
    if sink is None:
        report.pictures = sum(len(film.frames) for film in films)
    else:
        writer = _Writer(reader, choice, sink, report, progress)
        writer.total = sum(len(film.frames) for film in films)
        tables = (table for _, table in planned)
        films = [writer.write(*each) for each in zip(films, tables, strict=True)]
    framed = FrameRecords(records, films, holds)
    _report_marks(framed, report, holds)
    return framed


def film_names(paths: Sequence[str], taken: Collection[str] = ()) -> list[str]:
    """A name for each film, from its file; those of equal names get their folders.

    `taken`: names, in small letters, that are not free.
    """
    short = [_stem(path) for path in paths]
    often = Counter(name.casefold() for name in short)
    used = set(taken)
    names: list[str] = []
    for path, name in zip(paths, short, strict=True):
        wanted = name if often[name.casefold()] == 1 else _stem(path, whole=True)
        free, number = wanted, 2
        while free.casefold() in used:
            free, number = f"{wanted}-{number}", number + 1
        used.add(free.casefold())
        names.append(free)
    return names


def _stem(path: str, *, whole: bool = False) -> str:
    """What pictures of a film begin with; numbered pictures have a `#` in it."""
    place = PurePosixPath(path)
    parts = (*place.parts[:-1], place.stem)
    name = _UNSAFE.sub("_", "_".join(parts) if whole else place.stem).strip("_ .")
    if not name and place.parent.name:
        name = _UNSAFE.sub("_", place.parent.name).strip("_ .")
    return name[-_STEM:].lstrip("_ .") or "film"


def _taken(records: Records) -> set[str]:
    """What pictures that are items themselves would be taken to be a film of."""
    found: set[str] = set()
    for item in records.items():
        path = PurePosixPath(item.path.casefold())
        if item.media is not Media.VIDEO and str(path.parent) == FOLDER:
            found.add(path.stem.rpartition("_")[0])
    return found


def _digits(table: FrameTable) -> int:
    return max(_DIGITS, len(str(max(len(table) - 1, 0))))


def _planned(
    reader: Reader,
    records: Records,
    choice: FrameChoice,
    report: Report,
    progress: Progress,
) -> Iterator[tuple[FramedFilm, FrameTable]]:
    """The films that can be read, with the frames that are wanted of each."""
    for item, marks in records.by_item():
        if item.media is not Media.VIDEO:
            continue
        try:
            table = table_of(reader, item, progress)
        except (MediaError, UserError) as error:
            reason = "A film that cannot be read is left out."
            report.add(Problem(reason, where=str(error), item=item.path))
            _report_each("An annotation of such a film.", marks, item, report)
            continue
        if table.problem:
            reason = "A film is damaged."
            note = Problem(reason, Severity.NOTE, where=table.problem, item=item.path)
            report.add(note)
        frames = chosen_frames(marks, len(table), choice)
        times = np.array([table.time(int(f)) for f in frames], np.float64)
        ordered = tuple(sorted(marks, key=lambda mark: (mark.z, mark.id)))
        relations = tuple(records.relations(item.id))
        yield FramedFilm(item, ordered, relations, frames, times), table


def chosen_frames(
    marks: Iterable[Annotation], count: int, choice: FrameChoice
) -> NDArray[np.int64]:
    """The frames of a film of `count` frames that are wanted, in order."""
    if choice.which in (FrameSet.ALL, FrameSet.EVERY):
        return np.arange(0, count, choice.step, dtype=np.int64)
    wanted = np.zeros(count, np.bool_)
    for mark in marks:
        shape = mark.geometry
        if no_frame(mark) or (isinstance(shape, Whole) and mark.frame is None):
            continue
        if not isinstance(shape, Track):
            wanted[mark.frame or 0 : (mark.frame or 0) + 1] = True
        elif choice.which is FrameSet.LABELLED:
            for start, stop in seen_ranges(shape, count):
                wanted[start:stop] = True
        else:
            for key in shape.keyframes:
                if not key.outside:
                    wanted[key.frame : key.frame + 1] = True
    return np.flatnonzero(wanted).astype(np.int64)


class _Writer:
    """Writes the pictures of films; counts them over all films.

    While one picture is decoded, those before it are made into files by threads:
    that takes most of the time.
    """

    def __init__(
        self,
        reader: Reader,
        choice: FrameChoice,
        sink: Sink,
        report: Report,
        progress: Progress,
    ) -> None:
        self._reader, self._choice, self._sink = reader, choice, sink
        self._report, self._progress = report, progress
        self._threads = min(os.cpu_count() or 1, _MOST_THREADS)
        self.total = self._done = 0

    def write(self, film: FramedFilm, table: FrameTable) -> FramedFilm:
        """Write pictures; the film with those that could be read."""
        frames = film.frames
        if not len(frames):
            return film
        dense = len(frames) * _SPARSE > frames[-1] - frames[0]
        path = self._reader.media_path(film.item)
        video = open_video(path, table=table, in_order=bool(dense))
        kept: list[int] = []
        try:
            with ThreadPoolExecutor(self._threads) as threads:
                for place, data in self._made(film, video, threads):
                    with self._sink.open(film.path(place)) as file:
                        file.write(data)
                    self._report.pictures += 1
                    kept.append(place)
        finally:
            video.close()
        info = video.info
        item = replace(film.item, width=info.width, height=info.height)
        return replace(film, item=item, frames=frames[kept], times=film.times[kept])

    def _made(
        self, film: FramedFilm, video: Video, threads: Executor
    ) -> Iterator[tuple[int, bytes]]:
        """The files of pictures by their place, in order; a few are under way."""
        making: deque[tuple[int, Future[bytes]]] = deque()
        for place, frame in enumerate(film.frames.tolist()):
            self._progress.step(self._done, self.total, "Writing pictures of films")
            self._done += 1
            try:
                pixels = video.frame(frame, lambda: self._progress.cancelled)
            except MediaError as error:
                self._refuse(film, error)
                continue
            choice = self._choice
            made = threads.submit(
                picture_bytes, pixels, choice.picture, quality=choice.quality
            )
            making.append((place, made))
            if len(making) > self._threads:
                yield from self._next(film, making)
        while making:
            yield from self._next(film, making)

    def _next(
        self, film: FramedFilm, making: deque[tuple[int, Future[bytes]]]
    ) -> Iterator[tuple[int, bytes]]:
        place, made = making.popleft()
        try:
            yield place, made.result()
        except MediaError as error:
            self._refuse(film, error)

    def _refuse(self, film: FramedFilm, error: MediaError) -> None:
        reason = "A frame that cannot be read has no picture."
        self._report.add(Problem(reason, where=str(error), item=film.item.path))


def _report_marks(framed: FrameRecords, report: Report, holds: Collection[str]) -> None:
    """Say which marks of films are on no picture, and what pictures do not tell."""
    for film in framed.films:
        timed = filter(no_frame, film.marks)
        _report_each("A mark in time is on no picture.", timed, film.item, report)
        if "attributes" not in holds:
            tracks = (m for m in film.marks if isinstance(m.geometry, Track))
            reason = "The format does not say which shapes are of one track."
            _report_each(reason, tracks, film.item, report, Severity.LOSS)
    for film, mark in framed.unseen():
        reason = "A mark is on none of the frames that are chosen."
        _report_each(reason, (mark,), film.item, report, Severity.NOTE)


def _report_each(
    reason: str,
    marks: Iterable[Annotation],
    item: Item,
    report: Report,
    severity: Severity = Severity.SKIPPED,
) -> None:
    for mark in marks:
        report.add(Problem(reason, severity, item=item.path, annotation_id=mark.id))
