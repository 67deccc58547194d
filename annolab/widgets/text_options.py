"""How the canvas of texts follows the settings."""

from __future__ import annotations

from annolab.widgets.text_shell import TextShell

OPTIONS = ("text.size", "text.room", "text.arcs", "text.line_numbers", "text.reader")


def take(canvas: TextShell, name: str) -> None:
    """Show the text as an option says now."""
    settings, view = canvas.session.settings, canvas.view
    if name in ("text.font", "text.size"):
        size = round(settings.number("text.size"))
        view.set_font(settings.text("text.font"), size)
    if name in ("text.spacing", "text.size"):
        view.set_spacing(round(settings.number("text.spacing")))
    if name in ("text.wrap", "text.size"):
        view.wrap_at(round(settings.number("text.wrap")))
    if name == "text.room":
        view.reserve_rows(settings.flag(name))
    if name == "text.reader":
        _show_reader(canvas, on=settings.flag(name))
    if name == "text.line_numbers":
        view.show_line_numbers(settings.flag(name))
    if name == "text.arcs":
        view.show_arcs(settings.flag(name))


def _show_reader(canvas: TextShell, *, on: bool) -> None:
    """A line for screen readers below the text; it has the keyboard then."""
    held = canvas.view.hasFocus() or canvas.reader.hasFocus()
    canvas.reader.setVisible(on)
    canvas.setFocusProxy(canvas.reader if on else canvas.view)
    if held:
        canvas.setFocus()
    canvas.tell_hint()
