"""The labels of the schema: name, colour, key, kinds, order, and their end."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
)

from annolab import edits
from annolab.actions import Bindings, free_letters
from annolab.jobs import Progress
from annolab.model.edit import Edit
from annolab.model.geometry import Kind
from annolab.model.schema import Label
from annolab.widgets import worker
from annolab.widgets.controls import (
    counted,
    label,
    push_button,
    row,
)
from annolab.widgets.label_kinds import KINDS
from annolab.widgets.label_panel import new_label
from annolab.widgets.rows import Row
from annolab.widgets.schema_tab import SchemaTab, add_field, form_grid
from annolab.widgets.session import Session
from annolab.widgets.swatches import Swatches

if TYPE_CHECKING:
    from annolab.store.project import Project


class LabelTab(SchemaTab[Label]):
    """The labels of the project."""

    def __init__(self, session: Session, bindings: Bindings) -> None:
        super().__init__(
            session,
            self.tr("Labels"),
            self.tr("New label"),
            self.tr("New label, then Enter"),
        )
        self._bindings = bindings
        self._build_form()
        self._connect()
        self.reload()

    def _build_form(self) -> None:
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
        grid = form_grid()
        for place, (title, field) in enumerate(
            ((self.tr("Name"), self.name), (self.tr("Colour"), self.color),
             (self.tr("Key"), self.key))
        ):  # fmt: skip
            add_field(grid, place, title, field)
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

    def _connect(self) -> None:
        self.name.editingFinished.connect(
            lambda: self._change(name=self.name.text().strip())
        )
        self.color.picked.connect(lambda color: self._change(color=color))
        self.key.activated.connect(
            lambda _: self._change(hotkey=self.key.currentData() or None)
        )
        self.delete_button.clicked.connect(self._delete)

    def _declared(self) -> Sequence[Label]:
        return self._session.schema.labels

    def _row(self, id_: int) -> Row | None:
        held = self._with_id(id_)
        if held is None:
            return None
        return Row(held.name, key=(held.hotkey or "").upper(), color=held.color)

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

    def _change(self, **fields: object) -> None:
        held = self.current()
        if held is None:
            return
        after = replace(held, **fields)  # type: ignore[arg-type]
        if after == held:
            return
        if not self._redeclare(held, after):
            self._show()

    def _set_kinds(self) -> None:
        chosen = frozenset(kind for kind, box in self.kinds.items() if box.isChecked())
        held = self.current()
        others = held.kinds - self.kinds.keys() if held is not None else frozenset()
        self._change(kinds=chosen | others)

    def _made(self, name: str) -> Label:
        return new_label(self._session.schema, name, self._bindings)

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
        self._session.apply(edit)


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
