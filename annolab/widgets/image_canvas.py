"""The canvas of pictures: where the pixels of an image item come from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from annolab.errors import AnnoLabError
from annolab.gestures import Size
from annolab.model.item import Item, Media
from annolab.widgets.picture import Key, PictureSource, Scaled, Shown
from annolab.widgets.session import Session
from annolab.widgets.shape_canvas import ShapeCanvas

NEIGHBOURS = 1  # items ahead and behind that are decoded beforehand


class ImageCanvas(ShapeCanvas):
    """Shows an image item; the next and the previous one are decoded ahead."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.source = PictureSource(self)
        self.shown: Shown | None = None
        self._key: Key | None = None
        self._scaled = Scaled()
        self._problem = ""
        self.source.ready.connect(self._take_picture)
        self.source.failed.connect(self._take_failure)
        session.project_changed.connect(self.source.forget)
        session.item_updated.connect(self._take_item)

    def show_item(self, item: Item | None) -> None:
        """Show an image, or nothing when there is none or it is of another kind."""
        if item is not None and item.media is not Media.IMAGE:
            item = None
        if item is not None and item is self.item:
            return
        self.shown, self._key, self._problem = None, None, ""
        super().show_item(item)
        if item is None:
            return
        path = self._path(item)
        if path is None:
            return
        self._key = (path, 0)
        found = self.source.get(path)
        if found is not None:
            self._take_picture(self._key, found)

    def _path(self, item: Item) -> Path | None:
        project = self.session.project
        if project is None:
            return None
        try:
            return project.media_path(item)
        except AnnoLabError as error:
            self._fail(str(error))
            return None

    def _take_item(self, item: Item) -> None:
        """The open item was changed: only its file matters here."""
        before = self.item
        if before is None or item.id != before.id:
            return
        if (before.path, before.root_id) != (item.path, item.root_id):
            self.show_item(item)
        else:
            self.item = item

    def _take_picture(self, key: Key, found: Shown) -> None:
        if key != self._key:
            return
        self.shown = found
        size = Size(found.picture.width, found.picture.height)
        if size != self.extent:
            self.extent = size
            if self.fits:
                self.fit()
        if found.picture.problem:
            self.problem_found.emit(found.picture.problem)
        self.update()
        self._prefetch()

    def _prefetch(self) -> None:
        project = self.session.project
        if project is None:
            return
        keys: list[Key] = []
        for item in self.session.neighbours(NEIGHBOURS):
            if item.media is Media.IMAGE and not item.problem and not item.missing:
                try:
                    keys.append((project.media_path(item), 0))
                except AnnoLabError:
                    continue  # said when the item is opened
        self.source.prefetch(keys)

    def _take_failure(self, key: Key, sentence: str) -> None:
        if key == self._key:
            self._fail(sentence)
            self._prefetch()

    def _fail(self, sentence: str) -> None:
        self._problem = sentence
        self.problem_found.emit(sentence)
        self.update()

    def media_key(self) -> object:
        """The picture that is shown."""
        return id(self.shown)

    def draw_media(self, painter: QPainter, around: QRectF) -> None:
        """The picture, or its place while it is decoded."""
        if self.shown is not None:
            self._scaled.draw(painter, self.shown, self.view, around)
        elif self.extent is not None:
            x, y = self.view.to_widget(0, 0)
            scale = self.view.scale
            place = QRectF(x, y, self.extent.w * scale, self.extent.h * scale)
            painter.fillRect(place.intersected(around), QColor(128, 128, 128, 40))

    def pixel_text(self, x: float, y: float) -> str:
        """Red, green and blue under the pointer, as shown."""
        if self.shown is None:
            return ""
        pixels, scale = self.shown.picture.pixels, self.shown.picture.scale
        column, row = int(x * scale // 1), int(y * scale // 1)
        if not (0 <= row < pixels.shape[0] and 0 <= column < pixels.shape[1]):
            return ""
        blue, green, red, _ = pixels[row, column].tolist()
        return f"R {red}  G {green}  B {blue}"

    def message(self) -> tuple[str, str] | None:
        """What to say when there is no picture."""
        if self.session.project is None or self.item is None:
            if self.session.project is not None and len(self.session.order) == 0:
                return self.tr("No pictures yet"), self.tr("Add a folder of pictures.")
            return self.tr("No picture is open"), self.tr("Choose an item on the left.")
        if self._problem:
            return self.tr("This picture cannot be shown"), self._problem
        return None
