"""Painting marks with QPainter: functions of what is to be seen, without state."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import Enum, auto
from math import floor
from typing import Any

import numpy as np
import shiboken6
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPainterPath, QPen, QPolygonF

from annolab.gestures.handles import ROTATE_AT, Part, handles_of, rings_of
from annolab.gestures.rect import frame_of, handle_place
from annolab.media.raster import FILL
from annolab.model import mask as masks
from annolab.model.geometry import (
    Box,
    Ellipse,
    FloatArray,
    Mask,
    Points,
    RotatedBox,
    Shape,
)
from annolab.widgets.shape_store import RGB, Flag, Mark, outline
from annolab.widgets.view import View

HALO = QColor(0, 0, 0, 140)
SHADE = QColor(0, 0, 0, 70)  # under the thin line of an ordinary shape
HANDLE = 4.0  # logical pixels from the middle of a handle to its side
POINT = 4.0
_MASK_PIXELS = 1 << 22  # a larger mask is shown with fewer pixels
_FEW_POINTS = 16  # above, points that crowd share a handle


class Look(Enum):
    """How much a mark stands out."""

    PLAIN = auto()
    HOVER = auto()
    CHOSEN = auto()


# How much stronger the inside of a mark is.
_FILL = {Look.PLAIN: 1.0, Look.HOVER: 1.9, Look.CHOSEN: 1.4}
_MASK_FILL = 3  # times as strong: a mask is all inside


@dataclass(frozen=True, slots=True)
class Drawn:
    """What is painted of a mark, also of one that does not exist yet."""

    shape: Shape
    rings: tuple[FloatArray, ...]
    closed: bool
    color: RGB
    flags: Flag = Flag.NONE
    edges: tuple[tuple[int, int], ...] = ()  # of a skeleton


def drawn(mark: Mark, edges: tuple[tuple[int, int], ...] = ()) -> Drawn:
    """A mark for painting."""
    return Drawn(mark.shape, mark.rings, mark.closed, mark.color, mark.flags, edges)


def drawn_shape(
    shape: Shape, color: RGB, edges: tuple[tuple[int, int], ...] = ()
) -> Drawn:
    """A shape that is being made or changed, for painting."""
    rings, closed = outline(shape)
    return Drawn(shape, rings, closed, color, Flag.NONE, edges)


def polygon_of(ring: FloatArray, view: View) -> QPolygonF:
    """A ring in widget pixels; the numbers are copied in one go."""
    polygon = QPolygonF()
    count = len(ring)
    if count:
        polygon.resize(count)
        buffer = _memory(polygon.data(), count * 16)
        places = np.frombuffer(buffer, np.float64).reshape(-1, 2)
        np.multiply(ring, view.scale, out=places)
        places += (view.x, view.y)
        np.clip(places, -1e6, 1e6, out=places)
    return polygon


def _memory(first: Any, size: int) -> Any:
    """The writable memory that begins at a QPoint; its stub knows only numbers."""
    pointer: Any = shiboken6.VoidPtr
    return pointer(first, size, True)  # noqa: FBT003


def path_of(rings: Iterable[FloatArray], view: View) -> QPainterPath:
    """Closed rings in widget pixels, holes by the even-odd rule."""
    path = QPainterPath()
    for ring in rings:
        if len(ring):
            path.addPolygon(polygon_of(ring, view))
            path.closeSubpath()
    return path


def pen_of(color: QColor, flags: Flag, width: float) -> QPen:
    """Dashes say suggestion, dots occluded or locked."""
    pen = QPen(color, width)
    pen.setJoinStyle(Qt.PenJoinStyle.MiterJoin)
    if flags & Flag.SUGGESTED:
        pen.setDashPattern([6 / width, 4 / width])
    elif flags & (Flag.OCCLUDED | Flag.LOCKED):
        pen.setDashPattern([2 / width, 3 / width])
    return pen


def paint(
    painter: QPainter,
    what: Drawn,
    view: View,
    look: Look = Look.PLAIN,
    fill: int = FILL,
) -> None:
    """Paint one mark without its handles; `fill`: opacity of its inside, of 255."""
    tint = _tint(QColor(*what.color), look, fill)
    match what.shape:
        case Mask():
            return
        case Points():
            _paint_points(painter, what, view, look)
        case Box(x, y, w, h):
            x0, y0 = view.to_widget(x, y)
            rect = QRectF(x0, y0, w * view.scale, h * view.scale)
            _paint_box(painter, rect, what, look, tint)
        case _ if what.closed:
            path = path_of(what.rings, view)
            _paint_path(painter, path, what, look, fill=tint)
        case _:
            path = QPainterPath()
            for ring in what.rings:
                path.addPolygon(polygon_of(ring, view))
            _paint_path(painter, path, what, look, fill=None)


def _tint(color: QColor, look: Look, fill: int) -> QColor:
    tint = QColor(color)
    tint.setAlpha(min(round(fill * _FILL[look]), 255))
    return tint


def _crisp(rect: QRectF, painter: QPainter, width: float) -> QRectF:
    """Sides where a line of `width` covers whole device pixels: sharp, not blurred."""
    ratio = painter.device().devicePixelRatio()
    shift = 0.5 if round(width * ratio) % 2 else 0.0

    def snap(value: float) -> float:
        clipped = min(max(value, -1e6), 1e6)
        return (floor(clipped * ratio + 0.5 - shift) + shift) / ratio

    left, top = snap(rect.left()), snap(rect.top())
    return QRectF(left, top, snap(rect.right()) - left, snap(rect.bottom()) - top)


def _paint_box(
    painter: QPainter, rect: QRectF, what: Drawn, look: Look, tint: QColor
) -> None:
    color = QColor(*what.color)
    width = 2.0 if look is Look.CHOSEN else 1.0
    rect = _crisp(rect, painter, width)
    painter.fillRect(rect, tint)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen_of(_under(look), Flag.NONE, width + 2))
    painter.drawRect(rect)
    painter.setPen(pen_of(color, what.flags, width))
    painter.drawRect(rect)


def _under(look: Look) -> QColor:
    return HALO if look is Look.CHOSEN else SHADE


def _paint_path(
    painter: QPainter,
    path: QPainterPath,
    what: Drawn,
    look: Look,
    *,
    fill: QColor | None,
) -> None:
    color = QColor(*what.color)
    if fill is not None:
        painter.fillPath(path, fill)
    width = 2.0 if look is Look.CHOSEN else 1.75 if fill is None else 1.25
    painter.setBrush(Qt.BrushStyle.NoBrush)
    painter.setPen(pen_of(_under(look), Flag.NONE, width + 2))
    painter.drawPath(path)
    painter.setPen(pen_of(color, what.flags, width))
    painter.drawPath(path)


def _paint_points(painter: QPainter, what: Drawn, view: View, look: Look) -> None:
    """Filled dots; hidden keypoints are rings; joined along the skeleton."""
    shape = what.shape
    if not isinstance(shape, Points):
        return
    places = [QPointF(*view.to_widget(float(x), float(y))) for x, y in shape.points]
    color = QColor(*what.color)
    for width, ink in ((4.0, SHADE), (2.0, color)):
        painter.setPen(pen_of(ink, what.flags, width))
        for a, b in what.edges:
            if _seen(shape, a) and _seen(shape, b):
                painter.drawLine(places[a], places[b])
    radius = POINT + (1.0 if look is not Look.PLAIN else 0.0)
    for place, visibility in zip(places, shape.visibility, strict=True):
        if visibility == 0:
            continue
        painter.setPen(QPen(HALO, 1.5))
        painter.setBrush(color if visibility == 2 else QColor(0, 0, 0, 90))
        painter.drawEllipse(place, radius, radius)
        if visibility == 1:
            painter.setPen(QPen(color, 2))
            painter.drawEllipse(place, radius - 1, radius - 1)


def _seen(shape: Points, index: int) -> bool:
    return index < len(shape.visibility) and shape.visibility[index] > 0


def paint_handles(
    painter: QPainter, what: Drawn, view: View, hot: tuple[float, float] | None = None
) -> None:
    """The places of a chosen shape that can be grabbed; `hot`: the one under it."""
    color = QColor(*what.color)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if isinstance(what.shape, RotatedBox | Ellipse):
        _paint_stem(painter, what.shape, view, color)
    for handle in handles_of(what.shape, view.scale):
        place = QPointF(*view.to_widget(handle.x, handle.y))
        is_hot = hot == (handle.x, handle.y)
        _knob(painter, place, color, hot=is_hot, round_=handle.part is Part.TURN)
    if isinstance(what.shape, Points):
        return
    for ring in rings_of(what.shape):
        for x, y in _roomy(ring, view).tolist():
            place = QPointF(*view.to_widget(x, y))
            _knob(painter, place, color, hot=False, round_=True)
        if hot is not None and (ring == hot).all(axis=1).any():
            place = QPointF(*view.to_widget(*hot))
            _knob(painter, place, color, hot=True, round_=True)


def _roomy(ring: FloatArray, view: View) -> FloatArray:
    """The points to draw handles on: where many crowd, one of them."""
    if len(ring) <= _FEW_POINTS:
        return ring
    places = ring * view.scale + (view.x, view.y)
    cells = np.floor(np.clip(places, -1e6, 1e6) / (2 * HANDLE)).astype(np.int64)
    _, first = np.unique(cells[:, 0] << 32 | cells[:, 1] + (1 << 24), return_index=True)
    roomy: FloatArray = ring[np.sort(first)[:4000]]
    return roomy


def paint_frame(
    painter: QPainter,
    frame: RotatedBox,
    view: View,
    color: QColor,
    hot: tuple[float, float] | None = None,
) -> None:
    """The frame that resizes and turns what is in it; `hot`: the handle under it."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setBrush(Qt.BrushStyle.NoBrush)
    ring = polygon_of(outline(frame)[0][0], view)
    for ink, flags in ((HALO, Flag.NONE), (color, Flag.SUGGESTED)):
        painter.setPen(pen_of(ink, flags, 1.0))
        painter.drawPolygon(ring)
    _paint_stem(painter, frame, view, color)
    for handle in handles_of(frame, view.scale):
        place = QPointF(*view.to_widget(handle.x, handle.y))
        is_hot = hot == (handle.x, handle.y)
        _knob(painter, place, color, hot=is_hot, round_=handle.part is Part.TURN)


def _paint_stem(
    painter: QPainter, shape: RotatedBox | Ellipse, view: View, color: QColor
) -> None:
    frame = frame_of(shape)
    top = QPointF(*view.to_widget(*handle_place(frame, (0, -1))))
    longer = RotatedBox(
        frame.cx, frame.cy, frame.w, frame.h + 2 * ROTATE_AT / view.scale, frame.angle
    )
    end = QPointF(*view.to_widget(*handle_place(longer, (0, -1))))
    for width, ink in ((3.0, HALO), (1.0, color)):
        painter.setPen(QPen(ink, width))
        painter.drawLine(top, end)


def _knob(
    painter: QPainter, place: QPointF, color: QColor, *, hot: bool, round_: bool
) -> None:
    size = HANDLE + (1.5 if hot else 0.0)
    painter.setPen(QPen(QColor(16, 18, 22, 220), 1.25))
    painter.setBrush(QColor(255, 255, 255) if hot else color)
    if round_:
        painter.drawEllipse(place, size, size)
    else:
        rect = QRectF(place.x() - size, place.y() - size, 2 * size, 2 * size)
        painter.drawRoundedRect(rect, 1.5, 1.5)


def paint_path(
    painter: QPainter, path: FloatArray, view: View, color: RGB, *, closing: bool
) -> None:
    """A shape in the making: its corners, the line to the pointer, its first corner."""
    ink = QColor(*color)
    line = polygon_of(path, view)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    if len(path) > 2:
        shade = QPainterPath()
        shade.addPolygon(line)
        painter.fillPath(shade, _tint(ink, Look.PLAIN, FILL))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for width, pen in ((4.0, HALO), (2.0, ink)):
        painter.setPen(pen_of(pen, Flag.NONE, width))
        painter.drawPolyline(line)
    for x, y in _roomy(path[:-1], view).tolist():
        place = QPointF(*view.to_widget(x, y))
        is_first = closing and (x, y) == tuple(path[0])
        _knob(painter, place, ink, hot=is_first, round_=True)


def mask_image(mask: Mask, color: RGB, fill: int = FILL) -> tuple[QImage, QRectF]:
    """A mask as a tinted picture with a solid rim, and where it lies in the image."""
    x, y, bitmap = masks.crop(mask)
    height, width = bitmap.shape
    step = max(1, int(np.ceil(np.sqrt(bitmap.size / _MASK_PIXELS))))
    shown = np.pad(bitmap[::step, ::step], 1)
    core = shown[1:-1, 1:-1]
    inner = core & shown[:-2, 1:-1] & shown[2:, 1:-1]
    inner &= shown[1:-1, :-2] & shown[1:-1, 2:]
    tint = min(_MASK_FILL * fill, 255)
    alpha = np.where(inner, tint, np.where(core, 255, 0)).astype(np.uint16)
    pixels = np.empty((*core.shape, 4), np.uint8)
    for channel, value in enumerate(reversed(color)):
        pixels[:, :, channel] = (alpha * value) // 255
    pixels[:, :, 3] = alpha
    rows, columns = core.shape
    image = QImage(
        pixels.tobytes(),
        columns,
        rows,
        4 * columns,
        QImage.Format.Format_ARGB32_Premultiplied,
    )
    return image.copy(), QRectF(x, y, width, height)


def darken_outside(
    painter: QPainter, what: Iterable[Drawn], view: View, around: QRectF
) -> None:
    """A dark veil over all but the insides of some shapes."""
    veil = QPainterPath()
    veil.addRect(around)
    for one in what:
        if one.closed:
            veil = veil.subtracted(path_of(one.rings, view))
    painter.fillPath(veil, QColor(0, 0, 0, 165))
