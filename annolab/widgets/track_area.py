"""The mouse on the rows of a film's timeline."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt, Signal
from PySide6.QtGui import (
    QContextMenuEvent,
    QHelpEvent,
    QMouseEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QToolTip

from annolab.widgets.film_hand import Grip, Part, edit_of, grip_at, key_near
from annolab.widgets.film_paint import name_of
from annolab.widgets.film_rows import FilmRow, RowKind, ranges_of
from annolab.widgets.track_board import TrackBoard

MOVES = 4  # pixels from which a press is a drag
NEAR_DOT = 4.0


class TrackArea(TrackBoard):
    """A press selects the row and goes to the frame; ends and keyframes are dragged."""

    edit_requested = Signal(object)
    selection_requested = Signal(tuple)
    problem_found = Signal(str)

    _held: Grip | None = None  # what was pressed and may be dragged
    _from = QPointF()
    _scrubs = False

    # What is under the pointer

    def grip_under(self, at: QPointF) -> Grip | None:
        """What a drag from there would take along."""
        row = self.row_at(at.y())
        if row is None or not self.in_time(at.x()):
            return None
        return grip_at(self.rows, row, self.view, at.x())

    def ids_under(self, at: QPointF) -> tuple[int, ...]:
        """What a click there selects."""
        row = self.row_at(at.y())
        if row is None:
            return ()
        if row.kind is RowKind.TRACK:
            return (row.key,)
        if not self.in_time(at.x()):
            return ()
        if row.kind is RowKind.SHAPES:
            frame = self._dot_near(at.x())
            return () if frame is None else tuple(self.rows.shapes_on(frame))
        grip, frame = self.grip_under(at), self.view.frame_at(at.x())
        if grip is not None:
            return (grip.annotation.id,)
        bars = self.rows.bars(row)
        seen = bars.seen(frame, frame + 1)
        return tuple(bars.owner[seen].tolist()[-1:])

    def _dot_near(self, x: float) -> int | None:
        """The nearest frame with shapes within a few pixels."""
        view, tones = self.view, self.rows.tones
        first, last = (view.frame_at(x + by) for by in (-NEAR_DOT, NEAR_DOT))
        near = [f for f in range(first, last + 1) if f < len(tones) and tones[f] >= 0]
        return min(near, key=lambda f: abs(view.middle_of(f) - x), default=None)

    # The mouse

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select what is there and go to the frame, or take hold of an end."""
        at, left = event.position(), event.button() is Qt.MouseButton.LeftButton
        if not left:
            super().mousePressEvent(event)
            return
        ids = self.ids_under(at)
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            chosen = self.session.selection
            self.selection_requested.emit(
                tuple(i for i in chosen if i not in ids)
                if ids and set(ids) <= set(chosen)
                else (*chosen, *(i for i in ids if i not in chosen))
            )
            return
        if ids:
            self.selection_requested.emit(ids)
        self._held, self._from = self.grip_under(at), at
        if self._held is None and self.in_time(at.x()):
            self._scrubs = True
            row = self.row_at(at.y())
            dotted = row is not None and row.kind is RowKind.SHAPES
            dot = self._dot_near(at.x()) if dotted else None
            self.wanted.emit(self.view.frame_at(at.x()) if dot is None else dot)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag, scrub, or show what a drag would do."""
        super().mouseMoveEvent(event)
        at = event.position()
        if self._held is not None:
            if self.grip is None and abs(at.x() - self._from.x()) >= MOVES:
                self._begin(self._held)
            if self.grip is not None:
                self._drag_to(self.grip, at.x())
        elif self._scrubs:
            self.wanted.emit(self.view.frame_at(at.x()))
        elif self._pan is None:
            self._show_cursor(at)

    def _show_cursor(self, at: QPointF) -> None:
        shape, grip = Qt.CursorShape, self.grip_under(at)
        if grip is not None:
            on_key = grip.part is Part.KEY
            self.setCursor(shape.OpenHandCursor if on_key else shape.SizeHorCursor)
        else:
            self.setCursor(shape.PointingHandCursor)

    def _begin(self, grip: Grip) -> None:
        if grip.annotation.locked:
            self._held = None
            self.problem_found.emit(
                self.tr("This annotation is locked; unlock it to change it.")
            )
            return
        self.grip, self.to = grip, grip.frame
        if grip.part is Part.KEY:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)

    def _drag_to(self, grip: Grip, x: float) -> None:
        frame = self.view.frame_at(x)
        if grip.part is not Part.KEY:
            frame += x >= self.view.middle_of(frame)  # the nearest edge
        to = grip.kept(frame)
        if to != self.to:
            self.to = to
            self.update()
            # What is dragged is judged by the picture: by the last one of an end.
            self.wanted.emit(to - 1 if grip.part is Part.STOP else to)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """Ask for what was dragged; without a drag, go there."""
        super().mouseReleaseEvent(event)
        if event.button() is not Qt.MouseButton.LeftButton:
            return
        grip, held, to = self.grip, self._held, self.to
        self.drop()
        if grip is not None:
            edit = edit_of(grip, to, self.rows.count)
            if edit is not None:
                self.edit_requested.emit(edit)
        elif held is not None:
            on_key = held.part is Part.KEY
            x = event.position().x()
            self.wanted.emit(held.frame if on_key else self.view.frame_at(x))
        self._show_cursor(event.position())

    def drop(self) -> None:
        """A drag in flight is given up."""
        self.grip = self._held = None
        self._scrubs = False
        self.update()

    def cancel(self) -> bool:
        """Give up what is dragged; False when nothing is."""
        dragged = self.grip is not None
        self.drop()
        return dragged

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Go to the nearest keyframe of a track; the frames of a tag are the range."""
        row, at = self.row_at(event.position().y()), event.position()
        left = event.button() is Qt.MouseButton.LeftButton
        if not left or row is None or not self.in_time(at.x()):
            return
        frame = key_near(self.rows, row, self.view, at.x())
        tag = self.rows.get(next(iter(self.ids_under(at)), 0))
        if frame is not None:
            self.wanted.emit(frame)
        elif tag is not None and row.kind is RowKind.TAGS:
            spans = ranges_of(tag, self.rows.count)
            self.marked.select(spans[0][0], spans[-1][1] - 1)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Select what is there first; the canvas has the menu."""
        ids = self.ids_under(QPointF(event.pos()))
        if ids and not set(ids) <= set(self.session.selection):
            self.selection_requested.emit(ids)
        event.ignore()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Rows scroll where there are more than are seen; Shift goes along the film."""
        held, turn = event.modifiers(), event.angleDelta()
        aside = held & (
            Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
        )
        if aside or not turn.y() or self.bar.maximum() == 0:
            super().wheelEvent(event)
            return
        notches = turn.y() / 120
        self.bar.setValue(self.bar.value() - round(notches * 2 * self.row_height))
        event.accept()

    def event(self, event: QEvent) -> bool:
        """Tell what is under the pointer."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            text = self.tip_at(QPointF(event.pos()))
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def tip_at(self, at: QPointF) -> str:
        """What a name, a keyframe or a bar is; "" where there is nothing."""
        row = self.row_at(at.y())
        if row is None:
            return ""
        labels = {label.id: label for label in self.session.schema.labels}
        name = name_of(self.rows, row, labels)
        if not self.in_time(at.x()):
            return name
        grip = self.grip_under(at)
        if grip is not None and grip.part is Part.KEY:
            bars = self.rows.bars(row)
            found = bool(bars.found[bars.keys.tolist().index(grip.frame)])
            told = self.tr("{name}: keyframe {frame:,}")
            if found:
                told = self.tr("{name}: keyframe {frame:,}, found by the tracker")
            return told.format(name=name, frame=grip.frame)
        return self._told_bar(row, name, at.x())

    def _told_bar(self, row: FilmRow, name: str, x: float) -> str:
        """The frames of the bar that is there."""
        if row.kind is RowKind.SHAPES:
            return ""
        bars, frame = self.rows.bars(row), self.view.frame_at(x)
        seen = bars.seen(frame, frame + 1)
        if not len(seen):
            return ""
        start, stop = (int(ends[seen[-1]]) for ends in (bars.start, bars.stop))
        told = self.tr("{name}: frames {first:,} to {last:,}")
        return told.format(name=name, first=start, last=stop - 1)
