"""A view of a picture that shapes lie on: what a scene and a hand need to know."""

from __future__ import annotations

from PySide6.QtCore import QPointF, QRectF, Signal
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from annolab.gestures import Modifier, Phase, Pointer, Size
from annolab.model.annotation import Annotation
from annolab.model.edit import Edit
from annolab.model.geometry import Box
from annolab.model.item import Item
from annolab.widgets.canvas import Canvas
from annolab.widgets.session import Session
from annolab.widgets.shape_layer import Frame
from annolab.widgets.shape_tools import SELECT, TOOLS
from annolab.widgets.view import LARGEST, View, fitting, kept_in_sight


class PictureView(Canvas):
    """Pan and zoom over a picture.

    What the picture is and where it comes from belongs to the classes below this
    one: they override the methods that say nothing here, and set `extent`.
    """

    view_changed = Signal()

    tools = TOOLS

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.item: Item | None = None
        self.extent: Size | None = None  # the picture in pixels, once it is known
        self.view = View()
        self.tool = SELECT
        self.darken = False
        self.transforms = False  # whether one selected shape has the frame, too
        self.fits = True  # whether the view follows the size of the widget

    def draw_media(self, painter: QPainter, around: QRectF) -> None:
        """Draw the picture under the shapes."""

    def media_key(self) -> object:
        """What changes when the picture does."""
        return None

    def pixel_text(self, x: float, y: float) -> str:
        """The value of the pixel at a place, for the status bar."""
        del x, y
        return ""

    def message(self) -> tuple[str, str] | None:
        """What to say instead of a picture: a sentence, and what to do."""
        return None

    def annotations(self) -> list[Annotation]:
        """The annotations to show."""
        return self.session.annotations()

    def wants(self, annotation: Annotation) -> bool:
        """Whether an annotation belongs to what is shown."""
        return self.item is not None and annotation.item_id == self.item.id

    def request(self, edit: Edit) -> None:
        """Request an edit of what is shown."""
        self.edit_requested.emit(edit)

    @property
    def frame_number(self) -> int | None:
        """The frame or page that new annotations belong to."""
        return None

    def set_tool(self, tool_id: str) -> None:
        """Take up a tool; whoever draws a shape does more."""
        self.tool = tool_id

    def set_transforms(self, *, on: bool) -> None:
        """Show the frame that resizes and turns on a single selected shape, too."""
        self.transforms = on
        self.update()

    def set_view(self, view: View) -> None:
        """Look at the picture another way."""
        if self.extent is not None:
            whole = Box(0, 0, self.extent.w, self.extent.h)
            view = kept_in_sight(view, whole, self.width(), self.height())
        ratio = self.devicePixelRatioF()
        self.view = View(
            view.scale, round(view.x * ratio) / ratio, round(view.y * ratio) / ratio
        )
        self.zoom_changed.emit(self.view.scale * ratio if self.extent else 0.0)
        self.view_changed.emit()
        self.update()

    def fit(self) -> None:
        """Show the whole picture; not larger than two screen pixels a pixel."""
        self.fits = True
        size = self.extent or Size(1, 1)
        whole = Box(0, 0, size.w, size.h)
        self.set_view(fitting(whole, self.width(), self.height()))

    def look_at(self, view: View) -> None:
        """Look at a part on the user's wish: it stays so when the widget grows."""
        self.fits = False
        self.set_view(view)

    def zoom(self, factor: float, at: QPointF | None = None) -> None:
        """Zoom in or out, keeping what is under `at` (else the middle) in place."""
        place = at if at is not None else QPointF(self.rect().center())
        scale = min(self.view.scale * factor, LARGEST)
        self.look_at(self.view.zoomed(scale, (place.x(), place.y())))

    def frame(self) -> Frame:
        """The view with the size it is seen at."""
        ratio = self.devicePixelRatioF()
        return Frame(self.view, self.width(), self.height(), ratio)

    def pointer(self, phase: Phase, at: QPointF, held: Modifier) -> Pointer:
        """A place on the widget as gestures take it: to 1/100 of a pixel."""
        x, y = self.view.to_image(at.x(), at.y())
        return Pointer(phase, round(x, 2), round(y, 2), held, self.view.scale)
