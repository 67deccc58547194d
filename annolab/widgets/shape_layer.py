"""The committed shapes as one picture, kept ready for panning and hovering.

OpenCV draws it: at once when the shapes are few, else in a worker thread (where
QPainter would hold up the window). A change is patched in place, so the layer
never shows a shape that is not there; what it does not hold yet is in `missing`
and must be painted live.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QImage, QPainter

from annolab.jobs import Progress
from annolab.media.raster import FILL, Ink, Pixels, Placement, rasterize
from annolab.model.geometry import Box
from annolab.widgets.shape_store import Rows, ShapeStore
from annolab.widgets.view import View
from annolab.widgets.worker import Job, run

FEW_SHAPES = 400
FEW_POINTS = 8_000
MARGIN = 256  # logical pixels around the widget
RIM = 8  # device pixels
PATCH_POINTS = 40_000  # a patch with more is left to the worker


@dataclass(frozen=True, slots=True)
class Frame:
    """What a layer is made for: the view, the size of the widget, the device pixels."""

    view: View
    width: int
    height: int
    ratio: float

    @property
    def size(self) -> tuple[int, int]:
        """Width and height of the layer in device pixels."""
        return (
            round((self.width + 2 * MARGIN) * self.ratio),
            round((self.height + 2 * MARGIN) * self.ratio),
        )

    @property
    def placement(self) -> Placement:
        """Image pixels to pixels of the layer."""
        x, y = self.view.x + MARGIN, self.view.y + MARGIN
        return Placement(
            self.view.scale * self.ratio, x * self.ratio, y * self.ratio, *self.size
        )


@dataclass(slots=True)
class _Raster:
    frame: Frame
    pixels: Pixels
    image: QImage
    few: bool


class ShapeLayer(QObject):
    """Holds the shapes of a store but those that are lifted out to be painted live."""

    updated = Signal()

    def __init__(self, store: ShapeStore, owner: QObject) -> None:
        super().__init__(owner)
        self._store = store
        self._raster: _Raster | None = None
        self._lifted: frozenset[int] = frozenset()
        self._strong: frozenset[int] = frozenset()
        self._stale = True
        self._asked: Frame | None = None
        self._since: list[Box] = []  # what changed since the worker was asked
        self._since_ids: set[int] = set()
        self.missing: set[int] = set()
        self.version = 0  # grows when the layer looks different
        self.fill = FILL
        self._job: Job | None = None

    @property
    def few(self) -> bool:
        """Whether the shapes are so few that drawing them at once is not felt."""
        arrays = self._store.arrays
        return len(self._store) <= FEW_SHAPES and len(arrays.points) <= FEW_POINTS

    @property
    def busy(self) -> bool:
        """Whether a better layer is being made."""
        return self._asked is not None

    def reset(self) -> None:
        """Forget everything: the store holds the shapes of something else."""
        self._drop_job()
        self._raster, self._stale = None, True
        self._since, self._since_ids = [], set()
        self.missing.clear()
        self.version += 1

    def _drop_job(self) -> None:
        if self._job is not None:
            self._job.cancel()
        self._job, self._asked = None, None

    def lift(self, ids: Iterable[int], strong: Iterable[int] = ()) -> None:
        """Leave out shapes that are painted live; draw `strong` ones thicker."""
        lifted, strong = frozenset(ids), frozenset(strong)
        changed = (lifted ^ self._lifted) | (strong ^ self._strong)
        if changed:
            self._lifted, self._strong = lifted, strong
            self.patch(self._store.box_of(changed), changed)

    def patch(self, box: Box | None, ids: Iterable[int]) -> None:
        """Shapes have changed within `box` (image pixels): draw that part anew."""
        self.version += 1
        if box is None:
            return
        if self._asked is not None:
            self._since.append(box)
            self._since_ids.update(ids)
        if self._raster is not None and not self._patched(self._raster, box):
            self._stale = True
            self.missing.update(ids)
            self.updated.emit()

    def _rows(self, region: Box) -> Rows:
        rows = self._store.outlined(region)
        return rows[~np.isin(rows, self._store.rows_of(self._lifted))]

    def _patched(self, raster: _Raster, box: Box) -> bool:
        """Draw the part of a layer around `box` anew; False when that is too much."""
        place = raster.frame.placement
        slack = 4 * raster.frame.ratio
        height, width = raster.pixels.shape[:2]
        x0 = int(max(box.x * place.scale + place.x - slack, 0))
        y0 = int(max(box.y * place.scale + place.y - slack, 0))
        x1 = int(min((box.x + box.w) * place.scale + place.x + slack, width))
        y1 = int(min((box.y + box.h) * place.scale + place.y + slack, height))
        if x1 <= x0 or y1 <= y0:
            return True
        # OpenCV cuts lines at the rim a little otherwise: draw some more, keep less.
        part = Placement(
            place.scale,
            place.x - x0 + RIM,
            place.y - y0 + RIM,
            x1 - x0 + 2 * RIM,
            y1 - y0 + 2 * RIM,
        )
        region = View(part.scale, part.x, part.y).region(part.width, part.height, 4)
        rows = self._rows(region)
        if self._store.points_in(rows) > PATCH_POINTS:
            return False
        ink = self._ink(raster.frame, few=raster.few)
        drawn = rasterize(self._store.arrays, part, rows, ink)
        raster.pixels[y0:y1, x0:x1] = drawn[RIM:-RIM, RIM:-RIM]
        return True

    def _ink(self, frame: Frame, *, few: bool) -> Ink:
        strong = frozenset(self._store.rows_of(self._strong).tolist())
        return Ink(max(1, round(frame.ratio)), few, strong, self.fill)

    def draw(self, painter: QPainter, frame: Frame) -> None:
        """Draw the layer as it is, moved or scaled if need be, and see to a better."""
        if not len(self._store):
            return
        if self.few:
            if self._stale or not self._serves(frame, MARGIN):
                self._drop_job()
                self._put(frame, self._task(frame)(None))
        elif self._asked is None and (
            self._stale or not self._serves(frame, MARGIN / 2)
        ):
            self._asked, self._since, self._since_ids = frame, [], set()
            self._stale = False
            self._job = run(self, self._task(frame), self._take)
        if self._raster is not None:
            _blit(painter, self._raster, frame)

    def _serves(self, frame: Frame, reach: float) -> bool:
        """Whether the layer has the right scale and was made within `reach` of it."""
        if self._raster is None or self._raster.few is not self.few:
            return False
        own = self._raster.frame
        same = (own.view.scale, own.ratio, own.width, own.height) == (
            frame.view.scale,
            frame.ratio,
            frame.width,
            frame.height,
        )
        dx, dy = frame.view.x - own.view.x, frame.view.y - own.view.y
        return same and max(abs(dx), abs(dy)) <= reach

    def _task(self, frame: Frame) -> Callable[[Progress | None], Pixels]:
        """Draws the shapes as they are now; may be called in another thread."""
        arrays, place = self._store.arrays, frame.placement
        rows = self._rows(frame.view.region(frame.width, frame.height, MARGIN))
        ink = self._ink(frame, few=self.few)

        def draw(_progress: Progress | None) -> Pixels:
            return rasterize(arrays, place, rows, ink)

        return draw

    def _put(self, frame: Frame, pixels: Pixels) -> None:
        image = _wrapped(pixels, frame.ratio)
        self._raster = _Raster(frame, pixels, image, self.few)
        self._stale = False
        self.missing.clear()

    def _take(self, pixels: Pixels) -> None:
        """The worker's layer is here: bring it up to date, then show it."""
        if self._asked is None:
            return
        self._put(self._asked, pixels)
        self._asked, self._job = None, None
        self.version += 1
        boxes, ids = self._since, self._since_ids
        self._since, self._since_ids = [], set()
        raster = self._raster
        if raster and not all(self._patched(raster, box) for box in boxes):
            self._stale = True
            self.missing.update(ids)
        self.updated.emit()


def _wrapped(pixels: Pixels, ratio: float) -> QImage:
    """A QImage on the memory of `pixels`, which must be kept."""
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_ARGB32_Premultiplied
    image = QImage(pixels.data, width, height, 4 * width, kind)
    image.setDevicePixelRatio(ratio)
    return image


def _blit(painter: QPainter, raster: _Raster, frame: Frame) -> None:
    own = raster.frame
    zoom = frame.view.scale / own.view.scale
    left, top = own.view.to_image(-MARGIN, -MARGIN)
    place = QPointF(*frame.view.to_widget(left, top))
    if zoom == 1.0:
        # Whole device pixels: a fraction would blur every line.
        ratio = frame.ratio
        place = QPointF(
            round(place.x() * ratio) / ratio, round(place.y() * ratio) / ratio
        )
        painter.drawImage(place, raster.image)
        return
    width, height = own.size
    size = (width / own.ratio * zoom, height / own.ratio * zoom)
    painter.drawImage(QRectF(place.x(), place.y(), *size), raster.image)
