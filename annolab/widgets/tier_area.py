"""The tiers under a sound: seen, clicked, dragged, and typed into."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRect, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QContextMenuEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy

from annolab import edits, tier_edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import ChangeSet
from annolab.model.item import Item
from annolab.model.schema import Label, Tier, TierKind
from annolab.model.substitution import Substitution
from annolab.model.tier_line import span_of
from annolab.widgets import tier_commands
from annolab.widgets.session import Session
from annolab.widgets.sound_paint import time_text
from annolab.widgets.theme import theme_of
from annolab.widgets.tier_hand import (
    Drag,
    RegionDrag,
    boundary_near,
    dragged,
    edit_of,
    grabbed,
    region_at,
    region_dragged,
    told,
)
from annolab.widgets.tier_paint import (
    CIRCLE,
    LANE,
    Look,
    paint_regions,
    paint_row,
)
from annolab.widgets.tier_rows import Row
from annolab.widgets.tier_shell import TierShell
from annolab.widgets.tier_text import Typed, after_key, inserted, is_typing
from annolab.widgets.time_view import TimeView

ROW_HEIGHT, LEAST_ROW = 48, 26
WHEEL_SCROLL, WHEEL_ZOOM = 0.12, 0.8


class TierArea(TierShell):
    """One row a tier. The current tier is where keys go; its mark is typed into."""

    play_requested = Signal(float, float)
    position_changed = Signal(str)
    height_wanted = Signal()

    def __init__(self, session: Session, view: TimeView) -> None:
        super().__init__(session, view)
        self.setObjectName("tierArea")
        self.setAccessibleName(self.tr("Tiers"))
        self.setMouseTracking(True)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Expanding)
        self.setMinimumHeight(LEAST_ROW)
        self._drag: Drag | None = None
        self._region: RegionDrag | None = None
        self._quiet = False
        self._composing = ""
        self._above = 0.0  # pixels of rows that are scrolled out of sight
        for signal in (
            view.window_changed,
            view.playing_changed,
            session.hidden_changed,
        ):
            signal.connect(self.update)
        view.selection_changed.connect(self._follow_cursor)
        session.selection_changed.connect(self._take_selection)

    # What is shown

    def show_item(self, item: Item | None) -> None:
        """Show the tiers of an item."""
        self.drop()
        self.rows.read()
        tiers = self.rows.tiers()
        if self.tier is None or all(t.id != self.tier.id for t, _ in tiers):
            self.tier = tiers[0][0] if tiers else None
        self.height_wanted.emit()
        self.update()

    def take_changes(self, changes: ChangeSet) -> None:
        """Bring the rows up to date."""
        before = [row.tier for row in self.rows.rows]
        self.rows.take(changes)
        after = [row.tier for row in self.rows.rows]
        tiers = {t.id: t for t, _ in self.rows.tiers()}
        if self.tier is not None:
            self.tier = tiers.get(self.tier.id)
        if self.tier is None and tiers:
            self.tier = next(iter(tiers.values()))
        mark = self.mark
        self.caret = min(self.caret, len(mark.text or "")) if mark is not None else 0
        if before != after:
            self.height_wanted.emit()
        self.update()

    def fit_length(self, believed: float) -> None:
        """The sound is not `believed` but `view.length` seconds long."""
        project = self.session.project
        if project is None or project.read_only:
            return
        lines = [line for _, line in self.rows.tiers()]
        self.ask(tier_edits.fit_length(lines, believed, self.view.length))

    def wanted_height(self) -> int:
        """The height at which every row is comfortable."""
        return int(sum(self._tall(row, ROW_HEIGHT) for row in self.rows.rows))

    def sizeHint(self) -> QSize:
        """As `wanted_height`."""
        return QSize(400, self.wanted_height())

    def _tall(self, row: Row, tall: float) -> float:
        return row.lanes * LANE + 4 if row.tier is None else tall

    def places(self) -> list[tuple[Row, QRectF]]:
        """Every row with its place on the widget; some may be above or below it."""
        rows = self.rows.rows
        free = sum(self._tall(row, 0) for row in rows)
        count = sum(row.tier is not None for row in rows) or 1
        each = max((self.height() - free) / count, LEAST_ROW)
        each = min(each, 2.0 * ROW_HEIGHT)
        heights = [self._tall(row, each) for row in rows]
        above = min(self._above, sum(heights) - self.height())
        placed, top = [], -max(above, 0.0)
        for row, tall in zip(rows, heights, strict=True):
            placed.append((row, QRectF(0, top, self.width(), tall)))
            top += tall
        return placed

    def scroll_rows(self, pixels: float) -> None:
        """Show what is further down, when there are more rows than room."""
        places = self.places()
        if places:
            above, bottom = -places[0][1].top(), places[-1][1].bottom()
            most = max(above + bottom - self.height(), 0.0)
            self._above = min(max(above + pixels, 0.0), most)
            self.update()

    def _reveal_tier(self) -> None:
        """Scroll, as little as needed, so that the current tier is seen."""
        place = self._place_of(self.tier)
        if place.top() < 0:
            self.scroll_rows(place.top())
        elif place.bottom() > self.height():
            self.scroll_rows(place.bottom() - self.height())

    def _place_of(self, tier: Tier | None) -> QRectF:
        wanted = tier.id if tier is not None else 0
        found = (p for r, p in self.places() if r.tier and r.tier.id == wanted)
        return next(found, QRectF())

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint every row, then cursor and selection through all of them."""
        painter = QPainter(self)
        theme = theme_of(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        mark, focused = self.mark, self._has_keyboard()
        look = Look(
            view=self.view,
            theme=theme,
            schema=self.session.schema,
            selection=frozenset(self.session.selection),
            caret=self.caret if focused else None,
            typed=mark.id if mark is not None else None,
            hidden=self.session.hidden,
            composing=self._composing,
        )
        for row, place in self.places():
            if place.bottom() < 0 or place.top() > self.height():
                continue
            if row.tier is None:
                moving = self._region.after if self._region is not None else None
                paint_regions(painter, row, place, look, moving=moving)
            else:
                current = self.tier is not None and row.tier.id == self.tier.id
                paint_row(painter, row, place, look, current=current)
        self._paint_times(painter)
        painter.end()

    def _has_keyboard(self) -> bool:
        proxy = self.focusProxy()
        return proxy.hasFocus() if proxy is not None else self.hasFocus()

    def _paint_times(self, painter: QPainter) -> None:
        view, theme = self.view, theme_of(self)
        left = float(view.left)
        painter.setClipRect(QRectF(left, 0, self.width() - left, self.height()))
        accent, height = theme.color("accent"), self.height()
        if view.high > view.low:
            painter.setPen(QPen(accent, 1))
            for time in (view.low, view.high):
                x = view.x_of(time)
                painter.drawLine(QPointF(x, 0), QPointF(x, height))
        elif view.length:
            x = view.x_of(view.low)
            painter.setPen(QPen(accent, 1, Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setPen(QPen(accent, 1.5))
            painter.setBrush(theme.color("panel"))
            for row, place in self.places():
                if row.tier is not None:
                    painter.drawEllipse(
                        QPointF(x, place.top() + CIRCLE + 1), CIRCLE, CIRCLE
                    )
        if self._drag is not None and self._drag.moves:
            tone = theme.color("good" if self._drag.snapped else "attention")
            painter.setPen(QPen(QColor(tone), 2))
            x = view.x_of(self._drag.to)
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
        if view.playing is not None:
            painter.setPen(QPen(theme.color("attention"), 1.5))
            x = view.x_of(view.playing)
            painter.drawLine(QPointF(x, 0), QPointF(x, height))

    # Selecting

    def set_tier(self, tier: Tier | None) -> None:
        """Keys go to this tier from now on; it is seen."""
        super().set_tier(tier)
        self._reveal_tier()

    def pick(
        self, mark: Annotation, *, extend: bool = False, reveal: bool = True
    ) -> None:
        """Select a mark, and its time with it."""
        span = span_of(mark)
        if span is None:
            return
        self._quiet = True  # the selection of time is made for the mark
        view = self.view
        if extend:
            view.select(min(view.low, span[0]), max(view.high, span[1]))
        else:
            view.select(*span)
        view.reveal(*span)
        self.selection_requested.emit((mark.id,))
        self._quiet = False

    def _follow_cursor(self) -> None:
        """With the cursor in an interval of the current tier, this one is selected."""
        cursor = self.view.cursor
        row = self.rows.row_of(self.tier) if self.tier is not None else None
        if not self._quiet and row is not None and cursor is not None:
            mark = row.line.at(cursor)
            chosen = () if mark is None else (mark.id,)
            if chosen != self.session.selection:
                self.selection_requested.emit(chosen)
        self.update()

    def _take_selection(self, ids: tuple[int, ...]) -> None:
        mark = self.session.annotation(ids[0]) if ids else None
        if mark is not None and mark.tier_id is not None:
            tiers = {t.id: t for t, _ in self.rows.tiers()}
            self.set_tier(tiers.get(mark.tier_id, self.tier))
        self.caret = len(mark.text or "") if mark is not None else 0
        self._composing = ""
        span = span_of(mark) if mark is not None else None
        held = (self.view.low, self.view.high)
        inside = span is not None and span[0] <= held[0] and held[1] <= span[1]
        if span is not None and self.isVisible() and not (inside or self._quiet):
            self._quiet = True  # it was picked in the list of annotations
            self.view.select(*span)
            self.view.reveal(*span)
            self._quiet = False
        self.update()

    def take_label(self, picked: Label | None) -> None:
        """A label's key: for what is selected, else for the selected time."""
        marks = self.session.selected()
        chosen = [a for a in marks if not a.locked]
        if chosen:
            self.ask(edits.relabel(chosen, picked))
        elif marks:
            self.problem_found.emit(self.tr(tier_edits.LOCKED))
        elif picked is not None:
            tier_commands.add_region(self, picked)

    # The mouse

    def _row_at(self, y: float) -> tuple[Row, QRectF] | None:
        found = ((r, p) for r, p in self.places() if p.top() <= y < p.bottom())
        return next(found, None)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Select, grab a boundary, or insert one at the circle of the cursor."""
        at = event.position()
        found = self._row_at(at.y())
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
            self.trigger("audio.add_boundary")
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
        self._drag = grabbed(
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
            self._quiet = True
            self.view.select(time)
            self._quiet = False
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
        self._region = RegionDrag(mark, mark, part, time, at.x(), targets)
        self.pick(mark, reveal=False)

    def _region_at(
        self, row: Row, place: QRectF, at: QPointF
    ) -> tuple[Annotation, str] | None:
        return region_at(row, place, self.view, at, self.session.hidden)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Drag a boundary or region; show what could be grabbed."""
        at, view = event.position(), self.view
        if self._drag is None and self._region is None:
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
        if self._drag is not None:
            free = free and not self._drag.stretches
            moving = {id(line) for line in self._drag.lines}
            others = [line for line in lines if id(line) not in moving]
            self._drag = dragged(self._drag, x, view, others, free=free)
            self.position_changed.emit(told(self._drag, step))
        elif self._region is not None:
            self._region = region_dragged(self._region, x, view, lines, free=free)
            start, stop = span_of(self._region.after) or (0.0, 0.0)
            texts = (time_text(start, step), time_text(stop - start, 1e-4))
            self.position_changed.emit("t {}   {}".format(*texts))

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is at no time any more."""
        self.position_changed.emit("")
        super().leaveEvent(event)

    def _cursor(self, at: QPointF) -> Qt.CursorShape:
        found = self._row_at(at.y())
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
        drag, self._drag = self._drag, None
        region, self._region = self._region, None
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
                self._quiet = True
                self.view.select(drag.to)
                self._quiet = False
        self.update()

    def _end_region(self, region: RegionDrag) -> None:
        if region.moves and region.after.geometry != region.mark.geometry:
            self.ask(edits.set_geometry(region.mark, region.after.geometry))
            span = span_of(region.after)
            if span is not None:
                self._quiet = True
                self.view.select(*span)
                self._quiet = False
        self.update()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Hear what was clicked."""
        if self.view.high > self.view.low:
            self.play_requested.emit(self.view.low, self.view.high)

    def drop(self) -> None:
        """A drag in flight is given up."""
        self._drag = self._region = None
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
        found = self._row_at(event.pos().y())
        if found is not None and found[0].tier is not None:
            self.set_tier(found[0].tier)
        tier_commands.show_menu(self, event.globalPos())

    # Keys

    def wants_key(self, event: QKeyEvent) -> bool:
        """Whether a key is typed into the selected mark."""
        return self.mark is not None and is_typing(event)

    def type_key(self, event: QKeyEvent) -> bool:
        """Type a key; False when it is none of a text, or nothing is selected."""
        mark = self.mark
        typed = None if mark is None else after_key(mark, self.caret, event)
        if mark is None or typed is None:
            return False
        self._take_typed(mark, typed)
        return True

    def insert_text(self, text: str) -> None:
        """Put a text in at the caret of the selected mark."""
        mark = self.mark
        if mark is not None:
            self._take_typed(mark, inserted(mark.text or "", self.caret, text))

    def type_text(self, typed: Typed) -> None:
        """Give the selected mark a text that was typed."""
        mark = self.mark
        if mark is not None:
            self._take_typed(mark, typed)

    def show_composing(self, text: str) -> None:
        """Show at the caret what an input method has not finished."""
        self._composing = text
        self.update()

    def caret_rect(self) -> QRect:
        """Where the selected mark is typed into, roughly: its middle that is seen."""
        mark, tier = self.mark, self.tier
        span = span_of(mark) if mark is not None else None
        if span is None or tier is None:
            return QRect()
        place = self._place_of(tier)
        ends = [min(max(t, self.view.start), self.view.stop) for t in span]
        x = self.view.x_of(sum(ends) / 2)
        return QRectF(x, place.top(), 1, place.height()).toRect()

    def _take_typed(self, mark: Annotation, typed: Typed) -> None:
        if typed.text != (mark.text or ""):
            if mark.locked:
                self.problem_found.emit(self.tr(tier_edits.LOCKED))
                return
            key = f"text {mark.id}"
            self.ask(edits.set_text(mark, typed.text, merge_key=key))
        self.caret = typed.caret
        self.update()

    def find_next(self, rule: Substitution) -> None:
        """Select the next mark of the current tier whose text matches."""
        tier_commands.find_next(self, rule)

    def trigger(self, action_id: str) -> bool:
        """Do what an action on tiers says; False when it is none."""
        return tier_commands.run(self, action_id)

    @property
    def kind(self) -> TierKind | None:
        """Of the current tier."""
        return self.tier.kind if self.tier is not None else None
