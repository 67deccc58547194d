"""The mouse on tiers: what a press, a drag, the wheel and a right click do."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QContextMenuEvent, QMouseEvent, QWheelEvent

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.tier_line import span_of
from annolab.widgets import tier_commands
from annolab.widgets.session import Session
from annolab.widgets.sound_paint import time_text
from annolab.widgets.tier_board import ROW_HEIGHT, TierBoard
from annolab.widgets.tier_hand import (
    RegionDrag,
    boundary_near,
    dragged,
    edit_of,
    grabbed,
    region_at,
    region_dragged,
    told,
)
from annolab.widgets.tier_paint import CIRCLE
from annolab.widgets.tier_rows import Row
from annolab.widgets.time_view import TimeView

WHEEL_SCROLL, WHEEL_ZOOM = 0.12, 0.8


class TierMouse(TierBoard):
    """Boundaries and regions are grabbed, intervals clicked, rows scrolled."""

    play_requested = Signal(float, float)
    position_changed = Signal(str)

    def __init__(self, session: Session, view: TimeView) -> None:
        super().__init__(session, view)
        self.setMouseTracking(True)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, grab a boundary, or insert one at the circle of the cursor."""
        at = event.position()
        found = self.row_at(at.y())
        if found is None or event.button() != Qt.MouseButton.LeftButton:
            return
        row, place = found
        proxy = self.focusProxy()
        if proxy is not None:
            proxy.setFocus(Qt.FocusReason.MouseFocusReason)
        if row.tier is None:
            self._press_region(row, place, at)
            return
        self.set_tier(row.tier)
        if at.x() < self.view.left:
            return
        if self._on_circle(at, place):
            tier_commands.run(self, "audio.add_boundary")
            return
        near = boundary_near(row, self.view, at.x())
        if near is not None:
            self._grab(row, near, event)
            return
        mark = row.line.at(self.view.time_at(at.x()))
        if mark is not None:
            shift = event.modifiers() & Qt.KeyboardModifier.ShiftModifier
            self.pick(mark, extend=bool(shift), reveal=False)
        else:
            self.view.select(self.view.time_at(at.x()))

    def _on_circle(self, at: QPointF, place: QRectF) -> bool:
        cursor = self.view.cursor
        if cursor is None:
            return False
        middle = QPointF(self.view.x_of(cursor), place.top() + CIRCLE + 1)
        away = at - middle
        return away.x() ** 2 + away.y() ** 2 <= (CIRCLE + 2) ** 2

    def _grab(self, row: Row, time: float, event: QMouseEvent) -> None:
        held = event.modifiers()
        key = Qt.KeyboardModifier
        stretches = bool(held & key.ControlModifier and held & key.AltModifier)
        self.drag = grabbed(
            row,
            self.rows.tiers(),
            self.view,
            (time, event.position().x()),
            everywhere=bool(held & key.ShiftModifier),
            stretches=stretches,
        )
        if not stretches:
            left, right = row.line.beside(time)
            mark = right or left
            self.select_time(time)
            if mark is not None:
                self.selection_requested.emit((mark.id,))

    def _press_region(self, row: Row, place: QRectF, at: QPointF) -> None:
        view = self.view
        time, targets = view.time_at(at.x()), (view.low, view.high)
        found = self._region_at(row, place, at)
        if found is None:
            self.selection_requested.emit(())
            view.select(time)
            return
        mark, part = found
        self.region = RegionDrag(mark, mark, part, time, at.x(), targets)
        self.pick(mark, reveal=False)

    def _region_at(
        self, row: Row, place: QRectF, at: QPointF
    ) -> tuple[Annotation, str] | None:
        return region_at(row, place, self.view, at, self.session.hidden)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a boundary or region; show what could be grabbed."""
        at, view = event.position(), self.view
        if self.drag is None and self.region is None:
            if at.x() >= view.left:
                now = time_text(view.time_at(at.x()), view.seconds_per_pixel)
                self.position_changed.emit(f"t {now}")
            self.setCursor(self._cursor(at))
            return
        try:
            self._drag_to(at.x(), event.modifiers())
        except UserError as error:
            self.drop()
            self.problem_found.emit(self.tr(str(error)))
        self.update()

    def _drag_to(self, x: float, held: Qt.KeyboardModifier) -> None:
        view, step = self.view, self.view.seconds_per_pixel
        free = bool(held & Qt.KeyboardModifier.ControlModifier)
        lines = [line for _, line in self.rows.tiers()]
        if self.drag is not None:
            free = free and not self.drag.stretches
            moving = {id(line) for line in self.drag.lines}
            others = [line for line in lines if id(line) not in moving]
            self.drag = dragged(self.drag, x, view, others, free=free)
            self.position_changed.emit(told(self.drag, step))
        elif self.region is not None:
            self.region = region_dragged(self.region, x, view, lines, free=free)
            start, stop = span_of(self.region.after) or (0.0, 0.0)
            texts = (time_text(start, step), time_text(stop - start, 1e-4))
            self.position_changed.emit("t {}   {}".format(*texts))

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is at no time any more."""
        self.position_changed.emit("")
        super().leaveEvent(event)

    def _cursor(self, at: QPointF) -> Qt.CursorShape:
        found = self.row_at(at.y())
        shape = Qt.CursorShape
        if found is None or at.x() < self.view.left:
            return shape.ArrowCursor
        row, place = found
        if row.tier is None:
            region = self._region_at(row, place, at)
            if region is None or region[0].locked:
                return shape.IBeamCursor
            return shape.SizeAllCursor if region[1] == "all" else shape.SplitHCursor
        if self._on_circle(at, place):
            return shape.PointingHandCursor
        if boundary_near(row, self.view, at.x()) is not None:
            return shape.SplitHCursor
        return shape.IBeamCursor

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a drag: ask for the edit."""
        drag, self.drag = self.drag, None
        region, self.region = self.region, None
        if region is not None:
            self._end_region(region)
        if drag is None:
            return
        try:
            edit = edit_of(drag, self.view)
        except UserError as error:
            self.problem_found.emit(str(error))
            edit = None
        if edit is not None:
            self.ask(edit)
            if not drag.stretches:
                self.select_time(drag.to)
        self.update()

    def _end_region(self, region: RegionDrag) -> None:
        if region.moves and region.after.geometry != region.mark.geometry:
            self.ask(edits.set_geometry(region.mark, region.after.geometry))
            span = span_of(region.after)
            if span is not None:
                self.select_time(*span)
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hear what was clicked."""
        if self.view.high > self.view.low:
            self.play_requested.emit(self.view.low, self.view.high)

    def drop(self) -> None:
        """A drag in flight is given up."""
        self.drag = self.region = None
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Ctrl zooms at the pointer; over the names, or with Alt, rows scroll."""
        turn = event.angleDelta()
        notches = (turn.y() or turn.x()) / 120
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            about = self.view.time_at(event.position().x())
            self.view.zoom(WHEEL_ZOOM**notches, about)
        elif (
            event.position().x() < self.view.left
            or event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self.scroll_rows(-notches * ROW_HEIGHT)
        else:
            self.view.scroll(-notches * WHEEL_SCROLL * self.view.span)
        event.accept()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """What can be done with tiers."""
        found = self.row_at(event.pos().y())
        if found is not None and found[0].tier is not None:
            self.set_tier(found[0].tier)
        tier_commands.show_menu(self, event.globalPos())
