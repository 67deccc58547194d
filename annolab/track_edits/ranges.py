"""Tracks cut, moved in time and swapped. Ranges are half-open."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace as with_fields

from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Keyframe, Track
from annolab.model.ids import new_id
from annolab.model.tracks import first_frame, geometry_at, is_seen
from annolab.track_edits.change import (
    changed,
    key_at,
    settled,
    track_of,
    unnumbered,
)


def shown_before(track: Track, frame: int) -> tuple[Keyframe, ...]:
    """The keyframes that show the same up to a frame, which is no longer seen."""
    if frame <= first_frame(track):
        return ()
    kept = tuple(key for key in track.keyframes if key.frame < frame)
    last = kept[-1]
    if last.outside:
        return kept
    # Where it moved towards what is cut off, a keyframe keeps the last place.
    if last.frame < frame - 1 and geometry_at(track, frame - 1) != last.geometry:
        last = key_at(track, frame - 1)
        kept = (*kept, last)
    return (*kept, with_fields(last, frame=frame, outside=True))


def shown_from(track: Track, frame: int) -> tuple[Keyframe, ...]:
    """The keyframes that show the same from a frame on."""
    if frame <= first_frame(track):
        return track.keyframes
    rest = tuple(key for key in track.keyframes if key.frame > frame)
    start = key_at(track, frame)
    if start.outside:
        # Nothing is seen up to the next keyframe: the track begins there.
        return rest
    return (start, *rest)


def split(annotation: Annotation, frame: int) -> Edit:
    """Make two tracks of one: the second begins at `frame`.

    Both bear the label and attributes, the first keeps the number. UserError where
    one would be empty.
    """
    track = track_of(annotation)
    before, after = shown_before(track, frame), shown_from(track, frame)
    if not _shows(before) or not _shows(after):
        message = "Go to a frame within the track first."
        raise UserError(message)
    first = settled(annotation, Track(before))
    second = with_fields(unnumbered(first), id=new_id(), geometry=Track(after))
    changes = (Change(annotation, first), Change(None, second))
    return Edit("Split track", changes, annotation.item_id)


def _shows(keys: Sequence[Keyframe]) -> bool:
    return any(not key.outside for key in keys)


def trim_before(annotation: Annotation, frame: int) -> Edit:
    """Let a track begin at a frame."""
    made = Track(shown_from(track_of(annotation), frame))
    return changed(annotation, made, "Cut beginning of track")


def trim_after(annotation: Annotation, frame: int) -> Edit:
    """Let `frame` be the last one at which a track is seen."""
    track = track_of(annotation)
    if not any(k.frame > frame for k in track.keyframes) and not is_seen(track, frame):
        return changed(annotation, track, "Cut end of track")
    return changed(
        annotation, Track(shown_before(track, frame + 1)), "Cut end of track"
    )


def delete_range(annotation: Annotation, start: int, stop: int) -> Edit:
    """Let a track not be seen in the frames start..stop-1."""
    track = track_of(annotation)
    name = "Delete frames of track"
    if stop <= start:
        return changed(annotation, track, name)
    kept = (*shown_before(track, start), *shown_from(track, stop))
    return changed(annotation, Track(kept), name)


def swap_from(first: Annotation, second: Annotation, frame: int) -> Edit:
    """Let two tracks change places from a frame on; labels and attributes stay.

    What a keyframe says goes with its shape. UserError where a track would be
    left without anything that is seen.
    """
    if first.id == second.id or first.item_id != second.item_id:
        message = "Choose two tracks of one film."
        raise UserError(message)
    pair, after = [first, second], []
    for keeps, takes in ((first, second), (second, first)):
        earlier = shown_before(track_of(keeps), frame)
        later = shown_from(track_of(takes), frame)
        keys = _seamed(earlier, later, frame)
        if not _shows(keys):
            message = "Go to a frame after which both tracks, or the other, are seen."
            raise UserError(message)
        after.append(settled(keeps, Track(keys)))
    changes = tuple(Change(a, b) for a, b in zip(pair, after, strict=True))
    return Edit("Swap tracks", changes, first.item_id)


def _seamed(
    earlier: tuple[Keyframe, ...], later: tuple[Keyframe, ...], frame: int
) -> tuple[Keyframe, ...]:
    """Keyframes up to a frame, which is outside there, and those from it on."""
    if not earlier or not later or later[0].frame > frame or earlier[-1].frame < frame:
        return (*earlier, *later)
    # The end gives way to what begins there; the place before it is held up to then.
    kept = earlier[:-1]
    if kept[-1].frame < frame - 1:
        kept = (*kept, with_fields(kept[-1], frame=frame - 1))
    return (*kept, *later)


def shift(annotation: Annotation, frames: int) -> Edit:
    """Move a track in time; UserError if it would begin before the film."""
    track = track_of(annotation)
    if first_frame(track) + frames < 0:
        message = "A track cannot begin before the first frame."
        raise UserError(message)
    return changed(annotation, shifted(track, frames), "Shift track")


def shifted(track: Track, frames: int) -> Track:
    """A track some frames later."""
    keys = (with_fields(k, frame=k.frame + frames) for k in track.keyframes)
    return Track(tuple(keys))
