"""Shows on the picture where what is being followed is found."""

from __future__ import annotations

from PySide6.QtCore import QObject

from annolab.widgets.follower import Follower, Sight
from annolab.widgets.video_shell import VideoShell


class FollowSights(QObject):
    """Takes the canvas along with a follower, and to where it came in the end."""

    def __init__(self, canvas: VideoShell, follower: Follower) -> None:
        super().__init__(canvas)
        self._canvas, self._follower = canvas, follower
        self._last: int | None = None  # the frame that was shown last
        follower.seen.connect(self._take)
        follower.finished.connect(self._finish)

    def _take(self, sight: Sight) -> None:
        """Show where an object was found, unless another frame was gone to."""
        canvas = self._canvas
        before = self._follower.start if self._last is None else self._last
        if canvas.wanted != before or canvas.view.hand.busy:
            return
        canvas.wanted = self._last = sight.frame
        canvas.view.live = {sight.id: sight.shape}
        canvas.take_frame(sight.frame, sight.pixels)

    def _finish(self, frame: int) -> None:
        self.drop()
        self._canvas.go_to(frame)

    def drop(self) -> None:
        """Follow no more; nothing of it is shown."""
        self._follower.cancel()
        self._last = None
        self._canvas.view.show_live({})
