"""The frame of a film above, its timeline below; where they meet can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from annolab.widgets.film_timeline import FilmTimeline
from annolab.widgets.recent import state

KEPT = "film_split"
PART = 3  # the timeline takes one part in so many at first


class FilmSplit(QSplitter):
    """Remembers how high the timeline was, also in the next session."""

    def __init__(self, view: QWidget, film: FilmTimeline) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._film = film
        self.addWidget(view)
        self.addWidget(film)
        self.setStretchFactor(0, 1)
        self.setHandleWidth(3)
        self.setChildrenCollapsible(False)
        kept = state().value(KEPT)
        self._kept = isinstance(kept, QByteArray) and self.restoreState(kept)
        self.splitterMoved.connect(self._keep)

    def _keep(self) -> None:
        self._kept = True
        state().setValue(KEPT, self.saveState())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Until the user says otherwise the timeline has its share."""
        super().resizeEvent(event)
        if not self._kept:
            height = event.size().height()
            tall = max(height // PART, self._film.minimumSizeHint().height())
            self.setSizes([height - tall, tall])
