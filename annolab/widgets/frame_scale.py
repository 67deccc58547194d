"""Where the frames of a film are in time and on the screen, and which are written."""

from __future__ import annotations

from dataclasses import dataclass
from fractions import Fraction

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QObject

from annolab.widgets.time_view import LEAST_SECONDS, TimeView

Frames = NDArray[np.intp]
Times = NDArray[np.float64]
USUAL = 0.04  # seconds of a frame when there is only one
WIDEST = 64.0  # pixels of a frame at the closest look
TICK_PIXELS = 76.0
LEAST_NAMES = 104  # pixels of the names beside the time
MOST_NAMES = 220
NAMES_PART = 5  # they take no more than one part in so many
ROUND = 12  # pixels before the first frame and after the last, to grasp their ends


@dataclass(frozen=True, slots=True, eq=False)
class FrameTimes:
    """`edges`: the seconds at which each frame begins, and the end of the last."""

    edges: Times

    @classmethod
    def of(cls, pts: NDArray[np.int64], time_base: Fraction) -> FrameTimes:
        """Of the table of a film; the last frame lasts as long as the mean."""
        if not len(pts):
            return NO_FRAMES
        starts = (pts - pts[0]).astype(np.float64) * float(time_base)
        mean = float(starts[-1]) / (len(pts) - 1) if len(pts) > 1 else 0.0
        return cls(np.append(starts, starts[-1] + (mean if mean > 0 else USUAL)))

    def __len__(self) -> int:
        return max(len(self.edges) - 1, 0)

    @property
    def length(self) -> float:
        """Seconds of the film."""
        return float(self.edges[-1]) if len(self) else 0.0

    @property
    def mean(self) -> float:
        """Seconds of a frame, on average."""
        return self.length / len(self) if len(self) else USUAL

    def at(self, seconds: float) -> int:
        """The frame that is seen at a time; the first or last one outside."""
        found = int(np.searchsorted(self.edges, seconds, side="right")) - 1
        return min(max(found, 0), max(len(self) - 1, 0))

    def start(self, frame: int) -> float:
        """When a frame begins; the end of the film for what is after it."""
        return float(self.edges[min(max(frame, 0), len(self))]) if len(self) else 0.0

    def middle(self, frame: int) -> float:
        """The time in the middle of a frame."""
        return (self.start(frame) + self.start(frame + 1)) / 2


NO_FRAMES = FrameTimes(np.zeros(0, np.float64))


class FilmView(TimeView):
    """The stretch of a film that is seen. Frames are as wide as they last.

    `names`: the pixels of names; `ROUND` free ones are between them and the time,
    which begins at `left`, and as many after `width`, where it ends.
    """

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.frames = NO_FRAMES
        self.frame = 0  # the one that was asked for last
        self.left = LEAST_NAMES + ROUND

    def set_frames(self, frames: FrameTimes) -> None:
        """Show all of another film."""
        self.frames, self.frame = frames, 0
        self.reset(frames.length)
        self.select(0.0)

    def extend(self, frames: FrameTimes) -> None:
        """More of the film is known: what is seen stays, unless it was all of it."""
        frame, start, stop = self.frame, self.start, self.stop
        was_all = start <= 0 and stop >= self.length
        self.set_frames(frames)
        self.set_frame(frame)
        if not was_all:
            self.show(start, stop, remember=False)

    def set_width(self, width: int, left: int | None = None) -> None:
        """The time ends at pixel `width`; names have their room."""
        least = max(min(width // NAMES_PART, MOST_NAMES), LEAST_NAMES) + ROUND
        super().set_width(width, max(left or 0, least))

    @property
    def names(self) -> int:
        """Pixels of the names."""
        return self.left - ROUND

    @property
    def least_span(self) -> float:
        """The seconds at the closest look."""
        room = (self.width - self.left) / WIDEST
        return max(room * self.frames.mean, LEAST_SECONDS)

    def show(self, start: float, stop: float, *, remember: bool = True) -> None:
        """Show from `start` to `stop`, and around them what must be seen at least."""
        more = max(self.least_span - (stop - start), 0.0) / 2
        super().show(start - more, stop + more, remember=remember)

    def zoom(self, factor: float, about: float | None = None) -> None:
        """See `factor` times as much; `about`, else the middle, stays in its place."""
        if self.span > 0:
            super().zoom(max(factor, self.least_span / self.span), about)

    def set_frame(self, frame: int) -> None:
        """The film is at a frame, which is scrolled to."""
        if frame != self.frame and len(self.frames):
            self.frame = frame
            self.set_playing(self.frames.middle(frame))
            self.follow()

    def follow(self) -> None:
        """Turn the page, as little as needed, so that the frame of the film is seen."""
        low, high = self.frames.start(self.frame), self.frames.start(self.frame + 1)
        if low < self.start or high > self.stop:
            if self.stop < low <= self.stop + self.span / 2:
                self.show(low, low + self.span, remember=False)
            else:
                self.reveal(low, high)

    def frame_at(self, x: float) -> int:
        """The frame at a pixel."""
        return self.frames.at(self.start + (x - self.left) * self.seconds_per_pixel)

    def middle_of(self, frame: int) -> float:
        """The pixel in the middle of a frame."""
        return self.x_of(self.frames.middle(frame))

    def edge_of(self, frame: int) -> float:
        """The pixel where a frame begins."""
        return self.x_of(self.frames.start(frame))

    def seen(self) -> tuple[int, int]:
        """The frames that are seen, half-open."""
        if not len(self.frames):
            return 0, 0
        round_ = ROUND * self.seconds_per_pixel
        frames = self.frames
        return frames.at(self.start - round_), frames.at(self.stop + round_) + 1

    @property
    def frame_width(self) -> float:
        """Pixels of a frame, on average over what is seen."""
        first, stop = self.seen()
        wide = self.edge_of(stop) - self.edge_of(first)
        return wide / max(stop - first, 1)

    def edges_of(self, frames: Frames) -> Times:
        """The pixels where frames begin; those after the end are at the end."""
        count = len(self.frames)
        if not count:
            return np.full(len(frames), float(self.left))
        starts = self.frames.edges[np.minimum(frames, count)]
        return self._pixels(starts)

    def middles_of(self, frames: Frames) -> Times:
        """The pixels in the middle of frames."""
        count = len(self.frames)
        if not count:
            return np.full(len(frames), float(self.left))
        held = np.minimum(frames, count - 1)
        edges = self.frames.edges
        return self._pixels((edges[held] + edges[held + 1]) / 2)

    def _pixels(self, times: Times) -> Times:
        if self.span <= 0:
            return np.full(len(times), float(self.left))
        found: Times = self.left + (times - self.start) / self.seconds_per_pixel
        return found


def frame_step(pixels: float) -> int:
    """Frames between two numbers that are written, where one has so many pixels."""
    step = 1
    while True:
        for factor in (1, 2, 5):
            if step * factor * pixels >= TICK_PIXELS or step > 10**12:
                return step * factor
        step *= 10


def ticks(view: FilmView) -> tuple[Frames, int]:
    """The frames whose numbers are written, and the step between them.

    Where frames differ much in length, those without room are left out.
    """
    first, stop = view.seen()
    step = frame_step(view.frame_width)
    found = np.arange(first - first % step, stop, step, dtype=np.intp)
    found = found[found >= first]
    return apart(found, view.edges_of(found), 0.6 * TICK_PIXELS), step


def apart(frames: Frames, pixels: Times, least: float) -> Frames:
    """Those of rising places that are at least so many pixels after the last kept."""
    if not len(frames) or float(np.diff(pixels).min(initial=least)) >= least:
        return frames
    kept, last = [], -np.inf
    for place, x in enumerate(pixels.tolist()):
        if x - last >= least:
            kept.append(place)
            last = x
    return frames[kept]


def runs(low: Times, high: Times, gap: float) -> list[tuple[float, float]]:
    """Stretches of rising starts, joined where they are less than `gap` apart."""
    if not len(low):
        return []
    ends = np.maximum.accumulate(high)
    cuts = np.flatnonzero(low[1:] - ends[:-1] >= gap) + 1
    starts = low[np.concatenate(([0], cuts))]
    stops = ends[np.concatenate((cuts - 1, [len(low) - 1]))]
    return list(zip(starts.tolist(), stops.tolist(), strict=True))
