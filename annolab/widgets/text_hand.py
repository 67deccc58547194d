"""What the mouse does on a text: select, choose marks, draw arcs."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from annolab.model.words import piece_at, snapped
from annolab.widgets.text_marks import Mark, Piece, Spot
from annolab.widgets.text_surface import TextSurface

AUTO_SCROLL = 30  # milliseconds between two steps
_UNITS = ("", "word", "sentence", "line")  # by the number of clicks


class TextHand(QObject):
    """Follows one button press from down to up, and says what was meant."""

    def __init__(self, view: TextSurface) -> None:
        super().__init__(view)
        self._view = view
        self._text = ""
        self._pressed: QPointF | None = None
        self._place = QPointF()
        self._base: Piece = (0, 0)  # what the drag began with
        self._unit = "character"
        self._chip: Mark | None = None
        self._moved = False
        self._clicks = 0
        self._last: QPointF | None = None
        self._time = 0
        self._timer = QTimer(self, interval=AUTO_SCROLL)
        self._timer.timeout.connect(self._scroll)

    @property
    def is_drawing(self) -> bool:
        """Whether an arc is being drawn."""
        return self._chip is not None and self._moved

    def press(self, event: QMouseEvent, text: str, unit: str, anchor: int) -> None:
        """The left button went down; `anchor`: from where Shift selects."""
        place = event.position()
        spot = self._view.spot(place)
        self._text = text
        self._pressed = self._place = place
        self._moved = False
        self._clicks = self._count(event)
        self._chip = spot.chip
        extends = bool(event.modifiers() & Qt.KeyboardModifier.ShiftModifier)
        if spot.chip is not None or spot.arc is not None:
            return
        self._unit = _UNITS[self._clicks - 1] or unit
        if self._clicks > 1:
            self._base = piece_at(text, spot.offset, self._unit)
            self._view.set_caret(self._base[1], self._base[0], reveal=False)
            self._moved = True
        elif extends:
            self._base = (anchor, anchor)
            self._extend(spot.offset)
            self._moved = True
        else:
            self._base = (spot.offset, spot.offset)
            self._view.set_caret(spot.offset, spot.offset, reveal=False)

    def move(self, event: QMouseEvent) -> None:
        """The mouse moved with the button down."""
        if self._pressed is None:
            return
        self._place = event.position()
        way = (self._place - self._pressed).manhattanLength()
        if not self._moved and way < QApplication.startDragDistance():
            return
        self._moved = True
        if self._chip is not None:
            self._view.drag_arc(self._chip, self._place)
            return
        self._extend(self._view.spot(self._place).offset)
        away = self._view.overshoot(self._place)
        if away and not self._timer.isActive():
            self._timer.start()
        elif not away:
            self._timer.stop()

    def release(self, event: QMouseEvent) -> tuple[Spot, Mark | None, bool] | None:
        """The button went up: what is there, the chip it began on, if it moved."""
        if self._pressed is None:
            return None
        self._timer.stop()
        self._pressed = None
        chip, self._chip = self._chip, None
        self._view.drag_arc(None, event.position())
        return self._view.spot(event.position()), chip, self._moved

    def _count(self, event: QMouseEvent) -> int:
        """Whether it is the first, second, third or fourth click at a place."""
        place, time = event.position(), event.timestamp()
        near = (
            self._last is not None
            and (place - self._last).manhattanLength()
            < QApplication.startDragDistance()
            and time - self._time <= QApplication.doubleClickInterval()
        )
        self._last, self._time = place, time
        if near:
            return self._clicks % len(_UNITS) + 1
        return 2 if event.type() is QEvent.Type.MouseButtonDblClick else 1

    def _extend(self, offset: int) -> None:
        """Select from where it began to an offset, by whole units."""
        low, high = min(self._base[0], offset), max(self._base[1], offset)
        if low < high:
            low, high = snapped(self._text, low, high, self._unit)
        if offset < self._base[0]:
            self._view.set_caret(low, high, reveal=False)
        else:
            self._view.set_caret(high, low, reveal=False)

    def _scroll(self) -> None:
        away = self._view.overshoot(self._place)
        self._view.scroll_by(max(-60, min(away, 60)))
        self._extend(self._view.spot(self._place).offset)
