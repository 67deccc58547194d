"""Function keys tell values of the sound, keep them, and write logs of them."""

from __future__ import annotations

import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from annolab import plugins
from annolab.assist.readings import Part, Question
from annolab.widgets.audio_queries import info
from tests.sound_bench import (
    RATE,
    WORDS,
    SoundBench,
    bench_on,
    drag,
    make_project,
)

Key = Qt.Key
asked: list[tuple[float, int, Question]] = []


class Analyst:
    """Says 100 for values, 0.5 and 3.5 for times."""

    def measure(
        self,
        samples: Sequence[float],
        rate: int,
        start: float,
        questions: Sequence[Question],
        settings: Mapping[str, str],
    ) -> list[float]:
        assert settings["pitch_floor"] == "75.0"
        asked.extend((start, len(samples), question) for question in questions)
        times = {Part.TIME_OF_MINIMUM: 0.5, Part.TIME_OF_MAXIMUM: 3.5}
        return [times.get(q.part, 100.0 + q.number) for q in questions]


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


@pytest.fixture
def praat(monkeypatch: pytest.MonkeyPatch) -> list[tuple[float, int, Question]]:
    """A Praat that knows every answer."""
    asked.clear()
    monkeypatch.setattr(plugins, "load", lambda _: Analyst)
    return asked


def last(bench: SoundBench) -> str:
    bench.settle()
    return bench.said[-1] if bench.said else ""


def page(bench: SoundBench, number: int = 0) -> str:
    bench.settle()
    return info(bench.canvas).texts[number].toPlainText()


def test_the_cursor_tells_its_time_and_the_value_can_be_copied(
    bench: SoundBench,
) -> None:
    bench.act("copy_value")
    assert "no value yet" in last(bench)
    bench.view.select(1.25)
    bench.act("cursor_time")
    assert last(bench) == "1.25 seconds (cursor)"
    bench.view.select(1, 2)
    bench.act("cursor_time")
    assert last(bench) == "1.5 seconds (middle of SELECTION)"
    bench.act("copy_value")
    assert QApplication.clipboard().text() == "1.5"
    assert page(bench).splitlines() == [
        "1.25 seconds (cursor)",
        "1.5 seconds (middle of SELECTION)",
    ]


def test_intensity_needs_no_plug_in(
    bench: SoundBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    bench.view.select(1, 2)
    bench.act("intensity_value", "intensity_minimum", "intensity_maximum")
    bench.settle()
    lines = sorted(page(bench).splitlines(), key=lambda line: float(line.split()[0]))
    assert [line.partition(" (")[2] for line in lines] == [
        "minimum intensity in SELECTION)",
        "mean-energy intensity in SELECTION)",
        "maximum intensity in SELECTION)",
    ]
    # Noise of 0.1: -20 dB below full scale, which is 94 dB above 20 uPa.
    assert 73 < float(lines[1].split()[0]) < 75


def test_the_power_is_asked_for_where_the_spectrogram_was_clicked(
    bench: SoundBench,
) -> None:
    bench.act("power")
    assert "Click into the spectrogram" in last(bench)
    drag(bench.sound, bench.in_picture(1.0, 2000))
    bench.act("power")
    found = last(bench)
    assert "Pa²/Hz" in found
    hertz = float(found.split("frequency = ")[1].split()[0])
    assert hertz == pytest.approx(2000, abs=40)


def test_without_the_library_a_sentence_says_how_to_get_it(
    bench: SoundBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    for name in ("pitch_value", "formant_1", "to_maximum_pitch"):
        bench.said.clear()
        bench.act(name)
        assert "pip install praat-parselmouth" in last(bench)
    assert page(bench) == ""


def test_praat_is_asked_about_the_cursor_with_its_surroundings(
    bench: SoundBench, praat: list[tuple[float, int, Question]]
) -> None:
    bench.view.select(2.0)
    bench.act("pitch_value")
    assert last(bench) == "100 Hz (pitch at CURSOR)"
    start, count, question = praat[0]
    assert (start, count) == (1.0, 2 * RATE)
    assert (question.low, question.high) == (2.0, 2.0)
    bench.act("formant_3")
    assert last(bench) == "103 Hz (F3 at CURSOR)"


def test_extremes_are_those_of_the_selection_or_the_window(
    bench: SoundBench, praat: list[tuple[float, int, Question]]
) -> None:
    bench.view.select(2.0)
    bench.act("pitch_minimum")
    bench.settle()
    bench.view.select(1.0, 2.0)
    bench.act("pitch_maximum")
    bench.settle()
    spans = [(q.low, q.high, q.part) for _, _, q in praat]
    assert spans == [(0.0, 4.0, Part.MINIMUM), (1.0, 2.0, Part.MAXIMUM)]


def test_the_cursor_goes_to_the_extremes_of_pitch(
    bench: SoundBench, praat: list[tuple[float, int, Question]]
) -> None:
    assert not praat
    bench.view.select(1.0, 2.0)
    bench.act("to_maximum_pitch")
    bench.settle()
    assert bench.selected == (3.5, 3.5)
    bench.act("to_minimum_pitch")
    bench.settle()
    assert bench.selected == (0.5, 0.5)


def test_a_log_has_a_heading_and_lines(
    bench: SoundBench, praat: list[tuple[float, int, Question]], tmp_path: Path
) -> None:
    settings = bench.session.settings
    settings.values["sound.log_columns"] = "item tier label time:3 pitch:1 f2:0 power"
    settings.values["sound.log_file"] = str(tmp_path / "log.csv")
    bench.area.set_tier(WORDS)
    mark = bench.line(WORDS)[1]
    middle = (bench.spans(WORDS)[1][0] + bench.spans(WORDS)[1][1]) / 2
    bench.view.select(middle)
    bench.act("log_1", "log_1")
    line = ["0.wav", WORDS.name, mark.text or "", f"{middle:.3f}", "100.0", "102", ""]
    heading = ["item", "tier", "label", "time", "pitch", "f2", "power"]
    wanted = [heading, line, line]
    assert page(bench, 1).splitlines() == ["\t".join(r) for r in wanted]
    written = (tmp_path / "log.csv").read_text().splitlines()
    assert written == [",".join(r) for r in wanted]
    assert praat


def test_a_log_without_praat_has_the_rest(
    bench: SoundBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    settings = bench.session.settings
    settings.values["sound.log_columns_2"] = "low:1 pitch intensity:0"
    bench.view.select(1.0, 2.0)
    bench.act("log_2")
    assert page(bench, 2).splitlines() == ["low\tpitch\tintensity", "1.0\t\t74"]
    assert "pip install" in last(bench)


def test_columns_that_are_not_known_are_told(bench: SoundBench) -> None:
    bench.session.settings.values["sound.log_columns"] = "colour"
    bench.act("log_1")
    assert "no column 'colour'" in last(bench)


def test_the_window_copies_saves_and_clears(bench: SoundBench, tmp_path: Path) -> None:
    bench.session.settings.values["sound.log_columns"] = "time:1"
    bench.view.select(1.0)
    bench.act("log_1", "cursor_time", "info")
    bench.settle()
    window = info(bench.canvas)
    assert window.isVisible()
    window.show_page(1)
    window.copy()
    assert QApplication.clipboard().text() == "time\n1.0"
    window.save(tmp_path / "all.csv")
    assert (tmp_path / "all.csv").read_text() == "time\n1.0\n"
    window.save(tmp_path / "none" / "all.csv")
    assert "could not be written" in window.problem.text()
    window.clear()
    assert page(bench, 1) == ""
    bench.act("log_1")
    assert page(bench, 1) == "time\n1.0"
    window.close()


def test_the_keys_are_those_of_praat() -> None:
    from annolab.actions import BY_ID, bindings, default_table

    held = bindings(default_table())
    keys = {
        "F1": "formant_1", "F4": "formant_4", "F5": "pitch_value",
        "Alt+F5": "pitch_minimum", "Shift+F5": "pitch_maximum", "F6": "cursor_time",
        "F7": "power", "F8": "intensity_value", "Alt+F8": "intensity_minimum",
        "Shift+F8": "intensity_maximum", "F12": "log_1", "Shift+F12": "log_2",
        "Ctrl+Shift+H": "to_maximum_pitch", "Ctrl+Shift+L": "to_minimum_pitch",
    }  # fmt: skip
    for key, name in keys.items():
        action = BY_ID[f"audio.{name}"]
        assert held.owner(key, [action.context]) == action
