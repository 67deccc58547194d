"""Praat's curves of sounds that are known, and one sentence without Praat."""

from __future__ import annotations

import importlib.util
import math
import shlex
import sys
from dataclasses import replace
from pathlib import Path
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from annolab import plugins
from annolab.assist.alignment import Aligner, Alignment
from annolab.assist.overlay import Analyst, Overlay
from annolab.assist.readings import Part, Quantity, Question, intensity_of
from annolab.assist.sound import Source
from annolab.errors import Cancelled, PluginError
from annolab.jobs import Progress
from annolab.program import own_command

RATE = 16000
HERE = next(c for c in plugins.contributions("overlay") if c.id == "praat_analysis")
SETTINGS = {option.key: option.default for option in HERE.options}
needs_praat = pytest.mark.skipif(
    importlib.util.find_spec("parselmouth") is None,
    reason="praat-parselmouth is GPL and an extra: pip install praat-parselmouth",
)


@pytest.fixture
def overlay() -> Overlay:
    made = plugins.load(HERE)
    assert isinstance(made, type)
    return cast("Overlay", made())


def buzz(hertz: float, seconds: float = 1.0) -> NDArray[np.float32]:
    """A voice: all harmonics, weaker upwards."""
    time = np.arange(round(seconds * RATE)) / RATE
    parts = [np.sin(2 * np.pi * hertz * n * time) / n for n in range(1, 20)]
    found: NDArray[np.float32] = (0.2 * np.sum(parts, axis=0)).astype(np.float32)
    return found


def test_without_the_library_it_says_how_to_get_it(
    overlay: Overlay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    with pytest.raises(PluginError, match="pip install praat-parselmouth"):
        overlay.tracks(buzz(120), RATE, 0.0, SETTINGS)


def test_too_much_is_refused(overlay: Overlay) -> None:
    with pytest.raises(PluginError, match="Zoom in"):
        overlay.tracks(np.zeros(61 * RATE, np.float32), RATE, 0.0, SETTINGS)


@needs_praat
def test_the_curves(overlay: Overlay) -> None:
    wanted = SETTINGS | {"intensity": "true", "formants": "true"}
    tracks = overlay.tracks(buzz(120), RATE, 10.0, wanted)
    names = ["Pitch", "Intensity", "F1", "F2", "F3", "F4", "F5"]
    assert [t.name for t in tracks] == names
    for track in tracks:
        assert len(track.times) == len(track.values) > 50
        assert 10.0 < track.times[0] < track.times[-1] < 11.0
    assert np.nanmedian(tracks[0].values) == pytest.approx(120, abs=0.5)
    assert np.nanmedian(tracks[1].values) == pytest.approx(79, abs=4)


@needs_praat
@pytest.mark.parametrize(
    ("count", "key", "value"),
    [(10, "pitch", "true"), (RATE, "pitch_floor", "900"), (RATE, "formant_count", "0")],
)
def test_what_praat_refuses_is_a_sentence(
    overlay: Overlay, count: int, key: str, value: str
) -> None:
    wanted = SETTINGS | {"formants": "true"} | {key: value}
    with pytest.raises(PluginError):
        overlay.tracks(buzz(120)[:count], RATE, 0.0, wanted)


def ask(overlay: Overlay, *questions: Question, hertz: float = 120) -> list[float]:
    """Answers about a voice that begins at 10 seconds."""
    analyst = cast("Analyst", overlay)
    return list(analyst.measure(buzz(hertz), RATE, 10.0, questions, SETTINGS))


def test_questions_need_the_library_too(
    overlay: Overlay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    with pytest.raises(PluginError, match="pip install praat-parselmouth"):
        ask(overlay, Question(Quantity.PITCH, 10.5, 10.5))


@needs_praat
def test_answers_about_pitch(overlay: Overlay) -> None:
    parts = (Part.VALUE, Part.MINIMUM, Part.MAXIMUM)
    stretch = [Question(Quantity.PITCH, 10.3, 10.7, part) for part in parts]
    cursor = Question(Quantity.PITCH, 10.5, 10.5)
    assert ask(overlay, cursor, *stretch) == pytest.approx([120] * 4, abs=0.5)
    outside = Question(Quantity.PITCH, 20.0, 20.0)
    assert math.isnan(*ask(overlay, outside))


@needs_praat
def test_the_time_of_the_highest_pitch_is_of_the_sound(overlay: Overlay) -> None:
    analyst = cast("Analyst", overlay)
    time = np.arange(RATE) / RATE
    rising = np.sin(2 * np.pi * (100 * time + 50 * time**2)).astype(np.float32)
    parts = (Part.TIME_OF_MINIMUM, Part.TIME_OF_MAXIMUM)
    questions = [Question(Quantity.PITCH, 10.2, 10.8, part) for part in parts]
    found = list(analyst.measure(rising, RATE, 10.0, questions, SETTINGS))
    assert found == pytest.approx([10.2, 10.8], abs=0.02)


@needs_praat
def test_answers_about_formants(overlay: Overlay) -> None:
    first = [Question(Quantity.FORMANT, 10.5, 10.5, number=n) for n in (1, 2, 3, 4)]
    found = ask(overlay, *first)
    assert 0 < found[0] < found[1] < found[2] < 5500
    mean = Question(Quantity.FORMANT, 10.3, 10.7, number=1)
    assert 0 < ask(overlay, mean)[0] < 2000
    none = Question(Quantity.FORMANT, 10.5, 10.5, number=9)
    assert math.isnan(*ask(overlay, none))


@needs_praat
@pytest.mark.parametrize("count", [16000, 9000])
def test_our_intensity_is_that_of_praat(count: int) -> None:
    import parselmouth

    generator = np.random.default_rng(3)
    loud = np.linspace(0.05, 0.5, count)
    values = 0.1 + loud * generator.normal(size=count) / 4
    praat = parselmouth.Sound(values, RATE).to_intensity(minimum_pitch=75.0)
    source = Source(lambda a, b: values[a:b, None].astype(np.float32), RATE, count)
    for time in (0.2, 0.31, 0.4):
        asked = Question(Quantity.INTENSITY, time, time)
        own = intensity_of(source, asked, 75.0, Progress())
        assert own == pytest.approx(praat.get_value(time), abs=0.3)
    asked = Question(Quantity.INTENSITY, 0.1, 0.45)
    call = parselmouth.praat.call
    theirs = call(praat, "Get mean", 0.1, 0.45, "energy")
    own = intensity_of(source, asked, 75.0, Progress())
    assert own == pytest.approx(theirs, abs=0.1)


def speech(text: str) -> tuple[NDArray[np.float32], int, list[float]]:
    """What eSpeak says, and where its words begin."""
    import parselmouth

    call = parselmouth.praat.call
    voice = call("Create SpeechSynthesizer", "English (Great Britain)", "Male1")
    grid, sound = call(voice, "To Sound", text, "yes")
    count = call(grid, "Get number of intervals", 3)
    starts = [
        call(grid, "Get start time of interval", 3, n)
        for n in range(1, count + 1)
        if call(grid, "Get label of interval", 3, n)
    ]
    samples: NDArray[np.float32] = sound.values[0].astype(np.float32)
    return samples, round(sound.sampling_frequency), starts


def run_align(overlay: Overlay, samples: NDArray[np.float32], rate: int) -> Alignment:
    aligner = cast("Aligner", overlay)
    text, language = "hello my good friend", "English (Great Britain)"
    return aligner.align(samples, rate, text, language, lambda: False)


@needs_praat
def test_words_are_found_where_they_are(overlay: Overlay) -> None:
    samples, rate, starts = speech("hello my good friend")
    found = run_align(overlay, samples, rate)
    words = [word for word in found.words if word.text]
    assert [word.text for word in words] == ["hello", "my", "good", "friend"]
    for word, start in zip(words, starts, strict=True):
        assert word.start == pytest.approx(start, abs=0.05)
    assert len(found.phonemes) > len(found.words)
    half = np.ascontiguousarray(samples[::2])  # another rate is changed by Praat
    again = [
        word.text for word in run_align(overlay, half, rate // 2).words if word.text
    ]
    assert again == ["hello", "my", "good", "friend"]


@needs_praat
def test_what_cannot_be_aligned_is_a_sentence(overlay: Overlay) -> None:
    aligner = cast("Aligner", overlay)
    noise = buzz(120, 0.5)
    for text, language, match in (
        ("hello", "Klingon", "Praat cannot align"),
        ("", "English (Great Britain)", "characters"),
        ("x" * 3000, "English (Great Britain)", "characters"),
    ):
        with pytest.raises(PluginError, match=match):
            aligner.align(noise, RATE, text, language, lambda: False)
    with pytest.raises(PluginError, match="30 seconds"):
        aligner.align(
            buzz(120, 31), RATE, "x", "English (Great Britain)", lambda: False
        )


@pytest.mark.skipif(sys.platform == "win32", reason="a shell script")
@pytest.mark.parametrize("packaged", [False, True])
def test_praat_is_asked_in_a_process_of_the_program(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, *, packaged: bool
) -> None:
    align = plugins.load(replace(HERE, object="aligning:align"))
    assert callable(align)
    (tmp_path / "parselmouth.py").write_text(STAND_IN)
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    if packaged:
        program = tmp_path / "annolab"
        program.write_text(f'#!/bin/sh\nexec {shlex.join(own_command())} "$@"\n')
        program.chmod(0o755)
        monkeypatch.setattr(sys, "frozen", True, raising=False)
        monkeypatch.setattr(sys, "executable", str(program))
    with pytest.raises(PluginError, match="this interval: 16000 samples at 16000"):
        align(buzz(120), RATE, "hello", "German", lambda: False)


STAND_IN = """
class PraatError(Exception): pass
class praat: call = None
def Sound(samples, rate): raise PraatError(f"{len(samples)} samples at {rate}")
"""


@needs_praat
def test_an_alignment_is_cancelled(overlay: Overlay) -> None:
    aligner = cast("Aligner", overlay)
    with pytest.raises(Cancelled):
        aligner.align(buzz(120, 20), RATE, "hello " * 40, "German", lambda: True)


def test_alignment_needs_the_library_too(
    overlay: Overlay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    with pytest.raises(PluginError, match="pip install praat-parselmouth"):
        run_align(overlay, buzz(120), RATE)


def test_the_packaged_program_says_what_it_needs(
    overlay: Overlay, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "parselmouth", None)
    monkeypatch.setattr(sys, "frozen", True, raising=False)
    with pytest.raises(PluginError, match=r"pip install annolab\[praat\]"):
        run_align(overlay, buzz(120), RATE)
