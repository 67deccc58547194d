"""Read a folder of labels: which image, which split, which rows."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from pathlib import Path, PurePosixPath
from typing import NamedTuple

from annolab.errors import FormatError, UserError
from annolab.formats.base import KEPT_PROBLEMS, ImportContext, Problem, Severity
from annolab.model.annotation import Annotation
from annolab.model.geometry import Geometry, Polygon
from annolab.model.schema import Skeleton
from annolab.model.validity import problems

from . import data_yaml
from .rows import BadRow, Size, box_of, keypoints_of, ring_of, turned_box

ENTRY = "yolo.data"  # the lines of data.yaml that we have no word for
OURS = frozenset(("path", "train", "val", "valid", "test", "nc", "names", "kpt_shape"))
SPLITS = ("train", "val", "test")
NAMES = ("classes.txt", "obj.names", "labels/classes.txt", "predefined_classes.txt")
SUFFIXES = (".jpg", ".jpeg", ".png", ".bmp", ".tif", ".tiff", ".webp", ".gif")
_NO_LABELS = frozenset(
    ("classes.txt", "predefined_classes.txt", "readme.txt", "notes.txt", "labels.txt")
)
_SKIP, _MEND, _NOTE = Severity.SKIPPED, Severity.REPAIRED, Severity.NOTE
_MOST = 10.0  # what is farther out is in pixels, not between 0 and 1


class Entry(NamedTuple):
    """An image, its labels and its split; both paths relative to the folder."""

    image: str
    labels: str
    split: str | None


class FolderReader:
    """Reads one folder into a context; serves once."""

    def __init__(self, path: Path, ctx: ImportContext) -> None:
        self._root = path if path.is_dir() else path.parent
        self._ctx = ctx
        self._yaml = path if path.is_file() else find_yaml(path)
        self._read_as = ctx.options.get("read_as", "auto")
        self._names: dict[int, str] = {}
        self._labels: dict[int, int] = {}
        self._keypoints: tuple[int, int] | None = None  # how many, numbers of each
        self._skeleton: Skeleton | None = None
        self._where = ""

    def read(self) -> Iterator[Annotation]:
        """Yield the annotations. Raises FormatError when nothing can be read."""
        if not self._root.is_dir():
            message = "There is no such folder."
            raise FormatError(message, path=self._root)
        entries = self._entries(self._description())
        if not entries:
            message = "There is no data.yaml and no file of labels here."
            raise FormatError(message, path=self._root)
        for number in sorted(self._names):
            self._label(number)
        for done, entry in enumerate(entries):
            self._ctx.progress.step(done, len(entries), entry.image)
            yield from self._image(entry)

    def _description(self) -> dict[str, data_yaml.Value]:
        if self._yaml is None:
            for name in NAMES:
                path = self._root / name
                if path.is_file():
                    lines = _text(path).splitlines()
                    self._names = dict(enumerate(map(str.strip, lines)))
                    self._names = {n: x for n, x in self._names.items() if x}
                    break
            return {}
        text = _text(self._yaml)
        kept = {k: v for k, v in data_yaml.members(text).items() if k not in OURS}
        if kept:
            self._ctx.entry(ENTRY, json.dumps(kept))
        found = data_yaml.parse(text)
        names = found.get("names")
        if isinstance(names, list):
            self._names = dict(enumerate(names))
        elif isinstance(names, dict):
            self._names = {
                int(k): x for k, x in names.items() if re.fullmatch(r"\d{1,9}", k)
            }
        self._names = {number: name for number, name in self._names.items() if name}
        shape = found.get("kpt_shape")
        if isinstance(shape, list) and len(shape) == 2 and all(map(_small, shape)):
            count, each = map(int, shape)
            if count > 0 and each in (2, 3):
                self._keypoints = count, each
                names_of = tuple(str(i + 1) for i in range(count))
                self._skeleton = Skeleton(names_of)
        return found

    def _entries(self, found: dict[str, data_yaml.Value]) -> list[Entry]:
        base = PurePosixPath()
        path = found.get("path")
        if isinstance(path, str) and path not in ("", "."):
            base = self._inside(path) or base
        entries: dict[str, Entry] = {}
        for split in SPLITS:
            value = found.get(split, found.get("valid") if split == "val" else None)
            for place in [value] if isinstance(value, str) else value or ():
                inside = self._inside(str(place), base)
                if inside is None:
                    self._where = f"{split}: {place}"
                    self._say("A path in data.yaml is not in the folder.", _SKIP)
                    continue
                for image in self._images(inside, base):
                    entries.setdefault(image, Entry(image, labels_of(image), split))
        return list(entries.values()) or self._loose()

    def _inside(
        self, text: str, base: PurePosixPath | None = None
    ) -> PurePosixPath | None:
        """A path of data.yaml, relative to the folder; None when it is not in it.

        A leading `../` is left out when nothing else is found, as the loaders do.
        """
        given = text.replace("\\", "/")
        for tail in (given, given.lstrip("./")):
            path = self._root / (base or "") / tail
            try:
                relative = path.resolve().relative_to(self._root.resolve())
            except (ValueError, OSError, RuntimeError):  # links in a circle
                continue
            if path.exists():
                return PurePosixPath(relative.as_posix())
        return None

    def _images(self, place: PurePosixPath, base: PurePosixPath) -> Iterator[str]:
        """The images of a folder, or of a list with one in each line."""
        path = self._root / place
        if path.is_dir():
            yield from self._scanned(place)
            return
        for line in _text(path).splitlines():
            name = line.strip().replace("\\", "/")
            if not name:
                continue
            folder = place.parent if name.startswith("./") else base
            pure = PurePosixPath(folder, name.removeprefix("./"))
            if pure.is_absolute() or ".." in pure.parts or "\0" in name:
                self._where = f"{place}: {name}"
                self._say("A path in a list of images is not in the folder.", _SKIP)
                continue
            yield pure.as_posix()

    def _scanned(self, place: PurePosixPath) -> Iterator[str]:
        """Images in a folder, and those that only their labels tell of."""
        stems: dict[str, str] = {}
        for path in sorted((self._root / place).rglob("*")):
            if path.suffix.lower() in SUFFIXES and path.is_file():
                image = path.relative_to(self._root).as_posix()
                stems.setdefault(labels_of(image), image)
        yield from stems.values()
        folder = PurePosixPath(labels_of(f"{place}/x.jpg")).parent
        for path in sorted((self._root / folder).rglob("*.txt")):
            labels = path.relative_to(self._root).as_posix()
            if labels not in stems and path.name.lower() not in _NO_LABELS:
                yield _image_of(labels)

    def _loose(self) -> list[Entry]:
        """Without data.yaml: whatever looks like labels."""
        entries = []
        for path in sorted(self._root.rglob("*.txt")):
            labels = path.relative_to(self._root).as_posix()
            if path.name.lower() in _NO_LABELS or not looks_like_labels(path):
                continue
            image = _image_of(labels)
            stem = image.rpartition(".")[0]
            there = (f"{stem}{suffix}" for suffix in SUFFIXES)
            found = next((x for x in there if is_file(self._root / x)), image)
            parts = {part.lower() for part in PurePosixPath(labels).parts[:-1]}
            split = next((x for x in SPLITS if x in parts), None)
            split = "val" if "valid" in parts else split
            entries.append(Entry(found, labels, split))
        return entries

    def _image(self, entry: Entry) -> Iterator[Annotation]:
        self._where = entry.image
        try:
            item = self._ctx.item(entry.image, split=entry.split)
        except UserError as error:
            self._say(str(error), _SKIP)
            return
        path = self._root / entry.labels
        try:
            inside = path.resolve().is_relative_to(self._root.resolve())
            lines = _text(path).splitlines() if inside and path.is_file() else []
        except FormatError as error:
            self._say(error.message, _SKIP)
            return
        except (OSError, RuntimeError) as error:  # too long a name, links in a circle
            reason = getattr(error, "strerror", None) or "a link leads to itself"
            self._say(f"Its labels cannot be read: {reason}.", _SKIP)
            return
        rows = [(n, x) for n, line in enumerate(lines, 1) if (x := line.split())]
        if rows and (item.width is None or item.height is None):
            for number, _ in rows:
                self._where = f"{entry.labels}, line {number}"
                message = "The size of the picture is not known: add its file first."
                self._say(message, _SKIP)
            return
        size = Size(item.width or 1, item.height or 1)
        task = self._task([row for _, row in rows], size)
        for number, row in rows:
            self._where = f"{entry.labels}, line {number}"
            try:
                yield from self._row(row, task, size, item.id)
            except BadRow as error:
                self._say(str(error), _SKIP)

    def _task(self, rows: Sequence[Sequence[str]], size: Size) -> str:
        """What the rows of a file are: pose by data.yaml, else by their lengths."""
        if self._read_as != "auto":
            return self._read_as
        if self._keypoints is not None:
            return "pose"
        if rows and all(len(row) == 9 for row in rows):
            try:
                rings = [ring_of(_numbers(row[1:]), size) for row in rows]
            except BadRow:
                return "auto"
            if all(turned_box(ring, size) is not None for ring in rings):
                return "obb"
        if any(len(row) > 6 for row in rows) and any(len(row) < 7 for row in rows):
            self._say("Boxes and outlines in one file: many loaders misread it.", _NOTE)
        return "auto"

    def _row(
        self, row: Sequence[str], task: str, size: Size, item_id: int
    ) -> Iterator[Annotation]:
        label_id = self._label(_class_number(row[0]))
        numbers = _numbers(row[1:])
        shapes, score = self._shapes(numbers, task, size)
        for shape in shapes:
            wrong = problems(shape)
            if wrong:
                raise BadRow(wrong[0])
        group = self._ctx.new_id() if len(shapes) > 1 else None
        for shape in shapes:
            yield Annotation(
                id=self._ctx.new_id(),
                item_id=item_id,
                annotator_id=self._ctx.annotator_id,
                geometry=shape,
                label_id=label_id,
                group_id=group,
                score=score,
            )

    def _shapes(
        self, numbers: list[float], task: str, size: Size
    ) -> tuple[list[Geometry], float | None]:
        """The geometry of a row, and its confidence if it has one."""
        if task == "pose":
            return self._pose(numbers, size)
        wanted = {"detect": 4, "obb": 8}.get(task)
        count = len(numbers)
        if wanted is None:
            wanted = 4 if count < 6 and task == "auto" else count - count % 2
        score = None
        if count == wanted + 1:
            score = numbers.pop()
            if not 0 <= score <= 1:
                message = "The number behind the shape is no confidence from 0 to 1."
                raise BadRow(message)
        if len(numbers) != wanted or (wanted != 4 and wanted < 6):
            message = "A row has the wrong number of numbers."
            raise BadRow(message)
        if wanted == 4:
            return [box_of(numbers, size)], score
        ring = ring_of(numbers, size)
        turned = turned_box(ring, size) if task == "obb" else None
        if task == "obb" and turned is None:
            self._say("Four corners that are no rectangle; read as a polygon.", _NOTE)
        return [turned or Polygon(((ring,),))], score

    def _pose(
        self, numbers: list[float], size: Size
    ) -> tuple[list[Geometry], float | None]:
        count, each = self._keypoints or ((len(numbers) - 4) // 3, 3)
        wanted = 4 + count * each
        score = numbers.pop() if len(numbers) == wanted + 1 else None
        if len(numbers) != wanted or not count:
            message = "A row has another number of keypoints than data.yaml says."
            raise BadRow(message)
        if score is not None and not 0 <= score <= 1:
            message = "The number behind the shape is no confidence from 0 to 1."
            raise BadRow(message)
        box = box_of(numbers[:4], size)
        points = keypoints_of(numbers[4:], each, size)
        return [box, points] if any(points.visibility) else [box], score

    def _label(self, number: int) -> int:
        if number not in self._labels:
            name = self._names.get(number)
            if name is None:
                name = f"class {number}"
                self._say("A class that has no name; named by its number.", _MEND)
            if name in (x for n, x in self._names.items() if n < number):
                name = f"{name} ({number})"
                self._say("Two classes have one name; the number is added.", _MEND)
            label = self._ctx.label(
                name, skeleton=self._skeleton, source=f'{{"yolo":{{"index":{number}}}}}'
            )
            self._labels[number] = label.id
        return self._labels[number]

    def _say(self, reason: str, severity: Severity) -> None:
        many = self._ctx.report.counts.get((severity, reason), 0) >= KEPT_PROBLEMS
        where = "" if many else self._where
        self._ctx.report.add(Problem(reason, severity, where))


def is_file(path: Path) -> bool:
    """Whether there is a plain file; a name too long for the disk is none."""
    try:
        return path.is_file()
    except OSError:
        return False


def find_yaml(folder: Path) -> Path | None:
    """The data.yaml of a folder, or the one other file that names classes."""
    try:
        found = sorted((*folder.glob("*.yaml"), *folder.glob("*.yml")))
    except OSError:
        return None
    found.sort(key=lambda path: path.stem != "data")
    for path in found:
        try:
            if path.is_file() and "names" in data_yaml.parse(_text(path)):
                return path
        except FormatError:
            continue
    return None


def labels_of(image: str) -> str:
    """Where the labels of an image lie: beside it, or in `labels` for `images`."""
    head, found, tail = f"/{image}".rpartition("/images/")
    path = f"{head}/labels/{tail}" if found else f"/{image}"
    folder, _, name = path.rpartition("/")
    stem = name.rpartition(".")[0] or name
    return f"{folder}/{stem}.txt"[1:]


def looks_like_labels(path: Path) -> bool:
    """Whether the first row of a text file is numbers; an empty file is labels."""
    if not is_file(path):  # a pipe: reading it might never end
        return False
    try:
        with path.open("rb") as file:
            words = file.read(1000).split(b"\n")[0].split()
    except OSError:
        return False
    number = re.compile(rb"[-+0-9.eE]+")
    return not words or (
        len(words) > 4 and all(number.fullmatch(word) for word in words[:5])
    )


def _image_of(labels: str) -> str:
    """The image that labels belong to, as nobody tells what its suffix is."""
    head, found, tail = f"/{labels}".rpartition("/labels/")
    path = f"{head}/images/{tail}" if found else f"/{labels}"
    return path[1:].removesuffix(".txt") + ".jpg"


def _class_number(word: str) -> int:
    try:
        number = float(word)
    except ValueError:
        number = -1.0
    if not (0 <= number < 1e9 and number == int(number)):
        message = "A row does not begin with the number of a class."
        raise BadRow(message)
    return int(number)


def _numbers(words: Sequence[str]) -> list[float]:
    try:
        numbers = [float(word) for word in words]
    except ValueError as error:
        message = "A row holds something that is not a number."
        raise BadRow(message) from error
    if not all(-_MOST <= number <= _MOST for number in numbers):
        message = "The numbers of a row are not between 0 and 1."
        raise BadRow(message)
    return numbers


def _small(text: str) -> bool:
    return re.fullmatch(r"\d{1,4}", text) is not None


def _text(path: Path) -> str:
    if path.exists() and not path.is_file():
        message = "It is no plain file."
        raise FormatError(message, path=path)
    try:
        with path.open("rb") as file:
            data = file.read(data_yaml.MAX_BYTES * 16 + 1)
    except OSError as error:
        message = f"It cannot be read: {error.strerror}."
        raise FormatError(message, path=path) from error
    if len(data) > data_yaml.MAX_BYTES * 16:
        message = "It is larger than 64 MB, which no labels of one image are."
        raise FormatError(message, path=path)
    return data.decode("utf-8", "replace")
