"""The canvas of films as its actions see it: it goes to frames, and it plays."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from annolab.model.item import Item
from annolab.widgets.canvas import Canvas
from annolab.widgets.film_timeline import FilmTimeline
from annolab.widgets.video_play import FilmPlayer, Span
from annolab.widgets.video_source import VideoSource
from annolab.widgets.video_timeline import VideoTimeline
from annolab.widgets.video_view import VideoView


class VideoShell(Canvas):
    """The parts of the canvas of films.

    `wanted` is the frame that was asked for last, `view.index` the one that is seen.
    """

    view: VideoView
    timeline: VideoTimeline
    film: FilmTimeline
    source: VideoSource
    player: FilmPlayer
    item: Item | None = None
    wanted = 0
    _returning: int | None = None  # a frame to go to that is not known yet
    _span_given = False  # what plays is no matter of the selected range

    @property
    def count(self) -> int:
        """The frames of the film; 0 until it is open."""
        return len(self.source.video) if self.source.video is not None else 0

    @property
    def playing(self) -> bool:
        """Whether frames come by themselves."""
        return self.player.playing

    def take_frame(
        self, frame: int, pixels: NDArray[np.uint8] | None, why: str = ""
    ) -> None:
        """A frame has come; without pixels, the sentence that says why."""
        if self.view.hand.busy and frame != self.wanted:
            return  # it was on its way when the hand began
        self.view.show_frame(frame, pixels, why)
        if self.playing:
            self.wanted = frame
        self.tell_place()

    def tell_place(self) -> None:
        """Show in timeline and row which frame was asked for."""
        video = self.source.video
        if video is None or not len(video):
            return
        table, count = video.table, len(video)
        now, end = table.time(self.wanted), table.time(count - 1)
        self.timeline.tell(self.wanted, count, now, end)
        self.film.set_frame(self.wanted)

    def go_to(self, frame: int) -> None:
        """Show a frame of the film, or the nearest there is. Playing stops."""
        self._returning = None
        if not self.count:
            return
        self.player.stop()
        self.wanted = min(max(frame, 0), self.count - 1)
        self.source.request(self.wanted)
        self.tell_place()

    def play(self, way: int = 1, span: Span | None = None) -> None:
        """Play from here; from the other end when this is the end.

        `span`: nothing but these frames, from the first of them.
        """
        if not self.count:
            return
        self.view.hand.drop()
        self._span_given = span is not None
        span = span or self._loop_span()
        first, stop = span or (0, self.count)
        ends_at = stop - 1 if way > 0 else first
        if (
            self._span_given
            or self.wanted == ends_at
            or not first <= self.wanted < stop
        ):
            self.wanted = first if way > 0 else stop - 1
        self.player.play(self.wanted, way=way, span=span)

    def _loop_span(self) -> Span | None:
        return self.timeline.range if self.player.loop else None

    def renew_span(self) -> None:
        """What plays in a loop keeps to the range that is selected now."""
        if not self._span_given:
            self.player.set_span(self._loop_span())

    def pause(self) -> None:
        """Stay at the frame that is seen: what is changed is what is seen."""
        if self.playing:
            self.go_to(self.view.index)

    def tell_player(self) -> None:
        """Show what plays, and how."""
        player, video, bar = self.player, self.source.video, self.timeline.bar
        on, back = (player.playing and player.way == way for way in (1, -1))
        bar.tell_playing(on=on, back=back)
        bar.tell_states(
            loop=player.loop,
            heard=player.heard,
            can_be_heard=video is not None and video.info.has_sound,
        )
        self.states_changed.emit()
