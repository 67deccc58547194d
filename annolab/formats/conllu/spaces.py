"""The spaces between the words of a text, as MISC tells them."""

from __future__ import annotations

import re
from collections.abc import Iterator

from annolab.formats.conllu.rows import (
    BREAK,
    PARAGRAPH,
    PROGRAM,
    escaped,
    spaces_in,
    with_spaces,
    with_value,
)
from annolab.formats.conllu.sentence_plan import Plan, Word
from annolab.formats.json_rows import kept
from annolab.model.annotation import Annotation

BREAKS = re.compile(r"[\t\r\n]")


class Spaces:
    """What stands between the words of a text."""

    def __init__(self, text: str, plans: list[Plan]) -> None:
        self._text = text
        seen = [
            (number, word)
            for number, plan in enumerate(plans)
            for _, word in plan.surface()
        ]
        self._after: dict[tuple[int, int], tuple[str, bool]] = {}
        self._first = seen[0][1] if seen else None
        self._starts: dict[tuple[int, int], str] = {}
        for place, (number, word) in enumerate(seen):
            follows = seen[place + 1] if place + 1 < len(seen) else None
            stop = follows[1].start if follows else len(text)
            is_last = follows is None or follows[0] != number
            gap = text[word.stop : max(stop, word.stop)]
            self._after[word.start, word.stop] = gap, is_last
            if follows is None:
                self._starts[word.start, word.stop] = ""
            elif is_last:
                comments = plans[follows[0]].said.get("comments")
                lines = comments if isinstance(comments, list) else []
                new = any(re.match(r"# *newpar\b", str(line)) for line in lines)
                self._starts[word.start, word.stop] = PARAGRAPH if new else BREAK
        self._aligned = {
            id(plan): not any(
                gap.strip() or BREAKS.search(gap) for gap in self._inner(plan)
            )
            for plan in plans
        }
        self._plan_of = {
            (word.start, word.stop): plan
            for plan in plans
            for _, word in plan.surface()
        }

    def _inner(self, plan: Plan) -> Iterator[str]:
        for _, word in plan.surface():
            gap, is_last = self._after[word.start, word.stop]
            if not is_last:
                yield gap

    def text(self, plan: Plan) -> str:
        """The text of a sentence."""
        stop = max(word.stop for word in plan.words)
        return self._text[plan.words[0].start : stop]

    def told(self, misc: str, word: Word, mark: Annotation | None) -> str:
        """MISC that tells, or goes with, the spaces after a word."""
        gap, is_last = self._after[word.start, word.stop]
        said = spaces_in(misc)
        place = word.start, word.stop
        is_new = mark is None or not kept(mark.source, PROGRAM)
        if is_last:
            fits = self._starts[place] == gap if said is None else said == gap
        elif self._aligned[id(self._plan_of[place])]:
            fits = said == gap or (not said and not (is_new and gap == ""))
        else:
            fits = (" " if said is None else said) == gap
        if not fits:
            misc = with_spaces(misc, gap)
            if is_last and gap == " ":
                misc = with_value(misc, "SpacesAfter", escaped(gap))
        if word == self._first and word.start:
            misc = with_value(misc, "SpacesBefore", escaped(self._text[: word.start]))
        return misc
