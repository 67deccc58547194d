"""Pictures on their way to the screen: decoded in workers, kept, drawn at any zoom."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from math import ceil, floor, sqrt
from pathlib import Path

from PySide6.QtCore import QObject, QPointF, QRectF, Signal
from PySide6.QtGui import QBrush, QColor, QImage, QPainter

from annolab.errors import AnnoLabError
from annolab.jobs import Progress
from annolab.media.image import MAX_PIXELS, Picture, load, probe
from annolab.media.raster import Pixels, levels
from annolab.widgets.view import View
from annolab.widgets.worker import Job, run

KEPT_BYTES = 768 << 20
WHOLE_PIXELS = 64_000_000  # larger pictures are shown from fewer pixels
MARGIN = 160  # logical pixels kept beyond the widget
PIXELATED = 3.0  # device pixels per picture pixel from which pixels are squares


@dataclass(frozen=True, slots=True)
class Shown:
    """A decoded picture with smaller copies of itself for views from afar."""

    picture: Picture
    images: tuple[QImage, ...]
    pixels: tuple[Pixels, ...]  # the memory of the images
    pages: int = 1  # of the file

    @property
    def size(self) -> int:
        """Bytes it takes."""
        return sum(level.nbytes for level in self.pixels)


Key = tuple[Path, int]


def shown(picture: Picture, pages: int = 1) -> Shown:
    """Prepare a picture for drawing; costs about a third of decoding it."""
    pixels = tuple(levels(picture.pixels))
    images = tuple(_image(p, alpha=picture.alpha) for p in pixels)
    return Shown(picture, images, pixels, pages)


def _image(pixels: Pixels, *, alpha: bool) -> QImage:
    height, width = pixels.shape[:2]
    opaque = QImage.Format.Format_RGB32
    kind = QImage.Format.Format_ARGB32_Premultiplied if alpha else opaque
    return QImage(pixels.data, width, height, 4 * width, kind)


def read(path: Path, page: int = 0, max_pixels: int = MAX_PIXELS) -> Shown:
    """Decode a file for the screen. Raises MediaError."""
    info = probe(path)
    shrink = sqrt(WHOLE_PIXELS / max(info.width * info.height, 1))
    if shrink >= 1:
        return shown(load(path, page, max_pixels=max_pixels), info.pages)
    fitting = (max(int(info.width * shrink), 1), max(int(info.height * shrink), 1))
    picture = load(path, page, max_size=fitting, max_pixels=max_pixels)
    return shown(picture, info.pages)


class PictureSource(QObject):
    """Pictures by path and page; a few are kept, the wanted one is decoded first."""

    ready = Signal(object, object)  # Key, Shown
    failed = Signal(object, str)  # Key, sentence

    def __init__(self, owner: QObject, kept_bytes: int = KEPT_BYTES) -> None:
        super().__init__(owner)
        self._kept: OrderedDict[Key, Shown] = OrderedDict()
        self._kept_bytes = kept_bytes
        self.max_pixels = MAX_PIXELS  # a file that promises more is refused
        self._jobs: dict[Key, Job] = {}
        self._wanted: Key | None = None
        self._ahead: list[Key] = []

    def get(self, path: Path, page: int = 0) -> Shown | None:
        """The picture if it is there; otherwise `ready` or `failed` will come."""
        key = (path, page)
        self._wanted = key
        found = self._kept.get(key)
        if found is not None:
            self._kept.move_to_end(key)
        else:
            self._start(key)
        return found

    def prefetch(self, keys: Iterable[Key]) -> None:
        """Decode these next, one after the other, once the wanted one is there."""
        self._ahead = list(keys)
        self._go_on()

    @property
    def busy(self) -> bool:
        """Whether a picture is being decoded."""
        return bool(self._jobs)

    def forget(self) -> None:
        """Drop all pictures and all that is under way."""
        for job in self._jobs.values():
            job.cancel()
        self._jobs.clear()
        self._kept.clear()
        self._ahead, self._wanted = [], None

    def _start(self, key: Key) -> None:
        if key in self._jobs:
            return

        max_pixels = self.max_pixels

        def work(_progress: Progress) -> Shown:
            return read(*key, max_pixels)

        def fail(error: AnnoLabError) -> None:
            self._jobs.pop(key, None)
            if key == self._wanted:
                self.failed.emit(key, str(error))
            self._go_on()

        self._jobs[key] = run(self, work, self._taker(key), fail)

    def _taker(self, key: Key) -> Callable[[Shown], None]:
        def take(found: Shown) -> None:
            self._jobs.pop(key, None)
            self._keep(key, found)
            if key == self._wanted:
                self.ready.emit(key, found)
            self._go_on()

        return take

    def _go_on(self) -> None:
        if self._jobs:
            return
        while self._ahead:
            key = self._ahead.pop(0)
            if key not in self._kept:
                self._start(key)
                return

    def _keep(self, key: Key, found: Shown) -> None:
        self._kept[key] = found
        self._kept.move_to_end(key)
        while len(self._kept) > 1 and self._bytes() > self._kept_bytes:
            oldest = next(k for k in self._kept if k != self._wanted)
            del self._kept[oldest]

    def _bytes(self) -> int:
        return sum(one.size for one in self._kept.values())


def draw(painter: QPainter, what: Shown, view: View, around: QRectF) -> None:
    """Draw the part of a picture that lies in `around` (logical pixels)."""
    picture = what.picture
    ratio = painter.device().devicePixelRatio()
    left, top = view.to_widget(0, 0)
    whole = QRectF(left, top, picture.width * view.scale, picture.height * view.scale)
    target = whole.intersected(around)
    if target.isEmpty():
        return
    image = _fitting_level(what, view.scale * ratio)
    x = (target.x() - left) / whole.width() * image.width()
    y = (target.y() - top) / whole.height() * image.height()
    w = target.width() / whole.width() * image.width()
    h = target.height() / whole.height() * image.height()
    if picture.alpha:
        painter.fillRect(target, _checks())
    zoom = target.width() * ratio / max(w, 1e-9)
    smooth = zoom < PIXELATED and abs(zoom - 1) > 1e-6
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, smooth)
    painter.drawImage(target, image, QRectF(x, y, w, h))


class Scaled:
    """A picture at the scale it is seen at, a little beyond the widget, for panning."""

    def __init__(self) -> None:
        self._what: Shown | None = None
        self._scale = (0.0, 0.0)
        self._image: QImage | None = None
        self._corner = (0, 0)  # of the image, in device pixels from the picture's

    def draw(self, painter: QPainter, what: Shown, view: View, around: QRectF) -> None:
        """Draw a picture; the second time at a scale it is kept, then only moved."""
        ratio = painter.device().devicePixelRatio()
        scale = (view.scale, ratio)
        if self._what is not what or self._scale != scale:
            self._what, self._scale, self._image = what, scale, None
            draw(painter, what, view, around)
            return
        if abs(view.scale * ratio - 1) < 1e-6:
            draw(painter, what, view, around)
            return
        left, top = round(view.x * ratio), round(view.y * ratio)
        seen = _seen(what, view, around)
        if self._image is None or not self._holds(seen, ratio, (left, top)):
            self._render(what, view, around)
        if self._image is not None:
            x, y = left + self._corner[0], top + self._corner[1]
            painter.drawImage(QPointF(x / ratio, y / ratio), self._image)

    def _holds(self, seen: QRectF, ratio: float, origin: tuple[int, int]) -> bool:
        if self._image is None:
            return False
        x = (origin[0] + self._corner[0]) / ratio
        y = (origin[1] + self._corner[1]) / ratio
        held = QRectF(x, y, self._image.width() / ratio, self._image.height() / ratio)
        return held.adjusted(-1, -1, 1, 1).contains(seen)

    def _render(self, what: Shown, view: View, around: QRectF) -> None:
        ratio = self._scale[1]
        wide = around.adjusted(-MARGIN, -MARGIN, MARGIN, MARGIN)
        area = _seen(what, view, wide)
        if area.isEmpty():
            self._image = None
            return
        x0, y0 = floor(area.left() * ratio), floor(area.top() * ratio)
        x1, y1 = ceil(area.right() * ratio), ceil(area.bottom() * ratio)
        kind = QImage.Format.Format_ARGB32_Premultiplied
        image = QImage(x1 - x0, y1 - y0, kind)
        image.setDevicePixelRatio(ratio)
        image.fill(0)
        painter = QPainter(image)
        place = QRectF(0, 0, image.width() / ratio, image.height() / ratio)
        draw(painter, what, view.moved(-x0 / ratio, -y0 / ratio), place)
        painter.end()
        self._image = image
        self._corner = (x0 - round(view.x * ratio), y0 - round(view.y * ratio))


def _seen(what: Shown, view: View, around: QRectF) -> QRectF:
    """The part of a picture that lies in `around`, in logical pixels."""
    left, top = view.to_widget(0, 0)
    width, height = what.picture.width, what.picture.height
    whole = QRectF(left, top, width * view.scale, height * view.scale)
    return whole.intersected(around)


@cache
def _checks() -> QBrush:
    """The ground that shows through translucent pixels: squares of two greys."""
    tile = QImage(16, 16, QImage.Format.Format_RGB32)
    tile.fill(QColor(150, 150, 150))
    for x in range(16):
        for y in range(16):
            if (x < 8) == (y < 8):
                tile.setPixelColor(x, y, QColor(110, 110, 110))
    return QBrush(tile)


def _fitting_level(what: Shown, scale: float) -> QImage:
    """The smallest copy that still has a pixel for each pixel of the screen."""
    full = what.picture.width
    for image in reversed(what.images):
        if image.width() >= full * scale * 0.999:
            return image
    return what.images[0]
