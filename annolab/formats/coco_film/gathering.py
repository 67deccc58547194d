"""The marks of a track on single frames, and the track.

What a file said of each frame is kept with the track: under "coco.track" what it
said on all of them, under "coco.frames" the rest, by frame.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, TypeAlias

from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.coco import words
from annolab.formats.coco_film.films import Film
from annolab.formats.frame_rows import track_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import Attributes, AttributeValue, Keyframe, Shape, Track
from annolab.model.tracks import NUMBER, OCCLUDED, SCORE, state_at

TRACK = "coco.track"  # what was said on all frames of a track
FRAMES = "coco.frames"  # what else was said, by frame
OF_KEYFRAMES = frozenset((OCCLUDED, SCORE))  # never of a whole track

_Kept: TypeAlias = dict[str, Any]
_Key: TypeAlias = tuple[int, object, int | None, bool]


@dataclass(slots=True)
class _Part:
    """A track as it grows: its marks by frame, with what is kept of each."""

    film: Film
    marks: dict[int, Annotation] = field(default_factory=dict)
    kept: dict[int, _Kept] = field(default_factory=dict)


class Gathering:
    """Takes marks on frames and makes tracks of them; serves one file."""

    def __init__(self, ctx: ImportContext, name: str) -> None:
        self._ctx = ctx
        self._name = name
        self._parts: dict[_Key, _Part] = {}
        self._labels: dict[tuple[int, object], int | None] = {}

    def take(self, number: object, mark: Annotation, film: Film, kept: _Kept) -> bool:
        """Whether the mark is of the track `number` now: not the second on a frame."""
        is_part = words.PART in kept
        key = (film.item.id, number, mark.label_id, is_part)
        part = self._parts.setdefault(key, _Part(film))
        frame = mark.frame or 0
        if frame in part.marks:
            reason = "A second annotation of a track on a frame; it is on its own."
            self._say(number, reason, Severity.REPAIRED, film)
            return False
        label = self._labels.setdefault((film.item.id, number), mark.label_id)
        if label != mark.label_id and not part.marks:
            reason = "A track of several categories is a track for each of them."
            self._say(number, reason, Severity.REPAIRED, film)
        part.marks[frame] = mark
        part.kept[frame] = kept
        return True

    def tracks(self) -> Iterator[Annotation]:
        """The tracks; what was taken is gone then."""
        groups: dict[tuple[int, object], int] = {}
        parts, self._parts = self._parts, {}
        for (item_id, number, label_id, _), part in parts.items():
            mark = self._joined(number, part)
            if any(words.PAIR in kept or words.PART in kept for kept in _some(part)):
                first = mark.group_id or self._ctx.new_id()
                key = (item_id, (number, label_id))
                mark = replace(mark, group_id=groups.setdefault(key, first))
            yield mark

    def _joined(self, number: object, part: _Part) -> Annotation:
        frames = sorted(part.marks)
        marks = [part.marks[frame] for frame in frames]
        first = marks[0]
        if len({(m.text, m.status, m.z, m.locked) for m in marks}) > 1:
            reason = "A track whose text, status, order or lock changes has the first."
            self._say(number, reason, Severity.LOSS, part.film)
        score, values = _with_scores(marks)
        fixed, changing = _split(values, [part.kept[frame] for frame in frames])
        if type(number) is int and not any(_is_free(k) for k in _some(part)):
            fixed = {NUMBER: number, **fixed}
        shapes: dict[int, tuple[Shape, Attributes]] = {}
        for frame, mark, own in zip(frames, marks, changing, strict=True):
            shapes[frame] = (mark.geometry, own)  # type: ignore[assignment]
        track = track_of(shapes, part.film.length, part.film.listed)
        between = {f for f in frames if _says_between(part.kept[f])}
        return replace(
            first,
            geometry=_without(track, between),
            attributes=fixed,
            frame=None,
            score=score,
            source=_source(part, frames),
        )

    def _say(self, number: object, reason: str, how: Severity, film: Film) -> None:
        where = f"{self._name}, track {number!r}"
        self._ctx.report.add(Problem(reason, how, where, film.item.path))


def _some(part: _Part) -> Iterator[_Kept]:
    yield from part.kept.values()


def _is_free(kept: _Kept) -> bool:
    """Whether a number was only given for the file to have one."""
    return words.of_frames(kept.get(words.MORE)).get("free") is True


def _says_between(kept: _Kept) -> bool:
    return words.of_frames(kept.get(words.MORE)).get("between") is True


def _with_scores(
    marks: list[Annotation],
) -> tuple[float | None, list[dict[str, AttributeValue]]]:
    """The score of a track; key-values of its frames with their scores, if they differ.

    A score that the key-values give as well is that of the frame.
    """
    values = [dict(mark.attributes) for mark in marks]
    scores = [mark.score for mark in marks]
    said = [own.get(SCORE) for own in values]
    if scores == said or not any(score is not None for score in scores):
        return None, values
    if len(set(scores)) == 1:
        return scores[0], values
    for own, score in zip(values, scores, strict=True):
        if score is not None:
            own.setdefault(SCORE, score)
    return None, values


def _split(
    values: list[dict[str, AttributeValue]], kept: list[_Kept]
) -> tuple[Attributes, list[Attributes]]:
    """Key-values that hold for a whole track, and those that each frame has left."""
    changing = set(OF_KEYFRAMES)
    for each in kept:
        named = words.of_frames(each.get(words.MORE)).get("changing")
        if isinstance(named, list):
            changing.update(name for name in named if isinstance(name, str))
    fixed: dict[str, AttributeValue] = {}
    for name, value in values[0].items():
        told = repr(value)  # True is not 1
        if name not in changing and all(
            name in own and repr(own[name]) == told for own in values
        ):
            fixed[name] = value
    return fixed, [{k: v for k, v in own.items() if k not in fixed} for own in values]


def _without(track: Track, between: set[int]) -> Track:
    """The track without the frames that were no keyframes, if they still follow."""
    if not between:
        return track
    keys = tuple(k for k in track.keyframes if k.outside or k.frame not in between)
    if not keys or keys[0].frame != track.keyframes[0].frame:
        return track
    short = Track(keys)
    dropped = (k for k in track.keyframes if not k.outside and k.frame in between)
    return short if all(_follows(short, key) for key in dropped) else track


def _follows(track: Track, key: Keyframe) -> bool:
    state = state_at(track, key.frame)
    return (
        state is not None
        and state.geometry == key.geometry
        and dict(state.attributes) == dict(key.attributes)
    )


def _source(part: _Part, frames: list[int]) -> str:
    """What is kept, with the members that all frames share named once."""
    given = [part.kept[frame].get(words.GIVEN) for frame in frames]
    raws: list[Mapping[str, Any]] = [g if isinstance(g, dict) else {} for g in given]
    shared = {
        key: value
        for key, value in raws[0].items()
        if key != "id" and all(key in raw and raw[key] == value for raw in raws)
    }
    rest: dict[str, _Kept] = {}
    for frame, raw in zip(frames, raws, strict=True):
        own = {k: v for k, v in part.kept[frame].items() if k != words.MORE}
        own[words.GIVEN] = {k: v for k, v in raw.items() if k not in shared}
        rest[str(frame)] = own
    return words.to_json({TRACK: shared, FRAMES: rest})
