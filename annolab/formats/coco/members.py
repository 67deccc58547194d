"""An annotation as an object of the list `annotations`."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple, TypeAlias

from annolab.formats.base import Severity
from annolab.formats.coco import shapes, words
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
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
Object: TypeAlias = dict[str, Any]

_NOTE, _LOSS = Severity.NOTE, Severity.LOSS


class Image(NamedTuple):
    """An image as its annotations need it."""

    number: object
    width: int | None
    height: int | None
    path: str


@dataclass(frozen=True, slots=True)
class ObjectMaker:
    """Makes the objects.

    `compressed`: runs that did not come from a file. `captions`: the text of a
    mark on the whole image is a caption.
    """

    compressed: bool
    captions: bool
    say: Say

    def make(self, mark: Annotation, points: Annotation | None, image: Image) -> Object:
        """What COCO says of an annotation, but for its id and category.

        `points`: the keypoints that are written with it.
        """
        source = words.source_of(mark.source)
        given = source.get(words.GIVEN)
        out: Object = dict(given) if isinstance(given, dict) else {"iscrowd": 0}
        extras = words.extras_of(mark)
        extras |= words.of_frames(source.get(words.MORE))
        shape = mark.geometry
        if source.get(words.DIGEST) == shapes.digest(shape):
            if words.BARE not in source and "segmentation" not in out:
                self._segment(out, shape, image, extras, source)
            if isinstance(shape, Points):
                out["keypoints"] = _triplets(shape)
        else:
            self._describe(out, shape, image, extras, source)
        if points is not None and isinstance(points.geometry, Points):
            part = words.source_of(points.source).get(words.PART)
            out["keypoints"] = _triplets(points.geometry)
            if part != shapes.digest(points.geometry):
                out["num_keypoints"] = _marked(points.geometry)
        captioned = self.captions and isinstance(shape, Whole)
        if words.CAPTION in source or (captioned and "text" in extras):
            out["caption"] = extras.pop("text", "")
        _add_values(out, mark, source)
        if extras:
            out[words.OURS] = extras
        out["image_id"] = image.number
        return out

    def _describe(
        self,
        out: Object,
        shape: Geometry,
        image: Image,
        extras: Object,
        source: Mapping[str, object],
    ) -> None:
        """Fill in what follows from the geometry."""
        if isinstance(shape, RotatedBox) and words.ROTATION in source:
            out["bbox"] = [
                shape.cx - shape.w / 2, shape.cy - shape.h / 2, shape.w, shape.h
            ]  # fmt: skip
            out["area"] = shape.w * shape.h
            return
        box = shapes.bounds(shape)  # type: ignore[arg-type]
        for key in ("bbox", "area", "segmentation"):
            if key != "segmentation" or words.BARE not in source:
                out.pop(key, None)
        if isinstance(shape, Whole):
            return
        out["bbox"] = list(box or (0.0, 0.0, 0.0, 0.0))
        out["area"] = shapes.area(shape, image.width, image.height)  # type: ignore[arg-type]
        if isinstance(shape, Points):
            out["keypoints"] = _triplets(shape)
            out["num_keypoints"] = _marked(shape)
            if not _marked(shape):
                extras[words.UNSEEN] = True
        elif not (isinstance(shape, Box) and words.BARE in source):
            self._segment(out, shape, image, extras, source)

    def _segment(
        self,
        out: Object,
        shape: Geometry,
        image: Image,
        extras: Object,
        source: Mapping[str, object],
    ) -> None:
        match shape:
            case Polygon(parts):
                if all(len(part) == 1 for part in parts):
                    rings = [_flat(part[0]) for part in parts]
                    out["segmentation"] = rings
                    box = shapes.bounds(shape) if len(rings[0]) == 8 else None
                    if box is not None and rings == [shapes.corners(box)]:
                        extras["polygon"] = [rings]  # else it is read as a box
                    return
                out["segmentation"] = self._holes(shape, image, extras, source)
            case Box(x, y, w, h):
                out["segmentation"] = [shapes.corners((x, y, w, h))]
            case Mask():
                out["segmentation"] = self._runs(shape, source)
            case RotatedBox(cx, cy, w, h, angle):
                out["segmentation"] = [_flat(shapes.outline(shape))]
                extras["rotated_box"] = [cx, cy, w, h, angle]
                self.say("A rotated box is a polygon to other programs.", _NOTE)
            case Ellipse(cx, cy, rx, ry, angle):
                out["segmentation"] = [_flat(shapes.outline(shape))]
                extras["ellipse"] = [cx, cy, rx, ry, angle]
                self.say("An ellipse is a polygon to other programs.", _NOTE)
            case _:
                pass

    def _holes(
        self,
        shape: Polygon,
        image: Image,
        extras: Object,
        source: Mapping[str, object],
    ) -> object:
        if image.width is None or image.height is None:
            self.say("A hole, as the size of the image is not known.", _LOSS)
            return [_flat(part[0]) for part in shape.parts]
        extras["polygon"] = [[_flat(ring) for ring in part] for part in shape.parts]
        self.say("A polygon with holes is a mask to other programs.", _NOTE)
        return self._runs(shapes.filled(shape, image.width, image.height), source)

    def _runs(self, mask: Mask, source: Mapping[str, object]) -> Object:
        size = [mask.height, mask.width]
        if words.RLE in source or (words.GIVEN not in source and not self.compressed):
            return {"size": size, "counts": mask.counts.tolist()}
        return {"size": size, "counts": masks.counts_to_string(mask.counts)}


def _flat(ring: FloatArray) -> list[float]:
    numbers: list[float] = ring.ravel().tolist()
    return numbers


def _triplets(points: Points) -> list[float]:
    triplets: list[float] = []
    for (x, y), seen in zip(points.points.tolist(), points.visibility, strict=True):
        triplets += (x, y, seen)
    return triplets


def _marked(points: Points) -> int:
    return sum(seen > 0 for seen in points.visibility)


def _add_values(out: Object, mark: Annotation, source: Mapping[str, object]) -> None:
    if mark.score is not None:
        out["score"] = mark.score
    values: Object = dict(mark.attributes) if mark.attributes else {}
    crowd = values.get(words.CROWD)
    if isinstance(crowd, (bool, int)):
        out[words.CROWD] = int(values.pop(words.CROWD))
    if isinstance(mark.geometry, RotatedBox) and words.ROTATION in source:
        values["rotation"] = mark.geometry.angle
    if values:
        rest = out.get("attributes")
        out["attributes"] = {**rest, **values} if isinstance(rest, dict) else values
