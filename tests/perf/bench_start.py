"""From the start of the process to the first painted window."""

from __future__ import annotations

import os
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
from PySide6.QtWidgets import QApplication
from annolab import app
from annolab.widgets.window import Window
paint = Window.paintEvent
def paintEvent(self, event):
    paint(self, event)
    QApplication.exit()
Window.paintEvent = paintEvent
app.main(None)
"""
# Whatever the environment says: an installed program finds its modules compiled.
COMPILED = {"PYTHONDONTWRITEBYTECODE": ""}


def _process(code: str) -> float:
    command = [sys.executable, "-c", code]
    environment = os.environ | COMPILED
    return best_of(
        lambda: subprocess.run(command, check=True, env=environment), repeat=7
    )


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
