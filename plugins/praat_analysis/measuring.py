"""Single values of pitch and formants, as Praat's function keys give them."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

from annolab.assist.readings import Part, Quantity, Question

_COMMANDS = {
    Part.MINIMUM: "Get minimum",
    Part.MAXIMUM: "Get maximum",
    Part.TIME_OF_MINIMUM: "Get time of minimum",
    Part.TIME_OF_MAXIMUM: "Get time of maximum",
}


class Answers:
    """Answers questions about one stretch; each analysis is made once, when needed.

    `start`: the time of the first sample, seconds.
    """

    def __init__(
        self, praat: Any, sound: Any, start: float, settings: Mapping[str, str]
    ) -> None:
        self._call: Any = praat.praat.call
        self._sound = sound
        self._start = start
        self._settings = settings
        self._made: dict[Quantity, Any] = {}

    def answer(self, asked: Question) -> float:
        """The value, NaN where it is undefined."""
        low, high = asked.low - self._start, asked.high - self._start
        if asked.quantity is Quantity.PITCH:
            found = self._pitch(asked, low, high)
        elif asked.quantity is Quantity.FORMANT:
            found = self._formant(asked, low, high)
        else:
            found = math.nan
        is_time = asked.part in (Part.TIME_OF_MINIMUM, Part.TIME_OF_MAXIMUM)
        return float(found) + (self._start if is_time else 0.0)

    def _pitch(self, asked: Question, low: float, high: float) -> Any:
        pitch = self._analysis(Quantity.PITCH)
        if asked.part is not Part.VALUE:
            command = _COMMANDS[asked.part]
            return self._call(pitch, command, low, high, "Hertz", "Parabolic")
        if low == high:
            return self._call(pitch, "Get value at time", low, "Hertz", "Linear")
        return self._call(pitch, "Get mean", low, high, "Hertz")

    def _formant(self, asked: Question, low: float, high: float) -> Any:
        formant, number = self._analysis(Quantity.FORMANT), asked.number
        if number > int(self._settings["formant_count"]):
            return math.nan
        if asked.part is not Part.VALUE:
            command = _COMMANDS[asked.part]
            return self._call(formant, command, number, low, high, "hertz", "Parabolic")
        if low == high:
            command = "Get value at time"
            return self._call(formant, command, number, low, "hertz", "Linear")
        return self._call(formant, "Get mean", number, low, high, "hertz")

    def _analysis(self, quantity: Quantity) -> Any:
        if quantity not in self._made:
            settings = self._settings
            if quantity is Quantity.PITCH:
                self._made[quantity] = self._sound.to_pitch(
                    pitch_floor=float(settings["pitch_floor"]),
                    pitch_ceiling=float(settings["pitch_ceiling"]),
                )
            else:
                self._made[quantity] = self._sound.to_formant_burg(
                    max_number_of_formants=float(settings["formant_count"]),
                    maximum_formant=float(settings["formant_ceiling"]),
                )
        return self._made[quantity]
