"""Labels and key-values of whole frames, and of ranges of them. No Qt."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Whole
from annolab.model.ids import new_id
from annolab.model.schema import Label
from annolab.widgets.film_hand import range_track
from annolab.widgets.film_rows import is_tag, ranges_of


def toggle_frame(
    there: Iterable[Annotation],
    label: Label | None,
    frame: int,
    made_by: tuple[int, int],
) -> tuple[Edit, Annotation | None]:
    """Tag a frame, or take such a tag away again; and what is there then.

    Without a label the tag is for key-values. A range that holds the frame stays.
    `made_by`: the ids of the item and the annotator.
    """
    label_id = label.id if label is not None else None
    same = [
        a
        for a in there
        if isinstance(a.geometry, Whole)
        and a.frame == frame
        and a.label_id == label_id
        and not a.locked
    ]
    if same:
        return replace(edits.delete(same), name="Remove tag of frame"), None
    made = Annotation(
        id=new_id(),
        item_id=made_by[0],
        annotator_id=made_by[1],
        geometry=Whole(),
        label_id=label_id,
        frame=frame,
    )
    return edits.add([made], "Tag frame"), made


def toggle_range(
    there: Iterable[Annotation],
    label: Label | None,
    span: tuple[int, int],
    count: int,
    made_by: tuple[int, int],
) -> Edit:
    """Tag the frames of a half-open range, or take just such a tag away again.

    `count`: frames of the film. `made_by`: as above.
    """
    label_id = label.id if label is not None else None
    same = [
        a
        for a in there
        if is_tag(a)
        and a.label_id == label_id
        and ranges_of(a, count) == [span]
        and not a.locked
    ]
    if same:
        return replace(edits.delete(same), name="Remove tag of range")
    made = Annotation(
        id=new_id(),
        item_id=made_by[0],
        annotator_id=made_by[1],
        geometry=range_track(*span, count),
        label_id=label_id,
    )
    return edits.add([made], "Tag range")
