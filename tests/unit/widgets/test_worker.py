"""Tasks run in threads; their results come in the main thread."""

from __future__ import annotations

import threading
from functools import partial

from PySide6.QtCore import QObject
from pytestqt.exceptions import capture_exceptions
from pytestqt.qtbot import QtBot

from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.widgets import worker


def test_the_result_comes_in_the_main_thread(qtbot: QtBot) -> None:
    owner = QObject()
    seen: list[object] = []

    def task(progress: Progress) -> int:
        assert threading.current_thread() is not threading.main_thread()
        progress.step(1, 1)
        return 7

    def done(result: int) -> None:
        seen.append((result, threading.current_thread() is threading.main_thread()))

    worker.run(owner, task, done)
    qtbot.waitUntil(lambda: seen == [(7, True)])
    assert worker.idle()


def test_an_error_on_purpose_comes_as_it_is(qtbot: QtBot) -> None:
    owner = QObject()
    seen: list[object] = []

    def task(progress: Progress) -> None:
        message = "No."
        raise UserError(message)

    worker.run(owner, task, None, lambda error: seen.append(str(error)))
    qtbot.waitUntil(lambda: seen == ["No."])


def test_a_bug_is_raised_in_the_main_thread(qtbot: QtBot) -> None:
    owner = QObject()

    def task(progress: Progress) -> None:
        message = "a bug"
        raise ZeroDivisionError(message)

    with capture_exceptions() as exceptions:
        job = worker.run(owner, task, None, lambda error: None)
        qtbot.waitSignal(job.finished)
        qtbot.waitUntil(lambda: len(exceptions) == 1)
    assert exceptions[0][0] is ZeroDivisionError


def test_nothing_is_told_after_cancel(qtbot: QtBot) -> None:
    owner = QObject()
    seen: list[object] = []
    begun, go_on = threading.Event(), threading.Event()

    def task(progress: Progress) -> None:
        begun.set()
        go_on.wait(5)
        progress.step(1)

    job = worker.run(owner, task, seen.append, seen.append)
    assert begun.wait(5)
    with qtbot.waitSignal(job.finished):
        job.cancel()
        go_on.set()
    assert seen == []


def test_nothing_is_told_to_an_owner_that_is_gone(qtbot: QtBot) -> None:
    import shiboken6

    owner = QObject()
    seen: list[object] = []
    go_on = threading.Event()

    def task(progress: Progress) -> bool:
        return go_on.wait(5)

    job = worker.run(owner, task, seen.append)
    shiboken6.delete(owner)
    with qtbot.waitSignal(job.finished):
        go_on.set()
    assert seen == []


def test_of_several_only_the_last_is_told(qtbot: QtBot) -> None:
    owner = QObject()
    seen: list[object] = []
    gates = [threading.Event() for _ in range(3)]
    latest: worker.Latest[int] = worker.Latest(owner, seen.append)

    def task(number: int, progress: Progress) -> int:
        gates[number].wait(5)
        return number

    for number in range(3):
        latest.start(partial(task, number))
    for gate in gates:
        gate.set()
    qtbot.waitUntil(worker.idle)
    assert seen == [2]
