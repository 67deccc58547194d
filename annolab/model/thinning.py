"""A track with fewer keyframes that shows the same."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from annolab.model.between import between
from annolab.model.geometry import Keyframe, Track
from annolab.model.tracks import distance


def simplified(track: Track, tolerance: float) -> Track:
    """The track without the keyframes that interpolation gives anyway.

    No corner of a dropped keyframe is farther than `tolerance` pixels from where
    it is shown then. Ends, outside keyframes and their neighbours, and keyframes
    that change an attribute stay.
    """
    keys = track.keyframes
    fixed = [i for i in range(len(keys)) if _must_stay(keys, i)]
    kept: list[int] = []
    for start, stop in pairwise(fixed):
        kept += [start, *_needed(keys, start, stop, tolerance)]
    kept += fixed[-1:]
    return Track(tuple(keys[i] for i in kept))


def _must_stay(keys: Sequence[Keyframe], i: int) -> bool:
    if i in (0, len(keys) - 1):
        return True
    before, key, after = keys[i - 1 : i + 2]
    if before.outside or key.outside or after.outside:
        return True
    return not (
        dict(before.attributes) == dict(key.attributes)
        and repr(before.attributes) == repr(key.attributes)
        and type(before.geometry) is type(key.geometry) is type(after.geometry)
    )


def _needed(
    keys: Sequence[Keyframe], start: int, stop: int, tolerance: float
) -> list[int]:
    """The keyframes within (start, stop) that must stay: the farthest first."""
    found: list[int] = []
    open_ = [(start, stop)]
    while open_:
        first, last = open_.pop()
        gaps = [_gap(keys, first, i, last) for i in range(first + 1, last)]
        if gaps and max(gaps) > tolerance:
            worst = first + 1 + gaps.index(max(gaps))
            found.append(worst)
            open_ += [(first, worst), (worst, last)]
    return sorted(found)


def _gap(keys: Sequence[Keyframe], first: int, i: int, last: int) -> float:
    a, b = keys[first], keys[last]
    part = (keys[i].frame - a.frame) / (b.frame - a.frame)
    return distance(between(a.geometry, b.geometry, part), keys[i].geometry)
