"""Plays the open sound, and tells the window where it is."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from annolab.errors import UserError
from annolab.media.player import Player, SilentSink, Sink, open_device
from annolab.media.stretch import FASTEST, SLOWEST

if TYPE_CHECKING:
    from annolab.media.player import Playable

_TICK = 16  # milliseconds


class Transport(QObject):
    """One stretch plays at a time; all times are seconds of the sound.

    `open_sink(rate, channels)` makes what is played into; without a device,
    which is said once, time goes on in silence.
    """

    started = Signal()
    moved = Signal(float)
    stopped = Signal(float)  # where the sound was
    said = Signal(str, str)  # "info" | "problem", sentence

    def __init__(
        self,
        parent: QObject | None = None,
        *,
        open_sink: Callable[[int, int], Sink] = open_device,
    ) -> None:
        super().__init__(parent)
        self._open_sink = open_sink
        self._silent = False
        self._sound: Playable | None = None
        self._stretch = (0.0, 0.0, False)
        self._speed = 1.0
        self._player = Player(self._sink)
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(_TICK)
        self._timer.timeout.connect(self._tick)
        # a thread of the device must not outlive the window
        self.destroyed.connect(self._player.stop)

    def set_sound(self, sound: Playable | None) -> None:
        """What is played from now on; what plays now stops."""
        self.stop()
        self._sound = sound

    @property
    def playing(self) -> bool:
        """Whether sound is on its way."""
        return self._player.playing

    @property
    def position(self) -> float | None:
        """Where the sound is; None when nothing plays."""
        return self._player.position

    @property
    def speed(self) -> float:
        """0.25 to 4; the pitch stays."""
        return self._speed

    @speed.setter
    def speed(self, speed: float) -> None:
        """Takes effect at once, where the sound is."""
        speed = min(max(speed, SLOWEST), FASTEST)
        if speed == self._speed:
            return
        self._speed = speed
        at = self._player.stop()
        if at is not None:
            self._begin(at)

    def play(
        self,
        start: float,
        stop: float,
        *,
        loop: bool = False,
        at: float | None = None,
    ) -> None:
        """Play from `start` to `stop`, first from `at`; what plays now stops."""
        self.stop()
        self._stretch = (start, stop, loop)
        if self._begin(at):
            self.started.emit()

    def _begin(self, at: float | None = None) -> bool:
        start, stop, loop = self._stretch
        if self._sound is None:
            return False
        for _ in range(2):  # the second time in silence
            try:
                begun = self._player.play(
                    self._sound, start, stop, speed=self._speed, loop=loop, at=at
                )
            except UserError as error:
                self._be_silent(error)
                continue
            if begun:
                self._timer.start()
            return begun
        return False

    def _sink(self, rate: int, channels: int) -> Sink:
        if self._silent:
            return SilentSink(rate, channels)
        return self._open_sink(rate, channels)

    def _be_silent(self, error: UserError) -> None:
        if not self._silent:
            self._silent = True
            self.said.emit("problem", str(error))

    def stop(self) -> None:
        """Be silent; `stopped` tells where the sound was."""
        self._timer.stop()
        where = self._player.stop()
        if where is not None:
            self.stopped.emit(where)

    def _tick(self) -> None:
        where = self._player.position
        if where is None:
            self._timer.stop()
            return
        self.moved.emit(where)
        if self._player.ended:
            self.stop()
