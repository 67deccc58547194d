"""Read a project of VIA: its films, and what is said of them at which times."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

from annolab.errors import FormatError, UserError
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.film_times import FilmFrames, range_track
from annolab.formats.json_object import listed, mapping, object_in
from annolab.formats.json_rows import source_text
from annolab.formats.lines import checked
from annolab.formats.values import attribute_value, clean
from annolab.formats.via3 import definitions as of
from annolab.formats.via3.shapes import list_of, shape_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import (
    AttributeValue,
    Geometry,
    Keyframe,
    Shape,
    Track,
    Whole,
)
from annolab.model.item import Item, Media
from annolab.model.schema import Owner, ValueType

PROGRAM = "via3"
_PARTS = ("metadata", "file", "view", "attribute")
_VIDEO = 4
_NO_VIEW = "What is said of a view that is not there."
_NO_FILM = "What is said of a file that is no film, or was left out."
_SKIP, _LOSS = Severity.SKIPPED, Severity.LOSS


@dataclass(slots=True)
class Region:
    """What is said at one place; `frame` and `after` as a range has them."""

    where: str
    shape: Shape
    frame: int | None
    values: dict[str, AttributeValue]
    of_key: dict[str, AttributeValue]
    label: str = ""
    track: str = ""
    is_outside: bool = False
    is_range: bool = False
    after: int | None = None
    kept: dict[str, Any] = field(default_factory=dict)


class ProjectReader:
    """Reads one project; serves once."""

    def __init__(self, file: Path, name: str, ctx: ImportContext) -> None:
        self._data = object_in(file, name, ctx.report)
        if not all(isinstance(self._data.get(part), dict) for part in _PARTS):
            message = "It is no project of VIA 3."
            raise FormatError(message, path=file)
        self._name = name
        self._ctx = ctx
        self._frames = FilmFrames(ctx)
        self._definitions = of.definitions_of(self._data["attribute"])
        config = mapping(self._data.get("config"))
        self._labels = of.labels_of(self._definitions, config)
        self._of_tracks = of.tracks_of(self._definitions)
        self._tracks: dict[tuple[int, str], list[Region]] = {}

    def read(self) -> Iterator[Annotation]:
        """Yield what is on its films."""
        kept = {k: v for k, v in self._data.items() if k not in _PARTS[:3]}
        self._ctx.entry(PROGRAM, clean(json.dumps(kept)))
        self._declare()
        items = self._items()
        total = len(self._data["metadata"])
        for done, (mid, raw) in enumerate(self._data["metadata"].items()):
            self._ctx.progress.step(done, total)
            where = f"{self._name}: {clean(mid)[:100]}"
            said = mapping(raw)
            vid = str(said.get("vid"))
            item = items.get(vid)
            if item is None:
                is_there = vid in items
                self._say(_NO_FILM if is_there else _NO_VIEW, where)
                continue
            region = self._region(item, clean(mid), said, where)
            if region is None:
                continue
            if region.track:
                key = (item.id, region.track)
                self._tracks.setdefault(key, []).append(region)
                continue
            yield from self._marked(item, region)
        of_id = {item.id: item for item in items.values() if item is not None}
        for (item_id, _), regions in self._tracks.items():
            yield from self._joined(of_id[item_id], regions)

    def _say(self, reason: str, where: str, how: Severity = _SKIP) -> None:
        self._ctx.report.add(Problem(reason, how, where=where))

    def _declare(self) -> None:
        """The classes and choices that the project offers."""
        labels = list(self._labels.values())
        for one in self._definitions.values():
            choices = [text for text in one.options.values() if text.strip()]
            if one in labels:
                for text in choices:
                    self._ctx.label(text)
            elif choices and one.type != of.TEXT and not one.own:
                kind = ValueType.MULTI if one.is_many else ValueType.CHOICE
                choices = list(dict.fromkeys(choices))
                name = one.name
                self._ctx.attribute(Owner.ANNOTATION, name, kind, choices=choices)

    def _items(self) -> dict[str, Item | None]:
        """The film of each view; None for views of something else."""
        found: dict[str, Item | None] = {}
        for vid, raw in self._data["view"].items():
            where = f"{self._name}: view {clean(vid)[:100]}"
            files = [str(fid) for fid in listed(mapping(raw).get("fid_list"))]
            known = [mapping(self._data["file"].get(fid)) for fid in files]
            if not known or not known[0]:
                self._say("A view without a file.", where)
                continue
            if len(known) > 1:
                self._say("A view of several files; the first one counts.", where)
            if known[0].get("type") != _VIDEO:
                self._say("A file that is no film.", where, Severity.NOTE)
                found[vid] = None
                continue
            found[vid] = self._item(vid, known[0], where)
        return found

    def _item(self, vid: str, said: Mapping[str, Any], where: str) -> Item | None:
        path = _path_of(said)
        if not path:
            self._say("A file without a name.", where)
            return None
        folder = PurePosixPath(self._name).parent
        source = source_text(PROGRAM, {"vid": vid, "file": dict(said)})
        try:
            return self._ctx.item(str(folder / path), media=Media.VIDEO, source=source)
        except UserError as error:
            self._say(str(error), where)
        return None

    def _region(
        self, item: Item, mid: str, said: Mapping[str, Any], where: str
    ) -> Region | None:
        times, xy = listed(said.get("z")), listed(said.get("xy"))
        try:
            shape = shape_of(xy)
        except ValueError as error:
            self._say(str(error), where)
            return None
        region = Region(where, shape, None, {}, {})
        region.kept = {
            k: v for k, v in said.items() if k not in ("vid", "z", "xy", "av")
        }
        region.kept["mid"] = mid
        if region.kept.get("flg") == 0:
            del region.kept["flg"]
        if xy and list_of(shape) != xy:
            region.kept["xy"] = xy
        if len(times) > 2:
            self._say("A region of more than two times.", where)
            return None
        if len(times) == 1:
            region.frame = self._frames.frame(item, times[0], where)
            frames: list[int | None] = [region.frame]
        elif times:
            found = self._frames.range(item, times[0], times[1], where)
            if found is None:
                return None
            region.is_range = True
            region.frame, region.after = found
            frames = list(found)
        else:
            frames = []
        if times and region.frame is None:
            return None
        if times and times != [self._ctx.time_of(item, x or 0) for x in frames]:
            region.kept["z"], region.kept["at"] = times, frames
        self._read_values(region, mapping(said.get("av")), len(times), where)
        return region

    def _read_values(
        self, region: Region, given: Mapping[str, Any], times: int, where: str
    ) -> None:
        is_shape = not isinstance(region.shape, Whole)
        anchor = [
            of.REGION if is_shape else of.WHOLE,
            of.FRAME if is_shape else of.RANGE,
            of.RANGE,
        ][times]
        own = self._labels.get(anchor)
        ranked = [x for x in (own, *self._labels.values()) if x is not None]
        label = next((x for x in ranked if _word(x.text(given.get(x.id)))), None)
        left: dict[str, Any] = {}
        for key, raw in given.items():
            one = self._definitions.get(key)
            if one is None:
                left[key] = raw
            elif one is label:
                region.label = _word(one.text(raw))
            elif one in self._of_tracks[of.TRACK] and times == 1:
                region.track = _word(one.text(raw)) or region.track
            elif one in self._of_tracks[of.OUTSIDE] and times == 1:
                region.is_outside = _is_yes(one.text(raw))
            elif raw not in ("", None):
                self._read_value(region, one, raw, where)
        if left:
            region.kept["av"] = left
        if label is not None and label is not own:
            region.kept["label"] = label.id

    def _read_value(
        self, region: Region, one: of.Definition, raw: object, where: str
    ) -> None:
        value, good = attribute_value(one.text(raw))
        if not good:
            self._say("A value that is no text, number or list.", where, _LOSS)
            return
        values = region.of_key if one.own == of.OF_KEYFRAME else region.values
        values[one.name] = value

    def _marked(self, item: Item, region: Region) -> Iterator[Annotation]:
        geometry: Geometry = region.shape
        frame = region.frame
        if region.is_range and region.frame is not None:
            geometry = range_track(region.shape, region.frame, region.after)
            frame = None
        values = {**region.of_key, **region.values}
        source = source_text(PROGRAM, region.kept)
        yield from self._mark(item, region, geometry, frame, values, source)

    def _joined(self, item: Item, regions: Sequence[Region]) -> Iterator[Annotation]:
        """A track, with a keyframe where VIA has a region."""
        at: dict[int, Region] = {}
        for region in regions:
            frame = region.frame or 0
            if region.label != regions[0].label:
                reason = "A track of several labels has the first one now."
                self._say(reason, region.where, _LOSS)
            if frame in at:
                self._say("A second region of a track on a frame.", region.where)
            at.setdefault(frame, region)
        fixed = _fixed(list(at.values()))
        keys: list[Keyframe] = []
        for frame in sorted(at):
            region = at[frame]
            changing = {k: v for k, v in region.values.items() if k not in fixed}
            own = {**changing, **region.of_key}
            keys.append(Keyframe(frame, region.shape, region.is_outside, own))
        kept = {str(frame): region.kept for frame, region in sorted(at.items())}
        source = source_text(PROGRAM, {"track": regions[0].track, "keys": kept})
        first = regions[0]
        yield from self._mark(item, first, Track(tuple(keys)), None, fixed, source)

    def _mark(
        self,
        item: Item,
        region: Region,
        geometry: Geometry,
        frame: int | None,
        values: dict[str, AttributeValue],
        source: str | None,
    ) -> Iterator[Annotation]:
        mark = Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=geometry,
            label_id=self._ctx.label(region.label).id if region.label else None,
            attributes=values,
            frame=frame,
            source=source,
        )
        if checked(mark, region.where, self._ctx.report):
            yield mark


def _fixed(regions: Sequence[Region]) -> dict[str, AttributeValue]:
    """The key-values that are the same in all regions of a track."""
    first, *others = regions
    return {
        key: value
        for key, value in first.values.items()
        if all(key in x.values and repr(x.values[key]) == repr(value) for x in others)
    }


def _path_of(said: Mapping[str, Any]) -> str:
    """The path of a file: below the project, or only the name of a far one."""
    for key in ("fname", "src"):
        given = said.get(key)
        if isinstance(given, str) and given.strip():
            path = clean(given).replace("\\", "/")
            far = "://" in path or path.startswith(("/", "data:")) or path[1:2] == ":"
            is_in = not far and ".." not in path.split("/")
            name = path if is_in else path.rstrip("/").rpartition("/")[2]
            return "" if name in ("", ".", "..") else name
    return ""


def _word(value: object) -> str:
    if isinstance(value, bool) or not isinstance(value, str | int | float):
        return ""
    return str(value).strip() and str(value)


def _is_yes(value: object) -> bool:
    return value is True or str(value).strip().lower() in ("true", "yes", "1")
