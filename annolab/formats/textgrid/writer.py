"""Write a TextGrid as Praat writes it, in UTF-8 with LF."""

from __future__ import annotations

import math
from collections.abc import Iterator

from annolab.formats.textgrid.grid import Grid, GridTier

_HEAD = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n'


def write_grid(grid: Grid, layout: str = "long") -> bytes:
    """The bytes of a grid; `layout` is "long" or "short"."""
    lines = _short(grid) if layout == "short" else _long(grid)
    return "".join((_HEAD, *lines)).encode("utf-8")


def number_text(value: float) -> str:
    """The shortest of 15, 16 and 17 digits that reads back equal, as in Praat."""
    if math.isnan(value):
        return "--undefined--"
    for layout in ("%.15g", "%.16g"):
        text = layout % value
        if float(text) == value:
            return text
    return "%.17g" % value  # noqa: UP031  the rule of Praat's C code


def quoted(text: str) -> str:
    """A text in quotes, those inside doubled."""
    return '"' + text.replace('"', '""') + '"'


def _sort(tier: GridTier) -> str:
    return "TextTier" if tier.points else "IntervalTier"


def _long(grid: Grid) -> Iterator[str]:
    yield f"xmin = {number_text(grid.xmin)} \nxmax = {number_text(grid.xmax)} \n"
    yield f"tiers? <exists> \nsize = {len(grid.tiers)} \nitem []: \n"
    for number, tier in enumerate(grid.tiers, 1):
        what = "points" if tier.points else "intervals"
        yield (
            f"    item [{number}]:\n"
            f'        class = "{_sort(tier)}" \n'
            f"        name = {quoted(tier.name)} \n"
            f"        xmin = {number_text(tier.xmin)} \n"
            f"        xmax = {number_text(tier.xmax)} \n"
            f"        {what}: size = {len(tier.marks)} \n"
        )
        yield from _long_points(tier) if tier.points else _long_intervals(tier)


def _long_points(tier: GridTier) -> Iterator[str]:
    for place, (time, _, text) in enumerate(tier.marks, 1):
        yield (
            f"        points [{place}]:\n"
            f"            number = {number_text(time)} \n"
            f"            mark = {quoted(text)} \n"
        )


def _long_intervals(tier: GridTier) -> Iterator[str]:
    last, last_text = 0.0, "0"
    for place, (start, stop, text) in enumerate(tier.marks, 1):
        begin = last_text if start and start == last else number_text(start)
        last, last_text = stop, number_text(stop)
        yield (
            f"        intervals [{place}]:\n"
            f"            xmin = {begin} \n"
            f"            xmax = {last_text} \n"
            f"            text = {quoted(text)} \n"
        )


def _short(grid: Grid) -> Iterator[str]:
    yield f"{number_text(grid.xmin)}\n{number_text(grid.xmax)}\n"
    yield f"<exists>\n{len(grid.tiers)}\n"
    for tier in grid.tiers:
        yield f'"{_sort(tier)}"\n{quoted(tier.name)}\n'
        yield f"{number_text(tier.xmin)}\n{number_text(tier.xmax)}\n"
        yield f"{len(tier.marks)}\n"
        for start, stop, text in tier.marks:
            end = "" if tier.points else f"{number_text(stop)}\n"
            yield f"{number_text(start)}\n{end}{quoted(text)}\n"
