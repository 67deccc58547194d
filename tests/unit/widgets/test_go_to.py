"""A frame or a time that is typed leads there, or says why it cannot."""

from __future__ import annotations

from fractions import Fraction

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annolab.errors import UserError
from annolab.media.video import FrameTable
from annolab.widgets.frame_place import frame_of, spoken_time
from annolab.widgets.go_to import GoTo

COUNT = 3000  # 25 a second: two minutes
TABLE = FrameTable(
    pts=np.arange(COUNT, dtype=np.int64),
    key=np.ones(COUNT, np.bool_),
    pos=None,
    time_base=Fraction(1, 25),
    complete=True,
)


@pytest.mark.parametrize(
    ("text", "frame"),
    [
        ("0", 0),
        (" 1234 ", 1234),
        ("1,234", 1234),
        ("+30", 130),
        ("-30", 70),
        ("+ 1,000", 1100),
        ("1:02.5", 1562),
        ("0:00:10", 250),
        ("62.5", 1562),
        ("62s", 1550),
        ("+1:00", 1600),
        ("-2.0", 50),
        ("2:00", 2999),
        ("2999", 2999),
    ],
)
def test_what_is_typed_means_a_frame(text: str, frame: int) -> None:
    assert frame_of(text, 100, TABLE) == frame


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("3000", "The film has the frames 0 to 2,999: 3,000 is beyond its end."),
        ("-101", "The film has the frames 0 to 2,999: -1 is before its start."),
        ("2:00.1", "The film is 02:00.000 long: that is beyond its end."),
        ("-5.0", "The film is 02:00.000 long: that is before its start."),
        ("", "Type a frame like 1234"),
        ("1,23", "Type a frame like 1234"),
        ("nan", "Type a frame like 1234"),
        ("1e3", "Type a frame like 1234"),
        ("٣", "Type a frame like 1234"),
        ("9" * 99, "Type a frame like 1234"),
    ],
)
def test_what_leads_nowhere_says_so(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as raised:
        frame_of(text, 100, TABLE)
    assert str(raised.value).startswith(sentence)


@given(frame=st.integers(0, COUNT - 1), at=st.integers(0, COUNT - 1))
def test_what_is_shown_can_be_typed(frame: int, at: int) -> None:
    assert frame_of(f"{frame:,}", at, TABLE) == frame
    assert frame_of(spoken_time(TABLE.time(frame)), at, TABLE) == frame
    assert frame_of(f"{frame - at:+,}", at, TABLE) == frame


@given(text=st.text(max_size=60))
def test_anything_can_be_typed(text: str) -> None:
    try:
        frame = frame_of(text, 5, TABLE)
    except UserError:
        return
    assert 0 <= frame < COUNT


def test_the_entry_tells_and_goes(qtbot: QtBot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    window.resize(600, 400)
    window.show()
    entry = GoTo(window, 100, TABLE)
    entry.open()
    wanted: list[int] = []
    entry.wanted.connect(wanted.append)
    assert entry.said.text().startswith("Frame 100 at 00:04.000, of 3,000")
    QTest.keyClicks(entry.entry, "4000")
    assert entry.problem.text().endswith("4,000 is beyond its end.")
    assert not entry.said.isVisible()
    QTest.keyClick(entry.entry, Qt.Key.Key_Return)
    assert wanted == []
    assert entry.isVisible()
    QTest.keyClicks(entry.entry, "1:00")  # in place of what was wrong
    assert entry.said.text().startswith("Frame 1,500 at 01:00.000")
    with qtbot.waitSignal(entry.closed):
        QTest.keyClick(entry.entry, Qt.Key.Key_Return)
    assert wanted == [1500]
