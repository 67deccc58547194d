"""The last changes; a click goes back to just before or after one of them."""

from __future__ import annotations

from datetime import datetime

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtWidgets import QWidget

from annolab.widgets.controls import PanelHead, column, label
from annolab.widgets.popup import Popup
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row
from annolab.widgets.session import Session

WIDTH = 480
HEIGHT = 420
SHOWN = 200


class HistoryPopup(Popup):
    """The newest step first; Enter on a step takes back all that came after it."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        super().__init__(parent, parent.tr("History"), WIDTH)
        self._session = session
        project = session.project
        self._steps = project.history(SHOWN) if project is not None else []
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, self.tr("History"))
        self.view.activated.connect(self._go)
        self.view.clicked.connect(self._go)
        head = PanelHead(self.tr("History"))
        head.note.setText(self.tr("Enter goes back to a step"))
        hint = label(self.tr("Nothing was changed yet."), "dim")
        hint.setContentsMargins(16, 16, 16, 16)
        hint.setVisible(not self._steps)
        layout = column(head, hint, self.view)
        layout.setStretch(2, 1)
        self.fill(layout, min(HEIGHT, 40 + 30 * max(2, len(self._steps))))
        self.model.set_ids(range(len(self._steps)))
        self.view.setFocus(Qt.FocusReason.PopupFocusReason)
        if self._steps:
            self.view.setCurrentIndex(self.model.index(0))

    def _row(self, number: int) -> Row | None:
        step = self._steps[number]
        # The clock of the user, whatever zone that is.
        time = datetime.fromtimestamp(step.at / 1000).astimezone()
        return Row(step.name, note=f"{time:%d.%m. %H:%M}", glyph="clock")

    def _go(self, index: QModelIndex) -> None:
        """Take back every step that is newer."""
        self.dismiss()
        for _ in range(index.row()):
            if not self._session.undo():
                return
