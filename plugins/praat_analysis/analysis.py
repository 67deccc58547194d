"""Ask Praat, as the library praat-parselmouth, for pitch, intensity and formants.

The library is GPL: it is neither bundled nor required. Whoever installs it uses
it here; without it one sentence tells how to.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any, TypeVar

import numpy as np
from numpy.typing import NDArray

from annolab.assist.alignment import Alignment
from annolab.assist.overlay import Track
from annolab.assist.readings import Question
from annolab.errors import PluginError
from annolab.program import is_packaged

from .aligning import align
from .measuring import Answers

T = TypeVar("T")
LONGEST = 60.0  # seconds: more is not told apart on a screen, and takes long
_MISSING = (
    "Pitch, formants and alignment need praat-parselmouth, which is not installed: "
    "type `pip install praat-parselmouth` in the environment of AnnoLab and start "
    "it again."
)
_NOT_PACKAGED = (
    "Pitch, formants and alignment need praat-parselmouth, which the packaged AnnoLab "
    "may not bring along: install AnnoLab by `pip install annolab[praat]`."
)
_FORMANT_WINDOW = 0.025  # seconds, Praat's standard
_MOST_FORMANTS = 10
_INTENSITY_RANGE = (50.0, 100.0)  # dB, Praat's standard view


class PraatAnalysis:
    """The overlay."""

    def tracks(
        self,
        samples: NDArray[np.float32],
        rate: int,
        start: float,
        settings: Mapping[str, str],
    ) -> list[Track]:
        """The curves that are asked for; see `annolab.assist.overlay`."""

        def draw(praat: Any, sound: Any) -> list[Track]:
            del praat
            floor, ceiling = (
                float(settings[k]) for k in ("pitch_floor", "pitch_ceiling")
            )
            found: list[Track] = []
            if settings["pitch"] == "true":
                found.append(_pitch(sound, start, floor, ceiling))
            if settings["intensity"] == "true":
                found.append(_intensity(sound, start, floor))
            if settings["formants"] == "true":
                found += _formants(sound, start, settings)
            return found

        return _analysed(samples, rate, settings, draw)

    def measure(
        self,
        samples: NDArray[np.float32],
        rate: int,
        start: float,
        questions: Sequence[Question],
        settings: Mapping[str, str],
    ) -> list[float]:
        """Answers about pitch and formants; see `annolab.assist.overlay`."""

        def ask(praat: Any, sound: Any) -> list[float]:
            answers = Answers(praat, sound, start, settings)
            return [answers.answer(question) for question in questions]

        return _analysed(samples, rate, settings, ask)

    def align(
        self,
        samples: NDArray[np.float32],
        rate: int,
        text: str,
        language: str,
        cancelled: Callable[[], bool],
    ) -> Alignment:
        """Words and phonemes; see `annolab.assist.alignment`."""
        _library()
        return align(samples, rate, text, language, cancelled)


def _analysed(
    samples: NDArray[np.float32],
    rate: int,
    settings: Mapping[str, str],
    analyse: Callable[[Any, Any], T],
) -> T:
    """What Praat finds; PluginError for what it does not take."""
    if len(samples) > LONGEST * rate:
        message = f"Zoom in or select less: at most {LONGEST:.0f} seconds are analysed."
        raise PluginError(message)
    praat = _library()
    floor, ceiling = (float(settings[k]) for k in ("pitch_floor", "pitch_ceiling"))
    if not 0 < floor < ceiling:
        message = "The lowest pitch must be above 0 Hz and below the highest."
        raise PluginError(message)
    values = np.nan_to_num(samples.astype(np.float64))
    try:
        return analyse(praat, praat.Sound(values, rate))
    except praat.PraatError as error:
        reason = " ".join(str(error).split())
        message = f"Praat cannot analyse what is shown; zoom out a little: {reason}"
        raise PluginError(message) from error


def _library() -> Any:
    try:
        import parselmouth
    except ImportError as error:
        raise PluginError(_NOT_PACKAGED if is_packaged() else _MISSING) from error
    return parselmouth


def _pitch(sound: Any, start: float, floor: float, ceiling: float) -> Track:
    pitch = sound.to_pitch(pitch_floor=floor, pitch_ceiling=ceiling)
    values = np.array(pitch.selected_array["frequency"], float)
    values[values == 0] = np.nan  # Praat's word for unvoiced
    return Track("Pitch", "Hz", pitch.xs() + start, values, floor, ceiling)


def _intensity(sound: Any, start: float, floor: float) -> Track:
    intensity = sound.to_intensity(minimum_pitch=floor)
    values = np.array(intensity.values[0], float)
    times = intensity.xs() + start
    return Track("Intensity", "dB", times, values, *_INTENSITY_RANGE)


def _formants(sound: Any, start: float, settings: Mapping[str, str]) -> list[Track]:
    count, ceiling = int(settings["formant_count"]), float(settings["formant_ceiling"])
    if not 1 <= count <= _MOST_FORMANTS or ceiling <= 0:
        message = f"Choose 1 to {_MOST_FORMANTS} formants below more than 0 Hz."
        raise PluginError(message)
    found = sound.to_formant_burg(
        max_number_of_formants=count,
        maximum_formant=ceiling,
        window_length=_FORMANT_WINDOW,
    )
    times = found.xs()
    return [
        Track(
            f"F{number}",
            "Hz",
            times + start,
            np.array([found.get_value_at_time(number, t) for t in times], float),
            0.0,
            ceiling,
        )
        for number in range(1, count + 1)
    ]
