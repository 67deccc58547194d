"""Read treebanks: sentences, words and ranges are spans, heads are relations."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annolab.errors import UserError
from annolab.formats.base import ImportContext, Problem
from annolab.formats.conll.tags import decoded
from annolab.formats.conllu.rows import (
    AUTOMATIC,
    BREAK,
    MULTIWORD,
    NOTHING,
    PARAGRAPH,
    PROGRAM,
    SENTENCE,
    TAG,
    VALUES,
    WORD,
    Sentence,
    check_ids,
    kind_of,
    laid_out,
    misc_value,
    sentences,
    spaces_in,
    surface,
    unescaped,
    with_value,
)
from annolab.formats.json_rows import source_text
from annolab.formats.lines import numbered_lines
from annolab.formats.text_marks import relation_label
from annolab.formats.values import clean
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import AttributeValue, Kind, Span
from annolab.model.item import Item
from annolab.model.validity import problems_of

MOST = 1 << 20  # code points of a document that has no name; more is cut
MOST_NAMED = 1 << 26  # of one that has
_SPANS = frozenset({Kind.SPAN})
Place = tuple[int, int]


@dataclass(slots=True)
class _Document:
    name: str | None = None
    sentences: list[Sentence] = field(default_factory=list)
    size: int = 0
    is_automatic: bool = False  # its words were made for the file


class TreeReader:
    """Reads one file into a context."""

    def __init__(self, path: Path, name: str, ctx: ImportContext) -> None:
        self._path = path
        self._name = name
        self._ctx = ctx
        self._number = 0

    def read(self) -> Iterator[Annotation | Relation]:
        """The marks of all documents."""
        for document in self._documents():
            self._number += 1
            yield from self._marks(document)

    def _documents(self) -> Iterator[_Document]:
        document = _Document()
        lines = numbered_lines(self._path, self._name, self._ctx.report)
        for sentence in sentences(lines, self._name, self._ctx.report):
            name = sentence.comment("newdoc id")
            starts = name is not None or sentence.comment("newdoc") is not None
            most = MOST if document.name is None else MOST_NAMED
            if (starts or document.size > most) and document.sentences:
                yield document
                goes_on = document.is_automatic and not starts
                document = _Document(is_automatic=goes_on)
            if sentence.comment(AUTOMATIC) is not None:
                document.is_automatic = True
            document.name = name if starts else document.name
            document.sentences.append(sentence)
            document.size += sum(len(row[1]) + 1 for row in sentence.rows)
        if document.sentences:
            yield document

    def _marks(self, document: _Document) -> Iterator[Annotation | Relation]:
        parts: list[str] = []
        placed: list[tuple[Sentence, int, dict[int, Place]]] = []
        at = 0
        for number, sentence in enumerate(document.sentences):
            check_ids(sentence, self._ctx.report)
            text, places = laid_out(sentence, self._ctx.report)
            seen = [place for place, _ in surface(sentence.rows)]
            first = sentence.rows[seen[0]][9] if seen else ""
            before = unescaped(misc_value(first, "SpacesBefore") or "")
            before = "" if number else before
            follows = document.sentences[number + 1 : number + 2]
            gap = self._gap(sentence.rows[seen[-1]][9] if seen else "", follows)
            placed.append((sentence, at + len(before), places))
            parts += [before, text, gap]
            at += len(before) + len(text) + len(gap)
        item = self._item(document, clean("".join(parts)))
        if item is None:
            return
        for sentence, start, places in placed:
            marks = self._sentence(item, sentence, start, places)
            if document.is_automatic:  # nobody has marked the words
                marks = self._tagged(item, sentence, places, start)
            yield from marks

    def _gap(self, misc: str, follows: list[Sentence]) -> str:
        said = spaces_in(misc)
        if said is not None or not follows:
            return said or ""
        starts = (follows[0].comment(key) for key in ("newpar", "newpar id"))
        return BREAK if all(x is None for x in starts) else PARAGRAPH

    def _item(self, document: _Document, text: str) -> Item | None:
        source: dict[str, Any] = {"file": self._name}
        if document.name is None:
            source["unnamed"] = True
        path = document.name or ""
        default = f"{self._name}#{self._number}"
        where = document.sentences[0].where
        for each in (path, default):
            if not each.strip() or "\0" in each:
                continue
            try:
                told = source_text(PROGRAM, source)
                return self._ctx.text_item(clean(each), text, source=told)
            except UserError as error:
                self._ctx.report.add(Problem(str(error), where=where))
        return None

    def _sentence(
        self, item: Item, sentence: Sentence, start: int, places: dict[int, Place]
    ) -> Iterator[Annotation | Relation]:
        if not places:
            return
        stop = start + max(place[1] for place in places.values())
        rows = sentence.rows
        kept: dict[str, Any] = {"comments": sentence.comments}
        empty = [[n, row] for n, row in enumerate(rows) if kind_of(row[0]) == "empty"]
        if empty:
            kept["empty"] = empty
        kept["words"] = sum(kind_of(row[0]) == "word" for row in rows)
        name = sentence.comment("sent_id")
        values: dict[str, AttributeValue] = {"sent_id": clean(name)} if name else {}
        mark = self._made(item, (start, stop), SENTENCE, values, kept)
        if mark is not None:
            yield mark
        words: dict[str, Annotation] = {}
        for place, span in self._all_places(sentence, places):
            row = rows[place]
            low, high = span[0] + start, span[1] + start
            mark = self._row(item, row, (low, high), places.get(place) is None)
            if mark is not None:
                words[row[0]] = mark
                yield mark
        yield from self._arcs(item, sentence, words)
        yield from self._tagged(item, sentence, places, start)

    def _all_places(
        self, sentence: Sentence, places: dict[int, Place]
    ) -> Iterator[tuple[int, Place]]:
        """Rows with their place; words in a range have that of the range."""
        shared: tuple[int, Place] = (0, (0, 0))
        for place, row in enumerate(sentence.rows):
            kind = kind_of(row[0])
            if kind == "multiword" and place in places:
                shared = int(row[0].partition("-")[2]), places[place]
            if place in places:
                yield place, places[place]
            elif kind == "word" and int(row[0]) <= shared[0]:
                yield place, shared[1]

    def _row(
        self,
        item: Item,
        row: list[str],
        place: Place,
        is_inner: bool,  # noqa: FBT001  a word of a range
    ) -> Annotation | None:
        said = dict(
            zip(VALUES, (*row[2:6], with_value(row[9], TAG, None)), strict=True)
        )
        values: dict[str, AttributeValue] = {
            key: clean(value) for key, value in said.items() if value != NOTHING
        }
        if is_inner:
            values["form"] = clean(row[1])
        if row[6] in ("0", NOTHING) and row[7] != NOTHING:
            values["deprel"] = clean(row[7])
        kept = {"id": row[0]}
        kept |= {"deps": row[8]} if row[8] != NOTHING else {}
        kept |= {"head": row[6]} if row[6] == NOTHING else {}
        kept |= {"misc": row[9]} if row[9] != said["misc"] else {}
        name = MULTIWORD if kind_of(row[0]) == "multiword" else WORD
        return self._made(item, place, name, values, kept)

    def _made(
        self,
        item: Item,
        place: Place,
        name: str,
        values: dict[str, AttributeValue],
        kept: dict[str, Any],
    ) -> Annotation | None:
        label = self._ctx.label(name, kinds=_SPANS) if name.strip() else None
        mark = Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=Span((place,)),
            label_id=label.id if label else None,
            attributes=values,
            source=source_text(PROGRAM, kept),
        )
        for problem in problems_of(mark):
            self._ctx.report.add(Problem(problem, item=item.path))
            return None
        return mark

    def _arcs(
        self, item: Item, sentence: Sentence, words: dict[str, Annotation]
    ) -> Iterator[Relation]:
        for row in sentence.rows:
            mark, head = words.get(row[0]), words.get(row[6])
            if mark is None or row[6] in ("0", NOTHING):
                continue
            if head is None:
                reason = "A head that is no word of the sentence."
                self._ctx.report.add(Problem(reason, where=sentence.where))
                continue
            name = None if row[7] == NOTHING else clean(row[7])
            yield Relation(
                id=self._ctx.new_id(),
                item_id=item.id,
                annotator_id=self._ctx.annotator_id,
                head_id=head.id,
                tail_id=mark.id,
                label_id=relation_label(self._ctx, name),
            )

    def _tagged(
        self, item: Item, sentence: Sentence, places: dict[int, Place], start: int
    ) -> Iterator[Annotation]:
        """Spans over words that MISC tells: `NER=B-PER`."""
        seen = [place for place, _ in surface(sentence.rows)]
        tags = [misc_value(sentence.rows[place][9], TAG) or "O" for place in seen]
        for first, after, name in decoded(tags):
            low, high = places[seen[first]][0], places[seen[after - 1]][1]
            whole = low + start, high + start
            mark = self._made(item, whole, clean(unescaped(name)), {}, {})
            if mark is not None:
                yield mark
