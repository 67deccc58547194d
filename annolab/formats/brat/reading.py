"""What the lines of a standoff file say about a text: marks, links and chains.

An export reads the lines of the import again and compares: what says the same as
the project does is given back as it was.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import TypeAlias

from annolab.formats.base import Severity
from annolab.formats.brat.extras import TYPE, Extra, mark_extra, values_extra
from annolab.formats.brat.places import Places, joined, lines_of, repeats
from annolab.formats.brat.standoff import (
    Arc,
    Equiv,
    Event,
    Note,
    Pieces,
    Record,
    Reference,
    TextBound,
    Value,
    parsed,
)
from annolab.formats.values import clean
from annolab.model.geometry import AttributeValue

Key: TypeAlias = tuple[str, str]
"""A mark: the ids of its text-bound line and of its event ("" for none)."""

Owner: TypeAlias = Key | str
"""What a value is of: a mark, or the relation with this id."""

NO_LABEL = "_"
NOTES = "AnnotatorNotes"
NOTE, KB_ID, KB_NAME = "note", "kb_id", "kb_name"  # keys of attributes

UNKNOWN = "A line that is no annotation; it is kept as it is."
TWICE = "An id that was used before; the second line is kept as it is."
EMPTY = "A span without a character; its line is kept as it is."
BEYOND = "A span that reaches beyond its text; its line is kept as it is."
OVERLAP = "The pieces of a span overlap or touch, and are joined."
CUT = "A span over line ends, written in pieces; it is read as one."
OTHER = "The text of a span is another in the document; its offsets are taken."
OLD = "The text of a span has no spaces between its pieces, as before brat 1.3."
LOST = "A line refers to what is not there; it is kept as it is."
LOST_ROLE = "An argument of an event is not there; it is kept in its line."
SECOND = "A span is in a second group; only the line shows it."


@dataclass(slots=True)
class Mark:
    """A span; for each event with the same trigger there is one."""

    key: Key
    label: str
    pieces: Pieces
    chain: int | None = None


@dataclass(frozen=True, slots=True)
class Link:
    """A relation, or (id "") an argument of the event of its head."""

    id: str
    label: str
    head: Key
    tail: Key
    role: str = ""  # of an argument, as it was written
    token: str = ""  # what an argument refers to, as it was written


@dataclass(frozen=True, slots=True)
class Given:
    """A value that a line gives to something."""

    line: int
    owner: Owner
    key: str
    value: str | bool


@dataclass(slots=True)
class Reading:
    """All that a file says. Lines are numbered from 0."""

    lines: list[tuple[str, str]] = field(default_factory=list)
    records: list[Record | None] = field(default_factory=list)  # None: kept as it is
    marks: dict[Key, Mark] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    given: list[Given] = field(default_factory=list)
    line_of: dict[str, int] = field(default_factory=dict)  # by id
    means: dict[str, Key] = field(default_factory=dict)  # the mark an id refers to
    extras: dict[Owner, tuple[int, Extra]] = field(default_factory=dict)  # with line
    chain_of: dict[int, int] = field(default_factory=dict)  # by the line of an Equiv
    problems: list[tuple[str, Severity, int]] = field(default_factory=list)

    def values(self) -> dict[Owner, dict[str, AttributeValue]]:
        """The attributes of everything; several values of one key are a tuple.

        What other lines say of a key comes before what our notes of relations say.
        """
        lists: dict[Owner, dict[str, list[str | bool]]] = {}
        for given in self.given:
            of_owner = lists.setdefault(given.owner, {})
            of_owner.setdefault(given.key, []).append(given.value)
        extras: dict[Owner, dict[str, AttributeValue]] = {
            owner: {**extra}
            for owner, (_, extra) in self.extras.items()
            if isinstance(owner, str)
        }
        for owner, found in lists.items():
            plain = {k: v[0] if len(v) == 1 else tuple(v) for k, v in found.items()}
            extras[owner] = {**extras.get(owner, {}), **plain}
        return extras


def read_lines(content: str, places: Places | None) -> Reading:
    """Read a file. `places`: None when there is no text to look things up in."""
    lines = lines_of(content.removeprefix("\ufeff"))
    return Reader(lines, [parsed(line) for line, _ in lines], places).reading


class Reader:
    """Goes through the records: spans and events first, then what refers to them."""

    def __init__(
        self,
        lines: list[tuple[str, str]],
        records: list[Record | None],
        places: Places | None,
    ) -> None:
        self.reading = Reading(lines, records)
        self._places = places
        self._first = self.reading.means
        self._chains: list[tuple[str, int]] = []  # their type, and what they joined
        self._references: Counter[Owner] = Counter()
        self._take_ids()
        self._take_marks()
        for number, record in enumerate(records):
            if record is not None and not self._take(number, record):
                self._keep(number, LOST)
        self._close_chains()

    def _say(self, reason: str, severity: Severity, number: int) -> None:
        self.reading.problems.append((reason, severity, number))

    def _keep(self, number: int, reason: str) -> None:
        """Leave a line as it is: nothing is read from it."""
        self.reading.records[number] = None
        self._say(reason, Severity.SKIPPED, number)

    def _take_ids(self) -> None:
        reading = self.reading
        for number, record in enumerate(reading.records):
            if record is None:
                if reading.lines[number][0].strip():
                    self._keep(number, UNKNOWN)
            elif isinstance(record, Equiv):
                continue
            elif record.id in reading.line_of:
                self._keep(number, TWICE)
            else:
                reading.line_of[record.id] = number

    def _take_marks(self) -> None:
        """Text-bound lines, once for each event that they are the trigger of."""
        reading = self.reading
        pieces: dict[str, Pieces] = {}
        for number, record in enumerate(reading.records):
            if isinstance(record, TextBound):
                found = self._pieces(number, record)
                if found is not None:
                    pieces[record.id] = found
        events: dict[str, list[Event | None]] = {}
        for number, record in enumerate(reading.records):
            if isinstance(record, Event):
                if record.trigger in pieces:
                    events.setdefault(record.trigger, []).append(record)
                else:
                    self._keep(number, LOST)
        for text_id, where in pieces.items():
            bound = reading.records[reading.line_of[text_id]]
            label = bound.type if isinstance(bound, TextBound) else ""
            for event in events.get(text_id, [None]):
                key = (text_id, event.id if event else "")
                reading.marks[key] = Mark(key, clean(label), where)
                self._first.setdefault(text_id, key)
                if event:
                    self._first[event.id] = key

    def _pieces(self, number: int, record: TextBound) -> Pieces | None:
        made = record.pieces
        if self._places is not None:
            made = tuple(self._places.inside(*piece) for piece in made)
        if any(stop <= start for start, stop in made) or min(made)[0] < 0:
            self._keep(number, EMPTY)
            return None
        text = self._places.text if self._places is not None else None
        if text is not None and max(stop for _, stop in made) > len(text):
            self._keep(number, BEYOND)
            return None
        self._compare(number, record, made, text)
        return joined(made, text)

    def _compare(
        self, number: int, record: TextBound, made: Pieces, text: str | None
    ) -> None:
        plain = joined(made, None)
        if len(plain) < len(made):
            self._say(OVERLAP, Severity.REPAIRED, number)
        if text is None:
            return
        if len(joined(plain, text)) < len(plain):
            self._say(CUT, Severity.NOTE, number)
        between = repeats(record, [text[start:stop] for start, stop in made])
        if not (record.tail or "").strip():
            return
        if between is None:
            self._say(OTHER, Severity.NOTE, number)
        elif not between and len(made) > 1:
            self._say(OLD, Severity.NOTE, number)

    def _take(self, number: int, record: Record) -> bool:
        """Read a line that refers to others; False when they are not there."""
        match record:
            case Event():
                self._take_arguments(number, record)
            case Arc():
                head, tail = (
                    self._first.get(token) for _, token in (record.head, record.tail)
                )
                if head is None or tail is None:
                    return False
                label = clean(record.type)
                self.reading.links.append(Link(record.id, label, head, tail))
            case Equiv():
                return self._take_chain(number, record)
            case Value() | Reference() | Note():
                return self._take_value(number, record)
            case _:
                pass
        return True

    def _take_arguments(self, number: int, record: Event) -> None:
        for role, token in record.arguments:
            tail = self._first.get(token)
            if tail is None:
                self._say(LOST_ROLE, Severity.SKIPPED, number)
                continue
            label, head = clean(role_name(role)), self._first[record.id]
            self.reading.links.append(Link("", label, head, tail, role, token))

    def _take_value(self, number: int, record: Value | Reference | Note) -> bool:
        owner: Owner | None = self._first.get(record.target)
        if owner is None:
            at = self.reading.line_of.get(record.target)
            there = at is not None and isinstance(self.reading.records[at], Arc)
            if not there or not self._has_arc(record.target):
                return False
            owner = record.target
        if isinstance(record, Note) and self._take_extra(number, owner, record):
            return True
        found: dict[str, str | bool] = {}
        match record:
            case Value():
                said = True if record.value is None else clean(record.value)
                found = {clean(record.name): said}
            case Note():
                key = NOTE if record.type == NOTES else clean(record.type)
                found = {key: clean(record.text)}
            case Reference():
                self._references[owner] += 1
                found = reference_values(record, self._references[owner])
        for key, value in found.items():
            self.reading.given.append(Given(number, owner, key, value))
        return True

    def _take_extra(self, number: int, owner: Owner, record: Note) -> bool:
        """Read a note of our own; False when it is another one."""
        if record.type != TYPE or owner in self.reading.extras:
            return False
        read = values_extra if isinstance(owner, str) else mark_extra
        extra = read(record.text)
        if extra is not None:
            self.reading.extras[owner] = number, extra
        return extra is not None

    def _has_arc(self, id_: str) -> bool:
        """Whether both ends of a relation are there; its line may come later."""
        arc = self.reading.records[self.reading.line_of[id_]]
        if not isinstance(arc, Arc):
            return False
        return arc.head[1] in self._first and arc.tail[1] in self._first

    def _take_chain(self, number: int, record: Equiv) -> bool:
        marks = [self._first[token] for token in record.members if token in self._first]
        if not marks:
            return False
        found = [self.reading.marks[key] for key in dict.fromkeys(marks)]
        tops = {self._top(m.chain) for m in found if m.chain is not None}
        same = sorted(top for top in tops if self._chains[top][0] == record.type)
        if not same:
            same = [len(self._chains)]
            self._chains.append((record.type, same[0]))
        for top in same[1:]:
            self._chains[top] = (record.type, same[0])
        self.reading.chain_of[number] = same[0]
        for mark in found:
            if mark.chain is None:
                mark.chain = same[0]
            elif self._top(mark.chain) != same[0]:
                self._say(SECOND, Severity.NOTE, number)
        return True

    def _top(self, chain: int) -> int:
        while self._chains[chain][1] != chain:
            kind, above = self._chains[chain]
            self._chains[chain] = (kind, self._chains[above][1])
            chain = above
        return chain

    def _close_chains(self) -> None:
        for mark in self.reading.marks.values():
            if mark.chain is not None:
                mark.chain = self._top(mark.chain)
        chains = self.reading.chain_of
        for number, chain in chains.items():
            chains[number] = self._top(chain)


def role_name(role: str) -> str:
    """A role without the number that tells it from others of its name."""
    return role.rstrip("0123456789") or role


def reference_values(record: Reference, number: int) -> dict[str, str | bool]:
    """The attributes for the `number`-th reference of something, from 1."""
    end = f"_{number}" if number > 1 else ""
    found: dict[str, str | bool] = {KB_ID + end: clean(record.entry)}
    if record.name:
        found[KB_NAME + end] = clean(record.name)
    return found
