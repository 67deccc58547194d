"""Where waveforms and spectrogram are on their widget."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QRectF
from PySide6.QtWidgets import QWidget

from annolab.media.sound_line import MIXED
from annolab.widgets.sound_source import Opened
from annolab.widgets.time_view import TimeView

if TYPE_CHECKING:
    from annolab.media.spectrogram import SpectrogramSettings

GAP = 6
LEAST_SPECTROGRAM = 60


class SoundBands(QWidget):
    """A waveform for each channel, above the spectrogram of one."""

    def __init__(self, view: TimeView) -> None:
        super().__init__()
        self.view = view
        self.shows_spectrogram = True
        self.settings: SpectrogramSettings | None = None
        self.opened: Opened | None = None
        self.channel = 0  # of the spectrogram
        self.mixed = False  # the mean of all channels is seen instead of each

    @property
    def line(self) -> int:
        """The channel of the spectrogram, counted from 0, or MIXED."""
        return MIXED if self.mixed else self.channel

    def lines(self) -> tuple[int, ...]:
        """The channels that have a waveform, or MIXED alone."""
        if self.opened is None:
            return ()
        return (self.line,) if self.mixed else tuple(range(self.opened.sound.channels))

    def line_name(self, line: int) -> str:
        """What is written on the picture of a line; "" when there is only one."""
        count = self.opened.sound.channels if self.opened is not None else 0
        if count < 2:
            return ""
        if self.mixed:
            return self.tr("Mean of {} channels").format(count)
        return self.tr("Channel {}").format(line + 1)

    def bands(self) -> tuple[list[QRectF], QRectF | None]:
        """Where the waveform of each of `lines` is, and the spectrogram."""
        opened, left = self.opened, float(self.view.left)
        width, height = self.width() - left, float(self.height())
        if opened is None:
            return [], None
        count = len(self.lines())
        place = None
        waves = height
        if self.shows_spectrogram:
            share = 0.58 if count == 1 else 0.45
            tall = max(height * share, LEAST_SPECTROGRAM)
            place = QRectF(left, height - tall, width, tall)
            waves = height - tall - GAP
        each = max(waves - GAP * (count - 1), 1.0) / count
        tops = [n * (each + GAP) for n in range(count)]
        return [QRectF(left, top, width, each) for top in tops], place

    def frequency_at(self, y: float) -> float | None:
        """The hertz at a height of the widget; None beside the spectrogram."""
        _, place = self.bands()
        if place is None or self.opened is None or self.settings is None:
            return None
        if not place.top() <= y <= place.bottom():
            return None
        from annolab.media.spectrogram import frequencies_at

        share = np.array([1 - (y - place.top()) / place.height()])
        rate = self.opened.sound.rate
        return float(frequencies_at(self.settings, rate, share)[0])

    def y_of(self, hertz: float) -> float:
        """The height of a frequency."""
        _, place = self.bands()
        if place is None or self.opened is None or self.settings is None:
            return 0.0
        from annolab.media.spectrogram import place_of

        share = place_of(self.settings, self.opened.sound.rate, hertz)
        return place.bottom() - min(max(share, 0.0), 1.0) * place.height()
