"""The slim rail of tools beside the canvas, and the line of hints below it."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QPaintEvent
from PySide6.QtWidgets import QButtonGroup, QToolButton, QVBoxLayout, QWidget

from annolab.widgets.canvas import Tool
from annolab.widgets.commands import Commands
from annolab.widgets.controls import Elided, key_text, label, row
from annolab.widgets.icons import glyph_pixmap
from annolab.widgets.session import Session
from annolab.widgets.theme import ICON, theme_of

WIDTH = 44
BUTTON = 32
HINT_HEIGHT = 34


class RailButton(QToolButton):
    """A tool; the one in use is on the accent colour."""

    def __init__(self, tool: Tool) -> None:
        super().__init__()
        self._glyph = tool.icon.removeprefix("ph.")
        self._color = QColor()
        self.setIconSize(QSize(ICON, ICON))
        self.setCheckable(True)
        self.setAccessibleName(tool.title)
        self.setFixedSize(BUTTON, BUTTON)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Paint the ground by the style, then the icon in its colour."""
        theme = theme_of(self)
        token = "text" if self.underMouse() else "dim"
        color = theme.color("on_accent" if self.isChecked() else token)
        if color != self._color:  # setting an icon paints again
            self._color = color
            self.setIcon(glyph_pixmap(self._glyph, color))
        super().paintEvent(event)


class ToolRail(QWidget):
    """The tools of the canvas that is shown."""

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(WIDTH)
        self._commands = commands
        self._group = QButtonGroup(self)
        self._buttons: dict[str, RailButton] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(6, 8, 5, 8)
        self._layout.setSpacing(4)
        self._layout.addStretch(1)
        self._session = session
        session.tool_changed.connect(self._show)

    def set_tools(self, tools: tuple[Tool, ...]) -> None:
        """Show the tools of another canvas."""
        for button in self._buttons.values():
            self._group.removeButton(button)
            self._layout.removeWidget(button)
            button.deleteLater()
        self._buttons = {}
        for place, tool in enumerate(tools):
            button = RailButton(tool)
            button.setToolTip(self._commands.tip(tool.action_id))
            button.clicked.connect(
                lambda _=False, id_=tool.action_id: self._commands.run(id_)
            )
            self._group.addButton(button)
            self._buttons[tool.id] = button
            self._layout.insertWidget(place, button)
        self._show(self._session.tool)

    def _show(self, tool_id: str) -> None:
        button = self._buttons.get(tool_id)
        if button is not None:
            button.setChecked(True)


class HintLine(QWidget):
    """What the next press does, with the keys to the neighbours at its left."""

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("hintLine")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HINT_HEIGHT)
        self._commands = commands
        self.back = label("", "key")
        self.forward = label("", "key")
        self.text = Elided("", "dim", Qt.TextElideMode.ElideRight)
        self.pixel = label("", "small")
        layout = row(self.back, self.forward, self.text, self.pixel, spacing=8)
        layout.setContentsMargins(12, 0, 12, 0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.show_keys()

    def show_keys(self) -> None:
        """Show the keys of the neighbours as they are bound now."""
        for cap, text, id_ in (
            (self.back, "◂ {}", "item.previous"),
            (self.forward, "{} ▸", "item.next"),
        ):
            # Where letters are typed into texts, sounds have keys of their own.
            own = id_.replace("item.", "audio.") + "_item"
            here = self._commands.actions[own].isEnabled()
            key = key_text(self._commands.bindings.first(own if here else id_))
            cap.setText(text.format(key))
            cap.setToolTip(self._commands.tip(id_))

    def say(self, hint: str) -> None:
        """Show a hint."""
        self.text.set_full(hint)
