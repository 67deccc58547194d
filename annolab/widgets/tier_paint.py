"""How tiers are painted: names, boundaries, texts, at any number of intervals."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QLineF, QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen

from annolab.model.annotation import Annotation
from annolab.model.geometry import Interval
from annolab.model.schema import TierKind
from annolab.widgets.theme import Theme
from annolab.widgets.tier_names import RIGHT, paint_name
from annolab.widgets.tier_rows import Row

if TYPE_CHECKING:
    from annolab.model.geometry import FloatArray
    from annolab.model.schema import Schema
    from annolab.model.tier_line import IdArray, TierLine
    from annolab.widgets.time_view import TimeView

LEAST_TEXT = 10.0  # pixels of an interval whose text is written
PAD = 4.0
LANE = 22.0
INSTANT_TEXT = 80.0  # pixels for the label of a free region without a length
MOST = 3000  # marks on one another whose texts are written
MOST_CROWDED = 50  # selected points whose texts are written where there is no room
CIRCLE = 5.0


@dataclass(frozen=True, slots=True)
class Look:
    """What painting needs to know beside the marks."""

    view: TimeView
    theme: Theme
    schema: Schema
    selection: frozenset[int]
    caret: int | None  # in the text of the mark `typed`
    typed: int | None
    hidden: frozenset[int]
    composing: str = ""  # at the caret, by an input method
    margin: float = 8.0  # pixels left of the names


def paint_row(
    painter: QPainter, row: Row, place: QRectF, look: Look, *, current: bool
) -> None:
    """One tier: its name at the left, its marks in time."""
    theme = look.theme
    painter.fillRect(place, theme.color("raised" if current else "panel"))
    column = place.adjusted(look.margin, 0, 0, 0)
    column.setRight(place.left() + look.view.left - RIGHT)
    paint_name(painter, row, column, theme, current=current)
    body = place.adjusted(look.view.left, 0, 0, 0)
    painter.save()
    painter.setClipRect(body)
    if look.view.span <= 0:
        pass  # the length of the sound is not known yet
    elif row.tier is not None and row.tier.kind is TierKind.POINT:
        _paint_points(painter, row, body, look)
    else:
        _paint_intervals(painter, row, body, look)
    painter.restore()
    _paint_end(painter, place, theme)


def _paint_end(painter: QPainter, place: QRectF, theme: Theme) -> None:
    """The line under a row, inside of it: the next one is painted over what is not."""
    painter.setPen(QPen(theme.color("line"), 1))
    y = place.bottom() - 0.5
    painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))


def _color_of(mark: Annotation, look: Look) -> QColor | None:
    return _color(mark.label_id, look)


def _color(label_id: int | None, look: Look) -> QColor | None:
    label = look.schema.label(label_id)
    return None if label is None else QColor(label.color)


def _first_in(cells: IdArray, size: int) -> list[int]:
    """The first place in each cell: no more is seen than there are pixels."""
    first = np.full(size, -1, np.int64)
    first[cells[::-1]] = np.arange(len(cells) - 1, -1, -1)
    kept: list[int] = np.sort(first[first >= 0]).tolist()
    return kept


def _columns(xs: FloatArray, view: TimeView) -> IdArray:
    """The columns of pixels; what is outside of the window is at its edges."""
    return np.clip(np.round(xs), 0, view.width + 1).astype(np.int64)


def _pixels(times: FloatArray, view: TimeView) -> FloatArray:
    return view.left + (times - view.start) / view.seconds_per_pixel


def _chosen(line: TierLine, seen: range, xs: FloatArray, look: Look) -> list[int]:
    """Which of the seen marks are selected, at most one a pixel."""
    ids = line.ids[seen.start : seen.stop]
    found = np.flatnonzero(np.isin(ids, list(look.selection)))
    thin = _first_in(_columns(xs[found], look.view), look.view.width + 2)
    places: list[int] = found[thin].tolist()
    return places


def _paint_intervals(painter: QPainter, row: Row, body: QRectF, look: Look) -> None:
    view, line = look.view, row.line
    seen = line.seen(view.start, view.stop)
    lefts = _pixels(line.starts[seen.start : seen.stop], view)
    rights = _pixels(line.stops[seen.start : seen.stop], view)
    wide = np.flatnonzero(rights - lefts >= LEAST_TEXT)[:MOST].tolist()
    for n in sorted({*wide, *_chosen(line, seen, lefts, look)}):
        mark = line.marks[seen[n]]
        left, right = max(lefts[n], view.left), min(rights[n], body.right())
        box = QRectF(left, body.top(), max(right - left, 0.0), body.height())
        _paint_ground(painter, mark, box, look)
        _paint_text(painter, mark, box, look)
    # One line a pixel at most, however many boundaries there are.
    edges = np.zeros(view.width + 2, np.bool_)
    for xs in (lefts, rights):
        inside = (xs >= view.left - 1) & (xs <= view.width + 1)
        edges[_columns(xs[inside], view)] = True
    painter.setPen(QPen(look.theme.color("accent"), 1))
    top, bottom = body.top(), body.bottom()
    columns = np.flatnonzero(edges).tolist()
    painter.drawLines([QLineF(x + 0.5, top, x + 0.5, bottom) for x in columns])


def _paint_ground(painter: QPainter, mark: Annotation, box: QRectF, look: Look) -> None:
    color = _color_of(mark, look)
    if color is not None:
        color.setAlphaF(0.22)
        painter.fillRect(box, color)
    if mark.id in look.selection:
        tone = look.theme.color("accent")
        tone.setAlphaF(0.3)
        painter.fillRect(box, tone)


def _paint_text(painter: QPainter, mark: Annotation, box: QRectF, look: Look) -> None:
    label = look.schema.label(mark.label_id)
    text = mark.text or (label.name if label is not None else "")
    caret = look.caret if mark.id == look.typed else None
    typed = caret is not None
    if caret is not None:
        own = mark.text or ""
        caret = min(caret, len(own))
        text = own[:caret] + look.composing + own[caret:] or text
        caret += len(look.composing)
    if not text and not typed:
        return
    metrics = painter.fontMetrics()
    room = box.adjusted(PAD, 0, -PAD, 0)
    painter.setPen(look.theme.color("text" if mark.text else "dim"))
    shown = " ".join(text.splitlines())
    width = metrics.horizontalAdvance(shown)
    if width > room.width() and not typed:
        shown = metrics.elidedText(
            shown, Qt.TextElideMode.ElideRight, max(int(room.width()), 0)
        )
        shown = shown or "\u2026"  # else it would look as if there was no text
        width = metrics.horizontalAdvance(shown)
    left = room.center().x() - width / 2
    if typed and width > room.width():
        at = metrics.horizontalAdvance(shown[:caret])
        left = min(room.left(), room.right() - at)
    painter.save()
    painter.setClipRect(box, Qt.ClipOperation.IntersectClip)
    baseline = box.center().y() + (metrics.ascent() - metrics.descent()) / 2
    painter.drawText(QPointF(left, baseline), shown)
    if typed:
        x = left + metrics.horizontalAdvance(shown[:caret])
        painter.setPen(QPen(look.theme.color("text"), 1))
        top, bottom = baseline - metrics.ascent(), baseline + metrics.descent()
        painter.drawLine(QPointF(x, top), QPointF(x, bottom))
    painter.restore()


def _paint_points(painter: QPainter, row: Row, body: QRectF, look: Look) -> None:
    view, line = look.view, row.line
    seen = line.seen(view.start, view.stop)
    # The text of the point before the window may reach into it.
    seen = range(max(seen.start - 1, 0), seen.stop)
    xs = _pixels(line.starts[seen.start : seen.stop], view)
    more = seen.stop < len(line)
    end = view.x_of(float(line.starts[seen.stop])) if more else body.right()
    rooms = np.append(xs[1:], end) - xs - 4
    chosen = _chosen(line, seen, xs, look)
    strokes: dict[tuple[int | None, bool], list[QLineF]] = {}
    for n in {*_first_in(_columns(xs, view), view.width + 2), *chosen}:
        mark, x = line.marks[seen[n]], float(xs[n])
        key = (mark.label_id, mark.id in look.selection)
        strokes.setdefault(key, []).append(QLineF(x, body.top(), x, body.bottom()))
    for (label_id, is_chosen), lines in strokes.items():
        color = _color(label_id, look) or look.theme.color("attention")
        painter.setPen(QPen(color, 2 if is_chosen else 1))
        painter.drawLines(lines)
    roomy = np.flatnonzero(rooms >= LEAST_TEXT).tolist()
    for n in sorted({*roomy, *chosen[:MOST_CROWDED]}):
        room = QRectF(xs[n] + 2, body.top(), max(rooms[n], 0), body.height())
        _paint_point_text(painter, line.marks[seen[n]], room, look)


def _paint_point_text(
    painter: QPainter, mark: Annotation, box: QRectF, look: Look
) -> None:
    metrics = painter.fontMetrics()
    width = metrics.horizontalAdvance(mark.text or "") + 3 * PAD
    if mark.id not in look.selection:  # that one may lie over the next
        width = min(width, box.width())
    _paint_text(painter, mark, QRectF(box.left(), box.top(), width, box.height()), look)


def paint_regions(
    painter: QPainter,
    row: Row,
    place: QRectF,
    look: Look,
    *,
    moving: Annotation | None = None,
) -> None:
    """The free regions, each in its lane, with the colour of its label.

    `moving`: the one that is dragged, as it will be.
    """
    theme, view = look.theme, look.view
    painter.fillRect(place, theme.color("panel"))
    painter.setPen(theme.color("dim"))
    name = QRectF(place.left() + 8, place.top(), view.left - 14, place.height())
    flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
    painter.drawText(name, flags, "regions")
    painter.save()
    painter.setClipRect(place.adjusted(view.left, 0, 0, 0))
    if view.span > 0:
        hidden = look.hidden if moving is None else look.hidden | {moving.id}
        _paint_seen_regions(painter, row, place, look, hidden)
        if moving is not None:
            lane = row.lane_of(moving.id)
            _paint_region(painter, moving, place, look, lane)
    painter.restore()
    _paint_end(painter, place, theme)


def _paint_seen_regions(
    painter: QPainter, row: Row, place: QRectF, look: Look, hidden: frozenset[int]
) -> None:
    """Wide regions with their texts; of narrow ones, what pixels can show."""
    view, line = look.view, row.line
    early = INSTANT_TEXT * view.seconds_per_pixel  # a text that reaches in
    seen = line.seen(view.start - early, view.stop)
    part = slice(seen.start, seen.stop)
    lefts, rights = _pixels(line.starts[part], view), _pixels(line.stops[part], view)
    shown = rights >= view.left - INSTANT_TEXT
    if hidden:
        shown &= ~np.isin(line.ids[part], list(hidden))
    narrow = rights - lefts < LEAST_TEXT
    thin = np.flatnonzero(shown & narrow)
    cells = row.lane_at[part][thin] * (view.width + 2) + _columns(lefts[thin], view)
    thin = thin[_first_in(cells, row.lanes * (view.width + 2))]
    boxes: dict[tuple[int | None, bool], list[QRectF]] = {}
    following: dict[int, float] = {}
    alone = []  # with room for a text
    wide = np.flatnonzero(shown & ~narrow)[:MOST]
    for n in sorted({*thin.tolist(), *wide.tolist()}, reverse=True):
        mark, lane = line.marks[seen[n]], int(row.lane_at[seen[n]])
        room = following.get(lane, np.inf) - lefts[n]
        following[lane] = float(lefts[n])
        if not narrow[n] or room >= INSTANT_TEXT:
            alone.append((mark, lane))
            continue
        top, width = place.top() + 2 + lane * LANE, max(rights[n] - lefts[n], 1.0)
        box = QRectF(lefts[n], top, width, LANE - 3)
        boxes.setdefault((mark.label_id, mark.id in look.selection), []).append(box)
    for (label_id, chosen), rects in boxes.items():
        color = _color(label_id, look) or look.theme.color("accent")
        painter.setPen(QPen(color, 2 if chosen else 1))
        painter.drawRects(rects)
    for mark, lane in reversed(alone):
        _paint_region(painter, mark, place, look, lane)


def region_rect(mark: Annotation, place: QRectF, view: TimeView, lane: int) -> QRectF:
    """Where a free region is painted."""
    geometry = mark.geometry
    if isinstance(geometry, Interval):
        x0, x1 = view.x_of(geometry.start), view.x_of(geometry.stop)
    else:
        x0 = view.x_of(getattr(geometry, "time", 0.0))
        x1 = x0
    return QRectF(x0, place.top() + 2 + lane * LANE, x1 - x0, LANE - 3)


def _paint_region(
    painter: QPainter, mark: Annotation, place: QRectF, look: Look, lane: int
) -> None:
    box = region_rect(mark, place, look.view, lane)
    if box.right() < look.view.left or box.left() > look.view.width:
        return
    color = _color_of(mark, look) or look.theme.color("accent")
    chosen = mark.id in look.selection
    fill = QColor(color)
    fill.setAlphaF(0.45 if chosen else 0.22)
    painter.fillRect(box, fill)
    painter.setPen(QPen(color, 2 if chosen else 1))
    if box.width() < 1:
        painter.drawLine(box.topLeft(), box.bottomLeft())
        box.setWidth(INSTANT_TEXT)
    else:
        painter.drawRect(box)
    _paint_text(painter, mark, box, look)
