"""The display of the stories works: real events reach a window, pictures show it."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest
from PySide6.QtGui import QImage

from tests.e2e.screen import Screen, wait_for

EDITOR = """
import sys
from pathlib import Path
from PySide6.QtWidgets import QApplication, QPushButton, QLineEdit, QVBoxLayout, QWidget
application = QApplication([])
window, field, button = QWidget(), QLineEdit(), QPushButton("Save")
window.setWindowTitle("Field and button")
window.setStyleSheet("QPushButton { border: none; background: #ff0000; }")
layout = QVBoxLayout(window)
button.setMinimumHeight(100)
layout.addWidget(button)
layout.addWidget(field)
window.resize(400, 200)
field.setFocus()
button.clicked.connect(lambda: Path(sys.argv[1]).write_text(field.text(), "utf-8"))
window.show()
application.exec()
"""

pytestmark = pytest.mark.e2e


def test_keys_and_mouse_reach_a_window(screen: Screen, tmp_path: Path) -> None:
    saved = tmp_path / "saved"
    screen.start([sys.executable, "-c", EDITOR, saved])
    window = screen.window("Field and button")
    screen.key("a", "BackSpace")
    screen.type("Schlange 3")
    screen.click(window, 200, 50)
    wait_for(saved.exists, "the click")
    wait_for(lambda: saved.read_text("utf-8") == "Schlange 3", "the text")
    picture = QImage(str(screen.shot(tmp_path / "screen.png")))
    assert (picture.width(), picture.height()) == (1920, 1080)
    red = [
        (x, y)
        for x in range(0, 1920, 10)
        for y in range(0, 1080, 10)
        if picture.pixelColor(x, y).red() > 200 and picture.pixelColor(x, y).blue() < 50
    ]
    assert red


@pytest.mark.parametrize("screen", ["1280x800"], indirect=True)
def test_the_display_has_the_size_asked_for(screen: Screen) -> None:
    assert screen.xdotool("getdisplaygeometry") == "1280 800"
