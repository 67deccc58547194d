"""The sheet of keys: everything that has a key here, nothing of elsewhere."""

from __future__ import annotations

import pytest
from PySide6.QtWidgets import QLabel, QWidget
from pytestqt.qtbot import QtBot

from annolab.actions import ACTIONS, Context, bindings, default_table
from annolab.widgets.commands import title_of
from annolab.widgets.key_sheet import KeySheet


@pytest.mark.parametrize("context", [c for c in Context if c is not Context.LIST])
def test_every_action_with_a_key_here_is_listed(qtbot: QtBot, context: Context) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    held = bindings(default_table()).within([context])
    sheet = KeySheet(window, bindings(default_table()), [context])
    listed = {shown.text() for shown in sheet.findChildren(QLabel)}
    here = [a for a in ACTIONS if a.context in {context, Context.GLOBAL}]
    for action in here:
        if held.of(action.id):
            assert title_of(action).rstrip("…") in listed, action.id
