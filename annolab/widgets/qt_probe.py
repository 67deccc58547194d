"""Whether Qt can show a window here; for a process of its own, as it may abort."""

from __future__ import annotations

from PySide6.QtCore import qVersion
from PySide6.QtGui import QGuiApplication


def probe() -> dict[str, object]:
    """The platform that Qt has chosen, and its screens."""
    app = QGuiApplication(["annolab"])
    screens = []
    for screen in app.screens():
        size, ratio = screen.size(), screen.devicePixelRatio()
        screens.append(f"{size.width()} x {size.height()} at {ratio:g}")
    return {
        "program": f"Qt {qVersion()}",
        "platform": app.platformName(),
        "there": screens,
        "missing": [],
    }
