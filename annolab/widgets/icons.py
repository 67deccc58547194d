"""Phosphor icons in the colours of the theme, and the icon of the program.

The font comes with the package qtawesome. It is read straight from there:
importing qtawesome takes longer than showing the whole window.
"""

from __future__ import annotations

import json
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import (
    QColor,
    QFont,
    QFontDatabase,
    QGuiApplication,
    QIcon,
    QPainter,
    QPixmap,
)

from annolab.settings import resource
from annolab.widgets.theme import ICON, Theme


def icon(name: str, theme: Theme, size: int = ICON) -> QIcon:
    """An icon: dim, `text` when hovered, accent when on, faded when disabled.

    An empty icon when the font or the name is not there: texts and tooltips
    still say what a control does.
    """
    made = QIcon()
    if not name or _glyph(name) is None:
        return made
    faded = theme.color("dim")
    faded.setAlpha(90)
    for color, mode, state in (
        (theme.color("dim"), QIcon.Mode.Normal, QIcon.State.Off),
        (theme.color("text"), QIcon.Mode.Active, QIcon.State.Off),
        (theme.color("text"), QIcon.Mode.Selected, QIcon.State.Off),
        (faded, QIcon.Mode.Disabled, QIcon.State.Off),
        (theme.color("accent"), QIcon.Mode.Normal, QIcon.State.On),
        (theme.color("accent"), QIcon.Mode.Active, QIcon.State.On),
        (theme.color("accent"), QIcon.Mode.Selected, QIcon.State.On),
        (faded, QIcon.Mode.Disabled, QIcon.State.On),
    ):
        made.addPixmap(glyph_pixmap(name, color, size), mode, state)
    return made


def glyph_pixmap(name: str, color: QColor, size: int = ICON) -> QPixmap:
    """One icon in one colour, sharp on the densest screen there is."""
    return _pixmap(name, color.name(QColor.NameFormat.HexArgb), size, _density())


@lru_cache(maxsize=1024)
def _pixmap(name: str, color: str, size: int, density: float) -> QPixmap:
    pixmap = QPixmap(round(size * density), round(size * density))
    pixmap.setDevicePixelRatio(density)
    pixmap.fill(Qt.GlobalColor.transparent)
    glyph = _glyph(name)
    family = _family()
    if glyph is None or family is None:
        return pixmap
    painter = QPainter(pixmap)
    font = QFont(family)
    font.setPixelSize(size)
    painter.setRenderHint(QPainter.RenderHint.TextAntialiasing)
    painter.setFont(font)
    painter.setPen(QColor(color))
    square = QRectF(0, 0, size, size)
    painter.drawText(square, Qt.AlignmentFlag.AlignCenter, glyph)
    painter.end()
    return pixmap


def _density() -> float:
    return max((s.devicePixelRatio() for s in QGuiApplication.screens()), default=1.0)


@lru_cache(maxsize=1)
def _font_files() -> tuple[Path, Path] | None:
    spec = find_spec("qtawesome")
    if spec is None or not spec.submodule_search_locations:
        return None
    folder = Path(spec.submodule_search_locations[0]) / "fonts"
    fonts = sorted(folder.glob("phosphor-[0-9]*.ttf"))
    maps = sorted(folder.glob("phosphor-charmap-*.json"))
    return (fonts[-1], maps[-1]) if fonts and maps else None


@lru_cache(maxsize=1)
def _family() -> str | None:
    files = _font_files()
    if files is None:
        return None
    number = QFontDatabase.addApplicationFont(str(files[0]))
    families = QFontDatabase.applicationFontFamilies(number) if number >= 0 else []
    return families[0] if families else None


@lru_cache(maxsize=1)
def _codes() -> dict[str, str]:
    files = _font_files()
    if files is None:
        return {}
    codes = json.loads(files[1].read_text(encoding="utf-8"))
    return {name: chr(int(code, 16)) for name, code in codes.items()}


def _glyph(name: str) -> str | None:
    return _codes().get(name)


def has_icon(name: str) -> bool:
    """Whether the icon font knows `name`."""
    return _glyph(name) is not None


def app_icon() -> QIcon:
    """The icon of the program."""
    return QIcon(str(resource("icons/annolab.svg")))
