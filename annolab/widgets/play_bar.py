"""Praat's rectangles below the tiers: a click on one plays what it stands for."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import (
    QFont,
    QFontMetricsF,
    QHelpEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QPen,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from annolab.actions import bindings, default_table
from annolab.widgets.controls import tip
from annolab.widgets.sound_paint import time_text
from annolab.widgets.theme import Theme, theme_of
from annolab.widgets.time_view import TimeView

STRIP = 16  # pixels high
GAP = 2
HEIGHT = 2 * STRIP + 3 * GAP
AFTER_WIDTH = 72  # pixels of what comes after the window
LEAST = 3.0  # pixels of a stretch that can be clicked
TEXT = 0.8  # of the font of the window
PAD = 8.0  # pixels that a text leaves free
DIGITS = (1e-4, 1e-3, 1e-2, 0.1, 1.0)  # seconds: as fine as there is room for
FEW = 0.1  # seconds, above which more than milliseconds would only be noise


class Part(StrEnum):
    """What a rectangle stands for."""

    TOTAL = "total"
    BEFORE_WINDOW = "before window"
    WINDOW = "window"
    AFTER_WINDOW = "after window"
    BEFORE_SELECTION = "before selection"
    SELECTION = "selection"
    AFTER_SELECTION = "after selection"


# Where an action does the same, its key is named.
_ACTIONS = {Part.SELECTION: "audio.play", Part.WINDOW: "audio.play_window"}


@dataclass(frozen=True, slots=True)
class Stretch:
    """A rectangle and the seconds it stands for."""

    part: Part
    rect: QRectF
    start: float
    stop: float

    @property
    def seconds(self) -> float:
        """How long it is."""
        return self.stop - self.start


def stretches(view: TimeView, width: float) -> list[Stretch]:
    """The rectangles of a bar `width` pixels wide; those that last no time are not.

    Above are the whole sound and the parts of the window, which lie where their
    time lies; below what is seen, between what comes before and after it.
    """
    left, top, low = float(view.left), float(GAP), 2.0 * GAP + STRIP
    if view.span <= 0 or width <= left + AFTER_WIDTH:
        return []
    begins = min(max(view.low, view.start), view.stop)
    ends = min(max(view.high, view.start), view.stop)
    x0, x1 = view.x_of(begins), view.x_of(ends)
    more = view.stop < view.length
    edge = width - AFTER_WIDTH if more else width
    places = (
        (Part.TOTAL, GAP, left, top, 0.0, view.length),
        (Part.BEFORE_WINDOW, GAP, left, low, 0.0, view.start),
        (Part.WINDOW, left, edge, low, view.start, view.stop),
        (Part.AFTER_WINDOW, edge, width, low, view.stop, view.length),
        (Part.BEFORE_SELECTION, left, x0, top, view.start, begins),
        (Part.SELECTION, x0, x1, top, begins, ends),
        (Part.AFTER_SELECTION, x1, width, top, ends, view.stop),
    )
    return [
        Stretch(part, QRectF(a, y, b - a - GAP, STRIP), start, stop)
        for part, a, b, y, start, stop in places
        if stop > start and b - a - GAP >= LEAST
    ]


def fitting_text(seconds: float, room: float, font: QFont) -> str:
    """A duration as fine as there is room for; "" rather than one rounded to half."""
    metrics = QFontMetricsF(font)
    steps = DIGITS[1:] if round(seconds, 4) >= FEW else DIGITS
    texts = (time_text(seconds, step) for step in steps if seconds >= 2 * step)
    fits = (text for text in texts if metrics.horizontalAdvance(text) <= room - PAD)
    return next(fits, "")


class PlayBar(QWidget):
    """`play_requested(start, stop)` by a click; `stop_requested` while it plays."""

    play_requested = Signal(float, float)
    stop_requested = Signal()

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self.setObjectName("playBar")
        self.setAccessibleName(self.tr("Stretches to play"))
        self.setFixedHeight(HEIGHT)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setMouseTracking(True)
        self._view = view
        self._keys = bindings(default_table())
        self._over: Part | None = None
        self._played: tuple[float, float] | None = None
        self._names = {
            Part.TOTAL: self.tr("Play the whole sound"),
            Part.BEFORE_WINDOW: self.tr("Play what comes before the window"),
            Part.WINDOW: self.tr("Play the window"),
            Part.AFTER_WINDOW: self.tr("Play what comes after the window"),
            Part.BEFORE_SELECTION: self.tr("Play up to the selection"),
            Part.SELECTION: self.tr("Play the selection"),
            Part.AFTER_SELECTION: self.tr(
                "Play from the selection to the window's end"
            ),
        }
        self._beside_cursor = {
            Part.BEFORE_SELECTION: self.tr("Play up to the cursor"),
            Part.AFTER_SELECTION: self.tr("Play from the cursor to the window's end"),
        }
        view.window_changed.connect(self.update)
        view.selection_changed.connect(self.update)

    def sizeHint(self) -> QSize:
        """As high as it is."""
        return QSize(200, HEIGHT)

    def set_played(self, span: tuple[float, float] | None) -> None:
        """What is heard now, so that a click stops it; None: nothing."""
        self._played = span
        self.update()

    def stretches(self) -> list[Stretch]:
        """What can be clicked now."""
        return stretches(self._view, self.width())

    def tip_at(self, at: QPointF) -> str:
        """What a click there does, how long it lasts, and the key; "" beside them."""
        found = self._at(at)
        if found is None:
            return ""
        if self._played is not None:
            return tip(self.tr("Stop"), self._keys.of("audio.stop"))
        name = self._names[found.part]
        if self._view.cursor is not None:
            name = self._beside_cursor.get(found.part, name)
        text = f"{name}: {time_text(found.seconds, 1e-4)}"
        action = _ACTIONS.get(found.part)
        return tip(text, self._keys.of(action) if action is not None else ())

    def _at(self, at: QPointF) -> Stretch | None:
        half = GAP / 2 + 0.5  # the gaps belong to their neighbours
        for found in self.stretches():
            if found.rect.adjusted(-half, -half, half, half).contains(at):
                return found
        return None

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the rectangles with their durations."""
        theme = theme_of(self)
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.color("panel"))
        font = QFont(painter.font())
        font.setPixelSize(max(round(painter.fontInfo().pixelSize() * TEXT), 8))
        painter.setFont(font)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for found in self.stretches():
            self._paint(painter, found, theme)
        painter.end()

    def _paint(self, painter: QPainter, found: Stretch, theme: Theme) -> None:
        chosen = found.part is Part.SELECTION
        ground = theme.color("selected" if chosen else "raised")
        edge = theme.color("accent" if chosen else "line")
        if found.part is self._over:
            ground, edge = theme.color("selected"), theme.color("accent")
        if (found.start, found.stop) == self._played:
            ground = theme.color("attention")
            ground.setAlphaF(0.3)
            edge = theme.color("attention")
        painter.setBrush(ground)
        painter.setPen(QPen(edge, 1))
        rect = found.rect.adjusted(0.5, 0.5, -0.5, -0.5)
        painter.drawRoundedRect(rect, 3, 3)
        text = fitting_text(found.seconds, rect.width(), painter.font())
        if text:
            tone = "text" if chosen or found.part is self._over else "dim"
            painter.setPen(theme.color(tone))
            painter.drawText(found.rect, Qt.AlignmentFlag.AlignCenter, text)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Ask for what is here to be played, or to be silent."""
        if event.button() != Qt.MouseButton.LeftButton:
            return
        found = self._at(event.position())
        if found is not None and self._played is not None:
            self.stop_requested.emit()
        elif found is not None:
            self.play_requested.emit(found.start, found.stop)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Show what a click would play."""
        found = self._at(event.position())
        self._show_over(found.part if found is not None else None)

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        self._show_over(None)

    def _show_over(self, part: Part | None) -> None:
        if part is not self._over:
            self._over = part
            shape = Qt.CursorShape
            self.setCursor(
                shape.ArrowCursor if part is None else shape.PointingHandCursor
            )
            self.update()

    def event(self, event: QEvent) -> bool:
        """Each rectangle has a tooltip of its own."""
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent):
            found = self._at(QPointF(event.pos()))
            text = self.tip_at(QPointF(event.pos()))
            place = found.rect.toAlignedRect() if found is not None else self.rect()
            QToolTip.showText(event.globalPos(), text, self, place)
            return True
        return super().event(event)
