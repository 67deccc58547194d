"""Write WebAnno TSV 3.3, a file for each text; offsets are UTF-16 units."""

from __future__ import annotations

import json
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import chain, count, pairwise
from operator import itemgetter
from typing import Any

from annolab.formats.base import Records, Report, Severity, Sink
from annolab.formats.json_rows import kept
from annolab.formats.per_item import target_name
from annolab.formats.text_marks import PIECES, Picker, TextMarks
from annolab.formats.webanno.cells import (
    ANYTHING,
    BARE,
    BASE,
    CHAIN,
    CHAIN_FEATURES,
    COREFERENCE,
    HEADER,
    LABELS,
    NONE,
    OWN_RELATION,
    OWN_SPAN,
    PROGRAM,
    RELATION,
    ROLE,
    SPAN,
    WORD_LAYER,
    Layer,
    escaped,
    escaped_text,
    layer_of,
    pieces_of,
)
from annolab.formats.word_spans import NO_WORD, Words, words_in
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Attributes, Span
from annolab.model.schema import Schema

SUFFIX = ".tsv"
CUT_SPACE = "A span is cut to its words: WebAnno has no spaces at the ends of spans."
ID, LINK, TARGETS = "\r", "\n", "\n"  # no names of features
_HELD = ("attributes", "empty_items", "group", "relations")
_ODD = set("|\t\n\r=")
_COREFERENCE = Layer(CHAIN, COREFERENCE, CHAIN_FEATURES)
Piece = tuple[int, int]


@dataclass(slots=True)
class _Placed:
    """An annotation of the file: a layer, values by feature, and where it stands."""

    layer: str
    values: dict[str, str]
    units: list[Piece]
    id: int = 0  # 0: none is needed
    chain: tuple[int, int] | None = None
    slots: dict[str, list[tuple[str, _Placed]]] = field(default_factory=dict)


@dataclass(slots=True)
class _Page:
    """One text: its words, and the pieces of words that marks need."""

    words: Words
    marks: dict[int, list[_Placed]] = field(default_factory=dict)
    parts: dict[int, set[Piece]] = field(default_factory=dict)  # by word


class TsvWriter:
    """Writes a folder; serves once."""

    def __init__(self, schema: Schema, records: Records, report: Report) -> None:
        self._records = records
        self._report = report
        self._picker = Picker(schema, report, _HELD, wholes=False)
        self._layers = _layers(records.entry(HEADER))

    def write(self, sink: Sink) -> Iterator[int]:
        """Write the files, yielding how many annotations are done."""
        taken: set[str] = set()
        for found in self._picker.picked(self._records):
            file = sink.open(target_name(found.item, SUFFIX, taken))
            for line in self._file(found):
                file.write(line.encode() + b"\n")
            yield self._report.written

    def _file(self, found: TextMarks) -> Iterator[str]:
        said = kept(found.item.source, PROGRAM)
        page = _Page(_words(found, said))
        ids = said.get("ids")
        ids = ids if isinstance(ids, dict) else {}
        self._place(found, page)
        arcs = list(self._arcs(found, page))
        _number(page)
        layers = self._used(page, arcs)
        yield "#FORMAT=WebAnno TSV 3.3"
        yield from (layer.line for layer in layers)
        yield from ("", "")
        table = _table(page, arcs)
        for number in range(len(page.words.firsts)):
            first, after = page.words.sentence(number)
            start, stop = page.words.pieces[first][0], page.words.pieces[after - 1][1]
            if str(number + 1) in ids:
                yield f"#Sentence.id={escaped_text(str(ids[str(number + 1)]))}"
            for line in found.text.text[start:stop].split("\n"):
                yield f"#Text={escaped_text(line)}"
            for place in range(first, after):
                name = f"{number + 1}-{place - first + 1}"
                units = [page.words.pieces[place], *sorted(page.parts.get(place, ()))]
                for part, unit in enumerate(units):
                    id_ = f"{name}.{part}" if part else name
                    cells = _cells(table.get(unit, {}), layers)
                    yield "\t".join((id_, *_place_cells(found, unit), *cells, ""))
            yield ""

    def _place(self, found: TextMarks, page: _Page) -> None:
        groups: dict[int, int] = {}
        links: dict[int, list[tuple[int, _Placed]]] = {}
        ends = {arc.head_id for arc in found.relations}
        ends |= {arc.tail_id for arc in found.relations}
        for mark, span in found.spans:
            placed = self._pieces(found, mark, span, page)
            if not placed:
                continue
            page.marks[mark.id] = placed
            self._report.written += 1
            if mark.group_id is None or mark.attributes or mark.id in ends:
                for each in placed:
                    self._fill(found, mark, each)
                continue
            group = groups.setdefault(mark.group_id, len(groups) + 1)
            number = kept(mark.source, PROGRAM).get("number")
            order = number if isinstance(number, int) else 1 << 40
            for each in placed:
                links.setdefault(group, []).append((order, each))
                self._fill_chain(mark, each)
        for group, chain_links in links.items():
            chain_links.sort(key=itemgetter(0))
            for number, (_, each) in enumerate(chain_links, 1):
                each.chain = group, number

    def _pieces(
        self, found: TextMarks, mark: Annotation, span: Span, page: _Page
    ) -> list[_Placed]:
        """The words of each piece of a span that has some."""
        say = self._picker.say(found.item, mark)
        if len(span.pieces) > 1:
            say(PIECES, Severity.LOSS)
        placed: list[_Placed] = []
        for piece in span.pieces:
            units = _units(piece, page)
            if not units or (units[0][0], units[-1][1]) != piece:
                say(CUT_SPACE, Severity.LOSS)
            if units:
                placed.append(_Placed("", {}, units))
        if not placed:
            say(NO_WORD, Severity.SKIPPED)
        return placed

    def _fill_chain(self, mark: Annotation, placed: _Placed) -> None:
        """The layer and the values of a link of a chain."""
        said = kept(mark.source, PROGRAM)
        layer = layer_of(str(said.get("chain"))) or _COREFERENCE
        layer = layer if layer.kind == CHAIN else _COREFERENCE
        layer = self._layers.setdefault(layer.name, layer)
        placed.layer = layer.name
        values = said.get("link"), self._picker.name(mark)
        for feature, value in zip(layer.features, values, strict=True):
            if value is not None:
                placed.values[feature] = str(value)

    def _fill(self, found: TextMarks, mark: Annotation, placed: _Placed) -> None:
        """The layer and the values of a span."""
        said = kept(mark.source, PROGRAM)
        name = self._picker.name(mark)
        is_word = said.get("layer") == WORD_LAYER and name == "Token"
        if is_word and not mark.attributes and mark.group_id is None:
            placed.layer = WORD_LAYER
            return
        layer = self._layer(SPAN, str(said.get("layer", OWN_SPAN)))
        is_bare = bool(said.get("bare")) and name == layer.name.rpartition(".")[2]
        placed.layer = layer.name
        if mark.group_id is not None:
            say = self._picker.say(found.item, mark)
            say("A group of marks with key-values or relations.", Severity.LOSS)
        placed.values = self._values(found, mark, mark.attributes, layer)
        if name is not None and not is_bare:
            placed.values[layer.label or "label"] = name
        self._widen(layer, placed.values)

    def _values(
        self,
        found: TextMarks,
        record: Annotation | Relation,
        attributes: Attributes,
        layer: Layer,
    ) -> dict[str, str]:
        values: dict[str, str] = {}
        say = self._picker.say(found.item, record)
        for key, value in attributes.items():
            is_odd = _ODD & set(key) or key.startswith((ROLE, BASE)) or not key.strip()
            is_taken = key in LABELS and key not in layer.features
            if is_odd or is_taken or key == layer.label or value is None:
                say("A key-value that cannot be a feature.", Severity.LOSS)
                continue
            values[key] = value if isinstance(value, str) else json.dumps(value)
            if not isinstance(value, str) or not value:
                say("A value of a feature is written as a text.", Severity.LOSS)
        return {key: value for key, value in values.items() if value}

    def _layer(self, kind: str, name: str, base: str = "") -> Layer:
        """The layer of this name if it is of the kind, else one of our own."""
        own = OWN_SPAN if kind == SPAN else OWN_RELATION
        numbered = (f"{own}{number}" for number in count(2))
        for each in chain((name, own, own + base.rpartition(".")[2]), numbered):
            known = self._layers.get(each)
            if known is None and each.startswith(own):
                self._layers[each] = Layer(kind, each, ("label",), base)
                return self._layers[each]
            if known is not None and (known.kind, known.base) == (kind, base):
                return known
        raise AssertionError(name)  # pragma: no cover  numbers do not end

    def _widen(self, layer: Layer, values: Iterable[str]) -> None:
        """A layer with a feature for each value."""
        more = [name for name in values if name not in layer.features]
        if more:
            features = (*layer.features, *sorted(more))
            self._layers[layer.name] = replace(layer, features=features)

    def _arcs(
        self, found: TextMarks, page: _Page
    ) -> Iterator[tuple[_Placed, _Placed, _Placed]]:
        """Each relation as something placed at its tail, with its head."""
        for arc in found.relations:
            say = self._picker.say(found.item, arc)
            if arc.head_id not in page.marks or arc.tail_id not in page.marks:
                say("A relation from or to a mark that is left out.", Severity.SKIPPED)
                continue
            head, tail = page.marks[arc.head_id][0], page.marks[arc.tail_id][0]
            if self._is_slot(arc, head, tail):
                continue
            if head.layer != tail.layer:
                say("A relation between spans of two layers.", Severity.SKIPPED)
                continue
            name = str(kept(arc.source, PROGRAM).get("layer", OWN_RELATION))
            layer = self._layer(RELATION, name, tail.layer)
            values = self._values(found, arc, arc.attributes, layer)
            label = self._picker.name(arc)
            if label is not None:
                values[layer.label or "label"] = label
            self._widen(layer, values)
            yield _Placed(layer.name, values, tail.units[:1]), head, tail

    def _is_slot(self, arc: Relation, head: _Placed, tail: _Placed) -> bool:
        """Put a relation into the slot it was read from, if it still fits."""
        slot = str(kept(arc.source, PROGRAM).get("slot", ""))
        layer = self._layers.get(head.layer)
        if layer is None or slot not in layer.features or arc.attributes:
            return False
        if slot.partition("|")[2] not in (tail.layer, ANYTHING):
            return False
        role = self._picker.name(arc)
        said = BARE if role is None else escaped(role)
        head.slots.setdefault(slot, []).append((said, tail))
        return True

    def _used(
        self, page: _Page, arcs: Sequence[tuple[_Placed, _Placed, _Placed]]
    ) -> list[Layer]:
        placed = [each for marks in page.marks.values() for each in marks]
        names = {each.layer for each in placed} | {arc.layer for arc, _, _ in arcs}
        used = [layer for name, layer in self._layers.items() if name in names]
        return sorted(used, key=lambda layer: (SPAN, CHAIN, RELATION).index(layer.kind))


def _layers(entry: str | None) -> dict[str, Layer]:
    """The layers that an import has kept."""
    try:
        lines = json.loads(entry or "[]")
    except (ValueError, RecursionError):
        return {}
    found = [layer_of(str(line)) for line in (lines if isinstance(lines, list) else [])]
    layers: dict[str, Layer] = {}
    for layer in found:
        if layer is not None and layer.kind != CHAIN:
            layers.setdefault(layer.name, layer)
    return layers


def _words(found: TextMarks, said: Mapping[str, Any]) -> Words:
    """The words and sentences that came with the text, or those it is cut into."""
    places = pieces_of(said.get("words"))
    length = found.text.to_utf16(len(found.text.text))
    firsts = said.get("sentences")
    if not places or places[-1][1] > length or not isinstance(firsts, list):
        return words_in(found.text.text)
    at = found.text.from_utf16
    pieces = [(at(start), at(stop)) for start, stop in places]
    good = all(isinstance(first, int) for first in firsts) and firsts[:1] == [0]
    rises = good and all(a < b for a, b in pairwise([*firsts, len(pieces)]))
    text = found.text.text
    if not rises or any(text[a:b].strip() != text[a:b] or a >= b for a, b in pieces):
        return words_in(text)  # the text has changed since
    return Words(pieces, firsts)


def _units(piece: Piece, page: _Page) -> list[Piece]:
    """The words and parts of words a piece is made of; parts are noted."""
    words = page.words.pieces
    first = bisect_right(words, piece[0], key=lambda word: word[1])
    after = bisect_left(words, piece[1], key=lambda word: word[0])
    units: list[Piece] = []
    for place in range(first, after):
        start, stop = words[place]
        unit = max(start, piece[0]), min(stop, piece[1])
        if unit != words[place]:
            page.parts.setdefault(place, set()).add(unit)
        units.append(unit)
    return units


def _number(page: _Page) -> None:
    """Give ids to what is of several units or stacked."""
    counts: dict[tuple[str, Piece], int] = {}
    everything = [each for marks in page.marks.values() for each in marks]
    for each in everything:
        for unit in each.units:
            key = each.layer, unit
            counts[key] = counts.get(key, 0) + 1
    slots = (each.slots.items() for each in everything)
    ends = {
        id(tail)
        for slot, pairs in chain.from_iterable(slots)
        for _, tail in pairs
        if slot.endswith(ANYTHING)
    }
    number = 0
    for each in everything:
        if id(each) in ends or _is_unclear(counts, each):
            number += 1
            each.id = number


def _is_unclear(counts: Mapping[tuple[str, Piece], int], each: _Placed) -> bool:
    """Whether a unit does not say which mark is meant."""
    if each.chain is not None:
        return False
    return len(each.units) > 1 or any(
        counts[each.layer, unit] > 1 for unit in each.units
    )


def _table(
    page: _Page, arcs: Sequence[tuple[_Placed, _Placed, _Placed]]
) -> dict[Piece, dict[str, list[dict[str, str]]]]:
    """The written values of all units by layer."""
    names = _names(page)
    table: dict[Piece, dict[str, list[dict[str, str]]]] = {}
    for marks in page.marks.values():
        for each in marks:
            said = {k: escaped(v) for k, v in each.values.items()}
            for unit in each.units:
                here = table.setdefault(unit, {}).setdefault(each.layer, [])
                here.append(said | {ID: f"[{each.id}]" if each.id else ""})
                here[-1] |= _slot_cells(each, names)
                if each.chain is not None:
                    here[-1][LINK] = "-".join(map(str, each.chain))
    for arc, head, tail in arcs:
        said = {k: escaped(v) for k, v in arc.values.items()} | {ID: ""}
        ids = f"[{head.id}_{tail.id}]" if head.id or tail.id else ""
        said[BASE] = names[head.units[0]] + ids
        table.setdefault(arc.units[0], {}).setdefault(arc.layer, []).append(said)
    return table


def _names(page: _Page) -> dict[Piece, str]:
    """What each unit is called: `1-2`, or `1-2.1` for a part of a word."""
    names: dict[Piece, str] = {}
    for number in range(len(page.words.firsts)):
        first, after = page.words.sentence(number)
        for place in range(first, after):
            name = f"{number + 1}-{place - first + 1}"
            names[page.words.pieces[place]] = name
            for part, unit in enumerate(sorted(page.parts.get(place, ())), 1):
                names[unit] = f"{name}.{part}"
    return names


def _slot_cells(placed: _Placed, names: dict[Piece, str]) -> dict[str, str]:
    """The roles and targets of slots."""
    cells: dict[str, str] = {}
    for slot, pairs in placed.slots.items():
        ends = (
            names[tail.units[0]] + (f"[{tail.id}]" if tail.id else "")
            for _, tail in pairs
        )
        cells[slot] = ";".join(role for role, _ in pairs)
        cells[TARGETS + slot] = ";".join(ends)
    return cells


def _cells(here: dict[str, list[dict[str, str]]], layers: list[Layer]) -> list[str]:
    cells: list[str] = []
    for layer in layers:
        said = here.get(layer.name, [])
        columns: list[list[str]] = []
        if layer.kind == CHAIN:
            link, type_ = layer.features
            columns.append([f"{x.get(link, BARE)}->{x[LINK]}" for x in said])
            ids = (x[LINK].partition("-")[0] for x in said)
            columns.append(
                [f"{x.get(type_, BARE)}[{n}]" for x, n in zip(said, ids, strict=True)]
            )
            said = []
        elif layer.kind == SPAN and not layer.features:
            columns.append([BARE + each[ID] for each in said])
        for name in layer.features if layer.kind != CHAIN else ():
            bare = NONE if name.startswith(ROLE) else BARE
            columns.append([each.get(name, bare) + each[ID] for each in said])
            if name.startswith(ROLE):
                columns.append([each.get(TARGETS + name, BARE) for each in said])
        if layer.kind == RELATION:
            columns.append([each[BASE] for each in said])
        cells += ["|".join(column) or NONE for column in columns]
    return cells


def _place_cells(found: TextMarks, unit: Piece) -> tuple[str, str]:
    start, stop = found.text.to_utf16(unit[0]), found.text.to_utf16(unit[1])
    return f"{start}-{stop}", escaped(found.text.text[unit[0] : unit[1]])
