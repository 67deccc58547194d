"""A tab of the schema editor: what is declared, and a form of the picked one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Generic

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QGridLayout, QLineEdit, QWidget

from annolab import edits
from annolab.errors import UserError
from annolab.model.schema import Declared
from annolab.widgets.controls import column, label, row, tool_button
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row
from annolab.widgets.session import Session


class SchemaTab(QWidget, Generic[Declared]):
    """The list at the left; what the picked one is at the right.

    A tab of one sort of things fills `form` and calls `reload`.
    """

    refused = Signal(str)

    def __init__(self, session: Session, title: str, new: str, hint: str) -> None:
        super().__init__()
        self._session = session
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, title)
        self.new_name = QLineEdit()
        self.new_name.setPlaceholderText(hint)
        self.new_name.setAccessibleName(new)
        self.up = tool_button("arrow-up", self.tr("Move up"))
        self.down = tool_button("arrow-down", self.tr("Move down"))
        self.form = QWidget()
        order = row(self.new_name, self.up, self.down, spacing=4)
        order.setStretch(0, 1)
        left = column(spacing=8)
        left.addLayout(order)
        left.addWidget(self.view, 1)
        layout = row(spacing=24, margin=16)
        layout.addLayout(left, 2)
        layout.addWidget(self.form, 3)
        self.setLayout(layout)
        session.changed.connect(self.reload)
        self.view.selectionModel().currentRowChanged.connect(self._show)
        self.new_name.returnPressed.connect(self._add)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))

    def _declared(self) -> Sequence[Declared]:
        """All of this sort, in their order."""
        raise NotImplementedError

    def _row(self, id_: int) -> Row | None:
        """How one is shown in the list; None when it is not there."""
        raise NotImplementedError

    def _made(self, name: str) -> Declared:
        """A new one."""
        raise NotImplementedError

    def _show(self) -> None:
        """Fill the form with the picked one."""
        raise NotImplementedError

    def reload(self) -> None:
        """Show what is declared, as it is."""
        self.model.set_ids([held.id for held in self._declared()])
        if self.model.ids and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0))
        self._show()

    def current(self) -> Declared | None:
        """The one that is picked."""
        return self._with_id(self.model.id_at(self.view.currentIndex()))

    def _with_id(self, id_: int | None) -> Declared | None:
        return next((held for held in self._declared() if held.id == id_), None)

    def _add(self) -> bool:
        made = self._made(self.new_name.text().strip())
        try:
            edit = edits.declare(self._session.schema, made)
        except UserError as error:
            self.refused.emit(str(error))
            return False
        if not self._session.apply(edit):
            return False
        self.new_name.clear()
        self.view.setCurrentIndex(self.model.place(made.id))
        return True

    def _redeclare(self, held: Declared, after: Declared) -> bool:
        try:
            edit = edits.redeclare(self._session.schema, held, after)
        except UserError as error:
            self.refused.emit(str(error))
            return False
        return self._session.apply(edit)

    def _move(self, delta: int) -> None:
        held = self.current()
        if held is None:
            return
        place = self.model.ids.index(held.id) + delta
        if 0 <= place < len(self.model.ids):
            self._session.apply(edits.move_declared(self._session.schema, held, place))
            self.view.setCurrentIndex(self.model.place(held.id))


def form_grid() -> QGridLayout:
    """Names at the left, fields at the right."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(12)
    grid.setVerticalSpacing(8)
    grid.setColumnStretch(1, 1)
    return grid


def add_field(grid: QGridLayout, place: int, title: str, field: QWidget) -> None:
    """Put a field with its name into row `place`."""
    name = label(title, "dim")
    name.setBuddy(field)
    field.setAccessibleName(title)
    grid.addWidget(name, place, 0)
    grid.addWidget(field, place, 1)
