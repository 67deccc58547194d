"""How far a long task is, with a button that stops it."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QProgressBar, QWidget

from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.widgets import worker
from annolab.widgets.controls import Elided, label, push_button, row

T = TypeVar("T")


class ProgressStrip(QWidget):
    """One line: what is done, a bar, how many, and Cancel. Hidden when idle."""

    failed = Signal(str)
    ended = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("hintLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._title = label("", "title")
        self._bar = QProgressBar()
        self._bar.setTextVisible(False)
        self._bar.setFixedWidth(200)
        self._message = Elided("", "dim")
        self._count = label("", "small")
        self.cancel_button = push_button(self.tr("Cancel"), "small")
        self.cancel_button.clicked.connect(self.cancel)
        layout = row(
            self._title,
            self._bar,
            self._count,
            self._message,
            self.cancel_button,
            spacing=12,
        )
        layout.setContentsMargins(12, 4, 12, 4)
        layout.setStretch(3, 1)
        self.setLayout(layout)
        self._job: worker.Job | None = None
        self.hide()

    @property
    def busy(self) -> bool:
        """Whether a task is under way."""
        return self._job is not None

    def run(
        self,
        title: str,
        task: Callable[[Progress], T],
        on_done: Callable[[T], None],
    ) -> worker.Job | None:
        """Run a task; None when another one is under way."""
        if self._job is not None:
            self.failed.emit(
                self.tr("Another task is under way; wait for it or cancel it.")
            )
            return None
        self._title.setText(title)
        self._message.set_full("")
        self._count.clear()
        self._bar.setRange(0, 0)
        self.cancel_button.setEnabled(True)
        self.show()

        def done(result: T) -> None:
            self._end()
            on_done(result)

        job = worker.run(self, task, done, self._fail, self._step)
        self._job = job
        job.finished.connect(lambda: self._end_of(job))
        return job

    def _end_of(self, job: worker.Job) -> None:
        """Not where what was done has started the next one."""
        if self._job is job:
            self._end()

    def cancel(self) -> None:
        """Ask the task to stop; it takes back what it has done."""
        if self._job is not None:
            self.cancel_button.setEnabled(False)
            self._message.set_full(self.tr("Stopping…"))
            self._job.cancel()

    def _step(self, done: int, total: int | None, message: str) -> None:
        self._bar.setRange(0, total or 0)
        self._bar.setValue(done)
        self._count.setText(f"{done:,} / {total:,}" if total else f"{done:,}")
        self._message.set_full(message)

    def _fail(self, error: AnnoLabError) -> None:
        self._end()
        self.failed.emit(str(error))

    def _end(self) -> None:
        if self._job is not None:
            self._job = None
            self.hide()
            self.ended.emit()
