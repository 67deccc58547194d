"""Tagging thousands of short sounds: it plays, one key tags, the next one plays."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QLabel, QWidget

from annolab import clip_edits, edits
from annolab.model.edit import ChangeSet, Edit
from annolab.model.item import Item, Status
from annolab.model.schema import Label
from annolab.widgets.controls import label, row
from annolab.widgets.pace import Pace
from annolab.widgets.session import Session

ONE, SEVERAL, RATING = "one", "several", "rating"
RATING_KEY = "rating"
OPEN = (Status.NEW, Status.BEGUN)
AHEAD = 256


class ClipMode(QObject):
    """What the keys do while clips are tagged; it changes data by `edit_requested`.

    `way`: ONE label a clip, then the next clip; SEVERAL labels, then `go_on`;
    RATING: a digit is written as the item's key-value `rating`, 0 takes it away.
    """

    edit_requested = Signal(object)  # Edit
    changed = Signal()

    def __init__(
        self, session: Session, play: Callable[[], object], pace: Pace | None = None
    ) -> None:
        super().__init__(session)
        self._session = session
        self._play = play
        self._pace = pace or Pace()
        self.on = False
        self.way = ONE
        self.plays = True  # each clip as soon as it is shown
        self._own: set[int] = set()  # ids of the edits that were made here
        session.project_changed.connect(self._own.clear)
        session.changed.connect(self._take_changes)

    def switch(self, *, on: bool) -> None:
        """Begin or end tagging; beginning plays the clip that is shown."""
        self.on = on
        self._pace.start()
        if on:
            self.item_ready()
        self.changed.emit()

    def set_way(self, way: str) -> None:
        """What a key gives."""
        self.way = way
        self.changed.emit()

    def item_ready(self) -> None:
        """Another clip can be played now."""
        if self.on and self._session.item is not None:
            self._pace.start()
            if self.plays:
                self._play()
        self.changed.emit()

    def take_label(self, picked: Label | None) -> bool:
        """A label's key was pressed; False when this mode has no use for it."""
        item, project = self._session.item, self._session.project
        if not self.on or picked is None or item is None or project is None:
            return False
        if self.way == RATING:
            return False
        several = self.way == SEVERAL
        edit = clip_edits.tag(
            item,
            self._session.annotations(),
            picked,
            project.annotator.id,
            several=several,
        )
        self._ask(edit, goes_on=not several)
        return True

    def take_key(self, text: str) -> bool:
        """A key was typed: a digit is a rating."""
        item = self._session.item
        rates = self.on and self.way == RATING and len(text) == 1 and text.isdecimal()
        if not rates or item is None:
            return False
        value = int(text)
        self._ask(clip_edits.rate(item, RATING_KEY, value or None), goes_on=True)
        return True

    def wants(self, text: str) -> bool:
        """Whether a typed key belongs to this mode before it is a label's."""
        return self.on and self.way == RATING and len(text) == 1 and text.isdecimal()

    def go_on(self) -> bool:
        """The clip is done: play the next one that is open."""
        item = self._session.item
        if not self.on or item is None:
            return False
        edit = edits.set_item_status([item], Status.DONE)
        self._ask(edit, goes_on=True)
        return True

    def go_back(self) -> bool:
        """Take back the last tag, and hear that clip again."""
        step = self._session.undo_step
        if not self.on or step is None:
            return False
        if step.edit_id not in self._own:  # not what was done elsewhere
            self._session.said.emit("info", self.tr("There is no tag to take back."))
            return False
        before = self._session.item
        self._session.undo()
        if self._session.item is before:
            self.item_ready()
        return True

    def _ask(self, edit: Edit, *, goes_on: bool) -> None:
        item, before = self._session.item, self._session.undo_step
        self.edit_requested.emit(edit)
        step = self._session.undo_step
        if step is not None and step != before:
            self._own.add(step.edit_id)
        now = self._session.item
        refused = (
            now is None
            or item is None
            or now.id != item.id
            or (goes_on and now.status is not Status.DONE)
        )
        if goes_on and not refused:
            self._pace.finish()
            self._next_open()
        self.changed.emit()

    def _next_open(self) -> None:
        """The next clip that is neither done nor skipped, from here on and round."""
        session, project = self._session, self._session.project
        count = len(session.order)
        if project is None or not count:
            return
        start = session.row_of(session.item.id if session.item else None) + 1
        for first in range(start, start + count, AHEAD):
            rows = range(first, min(first + AHEAD, start + count))
            ids = [int(session.order[row % count]) for row in rows]
            open_ = {r.id for r in project.item_rows(ids) if r.status in OPEN}
            found = next((id_ for id_ in ids if id_ in open_), None)
            if found is not None:
                session.open_item(found)
                return
        session.said.emit("info", self.tr("Every clip of the list is done."))

    def _take_changes(self, changes: ChangeSet) -> None:
        if self.on:
            self._pace.touch()
            self.changed.emit()

    @property
    def clips_per_hour(self) -> float | None:
        """From the last clips; None before the third."""
        seconds = self._pace.seconds_per_item
        return None if seconds is None else 3600 / max(seconds, 0.05)

    def progress(self) -> tuple[int, int]:
        """How many items of the project are done, and how many there are."""
        project = self._session.project
        if project is None:
            return 0, 0
        totals = project.totals()
        closed = (Status.DONE, Status.ACCEPTED, Status.SKIPPED)
        return sum(totals.by_status.get(s, 0) for s in closed), totals.items


class ClipBar(QWidget):
    """Shows how far the tagging is, the tags of this clip, and what a key gives."""

    def __init__(self, mode: ClipMode, session: Session) -> None:
        super().__init__()
        self.setObjectName("clipBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._mode = mode
        self._session = session
        self.tags: QLabel = label("", "strong")
        self.progress: QLabel = label("", "dim")
        self.way = QComboBox()
        self.way.setAccessibleName(self.tr("What a key gives"))
        for way, title in (
            (ONE, self.tr("One label, then on")),
            (SEVERAL, self.tr("Several labels, Space goes on")),
            (RATING, self.tr("Rating 1 to 9, then on")),
        ):
            self.way.addItem(title, way)
        self.way.activated.connect(lambda _: mode.set_way(self.way.currentData()))
        self.plays = QCheckBox(self.tr("Play at once"))
        self.plays.setChecked(mode.plays)
        self.plays.toggled.connect(self._set_plays)
        for control in (self.way, self.plays):
            control.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        layout = row(self.tags, self.progress, self.way, self.plays, spacing=12)
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        mode.changed.connect(self.tell)
        session.item_opened.connect(self.tell)
        self.tell()

    def _set_plays(self, on: bool) -> None:  # noqa: FBT001  a signal of Qt
        self._mode.plays = on

    def tell(self, _item: Item | None = None) -> None:
        """Show the state of the clip and of the work."""
        self.setVisible(self._mode.on)
        if not self._mode.on:
            return
        self.tags.setText(self._said() or self.tr("no tag yet"))
        done, count = self._mode.progress()
        text = self.tr("{done:,} of {count:,} done").format(done=done, count=count)
        rate = self._mode.clips_per_hour
        if rate is not None:
            text += " · " + self.tr("{:,} clips an hour").format(round(rate))
        self.progress.setText(text)

    def _said(self) -> str:
        item = self._session.item
        if item is None:
            return ""
        if self._mode.way == RATING and RATING_KEY in item.attributes:
            return self.tr("rating {}").format(item.attributes[RATING_KEY])
        schema = self._session.schema
        found = clip_edits.tags_of(self._session.annotations())
        names = (schema.label(a.label_id) for a in found)
        return ", ".join(x.name for x in names if x is not None)
