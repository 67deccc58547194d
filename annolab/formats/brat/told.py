"""What the project says about a text, beside what its standoff file said.

Every mark and relation gets the ids it has in the file, its old ones as far as they
are there.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, TypeAlias

from annolab.formats.brat.importing import Kept
from annolab.formats.brat.places import PLAIN, Places
from annolab.formats.brat.reading import Key, Link, Mark, Reading, read_lines
from annolab.formats.brat.standoff import Pieces, TextBound, number_of
from annolab.model.annotation import Annotation, Relation
from annolab.model.geometry import Kind, Span
from annolab.model.schema import Label

Labels: TypeAlias = dict[int, Label]


@dataclass(frozen=True, slots=True)
class Told:
    """The spans of a text and the relations between them."""

    text: str | None
    marks: Sequence[Annotation]
    relations: Sequence[Relation]
    labels: Labels

    def name(self, thing: Annotation | Relation) -> str | None:
        """The name of the label of a mark or relation."""
        label = self.labels.get(thing.label_id or 0)
        return None if label is None else label.name


def span_of(mark: Annotation) -> Span:
    """The geometry of a mark on a text."""
    if not isinstance(mark.geometry, Span):  # pragma: no cover  only spans are told
        raise TypeError(mark.geometry)
    return mark.geometry


class Ids:
    """Free ids of a file, counted on from the largest of each letter."""

    def __init__(self, lines: Iterable[tuple[str, str]]) -> None:
        self._last: Counter[str] = Counter()
        for line, _ in lines:
            letter, number = number_of(line.partition("\t")[0])
            self._last[letter] = max(self._last[letter], number)

    def new(self, letter: str) -> str:
        """The next id with this letter."""
        self._last[letter] += 1
        return f"{letter}{self._last[letter]}"


@dataclass(slots=True)
class Matched:
    """Which mark and relation of the project are which of the file."""

    told: Told
    reading: Reading
    places: Places
    is_same_text: bool  # as when the file was read
    ids: Ids
    keys: dict[int, Key] = field(default_factory=dict)  # by id of a mark
    marks: dict[Key, Annotation] = field(default_factory=dict)
    arcs: dict[str, Relation] = field(default_factory=dict)  # with a line, by its id
    arguments: dict[int, list[Relation]] = field(default_factory=dict)  # by head
    text_ids: dict[int, str] = field(default_factory=dict)
    event_ids: dict[int, str] = field(default_factory=dict)  # of triggers only
    new_arcs: list[Relation] = field(default_factory=list)

    def ref(self, mark_id: int) -> str:
        """What others call a mark: its event, or its span."""
        return self.event_ids.get(mark_id) or self.text_ids[mark_id]

    def means(self, token: str, mark: Annotation | None) -> bool:
        """Whether an id of the file is still one of this mark."""
        if mark is None:
            return False
        return token in (self.text_ids.get(mark.id), self.event_ids.get(mark.id))

    def mark_of(self, token: str) -> Annotation | None:
        """The mark that an id of the file means, when it is there and means it yet."""
        key = self.reading.means.get(token)
        mark = None if key is None else self.marks.get(key)
        return mark if self.means(token, mark) else None


def matched(told: Told, kept: Kept | None) -> Matched:
    """Find the marks and relations of a file again, and give ids to the others."""
    convention = PLAIN if kept is None else kept.convention
    places = Places(told.text or "", convention)
    is_same = kept is None or kept.is_of(told.text)
    content = "" if kept is None else kept.content
    had_text = kept is not None and kept.digest is not None and is_same
    reading = read_lines(content, places if had_text else None)
    found = Matched(told, reading, places, is_same, Ids(reading.lines))
    annotator_id = 0 if kept is None else kept.annotator_id
    _match_marks(found, annotator_id)
    _match_relations(found, annotator_id)
    _give_ids(found)
    return found


def ids_of(thing: Annotation | Relation) -> tuple[str, str]:
    """The ids that a mark or relation had in its file, "" where it had none."""
    if thing.source is None or '"brat"' not in thing.source:
        return "", ""
    try:
        said: Any = json.loads(thing.source)["brat"]
        return str(said.get("id", "")), str(said.get("event", ""))
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return "", ""


def _match_marks(found: Matched, annotator_id: int) -> None:
    for mark in sorted(found.told.marks, key=lambda each: each.id):
        key = ids_of(mark) if mark.annotator_id == annotator_id else ("", "")
        if key in found.reading.marks and key not in found.marks:
            found.marks[key] = mark
            found.keys[mark.id] = key


def _match_relations(found: Matched, annotator_id: int) -> None:
    """Relations of the file; arguments of events; others, which get a line."""
    known = {link.id for link in found.reading.links}
    others: dict[int, list[Relation]] = {}
    for relation in sorted(found.told.relations, key=lambda each: each.id):
        is_ours = relation.annotator_id == annotator_id
        id_ = ids_of(relation)[0] if is_ours else ""
        if id_ and id_ in known and id_ not in found.arcs:
            found.arcs[id_] = relation
        else:
            others.setdefault(relation.head_id, []).append(relation)
    for mark in found.told.marks:
        relations = others.get(mark.id, [])
        if _is_event(mark, found, has_arguments=bool(relations)):
            found.arguments[mark.id] = relations
        else:
            found.new_arcs += relations


def _is_event(mark: Annotation, found: Matched, *, has_arguments: bool) -> bool:
    label = found.told.labels.get(mark.label_id or 0)
    key = found.keys.get(mark.id)
    was = bool(key and key[1])
    if key and was and is_named(found.told.name(mark), found.reading.marks[key].label):
        return True
    if label is None:
        return False
    if Kind.EVENT in label.kinds:
        return was or key is None or has_arguments
    return was and not label.kinds


def is_named(name: str | None, said: str) -> bool:
    """Whether a label is what a file says; it says _ for none."""
    return said == (name or "_")


def _give_ids(found: Matched) -> None:
    """Spans that were triggers of several events stay one line while they agree."""
    told = found.told
    marks = sorted(told.marks, key=lambda mark: (span_of(mark).pieces, mark.id))
    shapes: dict[str, tuple[Pieces, str | None]] = {}
    for wanted in (True, False):  # those that have not changed come first
        for mark in marks:
            key = found.keys.get(mark.id)
            if key is None or mark.id in found.text_ids:
                continue
            if is_as_read(found, found.reading.marks[key], mark) is not wanted:
                continue
            shape = (span_of(mark).pieces, told.name(mark))
            if shapes.setdefault(key[0], shape) == shape:
                found.text_ids[mark.id] = key[0]
    for mark in marks:
        if mark.id not in found.text_ids:
            found.text_ids[mark.id] = found.ids.new("T")
        if mark.id in found.arguments:
            key = found.keys.get(mark.id)
            found.event_ids[mark.id] = (key and key[1]) or found.ids.new("E")


def is_as_read(found: Matched, said: Mark, mark: Annotation) -> bool:
    """Whether a span has the label and place that the file gives it."""
    if not is_named(found.told.name(mark), said.label):
        return False
    pieces = span_of(mark).pieces
    if found.is_same_text:
        return said.pieces == pieces
    bound = found.reading.records[found.reading.line_of[said.key[0]]]
    return isinstance(bound, TextBound) and _still_says(found.places, bound, pieces)


def _still_says(places: Places, bound: TextBound, pieces: Pieces) -> bool:
    """Whether a line is right about a text that has been changed since."""
    if not places.text:  # it is not there: nothing could be written instead
        return True
    return places.agree(bound) and places.pieces(bound) == pieces


def links_of(reading: Reading) -> tuple[dict[Key, list[Link]], dict[str, Link]]:
    """The arguments of each event, and the relations by their ids."""
    arguments: dict[Key, list[Link]] = {}
    arcs: dict[str, Link] = {}
    for link in reading.links:
        if link.id:
            arcs[link.id] = link
        else:
            arguments.setdefault(link.head, []).append(link)
    return arguments, arcs
