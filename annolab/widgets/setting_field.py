"""The field of one option of the user: what fits it is handed over at once."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeAlias

from PySide6.QtCore import QCoreApplication
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDoubleSpinBox,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from annolab.settings import Option, Value

Change: TypeAlias = Callable[[Value], object]
DECIMALS, FINE_DECIMALS = 3, 6
LARGEST = 1 << 30


class FractionField(QDoubleSpinBox):
    """A number with a fraction, without the zeros at its end."""

    def textFromValue(self, value: float) -> str:
        """As short as the value allows."""
        text = super().textFromValue(value)
        point = self.locale().decimalPoint()
        return text.rstrip("0").removesuffix(point) if point in text else text


def setting_field(option: Option, value: Value, change: Change) -> QWidget:
    """A field that shows `value` and calls `change` with what the user sets."""
    if option.choices:
        made: QWidget = _choice(option, value, change)
    elif isinstance(option.default, bool):
        made = _check(value, change)
    elif isinstance(option.default, float):
        made = _fraction(option, float(value), change)
    elif isinstance(option.default, int):
        made = _whole(option, int(value), change)
    else:
        made = _line(value, change)
    made.setAccessibleName(option.title)
    made.setAccessibleDescription(option.doc)
    return made


def _tr(text: str) -> str:
    return QCoreApplication.translate("SettingsDialog", text)


def _choice(option: Option, value: Value, change: Change) -> QComboBox:
    box = QComboBox()
    for choice in option.choices:
        box.addItem(_tr(choice[:1].upper() + choice[1:]), choice)
    box.setCurrentIndex(box.findData(value))
    box.activated.connect(lambda _: change(str(box.currentData())))
    return box


def _check(value: Value, change: Change) -> QCheckBox:
    check = QCheckBox(_tr("on"))
    check.setChecked(bool(value))
    check.toggled.connect(change)
    return check


def _fraction(option: Option, value: float, change: Change) -> FractionField:
    spin = FractionField()
    low = 0.0 if option.low is None else option.low
    fine = 0 < low < 10**-DECIMALS
    spin.setDecimals(FINE_DECIMALS if fine else DECIMALS)
    spin.setRange(low, LARGEST if option.high is None else option.high)
    spin.setStepType(QDoubleSpinBox.StepType.AdaptiveDecimalStepType)
    spin.setKeyboardTracking(False)  # "12" must not set 1 first
    spin.setValue(value)
    spin.valueChanged.connect(change)
    _inset(spin.lineEdit())
    return spin


def _whole(option: Option, value: int, change: Change) -> QSpinBox:
    spin = QSpinBox()
    spin.setRange(int(option.low or 0), int(option.high or LARGEST))
    spin.setValue(value)
    spin.valueChanged.connect(change)
    _inset(spin.lineEdit())
    return spin


def _inset(line: QLineEdit) -> None:
    line.setTextMargins(6, 0, 0, 0)


def _line(value: Value, change: Change) -> QLineEdit:
    line = QLineEdit(str(value))
    line.editingFinished.connect(lambda: change(line.text().strip()))
    return line
