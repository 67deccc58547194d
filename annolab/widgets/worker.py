"""Run tasks in worker threads; results reach the main thread by a queued signal."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import Generic, TypeVar

import shiboken6
from PySide6.QtCore import QObject, Qt, QThreadPool, Signal

from annolab.errors import AnnoLabError, Cancelled
from annolab.jobs import Progress

T = TypeVar("T")
OnProgress = Callable[[int, int | None, str], None]
OnError = Callable[[AnnoLabError], None]
STEP_SECONDS = 0.05

_running: set[Job] = set()


class Job(QObject):
    """One task under way. Its callbacks run in the thread that started it.

    `on_error` is called with what was raised on purpose; anything else is a bug
    and raised again in the main thread. After `cancel()` only `on_end` comes.
    """

    finished = Signal()
    _returned = Signal(object)
    _raised = Signal(object)
    _stepped = Signal(int, object, str)

    def __init__(self, owner: QObject) -> None:
        super().__init__()
        self._owner = owner
        self._on_done: Callable[[object], None] | None = None
        self._on_error: OnError | None = None
        self._on_progress: OnProgress | None = None
        self._last_step = 0.0
        self.progress = Progress(self._step)
        queued = Qt.ConnectionType.QueuedConnection
        self._returned.connect(self._take_result, queued)
        self._raised.connect(self._take_error, queued)
        self._stepped.connect(self._take_step, queued)

    def cancel(self) -> None:
        """Ask the task to stop; nothing more is reported of it but `finished`."""
        self.progress.cancel()

    def _step(self, done: int, total: int | None, message: str) -> None:
        now = time.monotonic()
        if now - self._last_step >= STEP_SECONDS or done == total:
            self._last_step = now
            self._stepped.emit(done, total, message)

    def _alive(self) -> bool:
        return shiboken6.isValid(self._owner) and not self.progress.cancelled

    def _take_step(self, done: int, total: int | None, message: str) -> None:
        if self._on_progress is not None and self._alive():
            self._on_progress(done, total, message)

    def _take_result(self, result: object) -> None:
        _running.discard(self)
        if self._on_done is not None and self._alive():
            self._on_done(result)
        self.finished.emit()

    def _take_error(self, error: BaseException) -> None:
        _running.discard(self)
        alive = self._alive()
        self.finished.emit()
        if isinstance(error, Cancelled) or (
            isinstance(error, AnnoLabError) and not alive
        ):
            return
        if isinstance(error, AnnoLabError) and self._on_error is not None:
            self._on_error(error)
            return
        raise error


def run(
    owner: QObject,
    task: Callable[[Progress], T],
    on_done: Callable[[T], None] | None = None,
    on_error: OnError | None = None,
    on_progress: OnProgress | None = None,
) -> Job:
    """Run `task(progress)` in a worker thread and return its `Job`.

    Nothing is reported any more once `owner` is destroyed.
    """
    job = Job(owner)
    job._on_done = on_done  # type: ignore[assignment]  # noqa: SLF001
    job._on_error = on_error  # noqa: SLF001
    job._on_progress = on_progress  # noqa: SLF001
    _running.add(job)

    def work() -> None:
        try:
            result = task(job.progress)
        except BaseException as error:  # noqa: BLE001  raised again by the main thread
            job._raised.emit(error)  # noqa: SLF001
        else:
            job._returned.emit(result)  # noqa: SLF001

    QThreadPool.globalInstance().start(work)
    return job


class Latest(Generic[T]):
    """Runs tasks of which only the newest counts: a new one cancels the last."""

    def __init__(
        self,
        owner: QObject,
        on_done: Callable[[T], None],
        on_error: OnError | None = None,
    ) -> None:
        self._owner = owner
        self._on_done = on_done
        self._on_error = on_error
        self._job: Job | None = None

    def start(self, task: Callable[[Progress], T]) -> Job:
        """Cancel the task under way, if any, and run this one."""
        self.cancel()
        self._job = run(self._owner, task, self._on_done, self._on_error)
        return self._job

    def cancel(self) -> None:
        """Drop the task under way, if any."""
        if self._job is not None:
            self._job.cancel()
            self._job = None


def idle() -> bool:
    """Whether no task is under way and every result has been handed over."""
    return not _running


def stop_all(milliseconds: int = 5000) -> bool:
    """Cancel every task and wait for the threads; False when one goes on."""
    for job in tuple(_running):
        job.cancel()
    return QThreadPool.globalInstance().waitForDone(milliseconds)
