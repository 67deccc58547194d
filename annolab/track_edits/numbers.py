"""The numbers by which the tracks of a film are known."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import replace as with_fields
from itertools import count

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Track, Whole
from annolab.model.tracks import NUMBER, number_of
from annolab.track_edits.change import track_of, with_value

MOST_NUMBER = 999_999


def set_number(
    annotation: Annotation, number: int, others: Iterable[Annotation]
) -> Edit:
    """Give a track the number that others know it by; 0 takes it away.

    UserError where another track of the film (`others`) has it.
    """
    track_of(annotation)
    if not 0 <= number <= MOST_NUMBER:
        message = f"Give a number from 1 to {MOST_NUMBER:,}, or 0 for none."
        raise UserError(message)
    taken = {number_of(x) for x in others if x.id != annotation.id}
    if number and number in taken:
        message = f"Another track has the number {number}: choose one that is free."
        raise UserError(message)
    return edits.replace(
        [annotation], [_with_number(annotation, number or None)], "Number track"
    )


def free_numbers(annotations: Iterable[Annotation]) -> Iterator[int]:
    """The numbers from 1 on that none of these tracks has."""
    taken = {number_of(a) for a in annotations if isinstance(a.geometry, Track)}
    return (number for number in count(1) if number not in taken)


def number_all(tracks: Iterable[Annotation], others: Iterable[Annotation]) -> Edit:
    """Give free numbers to those that have none."""
    bare = [track for track in tracks if number_of(track) is None]
    free = free_numbers(others)
    after = [_with_number(track, next(free)) for track in bare]
    return edits.replace(bare, after, "Number tracks")


def numbered(edit: Edit, others: Callable[[], Iterable[Annotation]]) -> Edit:
    """The edit, with a free number for each track of an object that it makes.

    `others` are asked for, the annotations of the film, only where there is one.
    """
    if not any(_is_made(change) for change in edit.changes):
        return edit
    said = [c.after for c in edit.changes if isinstance(c.after, Annotation)]
    free = free_numbers([*others(), *said])
    changes = tuple(
        Change(change.before, _with_number(change.after, next(free)))
        if _is_made(change) and isinstance(change.after, Annotation)
        else change
        for change in edit.changes
    )
    return with_fields(edit, changes=changes)


def _is_made(change: Change) -> bool:
    """Whether it makes a track, without a number as yet."""
    before, after = change.before, change.after
    if not isinstance(after, Annotation) or not isinstance(after.geometry, Track):
        return False
    was = isinstance(before, Annotation) and isinstance(before.geometry, Track)
    is_tag = isinstance(after.geometry.keyframes[0].geometry, Whole)
    return not was and not is_tag and number_of(after) is None


def _with_number(annotation: Annotation, number: int | None) -> Annotation:
    values = with_value(annotation.attributes, NUMBER, number)
    return with_fields(annotation, attributes=values)
