"""The declared attributes: whose they are, their type, choices and default."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QLineEdit,
    QPlainTextEdit,
)

from annolab import edits
from annolab.errors import UserError
from annolab.model.ids import new_id
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.model.values import parse_value, value_text
from annolab.widgets.controls import push_button, row
from annolab.widgets.rows import Row
from annolab.widgets.schema_tab import SchemaTab, add_field, form_grid
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


class AttributeTab(SchemaTab[AttributeSpec]):
    """The declared attributes of the project."""

    def __init__(self, session: Session) -> None:
        super().__init__(
            session,
            self.tr("Attributes"),
            self.tr("New attribute"),
            self.tr("New attribute, then Enter"),
        )
        self._showing = False
        self._build_form()
        self._connect()
        self.reload()

    def _build_form(self) -> None:
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
        grid = form_grid()
        for place, (title, field) in enumerate(
            (
                (self.tr("Name"), self.name), (self.tr("Of"), self.owner),
                (self.tr("Label"), self.only), (self.tr("Type"), self.type),
                (self.tr("Choices"), self.choices), (self.tr("Default"), self.default),
                ("", self.required),
            )
        ):  # fmt: skip
            add_field(grid, place, title, field)
        self.required.setAccessibleName(self.tr("Required"))
        grid.setRowStretch(7, 1)
        end = row(self.delete_button, self.save_button)
        end.insertStretch(1, 1)
        grid.addLayout(end, 8, 1)
        self.form.setLayout(grid)

    def _connect(self) -> None:
        self.owner.currentIndexChanged.connect(self._show_fitting)
        self.type.currentIndexChanged.connect(self._show_fitting)
        self.save_button.clicked.connect(self.save)
        self.delete_button.clicked.connect(self._delete)

    def _declared(self) -> Sequence[AttributeSpec]:
        return self._session.schema.attributes

    def _row(self, id_: int) -> Row | None:
        spec = self._with_id(id_)
        if spec is None:
            return None
        only = self._session.schema.label(spec.label_id)
        note = only.name if only is not None else str(spec.owner.value)
        title = f"{spec.name} *" if spec.required else spec.name
        return Row(title, note=note, glyph=GLYPHS[spec.type])

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
        except UserError as error:
            self.refused.emit(str(error))
            return
        if spec is not None and after is not None and after != spec:
            self._redeclare(spec, after)

    def _made(self, name: str) -> AttributeSpec:
        return AttributeSpec(id=new_id(), owner=Owner.ANNOTATION, name=name)

    def _add(self) -> bool:
        added = super()._add()
        if added:
            self.name.setFocus()
        return added

    def _delete(self) -> None:
        spec = self.current()
        if spec is not None:
            self._session.apply(edits.delete_spec(spec))
