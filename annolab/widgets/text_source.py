"""Reads the text of an item in a worker; also before the item can be shown."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QObject, Signal

from annolab.errors import AnnoLabError, WrongEncoding
from annolab.jobs import Progress
from annolab.media.text import Decoded
from annolab.model.item import Item
from annolab.model.offsets import Offsets
from annolab.store.project import Project
from annolab.tasks.texts import text_of
from annolab.widgets.worker import Latest

Key = tuple[int, int | None, str, str | None]


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as a worker has read it."""

    item_id: int
    offsets: Offsets
    decoded: Decoded

    @property
    def text(self) -> str:
        """Its characters."""
        return self.offsets.text


class TextSource(QObject):
    """One text at a time; asking for another one drops the last."""

    opened = Signal(object)  # ReadText
    failed = Signal(str, bool)  # a sentence; whether another encoding may help

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._key: Key | None = None
        self._held: ReadText | None = None  # read before it was wanted
        self._jobs: Latest[ReadText] = Latest(self, self._take, self._fail)

    def ask(self, project: Project, item: Item) -> None:
        """Tell the text of an item by `opened`, at once if it has been read ahead."""
        key = _key(item)
        if key != self._key:
            self._key, self._held = key, None
            self._jobs.start(partial(_read, project, item))
        elif self._held is not None:
            self.opened.emit(self._held)

    def has_read(self, item: Item) -> bool:
        """Whether this text is told at once when it is asked for."""
        return self._held is not None and self._key == _key(item)

    def forget(self) -> None:
        """Read again when the same text is asked for: its file may be another."""
        self._jobs.cancel()
        self._key = self._held = None

    def _take(self, read: ReadText) -> None:
        self._held = read
        self.opened.emit(read)

    def _fail(self, error: AnnoLabError) -> None:
        self.forget()
        self.failed.emit(str(error), isinstance(error, WrongEncoding))


def _key(item: Item) -> Key:
    return item.id, item.root_id, item.path, item.source


def _read(project: Project, item: Item, _: Progress) -> ReadText:
    decoded = text_of(project, item)
    offsets = Offsets(decoded.text)
    offsets.line(0)  # the table of lines is made here, not while keys are pressed
    return ReadText(item.id, offsets, decoded)
