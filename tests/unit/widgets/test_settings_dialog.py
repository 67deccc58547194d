"""Settings: options and keys take effect at once."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget
from pytestqt.qtbot import QtBot

from annolab.actions import bindings, conflicts, default_table
from annolab.settings import OPTIONS, Settings, load_settings
from annolab.widgets.settings_dialog import SettingsDialog
from annolab.widgets.theme import LIGHT, theme_of
from annolab.widgets.window import Window


@pytest.fixture
def dialog(settings: Settings, parent: QWidget) -> SettingsDialog:
    """The dialog on settings of its own."""
    made = SettingsDialog(parent, settings)
    made.show()
    return made


def test_every_option_has_a_field(dialog: SettingsDialog) -> None:
    assert dialog.fields.keys() == {option.name for option in OPTIONS}
    assert all(field.accessibleName() for field in dialog.fields.values())


def test_changes_are_written_at_once(
    dialog: SettingsDialog, settings: Settings, qtbot: QtBot
) -> None:
    name, fill = dialog.fields["work.annotator"], dialog.fields["work.fill"]
    chips = dialog.fields["work.show_labels"]
    assert isinstance(name, QLineEdit)
    assert isinstance(fill, QSpinBox)
    assert isinstance(chips, QCheckBox)
    with qtbot.waitSignals([dialog.option_changed] * 3):
        name.setText("Ada")
        name.editingFinished.emit()
        fill.setValue(30)
        chips.click()
    found = load_settings(settings.path)
    assert found.values == {
        "work.annotator": "Ada",
        "work.fill": 30,
        "work.show_labels": False,
    }


def test_the_theme_changes_the_window(window: Window) -> None:
    window.commands.run("app.settings")
    dialog = window.findChild(SettingsDialog)
    assert dialog is not None
    box = dialog.fields["look.theme"]
    assert isinstance(box, QComboBox)
    box.setCurrentIndex(box.findData("light"))
    box.activated.emit(box.currentIndex())
    assert theme_of() is LIGHT
    dialog.close()


def test_a_key_is_given_and_taken_from_who_had_it(
    dialog: SettingsDialog, settings: Settings
) -> None:
    keys = dialog.keys
    keys.pick("image.polygon")
    keys.edit.setKeySequence(QKeySequence("B"))
    keys.set_button.click()
    held = bindings(default_table(), load_settings(settings.path).keys)
    assert held.of("image.polygon") == ("B",)
    assert held.of("image.box") == ()
    assert conflicts(held) == []
    assert "Box" in dialog.problem.text()


def test_a_key_can_be_taken_and_given_back(
    dialog: SettingsDialog, settings: Settings
) -> None:
    keys = dialog.keys
    keys.pick("item.done")
    keys.none_button.click()
    assert settings.keys == {"item.done": ()}
    keys.default_button.click()
    assert settings.keys == {}


def test_new_keys_work_in_the_window(window: Window, settings: Settings) -> None:
    settings.set_keys("item.next", ("Ctrl+J",))
    window.rebind()
    action = window.commands.actions["item.next"]
    assert [s.toString() for s in action.shortcuts()] == ["Ctrl+J"]
    assert "Ctrl J" in action.toolTip()


def test_the_filter_finds_titles_and_keys(dialog: SettingsDialog) -> None:
    dialog.keys.filter.setText("guidelines")
    assert len(dialog.keys.model.ids) == 1
    dialog.keys.filter.setText("ctrl+shift+p")
    assert len(dialog.keys.model.ids) == 1
