"""One field of the attribute form for each type of value."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from annolab.errors import UserError
from annolab.model.geometry import AttributeValue
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.model.values import SEPARATOR, parse_value, value_text
from annolab.widgets.controls import set_flag

LEAST_LINES, MOST_LINES = 2, 10  # of a long text


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
# A click says all there is to say: the keyboard stays with what is annotated.
BY_KEYS = Qt.FocusPolicy.TabFocus


class Field(QWidget):
    """Edits one value. `edited(value)`: by the user; UNSET takes the key away.

    `left`: Enter was pressed, the user has finished here.
    """

    edited = Signal(object)
    left = Signal()

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
    """Text or a number. A free value keeps the type that it had, while it can."""

    def __init__(self, spec: AttributeSpec | None = None) -> None:
        super().__init__()
        self._spec = spec
        self._before: Shown = UNSET
        default = spec.default if spec is not None else None
        self._placeholder = value_text(default)
        self.line = QLineEdit()
        self.line.textEdited.connect(self._edit)
        self.line.returnPressed.connect(self.left)
        self._hold(self.line)

    def show_value(self, value: Shown) -> None:
        """Show a value; what is being typed is left alone when it means the same."""
        self._before = value
        mixed = isinstance(value, _Mixed)
        self.line.setPlaceholderText(
            self.tr("several values") if mixed else self._placeholder
        )
        # A list in a list, or of numbers, cannot be told from text once typed.
        listed = isinstance(value, tuple) and not _texts(value)
        self.line.setReadOnly(listed)
        set_flag(self.line, "wrong", on=False)
        if self.line.text() != text_of(value) and not self._means(value):
            self.line.setText(text_of(value))

    def _means(self, value: Shown) -> bool:
        if not self.line.hasFocus():
            return False
        try:
            meant = self._parsed(self.line.text())
        except UserError:
            return False
        return meant == value and type(meant) is type(value)

    def _edit(self, text: str) -> None:
        try:
            value = self._parsed(text)
        except UserError as error:
            set_flag(self.line, "wrong", on=True)
            self.line.setToolTip(str(error))
            return
        set_flag(self.line, "wrong", on=False)
        self.line.setToolTip("")
        self.edited.emit(value)

    def _parsed(self, text: str) -> Shown:
        if self._spec is not None:
            value = parse_value(self._spec, text)
            return UNSET if value is None else value
        return typed_like(self._before, text)


class LongField(Field):
    """A text of several lines, as tall as what is written: summaries, corrections."""

    def __init__(self, spec: AttributeSpec | None = None) -> None:
        super().__init__()
        self.text = GrowingText()
        default = spec.default if spec is not None else None
        self._placeholder = value_text(default)
        self.text.setTabChangesFocus(True)
        self.text.textChanged.connect(self._edit)
        self.text.left.connect(self.left)
        self._hold(self.text)

    def show_value(self, value: Shown) -> None:
        """Show a value; what is being typed is left alone when it means the same."""
        mixed = isinstance(value, _Mixed)
        self.text.setPlaceholderText(
            self.tr("several values") if mixed else self._placeholder
        )
        if self.text.toPlainText() != text_of(value):
            with QSignalBlocker(self.text):
                self.text.setPlainText(text_of(value))
            self.text.fit()

    def set_missing(self, *, missing: bool) -> None:
        """Mark a required field that is empty."""
        set_flag(self.text, "missing", on=missing)

    def _edit(self) -> None:
        text = self.text.toPlainText()
        self.edited.emit(text or UNSET)


class GrowingText(QPlainTextEdit):
    """A text field that is as tall as its lines, within limits. Ctrl+Return leaves."""

    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)
        self.textChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Take the height of the text."""
        lines = min(max(self.document().size().height(), LEAST_LINES), MOST_LINES)
        height = self.fontMetrics().lineSpacing() * lines + 12
        if height != self.height():
            self.setFixedHeight(round(height))

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Other lines, another height."""
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.fit()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Return begins a line here; with Ctrl it leaves."""
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def event(self, event: QEvent) -> bool:
        """Ctrl+Return is no action while one writes here."""
        if (
            event.type() == QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        ):
            event.accept()
            return True
        return super().event(event)


class BoolField(Field):
    """Yes, no, or not said."""

    def __init__(self) -> None:
        super().__init__()
        self.box = QCheckBox()
        self.box.setTristate()
        self.box.setFocusPolicy(BY_KEYS)
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
        self.box.setFocusPolicy(BY_KEYS)
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
        box.setFocusPolicy(BY_KEYS)
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


def field_for(spec: AttributeSpec | None, *, long: bool = False) -> Field:
    """The field of a declared attribute, or of a free key-value (None).

    `long`: a text may have several lines.
    """
    if long:
        return LongField(spec)
    if spec is not None and spec.type is ValueType.BOOL:
        return BoolField()
    if spec is not None and spec.type is ValueType.CHOICE:
        return ChoiceField(spec.choices)
    if spec is not None and spec.type is ValueType.MULTI:
        return MultiField(spec.choices)
    return TextField(spec)


def text_of(value: Shown) -> str:
    """A value as it is shown in a field; "" for none and for several."""
    return "" if isinstance(value, _Nothing | _Mixed) else value_text(value)


def typed_like(before: Shown, text: str) -> AttributeValue:
    """`text` in the type of the value before while it can be, or else as text."""
    kind = None
    if isinstance(before, bool):
        kind = ValueType.BOOL
    elif isinstance(before, int | float):
        kind = ValueType.NUMBER
    elif isinstance(before, tuple):
        return tuple(part.strip() for part in text.split(SEPARATOR) if part.strip())
    if kind is None or not text.strip():
        return text
    spec = AttributeSpec(id=0, owner=Owner.ANNOTATION, name="value", type=kind)
    try:
        return parse_value(spec, text)
    except UserError:
        return text


def _texts(values: tuple[AttributeValue, ...]) -> bool:
    return all(isinstance(value, str) for value in values)


def common(values: Sequence[AttributeValue | Shown]) -> Shown:
    """The value that all have, MIXED when they differ, UNSET for none."""
    if not values:
        return UNSET
    first = values[0]
    same = all(v == first and type(v) is type(first) for v in values[1:])
    return first if same else MIXED
