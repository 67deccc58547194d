"""How long work reports how far it is, and learns that it should stop.

No threads here: a task is a plain function that is given a `Progress`; the
command line runs it inline, the window in a worker.
"""

from __future__ import annotations

from collections.abc import Callable
from threading import Event

from annolab.errors import Cancelled

Listener = Callable[[int, int | None, str], None]


class Progress:
    """Steps of one task; `step` raises `Cancelled` once `cancel` was called.

    `listener(done, total, message)` is called in the thread of the task, on
    every step: it must be cheap. `total` is None while it is not known.
    """

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self._cancelled = Event()

    def step(self, done: int, total: int | None = None, message: str = "") -> None:
        """Report that `done` of `total` are done; raise `Cancelled` if asked to."""
        if self._cancelled.is_set():
            raise Cancelled
        if self._listener is not None:
            self._listener(done, total, message)

    def cancel(self) -> None:
        """Ask the task to stop at its next step; may be called from any thread."""
        self._cancelled.set()

    @property
    def cancelled(self) -> bool:
        """Whether `cancel` was called."""
        return self._cancelled.is_set()
