"""What all verbs of tracks build on: the track of an annotation, and its change."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace as with_fields
from types import MappingProxyType

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Attributes, AttributeValue, Keyframe, Track
from annolab.model.tracks import NUMBER, SCORE, keyframe_at, ruling, state_at


def track_of(annotation: Annotation) -> Track:
    """The track of an annotation; UserError for what is none."""
    if not isinstance(annotation.geometry, Track):
        message = "Choose a track first."
        raise UserError(message)
    return annotation.geometry


def changed(
    annotation: Annotation, track: Track, name: str, merge_key: str | None = None
) -> Edit:
    """The edit that gives a track another course; without keyframes, deletes it."""
    after, there = settled(annotation, track), track_of(annotation)
    if not track.keyframes:
        return Edit(name, (Change(annotation, None),), annotation.item_id)
    if track == there and _values(track) == _values(there):
        after = annotation
    return edits.replace([annotation], [after], name, merge_key=merge_key)


def _values(track: Track) -> list[str]:
    """What `==` cannot tell apart: True and 1."""
    return [repr(sorted(key.attributes.items())) for key in track.keyframes]


def settled(annotation: Annotation, track: Track) -> Annotation:
    """An annotation with another track; a suggestion is accepted by it."""
    status = annotation.status.settled
    return with_fields(annotation, geometry=track, status=status)


def key_at(track: Track, frame: int) -> Keyframe:
    """The keyframe that a change at a frame starts from, made if there is none.

    What is made here is no tracker's: it has no score.
    """
    there = keyframe_at(track, frame)
    if there is not None:
        return there
    state, key = state_at(track, frame), ruling(track, frame)
    if state is None or key is None:
        first = track.keyframes[0]
        return unscored(Keyframe(frame, first.geometry, attributes=first.attributes))
    return unscored(Keyframe(frame, state.held, key.outside, key.attributes))


def unscored(key: Keyframe) -> Keyframe:
    """A keyframe that a person answers for."""
    if SCORE not in key.attributes:
        return key
    return with_fields(key, attributes=with_value(key.attributes, SCORE, None))


def with_value(there: Attributes, key: str, value: AttributeValue) -> Attributes:
    """Key-values with another value; None removes it."""
    kept: Mapping[str, AttributeValue] = {k: v for k, v in there.items() if k != key}
    return MappingProxyType(kept if value is None else {**kept, key: value})


def unnumbered(annotation: Annotation) -> Annotation:
    """A track as a copy of another has to be: without its number and its source."""
    values = with_value(annotation.attributes, NUMBER, None)
    return with_fields(annotation, attributes=values, source=None)


def short(name: str) -> str:
    """A name that fits into a menu."""
    return " ".join(name.split())[:40]
