"""Which marks are drawn over which: by z, then by id."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from enum import Enum

from annolab.model.annotation import Annotation


class Place(Enum):
    """Where in the drawing order annotations are moved to; the values are words."""

    FRONT = "to front"
    FORWARD = "forward"
    BACKWARD = "backward"
    BACK = "to back"


def drawn(annotations: Iterable[Annotation]) -> list[Annotation]:
    """Annotations in the order in which they are drawn, the topmost last."""
    return sorted(annotations, key=lambda a: (a.z, a.id))


def restacked(
    order: Sequence[Annotation], ids: Collection[int], place: Place
) -> list[tuple[Annotation, int]]:
    """Annotations in a new drawing order, each with the z that puts it there.

    `order` is as `drawn` gives it. As few z as possible differ from before when
    none may fall, or none may rise.
    """
    new = _reordered(list(order), ids, place)
    return min(
        [list(zip(new, zs, strict=True)) for zs in (_climb(new), _sink(new))],
        key=lambda pairs: sum(a.z != z for a, z in pairs),
    )


def _reordered(
    order: list[Annotation], ids: Collection[int], place: Place
) -> list[Annotation]:
    if place is Place.FORWARD:
        return _forward(order, ids)
    if place is Place.BACKWARD:
        return _forward(order[::-1], ids)[::-1]
    rest = [a for a in order if a.id not in ids]
    moved = [a for a in order if a.id in ids]
    return rest + moved if place is Place.FRONT else moved + rest


def _forward(order: list[Annotation], ids: Collection[int]) -> list[Annotation]:
    """Each chosen annotation changes places with the next that is not chosen."""
    result = order.copy()
    for i in range(len(result) - 2, -1, -1):
        if result[i].id in ids and result[i + 1].id not in ids:
            result[i], result[i + 1] = result[i + 1], result[i]
    return result


def _climb(order: list[Annotation]) -> list[int]:
    """The z that give this order when no z may fall."""
    zs: list[int] = []
    for i, a in enumerate(order):
        zs.append(max(a.z, zs[-1] + (a.id < order[i - 1].id)) if i else a.z)
    return zs


def _sink(order: list[Annotation]) -> list[int]:
    """The z that give this order when no z may rise."""
    zs: list[int] = []
    for i, a in enumerate(reversed(order)):
        zs.append(min(a.z, zs[-1] - (a.id > order[-i].id)) if i else a.z)
    return zs[::-1]
