"""Which words stand in which sentence of a file that is written."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from annolab.formats.base import Severity
from annolab.formats.conllu.rows import MULTIWORD, PROGRAM, SENTENCE, WORD
from annolab.formats.json_rows import kept
from annolab.formats.text_marks import Picker, TextMarks
from annolab.formats.word_spans import Words, words_in
from annolab.model.annotation import Annotation
from annolab.model.geometry import Span
from annolab.model.words import sentences

CUT = "A sentence is written from its first to its last word."
APART = "A sentence or multiword token without words."


@dataclass(frozen=True, slots=True)
class Word:
    """A word or a multiword token; `mark` None: nobody has marked it."""

    start: int
    stop: int
    mark: Annotation | None = None


@dataclass(slots=True)
class Plan:
    """A sentence: its words, and its ranges with their first and last word."""

    mark: Annotation | None = None
    words: list[Word] = field(default_factory=list)
    ranges: list[tuple[int, int, Word]] = field(default_factory=list)

    @property
    def said(self) -> dict[str, Any]:
        """What was kept of the sentence when it was read."""
        return kept(self.mark.source, PROGRAM) if self.mark else {}

    def surface(self) -> list[tuple[int, Word]]:
        """What is seen: ranges, and words that are in none, each with a number."""
        if not self.ranges:
            return list(enumerate(self.words))
        inner = {n for first, last, _ in self.ranges for n in range(first, last + 1)}
        seen = [(n, word) for n, word in enumerate(self.words) if n not in inner]
        seen += [(first, word) for first, _, word in self.ranges]
        return sorted(seen, key=lambda each: (each[1].start, each[0]))


@dataclass(slots=True)
class Layout:
    """The sentences of a text and the spans that are no words of them."""

    plans: list[Plan]
    others: list[tuple[Annotation, Span]]
    is_automatic: bool


def layout(found: TextMarks, picker: Picker) -> Layout:
    """The sentences that the marks of a text say, or those it is cut into."""
    sorts: dict[str, list[tuple[Annotation, Span]]] = {
        name: [] for name in (WORD, MULTIWORD, SENTENCE, "")
    }
    for mark, span in found.spans:
        name = picker.name(mark) or ""
        is_one = len(span.pieces) == 1
        sorts[name if name in sorts and is_one else ""].append((mark, span))
    if not sorts[WORD]:
        others = [pair for pairs in sorts.values() for pair in pairs]
        return Layout(_cut(found.text.text), others, is_automatic=True)
    words = [Word(*span.pieces[0], mark) for mark, span in sorts[WORD]]
    words.sort(key=_order)
    bounds = [Word(*span.pieces[0], mark) for mark, span in sorts[SENTENCE]]
    plans = _plans(words, bounds, found.text.text)
    ranges = [Word(*span.pieces[0], mark) for mark, span in sorts[MULTIWORD]]
    lost = _add_ranges(plans, ranges)
    used = {plan.mark.id for plan in plans if plan.mark}
    lost += [bound for bound in bounds if bound.mark and bound.mark.id not in used]
    for word in lost:
        picker.say(found.item, word.mark)(APART, Severity.SKIPPED)
    for plan in plans:
        ends = plan.words[0].start, max(word.stop for word in plan.words)
        bound = next((b for b in bounds if b.mark is plan.mark), None)
        if bound is not None and (bound.start, bound.stop) != ends:
            picker.say(found.item, bound.mark)(CUT, Severity.LOSS)
    return Layout(plans, sorts[""], is_automatic=False)


def surface_words(plans: Sequence[Plan]) -> Words:
    """What is seen of all sentences, for spans over it."""
    pieces: list[tuple[int, int]] = []
    firsts: list[int] = []
    for plan in plans:
        firsts.append(len(pieces))
        pieces += [(word.start, word.stop) for _, word in plan.surface()]
    return Words(pieces, firsts)


def _cut(text: str) -> list[Plan]:
    words = words_in(text)
    plans = []
    for number in range(len(words.firsts)):
        first, after = words.sentence(number)
        plans.append(Plan(None, [Word(*piece) for piece in words.pieces[first:after]]))
    return plans


def _order(word: Word) -> tuple[int, int, int, int]:
    said = kept(word.mark.source, PROGRAM).get("id") if word.mark else None
    number = int(said) if isinstance(said, str) and said.isdecimal() else 0
    return word.start, word.stop, number, word.mark.id if word.mark else 0


def _plans(words: list[Word], bounds: list[Word], text: str) -> list[Plan]:
    """Words by the sentence around them; without one by how the text is cut."""
    bounds = sorted(bounds, key=lambda bound: (bound.start, -bound.stop))
    starts = [bound.start for bound in bounds]
    cuts = [] if bounds else list(sentences(text))
    cut_starts = [start for start, _ in cuts]
    plans: dict[object, Plan] = {}
    for word in words:
        place = bisect_right(starts, word.start) - 1
        if place >= 0 and word.start < bounds[place].stop:
            mark = bounds[place].mark
            plan = plans.setdefault(("marked", place), Plan(mark))
        else:
            place = bisect_right(cut_starts or starts, word.start)
            plan = plans.setdefault(("cut", place), Plan(None))
        plan.words.append(word)
    return sorted(plans.values(), key=lambda plan: plan.words[0].start)


def _add_ranges(plans: list[Plan], ranges: list[Word]) -> list[Word]:
    """Put ranges to the words in them; those that hold none are given back."""
    lost: list[Word] = []
    starts = [plan.words[0].start for plan in plans]
    for word in ranges:
        place = bisect_right(starts, word.start) - 1
        plan = plans[max(0, place)]
        inside = [
            number
            for number, each in enumerate(plan.words)
            if word.start <= each.start and each.stop <= word.stop
        ]
        taken = {n for a, b, _ in plan.ranges for n in range(a, b + 1)}
        if not inside or taken & set(inside):
            lost.append(word)
        else:
            plan.ranges.append((inside[0], inside[-1], word))
    return lost
