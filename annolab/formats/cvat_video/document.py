"""A CVAT document element by element: no more than one track is held at a time."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from defusedxml import ElementTree as SafeTree

from annolab.errors import FormatError
from annolab.formats.cvat_video.shapes import whole
from annolab.formats.xml_nodes import nodes_of, packed, xml_of

ROOT = "annotations"
MARKS = frozenset(("track", "tag"))
_MOST_ELEMENTS = 2_000_000  # of one track: a million keyframes
_MOST_OTHERS = 60_000  # too many to be kept, which is reported
_DEEPEST = 16
_TASKS = "project/tasks/task"
_MOST_TASKS = 1000  # of a project; each keeps what is said of the project


@dataclass(slots=True)
class Head:
    """What a document says besides its tracks: `meta`, and elements not known."""

    meta: Any = None
    others: list[Any] = field(default_factory=list)

    def text(self, path: str) -> str:
        """The text of an element of the task or job."""
        for task in ("task", "job", _TASKS, "project"):
            found = (
                self.meta.findtext(f"{task}/{path}") if self.meta is not None else ""
            )
            if found and found.strip():
                return str(found).strip()
        return ""

    def tasks(self) -> dict[str, Head]:
        """Of a project, what is said of each of its tasks, by id; else nothing."""
        found: dict[str, Head] = {}
        tasks = [] if self.meta is None else self.meta.findall(_TASKS)
        for task in tasks[:_MOST_TASKS]:
            number = (task.findtext("id") or "").strip()
            meta = deepcopy(self.meta)
            for above in meta.findall("project/tasks"):
                for each in list(above):
                    if (each.findtext("id") or "").strip() != number:
                        above.remove(each)
            found[number] = Head(meta, [] if found else self.others)
        return found

    def source(self) -> str:
        """The name of the film."""
        found = self.meta.findtext("source") if self.meta is not None else ""
        found = (found or "").strip() or self.text("source")
        return found.replace("\\", "/").rpartition("/")[2]

    def step(self) -> int:
        """How many pictures of the film lie between two frames of the task."""
        _, _, number = self.text("frame_filter").partition("step=")
        return max(whole(number) or 1, 1)

    def size(self) -> tuple[int | None, int | None]:
        """Width and height, if both are there."""
        found = self.meta.find(".//original_size") if self.meta is not None else None
        width = whole(found.findtext("width")) if found is not None else None
        height = whole(found.findtext("height")) if found is not None else None
        good = width is not None and height is not None and min(width, height) > 0
        return (width, height) if good else (None, None)

    def length(self) -> int | None:
        """How many pictures the film has, as far as the document tells."""
        frames = whole(self.text("size")) or 0
        stop = whole(self.text("stop_frame"))
        return max(frames, 0 if stop is None else stop + 1) or None


def head_of(file: Path) -> Head:
    """Read the document once for what is not a mark; one that breaks off has a head."""
    head = Head()
    try:
        for element in elements(file):
            if element.tag == "meta" and head.meta is None:
                head.meta = element
            elif (
                element.tag not in MARKS
                and element.tag != "version"
                and len(head.others) < _MOST_OTHERS
            ):
                head.others.append(element)
    except FormatError:
        if head.meta is None:
            raise
    return head


def elements(file: Path) -> Iterator[Any]:
    """The elements below the root, whole. Raises FormatError where they end badly."""
    with xml_of(file), file.open("rb") as stream:
        yield from _whole(file, stream)


def _whole(file: Path, stream: Any) -> Iterator[Any]:
    root: Any = None
    depth = count = 0
    for event, element in SafeTree.iterparse(stream, ("start", "end"), forbid_dtd=True):
        if event == "start":
            root = element if root is None else root
            depth, count = depth + 1, count + 1
            message = ""
            if root.tag != ROOT:
                message = "It is no document of CVAT."
            elif count > _MOST_ELEMENTS:
                message = "A part of it has more than 2,000,000 elements."
            elif depth > 100:
                message = "Its elements lie too deep in each other."
            if message:
                raise FormatError(message, path=file)
            continue
        depth -= 1
        if depth == 1:
            yield element
            root.clear()
            count = 0


def kept_nodes(elements: Sequence[Any]) -> list[Any] | None:
    """Elements as JSON; None when they are more than is kept."""
    nodes = nodes_of(elements)
    return None if nodes is None else packed(nodes)
