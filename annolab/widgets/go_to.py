"""The entry for a frame or a time to go to."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from annolab.errors import UserError
from annolab.media.video import FrameTable
from annolab.widgets.controls import column, label
from annolab.widgets.frame_place import frame_of, spoken_time
from annolab.widgets.popup import Popup

WIDTH, HEIGHT = 420, 112  # pixels


class GoTo(Popup):
    """Tells while it is typed where that would lead; `wanted(frame)` by Return."""

    wanted = Signal(int)

    def __init__(self, parent: QWidget, at: int, table: FrameTable) -> None:
        super().__init__(parent, self.tr("Go to frame or time"), WIDTH)
        self._at, self._table = at, table
        self.entry = QLineEdit()
        self.entry.setAccessibleName(self.tr("Frame or time"))
        self.entry.setPlaceholderText(self.tr("1234, 1:02.5, +30 or -30"))
        self.entry.textChanged.connect(self._tell)
        self.entry.returnPressed.connect(self._go)
        self.said = label("", "dim", wrap=True)
        self.problem = label("", "problem", wrap=True)
        inner = column(self.entry, self.said, self.problem, spacing=8)
        inner.addStretch(1)
        inside = QWidget()
        inner.setContentsMargins(16, 16, 16, 12)
        inside.setLayout(inner)
        self.fill(column(inside), HEIGHT)
        self._tell()

    def _tell(self) -> None:
        text = self.entry.text()
        if text.strip():
            try:
                frame = frame_of(text, self._at, self._table)
            except UserError as error:
                self._refuse(error)
                return
        else:
            frame = self._at
        place = self.tr("Frame {frame:,} at {time}, of {count:,} in {length}")
        self._say(
            place.format(
                frame=frame,
                time=spoken_time(self._table.time(frame)),
                count=len(self._table),
                length=spoken_time(self._table.seconds),
            )
        )

    def _say(self, sentence: str) -> None:
        self._show(sentence, "")

    def _refuse(self, error: UserError) -> None:
        self._show("", str(error))

    def _show(self, said: str, problem: str) -> None:
        self.said.setText(said)
        self.said.setVisible(bool(said))
        self.problem.setText(problem)
        self.problem.setVisible(bool(problem))
        self.entry.setAccessibleDescription(said or problem)

    def _go(self) -> None:
        try:
            frame = frame_of(self.entry.text(), self._at, self._table)
        except UserError as error:
            self._refuse(error)
            self.entry.selectAll()
            return
        self.dismiss()
        self.wanted.emit(frame)
