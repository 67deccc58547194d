"""What is seen on a shape canvas: picture, masks, shapes, handles, chips, guides."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace

from PySide6.QtCore import QObject, QPointF, QRectF, Qt
from PySide6.QtGui import QImage, QPainter, QPen, QPixmap

from annolab.gestures import NOTHING, Handle, Part, Preview, frame_around
from annolab.media.raster import FILL
from annolab.model.geometry import (
    Ellipse,
    Mask,
    Points,
    RotatedBox,
    Shape,
    Whole,
)
from annolab.widgets import hud
from annolab.widgets.picture_view import PictureView
from annolab.widgets.shape_chips import Chips
from annolab.widgets.shape_layer import ShapeLayer
from annolab.widgets.shape_paint import (
    Drawn,
    Look,
    darken_outside,
    drawn,
    drawn_shape,
    mask_image,
    paint,
    paint_frame,
    paint_handles,
    paint_path,
)
from annolab.widgets.shape_store import NO_LABEL_COLOR, RGB, Mark, ShapeStore, rgb
from annolab.widgets.shape_tools import SELECT
from annolab.widgets.theme import theme_of
from annolab.widgets.view import View

LIVE = 100  # chosen shapes up to which each is painted live
CHIPS = 120  # selected marks whose chips are shown
Key = tuple[object, ...]


@dataclass(slots=True)
class Doing:
    """What the hand does just now, for painting.

    `editing`: the annotations that `preview` shows in another shape. `at`: where
    the pointer is, for guide lines and notes; None when it is elsewhere.
    """

    preview: Preview = NOTHING
    editing: tuple[int, ...] = ()
    color: RGB = NO_LABEL_COLOR
    edges: tuple[tuple[int, int], ...] = ()
    hover: int | None = None
    hot: Handle | None = None
    active: tuple[int, int, int] | None = None  # annotation, ring, point
    at: QPointF | None = None
    crosshair: bool = False


@dataclass(frozen=True, slots=True)
class Framed:
    """What is resized and turned together, and the frame around it."""

    marks: tuple[Mark, ...]
    frame: RotatedBox


@dataclass(slots=True)
class _Kept:
    """Pictures that are made once: masks, the finished background."""

    masks: dict[int, tuple[Mask, RGB, QImage, QRectF]] = field(default_factory=dict)
    last_key: Key = ()
    backdrop_key: Key = ()
    backdrop: QPixmap | None = None
    framed_key: Key = ()
    framed: Framed | None = None


class Scene(QObject):
    """Holds the marks of the item that is shown and paints everything there is."""

    def __init__(self, owner: PictureView) -> None:
        super().__init__(owner)
        self._owner = owner
        self.store = ShapeStore()
        self.layer = ShapeLayer(self.store, self)
        self.layer.updated.connect(owner.update)
        self.doing = Doing()
        self.chosen: tuple[int, ...] = ()
        self.chips = Chips(owner, self.store)
        self._kept = _Kept()
        self.fill = FILL  # of 255: how opaque the inside of a shape is

    def dress(self, *, fill: int, chips: bool) -> None:
        """Fill shapes more or less (0..255); write the names of labels on them."""
        self.fill = self.layer.fill = fill
        self.chips.shown = chips
        self._kept.masks.clear()
        self.layer.reset()
        self.forget_backdrop()
        self._owner.update()

    # What there is

    def load(self, marks: Iterable[Mark]) -> None:
        """Show other marks."""
        self.store.load(marks)
        self.layer.reset()
        self.chips.forget()
        self._kept.masks.clear()
        self._owner.update()

    def put(self, marks: Iterable[Mark], gone: Iterable[int]) -> None:
        """Show changed marks; only what they cover is drawn anew."""
        marks, gone = list(marks), list(gone)
        ids = {*gone, *(mark.id for mark in marks)}
        before = self.store.box_of(ids)
        self.store.put(marks, gone)
        self.layer.patch(before, ids)
        self.layer.patch(self.store.box_of(ids), ids)
        self._owner.update()

    def hide(self, ids: frozenset[int]) -> None:
        """Leave marks out of sight."""
        self.store.hide(ids)
        self.layer.reset()
        self._owner.update()

    def choose(self, ids: tuple[int, ...]) -> None:
        """These marks are selected: they are painted live, with handles."""
        self.chosen = ids
        if len(ids) <= LIVE:
            self.layer.lift(ids)
        else:
            self.layer.lift((), ids)
        self._owner.update()

    def only_chosen(self) -> Mark | None:
        """The selected mark, if it is one and can be seen."""
        if len(self.chosen) != 1 or self.chosen[0] in self._owner.session.hidden:
            return None
        return self.store.get(self.chosen[0])

    def chosen_marks(self) -> list[Mark]:
        """The selected marks that are here, in drawing order."""
        return [self.store.at(row) for row in self.store.rows_of(self.chosen).tolist()]

    def framed(self) -> Framed | None:
        """The frame around the selection: of several shapes, a mask, or on demand.

        A turned box or ellipse alone has its own handles that do the same.
        """
        owner, kept = self._owner, self._kept
        hidden = owner.session.hidden
        key = (self.store.revision, self.chosen, owner.transforms, owner.tool, hidden)
        if kept.framed_key != key:
            kept.framed_key = key
            kept.framed = self._framed() if owner.tool == SELECT else None
        return kept.framed

    def _framed(self) -> Framed | None:
        marks = tuple(
            mark
            for mark in self._visible(self.chosen)
            if not mark.annotation.locked and not isinstance(mark.shape, Whole)
        )
        if len(marks) == 1:
            shape = marks[0].shape
            if isinstance(shape, RotatedBox | Ellipse):
                return None
            if not (self._owner.transforms or isinstance(shape, Mask)):
                return None
        frame = frame_around([mark.shape for mark in marks])
        return Framed(marks, frame) if frame is not None else None

    def forget_backdrop(self) -> None:
        """Colours, fonts or the screen have changed."""
        self._kept.backdrop = None
        self._kept.last_key = ()
        self.chips.forget()

    # Painting

    def paint(self, painter: QPainter) -> None:
        """Paint all there is, from the ground up."""
        owner = self._owner
        around = QRectF(owner.rect())
        message = owner.message()
        if message is not None:
            theme = theme_of(owner)
            painter.fillRect(around, theme.color("canvas"))
            ink = (theme.color("text"), theme.color("dim"))
            hud.draw_message(painter, *message, around, ink)
            return
        self._paint_backdrop(painter, around)
        if owner.darken:
            self._paint_veil(painter, around)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_live(painter)
        self._paint_preview(painter)
        if owner.extent is not None:
            if not owner.darken:
                self.chips.paint_again(painter, self._live_places())
            self._paint_special_chips(painter, around)
            self._paint_hud(painter, around)
        self._paint_focus(painter, around)

    def _paint_backdrop(self, painter: QPainter, around: QRectF) -> None:
        """Ground, picture, masks and layer; kept while only the pointer moves."""
        kept, owner = self._kept, self._owner
        key: Key = (
            owner.frame(),
            owner.media_key(),
            self.store.revision,
            self.layer.version,
            frozenset(self.chosen),
            frozenset(self.doing.editing),
            owner.darken,
            self.chips.version,
        )
        if kept.backdrop is not None and kept.backdrop_key == key:
            painter.drawPixmap(0, 0, kept.backdrop)
            return
        if kept.last_key != key or self.layer.busy:
            kept.last_key, kept.backdrop = key, None
            self._paint_ground(painter, around)
            return
        ratio = owner.devicePixelRatioF()
        kept.backdrop = QPixmap(owner.size() * ratio)
        kept.backdrop.setDevicePixelRatio(ratio)
        kept.backdrop_key = key
        inner = QPainter(kept.backdrop)
        self._paint_ground(inner, around)
        inner.end()
        painter.drawPixmap(0, 0, kept.backdrop)

    def _paint_ground(self, painter: QPainter, around: QRectF) -> None:
        owner = self._owner
        painter.fillRect(around, theme_of(owner).color("canvas"))
        owner.draw_media(painter, around)
        self._paint_masks(painter)
        self.layer.draw(painter, owner.frame())
        self._paint_points(painter)
        if owner.extent is not None and not owner.darken:
            without = frozenset(self.chosen) | frozenset(self.doing.editing)
            self.chips.paint_resting(painter, around, without)

    def _paint_masks(self, painter: QPainter) -> None:
        owner = self._owner
        region = owner.view.region(owner.width(), owner.height())
        smooth = owner.view.scale < 1
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
        for row in self.store.masks_in(region).tolist():
            mark = self.store.at(row)
            if mark.id in self.doing.editing:
                continue
            found = self._mask(mark)
            if found is not None:
                painter.drawImage(_on_widget(found[1], owner.view), found[0])

    def _mask(self, mark: Mark) -> tuple[QImage, QRectF] | None:
        shape = mark.shape
        if not isinstance(shape, Mask):
            return None
        kept = self._kept.masks.get(mark.id)
        if kept is not None and kept[0] is shape and kept[1] == mark.color:
            return kept[2], kept[3]
        try:
            image, place = mask_image(shape, mark.color, self.fill)
        except ValueError as error:
            self._owner.problem_found.emit(str(error))
            image, place = QImage(), QRectF()
        self._kept.masks[mark.id] = (shape, mark.color, image, place)
        return image, place

    def _paint_points(self, painter: QPainter) -> None:
        owner = self._owner
        region = owner.view.region(owner.width(), owner.height(), 8)
        apart = set(self.doing.editing)
        if len(self.chosen) <= LIVE:
            apart.update(self.chosen)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        for row in self.store.points_shown(region).tolist():
            mark = self.store.at(row)
            if mark.id not in apart:
                self._paint_mark(painter, mark)

    def _paint_mark(
        self, painter: QPainter, mark: Mark, look: Look = Look.PLAIN
    ) -> None:
        what = drawn(mark, self._edges(mark))
        paint(painter, what, self._owner.view, look, self.fill)

    def _edges(self, mark: Mark) -> tuple[tuple[int, int], ...]:
        if not isinstance(mark.shape, Points):
            return ()
        label = self._owner.session.schema.label(mark.annotation.label_id)
        return label.skeleton.edges if label and label.skeleton else ()

    def _visible(self, ids: Iterable[int]) -> list[Mark]:
        hidden = self._owner.session.hidden
        rows = self.store.rows_of(set(ids) - hidden)
        return [self.store.at(row) for row in rows.tolist()]

    def _paint_live(self, painter: QPainter) -> None:
        """Hovered, selected, and what the layer does not hold yet."""
        doing = self.doing
        editing = set(doing.editing)
        chosen = set(self.chosen) if len(self.chosen) <= LIVE else set()
        for mark in self._visible(self.layer.missing - chosen - editing):
            self._paint_mark(painter, mark)
        if doing.hover is not None and doing.hover not in chosen | editing:
            for mark in self._visible([doing.hover]):
                self._paint_mark(painter, mark, Look.HOVER)
        for mark in self._visible(chosen - editing):
            self._paint_mark(painter, mark, Look.CHOSEN)
            if isinstance(mark.shape, Mask):
                self._paint_mask_box(painter, mark)
        self._paint_handles(painter, editing)

    def _live_places(self) -> list[QRectF]:
        """Where marks are painted live, over the chips of others."""
        doing = self.doing
        ids = {*self.chosen[:LIVE], *doing.editing[:LIVE]}
        if doing.hover is not None:
            ids.add(doing.hover)
        boxes = self.store.arrays.box[self.store.rows_of(ids)].tolist()
        return [
            _on_widget(QRectF(x0, y0, x1 - x0, y1 - y0), self._owner.view)
            for x0, y0, x1, y1 in boxes
        ]

    def _paint_handles(self, painter: QPainter, editing: set[int]) -> None:
        """The handles of the frame, or those of the one selected shape."""
        doing, view = self.doing, self._owner.view
        hot = (doing.hot.x, doing.hot.y) if doing.hot is not None else None
        framed, only = self.framed(), self.only_chosen()
        if framed is not None:
            if not editing:
                accent = theme_of(self._owner).color("accent")
                paint_frame(painter, framed.frame, view, accent, hot)
        elif only is not None and not (only.annotation.locked or only.id in editing):
            paint_handles(painter, drawn(only), view, hot)
            self._paint_ghost(painter)

    def _paint_ghost(self, painter: QPainter) -> None:
        """Where a press would insert a point."""
        hot = self.doing.hot
        if hot is None or hot.part is not Part.EDGE:
            return
        place = QPointF(*self._owner.view.to_widget(hot.x, hot.y))
        painter.setPen(QPen(hud.ON_CHIP, 1.25))
        painter.setBrush(Qt.GlobalColor.white)
        painter.drawEllipse(place, 4.5, 4.5)
        painter.drawLine(place - QPointF(2.2, 0), place + QPointF(2.2, 0))
        painter.drawLine(place - QPointF(0, 2.2), place + QPointF(0, 2.2))

    def _paint_mask_box(self, painter: QPainter, mark: Mark) -> None:
        for ring in mark.rings:
            x0, y0 = self._owner.view.to_widget(*ring[0].tolist())
            x1, y1 = self._owner.view.to_widget(*ring[2].tolist())
            pen = QPen(theme_of(self._owner).color("accent"), 1, Qt.PenStyle.DashLine)
            painter.setPen(pen)
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRect(QRectF(x0, y0, x1 - x0, y1 - y0).adjusted(-2, -2, 2, 2))

    def _previewed(self) -> list[Drawn]:
        doing = self.doing
        if not doing.editing:
            return [
                drawn_shape(shape, doing.color, doing.edges)
                for shape in doing.preview.shapes
            ]
        marks = [self.store.get(i) for i in doing.editing]
        shapes: tuple[Shape, ...] = doing.preview.shapes
        if not shapes:
            return [drawn(mark, self._edges(mark)) for mark in marks if mark]
        return [
            replace(drawn_shape(shape, mark.color, self._edges(mark)), flags=mark.flags)
            for mark, shape in zip(marks, shapes, strict=False)
            if mark is not None
        ]

    def _paint_preview(self, painter: QPainter) -> None:
        """The shape that is being drawn, or those that are dragged."""
        doing, owner = self.doing, self._owner
        preview = doing.preview
        what = self._previewed()
        if len(what) > LIVE:
            self._paint_boxes(painter, what)
        else:
            for one in what:
                if isinstance(one.shape, Mask):
                    image, place = mask_image(one.shape, one.color, self.fill)
                    painter.drawImage(_on_widget(place, owner.view), image)
                paint(painter, one, owner.view, Look.CHOSEN, self.fill)
        accent = theme_of(owner).color("accent")
        if preview.frame is not None:
            paint_frame(painter, preview.frame, owner.view, accent)
        elif len(what) == 1 and doing.editing and self.framed() is None:
            paint_handles(painter, what[0], owner.view)
        if preview.path is not None:
            color = doing.color
            paint_path(
                painter, preview.path, owner.view, color, closing=preview.closing
            )
        if preview.band is not None:
            hud.draw_band(painter, preview.band, owner.view, accent)

    def _paint_boxes(self, painter: QPainter, what: list[Drawn]) -> None:
        """Very many dragged shapes: their boxes in one go."""
        view = self._owner.view
        rects = []
        for one in what:
            for ring in one.rings[:1]:
                low, high = ring.min(axis=0), ring.max(axis=0)
                x, y = view.to_widget(float(low[0]), float(low[1]))
                w, h = ((high - low) * view.scale).tolist()
                rects.append(QRectF(x, y, w, h))
        painter.setPen(QPen(theme_of(self._owner).color("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRects(rects)

    def _paint_veil(self, painter: QPainter, around: QRectF) -> None:
        doing = self.doing
        what = self._previewed() if doing.preview.shapes else []
        if not what:
            what = [drawn(mark) for mark in self._visible(self.chosen[:LIVE])]
        if any(one.closed for one in what):
            darken_outside(painter, what, self._owner.view, around)

    # Over the shapes

    def _paint_special_chips(self, painter: QPainter, around: QRectF) -> None:
        """Chips of what is selected or hovered; not of what is dragged just now."""
        doing = self.doing
        ids = set(self.chosen[:CHIPS])
        if doing.hover is not None:
            ids.add(doing.hover)
        ids -= self._owner.session.hidden
        if doing.preview.shapes:
            ids -= set(doing.editing)
        self.chips.paint_special(painter, around, ids, set(self.chosen))

    def _paint_hud(self, painter: QPainter, around: QRectF) -> None:
        doing = self.doing
        if doing.at is None:
            return
        if doing.crosshair:
            hud.draw_crosshair(painter, doing.at, around)
        text = size_text(doing.preview)
        if text:
            font = hud.chip_font(self._owner.font())
            hud.draw_readout(painter, text, doing.at, font, around)

    def _paint_focus(self, painter: QPainter, around: QRectF) -> None:
        if not self._owner.hasFocus():
            return
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        painter.setPen(QPen(theme_of(self._owner).color("accent"), 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(around.adjusted(0, 0, -1, -1))


def _on_widget(rect: QRectF, view: View) -> QRectF:
    x, y = view.to_widget(rect.x(), rect.y())
    return QRectF(x, y, rect.width() * view.scale, rect.height() * view.scale)


def size_text(preview: Preview) -> str:
    """The size in pixels of the one shape that is drawn or dragged."""
    if len(preview.shapes) != 1 and preview.frame is None:
        return ""
    shape = preview.frame or preview.shapes[0]
    width = getattr(shape, "w", None) or 2 * getattr(shape, "rx", 0.0)
    height = getattr(shape, "h", None) or 2 * getattr(shape, "ry", 0.0)
    angle = getattr(shape, "angle", 0.0)
    if not width or not height:
        return ""
    text = f"{width:.0f} \u00d7 {height:.0f}"
    return f"{text}  {angle:.0f}°" if angle else text


def label_color(color: str | None) -> RGB:
    """The colour of a label, or of none."""
    return rgb(color) if color is not None else NO_LABEL_COLOR
