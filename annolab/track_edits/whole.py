"""Tracks joined, copied, named, and made of shapes."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_fields
from types import MappingProxyType
from typing import get_args

from annolab import edits
from annolab.errors import UserError
from annolab.model import transform
from annolab.model.annotation import Annotation, Relation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Keyframe, Shape, Track, Whole
from annolab.model.schema import Label
from annolab.model.tracks import (
    NUMBER,
    attributes_at,
    first_frame,
    geometry_at,
    is_seen,
    last_frame,
    number_of,
)
from annolab.track_edits.change import (
    settled,
    track_of,
    unnumbered,
    with_value,
)
from annolab.track_edits.ranges import shifted, shown_before

MOST_COPIES = 10_000
"""Frames that one shape is copied to at once."""


def join(
    first: Annotation,
    second: Annotation,
    relations: Sequence[Relation] = (),
    *,
    fill: bool = False,
) -> Edit:
    """Make one track of two that are not seen at the same frame.

    What stands of `first` stays; without a number it has that of `second`. In the
    gap between them the object is not seen; with `fill` it goes evenly from the end
    of the one to the start of the other. Relations of `second` become those of `first`.
    """
    tracks = [track_of(x) for x in (first, second)]
    early, late = sorted(tracks, key=first_frame)
    seam = first_frame(late)
    end = last_frame(early)
    if end > seam or (end == seam and is_seen(early, end)):
        message = "Choose two tracks of which one ends before the other begins."
        raise UserError(message)
    if len({isinstance(t.keyframes[0].geometry, Whole) for t in tracks}) > 1:
        message = "A label of the whole picture cannot be joined with a shape."
        raise UserError(message)
    if first.item_id != second.item_id or first.id == second.id:
        message = "Choose two tracks of one film."
        raise UserError(message)
    keys = early.keyframes
    if fill:
        while len(keys) > 1 and keys[-1].outside:
            keys = keys[:-1]
    elif not keys[-1].outside and end + 1 < seam:
        keys = (*keys, with_fields(keys[-1], frame=end + 1, outside=True))
    keys = tuple(key for key in keys if key.frame < seam)
    joined = settled(first, Track((*keys, *late.keyframes)))
    if number_of(first) is None:
        held = with_value(first.attributes, NUMBER, number_of(second))
        joined = with_fields(joined, attributes=held)
    arcs = _repointed(relations, second.id, first.id)
    changes = (Change(first, joined), *arcs, Change(second, None))
    return Edit("Join tracks", changes, first.item_id)


def _repointed(relations: Sequence[Relation], old: int, new: int) -> list[Change]:
    changes = []
    for arc in relations:
        if old not in (arc.head_id, arc.tail_id):
            continue
        head, tail = (new if x == old else x for x in (arc.head_id, arc.tail_id))
        after = None if head == tail else with_fields(arc, head_id=head, tail_id=tail)
        changes.append(Change(arc, after))
    return changes


def paste_at(
    annotation: Annotation,
    item_id: int,
    annotator_id: int,
    frame: int,
    *,
    offset: tuple[float, float] = (0.0, 0.0),
    end: int | None = None,
) -> Edit:
    """Add a copy of a track that begins at `frame`, moved by `offset` pixels.

    What would lie from frame `end` on, where the film ends, is left out.
    """
    track = track_of(annotation)
    if frame < 0:
        message = "A track cannot begin before the first frame."
        raise UserError(message)
    there = transform.move(shifted(track, frame - first_frame(track)), *offset)
    if end is not None and frame < end <= last_frame(there):
        there = Track(shown_before(there, end))
    made = with_fields(unnumbered(annotation), geometry=there)
    pasted = edits.paste([made], item_id, annotator_id)
    return with_fields(pasted, name="Paste track")


def relabel(annotations: Sequence[Annotation], label: Label | None) -> Edit:
    """Give tracks another label; suggestions are accepted by it."""
    for annotation in annotations:
        track_of(annotation)
    name = edits.relabel(annotations, label).name
    label_id = None if label is None else label.id
    after = [
        with_fields(a, label_id=label_id, status=a.status.settled) for a in annotations
    ]
    return edits.replace(annotations, after, name)


def track_from_shape(annotation: Annotation) -> Edit:
    """Make a track of a shape on a frame: it begins there and holds."""
    shape = annotation.geometry
    if annotation.frame is None or not isinstance(shape, get_args(Shape)):
        message = "Choose a shape on a frame first."
        raise UserError(message)
    track = Track((Keyframe(annotation.frame, shape),))
    after = with_fields(settled(annotation, track), frame=None)
    return edits.replace([annotation], [after], "Make track of shape")


def shape_from_track(annotation: Annotation, frame: int) -> Edit:
    """Make a shape on one frame of a track, with the attributes that hold there."""
    track = track_of(annotation)
    shape = geometry_at(track, frame)
    if shape is None:
        message = "Go to a frame at which the track is seen."
        raise UserError(message)
    there = {**annotation.attributes, **attributes_at(track, frame)}
    there.pop(NUMBER, None)  # that is a name of tracks
    after = with_fields(
        settled(annotation, track),
        geometry=shape,
        frame=frame,
        attributes=MappingProxyType(there),
    )
    return edits.replace([annotation], [after], "Make shape of track")


def copy_to_frames(annotation: Annotation, annotator_id: int, count: int) -> Edit:
    """Copy a shape on a frame to the next `count` frames, as shapes of their own."""
    frame = annotation.frame
    if frame is None or not 1 <= count <= MOST_COPIES:
        message = f"Choose a shape on a frame and 1 to {MOST_COPIES:,} frames."
        raise UserError(message)
    changes: list[Change] = []
    for place in range(frame + 1, frame + 1 + count):
        pasted = edits.paste(
            [annotation], annotation.item_id, annotator_id, frame=place
        )
        changes += pasted.changes
    things = "frame" if count == 1 else f"{count:,} frames"
    return Edit(f"Copy shape to {things}", tuple(changes), annotation.item_id)
