"""The ruler of a film's timeline: numbers of frames, times, and the selected range."""

from __future__ import annotations

import numpy as np
from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QMouseEvent, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QSizePolicy

from annolab.widgets.film_strip import FilmStrip
from annolab.widgets.frame_place import spoken_time
from annolab.widgets.frame_range import FrameRange
from annolab.widgets.frame_scale import FilmView, Frames, ticks
from annolab.widgets.theme import Theme, tabular, theme_of

NEAR = 5.0  # pixels from an end of the range, which is dragged there
LEAST_MINOR = 6.0  # pixels between small ticks
LEAST_ENTRIES = 4.0  # pixels between frames where the file can be entered
SMALL = 0.85  # of the font: the times
MINOR = (10, 5, 2)


class FrameRuler(FilmStrip):
    """A press goes to a frame, a drag scrubs; with Shift, a drag selects a range."""

    def __init__(self, view: FilmView, marked: FrameRange) -> None:
        super().__init__(view, marked)
        self.setObjectName("frameRuler")
        self.setAccessibleName(self.tr("Frames and times"))
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setToolTip(self.tr("Shift and a drag select a range of frames"))
        self._entries: Frames = np.zeros(0, np.intp)
        self._anchor: int | None = None
        self._by_edge = False
        self._scrubs = False

    def set_entries(self, entries: Frames) -> None:
        """The frames at which the file can be entered."""
        self._entries = entries
        self.update()

    def sizeHint(self) -> QSize:
        """Room for a number, a time and ticks."""
        return QSize(200, 2 * self.fontMetrics().height() + 8)

    def minimumSizeHint(self) -> QSize:
        """As high as it is."""
        return self.sizeHint()

    # Painting

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint ticks, the range, and where the film is."""
        painter, theme = QPainter(self), theme_of(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        painter.setFont(tabular(self.font()))
        if len(self.view.frames):
            painter.save()
            painter.setClipRect(self.body())
            self._paint_ticks(painter, theme)
            self._paint_entries(painter, theme)
            painter.restore()
            self._paint_told(painter, theme)
            self.paint_range(painter)
            self.paint_place(painter)
        painter.setPen(QPen(theme.color("line"), 1))
        painter.drawLine(
            QPointF(0, self.height() - 0.5), QPointF(self.width(), self.height() - 0.5)
        )
        painter.end()

    def _paint_ticks(self, painter: QPainter, theme: Theme) -> None:
        view, height = self.view, float(self.height())
        found, step = ticks(view)
        painter.setPen(QPen(theme.color("edge"), 1))
        for x in self._minor(step):
            painter.drawLine(QPointF(x, height - 4), QPointF(x, height))
        line = painter.fontMetrics().height()
        small = QFont(painter.font())
        small.setPixelSize(max(round(painter.fontInfo().pixelSize() * SMALL), 8))
        big = painter.font()
        for frame in found.tolist():
            x = view.edge_of(frame)
            painter.setPen(QPen(theme.color("edge"), 1))
            painter.drawLine(QPointF(x, 4), QPointF(x, height))
            painter.setFont(big)
            painter.setPen(theme.color("text"))
            painter.drawText(QRectF(x + 4, 2, 120, line), 0, f"{frame:,}")
            painter.setFont(small)
            painter.setPen(theme.color("dim"))
            painter.drawText(
                QRectF(x + 4, 2 + line, 120, line),
                0,
                spoken_time(view.frames.start(frame)),
            )
        painter.setFont(big)

    def _minor(self, step: int) -> list[float]:
        """Where the small ticks are, if there is room for some."""
        view = self.view
        room = step * view.frame_width
        parts = next((n for n in MINOR if step % n == 0 and room / n >= LEAST_MINOR), 1)
        first, stop = view.seen()
        each = step // parts
        frames = np.arange(first - first % each, stop, each, dtype=np.intp)
        return [] if parts == 1 else [float(x) for x in view.edges_of(frames)]

    def _paint_entries(self, painter: QPainter, theme: Theme) -> None:
        """Small marks where the file can be entered, unless they are too many."""
        first, stop = self.view.seen()
        low, high = np.searchsorted(self._entries, (first, stop)).tolist()
        entries = self._entries[low:high]
        if not len(entries) or self.body().width() / len(entries) < LEAST_ENTRIES:
            return
        if len(entries) == stop - first > 1:
            return  # every frame is one: nothing to be told
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.color("dim"))
        y = self.height() - 1.0
        for x in self.view.middles_of(entries).tolist():
            corners = ((x - 3, y), (x, y - 4), (x + 3, y))
            painter.drawConvexPolygon([QPointF(*corner) for corner in corners])

    def _paint_told(self, painter: QPainter, theme: Theme) -> None:
        """In the room of the names: how long the selected range is."""
        span = self.marked.span
        if span is None:
            return
        times = self.view.frames
        seconds = times.start(span[1]) - times.start(span[0])
        told = self.tr("{count:,} frames").format(count=span[1] - span[0])
        box = QRectF(8, 2, self.view.names - 16, self.height() - 6)
        painter.setPen(theme.color("accent"))
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        painter.drawText(box, flags, f"{told}\n{spoken_time(seconds)}")

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Go there, or begin a range."""
        x = event.position().x()
        if event.button() is not Qt.MouseButton.LeftButton or not self.in_time(x):
            super().mousePressEvent(event)
            return
        frame = self.view.frame_at(x)
        self._anchor = self._other_end(x)
        self._by_edge = self._anchor is not None
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self._anchor = frame if self._anchor is None else self._anchor
            self.marked.select(self._anchor, frame)
        elif self._anchor is None:
            self._scrubs = True
            self.wanted.emit(frame)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Scrub, or drag the range; the cursor tells which."""
        super().mouseMoveEvent(event)
        x = event.position().x()
        if self._anchor is not None:
            self.marked.select(self._anchor, self._last_at(x))
        elif self._scrubs:
            self.wanted.emit(self.view.frame_at(x))
        elif self._pan is None:
            shape = Qt.CursorShape
            over = self.in_time(x) and self._other_end(x) is not None
            held = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.setCursor(
                shape.SizeHorCursor if over
                else shape.IBeamCursor if held and self.in_time(x)
                else shape.PointingHandCursor if self.in_time(x)
                else shape.ArrowCursor
            )  # fmt: skip

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Let go."""
        super().mouseReleaseEvent(event)
        self._anchor, self._scrubs = None, False

    def _last_at(self, x: float) -> int:
        """The frame that the range goes to; an edge goes to the nearest edge."""
        frame, anchor = self.view.frame_at(x), self._anchor or 0
        if not self._by_edge:
            return frame
        edge = frame + (x >= self.view.middle_of(frame))
        return edge - 1 if edge > anchor else edge

    def _other_end(self, x: float) -> int | None:
        """The last frame at the other end of the range, with `x` on one of its ends."""
        span = self.marked.span
        if span is None:
            return None
        ends = ((span[0], span[1] - 1), (span[1], span[0]))
        near = [(abs(self.view.edge_of(e) - x), other) for e, other in ends]
        away, other = min(near)
        return other if away <= NEAR else None
