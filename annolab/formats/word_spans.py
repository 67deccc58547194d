"""Spans as runs of words, and which of them a column that holds one each keeps."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from annolab.formats.base import Severity
from annolab.formats.text_marks import PIECES, Picker
from annolab.model.annotation import Annotation
from annolab.model.geometry import Span
from annolab.model.item import Item
from annolab.model.words import sentences, tokens

POLICIES = ("outermost", "innermost", "longest")
WIDENED = "A span that ends inside of words is widened to whole words."
NO_WORD = "A span that holds no word."
SPLIT = "A span over several sentences is written in parts."
NESTED = "A span that is nested in or overlaps one that is written."
Piece = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Run:
    """Words of one sentence, from `first` up to but not with `after`."""

    mark: Annotation
    first: int
    after: int


@dataclass(frozen=True, slots=True)
class Words:
    """The words of a text with the first word of each sentence."""

    pieces: list[Piece]
    firsts: list[int]

    def sentence(self, number: int) -> tuple[int, int]:
        """The words of a sentence."""
        after = [*self.firsts[number + 1 : number + 2], len(self.pieces)]
        return self.firsts[number], after[0]


def words_in(text: str) -> Words:
    """Cut a text into sentences and words."""
    pieces: list[Piece] = []
    firsts: list[int] = []
    for start, stop in sentences(text):
        found = list(tokens(text, start, stop))
        if found:
            firsts.append(len(pieces))
            pieces += found
    return Words(pieces, firsts)


def runs_of(
    item: Item, spans: Sequence[tuple[Annotation, Span]], words: Words, picker: Picker
) -> list[Run]:
    """Each span as runs of words, with reports of what that costs."""
    starts = [start for start, _ in words.pieces]
    stops = [stop for _, stop in words.pieces]
    found: list[Run] = []
    for mark, span in spans:
        say = picker.say(item, mark)
        if len(span.pieces) > 1:
            say(PIECES, Severity.LOSS)
        runs: list[Run] = []
        is_wider = False
        for start, stop in span.pieces:
            first, after = bisect_right(stops, start), bisect_left(starts, stop)
            if first >= after:
                is_wider = True
                continue
            is_wider |= starts[first] != start or stops[after - 1] != stop
            parts = _in_sentences(first, after, words)
            if len(parts) > 1:
                say(SPLIT, Severity.LOSS)
            runs += [Run(mark, *part) for part in parts]
        if not runs:
            say(NO_WORD, Severity.SKIPPED)
        elif is_wider:
            say(WIDENED, Severity.LOSS)
        found += runs
    return found


def chosen(
    runs: Sequence[Run], policy: str, item: Item, picker: Picker
) -> dict[int, Run]:
    """Runs that do not overlap, by their first word; the rest is reported."""

    def key(run: Run) -> tuple[int, int, int]:
        length = run.after - run.first
        if policy == "longest":
            return -length, run.first, run.mark.id
        if policy == "innermost":
            return length, run.first, run.mark.id
        return run.first, -length, run.mark.id

    taken: set[int] = set()
    kept: dict[int, Run] = {}
    left_out: dict[int, Annotation] = {}
    for run in sorted(runs, key=key):
        words = range(run.first, run.after)
        if taken.isdisjoint(words):
            taken.update(words)
            kept[run.first] = run
        else:
            left_out[run.mark.id] = run.mark
    written = {run.mark.id for run in kept.values()}
    for mark in left_out.values():
        severity = Severity.LOSS if mark.id in written else Severity.SKIPPED
        picker.say(item, mark)(NESTED, severity)
    return kept


def _in_sentences(first: int, after: int, words: Words) -> list[tuple[int, int]]:
    """A run of words cut where sentences begin."""
    low = bisect_right(words.firsts, first)
    high = bisect_left(words.firsts, after)
    edges = [first, *words.firsts[low:high], after]
    return list(pairwise(edges))
