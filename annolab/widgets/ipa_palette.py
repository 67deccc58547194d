"""The symbols of the International Phonetic Alphabet, to click or to find by typing."""

from __future__ import annotations

import tomllib
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QLineEdit, QScrollArea, QToolButton, QWidget

from annolab.settings import resource
from annolab.widgets.controls import column, label, row, tool_button

CELL = 30
GAP = 2
EDGE = 8
HEIGHT = 148
_OWN = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Escape)


@dataclass(frozen=True, slots=True)
class Symbol:
    """A symbol of the chart; `letters` find it, `group` is its part of the chart."""

    text: str
    letters: frozenset[str]
    name: str
    group: str

    @property
    def shown(self) -> str:
        """The symbol on a button: a combining mark needs something to stand on."""
        return f"◌{self.text}" if unicodedata.combining(self.text[0]) else self.text

    def fits(self, wanted: str) -> bool:
        """Whether `wanted` finds it: a letter, itself, or words of its name."""
        if wanted in self.letters or wanted == self.text:
            return True
        return len(wanted) > 1 and all(
            word in self.name for word in wanted.casefold().split()
        )


def symbols() -> tuple[Symbol, ...]:
    """The chart that comes with AnnoLab, in its order."""
    data = tomllib.loads(resource("ipa.toml").read_text(encoding="utf-8"))
    return tuple(
        Symbol(text, frozenset(letters.split()), name, group["name"])
        for group in data["group"]
        for text, letters, name in group["symbols"]
    )


class _Cells(QWidget):
    """Square cells from left to right, in as many lines as they need."""

    def __init__(self, cells: Sequence[QWidget]) -> None:
        super().__init__()
        self.setObjectName("form")
        self._cells = cells
        for cell in cells:
            cell.setParent(self)

    def arrange(self) -> None:
        """Put the visible cells into their places."""
        columns = max(1, (self.width() - 2 * EDGE) // (CELL + GAP))
        shown = [cell for cell in self._cells if not cell.isHidden()]
        for place, cell in enumerate(shown):
            line, column_ = divmod(place, columns)
            cell.move(EDGE + column_ * (CELL + GAP), 4 + line * (CELL + GAP))
        lines = -(-len(shown) // columns)
        self.setMinimumHeight(4 + lines * (CELL + GAP) + EDGE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Another width needs other lines."""
        super().resizeEvent(event)
        self.arrange()


class _Field(QLineEdit):
    """Enter and Esc typed in it are its own, not those of the canvas around it."""

    def event(self, event: QEvent) -> bool:
        """Take keys before they are shortcuts."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in _OWN
        ):
            event.accept()
            return True
        return super().event(event)


class IpaPalette(QWidget):
    """`chosen(text)`: a symbol to be written; `closed`: the keyboard goes back.

    Typing a letter shows what looks or sounds like it ("n": ŋ ɲ ɳ ɴ), words find by
    name ("velar nasal"); Enter takes the first.
    """

    chosen = Signal(str)
    closed = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("ipaPalette")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Phonetic symbols"))
        self.field = _Field()
        self.field.setPlaceholderText(self.tr("Letter or name, then Enter"))
        self.field.setAccessibleName(self.tr("Find a phonetic symbol"))
        self.field.setFixedWidth(220)
        self.field.textChanged.connect(self._filter)
        self.field.returnPressed.connect(self._take_first)
        self.told = label("", "dim")
        close = tool_button("x", self.tr("Close"))
        close.clicked.connect(self.closed)
        self._symbols = symbols()
        self.buttons = [self._button(symbol) for symbol in self._symbols]
        self._cells = _Cells(self.buttons)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setWidget(self._cells)
        head = row(self.field, self.told, close)
        head.setContentsMargins(8, 6, 8, 0)
        head.setStretch(1, 1)
        layout = column()
        layout.addLayout(head)
        layout.addWidget(scroll, 1)
        self.setLayout(layout)
        self.setFixedHeight(HEIGHT)

    def _button(self, symbol: Symbol) -> QToolButton:
        button = QToolButton()
        button.setText(symbol.shown)
        button.setToolTip(f"{symbol.name}  U+{ord(symbol.text[0]):04X}")
        button.setAccessibleName(symbol.name)
        button.setFixedSize(CELL, CELL)
        button.setAutoRaise(True)
        # The keyboard stays in the text that is being written.
        button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        font = button.font()
        font.setPixelSize(17)
        button.setFont(font)
        button.clicked.connect(lambda: self.chosen.emit(symbol.text))
        return button

    def _found(self) -> list[Symbol]:
        wanted = self.field.text().strip()
        return [s for s in self._symbols if not wanted or s.fits(wanted)]

    def _filter(self) -> None:
        found = self._found()
        fitting = set(found)
        for symbol, button in zip(self._symbols, self.buttons, strict=True):
            button.setVisible(symbol in fitting)
        self._cells.arrange()
        typed = bool(self.field.text().strip())
        self.told.setText(
            "" if not typed else found[0].name if found else self.tr("no such symbol")
        )

    def _take_first(self) -> None:
        found = self._found()
        if found and self.field.text().strip():
            self.chosen.emit(found[0].text)
            self.field.clear()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc gives the keyboard back."""
        if event.key() == Qt.Key.Key_Escape:
            self.closed.emit()
        else:
            super().keyPressEvent(event)
