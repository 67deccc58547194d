"""Annotations and relations of a text as the marks and arcs that are shown."""

from __future__ import annotations

from bisect import bisect_left, bisect_right, insort
from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias

from annolab.jobs import Progress
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.geometry import Attributes, Span
from annolab.model.schema import Schema
from annolab.model.values import value_text
from annolab.widgets.text_marks import Arc, Mark

UNLABELLED = "#9aa3b2"
NOTE = 32  # characters of the key-values that a chip shows
Key: TypeAlias = tuple[int, int, int]  # start, -stop, id: the order of the text


def note_of(attributes: Attributes) -> str:
    """The key-values of a mark in a few characters: values, or true keys."""
    parts = []
    for key, value in attributes.items():
        if value is True:
            parts.append(key)
        elif value not in (None, False, "", ()):
            parts.append(value_text(value))
    text = " ".join(" ".join(parts).split())
    return text if len(text) <= NOTE else text[: NOTE - 1] + "…"


def mark_of(annotation: Annotation, schema: Names, length: int) -> Mark | None:
    """What is shown of an annotation; None of one that is no span or rejected.

    What lies beyond the end of the text (`length` code points) is cut off.
    """
    geometry = annotation.geometry
    if not isinstance(geometry, Span):
        return None
    if annotation.status is AnnotationStatus.REJECTED:
        return None
    pieces = tuple((s, min(e, length)) for s, e in geometry.pieces if s < length)
    if not pieces:
        return None
    name, color = schema.get(annotation.label_id, ("", UNLABELLED))
    return Mark(
        annotation.id,
        pieces,
        color,
        name,
        note_of(annotation.attributes),
        suggested=annotation.status is AnnotationStatus.SUGGESTED,
        locked=annotation.locked,
    )


Names: TypeAlias = Mapping[int | None, tuple[str, str]]


def names_of(schema: Schema) -> Names:
    """Name and colour of every label."""
    return {label.id: (label.name, label.color) for label in schema.labels}


def chain_arcs(chains: Iterable[tuple[int, int]]) -> list[Arc]:
    """Arcs of chains: each mark with the next of its chain.

    `chains`: marks with their chains, in the order of the text. The arc has the
    negative id of its second mark.
    """
    arcs = []
    last: dict[int, int] = {}
    for id_, chain in chains:
        if chain in last:
            arcs.append(Arc(-id_, last[chain], id_, UNLABELLED, "", chain=True))
        last[chain] = id_
    return arcs


class ShownMarks:
    """The marks that are shown, in the order of the text."""

    def __init__(self) -> None:
        self.marks: dict[int, Mark] = {}
        self.chains: dict[int, int] = {}  # the chain of a mark that is in one
        self.beyond = 0  # spans that lie wholly or in part beyond the text
        self._keys: list[Key] = []
        self._arcs: dict[int, tuple[Relation, Arc]] = {}  # there may be very many
        self._names: Names = {}
        self._length = 0

    def load(
        self,
        annotations: Iterable[Annotation],
        schema: Schema,
        hidden: frozenset[int],
        length: int,
    ) -> list[Mark]:
        """Show these; `length` is that of the text."""
        self._names, self._length = names_of(schema), length
        self._arcs = {}
        self.marks, self.chains, self.beyond = {}, {}, 0
        for annotation in annotations:
            geometry = annotation.geometry
            if isinstance(geometry, Span) and geometry.pieces[-1][1] > length:
                self.beyond += 1
            mark = mark_of(annotation, self._names, length)
            if mark is not None and annotation.id not in hidden:
                self.marks[annotation.id] = mark
                self._note_chain(annotation)
        self._keys = sorted(map(_key, self.marks.values()))
        return list(self.marks.values())

    def _note_chain(self, annotation: Annotation) -> None:
        if annotation.group_id is None:
            self.chains.pop(annotation.id, None)
        else:
            self.chains[annotation.id] = annotation.group_id

    def change(
        self,
        ids: Iterable[int],
        find: Callable[[int], Annotation | None],
        hidden: frozenset[int],
    ) -> tuple[list[Mark], list[int]]:
        """Renew some: those that are new or differ, and those that are gone."""
        changed, removed = [], []
        for id_ in ids:
            annotation, before = find(id_), self.marks.get(id_)
            mark = None
            if annotation is not None and id_ not in hidden:
                mark = mark_of(annotation, self._names, self._length)
            if before is not None:
                del self._keys[bisect_left(self._keys, _key(before))]
                del self.marks[id_]
            if mark is None or annotation is None:
                self.chains.pop(id_, None)
                if before is not None:
                    removed.append(id_)
                continue
            self.marks[id_] = mark
            insort(self._keys, _key(mark))
            self._note_chain(annotation)
            if mark != before:
                changed.append(mark)
        return changed, removed

    def arcs(self, relations: Iterable[Relation]) -> list[Arc]:
        """Arcs between the marks that are shown."""
        members = sorted(_key(self.marks[id_]) for id_ in self.chains)
        arcs = chain_arcs((id_, self.chains[id_]) for _, _, id_ in members)
        marks = self.marks
        for relation in relations:
            if relation.head_id in marks and relation.tail_id in marks:
                arcs.append(self._arc(relation))
        return arcs

    def _arc(self, relation: Relation) -> Arc:
        held = self._arcs.get(relation.id)
        if held is not None and held[0] is relation:
            return held[1]
        name, color = self._names.get(relation.label_id, ("", UNLABELLED))
        arc = Arc(relation.id, relation.head_id, relation.tail_id, color, name)
        self._arcs[relation.id] = (relation, arc)
        return arc

    def beside(
        self,
        mark_id: int | None,
        at: int,
        delta: int,
        wanted: Callable[[Mark], bool] = lambda _: True,
    ) -> Mark | None:
        """The next mark (`delta` 1) or that before (-1) which is wanted.

        From a mark, or, where there is none, from an offset.
        """
        held = self.marks.get(mark_id) if mark_id is not None else None
        if held is not None:
            place = bisect_left(self._keys, _key(held)) + delta
        elif delta > 0:
            place = bisect_left(self._keys, (at,))
        else:
            place = bisect_right(self._keys, (at, 0, 0)) - 1
        while 0 <= place < len(self._keys):
            mark = self.marks[self._keys[place][2]]
            if wanted(mark):
                return mark
            place += delta
        return None

    def in_order(self) -> list[Mark]:
        """All marks in the order of the text."""
        return [self.marks[id_] for _, _, id_ in self._keys]


def _key(mark: Mark) -> Key:
    return mark.start, -mark.stop, mark.id


def shown_of(
    annotations: Iterable[Annotation],
    schema: Schema,
    hidden: frozenset[int],
    length: int,
    _: Progress,
) -> ShownMarks:
    """What is shown of a text with `length` characters: also in a worker."""
    shown = ShownMarks()
    shown.load(annotations, schema, hidden, length)
    return shown
