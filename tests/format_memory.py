"""What a format reads into and writes from, in memory."""

from __future__ import annotations

import io
from bisect import bisect_right
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from itertools import count
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Any, BinaryIO

from numpy.typing import NDArray

from annolab.errors import UserError
from annolab.formats.base import Format, Options, Report
from annolab.formats.per_item import without_suffix
from annolab.jobs import Progress
from annolab.media.image import grey_numbers
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

ME = Annotator(1, "me")


@dataclass
class Dataset:
    """Plain lists, as `Records` of what is exported and after an import."""

    schema: Schema = field(default_factory=Schema)
    the_items: list[Item] = field(default_factory=list)
    the_annotations: list[Annotation] = field(default_factory=list)
    the_relations: list[Relation] = field(default_factory=list)
    the_annotators: list[Annotator] = field(default_factory=lambda: [ME])
    entries: dict[str, str] = field(default_factory=dict)
    texts: dict[str, str] = field(default_factory=dict)  # by the paths of items
    # Seconds of each picture of the films that are there, and of their ends.
    times: dict[str, list[float]] = field(default_factory=dict)

    def text(self, item: Item) -> str | None:
        return self.texts.get(item.path)

    def time_of(self, item: Item, frame: int) -> float | None:
        times = self.times.get(item.path, [])
        return times[frame] if 0 <= frame < len(times) else None

    def items(self) -> Iterator[Item]:
        return iter(self.the_items)

    def annotations(self) -> Iterator[Annotation]:
        return iter(sorted(self.the_annotations, key=lambda a: a.id))

    def by_item(self) -> Iterator[tuple[Item, list[Annotation]]]:
        for item in self.the_items:
            yield item, [a for a in self.annotations() if a.item_id == item.id]

    def relations(self, item_id: int) -> list[Relation]:
        return [r for r in self.the_relations if r.item_id == item_id]

    def relation_count(self) -> int:
        return len(self.the_relations)

    def annotator(self, annotator_id: int) -> Annotator | None:
        return next((a for a in self.the_annotators if a.id == annotator_id), None)

    def entry(self, key: str) -> str | None:
        return self.entries.get(key)

    def count(self) -> tuple[int, int]:
        return len(self.the_items), len(self.the_annotations)


class MemoryContext:
    """An `ImportContext` that fills a `Dataset`."""

    def __init__(
        self,
        sizes: Mapping[str, tuple[int, int]] = MappingProxyType({}),
        *,
        texts: Mapping[str, str] = MappingProxyType({}),
        times: Mapping[str, Sequence[float]] = MappingProxyType({}),
        **options: str,
    ) -> None:
        self.options: Options = options
        self._sizes = sizes  # of pictures that are there, by path
        self.progress = Progress()
        self.report = Report()
        self.annotator_id = ME.id
        # Of the text files and the films that are there.
        films = {path: list(seconds) for path, seconds in times.items()}
        self.data = Dataset(texts=dict(texts), times=films)
        self.new_id = count(1000).__next__
        self._items: dict[str, Item] = {}
        self._unasked: set[int] = set()  # tiers made only to count up to another

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
        pure = PurePosixPath(path)
        if pure.is_absolute() or ".." in pure.parts:
            message = "The path leads out of the folder."
            raise UserError(message)
        if path not in self._items:
            if width is None and path in self._sizes:
                width, height = self._sizes[path]
            item = Item(
                id=self.new_id(),
                path=path,
                media=media,
                width=width,
                height=height,
                length=length,
                rate=rate,
                split=split,
                status=status,
                attributes=attributes,
                source=source,
            )
            self._items[path] = item
            self.data.the_items.append(item)
        return self._items[path]

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
        schema = self.data.schema
        known = schema.label_named(name)
        if known is not None:
            return known
        label = Label(
            id=self.new_id(),
            name=name,
            color=color or "#ffb000",
            hotkey=hotkey,
            parent_id=parent_id,
            kinds=kinds,
            skeleton=skeleton,
            source=source,
            position=len(schema.labels),
        )
        self.data.schema = replace(schema, labels=(*schema.labels, label))
        return label

    def attribute(
        self,
        owner: Owner,
        name: str,
        type_: ValueType,
        *,
        label_id: int | None = None,
        choices: Sequence[str] = (),
    ) -> AttributeSpec:
        schema = self.data.schema
        for spec in schema.attributes:
            if (spec.owner, spec.name, spec.label_id) == (owner, name, label_id):
                return spec
        spec = AttributeSpec(
            id=self.new_id(),
            owner=owner,
            name=name,
            type=type_,
            label_id=label_id,
            choices=tuple(choices),
        )
        self.data.schema = replace(schema, attributes=(*schema.attributes, spec))
        return spec

    def companion(
        self,
        path: str,
        *,
        media: Media = Media.AUDIO,
        length: float | None = None,
        source: str | None = None,
    ) -> Item:
        stem = without_suffix(path)
        known = (*self._items, *self._sizes, *self.data.texts, *self.data.times)
        there = (p for p in known if without_suffix(p) == stem)
        suffix = {Media.AUDIO: ".wav", Media.VIDEO: ".mp4", Media.IMAGE: ".jpg"}
        path = next(there, stem + suffix.get(media, ".txt"))
        if path.endswith(suffix[Media.VIDEO]):
            media = Media.VIDEO
        return self.item(path, media=media, length=length, source=source)

    def numbers(self, file: Path) -> NDArray[Any] | None:
        return grey_numbers(file)

    def frame_at(self, item: Item, seconds: float) -> int | None:
        times = self.data.times.get(item.path)
        if not times:
            return None
        shown = bisect_right(times, seconds + 6e-4) - 1  # as tasks do with decimals
        return min(max(shown, 0), len(times) - 2)

    def time_of(self, item: Item, frame: int) -> float | None:
        return self.data.time_of(item, frame)

    def text(self, item: Item) -> str | None:
        return self.data.text(item)

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
        while self.data.texts.setdefault(path, text) != text:
            path = f"{path}~"
        return self.item(
            path,
            media=Media.TEXT,
            length=len(text),
            split=split,
            status=status,
            attributes=attributes,
            source=source,
        )

    def tier(
        self,
        name: str,
        kind: TierKind,
        *,
        number: int = 0,
        parent_id: int | None = None,
    ) -> Tier:
        schema = self.data.schema
        alike = [t for t in schema.tiers if (t.name, t.kind) == (name, kind)]
        if number < len(alike):
            return self._asked_for(alike[number], parent_id)
        if number > len(alike):
            made = self.tier(name, kind, number=number - 1)
            self._unasked.add(made.id)
            schema = self.data.schema
        tier = Tier(
            id=self.new_id(),
            name=name,
            kind=kind,
            parent_id=parent_id,
            position=len(schema.tiers),
        )
        self.data.schema = replace(schema, tiers=(*schema.tiers, tier))
        return tier

    def _asked_for(self, tier: Tier, parent_id: int | None) -> Tier:
        """A tier; what was made only to count lies where who asks first says."""
        if tier.id not in self._unasked:
            return tier
        self._unasked.remove(tier.id)
        placed = replace(tier, parent_id=parent_id)
        schema = self.data.schema
        tiers = tuple(placed if t.id == tier.id else t for t in schema.tiers)
        self.data.schema = replace(schema, tiers=tiers)
        return placed

    def set_tiers(self, item: Item, tier_ids: Sequence[int]) -> Item:
        place = [x.id for x in self.data.the_items].index(item.id)
        known = self.data.the_items[place]
        known = replace(known, tiers=tuple(dict.fromkeys((*known.tiers, *tier_ids))))
        self.data.the_items[place] = self._items[known.path] = known
        return known

    def annotator(
        self, name: str, kind: AnnotatorKind = AnnotatorKind.HUMAN
    ) -> Annotator:
        for known in self.data.the_annotators:
            if (known.name, known.kind) == (name, kind):
                return known
        made = Annotator(self.new_id(), name, kind)
        self.data.the_annotators.append(made)
        return made

    def entry(self, key: str, value: str) -> None:
        self.data.entries[key] = value

    def entry_value(self, key: str) -> str | None:
        return self.data.entries.get(key)


class _File(io.BytesIO):
    def close(self) -> None:  # what was written is still wanted
        pass


class FolderSink:
    """A `Sink` that writes a file or a folder when it is told to."""

    def __init__(self, target: Path) -> None:
        self._target = target
        self.files: dict[str, _File] = {}

    def open(self, name: str = "", *, companion: bool = False) -> BinaryIO:
        pure = PurePosixPath(name)
        if pure.is_absolute() or ".." in pure.parts or name in self.files:
            message = f"{name} is outside of the target or there already."
            raise UserError(message)
        return self.files.setdefault(name, _File())

    def save(self) -> None:
        for name, file in self.files.items():
            path = self._target / name if name else self._target
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(file.getvalue())


def write(format_: Format, data: Dataset, target: Path, **options: str) -> Report:
    """Export to a path."""
    report = Report()
    sink = FolderSink(target)
    for _ in format_.write(data.schema, data, sink, options, report):
        pass
    sink.save()
    return report


def read(
    format_: Format,
    path: Path,
    sizes: Mapping[str, tuple[int, int]] = MappingProxyType({}),
    *,
    texts: Mapping[str, str] = MappingProxyType({}),
    times: Any = MappingProxyType({}),  # of films; Any: options are strings
    **options: str,
) -> tuple[Dataset, Report]:
    """Import a path. `sizes`, `texts`, `times`: of the media that are there."""
    context = MemoryContext(sizes, texts=texts, times=times, **options)
    for found in format_.read(path, context):
        if isinstance(found, Relation):
            context.data.the_relations.append(found)
        else:
            context.data.the_annotations.append(found)
        context.report.read += 1
    return context.data, context.report


def changed(data: Dataset, **changes: Any) -> Dataset:
    """The data set with some of its fields replaced."""
    return replace(data, **changes)
