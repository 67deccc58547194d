"""The annotations of the open item: select, hide and lock them."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable
from typing import TypeAlias

from PySide6.QtCore import (
    QItemSelection,
    QItemSelectionModel,
    QSize,
    Qt,
    QTimer,
)
from PySide6.QtWidgets import QStackedLayout, QWidget

from annolab import edits
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.edit import ChangeSet
from annolab.model.geometry import Points, Polyline, Span, Track, Whole
from annolab.model.item import Media
from annolab.model.measure import bounds
from annolab.model.schema import Label
from annolab.model.tier_line import TierLine, span_of
from annolab.model.tracks import first_frame, last_frame
from annolab.text_edits import in_text, pieces_of
from annolab.widgets.controls import PanelHead, column, counted, label, tool_button
from annolab.widgets.film_rows import with_number
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import NOTE, Row, Switch
from annolab.widgets.session import Session

MANY = 100  # changed rows from which all are shown anew
SMALL_NOTE = 60  # pixels, where there is hardly anything to note
LONG = 20_000  # rows from which on they are put in when keys rest
PATIENCE = 60  # milliseconds
LONGEST = 200  # characters of a span that are shown
Key: TypeAlias = tuple[int, int, int]


class AnnotationList(QWidget):
    """Shows label, size and switches of every annotation of the open item."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._held: dict[int, Annotation] = {}
        self._keys: list[Key] | None = None  # the order of a text, else None
        self._syncing = False
        self._pending: set[int] = set()  # changed rows of a very long list
        self._late = QTimer(self, singleShot=True, interval=PATIENCE)
        self._late.timeout.connect(self._catch_up)
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, self.tr("Annotations"), many=True)
        self.view.setObjectName("annotationView")
        self.head = PanelHead(self.tr("On this item"))
        self.show_button = tool_button("eye", self.tr("Show all"))
        self.head.add(self.show_button)
        self._empty = label("", "dim", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(16, 8, 16, 8)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        body = QWidget()
        body.setLayout(self._stack)
        layout = column(self.head)
        layout.addWidget(body, 1)
        self.setLayout(layout)
        self._connect()
        self.reload()

    def _connect(self) -> None:
        session = self._session
        session.item_opened.connect(self.reload)
        session.changed.connect(self._changed)
        session.hidden_changed.connect(self._hidden_changed)
        session.text_opened.connect(self.model.refresh)
        session.selection_changed.connect(self._show_selection)
        self.view.selectionModel().selectionChanged.connect(self._tell_selection)
        self.view.switched.connect(self._switch)
        self.show_button.clicked.connect(session.show_all)

    def reload(self) -> None:
        """Read the annotations of the open item."""
        self._held = {a.id: a for a in _in_order(self._session)}
        self._keys = None
        self._pending.clear()
        if _is_text(self._session):
            self._keys = [in_text(a) for a in self._held.values()]
        self._syncing = True
        self.model.set_ids(list(self._held))
        self._syncing = False
        self._show_state()
        self._show_selection(self._session.selection)

    def _show_state(self) -> None:
        count = len(self._held)
        self.head.note.setText(f"{count:,}" if count else "")
        self._stack.setCurrentIndex(0 if count else 1)
        self._empty.setText(
            ""
            if self._session.item is None
            else self.tr("Nothing is marked here yet.\nA label's key tags a word.")
            if self._keys is not None
            else self.tr("Nothing is marked here yet.\nPick a label, then drag.")
        )
        self.show_button.setVisible(bool(self._session.hidden))

    def _row(self, id_: int) -> Row | None:
        annotation = self._held.get(id_)
        if annotation is None:
            return None
        held = self._session.schema.label(annotation.label_id)
        hidden = id_ in self._session.hidden
        rejected = annotation.status is AnnotationStatus.REJECTED
        note = self.tr("rejected") if rejected else self._note(annotation)
        return Row(
            self._title(annotation, held),
            note=note,
            note_room=NOTE if self._keys is None else SMALL_NOTE if note else 0,
            color=held.color if held is not None else "#9aa3b2",
            dashed=rejected or annotation.status is AnnotationStatus.SUGGESTED,
            faint=hidden or rejected or (held is None and not annotation.text),
            switches=(
                Switch(
                    "hide",
                    "eye-slash" if hidden else "eye",
                    self.tr("Show") if hidden else self.tr("Hide"),
                    on=hidden,
                ),
                Switch(
                    "lock",
                    "lock-simple" if annotation.locked else "lock-simple-open",
                    self.tr("Unlock") if annotation.locked else self.tr("Lock"),
                    on=annotation.locked,
                ),
            ),
        )

    def _title(self, annotation: Annotation, held: Label | None) -> str:
        """Its label, and what is written in it; where there is neither, that."""
        text = " ".join((annotation.text or self._words(annotation)).split())
        if isinstance(annotation.geometry, Track):
            name = held.name if held is not None else self.tr("no label")
            return with_number(name, annotation)
        if held is not None:
            return f"{held.name} · {text}" if text else held.name
        if text:
            return text
        timed = annotation.tier_id is not None
        return self.tr("empty") if timed else self.tr("no label")

    def _words(self, annotation: Annotation) -> str:
        """What a span covers, "…" between its pieces."""
        text, pieces = self._session.text, pieces_of(annotation)
        if text is None or not pieces:
            return ""
        return " … ".join(text[s : min(e, s + LONGEST)] for s, e in pieces[:8])

    def _note(self, annotation: Annotation) -> str:
        """Its size, after its page where there are several; in a film its frame."""
        item, size = self._session.item, size_text(annotation)
        paged = item is not None and (item.length or 1) > 1
        if not paged or annotation.frame is None:
            return size
        if item is not None and item.media is Media.VIDEO:
            return self.tr("frame {}").format(annotation.frame)
        page = self.tr("p. {}").format(annotation.frame + 1)
        return f"{page} · {size}" if size else page

    def _changed(self, changes: ChangeSet) -> None:
        if changes.everything or not self._renewed(changes):
            self.reload()
        elif self._keys is not None:
            self._show_state()
            if changes.schema_changed:
                self.model.refresh()
        elif changes.schema_changed:
            self.model.refresh()

    def _renewed(self, changes: ChangeSet) -> bool:
        """Whether only rows had to be made anew, none more, less or elsewhere.

        A sound may have 100,000 intervals, and every key that is typed changes one.
        """
        if self._keys is not None:
            return self._moved(changes, self._keys)
        for id_ in changes.annotations:
            before, after = self._held.get(id_), self._session.annotation(id_)
            if before is None or after is None or before.z != after.z:
                return before is None and after is None
            self._held[id_] = after
        self.model.refresh(changes.annotations)
        return True

    def _moved(self, changes: ChangeSet, keys: list[Key]) -> bool:
        """Put rows of a text in, out, or elsewhere, one by one while they are few."""
        if len(changes.annotations) > MANY:
            return False
        if len(keys) > LONG:  # Qt lays out all rows anew: not while keys are pressed
            self._pending |= changes.annotations
            self._late.start()
        else:
            self._put(changes.annotations, keys)
        return True

    def _catch_up(self) -> None:
        pending, self._pending = self._pending, set()
        if pending and self._keys is not None:
            self._put(pending, self._keys)
            self._show_state()
            self._show_selection(self._session.selection)

    def _put(self, ids: Iterable[int], keys: list[Key]) -> None:
        self._syncing = True
        for id_ in ids:
            before, after = self._held.pop(id_, None), self._session.annotation(id_)
            was = None if before is None else in_text(before)
            now = None if after is None else in_text(after)
            if was is not None and was != now:
                place = bisect_left(keys, was)
                del keys[place]
                self.model.remove(place)
            if after is not None:
                self._held[id_] = after
            if now is not None and was != now:
                place = bisect_left(keys, now)
                keys.insert(place, now)
                self.model.insert(place, id_)
        self._syncing = False
        self.model.refresh(ids)

    def _hidden_changed(self) -> None:
        self.model.refresh()
        self._show_state()

    def _switch(self, id_: int, name: str) -> None:
        chosen = self._session.selection
        ids = chosen if id_ in chosen else (id_,)
        if name == "hide":
            self._session.hide(ids, hidden=id_ not in self._session.hidden)
        else:
            locked = not self._held[id_].locked
            found = (self._session.annotation(i) for i in ids)
            annotations = [mark for mark in found if mark is not None]
            self._session.apply(edits.set_locked(annotations, locked=locked), self)

    def _tell_selection(self) -> None:
        if self._syncing:
            return
        rows = self.view.selectionModel().selectedRows()
        ids = [self.model.id_at(index) for index in rows]
        self._session.select(i for i in ids if i is not None)

    def _show_selection(self, ids: tuple[int, ...]) -> None:
        if self._pending:
            return  # some of them may have no row yet
        selection = QItemSelection()
        last = None
        for id_ in ids:
            index = self.model.place(id_)
            if index.isValid():
                selection.select(index, index)
                last = index
        self._syncing = True
        flags = QItemSelectionModel.SelectionFlag
        model = self.view.selectionModel()
        model.select(selection, flags.ClearAndSelect)
        if last is not None:
            model.setCurrentIndex(last, flags.NoUpdate)
            self.view.scrollTo(last)
        self._syncing = False

    def sizeHint(self) -> QSize:
        """Room for seven annotations."""
        return QSize(288, 34 + 7 * 30)


def _is_text(session: Session) -> bool:
    return session.item is not None and session.item.media is Media.TEXT


def _in_order(session: Session) -> list[Annotation]:
    """As they are drawn; what is in time, by tier and time; spans as in the text."""
    marks = session.annotations()
    if _is_text(session):
        return sorted(marks, key=in_text)
    tiers = session.item.tiers if session.item is not None else ()
    if not any(span_of(mark) for mark in marks[:1]):
        return marks
    place = {tier_id: number for number, tier_id in enumerate(tiers)}
    found: dict[int, list[Annotation]] = {}
    for mark in marks:
        tier_id = mark.tier_id
        held = -1 if tier_id is None else place.get(tier_id, -1)
        found.setdefault(held, []).append(mark)
    ordered: list[Annotation] = []
    for _, several in sorted(found.items()):
        line = TierLine.of(several)
        if len(line) < len(several):  # what is not in time comes first
            ordered += [mark for mark in several if span_of(mark) is None]
        ordered += line.marks
    return ordered


def _frames_text(track: Track) -> str:
    """The first and the last frame at which it is seen; the last one if it ends."""
    start, last = first_frame(track), last_frame(track)
    ends = track.keyframes[-1].outside
    return f"{start:,}–{last - 1:,}" if ends else f"{start:,}–"  # noqa: RUF001


def size_text(annotation: Annotation) -> str:
    """Pixels, seconds, or what else tells how large a mark is."""
    geometry = annotation.geometry
    span = span_of(annotation)
    if span is not None:
        start, stop = span
        return f"{stop - start:.3f} s" if stop > start else f"{start:.3f} s"
    if isinstance(geometry, Whole):
        return "whole"
    if isinstance(geometry, Points):
        return counted(len(geometry.points), "point", "points")
    if isinstance(geometry, Span):
        return ""  # its text tells that
    short = isinstance(geometry, Polyline) and len(geometry.points) < 2
    track = isinstance(geometry, Track)
    box = None if short or track else bounds(geometry)
    if box is None:
        return _frames_text(geometry) if isinstance(geometry, Track) else ""
    left, top, right, bottom = box
    return f"{right - left:.0f}×{bottom - top:.0f}"  # noqa: RUF001
