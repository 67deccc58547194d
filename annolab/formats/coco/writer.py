"""Write a COCO file, in bounded memory.

What came from a COCO file goes back as it was given, with its ids; bbox, area
and the like are computed anew only where the geometry is another one now.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO

from annolab.formats.base import Problem, Records, Report, Severity, Sink
from annolab.formats.coco import words
from annolab.formats.coco.members import Image, Object, ObjectMaker
from annolab.formats.coco.pairs import paired
from annolab.formats.coco.reader import skeleton_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Box,
    Ellipse,
    Mask,
    Points,
    Polygon,
    RotatedBox,
    Whole,
)
from annolab.model.item import Item, Media, Status
from annolab.model.schema import Label, Schema
from annolab.model.transform import to_polygon
from annolab.model.validity import problems

_BATCH = 512
INFO = {
    "description": "Written by AnnoLab.",
    "coordinates": "Pixels of the upright image (EXIF orientation applied); "
    "(0, 0) is the outer corner of the first pixel.",
}
_HELD = frozenset((Box, RotatedBox, Polygon, Points, Ellipse, Mask, Whole))
_SKIP, _LOSS, _NOTE = Severity.SKIPPED, Severity.LOSS, Severity.NOTE


class Numbers:
    """Gives ids: the one a file gave where it is free, else one above all."""

    def __init__(self, largest: object) -> None:
        self._next = largest + 1 if isinstance(largest, int) and largest > 0 else 1
        self._used: set[object] = set()

    def take(self, wanted: object = None) -> object:
        """An id that was not given before."""
        if wanted is None or wanted in self._used:
            while self._next in self._used:
                self._next += 1
            wanted = self._next
            self._next += 1
        self._used.add(wanted)
        return wanted


class FileWriter:
    """Writes one file; serves once."""

    def __init__(
        self, schema: Schema, records: Records, report: Report, *, compressed: bool
    ) -> None:
        self._schema = schema
        self._records = records
        self._report = report
        self._captions = not schema.labels
        self._maker = ObjectMaker(compressed, self._captions, self._say)
        ids = words.object_of(records.entry(words.IDS))
        self._image_ids = Numbers(ids.get("image"))
        self._annotation_ids = Numbers(ids.get("annotation"))
        self._images: dict[int, Image] = {}
        self._category_ids: dict[int | None, object] = {}
        self._free_category = Numbers(ids.get("category"))
        self._take_category_ids()
        self._n_points: dict[int, int] = {}
        self._groups: dict[int, int] = {}
        self._quiet_groups: set[int] = set()
        self._annotators: set[int] = set()
        self._n_wholes = 0
        self._now: tuple[Annotation, Image] | None = None

    def write(self, sink: Sink) -> Iterator[int]:
        """Write the file, yielding how many annotations are done."""
        top = self._records.entry(words.TOP)
        members = words.object_of(top) if top else {"info": INFO, "licenses": []}
        file = sink.open("")
        file.write(b"{")
        for key, value in members.items():
            file.write(words.to_bytes(key) + b":" + words.to_bytes(value) + b",\n")
        yield from self._list(file, b'"images":', self._image_objects())
        yield from self._list(file, b',\n"annotations":', self._annotation_objects())
        if self._n_wholes:
            yield from self._list(file, b',\n"image_labels":', self._whole_objects())
        categories = list(self._category_objects())
        # A file of captions has none, and pycocotools then asks for none.
        if categories or not self._captions:
            yield from self._list(file, b',\n"categories":', iter(categories))
        file.write(b"}\n")
        self._report_the_rest()
        yield self._report.written

    def _list(
        self, file: BinaryIO, head: bytes, objects: Iterator[Object]
    ) -> Iterator[int]:
        file.write(head + b"[\n")
        begun = False
        batch: list[bytes] = []
        for found in objects:
            batch.append(words.to_bytes(found))
            if len(batch) == _BATCH:
                file.write((b",\n" if begun else b"") + b",\n".join(batch))
                begun, batch = True, []
                yield self._report.written
        if batch:
            file.write((b",\n" if begun else b"") + b",\n".join(batch))
        file.write(b"]")

    def _image_objects(self) -> Iterator[Object]:
        for item in self._records.items():
            if item.media is not Media.IMAGE:
                reason = "COCO holds images, not video, sound or text."
                self._report.add(Problem(reason, _SKIP, item=item.path))
                continue
            source = words.source_of(item.source)
            out = words.given_of(source)
            number = self._image_ids.take(out.get("id"))
            out["id"] = number
            out.setdefault("file_name", source.get(words.FILE_NAME, item.path))
            if item.width is not None and item.height is not None:
                out["width"], out["height"] = item.width, item.height
            add_item_values(out, item)
            self._images[item.id] = Image(number, item.width, item.height, item.path)
            yield out

    def _annotation_objects(self) -> Iterator[Object]:
        skeletons = frozenset(x.id for x in self._schema.labels if x.skeleton)
        for mark, points in paired(self._records.annotations(), skeletons):
            image = self._image_of(mark)
            if image is None:
                continue
            self._report.written += 1 if points is None else 2
            if type(mark.geometry) is Whole and not self._in_list(mark):
                self._n_wholes += 1
                continue
            out = self._object(mark, points, image)
            out["id"] = self._annotation_ids.take(out.get("id"))
            yield out

    def _whole_objects(self) -> Iterator[Object]:
        for mark in self._records.annotations():
            if type(mark.geometry) is not Whole or self._in_list(mark):
                continue
            image = self._images.get(mark.item_id)
            if image is not None:
                self._now = mark, image
                message = "A label of a whole image is in a list only AnnoLab reads."
                self._say(message, _NOTE)
                out = self._object(mark, None, image)
                out.pop(words.CROWD, None)
                yield out

    def _in_list(self, whole: Annotation) -> bool:
        """Whether a mark on the whole image belongs into `annotations`."""
        source = words.source_of(whole.source)
        if words.GIVEN in source:
            return words.LABEL not in source
        return self._captions and whole.text is not None

    def _image_of(self, mark: Annotation) -> Image | None:
        image = self._images.get(mark.item_id)
        if image is None:
            reason = "An annotation of an item that COCO cannot hold."
            self._report.add(Problem(reason, _SKIP, annotation_id=mark.id))
            return None
        self._now = mark, image
        if type(mark.geometry) not in _HELD:
            kind = type(mark.geometry).__name__.lower()
            self._say(f"COCO has no {kind}.", _SKIP)
            return None
        if isinstance(mark.geometry, (RotatedBox, Ellipse)) and problems(
            to_polygon(mark.geometry)
        ):
            self._say("Its outline reaches too far out.", _SKIP)
            return None
        if mark.tier_id is not None:
            self._say("COCO has no tiers.", _LOSS)
        self._annotators.add(mark.annotator_id)
        return image

    def _object(
        self, mark: Annotation, points: Annotation | None, image: Image
    ) -> Object:
        out = self._maker.make(mark, points, image)
        number = self._category_ids.get(mark.label_id)
        if number is not None:
            out["category_id"] = number
        elif type(mark.geometry) is not Whole and "category_id" not in out:
            out["category_id"] = self._unlabelled()
        for geometry in (mark.geometry, points.geometry if points else None):
            if isinstance(geometry, Points) and mark.label_id is not None:
                most = self._n_points.get(mark.label_id, 0)
                self._n_points[mark.label_id] = max(most, len(geometry.visibility))
        if mark.group_id is not None:
            self._add_group(out, mark, points)
        return out

    def _unlabelled(self) -> object:
        if None not in self._category_ids:
            self._category_ids[None] = self._free_category.take()
        self._say("An annotation without a label gets a category of its own.", _NOTE)
        return self._category_ids[None]

    def _add_group(
        self, out: Object, mark: Annotation, points: Annotation | None
    ) -> None:
        group = mark.group_id
        assert group is not None  # noqa: S101  the caller has looked
        if points is not None and points.source and words.PART in points.source:
            self._quiet_groups.add(group)  # it was one object in the file
            return
        if group in self._quiet_groups:
            self._say("A group of more than an object and its keypoints.", _LOSS)
        number = self._groups.setdefault(group, len(self._groups) + 1)
        out.setdefault(words.OURS, {})["group"] = number

    def _take_category_ids(self) -> None:
        for label in self._schema.labels:
            given = words.given_of(words.source_of(label.source))
            wanted = given.get("id")
            if wanted is not None:
                self._category_ids[label.id] = self._free_category.take(wanted)
        for label in self._schema.labels:
            if label.id not in self._category_ids:
                self._category_ids[label.id] = self._free_category.take()

    def _category_objects(self) -> Iterator[Object]:
        for label in self._schema.labels:
            yield self._category(label)
        if None in self._category_ids:
            yield {
                "id": self._category_ids[None],
                "name": words.UNLABELLED,
                "supercategory": "",
                words.OURS: {words.UNLABELLED: True},
            }

    def _category(self, label: Label) -> Object:
        source = words.source_of(label.source)
        out = words.given_of(source)
        out["id"] = self._category_ids[label.id]
        if source.get(words.NAME) != label.name:
            out["name"] = label.name
        if words.GIVEN not in source:
            parent = self._schema.label(label.parent_id)
            out["supercategory"] = parent.name if parent else ""
        if label.skeleton is not None:
            if skeleton_of(out) != label.skeleton:
                out["keypoints"] = list(label.skeleton.keypoints)
                out["skeleton"] = [[a + 1, b + 1] for a, b in label.skeleton.edges]
        elif label.id in self._n_points and "keypoints" not in out:
            count = self._n_points[label.id]
            out["keypoints"] = [str(i + 1) for i in range(count)]
            out["skeleton"] = []
            reason = "A label with points but without a skeleton: they are numbered."
            self._report.add(Problem(reason, _NOTE, where=label.name))
        return out

    def _report_the_rest(self) -> None:
        if len(self._annotators) > 1:
            reason = "COCO does not say who made an annotation."
            who = ", ".join(
                found.name
                for found in map(self._records.annotator, sorted(self._annotators))
                if found is not None
            )
            self._report.add(Problem(reason, _LOSS, where=who))
        for _ in range(self._records.relation_count()):
            self._report.add(Problem("COCO has no relations.", _LOSS))

    def _say(self, reason: str, severity: Severity) -> None:
        if self._now is None:
            return
        mark, image = self._now
        self._report.add(
            Problem(reason, severity, item=image.path, annotation_id=mark.id)
        )


def add_item_values(out: Object, item: Item) -> None:
    """Add the split, status and key-values of an item to its object."""
    extras: Object = {}
    if item.split is not None:
        extras["split"] = item.split
    if item.status is not Status.NEW:
        extras["status"] = int(item.status)
    if extras:
        out[words.OURS] = extras
    if item.attributes:
        rest = out.get("attributes")
        rest = rest if isinstance(rest, dict) else {}
        out["attributes"] = {**rest, **item.attributes}
