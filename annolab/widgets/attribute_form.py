"""The key-values of the selected annotations, or of the item."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TypeAlias, TypeGuard

from PySide6.QtCore import QSize, QStringListModel, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import (
    QCompleter,
    QGridLayout,
    QLineEdit,
    QScrollArea,
    QWidget,
)

from annolab import edits
from annolab.errors import UserError
from annolab.model.annotation import Annotation, Relation
from annolab.model.edit import ChangeSet
from annolab.model.geometry import Instant, Interval, Span, Track, Whole
from annolab.model.item import Item, Media
from annolab.model.schema import AttributeSpec, Owner, ValueType
from annolab.model.tracks import NUMBER, OCCLUDED, number_of
from annolab.widgets.controls import (
    Elided,
    PanelHead,
    clear,
    column,
    counted,
    push_button,
    tool_button,
)
from annolab.widgets.fields import UNSET, Field, Shown, common, field_for
from annolab.widgets.film_rows import with_number
from annolab.widgets.keyframe_form import KeyframeForm
from annolab.widgets.session import Session

KEY_WIDTH = 96
Owners: TypeAlias = Sequence[Annotation] | Sequence[Relation] | Sequence[Item]


class AttributeForm(QWidget):
    """A field for each declared attribute, then one for each free key.

    The fields are made anew only when other keys are shown; a value that comes
    from elsewhere is put into the field that is there. Enter in a field and Esc
    finish: the keyboard is wanted elsewhere.
    """

    finished = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._fields: dict[str, Field] = {}
        self._specs: dict[str, AttributeSpec] = {}
        self._shown: tuple[object, ...] = ()
        self._build()
        session.item_opened.connect(self.reload)
        session.item_updated.connect(self.reload)
        session.selection_changed.connect(self.reload)
        session.relations.selection_changed.connect(self.reload)
        session.changed.connect(self._changed)
        session.project_changed.connect(self.reload)
        self.reload()

    def _build(self) -> None:
        self.head = PanelHead(self.tr("Key-values"))
        self._body = QWidget()
        self._body.setObjectName("form")
        self._grid = QGridLayout(self._body)
        self._grid.setContentsMargins(12, 8, 8, 8)
        self._grid.setHorizontalSpacing(8)
        self._grid.setVerticalSpacing(6)
        self._grid.setColumnMinimumWidth(0, KEY_WIDTH)
        self._grid.setColumnStretch(1, 1)
        self.add_button = push_button(self.tr("+ add key"), "link")
        self.add_button.setToolTip(self.tr("Write a free key-value  (M)"))
        self.add_button.clicked.connect(self.begin_add)
        self._build_new_key()
        holder = QWidget()
        holder.setObjectName("form")
        self.keyframe = KeyframeForm(self._session)
        self.keyframe.set_key_width(KEY_WIDTH)
        self.keyframe.finished.connect(self.finished)
        inner = column(self._body)
        bottom = column(self.add_button, self.new_key)
        bottom.setContentsMargins(8, 0, 8, 8)
        inner.addLayout(bottom)
        inner.addWidget(self.keyframe)
        inner.addStretch(1)
        holder.setLayout(inner)
        scroll = QScrollArea()
        scroll.setWidgetResizable(True)
        scroll.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        scroll.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        scroll.setWidget(holder)
        layout = column(self.head)
        layout.addWidget(scroll, 1)
        self.setLayout(layout)
        self.new_key.hide()

    def _build_new_key(self) -> None:
        self.new_key = QLineEdit()
        self.new_key.setObjectName("newKey")
        self.new_key.setAccessibleName(self.tr("New key"))
        self.new_key.setPlaceholderText(self.tr("Key, then Enter"))
        self.new_key.returnPressed.connect(self._add)
        self._known = QStringListModel(self)
        completer = QCompleter(self._known, self)
        completer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        completer.setFilterMode(Qt.MatchFlag.MatchContains)
        self.new_key.setCompleter(completer)

    def owners(self) -> Owners:
        """The relations, annotations or item that the form writes on."""
        arcs = self._session.relations.selected()
        if arcs:
            return arcs
        chosen = self._session.selected()
        if chosen:
            return chosen
        return [self._session.item] if self._session.item is not None else []

    def reload(self) -> None:
        """Show the key-values of what is selected now."""
        owners = self.owners()
        elsewhere = self._of_keyframes(owners)
        specs = {
            spec.name: spec
            for spec in self._declared(owners)
            if _is_asked(spec, owners, elsewhere)
        }
        free = sorted(
            {key for o in owners for key in _free(o)} - specs.keys() - elsewhere
        )
        shown = (bool(owners), tuple(specs.values()), tuple(free))
        if shown != self._shown:
            self._shown = shown
            self._specs = specs
            self._rebuild([*specs, *free])
        for key, field in self._fields.items():
            value = common([o.attributes.get(key, UNSET) for o in owners])
            field.show_value(value)
            spec = specs.get(key)
            empty = value in (UNSET, "", ())
            field.set_missing(missing=spec is not None and spec.required and empty)
        self.keyframe.reload()
        self.head.title.set_full(self._title(owners))
        self.add_button.setVisible(bool(owners) and not self.new_key.isVisible())
        if not owners:
            self.new_key.clear()
            self.new_key.hide()

    def _declared(self, owners: Owners) -> list[AttributeSpec]:
        if not owners:
            return []
        schema = self._session.schema
        if isinstance(owners[0], Item):
            return list(schema.specs(Owner.ITEM, None))
        found = [
            tuple(
                spec
                for spec in self._specs_of(owner)
                # What is declared for all labels is meant for marks, not for arcs.
                if isinstance(owner, Annotation) or spec.label_id is not None
            )
            for owner in owners
            if not isinstance(owner, Item)
        ]
        return [spec for spec in found[0] if all(spec in other for other in found)]

    def _specs_of(self, owner: Annotation | Relation) -> tuple[AttributeSpec, ...]:
        """A shape on one frame says itself what a track says by its keyframes."""
        schema = self._session.schema
        specs = schema.specs(Owner.ANNOTATION, owner.label_id)
        if isinstance(owner, Annotation) and owner.frame is not None:
            item = self._session.item
            if item is not None and item.media is Media.VIDEO:
                specs += schema.specs(Owner.KEYFRAME, owner.label_id)
        return specs

    def _of_keyframes(self, owners: Owners) -> set[str]:
        """Keys that the form of keyframes has: all of them are tracks."""
        tracks = [owner for owner in owners if _is_track(owner)]
        return set(self.keyframe.asked(tracks)) if len(tracks) == len(owners) else set()

    def _title(self, owners: Owners) -> str:
        if not owners:
            return self.tr("Key-values")
        first = owners[0]
        if isinstance(first, Item):
            name = first.name
        elif len(owners) > 1 and isinstance(first, Relation):
            name = counted(len(owners), "relation", "relations")
        elif len(owners) > 1:
            name = counted(len(owners), "annotation", "annotations")
        else:
            held = self._session.schema.label(first.label_id)
            name = held.name if held is not None else self.tr("no label")
            if _is_track(first):
                name = with_number(name, first)
        return self.tr("{} — key-values").format(name)

    def _rebuild(self, keys: Sequence[str]) -> None:
        focus = self.window().focusWidget()
        if any(field.isAncestorOf(focus) for field in self._fields.values()):
            self.finished.emit()  # else Qt gives the keyboard to any button
        clear(self._grid)
        self._fields = {}
        for place, key in enumerate(keys):
            self._add_row(place, key)
        before: QWidget = self
        for field in self._fields.values():
            QWidget.setTabOrder(before, field)
            before = field

    def _add_row(self, place: int, key: str) -> None:
        spec = self._specs.get(key)
        field = field_for(spec, long=self._is_long(spec))
        required = spec is not None and spec.required
        name = Elided(f"{key} *" if required else key, "dim")
        name.setBuddy(field)
        if required:
            name.setToolTip(self.tr("Required"))
        proxy = field.focusProxy()
        if proxy is not None:
            proxy.setAccessibleName(key)
        field.edited.connect(lambda value, key=key: self._write(key, value))
        field.left.connect(self.finished)
        align = Qt.AlignmentFlag.AlignTop
        name.setFixedHeight(28)
        self._grid.addWidget(name, place, 0, align)
        self._grid.addWidget(field, place, 1, 1, 1 if spec is None else 2)
        if spec is None:
            remove = tool_button("x", self.tr("Remove {}").format(key))
            remove.clicked.connect(lambda: self._write(key, UNSET))
            self._grid.addWidget(remove, place, 2, align)
        self._fields[key] = field

    def _is_long(self, spec: AttributeSpec | None) -> bool:
        """Whether an answer is written on several lines: those about a whole text."""
        if spec is None or spec.type is not ValueType.TEXT:
            return False
        item = self._session.item
        of_item = spec.owner is Owner.ITEM
        return of_item and item is not None and item.media is Media.TEXT

    def _write(self, key: str, value: Shown) -> None:
        owners = self.owners()
        if not owners:
            return
        if value is UNSET:
            edit = edits.remove_attribute(owners, key)  # type: ignore[type-var]
        else:
            edit = edits.set_attribute(
                owners,  # type: ignore[type-var]
                key,
                value,  # type: ignore[arg-type]
                merge_key=f"attribute:{key}:{','.join(str(o.id) for o in owners[:9])}",
            )
        self._session.apply(edit, self)

    def _changed(self, changes: ChangeSet) -> None:
        touched = changes.annotations.intersection(self._session.selection)
        touched |= changes.relations.intersection(self._session.relations.selection)
        if touched or changes.items or changes.schema_changed or changes.everything:
            self.reload()

    def first_field(self) -> QWidget:
        """What has the keyboard when one comes here."""
        return next(iter(self._fields.values()), self.add_button)

    def begin_add(self) -> None:
        """Open the field for a new key, with the keys in use as completion."""
        owners, project = self.owners(), self._session.project
        if not owners or project is None:
            return
        kind = Owner.ITEM if isinstance(owners[0], Item) else Owner.ANNOTATION
        self._known.setStringList(project.keys(kind))
        self.add_button.hide()
        self.new_key.show()
        self.new_key.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _add(self) -> None:
        key = self.new_key.text().strip()
        if key and key not in self._fields:
            try:
                self._write(key, "")
            except UserError as error:
                self._session.said.emit("problem", str(error))
        self._end_add()  # not before: its focus would go to any other field
        field = self._fields.get(key)
        if field is not None:
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _end_add(self) -> None:
        self.new_key.clear()
        self.new_key.hide()
        self.add_button.show()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the field of the new key, and leaves the form."""
        if event.key() == Qt.Key.Key_Escape:
            if self.new_key.hasFocus():
                self._end_add()
            self.finished.emit()
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for six fields."""
        return QSize(288, 34 + 6 * 34)


def _is_asked(spec: AttributeSpec, owners: Owners, elsewhere: set[str]) -> bool:
    """Whether the form has a field for what is declared.

    What is asked at each frame of tracks is not asked for all of them again, and
    nothing hides what is no shape; a value that is there is shown all the same.
    """
    if spec.required or any(spec.name in owner.attributes for owner in owners):
        return True
    if spec.name in elsewhere:
        return False
    anywhere = spec.label_id is None
    marks = [owner for owner in owners if isinstance(owner, Annotation)]
    is_hideable = any(_can_be_hidden(mark) for mark in marks)
    return not (spec.name == OCCLUDED and anywhere and marks and not is_hideable)


def _is_track(owner: Annotation | Relation | Item) -> TypeGuard[Annotation]:
    return isinstance(owner, Annotation) and isinstance(owner.geometry, Track)


def _free(owner: Annotation | Relation | Item) -> list[str]:
    """Its keys; the number of a track is in the title, and has an action of its own."""
    told = _is_track(owner) and number_of(owner) is not None
    return [key for key in owner.attributes if not (told and key == NUMBER)]


def _can_be_hidden(annotation: Annotation) -> bool:
    """Whether something can be in front of it."""
    shape = annotation.geometry
    if isinstance(shape, Track):
        shape = shape.keyframes[0].geometry
    return not isinstance(shape, Whole | Interval | Instant | Span)
