"""Praat's curves of sounds that are known, and one sentence without Praat."""

from __future__ import annotations

import importlib.util
import sys
from typing import cast

import numpy as np
import pytest
from numpy.typing import NDArray

from annolab import plugins
from annolab.assist.overlay import Overlay
from annolab.errors import PluginError

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
