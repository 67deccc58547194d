"""Read words with tags, and make the text of them where there is none."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from annolab.errors import UserError
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.conll.tags import OUTSIDE, decoded, parsed
from annolab.formats.conll.writer import FILE, START
from annolab.formats.lines import numbered_lines
from annolab.formats.text_marks import whole
from annolab.formats.values import clean
from annolab.model.annotation import Annotation
from annolab.model.geometry import Span
from annolab.model.item import Item, Media
from annolab.model.validity import problems_of

MOST = 1 << 25  # code points of one document; more is cut at a sentence
_ESCAPED = re.compile(r"%([0-9A-F]{1,6});")
_REACH = 1 << 12  # how far a word is looked for in a text that has changed
Row = tuple[str, str, int | None, int | None]  # word, tag, start, stop


@dataclass(slots=True)
class _Document:
    path: str  # "" when the file does not say it
    where: str
    sentences: list[list[Row]] = field(default_factory=lambda: [[]])
    size: int = 0

    def end_sentence(self) -> None:
        if self.sentences[-1]:
            self.sentences.append([])


class WordReader:
    """Reads one file into a context."""

    def __init__(self, path: Path, name: str, ctx: ImportContext) -> None:
        self._path = path
        self._name = name
        self._ctx = ctx
        self._columns = ctx.options.get("columns", "").split()
        self._width = 0
        self._has_offsets = False
        self._number = 0
        self._wide = 0  # words with more columns than are read

    def read(self) -> Iterator[Annotation]:
        """The spans of all documents."""
        for document in self._documents():
            if any(document.sentences):
                self._number += 1
                yield from self._marks(document)
            elif document.path:
                self._item(document, "")
        if self._wide:
            reason = "Columns besides the word and the tag are left out."
            where = f"{self._name}, {self._wide} words"
            self._ctx.report.add(Problem(reason, Severity.LOSS, where=where))

    def _say(self, reason: str, severity: Severity, number: int) -> None:
        where = f"{self._name}, line {number}"
        self._ctx.report.add(Problem(reason, severity, where=where))

    def _documents(self) -> Iterator[_Document]:
        document = _Document("", self._name)
        lines = numbered_lines(self._path, self._name, self._ctx.report)
        for number, line in lines:
            cells = (
                line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))
            )
            if not any(cells):
                document.end_sentence()
                if document.size > MOST:
                    reason = "A document of more than 32 million characters, cut."
                    self._say(reason, Severity.REPAIRED, number)
                    yield document
                    document = _Document("", f"{self._name}, line {number}")
                continue
            if cells[0].startswith(START):
                yield document
                document = _Document(
                    self._path_in(cells), f"{self._name}, line {number}"
                )
                continue
            row = self._row(cells, number)
            if row is not None:
                document.sentences[-1].append(row)
                document.size += len(row[0]) + 1
                if number % 10_000 == 0:
                    self._ctx.progress.step(number)
        yield document

    def _path_in(self, cells: list[str]) -> str:
        said = cells[-1].removeprefix(FILE)
        self._has_offsets = said != cells[-1]
        if not self._has_offsets:
            return ""
        return _ESCAPED.sub(lambda m: chr(min(int(m[1], 16), 0x10FFFF)), said)

    def _row(self, cells: list[str], number: int) -> Row | None:
        said = self._named(cells)
        tag = said.get("ner")
        if cells[0].startswith("#") and self._is_comment(cells, tag):
            self._say("A comment.", Severity.LOSS, number)
            return None
        self._width = self._width or len(cells)
        word = clean(said.get("form", cells[0]))
        if not word:
            self._say("A row without a word.", Severity.SKIPPED, number)
            return None
        if tag is None:
            self._say("A row without a tag.", Severity.REPAIRED, number)
        filler = ("_", "-X-", "")
        known = ("form", "ner", "start", "end")
        self._wide += any(n not in known and c not in filler for n, c in said.items())
        start, stop = whole(said.get("start")), whole(said.get("end"))
        return word, clean(tag or OUTSIDE), start, stop

    def _named(self, cells: list[str]) -> dict[str, str]:
        """The cells of a row by the names of their columns."""
        names = self._columns
        if not names:
            tail = ["ner", "start", "end"] if self._has_offsets else ["ner"]
            fill = range(len(cells) - 1 - len(tail))
            names = ["form", *(f"#{n}" for n in fill), *tail]
        return dict(zip(names, cells, strict=False))

    def _is_comment(self, cells: list[str], tag: str | None) -> bool:
        """Whether a row that begins with # is none of a word."""
        if self._width:
            return len(cells) != self._width
        return tag is None or parsed(tag) == ("I", tag)

    def _marks(self, document: _Document) -> Iterator[Annotation]:
        text = _rebuilt(document)
        item = self._item(document, text)
        if item is None:
            return
        known = self._ctx.text(item)
        at = 0
        for sentence in document.sentences:
            places: list[tuple[int, int] | None] = []
            for word, _, start, stop in sentence:
                place = self._place(word, start, stop, at, known)
                places.append(place)
                at = place[1] if place is not None else at
            if None in places:
                reason = "A word that is not in its text."
                problem = Problem(reason, where=document.where, item=item.path)
                self._ctx.report.add(problem)
            for first, after, name in decoded(tag for _, tag, _, _ in sentence):
                mark = self._mark(item, places[first:after], name)
                if mark is not None:
                    yield mark

    def _item(self, document: _Document, text: str) -> Item | None:
        try:
            if document.path:
                return self._ctx.item(document.path, media=Media.TEXT)
            return self._ctx.text_item(f"{self._name}#{self._number}", text)
        except UserError as error:
            self._ctx.report.add(Problem(str(error), where=document.where))
            return None

    def _place(
        self, word: str, start: int | None, stop: int | None, at: int, text: str | None
    ) -> tuple[int, int] | None:
        """Where a word stands: as its row says, or next in the text."""
        is_told = start is not None and stop is not None and start < stop
        if is_told and (text is None or text[start:stop] == word):
            return (start or 0), (stop or 0)
        if text is None:
            return None
        found = text.find(word, at, at + len(word) + _REACH)
        return None if found < 0 else (found, found + len(word))

    def _mark(
        self, item: Item, places: list[tuple[int, int] | None], name: str
    ) -> Annotation | None:
        good = [place for place in places if place is not None]
        if not good:
            return None
        label = self._ctx.label(name) if name.strip() else None
        mark = Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=Span(((good[0][0], good[-1][1]),)),
            label_id=label.id if label else None,
        )
        for problem in problems_of(mark):
            self._ctx.report.add(Problem(problem, item=item.path))
            return None
        return mark


def _cells(line: str) -> list[str]:
    return line.split("\t") if "\t" in line else re.split(" +", line.strip(" "))


def _rebuilt(document: _Document) -> str:
    """The words with spaces, a line for each sentence."""
    lines = (" ".join(row[0] for row in rows) for rows in document.sentences if rows)
    return "\n".join(lines)
