"""The line that shows how far a task is."""

from __future__ import annotations

import threading

from pytestqt.qtbot import QtBot

from annolab.jobs import Progress
from annolab.widgets.progress import ProgressStrip


def test_a_task_that_starts_the_next_one_does_not_end_it(qtbot: QtBot) -> None:
    strip, free, done = ProgressStrip(), threading.Event(), []
    qtbot.addWidget(strip)

    def second(_progress: Progress) -> int:
        assert free.wait(60)
        return 2

    def first_done(result: int) -> None:
        done.append(result)
        strip.run("Second", second, done.append)

    strip.run("First", lambda _progress: 1, first_done)
    qtbot.waitUntil(lambda: done == [1])
    qtbot.wait(50)  # what else the first one tells
    assert not strip.isHidden()
    free.set()
    qtbot.waitUntil(lambda: done == [1, 2])
    assert strip.isHidden()
