"""The mouse on tiers: what is under it, and a boundary on its way."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from PySide6.QtCore import QPointF, QRectF

from annolab import tier_edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Instant, Interval
from annolab.model.schema import Tier, TierKind
from annolab.model.tier_line import TierLine
from annolab.model.tier_room import Room, movable
from annolab.model.tier_shift import ends_of, shifted
from annolab.widgets.sound_paint import time_text
from annolab.widgets.tier_paint import LANE, region_rect
from annolab.widgets.tier_rows import Row
from annolab.widgets.time_view import TimeView

GRAB = 6.0  # pixels around a boundary: easy to hit
REGION_GRAB = 5.0  # pixels around the end of a region
SLACK = 3.0  # pixels the hand may shake before a press becomes a drag


@dataclass(frozen=True, slots=True)
class Drag:
    """A boundary or point at `time` that shall be at `to`.

    `lines`: those whose marks at exactly `time` go along; `stretches`: everything
    in the selection is scaled instead; `snapped`: `to` is a time of another tier
    or one of the `targets`, where cursor and selection were before the press.
    """

    time: float
    to: float
    lines: tuple[TierLine, ...]
    from_x: float
    moves: bool = False
    stretches: bool = False
    snapped: bool = False
    targets: tuple[float, ...] = ()


def boundary_near(row: Row, view: TimeView, x: float) -> float | None:
    """The boundary or point of a row that can be grabbed at a pixel."""
    time = view.start + (x - view.left) * view.seconds_per_pixel
    points = row.tier is not None and row.tier.kind is TierKind.POINT
    # The ends of a tier at those of the sound stay; so they hide no boundary.
    near = row.line.nearest(time, within=None if points else (0.0, view.length))
    if near is None or abs(view.x_of(near) - x) > GRAB:
        return None
    return near


def grabbed(
    row: Row,
    tiers: Sequence[tuple[Tier, TierLine]],
    view: TimeView,
    at: tuple[float, float],
    *,
    everywhere: bool,
    stretches: bool,
) -> Drag:
    """A press on the boundary of a row; `at`: its time, and the pixel.

    `everywhere`: what is at the same time on other tiers goes along.
    """
    time, x = at
    lines = [row.line]
    if stretches:
        lines = [line for _, line in tiers]
    elif everywhere:
        others = [line for _, line in tiers if line is not row.line]
        lines += [line for line in others if movable(line, time, own=False)]
    targets = (view.low, view.high)
    return Drag(time, time, tuple(lines), x, stretches=stretches, targets=targets)


def dragged(
    drag: Drag, x: float, view: TimeView, others: Sequence[TierLine], *, free: bool
) -> Drag:
    """The drag with the pointer at `x`: limited by neighbours, snapped to others.

    `free`: nothing attracts it (Ctrl is held). UserError when a mark is locked, or
    when there is nothing to stretch.
    """
    if not drag.moves and abs(x - drag.from_x) < SLACK:
        return drag
    if not drag.moves:
        _check(drag, view)
    time = view.time_at(x)
    snapped = False
    if not free:
        wanted = [*drag.targets, *_closing(drag, view)]
        wanted += [n for line in others if (n := line.nearest(time)) is not None]
        near = min(wanted, key=lambda t: abs(t - time), default=drag.time)
        if abs(view.x_of(near) - x) <= GRAB and near != drag.time:
            time, snapped = near, True
    room = Room(view.low, view.high)
    if not drag.stretches:
        room = tier_edits.room(drag.lines, drag.time, view.length)
    if not room.holds(time):
        snapped = False
        # As near to the neighbour as a pixel, never on it; a gap may be closed.
        near_it = room.nearest(time, view.seconds_per_pixel)
        time = drag.time if near_it is None else near_it
    return replace(drag, to=time, moves=True, snapped=snapped)


def _closing(drag: Drag, view: TimeView) -> list[float]:
    """The times at which a gap beside the dragged edge would be closed."""
    if drag.stretches:
        return []
    room = tier_edits.room(drag.lines, drag.time, view.length)
    ends = ((room.low, room.low_taken), (room.high, room.high_taken))
    return [time for time, taken in ends if not taken]


def _check(drag: Drag, view: TimeView) -> None:
    if drag.stretches:
        if not view.low < drag.time < view.high:
            message = "Select the stretch that is to be scaled first."
            raise UserError(message)
        return
    for line in drag.lines:
        own = line is drag.lines[0]
        tier_edits.spare_locked(movable(line, drag.time, own=own))


def edit_of(drag: Drag, view: TimeView) -> Edit | None:
    """What a finished drag asks for; None when nothing has moved. UserError."""
    if not drag.moves or drag.to == drag.time:
        return None
    if drag.stretches:
        span = (view.low, view.high)
        return tier_edits.stretch(drag.lines, span, drag.time, drag.to)
    return tier_edits.move_boundary(drag.lines, drag.time, drag.to, length=view.length)


def told(drag: Drag, step: float) -> str:
    """The time, and how long the intervals beside it will be."""
    parts = [f"t {time_text(drag.to, step)}"]
    if len(drag.lines) == 1:
        left, right = drag.lines[0].beside(drag.time)
        for mark in (left, right):
            if mark is not None and isinstance(mark.geometry, Interval):
                other = mark.geometry.start if mark is left else mark.geometry.stop
                parts.append(time_text(abs(drag.to - other), 1e-4))
    return "   ".join(parts)


@dataclass(frozen=True, slots=True)
class RegionDrag:
    """A free region that is dragged: its `start`, its `stop`, or `all` of it."""

    mark: Annotation
    after: Annotation
    part: str
    grabbed: float  # the time that was pressed
    from_x: float
    targets: tuple[float, ...] = ()
    moves: bool = False


def region_dragged(
    drag: RegionDrag,
    x: float,
    view: TimeView,
    others: Sequence[TierLine],
    *,
    free: bool,
) -> RegionDrag:
    """The drag with the pointer at `x`, snapped to times of tiers.

    `free`: nothing attracts it (Ctrl is held). UserError when it is locked.
    """
    if not drag.moves and abs(x - drag.from_x) < SLACK:
        return drag
    tier_edits.spare_locked([drag.mark])
    by = view.time_at(x) - drag.grabbed
    if not free:
        ends = ends_of(drag.mark, drag.part)
        by = _attracted(ends, by, drag.targets, others, view)
    after = shifted(drag.mark, drag.part, by, view.length)
    return replace(drag, after=after, moves=True)


def _attracted(
    ends: Sequence[float],
    by: float,
    targets: Sequence[float],
    others: Sequence[TierLine],
    view: TimeView,
) -> float:
    """The shift with which one of the ends meets a time near it, or `by`."""
    found = [(abs(t - end - by), t - end) for end in ends for t in targets]
    for end in ends:
        for line in others:
            near = line.nearest(end + by)
            if near is not None:
                found.append((abs(near - end - by), near - end))
    away, best = min(found, default=(0.0, by))
    return best if away <= GRAB * view.seconds_per_pixel else by


def region_at(
    row: Row, place: QRectF, view: TimeView, at: QPointF, hidden: frozenset[int]
) -> tuple[Annotation, str] | None:
    """The free region at a pixel, and which part of it a drag would move."""
    reach = REGION_GRAB * view.seconds_per_pixel
    time = view.start + (at.x() - view.left) * view.seconds_per_pixel
    lane = int((at.y() - place.top() - 2) // LANE)
    for n in reversed(row.line.seen(time - reach, time + reach)):
        if row.lane_at[n] != lane:
            continue
        mark = row.line.marks[n]
        box = region_rect(mark, place, view, lane)
        if mark.id in hidden or not box.adjusted(
            -REGION_GRAB, 0, REGION_GRAB, 0
        ).contains(at):
            continue
        if isinstance(mark.geometry, Instant):
            return mark, "all"
        # A third of a narrow region is left to move it by.
        near = min(REGION_GRAB, box.width() / 3)
        if at.x() <= box.left() + near:
            return mark, "start"
        return mark, "stop" if at.x() >= box.right() - near else "all"
    return None
