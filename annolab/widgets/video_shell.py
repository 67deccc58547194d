"""What the actions on films need of the canvas that has them."""

from __future__ import annotations

from annolab.model.item import Item
from annolab.widgets.canvas import Canvas
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
    source: VideoSource
    player: FilmPlayer
    item: Item | None = None
    wanted = 0

    @property
    def count(self) -> int:
        """The frames of the film; 0 until it is open."""
        return len(self.source.video) if self.source.video is not None else 0

    def go_to(self, frame: int) -> None:
        """Show a frame soon; playing stops."""
        raise NotImplementedError

    def play(self, way: int = 1, span: Span | None = None) -> None:
        """Play from here; `span`: these frames, from the first of them."""
        raise NotImplementedError

    def pause(self) -> None:
        """Stay at the frame that is seen."""
        raise NotImplementedError

    def renew_span(self) -> None:
        """What plays in a loop keeps to the range that is selected now."""
        raise NotImplementedError
