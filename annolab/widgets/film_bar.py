"""The bar that scrolls along a film, below its timeline."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QScrollBar, QWidget

from annolab.widgets.frame_scale import FilmView

STEPS = 1_000_000  # of the whole film
PARTS = 10  # steps of the arrows in what is seen


class FilmBar(QWidget):
    """As wide as the frames above it; it is there even where there is no more."""

    def __init__(self, view: FilmView) -> None:
        super().__init__()
        self._view = view
        self.bar = QScrollBar(Qt.Orientation.Horizontal)
        self.bar.setAccessibleName(self.tr("Scroll along the film"))
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(0, 0, 0, 0)
        self._row.addWidget(self.bar)
        view.window_changed.connect(self._show)
        self.bar.valueChanged.connect(self._scroll)
        self._show()

    def _show(self) -> None:
        """Show what is seen of the film."""
        view, bar = self._view, self.bar
        self._row.setContentsMargins(view.names, 0, 0, 0)
        share = view.span / view.length if view.length > 0 else 1.0
        bar.blockSignals(True)  # noqa: FBT003  of Qt
        bar.setPageStep(max(round(STEPS * share), 1))
        bar.setSingleStep(max(bar.pageStep() // PARTS, 1))
        bar.setRange(0, STEPS - bar.pageStep())
        bar.setValue(round(STEPS * view.start / view.length) if view.length > 0 else 0)
        bar.blockSignals(False)  # noqa: FBT003
        bar.setEnabled(bar.maximum() > 0)

    def _scroll(self, value: int) -> None:
        view = self._view
        start = value / STEPS * view.length
        view.show(start, start + view.span, remember=False)
