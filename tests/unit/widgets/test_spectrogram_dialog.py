"""The options of the spectrogram are changed where it is seen, and kept."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QComboBox, QDoubleSpinBox, QWidget
from pytestqt.qtbot import QtBot

from annolab.settings import BY_NAME, Settings, load_settings
from annolab.widgets.session import Session
from annolab.widgets.spectrogram_dialog import SpectrogramDialog


@pytest.fixture
def told() -> list[str]:
    """The options that were told of."""
    return []


@pytest.fixture
def dialog(
    qtbot: QtBot, parent: QWidget, settings: Settings, told: list[str]
) -> SpectrogramDialog:
    """The dialog over a session without a project."""
    session = Session(parent, settings)
    session.option_changed.connect(told.append)
    made = SpectrogramDialog(parent, session)
    made.show()
    return made


def number(dialog: SpectrogramDialog, name: str) -> QDoubleSpinBox:
    """The field of an option that has a fraction."""
    field = dialog.fields[name]
    assert isinstance(field, QDoubleSpinBox)
    return field


def test_a_change_is_told_and_kept(
    dialog: SpectrogramDialog, settings: Settings, told: list[str]
) -> None:
    number(dialog, "sound.window_length").setValue(30)
    colors = dialog.fields["sound.colors"]
    assert isinstance(colors, QComboBox)
    colors.setCurrentIndex(colors.findData("magma"))
    colors.activated.emit(colors.currentIndex())
    assert told == ["sound.window_length", "sound.colors"]
    kept = load_settings(settings.path)
    assert kept.number("sound.window_length") == 30
    assert kept.text("sound.colors") == "magma"


def test_a_range_that_is_none_is_refused(
    dialog: SpectrogramDialog, settings: Settings, told: list[str]
) -> None:
    number(dialog, "sound.low").setValue(6000)
    assert "above" in dialog.problem.text()
    assert not dialog.problem.isHidden()
    assert settings.number("sound.low") == 0
    assert told == []
    number(dialog, "sound.low").setValue(200)
    assert dialog.problem.isHidden()
    assert settings.number("sound.low") == 200


def test_the_standard_settings_come_back(
    dialog: SpectrogramDialog, settings: Settings
) -> None:
    number(dialog, "sound.high").setValue(20_000)
    number(dialog, "sound.low").setValue(8000)
    number(dialog, "sound.preemphasis").setValue(-3)
    dialog.reset_button.click()
    assert settings.values == {}
    for name in ("sound.low", "sound.high", "sound.preemphasis"):
        assert number(dialog, name).value() == BY_NAME[name].default
