"""What a row says of the text that a span covers, and in what its numbers count."""

from __future__ import annotations

from annolab.formats.cells import cell_text, text_cell
from annolab.model.geometry import Span
from annolab.model.offsets import UNITS, Offsets

COVERED = "span_text"
UNIT = "span_unit"
BETWEEN = " "  # pieces of a discontinuous span
DIFFERS = "A span covers another text than its row says."
NO_UNIT = "A unit of spans that is none; it is taken to be codepoint."


def cells_of(span: Span, text: str | None) -> dict[str, str]:
    """The cells of a span; the covered text only where there is a text."""
    cells = {UNIT: UNITS[0]}
    if text is not None and span.pieces[-1][1] <= len(text):
        cells[COVERED] = text_cell(_covered(span, text))
    return cells


def span_in(
    span: Span, unit: str, covered: str, text: Offsets | None
) -> tuple[Span, str]:
    """The span in code points, and a sentence if it is not as the row says.

    `covered`: the cell with the text, "" if it says nothing. Other units than code
    points need the text.
    """
    unit = unit.strip().lower() or UNITS[0]
    if unit not in UNITS:
        return span, NO_UNIT
    if unit != UNITS[0]:
        if text is None:
            return span, "A span in another unit than code points needs its text."
        pieces = [(text.of(unit, a), text.of(unit, b)) for a, b in span.pieces]
        span = Span(tuple(pieces))
    said = cell_text(covered)
    if text is None or said is None or said == _covered(span, text.text):
        return span, ""
    return span, DIFFERS


def _covered(span: Span, text: str) -> str:
    return BETWEEN.join(text[start:stop] for start, stop in span.pieces)
