"""The canvas of pictures: where the pixels of an image item come from."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QPainter
from PySide6.QtWidgets import QWidget

from annolab.errors import AnnoLabError
from annolab.gestures import Size
from annolab.model.annotation import Annotation
from annolab.model.edit import ChangeSet
from annolab.model.item import Item, Media
from annolab.widgets.page_bar import PageBar
from annolab.widgets.picture import Key, PictureSource, Scaled, Shown
from annolab.widgets.session import Session
from annolab.widgets.shape_canvas import ShapeCanvas

NEIGHBOURS = 1  # items ahead and behind that are decoded beforehand
PAGE_STEPS = {"image.next_page": 1, "image.previous_page": -1}
MEGAPIXEL = 1_000_000


class ImageCanvas(ShapeCanvas):
    """Shows a page of an image item; the pages and items beside it are decoded ahead.

    What is drawn on a file of several pages belongs to the page that is shown.
    Annotations without a page, and all of a file with one page, are always shown.
    """

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.page = 0  # counted from 0
        self.pages = 1
        self._left_at: dict[int, int] = {}  # the pages that items were left at
        self._frames: dict[int, int | None] = {}  # of the annotations on all pages
        self.source = PictureSource(self)
        self.shown: Shown | None = None
        self._key: Key | None = None
        self._scaled = Scaled()
        self._problem = ""
        self.page_bar = PageBar(self)
        self.page_bar.stepped.connect(lambda by: self.show_page(self.page + by))
        self.source.ready.connect(self._take_picture)
        self.source.failed.connect(self._take_failure)
        session.project_changed.connect(self._forget)
        session.item_updated.connect(self._take_item)
        self._take_option("media.largest_picture")

    def _forget(self) -> None:
        self.source.forget()
        self._left_at.clear()

    def _take_option(self, name: str) -> None:
        super()._take_option(name)
        if name == "media.largest_picture":
            self.source.max_pixels = int(self.session.settings.number(name) * MEGAPIXEL)

    def show_item(self, item: Item | None) -> None:
        """Show an image, or nothing when there is none or it is of another kind."""
        if item is not None and item.media is not Media.IMAGE:
            item = None
        if item is not None and item is self.item:
            return
        self.pages = _pages_of(item)
        left_at = self._left_at.get(item.id, 0) if item is not None else 0
        self.page = min(left_at, self.pages - 1)
        self._drop_picture()
        super().show_item(item)
        self._show_picture()

    def show_page(self, page: int) -> None:
        """Show another page of the file, or the last when there are fewer."""
        page = min(max(page, 0), self.pages - 1)
        if self.item is None or page == self.page:
            return
        self.hand.drop()
        self.page = self._left_at[self.item.id] = page
        chosen = [self._page_of(self._frames.get(i)) for i in self.session.selection]
        if chosen and not {None, page} & set(chosen):
            self.selection_requested.emit(())
        self._drop_picture()
        self.reload()
        self._show_picture()

    def _drop_picture(self) -> None:
        self.shown, self._key, self._problem = None, None, ""

    def _show_picture(self) -> None:
        """Show the picture of the page, when it is there."""
        self.page_bar.tell(self.page, self.pages)
        self.tell_hint()
        path = self._path(self.item) if self.item is not None else None
        if path is None:
            return
        self._key = (path, self.page)
        found = self.source.get(path, self.page)
        if found is not None:
            self._take_picture(self._key, found)
        self.update()

    # Which annotations are of this page

    @property
    def frame_number(self) -> int | None:
        """The page that new annotations belong to; None when there is only one."""
        return self.page if self.pages > 1 else None

    def _page_of(self, frame: int | None) -> int | None:
        """The page an annotation is seen on; None: on all."""
        if frame is None or self.pages < 2:
            return None
        return min(frame, self.pages - 1)

    def wants(self, annotation: Annotation) -> bool:
        """Whether an annotation is of this page."""
        on = self._page_of(annotation.frame)
        return super().wants(annotation) and on in (None, self.page)

    def reload(self) -> None:
        """Read all annotations again."""
        self._frames = {}
        if self.pages > 1:
            self._frames = {a.id: a.frame for a in self.annotations()}
        super().reload()

    def trigger(self, action_id: str) -> bool:
        """Do what an `image.` action says."""
        by = PAGE_STEPS.get(action_id)
        if by is None:
            return super().trigger(action_id)
        self.show_page(self.page + by)
        return True

    def _take_selection(self, ids: tuple[int, ...]) -> None:
        """Show what is selected: if all of it is on other pages, go there."""
        super()._take_selection(ids)
        pages = {self._page_of(self._frames.get(i)) for i in ids}
        if pages and not pages & {None, self.page}:
            self.show_page(min(page for page in pages if page is not None))

    def _take_changes(self, changes: ChangeSet) -> None:
        """Undo and redo on another page go there."""
        frames = [self._frames[i] for i in changes.annotations if i in self._frames]
        super()._take_changes(changes)
        if self.pages < 2 or self.item is None or changes.everything:
            return
        for annotation_id in changes.annotations:
            annotation = self.session.annotation(annotation_id)
            if annotation is not None:
                self._frames[annotation_id] = annotation.frame
                frames.append(annotation.frame)
            else:
                self._frames.pop(annotation_id, None)
        pages = {self._page_of(frame) for frame in frames}
        if changes.initiator is None and pages and not pages & {None, self.page}:
            self.show_page(min(page for page in pages if page is not None))

    # The picture

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
            if self.shown is None:
                self._set_pages(_pages_of(item))

    def _set_pages(self, pages: int) -> None:
        """The file has another number of pages than was thought."""
        if pages != self.pages:
            self.pages = pages
            self.reload()
            self.page_bar.tell(self.page, pages)

    def _take_picture(self, key: Key, found: Shown) -> None:
        if key != self._key:
            return
        self.shown = found
        self._set_pages(found.pages)
        size = Size(found.picture.width, found.picture.height)
        if size != self.extent:
            self.extent = size
            if self.fits:
                self.fit()
        if found.picture.problem:
            self.problem_found.emit(found.picture.problem)
        self.tell_position()
        self.update()
        self._prefetch()

    def _prefetch(self) -> None:
        project = self.session.project
        if project is None:
            return
        keys: list[Key] = []
        if self._key is not None:
            path, page = self._key
            beside = (page + 1, page - 1)
            keys = [(path, other) for other in beside if 0 <= other < self.pages]
        for item in self.session.neighbours(NEIGHBOURS):
            if item.media is Media.IMAGE and not item.problem and not item.missing:
                try:
                    keys.append(
                        (project.media_path(item), self._left_at.get(item.id, 0))
                    )
                except AnnoLabError:
                    continue  # said when the item is opened
        self.source.prefetch(keys)

    def _take_failure(self, key: Key, sentence: str) -> None:
        if key == self._key:
            self._fail(sentence)
            self._prefetch()

    def _fail(self, sentence: str) -> None:
        self._problem = sentence  # said in place of the picture: `message`
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


def _pages_of(item: Item | None) -> int:
    """The pages of a file as the project knows them; 1 when it does not."""
    length = item.length if item is not None else None
    return max(int(min(length or 1, 1 << 31)), 1)
