"""Read WebAnno TSV 3.x: spans, chains, relations; slots become relations."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from annolab.errors import FormatError
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.json_rows import source_text
from annolab.formats.lines import numbered_lines
from annolab.formats.text_marks import relation_label
from annolab.formats.values import clean
from annolab.formats.webanno.cells import (
    ANYTHING,
    CHAIN,
    HEADER,
    OWN_RELATION,
    OWN_SPAN,
    PROGRAM,
    RELATION,
    ROLE,
    SPAN,
    WORD_LAYER,
    Layer,
    layer_of,
    lengths_of,
    split_at,
    stacked,
    unescaped,
)
from annolab.formats.word_spans import words_in
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import AttributeValue, Span
from annolab.model.item import Item, Media
from annolab.model.offsets import Offsets
from annolab.model.validity import problems_of

SIGN = "#FORMAT=WebAnno TSV 3"
_UNIT = re.compile(r"([0-9]{1,9})-([0-9]{1,9})(?:\.[0-9]{1,9})?")
_PLACE = re.compile(r"([0-9]{1,12})-([0-9]{1,12})")
_ARC = re.compile(
    r"([0-9]+-[0-9]+(?:\.[0-9]+)?)(?:\[([0-9]{1,9})(?:_([0-9]{1,9}))?\])?"
)
_LINK = re.compile(r"(.*)->([0-9]{1,9})-([0-9]{1,9})", re.DOTALL)
_BARE_ID = re.compile(r"(?<!\\)\[[0-9]{1,9}\]$")
Key = tuple[str, object]


@dataclass(slots=True)
class _Found:
    """A mark in the making: the units it covers, in UTF-16 units."""

    layer: Layer
    values: dict[str, str]
    start: int
    stop: int
    where: str
    slots: list[tuple[str, str, str]] = field(default_factory=list)  # role, unit
    chain: str = ""
    link: int = 0  # its number in the chain


@dataclass(slots=True)
class _Arc:
    layer: Layer
    values: dict[str, str]
    source: str
    unit: str
    where: str


class TsvReader:
    """Reads one file into a context."""

    def __init__(self, path: Path, name: str, ctx: ImportContext) -> None:
        self._path = path
        self._name = name
        self._ctx = ctx
        self._layers: list[Layer] = []
        self._lines: list[tuple[int, list[str]]] = []  # start, lines of a sentence
        self._texts: list[str] = []
        self._words: list[tuple[int, int, str]] = []
        self._units: dict[str, tuple[int, int]] = {}
        self._cut: list[tuple[int, int]] = []  # words without their parts
        self._firsts: list[int] = []  # the first word of each sentence
        self._sentence = ""
        self._ids: dict[str, str] = {}  # of sentences
        self._found: dict[Key, _Found] = {}
        self._at: dict[tuple[str, str], list[Key]] = {}  # by layer and unit
        self._arcs: list[_Arc] = []

    def read(self) -> Iterator[Annotation | Relation]:
        """The marks of the file."""
        lines = numbered_lines(self._path, self._name, self._ctx.report)
        for number, line in lines:
            if number == 1 and not line.startswith(SIGN):
                message = "It does not begin as WebAnno TSV 3."
                raise FormatError(message, path=self._path, line=1)
            self._line(line, f"{self._name}, line {number}")
        if self._layers:
            told = [layer.line for layer in self._layers if layer.kind != CHAIN]
            known = json.loads(self._ctx.entry_value(HEADER) or "[]")
            lines_kept = list(dict.fromkeys([*known, *told]))
            self._ctx.entry(HEADER, json.dumps(lines_kept, ensure_ascii=False))
        item, text = self._item()
        yield from self._marks(item, Offsets(text))

    def _say(
        self, reason: str, where: str, severity: Severity = Severity.SKIPPED
    ) -> None:
        self._ctx.report.add(Problem(reason, severity, where=where))

    def _line(self, line: str, where: str) -> None:
        if line.startswith("#T_"):
            layer = layer_of(line)
            if layer is None:
                self._say("A layer that is none.", where)
            else:
                self._layers.append(layer)
        elif line.startswith("#Text="):
            self._texts.append(unescaped(line.removeprefix("#Text=")))
        elif line.startswith("#Sentence.id="):
            self._ids[str(len(self._firsts) + 1)] = line.removeprefix("#Sentence.id=")
        elif line and not line.startswith("#"):
            self._row(line.split("\t"), where)

    def _row(self, cells: list[str], where: str) -> None:
        unit = _UNIT.fullmatch(cells[0])
        place = _PLACE.fullmatch(cells[1]) if len(cells) > 2 else None
        if unit is None or place is None or int(place[1]) > int(place[2]):
            self._say("A row without a word and its place.", where)
            return
        if place[1] == place[2]:
            self._say("Spans of no length.", where)
            return
        start, stop = int(place[1]), int(place[2])
        if self._texts:
            self._lines.append((start, self._texts))
            self._texts = []
        self._words.append((start, stop, unescaped(cells[2])))
        self._units[unit[0]] = start, stop
        if "." not in cells[0]:
            if unit[1] != self._sentence:
                self._sentence = unit[1]
                self._firsts.append(len(self._cut))
            self._cut.append((start, stop))
        at = 3
        for layer in self._layers:
            here = cells[at : at + layer.width]
            at += layer.width
            if all(cell in ("_", "") for cell in here):
                continue
            if layer.kind == SPAN:
                self._spans(layer, here, (unit[0], start, stop), where)
            elif layer.kind == CHAIN:
                self._chains(layer, here, (start, stop), where)
            else:
                self._relations(layer, here, unit[0], where)

    def _spans(
        self, layer: Layer, cells: list[str], unit: tuple[str, int, int], where: str
    ) -> None:
        name, start, stop = unit
        columns = {key: list(stacked(cell)) for key, cell in _named(layer, cells)}
        count = max((len(column) for column in columns.values()), default=0)
        for place in range(count):
            said = {
                k: column[place] for k, column in columns.items() if place < len(column)
            }
            id_ = next((number for _, number in said.values() if number), 0)
            key: Key = (layer.name, id_ or (name, place))
            found = self._found.get(key)
            if found is None:
                values = {k: v for k, (v, _) in said.items() if v is not None}
                plain = {k: v for k, v in values.items() if not k.startswith(ROLE)}
                found = _Found(layer, plain, start, stop, where)
                self._found[key] = found
                self._add_slots(found, layer, cells, place)
            found.start, found.stop = min(found.start, start), max(found.stop, stop)
            self._at.setdefault((layer.name, name), []).append(key)

    def _add_slots(
        self, found: _Found, layer: Layer, cells: list[str], place: int
    ) -> None:
        at = 0
        for feature in layer.features:
            if not feature.startswith(ROLE):
                at += 1
                continue
            names, targets = (
                _nth(cell, place) for cell in (*cells, "", "")[at : at + 2]
            )
            at += 2
            pairs = zip(split_at(names, ";"), split_at(targets, ";"), strict=False)
            for role, unit in pairs:
                if unit not in ("_", "*", ""):
                    name = _BARE_ID.sub("", role)
                    found.slots.append((feature, name, unit))

    def _chains(
        self, layer: Layer, cells: list[str], unit: tuple[int, int], where: str
    ) -> None:
        start, stop = unit
        links = split_at(cells[0], "|") if cells else []
        types = list(stacked(cells[1])) if len(cells) > 1 else []
        for place, link in enumerate(links):
            match = _LINK.fullmatch(link)
            if match is None:
                self._say("A link of a chain that has no number.", where)
                continue
            key: Key = (layer.name, (match[2], match[3]))
            found = self._found.get(key)
            if found is None:
                type_ = types[place][0] if place < len(types) else None
                values = {} if type_ is None else {layer.features[1]: type_}
                if match[1] != "*":
                    values[layer.features[0]] = unescaped(match[1])
                found = _Found(layer, values, start, stop, where, chain=match[2])
                found.link = int(match[3])
                self._found[key] = found
            found.start, found.stop = min(found.start, start), max(found.stop, stop)

    def _relations(self, layer: Layer, cells: list[str], unit: str, where: str) -> None:
        columns = {key: list(stacked(cell)) for key, cell in _named(layer, cells)}
        sources = [] if cells[-1] == "_" else split_at(cells[-1], "|")
        for place, source in enumerate(sources):
            said = {k: c[place][0] for k, c in columns.items() if place < len(c)}
            values = {k: v for k, v in said.items() if v is not None}
            self._arcs.append(_Arc(layer, values, source, unit, where))

    def _item(self) -> tuple[Item, str]:
        """The item of the file; one with the text of the file if its own differs."""
        rebuilt = clean(self._rebuilt())
        source = source_text(PROGRAM, self._segments(rebuilt))
        item = self._ctx.companion(self._name, media=Media.TEXT, source=source)
        text = self._ctx.text(item)
        if text is not None and self._fits(text):
            return item, text
        if text is not None:
            reason = "The text beside has other words; that of the file is kept."
            self._say(reason, self._name, Severity.REPAIRED)
        return self._ctx.text_item(item.path, rebuilt, source=source), rebuilt

    def _segments(self, text: str) -> dict[str, Any]:
        """The words and sentences of the file, if AnnoLab would cut others."""
        offsets = Offsets(text)
        words = words_in(text)
        known = [(offsets.to_utf16(a), offsets.to_utf16(b)) for a, b in words.pieces]
        said: dict[str, Any] = {"ids": self._ids} if self._ids else {}
        if (known, words.firsts) != (self._cut, self._firsts):
            said |= {"words": lengths_of(self._cut), "sentences": self._firsts}
        return said

    def _fits(self, text: str) -> bool:
        """Whether all words stand in a text where the file says."""
        offsets = Offsets(text)
        return all(
            text[offsets.from_utf16(start) : offsets.from_utf16(stop)] == word
            for start, stop, word in self._words
        )

    def _rebuilt(self) -> str:
        """The text that the file tells, in which its offsets count.

        What stands between sentences is not told: a line end and spaces.
        """
        parts: list[str] = []
        at = 0
        for start, lines in sorted(self._lines, key=lambda each: each[0]):
            if start > at:
                gap = min(start - at, 1 << 24)
                parts.append(("\n" if parts else " ") + " " * (gap - 1))
                at = start
            text = "\n".join(lines)
            parts.append(text)
            at += len(text.encode("utf-16-le", "replace")) // 2
        return "".join(parts)

    def _marks(self, item: Item, text: Offsets) -> Iterator[Annotation | Relation]:
        marks: dict[Key, Annotation] = {}
        chains: dict[str, int] = {}
        self._add_tokens()
        for key, found in self._found.items():
            mark = self._mark(item, text, found, chains)
            if mark is not None:
                marks[key] = mark
                yield mark
        for arc in self._arcs:
            source = _ARC.fullmatch(arc.source)
            head = tail = None
            if source is not None:
                ids = int(source[2] or 0), int(source[3] or 0)
                head = self._end(arc.layer.base, source[1], ids[0], marks)
                tail = self._end(arc.layer.base, arc.unit, ids[1], marks)
            if head is None or tail is None:
                self._say("A relation of spans that are not there.", arc.where)
            else:
                yield self._relation(item, head, tail, arc.layer, arc.values)
        for key, found in self._found.items():
            for slot in found.slots if key in marks else ():
                relation = self._slot(item, marks[key], slot, marks)
                if relation is None:
                    self._say("A slot with a span that is not there.", found.where)
                else:
                    yield relation

    def _slot(
        self,
        item: Item,
        head: Annotation,
        slot: tuple[str, str, str],
        marks: Mapping[Key, Annotation],
    ) -> Relation | None:
        """A slot as a relation from its host, named after its role."""
        feature, role, unit = slot
        match = _ARC.fullmatch(unit)
        base = feature.partition("|")[2]
        id_ = int(match[2] or 0) if match else 0
        end = self._end(base, match[1], id_, marks) if match else None
        if end is None:
            return None
        layer = Layer(RELATION, OWN_RELATION, ("label",), base)
        values = {} if role in ("*", "_", "") else {"label": unescaped(role)}
        return self._relation(item, head, end, layer, values, slot=feature)

    def _add_tokens(self) -> None:
        """Words that relations are between get spans of their own."""
        layer = Layer(SPAN, WORD_LAYER)
        for arc in self._arcs:
            source = _ARC.fullmatch(arc.source)
            if arc.layer.base != WORD_LAYER or source is None:
                continue
            for unit in (source[1], arc.unit):
                key: Key = (WORD_LAYER, unit)
                if unit in self._units and key not in self._found:
                    self._found[key] = _Found(layer, {}, *self._units[unit], arc.where)
                    self._at[WORD_LAYER, unit] = [key]

    def _mark(
        self, item: Item, text: Offsets, found: _Found, chains: dict[str, int]
    ) -> Annotation | None:
        start, stop = text.from_utf16(found.start), text.from_utf16(found.stop)
        layer = found.layer
        values: dict[str, AttributeValue] = {
            key: clean(value) for key, value in found.values.items()
        }
        said: dict[str, Any] = {"layer": layer.name} if layer.name != OWN_SPAN else {}
        if layer.kind == CHAIN:
            name = values.pop(layer.features[1], None)
            link = values.pop(layer.features[0], None)
            said = {"chain": layer.line, "number": found.link}
            said |= {"link": link} if link else {}
        else:
            name = values.pop(layer.label or "", None)
            if name is None and layer.name != OWN_SPAN:
                name = layer.name.rpartition(".")[2]
                said["bare"] = True
        if found.chain and found.chain not in chains:
            chains[found.chain] = self._ctx.new_id()
        has_name = isinstance(name, str) and name.strip()
        label = self._ctx.label(str(name)) if has_name else None
        mark = Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=Span(((start, stop),)),
            label_id=label.id if label else None,
            attributes={key: value for key, value in values.items() if key},
            group_id=chains.get(found.chain),
            source=source_text(PROGRAM, said),
        )
        for problem in problems_of(mark):
            self._say(problem, found.where)
            return None
        return mark

    def _end(
        self, layer: str, unit: str, id_: int, marks: Mapping[Key, Annotation]
    ) -> Annotation | None:
        """The span of a layer with an id, or without one at a unit."""
        names = [layer]
        if layer == ANYTHING:
            names = [each.name for each in self._layers if each.kind == SPAN]
        for name in names:
            keys = [(name, id_)] if id_ else self._at.get((name, unit), [])
            if keys and keys[0] in marks:
                return marks[keys[0]]
        return None

    def _relation(
        self,
        item: Item,
        head: Annotation,
        tail: Annotation,
        layer: Layer,
        values: Mapping[str, str],
        slot: str = "",
    ) -> Relation:
        held: dict[str, AttributeValue] = {k: clean(v) for k, v in values.items() if k}
        name = held.pop(layer.label or "", None)
        said = {"layer": layer.name} if layer.name != OWN_RELATION else {}
        said |= {"slot": slot} if slot else {}
        return Relation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            head_id=head.id,
            tail_id=tail.id,
            label_id=relation_label(self._ctx, name if isinstance(name, str) else None),
            attributes=held,
            source=source_text(PROGRAM, said),
        )


def _named(layer: Layer, cells: list[str]) -> Iterator[tuple[str, str]]:
    """The cells of a layer by the names of their features; "" where there are none."""
    at = 0
    for feature in layer.features or (("",) if layer.kind == SPAN else ()):
        if at >= len(cells):
            return
        cell = cells[at]
        at += 2 if feature.startswith(ROLE) else 1
        if feature.startswith(ROLE) and cell == "_" and cells[at - 1 : at] != ["_"]:
            cell = "*"  # a host whose slots are empty
        yield feature, cell


def _nth(cell: str, place: int) -> str:
    parts = split_at(cell, "|")
    return parts[place] if place < len(parts) else ""
