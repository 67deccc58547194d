"""Curves of plug-ins over the spectrogram: pitch, intensity, formants and others."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from PySide6.QtCore import QObject, QTimer, Signal

from annolab import plugins
from annolab.assist.overlay import Overlay, Track
from annolab.errors import AnnoLabError, PluginError
from annolab.jobs import Progress
from annolab.media.sound_line import one_line
from annolab.widgets.sound_queries import analysis_options, declared
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.settings import Settings
    from annolab.widgets.sound_source import Opened
    from annolab.widgets.time_view import TimeView

WAIT = 150  # milliseconds after the last scroll


class SoundOverlays(QObject):
    """Asks an overlay for the curves of what is seen, in a worker.

    `changed` when `tracks` are others; `said` why there are none.
    """

    changed = Signal()
    said = Signal(str)

    def __init__(
        self, view: TimeView, settings: Settings, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._settings = settings
        self._view = view
        self._opened: Opened | None = None
        self._line = 0
        self.shown: frozenset[str] = frozenset()  # of the options of type bool
        self.tracks: tuple[Track, ...] = ()
        self._latest: Latest[tuple[Track, ...]] = Latest(self, self._take, self._fail)
        self._timer = QTimer(self, singleShot=True, interval=WAIT)
        self._timer.timeout.connect(self._ask)
        view.window_changed.connect(self._soon)

    def show_sound(self, opened: Opened | None) -> None:
        """The curves are those of another sound."""
        self._opened = opened
        self._take(())
        self._soon()

    def set_line(self, line: int) -> None:
        """The curves are those of another channel, or of the mean of all (MIXED)."""
        if line != self._line:
            self._line = line
            self._soon()

    def toggle(self, name: str) -> None:
        """Show or hide a curve, by the key of its option."""
        self.shown ^= {name}
        self._ask()

    def _soon(self) -> None:
        if self.shown:
            self._timer.start()

    def renew(self) -> None:
        """The options of the user are others."""
        self._soon()

    def _ask(self) -> None:
        opened, view = self._opened, self._view
        if not self.shown or opened is None:
            self._latest.cancel()
            self._take(())
            return
        here = declared()
        if here is None:
            self.said.emit(self.tr("The plug-in Praat analysis is not there."))
            return
        sound = opened.sound
        first, last = int(view.start * sound.rate), int(view.stop * sound.rate)
        line = self._line
        settings = analysis_options(self._settings)
        for option in here.options:
            if option.type == "bool":
                on = option.key in self.shown
                settings[option.key] = "true" if on else "false"

        def task(_: Progress) -> tuple[Track, ...]:
            made = plugins.load(here)
            if not callable(made):
                message = f"{here.object} of {here.title} is not a class."
                raise PluginError(message)
            overlay = cast("Overlay", made())
            samples = one_line(sound.read(first, last), line).copy()
            start = first / sound.rate
            return tuple(overlay.tracks(samples, sound.rate, start, settings))

        self._latest.start(task)

    def _take(self, tracks: tuple[Track, ...]) -> None:
        if tracks or self.tracks:
            self.tracks = tracks
            self.changed.emit()

    def _fail(self, error: AnnoLabError) -> None:
        self._take(())
        self.said.emit(str(error))
