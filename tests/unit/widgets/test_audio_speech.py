"""Ctrl+D aligns an interval, Ctrl+Alt+L goes to words that are in no list."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from PySide6.QtWidgets import QFileDialog
from pytestqt.qtbot import QtBot

from annolab import edits, plugins
from annolab.assist.alignment import Alignment, Spoken
from annolab.errors import Cancelled
from annolab.tasks import spelling
from annolab.widgets import audio_speech
from tests.sound_bench import EVENTS, RATE, WORDS, SoundBench, bench_on, make_project

heard: list[tuple[int, int, str, str]] = []


class Aligner:
    """Hears two words, each half as long as the sound."""

    def align(
        self,
        samples: Sequence[float],
        rate: int,
        text: str,
        language: str,
        cancelled: Callable[[], bool],
    ) -> Alignment:
        heard.append((len(samples), rate, text, language))
        seconds = len(samples) / rate
        while text == "two" and heard[0][2] == "wait":
            if cancelled():
                raise Cancelled
            time.sleep(0.001)
        half = Spoken(0, seconds / 2, "tw"), Spoken(seconds / 2, seconds, "o")
        return Alignment(half, half)


@pytest.fixture
def bench(tmp_path: Path, qtbot: QtBot) -> Iterator[SoundBench]:
    yield from bench_on(make_project(tmp_path), qtbot)


@pytest.fixture
def aligner(monkeypatch: pytest.MonkeyPatch) -> list[tuple[int, int, str, str]]:
    heard.clear()
    monkeypatch.setattr(plugins, "load", lambda _: Aligner)
    return heard


@pytest.fixture
def words(tmp_path: Path, bench: SoundBench, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A word list in the settings that has one of the words only."""
    path = tmp_path / "list.txt"
    path.write_text("one\n", encoding="utf-8")
    bench.session.settings.values["sound.word_list"] = str(path)
    own = tmp_path / "data" / "words.txt"
    monkeypatch.setattr(audio_speech, "own_words", lambda: own)
    return own


def pick(bench: SoundBench, number: int) -> None:
    bench.area.set_tier(WORDS)
    bench.area.pick(bench.line(WORDS)[number])


def tier_names(bench: SoundBench) -> list[str]:
    return [tier.name for tier, _ in bench.area.rows.tiers()]


def selected_text(bench: SoundBench) -> str | None:
    (mark,) = bench.session.selected()
    return mark.text


def test_the_text_of_an_interval_is_aligned(
    bench: SoundBench, aligner: list[tuple[int, int, str, str]]
) -> None:
    pick(bench, 1)
    before = bench.steps()
    start, stop, text = bench.spans(WORDS)[1]
    bench.act("align")
    bench.settle()
    count = round((stop - start) * RATE)
    assert aligner == [(count, RATE, text, "English (Great Britain)")]
    assert tier_names(bench)[:3] == ["words", "words/word", "words/phon"]
    assert bench.said[-1] == "Aligned 2 words."
    assert bench.steps() == before + 1


def test_sounds_are_left_out_if_they_are_not_wanted(
    bench: SoundBench, aligner: list[tuple[int, int, str, str]]
) -> None:
    bench.session.settings.values["sound.align_phonemes"] = False
    pick(bench, 1)
    bench.act("align")
    bench.settle()
    assert aligner
    assert "words/phon" not in tier_names(bench)


def test_without_text_or_interval_it_is_told(bench: SoundBench) -> None:
    bench.area.set_tier(EVENTS)
    bench.act("align")
    assert "Select an interval" in bench.said[-1]
    mark = bench.line(WORDS)[0]
    bench.project.apply(edits.set_text(mark, ""))
    pick(bench, 0)
    bench.act("align")
    assert "Type into the interval" in bench.said[-1]


def test_without_the_library_it_is_told(
    bench: SoundBench, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    pick(bench, 1)
    bench.act("align")
    bench.settle()
    assert "pip install praat-parselmouth" in bench.said[-1]


def test_esc_ends_it_and_changes_meanwhile_are_told(
    bench: SoundBench, aligner: list[tuple[int, int, str, str]]
) -> None:
    aligner.append((0, 0, "wait", ""))
    pick(bench, 1)
    before = bench.steps()
    bench.act("align", "stop")
    bench.settle()
    assert bench.steps() == before
    aligner.clear()
    pick(bench, 1)
    mark = bench.line(WORDS)[1]
    bench.act("align")
    bench.project.apply(edits.set_text(mark, "other"))
    bench.settle()
    assert "changed meanwhile" in bench.said[-1]


def test_the_next_doubtful_word_is_selected_and_can_be_added(
    bench: SoundBench, words: Path
) -> None:
    bench.area.set_tier(WORDS)
    bench.session.select(())
    bench.act("spell")
    bench.settle()
    first = selected_text(bench)
    assert first not in ("one", None)
    assert first in bench.said[-1]
    bench.act("add_word")
    bench.settle()
    assert spelling.read_words(words) == {first}
    bench.act("add_word")
    assert "Check the spelling first" in bench.said[-1]
    for _ in bench.line(WORDS):
        bench.act("spell")
        bench.settle()
        bench.act("add_word")
        bench.settle()
    bench.act("spell")
    bench.settle()
    assert "All words of tier words" in bench.said[-1]


def test_a_list_is_asked_for_when_there_is_none(
    bench: SoundBench, words: Path, tmp_path: Path
) -> None:
    settings = bench.session.settings
    settings.path = tmp_path / "settings.toml"
    settings.values["sound.word_list"] = ""
    (tmp_path / "other.txt").write_text("two")
    bench.act("spell")
    (dialog,) = bench.canvas.findChildren(QFileDialog, "wordList")
    dialog.fileSelected.emit(str(tmp_path / "other.txt"))
    dialog.close()
    bench.settle()
    assert settings.text("sound.word_list") == str(tmp_path / "other.txt")
    assert selected_text(bench) not in ("two", None)
    settings.values["sound.word_list"] = str(tmp_path / "none.txt")
    bench.act("spell")
    bench.settle()
    assert "no file" in bench.said[-1]
    assert not words.exists()
