"""Keyframes set, moved and dropped, and what they say."""

from __future__ import annotations

from dataclasses import replace as with_fields

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import AttributeValue, Shape, Track
from annolab.model.thinning import simplified
from annolab.model.tracks import OCCLUDED, is_seen, keyframe_at, with_keyframe
from annolab.track_edits.change import (
    changed,
    key_at,
    settled,
    short,
    track_of,
    unscored,
    with_value,
)


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
    there = key_at(track, frame)
    key = with_fields(unscored(there), geometry=shape, outside=False)
    return changed(annotation, with_keyframe(track, key), name, merge_key)


def add_keyframe(annotation: Annotation, frame: int) -> Edit:
    """Make what is shown at a frame a keyframe; one of a tracker is confirmed."""
    track = track_of(annotation)
    made = with_keyframe(track, unscored(key_at(track, frame)))
    return changed(annotation, made, "Add keyframe")


def remove_keyframe(annotation: Annotation, frame: int) -> Edit:
    """Drop the keyframe at a frame; UserError if there is none."""
    track = track_of(annotation)
    if keyframe_at(track, frame) is None:
        message = "Go to a keyframe of the track first."
        raise UserError(message)
    kept = tuple(key for key in track.keyframes if key.frame != frame)
    return changed(annotation, Track(kept), "Remove keyframe")


def move_keyframe(annotation: Annotation, frame: int, to: int) -> Edit:
    """Put the keyframe of a frame at another, over what stands there."""
    track = track_of(annotation)
    key = keyframe_at(track, frame)
    if key is None or to < 0:
        message = "Go to a keyframe of the track first."
        raise UserError(message)
    rest = Track(tuple(k for k in track.keyframes if k.frame != frame))
    made = with_keyframe(rest, with_fields(key, frame=to))
    return changed(annotation, made, "Move keyframe")


def toggle_outside(annotation: Annotation, frame: int) -> Edit:
    """End a track at a frame, or let it be seen again from there."""
    track = track_of(annotation)
    seen = is_seen(track, frame)
    made = with_keyframe(track, with_fields(key_at(track, frame), outside=seen))
    return changed(annotation, made, "End track" if seen else "Show track")


def set_occluded(annotation: Annotation, frame: int, *, occluded: bool) -> Edit:
    """Say from a frame on whether something hides the object."""
    made = set_key_attribute(annotation, frame, OCCLUDED, occluded)
    name = "Mark track as occluded" if occluded else "Mark track as visible"
    return with_fields(made, name=name)


def set_key_attribute(
    annotation: Annotation,
    frame: int,
    key: str,
    value: AttributeValue,
    *,
    merge_key: str | None = None,
) -> Edit:
    """Set a key-value from a frame on, up to the next keyframe; None removes it.

    The keyframe is no tracker's any more.
    """
    if not key.strip():
        message = "Give the attribute a name."
        raise UserError(message)
    track = track_of(annotation)
    there = unscored(key_at(track, frame))
    values = with_value(there.attributes, key, value)
    made = with_keyframe(track, with_fields(there, attributes=values))
    return changed(annotation, made, f"Set {short(key)}", merge_key)


def set_attribute_everywhere(
    annotation: Annotation, key: str, value: AttributeValue
) -> Edit:
    """Set a key-value of the whole track; no keyframe says otherwise any more."""
    if not key.strip():
        message = "Give the attribute a name."
        raise UserError(message)
    track = track_of(annotation)
    keys = tuple(
        with_fields(k, attributes=with_value(k.attributes, key, None))
        if key in k.attributes
        else k
        for k in track.keyframes
    )
    values = with_value(annotation.attributes, key, value)
    after = with_fields(settled(annotation, Track(keys)), attributes=values)
    return edits.replace([annotation], [after], f"Set {short(key)} of track")


def propagate(annotation: Annotation, frame: int, count: int) -> Edit:
    """Hold what is shown at a frame for the next `count` frames.

    Keyframes among them are dropped; what follows stays.
    """
    track = track_of(annotation)
    if count < 1:
        message = "Give a number of frames of at least 1."
        raise UserError(message)
    start = unscored(key_at(track, frame))
    end = with_fields(start, frame=frame + count)
    kept = [k for k in track.keyframes if not frame <= k.frame <= frame + count]
    made = with_keyframe(with_keyframe(Track(tuple(kept)), start), end)
    things = "frame" if count == 1 else f"{count} frames"
    return changed(annotation, made, f"Hold track for {things}")


def simplify(annotation: Annotation, tolerance: float) -> Edit:
    """Drop keyframes that interpolation gives anyway, within `tolerance` pixels."""
    track = track_of(annotation)
    if not tolerance >= 0:
        message = "Give a tolerance of at least 0 pixels."
        raise UserError(message)
    return changed(annotation, simplified(track, tolerance), "Simplify track")
