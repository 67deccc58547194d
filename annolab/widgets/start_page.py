"""What is shown while no project is open."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QHBoxLayout,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from annolab.widgets.commands import Commands
from annolab.widgets.controls import (
    Elided,
    clear,
    column,
    key_text,
    label,
    push_button,
    row,
    tool_button,
)
from annolab.widgets.icons import app_icon, icon
from annolab.widgets.recent import Recent, forget, recent_projects
from annolab.widgets.theme import theme_of

WIDTH = 640
LOGO = 48
CARDS = (
    (
        "project.new",
        "folder-plus",
        "New from folder…",
        "Label the pictures, films, sounds or texts of a folder",
    ),
    ("project.open", "folder-open", "Open project…", "An AnnoLab project file"),
    (
        "project.sample",
        "sparkle",
        "Sample project",
        "With pictures, a film, a sound and a text, to try it",
    ),
)


class Card(QPushButton):
    """One way to begin, with its key."""

    def __init__(self, texts: tuple[str, str, str], key: str) -> None:
        super().__init__()
        glyph, title, doc = texts
        self.setProperty("role", "card")
        self.setAutoDefault(False)
        self.setAccessibleName(title)
        self.setAccessibleDescription(doc)
        self.setMinimumHeight(64)
        self._glyph = glyph
        self._mark = label()
        self._mark.setFixedSize(24, 24)
        inner = column(label(title, "title"), label(doc, "small"), spacing=2)
        inner.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        inside = row(self._mark, spacing=12)
        inside.addLayout(inner, 1)
        if key:
            inside.addWidget(label(key_text(key), "key"))
        inside.setContentsMargins(16, 0, 16, 0)
        self.setLayout(inside)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)

    def dress(self) -> None:
        """Make the icon in the colours of the theme."""
        pixmap = icon(self._glyph, theme_of(self), 24).pixmap(
            QSize(24, 24), self.devicePixelRatio()
        )
        self._mark.setPixmap(pixmap)

    def sizeHint(self) -> QSize:
        """Two lines with room around them."""
        return QSize(200, 64)


class StartPage(QWidget):
    """Recent projects and the ways to begin."""

    open_requested = Signal(object)  # Path

    def __init__(self, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("startPage")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._commands = commands
        self._list = QVBoxLayout()
        self._list.setSpacing(4)
        self._head = label(self.tr("Recent projects"), "head")
        self._hint = label(
            self.tr("Or drop a folder, media or a project here."),
            "dim",
        )
        content = QWidget()
        content.setMaximumWidth(WIDTH)
        layout = column(spacing=0, margin=24)
        layout.addStretch(2)
        layout.addLayout(self._title())
        layout.addSpacing(24)
        layout.addLayout(self._cards())
        layout.addSpacing(12)
        layout.addWidget(self._hint)
        layout.addSpacing(28)
        layout.addWidget(self._head)
        layout.addSpacing(8)
        layout.addLayout(self._list)
        layout.addStretch(3)
        content.setLayout(layout)
        around = QHBoxLayout()
        around.setContentsMargins(0, 0, 0, 0)
        around.addStretch(1)
        around.addWidget(content, 100)
        around.addStretch(1)
        holder = QWidget()
        holder.setObjectName("page")
        holder.setLayout(around)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        self.setLayout(column(scroll))
        self.reload()

    def dress(self) -> None:
        """Make the pictures, in the colours of the theme."""
        size = QSize(LOGO, LOGO)
        self._mark.setPixmap(app_icon().pixmap(size, self.devicePixelRatio()))
        for card in self.findChildren(Card):
            card.dress()

    def _title(self) -> QHBoxLayout:
        self._mark = label()
        self._mark.setFixedSize(LOGO, LOGO)
        texts = column(
            label("AnnoLab", "large"),
            label(self.tr("Label images, films, sounds and texts, offline."), "dim"),
            spacing=2,
        )
        line = row(self._mark, spacing=16)
        line.addLayout(texts, 1)
        return line

    def _cards(self) -> QVBoxLayout:
        cards = column(spacing=8)
        for id_, glyph, title, doc in CARDS:
            key = self._commands.bindings.first(id_)
            card = Card((glyph, self.tr(title), self.tr(doc)), key)
            card.clicked.connect(lambda _=False, id_=id_: self._commands.run(id_))
            cards.addWidget(card)
        return cards

    def reload(self) -> None:
        """Show the recent projects; those that are gone are grey."""
        clear(self._list)
        entries = recent_projects()
        self._head.setVisible(bool(entries))
        for entry in entries[:6]:
            self._list.addWidget(self._entry(entry))

    def _entry(self, entry: Recent) -> QWidget:
        line = QWidget()
        button = push_button("", "link")
        button.setMinimumHeight(36)
        button.setEnabled(not entry.missing)
        button.setAccessibleName(entry.path.stem)
        name = label(entry.path.stem, "dim" if entry.missing else "")
        place = Elided(_place(entry.path), "small")
        inside = row(name, place, spacing=12)
        inside.setStretch(1, 1)
        inside.setContentsMargins(8, 0, 8, 0)
        if entry.missing:
            inside.addWidget(label(self.tr("not found"), "small"))
        button.setLayout(inside)
        button.clicked.connect(lambda: self.open_requested.emit(entry.path))
        remove = tool_button("x", self.tr("Take {} off the list").format(name.text()))
        remove.clicked.connect(lambda: self._forget(entry.path))
        layout = row(button, remove, spacing=4)
        layout.setStretch(0, 1)
        line.setLayout(layout)
        return line

    def _forget(self, path: Path) -> None:
        forget(path)
        self.reload()


def _place(path: Path) -> str:
    try:
        return str("~" / path.parent.relative_to(Path.home()))
    except ValueError:
        return str(path.parent)
