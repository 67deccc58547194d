"""Following objects through a film: asks how far, works, and requests one edit."""

from __future__ import annotations

import time
from collections.abc import Callable
from dataclasses import dataclass
from threading import Event
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication

from annolab.assist.tracker import End, Tracked, TrackerSettings
from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Shape, Track, Whole
from annolab.model.tracks import SCORE, geometry_at, keyframe_at
from annolab.tasks.track import FollowedAll, follow_all
from annolab.widgets import worker
from annolab.widgets.controls import counted
from annolab.widgets.follow_bar import FollowBar, Order, Reach
from annolab.widgets.track_desk import TrackDesk
from annolab.widgets.video_source import VideoSource

if TYPE_CHECKING:
    from annolab.media.video import Video

Pixels = NDArray[np.uint8]
SHOWN_EVERY = 0.05  # seconds between pictures of what is being followed


@dataclass(frozen=True, slots=True)
class Sight:
    """A picture that was looked at, and where one of the objects was found there."""

    frame: int
    pixels: Pixels
    id: int
    shape: Shape


class _Watched:
    """A film that remembers the picture it gave last."""

    def __init__(self, film: Video) -> None:
        self._film = film
        self.last: tuple[int, Pixels] | None = None

    def frame(self, index: int) -> Pixels:
        """The picture."""
        pixels = self._film.frame(index)
        self.last = (index, pixels)
        return pixels


class Follower(QObject):
    """`seen(Sight)` now and then while it goes on; `finished(frame)`: where it came to.

    What was found is requested of the desk as one edit.
    """

    seen = Signal(object)
    finished = Signal(int)
    _found = Signal(int, object)

    def __init__(self, source: VideoSource, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.bar = FollowBar()
        self._source = source
        self.start = 0  # the frame that it began at
        self._desk: TrackDesk | None = None
        self._order: Order | None = None
        self._chosen: tuple[Annotation, ...] = ()
        self._enough = Event()
        self._job: worker.Job | None = None
        self._turn = 0  # counts jobs: what comes of an earlier one is dropped
        self.bar.ordered.connect(self._go)
        self.bar.stopped.connect(self._stop)
        self.bar.cancelled.connect(self.give_up)
        self._found.connect(self._take_found, Qt.ConnectionType.QueuedConnection)

    @property
    def busy(self) -> bool:
        """Whether something is being followed."""
        return self._job is not None

    def begin(self, desk: TrackDesk, way: int) -> None:
        """Ask how far to follow what is selected and seen."""
        if self.busy:
            desk.say(self.tr("Something is being followed already."))
            return
        if not self._wanted(desk):
            return
        if not 0 <= desk.frame + way < desk.count:
            last = self.tr("This is the last frame of the film.")
            first = self.tr("This is the first frame of the film.")
            desk.say(last if way > 0 else first)
            return
        self._desk = desk
        self.bar.ask(way, ranged=_end_of(desk, way) is not None)

    def _wanted(self, desk: TrackDesk) -> tuple[Annotation, ...]:
        """What is selected and can be followed from here; says so if nothing is."""
        chosen = desk.chosen()
        found = [a for a in chosen if _can_be_followed(a, desk.frame)]
        if not found and (chosen or not desk.session.selection):
            desk.say(self.tr("Select a shape that is seen at this frame first."))
        return tuple(found)

    def cancel(self) -> None:
        """Follow no more; nothing is kept."""
        self._turn += 1
        if self._job is not None:
            self._job.cancel()
            self._job = None
        focus = QApplication.focusWidget()
        if self._desk is not None and focus and self.bar.isAncestorOf(focus):
            self._desk.view.setFocus(Qt.FocusReason.OtherFocusReason)
        self._desk = None
        self.bar.hide()

    def give_up(self) -> None:
        """The user cancels: back to where it began."""
        was_busy = self.busy
        self.cancel()
        if was_busy:
            self.finished.emit(self.start)

    def _stop(self) -> None:
        """What was found up to now is kept."""
        self._enough.set()

    def _go(self, order: Order) -> None:
        desk, video = self._desk, self._source.video
        if desk is None or video is None:
            self.cancel()
            return
        # What is selected now is meant: it may be another shape than at first.
        chosen = self._chosen = self._wanted(desk)
        if not chosen:
            return
        self.start = start = desk.frame
        stop = _stop_of(desk, order)
        settings = TrackerSettings(method=order.method)
        self._turn += 1
        turn = self._turn
        self._order = order
        self._enough = enough = Event()
        self.bar.begin(abs(stop - start) * len(chosen))

        def task(progress: Progress) -> FollowedAll:
            film = video.again(in_order=order.way > 0)
            try:
                watched = _Watched(film)
                told = _Teller(self._found.emit, turn, watched, enough)
                return follow_all(
                    watched, chosen, start, stop, progress,
                    settings=settings, on_found=told,
                )  # fmt: skip
            finally:
                film.close()

        self._job = worker.run(
            self, task, self._take_all, self._take_failure, self.bar.tell
        )

    def _take_found(self, turn: int, found: tuple[Sight, float]) -> None:
        if turn == self._turn and self._job is not None:
            sight, sure = found
            text = self.tr("frame {:,}, {:.0%} sure").format(sight.frame, sure)
            self.bar.told.set_full(text)
            self.seen.emit(sight)

    def _take_failure(self, error: AnnoLabError) -> None:
        desk = self._desk
        self._job = None
        self.cancel()
        self.finished.emit(self.start)
        if desk is not None:
            desk.say(str(error))

    def _take_all(self, found: FollowedAll) -> None:
        desk, order = self._desk, self._order
        self._job = None
        self.cancel()
        if desk is None or order is None:
            return
        before = [desk.session.annotation(a.id) for a in self._chosen]
        desk.ask(found.edit)
        after = [desk.session.annotation(a.id) for a in self._chosen]
        if found.edit.changes and before == after:
            return  # it was refused, and a sentence has said why
        desk.view.selection_requested.emit(tuple(a.id for a in self._chosen))
        ends = [one.last for one in found.each]
        self.finished.emit(max(ends) if order.way > 0 else min(ends))
        desk.say(self.outcome(found, order.way))

    def outcome(self, found: FollowedAll, way: int) -> str:
        """What came of it, in one sentence."""
        spans = [abs(one.last - found.start) for one in found.each]
        if len(found.each) > 1:
            lost = sum(one.end is End.UNSURE for one in found.each)
            text = self.tr("Followed {} objects over up to {}; {} lost.")
            frames = counted(max(spans), "frame", "frames")
            return text.format(len(spans), frames, lost or self.tr("none"))
        (one,) = found.each
        if not spans[0]:
            text = self.tr("Not followed: unsure in the very next frame.")
            if one.end is End.DONE:
                text = self.tr("Not followed: the next frame has a keyframe of yours.")
        else:
            text = {
                End.DONE: self.tr("Followed over {frames}, up to frame {last:,}."),
                End.UNSURE: self.tr(
                    "Followed over {frames}; unsure at frame {next:,}."
                ),
                End.LEFT: self.tr(
                    "Followed over {frames}; out of the picture at frame {next:,}."
                ),
            }[one.end]
            if one.end is End.DONE and _meets_own(found.edit, one.last + way):
                text = self.tr(
                    "Followed over {frames}, up to your keyframe at {next:,}."
                )
        frames = counted(spans[0], "frame", "frames")
        text = text.format(frames=frames, last=one.last, next=one.last + way)
        return f"{text} {one.problem}".rstrip()


def _meets_own(edit: Edit, frame: int) -> bool:
    """Whether a person has set a keyframe of the followed track at a frame."""
    after = (change.after for change in edit.changes)
    tracks = (a.geometry for a in after if isinstance(a, Annotation))
    keys = (keyframe_at(t, frame) for t in tracks if isinstance(t, Track))
    return any(key is not None and SCORE not in key.attributes for key in keys)


class _Teller:
    """Tells the window of what is found, not more often than it can be seen."""

    def __init__(
        self,
        tell: Callable[[int, object], None],
        turn: int,
        film: _Watched,
        enough: Event,
    ) -> None:
        self._tell, self._turn, self._film, self._enough = tell, turn, film, enough
        self._last = 0.0

    def __call__(self, annotation: Annotation, found: Tracked) -> bool:
        """Whether to go on."""
        now, last = time.monotonic(), self._film.last
        if last and last[0] == found.frame and now - self._last >= SHOWN_EVERY:
            self._last = now
            sight = Sight(*last, annotation.id, found.shape)
            self._tell(self._turn, (sight, found.confidence))
        return not self._enough.is_set()


def _can_be_followed(annotation: Annotation, frame: int) -> bool:
    shape = annotation.geometry
    if isinstance(shape, Track):
        seen = geometry_at(shape, frame)
        return seen is not None and not isinstance(seen, Whole)
    return annotation.frame == frame and not isinstance(shape, Whole)


def _end_of(desk: TrackDesk, way: int) -> int | None:
    """The last frame of the range that way; None where it is not ahead."""
    if desk.span is None:
        return None
    end = desk.span[1] - 1 if way > 0 else desk.span[0]
    return end if (end - desk.frame) * way > 0 else None


def _stop_of(desk: TrackDesk, order: Order) -> int:
    """The last frame to look at."""
    last = desk.count - 1 if order.way > 0 else 0
    end = _end_of(desk, order.way)
    if order.reach is Reach.RANGE and end is not None:
        return end
    if order.reach is Reach.FRAMES:
        far = desk.frame + order.way * order.frames
        return min(far, last) if order.way > 0 else max(far, last)
    return last
