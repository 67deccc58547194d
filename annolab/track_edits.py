"""The verbs of tracks: keyframes set, moved and dropped, tracks cut and joined.

As in `annolab/edits.py` nothing here reads or writes a project. What a person
changes of a suggestion accepts it. A verb that would leave no keyframe deletes
the track. Frames count from 0; ranges are half-open.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace as with_fields
from types import MappingProxyType
from typing import get_args

from annolab import edits
from annolab.errors import UserError
from annolab.model import transform
from annolab.model.annotation import Annotation, AnnotationStatus, Relation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import (
    Attributes,
    AttributeValue,
    Keyframe,
    Shape,
    Track,
)
from annolab.model.ids import new_id
from annolab.model.schema import Label
from annolab.model.thinning import simplified
from annolab.model.tracks import (
    OCCLUDED,
    SCORE,
    attributes_at,
    first_frame,
    geometry_at,
    is_seen,
    keyframe_at,
    last_frame,
    ruling,
    state_at,
    with_keyframe,
)

_SETTLED = {
    AnnotationStatus.SUGGESTED: AnnotationStatus.ACCEPTED,
    AnnotationStatus.REJECTED: AnnotationStatus.ACCEPTED,
}
MOST_COPIES = 10_000
"""Frames that one shape is copied to at once."""


def track_of(annotation: Annotation) -> Track:
    """The track of an annotation; UserError for what is none."""
    if not isinstance(annotation.geometry, Track):
        message = "Choose a track first."
        raise UserError(message)
    return annotation.geometry


def _changed(
    annotation: Annotation, track: Track, name: str, merge_key: str | None = None
) -> Edit:
    after, there = _settled(annotation, track), track_of(annotation)
    if not track.keyframes:
        return Edit(name, (Change(annotation, None),), annotation.item_id)
    if track == there and _values(track) == _values(there):
        after = annotation
    return edits.replace([annotation], [after], name, merge_key=merge_key)


def _values(track: Track) -> list[str]:
    """What `==` cannot tell apart: True and 1."""
    return [repr(sorted(key.attributes.items())) for key in track.keyframes]


def _settled(annotation: Annotation, track: Track) -> Annotation:
    status = _SETTLED.get(annotation.status, annotation.status)
    return with_fields(annotation, geometry=track, status=status)


def _key_at(track: Track, frame: int) -> Keyframe:
    """The keyframe that a change at a frame starts from, made if there is none."""
    there = keyframe_at(track, frame)
    if there is not None:
        return there
    state, key = state_at(track, frame), ruling(track, frame)
    if state is None or key is None:
        first = track.keyframes[0]
        return Keyframe(frame, first.geometry, attributes=first.attributes)
    return Keyframe(frame, state.held, key.outside, key.attributes)


# Keyframes


def set_shape(
    annotation: Annotation,
    frame: int,
    shape: Shape,
    name: str = "Change track",
    *,
    merge_key: str | None = None,
) -> Edit:
    """Give a track a shape at a frame, which becomes a keyframe and is seen.

    It is no tracker's any more: its score goes.
    """
    track = track_of(annotation)
    there = _key_at(track, frame)
    values = _with_value(there.attributes, SCORE, None)
    key = with_fields(there, geometry=shape, outside=False, attributes=values)
    return _changed(annotation, with_keyframe(track, key), name, merge_key)


def add_keyframe(annotation: Annotation, frame: int) -> Edit:
    """Make what is shown at a frame a keyframe."""
    track = track_of(annotation)
    made = with_keyframe(track, _key_at(track, frame))
    return _changed(annotation, made, "Add keyframe")


def remove_keyframe(annotation: Annotation, frame: int) -> Edit:
    """Drop the keyframe at a frame; UserError if there is none."""
    track = track_of(annotation)
    if keyframe_at(track, frame) is None:
        message = "Go to a keyframe of the track first."
        raise UserError(message)
    kept = tuple(key for key in track.keyframes if key.frame != frame)
    return _changed(annotation, Track(kept), "Remove keyframe")


def move_keyframe(annotation: Annotation, frame: int, to: int) -> Edit:
    """Put the keyframe of a frame at another, over what stands there."""
    track = track_of(annotation)
    key = keyframe_at(track, frame)
    if key is None or to < 0:
        message = "Go to a keyframe of the track first."
        raise UserError(message)
    rest = Track(tuple(k for k in track.keyframes if k.frame != frame))
    made = with_keyframe(rest, with_fields(key, frame=to))
    return _changed(annotation, made, "Move keyframe")


def toggle_outside(annotation: Annotation, frame: int) -> Edit:
    """End a track at a frame, or let it be seen again from there."""
    track = track_of(annotation)
    seen = is_seen(track, frame)
    made = with_keyframe(track, with_fields(_key_at(track, frame), outside=seen))
    return _changed(annotation, made, "End track" if seen else "Show track")


def set_occluded(annotation: Annotation, frame: int, *, occluded: bool) -> Edit:
    """Say from a frame on whether something hides the object."""
    made = set_key_attribute(annotation, frame, OCCLUDED, occluded)
    name = "Mark track as hidden" if occluded else "Mark track as visible"
    return with_fields(made, name=name)


def set_key_attribute(
    annotation: Annotation, frame: int, key: str, value: AttributeValue
) -> Edit:
    """Set a key-value from a frame on, up to the next keyframe; None removes it."""
    if not key.strip():
        message = "Give the attribute a name."
        raise UserError(message)
    track = track_of(annotation)
    there = _key_at(track, frame)
    values = _with_value(there.attributes, key, value)
    made = with_keyframe(track, with_fields(there, attributes=values))
    return _changed(annotation, made, f"Set {_short(key)}")


def set_attribute_everywhere(
    annotation: Annotation, key: str, value: AttributeValue
) -> Edit:
    """Set a key-value of the whole track; no keyframe says otherwise any more."""
    if not key.strip():
        message = "Give the attribute a name."
        raise UserError(message)
    track = track_of(annotation)
    keys = tuple(
        with_fields(k, attributes=_with_value(k.attributes, key, None))
        if key in k.attributes
        else k
        for k in track.keyframes
    )
    values = _with_value(annotation.attributes, key, value)
    after = with_fields(_settled(annotation, Track(keys)), attributes=values)
    return edits.replace([annotation], [after], f"Set {_short(key)} of track")


def _with_value(there: Attributes, key: str, value: AttributeValue) -> Attributes:
    kept: Mapping[str, AttributeValue] = {k: v for k, v in there.items() if k != key}
    return MappingProxyType(kept if value is None else {**kept, key: value})


def _short(name: str) -> str:
    return " ".join(name.split())[:40]


def propagate(annotation: Annotation, frame: int, count: int) -> Edit:
    """Hold what is shown at a frame for the next `count` frames.

    Keyframes among them are dropped; what follows stays.
    """
    track = track_of(annotation)
    if count < 1:
        message = "Give a number of frames of at least 1."
        raise UserError(message)
    start = _key_at(track, frame)
    end = with_fields(start, frame=frame + count)
    kept = [k for k in track.keyframes if not frame <= k.frame <= frame + count]
    made = with_keyframe(with_keyframe(Track(tuple(kept)), start), end)
    things = "frame" if count == 1 else f"{count} frames"
    return _changed(annotation, made, f"Hold track for {things}")


def simplify(annotation: Annotation, tolerance: float) -> Edit:
    """Drop keyframes that interpolation gives anyway, within `tolerance` pixels."""
    track = track_of(annotation)
    if not tolerance >= 0:
        message = "Give a tolerance of at least 0 pixels."
        raise UserError(message)
    return _changed(annotation, simplified(track, tolerance), "Simplify track")


# Ranges


def _before(track: Track, frame: int) -> tuple[Keyframe, ...]:
    """The keyframes that show the same up to a frame, which is no longer seen."""
    if frame <= first_frame(track):
        return ()
    kept = tuple(key for key in track.keyframes if key.frame < frame)
    last = kept[-1]
    if last.outside:
        return kept
    # Where it moved towards what is cut off, a keyframe keeps the last place.
    if last.frame < frame - 1 and geometry_at(track, frame - 1) != last.geometry:
        last = _key_at(track, frame - 1)
        kept = (*kept, last)
    return (*kept, with_fields(last, frame=frame, outside=True))


def _from(track: Track, frame: int) -> tuple[Keyframe, ...]:
    """The keyframes that show the same from a frame on."""
    if frame <= first_frame(track):
        return track.keyframes
    rest = tuple(key for key in track.keyframes if key.frame > frame)
    start = _key_at(track, frame)
    if start.outside:
        # Nothing is seen up to the next keyframe: the track begins there.
        return rest
    return (start, *rest)


def split(annotation: Annotation, frame: int) -> Edit:
    """Make two tracks of one: the second begins at `frame`.

    Both bear the label and attributes. UserError where one would be empty.
    """
    track = track_of(annotation)
    before, after = _before(track, frame), _from(track, frame)
    if not _shows(before) or not _shows(after):
        message = "Go to a frame within the track first."
        raise UserError(message)
    first = _settled(annotation, Track(before))
    second = with_fields(first, id=new_id(), geometry=Track(after), source=None)
    changes = (Change(annotation, first), Change(None, second))
    return Edit("Split track", changes, annotation.item_id)


def _shows(keys: Sequence[Keyframe]) -> bool:
    return any(not key.outside for key in keys)


def trim_before(annotation: Annotation, frame: int) -> Edit:
    """Let a track begin at a frame."""
    made = Track(_from(track_of(annotation), frame))
    return _changed(annotation, made, "Cut beginning of track")


def trim_after(annotation: Annotation, frame: int) -> Edit:
    """Let `frame` be the last one at which a track is seen."""
    track = track_of(annotation)
    if not any(k.frame > frame for k in track.keyframes) and not is_seen(track, frame):
        return _changed(annotation, track, "Cut end of track")
    return _changed(annotation, Track(_before(track, frame + 1)), "Cut end of track")


def delete_range(annotation: Annotation, start: int, stop: int) -> Edit:
    """Let a track not be seen in the frames start..stop-1."""
    track = track_of(annotation)
    name = "Delete frames of track"
    if stop <= start:
        return _changed(annotation, track, name)
    kept = (*_before(track, start), *_from(track, stop))
    return _changed(annotation, Track(kept), name)


def shift(annotation: Annotation, frames: int) -> Edit:
    """Move a track in time; UserError if it would begin before the film."""
    track = track_of(annotation)
    if first_frame(track) + frames < 0:
        message = "A track cannot begin before the first frame."
        raise UserError(message)
    return _changed(annotation, _shifted(track, frames), "Shift track")


def _shifted(track: Track, frames: int) -> Track:
    keys = (with_fields(k, frame=k.frame + frames) for k in track.keyframes)
    return Track(tuple(keys))


# Whole tracks


def join(
    first: Annotation,
    second: Annotation,
    relations: Sequence[Relation] = (),
    *,
    fill: bool = False,
) -> Edit:
    """Make one track of two that are not seen at the same frame.

    What stands of `first` stays. In the gap between them the object is not seen;
    with `fill` it goes evenly from the end of the one to the start of the other.
    Relations of `second` become those of `first`.
    """
    tracks = [track_of(x) for x in (first, second)]
    early, late = sorted(tracks, key=first_frame)
    seam = first_frame(late)
    end = last_frame(early)
    if end > seam or (end == seam and is_seen(early, end)):
        message = "Choose two tracks of which one ends before the other begins."
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
    joined = _settled(first, Track((*keys, *late.keyframes)))
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
) -> Edit:
    """Add a copy of a track that begins at `frame`, moved by `offset` pixels."""
    track = track_of(annotation)
    if frame < 0:
        message = "A track cannot begin before the first frame."
        raise UserError(message)
    shifted = _shifted(track, frame - first_frame(track))
    made = with_fields(annotation, geometry=transform.move(shifted, *offset))
    pasted = edits.paste([made], item_id, annotator_id)
    return with_fields(pasted, name="Paste track")


def relabel(annotations: Sequence[Annotation], label: Label | None) -> Edit:
    """Give tracks another label; suggestions are accepted by it."""
    for annotation in annotations:
        track_of(annotation)
    name = edits.relabel(annotations, label).name
    label_id = None if label is None else label.id
    after = [
        with_fields(a, label_id=label_id, status=_SETTLED.get(a.status, a.status))
        for a in annotations
    ]
    return edits.replace(annotations, after, name)


def track_from_shape(annotation: Annotation) -> Edit:
    """Make a track of a shape on a frame: it begins there and holds."""
    shape = annotation.geometry
    if annotation.frame is None or not isinstance(shape, get_args(Shape)):
        message = "Choose a shape on a frame first."
        raise UserError(message)
    track = Track((Keyframe(annotation.frame, shape),))
    after = with_fields(_settled(annotation, track), frame=None)
    return edits.replace([annotation], [after], "Make track of shape")


def shape_from_track(annotation: Annotation, frame: int) -> Edit:
    """Make a shape on one frame of a track, with the attributes that hold there."""
    track = track_of(annotation)
    shape = geometry_at(track, frame)
    if shape is None:
        message = "Go to a frame at which the track is seen."
        raise UserError(message)
    there = {**annotation.attributes, **attributes_at(track, frame)}
    after = with_fields(
        _settled(annotation, track),
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
