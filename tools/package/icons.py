"""The icon of the program in the files that each system wants, from one SVG."""

from __future__ import annotations

import os
import sys
from pathlib import Path

SIZES = (16, 24, 32, 48, 64, 128, 256, 512)
ROOT = Path(__file__).resolve().parent.parent.parent
DRAWN = ROOT / "resources" / "icons" / "annolab.svg"


def write(folder: Path, kind: str) -> list[Path]:
    """Draw the icon into `folder`: a PNG for each size, or one ICO or ICNS file."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PIL import Image
    from PySide6.QtCore import Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    application = QGuiApplication.instance() or QGuiApplication(sys.argv[:1])
    folder.mkdir(parents=True, exist_ok=True)
    renderer = QSvgRenderer(str(DRAWN))
    pictures = []
    for size in SIZES:
        image = QImage(size, size, QImage.Format.Format_ARGB32)
        image.fill(Qt.GlobalColor.transparent)
        painter = QPainter(image)
        renderer.render(painter)
        painter.end()
        pictures.append(folder / f"annolab-{size}.png")
        image.save(str(pictures[-1]))
    del application
    if kind == "png":
        return pictures
    drawn = [Image.open(picture) for picture in pictures]
    made = folder / f"annolab.{kind}"
    sizes = [(size, size) for size in SIZES if size <= 256]
    drawn[-1].save(made, format=kind.upper(), sizes=sizes, append_images=drawn[:-1])
    return [made]


if __name__ == "__main__":
    write(Path(sys.argv[1]), sys.argv[2])
