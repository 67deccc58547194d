"""Write treebanks; what has not changed since it was read is as it was."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import BinaryIO

from annolab.formats.base import Records, Report, Severity
from annolab.formats.conll.tags import encoded
from annolab.formats.conllu.rows import (
    AUTOMATIC,
    NOTHING,
    PROGRAM,
    TAG,
    VALUES,
    escaped,
    misc_value,
    with_value,
)
from annolab.formats.conllu.sentence_plan import (
    Layout,
    Plan,
    Word,
    layout,
    surface_words,
)
from annolab.formats.conllu.spaces import Spaces
from annolab.formats.json_rows import kept
from annolab.formats.text_marks import NO_LABEL, Picker, Say, TextMarks
from annolab.formats.word_spans import chosen, runs_of
from annolab.model.annotation import Annotation, Relation
from annolab.model.schema import Schema

_HELD = ("attributes", "empty_items", "relations")
_KNOWN = frozenset((*VALUES, "form", "deprel"))
_BREAKS = re.compile(r"[\t\r\n]")
_CHANGED = "Enhanced dependencies or empty nodes of a sentence that was changed."


class TreeWriter:
    """Writes one file; serves once."""

    def __init__(self, schema: Schema, records: Records, report: Report) -> None:
        self._records = records
        self._report = report
        self._picker = Picker(schema, report, _HELD, wholes=False)
        self._last = ""  # the file that the item before came from
        self._number = 0

    def write(self, file: BinaryIO) -> Iterator[int]:
        """Write the sentences, yielding how many annotations are done."""
        for found in self._picker.picked(self._records):
            for line in self._lines(found):
                file.write(line.encode() + b"\n")
            yield self._report.written

    def _lines(self, found: TextMarks) -> Iterator[str]:
        plans = layout(found, self._picker)
        tags = self._tags(found, plans)
        heads = self._heads(found, plans)
        head = self._head(found, plans)
        spaces = Spaces(found.text.text, plans.plans)
        for number, plan in enumerate(plans.plans):
            comments = self._comments(found, plan, spaces.text(plan))
            if number == 0:
                comments = [line for line in head if line not in comments] + comments
            yield from comments
            yield from self._rows(found, plan, number, (tags, heads, spaces))
            yield ""
        if not plans.plans:
            yield from [*head, ""]
            if found.text.text:
                reason = "A text without words cannot be kept."
                self._picker.say(found.item)(reason, Severity.LOSS)
        self._count(plans)

    def _count(self, plans: Layout) -> None:
        for plan in plans.plans:
            words = [*plan.words, *(word for _, _, word in plan.ranges)]
            self._report.written += sum(word.mark is not None for word in words)
            self._report.written += plan.mark is not None

    def _head(self, found: TextMarks, plans: Layout) -> list[str]:
        """The comments that begin a document."""
        said = kept(found.item.source, PROGRAM)
        file = str(said.get("file", ""))
        lines: list[str] = []
        first = plans.plans[0].said.get("comments") if plans.plans else None
        is_told = isinstance(first, list) and any(
            isinstance(line, str) and re.match(r"# *newdoc\b", line) for line in first
        )
        goes_on = said.get("unnamed") and self._last in ("", file)
        if not is_told and not goes_on:
            path = _BREAKS.sub(" ", found.item.path)
            lines.append(f"# newdoc id = {path}")
        if plans.is_automatic:
            lines.append(f"# {AUTOMATIC} = automatic")
        self._last = file or "\n"
        return lines

    def _tags(self, found: TextMarks, plans: Layout) -> list[list[str]]:
        """A tag for everything that is seen of each sentence."""
        words = surface_words(plans.plans)
        runs = runs_of(found.item, plans.others, words, self._picker)
        chosen_runs = chosen(runs, "outermost", found.item, self._picker)
        written = {run.mark.id: run.mark for run in chosen_runs.values()}
        names: dict[int, str] = {}
        for mark in written.values():
            name, say = self._picker.name(mark), self._picker.say(found.item, mark)
            names[mark.id] = escaped(name or NOTHING)
            if name is None:
                say(NO_LABEL, Severity.LOSS)
            if mark.attributes:
                say("Key-values cannot be kept.", Severity.LOSS)
        self._report.written += len(written)
        found_tags = []
        for number in range(len(words.firsts)):
            first, after = words.sentence(number)
            here = [chosen_runs[n] for n in range(first, after) if n in chosen_runs]
            tagged = [
                (r.first - first, r.after - first, names[r.mark.id]) for r in here
            ]
            found_tags.append(encoded(after - first, tagged, "iob2"))
        return found_tags

    def _heads(self, found: TextMarks, plans: Layout) -> dict[int, tuple[int, str]]:
        """HEAD and DEPREL by the id of the mark of a word."""
        places = {
            word.mark.id: (number, place)
            for number, plan in enumerate(plans.plans)
            for place, word in enumerate(plan.words, 1)
            if word.mark is not None
        }
        heads: dict[int, tuple[int, str]] = {}
        for arc in found.relations:
            say = self._picker.say(found.item, arc)
            head, tail = places.get(arc.head_id), places.get(arc.tail_id)
            if head is None or tail is None or head[0] != tail[0]:
                reason = "Only relations between words of a sentence can be kept."
                say(reason, Severity.SKIPPED)
            elif arc.tail_id in heads:
                say("A second head of a word cannot be kept.", Severity.SKIPPED)
            else:
                heads[arc.tail_id] = head[1], self._deprel(arc, say)
        return heads

    def _deprel(self, arc: Relation, say: Say) -> str:
        if arc.attributes:
            say("Key-values of a relation cannot be kept.", Severity.LOSS)
        name = self._picker.name(arc) or NOTHING
        if re.search(r"\s", name):
            say("Spaces of a label are written as _.", Severity.LOSS)
        return re.sub(r"\s", "_", name)

    def _comments(self, found: TextMarks, plan: Plan, text: str) -> list[str]:
        """The comments of a sentence, with its text and id as they are now."""
        self._number += 1
        values = plan.mark.attributes if plan.mark else {}
        given = plan.said.get("comments")
        lines = [str(x) for x in given] if isinstance(given, list) else []
        wanted = {"text": _BREAKS.sub(" ", text)}
        if "sent_id" in values or not lines:
            said = values.get("sent_id", self._number)
            wanted = {"sent_id": _BREAKS.sub(" ", str(said)), **wanted}
        if plan.mark and set(values) - {"sent_id"}:
            say = self._picker.say(found.item, plan.mark)
            say("Key-values of a sentence cannot be kept.", Severity.LOSS)
        for key, value in wanted.items():
            pattern = re.compile(rf"# *{key} *=")
            place = next((n for n, x in enumerate(lines) if pattern.match(x)), None)
            if place is None:
                if not given or key == "sent_id":
                    lines.append(f"# {key} = {value}")
            elif lines[place].partition("=")[2].split() != value.split():
                lines[place] = f"# {key} = {value}"
        return lines

    def _rows(
        self,
        found: TextMarks,
        plan: Plan,
        number: int,
        all_said: tuple[list[list[str]], Mapping[int, tuple[int, str]], Spaces],
    ) -> Iterator[str]:
        tags, heads, spaces = all_said
        surface = plan.surface()
        tag_of = {
            (word.start, word.stop, place): tag
            for (place, word), tag in zip(surface, tags[number], strict=True)
        }
        is_same = plan.said.get("words") == len(plan.words)
        ranges = {first: (last, word) for first, last, word in plan.ranges}
        inner = {n for a, b, _ in plan.ranges for n in range(a, b + 1)}
        rows: list[list[str]] = []
        for place, word in enumerate(plan.words):
            if place in ranges:
                last, whole = ranges[place]
                id_ = f"{place + 1}-{last + 1}"
                row = self._row(found, whole, id_, None, is_same=is_same)
                self._finish(row, tag_of.get((whole.start, whole.stop, place)))
                row[9] = spaces.told(row[9], whole, whole.mark)
                rows.append(row)
            head = heads.get(word.mark.id) if word.mark else None
            is_inner = place in inner
            id_ = str(place + 1)
            row = self._row(found, word, id_, head, is_same=is_same, is_inner=is_inner)
            if not is_inner:
                self._finish(row, tag_of.get((word.start, word.stop, place)))
                row[9] = spaces.told(row[9], word, word.mark)
            rows.append(row)
        self._add_empty(found, plan, rows, is_same=is_same)
        for row in rows:
            yield "\t".join(row)

    def _finish(self, row: list[str], tag: str | None) -> None:
        """Put the tag that a word has now into MISC."""
        if tag not in (misc_value(row[9], TAG) or "O", None):
            row[9] = with_value(row[9], TAG, None if tag == "O" else tag)

    def _add_empty(
        self, found: TextMarks, plan: Plan, rows: list[list[str]], *, is_same: bool
    ) -> None:
        """Put the empty nodes back where they were."""
        empty = plan.said.get("empty")
        if not isinstance(empty, list):
            return
        if not is_same:
            say = self._picker.say(found.item, plan.mark)
            say(_CHANGED, Severity.LOSS)
            return
        for each in empty:
            match each:
                case [int(place), list(row)]:
                    rows.insert(place, [str(cell) for cell in row])

    def _row(
        self,
        found: TextMarks,
        word: Word,
        id_: str,
        head: tuple[int, str] | None,
        *,
        is_same: bool,
        is_inner: bool = False,
    ) -> list[str]:
        form = found.text.text[word.start : word.stop]
        row = [id_, _BREAKS.sub(" ", form) or NOTHING, *[NOTHING] * 8]
        if word.mark is None:
            return row
        mark, say = word.mark, self._picker.say(found.item, word.mark)
        said = kept(mark.source, PROGRAM)
        values = self._values(mark, say)
        if is_inner and "form" in values:
            row[1] = values["form"]
        elif _BREAKS.search(form) or values.get("form", form) != form:
            say("The form of a word differs from its text.", Severity.LOSS)
        row[2:6] = [values.get(key, NOTHING) for key in VALUES[:4]]
        row[9] = values.get("misc", NOTHING)
        if "misc" in said and with_value(str(said["misc"]), TAG, None) == row[9]:
            row[9] = str(said["misc"])
        if head is not None:
            row[6], row[7] = str(head[0]), head[1]
        elif "deprel" in values:
            row[6] = NOTHING if said.get("head") == NOTHING else "0"
            row[7] = values["deprel"]
        if "deps" in said:
            row[8] = str(said["deps"]) if is_same else NOTHING
            if not is_same:
                say(_CHANGED, Severity.LOSS)
        return row

    def _values(self, mark: Annotation, say: Say) -> dict[str, str]:
        """The columns among the key-values of a word."""
        values: dict[str, str] = {}
        for key, value in mark.attributes.items():
            if key not in _KNOWN or not isinstance(value, str) or not value:
                say("Key-values that are no columns cannot be kept.", Severity.LOSS)
                continue
            values[key] = _BREAKS.sub(" ", value)
            if values[key] != value or value == NOTHING:
                say("A key-value that cannot stand in a column.", Severity.LOSS)
        return values
