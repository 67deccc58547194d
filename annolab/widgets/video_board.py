"""What of a film's annotations is seen at a frame, and edits made there. No Qt.

On a frame a track is drawn and grasped as a shape: its stand-in, the same annotation
with the shape of that frame. `on_tracks` turns an edit of stand-ins into one of tracks.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Callable, Container, Iterable, Sequence
from dataclasses import replace
from types import MappingProxyType

from annolab import track_edits
from annolab.model.annotation import Annotation
from annolab.model.edit import Change, Edit
from annolab.model.geometry import Track
from annolab.model.tracks import OCCLUDED, first_frame, is_seen, state_at


def seen_at(annotation: Annotation, frame: int) -> Annotation | None:
    """An annotation as it is seen at a frame; None where it is not.

    What bears no frame belongs to the whole film and is seen everywhere.
    """
    track = annotation.geometry
    if not isinstance(track, Track):
        return annotation if annotation.frame in (None, frame) else None
    state = state_at(track, frame)
    if state is None or state.geometry is None:
        return None
    attributes = annotation.attributes
    if OCCLUDED in state.attributes:
        attributes = MappingProxyType({**attributes, OCCLUDED: state.occluded})
    return replace(annotation, geometry=state.geometry, attributes=attributes)


def first_seen(annotation: Annotation) -> int | None:
    """The frame to go to in order to see an annotation; None: any."""
    track = annotation.geometry
    return first_frame(track) if isinstance(track, Track) else annotation.frame


def keyframes_changed(before: Annotation | None, after: Annotation | None) -> list[int]:
    """The frames of the keyframes of a track that came, went, or are others now."""
    held = [
        {key.frame: key for key in a.geometry.keyframes}
        for a in (before, after)
        if a is not None and isinstance(a.geometry, Track)
    ]
    if len(held) < 2:
        return []
    frames = held[0].keys() | held[1].keys()
    return sorted(f for f in frames if held[0].get(f) != held[1].get(f))


def on_tracks(
    edit: Edit, frame: int, known: Callable[[int], Annotation | None]
) -> Edit:
    """The edit that is meant by one of what is seen at a frame.

    A stand-in that has another shape sets its track's keyframe; what is added
    without a frame, as a copy of a stand-in is, belongs to this frame.
    """
    changes = tuple(_meant(change, frame, known) for change in edit.changes)
    return replace(edit, changes=changes)


def _meant(
    change: Change, frame: int, known: Callable[[int], Annotation | None]
) -> Change:
    before, after = change.before, change.after
    if before is None and isinstance(after, Annotation):
        free = after.frame is None and not isinstance(after.geometry, Track)
        return Change(None, replace(after, frame=frame)) if free else change
    if not isinstance(before, Annotation) or isinstance(before.geometry, Track):
        return change
    real = known(before.id)
    if real is None or not isinstance(real.geometry, Track):
        return change
    return Change(real, _changed(real, before, after, frame))


def _changed(
    real: Annotation, before: Annotation, after: object, frame: int
) -> Annotation | None:
    if not isinstance(after, Annotation):
        return None
    track: Track = track_edits.track_of(real)
    if after.geometry != before.geometry and not isinstance(after.geometry, Track):
        shape: object = after.geometry
        made = track_edits.set_shape(real, frame, shape)  # type: ignore[arg-type]
        track = _track_in(made, track)
    same = after.attributes == before.attributes
    attributes = real.attributes if same else after.attributes
    return replace(after, geometry=track, frame=real.frame, attributes=attributes)


def _track_in(edit: Edit, otherwise: Track) -> Track:
    for change in edit.changes:
        if isinstance(change.after, Annotation):
            return track_edits.track_of(change.after)
    return otherwise


class FilmBoard:
    """The annotations of a film by the frames they are seen at."""

    def __init__(self, annotations: Iterable[Annotation] = ()) -> None:
        self._held: dict[int, Annotation] = {}
        self._on: dict[int | None, set[int]] = {}
        self._tracks: set[int] = set()
        self._frames: list[int] | None = None
        for annotation in annotations:
            self.put(annotation)

    def put(self, annotation: Annotation) -> None:
        """Add an annotation, or put it in the place of its former self."""
        self.drop(annotation.id)
        self._held[annotation.id] = annotation
        if isinstance(annotation.geometry, Track):
            self._tracks.add(annotation.id)
        else:
            self._on.setdefault(annotation.frame, set()).add(annotation.id)

    def drop(self, annotation_id: int) -> None:
        """Forget an annotation, if it is here."""
        self._frames = None
        before = self._held.pop(annotation_id, None)
        if before is None:
            return
        self._tracks.discard(annotation_id)
        there = self._on.get(before.frame)
        if there is not None:
            there.discard(annotation_id)
            if not there:
                del self._on[before.frame]

    def get(self, annotation_id: int) -> Annotation | None:
        """An annotation as it is stored."""
        return self._held.get(annotation_id)

    def track_ids(self) -> list[int]:
        """The tracks, in the order they were made."""
        return sorted(self._tracks)

    def at(self, frame: int) -> list[Annotation]:
        """Those that are seen at a frame, as they are stored."""
        ids = self._on.get(None, set()) | self._on.get(frame, set())
        tracks = (self._held[i] for i in self._tracks)
        seen = [a for a in tracks if is_seen(track_edits.track_of(a), frame)]
        return [*(self._held[i] for i in sorted(ids)), *seen]

    def frames(self) -> list[int]:
        """Frames with a shape of their own or a keyframe, in order."""
        if self._frames is None:
            found = {frame for frame in self._on if frame is not None}
            for annotation_id in self._tracks:
                found.update(self.keyframes(annotation_id))
            self._frames = sorted(found)
        return self._frames

    def keyframes(self, annotation_id: int) -> list[int]:
        """The frames that say where a track is; of a shape, its frame."""
        held = self._held.get(annotation_id)
        if held is None:
            return []
        if isinstance(held.geometry, Track):
            return [key.frame for key in held.geometry.keyframes]
        return [] if held.frame is None else [held.frame]

    def frames_of(self, label_ids: Container[int | None]) -> list[int]:
        """Those of `frames` that are of one of these labels."""
        found: set[int] = set()
        for annotation in self._held.values():
            if annotation.label_id in label_ids:
                found.update(self.keyframes(annotation.id))
        return sorted(found)

    def keyframes_of(self, ids: Iterable[int]) -> list[int]:
        """The keyframes of several, in order."""
        return sorted({frame for i in ids for frame in self.keyframes(i)})


def beside(frames: Sequence[int], frame: int, way: int) -> int | None:
    """The nearest of `frames`, which are in order, after (`way` > 0) or before one."""
    if way > 0:
        place = bisect_right(frames, frame)
        return frames[place] if place < len(frames) else None
    place = bisect_left(frames, frame) - 1
    return frames[place] if place >= 0 else None
