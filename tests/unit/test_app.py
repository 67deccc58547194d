"""The program with a window, where a test cannot share its application."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

ASK = """
import sys
from PySide6.QtCore import QCoreApplication
from PySide6.QtGui import QFileOpenEvent
from annolab.app import make_app
from annolab.settings import load_settings
app = make_app(load_settings())
app.file_asked.connect(print)
QCoreApplication.sendEvent(app, QFileOpenEvent(sys.argv[1]))
QCoreApplication.sendEvent(app, QFileOpenEvent(""))
"""


def test_a_file_that_macos_asks_for_is_told(tmp_path: Path) -> None:
    asked = tmp_path / "my strëet.annolab"
    said = subprocess.run(
        [sys.executable, "-c", ASK, str(asked)],
        env=os.environ | {"QT_QPA_PLATFORM": "offscreen", "PYTHONIOENCODING": "utf-8"},
        capture_output=True,
        check=True,
        timeout=60,
    )
    assert said.stdout.decode("utf-8").splitlines() == [str(asked)]
