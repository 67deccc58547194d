"""Write the rows of MOTS, film by film."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import NamedTuple

from annolab.formats.base import (
    Problem,
    Report,
    Severity,
)
from annolab.formats.frame_rows import (
    Numbers,
    shown_frames,
)
from annolab.formats.mots.reader import (
    CLASSES,
    IGNORED,
    IGNORED_CLASS,
    IGNORED_ID,
    PER_CLASS,
)
from annolab.model import mask as masks
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    Box,
    Ellipse,
    Mask,
    Polygon,
    RotatedBox,
    Shape,
    Track,
)
from annolab.model.item import Item
from annolab.model.polygon_mask import polygon_to_mask
from annolab.model.schema import Schema
from annolab.model.tracks import TAKEN, number_of
from annolab.model.transform import to_polygon

_LOSS = Severity.LOSS


def class_numbers(schema: Schema) -> Numbers:
    """Labels as classes; none is the class of what is ignored."""
    numbers = Numbers.of(schema, CLASSES)
    if len(numbers.names) >= IGNORED_CLASS:
        numbers.names.insert(IGNORED_CLASS - 1, IGNORED)
        late = {k: v + 1 for k, v in numbers.of_label.items() if v >= IGNORED_CLASS}
        numbers.of_label.update(late)
    return numbers


class FilmRows:
    """The rows of a film, as its marks are taken."""

    def __init__(self, item: Item, numbers: Numbers, report: Report) -> None:
        self._item = item
        self._classes = numbers.of_label
        self._report = report
        self._free: dict[int, Iterator[int]] = {}
        self._used: set[int] = set()
        self._ignored = 0
        # Of each frame: drawing order, place among the marks, id, pixels, mark.
        self._rows: defaultdict[int, list[_Drawn]] = defaultdict(list)

    def take(self, mark: Annotation) -> int:
        """Take a mark in; 1 if it is written, else 0."""
        number: int | None = None
        drawn = 0
        self._say_single(mark)
        for frame, shape, values in shown_frames(mark, self._item):
            mask = self._pixels(mark, shape)
            if mask is None:
                continue
            if values.get(IGNORED) is True:
                drawn += self._ignore(mark, frame, mask)
                continue
            number = number or self._number(mark)
            if number is None:
                return 0
            row = _Drawn(mark.z, len(self._used), number, mask, mark)
            self._rows[frame].append(row)
            drawn += 1
        return int(drawn > 0)

    def lines(self, *, is_cut: bool) -> Iterator[str]:
        """The rows, frame by frame."""
        cut: set[int] = set()
        for frame in sorted(self._rows):
            rows = sorted(self._rows.pop(frame), key=lambda row: row[:2], reverse=True)
            covered: Mask | None = None
            for row in rows:
                mask = row.mask
                if is_cut and covered is not None and _fit(mask, covered):
                    mask = masks.subtract(mask, covered)
                    if (
                        masks.area(mask) < masks.area(row.mask)
                        and row.mark.id not in cut
                    ):
                        cut.add(row.mark.id)
                        self._say(row.mark, "Pixels that another object covers.")
                if covered is None or _fit(row.mask, covered):
                    covered = (
                        row.mask
                        if covered is None
                        else masks.merge([covered, row.mask])
                    )
                if masks.area(mask):
                    yield _line(frame + 1, row.number, mask)

    def _say(self, mark: Annotation, reason: str, how: Severity = _LOSS) -> None:
        self._report.add(
            Problem(reason, how, item=self._item.path, annotation_id=mark.id)
        )

    def _say_single(self, mark: Annotation) -> None:
        shape = mark.geometry
        if not isinstance(shape, Track):
            self._say(mark, "A shape of one frame is a track of one frame.")
            shapes: list[object] = [shape]
        else:
            shapes = [key.geometry for key in shape.keyframes]
        if not all(isinstance(each, Mask) for each in shapes):
            self._say(mark, "A shape is written as its pixels.")
        if any(isinstance(x, Mask) and not masks.area(x) for x in shapes):
            self._say(mark, "A mask without pixels.")

    def _pixels(self, mark: Annotation, shape: Shape) -> Mask | None:
        if isinstance(shape, Mask):
            return shape if masks.area(shape) else None
        width, height = self._item.width, self._item.height
        if width is None or height is None:
            self._say(mark, "A shape on a film whose size is not known.")
            return None
        if not isinstance(shape, Polygon | Box | RotatedBox | Ellipse):
            return None  # pragma: no cover  those are left out before
        found = polygon_to_mask(to_polygon(shape), width, height)
        return found if masks.area(found) else None

    def _ignore(self, mark: Annotation, frame: int, mask: Mask) -> int:
        """Add pixels to what is ignored on a frame."""
        if mark.label_id is not None:
            self._say(mark, "What is ignored is of no class.")
        if self._ignored not in (0, mark.id):
            self._say(mark, "All that is ignored on a frame is one.")
        self._ignored = self._ignored or mark.id
        for place, row in enumerate(self._rows[frame]):
            if row.number == IGNORED_ID and _fit(row.mask, mask):
                both = masks.merge([row.mask, mask])
                self._rows[frame][place] = row._replace(mask=both)
                return 1
        self._rows[frame].append(_Drawn(-_FAR, 0, IGNORED_ID, mask, mark))
        return 1

    def _number(self, mark: Annotation) -> int | None:
        """The id of an object; None where there is none left."""
        class_ = self._classes.get(mark.label_id)
        if class_ is None:
            self._say(mark, "An object without a label has no class.", Severity.SKIPPED)
            return None
        given = _wanted(mark, class_)
        if (
            given is not None
            and given // PER_CLASS == class_
            and given not in self._used
        ):
            self._used.add(given)
            return given
        if given in self._used:
            self._say(mark, TAKEN)
        elif given is not None:
            self._say(mark, "A number of a track that is no id of its class.")
        low = class_ * PER_CLASS + 1
        free = (n for n in range(low, low + PER_CLASS - 1) if n not in self._used)
        number = next(free, None)
        if number is None:
            self._say(mark, "More than 999 objects of a class.", Severity.SKIPPED)
        else:
            self._used.add(number)
        return number


class _Drawn(NamedTuple):
    z: int
    place: int
    number: int
    mask: Mask
    mark: Annotation


_FAR = 1 << 62  # behind all else


def _fit(one: Mask, other: Mask) -> bool:
    return (one.width, one.height) == (other.width, other.height)


def _line(frame: int, number: int, mask: Mask) -> str:
    runs = masks.counts_to_string(mask.counts)
    class_ = number // PER_CLASS
    return f"{frame} {number} {class_} {mask.height} {mask.width} {runs}\n"


def _wanted(mark: Annotation, class_: int) -> int | None:
    """The id that a track asks for: its number, as an id or within its class."""
    number = number_of(mark)
    if number is not None and 0 < number < PER_CLASS:
        return class_ * PER_CLASS + number
    return number
