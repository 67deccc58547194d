"""Boxes of time and frequency on the spectrogram: drawn, selected, reshaped."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QColor, QMouseEvent, QPainter, QPen

from annolab import edits
from annolab.model.annotation import Annotation
from annolab.model.geometry import TimeBox
from annolab.model.ids import new_id
from annolab.widgets.sound_bands import SoundBands
from annolab.widgets.theme import theme_of

if TYPE_CHECKING:
    from annolab.model.edit import ChangeSet
    from annolab.model.item import Item
    from annolab.widgets.session import Session

GRAB = 5.0  # pixels around an edge
LEAST = 3.0  # pixels, of a box that is drawn
CHIP = 16.0
MANY = 100  # changed marks from which on all are looked at again
Sides = tuple[bool, bool, bool, bool]  # left, right, top, bottom
WHOLE: Sides = (True, True, True, True)


class SoundBoxes(QObject):
    """The boxes of the open item on one spectrogram.

    With the tool "box" a drag draws one; else edges, corners and the name of a box
    can be grabbed, so that time is selected inside of boxes, too.
    """

    edit_requested = Signal(object)
    selection_requested = Signal(tuple)

    def __init__(self, over: SoundBands, session: Session) -> None:
        super().__init__(over)
        self._over = over
        self._session = session
        self.draws = False
        self._start: QPointF | None = None
        self._drawn: TimeBox | None = None
        self._held: tuple[Annotation, Sides] | None = None
        self._found: dict[int, Annotation] | None = None
        session.item_opened.connect(self._forget)
        session.changed.connect(self._take_changes)

    def _forget(self, _item: Item | None = None) -> None:
        self._found = None

    def _take_changes(self, changes: ChangeSet) -> None:
        """Look at all marks again only when a box is among those that changed."""
        if self._found is None:
            return
        ids = changes.annotations
        many = changes.everything or len(ids) > MANY
        if many or any(id_ in self._found or self._is_box(id_) for id_ in ids):
            self._forget()

    def _is_box(self, annotation_id: int) -> bool:
        mark = self._session.annotation(annotation_id)
        return mark is not None and isinstance(mark.geometry, TimeBox)

    def shown(self) -> list[Annotation]:
        """The boxes that are not hidden."""
        if self._found is None:  # seldom: there may be 100,000 intervals beside them
            marks = self._session.annotations()
            self._found = {a.id: a for a in marks if isinstance(a.geometry, TimeBox)}
        hidden = self._session.hidden
        return [a for a in self._found.values() if a.id not in hidden]

    def rect(self, box: TimeBox) -> QRectF:
        """Where a box is on the widget."""
        view = self._over.view
        x0, x1 = view.x_of(box.start), view.x_of(box.stop)
        y0, y1 = self._over.y_of(box.high), self._over.y_of(box.low)
        return QRectF(x0, y0, x1 - x0, y1 - y0)

    def paint(self, painter: QPainter, place: QRectF) -> None:
        """Paint every box, and the one that is being drawn."""
        painter.save()
        painter.setClipRect(place)
        for mark in self.shown():
            box = mark.geometry
            if self._held is not None and mark.id == self._held[0].id:
                box = self._drawn or box
            if isinstance(box, TimeBox) and self._is_seen(box):
                self._paint_box(painter, self.rect(box), mark)
        if self._drawn is not None and self._held is None:
            painter.setPen(QPen(theme_of(self._over).color("accent"), 2))
            painter.drawRect(self.rect(self._drawn))
        painter.restore()

    def _is_seen(self, box: TimeBox) -> bool:
        view = self._over.view
        return box.stop >= view.start and box.start <= view.stop

    def _paint_box(self, painter: QPainter, rect: QRectF, mark: Annotation) -> None:
        theme = theme_of(self._over)
        label = self._session.schema.label(mark.label_id)
        color = QColor(label.color if label is not None else theme.accent)
        chosen = mark.id in self._session.selection
        halo = QColor(0, 0, 0, 150)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.setPen(QPen(halo, 4 if chosen else 3))
        painter.drawRect(rect)
        painter.setPen(QPen(color, 2 if chosen else 1))
        painter.drawRect(rect)
        fill = QColor(color)
        fill.setAlphaF(0.12)
        painter.fillRect(rect, fill)
        if label is not None:
            name = painter.fontMetrics().horizontalAdvance(label.name) + 10
            chip = QRectF(rect.left(), rect.top(), name, CHIP)
            painter.fillRect(chip, color)
            painter.setPen(QColor(theme.on_chip))
            painter.drawText(chip, Qt.AlignmentFlag.AlignCenter, label.name)

    # The mouse

    def _grabbed(self, at: QPointF) -> tuple[Annotation, Sides] | None:
        """The box whose edge, corner or name is here; the newest first."""
        for mark in reversed(self.shown()):
            if not isinstance(mark.geometry, TimeBox) or mark.locked:
                continue
            rect = self.rect(mark.geometry)
            around = rect.adjusted(-GRAB, -GRAB, GRAB, GRAB)
            if not around.contains(at):
                continue
            sides = (
                abs(at.x() - rect.left()) <= GRAB,
                abs(at.x() - rect.right()) <= GRAB,
                abs(at.y() - rect.top()) <= GRAB,
                abs(at.y() - rect.bottom()) <= GRAB,
            )
            if any(sides):
                return mark, sides
            if rect.contains(at) and at.y() < rect.top() + CHIP and mark.label_id:
                return mark, WHOLE
        return None

    def press(self, event: QMouseEvent) -> bool:
        """Begin to draw or to drag; False: the press is for somebody else."""
        at = event.position()
        if self._over.frequency_at(at.y()) is None or at.x() < self._over.view.left:
            return False
        self._held = None if self.draws else self._grabbed(at)
        if self._held is None and not self.draws:
            return False
        self._start = at
        self._drawn = None
        if self._held is not None:
            self.selection_requested.emit((self._held[0].id,))
        return True

    def move(self, event: QMouseEvent) -> bool:
        """Go on drawing or dragging."""
        if self._start is None:
            return False
        at = event.position()
        if self._held is None:
            self._drawn = self._between(self._start, at)
        else:
            self._drawn = self._dragged(self._held, self._start, at)
        self._over.update()
        return True

    def _between(self, a: QPointF, b: QPointF) -> TimeBox:
        view = self._over.view
        start, stop = sorted((view.time_at(a.x()), view.time_at(b.x())))
        low, high = sorted((self._hertz(a.y()), self._hertz(b.y())))
        return TimeBox(start, stop, low, high)

    def _hertz(self, y: float) -> float:
        _, place = self._over.bands()
        if place is not None:
            y = min(max(y, place.top()), place.bottom())
        return self._over.frequency_at(y) or 0.0

    def _dragged(
        self, held: tuple[Annotation, Sides], start: QPointF, at: QPointF
    ) -> TimeBox:
        mark, (left, right, top, bottom) = held
        box = mark.geometry
        if not isinstance(box, TimeBox):  # pragma: no cover  `shown` sees to it
            raise TypeError
        rect = self.rect(box)
        by = at - start
        rect.adjust(
            by.x() if left else 0,
            by.y() if top else 0,
            by.x() if right else 0,
            by.y() if bottom else 0,
        )
        moved = self._between(rect.topLeft(), rect.bottomRight())
        # What was not dragged keeps its double: pixels are coarser.
        return replace(
            moved,
            start=moved.start if left else box.start,
            stop=moved.stop if right else box.stop,
            low=moved.low if bottom else box.low,
            high=moved.high if top else box.high,
        )

    def release(self, event: QMouseEvent) -> bool:
        """End it: ask for the edit."""
        if self._start is None:
            return False
        at, start, drawn, held = event.position(), self._start, self._drawn, self._held
        self.drop()
        far = abs(at.x() - start.x()) >= LEAST or abs(at.y() - start.y()) >= LEAST
        if drawn is None or not far:
            return True
        if held is not None:
            self.edit_requested.emit(edits.set_geometry(held[0], drawn, "Move box"))
        elif drawn.stop > drawn.start and drawn.high > drawn.low:
            self._add(drawn)
        return True

    def _add(self, box: TimeBox) -> None:
        project, item = self._session.project, self._session.item
        if project is None or item is None:
            return
        label = self._session.label
        made = Annotation(
            id=new_id(),
            item_id=item.id,
            annotator_id=project.annotator.id,
            geometry=box,
            label_id=label.id if label is not None else None,
        )
        self.edit_requested.emit(edits.add([made]))
        self.selection_requested.emit((made.id,))

    def drop(self) -> None:
        """Give up what is being drawn or dragged."""
        self._start = self._drawn = self._held = None
        self._over.update()

    def cursor(self, at: QPointF) -> Qt.CursorShape | None:
        """The cursor that tells what a press would do; None: nothing here."""
        if self._over.frequency_at(at.y()) is None or at.x() < self._over.view.left:
            return None
        if self.draws:
            return Qt.CursorShape.CrossCursor
        held = self._grabbed(at)
        return None if held is None else _cursor_of(held[1])


def _cursor_of(sides: Sides) -> Qt.CursorShape:
    left, right, top, bottom = sides
    shape = Qt.CursorShape
    if sides == WHOLE:
        return shape.SizeAllCursor
    if (left and top) or (right and bottom):
        return shape.SizeFDiagCursor
    if (right and top) or (left and bottom):
        return shape.SizeBDiagCursor
    return shape.SizeHorCursor if left or right else shape.SizeVerCursor
