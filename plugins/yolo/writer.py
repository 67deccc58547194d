"""Write data.yaml, a list of images for each split, and a file of rows an image.

Labels lie where the loaders look for them: beside the image, or in `labels`
where the image is in `images`. So the folder is laid over that of the images.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from typing import Any

from annolab.errors import UserError
from annolab.formats.base import Problem, Records, Report, Severity, Sink
from annolab.model.annotation import Annotation, AnnotationStatus
from annolab.model.clipping import clip
from annolab.model.geometry import (
    Box,
    Ellipse,
    Geometry,
    Mask,
    Points,
    Polygon,
    RotatedBox,
)
from annolab.model.item import Item, Media, Status
from annolab.model.measure import bounds, corners
from annolab.model.schema import Label, Schema
from annolab.model.transform import to_polygon

from . import data_yaml
from .reader import ENTRY, SPLITS, labels_of
from .rows import (
    BadRow,
    Size,
    box_numbers,
    keypoint_texts,
    outer_ring,
    ring_numbers,
    written,
)

_SKIP, _LOSS, _NOTE = Severity.SKIPPED, Severity.LOSS, Severity.NOTE
_SHAPES = (Box, RotatedBox, Polygon, Ellipse)


class FolderWriter:
    """Writes one folder; serves once."""

    def __init__(
        self, schema: Schema, records: Records, report: Report, *, task: str
    ) -> None:
        self._schema = schema
        self._records = records
        self._report = report
        self._task = task
        self._classes = class_numbers(schema)
        self._keypoints = max(
            (len(x.skeleton.keypoints) for x in schema.labels if x.skeleton), default=0
        )
        self._lists: dict[str, list[str]] = {"train": []}
        self._annotators: set[int] = set()
        self._item = ""

    def write(self, sink: Sink) -> Iterator[int]:
        """Write the folder, yielding how many annotations are done."""
        if self._task == "pose":
            self._count_keypoints()
        for item, marks in self._records.by_item():
            self._item = item.path
            if item.media is not Media.IMAGE:
                self._say("YOLO holds images, not video, sound or text.", _SKIP)
                for mark in marks:
                    self._say("An annotation of such an item.", _SKIP, mark)
                continue
            rows = list(self._rows(item, marks))
            self._add(item, rows, sink)
            yield self._report.written
        for split, images in self._lists.items():
            with sink.open(f"{split}.txt") as file:
                file.write("".join(f"./{image}\n" for image in images).encode())
        with sink.open("data.yaml") as file:
            file.write(self._description().encode())
        self._report_the_rest()
        yield self._report.written

    def _add(self, item: Item, rows: Sequence[tuple[str, int]], sink: Sink) -> None:
        try:
            with sink.open(labels_of(item.path)) as file:
                file.write("".join(f"{row}\n" for row, _ in rows).encode())
        except UserError:
            message = "Two images have one name but for its end: they share labels."
            self._say(message, _SKIP)
            return
        self._report.written += sum(count for _, count in rows)
        split = item.split or "train"
        if split not in SPLITS:
            self._say("A split that is not train, val or test; put into train.", _LOSS)
            split = "train"
        self._lists.setdefault(split, []).append(item.path)
        if item.attributes:
            self._say("YOLO has no key-values of images.", _LOSS)
        if item.status is not Status.NEW:
            self._say("YOLO does not say how far an image is.", _LOSS)

    def _rows(
        self, item: Item, marks: Sequence[Annotation]
    ) -> Iterator[tuple[str, int]]:
        """Rows, each with how many annotations it holds."""
        if item.width is None or item.height is None:
            for mark in marks:
                self._say("The size of the picture is not known.", _SKIP, mark)
            return
        size = Size(item.width, item.height)
        for mark, points in self._pairs(marks):
            number = self._classes.get(mark.label_id or 0)
            if number is None:
                self._say("An annotation without a label has no class.", _SKIP, mark)
                continue
            try:
                numbers = self._numbers(mark, points, size)
            except BadRow as error:
                self._say(str(error), _SKIP, mark)
                continue
            self._report_fields(mark, paired=points is not None)
            count = 1
            if points is not None and isinstance(points.geometry, Points):
                count += any(points.geometry.visibility)
                self._report_fields(points, paired=True)
            yield f"{number} {numbers}", count

    def _pairs(
        self, marks: Sequence[Annotation]
    ) -> Iterator[tuple[Annotation, Annotation | None]]:
        """A mark, and the keypoints that share a row with it."""
        used: set[int] = set()
        for mark in marks:
            if mark.id in used:
                continue
            partner = self._partner(mark, marks, used)
            if partner is None:
                yield mark, None
                continue
            used.add(partner.id)
            pair = (mark, partner)
            yield pair if isinstance(partner.geometry, Points) else pair[::-1]

    def _partner(
        self, mark: Annotation, marks: Sequence[Annotation], used: set[int]
    ) -> Annotation | None:
        if self._task != "pose" or mark.group_id is None:
            return None
        points = isinstance(mark.geometry, Points)
        if not points and not isinstance(mark.geometry, _SHAPES):
            return None
        for other in marks:
            fits = (other.group_id, other.label_id) == (mark.group_id, mark.label_id)
            if not fits or other.id <= mark.id or other.id in used:
                continue
            if isinstance(other.geometry, _SHAPES if points else Points):
                return other
        return None

    def _numbers(self, mark: Annotation, points: Annotation | None, size: Size) -> str:
        """What stands behind the class. Raises BadRow."""
        shape = mark.geometry
        if not isinstance(shape, (*_SHAPES, Mask, Points)):
            message = f"YOLO has no {_name(mark)}."
            raise BadRow(message)
        if isinstance(shape, Points) and self._task != "pose":
            message = "Only the task pose has points."
            raise BadRow(message)
        if isinstance(shape, Mask) and self._task in ("segment", "obb"):
            message = f"The task {self._task} has no masks."
            raise BadRow(message)
        inside = clip(shape, *size)
        if inside is None or bounds(inside) is None:
            message = "It lies outside of the picture."
            raise BadRow(message)
        if inside != shape:
            self._say("Cut off at the edge of the picture.", _LOSS, mark)
        if self._task == "pose":
            return " ".join(
                (self._box(mark, inside, size), *self._pose(mark, points, size))
            )
        write = {"detect": self._box, "segment": self._outline, "obb": self._turned}
        return write[self._task](mark, inside, size)

    def _box(self, mark: Annotation, shape: Geometry, size: Size) -> str:
        if isinstance(shape, Points):
            self._say("Keypoints alone get the box around them.", _NOTE, mark)
        elif not isinstance(shape, Box):
            self._say(f"Of a {_name(mark)} only its box is written.", _LOSS, mark)
        return written(box_numbers(_around(shape), size))

    def _outline(self, mark: Annotation, shape: Geometry, size: Size) -> str:
        if not isinstance(mark.geometry, Polygon):
            self._say(f"A {_name(mark)} is written as a polygon.", _LOSS, mark)
        polygon = to_polygon(shape) if isinstance(shape, _SHAPES) else Polygon(())
        if len(polygon.parts) > 1:
            self._say("Of several parts only the largest is written.", _LOSS, mark)
        if len(polygon.rings) > len(polygon.parts):
            self._say("A hole is not written.", _LOSS, mark)
        return written(ring_numbers(outer_ring(polygon), size))

    def _turned(self, mark: Annotation, shape: Geometry, size: Size) -> str:
        if isinstance(mark.geometry, RotatedBox):
            # Its corners, also where they were cut off: a box needs all four.
            return written(ring_numbers(corners(mark.geometry), size))
        self._say(f"A {_name(mark)} is written as a turned box.", _LOSS, mark)
        return written(ring_numbers(corners(_around(shape)), size))

    def _pose(
        self, mark: Annotation, points: Annotation | None, size: Size
    ) -> list[str]:
        """The keypoints, which may be none."""
        carrier = points.geometry if points is not None else mark.geometry
        places = carrier if isinstance(carrier, Points) else None
        texts = keypoint_texts(places, self._keypoints, size)
        if places is not None:
            marked = sum(seen > 0 for seen in places.visibility)
            if marked > sum(not text.endswith(" 0") for text in texts):
                self._say("A keypoint outside of the picture is left out.", _LOSS, mark)
            if not marked:
                self._say("Keypoints of which none is marked.", _LOSS, mark)
            if len(places.visibility) != self._keypoints:
                self._say("Fewer keypoints than others: filled up.", _NOTE, mark)
        return texts

    def _count_keypoints(self) -> None:
        for mark in self._records.annotations():
            if isinstance(mark.geometry, Points):
                count = len(mark.geometry.visibility)
                self._keypoints = max(self._keypoints, count)
        self._keypoints = max(self._keypoints, 1)

    def _report_fields(self, mark: Annotation, *, paired: bool) -> None:
        """Say what a row cannot hold."""
        self._annotators.add(mark.annotator_id)
        lost: dict[str, object] = {
            "key-values": mark.attributes,
            "text": mark.text is not None,
            "confidence": mark.score is not None,
            "status": mark.status is not AnnotationStatus.PLAIN,
            "tiers": mark.tier_id is not None,
            "groups": mark.group_id is not None and not paired,
            "pages or frames": mark.frame is not None,
            "drawing order": mark.z,
            "locks": mark.locked,
        }
        for what, there in lost.items():
            if there:
                self._say(f"YOLO has no {what} of annotations.", _LOSS, mark)

    def _description(self) -> str:
        lists = {split: f"{split}.txt" for split in SPLITS if split in self._lists}
        if "val" not in lists:  # the loaders ask for it
            self._item = ""
            self._say("No image is for validation: val names the train list.", _NOTE)
        values: dict[str, Any] = {
            "train": lists["train"],
            "val": lists.get("val", lists["train"]),
        }
        if "test" in lists:
            values["test"] = lists["test"]
        kept = self._kept()
        if self._task == "pose":
            values["kpt_shape"] = [self._keypoints, 3]
            flip = kept.pop("flip_idx", "")
            if flip.count(",") + 1 != self._keypoints:
                values["flip_idx"] = flip_indices(self._schema, self._keypoints)
            else:
                kept["flip_idx"] = flip
        else:
            kept.pop("flip_idx", None)
        values["names"] = {str(n): name for n, name in sorted(self._named().items())}
        return data_yaml.render(values) + "".join(kept.values())

    def _kept(self) -> dict[str, str]:
        """The lines of a data.yaml that was read and that we have no word for."""
        try:
            kept = json.loads(self._records.entry(ENTRY) or "{}")
        except (ValueError, RecursionError):
            return {}
        if not isinstance(kept, dict):
            return {}
        return {key: text for key, text in kept.items() if isinstance(text, str)}

    def _named(self) -> dict[int, str]:
        """A name for each number from 0 on; those that are gone keep a place."""
        names = dict.fromkeys(range(max(self._classes.values(), default=-1) + 1), "")
        for label in self._schema.labels:
            names[self._classes[label.id]] = label.name
        for number, name in names.items():
            if not name:
                names[number] = f"unused {number}"
                self._say("A class that is gone keeps its number.", _NOTE)
        return names

    def _report_the_rest(self) -> None:
        self._item = ""
        if len(self._annotators) > 1:
            self._say("YOLO does not say who made an annotation.", _LOSS)
        for _ in range(self._records.relation_count()):
            self._say("YOLO has no relations.", _LOSS)
        if not self._lists["train"]:
            self._say("No image is for training.", _NOTE)

    def _say(
        self, reason: str, severity: Severity, mark: Annotation | None = None
    ) -> None:
        number = None if mark is None else mark.id
        self._report.add(
            Problem(reason, severity, item=self._item, annotation_id=number)
        )


def class_numbers(schema: Schema) -> dict[int, int]:
    """The number of each label: the one it was read with, else the next free one."""
    numbers: dict[int, int] = {}
    for label in schema.labels:
        wanted = _read_number(label)
        if wanted is not None and wanted not in numbers.values():
            numbers[label.id] = wanted
    free = max(numbers.values(), default=-1)
    for label in schema.labels:
        if label.id not in numbers:
            free += 1
            numbers[label.id] = free
    return numbers


def _read_number(label: Label) -> int | None:
    if not label.source or not label.source.startswith('{"yolo"'):
        return None
    try:
        number = json.loads(label.source)["yolo"]["index"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return None
    return number if type(number) is int and 0 <= number < 10_000 else None


def flip_indices(schema: Schema, count: int) -> list[int]:
    """Which keypoint is which in the mirror: `left` and `right` change places."""
    best = max(
        (x.skeleton.keypoints for x in schema.labels if x.skeleton), key=len, default=()
    )
    places = {name.lower(): place for place, name in enumerate(best)}
    indices = []
    for place in range(count):
        name = best[place].lower() if place < len(best) else ""
        other = name
        for one, two in (("left", "right"), ("right", "left")):
            if one in name:
                other = name.replace(one, two)
                break
        indices.append(places.get(other, place))
    return indices


def _around(shape: Geometry) -> Box:
    if isinstance(shape, Box):
        return shape
    left, top, right, bottom = bounds(shape) or (0.0, 0.0, 0.0, 0.0)
    return Box(left, top, right - left, bottom - top)


def _name(mark: Annotation) -> str:
    return type(mark.geometry).__name__.lower()
