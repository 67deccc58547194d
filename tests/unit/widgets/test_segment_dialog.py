"""The dialog shows what would be cut, and hands it over."""

from __future__ import annotations

import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from annolab.media.sound import Sound, SoundCache, open_sound
from annolab.model.geometry import Instant
from annolab.widgets.segment_dialog import SegmentDialog
from tests.sound_bench import SoundBench, bench_on, make_project


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


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


def opened(bench: SoundBench, *, onsets: bool = False) -> SegmentDialog:
    bench.act("onsets" if onsets else "segment")
    bench.settle()
    (dialog,) = bench.canvas.findChildren(SegmentDialog)
    return dialog


def test_all_sounds_that_are_listed_are_cut_in_one_step(bench: SoundBench) -> None:
    dialog = opened(bench)
    assert dialog.place.itemText(1) == "All 3 sounds listed"
    dialog.place.setCurrentIndex(1)
    before = bench.steps()
    dialog.go()
    bench.settle()
    assert dialog.summary.text() == "3 intervals in 3 sounds."
    assert bench.steps() == before + 1
    for number in range(3):
        marks = bench.stored(number)
        assert [m.text for m in marks if m.text == "sounding"] == ["sounding"]
    dialog.close()
    assert bench.session.undo()
    bench.settle()
    assert not bench.stored(1)


def test_only_what_is_listed_is_cut_and_what_was_cut_is_told(
    bench: SoundBench,
) -> None:
    bench.session.set_order(np.array([100, 102]))
    dialog = opened(bench)
    assert dialog.place.itemText(1) == "All 2 sounds listed"
    dialog.place.setCurrentIndex(1)
    dialog.go()
    bench.settle()
    assert not bench.stored(1)
    dialog.close()
    again = opened_again(bench, dialog)
    again.place.setCurrentIndex(1)
    again.go()
    bench.settle()
    assert again.summary.text() == "0 intervals in 0 sounds."
    (reason,) = again.view.findItems(
        "A sound that has a tier", Qt.MatchFlag.MatchContains
    )
    assert reason.text(1) == "2"
    again.close()


def opened_again(bench: SoundBench, before: SegmentDialog) -> SegmentDialog:
    bench.act("segment")
    bench.settle()
    found = [d for d in bench.canvas.findChildren(SegmentDialog) if d is not before]
    return found[-1]


def test_all_sounds_can_be_cancelled(bench: SoundBench) -> None:
    dialog = opened(bench, onsets=True)
    dialog.place.setCurrentIndex(1)
    before = bench.steps()
    dialog.go()
    dialog.reject()
    bench.settle()
    assert bench.steps() in (before, before + 1)
    assert bench.steps() == before or bench.project.undo() is not None
    assert not bench.stored(1)
    dialog.close()
