"""What a track shows at a frame, and where it is seen.

Frames count from 0. A keyframe's geometry holds at its frame; between two of
them it goes evenly (`between.py`), up to one that is `outside` and after the last
it holds. From an outside keyframe to the next one the object is not seen (CVAT).
Attributes hold from keyframe to keyframe.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import count

from annolab.model.annotation import Annotation
from annolab.model.between import between
from annolab.model.geometry import (
    NO_ATTRIBUTES,
    Attributes,
    Box,
    Ellipse,
    Keyframe,
    Points,
    Polygon,
    Polyline,
    RotatedBox,
    Shape,
    Track,
    Whole,
)
from annolab.model.measure import corners

OCCLUDED = "occluded"
"""The keyframe attribute that says that something hides the object (bool)."""
SCORE = "score"
"""The keyframe attribute that says how sure a tracker was (0..1); people have none."""

NUMBER = "track_id"
"""The attribute of a track that is the number others know it by (1, 2 ...)."""
TAKEN = "A number of a track that another one has: it is numbered anew."
"""What an export says of the second track with a number."""


@dataclass(frozen=True, slots=True)
class State:
    """A track at one frame; `geometry` is None where it is not seen.

    `held` is the shape that would be seen there were it not outside.
    """

    frame: int
    geometry: Shape | None
    held: Shape
    attributes: Attributes
    is_keyframe: bool

    @property
    def occluded(self) -> bool:
        """Whether something hides the object."""
        return self.attributes.get(OCCLUDED) is True


def _place(track: Track, frame: int) -> int:
    """The index of the keyframe that rules at a frame; -1 before the first."""
    return bisect_right(track.keyframes, frame, key=lambda key: key.frame) - 1


def keyframe_at(track: Track, frame: int) -> Keyframe | None:
    """The keyframe exactly at a frame."""
    key = ruling(track, frame)
    return key if key is not None and key.frame == frame else None


def ruling(track: Track, frame: int) -> Keyframe | None:
    """The keyframe at a frame or the last one before it."""
    place = _place(track, frame)
    return None if place < 0 else track.keyframes[place]


def keyframe_before(track: Track, frame: int) -> Keyframe | None:
    """The last keyframe before a frame."""
    return ruling(track, frame - 1)


def keyframe_after(track: Track, frame: int) -> Keyframe | None:
    """The first keyframe after a frame."""
    place = _place(track, frame) + 1
    return track.keyframes[place] if place < len(track.keyframes) else None


def state_at(track: Track, frame: int) -> State | None:
    """All that holds at a frame; None before the first keyframe."""
    place = _place(track, frame)
    if place < 0:
        return None
    key = track.keyframes[place]
    shape = key.geometry
    later = track.keyframes[place + 1] if place + 1 < len(track.keyframes) else None
    if later is not None and not (key.outside or later.outside):
        part = (frame - key.frame) / (later.frame - key.frame)
        shape = between(shape, later.geometry, part)
    seen = None if key.outside else shape
    return State(frame, seen, shape, key.attributes, key.frame == frame)


def geometry_at(track: Track, frame: int) -> Shape | None:
    """What is seen at a frame; None where the track is not seen."""
    state = state_at(track, frame)
    return None if state is None else state.geometry


def attributes_at(track: Track, frame: int) -> Attributes:
    """The key-values that the ruling keyframe says; none before the first."""
    key = ruling(track, frame)
    return NO_ATTRIBUTES if key is None else key.attributes


def is_seen(track: Track, frame: int) -> bool:
    """Whether the object is seen at a frame."""
    key = ruling(track, frame)
    return key is not None and not key.outside


def seen_ranges(track: Track, length: int | None = None) -> list[tuple[int, int]]:
    """Half-open ranges of frames where it is seen, up to `length` frames.

    Without `length` a track that does not end ends after its last keyframe.
    """
    end = track.keyframes[-1].frame + 1 if length is None else length
    found: list[tuple[int, int]] = []
    start: int | None = None
    for key in track.keyframes:
        if key.frame >= end:
            break
        if key.outside and start is not None:
            found.append((start, key.frame))
            start = None
        elif not key.outside and start is None:
            start = key.frame
    if start is not None:
        found.append((start, end))
    return found


def number_of(annotation: Annotation) -> int | None:
    """The number that others know a track by; None when it has none."""
    held = annotation.attributes.get(NUMBER)
    if isinstance(held, bool) or not isinstance(held, int | float):
        return None
    return int(held) if held > 0 and float(held).is_integer() else None


def track_numbers(annotations: Iterable[Annotation]) -> dict[int, int]:
    """A number for each track by its id: its own, else the next that is free.

    Of two that claim the same one the first has it.
    """
    tracks = [a for a in annotations if isinstance(a.geometry, Track)]
    owners: dict[int, int] = {}
    for track in tracks:
        number = number_of(track)
        if number is not None:
            owners.setdefault(number, track.id)
    found = {id_: number for number, id_ in owners.items()}
    free = (number for number in count(1) if number not in owners)
    for track in tracks:
        if track.id not in found:
            found[track.id] = next(free)
    return found


def first_frame(track: Track) -> int:
    """The frame of the first keyframe."""
    return track.keyframes[0].frame


def last_frame(track: Track) -> int:
    """The frame of the last keyframe."""
    return track.keyframes[-1].frame


def with_keyframe(track: Track, key: Keyframe) -> Track:
    """The track with a keyframe, in the place of the one at its frame."""
    keys = track.keyframes
    place = bisect_left(keys, key.frame, key=lambda k: k.frame)
    rest = place + (place < len(keys) and keys[place].frame == key.frame)
    return Track((*keys[:place], key, *keys[rest:]))


def distance(one: Shape, other: Shape) -> float:
    """How far apart the corners of two shapes of a kind are at most, in pixels.

    Infinite where they cannot be compared. Angles count as far as they move the
    outline; the visibility of points must be the same.
    """
    if one == other:
        return 0.0
    from_one, from_other = _outline(one), _outline(other)
    if type(one) is not type(other) or len(from_one) != len(from_other):
        return float("inf")
    seen = [x.visibility for x in (one, other) if isinstance(x, Points)]
    if len(set(seen)) > 1:
        return float("inf")
    pairs = zip(from_one, from_other, strict=True)
    gaps = [max(abs(a - c), abs(b - d)) for (a, b), (c, d) in pairs]
    return max(gaps, default=float("inf"))


def _outline(shape: Shape) -> list[tuple[float, float]]:
    match shape:
        case Box() | RotatedBox():
            return [(float(x), float(y)) for x, y in corners(shape)]
        case Ellipse(cx, cy, rx, ry, angle):
            box = RotatedBox(cx, cy, 2 * rx, 2 * ry, angle)
            return [(float(x), float(y)) for x, y in corners(box)]
        case Polyline(points) | Points(points):
            return [(float(x), float(y)) for x, y in points]
        case Polygon():
            return [(float(x), float(y)) for ring in shape.rings for x, y in ring]
        case Whole():
            return [(0.0, 0.0)]
        case _:
            return []
