"""Read YouTube-VIS: an annotation is a track, with a shape or null for each frame."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from annolab.errors import UserError
from annolab.formats.base import ImportContext, Severity
from annolab.formats.coco import words
from annolab.formats.coco.marks import Image, MarkReader, Raw
from annolab.formats.coco.reader import FileReader
from annolab.formats.coco_film import films
from annolab.formats.coco_film.films import Film
from annolab.formats.coco_film.gathering import Gathering
from annolab.formats.coco_film.reader import TRACK_KEYS, FilmReader, said_of
from annolab.model.annotation import Annotation

COLUMNS = {"segmentations": "segmentation", "bboxes": "bbox", "areas": "area"}
FRAMES = "frames"  # member of ours: what else is said, by frame
SINGLE = "single"  # member of ours: a shape of one frame, not a track
_NOW = object()  # the image of the frame that is being read
_SKIP, _LOSS = Severity.SKIPPED, Severity.LOSS


class _Shot(NamedTuple):
    film: Film
    width: int | None
    height: int | None


class VisReader(FilmReader):
    """Reads one file into a context; serves once."""

    def __init__(self, path: Path, ctx: ImportContext) -> None:
        super().__init__(path, ctx)
        self._shots: dict[object, _Shot] = {}
        self._gathering = Gathering(ctx, path.name)

    def read(self) -> Iterator[Annotation]:
        """Yield the annotations. Raises FormatError when nothing can be read."""
        yield from FileReader.read(self)

    def _takers(self) -> Mapping[str, Callable[[object], None]]:
        return {"videos": self._video, "categories": self._category}

    def _refusal(self) -> str:
        if "videos" not in self._seen:
            return "This is no file of YouTube-VIS: it has no videos."
        if "images" in self._seen:
            return "This file has images: it is one of COCO video."
        return ""

    def _defined(self) -> None:
        for number, raw in self._videos.items():
            given = raw.get("file_names")
            names = given if isinstance(given, list) else []
            pictures = [{"file_name": name} for name in names]
            said = said_of(raw, pictures)
            length = len(names) or said.length or 0
            said.length = length or None
            said.kept = {words.GIVEN: raw}
            try:
                item = films.item_of(self._ctx, said)
            except UserError as error:
                self._tell(number, str(error), _SKIP)
                continue
            film = Film(item, range(length))
            width, height = said.width or item.width, said.height or item.height
            self._shots[number] = _Shot(film, width, height)

    def _marks(
        self, reader: MarkReader, raw: object, *, numbered: bool
    ) -> Iterable[Annotation]:
        if not isinstance(raw, dict):
            return reader.read(raw, numbered=numbered)
        try:
            shot = self._shots[raw.pop("video_id")]
        except (KeyError, TypeError):
            self._say("An annotation of a video that is not there.", _SKIP)
            return ()
        reader.number(raw)
        return self._track(reader, raw, shot)

    def _track(self, reader: MarkReader, raw: Raw, shot: _Shot) -> Iterator[Annotation]:
        frames = self._frames(raw, shot)
        ours = raw.get(words.OURS)
        is_single = isinstance(ours, dict) and ours.pop(SINGLE, None) is True
        number = raw.pop("id", None)
        if TRACK_KEYS[0] in raw:
            self._say("An annotation has a track_id besides its id.", _LOSS)
        for frame, said in frames.items():
            self._images[_NOW] = Image(
                shot.film.item.id, shot.width, shot.height, frame
            )
            again = {**raw, **said, "image_id": _NOW, TRACK_KEYS[0]: number}
            ours = raw.get(words.OURS)
            if isinstance(ours, dict):
                more = said.get(words.OURS)
                again[words.OURS] = {**ours, **(more if isinstance(more, dict) else {})}
            for mark in reader.read(again, numbered=False):
                kept = dict(words.source_of(mark.source))
                kept.pop(words.LABEL, None)
                if is_single:
                    yield replace(mark, source=words.to_json(kept))
                else:
                    self._gathering.take(number, mark, shot.film, kept)
        found = list(self._gathering.tracks())
        if not found and not is_single:
            self._say("An annotation without a shape.", _SKIP)
        yield from found

    def _frames(self, raw: Raw, shot: _Shot) -> dict[int, dict[str, Any]]:
        """What is said of each frame on which there is something; taken out."""
        found: dict[int, dict[str, Any]] = {}
        most = len(shot.film.listed)
        for column, member in COLUMNS.items():
            values = raw.pop(column, None)
            if not isinstance(values, list):
                if values is not None:
                    self._say("A column of an annotation is no list.", _LOSS)
                continue
            for frame, value in enumerate(values):
                if value is not None:
                    found.setdefault(frame, {})[member] = value
        ours = raw.get(words.OURS)
        more = ours.pop(FRAMES, None) if isinstance(ours, dict) else None
        for frame, said in found.items():
            rest = more.get(str(frame)) if isinstance(more, dict) else None
            if isinstance(rest, dict):
                said.update(rest)
        good = {
            frame: said
            for frame, said in found.items()
            if said.keys() & {"segmentation", "bbox"} and (frame < most or not most)
        }
        if len(good) < len(found):
            self._say("A frame with an area only, or after the last one.", _LOSS)
        return dict(sorted(good.items()))
