"""Which media file an annotation file belongs to, by the stem of its name."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import IntEnum

from annolab.formats.per_item import without_suffix
from annolab.media.probe import SUFFIXES
from annolab.model.item import Item, Media
from annolab.store.project import Project

PAGE = 4096
GUESS = "companion"  # the key in `source`, with the path of the annotation file
KEPT_FOLDERS = 64
GUESSED_SUFFIX: Mapping[Media, str] = {
    Media.AUDIO: ".wav",
    Media.VIDEO: ".mp4",
    Media.IMAGE: ".jpg",
    Media.TEXT: ".txt",
}
"""Of media that are not there and of which only the stem is known."""

_ORDER = {suffix: place for place, suffix in enumerate(SUFFIXES)}
_STRANGE = re.compile(r"\W")


class Fit(IntEnum):
    """How well the name of a medium fits the stem of an annotation file."""

    WHOLE = 0  # speech.wav.TextGrid: the whole name
    STEM = 1
    LOOSE = 2  # case, accents written otherwise, Praat's "_" for spaces


def fitting(media: Media) -> tuple[Media, ...]:
    """The kinds that an annotation file for `media` may belong to, best first."""
    both = (Media.AUDIO, Media.VIDEO)
    return both if media is Media.AUDIO else (media,)


def stem_key(stem: str) -> str:
    """The same for stems that may mean the same file."""
    return _STRANGE.sub("_", unicodedata.normalize("NFC", stem).casefold())


def fit(stem: str, name: str) -> Fit | None:
    """How the name of a medium fits a stem; None: not at all."""
    if name == stem:
        return Fit.WHOLE
    own = without_suffix(name)
    if unicodedata.normalize("NFC", own) == unicodedata.normalize("NFC", stem):
        return Fit.STEM
    return Fit.LOOSE if stem_key(own) == stem_key(stem) else None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A medium that may be meant: an item, or (0) a file in an absolute folder."""

    item_id: int
    folder: str
    name: str
    media: Media
    fit: Fit

    @property
    def rank(self) -> tuple[int, bool, int]:
        """Smaller is better."""
        suffix = os.path.splitext(self.name)[1].lower()
        film = self.media is Media.VIDEO
        return self.fit, film, _ORDER.get(suffix, len(_ORDER))


def best(candidates: Iterable[Candidate], suffix: str) -> Candidate | None:
    """The best of those that lie in one folder; None when they lie in several.

    `speech.mp3` steps back for `speech.TextGrid` when `speech.mp3.TextGrid` is
    there too: an export gives such names to items that differ in their suffix only.
    """
    found = sorted(candidates, key=lambda c: c.rank)
    if len({c.folder for c in found}) != 1:
        return None
    if len(found) > 1 and found[0].fit is not Fit.WHOLE:
        free = [c for c in found if not _has_own(c, suffix)]
        found = free or found
    return found[0]


def _has_own(candidate: Candidate, suffix: str) -> bool:
    return os.path.exists(os.path.join(candidate.folder, candidate.name + suffix))


class Stems:
    """Items and files by the stems of their names."""

    def __init__(self, project: Project, roots: Mapping[int, str]) -> None:
        self._project = project
        self._roots = roots
        self._ids: dict[str, list[int]] | None = None
        self._folders: dict[str, dict[str, list[str]]] = {}

    def items(self, stem: str, kinds: tuple[Media, ...]) -> Iterator[Candidate]:
        """Items of these kinds whose name fits."""
        if self._ids is None:
            self._ids = self._index()
        ids = {i: None for key in _keys(stem) for i in self._ids.get(key, ())}
        for row in self._project.item_rows(ids):
            how, top = fit(stem, row.name), self._roots.get(row.root_id)
            if how is not None and top is not None and row.media in kinds:
                above = row.path.rpartition("/")[0]
                folder = os.path.normpath(os.path.join(top, above))
                yield Candidate(row.id, folder, row.name, row.media, how)

    def files(
        self, folder: str, stem: str, kinds: tuple[Media, ...]
    ) -> Iterator[Candidate]:
        """Files of these kinds in a folder whose name fits; not of folders in it."""
        names = self._listed(folder)
        for name in dict.fromkeys(n for key in _keys(stem) for n in names.get(key, ())):
            media, how = _media(name), fit(stem, name)
            if how is not None and media in kinds:
                yield Candidate(0, folder, name, media, how)

    def _listed(self, folder: str) -> dict[str, list[str]]:
        names = self._folders.get(folder)
        if names is None:
            if len(self._folders) >= KEPT_FOLDERS:
                self._folders.clear()
            names = self._folders[folder] = {}
            try:
                for name in sorted(os.listdir(folder)):
                    if _media(name) is not None and not name.startswith("."):
                        names.setdefault(stem_key(without_suffix(name)), []).append(
                            name
                        )
            except OSError:  # not there, or not ours to read: nothing is found in it
                return names
        return names

    def _index(self) -> dict[str, list[int]]:
        found: dict[str, list[int]] = {}
        ids = self._project.item_ids()
        for start in range(0, len(ids), PAGE):
            for row in self._project.item_rows(ids[start : start + PAGE]):
                found.setdefault(stem_key(without_suffix(row.name)), []).append(row.id)
        return found


def with_guess(source: str | None, path: str) -> str:
    """The `source` of an item of which only the stem is known, from `path`."""
    said = {} if source is None else json.loads(source)
    return json.dumps({**said, GUESS: path}, ensure_ascii=False)


def is_guess(item: Item) -> bool:
    """Whether the suffix of a missing item is only a guess."""
    source = item.source
    if not item.missing or source is None or f'"{GUESS}"' not in source:
        return False
    said = json.loads(source)
    return isinstance(said, dict) and GUESS in said


def _keys(stem: str) -> tuple[str, ...]:
    """Where names lie in an index that fit as a stem, or as a whole name."""
    return tuple(dict.fromkeys((stem_key(stem), stem_key(without_suffix(stem)))))


def _media(name: str) -> Media | None:
    return SUFFIXES.get(os.path.splitext(name)[1].lower())
