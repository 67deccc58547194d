"""The labels of the schema: name, colour, key, kinds, order, and their end."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QWidget,
)

from annolab import edits
from annolab.actions import Bindings, free_letters
from annolab.errors import UserError
from annolab.jobs import Progress
from annolab.model.edit import Edit
from annolab.model.geometry import Kind
from annolab.model.schema import Label
from annolab.widgets import worker
from annolab.widgets.controls import (
    column,
    counted,
    label,
    push_button,
    row,
    tool_button,
)
from annolab.widgets.label_panel import new_label
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row
from annolab.widgets.session import Session
from annolab.widgets.swatches import Swatches

if TYPE_CHECKING:
    from annolab.store.project import Project

KINDS = (
    (Kind.BOX, "Box"),
    (Kind.ROTATED_BOX, "Rotated box"),
    (Kind.POLYGON, "Polygon"),
    (Kind.POLYLINE, "Line"),
    (Kind.POINTS, "Points"),
    (Kind.ELLIPSE, "Ellipse"),
    (Kind.MASK, "Mask"),
    (Kind.WHOLE, "Whole image"),
)


class LabelTab(QWidget):
    """The list at the left; what the picked label is at the right."""

    refused = Signal(str)

    def __init__(self, session: Session, bindings: Bindings) -> None:
        super().__init__()
        self._session = session
        self._bindings = bindings
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, self.tr("Labels"))
        self.new_name = QLineEdit()
        self.new_name.setPlaceholderText(self.tr("New label, then Enter"))
        self.new_name.setAccessibleName(self.tr("New label"))
        self.up = tool_button("arrow-up", self.tr("Move up"))
        self.down = tool_button("arrow-down", self.tr("Move down"))
        self._build_form()
        order = row(self.new_name, self.up, self.down, spacing=4)
        order.setStretch(0, 1)
        left = column(spacing=8)
        left.addLayout(order)
        left.addWidget(self.view, 1)
        layout = row(spacing=24, margin=16)
        layout.addLayout(left, 2)
        layout.addWidget(self.form, 3)
        self.setLayout(layout)
        self._connect()
        self.reload()

    def _build_form(self) -> None:
        self.form = QWidget()
        self.name = QLineEdit()
        self.color = Swatches()
        self.key = QComboBox()
        self.kinds: dict[Kind, QCheckBox] = {}
        boxes = QGridLayout()
        for place, (kind, title) in enumerate(KINDS):
            box = QCheckBox(self.tr(title))
            box.clicked.connect(self._set_kinds)
            self.kinds[kind] = box
            boxes.addWidget(box, place // 2, place % 2)
        self.replacement = QComboBox()
        self.delete_button = push_button(self.tr("Delete label"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (title, field) in enumerate(
            ((self.tr("Name"), self.name), (self.tr("Colour"), self.color),
             (self.tr("Key"), self.key))
        ):  # fmt: skip
            self._add_field(grid, place, title, field)
        kinds = label(self.tr("Kinds"), "dim")
        grid.addWidget(kinds, 3, 0, Qt.AlignmentFlag.AlignTop)
        grid.addLayout(boxes, 3, 1)
        note = self.tr("None checked: the label fits every kind.")
        grid.addWidget(label(note, "small", wrap=True), 4, 1)
        grid.setRowStretch(5, 1)
        self.replacement.setAccessibleName(self.tr("What its marks become"))
        end = row(
            self.delete_button,
            label(self.tr("and its marks become"), "dim"),
            self.replacement,
        )
        end.setStretch(2, 1)
        grid.addLayout(end, 6, 0, 1, 2)
        self.form.setLayout(grid)

    def _add_field(
        self, grid: QGridLayout, place: int, title: str, field: QWidget
    ) -> None:
        name = label(title, "dim")
        name.setBuddy(field)
        field.setAccessibleName(title)
        grid.addWidget(name, place, 0)
        grid.addWidget(field, place, 1)

    def _connect(self) -> None:
        self._session.changed.connect(self.reload)
        self.view.selectionModel().currentRowChanged.connect(self._show)
        self.new_name.returnPressed.connect(self._add)
        self.name.editingFinished.connect(
            lambda: self._change(name=self.name.text().strip())
        )
        self.color.picked.connect(lambda color: self._change(color=color))
        self.key.activated.connect(
            lambda _: self._change(hotkey=self.key.currentData() or None)
        )
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.delete_button.clicked.connect(self._delete)

    def reload(self) -> None:
        """Show the labels as they are."""
        self.model.set_ids([held.id for held in self._session.schema.labels])
        if self.model.ids and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0))
        self._show()

    def _row(self, id_: int) -> Row | None:
        held = self._session.schema.label(id_)
        if held is None:
            return None
        return Row(held.name, key=(held.hotkey or "").upper(), color=held.color)

    def current(self) -> Label | None:
        """The label that is picked."""
        return self._session.schema.label(self.model.id_at(self.view.currentIndex()))

    def _show(self) -> None:
        held = self.current()
        self.form.setEnabled(held is not None)
        if held is None:
            self.name.clear()
            return
        if not self.name.hasFocus() or self.name.text().strip() != held.name:
            self.name.setText(held.name)
        self.color.show_color(held.color)
        self._show_keys(held)
        for kind, box in self.kinds.items():
            box.setChecked(kind in held.kinds)
        self._show_replacement(held)

    def _show_keys(self, held: Label) -> None:
        taken = {x.hotkey for x in self._session.schema.labels if x.id != held.id}
        self.key.clear()
        self.key.addItem(self.tr("none"), "")
        for key in free_letters(self._bindings):
            if key not in taken and key.lower() not in taken:
                self.key.addItem(key, key)
        mine = (held.hotkey or "").upper()
        if mine and self.key.findData(mine) < 0:
            self.key.addItem(self.tr("{} (used by an action)").format(mine), mine)
        self.key.setCurrentIndex(max(0, self.key.findData(mine)))

    def _show_replacement(self, held: Label) -> None:
        project = self._session.project
        counts = project.totals().by_label if project is not None else {}
        count = counts.get(held.id, 0)
        self.replacement.clear()
        self.replacement.addItem(self.tr("without a label"), None)
        for other in self._session.schema.labels:
            if other.id != held.id:
                self.replacement.addItem(other.name, other.id)
        self.replacement.setEnabled(count > 0)
        marks = counted(count, "mark", "marks")
        self.delete_button.setText(
            self.tr("Delete label ({})").format(marks)
            if count
            else self.tr("Delete label")
        )

    def _apply(self, edit: Edit) -> bool:
        return self._session.apply(edit)

    def _change(self, **fields: object) -> None:
        held = self.current()
        if held is None:
            return
        after = replace(held, **fields)  # type: ignore[arg-type]
        if after == held:
            return
        try:
            edit = edits.redeclare(self._session.schema, held, after)
        except UserError as error:
            self._show()
            self.refused.emit(str(error))
            return
        self._apply(edit)

    def _set_kinds(self) -> None:
        chosen = frozenset(kind for kind, box in self.kinds.items() if box.isChecked())
        held = self.current()
        others = held.kinds - self.kinds.keys() if held is not None else frozenset()
        self._change(kinds=chosen | others)

    def _add(self) -> None:
        name = self.new_name.text().strip()
        made = new_label(self._session.schema, name, self._bindings)
        try:
            edit = edits.declare(self._session.schema, made)
        except UserError as error:
            self.refused.emit(str(error))
            return
        if self._apply(edit):
            self.new_name.clear()
            self.view.setCurrentIndex(self.model.place(made.id))

    def _move(self, delta: int) -> None:
        held = self.current()
        if held is None:
            return
        place = self.model.ids.index(held.id) + delta
        if 0 <= place < len(self.model.ids):
            self._apply(edits.move_declared(self._session.schema, held, place))
            self.view.setCurrentIndex(self.model.place(held.id))

    def _delete(self) -> None:
        """Find what carries the label in a worker, then delete in one edit."""
        held, project = self.current(), self._session.project
        if held is None or project is None:
            return
        other = self._session.schema.label(self.replacement.currentData())
        self.setEnabled(False)
        task = partial(_deletion, project, held, other)
        worker.run(self, task, self._deleted, lambda e: self.refused.emit(str(e)))

    def _deleted(self, edit: Edit) -> None:
        self.setEnabled(True)
        self._apply(edit)


def _deletion(
    project: Project, held: Label, other: Label | None, progress: Progress
) -> Edit:
    from annolab.store.filters import Filter

    marks = []
    arcs = []
    with project.snapshot() as snapshot:
        for number, annotation in enumerate(
            snapshot.iter_annotations(Filter(label_id=held.id))
        ):
            if number % 256 == 0:
                progress.step(number)
            if annotation.label_id == held.id:
                marks.append(annotation)
        for item_id in dict.fromkeys(mark.item_id for mark in marks):
            arcs += snapshot.relations(item_id)
        return edits.delete_label(
            snapshot.schema, held, annotations=marks, relations=arcs, replacement=other
        )
