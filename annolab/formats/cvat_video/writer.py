"""Write documents of CVAT, one for each film, track by track."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from itertools import groupby
from typing import Any, BinaryIO

from annolab.formats.base import Problem, Records, Report, Severity, Sink
from annolab.formats.cvat_video import meta
from annolab.formats.cvat_video.reader import HELD, KIND, OCCLUDED, Z_ORDER
from annolab.formats.cvat_video.shapes import element_of, whole
from annolab.formats.cvat_video.tag_runs import by_frame, is_run, is_tag, meeting
from annolab.formats.cvat_video.track_ids import with_ids
from annolab.formats.decimals import Digits, exact, two_decimals
from annolab.formats.json_rows import kept as kept_of
from annolab.formats.lines import report_fields, report_item, report_people
from annolab.formats.per_item import target_name
from annolab.formats.xml_nodes import Node, plain, unpacked
from annolab.formats.xml_text import without_illegal
from annolab.model.annotation import Annotation
from annolab.model.between import between
from annolab.model.geometry import (
    Attributes,
    AttributeValue,
    Instant,
    Interval,
    Keyframe,
    Mask,
    Points,
    Span,
    TimeBox,
    Track,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Label, Schema, ValueType
from annolab.model.tracks import TAKEN
from annolab.model.values import value_text

_HELD_BY_CVAT = (OCCLUDED, Z_ORDER)
_MOST_TAGS = 100_000  # of one range of frames


@dataclass(slots=True)
class _Film:
    """What is known of the film that is being written."""

    item: Item
    step: int
    ids: Mapping[int, str]
    keys: dict[int | None, meta.Keys] = field(default_factory=dict)
    types: dict[int | None, dict[str, ValueType]] = field(default_factory=dict)
    groups: dict[int, int] = field(default_factory=dict)


class FilmsWriter:
    """Writes a document for each film; serves once."""

    def __init__(
        self, schema: Schema, records: Records, report: Report, *, is_exact: bool
    ) -> None:
        self._schema = schema
        self._records = records
        self._report = report
        self._digits: Digits = exact if is_exact else two_decimals
        self._people: set[int] = set()
        if not is_exact:
            reason = "Coordinates are rounded to 2 decimals."
            report.add(Problem(reason, Severity.LOSS))

    def write(self, sink: Sink) -> Iterator[int]:
        """Write them, yielding how many marks are done."""
        taken: set[str] = set()
        for item, marks in self._records.by_item():
            report_item(item, self._records, self._report)
            if item.media is not Media.VIDEO:
                for mark in marks:
                    reason = "Only marks on films can go into CVAT for video."
                    self._say(item, mark, reason, Severity.SKIPPED)
                continue
            held = [mark for mark in marks if self._is_held(item, mark)]
            file = sink.open(target_name(item, ".xml", taken))
            yield from self._document(file, item, held)
        report_people(self._people, self._report)

    def _say(
        self, item: Item, mark: Annotation, reason: str, how: Severity = Severity.LOSS
    ) -> None:
        self._report.add(Problem(reason, how, item=item.path, annotation_id=mark.id))

    def _is_held(self, item: Item, mark: Annotation) -> bool:
        shape = mark.geometry
        reason = ""
        if isinstance(shape, Span | Interval | Instant | TimeBox):
            reason = "CVAT has no marks on texts and sounds."
        else:
            keys = shape.keyframes if isinstance(shape, Track) else ()
            shapes: list[Any] = [key.geometry for key in keys] or [shape]
            nodes = (element_of(x, (), exact) for x in shapes if not _is_large(x))
            if any(node is None for node in nodes):
                reason = "CVAT has no polygons of several parts, or with holes."
        if reason:
            self._say(item, mark, reason, Severity.SKIPPED)
        return not reason

    def _document(
        self, file: BinaryIO, item: Item, marks: Sequence[Annotation]
    ) -> Iterator[int]:
        nodes = unpacked(kept_of(item.source, "cvat").get("nodes"))
        heads = [node for node in nodes if node.tag == "meta"][:1]
        marks, ids = with_ids(
            marks, self._schema, lambda mark: self._say(item, mark, TAKEN)
        )
        film = _Film(item, _step(heads), ids)
        labels = self._labels(film, marks)
        meet = meeting(marks, film.step)
        for mark in (mark for mark in marks if mark.id in meet):
            self._say(item, mark, "Equal labels of frames that meet come back as one.")
        if heads and meta.has(heads[0], "labels"):
            head = meta.with_labels(heads[0], labels, item)
        else:
            head = meta.new_meta(item, labels)
        said = ['<?xml version="1.0" encoding="utf-8"?>\n<annotations>\n']
        said.append("  <version>1.1</version>\n")
        said += head.lines("  ")
        for node in nodes:
            if node.tag not in ("meta", "track", "tag", "version"):
                said += node.lines("  ")
        file.write("".join(said).encode("utf-8"))
        lines = 0
        for number, parts in self._parts(film, marks):
            for node in parts:
                file.write("".join(node.lines("  ")).encode("utf-8"))
                lines += 1
                if lines % 256 == 0:
                    yield self._report.written
            self._report.written += number
        file.write(b"</annotations>\n")
        yield self._report.written

    def _parts(
        self, film: _Film, marks: Sequence[Annotation]
    ) -> Iterator[tuple[int, Iterator[Node]]]:
        """How many marks, and their elements; labels of frames lie frame by frame."""
        for are_tags, group in groupby(marks, key=is_tag):
            several = list(group)
            for mark in several:
                self._fields(film.item, mark)
            if are_tags and any(isinstance(m.geometry, Track) for m in several):
                yield len(several), by_frame(several, partial(self._nodes, film))
                continue
            for mark in several:
                yield 1, self._nodes(film, mark)

    def _labels(self, film: _Film, marks: Sequence[Annotation]) -> list[Node]:
        for mark in marks:
            keys = film.keys.setdefault(mark.label_id, meta.Keys())
            for name, value in mark.attributes.items():
                if name not in _HELD_BY_CVAT:
                    keys.fixed.setdefault(name, []).append(value)
            if isinstance(mark.geometry, Track):
                for key in mark.geometry.keyframes:
                    for name, value in key.attributes.items():
                        if name not in _HELD_BY_CVAT:
                            keys.changing.setdefault(name, []).append(value)
        found: list[Node] = []
        for label in self._schema.labels:
            if label.retired and label.id not in film.keys:
                continue
            keys = film.keys.setdefault(label.id, meta.Keys())
            film.types[label.id] = meta.types_of(keys, label, self._schema)
            types = film.types[label.id]
            found += meta.label_nodes(label, keys, types, self._schema)
        return found

    def _fields(self, item: Item, mark: Annotation) -> None:
        def add(reason: str) -> None:
            self._say(item, mark, reason)

        held = replace(mark, frame=None, group_id=None, z=0)
        report_fields(held, add, ("attributes",))
        if mark.text is not None:
            add("A text cannot be kept.")
        if mark.z and is_tag(mark):
            add("A drawing order cannot be kept.")
        if mark.frame is None and not isinstance(mark.geometry, Track):
            add("A mark on no frame is written on the first one.")
        if isinstance(mark.geometry, Track):
            kinds = {type(key.geometry) for key in mark.geometry.keyframes}
            if len(kinds) > 1:
                add("A track with shapes of several kinds, which CVAT does not load.")
        self._people.add(mark.annotator_id)

    def _nodes(self, film: _Film, mark: Annotation) -> Iterator[Node]:
        kept = kept_of(mark.source, "cvat")
        said = plain(_mapping(kept.get("track")))
        said["label"] = self._label_name(mark)
        if mark.group_id is not None:
            number = film.groups.setdefault(mark.group_id, len(film.groups) + 1)
            said["group_id"] = str(number)
        shape = mark.geometry
        if isinstance(shape, Whole):
            said["frame"] = str(mark.frame or 0)
            values = self._values(film, mark, mark.attributes)
            yield Node("tag", {"source": "manual", **said}, "", values)
            return
        is_track = isinstance(shape, Track)
        if isinstance(shape, Track):
            if is_tag(mark):
                yield from self._tags(film, mark, shape, said)
                return
            keys: tuple[Keyframe, ...] = shape.keyframes
        else:
            keys = self._single(film, mark)
        said.setdefault("source", "manual")
        said["id"] = film.ids[mark.id]
        if _looks_single(keys, film.step) == is_track:
            said[KIND] = "track" if is_track else "shape"
        children = list(self._keys(film, mark, keys, _mapping(kept.get("keys"))))
        children += unpacked(kept.get("nodes"))
        yield Node("track", said, "", tuple(children))

    def _label_name(self, mark: Annotation) -> str:
        label = self._schema.label(mark.label_id)
        return without_illegal(label.name) if label else ""

    def _single(self, film: _Film, mark: Annotation) -> tuple[Keyframe, ...]:
        """A shape of one frame: there, and outside on the next frame of the task."""
        frame = mark.frame or 0
        shape: Any = mark.geometry
        length = film.item.length
        key = Keyframe(frame, shape)
        if length is not None and frame + film.step >= length:
            return (key,)
        return key, Keyframe(frame + film.step, shape, outside=True)

    def _tags(
        self, film: _Film, mark: Annotation, track: Track, said: Mapping[str, str]
    ) -> Iterator[Node]:
        """A label on a range of frames: CVAT has it frame by frame."""
        how = Severity.NOTE if is_run(mark, film.step) else Severity.LOSS
        reason = "A label of several frames is one on each of them."
        self._say(film.item, mark, reason, how)
        said = {"source": "manual", **said}
        keys = track.keyframes
        after = int(film.item.length or 0)
        stops = [*(key.frame for key in keys[1:]), max(after, keys[-1].frame + 1)]
        left = _MOST_TAGS
        for key, stop in zip(keys, stops, strict=True):
            if key.outside:
                continue
            inside = self._values(film, mark, {**mark.attributes, **key.attributes})
            for frame in range(key.frame, min(stop, key.frame + left), film.step):
                left -= 1
                yield Node("tag", {**said, "frame": str(frame)}, "", inside)
        if left <= 0:
            self._say(film.item, mark, "A label of more than 100,000 frames is cut.")

    def _keys(
        self,
        film: _Film,
        mark: Annotation,
        keys: Sequence[Keyframe],
        extra: Mapping[str, object],
    ) -> Iterator[Node]:
        label = self._schema.label(mark.label_id)
        names = label.skeleton.keypoints if label and label.skeleton else ()
        first: dict[str, AttributeValue] = {Z_ORDER: mark.z, **mark.attributes}
        for key, is_held in _with_held(keys, film.step):
            state = first | dict(key.attributes)
            node = element_of(key.geometry, names, self._digits)
            if node is None:  # pragma: no cover  those are left out above
                continue
            self._say_visibility(film.item, mark, key, label, node)
            said = {
                **plain(_mapping(extra.get(str(key.frame)))),
                "frame": str(key.frame),
                "keyframe": "1",
                "outside": str(int(key.outside)),
                **({KIND: HELD} if is_held else {}),
                OCCLUDED: str(int(state.get(OCCLUDED) is True)),
                Z_ORDER: _order(state.get(Z_ORDER)),
                **node.attributes,
            }
            if node.tag == "mask":
                self._say_mask(film.item, mark, key)
            values = self._values(film, mark, state)
            yield Node(node.tag, said, "", (*node.children, *values))

    def _say_mask(self, item: Item, mark: Annotation, key: Keyframe) -> None:
        shape = key.geometry
        if isinstance(shape, Mask) and (shape.width, shape.height) != (
            item.width,
            item.height,
        ):
            self._say(item, mark, "A mask of another size than the film.")

    def _say_visibility(
        self,
        item: Item,
        mark: Annotation,
        key: Keyframe,
        label: Label | None,
        node: Node,
    ) -> None:
        shape = key.geometry
        if node.tag == "points" and isinstance(shape, Points):
            if set(shape.visibility) != {2}:
                self._say(item, mark, "CVAT keeps hidden points only of skeletons.")
            if label and label.skeleton:
                self._say(item, mark, "Points that are not those of their skeleton.")

    def _values(
        self, film: _Film, mark: Annotation, given: Attributes
    ) -> tuple[Node, ...]:
        types = film.types.get(mark.label_id, {})
        found: list[Node] = []
        for name, value in given.items():
            if name in _HELD_BY_CVAT:
                continue
            text = without_illegal(value_text(value))
            fits = {
                ValueType.BOOL: isinstance(value, bool),
                ValueType.NUMBER: isinstance(value, int | float)
                and not isinstance(value, bool),
            }.get(types.get(name, ValueType.TEXT), isinstance(value, str))
            if not fits or (isinstance(value, str) and text != value):
                self._say(film.item, mark, "A value is written as a plain text.")
            found.append(Node("attribute", {"name": without_illegal(name)}, text))
        return tuple(found)


def _is_large(shape: object) -> bool:
    return isinstance(shape, Mask)  # which always has an element


def _mapping(given: object) -> dict[str, Any]:
    return given if isinstance(given, dict) else {}


def _order(given: AttributeValue) -> str:
    return str(given) if isinstance(given, int) else "0"


def _looks_single(keys: Sequence[Keyframe], step: int) -> bool:
    """What the reader takes for a shape of one frame."""
    first, last = keys[0], keys[-1]
    return (
        len(keys) == 2
        and not first.outside
        and last.outside
        and last.frame == first.frame + step
        and last.geometry == first.geometry
    )


def _with_held(keys: Sequence[Keyframe], step: int) -> Iterator[tuple[Keyframe, bool]]:
    """Keyframes, and those before an outside one that keep CVAT from moving to it."""
    before: Keyframe | None = None
    for key in keys:
        frame = key.frame - step
        if (
            before is not None
            and (key.outside, before.outside) == (True, False)
            and frame > before.frame
        ):
            part = (frame - before.frame) / (key.frame - before.frame)
            if between(before.geometry, key.geometry, part) != before.geometry:
                yield replace(before, frame=frame), True
        yield key, False
        before = key


def _step(heads: Sequence[Node]) -> int:
    for head in heads:
        for node in head.under():
            if node.tag == "frame_filter":
                return max(whole(node.text.partition("step=")[2]) or 1, 1)
    return 1
