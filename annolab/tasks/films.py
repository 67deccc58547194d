"""The tables of films: what is shown when."""

from __future__ import annotations

from collections import OrderedDict

from annolab.errors import MediaError, UserError
from annolab.jobs import Progress
from annolab.media.sound_cache import SoundCache, cache_folder
from annolab.media.video import FrameTable, read_table
from annolab.model.item import Item, Media
from annolab.store.queries import Reader

_KEPT = 8


def table_of(
    project: Reader, item: Item, progress: Progress | None = None
) -> FrameTable:
    """The table of a film. Raises MediaError, UserError or Cancelled."""
    path = project.media_path(item)
    return read_table(path, progress or Progress(), cache=SoundCache(cache_folder()))


def time_of(table: FrameTable, frame: int) -> float | None:
    """Seconds of a picture since the first one; the end for their number.

    None where there is no such picture.
    """
    count = len(table)
    if 0 <= frame < count:
        return table.time(frame)
    return table.seconds if frame == count and count else None


class FilmTables:
    """The tables of the films of a project; those asked for last are kept."""

    def __init__(self, project: Reader) -> None:
        self._project = project
        self._kept: OrderedDict[int, FrameTable | None] = OrderedDict()

    def table(self, item: Item) -> FrameTable | None:
        """The table of an item, or None when it is no film that can be read."""
        if item.media is not Media.VIDEO or item.missing:
            return None
        if item.id not in self._kept:
            try:
                self._kept[item.id] = table_of(self._project, item)
            except (MediaError, UserError):
                self._kept[item.id] = None
            while len(self._kept) > _KEPT:
                self._kept.popitem(last=False)
        self._kept.move_to_end(item.id)
        return self._kept[item.id]
