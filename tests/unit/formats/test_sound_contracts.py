"""Formats of marks on sounds keep the contract of formats."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

from hypothesis import strategies as st

from annolab.model.annotation import Annotation
from annolab.model.geometry import Geometry, Instant, Interval, TimeBox
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, Tier, TierKind
from tests.format_contract import FormatContract
from tests.format_memory import Dataset

SOUND = Item(id=7, path="a/b.wav", media=Media.AUDIO, width=1, height=1)
TIMES = st.floats(0, 1e6)
WORDS = st.text(
    st.characters(exclude_categories=("Cs", "Cc", "Z")), min_size=1, max_size=9
)
NO_TEXT: st.SearchStrategy[None] = st.none()
SPANS = st.tuples(TIMES, TIMES).map(lambda x: Interval(min(x), max(x)))


def _sounds(draw: st.DrawFn) -> list[Item]:
    most = draw(st.integers(1, 3))
    return [replace(SOUND, id=70 + n, path=f"a/{n}.wav") for n in range(most)]


@st.composite
def regions(
    draw: st.DrawFn,
    shapes: st.SearchStrategy[Geometry],
    names: st.SearchStrategy[str],
    texts: st.SearchStrategy[str | None] = NO_TEXT,
    scores: st.SearchStrategy[float | None] = NO_TEXT,
) -> Dataset:
    """Sounds with free marks that have a label."""
    sounds = _sounds(draw)
    labels = [
        Label(id=5 + n, name=name, color="#ffb000")
        for n, name in enumerate(draw(st.lists(names, min_size=1, unique=True)))
    ]
    marks = [
        Annotation(
            id=1000 + n,
            item_id=draw(st.sampled_from(sounds)).id,
            annotator_id=1,
            geometry=shape,
            label_id=draw(st.sampled_from(labels)).id,
            text=draw(texts),
            score=draw(scores),
        )
        for n, shape in enumerate(draw(st.lists(shapes, min_size=1, max_size=6)))
    ]
    return Dataset(Schema(tuple(labels)), sounds, marks)


@st.composite
def tiers(
    draw: st.DrawFn, per_second: int, texts: st.SearchStrategy[str], *names: str
) -> Dataset:
    """Sounds with tiers without gaps: no two intervals that meet are empty."""
    sounds = _sounds(draw)
    layers = [
        Tier(id=2 + n, name=name, kind=TierKind.INTERVAL)
        for n, name in enumerate(names)
    ]
    marks: list[Annotation] = []
    for sound in sounds:
        for tier in layers:
            ticks = draw(st.sets(st.integers(1, 10**9), min_size=1, max_size=6))
            times = [0.0, *(tick / per_second for tick in sorted(ticks))]
            said = [draw(st.none() | texts) for _ in ticks]
            said = [a or b or "x" for a, b in pairwise([*said, "end"])]
            if draw(st.booleans()) and len(said) > 1:
                said[0] = None
            marks += [
                Annotation(
                    id=1000 + len(marks) + n,
                    item_id=sound.id,
                    annotator_id=1,
                    geometry=Interval(*span),
                    tier_id=tier.id,
                    text=text,
                )
                for n, (span, text) in enumerate(
                    zip(pairwise(times), said, strict=True)
                )
            ]
    return Dataset(Schema(tiers=tuple(layers)), sounds, marks)


@st.composite
def shapes(draw: st.DrawFn) -> Geometry:
    start, stop = sorted((draw(TIMES), draw(TIMES)))
    low, high = sorted((draw(TIMES), draw(TIMES)))
    if draw(st.booleans()):
        return TimeBox(start, stop, low, high)
    return Instant(start) if start == stop else Interval(start, stop)


def clean_text(breaks: str) -> st.SearchStrategy[str]:
    """Texts without these characters, of something that can be seen."""
    letters = st.characters(exclude_characters=breaks, codec="utf-8")
    return st.text(letters, min_size=1, max_size=12).filter(str.strip)


def xml_text() -> st.SearchStrategy[str]:
    """Texts that XML can hold."""
    allowed = st.characters(exclude_categories=("Cs", "Cc", "Cn", "Co"))
    return st.text(allowed | st.sampled_from("\t\n\r"), min_size=1, max_size=12)


class SoundContract(FormatContract):
    target = "out"
    suffix: str

    def sample(self) -> Item:
        return SOUND

    def noise(self, folder: Path) -> Path:
        return folder / f"b{self.suffix}"

    make: Callable[[], st.SearchStrategy[Dataset]]

    def worlds(self) -> st.SearchStrategy[Dataset]:
        return type(self).make()


class TestAudacity(SoundContract):
    format_id = "audacity"
    suffix = ".txt"
    make = staticmethod(lambda: regions(shapes(), WORDS))


class TestRaven(SoundContract):
    format_id = "raven"
    suffix = ".txt"
    make = staticmethod(lambda: regions(shapes(), WORDS))


class TestVtt(SoundContract):
    format_id = "vtt"
    suffix = ".vtt"
    make = staticmethod(lambda: tiers(1000, clean_text("\n\r"), "subtitles"))


class TestSrt(SoundContract):
    format_id = "srt"
    suffix = ".srt"
    make = staticmethod(lambda: tiers(1000, clean_text("\n\r"), "subtitles"))


class TestHtk(SoundContract):
    format_id = "htk"
    suffix = ".lab"
    make = staticmethod(lambda: tiers(10_000_000, clean_text(""), "labels"))


class TestRttm(SoundContract):
    format_id = "rttm"
    target = suffix = "out.rttm"
    make = staticmethod(
        lambda: regions(SPANS, WORDS, st.none() | WORDS, st.none() | st.floats(0, 1))
    )


class TestCtm(SoundContract):
    format_id = "ctm"
    target = suffix = "out.ctm"
    make = staticmethod(lambda: tiers(100, WORDS, "words", "words B"))


class TestEaf(SoundContract):
    format_id = "eaf"
    suffix = ".eaf"
    make = staticmethod(lambda: tiers(1000, xml_text(), "words", 'phones <&">'))


del FormatContract, SoundContract  # not tests themselves
