"""The contract of a format: somebody else's annotation files, in and out.

A format knows neither the project file nor media. Reading yields annotations
and asks an `ImportContext` for the items and labels they belong to; writing
draws from `Records` and writes into a `Sink`. Both say in a `Report` what they
skipped and what could not be held.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import IntEnum, StrEnum
from pathlib import Path
from typing import Any, BinaryIO, Protocol, TypeAlias

from numpy.typing import NDArray

from annolab.jobs import Progress
from annolab.model.annotation import Annotation, Annotator, AnnotatorKind, Relation
from annolab.model.geometry import NO_ATTRIBUTES, Attributes, Kind
from annolab.model.item import Item, Media, Status
from annolab.model.schema import (
    AttributeSpec,
    Label,
    Owner,
    Schema,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)

Options: TypeAlias = Mapping[str, str]
KEPT_PROBLEMS = 1000

# What a format may keep besides geometry and label; the words of `holds` in
# manifests. `empty_items`: items without annotations are written too.
HOLDABLE = frozenset(
    (
        "annotator",
        "attributes",
        "empty_items",
        "frame",
        "group",
        "item_attributes",
        "item_status",
        "locked",
        "relations",
        "score",
        "split",
        "status",
        "text",
        "tier",
        "z",
    )
)


class Confidence(IntEnum):
    """How sure `detect` is that a path is in its format."""

    NO = 0
    MAYBE = 1
    YES = 2


class Severity(StrEnum):
    """What a problem means for the data."""

    LOSS = "loss"  # the target cannot hold it: written without it
    SKIPPED = "skipped"  # not written or not read at all
    REPAIRED = "repaired"  # read or written after a correction
    NOTE = "note"  # nothing is lost


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing that was not carried over as it was.

    `reason` is a sentence without particulars, the same for all problems of a
    kind ("A polygon with fewer than 3 points."): reports count by it. `where`
    gives the particulars: a file with line, an item, an annotation.
    """

    reason: str
    severity: Severity = Severity.SKIPPED
    where: str = ""
    item: str = ""
    annotation_id: int | None = None


@dataclass(slots=True)
class Report:
    """What a transfer did: counts, and the first problems of each reason.

    `pictures`: how many frames of films were written as picture files.
    """

    read: int = 0
    written: int = 0
    skipped: int = 0
    problems: list[Problem] = field(default_factory=list)
    counts: dict[tuple[Severity, str], int] = field(default_factory=dict)
    files: list[Path] = field(default_factory=list)
    pictures: int = 0

    def add(self, problem: Problem) -> None:
        """Count a problem; the first thousand of its reason are kept whole."""
        key = (problem.severity, problem.reason)
        count = self.counts.get(key, 0) + 1
        self.counts[key] = count
        if problem.severity is Severity.SKIPPED:
            self.skipped += 1
        if count <= KEPT_PROBLEMS:
            self.problems.append(problem)

    @property
    def losses(self) -> dict[str, int]:
        """Reasons that cost data, with their counts."""
        found: dict[str, int] = {}
        for (how, reason), n in self.counts.items():
            if how in (Severity.LOSS, Severity.SKIPPED):
                found[reason] = found.get(reason, 0) + n
        return found


class ImportContext(Protocol):
    """What a reader needs of the project it reads into.

    `item`, `label`, `tier` return what is there already under that path or
    name, or make it; they are cheap to call again with the same arguments.
    """

    options: Options
    progress: Progress
    report: Report
    annotator_id: int

    def new_id(self) -> int:
        """An id for an annotation, relation or group of this import."""

    def item(
        self,
        path: str,
        *,
        media: Media = Media.IMAGE,
        width: int | None = None,
        height: int | None = None,
        length: float | None = None,
        rate: float | None = None,
        split: str | None = None,
        status: Status = Status.NEW,
        attributes: Attributes = NO_ATTRIBUTES,
        source: str | None = None,
    ) -> Item:
        """The item at `path`, as the file wrote it; made when it is not there.

        Raises UserError when the path climbs out of the folders of the project.
        """

    def label(
        self,
        name: str,
        *,
        color: str | None = None,
        hotkey: str | None = None,
        parent_id: int | None = None,
        kinds: frozenset[Kind] = frozenset(),
        skeleton: Skeleton | None = None,
        source: str | None = None,
    ) -> Label:
        """The label with this name, made when it is not there."""

    def attribute(
        self,
        owner: Owner,
        name: str,
        type_: ValueType,
        *,
        label_id: int | None = None,
        choices: Sequence[str] = (),
    ) -> AttributeSpec:
        """The declared attribute with this name, made when it is not there."""

    def companion(
        self,
        path: str,
        *,
        media: Media = Media.AUDIO,
        length: float | None = None,
        source: str | None = None,
    ) -> Item:
        """The item that an annotation file of its own belongs to, by its name.

        `path` is relative to the source folder, or the name of the source file:
        `a/speech.TextGrid` belongs to the item or the file `a/speech.wav`, or
        `.flac`, `.mp3` ... Made, as missing, `a/speech.wav`, when there is none.
        With `media` audio, films count too. `length`: seconds, where the media do
        not tell. Raises UserError as `item` does.
        """

    def text(self, item: Item) -> str | None:
        """The text of an item, as its spans count in it; None: it cannot be read."""

    def numbers(self, file: Path) -> NDArray[Any] | None:
        """The numbers in a grey picture of the source, (h, w); None: it is none."""

    def frame_at(self, item: Item, seconds: float) -> int | None:
        """The picture of a film that is shown at a time since its first one.

        From 0; the first or the last one for times outside. None: it cannot be read.
        """

    def time_of(self, item: Item, frame: int) -> float | None:
        """Seconds at which a picture of a film is shown, as `Records` has it."""

    def text_item(
        self,
        path: str,
        text: str,
        *,
        split: str | None = None,
        status: Status = Status.NEW,
        attributes: Attributes = NO_ATTRIBUTES,
        source: str | None = None,
    ) -> Item:
        """The text item at `path`, of whose text the file says that it is `text`.

        That is the item there, or the file there, if this is its text, else one
        that the project carries the text of. For formats that bring texts along.
        Raises UserError as `item` does.
        """

    def tier(
        self,
        name: str,
        kind: TierKind,
        *,
        number: int = 0,
        parent_id: int | None = None,
    ) -> Tier:
        """The `number`-th tier (from 0) of this name and kind, made if not there.

        An item may have several tiers of one name: `number` tells them apart.
        """

    def set_tiers(self, item: Item, tier_ids: Sequence[int]) -> Item:
        """Say which tiers an item has, in its order; after those it has already."""

    def annotator(
        self, name: str, kind: AnnotatorKind = AnnotatorKind.HUMAN
    ) -> Annotator:
        """The annotator with this name and kind, made when it is not there."""

    def entry(self, key: str, value: str) -> None:
        """Keep a project-wide JSON text under `key` for the way back."""

    def entry_value(self, key: str) -> str | None:
        """The JSON text kept under `key`, or None."""


class Records(Protocol):
    """A frozen view of what is exported; every method may be called again."""

    @property
    def schema(self) -> Schema:
        """Labels, declared attributes and tiers."""

    def items(self) -> Iterator[Item]:
        """The selected items, in the order of the project."""

    def annotations(self) -> Iterator[Annotation]:
        """All annotations of the selected items, by id."""

    def by_item(self) -> Iterator[tuple[Item, list[Annotation]]]:
        """Each selected item with its annotations."""

    def relations(self, item_id: int) -> list[Relation]:
        """The relations of one item."""

    def relation_count(self) -> int:
        """How many relations the selected items have, all together."""

    def text(self, item: Item) -> str | None:
        """The text of a text item, or None when it cannot be read."""

    def time_of(self, item: Item, frame: int) -> float | None:
        """Seconds at which a picture of a film is shown, since its first one.

        `frame` may be the number of pictures: the end of the last one. None: the film
        cannot be read, or has no such picture.
        """

    def annotator(self, annotator_id: int) -> Annotator | None:
        """Who made a mark, or None when there is no such annotator."""

    def entry(self, key: str) -> str | None:
        """A project-wide JSON text kept by an import, or None."""

    def count(self) -> tuple[int, int]:
        """How many items and annotations there are, for progress."""


class Sink(Protocol):
    """Where a writer puts its files. Nothing is seen of them before all is done."""

    def open(self, name: str = "", *, companion: bool = False) -> BinaryIO:
        """Open a file for writing: "" the target itself, else a path inside it.

        The file is closed by the sink. Names use `/`; those that climb out of
        the target raise UserError. `companion`: a file that lies beside those of
        the export, such as the text they are about. It is left out where the
        target is a single file, and stays as it is where the media are at home.
        """


class Format(Protocol):
    """Reads and writes one format. One object serves one transfer."""

    def detect(self, path: Path) -> Confidence:
        """Whether the file or folder looks like this format; reads little."""

    def read(self, path: Path, ctx: ImportContext) -> Iterator[Annotation | Relation]:
        """Yield what the file or folder holds.

        Bad parts are skipped and reported in `ctx.report`; FormatError is
        raised only when nothing useful can be read.
        """

    def write(
        self,
        schema: Schema,
        records: Records,
        sink: Sink,
        options: Options,
        report: Report,
    ) -> Iterable[int]:
        """Write the records, yielding how many annotations are done now and then.

        The caller reports progress and may stop between two yields.
        """
