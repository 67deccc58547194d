"""One object of the list `annotations` as annotations of AnnoLab.

An object with keypoints and a segmentation or bbox becomes two annotations with
one group: the shape, which carries everything, and its points.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any, NamedTuple, TypeAlias

from annolab.formats.base import ImportContext, Severity
from annolab.formats.coco import shapes, words
from annolab.formats.coco.shapes import BadShape
from annolab.formats.values import attributes, clean
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    MAX_COORDINATE,
    NO_ATTRIBUTES,
    AttributeValue,
    Box,
    Ellipse,
    FloatArray,
    Geometry,
    Mask,
    Points,
    Polygon,
    RotatedBox,
    Whole,
)

Say: TypeAlias = Callable[[str, Severity], None]
Raw: TypeAlias = dict[str, Any]  # an object as it was parsed

_SKIP, _MEND = Severity.SKIPPED, Severity.REPAIRED
_MISSING = object()


class Image(NamedTuple):
    """What an annotation needs to know of its image."""

    item_id: int
    width: int | None
    height: int | None
    frame: int | None = None  # of a film


class MarkReader:
    """Turns objects into annotations; `say` is told what was wrong with one."""

    def __init__(
        self,
        ctx: ImportContext,
        images: Mapping[object, Image | None],
        labels: Mapping[object, int | None],
        say: Say,
    ) -> None:
        self._ctx = ctx
        self._images = images
        self._labels = labels
        self._say = say
        self._ids: set[object] = set()
        self._groups: dict[int, int] = {}
        self.max_id = 0

    def read(self, raw: object, *, numbered: bool = True) -> list[Annotation]:
        """The annotations of one object, which is used up; none when it is bad."""
        if type(raw) is not dict:
            self._say("An annotation is not an object.", _SKIP)
            return []
        image = self._image(raw)
        if image is None:
            return []
        if numbered:
            self.number(raw)
        label_id = self._label(raw)
        kept: dict[str, object] = {} if numbered else {words.LABEL: True}
        values = self._attributes(raw)
        shape = self._shape(raw, kept, values, image)
        points = self._points(raw)
        if shape is None and points is None:
            if "caption" not in raw and label_id is None and "annolab" not in raw:
                message = "An annotation has no usable segmentation, bbox or keypoints."
                self._say(message, _SKIP)
                return []
            shape = Whole()
        elif shape is not None and points is not None and _belongs(shape, points, kept):
            shape = None
        more = self._more(raw, kept, image)
        geometry = shape if shape is not None else points
        assert geometry is not None  # noqa: S101  one of the two is there
        kept[words.DIGEST] = shapes.digest(geometry)
        both = shape is not None and points is not None
        if both:
            kept[words.PAIR] = True
        if both and more.get("group_id") is None:
            more["group_id"] = self._ctx.new_id()
        mark = Annotation(
            id=self._ctx.new_id(),
            item_id=image.item_id,
            annotator_id=self._ctx.annotator_id,
            geometry=geometry,
            label_id=label_id,
            attributes=values or NO_ATTRIBUTES,
            source=words.to_json({words.GIVEN: raw, **kept}),
            **more,
        )
        if not both or points is None:
            return [mark]
        return [mark, self._part(mark, points)]

    def _part(self, mark: Annotation, points: Points) -> Annotation:
        return Annotation(
            id=self._ctx.new_id(),
            item_id=mark.item_id,
            annotator_id=mark.annotator_id,
            geometry=points,
            label_id=mark.label_id,
            frame=mark.frame,
            group_id=mark.group_id,
            source=words.to_json({words.PART: shapes.digest(points)}),
        )

    def _image(self, raw: Raw) -> Image | None:
        try:
            image = self._images[raw.pop("image_id")]
        except KeyError:
            self._say("An annotation of an image that is not in the file.", _SKIP)
            return None
        except TypeError:
            self._say("An annotation whose image_id is no id.", _SKIP)
            return None
        if image is None:
            self._say("An annotation of an image that was left out.", _SKIP)
        return image

    def number(self, raw: Raw) -> None:
        """Mend the id of an object, or take it away."""
        number = raw.get("id")
        if type(number) is int:
            self.max_id = max(self.max_id, number)
        elif type(number) is not str:
            raw.pop("id", None)
            self._say("An annotation has no usable id; it gets a new one.", _MEND)
            return
        if number in self._ids:
            del raw["id"]
            self._say("Two annotations have one id; the second gets a new one.", _MEND)
        self._ids.add(number)

    def _label(self, raw: Raw) -> int | None:
        try:
            label_id = self._labels[raw["category_id"]]
        except (KeyError, TypeError):
            if raw.get("category_id") is not None:
                message = "An annotation of a category not in the file: no label."
                self._say(message, _MEND)
            return None
        del raw["category_id"]
        return label_id

    def _attributes(self, raw: Raw) -> dict[str, AttributeValue]:
        held = attributes_of(raw)
        crowd = raw.get(words.CROWD)
        if crowd == 1 and isinstance(crowd, int):
            held[words.CROWD] = crowd
            raw[words.CROWD] = 0
        return held

    def _shape(
        self,
        raw: Raw,
        kept: dict[str, object],
        values: dict[str, AttributeValue],
        image: Image,
    ) -> Geometry | None:
        given = raw.get("segmentation", _MISSING)
        shape: Geometry | None = None
        if type(given) is list and given:
            shape = self._polygon(raw, given)
        elif type(given) is dict:
            shape = self._mask(raw, given, kept, image)
        elif given is not _MISSING and given is not None and given != []:
            self._say("A segmentation is neither a list nor runs; bbox used.", _MEND)
        if shape is not None:
            ours = raw.get(words.OURS)
            return shape if ours is None else _restored(ours, shape, image)
        if not given or given is _MISSING:
            kept[words.BARE] = True
        if "bbox" not in raw:
            return None
        box = shapes.rectangle(raw["bbox"])
        if box is None:
            self._say("A bbox is not four good numbers.", _MEND)
            return None
        if _says(raw, words.UNSEEN):
            return None
        turn = values.get("rotation")
        if isinstance(turn, (int, float)) and turn and words.BARE in kept:
            del values["rotation"]
            kept[words.ROTATION] = True
            x, y, w, h = box
            return RotatedBox(x + w / 2, y + h / 2, w, h, float(turn))
        return Box(*box)

    def _polygon(self, raw: Raw, given: list[Any]) -> Geometry | None:
        flat = type(given[0]) in (int, float)
        if flat:
            self._say("A segmentation is not a list of lists; taken as one.", _MEND)
            given = [given]
        elif len(given) == 1 and type(given[0]) is list and len(given[0]) == 8:
            box = shapes.rectangle(raw.get("bbox"))
            if box is not None and shapes.corners(box) == given[0]:
                del raw["segmentation"]
                return Box(*box)
        polygon, good = shapes.polygon(given)
        if good and not flat:
            del raw["segmentation"]
        elif not good:
            what = "bbox used" if polygon is None else "left out"
            message = "A ring has fewer than 3 points or wrong numbers; "
            self._say(f"{message}{what}.", _MEND)
        return polygon

    def _mask(
        self, raw: Raw, given: Raw, kept: dict[str, object], image: Image
    ) -> Mask | None:
        try:
            mask, usual = shapes.run_lengths(given)
        except BadShape as error:
            self._say(f"{error} Its bbox is used.", _MEND)
            return None
        size = (mask.width, mask.height)
        if None not in image[1:3] and size != image[1:3]:
            self._say("A mask has another size than its image.", Severity.NOTE)
        if usual:
            if isinstance(given["counts"], list):
                kept[words.RLE] = "list"
            del raw["segmentation"]
        return mask

    def _points(self, raw: Raw) -> Points | None:
        given = raw.get("keypoints")
        if given is None or given == []:
            return None
        points = shapes.keypoints(given)
        if points is None:
            self._say("Keypoints are not triplets x, y, 0 to 2; left out.", _MEND)
        elif not any(points.visibility) and not _says(raw, words.UNSEEN):
            return None  # nothing was marked: kept as given
        else:
            del raw["keypoints"]
        return points

    def _more(self, raw: Raw, kept: dict[str, object], image: Image) -> dict[str, Any]:
        """Text, score, group and the like."""
        more: dict[str, Any] = {}
        if "caption" in raw and isinstance(raw["caption"], str):
            more["text"] = clean(raw.pop("caption"))
            kept[words.CAPTION] = True
        score = raw.get("score")
        if isinstance(score, (int, float)) and 0 <= score <= 1:
            more["score"] = float(raw.pop("score"))
        if words.OURS in raw:
            ours = raw.pop(words.OURS)
            more |= words.taken_extras(ours)
            rest = words.of_frames(ours)
            if rest:
                kept[words.MORE] = rest
            group = ours.get("group") if isinstance(ours, dict) else None
            if type(group) is int:
                more["group_id"] = self._group(group)
        if image.frame is not None:
            more["frame"] = image.frame
        return more

    def _group(self, number: int) -> int:
        if number not in self._groups:
            self._groups[number] = self._ctx.new_id()
        return self._groups[number]


def attributes_of(raw: Raw) -> dict[str, AttributeValue]:
    """Take the key-values that the model can hold out of the object."""
    given = raw.get("attributes")
    if not isinstance(given, dict):
        return {}
    held, rest = attributes(given)
    if words.CROWD in held:  # the name of a member of its own
        rest[words.CROWD] = held.pop(words.CROWD)
    if rest or not given:
        raw["attributes"] = rest
    else:
        del raw["attributes"]
    return held


def _says(raw: Raw, what: str) -> bool:
    """Whether our own member says so."""
    ours = raw.get(words.OURS)
    return isinstance(ours, dict) and ours.get(what) is True


def _belongs(shape: Geometry, points: Points, kept: Mapping[str, object]) -> bool:
    """Whether a bbox is only that of the points: then it is no mark of its own."""
    if not isinstance(shape, Box) or words.BARE not in kept:
        return False
    return shapes.bounds(points) == (shape.x, shape.y, shape.w, shape.h)


def _restored(ours: object, shape: Geometry, image: Image) -> Geometry:
    """The geometry we wrote `shape` for, if it still is what we wrote."""
    if not isinstance(ours, dict):
        return shape
    outline = shape
    if isinstance(shape, Box):  # of an upright box the corners are those of a bbox
        outline = Polygon.of(shapes.corners((shape.x, shape.y, shape.w, shape.h)))
    for key, kind in (("rotated_box", RotatedBox), ("ellipse", Ellipse)):
        numbers = ours.get(key)
        if isinstance(numbers, list) and _are_numbers(numbers, 5):
            turned: RotatedBox | Ellipse = kind(*map(float, numbers))
            if shapes.is_outline(outline, turned):
                return turned
    parts = ours.get("polygon")
    polygon = _polygon_of(parts) if isinstance(parts, list) else None
    if polygon is not None and isinstance(shape, Mask):
        if shapes.filled(polygon, image.width, image.height) == shape:
            return polygon
    elif polygon is not None and polygon == outline:
        return polygon
    return shape


def _polygon_of(parts: list[object]) -> Polygon | None:
    rings: list[tuple[FloatArray, ...]] = []
    for part in parts:
        found = [shapes.ring(ring) for ring in _list(part)]
        good = tuple(ring for ring in found if ring is not None)
        if not good or len(good) < len(found):
            return None
        rings.append(good)
    return Polygon(tuple(rings)) if rings else None


def _list(value: object) -> list[object]:
    return value if isinstance(value, list) else []


def _are_numbers(values: list[object], count: int) -> bool:
    return len(values) == count and all(
        isinstance(n, (int, float)) and abs(n) <= MAX_COORDINATE for n in values
    )
