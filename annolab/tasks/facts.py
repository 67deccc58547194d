"""What the file of an item tells: its size, its length, its rate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from annolab.errors import FolderNotNamed, MediaError, UserError
from annolab.media import image, sound
from annolab.model.item import Item, Media
from annolab.store.project import Project

_UNREADABLE = {
    Media.IMAGE: "A picture that cannot be shown.",
    Media.VIDEO: "A film that cannot be shown.",
    Media.AUDIO: "A sound that cannot be played.",
    Media.TEXT: "A text that cannot be shown.",
}


class _Facts(TypedDict, total=False):
    width: int
    height: int
    length: float
    rate: float


def unreadable(media: Media) -> str:
    """The reason in a report for media of this kind that cannot be read."""
    return _UNREADABLE[media]


def is_unread(item: Item) -> bool:
    """Whether the file could tell something that is not known yet."""
    if item.problem:
        return False
    match item.media:
        case Media.IMAGE:
            return item.width is None or item.size is None
        case Media.AUDIO:
            return None in (item.length, item.rate, item.size)
        case _:
            return False


def read_facts(project: Project, item: Item) -> Item:
    """An item with what its file says; with a problem when that says nothing."""
    try:
        path = project.media_path(item)
        facts = _facts(item.media, path)
        size = path.stat().st_size
    except FileNotFoundError:
        return replace(item, missing=True)
    except FolderNotNamed:  # nothing is known of it, and nothing is said of it
        return item
    except (MediaError, UserError) as error:
        return replace(item, problem=str(error))
    except OSError as error:
        return replace(item, problem=f"{item.name} cannot be read: {error.strerror}.")
    return replace(item, size=size, missing=False, **facts)


def _facts(media: Media, path: Path) -> _Facts:
    match media:
        case Media.IMAGE:
            info = image.probe(path)
            return _Facts(
                width=info.width, height=info.height, length=float(info.pages)
            )
        case Media.AUDIO:
            heard = sound.probe(path)
            return _Facts(length=heard.seconds, rate=float(heard.rate))
        case _:
            return _Facts()
