"""Marks on texts, as formats of texts write and read them.

Offsets of files are converted with `Offsets`; what would be shifted by that is
reported, and so is every field that a format has no word for.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TypeAlias

from annolab.formats.base import ImportContext, Problem, Records, Report, Severity
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import Attributes, Kind, Span, Whole
from annolab.model.item import Item, Media, Status
from annolab.model.offsets import Offsets
from annolab.model.schema import Label, Schema

Say: TypeAlias = Callable[[str, Severity], None]
SaidSpan: TypeAlias = tuple[int, int, str | None]  # start, end, its text if told

NO_TEXT = "The text of an item cannot be read, so it is left out."
NOT_TEXT = "Only spans and labels of whole texts can be kept."
NOT_SPAN = "Only spans of texts can be kept."
BEYOND = "A span that reaches beyond its text."
INSIDE = "An offset inside of a character, moved to its edge."
PIECES = "A discontinuous span is written as its pieces."
CUT_UNIT = "An end inside of what the file counts as one is moved to its edge."
GUESSED = "The unit of offsets is not said, and taken to be UTF-16."
NO_LABEL = "A span or text has no label."
PEOPLE = "Who made an annotation cannot be kept."


@dataclass(slots=True)
class TextMarks:
    """What of a text item a format can write."""

    item: Item
    text: Offsets
    spans: list[tuple[Annotation, Span]]
    wholes: list[Annotation]
    relations: list[Relation]


@dataclass(slots=True)
class Picker:
    """Picks what a format of texts can write, and reports the rest.

    `kept`: what is held besides place and label, in the words of `holds` in
    manifests. `wholes`: whether labels of whole texts can be written.
    """

    schema: Schema
    report: Report
    kept: Collection[str] = ()
    wholes: bool = True
    people: set[int] = field(default_factory=set)
    labels: dict[int, Label] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.labels = {label.id: label for label in self.schema.labels}

    def picked(self, records: Records) -> Iterator[TextMarks]:
        """Each text item with its text and the marks that can be written."""
        related = records.relation_count() > 0
        for item, marks in records.by_item():
            text = records.text(item) if item.media is Media.TEXT else None
            if text is None:
                self._leave_out(item, marks)
                continue
            relations = records.relations(item.id) if related else []
            self._report_item(item, relations)
            yield self._of_item(item, Offsets(text), marks, relations)
        if "annotator" not in self.kept and len(self.people) > 1:
            self.report.add(Problem(PEOPLE, Severity.LOSS))

    def say(self, item: Item, record: Annotation | Relation | None = None) -> Say:
        """A function that reports what happens to a mark, relation or item."""

        def say(reason: str, severity: Severity = Severity.LOSS) -> None:
            id_ = None if record is None else record.id
            self.report.add(
                Problem(reason, severity, item=item.path, annotation_id=id_)
            )

        return say

    def name(self, record: Annotation | Relation) -> str | None:
        """The name of the label of a mark or relation."""
        label = self.labels.get(record.label_id or 0)
        return label.name if label is not None else None

    @property
    def _only(self) -> str:
        return NOT_TEXT if self.wholes else NOT_SPAN

    def _leave_out(self, item: Item, marks: Sequence[Annotation]) -> None:
        reason = NO_TEXT if item.media is Media.TEXT else self._only
        self.say(item)(reason, Severity.SKIPPED)
        for mark in marks:
            self.say(item, mark)(reason, Severity.SKIPPED)

    def _of_item(
        self,
        item: Item,
        text: Offsets,
        marks: Sequence[Annotation],
        relations: list[Relation],
    ) -> TextMarks:
        found = TextMarks(item, text, [], [], [])
        for mark in marks:
            say = self.say(item, mark)
            match mark.geometry:
                case Span() as span if span.pieces[-1][1] > len(text.text):
                    say(BEYOND, Severity.SKIPPED)
                    continue
                case Span() as span:
                    found.spans.append((mark, span))
                case Whole() if self.wholes:
                    found.wholes.append(mark)
                case _:
                    say(self._only, Severity.SKIPPED)
                    continue
            self.people.add(mark.annotator_id)
            report_mark(mark, say, self.kept)
        found.spans.sort(key=lambda each: (each[1].pieces, each[0].id))
        written = {mark.id for mark, _ in found.spans}
        written |= {mark.id for mark in found.wholes}
        for relation in relations if "relations" in self.kept else ():
            say = self.say(item, relation)
            if not {relation.head_id, relation.tail_id} <= written:
                say("A relation from or to a mark that is left out.", Severity.SKIPPED)
            else:
                found.relations.append(relation)
                if relation.attributes and "attributes" not in self.kept:
                    say("Key-values cannot be kept.", Severity.LOSS)
        return found

    def _report_item(self, item: Item, relations: Sequence[Relation]) -> None:
        kept = self.kept
        lost = {
            "Key-values of an item cannot be kept.": "item_attributes" not in kept
            and bool(item.attributes),
            "The status of an item cannot be kept.": "item_status" not in kept
            and item.status is not Status.NEW,
            "The split of an item cannot be kept.": "split" not in kept
            and item.split is not None,
        }
        for reason, is_lost in lost.items():
            if is_lost:
                self.say(item)(reason, Severity.LOSS)
        if "relations" not in kept:
            for relation in relations:
                say = self.say(item, relation)
                say("Relations cannot be kept.", Severity.SKIPPED)


def report_mark(mark: Annotation, say: Say, kept: Collection[str]) -> None:
    """Say which fields of a mark cannot be held."""
    if (
        not mark.attributes
        and mark.group_id is None
        and mark.text is None
        and mark.score is None
        and mark.tier_id is None
        and mark.frame is None
        and mark.status is AnnotationStatus.PLAIN
        and not (mark.z or mark.locked)
    ):
        return
    fields = {
        "attributes": ("Key-values cannot be kept.", bool(mark.attributes)),
        "frame": ("A frame cannot be kept.", mark.frame is not None),
        "group": ("A group cannot be kept.", mark.group_id is not None),
        "locked": ("That it is locked cannot be kept.", mark.locked),
        "score": ("A score cannot be kept.", mark.score is not None),
        "status": (
            "A status cannot be kept.",
            mark.status is not AnnotationStatus.PLAIN,
        ),
        "text": ("A text of its own cannot be kept.", mark.text is not None),
        "tier": ("A tier cannot be kept.", mark.tier_id is not None),
        "z": ("A drawing order cannot be kept.", mark.z != 0),
    }
    for word, (reason, is_said) in fields.items():
        if is_said and word not in kept:
            say(reason, Severity.LOSS)


def length_in(text: Offsets, unit: str) -> int:
    """How long a text is in one of `offsets.UNITS`."""
    return text.to(unit, len(text.text))


def written_piece(
    text: Offsets, unit: str, start: int, stop: int, say: Say
) -> tuple[int, int]:
    """Code points in a unit of a file, grown, and reported, to what it can count."""
    low, high = text.to(unit, start), text.to(unit, stop)
    if text.of(unit, high) != stop:
        high += 1
    elif text.of(unit, low) == start:
        return low, high
    say(CUT_UNIT, Severity.LOSS)
    return low, high


def read_piece(
    text: Offsets, unit: str, start: object, stop: object, say: Say
) -> tuple[int, int] | None:
    """The code points between two offsets of a file; None, reported: nonsense."""
    begin, end = whole(start), whole(stop)
    if begin is None or end is None:
        say("A span without whole numbers as start and end.", Severity.SKIPPED)
        return None
    length = length_in(text, unit)
    if begin < 0 or end <= begin or begin >= length:
        reason = "A span that is empty, or reaches out of its text."
        say(reason, Severity.SKIPPED)
        return None
    if end > length:
        say("A span that reached beyond its text, cut.", Severity.REPAIRED)
        end = length
    low, high = text.of(unit, begin), text.of(unit, end)
    inside = text.to(unit, low) != begin, text.to(unit, high) != end
    if any(inside):
        say(INSIDE, Severity.REPAIRED)
        high = min(high + inside[1], len(text.text))
    return (low, high) if low < high else (low, low + 1)


@dataclass(slots=True)
class UnitFinder:
    """In which of `units` the offsets of texts count, where the file does not say.

    `given`: what the user says, "" nothing. `found`: what a text has given away.
    `guessed`: for how many texts it made a difference that could not be told.
    """

    units: Sequence[str]
    given: str = ""
    found: str = ""
    guessed: int = 0

    def of(self, text: Offsets, spans: Sequence[SaidSpan]) -> str:
        """The unit in which all spans lie in the text and have the text they tell.

        Where several do it is that of texts before, or the first of `units`.
        """
        if self.given or not spans:
            return self.given or "codepoint"
        if text.text.isascii() and "\r\n" not in text.text:
            return "codepoint"
        fits = [unit for unit in self.units if _fit(text, unit, spans)]
        if len(fits) == 1:
            self.found = fits[0]
        if self.found in fits or not fits:
            return self.found or self.units[0]
        self.guessed += len({tuple(_places(text, u, spans)) for u in fits}) > 1
        return fits[0]

    def report(self, report: Report) -> None:
        """Note, once, that units were guessed."""
        if self.guessed:
            where = f"{self.guessed} texts"
            report.add(Problem(GUESSED, Severity.NOTE, where=where))


def _places(
    text: Offsets, unit: str, spans: Iterable[SaidSpan]
) -> Iterator[tuple[int, int]]:
    for start, stop, _ in spans:
        yield text.of(unit, start), text.of(unit, stop)


def _fit(text: Offsets, unit: str, spans: Sequence[SaidSpan]) -> bool:
    length = length_in(text, unit)
    if any(stop > length for _, stop, _ in spans):
        return False
    places = _places(text, unit, spans)
    for (start, stop, said), (low, high) in zip(spans, places, strict=True):
        if text.to(unit, low) != start or text.to(unit, high) != stop:
            return False
        if said is not None and text.text[low:high] != said:
            return False
    return True


def whole(value: object) -> int | None:
    """A whole number, also when it is written as a text or as 3.0."""
    if isinstance(value, str) and value.strip().isdecimal() and len(value) < 20:
        return int(value)
    if isinstance(value, float) and value.is_integer():
        return int(value)
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return value if isinstance(value, int) and is_number else None


def joined(pieces: Sequence[tuple[int, int]]) -> Span:
    """Pieces in any order as a span: sorted, and those that touch made one."""
    merged: list[tuple[int, int]] = []
    for start, stop in sorted(pieces):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(stop, merged[-1][1]))
        else:
            merged.append((start, stop))
    return Span(tuple(merged))


def relation_label(ctx: ImportContext, name: str | None) -> int | None:
    """The id of the label of a relation, made when it is not there."""
    if not name:
        return None
    return ctx.label(name, kinds=frozenset({Kind.RELATION})).id


def attributes_but(attributes: Attributes, *keys: str) -> dict[str, object]:
    """Key-values without some, with lists instead of tuples, for JSON."""
    return {key: listed(v) for key, v in attributes.items() if key not in keys}


def listed(value: object) -> object:
    """An attribute value for JSON."""
    return [listed(each) for each in value] if isinstance(value, tuple) else value
