"""Items: the files that are labelled."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import IntEnum, StrEnum

from annolab.model.geometry import Attributes, no_attributes


class Media(StrEnum):
    """What kind of thing an item is."""

    IMAGE = "image"
    VIDEO = "video"
    AUDIO = "audio"
    TEXT = "text"


class Status(IntEnum):
    """How far an item is; the numbers are stored in project files."""

    NEW = 0
    BEGUN = 1
    DONE = 2
    ACCEPTED = 3
    SKIPPED = 4


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """One file. `path` is relative to its root, with `/`.

    `width`, `height`: pixels, upright. `length`: frames (video, pages of a
    picture), seconds (audio) or code points (text). `rate`: frames or samples
    per second. `digest`: SHA-256 of the bytes, `size` their number; None until
    read. `problem`: why the media cannot be shown, "" when it can. `missing`:
    the file was named by an import and has not been found. `tiers`: ids of the
    tiers this item has, in its order. `source`: JSON text of what the file it
    was imported from said and the model does not know.
    """

    id: int
    path: str
    media: Media
    root_id: int = 0
    width: int | None = None
    height: int | None = None
    length: float | None = None
    rate: float | None = None
    digest: bytes | None = None
    size: int | None = None
    split: str | None = None
    status: Status = Status.NEW
    priority: float | None = None
    attributes: Attributes = field(default_factory=no_attributes, hash=False)
    tiers: tuple[int, ...] = ()
    missing: bool = False
    problem: str = ""
    source: str | None = None

    @property
    def seconds(self) -> float | None:
        """How long a sound or a film is, as far as it is known.

        That of a film is its frames at its mean rate.
        """
        if self.media is Media.AUDIO:
            return self.length
        if self.media is Media.VIDEO and self.length and self.rate:
            return self.length / self.rate
        return None

    @property
    def name(self) -> str:
        """The file name without its folders."""
        return self.path.rpartition("/")[2]


@dataclass(frozen=True, slots=True)
class Root:
    """A folder that items are relative to; absolute, or relative to the project."""

    id: int
    path: str
