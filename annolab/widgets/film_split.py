"""The frame of a film above, its timeline below; where they meet can be dragged."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, Qt
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QSplitter, QWidget

from annolab.widgets.film_timeline import FilmTimeline
from annolab.widgets.recent import state

KEPT = "film_split"
LEAST_VIEW = 120  # pixels that the picture keeps
PART = 3  # the timeline takes one part in so many at first, at most


class FilmSplit(QSplitter):
    """Remembers how high the timeline was, also in the next session."""

    def __init__(self, view: QWidget, film: FilmTimeline) -> None:
        super().__init__(Qt.Orientation.Vertical)
        self._view, self._film, self._shared = view, film, False
        self.addWidget(view)
        self.addWidget(film)
        self.setStretchFactor(0, 1)
        self.setHandleWidth(3)
        self.setChildrenCollapsible(False)
        view.setMinimumHeight(LEAST_VIEW)
        self.splitterMoved.connect(self._keep)

    def _keep(self) -> None:
        state().setValue(KEPT, self.saveState())

    def showEvent(self, event: QShowEvent) -> None:
        """Give the timeline its height when it is first seen."""
        super().showEvent(event)
        if not self._shared:
            self._shared = True
            self._share()

    def _share(self) -> None:
        kept = state().value(KEPT)
        if isinstance(kept, QByteArray) and self.restoreState(kept):
            return
        height = self.height()
        tall = min(self._film.sizeHint().height(), height // PART)
        self.setSizes([height - tall, tall])
