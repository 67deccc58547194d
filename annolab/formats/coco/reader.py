"""Read a COCO file, in two passes and bounded memory.

The categories usually stand behind the annotations. So the first pass takes
images, categories and the small members, and only skips over the annotations;
the second takes the annotations.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, BinaryIO

from annolab.errors import FormatError, UserError
from annolab.formats.base import KEPT_PROBLEMS, ImportContext, Problem, Severity
from annolab.formats.coco import words
from annolab.formats.coco.marks import Image, MarkReader, Raw, attributes_of
from annolab.formats.json_stream import Batch, JsonStream
from annolab.formats.values import clean
from annolab.model.annotation import Annotation
from annolab.model.item import Status
from annolab.model.schema import Skeleton

_MARKS = ("annotations", "image_labels")
_NOWHERE = Batch([], 0, b"", 1)
_NO_UNICODE = "A name holds what is not UTF-8; replaced by question marks."
_SKIP, _MEND = Severity.SKIPPED, Severity.REPAIRED


class FileReader:
    """Reads one file into a context; serves once."""

    def __init__(self, path: Path, ctx: ImportContext) -> None:
        self._path = path
        self._ctx = ctx
        self._images: dict[object, Image | None] = {}
        self._labels: dict[object, int | None] = {}
        self._names: set[str] = set()
        self._top: Raw = {}
        self._max = {"image": 0, "category": 0, "annotation": 0}
        self._seen: set[str] = set()  # keys of the file
        self._size = 0
        self._cut_off = False
        self._panoptic = False
        self._skipping = False
        self._batch, self._place, self._what = _NOWHERE, 0, ""

    def read(self) -> Iterator[Annotation]:
        """Yield the annotations. Raises FormatError when nothing can be read."""
        try:
            with self._path.open("rb") as file:
                self._size = file.seek(0, 2)
                self._definitions(file)
                yield from self._annotations(file)
        except OSError as error:
            message = f"It cannot be read: {error.strerror}."
            raise FormatError(message, path=self._path) from error
        self._keep_entries()

    def _definitions(self, file: BinaryIO) -> None:
        file.seek(0)
        stream = JsonStream(file, self._path, self._on_broken)
        takers = self._takers()
        try:
            for key in stream.members():
                self._seen.add(key)
                self._what = key
                if key in takers:
                    self._each(stream, takers[key])
                elif key in _MARKS:  # what is wrong in them is said when they are read
                    self._batch, self._skipping = _NOWHERE, True
                    stream.skip()
                    self._skipping = False
                else:
                    self._top[clean(key)] = stream.value()
        except FormatError as error:
            if not self._images:
                raise
            self._cut_off = True
            self._report(error.message, _SKIP, f"{self._path.name}, line {error.line}")
        message = self._refusal()
        if message:
            raise FormatError(message, path=self._path)
        self._defined()

    def _takers(self) -> Mapping[str, Callable[[object], None]]:
        """Who takes the elements of a list, by its key."""
        return {"images": self._image, "categories": self._category}

    def _refusal(self) -> str:
        """Why this file is another one, or ""."""
        if "videos" in self._seen and "images" not in self._seen:
            return "This is a file of YouTube-VIS (videos), not of COCO images."
        if not self._seen & {"images", "annotations"}:
            return "This is no COCO file: it has neither images nor annotations."
        return ""

    def _defined(self) -> None:
        """All but the annotations is known now."""
        if "videos" in self._top:
            reason = "The pictures of films became single ones: read it as COCO video."
            self._report(reason, Severity.NOTE, self._path.name)

    def _marks(
        self, reader: MarkReader, raw: object, *, numbered: bool
    ) -> Iterable[Annotation]:
        """What one object of a list of annotations is."""
        return reader.read(raw, numbered=numbered)

    def _each(self, stream: JsonStream, take: Callable[[object], None]) -> None:
        for batch in stream.batches():
            self._batch = batch
            for self._place, raw in enumerate(batch.elements):
                self._check_finite(batch, raw)
                take(raw)
            self._step(stream, "Reading images")

    def _step(self, stream: JsonStream, message: str) -> None:
        self._ctx.progress.step(stream.position, self._size, message)

    def _annotations(self, file: BinaryIO) -> Iterator[Annotation]:
        file.seek(0)
        self._skipping = True
        reader = MarkReader(self._ctx, self._images, self._labels, self._say)
        stream = JsonStream(file, self._path, self._on_broken)
        try:
            for key in stream.members():
                if key not in _MARKS:
                    stream.skip()
                    continue
                self._what, self._skipping = key, False
                numbered = key == "annotations"
                for batch in stream.batches():
                    self._batch = batch
                    for self._place, raw in enumerate(batch.elements):
                        if not batch.data:
                            self._check_finite(batch, raw)
                        if isinstance(raw, dict) and "segments_info" in raw:
                            self._refuse_panoptic()
                        yield from self._marks(reader, raw, numbered=numbered)
                    self._step(stream, "Reading annotations")
                self._skipping = True
        except FormatError as error:
            if self._panoptic:
                raise
            if not self._cut_off:
                where = f"{self._path.name}, line {error.line}"
                self._report(error.message, _SKIP, where)
        self._max["annotation"] = reader.max_id

    def _refuse_panoptic(self) -> None:
        message = (
            "This is a COCO panoptic file, whose masks are in PNG files: "
            "AnnoLab reads instances, keypoints and captions."
        )
        self._panoptic = True
        raise FormatError(message, path=self._path)

    def _image(self, raw: object) -> None:
        if not isinstance(raw, dict):
            self._say("An image is not an object.", _SKIP)
            return
        number = self._id(raw, "image")
        if number is not None and number in self._images:
            self._say("Two images have one id; the second is left out.", _SKIP)
            return
        image = self._item(raw)
        if number is not None:
            self._images[number] = image

    def _item(self, raw: Raw) -> Image | None:
        name = raw.get("file_name")
        if not isinstance(name, str) or not name:
            self._say("An image has no file_name.", _SKIP)
            return None
        sizes: dict[str, Any] = {}
        for key in ("width", "height"):
            size = raw.get(key)
            if type(size) is int and 0 < size < 1 << 31:
                sizes[key] = raw.pop(key)
            elif size is not None:
                self._say("The size of an image is not a whole number.", _MEND)
        held = attributes_of(raw)
        if clean(name) == name:
            del raw["file_name"]
        else:
            self._say(_NO_UNICODE, _MEND)
        more = item_extras(raw.pop(words.OURS, None))
        try:
            # Where the item lies under another path, the file name is kept too.
            item = self._ctx.item(
                clean(name),
                attributes=held,
                source=words.to_json({words.GIVEN: raw, words.FILE_NAME: name}),
                **sizes,
                **more,
            )
        except UserError as error:
            self._report(str(error), _SKIP, self._where())
            return None
        return Image(item.id, item.width, item.height)

    def _id(self, raw: Raw, what: str) -> object:
        number = raw.get("id")
        if type(number) is int:
            self._max[what] = max(self._max[what], number)
        elif type(number) is not str:
            raw.pop("id", None)
            self._say(f"An entry of {self._what} has no usable id.", _MEND)
            return None
        return number

    def _category(self, raw: object) -> None:
        if not isinstance(raw, dict):
            self._say("A category is not an object.", _SKIP)
            return
        number = self._id(raw, "category")
        if number is not None and number in self._labels:
            self._say("Two categories have one id; the second is left out.", _SKIP)
            return
        if number is not None and raw.get(words.OURS) == {words.UNLABELLED: True}:
            self._labels[number] = None
            return
        kept: dict[str, object] = {words.GIVEN: raw}
        name = raw.get("name")
        if not isinstance(name, str) or not name.strip():
            self._say("A category has no name; its id is used.", _MEND)
            label_name = f"category {number}"
        else:
            label_name = clean(name)
            if label_name != name:
                self._say(_NO_UNICODE, _MEND)
        while label_name in self._names:
            self._say("Two categories have one name; the id is added.", _MEND)
            label_name = f"{label_name} ({number})"
        self._names.add(label_name)
        if label_name == name:
            del raw["name"]
        else:
            kept[words.NAME] = label_name
        label = self._ctx.label(
            label_name, skeleton=skeleton_of(raw), source=words.to_json(kept)
        )
        if number is not None:
            self._labels[number] = label.id

    def _keep_entries(self) -> None:
        """Keep the other members of the file, and how far its ids go."""
        top = words.object_of(self._ctx.entry_value(words.TOP))
        for key, value in self._top.items():
            self._check_finite(_NOWHERE, value)
            if key not in top:
                top[key] = value
            elif isinstance(value, list) and isinstance(top[key], list):
                top[key] = top[key] + [x for x in value if x not in top[key]]
            elif top[key] != value:
                message = "Two files differ outside their lists; the first is kept."
                self._report(message, Severity.LOSS, f"{self._path.name}, {key}")
        # An empty object says: a file has been there, and it had no such members.
        self._ctx.entry(words.TOP, words.to_json(top))
        ids = words.object_of(self._ctx.entry_value(words.IDS))
        largest = {
            what: max(number, ids.get(what, 0)) for what, number in self._max.items()
        }
        self._ctx.entry(words.IDS, words.to_json({**ids, **largest}))

    def _check_finite(self, batch: Batch, raw: object) -> None:
        if batch.data:  # read by the strict parser
            return
        try:
            json.dumps(raw, allow_nan=False)
        except (ValueError, RecursionError):
            self._say("NaN and Infinity are no JSON numbers; read as null.", _MEND)

    def _on_broken(self, reason: str, line: int) -> None:
        if not self._skipping:
            self._report(reason, _SKIP, f"{self._path.name}, line {line}, {self._what}")

    def _say(self, reason: str, severity: Severity) -> None:
        # Lines are only counted for problems that are kept whole.
        many = self._ctx.report.counts.get((severity, reason), 0) >= KEPT_PROBLEMS
        self._report(reason, severity, "" if many else self._where())

    def _where(self) -> str:
        batch = self._batch
        line = batch.line(self._place)
        index = batch.first + self._place
        text = f"{self._path.name}, line {line}, {self._what}[{index}]"
        raw = batch.elements[self._place] if batch.elements else None
        number = raw.get("id") if isinstance(raw, dict) else None
        return text if number is None else f"{text}, id {number!r}"

    def _report(self, reason: str, severity: Severity, where: str) -> None:
        self._ctx.report.add(Problem(reason, severity, where))


def item_extras(ours: object) -> dict[str, Any]:
    """The split and status in a member `annolab` of an image."""
    if not isinstance(ours, dict):
        return {}
    more: dict[str, Any] = {}
    split, status = ours.get("split"), ours.get("status")
    if isinstance(split, str):
        more["split"] = clean(split)
    if type(status) is int and status in set(Status):
        more["status"] = Status(status)
    return more


def skeleton_of(raw: Raw) -> Skeleton | None:
    """Names and edges of keypoints; COCO counts them from 1."""
    names = raw.get("keypoints")
    if not isinstance(names, list) or not names:
        return None
    if not all(isinstance(name, str) for name in names):
        return None
    pairs = raw.get("skeleton")
    edges = tuple(
        (pair[0] - 1, pair[1] - 1)
        for pair in (pairs if isinstance(pairs, list) else [])
        if isinstance(pair, list)
        and len(pair) == 2
        and all(type(n) is int and 0 < n <= len(names) for n in pair)
    )
    return Skeleton(tuple(clean(name) for name in names), edges)
