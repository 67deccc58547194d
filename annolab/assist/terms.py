"""Gazetteers: lists of terms, a million of them, found in one pass over a text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import chain, islice
from typing import Any

import ahocorasick

from annolab.assist.found import Found, anew, folded, is_whole
from annolab.assist.tables import rows_of

MOST_TERMS = 5_000_000
LONGEST = 500  # code points of a term
_HEADS = {
    "term": ("term", "text", "name", "surface", "entity", "word"),
    "label": ("label", "type", "class", "category"),
    "kb_id": ("id", "kb_id", "kbid", "identifier", "code", "uri"),
}


@dataclass(frozen=True, slots=True)
class Term:
    """A term, the label it gives, and its id in a knowledge base or ""."""

    text: str
    label: str
    kb_id: str = ""


def read_terms(
    lines: Iterable[str], label: str, *, table: bool = False
) -> Iterator[Term]:
    """The terms of a list: one a line, or a table with a head.

    `table`: comma, semicolon or tab between the columns, which are known by their
    names ("term", "label", "id"); without such names they are these three in this
    order. In a plain list a tab may part term, label and id; lines that begin with
    `#` are comments. `label` is for terms that name none. What is empty or longer
    than `LONGEST` is passed over.
    """
    rows = _table(lines) if table else _plain(lines)
    for text, own_label, kb_id in islice(rows, MOST_TERMS):
        term = " ".join(text.split())
        if 0 < len(term) <= LONGEST:
            yield Term(term, own_label.strip() or label, kb_id.strip())


def _plain(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    for line in lines:
        if not line.startswith("#"):
            text, _, rest = line.rstrip("\r\n").partition("\t")
            label, _, kb_id = rest.partition("\t")
            yield text, label, kb_id


def _table(lines: Iterable[str]) -> Iterator[tuple[str, str, str]]:
    rows = rows_of(lines)
    head = next(rows, [])
    names = [cell.strip().casefold() for cell in head]
    places = {
        word: next((names.index(name) for name in known if name in names), -1)
        for word, known in _HEADS.items()
    }
    if places["term"] < 0:
        places = {"term": 0, "label": 1, "kb_id": 2}
        rows = chain([head], rows)
    for row in rows:
        yield (
            _cell(row, places["term"]),
            _cell(row, places["label"]),
            _cell(row, places["kb_id"]),
        )


def _cell(row: list[str], place: int) -> str:
    return row[place] if 0 <= place < len(row) else ""


class Terms:
    """Terms made ready to be found. Upper and lower case are alike unless `case`."""

    def __init__(
        self,
        terms: Iterable[Term],
        *,
        case: bool = False,
        source: str = "gazetteer",
        went: Callable[[int], None] | None = None,
    ) -> None:
        self._case = case
        self._source = source
        # Lists of texts: Python would look through a million tuples again and again.
        keys: list[str] = []
        self._texts: list[str] = []
        self._labels: list[str] = []
        self._kb_ids: list[str] = []
        for number, term in enumerate(terms, 1):
            keys.append(term.text if case else folded(term.text))
            self._texts.append(term.text)
            self._labels.append(term.label)
            self._kb_ids.append(term.kb_id)
            if went is not None and number % 10_000 == 0:
                went(number)
        self._automaton: Any = ahocorasick.Automaton(ahocorasick.STORE_INTS)
        # In order, and each beside the one before in memory: that halves the time.
        for number in sorted(range(len(keys)), key=keys.__getitem__):
            self._automaton.add_word(
                anew(keys[number]), number
            )  # the last of two alike
        if self._texts:
            self._automaton.make_automaton()

    def __len__(self) -> int:
        return len(self._automaton)

    def find(
        self, text: str, score: Callable[[str], float] | None = None
    ) -> Iterator[Found]:
        """Every whole-word occurrence, longer ones before those inside them.

        Occurrences that begin inside of one that was found are left out: the
        leftmost, longest wins.
        """
        if not self._texts:
            return
        searched = text if self._case else folded(text)
        matches = []
        for last, number in self._automaton.iter(searched):
            stop = last + 1
            start = stop - len(self._texts[number])
            if is_whole(text, start, stop):
                matches.append((start, -stop, number))
        matches.sort()
        reached = 0
        for start, negative, number in matches:
            if start < reached:
                continue
            reached = -negative
            value = 1.0 if score is None else score(self._texts[number])
            label, kb_id = self._labels[number], self._kb_ids[number]
            yield Found(start, reached, label, value, self._source, kb_id)
