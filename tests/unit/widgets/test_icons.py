"""The icon font has what is asked of it."""

from __future__ import annotations

from PySide6.QtCore import QSize
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication

from annolab.actions import ACTIONS
from annolab.widgets.icons import app_icon, glyph_pixmap, has_icon, icon
from annolab.widgets.item_delegate import MEDIA_GLYPHS, STATUS_GLYPHS
from annolab.widgets.schema_attributes import GLYPHS
from annolab.widgets.theme import DARK


def test_every_name_is_in_the_font(qapp: QApplication) -> None:
    names = {action.icon for action in ACTIONS} | set(MEDIA_GLYPHS.values())
    names |= {glyph for glyph, _ in STATUS_GLYPHS.values()} | set(GLYPHS.values())
    assert [name for name in sorted(names - {""}) if not has_icon(name)] == []


def test_an_icon_is_painted_in_its_colour(qapp: QApplication) -> None:
    image = glyph_pixmap("square", QColor("#ff0000"), 32).toImage()
    found = {image.pixelColor(x, y).name() for x in range(32) for y in range(32)}
    assert "#ff0000" in found


def test_an_unknown_icon_is_empty(qapp: QApplication) -> None:
    assert icon("no-such-icon", DARK).isNull()
    assert not icon("cursor", DARK).isNull()


def test_an_icon_in_use_has_the_accent(qapp: QApplication) -> None:
    made = icon("square", DARK)
    size = QSize(18, 18)
    off = made.pixmap(size, QIcon.Mode.Normal, QIcon.State.Off).toImage()
    on = made.pixmap(size, QIcon.Mode.Normal, QIcon.State.On).toImage()
    assert off != on


def test_the_program_has_an_icon(qapp: QApplication) -> None:
    assert not app_icon().pixmap(32, 32).isNull()
