"""From the start of the process to the first painted window."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

from tests.perf.table import Row, best_of, duration

# Both end as soon as the window was painted once.
EMPTY = """
from PySide6.QtWidgets import QApplication, QMainWindow
class Window(QMainWindow):
    def paintEvent(self, event):
        QApplication.exit()
application = QApplication([])
window = Window()
window.resize(1280, 800)
window.show()
application.exec()
"""
ANNOLAB = """
import sys
from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QApplication, QMainWindow
class Watch(QObject):
    def eventFilter(self, target, event):
        if event.type() == QEvent.Type.Paint and isinstance(target, QMainWindow):
            QApplication.exit()
        return False
from annolab import app
start = QApplication.exec
def run(*_):
    watch = Watch()
    QApplication.instance().installEventFilter(watch)
    return start()
QApplication.exec = run
app.main(None)
"""


def _process(code: str) -> float:
    command = [sys.executable, "-c", code]
    return best_of(lambda: subprocess.run(command, check=True), repeat=7)


def rows() -> Iterator[Row]:
    """AnnoLab's start page against an empty window of Qt."""
    empty = _process(EMPTY)
    ours = _process(ANNOLAB)
    yield Row(
        "process start to first window",
        duration(ours),
        f"{duration(empty)} (empty PySide6 window)",
        ours / empty,
        "<= 2x",
        ours <= 2 * empty,
    )
