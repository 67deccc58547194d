"""Read an export of VoTT: the frames that were looked at, each with its regions."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePosixPath
from typing import Any

from annolab.errors import FormatError, UserError
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.film_times import FilmFrames
from annolab.formats.frame_rows import thinned, track_of
from annolab.formats.json_object import listed, mapping, object_in
from annolab.formats.json_rows import source_text
from annolab.formats.lines import checked, number_in
from annolab.formats.values import clean
from annolab.formats.vott.regions import region_of, shape_of
from annolab.model.annotation import Annotation
from annolab.model.geometry import NO_ATTRIBUTES, Attributes, Shape
from annolab.model.item import Item, Media

PROGRAM = "vott"
VIDEO, FRAME = 2, 3
TAGS = "tags"  # the key-value with the tags of a region after the first
TRACK = "track-"  # then a number: the id of a region that is in several frames
_COLOR = re.compile(r"#[0-9a-fA-F]{6}")


@dataclass(slots=True)
class FilmTracks:
    """What is known of films over all files; regions of one id are one track."""

    ctx: ImportContext
    frames: FilmFrames = field(init=False)
    _rows: dict[tuple[int, str], dict[int, Annotation]] = field(default_factory=dict)
    _items: dict[int, Item] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.frames = FilmFrames(self.ctx)

    def add(self, item: Item, name: str, mark: Annotation) -> str:
        """Take a region of a track; a sentence when it cannot be taken."""
        rows = self._rows.setdefault((item.id, name), {})
        self._items[item.id] = item
        if mark.frame in rows:
            return "A second region of a track on a frame."
        rows[mark.frame or 0] = mark
        return ""

    def marks(self) -> Iterator[Annotation]:
        """The tracks, seen where there is a region."""
        for (item_id, name), rows in self._rows.items():
            item = self._items[item_id]
            first = rows[min(rows)]
            if len({mark.label_id for mark in rows.values()}) > 1:
                reason = "A track of several labels has the first one now."
                problem = Problem(reason, Severity.LOSS, name, item.path)
                self.ctx.report.add(problem)
            shapes: dict[int, tuple[Shape, Attributes]] = {}
            for frame, mark in rows.items():
                if isinstance(mark.geometry, Shape):
                    shapes[frame] = mark.geometry, mark.attributes
            track = thinned(track_of(shapes, self.frames.count(item)))
            source = source_text(PROGRAM, {"track": name})
            plain = replace(first, attributes=NO_ATTRIBUTES, frame=None, source=source)
            yield replace(plain, geometry=track)


class ExportReader:
    """Reads one file; serves once."""

    def __init__(self, file: Path, name: str, ctx: ImportContext) -> None:
        data = object_in(file, name, ctx.report)
        if isinstance(data.get("assets"), dict):
            self._assets = list(data["assets"].items())
            self._rest = {k: v for k, v in data.items() if k != "assets"}
        elif isinstance(data.get("asset"), dict):
            self._assets = [(name, data)]
            self._rest = {}
        else:
            message = "It is no export of VoTT."
            raise FormatError(message, path=file)
        self._name = name
        self._ctx = ctx
        self._films: dict[str, Item | None] = {}

    def read(self, tracks: FilmTracks) -> Iterator[Annotation]:
        """Yield the regions that are of no track; those that are go to `tracks`."""
        if self._rest:
            self._ctx.entry(PROGRAM, clean(json.dumps(self._rest)))
        for tag in listed(self._rest.get(TAGS)):
            said = mapping(tag)
            name, color = said.get("name"), said.get("color")
            if isinstance(name, str) and name.strip():
                known = isinstance(color, str) and _COLOR.fullmatch(color)
                self._ctx.label(
                    clean(name), color=str(color).lower() if known else None
                )
        for done, (key, raw) in enumerate(self._assets):
            self._ctx.progress.step(done, len(self._assets))
            entry = mapping(raw)
            asset = mapping(entry.get("asset")) or entry
            where = f"{self._name}: {clean(str(asset.get('name') or key))[:100]}"
            yield from self._asset(asset, entry, where, tracks)

    def _say(self, reason: str, where: str, how: Severity = Severity.SKIPPED) -> None:
        self._ctx.report.add(Problem(reason, how, where=where))

    def _asset(
        self,
        asset: Mapping[str, Any],
        entry: Mapping[str, Any],
        where: str,
        tracks: FilmTracks,
    ) -> Iterator[Annotation]:
        regions = listed(entry.get("regions"))
        kind = asset.get("type")
        film = mapping(asset.get("parent")) if kind == FRAME else asset
        if kind not in (VIDEO, FRAME) or not film:
            self._say("An asset that is no film, and no frame of one.", where)
            return
        item = self._film(film, where)
        if item is None:
            self._ctx.report.skipped += max(len(regions) - 1, 0)
        elif kind == FRAME and regions:
            yield from self._frame(item, asset, regions, where, tracks)
        elif kind == FRAME:
            self._say("A frame without regions is not kept.", where, Severity.LOSS)
        elif regions:
            self._say("A region on a film and no frame of it.", where)

    def _frame(
        self,
        item: Item,
        asset: Mapping[str, Any],
        regions: Sequence[Any],
        where: str,
        tracks: FilmTracks,
    ) -> Iterator[Annotation]:
        frame = tracks.frames.frame(item, _seconds(asset), where)
        if frame is None:
            self._ctx.report.skipped += len(regions) - 1
            return
        kept = {k: v for k, v in asset.items() if k not in ("parent", "size")}
        for region in regions:
            mark = self._mark(item, mapping(region), where)
            if mark is None:
                continue
            mark = replace(mark, frame=frame)
            name = str(mapping(region).get("id"))
            if not name.startswith(TRACK):
                said = {"region": mark.source, "asset": kept, "frame": frame}
                yield replace(mark, source=_with_region(said))
                continue
            problem = tracks.add(item, clean(name), mark)
            if problem:
                self._say(problem, where)

    def _film(self, asset: Mapping[str, Any], where: str) -> Item | None:
        path = _path_of(asset)
        if path in self._films:
            return self._films[path]
        self._films[path] = None
        if not path:
            self._say("A film without a name.", where)
            return None
        folder = PurePosixPath(self._name).parent
        source = source_text(PROGRAM, {"asset": dict(asset)})
        size = mapping(asset.get("size"))
        try:
            self._films[path] = self._ctx.item(
                str(folder / path),
                media=Media.VIDEO,
                width=_pixels(size.get("width")),
                height=_pixels(size.get("height")),
                source=source,
            )
        except UserError as error:
            self._say(str(error), where)
        return self._films[path]

    def _mark(
        self, item: Item, region: Mapping[str, Any], where: str
    ) -> Annotation | None:
        try:
            shape = shape_of(region)
        except ValueError as error:
            self._say(str(error), where)
            return None
        tags = listed(region.get(TAGS))
        names = [clean(x) for x in tags if isinstance(x, str) and x.strip()]
        if len(names) < len(tags):
            self._say("A tag that is no text.", where, Severity.LOSS)
        kept = {k: v for k, v in region.items() if k != TAGS}
        if {k: v for k, v in kept.items() if k != "id"} == region_of(shape):
            kept = {"id": region["id"]} if "id" in region else {}
        mark = Annotation(
            id=self._ctx.new_id(),
            item_id=item.id,
            annotator_id=self._ctx.annotator_id,
            geometry=shape,
            label_id=self._ctx.label(names[0]).id if names else None,
            attributes={TAGS: tuple(names[1:])} if names[1:] else NO_ATTRIBUTES,
            source=json.dumps(kept),
        )
        return checked(mark, where, self._ctx.report)


def _with_region(said: dict[str, Any]) -> str | None:
    return source_text(PROGRAM, said | {"region": json.loads(said["region"] or "{}")})


def _seconds(asset: Mapping[str, Any]) -> object:
    """The time of a frame: it is said, and stands behind its name."""
    if "timestamp" in asset:
        return asset["timestamp"]
    names: Sequence[object] = (asset.get("name"), asset.get("path"))
    for name in names:
        if isinstance(name, str) and "#t=" in name:
            return number_in(name.rpartition("#t=")[2])
    return None


def _path_of(asset: Mapping[str, Any]) -> str:
    """The path of a film: below the file, or only the name of a far one."""
    path = asset.get("path")
    if isinstance(path, str) and path.startswith("file:"):
        inner = clean(path.removeprefix("file:")).replace("\\", "/")
        parts = inner.split("/")
        if parts[0] and ":" not in parts[0] and not {"", ".", ".."} & set(parts):
            return inner
    for given in (asset.get("name"), path):
        if isinstance(given, str):
            name = clean(given).replace("\\", "/").rpartition("/")[2]
            if name not in ("", ".", ".."):
                return name
    return ""


def _pixels(value: object) -> int | None:
    is_good = isinstance(value, int) and not isinstance(value, bool)
    return value if is_good and 0 < value < 1 << 31 else None  # type: ignore[operator, return-value]
