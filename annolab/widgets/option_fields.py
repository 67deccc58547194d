"""Fields for the options that a format declares in its manifest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QGridLayout, QLineEdit, QWidget

from annolab.widgets.controls import clear, label

if TYPE_CHECKING:
    from annolab.plugins import FormatInfo, Option

NAME_WIDTH = 96


class OptionFields(QWidget):
    """One field for each option; `values` are texts, as on the command line."""

    changed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self._fields: dict[str, QLineEdit | QCheckBox | QComboBox] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(12)
        self._grid.setVerticalSpacing(8)
        self._grid.setColumnMinimumWidth(0, NAME_WIDTH)
        self._grid.setColumnStretch(1, 1)

    def show_format(self, info: FormatInfo | None, use: str) -> None:
        """Show the options of a format for `use` "read" or "write"."""
        clear(self._grid)
        self._fields = {}
        options = info.options if info is not None else ()
        wanted = [option for option in options if option.use in (use, "both")]
        for place, option in enumerate(wanted):
            field = self._field(option)
            field.setAccessibleName(option.key)
            field.setToolTip(option.doc)
            name = label(_title(option.key), "dim")
            name.setFixedHeight(28)
            name.setBuddy(field)
            self._grid.addWidget(name, 2 * place, 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(field, 2 * place, 1)
            if option.doc and not isinstance(field, QCheckBox):
                doc = label(option.doc, "small", wrap=True)
                self._grid.addWidget(doc, 2 * place + 1, 1)
            self._fields[option.key] = field
        self.setVisible(bool(wanted))

    def _field(self, option: Option) -> QLineEdit | QCheckBox | QComboBox:
        if option.type == "bool":
            check = QCheckBox(option.doc)
            check.setChecked(option.default == "true")
            check.toggled.connect(self.changed)
            return check
        if option.type == "choice":
            box = QComboBox()
            box.addItems(list(option.choices))
            box.setCurrentText(option.default)
            box.currentTextChanged.connect(self.changed)
            return box
        line = QLineEdit(option.default)
        line.textChanged.connect(self.changed)
        return line

    def values(self) -> dict[str, str]:
        """What is chosen, by key."""
        chosen = {}
        for key, field in self._fields.items():
            if isinstance(field, QCheckBox):
                chosen[key] = "true" if field.isChecked() else "false"
            elif isinstance(field, QComboBox):
                chosen[key] = field.currentText()
            else:
                chosen[key] = field.text()
        return chosen


def _title(key: str) -> str:
    """The key of an option as the name of its field: "first_frame": "First frame"."""
    first, *rest = key.split("_")
    short = first in ("bom", "rle")
    return " ".join((first.upper() if short else first.capitalize(), *rest))
