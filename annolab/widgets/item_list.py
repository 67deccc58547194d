"""The panel at the left: the items, a filter, and how far each one is."""

from __future__ import annotations

from array import array
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from PySide6.QtCore import (
    QItemSelectionModel,
    QItemSelectionRange,
    QModelIndex,
    QSize,
    Qt,
    QTimer,
    Signal,
)
from PySide6.QtGui import QActionGroup, QKeyEvent
from PySide6.QtWidgets import QLabel, QMenu, QStackedLayout, QWidget

from annolab.errors import AnnoLabError, UserError
from annolab.jobs import Progress
from annolab.model.edit import ChangeSet
from annolab.model.item import Item, Media
from annolab.widgets import worker
from annolab.widgets.controls import (
    PanelHead,
    column,
    counted,
    label,
    spoken_key,
    tool_button,
)
from annolab.widgets.item_delegate import ItemDelegate
from annolab.widgets.item_filter import FilterField
from annolab.widgets.item_model import NO_IDS, STATUS_WORDS, ItemModel
from annolab.widgets.item_view import ItemView
from annolab.widgets.session import Session
from annolab.widgets.thumbnails import Thumbnails

if TYPE_CHECKING:
    from annolab.store.filters import Order

TYPING_MILLISECONDS = 150
MANY = 500


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
        self.model.damaged.connect(lambda text: session.said.emit("problem", text))
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
        self._backwards = self._open_found = False
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
        self.field = FilterField(self._filter_values)
        self.field.setObjectName("itemFilter")
        self.field.setPlaceholderText(self.tr("Filter, e.g. status:open label:car"))
        self.field.setClearButtonEnabled(True)
        self.field.setToolTip(
            self.tr(
                "Words of the name, and any of:\n"
                "status:open  label:car  media:image  split:train\n"
                "missing:yes  attr:weather=rain\n"
                "Down shows them; Enter goes to what was found."
            )
        )
        self.field.setAccessibleName(self.tr("Filter items"))
        self.found = label("", "small")
        self.found.hide()
        self.problem = label("", "problem", wrap=True)
        self.problem.hide()
        self._empty = _empty_label()
        stack = QStackedLayout()
        stack.addWidget(self.view)
        stack.addWidget(self._empty)
        self._stack = stack
        body = QWidget()
        body.setLayout(stack)
        search = column(self.field, self.found, self.problem, spacing=4)
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
        self.field.submitted.connect(self._leave_field)
        self.field.ended.connect(self._typing.start)
        self.pictures_button.toggled.connect(lambda on: self.set_pictures(on=on))
        self.view.opened.connect(self._open_index)
        self.view.sort_requested.connect(self._sort)
        self.view.selectionModel().selectionChanged.connect(self._show_count)
        self.order_button.setMenu(self._order_menu())

    def _order_menu(self) -> QMenu:
        menu = QMenu(self)
        self._order_group = group = QActionGroup(menu)
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

    def set_order(self, name: str, *, backwards: bool = False) -> None:
        """Order by the name of a `store.filters.Order`."""
        self._order_name, self._backwards = name, backwards
        for action in self._order_group.actions():
            action.setChecked(action.data() == name)
        self.view.show_order(name, backwards=backwards)
        self.query()

    def _sort(self, name: str) -> None:
        """A head was pressed: by it, and turned round when it was so already."""
        same = name == self._order_name
        self.set_order(name, backwards=same and not self._backwards)

    def set_pictures(self, *, on: bool) -> None:
        """Show pictures, or a table."""
        self._delegate.pictures = on
        self.pictures_button.setChecked(on)
        self.view.set_pictures(on=on, height=self._delegate.height)
        self.view.show_order(self._order_name, backwards=self._backwards)
        self.view.viewport().update()
        self._show_current()

    def chosen(self) -> list[int]:
        """The ids of the rows that are selected, in the order of the list."""
        rows: set[int] = set()
        for part in self._parts():
            rows.update(range(part.top(), part.bottom() + 1))
        ids: list[int] = self.model.ids[sorted(rows)].tolist() if rows else []
        return ids

    def _parts(self) -> list[QItemSelectionRange]:
        """The selection by runs of rows: a million rows may be one of them."""
        selection = self.view.selectionModel().selection()
        return [selection.at(place) for place in range(selection.size())]

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
            if not self.field.popup.isVisible():  # it is being completed
                self._say(str(error))
            return
        self._say("")
        order, backwards = _order(Order, self._order_name), self._backwards

        def work(progress: Progress) -> NDArray[np.int64]:
            progress.step(0)
            with project.snapshot() as snapshot:
                found: array[int] = snapshot.item_ids(
                    where, order, descending=backwards
                )
            return np.frombuffer(found, np.int64) if len(found) else NO_IDS

        self._latest.start(work)

    def _take_ids(self, ids: NDArray[np.int64]) -> None:
        if self._session.project is None:
            return
        self._total = self._session.project.totals().items
        self.model.set_ids(self._session.project, ids)
        self._session.set_order(ids)
        self._show_empty()
        self._open_first_found()
        self._show_current()
        self.listed.emit(len(ids))

    def _open_first_found(self) -> None:
        """After Return in the field: what is shown is something that was found."""
        wanted, self._open_found = self._open_found, False
        item = self._session.item
        if not wanted or not len(self.model.ids):
            return
        if self._session.row_of(item.id if item else None) < 0:
            self._session.open_item(int(self.model.ids[0]))
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def _fail(self, error: AnnoLabError) -> None:
        self._say(str(error))

    def _say(self, sentence: str) -> None:
        self.problem.setText(sentence)
        self.problem.setVisible(bool(sentence))
        self.field.set_wrong(wrong=bool(sentence))
        if sentence:
            self.found.hide()

    def _show_empty(self) -> None:
        count = len(self.model.ids)
        filtered = bool(self.field.text().strip())
        items = counted(self._total, "item", "items")
        self.found.setText(self.tr("{:,} of {}").format(count, items))
        self.found.setVisible(filtered and bool(self._total))
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
            model, flags = self.view.selectionModel(), QItemSelectionModel.SelectionFlag
            if not (model.isRowSelected(number) and self._chosen_count() > 1):
                model.setCurrentIndex(index, flags.ClearAndSelect | flags.Rows)
            self.view.scrollTo(index)
            self.view.viewport().update()
        self._show_count()

    def _show_count(self) -> None:
        """Which of how many is open, or how many are chosen."""
        item = self._session.item
        number = self._session.row_of(item.id if item else None)
        count, chosen = len(self.model.ids), self._chosen_count()
        if chosen > 1:
            shown = self.tr("{:,} chosen").format(chosen)
        elif number >= 0:
            shown = f"{number + 1:,} / {count:,}"
        else:
            shown = f"{count:,}"
        self.head.note.setText(shown if self._session.project else "")

    def _chosen_count(self) -> int:
        return sum(part.height() for part in self._parts())

    def _filter_values(self, key: str) -> list[str]:
        """What a filter can be set to in this project."""
        project = self._session.project
        match key:
            case "status":
                return ["open", *STATUS_WORDS.values()]
            case "media":
                return [media.value for media in Media]
            case "missing":
                return ["yes", "no"]
            case "split":
                return ["train", "val", "test", "none"]
            case "label":
                return [x.name for x in self._session.schema.labels if not x.retired]
            case _:
                from annolab.model.schema import Owner

                return project.keys(Owner.ITEM) if project is not None else []

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
        if len(touched) > MANY or self._are_fewer():
            self.query()
        elif touched:
            self.model.refresh(touched)

    def _are_fewer(self) -> bool:
        """Whether items were added or removed."""
        project = self._session.project
        return project is not None and project.totals().items != self._total

    def _open_index(self, index: QModelIndex) -> None:
        if index.isValid() and index.row() < len(self.model.ids):
            self._session.open_item(int(self.model.ids[index.row()]))

    def _leave_field(self) -> None:
        self._open_found = True
        self.query()

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
