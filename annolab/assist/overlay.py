"""What a plug-in computes of a sound to be drawn over its spectrogram."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from annolab.assist.readings import Question


@dataclass(frozen=True, slots=True)
class Track:
    """A curve: values in `unit` at `times`, seconds of the sound; NaN is a gap.

    `low`, `high`: the range of the scale that it is drawn on.
    """

    name: str
    unit: str
    times: NDArray[np.float64]
    values: NDArray[np.float64]
    low: float
    high: float


class Overlay(Protocol):
    """What the object of an [[overlay]] is: a class without arguments.

    One object serves one worker thread.
    """

    def tracks(
        self,
        samples: NDArray[np.float32],
        rate: int,
        start: float,
        settings: Mapping[str, str],
    ) -> Sequence[Track]:
        """The curves for one channel of samples (n,), of which the first is at `start`.

        `settings`: the options of the manifest. Raises PluginError, with one
        sentence that tells the user what to do.
        """


class Analyst(Protocol):
    """What the object of an [[overlay]] may be besides: it answers questions."""

    def measure(
        self,
        samples: NDArray[np.float32],
        rate: int,
        start: float,
        questions: Sequence[Question],
        settings: Mapping[str, str],
    ) -> Sequence[float]:
        """An answer for each question; NaN where it is undefined.

        `samples` hold more than is asked about, so that nothing lacks neighbours.
        Raises PluginError as `Overlay.tracks`.
        """
