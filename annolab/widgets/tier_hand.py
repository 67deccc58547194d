"""The mouse on tiers: what is under it, and a boundary on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from annolab import tier_edits
from annolab.errors import UserError
from annolab.model.edit import Edit
from annolab.model.tier_line import TierLine
from annolab.widgets.tier_rows import Row
from annolab.widgets.time_view import TimeView

GRAB = 6.0  # pixels around a boundary: easy to hit
SLACK = 3.0  # pixels the hand may shake before a press becomes a drag


@dataclass(frozen=True, slots=True)
class Drag:
    """A boundary or point at `time` that shall be at `to`.

    `lines`: those whose marks at exactly `time` go along; `stretches`: everything
    in the selection is scaled instead; `snapped`: `to` is a time of another tier.
    """

    time: float
    to: float
    lines: tuple[TierLine, ...]
    from_x: float
    moves: bool = False
    stretches: bool = False
    snapped: bool = False


def boundary_near(row: Row, view: TimeView, x: float) -> float | None:
    """The boundary or point of a row that can be grabbed at a pixel."""
    if not len(row.line):
        return None
    near = row.line.nearest(view.start + (x - view.left) * view.seconds_per_pixel)
    if near is None or abs(view.x_of(near) - x) > GRAB:
        return None
    left, right = row.line.beside(near)
    is_point = left is not None and left is right
    movable = is_point or (left is not None and right is not None)
    return near if movable else None


def dragged(
    drag: Drag, x: float, view: TimeView, others: Sequence[TierLine], *, free: bool
) -> Drag:
    """The drag with the pointer at `x`: limited by neighbours, snapped to others.

    `free`: nothing attracts it (Ctrl is held).
    """
    if not drag.moves and abs(x - drag.from_x) < SLACK:
        return drag
    time = view.time_at(x)
    snapped = False
    if not free:
        wanted = [view.low, view.high]
        wanted += [n for line in others if (n := line.nearest(time)) is not None]
        near = min(wanted, key=lambda t: abs(t - time))
        if abs(view.x_of(near) - x) <= GRAB and near != drag.time:
            time, snapped = near, True
    if not drag.stretches:
        low, high = tier_edits.limits(drag.lines, drag.time)
        if not low < time < high:
            snapped = False
            edge = view.seconds_per_pixel
            # As near to the neighbour as a pixel, never on it.
            time = min(max(time, low + edge), high - edge)
            if not low < time < high:
                time = drag.time
    return replace(drag, to=time, moves=True, snapped=snapped)


def edit_of(drag: Drag, view: TimeView) -> Edit | None:
    """What a finished drag asks for; None when nothing has moved. UserError."""
    if not drag.moves or drag.to == drag.time:
        return None
    if drag.stretches:
        if not view.low < drag.time < view.high:
            message = "Select the stretch that is to be scaled first."
            raise UserError(message)
        span = (view.low, view.high)
        return tier_edits.stretch(drag.lines, span, drag.time, drag.to)
    return tier_edits.move_boundary(drag.lines, drag.time, drag.to)
