"""What an export is drawn from: a frozen view of the selected items."""

from __future__ import annotations

from array import array
from collections.abc import Iterator

from annolab.errors import MediaError, UserError
from annolab.model.annotation import (
    Annotation,
    AnnotationStatus,
    Annotator,
    AnnotatorKind,
    Relation,
)
from annolab.model.item import Item
from annolab.model.schema import Schema
from annolab.store.filters import EVERYTHING, Filter
from annolab.store.project import Snapshot
from annolab.tasks.films import FilmTables, time_of
from annolab.tasks.texts import text_of

PAGE = 1024


class SnapshotRecords:
    """The `Records` of a snapshot; holds the ids of items and one page of them.

    What rules have suggested is left out, with the relations that touch it, when it
    was rejected, and when nobody has judged it unless `suggestions` are wanted.
    """

    def __init__(
        self,
        snapshot: Snapshot,
        where: Filter = EVERYTHING,
        *,
        suggestions: bool = False,
    ) -> None:
        self._snapshot = snapshot
        self._where = where
        # By id, which is the order in which an import or `add` made them.
        self._ids = array("q", sorted(snapshot.item_ids(where)))
        self._films = FilmTables(snapshot)
        self._annotators = {a.id: a for a in snapshot.annotators()}
        known, rule = self._annotators.values(), AnnotatorKind.RULE
        self._rules = frozenset(a.id for a in known if a.kind is rule)
        self._unsettled = {AnnotationStatus.REJECTED}
        if not suggestions:
            self._unsettled.add(AnnotationStatus.SUGGESTED)
        self.left_out: set[int] = set()  # suggestions, as far as was read

    @property
    def schema(self) -> Schema:
        """Labels, declared attributes and tiers."""
        return self._snapshot.schema

    def items(self) -> Iterator[Item]:
        """The selected items, by id."""
        for start in range(0, len(self._ids), PAGE):
            yield from self._snapshot.items(self._ids[start : start + PAGE])

    def annotations(self) -> Iterator[Annotation]:
        """All annotations of the selected items, by id."""
        # Not the filter itself: one with a label would leave out other labels.
        everything = self._where == EVERYTHING
        where = EVERYTHING if everything else Filter(ids=self._ids)
        found = self._snapshot.iter_annotations(where)
        return filter(self._is_settled, found) if self._rules else found

    def _is_settled(self, mark: Annotation) -> bool:
        if mark.annotator_id in self._rules and mark.status in self._unsettled:
            self.left_out.add(mark.id)
            return False
        return True

    def by_item(self) -> Iterator[tuple[Item, list[Annotation]]]:
        """Each selected item with its annotations, in drawing order."""
        for start in range(0, len(self._ids), PAGE):
            ids = self._ids[start : start + PAGE]
            marks = self._snapshot.annotations_of(ids)
            for item in self._snapshot.items(ids):
                yield item, list(filter(self._is_settled, marks[item.id]))

    def relations(self, item_id: int) -> list[Relation]:
        """The relations of one item."""
        found = self._snapshot.relations(item_id)
        if not found or not self._rules:
            return found
        marks = self._snapshot.annotations(item_id)
        gone = {mark.id for mark in marks if not self._is_settled(mark)}
        return [r for r in found if not gone & {r.head_id, r.tail_id}]

    def relation_count(self) -> int:
        """How many relations the selected items have, all together."""
        count = self._snapshot.totals().relations
        if not count or (self._where == EVERYTHING and not self._rules):
            return count
        return sum(len(self.relations(item_id)) for item_id in self._ids)

    def text(self, item: Item) -> str | None:
        """The text of a text item, or None when it cannot be read."""
        try:
            return text_of(self._snapshot, item).text
        except (MediaError, UserError):
            return None

    def time_of(self, item: Item, frame: int) -> float | None:
        """Seconds at which a picture of a film is shown, or None."""
        table = self._films.table(item)
        return None if table is None else time_of(table, frame)

    def annotator(self, annotator_id: int) -> Annotator | None:
        """Who made a mark, or None when there is no such annotator."""
        return self._annotators.get(annotator_id)

    def entry(self, key: str) -> str | None:
        """A project-wide JSON text kept by an import, or None."""
        entry = self._snapshot.entry(key)
        return None if entry is None else entry.value

    def count(self) -> tuple[int, int]:
        """How many items and annotations there are."""
        if self._where == EVERYTHING:
            return len(self._ids), self._snapshot.totals().annotations
        pages = range(0, len(self._ids), PAGE)
        return len(self._ids), sum(
            row.n_annotations
            for start in pages
            for row in self._snapshot.item_rows(self._ids[start : start + PAGE])
        )
