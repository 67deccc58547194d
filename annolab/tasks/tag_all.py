"""Tag every place where a text occurs, in one text or in all, as one step."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from annolab.assist.text_search import Piece, Search, places, untagged
from annolab.errors import MediaError, UserError
from annolab.formats.base import Problem, Report
from annolab.jobs import Progress
from annolab.model.annotation import Annotation, AnnotationStatus, AnnotatorKind
from annolab.model.geometry import Span
from annolab.model.item import Item
from annolab.model.schema import Label
from annolab.store.project import Project
from annolab.store.queries import Reader
from annolab.tasks.texts import text_of
from annolab.text_edits import pieces_of, suggested_at

PAGE = 256
SHOWN = 200
AROUND = 40  # characters before and after that a preview shows


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A place that was found, with what is around it on its line."""

    item: Item
    start: int
    stop: int
    before: str
    inside: str
    after: str


@dataclass(frozen=True, slots=True)
class Occurrences:
    """How many places in how many texts, the first of them to be shown."""

    count: int
    texts: int
    shown: tuple[Occurrence, ...]
    unread: int = 0


@dataclass(frozen=True, slots=True)
class Wanted:
    """What is to be tagged: `free` leaves out what touches a mark."""

    search: Search
    free: bool = True


def pieces_in(text: str, wanted: Wanted, marks: Sequence[Annotation]) -> list[Piece]:
    """The places in a text. Raises UserError as `places` does."""
    found = places(text, wanted.search)
    if not wanted.free:
        return found
    places_found = set(found)
    taken = [
        piece
        for mark in marks
        if mark.status is not AnnotationStatus.REJECTED
        and not _is_confirmed(mark, places_found)
        for piece in pieces_of(mark)
    ]
    return untagged(found, taken)


def _is_confirmed(mark: Annotation, found: set[Piece]) -> bool:
    """Whether it is a suggestion of just what is to be tagged."""
    suggested = mark.status is AnnotationStatus.SUGGESTED
    return suggested and len(pieces_of(mark)) == 1 and pieces_of(mark)[0] in found


def look(
    project: Reader, ids: Sequence[int], wanted: Wanted, progress: Progress
) -> Occurrences:
    """Count the places in items, and show the first. Raises UserError."""
    count = texts = unread = 0
    shown: list[Occurrence] = []
    for item, text, marks in _texts(project, ids, wanted, progress):
        if text is None:
            unread += 1
            continue
        found = pieces_in(text, wanted, marks)
        count += len(found)
        texts += bool(found)
        first = found[: SHOWN - len(shown)]
        shown += [_occurrence(item, text, piece) for piece in first]
    return Occurrences(count, texts, tuple(shown), unread)


def tag(
    project: Project,
    ids: Sequence[int],
    wanted: Wanted,
    label: Label,
    progress: Progress,
) -> Report:
    """Tag all places in items as one step that Undo takes back.

    Suggestions that are just there are given the label and accepted.
    `Report.written` is how many. Cancelled or failed, nothing has changed.
    """
    wanted.search.compiled()  # a wrong expression is told before anything is written
    report = Report()
    name = f"Tag all “{' '.join(wanted.search.pattern.split())[:30]}” as {label.name}"
    with project.bulk(name, project.annotator) as bulk:
        for item, text, marks in _texts(project, ids, wanted, progress):
            if text is None:
                report.add(Problem("A text that cannot be read.", item=item.path))
                continue
            known = suggested_at(marks)
            for piece in pieces_in(text, wanted, marks):
                report.written += 1
                held = known.get((item.id, piece))
                if held is not None:
                    accepted = AnnotationStatus.ACCEPTED
                    after = replace(held, label_id=label.id, status=accepted)
                    bulk.change(held, after)
                    continue
                bulk.add(
                    Annotation(
                        id=bulk.new_id(),
                        item_id=item.id,
                        annotator_id=bulk.annotator.id,
                        geometry=Span((piece,)),
                        label_id=label.id,
                    )
                )
    return report


def _texts(
    project: Reader, ids: Sequence[int], wanted: Wanted, progress: Progress
) -> Iterator[tuple[Item, str | None, list[Annotation]]]:
    """Items with their texts (None: cannot be read) and the marks to be left out."""
    suggests = (AnnotatorKind.RULE, AnnotatorKind.MODEL)
    marked = wanted.free or any(a.kind in suggests for a in project.annotators())
    for start in range(0, len(ids), PAGE):
        page = ids[start : start + PAGE]
        marks = project.annotations_of(page) if marked else {}
        for number, item in enumerate(project.items(page)):
            progress.step(start + number, len(ids), item.name)
            try:
                text = text_of(project, item).text
            except (MediaError, UserError):
                text = None
            yield item, text, marks.get(item.id, [])
    progress.step(len(ids), len(ids))


def _occurrence(item: Item, text: str, piece: Piece) -> Occurrence:
    start, stop = piece
    low, high = max(0, start - AROUND), min(len(text), stop + AROUND)
    before = text[low:start].replace("\r", "\n").rpartition("\n")[2]
    after = text[stop:high].replace("\r", "\n").partition("\n")[0]
    inside = " ".join(text[start : min(stop, start + 200)].split())
    return Occurrence(item, start, stop, before, inside, after)
