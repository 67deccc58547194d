"""A small window with the spectrum at the cursor, or of the selection, of a sound."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import QDialog

from annolab.widgets.audio_shell import AudioShell
from annolab.widgets.controls import column, label
from annolab.widgets.sound_paint import time_text
from annolab.widgets.theme import theme_of
from annolab.widgets.worker import Latest

if TYPE_CHECKING:
    from annolab.jobs import Progress
    from annolab.media.spectral_slice import Slice

LARGE, SMALL = QSize(500, 310), QSize(340, 240)  # half of the main window in between
INSET = 60  # pixels from the corner of the main window
NEAR = 12.0  # pixels around the pointer in which a peak is sought
ABOVE = 5.0  # decibels above the strongest
FINE = 1e-4  # seconds


def open_slice(canvas: AudioShell) -> SliceWindow:
    """Show the window of a canvas, which has only one."""
    found = canvas.findChild(SliceWindow)
    window = found if isinstance(found, SliceWindow) else SliceWindow(canvas)
    if not window.isVisible():  # beside the sound rather than over it
        within = canvas.window().frameGeometry().adjusted(0, 0, -INSET, -INSET)
        place = QRect(QPoint(), window.size())
        place.moveBottomRight(within.bottomRight())
        window.move(place.topLeft())
    window.show()
    window.raise_()
    return window


class SliceWindow(QDialog):
    """Follows the cursor and the settings of the spectrogram while it is seen.

    The keyboard stays with the canvas. `readout` tells of the strongest peak, or of
    the one near the pointer.
    """

    def __init__(self, canvas: AudioShell) -> None:
        super().__init__(canvas)
        self.setWindowTitle(self.tr("Spectral slice"))
        self.setAttribute(Qt.WidgetAttribute.WA_ShowWithoutActivating)
        half = canvas.window().size() / 2
        self.resize(half.expandedTo(SMALL).boundedTo(LARGE))
        self._canvas = canvas
        self._span = (0.0, 0.0)
        self.slice: Slice | None = None
        self._latest: Latest[Slice] = Latest(self, self._take)
        self.heading = label("", "strong")
        self.readout = label("", "dim")
        self._make_plot()
        layout = column(self.heading, self.plot, self.readout, spacing=6, margin=12)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        canvas.view.selection_changed.connect(self.ask)
        canvas.sound.channel_changed.connect(self.ask)
        canvas.session.option_changed.connect(self.ask)
        canvas.session.project_changed.connect(self.close)

    def _make_plot(self) -> None:
        import pyqtgraph

        self.plot: Any = pyqtgraph.PlotWidget(parent=self)
        self.plot.setMenuEnabled(False)
        self.plot.hideButtons()
        self.plot.setMouseEnabled(x=True, y=False)
        self.plot.setLabel("left", self.tr("Level"), units="dB", siPrefix=False)
        self.plot.setLabel("bottom", self.tr("Frequency"), units="Hz")
        self.plot.getPlotItem().getAxis("left").enableAutoSIPrefix(enable=False)
        self.plot.getPlotItem().showGrid(x=True, y=True, alpha=0.15)
        self.curve = self.plot.plot([], [], antialias=True)
        self.curve.setDownsampling(auto=True, method="peak")
        self.curve.setClipToView(True)
        self.mark = pyqtgraph.ScatterPlotItem(size=8)
        self.plot.addItem(self.mark)
        self.plot.scene().sigMouseMoved.connect(self._hover)
        self._paint_by_theme()

    def _paint_by_theme(self) -> None:
        theme = theme_of(self)
        self.plot.setBackground(theme.color("panel"))
        self.curve.setPen(theme.color("accent"), width=1.2)
        self.mark.setBrush(theme.color("attention"))
        self.mark.setPen(theme.color("panel"))
        for name in ("left", "bottom"):
            axis = self.plot.getPlotItem().getAxis(name)
            axis.setPen(theme.color("edge"))
            axis.setTextPen(theme.color("dim"))

    # What is shown

    def ask(self) -> None:
        """Compute the spectrum of what is selected now, in a worker."""
        opened, view = self._canvas.opened, self._canvas.view
        settings, channel = self._canvas.sound.settings, self._canvas.sound.line
        if not self.isVisible() or opened is None or settings is None:
            self._latest.cancel()
            if opened is None:  # another sound is on its way
                self.slice = None
                self.curve.setData([], [])
                self._tell(0.0, 0.0)
            return
        span = (view.low, view.high)

        def task(progress: Progress) -> Slice:
            from annolab.media.spectral_slice import spectral_slice

            cancelled = lambda: progress.cancelled  # noqa: E731
            return spectral_slice(opened.sound, channel, span, settings, cancelled)

        self._span = span
        self._latest.start(task)

    def _take(self, found: Slice) -> None:
        self.slice = found
        self.curve.setData(found.hertz, found.decibels)
        self._fit()
        low, high = self._span
        if high > low:
            text = self.tr("{} to {}, {} long")
            times = (low, high, high - low)
            self.heading.setText(text.format(*(time_text(t, FINE) for t in times)))
        else:
            self.heading.setText(self.tr("At {}").format(time_text(low, FINE)))
        self._tell(*self._band())

    def _band(self) -> tuple[float, float]:
        """The hertz that the spectrogram shows."""
        from annolab.media.spectrogram import band

        settings, opened = self._canvas.sound.settings, self._canvas.opened
        if settings is None or opened is None:
            return 0.0, 1.0
        return band(settings, opened.sound.rate)

    def _fit(self) -> None:
        """Show the frequencies and the dynamic range of the spectrogram."""
        from annolab.media.spectrogram import SILENCE

        settings, found = self._canvas.sound.settings, self.slice
        if settings is None or found is None:
            return
        low, high = self._band()
        self.plot.setXRange(low, high, padding=0)
        inside = (found.hertz >= low) & (found.hertz <= high)
        top = float(found.decibels[inside].max(initial=SILENCE)) + ABOVE
        self.plot.setYRange(top - ABOVE - settings.dynamic_range, top, padding=0)

    def _hover(self, at: QPointF) -> None:
        box = self.plot.getPlotItem().getViewBox()
        if not box.sceneBoundingRect().contains(at):
            self._tell(*self._band())
            return
        beside = (QPointF(at.x() + by, at.y()) for by in (-NEAR, 0, NEAR))
        low, middle, high = (box.mapSceneToView(place).x() for place in beside)
        self._tell(low, high, middle)

    def _tell(self, low: float, high: float, at: float | None = None) -> None:
        """Tell of the highest peak between two frequencies, else of the level `at`."""
        found = self.slice
        told = found.peak(low, high) if found is not None else None
        text = self.tr("Peak: {:,.1f} Hz, {:.1f} dB (a sine of full scale: 0 dB)")
        if told is None and found is not None and at is not None:
            told = (max(at, 0.0), found.level(at))
            text = self.tr("At {:,.1f} Hz: {:.1f} dB (a sine of full scale: 0 dB)")
        if told is None:
            self.mark.setData([], [])
            self.readout.clear()
            return
        self.mark.setData([told[0]], [told[1]])
        self.readout.setText(text.format(*told))

    # Qt

    def showEvent(self, event: QShowEvent) -> None:
        """Catch up with the cursor."""
        super().showEvent(event)
        self.ask()

    def hideEvent(self, event: QHideEvent) -> None:
        """Nothing is computed for a window that is not seen."""
        self._latest.cancel()
        super().hideEvent(event)

    def changeEvent(self, event: QEvent) -> None:
        """Take the colours of another theme."""
        if event.type() == QEvent.Type.PaletteChange:
            self._paint_by_theme()
        super().changeEvent(event)
