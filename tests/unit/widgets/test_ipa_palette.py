"""The phonetic symbols: the chart, finding, choosing."""

from __future__ import annotations

import unicodedata

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from annolab.widgets.ipa_palette import IpaPalette, symbols


@pytest.fixture
def palette(qtbot: QtBot) -> IpaPalette:
    made = IpaPalette()
    qtbot.addWidget(made)
    with qtbot.waitActive(made):
        made.show()
        made.activateWindow()
    return made


def test_the_chart_names_every_symbol_once() -> None:
    chart = symbols()
    texts = [symbol.text for symbol in chart]
    assert len(texts) == len(set(texts)) > 130
    assert all(len(s.text) == 1 and s.letters and s.name for s in chart)
    assert all(unicodedata.normalize("NFC", text) == text for text in texts)
    assert {"ə", "ŋ", "ʃ", "\u02d0", "\u02c8", "\u0303", "\u0361"} <= set(texts)


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("n", {"ŋ", "ɲ", "ɳ", "ɴ", "ⁿ", "\u032a"}),
        ("velar nasal", {"ŋ"}),
        ("schwa", {"ə", "ɚ"}),
        ("ʃ", {"ʃ"}),
        ("nothing like it", set()),
    ],
)
def test_typing_finds(palette: IpaPalette, typed: str, found: set[str]) -> None:
    palette.field.insert(typed)  # QTest types Latin-1 only
    shown = [
        symbol.text
        for symbol, button in zip(symbols(), palette.buttons, strict=True)
        if not button.isHidden()
    ]
    assert set(shown) == found


def test_enter_takes_the_first_and_a_click_any(
    palette: IpaPalette, qtbot: QtBot
) -> None:
    chosen: list[str] = []
    palette.chosen.connect(chosen.append)
    QTest.keyClicks(palette.field, "velar nasal")
    QTest.keyClick(palette.field, Qt.Key.Key_Return)
    assert chosen == ["ŋ"]
    assert palette.field.text() == ""
    QTest.keyClick(palette.field, Qt.Key.Key_Return)  # nothing was typed
    QTest.mouseClick(palette.buttons[3], Qt.MouseButton.LeftButton)
    assert chosen == ["ŋ", symbols()[3].text]
    with qtbot.waitSignal(palette.closed, timeout=1000):
        QTest.keyClick(palette.field, Qt.Key.Key_Escape)
