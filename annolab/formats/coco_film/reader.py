"""Read COCO files of films: pictures of videos are frames, their marks tracks."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from annolab.errors import UserError
from annolab.formats.base import ImportContext, Severity
from annolab.formats.coco import words
from annolab.formats.coco.marks import Image, attributes_of
from annolab.formats.coco.reader import FileReader, item_extras
from annolab.formats.coco_film import films
from annolab.formats.coco_film.films import Film, Raw, Said
from annolab.formats.coco_film.gathering import Gathering
from annolab.model.annotation import Annotation

TRACK_KEYS = ("track_id", "instance_id")  # the first that is there
_SKIP, _MEND, _NOTE = Severity.SKIPPED, Severity.REPAIRED, Severity.NOTE


class FilmReader(FileReader):
    """Reads one file into a context; serves once."""

    def __init__(self, path: Path, ctx: ImportContext) -> None:
        super().__init__(path, ctx)
        self._max |= {"video": 0, "track": 0}
        self._videos: dict[object, Raw] = {}
        self._pictures: dict[object, list[Raw]] = {}
        self._films: dict[int, Film] = {}  # by the id of the item

    def read(self) -> Iterator[Annotation]:
        """Yield the annotations. Raises FormatError when nothing can be read."""
        tracks = Gathering(self._ctx, self._path.name)
        for mark in super().read():
            film = self._films.get(mark.item_id)
            if film is None:
                yield mark
                continue
            kept = dict(words.source_of(mark.source))
            number = self._track_number(mark, kept)
            if number is None or not tracks.take(number, mark, film, kept):
                yield mark
        yield from tracks.tracks()

    def _track_number(self, mark: Annotation, kept: Mapping[str, Any]) -> object:
        given = kept.get(words.GIVEN)
        given = given if isinstance(given, dict) else {}
        if words.PART in kept:
            return self._last_number
        numbers = [given[key] for key in TRACK_KEYS if key in given]
        numbers += [mark.attributes.get(TRACK_KEYS[0])]
        found = numbers[0]
        good = type(found) is str or (type(found) is int and found >= 0)
        if type(found) is int:
            self._max["track"] = max(self._max["track"], found)
        self._last_number = found if good else None
        return self._last_number

    _last_number: object = None  # of the object that keypoints are a part of

    def _takers(self) -> Mapping[str, Callable[[object], None]]:
        return {**super()._takers(), "videos": self._video}

    def _refusal(self) -> str:
        if not self._seen & {"images", "videos"}:
            return "This is no COCO file of films: it has neither images nor videos."
        if "images" not in self._seen:
            return "This is a file of YouTube-VIS (videos), not of COCO images."
        return ""

    def _video(self, raw: object) -> None:
        if not isinstance(raw, dict):
            self._say("A video is not an object.", _SKIP)
            return
        number = self._id(raw, "video")
        if number in self._videos:
            self._say("Two videos have one id; the second is left out.", _SKIP)
        elif number is not None:
            self._videos[number] = raw

    def _image(self, raw: object) -> None:
        if not isinstance(raw, dict) or raw.get("video_id") is None:
            super()._image(raw)
            return
        number, video = self._id(raw, "image"), raw["video_id"]
        if number is not None and number in self._images:
            self._say("Two images have one id; the second is left out.", _SKIP)
        elif type(video) not in (int, str):
            self._say("An image whose video_id is no id.", _SKIP)
        else:
            self._pictures.setdefault(video, []).append(raw)
            if number is not None:
                self._images[number] = None  # until its film is known

    def _defined(self) -> None:
        numbers = dict.fromkeys((*self._videos, *self._pictures))
        pictures = [raw for raws in self._pictures.values() for raw in raws]
        key = films.key_of(pictures)
        first = self._first(key, pictures)
        for number in numbers:
            if number not in self._videos:
                self._tell(number, "Images of a video that is not in the file.", _MEND)
            raw = self._videos.get(number, {})
            try:
                self._film(raw, self._pictures.get(number, []), key, first)
            except UserError as error:
                self._tell(number, str(error), _SKIP)
        self._pictures.clear()

    def _tell(self, number: object, reason: str, how: Severity) -> None:
        self._report(reason, how, f"{self._path.name}, video {number!r}")

    def _first(self, key: str | None, pictures: list[Raw]) -> int:
        """The number of the first frame: as said or asked for, else 0 or 1."""
        said = {_first_said(raw) for raw in self._videos.values()} - {None}
        if len(said) == 1:
            return said.pop() or 0
        if self._ctx.options.get(films.FIRST) in ("0", "1"):
            return int(self._ctx.options[films.FIRST])
        if key is None:
            if pictures:
                reason = "Frames have no numbers; they follow the names of pictures."
                self._report(reason, _NOTE, self._path.name)
            return 0
        if min(raw[key] for raw in pictures) != 1:
            return 0
        reason = "No frame is 0; they are taken to be counted from 1."
        self._report(reason, _NOTE, self._path.name)
        return 1

    def _film(self, raw: Raw, pictures: list[Raw], key: str | None, first: int) -> None:
        frames = films.frames_of(pictures, key, first)
        good = [
            (frame, picture)
            for frame, picture in zip(frames, pictures, strict=True)
            if self._is_frame(frame, picture)
        ]
        said = said_of(raw, [picture for _, picture in good])
        kept = {str(frame): picture for frame, picture in good}
        if len(kept) < len(good):
            reason = "Two images are of one frame of a film; the second stays."
            self._tell(raw.get("id"), reason, Severity.LOSS)
        said.kept = {
            words.GIVEN: raw,
            films.KEY: [key, first],
            films.PICTURES: kept,
        }
        item = films.item_of(self._ctx, said)
        film = Film(item, sorted(frame for frame, _ in good))
        self._films[item.id] = film
        for frame, picture in good:
            size = [films.size_in(picture, k) for k in ("width", "height")]
            width, height = size if None not in size else (item.width, item.height)
            number = picture.get("id")
            if number is not None:
                self._images[number] = Image(item.id, width, height, frame)

    def _is_frame(self, frame: int, picture: Raw) -> bool:
        good = 0 <= frame <= films.MOST_FRAME
        if not good:
            reason = "An image of a frame that no film has."
            self._tell(picture.get("video_id"), reason, _SKIP)
        return good


def said_of(raw: Raw, pictures: list[Raw]) -> Said:
    """What a file says of a film; what the model holds is taken out."""
    names = [name for p in pictures if isinstance(name := p.get("file_name"), str)]
    given = [raw.get(key) for key in ("file_name", "name")]
    found = [name for name in given if isinstance(name, str) and name.strip()]
    sizes = [raw, *pictures[:1]]
    width, height = (
        next((n for each in sizes if (n := films.size_in(each, key))), None)
        for key in ("width", "height")
    )
    ours = raw.pop(words.OURS, None)
    said = Said(found[0] if found else f"video {raw.get('id', '')}".strip(), names)
    if width is not None and height is not None:
        said.width, said.height = width, height
    said.length = films.size_in(raw, "length")
    said.attributes = attributes_of(raw)
    said.more = item_extras(ours)
    return said


def _first_said(raw: Raw) -> int | None:
    ours = raw.get(words.OURS)
    first = ours.get(films.FIRST) if isinstance(ours, dict) else None
    return first if type(first) is int and first in (0, 1) else None
