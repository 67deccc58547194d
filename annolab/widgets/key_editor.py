"""Give actions other keys."""

from __future__ import annotations

from PySide6.QtCore import QModelIndex, Qt, Signal
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QKeySequenceEdit, QLineEdit, QWidget

from annolab.actions import (
    ACTIONS,
    BY_ID,
    Action,
    Bindings,
    bindings,
    default_table,
    overlapping,
)
from annolab.errors import UserError
from annolab.settings import Settings
from annolab.widgets.commands import title_of
from annolab.widgets.controls import column, key_text, label, push_button, row
from annolab.widgets.row_model import RowModel
from annolab.widgets.row_view import RowView
from annolab.widgets.rows import Row


class KeyEditor(QWidget):
    """Pick an action, press its new key. A key is taken from who had it."""

    changed = Signal()
    refused = Signal(str)

    def __init__(self, settings: Settings) -> None:
        super().__init__()
        self._settings = settings
        self._table = default_table()
        self._held = Bindings()
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter by title or key"))
        self.filter.setAccessibleName(self.tr("Filter actions"))
        self.filter.setClearButtonEnabled(True)
        self.model = RowModel(self._row, self)
        self.view = RowView(self.model, self.tr("Actions"))
        self.doc = label("", "dim", wrap=True)
        self.edit = QKeySequenceEdit()
        self.edit.setMaximumSequenceLength(1)
        self.edit.setAccessibleName(self.tr("New key"))
        self.edit.setClearButtonEnabled(True)
        self.set_button = push_button(self.tr("Set key"))
        self.none_button = push_button(self.tr("No key"))
        self.default_button = push_button(self.tr("Default"))
        line = row(self.edit, self.set_button, self.none_button, self.default_button)
        line.setStretch(0, 1)
        layout = column(self.filter, self.view, self.doc, spacing=8, margin=16)
        layout.setStretch(1, 1)
        layout.addLayout(line)
        self.setLayout(layout)
        self.filter.textChanged.connect(self.reload)
        self.view.selectionModel().currentRowChanged.connect(self._show)
        self.set_button.clicked.connect(self._set)
        self.none_button.clicked.connect(lambda: self._write(()))
        self.default_button.clicked.connect(lambda: self._write(None))
        self.reload()

    def reload(self) -> None:
        """Show the actions and their keys."""
        self._held = bindings(self._table, self._settings.keys)
        wanted = self.filter.text().strip().casefold()
        ids = [
            place
            for place, action in enumerate(ACTIONS)
            if wanted in self._searched(action)
        ]
        self.model.set_ids(ids)
        if ids and not self.view.currentIndex().isValid():
            self.view.setCurrentIndex(self.model.index(0))

    def _searched(self, action: Action) -> str:
        keys = " ".join((*self._held.of(action.id), action.context))
        return f"{title_of(action)} {keys}".casefold()

    def _row(self, place: int) -> Row:
        action = ACTIONS[place]
        keys = self._held.of(action.id)
        note = ", ".join(key_text(key) for key in keys[1:])
        if action.id in self._settings.keys:
            note = self.tr("changed") + (f", {note}" if note else "")
        return Row(
            title_of(action).rstrip("…"),
            note=note,
            key=keys[0] if keys else "",
            glyph=action.icon or "caret-right",
        )

    def current(self) -> Action | None:
        """The action that is picked."""
        place = self.model.id_at(self.view.currentIndex())
        return None if place is None else ACTIONS[place]

    def pick(self, action_id: str) -> None:
        """Pick an action."""
        self.view.setCurrentIndex(self.model.place(ACTIONS.index(BY_ID[action_id])))

    def _show(self, _: QModelIndex) -> None:
        action = self.current()
        self.doc.setText(self.tr(action.doc) if action is not None else "")
        self.edit.clear()

    def _set(self) -> None:
        key = self.edit.keySequence().toString(QKeySequence.SequenceFormat.PortableText)
        if key:
            self._write((key,))
        else:
            self.edit.setFocus(Qt.FocusReason.OtherFocusReason)

    def _write(self, keys: tuple[str, ...] | None) -> None:
        action = self.current()
        if action is None:
            return
        self.refused.emit("")
        try:
            for key in keys or ():
                self._take(key, action)
            self._settings.set_keys(action.id, keys)
        except UserError as error:
            self.refused.emit(str(error))
        self.edit.clear()
        self.reload()
        self.changed.emit()

    def _take(self, key: str, action: Action) -> None:
        """Take a key from the action that has it where both apply."""
        others = overlapping(action.context)
        while (owner := self._held.owner(key, others)) is not None:
            if owner.id == action.id:
                return
            rest = tuple(k for k in self._held.of(owner.id) if k != key)
            self._settings.set_keys(owner.id, rest)
            self._held = bindings(self._table, self._settings.keys)
            text = self.tr("{} was the key of “{}”; it is taken from it.")
            self.refused.emit(text.format(key_text(key), title_of(owner)))
