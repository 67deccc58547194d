"""From grids to items, tiers and annotations."""

from __future__ import annotations

import json
import math
from collections import Counter
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from annolab.errors import FormatError, UserError
from annolab.formats.base import ImportContext, Problem, Severity
from annolab.formats.per_item import annotation_files
from annolab.formats.textgrid.frame_ranges import RangesIn
from annolab.formats.textgrid.grid import Grid, GridTier, lost_in_praat
from annolab.formats.textgrid.keyvalues import folded
from annolab.formats.textgrid.reader import read_collection
from annolab.formats.values import clean
from annolab.model.annotation import Annotation
from annolab.model.geometry import Attributes, Instant, Interval
from annolab.model.item import Item
from annolab.model.schema import TierKind

SUFFIXES = (".textgrid", ".collection")
_MOST = 1 << 30  # bytes of a file; a tier of ten million intervals
KEPT = "Marks that begin at one time: Praat drops all but the first, AnnoLab keeps all."


def read_files(path: Path, ctx: ImportContext) -> Iterator[Annotation]:
    """Yield what a file or the files of a folder hold."""
    ranges = RangesIn.of(ctx)
    for place, name in annotation_files(path, SUFFIXES, ctx.report):
        try:
            grids = read_collection(_bytes_of(place))
        except FormatError as error:
            if not path.is_dir():
                message = error.message
                raise FormatError(message, path=place, line=error.line) from error
            where = name if error.line is None else f"{name}, line {error.line}"
            ctx.report.add(Problem(error.message, where=where))
            continue
        for grid_name, grid in grids:
            yield from _tried(_named(name, grid_name), grid, ctx, ranges)


def _bytes_of(path: Path) -> bytes:
    try:
        if path.stat().st_size > _MOST:
            message = "The file is larger than 1 GiB."
            raise FormatError(message)
        return path.read_bytes()
    except OSError as error:
        message = f"It cannot be read: {error.strerror}."
        raise FormatError(message) from error


def _named(file: str, grid: str) -> str:
    """The path by which the sound is looked for: Collections name their grids."""
    if not grid:
        return file
    word = clean(grid).replace("/", "_").replace("\\", "_").strip(".") or "_"
    return str(PurePosixPath(file).with_name(f"{word}.TextGrid"))


def _tried(
    name: str, grid: Grid, ctx: ImportContext, ranges: RangesIn
) -> Iterator[Annotation]:
    length = grid.xmax if math.isfinite(grid.xmax) and grid.xmax > 0 else None
    try:
        item = ctx.companion(name, length=length, source=_source(grid))
    except UserError as error:
        ctx.report.add(Problem(str(error), where=name))
        return
    yield from _annotations(item, grid, name, ctx, ranges)


def _source(grid: Grid) -> str:
    """What a way back needs besides the marks: the domains."""
    tiers = [
        [clean(tier.name), int(tier.points), _json(tier.xmin), _json(tier.xmax)]
        for tier in grid.tiers
    ]
    domain = [_json(grid.xmin), _json(grid.xmax)]
    return json.dumps({"textgrid": {"domain": domain, "tiers": tiers}})


def _json(value: float) -> float | None:
    return value if math.isfinite(value) else None


def _annotations(
    item: Item, grid: Grid, name: str, ctx: ImportContext, ranges: RangesIn
) -> Iterator[Annotation]:
    folding = ctx.options.get("keyvalues") == "tiers"
    seen: Counter[tuple[str, bool]] = Counter()
    tier_ids: list[int] = []
    for tier, values in folded(grid) if folding else ((t, {}) for t in grid.tiers):
        if ranges.takes(item, tier):
            yield from ranges.marks(item, tier, values)
            continue
        key = (clean(tier.name), tier.points)
        kind = TierKind.POINT if tier.points else TierKind.INTERVAL
        made = ctx.tier(key[0], kind, number=seen[key])
        seen[key] += 1
        tier_ids.append(made.id)
        for _ in range(lost_in_praat(tier)):
            ctx.report.add(Problem(KEPT, Severity.NOTE, name, item.path))
        yield from _marks(item, tier, made.id, values, ctx)
    ctx.set_tiers(item, tier_ids)


def _marks(
    item: Item,
    tier: GridTier,
    tier_id: int,
    values: dict[int, Attributes],
    ctx: ImportContext,
) -> Iterator[Annotation]:
    for place, (start, stop, text) in enumerate(tier.marks):
        if not (math.isfinite(start) and math.isfinite(stop)):
            reason = "An interval or point whose time is undefined."
            ctx.report.add(Problem(reason, item=item.path))
            continue
        yield Annotation(
            id=ctx.new_id(),
            item_id=item.id,
            annotator_id=ctx.annotator_id,
            geometry=Instant(start) if tier.points else Interval(start, stop),
            tier_id=tier_id,
            text=clean(text) or None,
            attributes=values.get(place, {}),
        )
