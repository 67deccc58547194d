"""The dialog shows what would be cut, and hands it over."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.model.geometry import Instant
from annolab.widgets.segment_dialog import SegmentDialog


@pytest.fixture
def sound(tmp_path: Path) -> Iterator[Sound]:
    """Loud from 0.5 to 1.0 s."""
    loud = np.random.default_rng(3).integers(-9000, 9000, 16000).astype("<i2")
    loud[:4000] = loud[8000:] = 0
    path = tmp_path / "a.wav"
    with wave.open(str(path), "wb") as file:
        file.setparams((1, 2, 8000, 0, "NONE", ""))
        file.writeframes(loud.tobytes())
    made = open_sound(path, SoundCache(tmp_path / "cache"))
    yield made
    made.close()


def test_it_previews_and_hands_over(
    qtbot: QtBot, parent: QWidget, sound: Sound
) -> None:
    dialog = SegmentDialog(parent, sound)
    with qtbot.waitSignal(dialog.previewed) as shown:
        pass
    assert [text for _, text in shown.args[0]] == ["silent", "sounding", "silent"]
    with qtbot.waitSignal(dialog.previewed) as shown:
        dialog.sounding.setValue(1.0)
    assert [text for _, text in shown.args[0]] == ["silent"]
    dialog.silent_text.setText("x")
    dialog.sounding.setValue(0.2)
    handed: list[tuple[object, list[object]]] = []
    dialog.accepted_marks.connect(lambda *what: handed.append(what))
    with qtbot.waitSignal(dialog.finished):
        dialog.go()
    ((wanted, marks),) = handed
    assert wanted.tier == "silences"  # type: ignore[attr-defined]
    assert [mark[1] for mark in marks] == ["x", "sounding", "x"]  # type: ignore[index]


def test_onsets_are_points(qtbot: QtBot, parent: QWidget, sound: Sound) -> None:
    dialog = SegmentDialog(parent, sound, onsets=True)
    with qtbot.waitSignal(dialog.previewed) as shown:
        pass
    ((mark, text),) = shown.args[0]
    assert isinstance(mark, Instant)
    assert text is None
    with qtbot.waitSignal(dialog.previewed) as shown:
        dialog.reject()
    assert shown.args == [[]]


def test_a_tier_needs_a_name(qtbot: QtBot, parent: QWidget, sound: Sound) -> None:
    dialog = SegmentDialog(parent, sound)
    with qtbot.waitSignal(dialog.previewed):
        pass
    dialog.tier.clear()
    dialog.go()
    assert "no name" in dialog.problem.text()
    dialog.reject()
