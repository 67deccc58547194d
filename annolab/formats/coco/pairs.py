"""Bring a shape and the keypoints of the same object together again."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import TypeAlias

from annolab.formats.coco import words
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import Box, Ellipse, Mask, Points, Polygon, RotatedBox

Pair: TypeAlias = tuple[Annotation, Annotation | None]
_Key: TypeAlias = tuple[int, int, int | None, int | None]

_SHAPES = (Box, Polygon, Mask, RotatedBox, Ellipse)


def paired(
    annotations: Iterable[Annotation], skeletons: frozenset[int]
) -> Iterator[Pair]:
    """Annotations one by one; a shape with its points where they are a pair.

    A pair has one group, one label and one frame, and the points carry nothing
    of their own. `skeletons`: labels for which a shape waits for its points.
    """
    waiting: dict[_Key, Annotation] = {}
    for annotation in annotations:
        if annotation.group_id is None:
            yield annotation, None
            continue
        points = isinstance(annotation.geometry, Points)
        if not (_plain(annotation) if points else _waits(annotation, skeletons)):
            yield annotation, None
            continue
        key = (
            annotation.item_id,
            annotation.group_id,
            annotation.label_id,
            annotation.frame,
        )
        other = waiting.pop(key, None)
        if other is None:
            waiting[key] = annotation
        elif isinstance(other.geometry, Points) == points:
            waiting[key] = other
            yield annotation, None
        else:
            yield (other, annotation) if points else (annotation, other)
    for annotation in waiting.values():
        yield annotation, None


def _waits(annotation: Annotation, skeletons: frozenset[int]) -> bool:
    if not isinstance(annotation.geometry, _SHAPES):
        return False
    if annotation.label_id in skeletons:
        return True
    return annotation.source is not None and f'"{words.PAIR}"' in annotation.source


def _plain(points: Annotation) -> bool:
    """Whether the points say nothing that is lost when the shape speaks for both."""
    return (
        not points.attributes
        and not points.z
        and not points.locked
        and points.text is None
        and points.score is None
        and points.status is AnnotationStatus.PLAIN
        and (points.source is None or words.PART in points.source)
    )
