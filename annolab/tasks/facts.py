"""What the file of an item tells: its size, its length, its rate."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TypedDict

from annolab.errors import FolderNotNamed, MediaError, UserError
from annolab.jobs import Progress
from annolab.media import image, sound, video
from annolab.media.picture_run import is_run, run_size
from annolab.media.sound_cache import SoundCache, cache_folder
from annolab.media.video import VideoInfo
from annolab.model.item import Item, Media
from annolab.store.project import Project
from annolab.tasks.texts import text_facts

_COUNTED = 256 << 20  # bytes of a film that is read through to count its pictures
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
    problem: str


def unreadable(item: Item) -> str:
    """The reason in a report for an item whose file cannot be read as a whole."""
    if is_in_part(item):
        return "A film that is damaged."
    return _UNREADABLE[item.media]


def is_in_part(item: Item) -> bool:
    """Whether the file is a film that is damaged, but can be shown in part."""
    return item.media is Media.VIDEO and bool(item.problem and item.length)


def is_unread(item: Item) -> bool:
    """Whether the file could tell something that is not known yet."""
    if item.problem:
        return False
    match item.media:
        case Media.IMAGE:
            return item.width is None or item.size is None
        case Media.AUDIO:
            return None in (item.length, item.rate, item.size)
        case Media.VIDEO:
            return None in (item.width, item.length, item.rate, item.size)
        case Media.TEXT:
            return item.length is None


def read_facts(project: Project, item: Item) -> Item:
    """An item with what its file says; with a problem when that says nothing."""
    try:
        path = project.media_path(item)
        if item.media is Media.TEXT:
            path.stat()  # FileNotFoundError: it is missing, not unreadable
            return replace(text_facts(project, item), missing=False)
        facts = _facts(item.media, path)
        size = run_size(path) if is_run(path) else path.stat().st_size
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
        case Media.VIDEO:
            return _film_facts(path)
        case _:
            return _Facts()


def _film_facts(path: Path) -> _Facts:
    """Size, pictures and rate; of a large film the header's word is taken."""
    info = video.probe(path)
    facts = _Facts(width=info.width, height=info.height, rate=info.rate)
    if not (info.exact or is_large(path)):
        cache = SoundCache(cache_folder())
        table = video.read_table(path, Progress(), cache=cache, in_order=False)
        facts["length"] = float(len(table))
        facts["rate"] = table.rate or info.rate
        facts["problem"] = table.problem
    elif info.frames:
        facts["length"] = float(info.frames)
    return facts


def film_as_read(item: Item, info: VideoInfo, problem: str) -> Item:
    """A film with what is known when it was read to its end; `problem`: of its file."""
    return replace(
        item,
        width=info.width,
        height=info.height,
        length=float(info.frames),
        rate=info.rate,
        problem=problem,
        missing=False,
    )


def is_large(path: Path) -> bool:
    """Whether the pictures of a film are counted only when it is opened."""
    return path.stat().st_size > _COUNTED
