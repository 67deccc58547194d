"""The timeline of a film: a ruler, and a row for each track and each tag."""

from __future__ import annotations

from collections.abc import Collection

import numpy as np
from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QWidget

from annolab.media.video_table import FrameTable
from annolab.model.edit import ChangeSet
from annolab.widgets.controls import column, hairline
from annolab.widgets.film_bar import FilmBar
from annolab.widgets.film_rows import ranges_of
from annolab.widgets.film_tiers import FilmTiers
from annolab.widgets.film_wave import FilmWave
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.frame_ruler import FrameRuler
from annolab.widgets.frame_scale import NO_FRAMES, ROUND, FilmView, FrameTimes
from annolab.widgets.session import Session
from annolab.widgets.track_area import TrackArea

WAVE, TIERS = "video.wave", "video.tiers"  # the options
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
        self.wave = FilmWave(self.view, marked)
        self.tracks = TrackArea(session, self.view, marked)
        self.tiers = FilmTiers(session, self.view)
        layout = column(hairline(), self.ruler, self.wave, self.tracks, self.tiers)
        layout.addWidget(FilmBar(self.view))
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self.wave.hide()
        self._connect(session)

    def _connect(self, session: Session) -> None:
        for part in (self.ruler, self.wave, self.tracks, self.tiers):
            part.wanted.connect(self.wanted)
        for area in (self.tracks, self.tiers.area):
            area.edit_requested.connect(self.edit_requested)
            area.selection_requested.connect(self.selection_requested)
        self.tiers.area.problem_found.connect(
            lambda text: session.said.emit("info", text)
        )
        self.tiers.chosen.connect(self.marked.select)
        session.changed.connect(self._take_changes)
        session.option_changed.connect(self._take_option)
        self._take_option(TIERS)

    def _take_option(self, name: str) -> None:
        if name == TIERS:
            self.tiers.setVisible(self.session.settings.flag(TIERS))

    def sizeHint(self) -> QSize:
        """Room for the ruler and some rows."""
        tall = self.ruler.sizeHint().height() + self.tracks.sizeHint().height()
        return QSize(400, tall + 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Frames have other places."""
        super().resizeEvent(event)
        self.view.set_width(self.width() - ROUND)

    def take_focus_to(self, widget: QWidget) -> None:
        """A click on the timeline puts the keyboard on this widget."""
        for strip in (self.ruler, self.wave, self.tracks):
            strip.setFocusProxy(widget)
            strip.setFocusPolicy(Qt.FocusPolicy.ClickFocus)

    # The film

    def show_wave(self, *, there: bool) -> bool:
        """Show the waveform where there is a sound and it is wanted; True: it is."""
        wanted = there and self.session.settings.flag(WAVE)
        self.wave.setVisible(wanted)
        return wanted and not self.isHidden()

    def set_film(self, table: FrameTable | None) -> None:
        """Show another film, or none."""
        self.tracks.drop()
        self.wave.hide()  # until a sound is found
        times, keys = NO_FRAMES, np.zeros(0, np.intp)
        if table is not None:
            times = FrameTimes.of(table.pts, table.time_base)
            keys = np.flatnonzero(table.key)
        self.ruler.set_entries(keys)
        self.tiers.still = self.tiers.area.quiet = True
        self.view.set_frames(times)
        self.tiers.still = self.tiers.area.quiet = False
        self.tiers.show_item(self.session.item if table is not None else None)
        self._read()

    def extend(self, table: FrameTable) -> None:
        """More of the film is known."""
        self.ruler.set_entries(np.flatnonzero(table.key))
        self.tiers.still = self.tiers.area.quiet = True
        self.view.extend(FrameTimes.of(table.pts, table.time_base))
        self.tiers.still = self.tiers.area.quiet = False
        self._read()

    def set_frame(self, frame: int) -> None:
        """The film is at a frame."""
        self.view.set_frame(frame)
        self.tiers.follow()

    def _read(self) -> None:
        count = len(self.view.frames)
        self.tracks.rows.read(self.session.annotations() if count else (), count)
        self.tracks.renew()

    def _take_changes(self, changes: ChangeSet) -> None:
        if not len(self.view.frames):
            return
        self.tiers.take_changes(changes)
        grip = self.tracks.grip
        if grip is not None and grip.annotation.id in changes.annotations:
            self.tracks.drop()
        if changes.everything or len(changes.annotations) > MANY:
            self._read()
            return
        if changes.annotations:
            self._take_annotations(changes.annotations)
        if changes.annotations or changes.schema_changed:
            self.tracks.renew()

    def _take_annotations(self, ids: Collection[int]) -> None:
        """What is selected stays in sight where it gets another row."""
        rows = self.tracks.rows
        chosen = [i for i in self.session.selection if i in ids]
        only = chosen[0] if len(self.session.selection) == 1 and chosen else None
        before = rows.row_of(only) if only is not None else None
        rows.take(ids, self.session.annotation)
        if only is not None and rows.row_of(only) != before:
            self.tracks.renew()
            self.tracks.reveal(only)

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
