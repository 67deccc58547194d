"""The declared attributes: whose they are, their type, choices and default."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from annolab import edits
from annolab.errors import UserError
from annolab.model.ids import new_id
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.model.values import parse_value, value_text
from annolab.widgets.controls import column, label, push_button, row, tool_button
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row
from annolab.widgets.session import Session

OWNERS = (
    (Owner.ANNOTATION, "Annotations"),
    (Owner.ITEM, "Items"),
    (Owner.KEYFRAME, "Keyframes of tracks"),
)
TYPES = (
    (ValueType.TEXT, "Text"),
    (ValueType.NUMBER, "Number"),
    (ValueType.BOOL, "Yes or no"),
    (ValueType.CHOICE, "One of several"),
    (ValueType.MULTI, "Some of several"),
)
GLYPHS = {
    ValueType.TEXT: "text-t",
    ValueType.NUMBER: "hash",
    ValueType.BOOL: "check-square",
    ValueType.CHOICE: "list-bullets",
    ValueType.MULTI: "list-plus",
}


class AttributeTab(QWidget):
    """The list at the left; what the picked attribute is at the right."""

    refused = Signal(str)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._showing = False
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, self.tr("Attributes"))
        self.new_name = QLineEdit()
        self.new_name.setPlaceholderText(self.tr("New attribute, then Enter"))
        self.new_name.setAccessibleName(self.tr("New attribute"))
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
        self.owner = QComboBox()
        for owner, title in OWNERS:
            self.owner.addItem(self.tr(title), owner)
        self.only = QComboBox()
        self.type = QComboBox()
        for type_, title in TYPES:
            self.type.addItem(self.tr(title), type_)
        self.choices = QPlainTextEdit()
        self.choices.setTabChangesFocus(True)
        self.choices.setFixedHeight(96)
        self.choices.setPlaceholderText(self.tr("One in each line"))
        self.default = QLineEdit()
        self.required = QCheckBox(self.tr("must be filled in"))
        self.save_button = push_button(self.tr("Apply"), "primary")
        self.delete_button = push_button(self.tr("Delete attribute"))
        grid = QGridLayout()
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(12)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        for place, (title, field) in enumerate(
            (
                (self.tr("Name"), self.name), (self.tr("Of"), self.owner),
                (self.tr("Label"), self.only), (self.tr("Type"), self.type),
                (self.tr("Choices"), self.choices), (self.tr("Default"), self.default),
                ("", self.required),
            )
        ):  # fmt: skip
            text = label(title, "dim")
            text.setBuddy(field)
            field.setAccessibleName(title or self.tr("Required"))
            grid.addWidget(text, place, 0)
            grid.addWidget(field, place, 1)
        grid.setRowStretch(7, 1)
        end = row(self.delete_button, self.save_button)
        end.insertStretch(1, 1)
        grid.addLayout(end, 8, 1)
        self.form.setLayout(grid)

    def _connect(self) -> None:
        self._session.changed.connect(self.reload)
        self.view.selectionModel().currentRowChanged.connect(self._show)
        self.new_name.returnPressed.connect(self._add)
        self.owner.currentIndexChanged.connect(self._show_fitting)
        self.type.currentIndexChanged.connect(self._show_fitting)
        self.up.clicked.connect(lambda: self._move(-1))
        self.down.clicked.connect(lambda: self._move(1))
        self.save_button.clicked.connect(self.save)
        self.delete_button.clicked.connect(self._delete)

    def reload(self) -> None:
        """Show the attributes as they are."""
        self.model.set_ids([spec.id for spec in self._session.schema.attributes])
        if self.model.ids and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0))
        self._show()

    def _row(self, id_: int) -> Row | None:
        spec = self._spec(id_)
        if spec is None:
            return None
        only = self._session.schema.label(spec.label_id)
        note = only.name if only is not None else str(spec.owner.value)
        title = f"{spec.name} *" if spec.required else spec.name
        return Row(title, note=note, glyph=GLYPHS[spec.type])

    def _spec(self, id_: int | None) -> AttributeSpec | None:
        specs = self._session.schema.attributes
        return next((spec for spec in specs if spec.id == id_), None)

    def current(self) -> AttributeSpec | None:
        """The attribute that is picked."""
        return self._spec(self.model.id_at(self.view.currentIndex()))

    def _show(self) -> None:
        spec = self.current()
        self.form.setEnabled(spec is not None)
        if spec is None:
            self.name.clear()
            return
        self._showing = True
        self.only.clear()
        self.only.addItem(self.tr("every label"), None)
        for held in self._session.schema.labels:
            self.only.addItem(held.name, held.id)
        self.name.setText(spec.name)
        self.owner.setCurrentIndex(self.owner.findData(spec.owner))
        self.only.setCurrentIndex(max(0, self.only.findData(spec.label_id)))
        self.type.setCurrentIndex(self.type.findData(spec.type))
        self.choices.setPlainText("\n".join(spec.choices))
        self.default.setText(value_text(spec.default))
        self.required.setChecked(spec.required)
        self._showing = False
        self._show_fitting()

    def _show_fitting(self) -> None:
        """Grey out what the type or the owner does not have."""
        if self._showing:
            return
        type_, owner = self._picked()
        self.choices.setEnabled(type_ in (ValueType.CHOICE, ValueType.MULTI))
        self.only.setEnabled(owner is not Owner.ITEM)

    def _picked(self) -> tuple[ValueType, Owner]:
        # Qt gives back the text of an enumeration, not its member.
        return ValueType(self.type.currentData()), Owner(self.owner.currentData())

    def written(self) -> AttributeSpec | None:
        """The attribute as the form says; UserError when the default does not fit."""
        spec = self.current()
        if spec is None:
            return None
        lines = self.choices.toPlainText().splitlines()
        choices = dict.fromkeys(line.strip() for line in lines if line.strip())
        type_, owner = self._picked()
        after = replace(
            spec,
            name=self.name.text().strip(),
            owner=owner,
            label_id=None if owner is Owner.ITEM else self.only.currentData(),
            type=type_,
            choices=(
                tuple(choices) if type_ in (ValueType.CHOICE, ValueType.MULTI) else ()
            ),
            default=None,
            required=False,
        )
        default = parse_value(after, self.default.text())
        return replace(after, default=default, required=self.required.isChecked())

    def save(self) -> None:
        """Change the attribute to what the form says."""
        spec = self.current()
        try:
            after = self.written()
            if spec is None or after is None or after == spec:
                return
            edit = edits.redeclare(self._session.schema, spec, after)
        except UserError as error:
            self.refused.emit(str(error))
            return
        self._session.apply(edit)

    def _add(self) -> None:
        made = AttributeSpec(
            id=new_id(), owner=Owner.ANNOTATION, name=self.new_name.text().strip()
        )
        try:
            edit = edits.declare(self._session.schema, made)
        except UserError as error:
            self.refused.emit(str(error))
            return
        if self._session.apply(edit):
            self.new_name.clear()
            self.view.setCurrentIndex(self.model.place(made.id))
            self.name.setFocus()

    def _move(self, delta: int) -> None:
        spec = self.current()
        if spec is None:
            return
        place = self.model.ids.index(spec.id) + delta
        if 0 <= place < len(self.model.ids):
            self._session.apply(edits.move_declared(self._session.schema, spec, place))
            self.view.setCurrentIndex(self.model.place(spec.id))

    def _delete(self) -> None:
        spec = self.current()
        if spec is not None:
            self._session.apply(edits.delete_spec(spec))
