"""What a reader of a format is given: items, labels and the rest of a project."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import count
from pathlib import Path, PurePosixPath
from typing import Any, TypeVar

from numpy.typing import NDArray

from annolab.errors import MediaError, UserError
from annolab.formats.base import Options, Problem, Report, Severity
from annolab.jobs import Progress
from annolab.media.image import grey_numbers
from annolab.media.probe import SUFFIXES
from annolab.model.annotation import (
    Annotation,
    Annotator,
    AnnotatorKind,
    Relation,
)
from annolab.model.geometry import NO_ATTRIBUTES, Attributes, Kind
from annolab.model.item import Item, Media, Status
from annolab.model.schema import (
    LABEL_COLORS,
    AttributeSpec,
    Entry,
    Label,
    Owner,
    Skeleton,
    Tier,
    TierKind,
    ValueType,
)
from annolab.model.text_item import TextSpec, text_key, with_spec
from annolab.store.bulk import Bulk
from annolab.store.project import Project
from annolab.tasks.facts import read_facts, unreadable
from annolab.tasks.films import FilmTables, time_of
from annolab.tasks.places import ItemFinder
from annolab.tasks.stems import with_guess
from annolab.tasks.texts import text_of

LENGTH_TOLERANCE = 0.05  # seconds; programs round, and MP3 has padding
_TEXTS = 16  # kept, for readers that ask for one again
_DIGITS = "123456789"  # 0 means "no label" in the window
_Known = TypeVar("_Known", Item, Label, AttributeSpec, Entry, Tier)


class ProjectContext:
    """An `ImportContext` over a bulk edit of a project.

    What is there already is used, and completed where the file knows more; it is
    never overwritten. Asking again for the same thing is a look-up.
    """

    def __init__(
        self,
        project: Project,
        bulk: Bulk,
        finder: ItemFinder,
        *,
        options: Options,
        progress: Progress,
        report: Report,
    ) -> None:
        self.options = options
        self.progress = progress
        self.report = report
        self.annotator_id = bulk.annotator.id
        self.new_id = bulk.new_id
        self._project = project
        self._bulk = bulk
        self._finder = finder
        schema = project.schema
        self._ids: dict[str, int] = {}  # of items, by what a file calls them
        self._companions: dict[tuple[str, Media], int] = {}
        self._made: dict[tuple[int, str], int] = {}
        self._items: dict[int, Item] = {}  # as they are now
        self._used: dict[int, dict[int, None]] = {}  # tiers with marks, by item
        self._labels: dict[str, Label] = {}
        self._old_labels = {label.name: label for label in reversed(schema.labels)}
        self._n_labels = 1 + max((x.position for x in schema.labels), default=-1)
        self._hotkeys = {label.hotkey for label in schema.labels}
        self._specs = {(s.owner, s.name, s.label_id): s for s in schema.attributes}
        self._tiers: dict[tuple[str, TierKind], list[Tier]] = {}
        for tier in schema.tiers:
            self._tiers.setdefault((tier.name, tier.kind), []).append(tier)
        self._n_tiers = 1 + max((x.position for x in schema.tiers), default=-1)
        self._unasked: set[int] = set()  # tiers made only to count up to another
        self._texts: dict[int, str | None] = {}
        self._films = FilmTables(project)
        self._annotators = {(a.name, a.kind): a for a in project.annotators()}
        self._entries: dict[str, Entry | None] = {}

    def move_to(self, folder: Path) -> None:
        """Paths are those of another source from now on, in this folder."""
        self._finder.move_to(folder)
        self._ids.clear()
        self._companions.clear()

    def item(  # noqa: PLR0913  as the contract has it
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
        """The item that `path` means, made when it is not there."""
        known = self._ids.get(path)
        if known is not None:
            return self._items[known]
        said = Item(
            id=0,
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
        found, sure = self._finder.find(path)
        if found is None or (not sure and _sizes_differ(found, said)):
            item = self._new_item(said, *self._finder.place(path))
        else:
            reason = "Found by the end of its path; the folders differ."
            item = self._completed(found, said, "" if sure else reason)
        self._ids[path] = item.id
        return item

    def companion(
        self,
        path: str,
        *,
        media: Media = Media.AUDIO,
        length: float | None = None,
        source: str | None = None,
    ) -> Item:
        """The item that an annotation file is named after, made if not there."""
        known = self._companions.get((path, media))
        if known is not None:
            return self._items[known]
        said = Item(id=0, path=path, media=media, length=length, source=source)
        found, sure = self._finder.companion(path, media)
        if found is not None and found.media is Media.VIDEO:
            said = replace(said, length=None)  # that of a film counts pictures
        if found is None:
            root_id, place, there = self._finder.companion_place(path, media)
            kind = SUFFIXES.get(PurePosixPath(place).suffix.lower(), media)
            said = replace(said, media=kind)
            if kind is Media.VIDEO:
                said = replace(said, length=None)
            if not there:
                said = replace(said, source=with_guess(source, path))
            item = self._new_item(said, root_id, place, there)
        else:
            reason = "Found by a similar name; see whether it is the right one."
            item = self._completed(found, said, "" if sure else reason)
        self._companions[path, media] = item.id
        return item

    def label(  # noqa: PLR0913  as the contract has it
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
        known = self._labels.get(name)
        if known is not None:
            return known
        label = self._old_labels.pop(name, None)
        if label is None:
            label = Label(
                id=self.new_id(),
                name=name,
                color=color or LABEL_COLORS[self._n_labels % len(LABEL_COLORS)],
                hotkey=self._free_hotkey(hotkey),
                parent_id=parent_id,
                kinds=kinds,
                skeleton=skeleton,
                position=self._n_labels,
                source=source,
            )
            self._n_labels += 1
            self._bulk.add(label)
        else:
            label = self._change(
                label,
                replace(
                    label,
                    skeleton=label.skeleton or skeleton,
                    source=label.source or source,
                ),
            )
        self._labels[name] = label
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
        """The declared attribute with this name, made when it is not there."""
        key = (owner, name, label_id)
        spec = self._specs.get(key)
        if spec is None:
            spec = AttributeSpec(
                id=self.new_id(),
                owner=owner,
                name=name,
                type=type_,
                label_id=label_id,
                choices=tuple(choices),
                position=len(self._specs),
            )
            self._bulk.add(spec)
        elif spec.choices and not set(choices) <= set(spec.choices):
            more = dict.fromkeys((*spec.choices, *choices))
            spec = self._change(spec, replace(spec, choices=tuple(more)))
        self._specs[key] = spec
        return spec

    def tier(
        self,
        name: str,
        kind: TierKind,
        *,
        number: int = 0,
        parent_id: int | None = None,
    ) -> Tier:
        """The `number`-th tier of this name and kind, made when it is not there."""
        alike = self._tiers.setdefault((name, kind), [])
        while len(alike) <= number:
            last = len(alike) == number
            tier = Tier(
                id=self.new_id(),
                name=name,
                kind=kind,
                parent_id=parent_id if last else None,
                position=self._n_tiers,
            )
            self._n_tiers += 1
            self._bulk.add(tier)
            alike.append(tier)
            if not last:
                self._unasked.add(tier.id)
        tier = alike[number]
        if tier.id in self._unasked:  # who asks first says what it lies under
            self._unasked.remove(tier.id)
            tier = self._change(tier, replace(tier, parent_id=parent_id))
            alike[number] = tier
        return tier

    def set_tiers(self, item: Item, tier_ids: Sequence[int]) -> Item:
        """Say which tiers an item has, in its order; after those it has already."""
        known = self._items[item.id]
        tiers = tuple(dict.fromkeys((*known.tiers, *tier_ids)))
        return self._change_item(known, replace(known, tiers=tiers))

    def took(self, record: Annotation | Relation) -> None:
        """Take note of what was written; see `finish`."""
        if isinstance(record, Annotation) and record.tier_id is not None:
            self._used.setdefault(record.item_id, {})[record.tier_id] = None

    def finish(self) -> None:
        """An item has the tiers that its marks lie on, whatever the reader said."""
        for item_id, tiers in self._used.items():
            item = self._items.get(item_id)
            if item is not None and not tiers.keys() <= set(item.tiers):
                self.set_tiers(item, list(tiers))
        self._used.clear()

    def annotator(
        self, name: str, kind: AnnotatorKind = AnnotatorKind.HUMAN
    ) -> Annotator:
        """The annotator with this name and kind, made when it is not there."""
        annotator = self._annotators.get((name, kind))
        if annotator is None:
            annotator = Annotator(self.new_id(), name, kind)
            self._bulk.add(annotator)
            self._annotators[name, kind] = annotator
        return annotator

    def entry(self, key: str, value: str) -> None:
        """Keep a project-wide JSON text under `key`; the newest import wins."""
        entry = self._entry(key)
        if entry is None:
            entry = Entry(self.new_id(), key, value)
            self._bulk.add(entry)
        else:
            entry = self._change(entry, replace(entry, value=value))
        self._entries[key] = entry

    def entry_value(self, key: str) -> str | None:
        """The JSON text kept under `key`, or None."""
        entry = self._entry(key)
        return None if entry is None else entry.value

    def _entry(self, key: str) -> Entry | None:
        if key not in self._entries:
            self._entries[key] = self._project.entry(key)
        return self._entries[key]

    def text(self, item: Item) -> str | None:
        """The text of an item, or None when it cannot be read."""
        if item.id not in self._texts:
            try:
                self._texts[item.id] = text_of(self._project, item).text
            except (MediaError, UserError):
                self._texts[item.id] = None
            if len(self._texts) > _TEXTS:
                self._texts.pop(next(iter(self._texts)))
        return self._texts[item.id]

    def numbers(self, file: Path) -> NDArray[Any] | None:
        """The numbers in a grey picture, or None."""
        return grey_numbers(file)

    def frame_at(self, item: Item, seconds: float) -> int | None:
        """The picture of a film that is shown at a time, or None."""
        table = self._films.table(item)
        return None if table is None else table.at(seconds)

    def time_of(self, item: Item, frame: int) -> float | None:
        """Seconds at which a picture of a film is shown, or None."""
        table = self._films.table(item)
        return None if table is None else time_of(table, frame)

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
        """The item at `path` with this text, made with its text if it is not there."""
        said = Item(
            id=0,
            path=path,
            media=Media.TEXT,
            length=float(len(text)),
            split=split,
            status=status,
            attributes=attributes,
            source=source,
        )
        found, sure = self._finder.find(path)
        if found is not None and sure and self.text(found) == text:
            return self._completed(found, said, "")
        place = self._finder.place(path)
        if found is None and place[2]:  # a file that is no item yet
            trial = replace(said, id=self.new_id(), root_id=place[0], path=place[1])
            if self.text(trial) == text:
                return self._new_item(replace(said, length=None), *place)
        return self._embedded(said, text, place)

    def _embedded(self, said: Item, text: str, place: tuple[int, str, bool]) -> Item:
        """A new item whose text the project carries, beside others of its name."""
        root_id, path, _ = place
        for number in count(2):
            known = self._made.get((root_id, path))
            if known is None:
                there = self._project.item_at(root_id, path)
                known = None if there is None else there.id
                if there is not None:
                    self._items.setdefault(there.id, there)
            if known is None:
                break
            if self.text(self._items[known]) == text:
                return self._completed(self._items[known], said, "")
            if self._items[known].missing:
                return self._filled(self._items[known], said, text)
            path = f"{place[1]}~{number}"
        item = replace(said, id=self.new_id(), root_id=root_id, path=path)
        item = with_spec(item, TextSpec(embedded=True))
        self._bulk.add(item)
        self._carry(item, text)
        self._made[root_id, path] = item.id
        self._items[item.id] = item
        return item

    def _filled(self, item: Item, said: Item, text: str) -> Item:
        """A missing item, which gets the text that a file brings along."""
        item = self._completed(item, said, "")
        filled = replace(item, missing=False, problem="", length=said.length)
        filled = with_spec(filled, TextSpec(embedded=True))
        self._carry(filled, text)
        return self._change_item(item, filled)

    def _carry(self, item: Item, text: str) -> None:
        """Let the project carry the text of an item."""
        value = json.dumps(text, ensure_ascii=False)
        self._bulk.add(Entry(self.new_id(), text_key(item.id), value))
        self._texts[item.id] = text

    def _new_item(self, said: Item, root_id: int, path: str, there: bool) -> Item:  # noqa: FBT001  as the finder tells it
        made = self._made.get((root_id, path))
        if made is not None:  # another spelling of the same path
            return self._items[made]
        item = replace(
            said, id=self.new_id(), root_id=root_id, path=path, missing=not there
        )
        item = self._with_facts(item)
        self._compare_lengths(item, said)
        self._bulk.add(item)
        self._made[root_id, path] = item.id
        self._items[item.id] = item
        if not there:
            self._note("The media file was not found; the item is kept.", item)
        return item

    def _completed(self, found: Item, said: Item, doubt: str) -> Item:
        """An item with what the file says and the project does not know yet.

        `doubt`: why it may not be the one that is meant, or "".
        """
        item = self._items.get(found.id, found)
        if doubt:
            self._note(doubt, item)
        if _sizes_differ(item, said):
            self._note("The file gives another size than the media has.", item)
        known = item.attributes
        if any(
            known.get(key, value) != value for key, value in said.attributes.items()
        ):
            self._note(
                "The item has other values already; they stay.", item, Severity.LOSS
            )
        after = replace(
            item,
            width=item.width or said.width,
            height=item.height or said.height,
            length=item.length if item.length is not None else said.length,
            rate=item.rate or said.rate,
            split=item.split or said.split,
            status=item.status or said.status,
            source=item.source or said.source,
        )
        if said.attributes:
            after = replace(after, attributes={**said.attributes, **known})
        after = self._with_facts(after)
        self._compare_lengths(after, said)
        return self._change_item(item, after)

    def _compare_lengths(self, item: Item, said: Item) -> None:
        if item.media is not Media.AUDIO or None in (item.length, said.length):
            return
        if abs((item.length or 0.0) - (said.length or 0.0)) > LENGTH_TOLERANCE:
            self._note("The file is for a sound of another length.", item)

    def _change_item(self, before: Item, after: Item) -> Item:
        self._items[after.id] = after
        return self._change(before, after)

    def _with_facts(self, item: Item) -> Item:
        """`item` with what its file tells and some formats cannot do without."""
        if item.missing or item.problem or not _lacks_facts(item):
            return item
        item = read_facts(self._project, item)
        if item.problem:
            reason = unreadable(item)
            self.report.add(Problem(reason, Severity.NOTE, item.problem, item.path))
        return item

    def _change(self, before: _Known, after: _Known) -> _Known:
        if after != before:
            self._bulk.change(before, after)
        return after

    def _free_hotkey(self, wanted: str | None) -> str | None:
        """`wanted` if no label has it, else the next free digit."""
        keys = (wanted, *_DIGITS) if wanted else _DIGITS
        key = next((key for key in keys if key not in self._hotkeys), None)
        self._hotkeys.add(key)
        return key

    def _note(
        self, reason: str, item: Item, severity: Severity = Severity.NOTE
    ) -> None:
        self.report.add(Problem(reason, severity, item=item.path))


def _lacks_facts(item: Item) -> bool:
    """Whether something is not known that only the file can tell."""
    if item.media is Media.AUDIO:
        return item.length is None or item.rate is None
    if item.media is Media.VIDEO:
        return item.width is None or item.length is None
    if item.media is Media.TEXT:
        return item.length is None
    return item.width is None


def _sizes_differ(item: Item, said: Item) -> bool:
    known = (item.width, item.height)
    told = (said.width, said.height)
    return None not in (*known, *told) and known != told


def base_folder(source: Path, media_root: Path | None) -> Path:
    """The folder that paths in `source` are relative to."""
    if media_root is not None:
        return media_root
    return source if source.is_dir() else source.absolute().parent
