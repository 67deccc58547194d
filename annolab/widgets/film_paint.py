"""How the rows of a film's timeline are painted: names, bars, dots and keyframes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QCoreApplication, QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QColor, QPainter, QPen, QPolygonF

from annolab.model.annotation import Annotation
from annolab.model.geometry import Whole
from annolab.model.schema import Label
from annolab.track_edits import track_of
from annolab.widgets.film_hand import APART, apart_enough
from annolab.widgets.film_rows import (
    Bars,
    FilmRow,
    FilmRows,
    Flags,
    Numbers,
    RowKind,
    with_number,
)
from annolab.widgets.frame_scale import FilmView, runs
from annolab.widgets.theme import Theme
from annolab.widgets.track_look import TrackColors

ROW = 22.0  # pixels high
BAR = 8.0  # of it
KEY = 4.5  # half the size of a keyframe
DOT = 3.0
DENSE = 0.6  # of the line where keyframes have no room
CHIP = 10.0
PAD = 8.0
NO_LABEL = "#9aa3b2"


@dataclass(frozen=True, slots=True)
class FilmLook:
    """What painting needs to know beside the rows."""

    view: FilmView
    theme: Theme
    labels: Mapping[int, Label]
    selection: frozenset[int]
    hidden: frozenset[int]
    seen: tuple[int, int]  # the frames of the view, half-open
    margin: int = 0  # pixels left of the names
    own: TrackColors | None = None  # of tracks, where they do not have their labels'

    def color(self, label_id: int | None) -> QColor:
        """The colour of a label."""
        held = self.labels.get(label_id or 0)
        return QColor(held.color if held is not None else NO_LABEL)

    def color_of(self, track: Annotation) -> QColor:
        """The colour of a track."""
        is_shape = not isinstance(track_of(track).keyframes[0].geometry, Whole)
        if self.own is None or not is_shape:
            return self.color(track.label_id)
        return QColor(*self.own.of(track.id))


def name_of(rows: FilmRows, row: FilmRow, labels: Mapping[int, Label]) -> str:
    """What stands beside a row."""
    if row.kind is RowKind.SHAPES:
        return _tr("Shapes")
    held = rows.get(row.key) if row.kind is RowKind.TRACK else None
    label = labels.get(row.key if held is None else held.label_id or 0)
    name = label.name if label is not None else _tr("no label")
    if held is None:
        return name
    return with_number(name, held)


def paint_row(
    painter: QPainter, rows: FilmRows, row: FilmRow, place: QRectF, look: FilmLook
) -> None:
    """One row: its name at the left, what is in it by frames at the right."""
    theme = look.theme
    track = rows.get(row.key) if row.kind is RowKind.TRACK else None
    chosen = track is not None and track.id in look.selection
    painter.fillRect(place, theme.color("selected" if chosen else "panel"))
    label_id = track.label_id if track is not None else row.key
    color = look.color(label_id) if track is None else look.color_of(track)
    faint = track is not None and track.id in look.hidden
    _paint_name(painter, rows, row, place, look)
    if chosen:
        painter.fillRect(
            QRectF(0, place.top(), 2, place.height()), theme.color("accent")
        )
    painter.save()
    body = place.adjusted(look.view.names, 0, 0, 0)
    painter.setClipRect(body)
    painter.setOpacity(0.4 if faint else 1.0)
    if row.kind is RowKind.SHAPES:
        _paint_dots(painter, rows, body, look)
    else:
        bars = rows.bars(row)
        if row.kind is RowKind.TRACK:
            _paint_gaps(painter, bars, body, look)
        _paint_bars(painter, bars, body, look, color)
        if row.kind is RowKind.TRACK:
            _paint_keys(painter, bars, body, look, color)
    painter.restore()
    painter.setPen(QPen(theme.color("line"), 1))
    y = place.bottom() - 0.5
    painter.drawLine(QPointF(place.left(), y), QPointF(place.right(), y))


def _paint_name(
    painter: QPainter, rows: FilmRows, row: FilmRow, place: QRectF, look: FilmLook
) -> None:
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    middle, left = place.center().y(), place.left() + PAD + look.margin
    chip = QRectF(left, middle - CHIP / 2, CHIP, CHIP)
    held = rows.get(row.key) if row.kind is RowKind.TRACK else None
    painter.setPen(Qt.PenStyle.NoPen)
    if row.kind is RowKind.SHAPES:
        painter.setBrush(look.theme.color("dim"))
        painter.drawEllipse(chip.center(), DOT, DOT)
    else:
        color = look.color(row.key) if held is None else look.color_of(held)
        painter.setBrush(color)
        round_ = 3.0 if row.kind is RowKind.TRACK else CHIP / 2  # a tag is a pill
        painter.drawRoundedRect(chip, round_, round_)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
    painter.setPen(look.theme.color("text"))
    room = look.view.names - left - CHIP - 6 - PAD
    text = painter.fontMetrics().elidedText(
        name_of(rows, row, look.labels), Qt.TextElideMode.ElideMiddle, int(room)
    )
    box = QRectF(left + CHIP + 6, place.top(), room, place.height())
    painter.drawText(
        box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, text
    )


def _paint_gaps(painter: QPainter, bars: Bars, body: QRectF, look: FilmLook) -> None:
    """Between the stretches where it is seen, a track is hatched."""
    if len(bars.start) < 2:
        return
    view, (first, stop) = look.view, look.seen
    low = int(np.searchsorted(bars.start[1:], first, side="right"))
    high = int(np.searchsorted(bars.stop[:-1], stop, side="left"))
    begins = view.edges_of(bars.stop[:-1][low:high])
    ends = view.edges_of(bars.start[1:][low:high])
    begins = np.maximum(begins, body.left() - 8)
    ends = np.minimum(ends, body.right() + 8)
    y, tone = body.center().y(), look.theme.color("edge")
    painter.setPen(Qt.PenStyle.NoPen)
    hatched = QBrush(tone, Qt.BrushStyle.BDiagPattern)
    for a, b in runs(begins, ends, 0.5):
        if b - a >= 1:
            painter.fillRect(QRectF(a, y - BAR / 2, b - a, BAR), hatched)


def _paint_bars(
    painter: QPainter, bars: Bars, body: QRectF, look: FilmLook, color: QColor
) -> None:
    """The stretches where it is seen; what lies within a pixel is one."""
    view, (first, stop) = look.view, look.seen
    seen = bars.seen(first, stop)
    begins, ends = view.edges_of(bars.start[seen]), view.edges_of(bars.stop[seen])
    begins = np.maximum(begins, body.left() - 8)
    ends = np.minimum(np.maximum(ends, begins + 2), body.right() + 8)
    y = body.center().y()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    owners = _owned(bars.owner[seen], look.selection)
    for chosen in (False, True):
        part = owners if chosen else ~owners
        if not part.any():
            continue
        shade = QColor(color)
        shade.setAlphaF(0.85 if chosen else 0.5)
        painter.setBrush(shade)
        for a, b in runs(begins[part], ends[part], 0.5):
            painter.drawRoundedRect(QRectF(a, y - BAR / 2, b - a, BAR), 2, 2)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _owned(owners: Numbers, selection: frozenset[int]) -> Flags:
    """Which are of what is selected."""
    if not selection:
        return np.zeros(len(owners), np.bool_)
    return np.isin(owners, list(selection))


def _paint_dots(
    painter: QPainter, rows: FilmRows, body: QRectF, look: FilmLook
) -> None:
    """A dot for each frame with shapes; where they are dense, the last one wins."""
    view, (first, stop) = look.view, look.seen
    tones = rows.tones[first:stop]
    frames = np.flatnonzero(tones >= 0)
    places = np.round(view.middles_of(frames + first))
    kept = np.append(np.diff(places) >= 1, True) if len(places) else places > 0
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    y = body.center().y()
    there = tones[frames[kept]]
    for tone in np.unique(there).tolist():
        painter.setBrush(look.color(tone))
        for x in places[kept][there == tone].tolist():
            painter.drawEllipse(QPointF(x, y), DOT, DOT)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def _paint_keys(
    painter: QPainter, bars: Bars, body: QRectF, look: FilmLook, color: QColor
) -> None:
    """Keyframes as diamonds, hollow where a tracker found them; dense ones a line."""
    view, (first, stop) = look.view, look.seen
    seen = bars.keys_seen(first, stop)
    places = view.middles_of(bars.keys[seen])
    alone = apart_enough(places)
    y = body.center().y()
    line = look.theme.color("text")
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    dash = QColor(line)
    dash.setAlphaF(DENSE)
    painter.setBrush(dash)
    dense = places[~alone]
    for a, b in runs(dense - 1, dense + 1, APART):
        painter.drawRect(QRectF(a, y - 1.5, max(b - a, 2.0), 3))
    for found in (True, False):
        which = alone & (bars.found[seen] == found)
        paint_diamonds(
            painter, places[which].tolist(), y,
            fill=look.theme.color("panel") if found else color,
            edge=line,
            faint=bars.outside[seen][which].tolist(),
        )  # fmt: skip
    painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)


def paint_diamonds(
    painter: QPainter,
    places: list[float],
    y: float,
    *,
    fill: QColor,
    edge: QColor,
    faint: list[bool],
) -> None:
    """Diamonds on a line; `faint` ones, which end a stretch, are empty."""
    empty = QColor(fill)
    empty.setAlphaF(0.0)
    painter.setPen(QPen(edge, 1))
    for x, hollow in zip(places, faint, strict=True):
        painter.setBrush(empty if hollow else fill)
        painter.drawPolygon(_diamond(x, y))


def _diamond(x: float, y: float) -> QPolygonF:
    corners = ((x, y - KEY), (x + KEY, y), (x, y + KEY), (x - KEY, y))
    return QPolygonF([QPointF(*corner) for corner in corners])


def _tr(text: str) -> str:
    return QCoreApplication.translate("FilmRows", text)
