"""Read a document of CVAT: tracks, shapes of one frame, and tags."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from annolab.errors import FormatError
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.cvat_video.document import (
    MARKS,
    Head,
    elements,
    head_of,
    kept_nodes,
)
from annolab.formats.cvat_video.labels import Known, labels_of, values_of
from annolab.formats.cvat_video.shapes import PLACES, TAGS, Frame, shape_of, whole
from annolab.formats.cvat_video.tag_runs import MOST_TAGS, joined
from annolab.formats.cvat_video.track_ids import Counted
from annolab.formats.values import clean
from annolab.formats.xml_nodes import is_name
from annolab.model.annotation import Annotation
from annolab.model.between import between
from annolab.model.geometry import (
    AttributeValue,
    Keyframe,
    RotatedBox,
    Shape,
    Track,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.tracks import NUMBER, distance, geometry_at
from annolab.model.validity import problems_of

KIND = "annolab_kind"  # of a track that looks like the other sort, or of a shape
HELD = "held"  # a keyframe that only keeps CVAT from moving to an outside one
OCCLUDED, Z_ORDER = "occluded", "z_order"
_ASTRAY = 0.1  # pixels; CVAT writes two decimals of what it moves
_OF_SHAPE = frozenset(("frame", "keyframe", "outside", OCCLUDED, Z_ORDER, KIND))
_OF_TRACK = frozenset(("label", "group_id", KIND))


@dataclass(frozen=True, slots=True)
class _Film:
    """A film of a document; `step`: its pictures from a frame of the task to the next.

    The size is what the document tells, where the item has none.
    """

    item: Item
    step: int
    width: int | None
    height: int | None


@dataclass(slots=True)
class _Key:
    frame: int
    shape: Shape
    is_outside: bool
    z: int
    values: dict[str, AttributeValue]
    extra: dict[str, str] = field(default_factory=dict)
    is_held: bool = False


class FileReader:
    """Reads one file; serves once."""

    def __init__(self, file: Path, name: str, ctx: ImportContext) -> None:
        self._file = file
        self._name = name
        self._ctx = ctx
        head = head_of(file)
        self._labels = labels_of(head.meta, ctx)
        heads = head.tasks() or {"": head}
        self._films = {number: self._made(each) for number, each in heads.items()}
        self._film = next(iter(self._films.values()))  # of the element that is read
        self._groups: dict[tuple[int, str], int] = {}
        self._counted = Counted()
        self._tags: list[Annotation] = []  # those that wait
        self._done = 0

    def read(self) -> Iterator[Annotation]:
        """Yield its marks; a file that breaks off gives what was whole."""
        try:
            for element in elements(self._file):
                film, mark = self._film, None
                self._choose_film(element)
                is_full = len(self._tags) >= MOST_TAGS
                if element.tag != "tag" or self._film is not film or is_full:
                    yield from self._labels_of_frames(film)
                if element.tag == "track":
                    mark = self._track(element)
                elif element.tag == "tag":
                    self._tag(element)
                self._done += 1
                self._ctx.progress.step(self._done)
                if mark is not None:
                    yield mark
        except FormatError as error:
            self._say(f"It breaks off: {error.message}", "", Severity.SKIPPED)
        yield from self._labels_of_frames(self._film)

    def _labels_of_frames(self, film: _Film) -> Iterator[Annotation]:
        """The tags that were read and wait, joined where they are equal."""
        yield from joined(self._tags, film.step)
        self._tags.clear()

    def _choose_film(self, element: Any) -> None:
        """The film of the task that an element of a project belongs to."""
        task = (element.get("task_id") or "").strip()
        if len(self._films) == 1 or element.tag not in MARKS:
            return
        if task not in self._films:
            reason = "A mark of a task that the document does not tell of."
            self._say(reason, f"{element.tag} {element.get('id')}")
        first = next(iter(self._films.values()))
        self._film = self._films.get(task, first)

    def _made(self, head: Head) -> _Film:
        item = self._item_of(head)
        width, height = head.size()
        if item.width is not None and item.height is not None:
            width, height = item.width, item.height
        return _Film(item, head.step(), width, height)

    def _item_of(self, head: Head) -> Item:
        width, height = head.size()
        metas = [] if head.meta is None else [head.meta]
        kept = kept_nodes([*metas, *head.others])
        if kept is None:
            self._say("What is said of the task is too much to be kept.", "")
        source = json.dumps({"cvat": {"nodes": kept}}) if kept else None
        film = clean(head.source())
        if not film or film in (".", ".."):
            return self._ctx.companion(self._name, media=Media.VIDEO, source=source)
        return self._ctx.item(
            str(PurePosixPath(self._name).parent / film),
            media=Media.VIDEO,
            width=width,
            height=height,
            length=head.length(),
            source=source,
        )

    def _say(self, reason: str, where: str, severity: Severity = Severity.LOSS) -> None:
        where = f"{self._name}: {where}" if where else self._name
        self._ctx.report.add(Problem(reason, severity, where=where))

    def _known(self, element: Any) -> Known:
        name = clean((element.get("label") or "").strip())
        if name not in self._labels:
            label = self._ctx.label(name) if name else None
            self._labels[name] = Known(label)
        return self._labels[name]

    def _group(self, element: Any) -> int | None:
        given = (element.get("group_id") or "0").strip()
        if given in ("", "0"):
            return None
        key = (self._film.item.id, given)
        if key not in self._groups:
            self._groups[key] = self._ctx.new_id()
        return self._groups[key]

    def _tag(self, element: Any) -> None:
        where = f"tag {element.get('frame')}"
        frame = whole(element.get("frame"))
        if frame is None:
            self._say("A shape without a frame.", where, Severity.SKIPPED)
            return
        known = self._known(element)
        values = values_of(element, known, self._ctx, where)
        said = {
            k: v
            for k, v in element.attrib.items()
            if k not in _OF_TRACK and k != "frame" and is_name(k)
        }
        mark = replace(self._blank(element), frame=frame, attributes=values)
        checked = self._checked(mark, where, {"track": said})
        if checked is not None:
            self._tags.append(checked)

    def _track(self, element: Any) -> Annotation | None:
        where = f"track {element.get('id')}"
        number = self._counted.number(element, self._film.item.id)
        known = self._known(element)
        shapes = [child for child in element if child.tag in TAGS]
        keys = self._keys(shapes, known, where)
        if not keys:
            self._say("A track without shapes.", where, Severity.SKIPPED)
            return None
        others = kept_nodes([child for child in element if child.tag not in TAGS])
        if others is None:
            self._say("Elements of a track that are too much to be kept.", where)
        kept: dict[str, Any] = {
            "track": {
                k: v
                for k, v in element.attrib.items()
                if k not in _OF_TRACK and is_name(k)
            },
            "nodes": others,
            "keys": {str(key.frame): key.extra for key in keys if key.extra},
        }
        if self._is_single(element, keys):
            key = keys[0]
            plain = replace(self._blank(element), frame=key.frame, z=key.z)
            mark = replace(plain, geometry=key.shape, attributes=key.values)
        else:
            fixed, track = self._joined(keys, known, where)
            self._compare(track, shapes, known, where)
            if number is not None and all(NUMBER not in key.values for key in keys):
                fixed[NUMBER] = number
                kept["track"].pop("id")
            plain = replace(self._blank(element), z=keys[0].z)
            mark = replace(plain, geometry=track, attributes=fixed)
        return self._checked(mark, where, kept)

    def _is_single(self, element: Any, keys: Sequence[_Key]) -> bool:
        """Whether it is a shape of one frame: seen there, and outside on the next."""
        first, last = keys[0], keys[-1]
        if first.is_outside or element.get(KIND) == "track":
            return False
        if element.get(KIND) == "shape":
            return True
        return (
            len(keys) == 2
            and last.is_outside
            and last.frame == first.frame + self._film.step
            and last.shape == first.shape
        )

    def _keys(self, shapes: Sequence[Any], known: Known, where: str) -> list[_Key]:
        found: dict[int, _Key] = {}
        is_turned = any(x.tag == "box" and x.get("rotation") for x in shapes)
        for shape in shapes:
            place = f"{where}, frame {shape.get('frame')}"
            if not _is_keyframe(shape):
                continue
            key = self._key(shape, known, place, is_turned=is_turned)
            if key is None:
                continue
            if key.frame in found:
                self._say("A second shape on a frame.", place, Severity.LOSS)
            found[key.frame] = key
        return _as_moved([found[frame] for frame in sorted(found)], self._film.step)

    def _compare(
        self, track: Track, shapes: Sequence[Any], known: Known, where: str
    ) -> None:
        """Say whether the shapes between keyframes follow from those."""
        size = Frame(self._film.width, self._film.height, known.keypoints)
        is_turned = isinstance(track.keyframes[0].geometry, RotatedBox)
        others = astray = 0
        for shape in shapes:
            frame = whole(shape.get("frame"))
            if frame is None or _is_keyframe(shape) or _is_outside(shape):
                continue
            others += 1
            try:
                given = shape_of(shape, size, is_turned=is_turned)
            except ValueError:
                continue
            shown = geometry_at(track, frame)
            astray += shown is None or distance(given, shown) > _ASTRAY
        if astray:
            reason = "Shapes between keyframes that lie elsewhere than these say."
            self._say(reason, f"{where}, {astray} of {others}", Severity.LOSS)
        elif others:
            reason = "Shapes between keyframes, which follow from those."
            self._say(reason, where, Severity.NOTE)

    def _key(
        self, shape: Any, known: Known, where: str, *, is_turned: bool
    ) -> _Key | None:
        frame = whole(shape.get("frame"))
        if frame is None or frame < 0:
            self._say("A shape without a frame.", where)
            return None
        size = Frame(self._film.width, self._film.height, known.keypoints)
        try:
            geometry = shape_of(shape, size, is_turned=is_turned)
        except ValueError as error:
            self._say(str(error), where)
            return None
        z = whole(shape.get(Z_ORDER)) or 0
        values = values_of(shape, known, self._ctx, where)
        if shape.get(OCCLUDED) == "1":
            values[OCCLUDED] = True
        own = _OF_SHAPE | PLACES.get(shape.tag, frozenset())
        extra = {k: v for k, v in shape.attrib.items() if k not in own and is_name(k)}
        is_held = shape.get(KIND) == HELD
        return _Key(frame, geometry, _is_outside(shape), z, values, extra, is_held)

    def _joined(
        self, keys: Sequence[_Key], known: Known, where: str
    ) -> tuple[dict[str, AttributeValue], Track]:
        """What holds for all of a track, and the track."""
        fixed: dict[str, AttributeValue] = {}
        made: list[Keyframe] = []
        for key in keys:
            own = dict(key.values)
            for name in known.fixed & own.keys() - {OCCLUDED}:
                value = own.pop(name)
                if fixed.setdefault(name, value) != value:
                    self._say("An attribute that must not change did.", where)
            if key.z != keys[0].z:
                own[Z_ORDER] = key.z
            made.append(Keyframe(key.frame, key.shape, key.is_outside, own))
        return fixed, Track(tuple(made))

    def _blank(self, element: Any) -> Annotation:
        """A mark of the label and group of an element."""
        label = self._known(element).label
        return Annotation(
            id=self._ctx.new_id(),
            item_id=self._film.item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=Whole(),
            label_id=label.id if label else None,
            group_id=self._group(element),
        )

    def _checked(
        self, mark: Annotation, where: str, kept: dict[str, Any]
    ) -> Annotation | None:
        kept = {key: value for key, value in kept.items() if value}
        if kept:
            mark = replace(mark, source=json.dumps({"cvat": kept}))
        for problem in problems_of(mark):
            self._say(problem, where, Severity.SKIPPED)
            return None
        return mark


def _as_moved(keys: Sequence[_Key], step: int) -> list[_Key]:
    """The keyframes with one before each that is outside, and to which CVAT moves.

    What we wrote to keep it from doing so is left out.
    """
    made: list[_Key] = []
    is_held = False
    for key in keys:
        before = made[-1] if made else None
        if before is not None and key.is_held and key.shape == before.shape:
            is_held = True
            continue
        if before is not None and key.is_outside and not is_held:
            frame = key.frame - step
            if not before.is_outside and frame > before.frame:
                part = (frame - before.frame) / (key.frame - before.frame)
                shape = between(before.shape, key.shape, part)
                if shape != before.shape:
                    made.append(replace(before, frame=frame, shape=shape, extra={}))
        made.append(key)
        is_held = False
    return made


def _is_keyframe(shape: Any) -> bool:
    """Whether it is a keyframe; a skeleton is one where one of its points is."""
    if shape.get("keyframe") != "0":
        return True
    parts = shape.findall("points") if shape.tag == "skeleton" else []
    return any(part.get("keyframe") == "1" for part in parts)


def _is_outside(shape: Any) -> bool:
    said = shape.get("outside")
    if said is None and shape.tag == "skeleton":
        parts = shape.findall("points")
        return bool(parts) and all(part.get("outside") == "1" for part in parts)
    return bool(said == "1")
