"""Play, loop, speed, and the selection in figures that can be typed."""

from __future__ import annotations

import math

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QLineEdit, QSizePolicy, QWidget

from annolab.actions import bindings, default_table
from annolab.widgets.controls import ThemedButton, label, row, tip, tool_button
from annolab.widgets.sound_paint import time_text
from annolab.widgets.time_view import TimeView

SPEEDS = (0.25, 0.5, 0.75, 1.0, 1.25, 1.5, 2.0, 3.0, 4.0)
BAR_HEIGHT = 40
FIELD_WIDTH, FIELD_PAD = 92, 26  # pixels
WIDE, MEDIUM, NARROW = 540, 430, 300  # pixels


class TimeField(QLineEdit):
    """Seconds that can be typed; keys in it are its own."""

    entered = Signal(float)

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.setToolTip(name)
        self.setFixedWidth(FIELD_WIDTH)
        self.setAlignment(Qt.AlignmentFlag.AlignRight)
        self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
        self.returnPressed.connect(self._enter)

    def _enter(self) -> None:
        parts = self.text().strip().removesuffix("s").strip().split(":")
        try:
            seconds = 0.0
            for part in parts:
                seconds = seconds * 60 + float(part)
        except ValueError:
            return
        if math.isfinite(seconds):
            self.entered.emit(seconds)

    def fit(self, longest: float) -> None:
        """Be as wide as times up to `longest` seconds need."""
        text = time_text(longest, 1e-6).removesuffix(" s")
        wide = self.fontMetrics().horizontalAdvance(text) + FIELD_PAD
        self.setFixedWidth(max(FIELD_WIDTH, wide))

    def show_time(self, seconds: float) -> None:
        """Show a time unless another one is being typed."""
        if not self.hasFocus():
            self.setText(time_text(seconds, 1e-6).removesuffix(" s"))

    def event(self, event: QEvent) -> bool:
        """No shortcut of the window fires while a time is typed."""
        if event.type() == QEvent.Type.ShortcutOverride:
            event.accept()
            return True
        return super().event(event)


class TransportBar(QWidget):
    """Asks to play; shows and changes the selection of a `TimeView`."""

    play_requested = Signal()
    loop_toggled = Signal(bool)
    speed_chosen = Signal(float)
    left = Signal()  # a time was entered: the keyboard goes back

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self.setObjectName("hintLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(BAR_HEIGHT)
        self._view = view
        self._length = 0.0  # that the fields are wide enough for
        self._keys = bindings(default_table()).of("audio.play")
        self.play_button = ThemedButton("play")
        self.play_button.setAccessibleName(self.tr("Play or stop"))
        self.play_button.clicked.connect(self.play_requested)
        self.loop_button = tool_button("repeat", self.tr("Loop"))
        self.loop_button.setCheckable(True)
        self.loop_button.toggled.connect(self.loop_toggled)
        self.speed = QComboBox()
        self.speed.setAccessibleName(self.tr("Speed"))
        self.speed.setToolTip(self.tr("Speed; the pitch stays"))
        for value in SPEEDS:
            self.speed.addItem(f"{value:g} x", value)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        fixed = QSizePolicy.Policy.Fixed
        self.speed.setSizePolicy(fixed, fixed)
        self.speed.activated.connect(self._choose_speed)
        for control in (self.play_button, self.loop_button, self.speed):
            control.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.start = TimeField(self.tr("Start of the selection"))
        self.stop = TimeField(self.tr("End of the selection"))
        self._between = label(self.tr("to"), "dim")
        self.duration = label("", "strong")
        self.duration.setMinimumWidth(96)
        self.now = label("", "dim")
        self.start.entered.connect(lambda time: self._select(time, view.high))
        self.stop.entered.connect(lambda time: self._select(view.low, time))
        layout = row(
            self.play_button,
            self.loop_button,
            self.speed,
            self.now,
            self.start,
            self._between,
            self.stop,
            self.duration,
        )
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setStretch(3, 1)
        layout.insertStretch(4)  # also where `now` is hidden
        self.setLayout(layout)
        view.selection_changed.connect(self.tell)
        view.playing_changed.connect(self._tell_now)
        self.set_playing(playing=False)
        self.tell()

    def _select(self, start: float, stop: float) -> None:
        self._view.select(start, stop if stop > start else None)
        self.left.emit()

    def _choose_speed(self) -> None:
        self.speed_chosen.emit(float(self.speed.currentData()))

    def step_speed(self, delta: int) -> float:
        """Take the next speed up or down."""
        place = min(max(self.speed.currentIndex() + delta, 0), len(SPEEDS) - 1)
        self.speed.setCurrentIndex(place)
        return SPEEDS[place]

    def set_playing(self, *, playing: bool) -> None:
        """Show what the button does now."""
        self.play_button.set_icon_name("stop" if playing else "play")
        verb = self.tr("Stop") if playing else self.tr("Play")
        self.play_button.setToolTip(tip(verb, self._keys))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what is said elsewhere goes first."""
        self._show_what_fits()
        super().resizeEvent(event)

    def _show_what_fits(self) -> None:
        more = self.start.width() - FIELD_WIDTH  # of each field, for long sounds
        width = self.width() - 2 * more
        self.duration.setVisible(width >= WIDE)
        self.now.setVisible(width >= WIDE)
        for part in (self._between, self.stop):
            part.setVisible(width >= MEDIUM)
        self.start.setVisible(width >= NARROW)

    def tell(self) -> None:
        """Show the selection."""
        view = self._view
        if view.length != self._length:
            self._length = view.length
            self.start.fit(view.length)
            self.stop.fit(view.length)
            self._show_what_fits()
        self.start.show_time(view.low)
        self.stop.show_time(view.high)
        length = view.high - view.low
        self.duration.setText(time_text(length, 1e-4) if length > 0 else "")

    def _tell_now(self) -> None:
        playing = self._view.playing
        self.now.setText("" if playing is None else time_text(playing, 0.01))
