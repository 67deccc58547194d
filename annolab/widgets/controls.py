"""Small controls that panels and dialogs share."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QSize, Qt
from PySide6.QtGui import QFontMetrics, QKeySequence, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from annolab.widgets.icons import icon
from annolab.widgets.theme import HEAD, ICON, theme_of

KEY_HEIGHT = 18


def key_text(key: str) -> str:
    """A key as it is written on the screen: `Ctrl+Shift+P` as `Ctrl Shift P`."""
    text = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
    return (
        text[:-2].replace("+", " ") + " +"
        if text.endswith("++")
        else (text.replace("+", " ") if len(text) > 1 else text)
    )


def counted(count: int, one: str, many: str) -> str:
    """A number with its noun: "1 mark", "1,204 items"."""
    noun = QCoreApplication.translate("counted", one if count == 1 else many)
    return f"{count:,} {noun}"


def spoken_key(key: str) -> str:
    """A key within a sentence: it is never broken over two lines."""
    return key_text(key).replace(" ", "\N{NO-BREAK SPACE}")


def tip(text: str, keys: tuple[str, ...] = ()) -> str:
    """A tooltip that ends with the keys."""
    shown = ", ".join(key_text(key) for key in keys)
    return f"{text}  ({shown})" if shown else text


def label(text: str = "", role: str = "", *, wrap: bool = False) -> QLabel:
    """A text in one of the roles of the style sheet; never rich text."""
    made = QLabel(text)
    made.setTextFormat(Qt.TextFormat.PlainText)
    if role:
        made.setProperty("role", role)
    if wrap:
        made.setWordWrap(True)
    if role == "key":
        made.setFixedHeight(KEY_HEIGHT)
    return made


class Elided(QLabel):
    """One line of text that is cut, in the middle or at `cut`, where room ends."""

    def __init__(
        self,
        text: str = "",
        role: str = "",
        cut: Qt.TextElideMode = Qt.TextElideMode.ElideMiddle,
    ) -> None:
        super().__init__()
        self._full = ""
        self._mode = cut
        self.setTextFormat(Qt.TextFormat.PlainText)
        if role:
            self.setProperty("role", role)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self.set_full(text)

    def set_full(self, text: str) -> None:
        """Show `text`, whole in the tooltip when it is cut."""
        self._full = text
        self.setAccessibleName(text)
        self.updateGeometry()
        self._cut()

    def full(self) -> str:
        """The text before it is cut."""
        return self._full

    def _cut(self) -> None:
        metrics = QFontMetrics(self.font())
        shown = metrics.elidedText(self._full, self._mode, max(0, self.width()))
        if shown != self.text():
            self.setText(shown)
        self.setToolTip(self._full if shown != self._full else "")

    def sizeHint(self) -> QSize:
        """As wide as the whole text."""
        metrics = QFontMetrics(self.font())
        return QSize(metrics.horizontalAdvance(self._full) + 2, metrics.height())

    def minimumSizeHint(self) -> QSize:
        """A few letters."""
        return QSize(24, QFontMetrics(self.font()).height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Cut the text anew."""
        super().resizeEvent(event)
        self._cut()


def tool_button(
    icon_name: str, title: str, keys: tuple[str, ...] = (), *, checkable: bool = False
) -> ThemedButton:
    """A button that shows an icon and says its title to screen readers."""
    button = ThemedButton(icon_name)
    button.setAccessibleName(title)
    button.setToolTip(tip(title, keys))
    button.setCheckable(checkable)
    button.setIconSize(QSize(ICON, ICON))
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    return button


class ThemedButton(QToolButton):
    """A tool button whose icon is made when it is first painted."""

    def __init__(self, icon_name: str) -> None:
        super().__init__()
        self._icon_name = icon_name
        self._made_for: tuple[str, str] | None = None
        self.setAutoRaise(True)

    def set_icon_name(self, icon_name: str) -> None:
        """Show another icon."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self.update()

    def sizeHint(self) -> QSize:
        """The icon with 4 px around it."""
        side = ICON + 8
        return QSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        """Make the icon for this theme, then paint."""
        theme = theme_of(self)
        wanted = (self._icon_name, theme.name)
        if self._made_for != wanted:
            self._made_for = wanted
            self.setIcon(icon(self._icon_name, theme))
        super().paintEvent(event)


def push_button(text: str, role: str = "") -> QPushButton:
    """A button in one of the roles of the style sheet."""
    button = QPushButton(text)
    button.setAutoDefault(False)
    if role:
        button.setProperty("role", role)
    return button


def hairline() -> QFrame:
    """One line between two things."""
    line = QFrame()
    line.setFixedHeight(1)
    line.setStyleSheet("background: palette(mid); border: 0;")
    return line


class PanelHead(QWidget):
    """The head of a panel: its title, a note at the right, and buttons."""

    def __init__(self, title: str) -> None:
        super().__init__()
        self.setObjectName("panelHead")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedHeight(HEAD)
        self.title = Elided(title, "head")
        self.note = label("", "small")
        self._row = QHBoxLayout(self)
        self._row.setContentsMargins(12, 0, 8, 0)
        self._row.setSpacing(4)
        self._row.addWidget(self.title, 1)
        self._row.addWidget(self.note)

    def add(self, widget: QWidget) -> None:
        """Put a control at the right end."""
        self._row.addWidget(widget)


def column(*widgets: QWidget, spacing: int = 0, margin: int = 0) -> QVBoxLayout:
    """Widgets below each other."""
    layout = QVBoxLayout()
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return layout


def row(*widgets: QWidget, spacing: int = 8, margin: int = 0) -> QHBoxLayout:
    """Widgets beside each other."""
    layout = QHBoxLayout()
    layout.setContentsMargins(margin, margin, margin, margin)
    layout.setSpacing(spacing)
    for widget in widgets:
        layout.addWidget(widget)
    return layout


def clear(layout: QLayout) -> None:
    """Take all widgets out of a layout and delete them."""
    while (taken := layout.takeAt(0)) is not None:
        widget = taken.widget()
        if widget is not None:
            widget.hide()
            widget.deleteLater()


def set_flag(widget: QWidget, name: str, *, on: bool) -> None:
    """Set a property that the style sheet asks for, and dress the widget anew."""
    if bool(widget.property(name)) != on:
        widget.setProperty(name, on)
        widget.style().unpolish(widget)
        widget.style().polish(widget)


def size_on_screen(dialog: QWidget, width: int, height: int) -> None:
    """Give a dialog this size, or what the screen has room for beside its frame.

    A window may be larger than the screen, where there is no real one.
    """
    room = dialog.screen().availableGeometry().size()
    parent = dialog.parentWidget()
    if parent is not None:
        room = room.expandedTo(parent.window().size())
    dialog.resize(QSize(width, height).boundedTo(room - QSize(32, 64)))
