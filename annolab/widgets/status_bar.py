"""The line at the bottom: saved state, progress, pace, position and zoom."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QSizePolicy, QWidget

from annolab.errors import AnnoLabError, Conflict, StoreError
from annolab.model.edit import ChangeSet
from annolab.model.item import Item, Status
from annolab.widgets.controls import label, row
from annolab.widgets.icons import glyph_pixmap
from annolab.widgets.pace import Pace, duration
from annolab.widgets.session import Session
from annolab.widgets.theme import theme_of

HEIGHT = 26
FINISHED = (Status.DONE, Status.ACCEPTED, Status.SKIPPED)


class StatusBar(QWidget):
    """Every change is in the file before the next: it says so, or why not."""

    def __init__(self, session: Session, pace: Pace | None = None) -> None:
        super().__init__()
        self.setObjectName("statusBar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEIGHT)
        self._session = session
        self._pace = pace or Pace()
        self._status: Status | None = None
        self._mark = label()
        self.saved = label("", "small")
        self.progress = label("", "small")
        self.speed = label("", "small")
        self.position = label("", "small")
        self.zoom = label("", "small")
        right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
        self.position.setAlignment(right)
        self.zoom.setAlignment(right)
        self.zoom.setMinimumWidth(52)
        self.position.setSizePolicy(
            QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred
        )
        layout = row(
            self._mark, self.saved, self.progress, self.speed, self.position, self.zoom
        )
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setSpacing(16)
        layout.insertSpacing(1, -10)
        self.setLayout(layout)
        session.project_changed.connect(self._project_changed)
        session.item_opened.connect(self._item_opened)
        session.order_changed.connect(self._show_progress)
        session.changed.connect(self._changed)
        session.refused.connect(self._refused)
        self._project_changed()

    def _project_changed(self) -> None:
        project = self._session.project
        self.setVisible(project is not None)
        self._show_saved()
        self._show_progress()
        self.position.clear()
        self.zoom.clear()

    def _show_saved(self, problem: str = "") -> None:
        project = self._session.project
        theme = theme_of(self)
        if problem:
            glyph, token, text = "warning-circle", "error", self.tr("not saved")
        elif project is not None and project.read_only:
            glyph, token, text = "lock-simple", "attention", self.tr("read only")
        else:
            glyph, token, text = "check-circle", "good", self.tr("saved")
        self._mark.setPixmap(glyph_pixmap(glyph, theme.color(token), 14))
        self.saved.setText(text)
        self.saved.setToolTip(
            problem or (str(project.path) if project is not None else "")
        )

    def _item_opened(self, item: Item | None) -> None:
        self._pace.start()
        self._status = item.status if item is not None else None
        self._show_progress()

    def _changed(self, changes: ChangeSet) -> None:
        self._pace.touch()
        item = self._session.item
        if item is not None and item.status is not self._status:
            if item.status in FINISHED and self._status not in FINISHED:
                self._pace.finish()
            self._status = item.status
        if changes.items or changes.everything:
            self._show_progress()
        if changes.edit_id:
            self._show_saved()

    def _refused(self, error: AnnoLabError) -> None:
        """A conflict is shown and over; any other fault of the file stays in sight."""
        if isinstance(error, StoreError) and not isinstance(error, Conflict):
            self._show_saved(str(error))

    def _show_progress(self) -> None:
        project = self._session.project
        if project is None:
            self.progress.clear()
            self.speed.clear()
            return
        totals = project.totals()
        finished = sum(totals.by_status.get(status, 0) for status in FINISHED)
        total = totals.items
        item = self._session.item
        number = self._session.row_of(item.id if item else None)
        parts = []
        if number >= 0:
            count = len(self._session.order)
            parts.append(self.tr("item {:,} of {:,}").format(number + 1, count))
        if total:
            parts.append(self.tr("{:.1f} % done").format(100 * finished / total))
        self.progress.setText(" · ".join(parts))
        each = self._pace.seconds_per_item
        if each is None:
            self.speed.clear()
        elif finished >= total:
            self.speed.setText(self.tr("{} per item").format(duration(each)))
        else:
            left = duration(each * (total - finished))
            self.speed.setText(
                self.tr("{} per item · about {} left").format(duration(each), left)
            )

    def show_position(self, text: str) -> None:
        """Where the pointer is on the canvas."""
        self.position.setText(text)

    def show_zoom(self, factor: float) -> None:
        """Screen pixels for each pixel of the media; 0: nothing is shown."""
        self.zoom.setText(f"{100 * factor:.0f} %" if factor else "")
