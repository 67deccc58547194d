"""Colours, palette and style sheet of the window, light and dark."""

from __future__ import annotations

from dataclasses import dataclass
from string import Template

from PySide6.QtCore import Qt
from PySide6.QtGui import QColor, QFont, QGuiApplication, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from annolab.settings import resource

BASE_PIXELS = 13
GRID = 4
ROW_MARK = 30
ROW_THUMBNAIL = 48
HEAD = 34
RADIUS = 6
CHIP_RADIUS = 4
ICON = 18


@dataclass(frozen=True, slots=True)
class Theme:
    """The colours of one scheme, as `#rrggbb`.

    `hover` and `selected` are the grounds of rows; `field` that of inputs;
    `edge` the outline of controls; `on_accent` is text on the accent.
    """

    name: str
    dark: bool
    ground: str
    panel: str
    raised: str
    line: str
    text: str
    dim: str
    accent: str
    canvas: str
    good: str
    attention: str
    error: str
    hover: str
    selected: str
    edge: str
    on_accent: str
    on_chip: str = "#14161a"

    def color(self, token: str) -> QColor:
        """The colour of a token, such as `accent`."""
        return QColor(getattr(self, token))


DARK = Theme(
    name="dark",
    dark=True,
    ground="#16181d",
    panel="#1d2026",
    raised="#23272f",
    line="#2f343e",
    text="#e6e8ec",
    dim="#9aa3b2",
    accent="#4c9bff",
    canvas="#0e1013",
    good="#3fb27f",
    attention="#e0a43a",
    error="#ec7a75",
    hover="#23272f",
    selected="#272e3a",
    edge="#3a404c",
    on_accent="#0b1220",
)
LIGHT = Theme(
    name="light",
    dark=False,
    ground="#eef0f3",
    panel="#ffffff",
    raised="#f5f6f8",
    line="#d9dde3",
    text="#1c2026",
    dim="#5c6675",
    accent="#1565cf",
    canvas="#c9cdd3",
    good="#167047",
    attention="#7f5700",
    error="#b3261e",
    hover="#f1f3f6",
    selected="#e6eefb",
    edge="#c3c9d2",
    on_accent="#ffffff",
)


def theme_of(_widget: QWidget | None = None) -> Theme:
    """The theme that a widget (or the application) is shown in.

    Not asked of the palette of the widget: style sheet rules change that.
    """
    dark = QGuiApplication.palette().color(QPalette.ColorRole.Window).lightness() < 128
    return DARK if dark else LIGHT


def system_theme() -> Theme:
    """The theme that the system asks for; dark when it does not say."""
    scheme = QGuiApplication.styleHints().colorScheme()
    return LIGHT if scheme is Qt.ColorScheme.Light else DARK


def apply_palette(app: QApplication, choice: str = "system") -> Theme:
    """Colour the application; `choice` is `system`, `light` or `dark`."""
    theme = {"light": LIGHT, "dark": DARK}.get(choice) or system_theme()
    app.setStyle("Fusion")
    app.setPalette(palette_of(theme))
    return theme


def apply_theme(app: QApplication, choice: str = "system") -> Theme:
    """Colour the application and put on the style sheet."""
    theme = apply_palette(app, choice)
    app.setStyleSheet(style_sheet(theme))
    return theme


def base_font(font: QFont, factor: float = 1.0) -> QFont:
    """`font` at the base size, times `factor`, with tabular figures."""
    sized = QFont(font)
    sized.setPixelSize(round(BASE_PIXELS * factor))
    return tabular(sized)


def tabular(font: QFont) -> QFont:
    """`font` with figures of one width, so that numbers do not jump."""
    fixed = QFont(font)
    fixed.setFeature(QFont.Tag("tnum"), 1)
    return fixed


def palette_of(theme: Theme) -> QPalette:
    """The palette that Fusion and our own painting read."""
    role = QPalette.ColorRole
    palette = QPalette()
    for target, token in (
        (role.Window, "panel"),
        (role.WindowText, "text"),
        (role.Base, "panel"),
        (role.AlternateBase, "raised"),
        (role.Text, "text"),
        (role.Button, "raised"),
        (role.ButtonText, "text"),
        (role.BrightText, "error"),
        (role.ToolTipBase, "raised"),
        (role.ToolTipText, "text"),
        (role.PlaceholderText, "dim"),
        (role.Highlight, "accent"),
        (role.HighlightedText, "on_accent"),
        (role.Accent, "accent"),
        (role.Link, "accent"),
        (role.LinkVisited, "accent"),
        (role.Light, "raised"),
        (role.Midlight, "raised"),
        (role.Mid, "line"),
        (role.Dark, "line"),
        (role.Shadow, "ground"),
    ):
        palette.setColor(target, theme.color(token))
    for target in (role.WindowText, role.Text, role.ButtonText):
        faded = theme.color("dim")
        faded.setAlpha(140)
        palette.setColor(QPalette.ColorGroup.Disabled, target, faded)
    return palette


def style_sheet(theme: Theme) -> str:
    """The style sheet of the window in the colours of `theme`."""
    text = resource("themes/window.qss").read_text(encoding="utf-8")
    names = {
        name: getattr(theme, name)
        for name in Theme.__dataclass_fields__
        if name not in ("name", "dark")
    }
    icons = resource("themes").as_posix()
    return Template(text).substitute(names, icons=icons, scheme=theme.name)


def luminance(color: str) -> float:
    """Relative luminance of a colour, 0..1 (WCAG 2.1)."""
    value = QColor(color)
    linear = [
        part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)
        for part in (value.redF(), value.greenF(), value.blueF())
    ]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    """The contrast of two colours, 1..21 (WCAG 2.1)."""
    high, low = sorted((luminance(one), luminance(other)), reverse=True)
    return (high + 0.05) / (low + 0.05)
