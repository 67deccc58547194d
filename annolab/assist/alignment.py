"""Where the words and sounds of a text are in what was spoken: forced alignment."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Spoken:
    """A word or sound from `start` to `stop`, seconds; "" is silence."""

    start: float
    stop: float
    text: str


@dataclass(frozen=True, slots=True)
class Alignment:
    """Words and phonemes of one stretch, each without gaps and in order."""

    words: tuple[Spoken, ...] = ()
    phonemes: tuple[Spoken, ...] = ()


class Aligner(Protocol):
    """What the object of an [[overlay]] may be besides: it aligns speech."""

    def align(
        self,
        samples: NDArray[np.float32],
        rate: int,
        text: str,
        language: str,
        cancelled: Callable[[], bool],
    ) -> Alignment:
        """Align `text` with one channel of samples, of which the first is at 0 s.

        Raises Cancelled once `cancelled` says so, and PluginError with a sentence.
        """


def within(found: Sequence[Spoken], start: float, stop: float) -> list[Spoken]:
    """What was found from 0 seconds on, put into `start` to `stop` without gaps.

    The ends are the very numbers; what has no length or goes back is left out.
    """
    made: list[Spoken] = []
    for spoken in found:
        begin = made[-1].stop if made else start
        end = min(start + spoken.stop, stop)
        if end > begin:
            made.append(Spoken(begin, end, spoken.text))
    if not made:
        return [Spoken(start, stop, "")]
    last = made.pop()
    return [*made, Spoken(last.start, stop, last.text)]
