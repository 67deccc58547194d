"""The verbs of texts: spans, relations, events and chains, as edits.

As in `annolab/edits.py` nothing here reads or writes a project.
"""

from __future__ import annotations

from collections.abc import Sequence

from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.geometry import Span
from annolab.model.ids import new_id
from annolab.model.item import Item
from annolab.model.schema import Label


def new_span(
    item: Item,
    annotator_id: int,
    pieces: Sequence[tuple[int, int]],
    label: Label | None,
    status: AnnotationStatus = AnnotationStatus.PLAIN,
) -> Annotation:
    """A span of an item, in code points; its pieces come sorted and joined."""
    return Annotation(
        id=new_id(),
        item_id=item.id,
        annotator_id=annotator_id,
        geometry=Span(joined(pieces)),
        label_id=None if label is None else label.id,
        status=status,
    )


def joined(pieces: Sequence[tuple[int, int]]) -> tuple[tuple[int, int], ...]:
    """Pieces in order, those that touch or overlap made one."""
    result: list[tuple[int, int]] = []
    for start, stop in sorted(pieces):
        if result and start <= result[-1][1]:
            result[-1] = (result[-1][0], max(stop, result[-1][1]))
        else:
            result.append((start, stop))
    return tuple(result)
