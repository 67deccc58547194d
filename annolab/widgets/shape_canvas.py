"""The canvas of pixels: a view, shapes and gestures. Images and video build on it."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, Qt
from PySide6.QtGui import (
    QFocusEvent,
    QHelpEvent,
    QKeyEvent,
    QMouseEvent,
    QPainter,
    QPaintEvent,
    QResizeEvent,
    QWheelEvent,
)
from PySide6.QtWidgets import QSizePolicy, QToolTip, QWidget

from annolab.gestures import Modifier, Phase, Size
from annolab.model.annotation import Annotation
from annolab.model.edit import ChangeSet
from annolab.model.item import Item
from annolab.model.schema import Label
from annolab.widgets import shape_commands
from annolab.widgets.picture_view import PictureView
from annolab.widgets.session import Session
from annolab.widgets.shape_hand import Hand
from annolab.widgets.shape_scene import Scene
from annolab.widgets.shape_store import RGB, Mark, label_colors, mark_of
from annolab.widgets.shape_tools import CANVAS_MENU, CHOSEN_MENU, TOOL, hint_for
from annolab.widgets.shape_touch import tip_of
from annolab.widgets.view import View

MANY = 64  # changed annotations from which all are read again
WHEEL_ZOOM = 1.2  # for one notch of the wheel
KEPT_VIEWS = 1000


class ShapeCanvas(PictureView):
    """Shows shapes over a picture and turns the mouse into edits."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(session, parent)
        self.scene = Scene(self)
        self.hand = Hand(self, self.scene)
        self.view_changed.connect(self._take_view)
        self.tool = session.tool if session.tool in TOOL else self.tool
        self._views: dict[int, View] = {}
        self._pan: QPointF | None = None
        self._space = False
        self.setMouseTracking(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)
        self.setMinimumSize(160, 120)
        expanding = QSizePolicy.Policy.Expanding
        self.setSizePolicy(expanding, expanding)
        self.setObjectName("canvas")
        self.setAccessibleName(self.tr("Picture"))
        self._listen(session)

    def _listen(self, session: Session) -> None:
        session.item_opened.connect(self.show_item)
        session.changed.connect(self._take_changes)
        session.selection_changed.connect(self._take_selection)
        session.label_picked.connect(self._take_label)
        session.tool_changed.connect(self.set_tool)
        session.hidden_changed.connect(self._take_hidden)
        session.option_changed.connect(self._take_option)
        self._take_option("work.fill")

    def show_item(self, item: Item | None) -> None:
        """Show an item, or nothing; a gesture in flight is dropped.

        The item that is shown already stays as it is.
        """
        if item is not None and item is self.item:
            return
        self.hand.drop()
        self._keep_view()
        self.item = item
        known = item is not None and item.width and item.height
        self.extent = Size(item.width, item.height) if item and known else None  # type: ignore[arg-type]
        self.reload()
        kept = self._views.get(item.id) if item is not None else None
        self.fits = kept is None
        if kept is not None:
            self.set_view(kept)
        else:
            self.fit()

    def _keep_view(self) -> None:
        if self.item is None:
            return
        self._views.pop(self.item.id, None)
        if not self.fits:
            self._views[self.item.id] = self.view
            if len(self._views) > KEPT_VIEWS:
                del self._views[next(iter(self._views))]

    def reload(self) -> None:
        """Read all annotations again."""
        colors = label_colors(self.session.schema)
        marks = [self.mark(a, colors) for a in self.annotations()]
        self.scene.load([mark for mark in marks if mark is not None])
        self._take_hidden()
        self._take_selection(self.session.selection)

    def mark(self, annotation: Annotation, colors: dict[int, RGB]) -> Mark | None:
        """An annotation as it is drawn here; None when it is not."""
        return mark_of(annotation, colors) if self.wants(annotation) else None

    def _take_view(self) -> None:
        """Another view: see what is under the pointer, but not while it pans."""
        if self._pan is None or self.hand.busy:
            self.hand.look_again()
        self.tell_position()

    # What the session says

    def _take_changes(self, changes: ChangeSet) -> None:
        project = self.session.project
        if self.item is None or project is None:
            return
        if changes.annotations & self.hand.editing:
            self.hand.drop()
        many = len(changes.annotations) > MANY
        if changes.everything or changes.schema_changed or many:
            self.reload()
            return
        if changes.item_id not in (None, self.item.id) or not changes.annotations:
            return
        colors = label_colors(self.session.schema)
        found, gone = [], []
        for annotation_id in sorted(changes.annotations):
            annotation = self.session.annotation(annotation_id)
            mark = self.mark(annotation, colors) if annotation is not None else None
            if mark is None:
                gone.append(annotation_id)
            else:
                found.append(mark)
        self.scene.put(found, gone)
        self.hand.look_again()
        self.tell_hint()

    def _take_selection(self, ids: tuple[int, ...]) -> None:
        if not ids:
            self.transforms = False
        self.scene.choose(ids)
        self.hand.look_again()
        self.tell_hint()

    def _take_hidden(self) -> None:
        self.scene.hide(self.session.hidden)

    def _take_option(self, name: str) -> None:
        """How shapes look is up to the user."""
        if name in ("work.fill", "work.show_labels"):
            settings = self.session.settings
            fill = round(settings.number("work.fill") * 2.55)
            self.scene.dress(fill=fill, chips=settings.flag("work.show_labels"))

    def _take_label(self, label: Label | None) -> None:
        self.hand.label_picked(label)
        self.update()

    # Tools and actions

    def menu(self) -> tuple[str, ...]:
        """For what is selected, else for the picture."""
        return CHOSEN_MENU if self.session.selection else CANVAS_MENU

    def set_tool(self, tool_id: str) -> None:
        """Take up a tool; a shape in the making is dropped."""
        if tool_id not in TOOL or tool_id == self.tool:
            return
        self.hand.drop()
        self.tool = tool_id
        self.transforms = False
        self.session.pick_tool(tool_id)
        self.hand.look_again()
        self.tell_hint()
        self.update()

    def set_transforms(self, *, on: bool) -> None:
        """Show the frame that resizes and turns on a single selected shape, too."""
        super().set_transforms(on=on)
        self.hand.look_again()
        self.tell_hint()

    def trigger(self, action_id: str) -> bool:
        """Do what an `image.` action says."""
        return shape_commands.run(self, self.scene, self.hand, action_id)

    def tell_hint(self) -> None:
        """Say what the tool does now."""
        chosen = self.scene.only_chosen()
        shape = chosen.shape if chosen is not None else None
        text = hint_for(self.tool, shape, framed=self.scene.framed() is not None)
        self.hint_changed.emit(self.tr(text))
        self.setAccessibleDescription(self._description())

    def _description(self) -> str:
        """What a screen reader says of the canvas."""
        if self.item is None:
            return ""
        text = self.tr("{name}: {count} annotations, {chosen} selected")
        chosen = len(self.scene.chosen)
        count = len(self.scene.store)
        return text.format(name=self.item.name, count=count, chosen=chosen)

    # Events

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep a fitting picture fitting, else the middle in the middle."""
        super().resizeEvent(event)
        if self.fits:
            self.fit()
            return
        old, new = event.oldSize(), event.size()
        if old.isValid():
            dx, dy = new.width() - old.width(), new.height() - old.height()
            self.set_view(self.view.moved(dx / 2, dy / 2))

    def paintEvent(self, _event: QPaintEvent) -> None:
        """Paint all layers."""
        painter = QPainter(self)
        self.scene.paint(painter)
        painter.end()

    def wheelEvent(self, event: QWheelEvent) -> None:
        """Zoom at the pointer; with Shift, or by a second wheel, pan."""
        delta = event.angleDelta()
        if event.modifiers() & Qt.KeyboardModifier.ShiftModifier or not delta.y():
            by = delta.x() or delta.y()
            self.look_at(self.view.moved(by / 2, 0))
        else:
            self.zoom(WHEEL_ZOOM ** (delta.y() / 120), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        """Pan, or let the hand begin or go on."""
        self.setFocus(Qt.FocusReason.MouseFocusReason)
        left = event.button() is Qt.MouseButton.LeftButton
        middle = event.button() is Qt.MouseButton.MiddleButton
        if middle or (left and self._space):
            self._pan = event.position()
            self.scene.doing.hover = self.scene.doing.hot = None
            self.show_cursor()
        elif not self._draws():
            return
        elif left:
            self.hand.press(Phase.PRESS, event.position(), held(event))
        elif event.button() is Qt.MouseButton.RightButton:
            self.hand.press_right(event.position())

    def _draws(self) -> bool:
        """Whether there is a picture to draw on."""
        there = self.item is not None and self.extent is not None
        return there and self.message() is None

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Two quick presses."""
        if event.button() is Qt.MouseButton.LeftButton and not self._space:
            if self._draws():
                self.hand.press(Phase.DOUBLE, event.position(), held(event))
        else:
            self.mousePressEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        """Pan, drag or hover."""
        at = event.position()
        if self._pan is not None:
            by = at - self._pan
            self._pan = at
            self.scene.doing.at = at
            self.look_at(self.view.moved(by.x(), by.y()))
            if not self.hand.busy:
                return
        down = bool(event.buttons() & Qt.MouseButton.LeftButton)
        self.hand.move(at, held(event), down=down)
        self.tell_position()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        """End a pan or a drag."""
        if self._pan is not None and event.button() in (
            Qt.MouseButton.MiddleButton,
            Qt.MouseButton.LeftButton,
        ):
            self._pan = None
            self.hand.look_again()
            self.show_cursor()
        elif event.button() is Qt.MouseButton.LeftButton:
            self.hand.release(event.position(), held(event))

    def leaveEvent(self, event: QEvent) -> None:
        """The pointer is elsewhere."""
        super().leaveEvent(event)
        self.hand.leave()
        self.tell_position()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space pans; modifiers tell on a drag at once. The rest are actions."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = True
            self.show_cursor()
        elif (changed := _MODIFIER_KEYS.get(event.key())) is not None:
            self.hand.modifiers_changed(held(event) | changed)
        else:
            super().keyPressEvent(event)

    def keyReleaseEvent(self, event: QKeyEvent) -> None:
        """The counterpart of `keyPressEvent`."""
        if event.key() == Qt.Key.Key_Space and not event.isAutoRepeat():
            self._space = False
            self.show_cursor()
        elif (changed := _MODIFIER_KEYS.get(event.key())) is not None:
            self.hand.modifiers_changed(held(event) & ~changed)
        else:
            super().keyReleaseEvent(event)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        """Keys that are let go elsewhere are not heard here."""
        super().focusOutEvent(event)
        self._space = False
        self.show_cursor()
        self.update()

    def focusInEvent(self, event: QFocusEvent) -> None:
        """Show the focus frame."""
        super().focusInEvent(event)
        self.update()

    def event(self, event: QEvent) -> bool:
        """Another theme or another screen: paint anew."""
        if event.type() in (
            QEvent.Type.PaletteChange,
            QEvent.Type.DevicePixelRatioChange,
            QEvent.Type.FontChange,
        ):
            self.scene.forget_backdrop()
            self.update()
        if isinstance(event, QHelpEvent) and event.type() == QEvent.Type.ToolTip:
            text = tip_of(self, self.scene)
            QToolTip.showText(event.globalPos(), text, self)
            return True
        return super().event(event)

    def show_cursor(self) -> None:
        """The cursor that tells what a press would do."""
        if self._pan is not None:
            self.setCursor(Qt.CursorShape.ClosedHandCursor)
        elif self._space:
            self.setCursor(Qt.CursorShape.OpenHandCursor)
        else:
            self.setCursor(self.hand.cursor())

    def tell_position(self) -> None:
        """Say where the pointer is and what is under it; "" when it is elsewhere."""
        place = self.hand.place
        if self.extent is None or place is None:
            self.position_changed.emit("")
            self.pixel_changed.emit("")
            return
        x, y = place
        self.position_changed.emit(f"x {x:.1f}  y {y:.1f}")
        self.pixel_changed.emit(self.pixel_text(x, y))


_MODIFIER_KEYS: dict[int, Modifier] = {
    Qt.Key.Key_Shift: Modifier.SHIFT,
    Qt.Key.Key_Control: Modifier.CTRL,
    Qt.Key.Key_Alt: Modifier.ALT,
}


def held(event: QMouseEvent | QKeyEvent) -> Modifier:
    """The modifiers of an event as gestures take them."""
    keys = event.modifiers()
    found = Modifier.NONE
    if keys & Qt.KeyboardModifier.ShiftModifier:
        found |= Modifier.SHIFT
    if keys & Qt.KeyboardModifier.ControlModifier:
        found |= Modifier.CTRL
    if keys & Qt.KeyboardModifier.AltModifier:
        found |= Modifier.ALT
    return found
