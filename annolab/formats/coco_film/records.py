"""Films as pictures, and tracks as marks on them: what the writer of COCO is given.

Every picture that is listed has all that is seen on it, so that a track which is not
there is not seen there.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from annolab.formats.base import (
    Options,
    Problem,
    Records,
    Report,
    Severity,
    Sink,
)
from annolab.formats.coco import words
from annolab.formats.coco.writer import INFO, FileWriter, Numbers, add_item_values
from annolab.formats.coco_film import films
from annolab.formats.coco_film.gathering import FRAMES, OF_KEYFRAMES, TRACK
from annolab.formats.coco_film.reader import TRACK_KEYS
from annolab.formats.frame_rows import MOST_FRAMES
from annolab.formats.per_item import without_suffix
from annolab.model.annotation import Annotation, Annotator, Relation
from annolab.model.geometry import Keyframe, Track, Whole
from annolab.model.item import Item, Media
from annolab.model.schema import Schema
from annolab.model.tracks import (
    NUMBER,
    SCORE,
    seen_ranges,
    state_at,
)

_LOSS, _SKIP, _NOTE = Severity.LOSS, Severity.SKIPPED, Severity.NOTE


@dataclass(slots=True)
class Pictures:
    """The pictures of a film that are listed."""

    item: Item
    number: object  # of the video
    frames: Sequence[int]
    length: int
    begin: int  # the id of the picture of frame 0, as an item
    key: str  # the member with the number of a frame
    first: int  # the number of frame 0
    kept: dict[str, Any] = field(default_factory=dict)

    def name(self, frame: int) -> str:
        """The name of a picture, as it was or as the others are called."""
        given = self._given(frame).get("file_name")
        if isinstance(given, str):
            return given
        path = self.item.path
        for other, raw in self.kept.items():
            name = str(raw.get("file_name")) if isinstance(raw, dict) else ""
            found = films.number_in(name)
            if found is not None and other.isdecimal() and len(other) < 19:
                number, start, stop = found
                digits = stop - start
                number = max(number + frame - int(other), 0)
                return f"{name[:start]}{number:0{digits}d}{name[stop:]}"
            break
        if "#" in path.rpartition("/")[2]:
            folder, slash, last = path.rpartition("/")
            return folder + slash + last.replace("#", f"{frame:06d}", 1)
        return f"{without_suffix(path)}/{frame:06d}.jpg"

    def picture(self, frame: int) -> Item:
        """A picture as an item of its own."""
        given = dict(self._given(frame))
        given |= {"video_id": self.number, self.key: frame + self.first}
        source = {words.GIVEN: given, words.FILE_NAME: self.name(frame)}
        return Item(
            id=self.begin + frame,
            path=self.name(frame),
            media=Media.IMAGE,
            width=self.item.width,
            height=self.item.height,
            source=words.to_json(source),
        )

    def _given(self, frame: int) -> dict[str, Any]:
        given = self.kept.get(str(frame))
        return given if isinstance(given, dict) else {}


class OncePerMark(Report):
    """A report to which a mark with many frames says each thing once."""

    def __init__(self, report: Report) -> None:
        super().__init__()
        self._report = report
        self._said: set[tuple[str, int | None, str]] = set()
        self.skips: Counter[int | None] = Counter()  # by mark

    def add(self, problem: Problem) -> None:
        """Pass a problem on, unless it was said of this mark before."""
        if problem.severity is Severity.SKIPPED:
            self.skips[problem.annotation_id] += 1
        item = "" if problem.annotation_id is not None else problem.item
        key = (problem.reason, problem.annotation_id, item)
        if key not in self._said:
            self._said.add(key)
            self._report.add(problem)


class FilmRecords:
    """`Records` with the pictures of films as items, and marks on them."""

    program = "COCO video"

    def __init__(self, records: Records, report: Report, options: Options) -> None:
        self._records = records
        self._report = report
        self._is_all = options.get("frames", "all") == "all"
        self._rle = options.get("rle", "compressed")
        ids = words.object_of(records.entry(words.IDS))
        self._video_numbers = Numbers(ids.get("video"))
        self._free_tracks = Numbers(ids.get("track"))
        self._given_tracks: set[tuple[object, ...]] = set()
        self._tracks: dict[int, tuple[object, bool]] = {}  # numbers, by the mark
        self._films = self._listed()
        self.shown: Pictures | None = None  # the film of the last mark that was given
        self.frames: Counter[int] = Counter()  # that a mark was given for, by its id

    @property
    def schema(self) -> Schema:
        """Labels, declared attributes and tiers."""
        return self._records.schema

    def items(self) -> Iterator[Item]:
        """The pictures of the films."""
        for film in self._films.values():
            for frame in film.frames:
                yield film.picture(frame)

    def annotations(self) -> Iterator[Annotation]:
        """Marks of single frames, frame by frame of each."""
        self.frames.clear()
        for item, marks in self._records.by_item():
            film = self._films.get(item.id)
            if film is None:
                continue
            self.shown = film
            for mark in marks:
                for shown in self._marks(film, mark):
                    self.frames[mark.id] += 1
                    yield shown

    def _marks(self, film: Pictures, mark: Annotation) -> Iterator[Annotation]:
        if isinstance(mark.geometry, Track):
            yield from self._track_marks(film, mark, mark.geometry)
        else:
            yield self._frame_mark(film, mark)

    def by_item(self) -> Iterator[tuple[Item, list[Annotation]]]:
        """Each picture with its marks."""
        marks: dict[int, list[Annotation]] = {}
        for mark in self.annotations():
            marks.setdefault(mark.item_id, []).append(mark)
        for item in self.items():
            yield item, marks.get(item.id, [])

    def relations(self, item_id: int) -> list[Relation]:
        """None: pictures have none; see `relation_count`."""
        del item_id
        return []

    def relation_count(self) -> int:
        """How many relations the films have."""
        return self._records.relation_count()

    def text(self, item: Item) -> str | None:
        """No picture has one."""
        del item
        return None

    def time_of(self, item: Item, frame: int) -> float | None:
        """No picture has one."""
        del item, frame
        return None

    def annotator(self, annotator_id: int) -> Annotator | None:
        """Who made a mark."""
        return self._records.annotator(annotator_id)

    def count(self) -> tuple[int, int]:
        """How many items and annotations the films are."""
        return self._records.count()

    def entry(self, key: str) -> str | None:
        """What an import kept; of the whole file, with the videos."""
        kept = self._records.entry(key)
        if key != words.TOP:
            return kept
        top = words.object_of(kept) if kept else {"info": INFO, "licenses": []}
        return words.to_json(
            {**top, "videos": list(map(self.video, self._films.values()))}
        )

    def video(self, film: Pictures) -> dict[str, Any]:
        """A film as an object of the list `videos`."""
        item = film.item
        out = words.given_of(words.source_of(item.source))
        out["id"] = film.number
        if "file_name" not in out:
            out.setdefault("name", item.path)
        if item.width is not None and item.height is not None:
            out["width"], out["height"] = item.width, item.height
        if item.length:
            out.setdefault("length", int(item.length))
        add_item_values(out, item)
        out.setdefault(words.OURS, {})[films.FIRST] = film.first
        return out

    def written(self, report: OncePerMark) -> int:
        """How many marks were written, at least on one frame."""
        return sum(count > report.skips[i] for i, count in self.frames.items())

    def _listed(self) -> dict[int, Pictures]:
        found: dict[int, Pictures] = {}
        begin = 1
        for item, marks in self._records.by_item():
            if item.media is not Media.VIDEO:
                reason = f"Only marks on films can go into {self.program}."
                for mark in marks:
                    self._say(item, mark, reason, _SKIP)
                continue
            source = words.source_of(item.source)
            given = words.given_of(source)
            kept = source.get(films.PICTURES)
            key, first = _numbering(source.get(films.KEY))
            length, frames = self._frames(item, marks)
            found[item.id] = Pictures(
                item, self._video_numbers.take(given.get("id")), frames, length, begin,
                key, first, kept if isinstance(kept, dict) else {},
            )  # fmt: skip
            begin += length
        return found

    def _frames(
        self, item: Item, marks: Sequence[Annotation]
    ) -> tuple[int, Sequence[int]]:
        """How many frames a film has, and those that are listed."""
        said: set[int] = set()
        for mark in marks:
            if isinstance(mark.geometry, Track):
                said.update(key.frame for key in mark.geometry.keyframes)
            else:
                said.add(mark.frame or 0)
        length = max(int(item.length or 0), max(said, default=-1) + 1)
        if self._is_all and length <= MOST_FRAMES:
            return length, range(length)
        if self._is_all:
            reason = "A film of more than 1,000,000 frames has its keyframes only."
            self._report.add(Problem(reason, _NOTE, item=item.path))
        if length:
            said.add(length - 1)
        return length, sorted(said)

    def _say(
        self, item: Item, mark: Annotation, reason: str, how: Severity = _LOSS
    ) -> None:
        self._report.add(Problem(reason, how, item=item.path, annotation_id=mark.id))

    def _frame_mark(self, film: Pictures, mark: Annotation) -> Annotation:
        if mark.frame is None:
            reason = "A mark on no frame is written on the first one."
            self._say(film.item, mark, reason)
        source = dict(words.source_of(mark.source))
        return self._placed(film, mark, mark.frame or 0, source, {})

    def _placed(
        self,
        film: Pictures,
        mark: Annotation,
        frame: int,
        source: dict[str, Any],
        said: dict[str, object],
    ) -> Annotation:
        """A mark as that of a picture, which says this of itself."""
        given = source.get(words.GIVEN)
        if not isinstance(given, dict):
            given = {words.CROWD: 0}
            if self._rle != "compressed":
                source[words.RLE] = "list"
            if isinstance(mark.geometry, Whole):
                source[words.LABEL] = True
        source[words.GIVEN] = {**given, "video_id": film.number, **said}
        return replace(
            mark,
            item_id=film.begin + frame,
            frame=None,
            source=words.to_json(source),
        )

    def _track_marks(
        self, film: Pictures, mark: Annotation, track: Track
    ) -> Iterator[Annotation]:
        ranges = seen_ranges(track, film.length)
        if not ranges:
            self._say(film.item, mark, "A track that is never seen.", _SKIP)
            return
        self._say_lost(film.item, mark, track)
        source = words.source_of(mark.source)
        shared, frames = source.get(TRACK), source.get(FRAMES)
        shared = shared if isinstance(shared, dict) else {}
        frames = frames if isinstance(frames, dict) else {}
        number, is_free = self._track_number(film, mark, shared)
        if not shared or any(key in shared for key in TRACK_KEYS):
            said = {k: v for k, v in mark.attributes.items() if k != NUMBER}
            mark = replace(mark, attributes=said)
        for start, stop in ranges:
            for place in range(bisect_left(film.frames, start), len(film.frames)):
                frame = film.frames[place]
                if frame >= stop:
                    break
                kept = frames.get(str(frame))
                kept = dict(kept) if isinstance(kept, dict) else {}
                if shared or kept:
                    kept[words.GIVEN] = {**shared, **words.given_of(kept)}
                if is_free:
                    kept[words.MORE] = {"free": True}
                yield self._seen(film, mark, track, frame, kept, number)

    def _seen(
        self,
        film: Pictures,
        mark: Annotation,
        track: Track,
        frame: int,
        kept: dict[str, Any],
        number: object,
    ) -> Annotation:
        """A track at a frame where it is seen."""
        state = state_at(track, frame)
        assert state is not None  # noqa: S101  the caller has looked
        more: dict[str, object] = {} if state.is_keyframe else {"between": True}
        changing = sorted(state.attributes.keys() - OF_KEYFRAMES)
        if changing:
            more["changing"] = changing
        if more:
            kept[words.MORE] = more | words.of_frames(kept.get(words.MORE))
        score = mark.score
        said = state.attributes.get(SCORE)
        if score is None and isinstance(said, int | float) and 0 <= said <= 1:
            score = float(said)
        shown = replace(
            mark,
            geometry=state.held,
            attributes={**mark.attributes, **state.attributes},
            score=score,
        )
        key = next((k for k in TRACK_KEYS if k in words.given_of(kept)), TRACK_KEYS[0])
        return self._placed(film, shown, frame, kept, {key: number})

    def _track_number(
        self, film: Pictures, mark: Annotation, shared: dict[str, Any]
    ) -> tuple[object, bool]:
        """The number of a track, and whether it has none of its own."""
        if mark.id in self._tracks:
            return self._tracks[mark.id]
        own = mark.attributes.get(NUMBER)
        given: object = own
        is_free = type(own) is not int or own < 0
        if is_free:
            found = (shared[key] for key in TRACK_KEYS if key in shared)
            given = next(found, None)
        is_part = words.PART in (mark.source or "")
        whose = (film.number, given, mark.label_id, is_part)
        if given is None or whose in self._given_tracks:
            given = self._free_tracks.take()
        self._given_tracks.add(whose)
        self._tracks[mark.id] = given, is_free
        return given, is_free

    def _say_lost(self, item: Item, mark: Annotation, track: Track) -> None:
        """Say what of a track is on no picture."""
        named: set[str] = set()
        before: Keyframe | None = None
        for key in track.keyframes:
            named |= key.attributes.keys()
            if key.outside and not _follows(key, before):
                self._say(item, mark, "What a track is while it is not seen.")
            before = key
        if named & mark.attributes.keys():
            self._say(item, mark, "A key-value of a track that its keyframes have too.")


def _follows(key: Keyframe, before: Keyframe | None) -> bool:
    """Whether an outside keyframe only says that a track ends."""
    return (
        before is not None
        and not before.outside
        and before.geometry == key.geometry
        and not key.attributes
    )


def _numbering(given: object) -> tuple[str, int]:
    """The member with the numbers of frames, and the number of the first one."""
    match given:
        case [str() as key, 0 | 1 as first] if key in films.FRAME_KEYS:
            return key, first
    return "frame_id", 0


def write_films(
    schema: Schema, records: Records, sink: Sink, options: Options, report: Report
) -> Iterator[int]:
    """Write one file, yielding how many marks are done."""
    once = OncePerMark(report)
    seen = FilmRecords(records, once, options)
    compressed = options.get("rle", "compressed") == "compressed"
    for _ in FileWriter(schema, seen, once, compressed=compressed).write(sink):
        yield len(seen.frames)
    report.written = seen.written(once)
