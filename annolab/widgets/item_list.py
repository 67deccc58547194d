"""The panel at the left: the items, a filter, and how far each one is."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import QModelIndex, QSize, Qt, QTimer, Signal
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLabel,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QTableView,
    QWidget,
)

from annolab.errors import AnnoLabError, UserError
from annolab.jobs import Progress
from annolab.model.edit import ChangeSet
from annolab.model.item import Item
from annolab.widgets import worker
from annolab.widgets.controls import (
    PanelHead,
    column,
    label,
    set_flag,
    spoken_key,
    tool_button,
)
from annolab.widgets.item_delegate import ItemDelegate
from annolab.widgets.item_model import NO_IDS, ItemModel
from annolab.widgets.session import Session
from annolab.widgets.thumbnails import Thumbnails

if TYPE_CHECKING:
    from annolab.store.filters import Order

TYPING_MILLISECONDS = 150
MANY = 500


class ItemView(QTableView):
    """The list itself; Enter and the arrow keys open items."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("itemView")
        self.horizontalHeader().hide()
        self.horizontalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Stretch)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setMinimumSectionSize(1)
        self.setShowGrid(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setTabKeyNavigation(False)
        self.setMouseTracking(True)
        self.setWordWrap(False)
        self.setAccessibleName(self.tr("Items"))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Leave letters to the window: they are keys of actions and labels."""
        if event.text().isprintable() and event.text():
            event.ignore()
        else:
            super().keyPressEvent(event)


class ItemList(QWidget):
    """Shows the items that the filter lets through; opens the one picked.

    Its order is the order in which next and previous step.
    """

    listed = Signal(int)  # how many items the filter lets through
    add_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("sidePanel")
        self._session = session
        self.thumbnails = Thumbnails(self)
        self.model = ItemModel(self)
        self.view = ItemView()
        self.view.setModel(self.model)
        self._delegate = ItemDelegate(self.thumbnails, self)
        self.view.setItemDelegate(self._delegate)
        self._latest: worker.Latest[NDArray[np.int64]] = worker.Latest(
            self, self._take_ids, self._fail
        )
        self._typing = QTimer(self, singleShot=True, interval=TYPING_MILLISECONDS)
        self._total = 0
        self._order_name = "path"
        self._build()
        self._connect()
        self.set_pictures(on=True)
        self._project_changed()

    def _build(self) -> None:
        self.head = PanelHead(self.tr("Items"))
        self.pictures_button = tool_button(
            "image", self.tr("Thumbnails"), checkable=True
        )
        self.order_button = tool_button("sort-ascending", self.tr("Order"))
        self.order_button.setPopupMode(
            self.order_button.ToolButtonPopupMode.InstantPopup
        )
        self.head.add(self.order_button)
        self.head.add(self.pictures_button)
        self.field = QLineEdit()
        self.field.setObjectName("itemFilter")
        self.field.setPlaceholderText(self.tr("Filter, e.g. status:new label:car"))
        self.field.setClearButtonEnabled(True)
        self.field.setToolTip(
            self.tr(
                "Words of the name, and any of:\n"
                "status:new,begun  label:car  media:image  split:train\n"
                "missing:yes  attr:weather=rain"
            )
        )
        self.field.setAccessibleName(self.tr("Filter items"))
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self._empty = _empty_label()
        stack = QStackedLayout()
        stack.addWidget(self.view)
        stack.addWidget(self._empty)
        self._stack = stack
        body = QWidget()
        body.setLayout(stack)
        search = column(self.field, self.problem, spacing=4)
        search.setContentsMargins(8, 8, 8, 8)
        layout = column(self.head)
        layout.addLayout(search)
        layout.addWidget(body, 1)
        self.setLayout(layout)
        self._show_empty()

    def _connect(self) -> None:
        session = self._session
        session.project_changed.connect(self._project_changed)
        session.item_opened.connect(self._item_opened)
        session.changed.connect(self._changed)
        self.thumbnails.ready.connect(self.model.repaint)
        self._typing.timeout.connect(self.query)
        self.field.textChanged.connect(lambda _: self._typing.start())
        self.field.returnPressed.connect(self._leave_field)
        self.pictures_button.toggled.connect(lambda on: self.set_pictures(on=on))
        self.view.selectionModel().currentRowChanged.connect(self._current_changed)
        self.view.clicked.connect(self._open_index)
        self.order_button.setMenu(self._order_menu())

    def _order_menu(self) -> QMenu:
        menu = QMenu(self)
        group = QActionGroup(menu)
        for name, title in (
            ("path", self.tr("By name")),
            ("added", self.tr("As added")),
            ("status", self.tr("By status")),
            ("priority", self.tr("By priority")),
            ("annotations", self.tr("Most marks first")),
        ):
            action = menu.addAction(title)
            action.setCheckable(True)
            action.setChecked(name == self._order_name)
            action.setData(name)
            group.addAction(action)
        group.triggered.connect(lambda action: self.set_order(str(action.data())))
        return menu

    def set_order(self, name: str) -> None:
        """Order by the name of a `store.filters.Order`."""
        self._order_name = name
        self.query()

    def set_pictures(self, *, on: bool) -> None:
        """Show pictures, or one line for each item."""
        self._delegate.pictures = on
        self.pictures_button.setChecked(on)
        self.view.verticalHeader().setDefaultSectionSize(self._delegate.height)
        self.view.viewport().update()
        self._show_current()

    def toggle_pictures(self) -> None:
        """Pictures, or one line for each item."""
        self.set_pictures(on=not self.pictures_button.isChecked())

    def focus_filter(self) -> None:
        """Put the keyboard into the filter field."""
        self.field.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.field.selectAll()

    def query(self) -> None:
        """List what the filter lets through; the search runs in a worker."""
        self._typing.stop()
        project = self._session.project
        if project is None:
            return
        from annolab.store.filters import Order
        from annolab.tasks.filters import parse_filter

        try:
            where = parse_filter(self.field.text(), project.schema)
        except UserError as error:
            self._say(str(error))
            return
        self._say("")
        order = _order(Order, self._order_name)

        def work(progress: Progress) -> NDArray[np.int64]:
            progress.step(0)
            with project.snapshot() as snapshot:
                found: array[int] = snapshot.item_ids(where, order)
            return np.frombuffer(found, np.int64) if len(found) else NO_IDS

        self._latest.start(work)

    def _take_ids(self, ids: NDArray[np.int64]) -> None:
        if self._session.project is None:
            return
        self._total = self._session.project.totals().items
        self.model.set_ids(self._session.project, ids)
        self._session.set_order(ids)
        self._show_empty()
        self._show_current()
        self.listed.emit(len(ids))

    def _fail(self, error: AnnoLabError) -> None:
        self._say(str(error))

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        set_flag(self.field, "wrong", on=bool(sentence))

    def _show_empty(self) -> None:
        count = len(self.model.ids)
        filtered = bool(self.field.text().strip())
        self._stack.setCurrentIndex(0 if count else 1)
        self._empty.setText(
            self.tr("No item matches the filter.\nEsc clears it.")
            if filtered and self._total
            else self.tr("No items yet.\nDrop a folder here, or press {}.").format(
                spoken_key("Ctrl+Shift+A")
            )
        )

    def _show_current(self) -> None:
        """Mark the row of the open item, and bring it into sight."""
        item = self._session.item
        number = self._session.row_of(item.id if item else None)
        if number >= 0:
            index = self.model.index(number, 0)
            model = self.view.selectionModel()
            model.blockSignals(True)  # noqa: FBT003  it is open already
            self.view.setCurrentIndex(index)
            model.blockSignals(False)  # noqa: FBT003
            self.view.scrollTo(index)
            self.view.viewport().update()
        shown = (
            f"{number + 1:,} / {len(self.model.ids):,}"
            if number >= 0
            else (f"{len(self.model.ids):,}")
        )
        self.head.note.setText(shown if self._session.project else "")

    def _project_changed(self) -> None:
        self._latest.cancel()
        self.thumbnails.set_project(self._session.project)
        self.model.set_ids(None, NO_IDS)
        self._total = 0
        self.field.clear()
        self._show_empty()
        self.query()

    def _item_opened(self, item: Item | None) -> None:
        if item is not None:
            self._show_current()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.everything:
            self.query()
            return
        touched = set(changes.items)
        if changes.item_id is not None:
            touched.add(changes.item_id)
        if len(touched) > MANY:
            self.query()
        elif touched and self.model.refresh(touched) < len(touched):
            project = self._session.project
            if project is not None and project.totals().items != self._total:
                self.query()

    def _current_changed(self, index: QModelIndex) -> None:
        self._open_index(index)

    def _open_index(self, index: QModelIndex) -> None:
        if index.isValid() and index.row() < len(self.model.ids):
            self._session.open_item(int(self.model.ids[index.row()]))

    def _leave_field(self) -> None:
        self.query()
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc clears the filter and goes back to the list."""
        if event.key() == Qt.Key.Key_Escape and self.field.hasFocus():
            self.field.clear()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Wide enough for a picture and a name."""
        return QSize(264, 600)


def _empty_label() -> QLabel:
    made = label("", "dim", wrap=True)
    made.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
    made.setContentsMargins(16, 32, 16, 16)
    return made


def _order(orders: type[Order], name: str) -> Order:
    return orders[name.upper()]
