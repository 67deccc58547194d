"""Asks what a sound is at the cursor or in the selection: pitch, formants, power."""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar, cast

from PySide6.QtCore import QObject, Signal

from annolab import plugins
from annolab.assist.readings import Quantity, Question, Reading, intensity_of
from annolab.assist.sound import Source
from annolab.errors import AnnoLabError, PluginError
from annolab.jobs import Progress
from annolab.media.sound_line import one_line
from annolab.widgets import worker

if TYPE_CHECKING:
    from annolab.assist.overlay import Analyst
    from annolab.media.sound import Sound
    from annolab.media.spectrogram import SpectrogramSettings
    from annolab.plugins import Contribution
    from annolab.settings import Settings

T = TypeVar("T")
BUILT_IN = "praat_analysis"
CONTEXT = 1.0  # seconds beside what is asked about, for windows and pitch paths
FROM_PRAAT = (Quantity.PITCH, Quantity.FORMANT)
_OPTIONS = ("pitch_floor", "pitch_ceiling", "formant_ceiling", "formant_count")


@dataclass(frozen=True, slots=True)
class Answer:
    """Readings in the order of the questions; `problem` says why some are undefined."""

    readings: tuple[Reading, ...]
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Heard:
    """The sound that is asked about, and how it is looked at."""

    sound: Sound
    channel: int  # or MIXED
    picture: SpectrogramSettings
    options: Mapping[str, str]


def declared() -> Contribution | None:
    """The plug-in that asks Praat."""
    found = (c for c in plugins.contributions("overlay") if c.id == BUILT_IN)
    return next(found, None)


def analysis_options(settings: Settings) -> dict[str, str]:
    """The options of the analysis: those of the plug-in with those of the user."""
    here = declared()
    options = {option.key: option.default for option in here.options} if here else {}
    for name in _OPTIONS:
        options[name] = str(settings.get(f"sound.{name}"))
    return options


def answers(
    heard: Heard, questions: tuple[Question, ...], progress: Progress
) -> Answer:
    """Answer all that can be answered; what Praat does not tell is undefined."""
    values: dict[Question, float] = {}
    problem = ""
    asked = [q for q in questions if q.quantity in FROM_PRAAT]
    if asked:
        try:
            values.update(zip(asked, _of_praat(heard, asked), strict=True))
        except PluginError as error:
            problem = str(error)
    for question in questions:
        if question.quantity not in FROM_PRAAT:
            values[question] = _own(heard, question, progress)
    return Answer(
        tuple(Reading(q, values.get(q, math.nan)) for q in questions), problem
    )


def _own(heard: Heard, asked: Question, progress: Progress) -> float:
    """What needs no plug-in."""
    sound = heard.sound
    match asked.quantity:
        case Quantity.POWER:
            from annolab.media.spectral_power import power_density

            channel, picture = heard.channel, heard.picture
            return power_density(sound, channel, asked.low, asked.hertz, picture)
        case Quantity.INTENSITY:
            source = Source(sound.read, sound.rate, sound.frames)
            floor = float(heard.options["pitch_floor"])
            return intensity_of(source, asked, floor, progress)
        case _:
            return (asked.low + asked.high) / 2


def _of_praat(heard: Heard, questions: list[Question]) -> list[float]:
    here = declared()
    if here is None:
        message = "The plug-in Praat analysis is not there: put it in again."
        raise PluginError(message)
    made = plugins.load(here)
    if not callable(made):
        message = f"{here.object} of {here.title} is not a class."
        raise PluginError(message)
    analyst = cast("Analyst", made())
    sound, rate = heard.sound, heard.sound.rate
    first = max(int((min(q.low for q in questions) - CONTEXT) * rate), 0)
    last = min(int((max(q.high for q in questions) + CONTEXT) * rate), sound.frames)
    samples = one_line(sound.read(first, last), heard.channel).copy()
    found = analyst.measure(samples, rate, first / rate, questions, heard.options)
    return [float(value) for value in found]


class SoundQueries(QObject):
    """Answers in a worker, one question after another.

    `failed(str)`: a sentence that says why there is no answer.
    """

    failed = Signal(str)

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._waiting: deque[Callable[[], worker.Job]] = deque()
        self._busy = False

    def ask(
        self,
        heard: Heard,
        questions: tuple[Question, ...],
        on_done: Callable[[Answer], None],
    ) -> None:
        """Find the answers and hand them over in the main thread."""
        self.run(lambda progress: answers(heard, questions, progress), on_done)

    def run(
        self, task: Callable[[Progress], T], on_done: Callable[[T], None] | None = None
    ) -> None:
        """Run a task after those before it, so that a log keeps its order."""

        def fail(error: AnnoLabError) -> None:
            self.failed.emit(str(error))

        self._waiting.append(lambda: worker.run(self, task, on_done, fail))
        self._next()

    def _next(self) -> None:
        if self._waiting and not self._busy:
            self._busy = True
            self._waiting.popleft()().finished.connect(self._end)

    def _end(self) -> None:
        self._busy = False
        self._next()
