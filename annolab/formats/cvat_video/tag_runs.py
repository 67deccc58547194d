"""Labels of frames: CVAT has one tag on each, AnnoLab one mark for a range of them."""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from dataclasses import replace
from heapq import merge
from math import inf

from annolab.formats.xml_nodes import Node
from annolab.model.annotation import Annotation
from annolab.model.geometry import Keyframe, Track, Whole

MOST_TAGS = 50_000  # that are held to be joined


def joined(tags: Sequence[Annotation], step: int) -> list[Annotation]:
    """The tags of a film that follow each other, with one mark for equal ones.

    `step`: pictures of the film from a frame to the next. As they are where
    `by_frame` would not give their order again.
    """
    runs: list[list[Annotation]] = []
    open_: dict[Hashable, int] = {}
    order: list[tuple[int, int]] = []
    for tag in tags:
        frame, what = tag.frame or 0, _what(tag)
        place = open_.get(what)
        if place is None or (runs[place][-1].frame or 0) + step != frame:
            place = open_[what] = len(runs)
            runs.append([])
        runs[place].append(tag)
        order.append((frame, place))
    return [_one(run, step) for run in runs] if order == sorted(order) else list(tags)


def by_frame(
    marks: Sequence[Annotation], nodes_of: Callable[[Annotation], Iterator[Node]]
) -> Iterator[Node]:
    """The tags of labels of frames, by their frames; on one frame in the given order.

    `nodes_of`: the tags of a mark, by their frames.
    """

    def placed(numbers: Iterable[int]) -> Iterator[tuple[int, int, Node]]:
        for number in numbers:
            for node in nodes_of(marks[number]):
                yield int(node.attributes["frame"]), number, node

    ranges = [n for n, mark in enumerate(marks) if isinstance(mark.geometry, Track)]
    others = [n for n, mark in enumerate(marks) if mark.geometry == Whole()]
    others.sort(key=lambda number: marks[number].frame or 0)
    streams = [placed(others), *(placed([number]) for number in ranges)]
    for _, _, node in merge(*streams, key=lambda each: each[:2]):
        yield node


def is_tag(mark: Annotation) -> bool:
    """Whether a mark is a label of frames, of one or of a range."""
    shape = mark.geometry
    keys = shape.keyframes if isinstance(shape, Track) else ()
    return any(isinstance(x, Whole) for x in (shape, *(key.geometry for key in keys)))


def is_run(mark: Annotation, step: int) -> bool:
    """Whether a mark is what `joined` makes of its tags."""
    if not isinstance(mark.geometry, Track) or len(mark.geometry.keyframes) != 2:
        return False
    first, last = mark.geometry.keyframes
    frames = (last.frame - first.frame) / step
    ends = (first.geometry, last.geometry) == (Whole(), Whole())
    shown = (first.outside, last.outside) == (False, True)
    is_plain = not (first.attributes or last.attributes)
    return ends and shown and is_plain and frames > 1 and frames.is_integer()


def meeting(marks: Iterable[Annotation], step: int) -> set[int]:
    """Ids of labels of frames that begin before an equal one has ended, or as it does.

    Their tags are no longer told apart.
    """
    spans: dict[Hashable, list[tuple[float, float, int]]] = {}
    for mark in filter(is_tag, marks):
        shape, start = mark.geometry, mark.frame or 0
        stop = float(start + step)
        if isinstance(shape, Track):
            start, last = shape.keyframes[0].frame, shape.keyframes[-1]
            stop = float(last.frame) if last.outside else inf
        what = (mark.label_id, mark.group_id, _values(mark))
        spans.setdefault(what, []).append((start, stop, mark.id))
    found: set[int] = set()
    for equal in spans.values():
        end = -inf
        for first, after, id_ in sorted(equal):
            if first <= end:
                found.add(id_)
            end = max(end, after)
    return found


def _what(tag: Annotation) -> Hashable:
    """All that a tag says but its frame."""
    return tag.label_id, tag.group_id, tag.source, _values(tag)


def _values(mark: Annotation) -> Hashable:
    values = ((name, type(value), value) for name, value in mark.attributes.items())
    return tuple(sorted(values, key=lambda each: each[0]))


def _one(run: Sequence[Annotation], step: int) -> Annotation:
    first, last = run[0].frame or 0, run[-1].frame or 0
    if len(run) == 1:
        return run[0]
    keys = (Keyframe(first, Whole()), Keyframe(last + step, Whole(), outside=True))
    return replace(run[0], frame=None, geometry=Track(keys))
