"""The ids of tracks in a document: the numbers that people see of them."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from itertools import count
from typing import Any

from annolab.formats.cvat_video.shapes import whole
from annolab.formats.cvat_video.tag_runs import is_tag
from annolab.formats.json_rows import kept as kept_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import Track
from annolab.model.schema import Owner, Schema
from annolab.model.tracks import NUMBER, number_of


class Counted:
    """Tells numbers that say something from those that only count tracks."""

    def __init__(self) -> None:
        self._all = 0
        self._of_film: dict[int, int] = {}

    def number(self, element: Any, film: int) -> int | None:
        """The number of the next track of a document, which is of a film.

        None when it is what would be written anyway, or none that people count by.
        """
        running = {self._all, self._of_film.get(film, 0)}
        self._all += 1
        self._of_film[film] = self._of_film.get(film, 0) + 1
        text = element.get("id")
        number = whole(text)
        if not number or number < 0 or str(number) != text or number in running:
            return None
        return number


def with_ids(
    marks: Sequence[Annotation], schema: Schema, say: Callable[[Annotation], None]
) -> tuple[list[Annotation], dict[int, str]]:
    """The marks without the key-values that are ids, and the id of each track.

    That is its number, else the id that it was read with, else one that is free:
    each once. `say` is called for a number that is taken.
    """
    ids: dict[int, str] = {}
    taken: set[str] = set()
    made: list[Annotation] = []
    for mark in marks:
        number = _number(mark, schema)
        if number is not None:
            if str(number) in taken:
                say(mark)
            else:
                ids[mark.id] = str(number)
                taken.add(str(number))
            given = {k: v for k, v in mark.attributes.items() if k != NUMBER}
            mark = replace(mark, attributes=given)  # noqa: PLW2901
        made.append(mark)
    for mark in _without(made, ids):
        track = kept_of(mark.source, "cvat").get("track")
        said = track.get("id") if isinstance(track, dict) else None
        if isinstance(said, str) and said not in taken:
            ids[mark.id] = said
            taken.add(said)
    free = (text for text in map(str, count()) if text not in taken)
    for mark in _without(made, ids):
        ids[mark.id] = next(free)
    return made, ids


def _without(marks: Iterable[Annotation], ids: dict[int, str]) -> list[Annotation]:
    """The marks that are written as tracks and have no id yet."""
    return [mark for mark in marks if mark.id not in ids and not is_tag(mark)]


def _number(mark: Annotation, schema: Schema) -> int | None:
    """The number of a track, unless its label declares a key-value of that name."""
    if not isinstance(mark.geometry, Track) or is_tag(mark):
        return None
    owners = (Owner.ANNOTATION, Owner.KEYFRAME)
    specs = (spec for x in owners for spec in schema.specs(x, mark.label_id))
    changes = any(NUMBER in key.attributes for key in mark.geometry.keyframes)
    if changes or any(spec.name == NUMBER for spec in specs):
        return None
    return number_of(mark)
