"""The installed libraries behave as AnnoLab needs them to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from importlib import metadata

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QImage, QPainter, QPen
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

HEAVY = {"PIL", "av", "cv2", "pyqtgraph", "scipy", "sounddevice", "soundfile"}


def python(code: str, **environment: str) -> object:
    """What the code prints as JSON, in a process of its own."""
    result = subprocess.run(
        [sys.executable, "-c", code],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    return json.loads(result.stdout)


@pytest.mark.skipif(sys.version_info >= (3, 12), reason="None is immortal there")
def test_qt_keeps_the_reference_count_of_none(qtbot: QtBot) -> None:
    """PySide6 6.12.0 on Python 3.11 takes one reference to None a call."""
    widget, image, pen = QWidget(), QImage(8, 8, QImage.Format.Format_RGB32), QPen()
    qtbot.addWidget(widget)
    painter = QPainter(image)

    def use_qt() -> None:
        widget.update()
        widget.resize(10, 10)
        widget.parent()
        painter.setPen(pen)
        painter.drawRect(QRectF(1, 1, 2, 2))

    use_qt()  # the first use of a class makes its description, with many None
    before = sys.getrefcount(None)
    for _ in range(100):
        use_qt()
    lost = before - sys.getrefcount(None)
    painter.end()
    assert lost < 20


def test_importing_opencv_changes_no_variable_of_qt() -> None:
    """The builds of OpenCV with a Qt of their own point Qt to their folder."""
    code = """
import json, os
before = dict(os.environ)
import cv2
changed = {name for name in before.keys() | os.environ if
           before.get(name) != os.environ.get(name)}
print(json.dumps(sorted(name for name in changed if "QT" in name)))
"""
    assert python(code) == []


def test_only_the_headless_opencv_is_installed() -> None:
    names = {str(found.metadata["Name"]).lower() for found in metadata.distributions()}
    opencv = {name for name in names if name.startswith("opencv")}
    assert opencv == {"opencv-python-headless"}


def test_starting_the_window_loads_nothing_heavy() -> None:
    code = """
import json, sys
import annolab.app
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    loaded = python(code)
    assert isinstance(loaded, list)
    assert "PySide6" in loaded
    assert HEAVY & set(loaded) == set()


def test_the_command_line_starts_without_qt() -> None:
    code = """
import json, sys
import annolab.cli
print(json.dumps(sorted({name.partition(".")[0] for name in sys.modules})))
"""
    loaded = python(code)
    assert isinstance(loaded, list)
    assert (HEAVY | {"PySide6"}) & set(loaded) == set()
