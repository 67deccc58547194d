"""The timeline of a film: a ruler, and a row for each track and each tag."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from annolab.media.video_table import FrameTable
from annolab.model.edit import ChangeSet
from annolab.widgets.controls import column, hairline
from annolab.widgets.film_bar import FilmBar
from annolab.widgets.film_rows import ranges_of
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.frame_ruler import FrameRuler
from annolab.widgets.frame_scale import NO_FRAMES, FilmView, FrameTimes
from annolab.widgets.session import Session
from annolab.widgets.track_area import TrackArea

MANY = 200  # changed annotations from which on all are read again
ZOOM = 1.5
GROUND = 0.05  # of a stretch that is zoomed to, left at each side


class FilmTimeline(QWidget):
    """Shows the film of the session; `wanted(frame)` asks for a frame of it."""

    wanted = Signal(int)
    edit_requested = Signal(object)
    selection_requested = Signal(tuple)

    def __init__(self, session: Session, marked: FrameRange) -> None:
        super().__init__()
        self.setObjectName("filmTimeline")
        self.setAccessibleName(self.tr("Timeline"))
        self.session, self.marked = session, marked
        self.view = FilmView(self)
        self.ruler = FrameRuler(self.view, marked)
        self.tracks = TrackArea(session, self.view, marked)
        layout = column(hairline(), self.ruler, self.tracks, FilmBar(self.view))
        layout.setStretch(2, 1)
        self.setLayout(layout)
        for strip in (self.ruler, self.tracks):
            strip.wanted.connect(self.wanted)
        self.tracks.edit_requested.connect(self.edit_requested)
        self.tracks.selection_requested.connect(self.selection_requested)
        session.changed.connect(self._take_changes)

    def sizeHint(self) -> QSize:
        """Room for the ruler and some rows."""
        tall = self.ruler.sizeHint().height() + self.tracks.sizeHint().height()
        return QSize(400, tall + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Frames have other places."""
        super().resizeEvent(event)
        self.view.set_width(self.width())

    def take_focus_to(self, widget: QWidget) -> None:
        """A click on the timeline puts the keyboard on this widget."""
        for strip in (self.ruler, self.tracks):
            strip.setFocusProxy(widget)
            strip.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    # The film

    def set_film(self, table: FrameTable | None) -> None:
        """Show another film, or none."""
        self.tracks.drop()
        times, keys = NO_FRAMES, np.zeros(0, np.intp)
        if table is not None:
            times = FrameTimes.of(table.pts, table.time_base)
            keys = np.flatnonzero(table.key)
        self.ruler.set_entries(keys)
        self.view.set_frames(times)
        self._read()

    def set_frame(self, frame: int) -> None:
        """The film is at a frame."""
        self.view.set_frame(frame)

    def _read(self) -> None:
        count = len(self.view.frames)
        self.tracks.rows.read(self.session.annotations() if count else (), count)
        self.tracks.renew()

    def _take_changes(self, changes: ChangeSet) -> None:
        if not len(self.view.frames):
            return
        grip = self.tracks.grip
        if grip is not None and grip.annotation.id in changes.annotations:
            self.tracks.drop()
        if changes.everything or len(changes.annotations) > MANY:
            self._read()
            return
        if changes.annotations:
            self.tracks.rows.take(changes.annotations, self.session.annotation)
        if changes.annotations or changes.schema_changed:
            self.tracks.renew()

    # The stretch that is seen

    def zoom(self, way: int) -> None:
        """See fewer frames (`way` > 0) or more, about the one the film is at."""
        view = self.view
        now = view.frames.middle(view.frame)
        about = now if view.start <= now <= view.stop else None
        view.zoom(ZOOM**-way, about)

    def fit(self) -> None:
        """See the whole film."""
        self.view.show_all()

    def zoom_to_choice(self) -> None:
        """See the selected range, else the selected annotations, else all."""
        span = self.marked.span or self._span_of_selection()
        if span is None:
            self.fit()
            return
        start, stop = (self.view.frames.start(frame) for frame in span)
        around = GROUND * (stop - start)
        self.view.show(start - around, stop + around)

    def _span_of_selection(self) -> tuple[int, int] | None:
        found = [
            span
            for annotation in self.session.selected()
            for span in ranges_of(annotation, len(self.view.frames))
        ]
        if not found:
            return None
        return min(start for start, _ in found), max(stop for _, stop in found)
