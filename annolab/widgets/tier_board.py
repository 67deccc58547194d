"""The rows of tiers: where each is, scrolled and painted."""

from __future__ import annotations

from math import ceil, floor

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QHelpEvent,
    QPainter,
    QPaintEvent,
    QPen,
    QResizeEvent,
)
from PySide6.QtWidgets import QScrollBar, QSizePolicy, QToolTip

from annolab.model.schema import Tier
from annolab.widgets.session import Session
from annolab.widgets.theme import theme_of
from annolab.widgets.tier_hand import Drag, RegionDrag
from annolab.widgets.tier_names import column_width, told_of
from annolab.widgets.tier_paint import (
    CIRCLE,
    LANE,
    Look,
    paint_regions,
    paint_row,
)
from annolab.widgets.tier_rows import Row
from annolab.widgets.tier_shell import TierShell
from annolab.widgets.time_view import TimeView

ROW_HEIGHT, LEAST_ROW = 48, 26


class TierBoard(TierShell):
    """One row a tier, in one look; those without room are scrolled to."""

    height_wanted = Signal()

    def __init__(self, session: Session, view: TimeView) -> None:
        super().__init__(session, view)
        policy = QSizePolicy.Policy
        self.setSizePolicy(policy.Expanding, policy.Expanding)
        self.setMinimumHeight(LEAST_ROW)
        self.drag: Drag | None = None
        self.region: RegionDrag | None = None
        self.composing = ""
        self.bar = QScrollBar(Qt.Orientation.Vertical, self)
        self.bar.setAccessibleName(self.tr("Scroll the tiers"))
        self.bar.setSingleStep(LEAST_ROW)
        self.bar.setCursor(Qt.CursorShape.ArrowCursor)
        self.bar.valueChanged.connect(self._tell_scrolled)
        self.bar.hide()

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
        heights = self._heights()
        above = min(self.bar.value(), max(sum(heights) - self.height(), 0.0))
        placed, top = [], -above
        for row, tall in zip(self.rows.rows, heights, strict=True):
            placed.append((row, QRectF(0, top, self.width(), tall)))
            top += tall
        return placed

    def _heights(self) -> list[float]:
        """As tall as the room lets each row be; more than the widget, if need be."""
        rows = self.rows.rows
        free = sum(self._tall(row, 0) for row in rows)
        count = sum(row.tier is not None for row in rows) or 1
        # Whole pixels: else the lines between rows are blurred, or painted over.
        each = float(max((self.height() - free) // count, LEAST_ROW))
        each = min(each, 2.0 * ROW_HEIGHT)
        return [self._tall(row, each) for row in rows]

    def place_of(self, tier: Tier | None) -> QRectF:
        """Where the row of a tier is."""
        wanted = tier.id if tier is not None else 0
        found = (p for r, p in self.places() if r.tier and r.tier.id == wanted)
        return next(found, QRectF())

    def row_at(self, y: float) -> tuple[Row, QRectF] | None:
        """The row at a pixel."""
        found = ((r, p) for r, p in self.places() if p.top() <= y < p.bottom())
        return next(found, None)

    def event(self, event: QEvent) -> bool:
        """Over a name, tell what it has no room for."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self.row_at(event.pos().y())
            named = found is not None and event.pos().x() < self.view.left
            text = told_of(found[0]) if found is not None and named else ""
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    # Scrolling

    def scroll_rows(self, pixels: float) -> None:
        """Show what is further down, when there are more rows than room."""
        self.bar.setValue(self.bar.value() + round(pixels))

    def fit_bar(self) -> None:
        """The bar is there when there are more rows than room; names have theirs."""
        most = max(ceil(sum(self._heights()) - self.height()), 0)
        self.bar.setGeometry(0, 0, self.bar.sizeHint().width(), self.height())
        self.bar.setPageStep(max(self.height(), 1))
        self.bar.setRange(0, most)
        self.bar.setVisible(most > 0)
        metrics, rows = self.fontMetrics(), self.rows.rows
        left = column_width(rows, metrics, self._margin(), self.width())
        self.view.set_width(self.view.width, left)
        self._tell_scrolled()
        self.update()

    def _margin(self) -> float:
        """Pixels left of the names; the bar is there."""
        return 8.0 if self.bar.isHidden() else self.bar.width() + 2.0

    def reveal_tier(self) -> None:
        """Scroll, as little as needed, so that the current tier is seen."""
        place = self.place_of(self.tier)
        if place.top() < 0:
            self.scroll_rows(floor(place.top()))
        elif place.bottom() > self.height():
            self.scroll_rows(ceil(place.bottom() - self.height()))

    def _tell_scrolled(self) -> None:
        """Say which tiers are seen, beside the bar that shows it."""
        tall = self.height()
        tiers = [place for row, place in self.places() if row.tier is not None]
        seen = [n for n, p in enumerate(tiers, 1) if p.bottom() > 1 and p.top() < tall]
        if seen:
            said = self.tr("Tiers {} to {} of {}")
            self.bar.setToolTip(said.format(seen[0], seen[-1], len(tiers)))
        self.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        """The current tier stays in sight."""
        super().resizeEvent(event)
        self.fit_bar()
        self.reveal_tier()

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
            composing=self.composing,
            margin=self._margin(),
        )
        for row, place in self.places():
            if place.bottom() < 0 or place.top() > self.height():
                continue
            if row.tier is None:
                moving = self.region.after if self.region is not None else None
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
        if self.drag is not None and self.drag.moves:
            tone = theme.color("good" if self.drag.snapped else "attention")
            painter.setPen(QPen(QColor(tone), 2))
            x = view.x_of(self.drag.to)
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
        if view.playing is not None:
            painter.setPen(QPen(theme.color("attention"), 1.5))
            x = view.x_of(view.playing)
            painter.drawLine(QPointF(x, 0), QPointF(x, height))
