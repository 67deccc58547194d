"""Which stretch of a sound is seen: the window, the selection and the cursor."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

LEAST_SECONDS = 1e-4  # no window is shorter: a few samples of any recording
ZOOM_STEPS = 64  # windows that Back remembers


class TimeView(QObject):
    """Shared by ruler, waveforms, spectrogram and tiers of one canvas.

    All times are float64 seconds from the start of the sound. A selection whose
    two ends are equal is the cursor. Pixels count from the left edge of the
    widgets; `left` of them belong to names and scales, the time begins there.
    """

    window_changed = Signal()
    selection_changed = Signal()
    playing_changed = Signal()  # where the sound is, while it plays

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.length = 0.0
        self.start, self.stop = 0.0, 0.0  # the window
        self.low, self.high = 0.0, 0.0  # the selection
        self.playing: float | None = None
        self.left, self.width = 72, 1
        self._before: list[tuple[float, float]] = []

    def reset(self, length: float) -> None:
        """Show all of a sound of `length` seconds, the cursor in its middle."""
        self.length = max(length, 0.0)
        self._before.clear()
        self.start, self.stop = 0.0, self.length
        self.low = self.high = self.length / 2
        self.playing = None
        self.window_changed.emit()
        self.selection_changed.emit()

    def set_width(self, width: int, left: int | None = None) -> None:
        """The widgets are `width` pixels wide, `left` of them beside the time."""
        left = self.left if left is None else left
        if (width, left) != (self.width, self.left):
            self.width, self.left = max(width, left + 1), left
            self.window_changed.emit()

    @property
    def span(self) -> float:
        """The seconds that are seen."""
        return self.stop - self.start

    @property
    def seconds_per_pixel(self) -> float:
        """Of the window."""
        return self.span / (self.width - self.left)

    def x_of(self, time: float) -> float:
        """The pixel of a time."""
        if self.span <= 0:
            return float(self.left)
        return self.left + (time - self.start) / self.seconds_per_pixel

    def time_at(self, x: float) -> float:
        """The time at a pixel, within the sound."""
        time = self.start + (x - self.left) * self.seconds_per_pixel
        return min(max(time, 0.0), self.length)

    @property
    def cursor(self) -> float | None:
        """The time of the cursor; None when a stretch is selected."""
        return self.low if self.low == self.high else None

    def select(self, low: float, high: float | None = None) -> None:
        """Select from `low` to `high`, or put the cursor at `low`."""
        high = low if high is None else high
        low, high = sorted((low, high))
        low = min(max(low, 0.0), self.length)
        high = min(max(high, 0.0), self.length)
        if (low, high) != (self.low, self.high):
            self.low, self.high = low, high
            self.selection_changed.emit()

    def set_playing(self, time: float | None) -> None:
        """Where the sound is while it plays; None when it does not."""
        if time != self.playing:
            self.playing = time
            self.playing_changed.emit()

    def show(self, start: float, stop: float, *, remember: bool = True) -> None:
        """Show from `start` to `stop`, kept within the sound."""
        span = min(max(stop - start, LEAST_SECONDS), self.length)
        start = min(max(start, 0.0), self.length - span)
        if (start, start + span) == (self.start, self.stop):
            return
        if remember and span != self.span:
            self._before.append((self.start, self.stop))
            del self._before[:-ZOOM_STEPS]
        self.start, self.stop = start, min(start + span, self.length)
        self.window_changed.emit()

    def zoom(self, factor: float, about: float | None = None) -> None:
        """See `factor` times as much; `about`, else the middle, stays in its place."""
        about = (self.start + self.stop) / 2 if about is None else about
        span = max(self.span * factor, LEAST_SECONDS)
        if self.span > 0:
            start = about - (about - self.start) * span / self.span
            self.show(start, start + span)

    def scroll(self, seconds: float) -> None:
        """Show what is `seconds` later."""
        self.show(self.start + seconds, self.stop + seconds, remember=False)

    def show_all(self) -> None:
        """Show the whole sound."""
        self.show(0.0, self.length)

    def show_selection(self) -> None:
        """Fill the window with the selection."""
        if self.high > self.low:
            self.show(self.low, self.high)

    def back(self) -> None:
        """Show the window before the last zoom."""
        if self._before:
            self.show(*self._before.pop(), remember=False)

    def reveal(self, low: float, high: float | None = None) -> None:
        """Scroll, as little as needed, so that a time or stretch is seen."""
        high = low if high is None else high
        if self.start <= low and high <= self.stop:
            return
        if high - low >= self.span:
            self.show(low, low + self.span, remember=False)
        elif low < self.start:
            self.scroll(low - self.start - 0.05 * self.span)
        else:
            self.scroll(high - self.stop + 0.05 * self.span)
