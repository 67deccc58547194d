"""A frame of a film with its shapes and tracks, drawn on as pictures are."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QRectF, Signal
from PySide6.QtGui import QColor, QImage, QMouseEvent, QPainter
from PySide6.QtWidgets import QWidget

from annolab.gestures import Size
from annolab.media.image import Picture
from annolab.model.annotation import Annotation
from annolab.model.edit import ChangeSet, Edit
from annolab.model.geometry import Shape, Track
from annolab.model.item import Item, Media
from annolab.widgets.picture import Scaled, Shown
from annolab.widgets.session import Session
from annolab.widgets.shape_canvas import ShapeCanvas
from annolab.widgets.shape_store import RGB, Mark
from annolab.widgets.track_look import COLORS, TrackColors, paint_skins
from annolab.widgets.video_board import (
    FilmBoard,
    first_seen,
    keyframes_changed,
    on_tracks,
    seen_at,
)


class VideoView(ShapeCanvas):
    """Shows what it is told to; `frame_wanted` asks for another frame.

    `index` is the frame that is seen, picture and shapes together: what is drawn
    never lands on a frame that is still on its way.
    """

    frame_wanted = Signal(int)
    pressed = Signal()  # a button of the mouse goes down
    marks_changed = Signal()  # other frames are annotated

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.index = 0
        self.board = FilmBoard()
        self.live: dict[int, Shape] = {}  # where what is being followed is seen
        self.colors = TrackColors()
        self.shown: Shown | None = None
        self.told: tuple[str, str] | None = None  # instead of a picture
        self._dropping = False
        self._count = 0  # of the pictures shown so far
        self._scaled = Scaled()
        session.selection_changed.connect(self._go_to_chosen)

    def show_item(self, item: Item | None) -> None:
        """Show a film, or nothing when there is none or it is of another kind."""
        if item is not None and item.media is not Media.VIDEO:
            item = None
        if item is not None and item is self.item:
            return
        self.shown, self.told, self.index = None, None, 0
        self._count += 1
        self.live = {}
        self.colors.forget()
        super().show_item(item)
        self.session.set_frame(None if item is None else 0)

    def show_frame(
        self, index: int, pixels: NDArray[np.uint8] | None, problem: str = ""
    ) -> None:
        """Show a frame; without pixels, the sentence that says why there are none."""
        moved = index != self.index
        self.shown = None if pixels is None else _shown(pixels)
        self._count += 1
        self.told = None
        if pixels is None:
            self.told = (self.tr("This frame cannot be shown"), problem)
        else:
            size = Size(pixels.shape[1], pixels.shape[0])
            if size != self.extent:
                self.extent = size
                if self.fits:
                    self.fit()
        if moved:
            self.hand.drop()
            self.index = index
            self._drop_left_behind()
            super().reload()
            self.session.set_frame(index)
            self.centre()
        self.tell_position()
        self.update()

    def show_live(self, live: dict[int, Shape]) -> None:
        """Show where objects are found at this frame while they are being followed."""
        self.live = live
        super().reload()

    # What the settings say

    def _take_option(self, name: str) -> None:
        super()._take_option(name)
        if name == COLORS:
            super().reload()
        elif name == "video.centre":
            self.centre()
        elif name.startswith("video.onion"):
            self._count += 1
            self.update()

    def centre(self) -> None:
        """Bring what is selected into the middle of the view, if that is wanted."""
        if not self.session.settings.flag("video.centre") or self.extent is None:
            return
        box = self.scene.store.box_of(self.session.selection)
        if box is None or self.hand.busy:
            return
        x, y = self.view.to_widget(box.x + box.w / 2, box.y + box.h / 2)
        self.look_at(self.view.moved(self.width() / 2 - x, self.height() / 2 - y))

    def _skins(self, painter: QPainter) -> None:
        settings = self.session.settings
        if settings.flag("video.onion"):
            count = int(settings.number("video.onion_frames"))
            chosen = self.session.selected()
            paint_skins(painter, chosen, self.index, count, self.view)

    def _drop_left_behind(self) -> None:
        """Tracks stay selected from frame to frame, shapes of another do not."""
        chosen = self.session.selection
        kept = tuple(i for i in chosen if self._stays(i))
        if kept != chosen:
            self._dropping = True
            self.selection_requested.emit(kept)
            self._dropping = False

    def _stays(self, annotation_id: int) -> bool:
        held = self.board.get(annotation_id)
        return held is not None and (
            isinstance(held.geometry, Track) or held.frame in (None, self.index)
        )

    # Which annotations are of this frame

    @property
    def frame_number(self) -> int | None:
        """The frame that new annotations belong to."""
        return self.index

    def annotations(self) -> list[Annotation]:
        """Those that are seen at this frame."""
        there = self.board.at(self.index)
        known = {annotation.id for annotation in there}
        found = (self.board.get(i) for i in self.live if i not in known)
        return [*there, *(a for a in found if a is not None)]

    def mark(self, annotation: Annotation, colors: dict[int, RGB]) -> Mark | None:
        """An annotation as it is at this frame; None where it is not seen."""
        found = self.live.get(annotation.id)
        there = seen_at(annotation, self.index)
        if found is not None:
            there = replace(annotation, geometry=found)
        mark = None if there is None else super().mark(there, colors)
        by_track = self.session.settings.text(COLORS) == "track"
        if mark is None or not by_track or not isinstance(annotation.geometry, Track):
            return mark
        return replace(mark, color=self.colors.of(annotation.id))

    def reload(self) -> None:
        """Read all annotations again."""
        self.board = FilmBoard(a for a in self.session.annotations() if self.wants(a))
        for annotation_id in self.board.track_ids():
            self.colors.of(annotation_id)
        super().reload()
        self.marks_changed.emit()

    def request(self, edit: Edit) -> None:
        """Request what an edit of the shapes of this frame means."""
        meant = on_tracks(edit, self.index, self.session.annotation)
        self.edit_requested.emit(meant)

    def _take_changes(self, changes: ChangeSet) -> None:
        """Undo and redo at another frame go there."""
        if self.item is None:
            return
        before = {i: self.board.get(i) for i in changes.annotations}
        if changes.item_id in (None, self.item.id):
            for annotation_id in changes.annotations:
                annotation = self.session.annotation(annotation_id)
                if annotation is not None and self.wants(annotation):
                    self.board.put(annotation)
                else:
                    self.board.drop(annotation_id)
        super()._take_changes(changes)
        self.marks_changed.emit()
        if changes.initiator is None and not changes.everything:
            self._go_to_changed(before)

    def _go_to_changed(self, before: dict[int, Annotation | None]) -> None:
        """Ask for a frame at which what has changed is seen, the nearest keyframe."""
        pairs = [(held, self.board.get(i)) for i, held in before.items()]
        frames = {frame for pair in pairs for frame in keyframes_changed(*pair)}
        if not frames:
            self._go_to([a for pair in pairs for a in pair if a is not None])
        elif self.index not in frames:
            self.frame_wanted.emit(min(frames, key=lambda f: abs(f - self.index)))

    def _go_to_chosen(self, ids: tuple[int, ...]) -> None:
        if not self._dropping:
            held = (self.board.get(i) for i in ids)
            self._go_to([a for a in held if a is not None])

    def _go_to(self, annotations: list[Annotation]) -> None:
        """Ask for a frame at which one of these is seen, unless this is one."""
        if any(seen_at(a, self.index) is not None for a in annotations):
            return
        frames = [frame for a in annotations if (frame := first_seen(a)) is not None]
        if frames and self.index not in frames:
            self.frame_wanted.emit(min(frames))

    # The picture

    def media_key(self) -> object:
        """The picture that is shown."""
        return self._count

    def draw_media(self, painter: QPainter, around: QRectF) -> None:
        """The picture, or its place while it is read."""
        if self.shown is not None:
            self._scaled.draw(painter, self.shown, self.view, around)
            self._skins(painter)
        elif self.extent is not None:
            x, y = self.view.to_widget(0, 0)
            scale = self.view.scale
            place = QRectF(x, y, self.extent.w * scale, self.extent.h * scale)
            painter.fillRect(place.intersected(around), QColor(128, 128, 128, 40))

    def pixel_text(self, x: float, y: float) -> str:
        """Red, green and blue under the pointer."""
        if self.shown is None:
            return ""
        pixels, column, row = self.shown.picture.pixels, int(x // 1), int(y // 1)
        if not (0 <= row < pixels.shape[0] and 0 <= column < pixels.shape[1]):
            return ""
        red, green, blue = pixels[row, column].tolist()
        return f"R {red}  G {green}  B {blue}"

    def message(self) -> tuple[str, str] | None:
        """What to say when there is no picture."""
        if self.item is None:
            return self.tr("No film is open"), self.tr("Choose an item on the left.")
        return self.told

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """As on pictures; what plays stops first."""
        self.pressed.emit()
        super().mousePressEvent(event)

    def _draws(self) -> bool:
        """Only on a frame that is seen."""
        return super()._draws() and self.shown is not None


def _shown(pixels: NDArray[np.uint8]) -> Shown:
    """A frame for drawing: RGB as it is, so that playing copies nothing."""
    pixels = np.ascontiguousarray(pixels)
    height, width = pixels.shape[:2]
    kind = QImage.Format.Format_RGB888
    image = QImage(pixels.data, width, height, 3 * width, kind)
    picture = Picture(pixels, width, height, 8, alpha=False, window=None, problem="")
    return Shown(picture, (image,), (pixels,))
