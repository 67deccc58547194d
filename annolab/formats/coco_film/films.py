"""Which film a video of COCO is, and which frame each of its pictures.

A video has a name, and pictures with a number or without. It is the film of that
name where the name is that of a film; else numbered pictures (`shots/#.jpg`) when
their names differ by a number only; else the film that is called after it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from annolab.formats.base import ImportContext
from annolab.formats.coco import words
from annolab.formats.values import clean
from annolab.model.geometry import Attributes, no_attributes
from annolab.model.item import Item, Media
from annolab.model.order import natural_key

Raw: TypeAlias = dict[str, Any]

FRAME_KEYS = ("frame_index", "frame_id", "frame")  # the first that all pictures have
FIRST = "first_frame"  # member of ours: the number of the first frame
PICTURES = "coco.pictures"  # in the source of a film: what was said, by frame
KEY = "coco.frame"  # in the source of a film: the member with the numbers of frames
MOST_FRAME = 1_000_000_000
_FILM_NAME = re.compile(
    r".\.(?:mp4|m4v|mov|mkv|webm|avi|mpe?g|m?ts|m2ts|wmv|flv|ogv|3gp)\Z", re.IGNORECASE
)
_RUN_NAME = re.compile(r"#[^/\\#0-9]*\.(?:jpe?g|png|tiff?|webp|bmp)\Z", re.IGNORECASE)
_NUMBER = re.compile(r"[0-9]{1,18}(?=[^0-9/\\]*\.[A-Za-z0-9]{1,5}\Z)", re.ASCII)


@dataclass(frozen=True, slots=True)
class Film:
    """A film, and the frames that the file speaks of, in rising order."""

    item: Item
    listed: Sequence[int]

    @property
    def length(self) -> int | None:
        """How many frames it has, where that is known."""
        return int(self.item.length) if self.item.length else None


@dataclass(slots=True)
class Said:
    """What a file says of a film, besides its pictures."""

    name: str
    names: Sequence[str]  # of its pictures
    width: int | None = None
    height: int | None = None
    length: int | None = None
    attributes: Attributes = field(default_factory=no_attributes)
    kept: Mapping[str, object] = field(default_factory=dict)
    more: Mapping[str, Any] = field(default_factory=dict)  # split and status


def item_of(ctx: ImportContext, said: Said) -> Item:
    """The item of a film. Raises UserError when its path leads out."""
    source = words.to_json(said.kept)
    path = name_of(said)
    if path is None:
        name = clean(said.name) + ".json"
        return ctx.companion(name, media=Media.VIDEO, source=source)
    return ctx.item(
        path,
        media=Media.VIDEO,
        width=said.width,
        height=said.height,
        length=said.length,
        attributes=said.attributes,
        source=source,
        **said.more,
    )


def name_of(said: Said) -> str | None:
    """The path of a film, or of numbered pictures; None when only a name is known."""
    name = clean(said.name)
    if _FILM_NAME.search(name) or _RUN_NAME.search(name):
        return name
    return run_of(said.names)


def run_of(names: Iterable[str]) -> str | None:
    """The path that stands for pictures whose names differ by a number only."""
    found: str | None = None
    for name in names:
        number = _NUMBER.search(name)
        if number is None or "#" in name:
            return None
        pattern = f"{name[: number.start()]}#{name[number.end() :]}"
        if found is None:
            found = clean(pattern)
        elif found != pattern:
            return None
    return found


def number_in(name: str) -> tuple[int, int, int] | None:
    """The number in the name of a picture, with where it begins and ends."""
    found = _NUMBER.search(name)
    return None if found is None else (int(found[0]), *found.span())


def key_of(pictures: Iterable[Raw]) -> str | None:
    """The member that numbers the frames of all these pictures."""
    raws = list(pictures)
    for key in FRAME_KEYS:
        if raws and all(type(raw.get(key)) is int and raw[key] >= 0 for raw in raws):
            return key
    return None


def frames_of(pictures: Sequence[Raw], key: str | None, first: int) -> list[int]:
    """The frames of the pictures of a film; without a key they follow their names."""
    if key is not None:
        return [raw[key] - first for raw in pictures]
    names = [str(raw.get("file_name", "")) for raw in pictures]
    order = sorted(range(len(names)), key=lambda i: natural_key(names[i]))
    found = [0] * len(names)
    for frame, place in enumerate(order):
        found[place] = frame
    return found


def size_in(raw: Mapping[str, object], key: str) -> int | None:
    """A width, height or length that can be one."""
    number = raw.get(key)
    return number if type(number) is int and 0 < number < 1 << 31 else None
