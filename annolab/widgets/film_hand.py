"""What of the timeline can be grasped, and the edit that a drag of it makes. No Qt."""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum

import numpy as np

from annolab import edits, track_edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Keyframe, Track, Whole
from annolab.model.tracks import keyframe_at, ruling, with_keyframe
from annolab.widgets.film_rows import FilmRow, FilmRows, RowKind, ranges_of
from annolab.widgets.frame_scale import FilmView

APART = 7.0  # pixels from which on keyframes are seen, and grasped, one by one
NEAR_KEY, NEAR_END = 5.0, 7.0  # pixels
NEAR_OUTSIDE = 11.0  # of an end: a diamond may take all the room inside of it


class Part(StrEnum):
    """What is grasped."""

    KEY = "keyframe"
    START = "start"
    STOP = "stop"


@dataclass(frozen=True, slots=True)
class Grip:
    """`frame`: of the keyframe, or an edge of a bar; it can go to low..high."""

    annotation: Annotation
    part: Part
    frame: int
    low: int
    high: int

    def kept(self, frame: int) -> int:
        """The nearest frame that it can go to."""
        return min(max(frame, self.low), self.high)


def apart_enough(places: np.ndarray) -> np.ndarray:
    """Which of rising places are far enough from both neighbours."""
    gaps = np.diff(places, prepend=-np.inf, append=np.inf)
    found: np.ndarray = np.minimum(gaps[:-1], gaps[1:]) >= APART
    return found[: len(places)]


def grip_at(rows: FilmRows, row: FilmRow, view: FilmView, x: float) -> Grip | None:
    """What is under a pixel of a row: a keyframe, or an end of a bar."""
    if row.kind is RowKind.SHAPES:
        return None
    found = _key_near(rows, row, view, x) if row.kind is RowKind.TRACK else None
    return _end_near(rows, row, view, x) if found is None else found


def key_near(rows: FilmRows, row: FilmRow, view: FilmView, x: float) -> int | None:
    """The frame of a track's keyframe that is nearest to a pixel, however far."""
    bars = rows.bars(row)
    if row.kind is not RowKind.TRACK or not len(bars.keys):
        return None
    away = np.abs(view.middles_of(bars.keys) - x)
    return int(bars.keys[int(np.argmin(away))])


def _key_near(rows: FilmRows, row: FilmRow, view: FilmView, x: float) -> Grip | None:
    bars, annotation = rows.bars(row), rows.get(row.key)
    seen = bars.keys_seen(*view.seen())
    places = view.middles_of(bars.keys[seen])
    away = np.where(apart_enough(places), np.abs(places - x), np.inf)
    if annotation is None or not len(away) or away.min() > NEAR_KEY:
        return None
    place = seen.start + int(np.argmin(away))
    keys, last = bars.keys, rows.count - 1
    low = int(keys[place - 1]) + 1 if place else 0
    high = int(keys[place + 1]) - 1 if place + 1 < len(keys) else last
    return Grip(annotation, Part.KEY, int(keys[place]), low, max(min(high, last), low))


def _end_near(rows: FilmRows, row: FilmRow, view: FilmView, x: float) -> Grip | None:
    bars = rows.bars(row)
    seen = bars.seen(*view.seen())
    if not len(seen):
        return None
    begins, ends = view.edges_of(bars.start[seen]), view.edges_of(bars.stop[seen])
    from_start, from_end = np.abs(begins - x), np.abs(ends - x)
    # On a narrow bar the half that the pointer is in decides.
    left = x < (begins + ends) / 2
    away = np.where(left, from_start, from_end)
    nearest = int(np.argmin(away))
    outside = x < begins[nearest] or x > ends[nearest]
    if away[nearest] > (NEAR_OUTSIDE if outside else NEAR_END):
        return None
    place = int(seen[nearest])
    annotation = rows.get(int(bars.owner[place]))
    part = Part.START if left[nearest] else Part.STOP
    span = (int(bars.start[place]), int(bars.stop[place]))
    return None if annotation is None else _end_grip(annotation, part, span, rows.count)


def _end_grip(
    annotation: Annotation, part: Part, span: tuple[int, int], count: int
) -> Grip:
    """An end may be moved up to the other end, and to the next stretch of its own."""
    spans = ranges_of(annotation, count)
    place = spans.index(span)
    if part is Part.START:
        low = spans[place - 1][1] if place else 0
        return Grip(annotation, part, span[0], low, span[1] - 1)
    high = spans[place + 1][0] if place + 1 < len(spans) else count
    return Grip(annotation, part, span[1], span[0] + 1, high)


def edit_of(grip: Grip, to: int, count: int) -> Edit | None:
    """What a drag of a grip to a frame does, in a film of `count`; None: nothing."""
    to = grip.kept(to)
    if to == grip.frame:
        return None
    if grip.part is Part.KEY:
        return track_edits.move_keyframe(grip.annotation, grip.frame, to)
    ranged = _as_range(grip.annotation, count)
    if grip.part is Part.START:
        made = _start_at(ranged, grip.frame, to)
    else:
        made = _stop_at(ranged, grip.frame, to, count)
    name = "Change start" if grip.part is Part.START else "Change end"
    after = replace(ranged, geometry=made, status=ranged.status.settled)
    return edits.replace([grip.annotation], [after], name)


def range_track(start: int, stop: int, count: int) -> Track:
    """The geometry of a tag on frames start..stop-1 of a film of `count`."""
    keys: tuple[Keyframe, ...] = (Keyframe(start, Whole()),)
    if stop < count:
        keys = (*keys, Keyframe(stop, Whole(), outside=True))
    return Track(keys)


def _as_range(annotation: Annotation, count: int) -> Annotation:
    """A tag on one frame as one on a range of it; a track as it is."""
    frame = annotation.frame
    if isinstance(annotation.geometry, Track) or frame is None:
        return annotation
    track = range_track(frame, frame + 1, count)
    return replace(annotation, geometry=track, frame=None)


def _track_after(edit: Edit, otherwise: Track) -> Track:
    after = next((c.after for c in edit.changes), None)
    held = after.geometry if isinstance(after, Annotation) else None
    return held if isinstance(held, Track) else otherwise


def _start_at(annotation: Annotation, start: int, to: int) -> Track:
    """Let a stretch begin elsewhere; what is before its first shape has this shape."""
    track = track_edits.track_of(annotation)
    key = keyframe_at(track, start)
    if to > start or key is None:
        return _track_after(track_edits.delete_range(annotation, start, to), track)
    kept = [k for k in track.keyframes if not (to <= k.frame < start and k.outside)]
    if isinstance(key.geometry, Whole):
        kept.remove(key)
    made = with_keyframe(Track(tuple(kept)), replace(key, frame=to))
    return _held_up_to(made, to)


def _held_up_to(made: Track, frame: int) -> Track:
    """Where two stretches meet, the first one does not go towards the second."""
    key = ruling(made, frame - 1)
    if key is None or key.outside or isinstance(key.geometry, Whole):
        return made
    if key.frame == frame - 1 or keyframe_at(made, frame) is None:
        return made
    return with_keyframe(made, replace(key, frame=frame - 1))


def _stop_at(annotation: Annotation, stop: int, to: int, count: int) -> Track:
    """Let a stretch end elsewhere; after its last shape it holds."""
    track = track_edits.track_of(annotation)
    if to < stop:
        if stop >= count:
            made = track_edits.trim_after(annotation, to - 1)
        else:
            made = track_edits.delete_range(annotation, to, stop)
        return _track_after(made, track)
    kept = [k for k in track.keyframes if not (stop <= k.frame < to and k.outside)]
    held = Track(tuple(kept))
    if to >= count or keyframe_at(held, to) is not None:
        return _held_up_to(held, to)
    end = keyframe_at(track, stop) or kept[-1]
    return with_keyframe(held, replace(end, frame=to, outside=True))
