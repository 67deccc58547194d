"""Each kind of option has a field that shows it whole and hands over what fits."""

from __future__ import annotations

import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QCheckBox, QLineEdit, QSpinBox
from pytestqt.qtbot import QtBot

from annolab.settings import Option, Value
from annolab.widgets.setting_field import FractionField, setting_field


@pytest.mark.parametrize(
    ("low", "value", "text"),
    [
        (0.000_001, 0.05, "0.05"),
        (0.000_001, 0.000_5, "0.0005"),
        (0.1, 5.0, "5"),
        (-24.0, -3.5, "-3.5"),
        (10.0, 5000.0, "5000"),
    ],
)
def test_fractions_are_shown_whole_and_short(
    qtbot: QtBot, low: float, value: float, text: str
) -> None:
    option = Option("sound.x", 5.0, "X", "What it is.", low=low, high=1e6)
    field = setting_field(option, value, lambda _: None)
    qtbot.addWidget(field)
    assert isinstance(field, FractionField)
    assert field.text() == text
    assert field.value() == value
    assert field.minimum() == low


def test_a_number_is_handed_over_when_it_is_whole(qtbot: QtBot) -> None:
    got: list[Value] = []
    option = Option("sound.x", 5.0, "X", "What it is.", low=0.1, high=1000)
    field = setting_field(option, 5.0, got.append)
    qtbot.addWidget(field)
    assert isinstance(field, FractionField)
    field.selectAll()
    QTest.keyClicks(field, "12.5")
    assert got == []
    field.clearFocus()
    field.interpretText()
    assert got == [12.5]


def test_other_kinds_have_their_fields(qtbot: QtBot) -> None:
    got: list[Value] = []
    check = setting_field(Option("a.b", False, "B", ""), True, got.append)
    whole = setting_field(Option("a.c", 7, "C", "", low=1, high=9), 7, got.append)
    line = setting_field(Option("a.d", "x", "D", "Says."), "x", got.append)
    for field in (check, whole, line):
        qtbot.addWidget(field)
    assert isinstance(check, QCheckBox)
    assert isinstance(whole, QSpinBox)
    assert isinstance(line, QLineEdit)
    assert check.isChecked()
    check.click()
    whole.setValue(12)
    line.setText(" y ")
    line.editingFinished.emit()
    assert got == [False, 9, "y"]
    assert (line.accessibleName(), line.accessibleDescription()) == ("D", "Says.")
