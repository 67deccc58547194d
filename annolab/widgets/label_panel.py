"""The labels of the project: pick one by click or key, add one in place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPoint, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QShortcut
from PySide6.QtWidgets import QLineEdit, QMenu, QStackedLayout, QWidget

from annolab import edits
from annolab.actions import Bindings, free_letters
from annolab.errors import UserError
from annolab.model.edit import ChangeSet, Edit
from annolab.model.ids import new_id
from annolab.model.schema import LABEL_COLORS, Label, Schema
from annolab.widgets.controls import (
    PanelHead,
    column,
    label,
    set_flag,
    spoken_key,
    tool_button,
)
from annolab.widgets.label_kinds import kinds_told, sign_of
from annolab.widgets.label_menu import in_order, moved_before
from annolab.widgets.label_view import LabelView
from annolab.widgets.row_model import RowModel
from annolab.widgets.rows import Row
from annolab.widgets.session import Session
from annolab.widgets.theme import HEAD, ROW_MARK

FILTER_FROM = 13


class LabelPanel(QWidget):
    """Shows the labels with colour, key and count; the picked one is marked."""

    schema_requested = Signal()

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.setObjectName("labelPanel")
        self._session = session
        self._counts: Mapping[int | None, int] = {}
        self._depths: dict[int, int] = {}
        self._bindings = Bindings()
        self._shortcuts: list[QShortcut] = []
        self.model = RowModel(self._row, self)
        self.view = LabelView(self.model, self.tr("Labels"))
        self.view.setObjectName("labelView")
        self._build()
        session.project_changed.connect(self._project_changed)
        session.changed.connect(self._changed)
        session.label_picked.connect(self._picked)
        session.label_renewed.connect(self._picked)
        self.view.clicked.connect(self._click)
        self.view.activated.connect(self._click)
        self.view.doubleClicked.connect(lambda _: self.begin_rename())
        self.view.moved.connect(self._move_before)
        self.view.renamed.connect(self._rename)
        self.view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        self.view.customContextMenuRequested.connect(self.show_menu)
        self.reload()

    def _build(self) -> None:
        self.head = PanelHead(self.tr("Labels"))
        self.add_button = tool_button("plus", self.tr("New label"))
        self.edit_button = tool_button(
            "pencil-simple", self.tr("Labels and attributes")
        )
        self.head.add(self.add_button)
        self.head.add(self.edit_button)
        self.add_button.clicked.connect(self.begin_add)
        self.edit_button.clicked.connect(self.schema_requested)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText(self.tr("Filter labels"))
        self.filter.setAccessibleName(self.tr("Filter labels"))
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self.reload)
        self.new_name = QLineEdit()
        self.new_name.setObjectName("newLabel")
        self.new_name.setAccessibleName(self.tr("Name of the new label"))
        self.new_name.setPlaceholderText(self.tr("Name of the label, then Enter"))
        self.new_name.returnPressed.connect(self._add)
        self._problem = label("", "problem", wrap=True)
        self._empty = label("", "dim", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._empty.setContentsMargins(16, 8, 16, 8)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        body = QWidget()
        body.setLayout(self._stack)
        fields = column(self.filter, self.new_name, self._problem, spacing=4)
        fields.setContentsMargins(8, 8, 8, 8)
        self._fields = QWidget()
        self._fields.setLayout(fields)
        layout = column(self.head, self._fields)
        layout.addWidget(body, 1)
        self.setLayout(layout)
        self.new_name.hide()
        self._problem.hide()
        self._fields.hide()

    def set_bindings(self, bindings: Bindings) -> None:
        """Keys of actions are not keys of labels."""
        self._bindings = bindings
        self.reload()

    def begin_add(self) -> None:
        """Open the field for the name of a new label."""
        self.new_name.show()
        self._fields.show()
        self.new_name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _project_changed(self) -> None:
        self.new_name.clear()
        self.new_name.hide()
        self.filter.clear()
        self._say("")
        self.reload()

    def key_of(self, item: Label) -> str:
        """The key that picks a label; "" when an action has it."""
        key = (item.hotkey or "").upper()
        return key if key in free_letters(self._bindings) else ""

    def reload(self) -> None:
        """Read the labels from the schema."""
        project = self._session.project
        labels = [x for x in self._session.schema.labels if not x.retired]
        self._counts = project.totals().by_label if project is not None else {}
        many = len(labels) >= FILTER_FROM
        self.filter.setVisible(many)
        self._fields.setVisible(many or not self.new_name.isHidden())
        wanted = self.filter.text().strip().casefold()
        placed = in_order(labels)
        self._depths = {} if wanted else {x.id: depth for x, depth in placed}
        shown = [x for x, _ in placed if wanted in x.name.casefold()]
        self.view.movable = not wanted
        self.model.set_ids([x.id for x in shown])
        self.head.note.setText(f"{len(labels):,}" if labels else "")
        self._stack.setCurrentIndex(0 if shown else 1)
        self._empty.setText(
            self.tr("No label has this name.")
            if labels
            else self.tr("No labels yet.\n{} adds the first.").format(
                spoken_key(self._bindings.first("label.new")) or "“+”"
            )
        )
        self._bind()
        self._picked(self._session.label)

    def _row(self, id_: int) -> Row | None:
        item = self._session.schema.label(id_)
        if item is None:
            return None
        count = self._counts.get(id_, 0)
        return Row(
            item.name,
            note=f"{count:,}" if count else "",
            key=self.key_of(item),
            color=item.color,
            depth=self._depths.get(id_, 0),
            key_room=True,
            sign=sign_of(item),
            tip=kinds_told(item),
        )

    def _bind(self) -> None:
        for shortcut in self._shortcuts:
            shortcut.deleteLater()
            shortcut.setEnabled(False)
        self._shortcuts = []
        window = self.window()
        for item in self._session.schema.labels:
            key = self.key_of(item)
            if key and not item.retired:
                shortcut = QShortcut(QKeySequence(key), window)
                shortcut.activated.connect(lambda id_=item.id: self._pick(id_))
                self._shortcuts.append(shortcut)

    def _pick(self, id_: int) -> None:
        self._session.pick_label(self._session.schema.label(id_))

    def _click(self, index: QModelIndex) -> None:
        id_ = self.model.id_at(index)
        if id_ is not None:
            self._pick(id_)

    def current(self) -> Label | None:
        """The label of the row that is marked."""
        return self._session.schema.label(self.model.id_at(self.view.currentIndex()))

    def begin_rename(self) -> None:
        """Write another name for the marked label into its row."""
        held = self.current()
        if held is not None:
            self.view.rename(held.id)

    def step(self, delta: int) -> None:
        """Move the marked label up or down among the others."""
        held = self.current()
        labels = self._session.schema.labels
        if held is not None:
            place = [x.id for x in labels].index(held.id) + delta
            if 0 <= place < len(labels):
                self._do(edits.move_declared(self._session.schema, held, place))

    def show_menu(self, at: QPoint) -> None:
        """What can be done with the label at a place of the list."""
        from annolab.widgets import label_menu

        index = self.view.indexAt(at)
        held = self._session.schema.label(self.model.id_at(index))
        if held is None:
            return
        self.view.setCurrentIndex(index)
        menu = QMenu(self)
        rename = menu.addAction(self.tr("Rename"))
        rename.setShortcut(QKeySequence(self._bindings.first("label.rename")))
        rename.triggered.connect(self.begin_rename)
        label_menu.fill(menu, self._session.schema, held, self._bindings, self._do)
        menu.addSeparator()
        for delta, title, id_ in (
            (-1, self.tr("Move up"), "label.up"),
            (1, self.tr("Move down"), "label.down"),
        ):
            action = menu.addAction(title)
            action.setShortcut(QKeySequence(self._bindings.first(id_)))
            action.triggered.connect(lambda _=False, delta=delta: self.step(delta))
        menu.addSeparator()
        more = menu.addAction(self.tr("Labels and attributes…"))
        more.triggered.connect(self.schema_requested)
        menu.popup(self.view.viewport().mapToGlobal(at))
        menu.aboutToHide.connect(menu.deleteLater)

    def _do(self, edit: Edit) -> None:
        marked = self.current()
        if self._session.apply(edit, self) and marked is not None:
            self.view.setCurrentIndex(self.model.place(marked.id))

    def _move_before(self, id_: int, before: int | None) -> None:
        held = self._session.schema.label(id_)
        if held is not None:
            self._do(moved_before(self._session.schema, held, before))

    def _rename(self, id_: int, name: str) -> None:
        from annolab.widgets import label_menu

        held = self._session.schema.label(id_)
        if held is None or name == held.name:
            return
        made = label_menu.renamed(self._session.schema, held, name)
        if isinstance(made, str):
            self._session.said.emit("problem", made)
        else:
            self._do(made)

    def wanted_height(self) -> int:
        """What shows every label, in pixels."""
        fields = self._fields.sizeHint().height() if self._fields.isVisible() else 0
        return HEAD + fields + max(2, len(self.model.ids)) * ROW_MARK + 4

    def _picked(self, item: Label | None) -> None:
        index = self.model.place(item.id) if item is not None else QModelIndex()
        if index.isValid():
            self.view.setCurrentIndex(index)
        else:
            self.view.clearSelection()

    def _changed(self, changes: ChangeSet) -> None:
        if changes.schema_changed or changes.everything:
            self.reload()
        elif changes.annotations and self._session.project is not None:
            self._counts = self._session.project.totals().by_label
            self.model.refresh()

    def _add(self) -> None:
        name = self.new_name.text().strip()
        if not name:
            self._end_add()
            return
        made = new_label(self._session.schema, name, self._bindings)
        try:
            edit = edits.declare(self._session.schema, made)
        except UserError as error:
            self._say(str(error))
            return
        if self._session.apply(edit, self):
            self._end_add()
            self._pick(made.id)

    def _say(self, sentence: str) -> None:
        self._problem.setText(sentence)
        self._problem.setVisible(bool(sentence))
        set_flag(self.new_name, "wrong", on=bool(sentence))

    def _end_add(self) -> None:
        self._say("")
        self.new_name.clear()
        self.new_name.hide()
        self._fields.setVisible(not self.filter.isHidden())
        self.view.setFocus(Qt.FocusReason.OtherFocusReason)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Esc closes the field of the new label, or empties the filter."""
        if event.key() == Qt.Key.Key_Escape and self.new_name.hasFocus():
            self._end_add()
        elif event.key() == Qt.Key.Key_Escape and self.filter.hasFocus():
            self.filter.clear()
            self.view.setFocus(Qt.FocusReason.OtherFocusReason)
        else:
            super().keyPressEvent(event)

    def sizeHint(self) -> QSize:
        """Room for seven labels."""
        return QSize(288, 34 + 7 * 30)


def new_label(schema: Schema, name: str, bindings: Bindings) -> Label:
    """A label with the next colour of the cycle and the first free key."""
    used = {x.hotkey.upper() for x in schema.labels if x.hotkey}
    key = next((k for k in free_letters(bindings) if k not in used), None)
    color = LABEL_COLORS[len(schema.labels) % len(LABEL_COLORS)]
    return Label(id=new_id(), name=name, color=color, hotkey=key)
