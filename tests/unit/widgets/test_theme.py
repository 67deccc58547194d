"""Both themes can be read."""

from __future__ import annotations

import re

import pytest
from PySide6.QtWidgets import QApplication

from annolab.model.schema import LABEL_COLORS
from annolab.settings import resource
from annolab.widgets.theme import (
    DARK,
    LIGHT,
    Theme,
    apply_theme,
    contrast,
    style_sheet,
    theme_of,
)

THEMES = pytest.mark.parametrize("theme", [DARK, LIGHT], ids=lambda t: t.name)
SURFACES = ("ground", "panel", "raised", "hover", "selected")
TEXTS = ("text", "dim", "accent", "error", "attention", "good")


def test_contrast_is_that_of_wcag() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)
    assert contrast("#777777", "#ffffff") == pytest.approx(4.48, abs=0.01)


@THEMES
@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("surface", SURFACES)
def test_text_can_be_read(theme: Theme, text: str, surface: str) -> None:
    assert contrast(getattr(theme, text), getattr(theme, surface)) >= 4.5


@THEMES
def test_text_on_the_accent_can_be_read(theme: Theme) -> None:
    assert contrast(theme.on_accent, theme.accent) >= 4.5


@pytest.mark.parametrize("color", LABEL_COLORS)
def test_text_on_a_chip_can_be_read(color: str) -> None:
    assert contrast(DARK.on_chip, color) >= 4.5


@THEMES
def test_the_style_sheet_has_every_colour(theme: Theme) -> None:
    text = style_sheet(theme)
    assert "$" not in text
    for path in re.findall(r'url\("([^"]+)"\)', text):
        assert resource("themes").as_posix() in path
        assert resource(path.rpartition("/resources/")[2]).is_file(), path


def test_the_theme_follows_the_choice(qapp: QApplication) -> None:
    apply_theme(qapp, "light")
    assert theme_of() is LIGHT
    apply_theme(qapp, "dark")
    assert theme_of() is DARK
