"""A selected range of frames: what loops, is cut out of tracks, or gets a label."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal


class FrameRange(QObject):
    """`span`: half-open frames `(start, stop)`, or None when nothing is selected."""

    changed = Signal()

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.count = 0  # frames of the film
        self.span: tuple[int, int] | None = None

    def set_film(self, count: int) -> None:
        """Another film, of `count` frames: nothing is selected."""
        self.count = count
        self.clear()

    def extend(self, count: int) -> None:
        """More frames of the film are known: what is selected stays."""
        self.count = count

    def clear(self) -> None:
        """Select nothing."""
        self._take(None)

    def select(self, one: int, other: int) -> None:
        """Select two frames and all between them, in whichever order."""
        first, last = sorted((one, other))
        first, stop = max(first, 0), min(last + 1, self.count)
        self._take((first, stop) if first < stop else None)

    def begin_at(self, frame: int) -> None:
        """Let the range begin at a frame; without an end after it, go to the last."""
        last = self.span[1] - 1 if self.span is not None else frame - 1
        self.select(frame, last if last >= frame else self.count - 1)

    def end_at(self, frame: int) -> None:
        """Let `frame` be the last one; without a start before it, from the first."""
        first = self.span[0] if self.span is not None else frame + 1
        self.select(first if first <= frame else 0, frame)

    def _take(self, span: tuple[int, int] | None) -> None:
        if span != self.span:
            self.span = span
            self.changed.emit()
