"""Write words with tags."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import BinaryIO

from annolab.formats.base import Options, Records, Report, Severity
from annolab.formats.conll.tags import SCHEMES, encoded
from annolab.formats.text_marks import NO_LABEL, Picker, TextMarks
from annolab.formats.word_spans import POLICIES, Run, Words, chosen, runs_of, words_in
from annolab.model.schema import Schema

START = "-DOCSTART-"
FILE = "file="  # before the path of an item, in the line that begins a document
UNNAMED = "_"
_SPACE = re.compile(r"\s")
_NOT_EXACT = (
    "Without the option offsets, the name of the text and what stands between its "
    "words are not kept."
)


class WordWriter:
    """Writes one file; serves once."""

    def __init__(
        self, schema: Schema, records: Records, report: Report, options: Options
    ) -> None:
        self._records = records
        self._report = report
        self._picker = Picker(schema, report, ("empty_items",), wholes=False)
        scheme = options.get("scheme", "iob2")
        self._scheme = scheme if scheme in SCHEMES else "iob2"
        policy = options.get("policy", "outermost")
        self._policy = policy if policy in POLICIES else "outermost"
        self._cut = "\t" if options.get("delimiter") == "tab" else " "
        self._filler = [] if options.get("layout") == "pairs" else ["-X-", "-X-"]
        self._has_offsets = options.get("offsets") == "true"

    def write(self, file: BinaryIO) -> Iterator[int]:
        """Write the documents, yielding how many annotations are done."""
        for found in self._picker.picked(self._records):
            if not self._has_offsets:
                self._picker.say(found.item)(_NOT_EXACT, Severity.LOSS)
            file.write(self._head(found).encode())
            for line in self._sentences(found):
                file.write(line.encode())
            yield self._report.written

    def _head(self, found: TextMarks) -> str:
        cells = [START, *self._filler, "O"]
        if self._has_offsets:
            path = re.sub(r"[%\s]", lambda m: f"%{ord(m[0]):X};", found.item.path)
            cells = [START, *self._filler, "O", "0", "0", f"{FILE}{path}"]
        return self._cut.join(cells) + "\n\n"

    def _sentences(self, found: TextMarks) -> Iterator[str]:
        words = words_in(found.text.text)
        runs = runs_of(found.item, found.spans, words, self._picker)
        kept = chosen(runs, self._policy, found.item, self._picker)
        self._report.written += len({run.mark.id for run in kept.values()})
        names = {id_: self._name(found, run) for id_, run in _firsts(kept).items()}
        for number in range(len(words.firsts)):
            first, after = words.sentence(number)
            here = [kept[n] for n in range(first, after) if n in kept]
            tagged = [
                (run.first - first, run.after - first, names[run.mark.id])
                for run in here
            ]
            tags = encoded(after - first, tagged, self._scheme)
            yield "".join(self._rows(found, words, first, tags)) + "\n"

    def _rows(
        self, found: TextMarks, words: Words, first: int, tags: list[str]
    ) -> Iterator[str]:
        for number, tag in enumerate(tags, first):
            start, stop = words.pieces[number]
            cells = [found.text.text[start:stop], *self._filler, tag]
            if self._has_offsets:
                cells += [str(start), str(stop)]
            yield self._cut.join(cells) + "\n"

    def _name(self, found: TextMarks, run: Run) -> str:
        """The type for a tag: the label, without spaces."""
        say = self._picker.say(found.item, run.mark)
        name = self._picker.name(run.mark)
        if name is None:
            say(NO_LABEL, Severity.LOSS)
            return UNNAMED
        if _SPACE.search(name):
            say("Spaces of a label are written as _.", Severity.LOSS)
        return _SPACE.sub("_", name)


def _firsts(kept: dict[int, Run]) -> dict[int, Run]:
    """One run of each mark."""
    return {run.mark.id: run for run in kept.values()}
