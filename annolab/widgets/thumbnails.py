"""Small pictures of items, sounds too, made in a worker and kept while wanted."""

from __future__ import annotations

from collections import OrderedDict
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage, QPixmap

from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.model.item import Media
from annolab.widgets import worker

if TYPE_CHECKING:
    from annolab.store.project import Project

KEPT = 2000
AT_ONCE = 8
SIDE = 160  # pixels of the longer side: sharp at 200 %
WAVE = (112, 72)  # pixels of a waveform: those of the list, at 200 %
SHOWN = (Media.IMAGE, Media.VIDEO, Media.AUDIO)


class Thumbnails(QObject):
    """Pictures by item id. `get` asks for what is not there; `ready` tells of it.

    The last asked for is made first, because it is what is on the screen.
    """

    ready = Signal(object)  # item id

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._kept: OrderedDict[int, QPixmap] = OrderedDict()
        self._wanted: OrderedDict[int, None] = OrderedDict()
        self._project: Project | None = None
        self._job: worker.Job | None = None

    def set_project(self, project: Project | None) -> None:
        """Forget all and take pictures from `project`."""
        if self._job is not None:
            self._job.cancel()
            self._job = None
        self._kept.clear()
        self._wanted.clear()
        self._project = project

    def get(self, item_id: int, media: Media = Media.IMAGE) -> QPixmap | None:
        """The picture, a null one when there is none, None while it is made."""
        found = self._kept.get(item_id)
        if found is not None:
            self._kept.move_to_end(item_id)
            return found
        if media in SHOWN and self._project is not None:
            self._wanted[item_id] = None
            self._wanted.move_to_end(item_id)
            while len(self._wanted) > 64:
                self._wanted.popitem(last=False)
            self._start()
        return None

    def _start(self) -> None:
        project = self._project
        if self._job is not None or project is None or not self._wanted:
            return
        ids = [
            self._wanted.popitem()[0] for _ in range(min(AT_ONCE, len(self._wanted)))
        ]

        def work(progress: Progress) -> list[tuple[int, QImage]]:
            return _make(project, ids, progress)

        self._job = worker.run(self, work, self._take, self._fail)

    def _take(self, made: list[tuple[int, QImage]]) -> None:
        self._job = None
        for item_id, image in made:
            self._kept[item_id] = QPixmap.fromImage(image)
            self.ready.emit(item_id)
        while len(self._kept) > KEPT:
            self._kept.popitem(last=False)
        self._start()

    def _fail(self, error: AnnoLabError) -> None:
        self._job = None
        self._start()


def _make(
    project: Project, ids: list[int], progress: Progress
) -> list[tuple[int, QImage]]:
    made = []
    items = {item.id: item for item in project.items(ids)}
    for index, item_id in enumerate(ids):
        progress.step(index, len(ids))
        image = QImage()
        if item_id in items and not items[item_id].missing:
            try:
                image = _read(project.media_path(items[item_id]), items[item_id].media)
            except AnnoLabError:
                image = QImage()  # the row says "cannot be shown" by its own
        made.append((item_id, image))
    return made


def _read(path: Path, media: Media) -> QImage:
    from annolab.media.sound_thumbnail import sound_thumbnail
    from annolab.media.thumbnails import thumbnail

    if media is Media.AUDIO:
        pixels = sound_thumbnail(path, *WAVE)
    else:
        pixels = thumbnail(path, SIDE, film=media is Media.VIDEO)
    if pixels is None:
        return QImage()
    height, width = pixels.shape[:2]
    view = QImage(
        pixels.data, width, height, 4 * width, QImage.Format.Format_ARGB32_Premultiplied
    )
    return view.copy()
