"""The row below a film: where it is, and buttons to play and to step."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from annolab.actions import BY_ID, bindings, default_table
from annolab.widgets.controls import (
    ThemedButton,
    label,
    push_button,
    row,
    tip,
    tool_button,
)
from annolab.widgets.frame_place import spoken_time
from annolab.widgets.theme import tabular

SPEEDS = (0.1, 0.25, 0.5, 1.0, 1.5, 2.0, 4.0, 8.0)
TIMES = "\N{MULTIPLICATION SIGN}"
NARROW = 360  # pixels, below which the buttons are left out that keys do as well
LEAST, SIDE = 200, 8  # pixels
PAD = 12  # pixels that a text needs more


class PlayRow(QWidget):
    """`asked(action id)` by a button, `speed_chosen(speed)`."""

    asked = Signal(str)
    speed_chosen = Signal(float)

    def __init__(self) -> None:
        super().__init__()
        self._keys = bindings(default_table())
        self._place: tuple[int, int, float, float] = (0, 0, 0.0, 0.0)
        self.back = self._button("video.previous_frame", "caret-left")
        self.play = self._button("video.play", "play")
        self.forward = self._button("video.next_frame", "caret-right")
        self.text = push_button("", "place")
        self.text.setFont(tabular(self.text.font()))
        self.text.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        go_to = BY_ID["video.go_to"]
        self.text.setToolTip(tip(go_to.doc, self._keys.of(go_to.id)))
        self.text.clicked.connect(lambda: self.asked.emit(go_to.id))
        self.way = self._button("video.play_back", "rewind")
        self.loop = self._button("video.loop", "repeat", checkable=True)
        self.sound = self._button("video.sound", "speaker-high", checkable=True)
        self.speed = QComboBox()
        self.speed.setAccessibleName(self.tr("Speed"))
        keys = (*self._keys.of("video.slower"), *self._keys.of("video.faster"))
        self.speed.setToolTip(tip(self.tr("Speed"), keys))
        self.speed.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        fixed = QSizePolicy.Policy.Fixed
        self.speed.setSizePolicy(fixed, fixed)
        self.text.setSizePolicy(fixed, fixed)
        for speed in SPEEDS:
            self.speed.addItem(f"{speed:g}{TIMES}", speed)
        self.speed.setCurrentIndex(SPEEDS.index(1.0))
        self.speed.currentIndexChanged.connect(
            lambda place: self.speed_chosen.emit(SPEEDS[place])
        )
        layout = row(self.back, self.way, self.play, self.forward, self.text, spacing=4)
        self.reading = label("", "dim")
        layout.addWidget(self.reading)
        layout.addStretch(1)
        for control in (self.loop, self.sound, self.speed):
            layout.addWidget(control)
        layout.setContentsMargins(SIDE, 0, SIDE, 4)
        self.setLayout(layout)
        self._line = layout
        self._controls = (
            self.back, self.way, self.play, self.forward, self.reading, self.loop,
            self.sound, self.speed,
        )  # fmt: skip

    def _button(
        self, action_id: str, icon: str, *, checkable: bool = False
    ) -> ThemedButton:
        button = tool_button(icon, BY_ID[action_id].title, self._keys.of(action_id))
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        button.setCheckable(checkable)
        button.clicked.connect(lambda: self.asked.emit(action_id))
        return button

    def step_speed(self, way: int) -> None:
        """The next higher or lower speed."""
        place = self.speed.currentIndex() + way
        self.speed.setCurrentIndex(min(max(place, 0), len(SPEEDS) - 1))

    @property
    def chosen_speed(self) -> float:
        """How fast it plays; 1 is the film's own speed."""
        return SPEEDS[self.speed.currentIndex()]

    def tell(self, index: int, count: int, seconds: float, length: float) -> None:
        """Show where the film is: frame and time, both from 0; no frames: no film."""
        self._place = index, count, seconds, length
        self._show_place()

    def _show_place(self) -> None:
        """As much as there is room for."""
        index, count, seconds, length = self._place
        self.text.setVisible(count > 0)
        for button in (self.back, self.forward, self.way):
            button.setVisible(self.width() >= NARROW)
        now, whole = spoken_time(seconds), spoken_time(length)
        said = self.tr("frame {index:,} of {count:,}   {now} of {length}")
        texts = (
            said.format(index=index, count=count, now=now, length=whole),
            self.tr("{index:,} of {count:,}").format(index=index, count=count)
            + f"   {now}",
            f"{index:,}   {now}",
            f"{index:,}",
        )
        room = self._room()
        wide = self.text.fontMetrics().horizontalAdvance
        self.text.setText(next((t for t in texts if wide(t) <= room), texts[-1]))

    def _room(self) -> int:
        """The pixels that are left for the text."""
        gap = self._line.spacing()
        taken = [
            control.sizeHint().width() + gap
            for control in self._controls
            if not control.isHidden()
        ]
        return self.width() - sum(taken) - 2 * SIDE - PAD

    def minimumSizeHint(self) -> QSize:
        """The text gives way."""
        return QSize(LEAST, super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Where there is little room, what keys do and what else tells goes first."""
        super().resizeEvent(event)
        self._show_place()

    def tell_reading(self, share: float | None) -> None:
        """Show how much of the film is known; None: all of it."""
        text = self.tr("reading, {percent} %")
        known = None if share is None else text.format(percent=round(share * 100))
        self.reading.setText(known or "")
        self._show_place()

    def tell_playing(self, *, on: bool, back: bool) -> None:
        """Show what the buttons do now: whether it plays on, or back."""
        for button, plays, icon, action_id in (
            (self.play, on, "play", "video.play"),
            (self.way, back, "rewind", "video.play_back"),
        ):
            verb = self.tr("Pause") if plays else BY_ID[action_id].title
            button.set_icon_name("pause" if plays else icon)
            button.setToolTip(tip(verb, self._keys.of(action_id)))

    def tell_states(self, *, loop: bool, heard: bool, can_be_heard: bool) -> None:
        """Show what is on; a film without sound has nothing to be switched."""
        self.loop.setChecked(loop)
        on = heard and can_be_heard
        self.sound.setChecked(on)
        self.sound.setEnabled(can_be_heard)
        self.sound.set_icon_name("speaker-high" if on else "speaker-slash")
