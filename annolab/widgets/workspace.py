"""The panels of an open project: items, canvas, labels, annotations, form."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import Any

from PySide6.QtCore import QByteArray, Qt, QTimer, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QSplitter, QStackedWidget, QWidget

from annolab.actions import Context
from annolab.errors import AnnoLabError
from annolab.model.edit import ChangeSet, Edit
from annolab.model.item import Item, Media
from annolab.widgets.annotation_list import AnnotationList
from annolab.widgets.attribute_form import AttributeForm
from annolab.widgets.banner import Banner
from annolab.widgets.canvas import Canvas
from annolab.widgets.commands import Commands
from annolab.widgets.controls import column, label, row, spoken_key
from annolab.widgets.guidelines import Guidelines
from annolab.widgets.item_list import ItemList
from annolab.widgets.label_panel import LabelPanel
from annolab.widgets.recent import state
from annolab.widgets.session import Session
from annolab.widgets.status_bar import StatusBar
from annolab.widgets.tool_rail import HintLine, ToolRail

ITEMS_WIDTH = 272
SIDE_WIDTH = 288
GUIDELINES_WIDTH = 320
LEAST_HEIGHT = 34 + 5 * 30  # of a panel at the right: its head and five rows


class Workspace(QWidget):
    """Docks the panels, and shows the canvas that the item needs."""

    canvas_made = Signal(object)  # Canvas, once
    states_changed = Signal()  # one of `states` is another

    def __init__(self, session: Session, commands: Commands) -> None:
        super().__init__()
        self.setObjectName("workspace")
        self._session = session
        self._commands = commands
        self._shared = True  # the heights at the right follow what is in them
        self._canvases: dict[Media, Canvas | None] = {}
        self.canvas: Canvas | None = None
        self.items = ItemList(session)
        self.labels = LabelPanel(session)
        self.annotations = AnnotationList(session)
        self.form = AttributeForm(session)
        self.guidelines = Guidelines(session)
        self.rail = ToolRail(session, commands)
        self.hint = HintLine(commands)
        self._stack = QStackedWidget()
        self._empty = _message()
        self._stack.addWidget(self._empty)
        self.status = StatusBar(session)
        self._dock()
        self.banner = Banner(self._stack)
        self._of_item = ""  # the sentence that the canvas said of the open item
        commands.add_place(self.annotations.view)
        session.item_opened.connect(self._item_opened)
        session.item_opening.connect(self._item_opening)
        session.project_changed.connect(self._show_empty)
        session.project_changed.connect(self.banner.dismiss)
        self.items.listed.connect(self._show_empty)
        session.project_changed.connect(self._share_side)
        session.changed.connect(self._share_after)
        self.form.finished.connect(self.focus_canvas)
        self.items.pictures_button.toggled.connect(self.states_changed)
        self.guidelines.closed.connect(lambda: self.show_guidelines(shown=False))

    def _dock(self) -> None:
        self._centre = QWidget()
        beside = row(self.rail, self._stack, spacing=0)
        beside.setStretch(1, 1)
        middle = column()
        middle.addLayout(beside, 1)
        middle.addWidget(self.hint)
        self._centre.setLayout(middle)
        self.side = QSplitter(Qt.Orientation.Vertical)
        self.side.setObjectName("sidePanel")
        for panel in (self.labels, self.annotations, self.form):
            self.side.addWidget(panel)
        self.side.splitterMoved.connect(self._side_moved)
        self.split = QSplitter(Qt.Orientation.Horizontal)
        for part in (self.items, self._centre, self.guidelines, self.side):
            self.split.addWidget(part)
        policy = QSizePolicy.Policy  # first: it would take the stretch away again
        self._centre.setSizePolicy(policy.Expanding, policy.Expanding)
        for place, stretch in enumerate((0, 1, 0, 0)):
            self.split.setStretchFactor(place, stretch)
        for splitter in (self.side, self.split):
            splitter.setHandleWidth(1)
            splitter.setChildrenCollapsible(False)
        self.items.setMinimumWidth(160)
        self.side.setMinimumWidth(220)
        self.guidelines.setMinimumWidth(200)
        self._centre.setMinimumWidth(240)
        self.guidelines.hide()
        layout = column(self.split, self.status)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def _say_of_item(self, sentence: str) -> None:
        """Show what the canvas says of its item; "": it takes it back."""
        if self._of_item and self.banner.text.text() == self._of_item:
            self.banner.dismiss()
        self._of_item = sentence
        if sentence:
            self.banner.say("problem", sentence)

    def _item_opening(self, item: Item) -> None:
        canvas = self._canvas_for(item.media)
        if canvas is not None:
            self._stack.setCurrentWidget(canvas)
            canvas.expect(item)

    def _item_opened(self, item: Item | None) -> None:
        self._say_of_item("")  # it was about the item before
        canvas = self._canvas_for(item.media) if item is not None else None
        if canvas is not self.canvas:
            self.canvas = canvas
            self.status.show_position("")  # it was on the canvas before
            self.banner.leave_free(0)
            if canvas is not None and canvas.tool:
                self._session.pick_tool(canvas.tool)
            self.rail.set_tools(canvas.tools if canvas is not None else ())
            self._commands.enable(project=True, contexts=self.contexts())
            self.hint.show_keys()
            self.states_changed.emit()
        if canvas is None:
            self._show_empty()
            return
        self._stack.setCurrentWidget(canvas)
        canvas.show_item(item)

    def contexts(self) -> tuple[Context, ...]:
        """Whose actions apply to what is shown."""
        item = self._session.item
        if self.canvas is None or item is None:
            return ()
        if item.media is Media.VIDEO:
            return Context.IMAGE, Context.VIDEO
        return tuple(c for c in Context if c.value == item.media.value)

    def _canvas_for(self, media: Media) -> Canvas | None:
        if media not in self._canvases:
            self._canvases[media] = self._make_canvas(media)
        return self._canvases[media]

    def _make_canvas(self, media: Media) -> Canvas | None:
        from annolab import plugins

        declared = plugins.canvas_for(media)
        if declared is None:
            return None
        try:
            made = plugins.load(declared)
            canvas = made(self._session) if callable(made) else None
        except AnnoLabError as error:
            self._session.said.emit("problem", str(error))
            return None
        if not isinstance(canvas, Canvas):
            return None
        self._connect_canvas(canvas)
        return canvas

    def _connect_canvas(self, canvas: Canvas) -> None:
        self._stack.addWidget(canvas)
        for signal, show in (
            (canvas.position_changed, self.status.show_position),
            (canvas.zoom_changed, self._show_zoom),
            (canvas.hint_changed, self.hint.say),
            (canvas.pixel_changed, self.hint.pixel.setText),
            (canvas.top_taken, self.banner.leave_free),
        ):
            signal.connect(partial(self._show_of, canvas, show))
        canvas.problem_found.connect(self._say_of_item)
        canvas.edit_requested.connect(
            lambda edit, canvas=canvas: self._apply(edit, canvas)
        )
        canvas.selection_requested.connect(self._session.select)
        canvas.states_changed.connect(self.states_changed)
        self._commands.add_place(canvas)
        self.canvas_made.emit(canvas)

    def _show_of(
        self, canvas: Canvas, show: Callable[[Any], object], value: object
    ) -> None:
        """What the canvas tells that is shown; another one may tell something, too."""
        if canvas is self.canvas:
            show(value)

    def _show_zoom(self, factor: float) -> None:
        if self._session.item is not None:
            self.status.show_zoom(factor)

    def _apply(self, edit: Edit, canvas: Canvas) -> None:
        self._session.apply(edit, canvas)

    def run_on_canvas(self, action_id: str) -> None:
        """An action of the canvas that is shown."""
        if self.canvas is not None:
            self.canvas.trigger(action_id)

    def _show_empty(self) -> None:
        if self._session.item is not None and self.canvas is not None:
            return
        item = self._session.item
        self.hint.say("")
        key = spoken_key(self._commands.bindings.first("project.add_folder"))
        if item is not None:
            text = self.tr("There is no canvas for {} yet.").format(item.media.value)
        elif len(self._session.order):
            text = self.tr("Pick an item at the left.")
        else:
            text = self.tr(
                "Drop a folder, pictures, films, sounds or texts here,\nor press {}."
            ).format(key)
        self._empty.setText(text)
        self._stack.setCurrentWidget(self._empty)

    def show_guidelines(self, *, shown: bool | None = None) -> None:
        """Show or hide the guidelines; None: the other way round."""
        on = self.guidelines.isHidden() if shown is None else shown
        sizes = self.split.sizes()
        wide = min(GUIDELINES_WIDTH, max(self.guidelines.minimumWidth(), sizes[1] // 3))
        taken = wide if on else -sizes[2]
        if on == self.guidelines.isHidden():
            self.guidelines.setVisible(on)
            self.split.setSizes([sizes[0], sizes[1] - taken, max(0, taken), sizes[3]])
        self.states_changed.emit()

    def states(self) -> dict[str, bool]:
        """What the checkable actions switch: on or off."""
        canvas = self.canvas.states() if self.canvas is not None else {}
        return {
            "app.guidelines": not self.guidelines.isHidden(),
            "app.items_panel": not self.items.isHidden(),
            "app.labels_panel": not self.side.isHidden(),
            "item.thumbnails": self.items.pictures_button.isChecked(),
            **canvas,
        }

    def step_panel(self, delta: int) -> None:
        """Put the keyboard on the panel after or before; Tab belongs to the canvas."""
        stops: list[QWidget] = [
            self.items.view,
            self.canvas or self._empty,
            self.labels.view,
            self.annotations.view,
            self.form.first_field(),
        ]
        shown = [stop for stop in stops if stop.isVisible()]
        focus = self.window().focusWidget()
        panels = (self.items, self._centre, self.labels, self.annotations, self.form)
        here = next((p for p in panels if p.isAncestorOf(focus)), None)
        place = next(
            (n for n, s in enumerate(shown) if here and here.isAncestorOf(s)), 0
        )
        if shown:
            target = shown[(place + delta) % len(shown)]
            target.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_canvas(self) -> None:
        """Put the keyboard on the canvas."""
        if self.canvas is not None:
            self.canvas.setFocus(Qt.FocusReason.OtherFocusReason)

    def _side_moved(self) -> None:
        self._shared = False

    def _share_after(self, changes: ChangeSet) -> None:
        if changes.schema_changed or changes.everything:
            self._share_side()

    def _share_side(self) -> None:
        """Room for every label, as far as the lists below keep a few rows."""
        height = self.side.height()
        if not self._shared or height < 2 * LEAST_HEIGHT:
            return
        form = min(max(self.form.sizeHint().height(), LEAST_HEIGHT), height // 3)
        most = height - form - LEAST_HEIGHT
        labels = max(LEAST_HEIGHT, min(self.labels.wanted_height(), most))
        self.side.setSizes([labels, height - labels - form, form])

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Share the new height."""
        super().resizeEvent(event)
        QTimer.singleShot(0, self, self._share_side)

    def save_state(self) -> None:
        """Keep where the panels are."""
        kept = state()
        kept.setValue("split", self.split.saveState())
        kept.setValue("side", None if self._shared else self.side.saveState())
        kept.setValue("pictures", self.items.pictures_button.isChecked())

    def restore_state(self, width: int) -> None:
        """Put the panels where they were; `width` is that of the window."""
        kept = state()
        for name, splitter in (("split", self.split), ("side", self.side)):
            value = kept.value(name)
            if isinstance(value, QByteArray):
                splitter.restoreState(value)
                self._shared &= name != "side"
        self.items.set_pictures(on=kept.value("pictures", "true") in (True, "true"))
        self.guidelines.hide()
        if kept.value("split") is None:
            middle = max(320, width - ITEMS_WIDTH - SIDE_WIDTH - 3)
            self.split.setSizes([ITEMS_WIDTH, middle, 0, SIDE_WIDTH])


def _message() -> QLabel:
    made = label("", "dim", wrap=True)
    made.setObjectName("page")
    made.setAlignment(Qt.AlignmentFlag.AlignCenter)
    return made
