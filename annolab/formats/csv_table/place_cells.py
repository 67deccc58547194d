"""The cells that say where a mark is."""

from __future__ import annotations

from annolab.formats.cells import number_text
from annolab.formats.geometry_text import text_of
from annolab.model.geometry import Box, Geometry, Instant, Interval, TimeBox, Whole

Row = dict[str, str]


def place_row(geometry: Geometry, *, with_text: bool = True) -> Row:
    """The columns of a geometry; `with_text` False: its long text is left empty."""
    match geometry:
        case Box(x, y, w, h):
            cells = map(number_text, (x, y, w, h))
            return dict(zip(("x", "y", "w", "h"), cells, strict=True))
        case Interval(start, stop):
            return {"start": number_text(start), "stop": number_text(stop)}
        case Instant(time):
            return {"start": number_text(time)}
        case TimeBox(start, stop, low, high):
            return {
                "start": number_text(start),
                "stop": number_text(stop),
                "geometry": f"{number_text(low)} {number_text(high)}",
            }
        case Whole():
            return {}
        case _:
            return {"geometry": text_of(geometry) if with_text else ""}
