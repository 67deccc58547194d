"""Follow a marked object through a film, as one step of Undo.

The track stays its annotator's: a person started it and answers for it. What was
found bears a `score` on its keyframes. Keyframes that a person has set are never
changed: following ends before the next of them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Protocol, TypeAlias

from annolab import edits
from annolab.assist.tracker import (
    End,
    Following,
    Tracked,
    TrackerSettings,
    follow,
)
from annolab.assist.tracker_motion import Pixels
from annolab.errors import MediaError, UserError
from annolab.jobs import Progress
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Attributes, Keyframe, Track, Whole
from annolab.model.thinning import simplified
from annolab.model.tracks import (
    OCCLUDED,
    SCORE,
    attributes_at,
    geometry_at,
    keyframe_at,
    with_keyframe,
)

TOLERANCE = 1.0
"""Pixels by which a corner may be shown beside where it was found."""


OnFound: TypeAlias = Callable[[Annotation, Tracked], bool]
"""Told of each find in the thread of the task; False: it is enough."""


class Film(Protocol):
    """Whatever has pictures by number, such as `media.video.Video`."""

    def frame(self, index: int) -> Pixels:
        """The picture, uint8 (height, width, 3), RGB."""


@dataclass(frozen=True, slots=True)
class Followed:
    """What came of it: the edit, the last frame found, and why it ended.

    `problem`: a sentence about the film that could not be read on, or "".
    """

    edit: Edit
    last: int
    end: End
    problem: str = ""


def follow_edit(  # noqa: PLR0913  one number more than allowed, all plain
    film: Film,
    annotation: Annotation,
    start: int,
    stop: int,
    progress: Progress,
    *,
    settings: TrackerSettings | None = None,
    tolerance: float = TOLERANCE,
    on_found: OnFound | None = None,
) -> Followed:
    """Follow a track, or a shape on frame `start`, up to frame `stop` (included).

    Goes backwards where `stop` is before `start`. A shape becomes a track.
    Raises UserError, MediaError, Cancelled; then nothing has been changed.
    """
    track = _begun(annotation, start)
    shape = geometry_at(track, start)
    if shape is None or isinstance(shape, Whole):
        message = "Go to a frame at which the shape to follow is seen."
        raise UserError(message)
    way = 1 if stop >= start else -1
    stop = _limit(track, start, stop)
    course = follow(film.frame, shape, start, stop, settings)
    told = on_found or _go_on
    total = abs(stop - start)

    def step() -> None:
        progress.step(abs(found[-1].frame - start) if found else 0, total)

    found: list[Tracked] = []
    end, problem = _find(course, found, step, lambda x: told(annotation, x))
    last = found[-1].frame if found else start
    made = _with_found(track, start, way, found, tolerance)
    if end is End.LEFT and way > 0:
        made = _ended(made, last + 1)
    name = "Follow object" if way > 0 else "Follow object backwards"
    return Followed(_edit(annotation, made, name), last, end, problem)


def _find(
    course: Following,
    found: list[Tracked],
    step: Callable[[], None],
    told: Callable[[Tracked], bool],
) -> tuple[End, str]:
    """Put what a course finds into `found`; why it ended, and what broke off."""
    while True:
        step()
        try:
            found.append(next(course))
        except StopIteration as stopped:
            end: End = stopped.value
            return end, ""
        except MediaError as error:
            if not found:
                raise
            return End.UNSURE, str(error)
        if not told(found[-1]):
            return End.DONE, ""


@dataclass(frozen=True, slots=True)
class FollowedAll:
    """What came of several objects, followed from frame `start`: one edit of all."""

    start: int
    edit: Edit
    each: tuple[Followed, ...]


def follow_all(  # noqa: PLR0913  as follow_edit
    film: Film,
    annotations: Sequence[Annotation],
    start: int,
    stop: int,
    progress: Progress,
    *,
    settings: TrackerSettings | None = None,
    on_found: OnFound | None = None,
) -> FollowedAll:
    """Follow tracks and shapes one after the other; as `follow_edit`.

    Where `on_found` says that it is enough, those that have not begun are left out.
    """
    told, enough = on_found or _go_on, False
    total = abs(stop - start) * len(annotations)
    done: list[Followed] = []

    def ask(annotation: Annotation, found: Tracked) -> bool:
        nonlocal enough
        enough = not told(annotation, found)
        return not enough

    for annotation in annotations:
        before = len(done) * abs(stop - start)
        part = Progress(lambda n, _all, _text, b=before: progress.step(b + n, total))  # type: ignore[misc]
        done.append(
            follow_edit(
                film, annotation, start, stop, part, settings=settings, on_found=ask
            )
        )
        if enough:
            break
    changes = tuple(change for one in done for change in one.edit.changes)
    edit = replace(done[0].edit, changes=changes)
    return FollowedAll(start, edit, tuple(done))


def _go_on(_annotation: Annotation, _found: Tracked) -> bool:
    return True


def _edit(annotation: Annotation, track: Track, name: str) -> Edit:
    status = annotation.status.settled
    after = replace(annotation, geometry=track, frame=None, status=status)
    return edits.replace([annotation], [after], name)


def _begun(annotation: Annotation, start: int) -> Track:
    """The track of an annotation, or one that begins with its shape."""
    shape = annotation.geometry
    if isinstance(shape, Track):
        return shape
    if annotation.frame != start:
        message = "Choose a track, or a shape on this frame."
        raise UserError(message)
    return Track((Keyframe(start, shape),))  # type: ignore[arg-type]


def _limit(track: Track, start: int, stop: int) -> int:
    """The last frame before the next keyframe that a person has set."""
    own = [key.frame for key in track.keyframes if SCORE not in key.attributes]
    if stop >= start:
        return min([stop, *(f - 1 for f in own if f > start)])
    return max([stop, 0, *(f + 1 for f in own if f < start)])


def _with_found(
    track: Track, start: int, way: int, found: Sequence[Tracked], tolerance: float
) -> Track:
    """The track with what was found in the place of what was there."""
    if not found:
        return track
    base = attributes_at(track, start)
    plain = {k: v for k, v in base.items() if k not in (SCORE, OCCLUDED)}
    low, high = sorted((start, found[-1].frame))
    first = keyframe_at(track, start)
    if first is None:
        shape = geometry_at(track, start)
        if shape is None:
            return track
        first = Keyframe(start, shape, attributes=base)
    keys = [
        Keyframe(x.frame, x.shape, attributes=_values(plain, hidden=x.hidden))
        for x in found
    ]
    seam = Keyframe(start, first.geometry, attributes=_values(plain, hidden=False))
    ordered = [seam, *keys][::way]
    thin = simplified(Track(tuple(ordered)), tolerance).keyframes
    sure = {x.frame: x.confidence for x in found}
    scored = [_scored(key, thin, sure) for key in thin if key.frame != start]
    kept = [k for k in track.keyframes if not low <= k.frame <= high]
    return Track(tuple(sorted([*kept, first, *scored], key=lambda key: key.frame)))


def _values(plain: Attributes, *, hidden: bool) -> Attributes:
    return MappingProxyType({**plain, OCCLUDED: True} if hidden else dict(plain))


def _scored(
    key: Keyframe, keys: Sequence[Keyframe], sure: dict[int, float]
) -> Keyframe:
    """A keyframe with the least confidence from it up to the next one."""
    later = min((k.frame for k in keys if k.frame > key.frame), default=key.frame + 1)
    least = min(sure[f] for f in range(key.frame, later) if f in sure)
    values = {**key.attributes, SCORE: round(least, 2)}
    return replace(key, attributes=MappingProxyType(values))


def _ended(track: Track, frame: int) -> Track:
    """The track not seen from a frame on, if nothing is said of it there."""
    if keyframe_at(track, frame) is not None:
        return track
    last = max(
        (k for k in track.keyframes if k.frame < frame), key=lambda key: key.frame
    )
    return with_keyframe(track, replace(last, frame=frame, outside=True))
