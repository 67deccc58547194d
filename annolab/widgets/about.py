"""Version and licences."""

from __future__ import annotations

import sys
from importlib.metadata import PackageNotFoundError, version

from PySide6.QtCore import QSize, Qt, qVersion
from PySide6.QtWidgets import QDialog, QWidget

from annolab.widgets.controls import column, label, push_button, row
from annolab.widgets.icons import app_icon

PARTS = ("PySide6-Essentials", "numpy", "opencv-python-headless", "pillow", "av")
ICON_SIZE = 64


class AboutDialog(QDialog):
    """What this is, and what it is made of."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        self.setWindowTitle(self.tr("About AnnoLab"))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        mark = label()
        size = QSize(ICON_SIZE, ICON_SIZE)
        mark.setPixmap(app_icon().pixmap(size, self.devicePixelRatio()))
        lines = [f"Python {sys.version.split()[0]}, Qt {qVersion()}"]
        lines += [f"{name} {found}" for name in PARTS if (found := installed(name))]
        texts = column(
            label(f"AnnoLab {installed('annolab')}", "large"),
            label(
                self.tr("Label images, films, sounds and texts, offline."),
                "dim",
                wrap=True,
            ),
            label(
                self.tr(
                    "Free software under the MIT licence. It opens no network "
                    "connection."
                ),
                wrap=True,
            ),
            label("\n".join(lines), "small"),
            spacing=12,
        )
        texts.itemAt(3).widget().setTextInteractionFlags(  # type: ignore[union-attr]
            Qt.TextInteractionFlag.TextSelectableByMouse
        )
        close = push_button(self.tr("Close"))
        close.setDefault(True)
        close.clicked.connect(self.accept)
        beside = row(mark, spacing=20)
        beside.setAlignment(mark, Qt.AlignmentFlag.AlignTop)
        beside.addLayout(texts, 1)
        buttons = row(close)
        buttons.insertStretch(0, 1)
        layout = column(spacing=16, margin=24)
        layout.addLayout(beside, 1)
        layout.addLayout(buttons)
        self.setLayout(layout)
        self.setFixedWidth(440)


def installed(name: str) -> str:
    """The version of a distribution, or ""."""
    try:
        return version(name)
    except PackageNotFoundError:
        return ""
