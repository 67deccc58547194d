"""One field of the attribute form for each type of value."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QVBoxLayout,
    QWidget,
)

from annolab.model.geometry import AttributeValue
from annolab.model.schema import AttributeSpec, ValueType
from annolab.widgets.controls import set_flag


class _Nothing:
    """No value: the key is not there."""

    def __repr__(self) -> str:
        return "UNSET"


class _Mixed:
    """Several owners with different values."""

    def __repr__(self) -> str:
        return "MIXED"


UNSET = _Nothing()
MIXED = _Mixed()
Shown = AttributeValue | _Nothing | _Mixed


class Field(QWidget):
    """Edits one value. `edited(value)`: by the user; UNSET takes the key away."""

    edited = Signal(object)

    def show_value(self, value: Shown) -> None:
        """Show a value without telling of it."""
        raise NotImplementedError

    def set_missing(self, *, missing: bool) -> None:
        """Mark a required field that is empty."""
        for child in self.findChildren(QWidget):
            if isinstance(child, QLineEdit | QComboBox):
                set_flag(child, "missing", on=missing)

    def _hold(self, widget: QWidget) -> None:
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(widget)
        self.setFocusProxy(widget)


class TextField(Field):
    """Free text; a value that was a number or a list stays one while it parses."""

    def __init__(self, placeholder: str = "", *, numeric: bool = False) -> None:
        super().__init__()
        self._placeholder = placeholder
        self._numeric = numeric
        self._before: Shown = UNSET
        self.line = QLineEdit()
        self.line.textEdited.connect(self._edit)
        self._hold(self.line)

    def show_value(self, value: Shown) -> None:
        """Show a value; the text under the cursor is left alone when it is the same."""
        self._before = value
        mixed = isinstance(value, _Mixed)
        self.line.setPlaceholderText(
            self.tr("several values") if mixed else self._placeholder
        )
        text = text_of(value)
        set_flag(self.line, "wrong", on=False)
        if self.line.text() != text:
            if self.line.hasFocus() and _parsed(self.line.text(), value) == value:
                return
            self.line.setText(text)

    def _edit(self, text: str) -> None:
        if self._numeric:
            value = number_of(text)
            wrong = value is None and bool(text.strip())
            set_flag(self.line, "wrong", on=wrong)
            self.line.setToolTip(self.tr("This must be a number.") if wrong else "")
            if not wrong:
                self.edited.emit(UNSET if value is None else value)
            return
        self.edited.emit(_parsed(text, self._before))


class BoolField(Field):
    """Yes, no, or not said."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setTristate()
        self.box.clicked.connect(self._edit)
        self._hold(self.box)

    def show_value(self, value: Shown) -> None:
        """Show yes or no; neither when it is not said or mixed."""
        if isinstance(value, bool):
            state = Qt.CheckState.Checked if value else Qt.CheckState.Unchecked
            text = self.tr("yes") if value else self.tr("no")
        else:
            state = Qt.CheckState.PartiallyChecked
            mixed = isinstance(value, _Mixed)
            text = self.tr("several values") if mixed else self.tr("not said")
        with QSignalBlocker(self.box):
            self.box.setCheckState(state)
        self.box.setText(text)

    def _edit(self) -> None:
        # Qt goes through partially checked; the user goes yes, no, yes.
        state = self.box.checkState()
        self.edited.emit(state is not Qt.CheckState.Unchecked)


class ChoiceField(Field):
    """One of the declared choices, or none."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__()
        self._choices = list(choices)
        self.box = QComboBox()
        self.box.activated.connect(self._edit)
        self.box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._hold(self.box)

    def show_value(self, value: Shown) -> None:
        """Show the choice, also one that is not declared."""
        text = "" if isinstance(value, _Nothing | _Mixed) else text_of(value)
        entries = ["", *self._choices]
        if text not in entries:
            entries.append(text)
        with QSignalBlocker(self.box):
            if [self.box.itemText(i) for i in range(self.box.count())] != entries:
                self.box.clear()
                self.box.addItems(entries)
            self.box.setCurrentIndex(entries.index(text))
        mixed = isinstance(value, _Mixed)
        self.box.setPlaceholderText(self.tr("several values") if mixed else "")
        if mixed:
            self.box.setCurrentIndex(-1)

    def _edit(self) -> None:
        text = self.box.currentText()
        self.edited.emit(text or UNSET)


class MultiField(Field):
    """Any of the declared choices."""

    def __init__(self, choices: Sequence[str]) -> None:
        super().__init__()
        self._choices = list(choices)
        self._boxes: dict[str, QCheckBox] = {}
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(0)
        for choice in choices:
            self._add(choice)

    def _add(self, choice: str) -> None:
        box = QCheckBox(choice)
        box.clicked.connect(self._edit)
        self._boxes[choice] = box
        self._layout.addWidget(box)
        if len(self._boxes) == 1:
            self.setFocusProxy(box)

    def show_value(self, value: Shown) -> None:
        """Check what is chosen, also what is not declared."""
        chosen = {text_of(v) for v in value} if isinstance(value, tuple) else set()
        if isinstance(value, str):
            chosen = {value}
        for choice in sorted(chosen - self._boxes.keys()):
            self._add(choice)
        for choice, box in self._boxes.items():
            box.setChecked(choice in chosen)

    def _edit(self) -> None:
        chosen = tuple(c for c, box in self._boxes.items() if box.isChecked())
        self.edited.emit(chosen or UNSET)


def field_for(spec: AttributeSpec | None) -> Field:
    """The field of a declared attribute, or of a free key-value (None)."""
    if spec is None:
        return TextField()
    if spec.type is ValueType.BOOL:
        return BoolField()
    if spec.type is ValueType.CHOICE:
        return ChoiceField(spec.choices)
    if spec.type is ValueType.MULTI:
        return MultiField(spec.choices)
    hint = text_of(spec.default) if spec.default is not None else ""
    return TextField(hint, numeric=spec.type is ValueType.NUMBER)


def text_of(value: Shown) -> str:
    """A value as it is shown in a field."""
    if value is None or isinstance(value, _Nothing | _Mixed):
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, tuple):
        return json.dumps(value, ensure_ascii=False)
    return str(value)


def number_of(text: str) -> int | float | None:
    """The number a text says, whole ones as int; None when it says none."""
    try:
        return int(text)
    except ValueError:
        pass
    try:
        value = float(text.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _parsed(text: str, before: Shown) -> AttributeValue:
    """`text` in the type that the value had before, or else as text."""
    if isinstance(before, bool) and text in ("yes", "no"):
        return text == "yes"
    if isinstance(before, int | float) and not isinstance(before, bool):
        number = number_of(text)
        if number is not None:
            return number
    if isinstance(before, tuple):
        try:
            value = json.loads(text)
        except ValueError:
            return text
        return _tuples(value) if isinstance(value, list) else text
    return text


def _tuples(value: object) -> AttributeValue:
    if isinstance(value, list):
        return tuple(_tuples(part) for part in value)
    if value is None or isinstance(value, str | int | float | bool):
        return value
    return json.dumps(value, ensure_ascii=False)
